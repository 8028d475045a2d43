# SPDX-License-Identifier: Apache-2.0
"""What a state waits for, and which doubtful parts of the law it hangs on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.circuit import Clauses, Sense
from chokegraph.rules.levels import State
from chokegraph.rules.model import EVERY
from chokegraph.rules.resolve import MAYBE, YES

_DECIDING = ("hook", "requirement", "exclusion", "restriction", "exception", "release")


class Missing:
    """Facts without which an answer cannot be told.

    Args:
        clauses: The clauses of the states.
        sense: The truths.
        states: The states themselves.
        absent: Pairs of a tag and clauses, for facts that no column gives.
    """

    def __init__(
        self,
        clauses: Clauses,
        sense: Sense,
        states: Sequence[State],
        absent: list[tuple[int, int]],
    ) -> None:
        self.clauses = clauses
        self.sense = sense
        self.states = states
        self.absent = absent
        self.book = clauses.book
        self._absent_of: dict[int, frozenset[int]] = {}
        self._known: dict[tuple[int, int, tuple[tuple[int, int], ...]], frozenset[int]] = {}

    def relevant(self, *, subject: NDArray[np.bool_]) -> dict[int, NDArray[np.bool_]]:
        """Return the rules that matter, and in which states they do.

        Args:
            subject: In which states it is unknown whether the item is subject to the law.
        """
        sense = self.sense
        found: dict[int, NDArray[np.bool_]] = {}

        def add(number: int, where: NDArray[np.bool_]) -> None:
            if where.any():
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
        standing: dict[str, NDArray[np.bool_]] = {}
        for number, variant in sense.of("requirement"):
            code = variant.rule.code
            standing[code] = standing.get(code, False) | (sense.standing(number) == YES)
        for number, variant in sense.of("exception"):
            names = variant.version.overcomes
            useful = np.zeros(self.clauses.count, dtype=bool)
            for code, where in standing.items():
                if code in names:
                    useful |= where
            useful |= names == EVERY
            add(number, useful & (sense.available(number) == MAYBE))
        return {number: where & (sense.truth(number) == MAYBE) for number, where in found.items()}

    def of(self, place: int, numbers: list[int]) -> tuple[str, ...]:
        """Return the facts that some rules wait for in one state, sorted."""
        tags: set[int] = set()
        for number in numbers:
            tags |= self._of_variant(place, number)
        return tuple(sorted(self.book.tags[tag] for tag in tags))

    def _of_variant(self, place: int, number: int) -> frozenset[int]:
        rows = self.clauses.rows_of[number]
        book, values = self.book, self.sense.values
        state = self.states[place]
        bits = book.variant_bits[number]
        linked = any(book.clauses[self.clauses.active[row]].links for row in rows)
        key = (
            number,
            state.possible & bits,
            tuple((tag, each & bits) for tag, each in state.tags if each & bits),
        )
        if not linked and key in self._known:
            return self._known[key]
        waits: list[frozenset[int]] = []
        for row in rows:
            if values[row, place] != MAYBE:
                continue
            clause = int(self.clauses.active[row])
            facts = set(self._absent(clause))
            facts |= {
                tag for tag, each in state.tags if each >> clause & 1 and tag not in book.mark_tags
            }
            for link in book.clauses[clause].links:
                if isinstance(link.target, str) and self.sense.link(link)[place] == MAYBE:
                    for other in self.sense.of_rule.get(link.target, []):
                        if self.sense.truth(other)[place] == MAYBE:
                            facts |= self._of_variant(place, other)
            waits.append(frozenset(facts))
        minimal = [each for each in waits if not any(other < each for other in waits)]
        found = frozenset().union(*minimal)
        if not linked:
            self._known[key] = found
        return found

    def _absent(self, clause: int) -> frozenset[int]:
        found = self._absent_of.get(clause)
        if found is None:
            found = frozenset(tag for tag, bits in self.absent if bits >> clause & 1)
            self._absent_of[clause] = found
        return found


class Marks:
    """Doubtful parts of the law that answers hang on.

    Args:
        clauses: The clauses of the states.
        plain: The truths as the law stands.
        strict: The truths with doubted parts counted as unknown.
        states: The states themselves.
    """

    def __init__(
        self, clauses: Clauses, plain: Sense, strict: Sense, states: Sequence[State]
    ) -> None:
        self.clauses = clauses
        self.plain = plain
        self.strict = strict
        self.states = states
        self.book = clauses.book

    def of(self, place: int) -> tuple[str, ...]:
        """Return "id [mark]" of the parts that decide in one state, sorted."""
        found: set[str] = set()
        seen: set[int] = set()
        open_ = [number for kind in _DECIDING for number, _ in self.plain.of(kind)]
        while open_:
            number = open_.pop()
            if number in seen:
                continue
            seen.add(number)
            if self.plain.truth(number)[place] == self.strict.truth(number)[place]:
                continue
            variant = self.book.variants[number]
            if variant.version.doubted:
                found.add(f"{variant.rule.id} [{variant.version.confidence}]")
            for row in self.clauses.rows_of[number]:
                if self.plain.values[row, place] == self.strict.values[row, place]:
                    continue
                found |= self._of_clause(place, int(self.clauses.active[row]))
                open_ += self._behind(place, int(self.clauses.active[row]))
        return tuple(sorted(found))

    def _of_clause(self, place: int, clause: int) -> set[str]:
        found = set(self.book.clauses[clause].marks)
        for tag, bits in self.states[place].tags:
            if tag in self.book.mark_tags and bits >> clause & 1:
                found.add(self.book.tags[tag])
        return found

    def _behind(self, place: int, clause: int) -> list[int]:
        """Return the variants that a clause's links stand for."""
        found: list[int] = []
        for link in self.book.clauses[clause].links:
            if isinstance(link.target, str):
                found += self.plain.of_rule.get(link.target, [])
            elif self.plain.atom(link)[place] != self.strict.atom(link)[place]:
                found += [
                    number
                    for number, variant in self.plain.of("classification")
                    if link.target.covers(variant.version.eccn) == YES
                ]
        return found
