# SPDX-License-Identifier: Apache-2.0
"""Read a set of tables that stand beside the world's own: legal facts, technology."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.world.load import FACTS
from chokegraph.world.reading import read_raw
from chokegraph.world.schema import TableSpec
from chokegraph.world.tables import Table, parse_table


def read_set(
    folder: Path,
    specs: Mapping[str, TableSpec],
    check: Callable[[Mapping[str, Table]], list[Finding]],
    *,
    title: str,
) -> tuple[dict[str, Table], str]:
    """Read tables that belong together, and check them together once all can be read.

    Args:
        folder: Where they stand.
        specs: What they are, by name.
        check: Says what is wrong with them as a whole.
        title: What they are called in an error.

    Returns:
        The tables by name, and the sha256 of the files together.

    Raises:
        FindingsError: With every mistake in them.
    """
    digest = hashlib.sha256()
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for name, spec in specs.items():
        path = folder / f"{name}.csv"
        raw, found = read_raw(path, spec.header, file=path.name if folder == FACTS else str(path))
        findings += found
        if raw is not None:
            tables[name], found = parse_table(raw, spec)
            findings += found
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    if len(tables) == len(specs):
        findings += check(tables)
    if errors_only(findings):
        raise FindingsError(findings, title=title)
    return tables, digest.hexdigest()
