# SPDX-License-Identifier: Apache-2.0
"""Rows decided all at once, without states in between: for rows of which each comes once.

The state machine (`machine`) notes what follows from each state by each code, which pays when the
same codes come again and again. Where rows are told apart beforehand, the clauses of many rows
are worked out as words of 64 bits, column by column, and only the last states are known again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.clauses import Carried, Planes, joined
from chokegraph.rules.codebooks import Codes
from chokegraph.rules.columns import Encoded
from chokegraph.rules.compile import Program
from chokegraph.rules.levels import Level
from chokegraph.rules.machine import Machine
from chokegraph.rules.numbers import EPOCH
from chokegraph.rules.pruning import pruner_of
from chokegraph.rules.repeats import MOST, Repeats
from chokegraph.rules.results import Words as Said
from chokegraph.rules.state_keys import StateKeys
from chokegraph.rules.states import words_of_planes
from chokegraph.rules.words import (
    Words,
    drop,
    everywhere,
    held,
    numbers_of,
    parts_of,
    words_of,
)

PIECE = 1 << 13
"""Rows whose clauses are worked out at a time."""


class Expecting(Protocol):
    """Gives numbers to decisions that are worked out later."""

    def expect(self, owner: Direct, part: Planes, count: int, /) -> NDArray[np.intp]:
        """Return numbers for the decisions of some states."""
        ...


class Direct:
    """Gives rows the numbers of their decisions.

    Args:
        program: The law.
        machine: Says what the codes of tables with these columns do to the clauses.
        book: Where decisions get their numbers.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> from chokegraph.rules.encode import encode
        >>> from chokegraph.rules.kernel import machine_for
        >>> program = compile_law(load_law())
        >>> table = pl.DataFrame({"as_of": [date(2024, 1, 1)] * 2, "origin": ["US", "JP"]})
        >>> encoded = encode(table, program)
        >>> from chokegraph.rules.results import StateBook
        >>> book = StateBook()
        >>> numbers = Direct(program, machine_for(program, encoded), book).number(encoded)
        >>> book.columns()["subject"].texts(numbers).to_list()
        ['yes', 'unknown']
    """

    def __init__(self, program: Program, machine: Machine, book: Expecting) -> None:
        self.program = program
        self.machine = machine
        self.book = book
        self._keys = StateKeys()
        self._rows, self._states = Repeats(), Repeats()
        self._of_row = self._of_state = np.zeros(1, dtype=np.intp)

    def number(self, encoded: Encoded) -> NDArray[np.intp]:
        """Return for each row the number of its decision."""
        if self._rows.count > MOST:
            self._rows.clear()
            self._of_row = self._of_row[:1]
        codes = [encoded.columns[place].codes for place in self.machine.order]
        table = pl.DataFrame({str(place): column for place, column in enumerate(codes)})
        starts = np.array([(day - EPOCH).days for day in self.program.days], dtype=np.int32)
        vintages = np.searchsorted(starts, encoded.days, side="right")
        if not codes:
            table = pl.DataFrame({"day": vintages})
        seen = self._rows.number(self._rows.keys(table), vintages)
        new = seen.new
        for start in range(0, new.size, PIECE):
            rows = new[start : start + PIECE]
            found = self._decide(vintages[rows], [column[rows] for column in codes])
            self._of_row = np.concatenate([self._of_row, found])
        return self._of_row.take(seen.numbers)

    def _decide(self, vintages: NDArray[np.intp], codes: list[Codes]) -> NDArray[np.intp]:
        planes = _Work(self.program, self.machine, vintages, codes).planes()
        keys = self._keys.of(planes, self.program.book.mark_tags)
        seen = self._states.number(keys, np.zeros(vintages.size, dtype=np.int64))
        if seen.new.size:
            decisions = self.book.expect(self, _some(planes, seen.new), seen.new.size)
            self._of_state = np.concatenate([self._of_state, decisions])
        return self._of_state.take(seen.numbers)

    def words(self, parts: list[Planes]) -> Said:
        """Return the words of the decisions of some states, together."""
        return words_of_planes(self.program, self.machine.missing, joined(parts))


class _Effects(NamedTuple):
    """What the codes of a column do to the clauses, each code once.

    Args:
        kept: Clauses that it does not make false.
        kept_strict: The same when doubted parts of the law count as unknown.
        open_strict: Clauses that it leaves unknown in that case.
        tags: For each tag, the clauses that carry it.
        places: For each row, the place of its code.
    """

    kept: Words
    kept_strict: Words
    open_strict: Words
    tags: dict[int, Words]
    places: NDArray[np.intp]


class _Work:
    """The clauses of some rows.

    Args:
        program: The law.
        machine: What codes do to clauses.
        vintages: The vintage of the law of each row.
        codes: The codes of each column, in the order of the machine.
    """

    def __init__(
        self,
        program: Program,
        machine: Machine,
        vintages: NDArray[np.intp],
        codes: Sequence[Codes],
    ) -> None:
        self.machine = machine
        self.book = program.book
        self.size = len(self.book.clauses)
        base = machine.base
        met, places = np.unique(vintages, return_inverse=True)
        live = [program.starts[vintage] for vintage in met.tolist()]
        self.plain = self._words([bits & base.kept for bits, _ in live])[:, places]
        self.strict = self._words([bits & base.kept_strict for _, bits in live])[:, places]
        self.unsure = np.repeat(self._words([base.open_strict]), vintages.size, axis=1)
        self.opened = np.repeat(self._words([machine.missing_bits]), vintages.size, axis=1)
        self.tagged = np.zeros_like(self.plain)
        self.tags: dict[int, list[Carried]] = {}
        for tag, bits in base.tags:
            same = np.zeros(vintages.size, dtype=np.intp)
            self._tag(tag, self._words([bits]), same)
        for level, column in zip(machine.levels, codes, strict=True):
            self._apply(self._effects(level, column))

    def planes(self) -> Planes:
        """Return the clauses that matter."""
        self._settle()
        pruner_of(self.book).prune_words(self.plain, self.strict)
        self.unsure &= self.strict
        return Planes(self.plain, self.strict, self.unsure, self.opened, self.tags)

    def _words(self, numbers: list[int]) -> Words:
        return words_of(numbers, self.size)

    def _effects(self, level: Level, codes: Codes) -> _Effects:
        met, places = np.unique(codes, return_inverse=True)
        rows = [self.machine.row(level, code) for code in met.tolist()]
        of_tag: dict[int, list[int]] = {}
        for place, row in enumerate(rows):
            for tag, bits in row.tags:
                of_tag.setdefault(tag, [0] * len(rows))[place] = bits
        return _Effects(
            self._words([row.kept for row in rows]),
            self._words([row.kept_strict for row in rows]),
            self._words([row.open_strict for row in rows]),
            {tag: self._words(each) for tag, each in of_tag.items()},
            places.astype(np.intp),
        )

    def _apply(self, effects: _Effects) -> None:
        every = self._words([self.book.every])
        for own, whole in ((effects.kept, self.plain), (effects.kept_strict, self.strict)):
            for word in _rows(own != every):
                whole[word] &= own[word].take(effects.places)
        for word in _rows(effects.open_strict):
            self.unsure[word] |= effects.open_strict[word].take(effects.places)
        for tag, sets in effects.tags.items():
            self._tag(tag, sets, effects.places)

    def _tag(self, tag: int, sets: Words, places: NDArray[np.intp]) -> None:
        self.tags.setdefault(tag, []).append(Carried(sets, places))
        for word in _rows(sets):
            more = sets[word].take(places)
            self.tagged[word] |= more
            if tag not in self.book.mark_tags:
                self.opened[word] |= more

    def _settle(self) -> None:
        """Put "surely true" in the place of the clauses of a rule of which one is certain."""
        done = self._words([self.machine.last.done])
        certain = self.plain & self.strict & ~self.unsure & ~self.tagged & done
        [somewhere] = numbers_of(np.bitwise_or.reduce(certain, axis=1)[:, None])
        for number in self.machine.several:
            bits = self.book.variant_bits[number]
            if not somewhere & bits:
                continue
            where = everywhere(held(certain, parts_of(somewhere & bits)) != 0)
            [(word, sure)] = parts_of(self.book.sure_bits[number])
            for whole in (self.plain, self.strict):
                drop(whole, where, parts_of(bits))
                whole[word] |= where & sure


def _rows(words: NDArray[Any]) -> list[int]:
    """Return the rows in which anything stands."""
    return np.flatnonzero(words.any(axis=1)).tolist()


def _some(planes: Planes, rows: NDArray[np.intp]) -> Planes:
    """Return some of the states."""
    return Planes(
        planes.possible[:, rows],
        planes.possible_strict[:, rows],
        planes.open_strict[:, rows],
        planes.opened[:, rows],
        {
            tag: [Carried(each.sets, each.places[rows]) for each in several]
            for tag, several in planes.tags.items()
        },
    )
