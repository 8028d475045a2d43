# SPDX-License-Identifier: Apache-2.0
"""How much each member matters: Shapley and Banzhaf, of any value and of any blocking table.

A *value* gives a number to every coalition of n members: coalition c holds member i if bit i of c
is set. A *blocking table* is the special case of 0 and 1, packed 64 coalitions to a word
(`truth.py`). Both are exact: all 2^n coalitions count.

Of a table everything follows from its **swings**: for each member and each size s, in how many
coalitions of s others it is the one that makes the difference.

* Banzhaf: the share of all 2^(n-1) coalitions of the others in which a member decides
  (Banzhaf 1965; the absolute index, which does not add up to one).
* Birnbaum: the chance that a member decides if each other one refuses with probability p, all
  independently (Birnbaum 1969). At p = 1/2 it is Banzhaf's.
* Shapley-Shubik: the share of all orders of refusing in which a member is the one that blocks
  (Shapley and Shubik 1954); the mean of Birnbaum's over p. It adds up to one.

Formulas are the textbooks'; the code is Chokegraph's own.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.supply import FloatArray
from chokegraph.chain.truth import CLEAR, WORD_BITS, Words
from chokegraph.errors import Finding, FindingsError

Counts = NDArray[np.int64]
Value = FloatArray | Callable[[tuple[int, ...]], float]

_BLOCK_BITS = 16
# The positions in a word whose number has k bits set.
_OF_SIZE = tuple(
    np.uint64(sum(1 << place for place in range(64) if place.bit_count() == size))
    for size in range(WORD_BITS + 1)
)


def shapley(value: Value, count: int | None = None) -> FloatArray:
    """Return the Shapley value of every member: what it adds, averaged over all orders of joining.

    Args:
        value: The worth of every coalition: an array of 2^n, where coalition c holds member i if
            bit i of c is set; or a function of the members, given as increasing positions.
        count: How many members there are, where `value` is a function.

    Returns:
        (n,) in the unit of the value. They add up to value(all) - value(none).

    Raises:
        FindingsError: If the array's length is no power of two, or a value is not finite.

    Example:
        The left glove is worth something only with one of two right ones.

        >>> shapley(lambda members: float(0 in members and len(members) > 1), 3).round(3).tolist()
        [0.667, 0.167, 0.167]
    """
    table, count = _array(value, count)
    if count == 0:
        return np.zeros(0)
    # A coalition of s counts with s!(n-s-1)!/n! against each that is outside of it, and with
    # (s-1)!(n-s)!/n! for each that is inside. So one weighted sum over the coalitions that hold a
    # member, less one over all, is its value.
    outside = np.array([1.0 / (count * comb(count - 1, size)) for size in range(count)] + [0.0])
    inside = np.concatenate([[0.0], outside[:-1]])
    holding, everything = _sums(table, count, inside + outside, outside)
    return np.asarray(holding - everything, dtype=np.float64)


def banzhaf_value(value: Value, count: int | None = None) -> FloatArray:
    """Return the Banzhaf value of every member: what it adds, averaged over the others' coalitions.

    Args:
        value: As in `shapley`.
        count: As in `shapley`.

    Returns:
        (n,) in the unit of the value. They need not add up to anything.

    Raises:
        FindingsError: As in `shapley`.

    Example:
        >>> banzhaf_value(lambda members: float(0 in members and len(members) > 1), 3).tolist()
        [0.75, 0.25, 0.25]
    """
    table, count = _array(value, count)
    if count == 0:
        return np.zeros(0)
    ones = np.ones(count + 1)
    holding, everything = _sums(table, count, 2 * ones, ones)
    return np.asarray((holding - everything) / 2 ** (count - 1), dtype=np.float64)


def swings(table: Words, count: int) -> Counts:
    """Return in how many coalitions of each size a member makes the difference.

    Args:
        table: The packed truth table of "blocked"; it must be monotone.
        count: How many members there are.

    Returns:
        (n, n): row i, column s: coalitions of s others that block with i and not without.

    Example:
        >>> from chokegraph.chain.truth import words_of
        >>> swings(words_of([2, 3], 2), 2).tolist()  # whoever has member 1 blocks
        [[0, 0], [1, 1]]
    """
    found = np.zeros((count, max(count, WORD_BITS) + 1), dtype=np.int64)
    sizes = np.bitwise_count(np.arange(len(table), dtype=np.uint64)).astype(np.intp)
    most = max(count - WORD_BITS, 0) + 1
    if count < WORD_BITS:  # a word repeats a smaller table
        table = table & np.uint64((1 << (1 << count)) - 1)
    for i in range(count):
        if i < WORD_BITS:
            at, alone = sizes, ((table >> np.uint64(1 << i)) & ~table) & CLEAR[i]
        else:
            halves = table.reshape(-1, 2, 1 << (i - WORD_BITS))
            alone = (halves[:, 1] & ~halves[:, 0]).reshape(-1)
            at = sizes.reshape(-1, 2, 1 << (i - WORD_BITS))[:, 0].reshape(-1)
        for size, mask in enumerate(_OF_SIZE):
            bits = np.bitwise_count(alone & mask)
            found[i, size : size + most] += np.bincount(at, bits, most).astype(np.int64)
    return found[:, :count]


def blocked_by_size(table: Words, count: int) -> list[int]:
    """Return how many coalitions of each size are set in a table.

    Example:
        >>> from chokegraph.chain.truth import words_of
        >>> blocked_by_size(words_of([2, 3], 2), 2)
        [0, 1, 1]
    """
    if count < WORD_BITS:
        table = table & np.uint64((1 << (1 << count)) - 1)
    sizes = np.bitwise_count(np.arange(len(table), dtype=np.uint64)).astype(np.intp)
    most = max(count - WORD_BITS, 0) + 1
    found = np.zeros(most + WORD_BITS, dtype=np.int64)
    for size, mask in enumerate(_OF_SIZE):
        bits = np.bitwise_count(table & mask)
        found[size : size + most] += np.bincount(sizes, bits, most).astype(np.int64)
    return [int(number) for number in found[: count + 1]]


def banzhaf_of(found: Counts) -> FloatArray:
    """Return the Banzhaf index of every member from its swings.

    Example:
        >>> banzhaf_of(np.array([[1, 1], [0, 0]]))
        array([1., 0.])
    """
    count = len(found)
    return np.array([sum(row) / 2 ** (count - 1) for row in found.tolist()])


def birnbaum_of(found: Counts, chance: float) -> FloatArray:
    """Return the chance that each member decides, if all others refuse with one probability.

    Args:
        found: The swings.
        chance: With what probability each other member refuses, independently, 0..1.

    Example:
        >>> birnbaum_of(np.array([[0, 1], [0, 1]]), 0.25)  # only both together block
        array([0.25, 0.25])
    """
    count = len(found)
    size = np.arange(count)
    return np.asarray(found @ (chance**size * (1.0 - chance) ** (count - 1 - size)))


def shapley_of(found: Counts) -> FloatArray:
    """Return the Shapley-Shubik index of every member from its swings.

    Example:
        >>> shapley_of(np.array([[0, 2, 1], [0, 1, 0], [0, 1, 0]])).round(3).tolist()
        [0.667, 0.167, 0.167]
    """
    count = len(found)
    weight = [1.0 / (count * comb(count - 1, size)) for size in range(count)]
    return np.asarray(found @ np.array(weight)) if count else np.zeros(0)


def _sums(
    table: FloatArray, count: int, holding: FloatArray, everything: FloatArray
) -> tuple[FloatArray, float]:
    """Weighted sums by size: over the coalitions that hold each member, and over all.

    Block by block of the low bits, so that no second array of 2^n is needed.
    """
    low = min(count, _BLOCK_BITS)
    blocks = table.reshape(-1, 1 << low)
    sizes = np.bitwise_count(np.arange(1 << low, dtype=np.uint64)).astype(np.intp)
    inner = np.zeros(1 << low)
    found = np.zeros(count)
    whole = 0.0
    weights: dict[int, tuple[FloatArray, FloatArray]] = {}
    for number, block in enumerate(blocks):
        size = number.bit_count()
        if size not in weights:
            weights[size] = holding[sizes + size], everything[sizes + size]
        weighted = block * weights[size][0]
        inner += weighted
        total = float(weighted.sum())
        whole += float((block * weights[size][1]).sum())
        for bit in range(count - low):
            if number >> bit & 1:
                found[low + bit] += total
    for bit in reversed(range(low)):
        half = inner.reshape(2, -1)
        found[bit] = half[1].sum()
        inner = half[0] + half[1]
    return found, whole


def _array(value: Value, count: int | None) -> tuple[FloatArray, int]:
    if callable(value):
        count = 0 if count is None else count
        table = np.array(
            [
                value(tuple(i for i in range(count) if number >> i & 1))
                for number in range(1 << count)
            ],
            dtype=np.float64,
        )
    else:
        table = np.asarray(value, dtype=np.float64)
    bits = len(table).bit_length() - 1
    if table.ndim != 1 or len(table) != 1 << max(bits, 0):
        finding = Finding(
            f"{table.shape} values do not cover all coalitions",
            fix="give one value for each of the 2^n coalitions",
        )
        raise FindingsError([finding], title="Shapley value")
    if not np.isfinite(table).all():
        number = int(np.flatnonzero(~np.isfinite(table))[0])
        who = [i for i in range(bits) if number >> i & 1]
        finding = Finding(
            f"the value of the coalition of members {who} is {table[number]}",
            fix="use a value that stays finite, for example a loss between 0 and 1",
        )
        raise FindingsError([finding], title="Shapley value")
    return table, bits
