# SPDX-License-Identifier: Apache-2.0
"""Which single facts, and which days, would change the answer for a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.alternatives import (
    Try,
    alternatives_of,
    candidates,
    padded,
    thresholds,
)
from chokegraph.rules.atoms import fact_value
from chokegraph.rules.bitwise import BitRows, Bitwise, laid_out
from chokegraph.rules.compile import Program
from chokegraph.rules.effects import Effect, Effects, joined, values_of
from chokegraph.rules.model import FactDefinition
from chokegraph.rules.outcome import Outcome
from chokegraph.rules.values import NOT_APPLICABLE, Value
from chokegraph.rules.wiring import wiring_of
from chokegraph.rules.words import WIDTH, Words, bits_of


@dataclass(frozen=True, slots=True)
class Flip:
    """One fact that would change the answer, and to what.

    Args:
        fact: The fact.
        values: Values of it that all lead to the same outcome; each number stands for all on its
            side of the nearest threshold.
        outcome: What the answer would be.
    """

    fact: str
    values: tuple[Value, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DayFlip:
    """The nearest day on which the answer is another one.

    Args:
        on: The last day before, or the first day after, with another outcome.
        outcome: What the answer is on that day.
    """

    on: date
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Flips:
    """What would change the answer for a row.

    Args:
        now: The outcome as it is.
        facts: Single facts that would change it.
        earlier: The nearest earlier day with another outcome; None if there is none.
        later: The nearest later one.
    """

    now: Outcome
    facts: tuple[Flip, ...]
    earlier: DayFlip | None
    later: DayFlip | None


def flips(program: Program, row: Mapping[str, Value], on: date) -> Flips:
    """Return the single facts and the nearest days that would change the answer for a row.

    Args:
        program: The compiled law.
        row: Values by fact; a missing fact is unknown.
        on: The day of the transaction.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> found = flips(compile_law(load_law()), {"origin": "US"}, date(2024, 1, 1))
        >>> found.now.subject
        'yes'
    """
    return _Neighbourhood(program, row, on).flips()


class _Neighbourhood:
    """A row of data with other values of single facts, and on other days.

    Each is a row of bits. They come in three parts, each of whole words: values that are the same
    for all data (`alternatives`); the row itself, and values that depend on it; the days.
    """

    def __init__(self, program: Program, row: Mapping[str, Value], on: date) -> None:
        self.program = program
        self.law = program.law
        self.book = program.book
        self.row = row
        self.on = on
        self.vintage = program.vintage(on)
        self.live = program.starts[self.vintage][0]
        self.values = values_of(program, row, on)
        effect = self.book.effect
        self.effects = {name: effect(name, value) for name, value in self.values.items()}
        self.common = alternatives_of(program)

    @cached_property
    def _others(self) -> Effects:
        return Effects.of(self.effects.values(), self.live, len(self.book.clauses))

    def flips(self) -> Flips:
        """Work out all changes, then decide them together."""
        common, words = self._common_tries()
        first = WIDTH * len(words)
        now = joined(self.effects.values(), self.live)
        own = list(self._own_tries())
        parts = (
            self._common_rows(words),
            laid_out(self.program, [now, *(effect for _, effect in own)]),
            self._day_rows(),
        )
        own_tries = padded([("", ()), *(each for each, _ in own)])
        found = Bitwise(self.program, BitRows(*map(np.concatenate, zip(*parts, strict=True))))
        outcome, others = found.differing_from(first)
        groups: dict[tuple[str, Outcome], list[Value]] = {}
        days: list[DayFlip] = []
        for row, other in others:
            if row < first:
                each = self.common.tries[WIDTH * words[row // WIDTH] + row % WIDTH]
                if each is not None and each[0] in common:
                    groups.setdefault((each[0], other), []).extend(each[1])
            elif row < first + len(own_tries):
                each = own_tries[row - first]
                if each is not None:
                    groups.setdefault((each[0], other), []).extend(each[1])
            else:
                days += self._day(row - first - len(own_tries), other)
        order = {name: place for place, name in enumerate(self.program.changes)}
        facts = [Flip(name, tuple(values), what) for (name, what), values in groups.items()]
        return Flips(
            outcome,
            tuple(sorted(facts, key=lambda flip: order[flip.fact])),
            max((each for each in days if each.on < self.on), key=_on, default=None),
            min((each for each in days if each.on > self.on), key=_on, default=None),
        )

    def _value(self, name: str, row: Mapping[str, Value], on: date) -> Value:
        return fact_value(row, self.law.facts[name], self.law, on)

    # -- other facts ----------------------------------------------------------------------------

    def _can_change(self, fact: FactDefinition) -> bool:
        """Return whether another value of a fact would be another case, not nonsense."""
        applies = self.row.get(fact.id) is not NOT_APPLICABLE
        return applies and (not fact.derived or fact.id in self.row)

    def _is_common(self, name: str) -> bool:
        """Return whether the values that are tried for a fact are the same for all data."""
        fact = self.law.facts[name]
        return self._can_change(fact) and not (fact.is_set and self.row.get(name))

    def _common_tries(self) -> tuple[set[str], list[int]]:
        """Return the facts whose common values can matter, and the words that these are in."""
        common, others = self.common, self._others
        # What two other facts make false stays so, whatever this one is.
        reached = others.live & ~others.fallen_twice & ~(others.fallen & others.kept)
        matters: NDArray[np.bool_] = np.any(reached & common.touched, axis=1)
        names = {
            name
            for name, here in zip(self.effects, matters.tolist(), strict=True)
            if here and name in common.places and self._is_common(name)
        }
        places = [common.places[name] for name in names]
        return names, np.flatnonzero(common.masks[places].any(axis=0)).tolist()

    def _common_rows(self, words: list[int]) -> BitRows:
        """Return the rows of common values in some words, with what the other facts leave."""
        common, others = self.common, self._others
        reached = others.live & ~others.fallen_twice
        # A clause that one fact alone makes false may hold where that one has another value, and
        # one that it alone leaves open is settled there.
        falls = reached & others.fallen & ~others.kept
        opens = reached & others.open & ~others.open_twice & others.opened
        masks = common.masks[:, words]
        kept = common.bits.kept[words] & self._masks(masks, reached & ~others.fallen, falls)
        opened = common.bits.opened[words] | self._masks(
            masks, reached & others.open, opens, but=True
        )
        return BitRows(kept, opened & kept)

    def _masks(self, masks: Words, everywhere: Words, own: Words, *, but: bool = False) -> Words:
        """Return for each clause the rows that it is in.

        Args:
            masks: The rows of each fact, all rows, no row.
            everywhere: Clauses that are in all rows.
            own: For each fact the clauses that are in its rows alone.
            but: Whether those are in all rows but the fact's.
        """
        every, none = len(masks) - 2, len(masks) - 1
        if but:
            masks = np.concatenate([~masks[:every], masks[every:]])
        rest = every if but else none
        of_fact = np.array([self.common.places.get(name, rest) for name in self.effects])
        of_clause = np.where(bits_of(everywhere), every, none)
        facts, words = np.nonzero(own)
        pairs, bits = np.nonzero(bits_of(own[facts, words][:, None]))
        of_clause[WIDTH * words[pairs] + bits] = of_fact[facts[pairs]]
        return masks[of_clause[wiring_of(self.program).places]].T

    def _own_tries(self) -> Iterator[tuple[Try, Effect]]:
        """Yield values that depend on the row, and what the row comes to with them."""
        effect, program = self.book.effect, self.program
        own = {
            name: changes
            for name, changes in program.changes.items()
            if self._can_change(self.law.facts[name])
            and not (name in self.common.places and self._is_common(name))
        }
        changing = {each for changes in own.values() for each in changes}
        still = (each for name, each in self.effects.items() if name not in changing)
        others = joined(still, self.live)
        for name, changes in own.items():
            fact, value = self.law.facts[name], self.row.get(name)
            rest = (self.effects[each] for each in changing if each not in changes)
            left = joined(rest, *others)
            if not any(left[0] & self.book.touched(each) for each in changes):
                continue
            for values in candidates(self.book, fact, value, self._crossings(fact, value, changes)):
                if changes == (name,):
                    yield (name, values), joined([effect(name, values[0])], *left)
                    continue
                row = {**self.row, name: values[0]}
                effects = (effect(each, self._value(each, row, self.on)) for each in changes)
                yield (name, values), joined(effects, *left)

    def _crossings(
        self, fact: FactDefinition, value: Value, changes: tuple[str, ...]
    ) -> Iterator[float]:
        """Yield the numbers at which facts that follow from a fact cross a threshold."""
        if not isinstance(value, (int, float)):
            return
        for each in changes:
            now, derived = self.values.get(each), self.law.facts[each]
            if each == fact.id or not isinstance(now, (int, float)):
                continue
            edges = thresholds(self.book, each)
            if fact.id in derived.sum_of:
                yield from (value + edge - now for edge in edges)
            elif value and now:
                above = fact.id in derived.numerator
                yield from (
                    value * edge / now if above else value * now / edge for edge in edges if edge
                )

    # -- other days -----------------------------------------------------------------------------

    def _day_rows(self) -> BitRows:
        """Return the row of data in every vintage of the law."""
        program, wiring = self.program, wiring_of(self.program)
        rest = joined(
            (e for name, e in self.effects.items() if name not in program.dated), self.book.every
        )
        effect = self.book.effect
        kept = np.zeros_like(self.common.live)
        opened = np.zeros_like(kept)
        for vintage, rows in self.common.alike:
            day = program.day_of(vintage)
            dated = (effect(each, self._value(each, self.row, day)) for each in program.dated)
            clauses = wiring.wired(joined(dated, *rest))
            kept |= clauses[0] * rows
            opened |= clauses[1] * rows
        kept &= self.common.live
        return BitRows(kept, opened & kept)

    def _day(self, vintage: int, outcome: Outcome) -> Iterator[DayFlip]:
        """Yield the last day of an earlier vintage, or the first of a later one."""
        if vintage < len(self.common.days) and vintage != self.vintage:
            yield DayFlip(self.common.days[vintage][vintage < self.vintage], outcome)


def _on(flip: DayFlip) -> date:
    return flip.on
