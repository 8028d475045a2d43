# SPDX-License-Identifier: Apache-2.0
"""Make a `World` of tables without mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

from chokegraph.world.estimates import selection_table
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
from chokegraph.world.tables import Table

_T = TypeVar("_T")


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
        data_hash: sha256 of the files that it was read from.
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
        properties=properties_of(tables["properties"]),
        grades=grades_of(tables["grades"]),
    )


def grades_of(table: Table) -> dict[str, GradeInfo]:
    """Return the evidence grades by letter.

    Example:
        >>> row = {"grade": "C", "meaning": "secondary", "min_relative_width": 0.0}
        >>> grades_of(Table.of_rows("grades", "g.csv", [row], [2]))["C"].meaning
        'secondary'
    """
    return _keyed(_build(table, GradeInfo), "grade")


def properties_of(table: Table) -> dict[str, PropertyInfo]:
    """Return the properties that statements may use, by name.

    Example:
        >>> row = {"property": "size", "unit": "m", "meaning": "length", "min": 0.0, "max": None}
        >>> properties_of(Table.of_rows("properties", "p.csv", [row], [2]))["size"].low
        0.0
    """
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


def share_years(statements: Iterable[Statement]) -> set[int]:
    """Return the years of which provision shares are known.

    Example:
        >>> share_years([])
        set()
    """
    return {
        row.year
        for row in statements
        if row.year is not None and row.property == SHARE_PROPERTY and row.value is not None
    }


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
