# SPDX-License-Identifier: Apache-2.0
"""From the columns of a file to the frame of facts that the engine decides.

Whole columns at a time: text is read once per distinct value, not once per row. A cell that cannot
be read makes its row a bad row; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from chokegraph.rules.cells import CellError, read_cell
from chokegraph.rules.layout import MAY_BE_ABSENT, ROLES, Column, Header, layout
from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

MOST_KNOWN = 200_000
"""Distinct cells of a column that are remembered from batch to batch."""
NOT_RELEVANT = "n/a"
OPEN = "?"
"""The member of a set that says: and perhaps others."""


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
        self.law = law
        self.header = header
        self.as_of = as_of
        self.columns = layout(law)
        self._cells = {name: _Cells(self.columns[name]) for name in (*header.used, *header.bounds)}

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
        facts |= _from_roles(texts, facts, batch.height)
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
        return days.rename("as_of")

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
            texts = series.cast(pl.String).str.strip_chars()
            return {column.name: texts.set(texts == "", None).rename(column.name)}
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
            usual = numbers.is_finite() & (numbers >= 0)
            for at in (~usual).fill_null(value=False).arg_true().to_list():
                bad.setdefault(at, []).append(f"{series.name}: {numbers[at]} is no quantity")
            return {name: numbers.rename(name)}
        texts = series.cast(pl.String)
        numbers = texts.str.strip_chars().cast(pl.Float64, strict=False)
        usual = (numbers.is_finite() & (numbers >= 0)).fill_null(value=False)
        odd = (~usual & texts.is_not_null()).arg_true()
        if odd.is_empty():
            return {name: numbers.rename(name)}
        cells = self._cells[name]
        codes = texts.gather(odd).cast(cells.type).to_physical()
        cells.read()
        rows = odd.to_list()
        for at, why in cells.wrong_rows(codes):
            bad.setdefault(rows[at], []).append(f"{series.name}: {why}")
        low, high = (_ends(cells.each, end).gather(codes) for end in (0, 1))
        if (low != high).any():
            both = (("low", low), ("high", high))
            return {
                f"{name}__{end}": numbers.clone().scatter(odd, found).rename(f"{name}__{end}")
                for end, found in both
            }
        return {name: numbers.scatter(odd, low).rename(name)}


class _Cells:
    """The distinct cells of a column: numbered by Polars, each read once for the whole file.

    Args:
        column: The column.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.start()

    def start(self) -> None:
        """Forget what was read."""
        self._categories = pl.Categories.random()
        self.type = pl.Categorical(self._categories)
        # The numbers of categories last as long as a column uses them: this one does.
        self._kept = pl.Series([""]).cast(self.type)
        self.each: list[Value] = []
        self.wrong: dict[int, str] = {}
        self.values = pl.Series([], dtype=pl.String)

    def read(self) -> None:
        """Read the cells that are new."""
        words = self._categories.to_series()
        if len(words) == len(self.each):
            return
        for word in words[len(self.each) :].to_list():
            value = _attempt(word, self.column)
            if isinstance(value, CellError):
                self.wrong[len(self.each)] = str(value)
                value = None
            self.each.append(value)
        if self.column.type != "number":
            self.values = _coded_values(self.each, self.column)

    def wrong_rows(self, codes: pl.Series) -> Iterator[tuple[int, str]]:
        """Yield the rows whose cell cannot be read, and why."""
        if self.wrong:
            odd = codes.is_in(pl.Series(list(self.wrong), dtype=codes.dtype).implode())
            for at in odd.fill_null(value=False).arg_true().to_list():
                yield at, self.wrong[codes[at]]


def _attempt(word: str, column: Column) -> Value | CellError:
    try:
        return read_cell(word, column)
    except CellError as error:
        return error


def _ends(values: list[Value], end: int) -> pl.Series:
    numbers: list[float | None] = []
    for value in values:
        if isinstance(value, Interval):
            numbers.append(value.high if end else value.low)
        elif value is NOT_APPLICABLE:
            numbers.append(float("nan"))
        else:
            numbers.append(value)  # type: ignore[arg-type]
    return pl.Series(numbers, dtype=pl.Float64)


def _coded_values(values: list[Value], column: Column) -> pl.Series:
    """Return the values of a column's cells; texts as an Enum, so that rows hold numbers."""
    if column.type in ("flag", "date") or len(values) > MOST_KNOWN:
        return _typed(values, column)
    texts = [_text(value) for value in values]
    words = list(dict.fromkeys(text for text in texts if text is not None))
    return pl.Series(texts, dtype=pl.Enum(words))


def _typed(values: list[Value], column: Column) -> pl.Series:
    if column.type == "flag":
        return pl.Series(values, dtype=pl.Boolean)
    if column.type == "date":
        days = [None if value is NOT_APPLICABLE else value for value in values]
        return pl.Series(days, dtype=pl.Date)
    return pl.Series([_text(value) for value in values], dtype=pl.String)


def _text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, frozenset):
        return ";".join(sorted(value))
    return NOT_RELEVANT if value is NOT_APPLICABLE else str(value)


def _from_roles(
    texts: dict[str, pl.Series], facts: dict[str, pl.Series], rows: int
) -> dict[str, pl.Series]:
    """Fill the parties' countries and headquarters from the columns of each role."""
    filled: dict[str, pl.Series] = {}
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, rows)
    unnamed = pl.Series([OPEN]).new_from_index(0, rows)
    for fact, ending in (("party_countries", "_country"), ("party_headquarters", "_hq")):
        if not any(role + ending in texts for role in ROLES):
            continue
        parts = []
        for role in ROLES:
            if role not in texts and role + ending not in texts:
                continue
            places = texts.get(role + ending, nothing).cast(pl.String)
            # A blank cell means that there is no intermediate consignee; the others always exist.
            there = texts.get(role, nothing).is_not_null() | (role != MAY_BE_ABSENT)
            parts.append(unnamed.zip_with(places.is_null() & there, places))
        joined = _distinct_sets(parts)
        before = facts.get(fact)
        if before is not None:
            joined = _filled(before, joined)
        filled[fact] = joined.rename(fact)
    return filled


def _distinct_sets(parts: list[pl.Series]) -> pl.Series:
    """Join texts row by row into sets; null where nothing is said or a member is open."""
    table = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
    joined = table.select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True)).to_series()
    own = pl.Categories.random()
    coded = joined.cast(pl.Categorical(own))
    return pl.Series(
        [set_text(word.split(";")) for word in own.to_series().to_list()], dtype=pl.String
    ).gather(coded.to_physical())


def set_text(members: list[str]) -> str | None:
    """Return the text of a set for the frame; None where a member is open or nothing is said.

    Example:
        >>> set_text(["US", "CN", "US"]), set_text(["US", "?"])
        ('CN;US', None)
    """
    found = {member for member in members if member}
    if not found or OPEN in found:
        return None
    return ";".join(sorted(found))


def fill_blanks(facts: pl.DataFrame, law: Law, values: Mapping[str, Value]) -> pl.DataFrame:
    """Give facts that rows leave blank a value.

    Args:
        facts: The frame.
        law: Where the facts are defined.
        values: The value by fact.

    Example:
        >>> from chokegraph.rules import load_law
        >>> frame = pl.DataFrame({"origin": ["US", None]})
        >>> filled = fill_blanks(frame, load_law(), {"origin": "JP", "tpp": Interval(1.0, 2.0)})
        >>> filled["origin"].to_list(), filled["tpp__high"].to_list()
        (['US', 'JP'], [2.0, 2.0])
    """
    columns = {series.name: series for series in facts}
    rows = facts.height
    for name, value in values.items():
        fact = law.facts[name]
        low, high = f"{name}__low", f"{name}__high"
        if fact.type == "number":
            ends = (_ends([value], 0), _ends([value], 1))
            if name in columns and ends[0][0] != ends[1][0] and isinstance(value, Interval):
                columns[low], columns[high] = (
                    columns[name].alias(low),
                    columns.pop(name).alias(high),
                )
            if low in columns or isinstance(value, Interval):
                for key, end in ((low, ends[0]), (high, ends[1])):
                    columns[key] = _or(columns.get(key), end, key, rows)
                continue
            columns[name] = _or(columns.get(name), ends[0], name, rows)
            continue
        given = _typed([value], Column(name=name, type=fact.type, about="", meaning=""))
        columns[name] = _or(columns.get(name), given, name, rows)
    return pl.DataFrame(columns)


def _or(before: pl.Series | None, value: pl.Series, name: str, rows: int) -> pl.Series:
    everywhere = value.rename(name).new_from_index(0, rows)
    return everywhere if before is None else _filled(before, everywhere)


def not_so(law: Law) -> dict[str, Value]:
    """Return what facts that are not given mean in case files: "not so" or "not relevant".

    Facts that are computed from others, or have no such meaning, are left out; so are days, which
    have no "not applicable".
    """
    return {
        name: _not_so(fact)
        for name, fact in law.facts.items()
        if fact.absent_in_cases != "unknown" and not fact.derived and fact.type != "date"
    }


def _not_so(fact: FactDefinition) -> Value:
    if fact.type == "flag":
        return False
    if fact.is_set:
        return frozenset()
    return NOT_APPLICABLE


Enricher = Callable[[Framed], tuple[pl.DataFrame, pl.DataFrame]]
"""Adds what follows from other files: facts (used where the row gives none) and output columns."""


def enrich(framed: Framed, enricher: Enricher) -> tuple[Framed, pl.DataFrame]:
    """Let an enricher add facts; what a row gives itself stays.

    Returns:
        The batch with the facts added, and the columns that go to the output.
    """
    more, notes = enricher(framed)
    facts = framed.facts
    for series in more:
        base = series.name.removesuffix("__low").removesuffix("__high")
        if base != series.name and base in facts.columns:
            facts = facts.with_columns(
                facts[base].alias(f"{base}__low"), facts[base].alias(f"{base}__high")
            ).drop(base)
        elif base == series.name and f"{base}__low" in facts.columns:
            for bound in (f"{base}__low", f"{base}__high"):
                facts = facts.with_columns(_filled(facts[bound], series))
            continue
        before = facts[series.name] if series.name in facts.columns else None
        facts = facts.with_columns(series if before is None else _filled(before, series))
    return Framed(facts, framed.texts, framed.bad), notes


def _filled(given: pl.Series, more: pl.Series) -> pl.Series:
    if isinstance(given.dtype, pl.Enum) and given.null_count():
        given, more = given.cast(pl.String), more.cast(pl.String)
    elif isinstance(given.dtype, pl.Enum):
        return given
    return given.zip_with(given.is_not_null(), more)


def without(framed: Framed, rows: int) -> tuple[Framed, np.ndarray]:
    """Return the good rows only, and which of the batch's rows they are."""
    kept = np.setdiff1d(np.arange(rows), np.fromiter(framed.bad, dtype=np.int64))
    texts = framed.texts[kept] if framed.texts.width else framed.texts
    return Framed(framed.facts[kept], texts, {}), kept
