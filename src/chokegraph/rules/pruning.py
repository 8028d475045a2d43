# SPDX-License-Identifier: Apache-2.0
"""Forgetting clauses that cannot matter any more, so that states that decide alike become one."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.compile import LIVE
from chokegraph.rules.masks import Book, Variant
from chokegraph.rules.resolve import YES, Members

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
        alive = 0
        for possible, strict in states:
            alive |= possible | strict
        plain = _words([possible for possible, _ in states], self.size)
        doubting = _words([strict for _, strict in states], self.size)
        for (_, clauses, _), (needed, fall, fall_doubting) in zip(
            self.kills, self._kill_parts, strict=True
        ):
            if alive & clauses:
                _drop(plain, _gone(plain, needed), fall)
                _drop(doubting, _gone(doubting, needed), fall_doubting)
        both = plain | doubting
        for (_, bits), (needed, fall) in zip(self.supports, self._support_parts, strict=True):
            if alive & bits:
                gone = _gone(both, needed)
                for words in (both, plain, doubting):
                    _drop(words, gone, fall)
        return list(zip(_numbers(plain), _numbers(doubting), strict=True))

    @cached_property
    def _kill_parts(self) -> list[tuple[Parts, Parts, Parts]]:
        return [
            (_parts(needed), _parts(clauses), _parts(clauses & ~doubted))
            for needed, clauses, doubted in self.kills
        ]

    @cached_property
    def _support_parts(self) -> list[tuple[Parts, Parts]]:
        return [(_parts(needed), _parts(bits)) for needed, bits in self.supports]

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


Words = NDArray[np.uint64]
Parts = list[tuple[int, np.uint64]]
_WIDTH = 64


def _words(numbers: list[int], size: int) -> Words:
    """Return numbers as words of 64 bits, one row for each word."""
    words = size // _WIDTH + 1
    text = b"".join(number.to_bytes(8 * words, "little") for number in numbers)
    return np.frombuffer(text, dtype="<u8").reshape(-1, words).T.copy()


def _numbers(words: Words) -> list[int]:
    """Return what `_words` was made from."""
    text = np.ascontiguousarray(words.T).astype("<u8").tobytes()
    width = 8 * len(words)
    return [int.from_bytes(text[at : at + width], "little") for at in range(0, len(text), width)]


def _parts(mask: int) -> Parts:
    """Return the words of a mask that are not zero, with their places."""
    found = []
    place = 0
    while mask:
        word = mask & (1 << _WIDTH) - 1
        if word:
            found.append((place, np.uint64(word)))
        mask >>= _WIDTH
        place += 1
    return found


def _gone(words: Words, needed: Parts) -> Words | None:
    """Return all bits set where nothing of what is needed is left; None if that is nowhere."""
    left = np.zeros(words.shape[1], dtype=np.uint64)
    for place, mask in needed:
        left |= words[place] & mask
    gone: Words = (left == 0).astype(np.uint64)
    return np.negative(gone, out=gone) if gone.any() else None


def _drop(words: Words, gone: Words | None, clauses: Parts) -> None:
    if gone is not None:
        for place, mask in clauses:
            words[place] &= ~(gone & mask)


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
