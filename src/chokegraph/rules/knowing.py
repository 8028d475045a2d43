# SPDX-License-Identifier: Apache-2.0
"""What is known of the rows of a file: each distinct row is read and decided once.

Rows that say the same and whose days see the same law come to the same. They get a number when
they are first met; facts, lists of parties, decision and words are worked out for that number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.engine import Engine
from chokegraph.rules.enriching import Enricher, days_of, enrich, tell_counts
from chokegraph.rules.framing import Framer, without
from chokegraph.rules.parquet_file import Coded, Keyed
from chokegraph.rules.repeats import MOST, Keys, Numbered, Repeats
from chokegraph.rules.results import StateBook, Tally
from chokegraph.rules.spans import Spans
from chokegraph.rules.values import Value

_BAD = -1
"""Stands for the decision of a row that cannot be read."""
_NOWHERE = np.iinfo(np.int64).min
"""The span of a row that cannot be read because of its day, or is no row."""
_RESTING = 8
"""Batches for which repeats are not looked for, after one that had few."""
_FEW = 1 << 12
"""Rows below which a batch says nothing about repeats."""


@dataclass(frozen=True)
class Prepared:
    """What a thread may find out of a batch while earlier ones are worked on.

    Args:
        days: The day of each row.
        spans: The number of the span that it lies in.
        ids: The rows' ids, where the file has them.
        keys: What tells the rows apart; None if repeats are not looked for.
    """

    days: pl.Series
    spans: NDArray[np.int64]
    ids: list[pl.Series]
    keys: Keys | None


@dataclass(frozen=True)
class Taken:
    """A batch of which the distinct rows are numbered.

    Args:
        prepared: What was found out before.
        numbers: The number of each row.
        entries: What the numbers come to, once that is worked out.
    """

    prepared: Prepared
    numbers: NDArray[np.int32]
    entries: _Entries


@dataclass(frozen=True)
class Known:
    """What is known of a batch.

    Args:
        days: The day of each row.
        ids: The rows' ids, where the file has them.
        bad: The rows that cannot be read.
        keyed: The columns of the output, by number of decision and by distinct row.
    """

    days: pl.Series
    ids: list[pl.Series]
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
        self._waiting: list[tuple[_Entries, pl.DataFrame, NDArray[np.bool_]]] = []
        # Dates in words are read in another thread, which needs notes of its own.
        self._early = Framer(framer.law, framer.header, as_of=framer.as_of)

    def prepare(self, table: pl.DataFrame) -> Prepared:
        """Do what a thread of its own may do for a batch."""
        days, wrong = self._early.days(table)
        spans = self._spans.of(days)
        spans[wrong] = _NOWHERE
        keys = None if self._rest else self._repeats.keys(self._told_apart(table))
        return Prepared(days, spans, self._early.ids(table), keys)

    def take(
        self, table: pl.DataFrame, broken: Iterable[int] = (), prepared: Prepared | None = None
    ) -> Taken:
        """Number the rows of a batch; those that are new wait to be worked out.

        Args:
            table: The rows, with the columns of the file.
            broken: Rows that are no rows, and bad whatever they say.
            prepared: What `prepare` gave for the batch, if it was asked.
        """
        if not self._waiting:
            self._make_room()
        prepared = prepared or self.prepare(table)
        prepared.spans[list(broken)] = _NOWHERE
        numbered, entries = self._number(table, prepared)
        if numbered.new.size:
            new = table[numbered.new]
            self._waiting.append((entries, new, prepared.spans[numbered.new] == _NOWHERE))
        return Taken(prepared, numbered.numbers.astype(np.int32), entries)

    @property
    def waiting(self) -> int:
        """How many new rows wait to be worked out."""
        return sum(new.height for _, new, _ in self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether what is known is to be forgotten before the next batch."""
        return self.book.is_full or self._repeats.count > MOST

    def work_out(self) -> None:
        """Work out what the rows that wait come to, together."""
        for _, several in groupby(self._waiting, key=lambda each: id(each[0])):
            group = list(several)
            rows = pl.concat([new for _, new, _ in group]) if len(group) > 1 else group[0][1]
            self._work_out(rows, np.concatenate([wrong for _, _, wrong in group]), group[0][0])
        self._waiting = []

    def answer(self, taken: Taken) -> Known:
        """Return what the rows of a batch come to, once nothing waits."""
        decisions = taken.entries.decisions.take(taken.numbers)
        bad = np.flatnonzero(decisions == _BAD)
        self._count(np.delete(decisions, bad) if bad.size else decisions)
        keyed = [Keyed(decisions, self.book.columns)]
        if self.enrichers:
            keyed += self._notes(taken.numbers, taken.entries)
        return Known(taken.prepared.days, taken.prepared.ids, bad, keyed)

    def know(self, table: pl.DataFrame, broken: Iterable[int] = ()) -> Known:
        """Work out what a batch comes to, at once."""
        taken = self.take(table, broken)
        self.work_out()
        return self.answer(taken)

    def tally(self) -> Tally:
        """Return the counts over all batches."""
        self._tally.add(self.book.columns(), self._counts)
        self._counts = self._counts[:0]
        return self._tally

    def _make_room(self) -> None:
        """Forget what was known when it is too much: memory stays bounded."""
        if self.is_full:
            self.tally()
            if self.book.is_full:
                # Blocks that wait to be written keep the old one.
                self.book = getattr(self.engine, "new_book", StateBook)()
            self._repeats.clear()
            self._entries = _Entries(len(self.enrichers))

    def _told_apart(self, table: pl.DataFrame) -> pl.DataFrame:
        return _hashable(table.select(self.framer.deciding))

    def _number(
        self,
        table: pl.DataFrame,
        prepared: Prepared,
    ) -> tuple[Numbered, _Entries]:
        rows = table.height
        if self._rest:
            self._rest -= 1
            every = np.arange(rows)
            return Numbered(every + 1, every), _Entries(len(self.enrichers))
        keys = prepared.keys or self._repeats.keys(self._told_apart(table))
        numbered = self._repeats.number(keys, prepared.spans)
        if rows > _FEW and 2 * numbered.new.size > rows:
            self._rest = _RESTING
        return numbered, self._entries

    def _work_out(self, rows: pl.DataFrame, wrong: NDArray[np.bool_], entries: _Entries) -> None:
        """Read and decide distinct rows, and note what they come to."""
        decisions = np.full(rows.height, _BAD, dtype=np.intp)
        framed = self.framer.frame(rows)
        for at in np.flatnonzero(wrong).tolist():
            framed.bad.setdefault(at, [])
        kept = np.arange(rows.height)
        if framed.bad:
            framed, kept = without(framed, rows.height)
        notes = [pl.DataFrame()] * len(self.enrichers)
        if kept.size:
            for place, enricher in enumerate(self.enrichers):
                framed, notes[place] = enrich(framed, enricher)
            decisions[kept] = self._decide(framed.facts)
        entries.add(decisions, kept, notes)

    def _decide(self, facts: pl.DataFrame) -> NDArray[np.intp]:
        number = getattr(self.engine, "number", None)
        if number is None:
            return self.book.number(self.engine(facts, self.blanks))
        found: NDArray[np.intp] = number(facts, self.blanks)
        return found

    def _count(self, decisions: NDArray[np.intp]) -> None:
        counts = np.bincount(decisions, minlength=self._counts.size)
        counts[: self._counts.size] += self._counts
        self._counts = counts

    def _notes(self, numbers: NDArray[np.int32], entries: _Entries) -> list[Keyed]:
        bad = entries.decisions == _BAD
        rows = np.bincount(numbers, minlength=bad.size)
        rows[bad] = 0
        met = np.flatnonzero(rows)
        columns: dict[str, Coded] = {}
        for enricher, notes in zip(self.enrichers, entries.notes, strict=True):
            if notes.width:
                tell_counts(enricher, notes[met], rows[met])
                columns |= {each.name: _coded(each) for each in notes}
        return [Keyed(numbers, lambda: columns)] if columns else []


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


def _hashable(table: pl.DataFrame) -> pl.DataFrame:
    """Return columns in types whose hashes stay the same from batch to batch."""
    return table.with_columns(
        pl.col(name).cast(pl.String)
        if isinstance(kind, pl.Categorical)
        else pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("\x1f")
        for name, kind in table.schema.items()
        if isinstance(kind, (pl.Categorical, pl.List))
    )
