# SPDX-License-Identifier: Apache-2.0
"""Rows that say the same: each distinct row of a file gets a number when it is first met.

What follows from a row is worked out once for its number. Rows are told apart by two hashes of
64 bits with seeds of this process, so a million distinct rows are mixed up with a chance of about
one in 10^27.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST = 1 << 20
"""Distinct rows that are remembered."""
_PIECE = 1 << 16
"""Rows that are looked up at a time: what is worked on stays in the processor's cache."""
_ROOM = 4
"""Slots for each number: with few of them taken, most rows are found at the first."""
_FIRST = 1 << 12
_WORD = 64
Keys = tuple[NDArray[np.uint64], NDArray[np.uint64]]
"""Two hashes for each row."""


@dataclass(frozen=True)
class Numbered:
    """Rows with their numbers.

    Args:
        numbers: The number of each row, from 1.
        new: For each number that is new, in order, the first row that has it.
    """

    numbers: NDArray[np.intp]
    new: NDArray[np.intp]


class Repeats:
    """Numbers for distinct rows, the same from batch to batch.

    Args:
        seeds: For the two hashes; drawn if None, so that nobody can make rows that collide.

    Example:
        >>> seen = Repeats()
        >>> table = pl.DataFrame({"a": ["x", "y", "x"], "b": [1.0, 2.0, 1.0]})
        >>> seen.number(seen.keys(table), np.zeros(3, dtype=np.int64)).numbers.tolist()
        [1, 2, 1]
        >>> seen.number(seen.keys(table[1:]), np.array([0, 7])).numbers.tolist()
        [2, 3]
    """

    def __init__(self, seeds: tuple[int, int] | None = None) -> None:
        self._seeds = seeds or (secrets.randbits(_WORD - 1), secrets.randbits(_WORD - 1))
        # Odd factors: spans that differ give hashes that differ.
        self._factors = tuple(np.uint64(2 * secrets.randbits(_WORD - 2) + 1) for _ in range(2))
        self.clear()

    def clear(self) -> None:
        """Forget all rows."""
        self.count = 0
        self._keys = tuple(np.zeros(_FIRST, dtype=np.uint64) for _ in range(2))
        self._make_slots(_FIRST * _ROOM)

    def _make_slots(self, size: int) -> None:
        self._slots = np.zeros(size, dtype=np.int32)
        self._shift = np.uint64(_WORD - (size.bit_length() - 1))

    def keys(self, table: pl.DataFrame) -> Keys:
        """Return the keys of rows, which another thread may work out beforehand.

        Args:
            table: The columns that are to be told apart.
        """
        return _hashes(table, self._seeds[0]), _hashes(table, self._seeds[1])

    def number(self, keys: Keys, spans: NDArray[np.integer]) -> Numbered:
        """Return the numbers of rows; rows with the same cells and span have the same.

        Args:
            keys: The keys of the rows, or two other whole numbers by which they are told apart.
            spans: A whole number for each row that belongs to it, such as a span of days.
        """
        rows = spans.size
        spread = spans.astype(np.uint64)
        hashes: list[NDArray[np.uint64]] = [
            found + spread * factor for found, factor in zip(keys, self._factors, strict=True)
        ]
        numbers = np.empty(rows, dtype=np.intp)
        for start in range(0, rows, _PIECE):
            piece = slice(start, start + _PIECE)
            self._find(hashes[0][piece], hashes[1][piece], numbers[piece])
        unseen = np.flatnonzero(numbers == 0)
        if not unseen.size:
            return Numbered(numbers, unseen)
        own = [each[unseen] for each in hashes]
        places, back = _distinct(*own)
        numbers[unseen] = back + (self.count + 1)
        self._add([key[places] for key in own])
        return Numbered(numbers, unseen[places])

    def _find(
        self, one: NDArray[np.uint64], two: NDArray[np.uint64], numbers: NDArray[np.intp]
    ) -> None:
        """Fill in the numbers of rows, 0 where a row is new."""
        at = (one >> self._shift).view(np.intp)
        numbers[:] = self._slots.take(at)
        other = self._keys[0].take(numbers) != one
        other |= self._keys[1].take(numbers) != two
        other &= numbers != 0
        rows = np.flatnonzero(other)
        at = at[rows]
        while rows.size:
            at = (at + 1) & (self._slots.size - 1)
            found = self._slots.take(at)
            numbers[rows] = found
            left = (self._keys[0].take(found) != one[rows]) | (
                self._keys[1].take(found) != two[rows]
            )
            left &= found != 0
            rows, at = rows[left], at[left]

    def _add(self, keys: list[NDArray[np.uint64]]) -> None:
        """Note new rows, which get the next numbers."""
        first, self.count = self.count + 1, self.count + keys[0].size
        if self.count >= self._keys[0].size:
            more = np.zeros(2 * self.count, dtype=np.uint64)
            self._keys = tuple(np.concatenate([known, more]) for known in self._keys)
        for known, key in zip(self._keys, keys, strict=True):
            known[first : self.count + 1] = key
        if self.count * _ROOM > self._slots.size:
            self._make_slots(1 << (2 * self.count * _ROOM - 1).bit_length())
            first = 1
        numbers = np.arange(first, self.count + 1)
        at = (self._keys[0][numbers] >> self._shift).view(np.intp)
        while numbers.size:
            free = self._slots[at] == 0
            self._slots[at[free]] = numbers[free]
            left = self._slots[at] != numbers
            numbers, at = numbers[left], (at[left] + 1) & (self._slots.size - 1)


def _hashes(table: pl.DataFrame, seed: int) -> NDArray[np.uint64]:
    if not table.width:
        return np.zeros(table.height, dtype=np.uint64)
    found: NDArray[np.uint64] = table.hash_rows(seed=seed).to_numpy()
    return found


def _distinct(
    one: NDArray[np.uint64], two: NDArray[np.uint64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each distinct pair first stands, in that order, and each row's place in it."""
    order = np.argsort(one, kind="stable")
    if not _together(one, two, order):
        order = np.lexsort((two, one))
    starts = np.ones(one.size, dtype=bool)
    starts[1:] = _differ(one[order]) | _differ(two[order])
    first = order[starts]
    rank = np.empty(first.size, dtype=np.intp)
    rank[np.argsort(first)] = np.arange(first.size)
    back = np.empty(one.size, dtype=np.intp)
    back[order] = rank[np.cumsum(starts) - 1]
    return np.sort(first), back


def _together(one: NDArray[np.uint64], two: NDArray[np.uint64], order: NDArray[np.intp]) -> bool:
    """Return whether, in an order by the first, the second changes only where the first does."""
    return not (_differ(two[order]) & ~_differ(one[order])).any()


def _differ(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    differ: NDArray[np.bool_] = keys[1:] != keys[:-1]
    return differ
