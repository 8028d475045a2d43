# SPDX-License-Identifier: Apache-2.0
"""More than 24 providers, of which many supply exactly the same: counted by how many refuse.

Providers with the same shares of the same inputs can stand in for each other in any coalition. So
only the number of them that refuse matters, and instead of 2^n coalitions there is one **state**
for each combination of numbers: with groups of sizes g, (g1+1)(g2+1)... of them. A state stands
for as many coalitions as there are ways to choose its members, and all counts follow exactly:

* swings of a member of group G at state c: ways to choose c from the others, which are C(g-1, c)
  for its own group and C(g, c) for every other one;
* minimal states: those that block, and no longer with one less of any group;
* minimal plans: the same, seen from those who go on supplying.

This holds whatever share of a supply denies it. Where all suppliers must refuse, groups count only
as a whole, which needs fewer states still (`coalitions.alike`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, islice
from math import comb, prod

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.supply import FloatArray, Reading, Supply
from chokegraph.chain.truth import BoolArray

_SLACK = float(np.finfo(np.float32).eps)
_MOST_AXES = 32


@dataclass(frozen=True, slots=True)
class Pattern:
    """Coalitions that look the same: so many of each group.

    Args:
        parts: (members of a group, how many of them).
        number: For how many coalitions it stands.

    Example:
        >>> Pattern(((("A", "B", "C"), 2), (("US",), 1)), 3).size
        3
    """

    parts: tuple[tuple[tuple[str, ...], int], ...]
    number: int

    @property
    def size(self) -> int:
        """How many members such a coalition has."""
        return sum(count for _, count in self.parts)


@dataclass(frozen=True, slots=True)
class Alike:
    """Everything that is counted by state.

    Args:
        coalitions: Patterns of all minimal blocking coalitions, the smallest first.
        plans: Patterns of all minimal production plans, the smallest first.
        banzhaf: Provider -> Banzhaf index.
        shapley: Provider -> Shapley-Shubik index.
    """

    coalitions: tuple[Pattern, ...]
    plans: tuple[Pattern, ...]
    banzhaf: Mapping[str, float]
    shapley: Mapping[str, float]

    @property
    def number(self) -> int:
        """How many minimal blocking coalitions there are."""
        return sum(pattern.number for pattern in self.coalitions)

    @property
    def plans_number(self) -> int:
        """How many minimal production plans there are."""
        return sum(pattern.number for pattern in self.plans)

    def betweenness(self) -> dict[str, float]:
        """Share of the minimal plans that use each provider."""
        found: dict[str, float] = {}
        for pattern in self.plans:
            for group, count in pattern.parts:
                share = pattern.number / self.plans_number * count / len(group)
                for member in group:
                    found[member] = found.get(member, 0.0) + share
        return dict(sorted(found.items()))

    def held(self) -> dict[str, float]:
        """Share of the minimal coalitions that hold each provider."""
        found: dict[str, float] = {}
        for pattern in self.coalitions:
            for group, count in pattern.parts:
                share = pattern.number / self.number * count / len(group)
                for member in group:
                    found[member] = found.get(member, 0.0) + share
        return found


def listed(patterns: Sequence[Pattern], most: int) -> tuple[tuple[str, ...], ...]:
    """Return the coalitions behind some patterns, one by one, up to a number of them.

    Example:
        >>> listed([Pattern(((("A", "B", "C"), 2), (("US",), 1)), 3)], 2)
        (('A', 'B', 'US'), ('A', 'C', 'US'))
    """
    found: list[tuple[str, ...]] = []
    for pattern in patterns:
        found += islice(_choices(pattern.parts), most - len(found))
    return tuple(sorted(found, key=lambda members: (len(members), members)))


def _choices(parts: tuple[tuple[tuple[str, ...], int], ...]) -> Iterator[tuple[str, ...]]:
    """One by one: `itertools.product` would first hold all choices of each group in memory."""
    if not parts:
        yield ()
        return
    (group, count), *others = parts
    for some in combinations(group, count):
        for rest in _choices(tuple(others)):
            yield tuple(sorted((*some, *rest)))


def same_supply(
    circuit: Circuit, providers: Sequence[str], *, reading: Reading = "figures"
) -> list[tuple[str, ...]]:
    """Group providers that hold the same shares of the same inputs; who holds none is left out.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> world = small_world({"part": {"A": 0.3, "B": 0.3, "C": 0.4}}, routes={"p": ["part"]})
        >>> same_supply(compile_chain(world), ["A", "B", "C"])
        [('A', 'B'), ('C',)]
    """
    held: dict[str, list[tuple[int, float, float]]] = {provider: [] for provider in providers}
    for number, supply in enumerate(circuit.supplies):
        refusing, staying = supply.weights(reading)
        for index, provider in enumerate(supply.providers):
            pair = float(refusing[index]), float(staying[index])
            if provider in held and pair != (0.0, 0.0):
                held[provider].append((number, *pair))
    groups: dict[tuple[tuple[int, float, float], ...], list[str]] = {}
    for provider, places in held.items():
        if places:
            groups.setdefault(tuple(places), []).append(provider)
    return [tuple(group) for group in groups.values()]


def count_alike(
    circuit: Circuit,
    goal: str,
    providers: Sequence[str],
    *,
    threshold: float | None,
    reading: Reading,
    stop_at: float,
    most_states: int,
) -> Alike | None:
    """Count coalitions, plans and indices by how many of each group refuse.

    Args:
        circuit: The compiled chain.
        goal: One of its goals.
        providers: Who may refuse.
        threshold: The share of supply that denies it. None is left to `coalitions.alike`.
        reading: How intervals are read.
        stop_at: A need weaker than this stops nothing.
        most_states: How many states may be tried.

    Returns:
        The counts; None where there are too many states, or nobody's share decides.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> many = [f"C{n:02}" for n in range(40)]
        >>> world = small_world({"part": dict.fromkeys(many, 0.025)}, routes={"p": ["part"]})
        >>> ask = {"threshold": 0.75, "reading": "figures", "stop_at": 0.5}
        >>> found = count_alike(compile_chain(world), "product:p", many, **ask, most_states=10**6)
        >>> found.coalitions[0].size, found.number  # any 30 of 40
        (30, 847660528)
        >>> round(found.shapley["C00"] * 40, 9)
        1.0
    """
    circuit = circuit.cone([goal])
    groups = same_supply(circuit, providers, reading=reading)
    shape = tuple(len(group) + 1 for group in groups)
    decided = threshold is not None or all(s.denied_at is not None for s in circuit.supplies)
    if not decided or len(shape) > _MOST_AXES or prod(shape) > most_states or not shape:
        return None
    axis = {member: at for at, group in enumerate(groups) for member in group}

    def leaf(supply: Supply) -> BoolArray:
        level = threshold if supply.denied_at is None else supply.denied_at
        return _leaf(supply, shape, axis, 1.0 if level is None else level, reading)

    def all_of(children: Sequence[tuple[float, BoolArray]]) -> BoolArray:
        needed = [blocked for weight, blocked in children if weight >= stop_at]
        return reduce(np.logical_or, needed, np.zeros((1,) * len(shape), dtype=bool))

    def any_of(children: Sequence[BoolArray]) -> BoolArray:
        return reduce(np.logical_and, children, np.ones((1,) * len(shape), dtype=bool))

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    last = values[-1]
    blocked = np.broadcast_to(
        np.zeros((1,) * len(shape), dtype=bool) if last is None else last, shape
    )
    sizes = _sizes(shape)
    supplying = np.flip(~blocked)  # state by state seen from those who go on supplying
    banzhaf: dict[str, float] = {}
    orders: dict[str, float] = {}
    for at, group in enumerate(groups):
        chance, share = _indices(blocked, at, shape, sizes)
        banzhaf |= dict.fromkeys(group, chance)
        orders |= dict.fromkeys(group, share)
    return Alike(_patterns(blocked, groups), _patterns(supplying, groups), banzhaf, orders)


def _leaf(
    supply: Supply, shape: tuple[int, ...], axis: Mapping[str, int], level: float, reading: Reading
) -> BoolArray:
    """Whether each state denies a supply: one sum with a term for each group that refuses."""
    refusing, staying = supply.weights(reading)
    score: FloatArray = np.full((1,) * len(shape), -level * float(staying.sum()))
    for at in sorted({axis[p] for p in supply.providers if p in axis}):
        index = next(i for i, p in enumerate(supply.providers) if axis.get(p) == at)
        added = float((1.0 - level) * refusing[index] + level * staying[index])
        line = [1] * len(shape)
        line[at] = shape[at]
        score = score + added * np.arange(shape[at]).reshape(line)
    return np.asarray(score >= -_SLACK, dtype=bool)


def _sizes(shape: tuple[int, ...]) -> FloatArray:
    found: FloatArray = np.zeros((1,) * len(shape))
    for at, size in enumerate(shape):
        line = [1] * len(shape)
        line[at] = size
        found = found + np.arange(size).reshape(line)
    return found


def _indices(
    blocked: BoolArray, at: int, shape: tuple[int, ...], sizes: FloatArray
) -> tuple[float, float]:
    """Banzhaf and Shapley-Shubik of one member of a group: weighted swings."""
    people = sum(shape) - len(shape)
    low = [slice(None)] * len(shape)
    high = list(low)
    low[at], high[at] = slice(None, -1), slice(1, None)
    swing = blocked[tuple(high)] & ~blocked[tuple(low)]
    # The chance of a state does not overflow, as the number of its coalitions would.
    chance = np.ones((1,) * len(shape))
    for other, size in enumerate(shape):
        count = size - 1 - (other == at)
        own = np.array([comb(count, k) / 2**count for k in range(count + 1)])
        line = [1] * len(shape)
        line[other] = count + 1
        chance = chance * own.reshape(line)
    number = sizes[tuple(low)].astype(np.int64)
    by_size = np.bincount(number[swing], chance[swing], people)
    weight = [2 ** (people - 1) / (people * comb(people - 1, k)) for k in range(people)]
    return float(by_size.sum()), float(by_size @ np.array(weight))


def _patterns(blocked: BoolArray, groups: Sequence[tuple[str, ...]]) -> tuple[Pattern, ...]:
    least = blocked.copy()
    for at in range(blocked.ndim):
        low = [slice(None)] * blocked.ndim
        high = list(low)
        low[at], high[at] = slice(None, -1), slice(1, None)
        least[tuple(high)] &= ~blocked[tuple(low)]
    found = []
    for state in np.argwhere(least).tolist():
        parts = tuple((group, n) for group, n in zip(groups, state, strict=True) if n)
        found.append(Pattern(parts, prod(comb(len(group), n) for group, n in parts)))
    return tuple(sorted(found, key=lambda pattern: (pattern.size, pattern.parts)))
