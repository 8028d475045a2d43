# SPDX-License-Identifier: Apache-2.0
"""Which single facts, and which days, would change the answer for a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chokegraph.rules.atoms import fact_value
from chokegraph.rules.bitwise import Bitwise, spread
from chokegraph.rules.compile import Program
from chokegraph.rules.model import FactDefinition
from chokegraph.rules.outcome import Outcome
from chokegraph.rules.pruning import pruner_of
from chokegraph.rules.values import NOT_APPLICABLE, Value

Effect = tuple[int, int]
"""Bits of the clauses that a value does not make false, and of those that it leaves open."""
_NEARLY = 1e-9
"""How far beyond a threshold a number is set to be on its other side, relative to it."""


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
    def __init__(self, program: Program, row: Mapping[str, Value], on: date) -> None:
        self.program = program
        self.law = program.law
        self.book = program.book
        self.row = row
        self.on = on
        self.facts = program.facts
        self.vintage = program.vintage(on)
        self.values = values_of(program, row, on)
        effect = self.book.effect
        self.effects = {name: effect(name, value) for name, value in self.values.items()}
        self._counts: tuple[int, int, int, int] | None = None

    def flips(self) -> Flips:
        """Work out all changes, then decide all that came up together."""
        live = self.program.starts[self.vintage][0]
        now = _joined(self.effects.values(), live)
        tried = self._single_facts(live, now)
        days = [each for each in self._days() if each[1] != now]
        whole = now[0]
        for _, _, (kept, _) in tried:
            whole |= kept
        for _, (kept, _) in days:
            whole |= kept
        # What cannot matter in any of them need not be decided.
        pruner = pruner_of(self.book)
        whole, _, _ = pruner.prune(whole, 0, pruner.everything())
        distinct: dict[Effect, int] = {(now[0] & whole, now[1] & whole): 0}

        def place(effect: Effect) -> int:
            return distinct.setdefault((effect[0] & whole, effect[1] & whole), len(distinct))

        spots = [place(effect) for _, _, effect in tried]
        day_spots = [place(effect) for _, effect in days]
        clauses = spread(list(distinct), len(self.book.clauses))
        found = Bitwise(self.program, clauses, len(distinct)).outcomes()
        groups: dict[tuple[str, Outcome], list[Value]] = {}
        for (name, values, _), spot in zip(tried, spots, strict=True):
            if found[spot] != found[0]:
                groups.setdefault((name, found[spot]), []).extend(values)
        other = [
            DayFlip(day, found[spot])
            for (day, _), spot in zip(days, day_spots, strict=True)
            if found[spot] != found[0]
        ]
        return Flips(
            found[0],
            tuple(Flip(name, tuple(values), what) for (name, what), values in groups.items()),
            max((each for each in other if each.on < self.on), key=_day, default=None),
            min((each for each in other if each.on > self.on), key=_day, default=None),
        )

    def _value(self, name: str, row: Mapping[str, Value], on: date) -> Value:
        return fact_value(row, self.facts[name], self.law, on)

    # -- other facts ----------------------------------------------------------------------------

    def _single_facts(self, live: int, now: Effect) -> list[tuple[str, Sequence[Value], Effect]]:
        """Return facts with other values, and what the row would come to, if not to the same."""
        found: list[tuple[str, Sequence[Value], Effect]] = []
        for name, changes in self.program.changes.items():
            fact = self.law.facts[name]
            value = self.row.get(name)
            if value is NOT_APPLICABLE or (fact.derived and name not in self.row):
                continue
            kept, opened = self._without(changes, live)
            if not any(kept & self.book.touched(each) for each in changes):
                continue
            for values, (mine, open_) in self._changed(fact, value, changes):
                rest = kept & mine
                effect = rest, (opened | open_) & rest
                if effect != now:
                    found.append((name, values, effect))
        return found

    def _changed(
        self, fact: FactDefinition, value: Value, changes: tuple[str, ...]
    ) -> Iterable[tuple[Sequence[Value], Effect]]:
        """Return other values of a fact, and what they do."""
        if changes == (fact.id,):
            if fact.type not in ("flag", "date", "number") and not fact.is_set:
                return self.book.alike_effects(fact.id)
            effect = self.book.effect
            tried = self._candidates(fact, value, changes)
            return [(values, effect(fact.id, values[0])) for values in tried]
        found = []
        for values in self._candidates(fact, value, changes):
            row = {**self.row, fact.id: values[0]}
            effects = [self.book.effect(e, self._value(e, row, self.on)) for e in changes]
            found.append((values, _joined(effects, -1)))
        return found

    def _without(self, names: tuple[str, ...], live: int) -> Effect:
        """Return what the other facts leave, and leave open."""
        if len(names) > 1:
            rest = (effect for each, effect in self.effects.items() if each not in names)
            return _joined(rest, live)
        if self._counts is None:
            killed = killed_twice = open_ = open_twice = 0
            for kept, opened in self.effects.values():
                fall = live & ~kept
                killed_twice |= killed & fall
                killed |= fall
                open_twice |= open_ & opened
                open_ |= opened
            self._counts = (killed, killed_twice, open_, open_twice)
        killed, killed_twice, open_, open_twice = self._counts
        own, own_open = self.effects[names[0]]
        kept = live & ~(killed & own | killed_twice)
        return kept, (open_ & ~own_open | open_twice) & kept

    def _candidates(
        self, fact: FactDefinition, value: Value, changes: tuple[str, ...]
    ) -> Iterator[Sequence[Value]]:
        """Yield other values of a fact; values that no question tells apart come together."""
        if fact.type == "flag":
            yield from ([each] for each in (True, False) if each is not value)
        elif fact.type == "date":
            days = [edge for edge in self.book.edges.get(fact.id, ()) if isinstance(edge, date)]
            near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
            yield from ([day] for day in sorted(near))
        elif fact.type == "number":
            yield from ([number] for number in self._numbers(fact, value, changes))
        elif not fact.is_set:
            yield from self.book.alike(fact.id)
        else:
            held = value if isinstance(value, frozenset) else frozenset()
            for names in self.book.alike(fact.id):
                yield [held | {name} for name in names if name not in held] or [held]
            for name in sorted(held):
                yield [held - {name}]

    def _numbers(self, fact: FactDefinition, value: Value, changes: tuple[str, ...]) -> list[float]:
        """Return numbers at, and on both sides of, every threshold that a fact can cross."""
        edges = set(self._edges(fact.id))
        if isinstance(value, (int, float)) and value:
            for each in changes:
                now = self.values.get(each)
                if each == fact.id or not isinstance(now, (int, float)) or not now:
                    continue
                above = fact.id in self.law.facts[each].numerator
                for edge in self._edges(each):
                    if edge:
                        edges.add(value * edge / now if above else value * now / edge)
        around = {edge * (1 + step) for edge in edges for step in (-_NEARLY, 0.0, _NEARLY)}
        return sorted(around | {edge - 1 for edge in edges if edge == 0})

    def _edges(self, name: str) -> list[float]:
        edges = self.book.edges.get(name, ())
        return [float(edge) for edge in edges if isinstance(edge, (int, float))]

    # -- other days -----------------------------------------------------------------------------

    def _days(self) -> Iterator[tuple[date, Effect]]:
        """Yield the last day of every earlier vintage and the first of every later one."""
        dated = self.program.dated
        rest = _joined((e for name, e in self.effects.items() if name not in dated), -1)
        known: dict[tuple[object, ...], list[Effect]] = {}
        for vintage, (live, _) in enumerate(self.program.starts):
            if vintage == self.vintage:
                continue
            day = self.program.day_of(vintage if vintage > self.vintage else vintage + 1)
            if vintage < self.vintage:
                day -= timedelta(days=1)
            factors = self.program.factors[vintage]
            if factors not in known:
                known[factors] = [
                    self.book.effect(name, self._value(name, self.row, day)) for name in dated
                ]
            yield day, _joined(known[factors], rest[0] & live, rest[1])


def values_of(program: Program, row: Mapping[str, Value], on: date) -> dict[str, Value]:
    """Return the values of all facts that the law asks about, derived where a row gives none."""
    derived = program.derived
    return {
        name: fact_value(row, fact, program.law, on) if name in derived else row.get(name)
        for name, fact in program.facts.items()
    }


def _joined(effects: Iterable[Effect], kept: int, opened: int = 0) -> Effect:
    """Return the clauses that are left, and those of them that are open."""
    for each, open_ in effects:
        kept &= each
        opened |= open_
    return kept, opened & kept


def _day(flip: DayFlip) -> date:
    return flip.on
