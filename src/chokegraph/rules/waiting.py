# SPDX-License-Identifier: Apache-2.0
"""What states wait for: the facts without which an answer cannot be told, for many states."""

from __future__ import annotations

import numpy as np

from chokegraph.rules.circuit import Sense
from chokegraph.rules.clauses import Clauses
from chokegraph.rules.model import EVERY
from chokegraph.rules.patterns import Patterns, Where
from chokegraph.rules.resolve import MAYBE, YES

Facts = frozenset[int]


class Missing:
    """Facts without which an answer cannot be told.

    Args:
        clauses: The clauses of the states.
        sense: The truths.
        absent: Pairs of a tag and clauses, for facts that are unknown in every row.
    """

    def __init__(self, clauses: Clauses, sense: Sense, absent: list[tuple[int, int]]) -> None:
        self.clauses = clauses
        self.sense = sense
        self.absent = absent
        self.book = clauses.book
        self._waits: dict[int, Patterns[Facts]] = {}

    def of(self, wanted: Where, *, subject: Where) -> Patterns[tuple[str, ...]]:
        """Return the facts that each state waits for, sorted.

        Args:
            wanted: For which states it is asked; the others wait for nothing.
            subject: In which states it is unknown whether the item is subject to the law.
        """
        of_tag: dict[str, Where] = {}
        for number, where in self._relevant(subject=subject).items():
            where = where & wanted & (self.sense.truth(number) == MAYBE)
            if where.any():
                self._spread(self._of_variant(number), where, of_tag)
        return Patterns.lists(sorted(of_tag.items()), self.clauses.count)

    def _spread(self, waits: Patterns[Facts], where: Where, of_tag: dict[str, Where]) -> None:
        """Note for each fact the states in which it is waited for."""
        holders: dict[int, list[int]] = {}
        for place, facts in enumerate(waits.values):
            for tag in facts:
                holders.setdefault(tag, []).append(place)
        for tag, places in holders.items():
            held = np.zeros(len(waits.values), dtype=bool)
            held[places] = True
            there = held[waits.places] & where
            name = self.book.tags[tag]
            of_tag[name] = of_tag[name] | there if name in of_tag else there

    def _relevant(self, *, subject: Where) -> dict[int, Where]:
        """Return the rules that matter, and in which states they do."""
        sense = self.sense
        found: dict[int, Where] = {}

        def add(number: int, where: Where) -> None:
            found[number] = found[number] | where if number in found else where

        concerned = [(n, sense.standing(n) == MAYBE) for n, _ in sense.of("requirement")]
        concerned += [
            (n, subject & (sense.hook(n) == MAYBE))
            for n, variant in sense.of("hook")
            if variant.rule.regime == "us"
        ]
        for number, where in concerned:
            add(number, where)
            for each in sense.excluders(self.book.variants[number]):
                add(each, where)
        for number, variant in sense.of("release"):
            if variant.rule.regime == "us":
                add(number, subject)
        for number, variant in sense.of("exception"):
            names = variant.version.overcomes
            useful = np.zeros(self.clauses.count, dtype=bool)
            for other, requirement in sense.of("requirement"):
                if names == EVERY or requirement.rule.code in names:
                    useful |= sense.standing(other) == YES
            add(number, useful & (sense.available(number) == MAYBE))
        return found

    def _of_variant(self, number: int) -> Patterns[Facts]:
        """Return what a rule waits for in every state."""
        found = self._waits.get(number)
        if found is None:
            several: Patterns[tuple[Facts, ...]] = Patterns.same((), self.clauses.count)
            for row in self.clauses.rows_of[number]:
                one = self._of_clause(row)
                if one is not None:
                    several = several.joined(one, _with)
            found = self._waits[number] = several.mapped(_least)
        return found

    def _of_clause(self, row: int) -> Patterns[Facts | None] | None:
        """Return the facts that a clause waits for; None where it is not unknown."""
        open_ = self.sense.values[row] == MAYBE
        if not open_.any():
            return None
        place = int(self.clauses.active[row])
        always = frozenset(tag for tag, bits in self.absent if bits >> place & 1)
        of_tag: dict[int, Where] = {}
        for tag, held in self.clauses.carried(place, marks=False):
            of_tag[tag] = of_tag[tag] | held if tag in of_tag else held
        found = Patterns.lists(of_tag.items(), self.clauses.count).mapped(always.union)
        for link in self.book.clauses[place].links:
            if not isinstance(link.target, str):
                continue
            unknown = self.sense.link(link) == MAYBE
            for other in self.sense.of_rule.get(link.target, []):
                where = unknown & (self.sense.truth(other) == MAYBE)
                if where.any():
                    behind = self._of_variant(other).where(where, frozenset())
                    found = found.joined(behind, _union)
        return found.where(open_, None)


def _union(one: Facts, other: Facts) -> Facts:
    return one | other


def _with(several: tuple[Facts, ...], one: Facts | None) -> tuple[Facts, ...]:
    return several if one is None or one in several else (*several, one)


def _least(several: tuple[Facts, ...]) -> Facts:
    """Join the sets of facts that do not hold another one and more."""
    least = [each for each in several if not any(other < each for other in several)]
    return frozenset().union(*least)


class Marks:
    """Doubtful parts of the law that answers hang on.

    Args:
        clauses: The clauses of the states.
        plain: The truths as the law stands.
        strict: The truths with doubted parts counted as unknown.
    """

    def __init__(self, clauses: Clauses, plain: Sense, strict: Sense) -> None:
        self.clauses = clauses
        self.plain = plain
        self.strict = strict
        self.book = clauses.book
        self._found: dict[str, Where] = {}
        self._seen: dict[int, Where] = {}
        self._open: list[tuple[int, Where]] = []

    def of(self, wanted: Where) -> Patterns[tuple[str, ...]]:
        """Return "id [mark]" of the parts that decide in each state, sorted.

        Args:
            wanted: In which states some part decides; the others get nothing.
        """
        self._open = [(number, where & wanted) for number, where in self._deciding().items()]
        while self._open:
            number, where = self._open.pop()
            seen = self._seen.get(number)
            if seen is not None:
                where = where & ~seen
            where = where & (self.plain.truth(number) != self.strict.truth(number))
            if where.any():
                self._seen[number] = where if seen is None else seen | where
                self._variant(number, where)
        return Patterns.lists(sorted(self._found.items()), self.clauses.count)

    def _variant(self, number: int, where: Where) -> None:
        variant = self.book.variants[number]
        if variant.version.doubted:
            self._add(f"{variant.rule.id} [{variant.version.confidence}]", where)
        for row in self.clauses.rows_of[number]:
            changed = where & (self.plain.values[row] != self.strict.values[row])
            if not changed.any():
                continue
            place = int(self.clauses.active[row])
            clause = self.book.clauses[place]
            for mark in clause.marks:
                self._add(mark, changed)
            for tag, held in self.clauses.carried(place, marks=True):
                self._add(self.book.tags[tag], changed & held)
            for link in clause.links:
                if isinstance(link.target, str):
                    behind = self.plain.of_rule.get(link.target, [])
                    self._open += [(other, changed) for other in behind]
                else:
                    other_value = self.plain.atom(link) != self.strict.atom(link)
                    self._open += [
                        (other, changed & other_value)
                        for other, its in self.plain.of("classification")
                        if link.target.covers(its.version.eccn) == YES
                    ]

    def _add(self, mark: str, where: Where) -> None:
        self._found[mark] = self._found[mark] | where if mark in self._found else where

    def _deciding(self) -> dict[int, Where]:
        """Return the rules that can matter, and in which states."""
        plain = self.plain

        def alive(number: int) -> Where:
            return (plain.truth(number) | self.strict.truth(number)) > 0

        found: dict[int, Where] = {}
        hooked: dict[str, Where] = {}
        for kind in ("hook", "release"):
            for number, variant in plain.of(kind):
                found[number] = alive(number)
                if kind == "hook":
                    regime = variant.rule.regime
                    hooked[regime] = (
                        hooked[regime] | found[number] if regime in hooked else (found[number])
                    )
        none = np.zeros(self.clauses.count, dtype=bool)
        for number, variant in plain.of("requirement"):
            found[number] = alive(number)
            if variant.version.needs_subject:
                found[number] = found[number] & hooked.get(variant.rule.regime, none)
        for kind, on in (
            ("exclusion", ("hook", "requirement")),
            ("exception", ("requirement",)),
            ("restriction", ("exception",)),
        ):
            for number, variant in plain.of(kind):
                acted = none
                for other in (n for each in on for n, _ in plain.of(each)):
                    if variant.acts_on(self.book.variants[other]):
                        acted = acted | found[other]
                found[number] = alive(number) & acted
        return found
