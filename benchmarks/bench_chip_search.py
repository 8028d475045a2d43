# SPDX-License-Identifier: Apache-2.0
"""Search over all nodes, packages and memories, and the frontier of many points."""

from __future__ import annotations

import time

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.figures import Figures
from chokegraph.chip.frontier import _not_beaten, _pairs, _ranks, frontier, least_in_all
from chokegraph.chip.search import Allowed, Grid, Request, search
from chokegraph.chip.search_frontier import designs_of, parts_of, search_frontier
from chokegraph.chip.search_passes import first_pass
from chokegraph.chip.search_problem import Problem, problem_of
from chokegraph.chip.search_request import choices_of

TARGET = 2_000_000
"""Designs that one pass is to take."""
POINTS = 300_000


def in_pairs(rows: np.ndarray) -> np.ndarray:
    """The frontier in four objectives as it was found before: strong rows first, then in pairs."""
    left = np.arange(len(rows))[_not_beaten(rows)]
    ranks = _ranks(rows[left])
    order = np.lexsort(ranks.T[::-1])
    ranks = ranks[order]
    first = np.append(True, (ranks[1:] != ranks[:-1]).any(axis=1))
    on = np.zeros(len(rows), bool)
    on[left[order]] = _pairs(ranks[first])[np.cumsum(first) - 1]
    return on


def compare_frontiers(problem: Problem) -> None:
    """The frontier of the whole grid by levels and in pairs, in processor time of one run."""
    names = ("cost", "power", "tpp", "dram_bandwidth")
    parts = [designs_of(problem, *part, names).select(names) for part in parts_of(problem)]
    rows = pl.concat(parts).drop_nans().to_numpy() * [1, 1, -1, -1]
    seconds, found = [], []
    for way in (in_pairs, least_in_all):
        started = time.process_time()
        found.append(way(rows))
        seconds.append(time.process_time() - started)
    same = "the same designs" if (found[0] == found[1]).all() else "OTHER DESIGNS"
    print(
        f"frontier of {len(rows):,} designs in four objectives: in pairs {seconds[0]:.1f} s, by "
        f"levels {seconds[1]:.1f} s, {seconds[0] / seconds[1]:.1f} times as fast; {same}"
    )


def main() -> None:
    """Print all figures."""
    catalogue = load_catalogue()
    figures = Figures.of(catalogue)
    asked = Request(objective="tpp", at_most={"cost": 3000.0, "power": 700.0}, volume=1e6)
    problem = problem_of(
        catalogue, asked, choices_of(catalogue, Allowed()), Grid.of(catalogue), figures=figures
    )
    started = time.perf_counter()
    best = first_pass(problem)
    seconds = time.perf_counter() - started
    print(
        f"one pass: {best.evaluated:,} designs in {seconds:.2f} s, "
        f"{best.evaluated / seconds / 1e6:.2f} million a second with objective and restrictions; "
        f"target of {TARGET:,} designs: {'reached' if best.evaluated >= TARGET else 'missed'}"
    )
    found = search(catalogue, asked, figures=figures)
    print(f"whole search: {found.evaluated:,} designs in {found.seconds:.2f} s: {found!r}")
    started = time.perf_counter()
    found = search(catalogue, asked, draws=200, figures=figures)
    print(
        f"with 200 draws of 12 finalists, each sized again: {time.perf_counter() - started:.2f} s"
    )
    started = time.process_time()
    table = search_frontier(catalogue, figures=figures)
    print(
        f"evaluation and frontier of the grid in cost, power, TPP, bandwidth: {len(table):,} "
        f"designs, {time.process_time() - started:.2f} s"
    )
    free = problem_of(
        catalogue, Request(), choices_of(catalogue, Allowed()), Grid.of(catalogue), figures=figures
    )
    compare_frontiers(free)
    rng = np.random.default_rng(1)
    for width in (2, 3, 4):
        rows = rng.random((POINTS, width)) ** 2
        started = time.perf_counter()
        on = frontier({f"x{at}": rows[:, at] for at in range(width)})
        print(
            f"frontier of {POINTS:,} points in {width} objectives: {on.sum():,} on it, "
            f"{time.perf_counter() - started:.2f} s"
        )


if __name__ == "__main__":
    main()
