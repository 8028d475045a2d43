# SPDX-License-Identifier: Apache-2.0
"""From the columns of a file to the frame of facts that the engine decides.

Whole columns at a time: text is read once per distinct value, not once per row. A cell that cannot
be read makes its row a bad row; the others go on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.cells import NOT_RELEVANT as NOT_APPLICABLE_WORDS
from chokegraph.rules.cells import UNKNOWN
from chokegraph.rules.distinct import DistinctCells
from chokegraph.rules.layout import Column, Header, layout
from chokegraph.rules.model import Law
from chokegraph.rules.roles import from_roles
from chokegraph.rules.vectors import MOST_KNOWN, NOT_RELEVANT, ends_of


@dataclass(frozen=True)
class Framed:
    """A batch as facts.

    Args:
        facts: `as_of` and one column per fact, texts as Enum; bad rows are in it still, with what
            was read.
        texts: Columns that are no facts: id, names of parties and their countries.
        bad: For each bad row, counted from 0, what is wrong with it.
    """

    facts: pl.DataFrame
    texts: pl.DataFrame
    bad: dict[int, list[str]] = field(default_factory=dict)


class Framer:
    """Turns batches of one file into frames of facts.

    Args:
        law: Where the facts are defined.
        header: How the file's columns are used.
        as_of: The day for rows that give none.

    Raises:
        FindingsError: If the law of that day is not encoded.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.layout import match_header
        >>> law = load_law()
        >>> header = match_header(["ECCN", "to", "from"], layout(law), dated=True)
        >>> framer = Framer(law, header, as_of=date(2024, 1, 1))
        >>> batch = pl.DataFrame({"ECCN": ["3a090 a", "oops"], "to": ["China", "TW"], "from": "US"})
        >>> framed = framer.frame(batch)
        >>> framed.facts.row(0, named=True)["eccn"], sorted(framed.bad)
        ('3A090.a', [1])
    """

    def __init__(self, law: Law, header: Header, *, as_of: date | None = None) -> None:
        if as_of is not None and (why := law.too_early(as_of)):
            raise FindingsError([Finding(why, "give a later day")], title="--as-of")
        self.law = law
        self.header = header
        self.as_of = as_of
        self.columns = layout(law)
        self._cells = {
            name: DistinctCells(self.columns[name]) for name in (*header.used, *header.bounds)
        }

    def frame(self, batch: pl.DataFrame) -> Framed:
        """Read a batch."""
        batch = self._coded(batch)
        bad: dict[int, list[str]] = {}
        facts: dict[str, pl.Series] = {}
        texts: dict[str, pl.Series] = {}
        for name, sources in self.header.used.items():
            column = self.columns[name]
            read = [self._read(batch[source], column, bad) for source in sources]
            if name == "as_of":
                continue
            (facts if column.fact is not None else texts).update(read[0])
        for name, (low, high) in self.header.bounds.items():
            facts |= self._bounds(batch[low], batch[high], self.columns[name], bad)
        facts = {"as_of": self._days(batch, bad), **facts}
        facts |= from_roles(texts, facts, batch.height)
        for cells in self._cells.values():
            if len(cells.each) > MOST_KNOWN:
                cells.start()  # memory stays bounded
        return Framed(pl.DataFrame(facts), pl.DataFrame(texts), bad)

    def _coded(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Number the distinct texts of all columns at once, which Polars does side by side."""
        casts = []
        for name, sources in self.header.used.items():
            if self.columns[name].type in ("number", "text"):
                continue
            for source in sources:
                kind = batch.schema[source]
                if kind == pl.String or isinstance(kind, (pl.Categorical, pl.Enum)):
                    text = pl.col(source) if kind == pl.String else pl.col(source).cast(pl.String)
                    casts.append(text.cast(self._cells[name].type))
        return batch.with_columns(casts)

    def days(self, batch: pl.DataFrame) -> tuple[pl.Series, np.ndarray]:
        """Return the day of each row, and which rows have none or one that cannot be read."""
        column = self.columns["as_of"]
        bad: dict[int, list[str]] = {}
        for source in self.header.used.get("as_of", ()):
            self._read(batch[source], column, bad)
        days = self._days(batch, {})
        wrong = days.is_null().to_numpy().copy()
        wrong[self._early(days).to_list()] = True
        wrong[list(bad)] = True
        return days, wrong

    def ids(self, batch: pl.DataFrame) -> list[pl.Series]:
        """Return the rows' ids, where the file has them."""
        column = self.columns.get("id")
        return [
            self._read(batch[source], column, {})["id"]
            for source in self.header.used.get("id", ())
            if column is not None
        ]

    @property
    def deciding(self) -> list[str]:
        """The columns of the file that say what a row is about, but for its day and id."""
        return [
            source
            for name, sources in self.header.used.items()
            if name not in ("as_of", "id")
            for source in sources
        ] + [source for pair in self.header.bounds.values() for source in pair]

    def _days(self, batch: pl.DataFrame, bad: dict[int, list[str]]) -> pl.Series:
        column = self.columns["as_of"]
        days = pl.Series("as_of", [self.as_of], dtype=pl.Date).new_from_index(0, batch.height)
        for source in reversed(self.header.used.get("as_of", ())):
            given = self._read(batch[source], column, {})["as_of"]
            days = given.zip_with(given.is_not_null(), days)
        for at in days.is_null().arg_true().to_list():
            said = [why for why in bad.get(at, []) if "no date" in why]
            if not said:
                bad.setdefault(at, []).append("as_of: no date; give one, or --as-of DATE")
        for at in self._early(days).to_list():
            bad.setdefault(at, []).append(f"as_of: {self.law.too_early(days[at])}")
        return days.rename("as_of")

    def _early(self, days: pl.Series) -> pl.Series:
        """Return the rows with a day whose law is not encoded."""
        first = self.law.encoded_from
        early = days < first if first is not None else pl.Series([False]).new_from_index(0, 0)
        return early.fill_null(value=False).arg_true()

    def _bounds(
        self, low: pl.Series, high: pl.Series, column: Column, bad: dict[int, list[str]]
    ) -> dict[str, pl.Series]:
        lows = self._read(low, column, bad)
        highs = self._read(high, column, bad)
        bottom = lows.get(column.name, lows.get(f"{column.name}__low"))
        top = highs.get(column.name, highs.get(f"{column.name}__high"))
        assert bottom is not None  # noqa: S101 - one of the two is there
        assert top is not None  # noqa: S101
        for at in (bottom > top).fill_null(value=False).arg_true().to_list():
            bad.setdefault(at, []).append(f"{low.name}: it is above {high.name}")
        known = bottom.is_not_null() & top.is_not_null()
        return {
            f"{column.name}__low": bottom.set(~known, None).rename(f"{column.name}__low"),
            f"{column.name}__high": top.set(~known, None).rename(f"{column.name}__high"),
        }

    def _read(
        self, series: pl.Series, column: Column, bad: dict[int, list[str]]
    ) -> dict[str, pl.Series]:
        """Read one column of the file; a number with intervals gives two."""
        kind = series.dtype
        if isinstance(kind, pl.List):
            texts = series.list.eval(pl.element().cast(pl.String)).list.join(";")
            series = texts.set(series.list.len() == 0, "none")
        if column.type == "number":
            return self._numbers(series, column, bad)
        if column.type == "flag" and kind == pl.Boolean:
            return {column.name: series.rename(column.name)}
        if column.type == "date" and kind in (pl.Date, pl.Datetime):
            return {column.name: series.cast(pl.Date).rename(column.name)}
        if column.type == "text":
            return {column.name: _names(series.cast(pl.String), column).rename(column.name)}
        return {column.name: self._spread(series, column, bad).rename(column.name)}

    def _spread(self, series: pl.Series, column: Column, bad: dict[int, list[str]]) -> pl.Series:
        """Read each distinct cell once; note the rows of those that cannot be read."""
        cells = self._cells[column.name]
        coded = series if series.dtype == cells.type else series.cast(pl.String).cast(cells.type)
        cells.read()
        codes = coded.to_physical()
        for at, why in cells.wrong_rows(codes):
            bad.setdefault(at, []).append(f"{series.name}: {why}")
        return cells.values.gather(codes)

    def _numbers(
        self, series: pl.Series, column: Column, bad: dict[int, list[str]]
    ) -> dict[str, pl.Series]:
        name = column.name
        if series.dtype.is_numeric():
            numbers = series.cast(pl.Float64).fill_nan(None)
            usual = _usual(numbers, column)
            for at in (~usual).fill_null(value=False).arg_true().to_list():
                bad.setdefault(at, []).append(
                    f"{series.name}: {numbers[at]} {_unusual(numbers[at], column)}"
                )
            return {name: numbers.rename(name)}
        texts = series.cast(pl.String)
        numbers = texts.str.strip_chars().cast(pl.Float64, strict=False)
        usual = _usual(numbers, column).fill_null(value=False)
        odd = (~usual & texts.is_not_null()).arg_true()
        if odd.is_empty():
            return {name: numbers.rename(name)}
        cells = self._cells[name]
        codes = texts.gather(odd).cast(cells.type).to_physical()
        cells.read()
        rows = odd.to_list()
        for at, why in cells.wrong_rows(codes):
            bad.setdefault(rows[at], []).append(f"{series.name}: {why}")
        low, high = (ends_of(cells.each, end).gather(codes) for end in (0, 1))
        if (low != high).any():
            both = (("low", low), ("high", high))
            return {
                f"{name}__{end}": numbers.clone().scatter(odd, found).rename(f"{name}__{end}")
                for end, found in both
            }
        return {name: numbers.scatter(odd, low).rename(name)}


def _usual(numbers: pl.Series, column: Column) -> pl.Series:
    """Return which numbers are such as a quantity can be."""
    usual = numbers.is_finite() & (numbers >= column.lowest)
    return usual if column.highest == math.inf else usual & (numbers <= column.highest)


def _unusual(number: float, column: Column) -> str:
    above = math.isfinite(number) and number > column.highest
    return f"is above {column.highest:g}, the most that it can be" if above else "is no quantity"


def _names(texts: pl.Series, column: Column) -> pl.Series:
    """Return names without space around them; null where nobody is named."""
    texts = texts.str.strip_chars()
    if column.about != "party":
        return texts.set(texts == "", None)
    words = texts.str.to_lowercase()
    texts = texts.set(words.is_in(list(UNKNOWN)).fill_null(value=False), None)
    return texts.set(words.is_in(list(NOT_APPLICABLE_WORDS)).fill_null(value=False), NOT_RELEVANT)


def without(framed: Framed, rows: int) -> tuple[Framed, np.ndarray]:
    """Return the good rows only, and which of the batch's rows they are."""
    kept = np.setdiff1d(np.arange(rows), np.fromiter(framed.bad, dtype=np.int64))
    texts = framed.texts[kept] if framed.texts.width else framed.texts
    return Framed(framed.facts[kept], texts, {}), kept
