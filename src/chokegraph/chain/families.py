# SPDX-License-Identifier: Apache-2.0
"""Families of minimal blocking coalitions, gate by gate: exact for any number of providers.

An AND is blocked by what blocks any of its children (union), an OR by what blocks all of them (all
unions of one from each); after each gate only minimal sets are kept. This is the classic top-down
algebra of minimal cut sets. Families are small where some provider is hard to do without, as in
this trade, but can grow without bound; `TooManyError` says so instead of giving half an answer.

A set of providers is a row of 64-bit words, so that hundreds of firms fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.supply import Holding, Reading, Supply
from chokegraph.chain.truth import leaf_blocked

Family = NDArray[np.uint64]
"""[set, word]: bit i of a row is provider i."""

_BITS = 64


class TooManyError(Exception):
    """A family grew beyond the number of sets allowed."""


def minimal_families(
    circuit: Circuit,
    providers: Sequence[str],
    *,
    threshold: float | None,
    reading: Reading,
    stop_at: float,
    most: int,
) -> dict[str, list[tuple[str, ...]]]:
    """Return for each goal all minimal blocking coalitions.

    Args:
        circuit: The compiled chain.
        providers: Who may refuse.
        threshold: The share of supply that denies it; None: all suppliers must refuse.
        reading: How intervals are read.
        stop_at: A need weaker than this stops nothing.
        most: How many sets a family may hold at any gate.

    Raises:
        TooManyError: If a family grows beyond `most`, or one input has too many providers.
    """
    words = max(1, -(-len(providers) // _BITS))
    place = {provider: index for index, provider in enumerate(providers)}
    never = np.zeros((0, words), dtype=np.uint64)
    always = np.zeros((1, words), dtype=np.uint64)

    seen: dict[tuple[tuple[Holding, ...], float | None], Family] = {}

    def leaf(supply: Supply) -> Family:
        # An input asked at several grades often has the same suppliers at each.
        key = supply.holdings, supply.denied_at
        if key not in seen:
            seen[key] = one_leaf(supply)
        return seen[key]

    def one_leaf(supply: Supply) -> Family:
        return _leaf_family(supply, place, words, threshold=threshold, reading=reading, most=most)

    def all_of(children: Sequence[tuple[float, Family]]) -> Family:
        needed = [family for weight, family in children if weight >= stop_at]
        return minimal(np.concatenate([never, *needed]), most=most)

    def any_of(children: Sequence[Family]) -> Family:
        return reduce(lambda one, other: _both(one, other, most=most), children, always)

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    found = {}
    for goal, index in circuit.goals.items():
        family = values[index]
        if family is not None:
            found[goal] = [_names(row, providers) for row in family]
    return found


def minimal(family: Family, *, most: int) -> Family:
    """Keep the sets that contain no other set of the family.

    Raises:
        TooManyError: If more than `most` are left.

    Example:
        >>> family = np.array([[0b111], [0b011], [0b100], [0b011]], dtype=np.uint64)
        >>> minimal(family, most=10).tolist()
        [[4], [3]]
    """
    sizes = np.bitwise_count(family).sum(axis=1)
    rows = family[np.argsort(sizes, kind="stable")]
    kept = np.zeros((0, family.shape[1]), dtype=np.uint64)
    while len(rows):
        # The smallest set is minimal; all that contain it are not. What is left goes on.
        first = rows[0]
        kept = np.concatenate([kept, first[None]])
        rows = rows[np.any((rows & first) != first, axis=1)]
        if len(kept) > most:
            message = f"more than {most} minimal coalitions"
            raise TooManyError(message)
    return kept


def _both(one: Family, other: Family, *, most: int) -> Family:
    """All unions of a set of the one and a set of the other, the minimal ones."""
    parts = [one[start : start + most] for start in range(0, len(one), most)]
    family = np.zeros((0, one.shape[1]), dtype=np.uint64)
    for part in parts:
        if len(part) * len(other) > most * most:
            message = f"more than {most} times {most} coalitions to join"
            raise TooManyError(message)
        joined = (part[:, None, :] | other[None, :, :]).reshape(-1, one.shape[1])
        family = minimal(np.concatenate([family, joined]), most=most)
    return family


def _leaf_family(
    supply: Supply,
    place: dict[str, int],
    words: int,
    *,
    threshold: float | None,
    reading: Reading,
    most: int,
) -> Family:
    own = [provider for provider in supply.providers if provider in place]
    if threshold is None and supply.denied_at is None:
        present = zip(supply.providers, supply.present(reading), strict=True)
        sellers = [provider for provider, sells in present if sells]
        if any(provider not in place for provider in sellers):
            return np.zeros((0, words), dtype=np.uint64)  # someone exempt always supplies
        return _rows([sellers], place, words)
    if len(own) > most.bit_length() + _BITS // 8:
        message = f"{len(own)} providers of {supply.input_id}"
        raise TooManyError(message)
    numbers = np.arange(1 << len(own))
    column = {provider: bit for bit, provider in enumerate(own)}
    members = np.zeros((len(numbers), len(supply.providers)), dtype=bool)
    for index, provider in enumerate(supply.providers):
        if provider in column:
            members[:, index] = numbers >> column[provider] & 1 == 1
    blocked = leaf_blocked(supply, members, threshold=threshold, reading=reading)
    keep = blocked.copy()
    for bit in range(len(own)):
        # Halves of each block: without and with the provider of this bit.
        keep.reshape(-1, 2, 1 << bit)[:, 1] &= ~blocked.reshape(-1, 2, 1 << bit)[:, 0]
    sets = [
        [provider for bit, provider in enumerate(own) if number >> bit & 1]
        for number in np.flatnonzero(keep).tolist()
    ]
    return _rows(sets, place, words)


def _rows(sets: Sequence[Sequence[str]], place: dict[str, int], words: int) -> Family:
    family = np.zeros((len(sets), words), dtype=np.uint64)
    for index, members in enumerate(sets):
        for member in members:
            word, bit = divmod(place[member], _BITS)
            family[index, word] |= np.uint64(1 << bit)
    return family


def _names(row: NDArray[np.uint64], providers: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        provider
        for index, provider in enumerate(providers)
        if int(row[index // _BITS]) >> (index % _BITS) & 1
    )
