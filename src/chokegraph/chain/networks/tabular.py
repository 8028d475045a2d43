# SPDX-License-Identifier: Apache-2.0
"""Tables that users bring: CSV, Parquet or a frame; columns under our names, cells checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from chokegraph.chain.networks.report import listed
from chokegraph.chain.networks.words import Column, columns, plain
from chokegraph.errors import Finding

Source = str | Path | pl.DataFrame
"""A file of CSV or Parquet, or a frame."""

LINE = "__line"
BLANK = ("", "?", "n/a", "null", "unknown")
"""Cells in lower case that say nothing."""


@dataclass
class Table:
    """A table under our own column names, with what was found on the way.

    Args:
        frame: The columns that are known, and `LINE`, the line (a file) or row (a frame).
        file: The file's name; "" for a frame.
        findings: What is wrong so far.
        notes: What need not be mended, such as columns that are not used.
    """

    frame: pl.DataFrame
    file: str = ""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether all required columns are there."""
        return self.frame.width > 0

    def has(self, column: str) -> bool:
        """Whether a column is there."""
        return column in self.frame.columns

    def text(self, column: str) -> pl.Series:
        """Return a column as text without spaces at its ends; "" where nothing is said."""
        if not self.has(column):
            return pl.Series(column, [""], dtype=pl.String).new_from_index(0, self.frame.height)
        given = self.frame[column]
        if given.dtype.is_float() and (given.drop_nans() % 1 == 0).all():
            # Ids and years that went through a program which makes floats of them.
            given = given.fill_nan(None).cast(pl.Int64)
        cells = given.cast(pl.String).fill_null("").str.strip_chars()
        return pl.select(
            pl.when(cells.str.to_lowercase().is_in(BLANK)).then(pl.lit("")).otherwise(cells)
        ).to_series()

    def numbers(self, column: str, what: str, *, percent: bool = False) -> pl.Series:
        """Return a column of numbers; null where nothing is said. Bad cells become findings."""
        if not self.has(column):
            return pl.Series(column, [None], dtype=pl.Float64).new_from_index(0, self.frame.height)
        given = self.frame[column]
        if given.dtype.is_numeric():
            found = given.cast(pl.Float64)
            said = given.is_not_null()
        else:
            cells = self.text(column)
            said = cells != ""
            found = cells.cast(pl.Float64, strict=False)
            if percent:
                parts = cells.str.strip_suffix("%").str.strip_chars().cast(pl.Float64, strict=False)
                found = pl.select(
                    pl.when(cells.str.ends_with("%")).then(parts / 100).otherwise(found)
                ).to_series()
        bad = said & ~found.is_finite().fill_null(value=False)
        self.complain(bad, f"{what} {{cell!r}} is not a number", "write 12.5 or 1e3", column)
        return found.fill_nan(None)

    def complain(
        self,
        where: pl.Series,
        message: str,
        fix: str,
        column: str,
        *,
        severity: str = "error",
        plural: str = "rows like this",
    ) -> None:
        """Add a finding for each row where something is true; `{cell}` is the cell's content."""
        count = int(where.sum())
        if not count:
            return
        rows = self.frame.filter(where).head(MOST)
        cells = rows[column] if column in rows.columns else [""] * rows.height
        found = (
            Finding(
                message.format(cell=str(cell) if cell is not None else ""),
                fix=fix,
                file=self.file,
                line=int(line),
                column=column,
                severity="warning" if severity == "warning" else "error",
            )
            for cell, line in zip(cells, rows[LINE], strict=True)
        )
        self.findings.extend(listed(found, plural, count))


MOST = 21


def read_table(source: Source | Any, kind: str) -> Table:  # noqa: ANN401 - pandas frames too
    """Read a table and put its columns under our names.

    Args:
        source: A path to CSV (commas, semicolons or tabs; UTF-8) or Parquet, or a frame of polars
            or pandas.
        kind: What it is: edges, nodes, cuts or essentiality; `matrix` keeps all columns as named.

    Returns:
        The table; with findings where it cannot be read.
    """
    table, frame = _opened(source)
    if frame is None:
        return table
    if kind == "matrix":
        table.frame = frame
        return table
    names = _named(frame.columns, columns(kind), table)
    missing = [one for one in columns(kind) if one.required and one.name not in names.values()]
    for one in missing:
        table.findings.append(
            Finding(
                f"no column {one.name!r}: {one.meaning[:1].lower()}{one.meaning[1:]}",
                fix=f"add it, or name it one of: {', '.join(one.also)}",
                file=table.file,
                line=1 if table.file else None,
            )
        )
    unused = [name for name in frame.columns if name not in names and name != LINE]
    if unused:
        table.notes.append(f"{table.file or 'table'}: columns not used: {', '.join(unused)}")
    if missing:
        return table
    table.frame = frame.select(
        *(pl.col(given).alias(ours) for given, ours in names.items()), pl.col(LINE)
    )
    return table


def _opened(source: Source | Any) -> tuple[Table, pl.DataFrame | None]:  # noqa: ANN401
    """The table as it is, with the number of each line; None where it cannot be read."""
    empty = pl.DataFrame()
    if isinstance(source, str | Path):
        path = Path(source)
        table = Table(empty, file=str(source))
        if not path.is_file():
            table.findings.append(Finding("no such file", fix="check the path", file=str(source)))
            return table, None
        try:
            if path.suffix.casefold() in {".parquet", ".pq"}:
                frame = pl.read_parquet(path)
                first = 1
            else:
                frame = _csv(path)
                first = 2
        except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
            words = str(error).strip().splitlines()
            table.findings.append(
                Finding(
                    f"cannot be read: {words[0] if words else type(error).__name__}",
                    fix="give CSV in UTF-8 with a header and as many cells in each row, or Parquet",
                    file=table.file,
                )
            )
            return table, None
        return table, frame.with_row_index(LINE, offset=first)
    frame = source if isinstance(source, pl.DataFrame) else _of_pandas(source)
    return Table(empty), frame.with_row_index(LINE, offset=1)


def _of_pandas(frame: Any) -> pl.DataFrame:  # noqa: ANN401 - a pandas frame
    """The same cells, None where one is missing; polars' own way needs pyarrow for texts."""
    columns = {}
    for name in frame.columns:
        cells, gone = frame[name].tolist(), frame[name].isna().tolist()
        known = [None if out else cell for cell, out in zip(cells, gone, strict=True)]
        columns[str(name)] = pl.Series(str(name), known, strict=False)
    return pl.DataFrame(columns)


def _csv(path: Path) -> pl.DataFrame:
    """Read CSV as text; a semicolon or a tab divides cells where the header has more of them."""
    with path.open(encoding="utf-8-sig") as file:
        head = file.readline()
    divider = max((",", ";", "\t"), key=head.count)
    return pl.scan_csv(path, separator=divider, infer_schema=False, encoding="utf8").collect(
        engine="streaming"
    )


def _named(given: Sequence[str], wanted: Sequence[Column], table: Table) -> dict[str, str]:
    """Our name of each column that is known."""
    by_name: dict[str, str] = {}
    for one in wanted:
        by_name.update(dict.fromkeys(one.also, one.name))
    by_name.update({one.name: one.name for one in wanted})
    if {"source", "target"} <= {plain(name) for name in given}:
        by_name.update(source="supplier", target="customer")
    found: dict[str, str] = {}
    for name in given:
        ours = by_name.get(plain(name))
        if ours is None:
            continue
        other = next((before for before, after in found.items() if after == ours), None)
        if other is None:
            found[name] = ours
        elif plain(name) == ours:
            del found[other]
            found[name] = ours
        elif plain(other) != ours:
            table.findings.append(
                Finding(
                    f"columns {other!r} and {name!r} both hold the {ours}",
                    fix="leave one of them out",
                    file=table.file,
                    line=1 if table.file else None,
                )
            )
    return found
