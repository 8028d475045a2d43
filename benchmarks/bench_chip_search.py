# SPDX-License-Identifier: Apache-2.0
"""Search over all nodes, packages and memories, and the frontier of many points."""

from __future__ import annotations

import time

import numpy as np

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.figures import Figures
from chokegraph.chip.frontier import frontier
from chokegraph.chip.search import Allowed, Grid, Request, search
from chokegraph.chip.search_frontier import search_frontier
from chokegraph.chip.search_passes import first_pass
from chokegraph.chip.search_problem import problem_of
from chokegraph.chip.search_request import choices_of

TARGET = 2_000_000
"""Designs that one pass is to take."""
POINTS = 300_000


def main() -> None:
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
    started = time.perf_counter()
    table = search_frontier(catalogue, figures=figures)
    print(
        f"frontier of the grid in cost, power, TPP, bandwidth: {len(table):,} designs, "
        f"{time.perf_counter() - started:.2f} s"
    )
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
