# SPDX-License-Identifier: Apache-2.0
"""Passes over designs: a grid over everything, all whole numbers for the best, then a closer look.

A family is a node, a package and a memory. The first pass evaluates a grid of sizes of every
family. The families that came out best are evaluated again for every number of dies and stacks;
then area, clock and (where steps are left) stacks are narrowed down around the best sizes, each
round to half the range. Designs that meet the request come before those that do not, so that the
closer look also finds what lies between two designs of the grid that miss it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.chip.search_problem import DIMENSIONS, Ints, Problem
from chokegraph.chip.search_request import STATUS
from chokegraph.chip.wafer import Floats

ROUNDS = 20
"""Looks around a design. The range is halved unless the best was at its edge."""
POINTS = 5
CLOCKS = 4
"""Steps of the clock for the best families, where the grid has more than one."""
EACH = 4
"""Families of each node, package and memory that are looked at closely whatever their rank."""
STARTS = 24
"""Numbers of dies and stacks of a family that are looked at closely."""
_SIZES = len(DIMENSIONS)


@dataclass
class Best:
    """The best design of each family.

    Args:
        miss: By how much its restrictions are missed, relative; 0 if all are met. [family]
        loss: The objective, less is better. [family]
        second: What decides between equal losses: cost, or else less TPP. [family]
        sizes: [family, size]
        evaluated: Designs evaluated so far.
    """

    miss: Floats
    loss: Floats
    second: Floats
    sizes: Floats
    evaluated: int = 0

    @classmethod
    def none(cls, count: int) -> Best:
        """Nothing found yet."""
        worst = np.full(count, np.inf)
        return cls(worst, worst.copy(), worst.copy(), np.full((count, _SIZES), np.nan))

    def tell(self, family: Ints, scores: Scores, sizes: Floats) -> None:
        """Take in designs, each of a family."""
        order = np.lexsort((scores.second, scores.loss, scores.miss, family))
        first = np.ones(len(order), bool)
        first[1:] = family[order][1:] != family[order][:-1]
        at = order[first]
        here = family[at]
        better = scores.take(at).below(self.miss[here], self.loss[here], self.second[here])
        at, here = at[better], here[better]
        self.miss[here], self.loss[here] = scores.miss[at], scores.loss[at]
        self.second[here], self.sizes[here] = scores.second[at], sizes[at]

    def order(self) -> Ints:
        """Families from best to worst; those without any known design are left out."""
        order = np.lexsort((self.second, self.loss, self.miss))
        return order[np.isfinite(self.miss[order])]


@dataclass(frozen=True)
class Scores:
    """How designs compare: what they miss, then the objective, then the cost or TPP."""

    miss: Floats
    loss: Floats
    second: Floats

    def take(self, chosen: NDArray[Any]) -> Scores:
        """Return some."""
        return Scores(self.miss[chosen], self.loss[chosen], self.second[chosen])

    def below(self, miss: Floats, loss: Floats, second: Floats) -> NDArray[np.bool_]:
        """Which are better than others."""
        tie = (self.loss == loss) & (self.second < second)
        return np.asarray((self.miss < miss) | ((self.miss == miss) & ((self.loss < loss) | tie)))

    def best_of_rows(self, rows: int) -> tuple[Scores, Ints]:
        """The best of each of a number of equal parts, and its flat position."""
        miss, loss, second = (one.reshape(rows, -1) for one in (self.miss, self.loss, self.second))
        least = miss == miss.min(axis=1, keepdims=True)
        loss_here = np.where(least, loss, np.inf)
        least &= loss_here == loss_here.min(axis=1, keepdims=True)
        at = np.where(least, second, np.inf).argmin(axis=1)
        # Where the cost of all of the best is unknown, the first of them.
        at = np.where(least[np.arange(rows), at], at, least.argmax(axis=1))
        flat = np.arange(rows) * miss.shape[1] + at
        return Scores(*(one.ravel()[flat] for one in (self.miss, self.loss, self.second))), flat


def score(problem: Problem, values: Mapping[str, Any], code: Any) -> Scores:  # noqa: ANN401
    """Compare designs by what was evaluated.

    Args:
        problem: The search.
        values: Outputs.
        code: Node codes.
    """
    loss = problem.loss(values)
    missed = np.zeros(loss.shape)
    for one in problem.restrictions:
        value = one.sign * np.asarray(values[one.output], float)
        bound = one.sign * one.at(code)
        if one.output == STATUS:
            over: Any = np.where(value > bound, value - bound, 0.0)
        else:
            unit = np.where(np.abs(bound) > 0, np.abs(bound), 1.0)
            with np.errstate(invalid="ignore", over="ignore"):
                over = np.where(value > bound, (value - bound) / unit, 0.0)
        unknown = np.isnan(value) & (not one.lenient)
        missed = missed + np.where(unknown, np.inf, over)
    missed = np.where(np.isnan(loss), np.inf, missed)
    loss = np.where(np.isnan(loss), np.inf, loss)
    second = np.asarray(values[problem.second], float)
    # Of equal cost the more powerful design, of equal performance the cheaper one.
    second = -second if problem.second == "tpp" else second
    second = np.broadcast_to(np.where(np.isnan(second), np.inf, second), loss.shape)
    return Scores(missed, loss, np.asarray(second))


def grid_axes(problem: Problem, memories: Ints | None = None) -> tuple[Any, Any, Any, Any, Any]:
    """Memory, stacks, dies, area and clock, shaped [package, memory, stacks, dies, area, clock].

    Args:
        problem: The search.
        memories: Positions of memories; all if None.
    """
    grid = problem.grid
    memories = np.arange(len(problem.memories)) if memories is None else memories
    memory = memories.reshape(-1, 1, 1, 1, 1)
    ladder = problem.ladder[memories]
    stacks = ladder.reshape(*ladder.shape, 1, 1, 1).astype(float)
    dies = np.asarray(grid.dies, float).reshape(-1, 1, 1)
    return memory, stacks, dies, np.asarray(grid.areas).reshape(-1, 1), np.asarray(grid.frequency)


def first_pass(problem: Problem) -> Best:
    """Evaluate the whole grid, one variant of a node at a time."""
    variants, packages, memories = problem.families
    best = Best.none(variants * packages * memories)
    for some_packages, some_memories in problem.carried:
        axes = grid_axes(problem, some_memories)
        package = some_packages.reshape(-1, *(1,) * 5)
        pair = (some_packages[:, None] * memories + some_memories).ravel()
        for variant in range(variants):
            values = problem.evaluate((variant, package, axes[0]), axes[1:])
            scores = score(problem, values, problem.nodes[variant])
            least, at = scores.best_of_rows(pair.size)
            family = variant * packages * memories + pair
            best.tell(family, least, _sizes_at(axes[1:], scores.loss.shape, at))
            best.evaluated += scores.loss.size
    return best


def _sizes_at(sizes: tuple[Any, ...], shape: tuple[int, ...], at: Ints) -> Floats:
    where = np.unravel_index(at, shape)
    return np.column_stack([np.broadcast_to(one, shape)[where] for one in sizes])


def second_pass(problem: Problem, best: Best, count: int) -> None:
    """Evaluate the best families for every number of dies and stacks, then narrow sizes down.

    Args:
        problem: The search.
        best: What the first pass found; changed in place.
        count: How many families.
    """
    grid = problem.grid
    dies = np.arange(min(grid.dies), max(grid.dies) + 1, dtype=float)
    areas, clocks = np.asarray(grid.areas), _clocks(problem)
    start_family: list[Ints] = []
    start_sizes: list[Floats] = []
    for family in _close(problem, best, count):
        variant, package, memory = (int(one) for one in np.unravel_index(family, problem.families))
        stacks = _stacks(problem, memory)
        sizes = (
            stacks.reshape(-1, 1, 1, 1),
            dies.reshape(-1, 1, 1),
            areas.reshape(-1, 1),
            clocks,
        )
        values = problem.evaluate((variant, package, memory), sizes)
        scores = score(problem, values, problem.nodes[variant])
        least, at = scores.best_of_rows(stacks.size * dies.size)
        best.evaluated += scores.loss.size
        found = _sizes_at(sizes, scores.loss.shape, at)
        best.tell(np.full(len(at), family), least, found)
        chosen = np.lexsort((least.second, least.loss, least.miss))[:STARTS]
        start_family.append(np.full(len(chosen), family))
        start_sizes.append(found[chosen])
    if start_family:
        _narrow(problem, best, np.concatenate(start_family), np.concatenate(start_sizes))


def _close(problem: Problem, best: Best, count: int) -> Ints:
    """The best families, and the best of each node, package and memory.

    The grid is coarse, and more so for some memories than for others: a family that it ranks low
    may be the best once it is sized well.
    """
    order = best.order()
    chosen = np.zeros(len(order), bool)
    chosen[:count] = True
    for part in np.unravel_index(order, problem.families):
        for one in np.unique(part):
            chosen[np.flatnonzero(part == one)[:EACH]] = True
    return np.asarray(order[chosen])


def _clocks(problem: Problem) -> Floats:
    """Clocks of the second pass: those of the grid and steps between."""
    given = np.asarray(problem.grid.frequency)
    if given.size == 1:
        return given
    return np.unique([*given, *np.linspace(given.min(), given.max(), CLOCKS + 1)])


def _stacks(problem: Problem, memory: int) -> Floats:
    """Numbers of stacks: all between the least and the most, or as many as there are for a few."""
    if problem.memories[memory] < 0:
        return np.zeros(1)
    ladder = problem.ladder[memory]
    few = max(problem.grid.stacks) - min(problem.grid.stacks) + 1
    return np.unique(np.round(np.linspace(ladder.min(), ladder.max(), few)))


def _narrow(problem: Problem, best: Best, family: Ints, sizes: Floats) -> None:
    """Look closer and closer around designs, each round in half the range."""
    areas, clocks = np.asarray(problem.grid.areas), _clocks(problem)
    rows = np.arange(len(family))
    # One step of the grid to both sides; of areas the logarithm.
    step = np.full(rows.size, np.diff(np.log(areas)).max(initial=0.0))
    reach = np.full(rows.size, np.diff(clocks).max(initial=0.0))
    variants = np.unravel_index(family, problem.families)
    shaped = tuple(one.reshape(-1, *(1,) * _SIZES) for one in variants)
    code = problem.nodes[shaped[0]]
    ladder = problem.ladder[variants[2]]
    gap = np.array([np.diff(_stacks(problem, int(one))).max(initial=1.0) for one in variants[2]])
    around = np.linspace(-1, 1, POINTS)
    for _ in range(ROUNDS):
        gap = np.floor(gap / 2)
        steps = np.array([0.0]) if not gap.any() else np.array([-1.0, 0.0, 1.0])
        stacks = np.clip(sizes[:, :1] + gap[:, None] * steps, ladder[:, :1], ladder[:, -1:])
        if not (problem.memories[variants[2]] >= 0).any():
            stacks = np.zeros((rows.size, 1))
        area = sizes[:, 2:3] * np.exp(step[:, None] * around)
        area = np.clip(area, areas.min(), areas.max())
        clock = np.clip(sizes[:, 3:] + reach[:, None] * around, clocks.min(), clocks.max())
        if clocks.size == 1:
            clock = sizes[:, 3:]
        trial = (
            stacks.reshape(rows.size, -1, 1, 1, 1),
            sizes[:, 1].reshape(-1, 1, 1, 1, 1),
            area.reshape(rows.size, 1, 1, -1, 1),
            clock.reshape(rows.size, 1, 1, 1, -1),
        )
        values = problem.evaluate(shaped, trial)  # type: ignore[arg-type]
        scores = score(problem, values, code)
        least, at = scores.best_of_rows(rows.size)
        sizes = _sizes_at(trial, scores.loss.shape, at)
        best.tell(family, least, sizes)
        best.evaluated += scores.loss.size
        where = np.unravel_index(at, scores.loss.shape)
        inside = (where[3] % (POINTS - 1) > 0) & (where[4] % max(1, clock.shape[1] - 1) > 0)
        inside |= where[3] == POINTS // 2
        shrink = np.where(inside, 0.5, 1 / np.sqrt(2))
        step, reach = step * shrink, reach * shrink
