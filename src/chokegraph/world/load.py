# SPDX-License-Identifier: Apache-2.0
"""Load a world: the bundled facts, a data package of one's own, or a copy of the ETO release.

A world is named by a short text, the *spec*: `builtin`, `builtin@2024`, `package:DIR@2024`,
`eto:DIR`. After `@` stands the year that the world is seen at.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.world.build import build_world, grades_of, properties_of, share_years
from chokegraph.world.integrity import check_integrity
from chokegraph.world.model import GradeInfo, PropertyInfo, World
from chokegraph.world.reading import did_you_mean, parse_raw, read_bytes, read_raw
from chokegraph.world.schema import TABLES
from chokegraph.world.tables import Table, parse_table

FACTS = Path(__file__).parent / "facts"
"""The folder of the bundled data package."""

_SPEC = re.compile(r"(?P<kind>builtin|package|eto)(:(?P<folder>.*?))?(@(?P<year>[^@/\\]*))?")


def load_world(spec: str = "builtin", year: int | None = None) -> World:
    """Load the world that `spec` names, as seen at a year.

    Args:
        spec: `builtin`, `builtin@YEAR`, `package:DIR`, `package:DIR@YEAR`, `eto:DIR` or
            `eto:DIR@YEAR`.
        year: The year of the shares; it wins over the one in `spec`. By default the latest
            year with shares of at least a tenth of the inputs (`default_year`).

    Returns:
        The frozen world.

    Raises:
        FindingsError: With every mistake found in the spec or the tables.

    Example:
        >>> world = load_world("builtin@2024")
        >>> world.year
        2024
    """
    kind, folder, spec_year = parse_spec(spec)
    wanted = spec_year if year is None else year
    if kind == "eto":
        from chokegraph.world.eto import import_eto

        return import_eto(Path(folder), year=wanted)
    if kind == "builtin":
        return _load_builtin(FACTS, wanted)
    return load_package(Path(folder), origin=f"package:{folder}", year=wanted)


@lru_cache(maxsize=4)
def _load_builtin(folder: Path, year: int | None) -> World:
    # The bundled tables do not change while a program runs, and a World is frozen.
    return load_package(folder, origin="builtin", year=year)


def parse_spec(spec: str) -> tuple[str, str, int | None]:
    """Split a world's spec into kind, folder and year.

    Raises:
        FindingsError: If it is none of the forms.

    Example:
        >>> parse_spec("eto:data/eto@2024")
        ('eto', 'data/eto', 2024)
    """
    forms = "builtin, builtin@YEAR, package:DIR[@YEAR] or eto:DIR[@YEAR]"
    match = _SPEC.fullmatch(spec)
    if match is None:
        fix = f"write {forms}"
        if Path(spec).is_dir():
            fix = f"write package:{spec} for a data package, eto:{spec} for an ETO copy"
        raise FindingsError([Finding(f"'{spec}' names no world", fix)], title="world")
    kind, folder, text = match["kind"], match["folder"] or "", match["year"]
    findings = []
    if (kind == "builtin") == bool(folder):
        findings.append(Finding(f"'{spec}' names no world", f"write {forms}"))
    if text is not None and not re.fullmatch(r"(19|20)\d\d", text):
        findings.append(Finding(f"'{text}' is not a year", "write a year as 2024 after @"))
    if findings:
        raise FindingsError(findings, title="world")
    return kind, folder, int(text) if text else None


def read_package(path: Path) -> tuple[dict[str, Table], list[Finding], str]:
    """Read all tables of a data package.

    Args:
        path: The folder.

    Returns:
        The world's tables that could be read, every finding about files, columns and cells, and
        the sha256 of all tables of the folder together: technology, legal facts, priors and other
        tables that are read elsewhere are in it too.
    """
    digest = hashlib.sha256()
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        fix = "give the folder of a data package"
        return {}, [Finding(f"the folder {what}", fix, str(path))], ""
    for name, spec in TABLES.items():
        file = f"{name}.csv" if path == FACTS else str(path / f"{name}.csv")
        data, found = read_bytes(path / f"{name}.csv", file)
        findings += found
        if data is None:
            continue
        digest.update(name.encode() + b"\0" + data + b"\0")
        raw, found = parse_raw(data, spec.header, file=file)
        findings += found
        if raw is None:
            continue
        for column in raw.columns:
            if column not in spec.by_name:
                message = f"the column '{column}' is not used"
                fix = did_you_mean(column, spec.header) or "remove it"
                findings.append(Finding(message, fix, file, 1, column, "warning"))
        tables[name], found = parse_table(raw, spec)
        findings += found
    for name in sorted({file.stem for file in FACTS.glob("*.csv")} - set(TABLES)):
        if (path / f"{name}.csv").is_file():
            digest.update(name.encode() + b"\0" + (path / f"{name}.csv").read_bytes() + b"\0")
    return tables, findings, digest.hexdigest()


def load_package(path: Path, *, origin: str, year: int | None = None) -> World:
    """Load a data package from a folder.

    Raises:
        FindingsError: With every mistake in its tables.
    """
    with _collector_paused():
        return _load_package(path, origin, year)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking many thousand new, long-lived objects in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load_package(path: Path, origin: str, year: int | None) -> World:
    tables, findings, digest = read_package(path)
    if len(tables) == len(TABLES):
        findings += check_integrity(tables, findings)
    if errors_only(findings):
        raise FindingsError(findings, title=f"world {origin}")
    world = build_world(
        tables,
        origin=origin,
        version=_version(path),
        data_hash=digest,
        year=year,
        notes=tuple(str(finding) for finding in findings),
    )
    known = share_years(world.statements.values())
    if known and not min(known) <= world.year <= max(known):
        message = (
            f"no shares are known as of {world.year}; they are of {min(known)} to {max(known)}"
        )
        fix = "choose a year between these"
        raise FindingsError([Finding(message, fix)], title=f"world {origin}")
    return world


def _version(path: Path) -> str:
    """Return the version of the package's descriptor, "" when there is none."""
    try:
        descriptor = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""  # the checker reports a missing or broken descriptor; facts load without it
    return str(descriptor.get("version", "")) if isinstance(descriptor, dict) else ""


def read_grades_and_properties(
    folder: Path,
) -> tuple[dict[str, GradeInfo], dict[str, PropertyInfo]]:
    """Read what grades and properties mean from a package; importers share those bundled.

    Raises:
        FindingsError: With every mistake in the two tables.

    Example:
        >>> sorted(read_grades_and_properties(FACTS)[0])
        ['A', 'B', 'C', 'D', 'X']
    """
    tables, findings = {}, []
    for name in ("grades", "properties"):
        spec = TABLES[name]
        raw, found = read_raw(folder / f"{name}.csv", spec.header)
        findings += found
        if raw is not None:
            tables[name], found = parse_table(raw, spec)
            findings += found
    if errors_only(findings):
        raise FindingsError(findings, title=str(folder))
    return grades_of(tables["grades"]), properties_of(tables["properties"])
