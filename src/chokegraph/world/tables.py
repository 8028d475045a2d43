# SPDX-License-Identifier: Apache-2.0
"""Tables read by their specification: numbers, dates, words, lists, and findings for the rest."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chokegraph.errors import Finding
from chokegraph.world.reading import Collector, RawTable, did_you_mean
from chokegraph.world.schema import Column, TableSpec

Cell = str | float | int | bool | tuple[str, ...] | None
Row = dict[str, Cell]

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?|-?Q[1-4])?")
_ID = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_HEX = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True)
class Table:
    """A table read by its specification: typed columns, and the line each row starts at.

    Cells are kept by column, which is fast for the large tables; `rows` shows them by row.
    """

    name: str
    file: str
    columns: dict[str, list[Cell]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    @classmethod
    def of_rows(cls, name: str, file: str, rows: Sequence[Row], lines: Sequence[int]) -> Table:
        """Make a table of rows that all have the same keys.

        Example:
            >>> Table.of_rows("countries", "c.csv", [{"country_id": "NL"}], [2]).columns
            {'country_id': ['NL']}
        """
        names = list(rows[0]) if rows else []
        return cls(name, file, {one: [row[one] for row in rows] for one in names}, list(lines))

    @cached_property
    def rows(self) -> list[Row]:
        """The rows as dictionaries by column."""
        names = tuple(self.columns)
        cells = zip(*self.columns.values(), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells]

    def column(self, name: str) -> list[Cell]:
        """Return a column; empty if the table has no rows."""
        return self.columns.get(name, [])

    def ids(self, column: str) -> set[str]:
        """Return the values of a text column as a set.

        Example:
            >>> Table("countries", "c.csv", {"country_id": ["NL"]}, [2]).ids("country_id")
            {'NL'}
        """
        return {str(cell) for cell in set(self.column(column))}


def parse_number(text: str) -> float | None:
    """Read a finite number with a decimal point; None when it is not one.

    Example:
        >>> parse_number("0.25"), parse_number("1,5"), parse_number("nan")
        (0.25, None, None)
    """
    if "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def is_id(text: str) -> bool:
    """Whether a text is an id: small letters, digits, hyphens and points.

    Example:
        >>> is_id("arf-immersion"), is_id("ArF immersion")
        (True, False)
    """
    return _ID.fullmatch(text) is not None


def _number(text: str, column: Column) -> tuple[Cell, str, str]:
    value = parse_number(text)
    if value is None:
        fix = "write a number with a decimal point and no unit, such as 0.25; blank if unknown"
        return None, f"'{text}' is not a number", fix
    if (column.low is not None and value < column.low) or (
        column.high is not None and value > column.high
    ):
        low = "-inf" if column.low is None else f"{column.low:g}"
        high = "inf" if column.high is None else f"{column.high:g}"
        return value, f"{text} is outside {low} to {high}", "correct the number or its unit"
    if column.kind == "integer":
        if value != int(value):
            return None, f"'{text}' is not a whole number", "write a whole number"
        return int(value), "", ""
    return value, "", ""


def _flag(text: str, _: Column) -> tuple[Cell, str, str]:
    if text in ("0", "1"):
        return text == "1", "", ""
    return None, f"'{text}' is neither 0 nor 1", "write 0 for no, 1 for yes"


def _list(text: str, _: Column) -> tuple[Cell, str, str]:
    return tuple(part.strip() for part in text.split(";") if part.strip()), "", ""


def _pattern(
    pattern: re.Pattern[str], message: str, fix: str
) -> Callable[[str, Column], tuple[Cell, str, str]]:
    def read(text: str, _: Column) -> tuple[Cell, str, str]:
        if pattern.fullmatch(text):
            return text, "", ""
        return text, f"'{text}' {message}", fix

    return read


_READERS: dict[str, Callable[[str, Column], tuple[Cell, str, str]]] = {
    "number": _number,
    "integer": _number,
    "flag": _flag,
    "list": _list,
    "date": _pattern(_DATE, "is not a date", "write a day as 2026-11-22"),
    "period": _pattern(_PERIOD, "is not a period", "write 2024, 2024-05, 2024Q1 or 2024-05-31"),
    "id": _pattern(_ID, "is not an id", "use small letters, digits and hyphens"),
    "hex": _pattern(_HEX, "is not a statement id", "12 hexadecimal digits; leave it to the tool"),
}


def parse_table(raw: RawTable, spec: TableSpec) -> tuple[Table, list[Finding]]:
    """Read the cells of a table by its specification.

    A cell that cannot be read becomes None (or "") and a finding; the row is kept, so that every
    mistake in it is reported.

    Args:
        raw: The table as text; it has all columns of `spec`.
        spec: What the columns are.

    Example:
        >>> from chokegraph.world.schema import TABLES
        >>> raw = RawTable("n.csv", TABLES["needs"].header, [["r", "i", "1.5", ""]], [2])
        >>> print(parse_table(raw, TABLES["needs"])[1][0])
        n.csv:2:requirement: error: 1.5 is outside 0 to 1 (fix: correct the number or its unit)
    """
    found = Collector(raw.file)
    by_name = dict(zip(raw.columns, zip(*raw.rows, strict=True), strict=True)) if raw.rows else {}
    columns = {
        column.name: _read_column(raw, column, by_name.get(column.name, ()), found)
        for column in spec.columns
    }
    return Table(spec.name, raw.file, columns, raw.lines), found.sorted()


def _read_column(
    raw: RawTable, column: Column, texts: Sequence[str], found: Collector
) -> list[Cell]:
    if column.kind == "text" and not column.required and not column.choices:
        return [text.strip() for text in texts]
    # Columns repeat themselves (years, units, sources), so each text is read once.
    verdicts = {text: _read_cell(text.strip(), column) for text in set(texts)}
    values = {text: verdict[0] for text, verdict in verdicts.items()}
    if any(verdict[1] for verdict in verdicts.values()):
        for text, line in zip(texts, raw.lines, strict=True):
            _, message, fix = verdicts[text]
            if message:
                found.add(message, fix, line, column.name)
    return [values[text] for text in texts]


def _read_cell(text: str, column: Column) -> tuple[Cell, str, str]:
    """Return the value of a trimmed cell, what is wrong with it, and the fix."""
    if not text:
        blank: Cell = None
        if column.kind in ("text", "id", "date", "period", "hex"):
            blank = ""
        elif column.kind == "list":
            blank = ()
        if column.required:
            return blank, "the cell is blank", f"give the {column.name}"
        return blank, "", ""
    if column.choices and text not in column.choices:
        hint = did_you_mean(text, column.choices) or "one of " + ", ".join(column.choices)
        return text, f"'{text}' is not allowed here", hint
    reader = _READERS.get(column.kind)
    return reader(text, column) if reader else (text, "", "")
