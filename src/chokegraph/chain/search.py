# SPDX-License-Identifier: Apache-2.0
"""Every coalition up to a given size, where there are too many providers for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.supply import Reading, Supply
from chokegraph.chain.truth import BoolArray, leaf_blocked


def minimal_up_to(
    circuit: Circuit,
    providers: Sequence[str],
    size: int,
    *,
    threshold: float | None,
    reading: Reading,
    stop_at: float,
) -> dict[str, list[tuple[str, ...]]]:
    """Return for each goal all minimal blocking coalitions with at most `size` members.

    Args:
        circuit: The compiled chain.
        providers: Who may refuse.
        size: The largest coalition tried.
        threshold: The share of supply that denies it; None: all suppliers must refuse.
        reading: How intervals are read.
        stop_at: A need weaker than this stops nothing.
    """
    rows = [c for k in range(size + 1) for c in combinations(range(len(providers)), k)]
    members, parents = _rows(rows, len(providers))
    tables = blocked_rows(
        circuit, providers, members, threshold=threshold, reading=reading, stop_at=stop_at
    )
    return {
        goal: [tuple(providers[i] for i in rows[row]) for row in _smallest(blocked, parents)]
        for goal, blocked in tables.items()
    }


def smallest(
    rows: Sequence[tuple[int, ...]], count: int, blocks: Callable[[BoolArray], BoolArray]
) -> list[tuple[int, ...]]:
    """Return those of some coalitions that block, and no longer do without any one member.

    Args:
        rows: All coalitions up to some size, as increasing positions of providers.
        count: How many providers there are.
        blocks: [coalition, provider] -> whether each coalition blocks; monotone.

    Example:
        >>> smallest([(), (0,), (1,), (0, 1)], 2, lambda members: members[:, 1])
        [(1,)]
    """
    members, parents = _rows(rows, count)
    return [rows[row] for row in _smallest(blocks(members), parents)]


def _rows(rows: Sequence[tuple[int, ...]], count: int) -> tuple[BoolArray, NDArray[np.int64]]:
    """Coalitions as rows of True and False, and for each of its places the one without it.

    The empty places of small coalitions point behind the last row, which never blocks.
    """
    number = {row: index for index, row in enumerate(rows)}
    members = np.zeros((len(rows), count), dtype=bool)
    parents = np.full((len(rows), max(1, *(len(row) for row in rows))), len(rows))
    for index, row in enumerate(rows):
        members[index, list(row)] = True
        for place in range(len(row)):
            parents[index, place] = number[row[:place] + row[place + 1 :]]
    return members, parents


def _smallest(blocked: BoolArray, parents: NDArray[np.int64]) -> list[int]:
    without = np.append(blocked, np.False_)[parents].any(axis=1)
    return [int(row) for row in np.flatnonzero(blocked & ~without)]


def blocked_rows(
    circuit: Circuit,
    providers: Sequence[str],
    members: BoolArray,
    *,
    threshold: float | None,
    reading: Reading,
    stop_at: float,
) -> dict[str, BoolArray]:
    """Return for each goal which of some coalitions block it.

    Args:
        circuit: The compiled chain.
        providers: Who may refuse; all others always supply.
        members: [coalition, provider], True where the provider refuses.
        threshold: The share of supply that denies it; None: all suppliers must refuse.
        reading: How intervals are read.
        stop_at: A need weaker than this stops nothing.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> rows = np.array([[True, False], [True, True]])
        >>> ask = {"threshold": None, "reading": "figures", "stop_at": 0.5}
        >>> circuit = compile_chain(toy_world())
        >>> blocked_rows(circuit, ["JP", "NL"], rows, **ask)["product:chip"].tolist()
        [False, True]
    """
    place_of = {provider: index for index, provider in enumerate(providers)}

    def leaf(supply: Supply) -> BoolArray:
        refuses = np.zeros((len(members), len(supply.providers)), dtype=bool)
        for index, provider in enumerate(supply.providers):
            if provider in place_of:
                refuses[:, index] = members[:, place_of[provider]]
        return leaf_blocked(supply, refuses, threshold=threshold, reading=reading)

    def all_of(children: Sequence[tuple[float, BoolArray]]) -> BoolArray:
        needed = [blocked for weight, blocked in children if weight >= stop_at]
        return reduce(np.logical_or, needed, np.zeros(len(members), dtype=bool))

    def any_of(children: Sequence[BoolArray]) -> BoolArray:
        return reduce(np.logical_and, children, np.ones(len(members), dtype=bool))

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    found = {goal: values[index] for goal, index in circuit.goals.items()}
    return {goal: blocked for goal, blocked in found.items() if blocked is not None}
