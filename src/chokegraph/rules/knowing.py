# SPDX-License-Identifier: Apache-2.0
"""What is known of the rows of a file: each distinct row is read and decided once.

Rows that say the same and whose days see the same law come to the same. They get a number when
they are first met; facts, lists of parties, decision and words are worked out for that number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.engine import Engine
from chokegraph.rules.enriching import Enricher, days_of, enrich, tell_counts
from chokegraph.rules.framing import Framer, without
from chokegraph.rules.parquet_file import Coded, Keyed
from chokegraph.rules.repeats import MOST, Numbered, Repeats
from chokegraph.rules.results import StateBook, Tally
from chokegraph.rules.values import Value

_BAD = -1
"""Stands for the decision of a row that cannot be read."""
_NOWHERE = np.iinfo(np.int64).min
"""The span of a row that cannot be read because of its day, or is no row."""
_RESTING = 8
"""Batches for which repeats are not looked for, after one that had few."""
_FEW = 1 << 12
"""Rows below which a batch says nothing about repeats."""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Known:
    """What is known of a batch.

    Args:
        days: The day of each row.
        bad: The rows that cannot be read.
        keyed: The columns of the output, by number of decision and by distinct row.
    """

    days: pl.Series
    bad: NDArray[np.intp]
    keyed: list[Keyed]


class Knower:
    """Finds out what the rows of one file come to.

    Args:
        framer: Reads them.
        engine: Decides them.
        blanks: Values of facts for rows that do not give them.
        enrichers: Add facts from other files.
    """

    def __init__(
        self,
        framer: Framer,
        engine: Engine,
        blanks: Mapping[str, Value],
        enrichers: Sequence[Enricher] = (),
    ) -> None:
        self.framer = framer
        self.engine = engine
        self.blanks = blanks
        self.enrichers = enrichers
        self.book: StateBook = getattr(engine, "book", None) or StateBook()
        self._spans = Spans(framer.law.days, days_of(enrichers))
        self._repeats = Repeats()
        self._entries = _Entries(len(enrichers))
        self._counts = np.zeros(0, dtype=np.int64)
        self._tally = Tally()
        self._rest = 0

    def prepare(self, table: pl.DataFrame) -> NDArray[np.uint64] | None:
        """Do what a thread may do for a batch while an earlier one is worked on."""
        return None if self._rest else self._repeats.first_hash(self._told_apart(table))

    def know(
        self,
        table: pl.DataFrame,
        broken: Iterable[int] = (),
        prepared: NDArray[np.uint64] | None = None,
    ) -> Known:
        """Work out what a batch comes to.

        Args:
            table: The rows, with the columns of the file.
            broken: Rows that are no rows, and bad whatever they say.
            prepared: What `prepare` gave for the batch, if it was asked.
        """
        self._make_room()
        days, wrong = self.framer.days(table)
        wrong[list(broken)] = True
        spans = self._spans.of(days)
        spans[wrong] = _NOWHERE
        numbered, entries = self._number(table, spans, prepared)
        if numbered.new.size:
            self._work_out(table, numbered.new, spans, entries)
        decisions = entries.decisions.take(numbered.numbers)
        bad = np.flatnonzero(decisions == _BAD)
        self._count(np.delete(decisions, bad) if bad.size else decisions)
        keyed = [Keyed(decisions, self.book.columns())]
        if self.enrichers:
            keyed += self._notes(numbered.numbers, entries)
        return Known(days, bad, keyed)

    def tally(self) -> Tally:
        """Return the counts over all batches."""
        self._tally.add(self.book.columns(), self._counts)
        self._counts = self._counts[:0]
        return self._tally

    def _make_room(self) -> None:
        """Forget what was known when it is too much: memory stays bounded."""
        if self.book.is_full or self._repeats.count > MOST:
            self.tally()
            if self.book.is_full:
                self.book.clear()
            self._repeats.clear()
            self._entries = _Entries(len(self.enrichers))

    def _told_apart(self, table: pl.DataFrame) -> pl.DataFrame:
        return _hashable(table.select(self.framer.deciding))

    def _number(
        self,
        table: pl.DataFrame,
        spans: NDArray[np.int64],
        prepared: NDArray[np.uint64] | None,
    ) -> tuple[Numbered, _Entries]:
        rows = table.height
        if self._rest:
            self._rest -= 1
            every = np.arange(rows)
            return Numbered(every + 1, every), _Entries(len(self.enrichers))
        numbered = self._repeats.number(self._told_apart(table), spans, prepared)
        if rows > _FEW and 2 * numbered.new.size > rows:
            self._rest = _RESTING
        return numbered, self._entries

    def _work_out(
        self,
        table: pl.DataFrame,
        rows: NDArray[np.intp],
        spans: NDArray[np.int64],
        entries: _Entries,
    ) -> None:
        """Read and decide distinct rows, and note what they come to."""
        decisions = np.full(rows.size, _BAD, dtype=np.intp)
        framed = self.framer.frame(table[rows])
        for at in np.flatnonzero(spans[rows] == _NOWHERE).tolist():
            framed.bad.setdefault(at, [])
        kept = np.arange(rows.size)
        if framed.bad:
            framed, kept = without(framed, rows.size)
        notes = [pl.DataFrame()] * len(self.enrichers)
        if kept.size:
            for place, enricher in enumerate(self.enrichers):
                framed, notes[place] = enrich(framed, enricher)
            decisions[kept] = self.book.number(self.engine(framed.facts, self.blanks))
        entries.add(decisions, kept, notes)

    def _count(self, decisions: NDArray[np.intp]) -> None:
        counts = np.bincount(decisions, minlength=self._counts.size)
        counts[: self._counts.size] += self._counts
        self._counts = counts

    def _notes(self, numbers: NDArray[np.intp], entries: _Entries) -> list[Keyed]:
        bad = entries.decisions == _BAD
        rows = np.bincount(numbers, minlength=bad.size)
        rows[bad] = 0
        met = np.flatnonzero(rows)
        columns: dict[str, Coded] = {}
        for enricher, notes in zip(self.enrichers, entries.notes, strict=True):
            if notes.width:
                tell_counts(enricher, notes[met], rows[met])
                columns |= {each.name: _coded(each) for each in notes}
        return [Keyed(numbers, columns)] if columns else []


class _Entries:
    """What distinct rows come to, by their number from 1.

    Args:
        enrichers: How many other files have a say.
    """

    def __init__(self, enrichers: int) -> None:
        self.decisions = np.full(1, _BAD, dtype=np.intp)
        self.notes = [pl.DataFrame()] * enrichers

    def add(
        self, decisions: NDArray[np.intp], kept: NDArray[np.intp], notes: list[pl.DataFrame]
    ) -> None:
        """Add rows.

        Args:
            decisions: Their decisions.
            kept: Those of them that could be read.
            notes: The output columns of each enricher for these.
        """
        first = self.decisions.size
        self.decisions = np.concatenate([self.decisions, decisions])
        place = np.full(decisions.size, kept.size)
        place[kept] = np.arange(kept.size)
        for number, more in enumerate(notes):
            before = self.notes[number]
            if more.width and not before.width:
                before = pl.DataFrame(
                    {name: pl.Series([""], dtype=pl.Categorical(pl.Categories.random()))
                     for name in more.columns}
                )[[0] * first]  # fmt: skip
            if not before.width:
                continue
            # Rows of which none could be read have no notes, but stand in them like the others.
            said = more.cast(pl.String) if more.width else _blank(before.columns).clear()
            spread = pl.concat([said, _blank(before.columns)])[place]
            self.notes[number] = pl.concat([before, spread.cast(before.schema)], rechunk=True)


def _coded(notes: pl.Series) -> Coded:
    """Return a categorical column as a column of texts."""
    _, first, codes = np.unique(
        notes.to_physical().to_numpy(), return_index=True, return_inverse=True
    )
    words = notes.gather(first).cast(pl.String).to_list()
    return Coded(words, codes, pl.String())


def _blank(names: list[str]) -> pl.DataFrame:
    return pl.DataFrame({name: [""] for name in names})


class Spans:
    """Spans of days on which nothing changes.

    Args:
        days: Days on which the law changes.
        more: Days on which something else does; None if that may be any day.

    Example:
        >>> spans = Spans([date(2024, 1, 1)], set())
        >>> spans.of(pl.Series([date(2023, 12, 31), date(2024, 1, 1), None])).tolist()
        [0, 1, 0]
    """

    def __init__(self, days: Iterable[date], more: set[date] | None) -> None:
        self._cuts: NDArray[np.int64] | None = None
        if more is not None:
            cuts = {(day - _EPOCH).days for day in (*days, *more)}
            self._cuts = np.array(sorted(cuts), dtype=np.int64)
            self._first = int(self._cuts[0]) - 1 if cuts else 0
            self._table = np.searchsorted(
                self._cuts, np.arange(self._first, (max(cuts) if cuts else 0) + 1), side="right"
            )

    def of(self, days: pl.Series) -> NDArray[np.int64]:
        """Return a number for the span that each day lies in; days that are null lie anywhere."""
        numbers = days.to_physical().fill_null(0).to_numpy().astype(np.int64)
        if self._cuts is None:
            return numbers
        np.subtract(numbers, self._first, out=numbers)
        return self._table.take(numbers, mode="clip").astype(np.int64)


def _hashable(table: pl.DataFrame) -> pl.DataFrame:
    """Return columns in types whose hashes stay the same from batch to batch."""
    return table.with_columns(
        pl.col(name).cast(pl.String)
        if isinstance(kind, pl.Categorical)
        else pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("\x1f")
        for name, kind in table.schema.items()
        if isinstance(kind, (pl.Categorical, pl.List))
    )
