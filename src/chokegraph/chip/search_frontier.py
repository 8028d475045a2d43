# SPDX-License-Identifier: Apache-2.0
"""The frontier of all designs of a grid that meet a request, such as cost against performance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.frontier import frontier
from chokegraph.chip.search_passes import grid_axes
from chokegraph.chip.search_problem import Evaluator, Grid, Ints, Problem, problem_of
from chokegraph.chip.search_request import (
    STATUS,
    Allowed,
    Choices,
    Request,
    check_request,
    choices_of,
)

SIZES = ("stacks", "dies", "die_area", "frequency")
MANY = 1 << 22
"""Designs that are kept before those that others beat are dropped."""


def search_frontier(
    catalogue: Catalogue,
    objectives: Sequence[str] = ("cost", "power", "tpp", "dram_bandwidth"),
    request: Request | None = None,
    allowed: Allowed | None = None,
    *,
    directions: Mapping[str, str] | None = None,
    grid: Grid | None = None,
    figures: Figures | None = None,
    evaluator: Evaluator = evaluate,
) -> pl.DataFrame:
    """Return the designs of the grid that no other beats in all objectives.

    Args:
        catalogue: Nodes, packages, memories and settings.
        objectives: Outputs of the evaluation.
        request: Restrictions; its objective is not used.
        allowed: What may be used.
        directions: `least` or `most` by objective; see `frontier`.
        grid: Sizes; `Grid.of(catalogue)` if None.
        figures: Figures by code; the middles of the catalogue's if None.
        evaluator: A function with the signature of `cost.evaluate`.

    Returns:
        Designs with their objectives, in the order of the first one. Equal designs are all kept.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> found = search_frontier(load_catalogue(), ["cost", "tpp"],
        ...     allowed=Allowed(nodes=["tsmc-n7"], memories=[]))
        >>> found["tpp"].is_sorted()
        True
    """
    request, allowed = request or Request(), allowed or Allowed()
    check_request(catalogue, request, allowed)
    choices = choices_of(catalogue, allowed)
    grid = grid or Grid.of(catalogue)
    problem = problem_of(catalogue, request, choices, grid, figures=figures, evaluator=evaluator)
    return _frontier_of(problem, tuple(objectives), directions or {})


def _frontier_of(
    problem: Problem, objectives: tuple[str, ...], directions: Mapping[str, str]
) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    waiting = 0
    for variant, packages, memories in parts_of(problem):
        parts.append(designs_of(problem, variant, packages, memories, objectives))
        waiting += len(parts[-1])
        if waiting > MANY:
            parts = [_best_of(pl.concat(parts), objectives, directions)]
            waiting = 0
    if not parts:
        # Without nodes, packages or memories there is nothing to evaluate.
        return pl.DataFrame()
    found = _best_of(pl.concat(parts), objectives, directions)
    return named(found, problem.choices, objectives)


def parts_of(problem: Problem) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield the parts of a grid: the position of a node, and those of packages and memories."""
    for packages, memories in problem.carried:
        for variant in range(len(problem.choices.variants)):
            yield variant, packages, memories


def named(found: pl.DataFrame, choices: Choices, objectives: Sequence[str]) -> pl.DataFrame:
    """Return designs with ids in place of positions, in the order of the first objective."""
    columns = [
        pl.Series("node", [choices.variants[at].node for at in found["variant"]], dtype=pl.String),
        pl.Series("euv", [choices.variants[at].euv for at in found["variant"]], dtype=pl.Boolean),
        pl.Series("package", [choices.packages[at] for at in found["package"]], dtype=pl.String),
        pl.Series("memory", [choices.memories[at] for at in found["memory"]], dtype=pl.String),
        found["stacks"].cast(pl.Int64),
        found["dies"].cast(pl.Int64),
        *(found[name] for name in ("die_area", "frequency", *objectives)),
    ]
    return pl.DataFrame(columns).sort(objectives[0], maintain_order=True)


def designs_of(
    problem: Problem, variant: int, packages: Ints, memories: Ints, objectives: tuple[str, ...]
) -> pl.DataFrame:
    """Return the designs of a part that meet the request, by position of their choices."""
    axes = grid_axes(problem, memories)
    package = packages.reshape(-1, *(1,) * 5)
    wanted = [name for name in objectives if name != STATUS]
    names = tuple(dict.fromkeys([*problem.outputs, *wanted]))
    values = problem.evaluate((variant, package, axes[0]), axes[1:], keep=names)
    met = problem.meets(values, problem.nodes[variant])
    # Without memory only the first number of stacks is a design of its own.
    first = np.arange(met.shape[2]).reshape(-1, 1, 1, 1) == 0
    at = np.flatnonzero(met & (first | (problem.memories[axes[0]] >= 0)))
    where = np.unravel_index(at, met.shape)
    columns: dict[str, Any] = {
        "variant": np.full(len(at), variant, np.int32),
        "package": packages[where[0]].astype(np.int32),
        "memory": memories[where[1]].astype(np.int32),
    }
    for name, axis in zip(SIZES, axes[1:], strict=True):
        columns[name] = np.broadcast_to(axis, met.shape)[where]
    columns["stacks"] = np.where(problem.memories[columns["memory"]] < 0, 0, columns["stacks"])
    columns |= {
        name: np.broadcast_to(np.asarray(values[name], float), met.shape).ravel()[at]
        for name in objectives
    }
    return pl.DataFrame(columns)


def _best_of(
    table: pl.DataFrame, objectives: tuple[str, ...], directions: Mapping[str, str]
) -> pl.DataFrame:
    values = {name: table[name].to_numpy() for name in objectives}
    return table.filter(pl.Series(frontier(values, directions=directions)))
