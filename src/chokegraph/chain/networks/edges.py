# SPDX-License-Identifier: Apache-2.0
"""The edge list: rows checked, self loops dropped, rows of the same edge put together."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from chokegraph.chain.networks.report import some
from chokegraph.chain.networks.tabular import LINE, Table
from chokegraph.errors import Finding


@dataclass
class Edges:
    """The edges that are left, and what was done to get there.

    Args:
        frame: Columns supplier, customer, product, value, source (text but the value) and `LINE`.
        rows: How many rows were read.
        unit: Unit of the values; "" where the file does not say.
        repaired: What was changed, a sentence each.
    """

    frame: pl.DataFrame
    rows: int = 0
    unit: str = ""
    repaired: list[str] = field(default_factory=list)


def clean_edges(table: Table, *, year: int | None = None) -> Edges:
    """Check an edge list, and put rows of the same edge together.

    Args:
        table: As read; findings are added to it.
        year: The year wanted; None where the file holds one year only.

    Returns:
        The edges. Rows with errors are left out, so that later checks can go on.
    """
    rows = table.frame.height
    frame = pl.DataFrame(
        {
            "supplier": table.text("supplier"),
            "customer": table.text("customer"),
            "product": table.text("product"),
            "source": table.text("source"),
            "year": table.text("year").str.strip_suffix(".0"),
            "unit": table.text("unit"),
            "value": table.numbers("value", "value"),
            LINE: table.frame[LINE],
        }
    )
    keep = _of_year(frame, table, year)
    for end in ("supplier", "customer"):
        blank = keep & (frame[end] == "")
        table.complain(blank, f"no {end}", "write the node's id", end)
        keep &= ~blank
    value = frame["value"]
    said = table.text("value") != "" if table.frame["value"].dtype == pl.String else None
    unknown = keep & value.is_null() & (~said if said is not None else True)
    table.complain(
        unknown,
        "no value: how much is sold is not known, and not known is not zero",
        "give a value, or leave the row out and say so",
        "value",
    )
    below = keep & (value < 0).fill_null(value=False)
    table.complain(below, "value {cell} is below zero", "give what is sold, gross", "value")
    keep &= value.is_not_null() & ~below.fill_null(value=False)
    done = Edges(frame, rows)
    done.unit = _one_unit(frame.filter(keep), table)
    zero = keep & (value == 0).fill_null(value=False)
    if zero.any():
        _say(done, table, frame.filter(zero), "rows with value 0 left out", "they carry nothing")
    loops = keep & ~zero & (frame["supplier"] == frame["customer"])
    if loops.any():
        _say(
            done,
            table,
            frame.filter(loops),
            "self loops left out",
            "a node is no supplier to itself",
        )
    kept = frame.filter(keep & ~zero & ~loops).select(
        "supplier", "customer", "product", "value", "source", LINE
    )
    done.frame = put_together(kept, "product", table.file, done.repaired)
    if not done.frame.height and not any(one.severity == "error" for one in table.findings):
        table.findings.append(
            Finding("no edge is left", fix="give at least one row with a value", file=table.file)
        )
    return done


def _say(done: Edges, table: Table, rows: pl.DataFrame, what: str, why: str) -> None:
    total = float(rows["value"].sum())
    lines = some(rows[LINE].head(5).to_list(), total=rows.height)
    worth = f", together {total:,.6g} {done.unit}".rstrip() if total else ""
    done.repaired.append(
        f"{_place(table.file, rows[LINE][0])}{rows.height:,} {what} ({why}{worth}; lines {lines})"
    )


def _place(file: str, line: int) -> str:
    return f"{file}:{line}: " if file else ""


def _of_year(frame: pl.DataFrame, table: Table, year: int | None) -> pl.Series:
    """Which rows are of the year; a finding where that cannot be told."""
    every = pl.Series([True], dtype=pl.Boolean).new_from_index(0, frame.height)
    years = sorted(set(frame["year"].unique()) - {""})
    if year is None:
        if len(years) > 1:
            table.findings.append(
                Finding(
                    f"{len(years)} years are mixed: {some(years)}; they do not add up",
                    fix=f"say which one: --year {years[-1]}",
                    file=table.file,
                    column="year",
                )
            )
        elif years and (frame["year"] == "").any():
            table.complain(
                frame["year"] == "",
                "no year, others have one",
                "write it",
                "year",
                severity="warning",
            )
        return every
    if not years:
        table.notes.append(f"no year in the edge list: all rows taken as {year}")
        return every
    if str(year) not in years:
        table.findings.append(
            Finding(
                f"no row of the year {year}; there are {some(years)}",
                fix="ask for one of these",
                file=table.file,
                column="year",
            )
        )
    return frame["year"] == str(year)


def _one_unit(frame: pl.DataFrame, table: Table) -> str:
    units = sorted(set(frame["unit"].unique()) - {""})
    if len(units) > 1:
        first = frame.filter(pl.col("unit") != frame["unit"][0]).head(1)
        table.findings.append(
            Finding(
                f"units are mixed: {some(units)}; amounts in two units do not add up",
                fix="convert all values to one unit",
                file=table.file,
                line=int(first[LINE][0]) if first.height else None,
                column="unit",
            )
        )
    elif units and (frame["unit"] == "").any():
        table.findings.append(
            Finding(
                f"{int((frame['unit'] == '').sum()):,} rows without a unit: taken as {units[0]}",
                fix="write it",
                file=table.file,
                column="unit",
                severity="warning",
            )
        )
    return units[0] if units else ""


def put_together(frame: pl.DataFrame, kind: str, file: str, repaired: list[str]) -> pl.DataFrame:
    """Return rows of the same supplier, customer and kind as one; the first line stands for them.

    Args:
        frame: Columns supplier, customer, product, value, source, `LINE`, and the kind.
        kind: The column that says what is sold.
        file: Name of the file, for what is said.
        repaired: What was put together is said here.

    Example:
        >>> rows = {"supplier": ["a", "a"], "customer": ["b", "b"], "product": ["x", "x"]}
        >>> frame = pl.DataFrame({**rows, "value": [1.0, 2.0], "source": ["", "s"], LINE: [2, 3]})
        >>> said = []
        >>> put_together(frame, "product", "", said)["value"].to_list(), len(said)
        ([3.0], 1)
    """
    keys = ["supplier", "customer", kind]
    again = frame.select(pl.struct(keys).is_duplicated()).to_series()
    if not again.any():
        return frame
    several = (
        frame.filter(again)
        .group_by(keys)
        .agg(
            pl.col("value").sum(),
            pl.col("source")
            .filter(pl.col("source") != "")
            .unique(maintain_order=True)
            .str.join("; "),
            pl.col(LINE).min(),
            *(pl.col(name).max() for name in ("product",) if name not in keys),
        )
        .sort(LINE)
        .select(frame.columns)
    )
    first = several.row(0, named=True)
    what = f" of {first[kind]}" if first[kind] else ""
    count = "one edge" if several.height == 1 else f"{several.height:,} edges"
    repaired.append(
        f"{_place(file, first[LINE])}{int(again.sum()):,} rows are duplicates of each other: put "
        f"together as {count}, values added; the first is {first['supplier']} to "
        f"{first['customer']}{what}"
    )
    return pl.concat([frame.filter(~again), several]).sort(LINE)
