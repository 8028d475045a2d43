# SPDX-License-Identifier: Apache-2.0
"""Truth tables over all coalitions, as packed bits: exact and fast up to about 24 providers.

Coalition number c holds provider i if bit i of c is set. A table has one bit per coalition: set
if the gate is NOT available when that coalition refuses. 64 coalitions stand in one word, so AND
and OR over all 2^n coalitions are word operations; 24 providers take 2 MB per gate.
Method: Chokegraph's own; the dual view (minimal cut sets) is that of Fredman and Khachiyan 1996.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.supply import Reading, Supply

Words = NDArray[np.uint64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

WORD_BITS = 6
"""2^6 = 64 coalitions stand in a word."""
_LEAF_BITS = 16
CLEAR = tuple(
    np.uint64(sum(1 << place for place in range(64) if not place >> i & 1))
    for i in range(WORD_BITS)
)
"""For provider i < 6: the positions in a word whose coalition number has bit i clear."""


def words_of(numbers: Iterable[int], count: int) -> Words:
    """Return the table in which exactly these coalitions are set.

    Args:
        numbers: Coalition numbers.
        count: How many providers there are; below six the small table is repeated in its word.

    Example:
        >>> words_of([0, 2], 2).tolist() == [int("0101" * 16, 2)]
        True
    """
    rows = np.zeros(1 << count, dtype=np.uint8)
    rows[list(numbers)] = 1
    rows = np.tile(rows, max(1, 64 >> count))
    return np.packbits(rows, bitorder="little").view("<u8").astype(np.uint64)


def blocked_tables(
    circuit: Circuit,
    groups: Sequence[tuple[str, ...]],
    *,
    threshold: float | None,
    reading: Reading,
    stop_at: float,
) -> dict[str, Words]:
    """Return for each goal the truth table of "not available".

    Args:
        circuit: The compiled chain.
        groups: Who may refuse, and who does so only together; group i is bit i. All others
            always supply.
        threshold: The share of supply that denies it; None: all suppliers must refuse.
        reading: How intervals are read.
        stop_at: A need weaker than this stops nothing.
    """
    count = len(groups)
    words = 1 << max(0, count - WORD_BITS)
    place = {member: bit for bit, group in enumerate(groups) for member in group}

    def all_of(children: Sequence[tuple[float, Words]]) -> Words:
        needed = [table for weight, table in children if weight >= stop_at]
        return reduce(np.bitwise_or, needed, np.zeros(words, dtype=np.uint64))

    def any_of(children: Sequence[Words]) -> Words:
        return reduce(np.bitwise_and, children, np.full(words, ~np.uint64(0)))

    algebra = Algebra(
        leaf=lambda supply: leaf_table(supply, place, count, threshold=threshold, reading=reading),
        all_of=all_of,
        any_of=any_of,
    )
    values = evaluate(circuit, algebra)
    tables = {}
    for goal, index in circuit.goals.items():
        table = values[index]
        if table is not None:
            tables[goal] = table
    return tables


def leaf_blocked(
    supply: Supply, members: BoolArray, *, threshold: float | None, reading: Reading
) -> BoolArray:
    """Whether each coalition denies a supply.

    Args:
        supply: Who supplies the input.
        members: [coalition, provider of this supply], True where the provider refuses.
        threshold: The share that denies; None: all suppliers must refuse.
        reading: How intervals are read.
    """
    if supply.denied_at is not None:
        threshold = supply.denied_at
    if threshold is None:
        present = np.array(supply.present(reading), dtype=bool)
        return np.asarray(~np.any(present & ~members, axis=1), dtype=bool)
    refusing, staying = supply.weights(reading)
    denied = members @ refusing
    left = ~members @ staying
    # Rounding in the sum must not decide a case that the figures put exactly at the threshold.
    return np.asarray(denied >= threshold * (denied + left) - np.finfo(np.float32).eps, dtype=bool)


def leaf_table(
    supply: Supply,
    place: Mapping[str, int],
    count: int,
    *,
    threshold: float | None,
    reading: Reading,
) -> Words:
    """Return one supply's truth table over the coalitions of `count` bits.

    The table over the supply's own bits is small; it is spread over the others by broadcasting,
    first within a word (bits 0 to 5), then over the words.

    Args:
        supply: Who supplies the input.
        place: The bit of each provider that may refuse.
        count: How many bits there are.
        threshold: The share that denies; None: all suppliers must refuse.
        reading: How intervals are read.
    """
    own = sorted({place[provider] for provider in supply.providers if provider in place})
    column = {bit: index for index, bit in enumerate(own)}
    at = {p: column[place[p]] for p in supply.providers if p in place}
    blocked = _own_table(supply, at, len(own), threshold=threshold, reading=reading)
    # Axis 0 of the array is the highest bit, so that C order is the coalition number.
    count = max(count, WORD_BITS)
    inside = [index for index in own if index < WORD_BITS]
    outside = [index for index in own if index >= WORD_BITS]
    low_shape = tuple(2 if i in inside else 1 for i in reversed(range(WORD_BITS)))
    rows = 1 << len(outside)
    low = np.broadcast_to(
        blocked.reshape(rows, *low_shape), (rows, *(2 for _ in range(WORD_BITS)))
    ).reshape(rows, 64)
    packed = np.packbits(low, axis=1, bitorder="little").view("<u8").astype(np.uint64)
    high_shape = tuple(2 if i in outside else 1 for i in reversed(range(WORD_BITS, count)))
    spread = np.broadcast_to(packed.reshape(high_shape), tuple(2 for _ in range(WORD_BITS, count)))
    return np.ascontiguousarray(spread).reshape(-1)


def _own_table(
    supply: Supply, at: Mapping[str, int], count: int, *, threshold: float | None, reading: Reading
) -> BoolArray:
    """Whether each coalition of a supply's own providers denies it, as `leaf_blocked` says.

    What each provider adds is summed bit by bit, in blocks: 24 providers need no more memory.
    """
    if supply.denied_at is not None:
        threshold = supply.denied_at
    if threshold is None:
        present = zip(supply.providers, supply.present(reading), strict=True)
        sellers = [provider for provider, sells in present if sells]
        mask = sum({1 << at[provider] for provider in sellers if provider in at})
        never = any(provider not in at for provider in sellers)
        numbers = np.arange(1 << count)
        return np.asarray((numbers & mask == mask) & (not never), dtype=bool)
    refusing, staying = supply.weights(reading)
    # Denied if denied >= threshold * (denied + left): a sum with one term for each who refuses.
    start = -threshold * float(staying.sum())
    added = [0.0] * count
    for index, provider in enumerate(supply.providers):
        if provider in at:
            added[at[provider]] += float(
                (1.0 - threshold) * refusing[index] + threshold * staying[index]
            )
    low = min(count, _LEAF_BITS)
    score = np.full(1 << low, start)
    for bit in range(low):
        score.reshape(-1, 2, 1 << bit)[:, 1] += added[bit]
    found = np.empty(1 << count, dtype=bool)
    for block in range(1 << (count - low)):
        more = sum(added[low + bit] for bit in range(count - low) if block >> bit & 1)
        found[block << low : (block + 1) << low] = score + more >= -np.finfo(np.float32).eps
    return found


def minimal_members(table: Words, count: int) -> IntArray:
    """Return the coalition numbers that block, and no longer block without any one member.

    Args:
        table: The truth table of "not available"; it must be monotone.
        count: How many providers there are.

    Example:
        >>> table = np.array([0b11101010], dtype=np.uint64)  # {0}, {0,1}, {0,2}, {1,2}, {0,1,2}
        >>> minimal_members(table, 3).tolist()
        [1, 6]
    """
    keep = table.copy()
    for i in range(count):
        if i < WORD_BITS:
            shift = np.uint64(1 << i)
            without = (table & CLEAR[i]) << shift
            keep &= ~without
        else:
            block = 1 << (i - WORD_BITS)
            kept = keep.reshape(-1, 2, block)
            kept[:, 1] &= ~table.reshape(-1, 2, block)[:, 0]
    found = np.flatnonzero(keep)
    bits = np.unpackbits(
        np.ascontiguousarray(keep[found], dtype="<u8").view(np.uint8).reshape(-1, 8),
        axis=1,
        bitorder="little",
    )
    word, place = np.nonzero(bits)
    numbers = found[word] * 64 + place
    return np.asarray(numbers[numbers < 1 << count], dtype=np.int64)


def complement(table: Words, count: int) -> Words:
    """Return the dual table: set for c where the table is not set for all members but those of c.

    Of "blocked when these refuse" it makes "available when only these supply", and back.

    Args:
        table: A truth table.
        count: How many providers there are.

    Example:
        >>> either = words_of([1, 2, 3], 2)  # each alone blocks: both must supply
        >>> complement(either, 2).tolist() == words_of([3], 2).tolist()
        True
    """
    turned = table[::-1].copy()
    # Within a word, place p goes to 63 - p: swap neighbours, then pairs, and so on.
    for i in range(WORD_BITS):
        shift = np.uint64(1 << i)
        turned = ((turned & CLEAR[i]) << shift) | ((turned >> shift) & CLEAR[i])
    return np.asarray(~turned, dtype=np.uint64)


def upwards(numbers: Iterable[int], count: int) -> Words:
    """Return the table of all coalitions that hold one of these.

    Args:
        numbers: Coalition numbers.
        count: How many providers there are.

    Example:
        >>> upwards([1], 2).tolist() == words_of([1, 3], 2).tolist()
        True
    """
    table = words_of(numbers, count)
    for i in range(count):
        if i < WORD_BITS:
            table |= (table & CLEAR[i]) << np.uint64(1 << i)
        else:
            halves = table.reshape(-1, 2, 1 << (i - WORD_BITS))
            halves[:, 1] |= halves[:, 0]
    return table
