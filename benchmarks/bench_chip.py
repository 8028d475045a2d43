# SPDX-License-Identifier: Apache-2.0
"""How fast designs are evaluated: cost, performance and control status; lists, grids and draws.

    python benchmarks/bench_chip.py [--designs 2000000] [--draws 10000000]

Times are processor times of one thread, so that a busy machine distorts them less; the best of
several runs is printed, and the wall time beside it. "List" is random in every field, with all
nodes, packages and memories mixed: the hardest case. "Grid" is an outer product of choices, as a
search makes it. The status is the rule of October 2023.

Public models: none of Chiplet Actuary, CATCH, RapidChiplet, ECO-CHIP and google's model is in the
Python package registry under its name (looked for on 2026-11-22; `catch` there is a web crawler):
all are run from a copy of their repositories. So no figure of theirs is printed. Speeds noted for
them elsewhere, on two cores, in evaluations a second (not measured here): Chiplet Actuary 32,000,
RapidChiplet 70,000, CATCH 232 with four dies. Printed in this run, to compare with: the published
equations of Chiplet Actuary written anew, and our own equations, both for one design at a time in
plain Python; the tests use both as references.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chip.actuary_formulas import recurring
from chip.made_up import MEMORIES, NODES, PACKAGES
from chip.scalar import scalar
from chokegraph.chip import caught
from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.sampled import certain, sampled

TARGET = 3_000_000
"""Designs a second for cost and status on one core that are to be reached."""
RULE = {"high": 4800, "middle": 2400, "low": 1600, "dense": 5.92, "medium": 3.2, "sparse": 1.6}
STATUS = {"status": lambda block: caught.advanced_2023(block.tpp, block.applicable_area, **RULE)}
SEED = 5
FOUR = ("wafer_price", "defect_density", "clustering", "bond_yield")


def timed(name: str, count: int, work: Callable[[], object], runs: int = 5) -> float:
    """Print evaluations a second of the best run, and return them."""
    best, wall = np.inf, np.inf
    for _ in range(runs):
        wall_start, start = time.perf_counter(), time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
        wall = min(wall, time.perf_counter() - wall_start)
    rate = count / best
    print(f"{name:<58} {rate / 1e6:8.3f} M/s   ({count:,} in {best:.2f} s; wall {wall:.2f} s)")
    return rate


def listed(figures: Figures, count: int) -> Designs:
    """Designs that are random in every field."""
    random = np.random.default_rng(SEED)
    nodes, packages, memories = (len(figures.ids[g]) for g in ("nodes", "packages", "memories"))
    die = Dies(
        node=random.integers(0, nodes, count),
        area=random.uniform(20, 850, count),
        count=random.integers(1, 17, count).astype(float),
    )
    return Designs(
        dies=(die,),
        package=random.integers(0, packages, count),
        memory=random.integers(-1, memories, count),
        stacks=random.integers(0, 9, count).astype(float),
    )


def grid(figures: Figures) -> Designs:
    """Every node, package and memory, with 16 numbers of dies and 40 areas."""
    nodes, packages, memories = (len(figures.ids[g]) for g in ("nodes", "packages", "memories"))
    die = Dies(
        node=np.arange(nodes).reshape(-1, 1, 1, 1, 1),
        area=np.linspace(20, 850, 40),
        count=np.arange(1.0, 17.0)[:, None],
    )
    return Designs(
        dies=(die,),
        package=np.arange(packages).reshape(-1, 1, 1, 1),
        memory=np.arange(-1, memories).reshape(-1, 1, 1),
        stacks=4.0,
    )


def drawn(name: str, total: int, but: tuple[str, ...] | None, batch: int = 100_000) -> None:
    """Evaluate one design under many draws, and print how long drawing and evaluating took."""
    names = {"nodes": ["smic-n2"], "packages": ["si-interposer"], "memories": ["hbm2e"]}
    catalogue = reduced(load_catalogue(), **names)
    if but is not None:
        catalogue = certain(catalogue, but)
    designs = Designs(dies=(Dies(node=0, area=333.0, count=4.0),), package=0, memory=0, stacks=4.0)
    generator = np.random.default_rng(SEED)
    drawing = evaluating = 0.0
    quantiles = []
    for _ in range(0, total, batch):
        start = time.thread_time()
        figures = sampled(catalogue, generator, batch)
        middle = time.thread_time()
        found = evaluate(designs, figures, keep=["cost"], also=STATUS)
        drawing += middle - start
        evaluating += time.thread_time() - middle
        quantiles.append(np.quantile(found.cost, [0.05, 0.5, 0.95]))
    low, mid, high = np.mean(quantiles, axis=0)
    print(
        f"one design, {total:,} draws of {name}: {evaluating:.1f} s to evaluate "
        f"({total / evaluating / 1e6:.2f} M/s), {drawing:.1f} s to draw; "
        f"USD {low:,.0f} to {high:,.0f}, median {mid:,.0f}"
    )


def one_by_one(count: int) -> None:
    """The tests' reference on random designs."""
    random = np.random.default_rng(SEED)
    nodes, packages, memories = list(NODES), list(PACKAGES), list(MEMORIES)
    for _ in range(count):
        die = {
            "node": nodes[random.integers(len(nodes))],
            "area": float(random.uniform(20, 400)),
            "count": int(random.integers(1, 9)),
        }
        scalar([die], packages[random.integers(len(packages))], memories[0], 4)


def actuary(count: int) -> None:
    """The equations that Chiplet Actuary publishes, on random designs."""
    random = np.random.default_rng(SEED)
    areas, counts = random.uniform(20, 850, count).tolist(), random.integers(1, 9, count).tolist()
    for area, dies in zip(areas, counts, strict=True):
        recurring(16_988.0, 0.11, 10.0, area, dies)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--designs", type=int, default=2_000_000)
    parser.add_argument("--draws", type=int, default=10_000_000)
    chosen = parser.parse_args()
    figures = Figures.of(load_catalogue())
    some, every = listed(figures, chosen.designs), grid(figures)
    size = int(np.prod(every.shape))
    print("one core, NumPy", np.__version__, "(no public model installs from the package registry)")
    rate = timed(
        "list: cost and status",
        chosen.designs,
        lambda: evaluate(some, figures, keep=["cost"], also=STATUS),
    )
    timed(
        "list: cost, status, power, limits",
        chosen.designs,
        lambda: evaluate(some, figures, keep=["cost", "power", "feasible"], also=STATUS),
        runs=3,
    )
    timed("list: all outputs", chosen.designs, lambda: evaluate(some, figures), runs=2)
    timed(
        f"grid {'x'.join(map(str, every.shape))}: cost and status",
        size,
        lambda: evaluate(every, figures, keep=["cost"], also=STATUS),
    )
    timed(
        "the same: cost, status, power, limits",
        size,
        lambda: evaluate(every, figures, keep=["cost", "power", "feasible"], also=STATUS),
        runs=3,
    )
    drawn("price, defects, clustering, bonds", chosen.draws, FOUR)
    drawn("all its figures", chosen.draws, None)
    timed("one design at a time in plain Python", 2000, lambda: one_by_one(2000), runs=2)
    alone = timed(
        "Actuary's published equations, likewise", 20_000, lambda: actuary(20_000), runs=2
    )
    print(f"ratio of a list to these: {rate / alone:.1f} (cost and status against cost alone)")
    verdict = "met" if rate >= TARGET else "NOT met"
    print(f"target {TARGET / 1e6:.0f} M/s for cost and status of a list: {verdict}")


if __name__ == "__main__":
    main()
