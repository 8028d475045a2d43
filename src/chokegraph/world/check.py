# SPDX-License-Identifier: Apache-2.0
"""Check a whole data package: files, cells, references, evidence, descriptor."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.world.descriptor import check_descriptor
from chokegraph.world.integrity import check_integrity
from chokegraph.world.load import FACTS, load_world, parse_spec, read_package
from chokegraph.world.quality import check_quality
from chokegraph.world.schema import TABLES


def check_data(path: str | Path | None = None, *, today: dt.date | None = None) -> list[Finding]:
    """Return everything that is wrong with a data package; an empty list when nothing is.

    Args:
        path: The folder; the bundled facts when None.
        today: No fact can have been looked up after this day; today when None.

    Returns:
        All findings, with file, line, column and fix. Rules on evidence are only looked at when
        the tables hold together, as their findings would be echoes.

    Example:
        >>> print(check_data("no-such-folder")[0])
        no-such-folder: error: the folder does not exist (fix: give the folder of a data package)
    """
    folder = FACTS if path is None else Path(path)
    tables, findings, _ = read_package(folder)
    if not folder.is_dir():
        return findings
    if len(tables) == len(TABLES):
        findings += check_integrity(tables, findings)
        if not errors_only(findings):
            published = folder.resolve() == FACTS.resolve()
            findings += check_quality(tables, today=today, published=published)
            if published:
                findings += _check_legal()
                findings += _check_technology()
    headers = {name: TABLES[name].header for name in tables}
    return findings + check_descriptor(folder, headers)


def _check_legal() -> list[Finding]:
    """Check the tables of legal facts that come with the package against its other tables."""
    from chokegraph.world.legal import check_legal, load_legal_facts

    try:
        tables = load_legal_facts().tables
    except FindingsError as error:
        return list(error.findings)
    return check_legal(tables, load_world())


def _check_technology() -> list[Finding]:
    """Check the tables of technology that come with the package against its other tables."""
    from chokegraph.world.technology import check_technology, load_technology

    try:
        tables = load_technology().tables
    except FindingsError as error:
        return list(error.findings)
    return check_technology(tables, load_world())


def check_world_data(spec: str) -> list[Finding]:
    """Check the data that a world's spec names, for `chokegraph data check`.

    A package (or the bundled facts) is checked in full; for an imported release, what the importer
    finds is returned.

    Raises:
        FindingsError: If `spec` names no world.

    Example:
        >>> check_world_data("package:no-such-folder")[0].message
        'the folder does not exist'
    """
    kind, folder, _ = parse_spec(spec)
    if kind != "eto":
        return check_data(None if kind == "builtin" else folder)
    try:
        world = load_world(spec)
    except FindingsError as error:
        return list(error.findings)
    return [Finding(note, severity="warning") for note in world.notes]
