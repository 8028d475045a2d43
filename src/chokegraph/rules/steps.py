# SPDX-License-Identifier: Apache-2.0
"""The steps of the state machine: which state follows from a state by a value of a column."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chokegraph.rules.columns import Column
from chokegraph.rules.compile import LIVE
from chokegraph.rules.levels import Level, State, joined
from chokegraph.rules.masks import Book, LookUp
from chokegraph.rules.pruning import Hints, pruner_of
from chokegraph.rules.values import Value

_MANY = 128
"""From how many states on it pays to work on arrays."""


class Steps:
    """The levels of a machine, and the steps between them.

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
        size = max(column.sizes) if column.sizes else column.books[0].size
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
        self.neutral = LookUp(self.every, self.every, 0, ())
        self.base = LookUp(kept, kept_strict, open_strict, tuple(sorted(marks.items())))
        self._settle()
        self._pruner = pruner_of(self.book)
        for level in self.levels:
            level.rows = []

    def _settle(self) -> None:
        """Work out which clauses are complete after which column, and what each makes idle."""
        book = self.book
        before: set[str] = set()
        self.several: list[int] = []
        for number, bits in enumerate(book.variant_bits):
            variant = book.variants[number]
            # A doubted rule may still turn from true to unknown, and then its clauses are named.
            if bits.bit_count() > 2 and not (variant.role == LIVE and variant.version.doubted):
                self.several.append(number)
        several = set(self.several)
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
            bare = self.bare(State(*bits, 0, ()), self.base)
            self._starts[bits] = self.conclude([bare], [(None, True)], first)[0]
        return self._starts[bits]

    # -- one step -------------------------------------------------------------------------------

    def bare(self, state: State, row: LookUp) -> State:
        """Return what a look-up row leaves of a state, before anything follows from that."""
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
        return State(possible, strict, opened, tags)

    def conclude(
        self, bares: list[State], before: list[tuple[Hints | None, bool]], after: Level
    ) -> list[int]:
        """Return the numbers, in a level, of the states that follow from bare ones.

        Args:
            bares: The bare states.
            before: For each, the hints of a state before it, and whether clauses fell.
            after: The level.
        """
        settled: list[tuple[int, int]] = []
        fallen: list[int] = []
        for place, (bare, (_, changed)) in enumerate(zip(bares, before, strict=True)):
            possible, strict = bare.possible, bare.possible_strict
            certain = possible & strict & ~bare.open_strict & after.done
            if certain:
                for _, bits in bare.tags:
                    certain &= ~bits
            if certain:
                possible, strict = self._settled(possible, strict, certain)
            if certain or changed:
                fallen.append(place)
            settled.append((possible, strict))
        hints = [each for each, _ in before]
        if len(fallen) >= _MANY:
            pruned = self._pruner.prune_many([settled[place] for place in fallen])
            for place, masks in zip(fallen, pruned, strict=True):
                settled[place], hints[place] = masks, None
        else:
            for place in fallen:
                hint = hints[place] or self._pruner.everything()
                possible, strict, hints[place] = self._pruner.prune(*settled[place], hint)
                settled[place] = possible, strict
        numbers = []
        for bare, (possible, strict), found in zip(bares, settled, hints, strict=True):
            tags = self._still(bare.tags, possible, strict) if bare.tags else ()
            state = State(possible, strict, bare.open_strict & strict, tags)
            number = after.bare[bare] = after.intern(state, found)
            numbers.append(number)
        return numbers

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
