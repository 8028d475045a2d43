# SPDX-License-Identifier: Apache-2.0
"""The best system that can be had: one pass over a grid of designs, then refinement.

`search` answers with the best designs of different families (a node, a package and a memory), what
each costs by part, what it does, whether it is caught, which limits bind and which inputs it needs.
Where nothing meets the request, it says which restrictions are in the way.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import OUTPUTS, evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.search_draws import Uncertainty, uncertainty
from chokegraph.chip.search_passes import Best, Scores, first_pass, score, second_pass
from chokegraph.chip.search_problem import Evaluator, Grid, Problem, problem_of
from chokegraph.chip.search_request import (
    RATIOS,
    STATUS,
    Allowed,
    Choices,
    Request,
    check_request,
    choices_of,
)
from chokegraph.chip.search_why import why_nothing

__all__ = ["Allowed", "Grid", "Request", "SearchResult", "search"]

STATUSES = ("not caught", "cannot be told", "caught")
WIDER = 2
"""Families that are looked at closely, over those that are kept."""
NEAR = 0.95
"""A limit binds where it is used to at least this part."""


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search found.

    Args:
        request: What was asked.
        allowed: What could be used.
        table: The best design of each of the best families, best first: what it is, cost by part,
            yield, power, performance, status, `binding` (limits used to 95 % or more) and `needs`
            (inputs). Empty if nothing meets the request.
        why: If nothing was found: which restrictions are in the way.
        lost: Nodes, packages and memories that are allowed, but lack inputs: which.
        evaluated: Designs that were evaluated.
        seconds: Time taken.
        uncertainty: Of the finalists, over draws of the uncertain figures; None if not asked for.
    """

    request: Request
    allowed: Allowed
    table: pl.DataFrame
    why: tuple[str, ...]
    lost: dict[str, tuple[str, ...]]
    evaluated: int
    seconds: float
    uncertainty: Uncertainty | None = None

    @property
    def best(self) -> dict[str, Any] | None:
        """The best design as a row, or None."""
        return self.table.row(0, named=True) if len(self.table) else None

    @property
    def value(self) -> float:
        """The objective of the best design; NaN if there is none."""
        return (
            float(self.table[_COLUMNS.get(self.request.objective, self.request.objective)][0])
            if len(self.table)
            else np.nan
        )

    def __repr__(self) -> str:
        if self.best is None:
            return f"SearchResult(nothing found: {'; '.join(self.why)})"
        one = self.best
        memory = f", {one['stacks']} x {one['memory']}" if one["memory"] else ""
        return (
            f"SearchResult({self.request.objective} {self.value:,.4g} {self.request.unit}: "
            f"{one['dies']} x {one['die_area']:.0f} mm2 {one['node']}, {one['package']}{memory}; "
            f"{self.evaluated:,} designs in {self.seconds:.1f} s)"
        )


def search(
    catalogue: Catalogue,
    request: Request,
    allowed: Allowed | None = None,
    *,
    grid: Grid | None = None,
    finalists: int = 12,
    draws: int = 0,
    seed: int = 0,
    start: Sequence[SearchResult] = (),
    figures: Figures | None = None,
    evaluator: Evaluator = evaluate,
) -> SearchResult:
    """Find the best designs.

    Args:
        catalogue: Nodes, packages, memories and settings.
        request: The objective and the restrictions.
        allowed: What may be used; all if None.
        grid: Sizes of the first pass; `Grid.of(catalogue)` if None.
        finalists: How many families (node, package, memory) are kept.
        draws: How many draws of the uncertain figures the finalists are evaluated over; 0 for none.
        seed: Seed of the draws.
        start: Earlier results whose designs are taken into account, where they are allowed. With
            that of a tighter search given, the best is never worse than its best.
        figures: Figures by code; the middles of the catalogue's if None.
        evaluator: A function with the signature of `cost.evaluate`.

    Raises:
        FindingsError: With every mistake in the request.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> asked = Request(objective="cost", at_least={"tpp": 4000.0})
        >>> some = Allowed(nodes=["smic-n2"], packages=["organic-flip-chip"], memories=[])
        >>> found = search(load_catalogue(), asked, some)
        >>> found.best["node"], found.best["tpp"] >= 4000.0
        ('smic-n2', True)
    """
    started = time.perf_counter()
    allowed = allowed or Allowed()
    check_request(catalogue, request, allowed)
    choices = choices_of(catalogue, allowed)
    lost = dict(choices.lost)
    grid = _with_areas(grid, catalogue)
    missing = _nothing_left(choices)
    if missing:
        return SearchResult(
            request=request,
            allowed=allowed,
            table=_table(None, None, choices, finalists),
            why=missing,
            lost=lost,
            evaluated=0,
            seconds=time.perf_counter() - started,
        )
    problem = problem_of(catalogue, request, choices, grid, figures=figures, evaluator=evaluator)
    best = first_pass(problem)
    for earlier in start:
        _take_in(problem, best, earlier.table)
    second_pass(problem, best, finalists * WIDER)
    table = _table(problem, best, choices, finalists)
    return SearchResult(
        request=request,
        allowed=allowed,
        table=table,
        why=() if len(table) else why_nothing(problem),
        lost=lost,
        evaluated=best.evaluated,
        seconds=time.perf_counter() - started,
        uncertainty=uncertainty(catalogue, problem, table, draws, seed)
        if draws and len(table)
        else None,
    )


def _take_in(problem: Problem, best: Best, table: pl.DataFrame) -> None:
    """Evaluate designs of an earlier result that are allowed in this one."""
    variants = {(one.node, one.euv): at for at, one in enumerate(problem.choices.variants)}
    packages = {one: at for at, one in enumerate(problem.choices.packages)}
    memories = {one: at for at, one in enumerate(problem.choices.memories)}
    chosen, sizes = [], []
    for row in table.iter_rows(named=True):
        key = (row["node"], row["euv"])
        if key in variants and row["package"] in packages and row["memory"] in memories:
            chosen.append((variants[key], packages[row["package"]], memories[row["memory"]]))
            sizes.append([float(row[name]) for name in ("stacks", "dies", "die_area", "frequency")])
    if chosen:
        family = tuple(np.array(chosen).T)
        size = np.array(sizes)
        values = problem.evaluate(family, tuple(size.T))
        scores: Scores = score(problem, values, problem.nodes[family[0]])
        best.tell(np.ravel_multi_index(family, problem.families), scores, size)


def _with_areas(grid: Grid | None, catalogue: Catalogue) -> Grid:
    usual = Grid.of(catalogue)
    if grid is None:
        return usual
    return grid if grid.areas else replace(grid, areas=usual.areas)


def _nothing_left(choices: Choices) -> tuple[str, ...]:
    found = []
    left = {
        "nodes": choices.variants,
        "packages": choices.packages,
        "memories": choices.memories,
    }
    for group, some in left.items():
        if not some:
            lost = [
                f"{key.split(':')[1]} lacks {', '.join(names)}"
                for key, names in choices.lost.items()
                if key.startswith(group)
            ]
            reason = f": {'; '.join(lost)}" if lost else ": none is allowed"
            found.append(f"none of the {group} can be made{reason}")
    return tuple(found)


_WHAT = {
    "rank": pl.Int64,
    "node": pl.String,
    "euv": pl.Boolean,
    "package": pl.String,
    "memory": pl.String,
    "stacks": pl.Int64,
    "dies": pl.Int64,
    "die_area": pl.Float64,
    "frequency": pl.Float64,
}
_WORDS = {STATUS: pl.String, "binding": pl.List(pl.String), "needs": pl.List(pl.String)}
_FIGURES = tuple(name for name in OUTPUTS if name not in ("feasible", "binding"))
_COLUMNS = {name: "memory_cost" if name == "memory" else name for name in _FIGURES}
"""The column of each output: `memory` is the id there."""


def _table(
    problem: Problem | None, best: Best | None, choices: Choices, count: int
) -> pl.DataFrame:
    ratio = [] if problem is None else [n for n in (problem.request.objective,) if n in RATIOS]
    schema: dict[str, Any] = (
        _WHAT | dict.fromkeys([*ratio, *_COLUMNS.values()], pl.Float64) | _WORDS
    )
    if problem is None or best is None or not (best.miss == 0).any():
        return pl.DataFrame(schema=schema)
    order = best.order()[:count]
    order = order[best.miss[order] == 0]
    family = np.unravel_index(order, problem.families)
    stacks, dies, area, frequency = best.sizes[order].T
    stacks = np.where(problem.memories[family[2]] < 0, 0, stacks)
    values = problem.evaluate(family, (stacks, dies, area, frequency), keep=_FIGURES)
    chosen = [choices.variants[at] for at in family[0]]
    packages = [choices.packages[at] for at in family[1]]
    memories = [choices.memories[at] for at in family[2]]
    columns: dict[str, Any] = {
        "rank": np.arange(1, len(order) + 1),
        "node": [one.node for one in chosen],
        "euv": [one.euv for one in chosen],
        "package": packages,
        "memory": memories,
        "stacks": stacks.astype(int),
        "dies": dies.astype(int),
        "die_area": area,
        "frequency": frequency,
    }
    columns |= {name: problem.request.sign * problem.loss(values) for name in ratio}
    columns |= {to: np.broadcast_to(values[one], area.shape) for one, to in _COLUMNS.items()}
    known = STATUS in values
    columns[STATUS] = [STATUSES[int(at)] for at in values[STATUS]] if known else [None] * len(area)
    columns["binding"] = [
        _binding(problem, {name: np.asarray(values[name])[at] for name in values}, code)
        for at, code in enumerate(problem.nodes[family[0]])
    ]
    columns["needs"] = [
        _needs(choices, *which) for which in zip(family[0], packages, memories, strict=True)
    ]
    return pl.DataFrame(columns, schema=schema)


def _binding(problem: Problem, values: dict[str, Any], code: int) -> list[str]:
    found = []
    for one in problem.restrictions:
        limit, value = float(one.at(code)), float(values[one.output])
        if one.output == STATUS:
            continue
        used = value / limit if one.sign > 0 and limit else limit / value if value else 0.0
        if used >= NEAR:
            found.append(one.name)
    return found


def _needs(choices: Choices, variant: int, package: str, memory: str | None) -> list[str]:
    names = [*choices.variants[variant].needs, *choices.needs[f"packages:{package}"]]
    if memory is not None:
        names += choices.needs[f"memories:{memory}"]
    return list(dict.fromkeys(names))
