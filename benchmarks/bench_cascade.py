# SPDX-License-Identifier: Apache-2.0
"""How long cascades take, by size, engine, precision and mode; and what the published stop hides.

Run: python benchmarks/bench_cascade.py [--quick] [--all]. Times are processor time of all threads
in milliseconds for one knock-out, so that they can be compared on a busy machine; ratios are of one
run. `--all` also runs every knock-out of 10,000 firms with 100,000 edges and prints the time that
passed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.stats import spearmanr

from chokegraph.chain.cascade import RiskTable, Settings, systemic_risk
from chokegraph.chain.networks import ESSENTIAL, NON_ESSENTIAL, NONE, Network

SIZES = ((1_000, 10_000), (10_000, 100_000), (100_000, 1_000_000))


def synthetic(
    nodes: int, edges: int, *, sectors: int = 50, final_demand: float | None = 0.4, seed: int = 1
) -> Network:
    """Firms with heavy-tailed numbers of customers and suppliers and heavy-tailed sales.

    A third of the pairs of sectors are essential, two fifths non-essential. `final_demand` is the
    average share of sales that leaves the network; None leaves it out, and all of it unknown.
    """
    rng = np.random.default_rng(seed)
    popular = [(1 - rng.random(nodes)) ** (-1 / 1.5) for _ in range(2)]
    sells, buys = (
        rng.choice(nodes, int(edges * 1.1), p=each / each.sum()).astype(np.int64)
        for each in popular
    )
    pairs = np.unique(sells * nodes + buys)
    pairs = pairs[pairs // nodes != pairs % nodes]
    pairs = np.sort(rng.permutation(pairs)[:edges])
    supplier, customer = (pairs // nodes).astype(np.int32), (pairs % nodes).astype(np.int32)
    value = rng.lognormal(0, 1.5, len(pairs))
    sector = rng.integers(0, sectors, nodes).astype(np.int32)
    sold = np.bincount(supplier, value, nodes)
    sales = None
    if final_demand is not None:
        share = rng.beta(2 * final_demand, 2 * (1 - final_demand), nodes)
        sales = sold / np.maximum(1 - share, 0.01)
    return Network(
        node_ids=tuple(str(node) for node in range(nodes)),
        sector_names=tuple(str(number) for number in range(sectors)),
        sectors=sector,
        supplier=supplier,
        customer=customer,
        value=value,
        kind=sector[supplier],
        essentiality=rng.choice(
            [NONE, NON_ESSENTIAL, ESSENTIAL], p=[0.27, 0.4, 0.33], size=(sectors, sectors)
        ).astype(np.int8),
        markets=sector,
        sales=sales,
    )


def some(network: Network, count: int) -> dict[str, list[int]]:
    """Knock-outs of `count` nodes, spread over all."""
    step = max(1, network.nodes // count)
    return {str(node): [node] for node in range(0, network.nodes, step)[:count]}


def timed(work: Callable[[], RiskTable]) -> tuple[float, RiskTable]:
    start = time.process_time()
    done = work()
    return (time.process_time() - start) * 1000, done


def knocked_out(network: Network, settings: Settings, count: int) -> tuple[float, RiskTable]:
    """Milliseconds for one knock-out of `count`, and what came out."""
    groups = some(network, count)
    spent, risk = timed(lambda: systemic_risk(network, settings, groups=groups))
    return spent / len(groups), risk


def by_size(*, quick: bool) -> None:
    print("One knock-out, market shares on, both directions (ms of processor time)")
    head = f"{'firms':>8} {'edges':>9} {'mode':>10} {'engine':>8} {'precision':>9}"
    print(f"{head} {'ms':>9} {'steps down, up':>15} {'against numba float64 reference':>32}")
    for nodes, edges in SIZES[: 2 if quick else 3]:
        network = synthetic(nodes, edges)
        few = 64 if nodes <= 10_000 else 16
        many = 1024 if nodes <= 10_000 else 64
        runs = [
            (Settings(engine="numba"), many),
            (Settings(engine="numba", precision="float32"), many),
            (Settings(engine="numpy"), few),
            (Settings(engine="numba", mode="converged"), many),
            (Settings(engine="numba", mode="converged", error=1e-6), many),
            (Settings(engine="numpy", mode="converged"), few),
        ]
        base = 0.0
        for settings, count in runs:
            each, risk = knocked_out(network, settings, count)
            base = base or each
            name = settings.mode if settings.error == Settings().error else f"to {settings.error:g}"
            engine, precision = risk.engine.rstrip(",").split()[:2]
            steps = f"{risk.iterations_down.mean():.1f}, {risk.iterations_up.mean():.1f}"
            print(
                f"{nodes:8,} {edges:9,} {name:>10} {engine:>8} {precision.rstrip(','):>9} "
                f"{each:9.3f} {steps:>15} {each / base:32.2f}"
            )


def whole() -> None:
    network = synthetic(10_000, 100_000)
    for settings in (
        Settings(),
        Settings(precision="float32"),
        Settings(mode="converged"),
    ):
        start = time.perf_counter()
        spent, risk = timed(lambda s=settings: systemic_risk(network, s))
        passed = time.perf_counter() - start
        print(
            f"all 10,000 knock-outs, {settings.mode}, {risk.engine}: {spent / 1000:.1f} s of "
            f"processor time, {passed:.1f} s passed"
        )


def stop_matters() -> None:
    print("What the published stop hides: 1,000 firms, 8,000 edges, final demand not known")
    network = synthetic(1_000, 8_000, final_demand=None)
    for shares in (True, False):
        limit = systemic_risk(network, Settings(mode="converged", market_shares=shares, error=1e-6))
        print(f"market shares {'on' if shares else 'off'}")
        print("     stop      mean    down      up   steps  rank correlation  furthest from limit")
        for stop in (1e-2, 1e-3, 1e-4, 1e-6):
            risk = systemic_risk(network, Settings(market_shares=shares, stop=stop))
            rank = spearmanr(risk.loss, limit.loss).statistic
            print(
                f"{stop:9.0e} {risk.loss.mean():9.4f} {risk.loss_down.mean():7.4f} "
                f"{risk.loss_up.mean():7.4f} {risk.iterations_up.mean():7.1f} {rank:17.3f} "
                f"{np.abs(risk.loss - limit.loss).max():20.4f}"
            )
        print(
            f"    limit {limit.loss.mean():9.4f} {limit.loss_down.mean():7.4f} "
            f"{limit.loss_up.mean():7.4f} (proved to {limit.error.max():.0e})"
        )


def memory() -> None:
    """Peak memory of a process that makes a network of a million edges and knocks out 64 firms."""
    for mode in ("reference", "converged"):
        done = subprocess.run(  # noqa: S603
            [sys.executable, __file__, "--peak", mode], capture_output=True, text=True, check=True
        )
        print(f"100,000 firms, 1,000,000 edges, {mode}: {done.stdout.strip()}")


def peak(mode: str) -> None:
    network = synthetic(100_000, 1_000_000)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    base = Settings(engine="numba")
    settings = base if mode == "reference" else replace(base, mode="converged")
    systemic_risk(network, settings, groups=some(network, 64))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{after:.2f} GB at most ({made:.2f} GB of them to make up the network)")


def main() -> None:
    if "--peak" in sys.argv:
        peak(sys.argv[-1])
        return
    start = time.process_time()
    tiny = synthetic(100, 500)
    for settings in (Settings(), Settings(precision="float32"), Settings(mode="converged")):
        systemic_risk(tiny, replace(settings, engine="numba"))
    print(f"compiling, or reading what was compiled: {time.process_time() - start:.1f} s")
    by_size(quick="--quick" in sys.argv)
    stop_matters()
    if "--quick" not in sys.argv:
        memory()
    if "--all" in sys.argv:
        whole()


if __name__ == "__main__":
    main()
