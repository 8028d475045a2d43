# SPDX-License-Identifier: Apache-2.0
"""The frontier of all designs of a grid that meet a request, such as cost against performance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.frontier import frontier
from chokegraph.chip.search_passes import grid_axes, score
from chokegraph.chip.search_problem import Evaluator, Grid, problem_of
from chokegraph.chip.search_request import Allowed, Request, check_request, choices_of

_SIZES = ("stacks", "dies", "die_area", "frequency")


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
    names = tuple(dict.fromkeys([*problem.outputs, *objectives]))
    axes = grid_axes(problem)
    package = np.arange(len(choices.packages)).reshape(-1, *(1,) * 5)
    found: list[pl.DataFrame] = []
    # Without packages or memories there is nothing to evaluate.
    variants = choices.variants if choices.packages and choices.memories else ()
    for variant, made in enumerate(variants):
        values = problem.evaluate((variant, package, axes[0]), axes[1:], keep=names)
        met = score(problem, values, problem.nodes[variant]).miss == 0
        # Without memory only the first number of stacks is a design of its own.
        first = np.arange(met.shape[2]).reshape(-1, 1, 1, 1) == 0
        met = met & (first | (problem.memories[axes[0]] >= 0))
        at = np.flatnonzero(met)
        on = at[frontier({name: values[name].ravel()[at] for name in objectives},
                         directions=directions)]  # fmt: skip
        where = np.unravel_index(on, met.shape)
        columns: dict[str, Any] = {
            "node": [made.node] * len(on),
            "euv": [made.euv] * len(on),
            "package": [choices.packages[one] for one in where[0]],
            "memory": pl.Series([choices.memories[one] for one in where[1]], dtype=pl.String),
        }
        for name, axis in zip(_SIZES, axes[1:], strict=True):
            columns[name] = np.broadcast_to(axis, met.shape)[where]
        columns["stacks"] = np.where(problem.memories[where[1]] < 0, 0, columns["stacks"])
        columns |= {name: values[name].ravel()[on] for name in objectives}
        found.append(pl.DataFrame(columns))
    if not found:
        return pl.DataFrame()
    table = pl.concat(found)
    kept = frontier({name: table[name].to_numpy() for name in objectives}, directions=directions)
    whole = [pl.col("stacks").cast(pl.Int64), pl.col("dies").cast(pl.Int64)]
    return table.filter(pl.Series(kept)).with_columns(whole).sort(objectives[0])
