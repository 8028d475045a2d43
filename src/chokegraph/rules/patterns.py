# SPDX-License-Identifier: Apache-2.0
"""Values for many states of which few are distinct: work is done once for each that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Where = NDArray[np.bool_]
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
N = TypeVar("N")

_FEW = 12
"""Names of which every set has a number of its own."""
_WORD = 8
"""Bytes of a word."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose multiples are spread out; any would do."""


class Patterns(Generic[T]):
    """A column of values: the distinct ones, and which of them each state has.

    Args:
        values: The values.
        places: For each state, the place of its value.

    Example:
        >>> one = Patterns.of(np.array([True, False, True]), "no", "yes")
        >>> one.joined(one, lambda a, b: a + b).made(str)
        ['yesyes', 'nono', 'yesyes']
    """

    def __init__(self, values: list[T], places: NDArray[Any]) -> None:
        self.values = values
        self.places = places

    @staticmethod
    def same(value: T, count: int) -> Patterns[T]:
        """Return one value for all states."""
        return Patterns([value], np.zeros(count, dtype=np.int64))

    @staticmethod
    def of(where: Where, no: T, yes: T) -> Patterns[T]:
        """Return one of two values for each state."""
        return Patterns([no, yes], where.astype(np.int64))

    @staticmethod
    def spread(each: list[T]) -> Patterns[T]:
        """Return the values of the states, of which few are distinct."""
        known: dict[T, int] = {}
        places = [known.setdefault(value, len(known)) for value in each]
        return Patterns(list(known), np.array(places, dtype=np.int64))

    def where(self, where: Where, other: Any) -> Patterns[Any]:  # noqa: ANN401
        """Return the values where something holds, and another one elsewhere."""
        return Patterns([*self.values, other], np.where(where, self.places, len(self.values)))

    def joined(self, other: Patterns[U], join: Callable[[T, U], V]) -> Patterns[V]:
        """Return what is made of both values of each state; once for each pair that occurs."""
        size = len(other.values)
        if len(self.values) == 1 and size == 1:
            return Patterns([join(self.values[0], other.values[0])], self.places)
        pairs = self.places * size + other.places
        seen, back = _distinct(pairs, len(self.values) * size)
        made: dict[V, int] = {}
        places = np.empty(len(seen), dtype=np.int64)
        for spot, pair in enumerate(seen.tolist()):
            one, two = divmod(pair, size)
            value = join(self.values[one], other.values[two])
            places[spot] = made.setdefault(value, len(made))
        return Patterns(list(made), places[back])

    def mapped(self, change: Callable[[T], V]) -> Patterns[V]:
        """Return what is made of each value."""
        return Patterns([change(value) for value in self.values], self.places)

    def all(self) -> list[T]:
        """Return the value of each state."""
        values = self.values
        return [values[place] for place in self.places.tolist()]

    def made(self, change: Callable[[T], V]) -> list[V]:
        """Return what is made of each value, for all states."""
        values = [change(value) for value in self.values]
        return [values[place] for place in self.places.tolist()]

    @staticmethod
    def lists(each: Iterable[tuple[N, Where]], count: int) -> Patterns[tuple[N, ...]]:
        """Return for each state the names that hold in it, in their order."""
        pairs = [(name, where) for name, where in each if where.any()]
        if not pairs:
            return Patterns.same((), count)
        names = [name for name, _ in pairs]
        if len(names) <= _FEW:
            numbers = np.zeros(count, dtype=np.int64)
            for place, (_, where) in enumerate(pairs):
                numbers += where.astype(np.int64) << place
            seen, places = _distinct(numbers, 1 << len(names))
            return Patterns([_chosen(names, number) for number in seen.tolist()], places)
        packed = np.packbits(np.array([where for _, where in pairs]), axis=0)
        first, places = _distinct_columns(packed)
        bits = np.unpackbits(packed[:, first], axis=0).T.tolist()
        values = [tuple(name for name, bit in zip(names, row, strict=False) if bit) for row in bits]
        return Patterns(values, places)


def _chosen(names: list[N], number: int) -> tuple[N, ...]:
    """Return the names whose bits of a number are set."""
    return tuple(name for place, name in enumerate(names) if number >> place & 1)


def _distinct_columns(packed: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where each distinct column first stands, and for each column its place among them."""
    width = -(-len(packed) // _WORD)
    padded = np.zeros((packed.shape[1], width * _WORD), dtype=np.uint8)
    padded[:, : len(packed)] = packed.T
    words = padded.view(np.uint64)
    keys = words[:, 0].copy()
    for place in range(1, width):
        keys = keys * _FACTOR + words[:, place]
    _, first, places = np.unique(keys, return_index=True, return_inverse=True)
    if width > 1 and (words[first[places]] != words).any():
        # Two columns fell on the same key; telling them apart by all words takes longer.
        _, first, places = np.unique(words, axis=0, return_index=True, return_inverse=True)
    return first, places.reshape(-1)


def _distinct(pairs: NDArray[np.int64], room: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct numbers, and for each number its place among them."""
    if room > 4 * len(pairs) + 1024:
        seen, back = np.unique(pairs, return_inverse=True)
        return seen, back
    there = np.zeros(room, dtype=bool)
    there[pairs] = True
    seen = np.flatnonzero(there)
    place = np.empty(room, dtype=np.int64)
    place[seen] = np.arange(len(seen))
    return seen, place[pairs]
