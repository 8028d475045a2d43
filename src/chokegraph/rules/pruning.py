# SPDX-License-Identifier: Apache-2.0
"""Forgetting clauses that cannot matter any more, so that states that decide alike become one."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from chokegraph.rules.compile import LIVE
from chokegraph.rules.masks import Book, Variant
from chokegraph.rules.resolve import YES, Members
from chokegraph.rules.words import (
    Parts,
    Words,
    drop,
    everywhere,
    held,
    numbers_of,
    parts_of,
    words_of,
)

_ORDER = ("requirement", "exclusion", "exception", "restriction", "policy")


class Hints(NamedTuple):
    """What may still apply to a state and to those that follow from it.

    Args:
        kills: Bits of rules, of clauses that need one of them, and of those that are doubted.
        supports: Bits that rules act on, and of the rules.
    """

    kills: tuple[tuple[int, int, int], ...]
    supports: tuple[tuple[int, int], ...]


class Pruner:
    """Which clauses fall with which others.

    Two ways: a clause that needs another rule to be met is false once that rule cannot be; and a
    rule does not matter once there is nothing left for it to act on (an exception without a
    requirement that it overcomes, a concept that no clause looks at).

    Args:
        book: The clauses and variants.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.size = len(book.clauses)
        self._live = [
            (number, variant)
            for number, variant in enumerate(book.variants)
            if variant.role == LIVE
        ]
        self._lookers: dict[int, int] = {}
        self.kills = self._kills()
        self.supports = self._supports()

    def everything(self) -> Hints:
        """Return hints for a state of which nothing is known."""
        return Hints(tuple(self.kills), tuple(self.supports))

    @staticmethod
    def prune(possible: int, strict: int, hints: Hints) -> tuple[int, int, Hints]:
        """Return the clauses that still matter, in both senses.

        Args:
            possible: Clauses that are not false.
            strict: The same with doubted parts of the law counted as unknown.
            hints: What may apply: the hints of a state that this one came from.

        Returns:
            Both, and the hints for states that come from this one.
        """
        alive = possible | strict
        kills = []
        for each in hints.kills:
            needed, clauses, doubted = each
            if alive & clauses:
                kills.append(each)
                if not possible & needed:
                    possible &= ~clauses
                if not strict & needed:
                    strict &= ~clauses | doubted
        alive = possible | strict
        supports = [each for each in hints.supports if alive & each[1]]
        dropped = 0
        for needed, bits in supports:
            if not alive & needed:
                dropped |= bits
                alive &= ~bits
        if dropped:
            possible &= ~dropped
            strict &= ~dropped
        return possible, strict, Hints(tuple(kills), tuple(supports))

    def prune_many(self, states: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the clauses that still matter, in both senses, for many states at once."""
        plain = words_of([possible for possible, _ in states], self.size)
        doubting = words_of([strict for _, strict in states], self.size)
        self.prune_words(plain, doubting)
        return list(zip(numbers_of(plain), numbers_of(doubting), strict=True))

    def prune_words(self, plain: Words, doubting: Words) -> None:
        """Take out of the clauses of many states, in both senses, those that cannot matter."""
        both = plain | doubting
        [alive] = numbers_of(np.bitwise_or.reduce(both, axis=1)[:, None])
        for (_, clauses, _), (needed, fall, fall_doubting) in zip(
            self.kills, self._kill_parts, strict=True
        ):
            if alive & clauses:
                _drop_where_gone(plain, needed, fall)
                _drop_where_gone(doubting, needed, fall_doubting)
        np.bitwise_or(plain, doubting, out=both)
        for (_, bits), (needed, fall) in zip(self.supports, self._support_parts, strict=True):
            if alive & bits:
                _drop_where_gone(both, needed, fall)
        plain &= both
        doubting &= both

    @cached_property
    def _kill_parts(self) -> list[tuple[Parts, Parts, Parts]]:
        return [
            (parts_of(needed), parts_of(clauses), parts_of(clauses & ~doubted))
            for needed, clauses, doubted in self.kills
        ]

    @cached_property
    def _support_parts(self) -> list[tuple[Parts, Parts]]:
        return [(parts_of(needed), parts_of(bits)) for needed, bits in self.supports]

    def _bits(self, numbers: list[int]) -> int:
        bits = 0
        for number in numbers:
            bits |= self.book.variant_bits[number]
        return bits

    def _kills(self) -> list[tuple[int, int, int]]:
        """Clauses that need one of some rules: bits of those, of the clauses, of doubted ones."""
        of_rule: dict[str, list[int]] = {}
        for number, variant in self._live:
            of_rule.setdefault(variant.rule.id, []).append(number)
        targets: dict[str | Members, list[int]] = {}
        clauses: dict[str | Members, list[int]] = {}
        for place, clause in enumerate(self.book.clauses):
            for link in clause.links:
                if link.target not in targets:
                    targets[link.target] = (
                        of_rule.get(link.target, [])
                        if isinstance(link.target, str)
                        else self._classified_in(link.target)
                    )
                    clauses[link.target] = [0, 0]
                for number in targets[link.target]:
                    self._lookers[number] = self._lookers.get(number, 0) | 1 << place
                if not link.negated and link.mode != "doubtful":
                    clauses[link.target][0] |= 1 << place
                    if link.marks:
                        clauses[link.target][1] |= 1 << place
        found = [
            (self._bits(numbers), clauses[target][0], clauses[target][1])
            for target, numbers in targets.items()
            if clauses[target][0]
        ]
        return _settled_first(found)

    def _classified_in(self, scope: Members) -> list[int]:
        return [
            number
            for number, variant in self._live
            if variant.rule.kind == "classification" and scope.covers(variant.version.eccn) == YES
        ]

    def _supports(self) -> list[tuple[int, int]]:
        """Rules that act on others: bits of what they act on, and of the rules."""
        groups: dict[int, int] = {}
        kinds: dict[str, list[tuple[int, Variant]]] = {}
        for number, variant in enumerate(self.book.variants):
            # Versions that do not count are versions of requirements.
            kinds.setdefault(variant.rule.kind, []).append((number, variant))
        for kind in _ORDER:
            for number, variant in kinds.get(kind, []):
                needed = self._acts_on(variant)
                if needed is not None:
                    needed |= self._lookers.get(number, 0)
                    groups[needed] = groups.get(needed, 0) | self.book.variant_bits[number]
        found = list(groups.items())
        concepts: dict[int, int] = {}
        for number, _ in kinds.get("concept", []):
            needed = self._lookers.get(number, 0)
            concepts[needed] = concepts.get(needed, 0) | self.book.variant_bits[number]
        return found + _settled_first(list(concepts.items()))

    def _acts_on(self, variant: Variant) -> int | None:
        """Return the bits of what a rule acts on; None if it matters by itself."""
        if variant.rule.kind == "requirement" and not variant.version.needs_subject:
            return None
        alike = [variant]
        if variant.rule.kind == "exception":
            # The rules of an exception are cited together, so they stay together.
            alike = [each for _, each in self._live if each.rule.code == variant.rule.code]
        return self._bits(
            [
                number
                for number, other in enumerate(self.book.variants)
                if any(each.acts_on(other) for each in alike)
            ]
        )


def _drop_where_gone(words: Words, needed: Parts, clauses: Parts) -> None:
    """Drop clauses where nothing of what they need is left."""
    gone = held(words, needed) == 0
    if gone.any():
        drop(words, everywhere(gone), clauses)


def pruner_of(book: Book) -> Pruner:
    """Return the pruner for the clauses that a book has now."""
    if book.pruner is None or book.pruner.size != len(book.clauses):
        book.pruner = Pruner(book)
    found: Pruner = book.pruner
    return found


_Group = TypeVar("_Group", tuple[int, int], tuple[int, int, int])


def _settled_first(found: list[_Group]) -> list[_Group]:
    """Order so that a group comes before those whose first bits hold some of its second bits."""
    ordered: list[_Group] = []
    waiting = found
    while waiting:
        ready = [
            each
            for each in waiting
            if not any(each[0] & other[1] for other in waiting if other is not each)
        ]
        ready = ready or waiting[:1]
        ordered += ready
        waiting = [each for each in waiting if each not in ready]
    return ordered
