# SPDX-License-Identifier: Apache-2.0
"""The chance that a family of sets blocks, by factoring: exact, with whole coefficients.

Condition on the group that is in most sets: either it refuses, then it drops out of its sets, or
it does not, then its sets drop out. Take apart what is left, and remember what was seen. The
classic method of network reliability; the code is Chokegraph's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Polynomial = tuple[int, ...]
"""Coefficients of 1, p, p^2, ..."""


class TooLongError(Exception):
    """Factoring took more work than it may."""


class Factoring:
    """The chance that a family of sets of groups blocks, with what was seen before.

    Args:
        sizes: How many providers each group has.
        most_work: How many pairs of sets may be compared.

    Example:
        >>> Factoring([1, 1, 1], 100).blocked(frozenset({0b011, 0b110}))  # 2 p^2 - p^3
        (0, 0, 2, -1)
    """

    def __init__(self, sizes: Sequence[int], most_work: int) -> None:
        self.sizes = sizes
        self.left = most_work
        self.seen: dict[frozenset[int], Polynomial] = {}

    def blocked(self, sets: frozenset[int]) -> Polynomial:
        """The chance that all groups of some set refuse; bit g of a set is group g.

        Raises:
            TooLongError: If that takes more work than it may.
        """
        if not sets:
            return ()
        if 0 in sets:
            return (1,)
        if len(sets) == 1:
            return self._all_of(next(iter(sets)))
        if sets not in self.seen:
            self.left -= len(sets) ** 2
            if self.left < 0:
                raise TooLongError
            self.seen[sets] = self._count(sets)
        return self.seen[sets]

    def _count(self, sets: frozenset[int]) -> Polynomial:
        common = -1
        for one in sets:
            common &= one
        if common:  # what all sets hold must refuse in any case
            rest = self.blocked(frozenset(one & ~common for one in sets))
            return times(self._all_of(common), rest)
        apart = components(sets)
        if len(apart) > 1:
            free: Polynomial = (1,)
            for component in apart:
                free = times(free, less((1,), self.blocked(component)))
            return less((1,), free)
        often: Counter[int] = Counter()
        for one in sets:
            often.update(g for g in range(one.bit_length()) if one >> g & 1)
        group = max(often, key=lambda g: (often[g], -g))
        bit = 1 << group
        refusing = self.blocked(smallest_sets(frozenset(one & ~bit for one in sets)))
        staying = self.blocked(frozenset(one for one in sets if not one & bit))
        change = less(refusing, staying)
        return plus(staying, (0,) * self.sizes[group] + change)

    def _all_of(self, one: int) -> Polynomial:
        power = sum(size for g, size in enumerate(self.sizes) if one >> g & 1)
        return (0,) * power + (1,)


def components(sets: frozenset[int]) -> list[frozenset[int]]:
    """Divide sets into those that hang together.

    Example:
        >>> sorted(sorted(one) for one in components(frozenset({0b1, 0b110, 0b100})))
        [[1], [4, 6]]
    """
    found: list[tuple[int, list[int]]] = []
    for one in sorted(sets):
        touching = [entry for entry in found if entry[0] & one]
        found = [entry for entry in found if not entry[0] & one]
        reach, members = one, [one]
        for other, theirs in touching:
            reach |= other
            members += theirs
        found.append((reach, members))
    return [frozenset(members) for _, members in found]


def smallest_sets(sets: frozenset[int]) -> frozenset[int]:
    """Keep the sets that hold no other.

    Example:
        >>> smallest_sets(frozenset({0b1, 0b11, 0b110})) == {0b1, 0b110}
        True
    """
    kept: list[int] = []
    for one in sorted(sets, key=int.bit_count):
        if not any(other & one == other for other in kept):
            kept.append(one)
    return frozenset(kept)


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """Multiply two polynomials.

    Example:
        >>> times((1, 1), (1, -1))
        (1, 0, -1)
    """
    if not one or not other:
        return ()
    out = [0] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        if a:
            for j, b in enumerate(other):
                out[i + j] += a * b
    return trim(out)


def plus(one: Polynomial, other: Polynomial) -> Polynomial:
    """Add two polynomials.

    Example:
        >>> plus((1, 1), (1, -1))
        (2,)
    """
    length = max(len(one), len(other))
    a = one + (0,) * (length - len(one))
    b = other + (0,) * (length - len(other))
    return trim([x + y for x, y in zip(a, b, strict=True)])


def less(one: Polynomial, other: Polynomial) -> Polynomial:
    """Subtract the second polynomial from the first.

    Example:
        >>> less((1,), (0, 1))
        (1, -1)
    """
    return plus(one, tuple(-value for value in other))


def trim(values: list[int]) -> Polynomial:
    """Drop zeros at the end.

    Example:
        >>> trim([1, 0, 0])
        (1,)
    """
    while values and values[-1] == 0:
        values.pop()
    return tuple(values)
