# SPDX-License-Identifier: Apache-2.0
"""A state machine over columns that is built while it runs.

What is known of a row after some columns is a state: the clauses that are still possible, and
those that are open because a fact is unknown. States are numbered as they come up, and for each
column a table says which state follows from which state by which code. A row then costs one
look-up per column, whatever the number of clauses. Tables are filled for what occurs in the data,
and emptied when they grow too large; what they say never depends on when that happens.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.columns import Column
from chokegraph.rules.compile import LIVE
from chokegraph.rules.levels import Level, State, joined
from chokegraph.rules.masks import Book, LookUp
from chokegraph.rules.pruning import Hints, pruner_of
from chokegraph.rules.values import Value

ENTRIES = 1 << 26
"""How many entries the tables may have together before they are emptied (4 bytes each)."""
_PIECE = 1 << 12
"""How many rows are learnt from before the size of the tables is looked at."""


class Machine:
    """The state machine for tables with the same columns, shared by laws of one family.

    Args:
        book: Clauses and look-up rows.
        columns: The columns that tables have, with their code books.
        constants: Facts that have one value in all rows; others without a column are unknown.
    """

    def __init__(
        self, book: Book, columns: tuple[Column, ...], constants: Mapping[str, Value]
    ) -> None:
        self.book = book
        self.constants = constants
        self.order = sorted(range(len(columns)), key=lambda place: self._weight(columns[place]))
        self.levels = [Level(columns[place]) for place in self.order]
        self.last = Level(Column((), (), (), np.empty(0, dtype=np.uint8)))
        self.given = {fact for column in columns for fact in column.facts}
        self.flushes = 0
        self._size = -1
        self._starts: dict[tuple[int, int], int] = {}

    def _weight(self, column: Column) -> tuple[int, int]:
        """Columns with few values, and then those that decide much, leave the fewest states."""
        size = prod(column.sizes) if column.sizes else column.books[0].size
        return size, -self._touched(column).bit_count()

    def _touched(self, column: Column) -> int:
        """Return the clauses that ask something about a column."""
        touched = 0
        for fact in column.facts:
            touched |= self.book.touched(fact)
        return touched

    # -- what the law says ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Take up clauses that were added since the last run."""
        if self._size == len(self.book.clauses):
            return
        self._size = len(self.book.clauses)
        self._starts.clear()
        self.every = self.book.every
        self.missing: list[tuple[int, int]] = []
        self.missing_bits = 0
        marks: dict[int, int] = {}
        kept = kept_strict = self.every
        open_strict = 0
        for fact in self.book.asked:
            if fact in self.given:
                continue
            row = self.book.look_up(fact, self.constants.get(fact))
            kept &= row.kept
            kept_strict &= row.kept_strict
            open_strict |= row.open_strict
            for tag, bits in row.tags:
                if tag in self.book.mark_tags:
                    marks[tag] = marks.get(tag, 0) | bits
                else:
                    self.missing.append((tag, bits))
                    self.missing_bits |= bits
        self._neutral = LookUp(self.every, self.every, 0, ())
        self._base = LookUp(kept, kept_strict, open_strict, tuple(sorted(marks.items())))
        self._settle()
        self._pruner = pruner_of(self.book)
        for level in self.levels:
            level.rows = []

    def _settle(self) -> None:
        """Work out which clauses are complete after which column, and what each makes idle."""
        book = self.book
        before: set[str] = set()
        several: set[int] = set()
        for number, bits in enumerate(book.variant_bits):
            variant = book.variants[number]
            # A doubted rule may still turn from true to unknown, and then its clauses are named.
            if bits.bit_count() > 2 and not (variant.role == LIVE and variant.version.doubted):
                several.add(number)
        for level in [*self.levels, self.last]:
            level.done = 0
            for place, clause in enumerate(book.clauses):
                if (
                    clause.variant in several
                    and not clause.links
                    and clause.facts <= before
                    and book.sure_bits[clause.variant] != 1 << place
                ):
                    level.done |= 1 << place
            before |= set(level.column.facts)
            level.touched = self._touched(level.column)

    def start(self, bits: tuple[int, int]) -> int:
        """Return the number of a row's first state, given the live clauses."""
        if bits not in self._starts:
            first = self.levels[0] if self.levels else self.last
            hints = self._pruner.everything()
            self._starts[bits] = self.step(State(*bits, 0, ()), hints, self._base, first)
        return self._starts[bits]

    # -- one step -------------------------------------------------------------------------------

    def step(self, state: State, hints: Hints, row: LookUp, after: Level) -> int:
        """Return the number, in the level `after`, of the state that follows."""
        possible = state.possible & row.kept
        strict = state.possible_strict & row.kept_strict
        opened = (state.open_strict | row.open_strict) & strict
        tags = state.tags
        if row.tags:
            more = dict(tags)
            for tag, bits in row.tags:
                more[tag] = more.get(tag, 0) | bits
            tags = tuple(sorted(more.items()))
        if tags:
            tags = self._still(tags, possible, strict)
        bare = State(possible, strict, opened, tags)
        found = after.bare.get(bare)
        if found is not None:
            return found
        changed = possible != state.possible or strict != state.possible_strict
        certain = possible & strict & ~opened & after.done
        if certain:
            for _, bits in tags:
                certain &= ~bits
        if certain:
            possible, strict = self._settled(possible, strict, certain)
            changed = True
        if changed:
            possible, strict, hints = self._pruner.prune(possible, strict, hints)
            opened &= strict
            if tags:
                tags = self._still(tags, possible, strict)
        found = after.bare[bare] = after.intern(State(possible, strict, opened, tags), hints)
        return found

    def _still(
        self, tags: tuple[tuple[int, int], ...], possible: int, strict: int
    ) -> tuple[tuple[int, int], ...]:
        marks = self.book.mark_tags
        left = []
        for tag, bits in tags:
            still = bits & ((possible | strict) if tag in marks else possible)
            if still:
                left.append((tag, still))
        return tuple(left)

    def _settled(self, possible: int, strict: int, certain: int) -> tuple[int, int]:
        """Put "surely true" in the place of the clauses of a rule of which one is certain."""
        book = self.book
        while certain:
            place = (certain & -certain).bit_length() - 1
            variant = book.clauses[place].variant
            bits = book.variant_bits[variant]
            possible = possible & ~bits | book.sure_bits[variant]
            strict = strict & ~bits | book.sure_bits[variant]
            certain &= ~bits
        return possible, strict

    def row(self, level: Level, code: int) -> LookUp:
        """Return the look-up row of a code of a level's column."""
        rows = level.rows
        if code >= len(rows):
            rows += [None] * (code + 1 - len(rows))
        found = rows[code]
        if found is None:
            values = level.column.values(code)
            each = [
                self.book.look_up(fact, value)
                for fact, value in zip(level.column.facts, values, strict=True)
            ]
            found = rows[code] = each[0] if len(each) == 1 else joined(each)
        return found

    def _follow(self, level: Level, after: Level, pair: int) -> int:
        """Return what follows from a state before a column by a code, and note it."""
        number, code = divmod(pair, level.width)
        state, hints = level.states[number], level.hints[number]
        if (state.possible | state.possible_strict) & level.touched:
            found = self.step(state, hints, self.row(level, code), after)
            level.table[pair] = found * after.width
        else:
            # The column cannot change anything: all codes lead to the same state.
            found = self.step(state, hints, self._neutral, after)
            begin = number * level.width
            level.table[begin : begin + level.width] = found * after.width
        return found

    # -- many rows ------------------------------------------------------------------------------

    def run(
        self, starts: NDArray[np.intp], codes: list[NDArray[Any]], finals: NDArray[np.int32]
    ) -> None:
        """Take rows through all columns.

        Args:
            starts: The number of each row's first state.
            codes: The codes of each column, in the order of `order`.
            finals: Filled with the number of each row's last state.
        """
        self._make_room(codes)
        states = np.empty(len(starts), dtype=np.int32)
        index = np.empty(len(starts), dtype=np.intp)
        self._through(starts, codes, states, index)
        if not states.all():
            self._learn(starts, codes, states)
        finals[:] = states

    def _through(
        self,
        starts: NDArray[np.intp],
        codes: list[NDArray[Any]],
        states: NDArray[np.int32],
        index: NDArray[np.intp],
    ) -> None:
        if not self.levels:
            states[:] = starts
            return
        np.multiply(starts, self.levels[0].width, out=states, casting="unsafe")
        for level, column in zip(self.levels, codes, strict=True):
            np.add(states, column, out=index)
            # All numbers are in range; "wrap" is the mode that NumPy is quickest in.
            level.table.take(index, out=states, mode="wrap")

    def _make_room(self, codes: list[NDArray[Any]]) -> None:
        for place, level in enumerate(self.levels):
            needed = int(codes[place].max(initial=0)) + 1
            if needed <= level.width:
                continue
            wider = level.width
            while wider < needed:
                wider *= 2
            table = np.zeros((len(level.table) // level.width, wider), dtype=np.int32)
            table[:, : level.width] = level.table.reshape(-1, level.width)
            level.table = table.reshape(-1)
            if place:
                self.levels[place - 1].table *= wider // level.width
            level.width = wider
        if sum(len(level.table) for level in self.levels) > ENTRIES:
            self.flush()

    def flush(self) -> None:
        """Empty the tables; numbers of last states stay."""
        self.flushes += 1
        first = self.levels[0]
        kept = list(zip(first.states, first.hints, strict=True))[1:]
        for level in self.levels:
            level.clear()
        for state, hints in kept:
            first.intern(state, hints)

    def _learn(
        self, starts: NDArray[np.intp], codes: list[NDArray[Any]], states: NDArray[np.int32]
    ) -> None:
        """Decide the rows that led into the unknown, and note the way."""
        rows = np.flatnonzero(states == 0)
        for begin in range(0, len(rows), _PIECE):
            if sum(len(level.table) for level in self.levels) > ENTRIES:
                self.flush()
            self._learn_some(rows[begin : begin + _PIECE], starts, codes, states)

    def _learn_some(
        self,
        rows: NDArray[np.intp],
        starts: NDArray[np.intp],
        codes: list[NDArray[Any]],
        states: NDArray[np.int32],
    ) -> None:
        now = starts[rows]
        for place, level in enumerate(self.levels):
            after = self.levels[place + 1] if place + 1 < len(self.levels) else self.last
            width = level.width
            index = now * width + codes[place][rows]
            found = level.table[index]
            unseen = np.unique(index[found == 0])
            if len(unseen):
                for pair in unseen.tolist():
                    if not level.table[pair]:
                        self._follow(level, after, pair)
                found = level.table[index]
            now = found // after.width
        states[rows] = now
