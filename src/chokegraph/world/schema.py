# SPDX-License-Identifier: Apache-2.0
"""The tables of a data package: which columns each has, what type they are, what they refer to.

One place for the reader, the checker, the writer and the descriptor. Words that a column may hold
and ranges of numbers stand here because they are the format, not facts; facts are in the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["text", "id", "number", "integer", "flag", "list", "date", "period", "hex"]

STAGES = (
    "design",
    "wafer",
    "mask",
    "lithography",
    "deposition",
    "etch-clean",
    "doping-thermal",
    "cmp",
    "process-control",
    "materials",
    "packaging",
    "test",
    "memory",
    "services",
    "power",
)
TIERS = ("mature", "advanced", "leading")
ALL_FAMILIES = ("all", "all-equipment", "all-materials")
"""Family names that stand for more than one family; statements may be about them."""

SHARE_PROPERTY = "provision_share"
PROVIDES_PROPERTY = "provides"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Args:
        name: As in the header.
        kind: How a cell is read. "flag" is 0 or 1; "list" is parts divided by `;`; "period" is a
            year, a year and month, or a day; "hex" is a statement's id.
        required: Whether a blank is a mistake.
        choices: The words allowed; empty means any.
        refers: The table whose key the cell (or each part of a list) must name, or "".
        low: The least number allowed.
        high: The largest number allowed.
    """

    name: str
    kind: ColumnType = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    refers: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: its columns in order, and the columns that make a row unique."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = True
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def header(self) -> tuple[str, ...]:
        """The column names in order.

        Example:
            >>> TABLES["countries"].header
            ('country_id', 'name')
        """
        return tuple(column.name for column in self.columns)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


_KINDS = (
    "tool",
    "material",
    "component",
    "software",
    "ip",
    "service",
    "process",
    "group",
    "chip",
)

_SPECS = (
    TableSpec(
        "sources",
        "Sources",
        (
            Column("source_id", "id", required=True),
            Column("title", required=True),
            *_text("publisher", "authors", "published", "url", "archived_url"),
            Column("accessed", "date", required=True),
            Column("licence", required=True),
            Column("redistributable", required=True, choices=("yes", "no", "facts-only")),
            *_text("sha256", "notes"),
        ),
        ("source_id",),
    ),
    TableSpec(
        "countries",
        "Countries, ISO 3166-1 alpha-2, and ZZ for the part that no source attributes",
        (Column("country_id", required=True), Column("name", required=True)),
        ("country_id",),
    ),
    TableSpec(
        "firms",
        "Provider firms: headquarters, legal seat and main place of operation",
        (
            Column("firm_id", "id", required=True),
            Column("name", required=True),
            Column("headquarters", required=True, refers="countries"),
            Column("legal_country", refers="countries"),
            Column("operating_country", refers="countries"),
            Column("aliases", "list"),
            *_text("owner", "note"),
        ),
        ("firm_id",),
    ),
    TableSpec(
        "ladders",
        "Grade ladders, one rung a row",
        (
            Column("ladder_id", "id", required=True),
            Column("grade", "number", required=True),
            Column("label", required=True),
            Column("value", "number"),
            Column("unit"),
            Column("year", "number", low=1900, high=2100),
        ),
        ("ladder_id", "grade"),
    ),
    TableSpec(
        "inputs",
        "Inputs: tools, materials, components, software, services, process steps and groups",
        (
            Column("input_id", "id", required=True),
            Column("name", required=True),
            Column("kind", required=True, choices=_KINDS),
            Column("use", required=True, choices=("capital", "consumable", "none")),
            Column("stage", required=True, choices=STAGES),
            *_text("family"),
            Column("ladder_id", refers="ladders"),
            Column("eccns", "list"),
            Column("tags", "list"),
            Column("description"),
        ),
        ("input_id",),
    ),
    TableSpec(
        "chain",
        "The chain: needed_by (all are required) and variant_of (alternatives)",
        (
            Column("source_id", "id", required=True, refers="inputs"),
            Column("relation", required=True, choices=("needed_by", "variant_of")),
            Column("target_id", "id", required=True, refers="inputs"),
            Column("essentiality", "number", low=0, high=1),
            Column("note"),
        ),
        ("source_id", "relation", "target_id"),
    ),
    TableSpec(
        "products",
        "Products",
        (
            Column("product_id", "id", required=True),
            Column("name", required=True),
            Column("tier", required=True, choices=TIERS),
            *_text("unit", "description"),
        ),
        ("product_id",),
    ),
    TableSpec(
        "routes",
        "Routes: ways to make a product",
        (
            Column("route_id", "id", required=True),
            Column("product_id", "id", required=True, refers="products"),
            Column("name", required=True),
            Column("tier", required=True, choices=TIERS),
            Column("design_around", "flag", required=True),
            Column("description"),
        ),
        ("route_id",),
    ),
    TableSpec(
        "needs",
        "What each route needs, how strongly, and at which grade",
        (
            Column("route_id", "id", required=True, refers="routes"),
            Column("input_id", "id", required=True, refers="inputs"),
            Column("requirement", "number", required=True, low=0, high=1),
            Column("grade_asked", "number"),
        ),
        ("route_id", "input_id"),
    ),
    TableSpec(
        "properties",
        "Properties that statements may use, with units and bounds",
        (
            Column("property", required=True),
            Column("unit"),
            Column("meaning", required=True),
            Column("min", "number"),
            Column("max", "number"),
        ),
        ("property",),
    ),
    TableSpec(
        "grades",
        "Evidence grades, and the least width of an interval that goes with each",
        (
            Column("grade", required=True, choices=("A", "B", "C", "D", "X")),
            Column("meaning", required=True),
            Column("min_relative_width", "number", required=True, low=0),
        ),
        ("grade",),
    ),
    TableSpec(
        "statements",
        "Statements: one fact a row, with source, period, interval and grade",
        (
            Column("statement_id", "hex", required=True),
            Column("subject_id", required=True),
            Column("property", required=True, refers="properties"),
            Column("object_id"),
            Column("value", "number"),
            Column("unit"),
            Column("low", "number"),
            Column("high", "number"),
            Column("interval_kind", choices=("reported", "derived", "elicited", "rule")),
            Column("dist"),
            Column("period_start", "period"),
            Column("period_end", "period"),
            Column("obs_status", required=True, choices=("A", "E", "F", "I", "M")),
            Column("source_id", "id", required=True, refers="sources"),
            *_text("locator", "original_value", "method"),
            Column("derived_from", "list", refers="statements"),
            Column("grade", required=True, choices=("A", "B", "C", "D", "X")),
            Column("accessed", "date", required=True),
            Column("note"),
        ),
        ("statement_id",),
    ),
    TableSpec(
        "selections",
        "Which of several competing statements is used, and why",
        (
            Column("subject_id", required=True),
            Column("property", required=True, refers="properties"),
            Column("object_id"),
            Column("year", "integer", required=True, low=1900, high=2100),
            Column("statement_id", "hex", required=True, refers="statements"),
            Column("reason", required=True),
        ),
        ("subject_id", "property", "object_id", "year"),
    ),
)

TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""The tables that the world is built from, by name, in an order in which references resolve."""

SUBJECT_KINDS = {
    "input": "inputs",
    "firm": "firms",
    "country": "countries",
    "product": "products",
    "route": "routes",
    "ladder": "ladders",
}
"""Kinds in `kind:id` that name a row of a table; `family`, `stage` and `tier` name a word."""

TECHNOLOGY = (
    "accelerator",
    "memory",
    "memory-node",
    "node",
    "package",
    "scheme",
    "setting",
    "substrate",
)
"""Kinds in `kind:id` that name a row of a table of technology (`chokegraph.world.technology`)."""

FREE_KINDS = (
    *("event", "fund", "group", "list", "metric", "policy", "programme", "study", "world"),
    *TECHNOLOGY,
)
"""Kinds in `kind:id` whose ids stand in none of `TABLES`; most are what a study is about."""
