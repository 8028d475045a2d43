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
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from chokegraph.errors import Finding, FindingsError, errors_only
from chokegraph.world.estimates import selection_table
from chokegraph.world.integrity import check_integrity
from chokegraph.world.model import (
    Country,
    Firm,
    GradeInfo,
    Input,
    LadderStep,
    Link,
    Need,
    Product,
    PropertyInfo,
    Route,
    Selection,
    Source,
    Statement,
    World,
)
from chokegraph.world.schema import SHARE_PROPERTY, TABLES
from chokegraph.world.shares import build_shares
from chokegraph.world.tables import (
    Table,
    did_you_mean,
    parse_raw,
    parse_table,
    read_bytes,
    read_raw,
)

FACTS = Path(__file__).parent / "facts"
"""The folder of the bundled data package."""

_SPEC = re.compile(r"(?P<kind>builtin|package|eto)(:(?P<folder>.*?))?(@(?P<year>[^@/\\]*))?")
_T = TypeVar("_T")


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
        The tables that could be read, every finding about files, columns and cells, and the
        sha256 of all tables together.
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
    return build_world(
        tables,
        origin=origin,
        version=_version(path),
        data_hash=digest,
        year=year,
        notes=tuple(str(finding) for finding in findings),
    )


def _version(path: Path) -> str:
    """Return the version of the package's descriptor, "" when there is none."""
    try:
        descriptor = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""  # the checker reports a missing or broken descriptor; facts load without it
    return str(descriptor.get("version", "")) if isinstance(descriptor, dict) else ""


def build_world(
    tables: Mapping[str, Table],
    *,
    origin: str,
    version: str,
    data_hash: str,
    year: int | None = None,
    notes: tuple[str, ...] = (),
) -> World:
    """Build a world from tables without mistakes.

    Args:
        tables: All tables of `TABLES`; `check_integrity` has found nothing in them.
        origin: The spec, for display.
        version: The data's version.
        data_hash: sha256 of the tables.
        year: The year to see it at; `default_year` when None.
        notes: What the reader should know about the loading.
    """
    inputs = _keyed(_build(tables["inputs"], Input), "input_id")
    firms = _keyed(_build(tables["firms"], Firm), "firm_id")
    statements = _keyed(_build_statements(tables["statements"]), "statement_id")
    selections = tuple(_build(tables["selections"], Selection))
    wanted = default_year(statements.values()) if year is None else year
    selected = selection_table(selections)
    ladders: dict[str, list[LadderStep]] = {}
    for step in _build(tables["ladders"], LadderStep):
        ladders.setdefault(step.ladder_id, []).append(step)
    rungs = {name: tuple(sorted(steps, key=lambda s: s.grade)) for name, steps in ladders.items()}
    links = tuple(
        Link(
            str(row["source_id"]),
            cast("Any", row["relation"]),
            str(row["target_id"]),
            1.0 if row["essentiality"] is None else cast("float", row["essentiality"]),
            str(row["note"]),
        )
        for row in tables["chain"].rows
    )
    return World(
        origin=origin,
        year=wanted,
        version=version,
        data_hash=data_hash,
        inputs=inputs,
        countries=_keyed(_build(tables["countries"], Country), "country_id"),
        firms=firms,
        ladders=rungs,
        links=links,
        products=_keyed(_build(tables["products"], Product), "product_id"),
        routes=_keyed(_build(tables["routes"], Route), "route_id"),
        needs=tuple(_build(tables["needs"], Need)),
        country_shares=build_shares(
            inputs, statements.values(), selected, firms, "country", wanted
        ),
        firm_shares=build_shares(inputs, statements.values(), selected, firms, "firm", wanted),
        statements=statements,
        sources=_keyed(_build(tables["sources"], Source), "source_id"),
        selections=selections,
        notes=notes,
        properties=_properties(tables["properties"]),
        grades=_grades(tables["grades"]),
    )


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
    return _grades(tables["grades"]), _properties(tables["properties"])


def _grades(table: Table) -> dict[str, GradeInfo]:
    return _keyed(_build(table, GradeInfo), "grade")


def _properties(table: Table) -> dict[str, PropertyInfo]:
    return {
        str(row["property"]): PropertyInfo(
            str(row["property"]),
            str(row["unit"]),
            str(row["meaning"]),
            cast("float | None", row["min"]),
            cast("float | None", row["max"]),
        )
        for row in table.rows
    }


def default_year(statements: Iterable[Statement]) -> int:
    """Return the latest year that has provision shares of a tenth of all inputs with shares.

    A few figures of a later year do not make a picture of that year. Forecasts are left out. A
    world without any share is seen at the latest year of its statements, else at year 0.

    Example:
        >>> default_year([])
        0
    """
    subjects: dict[int, set[str]] = {}
    any_year = 0
    for row in statements:
        year = row.year
        if year is None or row.obs_status == "F":
            continue
        any_year = max(any_year, year)
        if row.property == SHARE_PROPERTY and row.value is not None:
            subjects.setdefault(year, set()).add(row.subject_id)
    everything = len(set().union(*subjects.values()))
    years = [year for year, known in subjects.items() if 10 * len(known) >= everything]
    return max(years, default=any_year)


def _build(table: Table, noun: Callable[..., _T]) -> list[_T]:
    """Make one object a row; the noun's fields have the names of the columns."""
    fields = set(noun.__dataclass_fields__)  # type: ignore[attr-defined]
    columns = [column for column in TABLES[table.name].header if column in fields]
    cells = zip(*(table.column(name) for name in columns), strict=True)
    return [noun(**dict(zip(columns, row, strict=True))) for row in cells]


def _build_statements(table: Table) -> list[Statement]:
    # The fields of a statement stand in the order of the table's columns, and `line` is the last.
    columns: list[Any] = [table.column(name) for name in TABLES["statements"].header]
    return list(map(Statement, *columns, table.lines))


def _keyed(rows: list[_T], key: str) -> dict[str, _T]:
    return {getattr(row, key): row for row in rows}
