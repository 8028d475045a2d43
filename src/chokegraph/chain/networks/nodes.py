# SPDX-License-Identifier: Apache-2.0
"""The node table: ids, names, countries, sectors, owners, sales, markets."""

from __future__ import annotations

import polars as pl

from chokegraph.chain.networks.report import some
from chokegraph.chain.networks.tabular import LINE, Table
from chokegraph.chain.networks.words import country_code
from chokegraph.errors import Finding

TEXTS = ("name", "country", "sector", "owner", "market")


def no_nodes() -> pl.DataFrame:
    """Return an empty node table.

    Example:
        >>> no_nodes().height
        0
    """
    texts = dict.fromkeys(("id", *TEXTS), pl.String)
    return pl.DataFrame(schema={**texts, "sales": pl.Float64, "final_demand": pl.Float64})


def clean_nodes(table: Table, unit: str, notes: list[str]) -> pl.DataFrame:
    """Check a node table.

    Args:
        table: As read; findings are added to it.
        unit: Unit of the edge list; a warning says if sales are in another one.
        notes: What was changed is added to it.

    Returns:
        Columns id, name, country (ISO, two letters), sector, owner, market, sales and
        final_demand; one row for each id.
    """
    frame = pl.DataFrame(
        {name: table.text(name) for name in ("id", *TEXTS)}
        | {name: table.numbers(name, name) for name in ("sales", "final_demand")}
        | {LINE: table.frame[LINE]}
    )
    blank = frame["id"] == ""
    table.complain(blank, "no id", "write the id that the edge list uses", "id")
    again = ~blank & frame["id"].is_duplicated() & ~frame["id"].is_first_distinct()
    table.complain(again, "{cell!r} is there twice", "give each node one row", "id")
    for name in ("sales", "final_demand"):
        below = (frame[name] < 0).fill_null(value=False)
        table.complain(below, f"{name} {{cell}} is below zero", "give what is sold, gross", name)
    _units(table, unit)
    frame = frame.with_columns(_countries(frame["country"], table, notes))
    return frame.filter(~blank & ~again).drop(LINE)


def _units(table: Table, unit: str) -> None:
    units = sorted(set(table.text("unit").unique()) - {""})
    if len(units) > 1 or (units and unit and units[0] != unit):
        both = " and ".join(sorted({*units, *([unit] if unit else [])}))
        table.findings.append(
            Finding(
                f"units are mixed: {both}",
                fix="convert sales to the unit of the edge list",
                file=table.file,
                column="unit",
            )
        )


def _countries(given: pl.Series, table: Table, notes: list[str]) -> pl.Series:
    """Codes of two letters; "" and a warning where a country is not known."""
    codes = {cell: country_code(cell) for cell in given.unique() if cell}
    strange = [cell for cell, code in codes.items() if not code]
    table.complain(
        given.is_in(strange),
        "country {cell!r} is not known",
        "write the ISO 3166-1 code of two letters",
        "country",
        severity="warning",
    )
    changed = {cell: code for cell, code in codes.items() if code and cell != code}
    if changed:
        pairs = [f"{cell} as {code}" for cell, code in sorted(changed.items())]
        notes.append(f"countries read as ISO codes: {some(pairs)}")
    return given.replace_strict(codes, default="", return_dtype=pl.String).alias("country")
