# SPDX-License-Identifier: Apache-2.0
"""Finalists over draws of the uncertain figures: which is best how often, and how good the best is.

In each draw every finalist is sized again, near its size and over the usual areas, so that a
family is not blamed for a size that was meant for the middle figures. How the design as listed
fares is told too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.search_problem import Problem
from chokegraph.chip.wafer import Floats
from chokegraph.world.quantiles import quantiles

QUANTILES = (0.05, 0.5, 0.95)
AREAS = 48
_AXES = 4


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """Finalists over draws.

    Args:
        draws: How many.
        seed: Where they come from.
        found: Share of draws in which a finalist can meet the request.
        low: 5 % point of the best objective over those draws.
        median: Its median.
        high: Its 95 % point.
        table: By finalist: `probability_best` (sized again in each draw; over all draws),
            `probability_met` (that the design as listed meets the request), and the 5 %, 50 % and
            95 % points of its objective, met or not.
    """

    draws: int
    seed: int
    found: float
    low: float
    median: float
    high: float
    table: pl.DataFrame


def uncertainty(
    catalogue: Catalogue, problem: Problem, table: pl.DataFrame, draws: int, seed: int
) -> Uncertainty:
    """Evaluate finalists over draws.

    Args:
        catalogue: Where draws come from.
        problem: The search that found them.
        table: Its result.
        draws: How many draws.
        seed: Seed.
    """
    few = reduced(
        catalogue,
        nodes=list(dict.fromkeys(table["node"])),
        packages=list(dict.fromkeys(table["package"])),
        memories=[one for one in dict.fromkeys(table["memory"]) if one is not None],
    )
    figures = Figures.drawn(few, few.draw(np.random.default_rng(seed), draws))
    best = np.empty((draws, len(table)))
    own = np.empty((draws, len(table)))
    met = np.empty((draws, len(table)), bool)
    for at, row in enumerate(table.iter_rows(named=True)):
        asked = _of_family(problem, figures, row)
        code = asked.nodes[0]
        sizes = (row["stacks"], row["dies"], row["die_area"], row["frequency"])
        values = asked.evaluate((0, 0, 0), sizes, figures=figures)
        own[:, at] = problem.request.sign * asked.loss(values)
        met[:, at] = asked.meets(values, code) & ~np.isnan(own[:, at])
        values = asked.evaluate((0, 0, 0), _near(problem, row), figures=figures)
        loss = asked.loss(values)
        loss = np.where(asked.meets(values, code) & ~np.isnan(loss), loss, np.inf)
        listed = np.where(met[:, at], problem.request.sign * own[:, at], np.inf)
        best[:, at] = np.minimum(loss.reshape(draws, -1).min(axis=1), listed)
    return _summary(problem, table, best, own, met, draws, seed)


def _of_family(problem: Problem, figures: Figures, row: dict[str, object]) -> Problem:
    """The problem for one node, package and memory, with the codes of the drawn figures."""
    memory = row["memory"]
    code = -1 if memory is None else figures.code("memories", str(memory))
    limits = []
    for one in problem.restrictions:
        limit = one.limit
        if isinstance(limit, np.ndarray):
            at = problem.figures.code("nodes", str(row["node"]))
            limit = float(limit[at])
        limits.append(replace(one, limit=limit))
    return replace(
        problem,
        figures=figures,
        nodes=figures.codes("nodes", [str(row["node"])]),
        euv=np.array([bool(row["euv"])]),
        packages=figures.codes("packages", [str(row["package"])]),
        memories=np.array([code], np.intp),
        restrictions=tuple(limits),
    )


def _near(problem: Problem, row: dict[str, float]) -> tuple[Floats, Floats, Floats, Floats]:
    """Sizes around a design: the next numbers of dies and stacks, all areas, the usual clocks."""
    areas = np.geomspace(min(problem.grid.areas), max(problem.grid.areas), AREAS)
    areas = np.unique([*areas, *problem.grid.areas, row["die_area"]])
    counts = [
        np.unique([one for one in (n - 1, n, n + 1) if n == 0 or one > 0]) if n else np.array([0])
        for n in (int(row["stacks"]), int(row["dies"]))
    ]
    clocks = np.unique([*problem.grid.frequency, row["frequency"]])
    shaped = [
        np.asarray(one, float).reshape(*(-1 if at == axis else 1 for at in range(_AXES)))
        for axis, one in enumerate((*counts, areas, clocks))
    ]
    return shaped[0], shaped[1], shaped[2], shaped[3]


def _summary(
    problem: Problem,
    table: pl.DataFrame,
    best: Floats,
    own: Floats,
    met: Floats,
    draws: int,
    seed: int,
) -> Uncertainty:
    least = best.min(axis=1)
    some = np.isfinite(least)
    first = np.bincount(best.argmin(axis=1)[some], minlength=len(table)) / draws
    points = [np.nan] * len(QUANTILES)
    if some.any():
        points = quantiles(problem.request.sign * least[some], QUANTILES).tolist()
    spread = quantiles(own, QUANTILES).T
    frame = table.select("rank", "node", "package", "memory").with_columns(
        probability_best=pl.Series(first),
        probability_met=pl.Series(met.mean(axis=0)),
        low=pl.Series(spread[:, 0]),
        median=pl.Series(spread[:, 1]),
        high=pl.Series(spread[:, 2]),
    )
    return Uncertainty(
        draws=draws,
        seed=seed,
        found=float(some.mean()),
        low=points[0],
        median=points[1],
        high=points[2],
        table=frame,
    )
