# SPDX-License-Identifier: Apache-2.0
"""How long the map takes: blocking coalitions by method and size, and the whole command.

Run: python benchmarks/bench_chain.py. Times are medians of repeated runs, in milliseconds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from chokegraph.chain import chokepoint_table, compile_chain
from chokegraph.chain.coalitions import blocking_of, refusers
from chokegraph.chain.examples import small_world
from chokegraph.chain.families import minimal_families
from chokegraph.chain.search import minimal_up_to
from chokegraph.chain.truth import blocked_tables, minimal_members
from chokegraph.world import load_world
from chokegraph.world.model import Link, World


def median_ms(work: Callable[[], object], *, repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def random_world(*, providers: int, nodes: int, seed: int) -> World:
    """A layered chain: each node has up to six providers and needs up to two earlier nodes."""
    rng = np.random.default_rng(seed)
    who = [f"C{n:02}" for n in range(providers)]
    shares = {}
    links = []
    for node in range(nodes):
        some = rng.choice(providers, size=min(providers, int(rng.integers(2, 7))), replace=False)
        parts = rng.dirichlet(np.ones(len(some)))
        shares[f"n{node}"] = {who[i]: float(part) for i, part in zip(some, parts, strict=True)}
        for source in rng.choice(node, size=min(node, int(rng.integers(0, 3))), replace=False):
            relation = "variant_of" if rng.random() < 0.5 else "needed_by"
            links.append(Link(f"n{source}", relation, f"n{node}"))
    routes = {f"p/{k}": [f"n{nodes - 1 - 3 * k - j}" for j in range(3)] for k in range(3)}
    return small_world(shares, routes=routes, links=links)


def tables(providers: int) -> None:
    world = random_world(providers=providers, nodes=200, seed=7)
    circuit = compile_chain(world).cone(["product:p"])
    who = refusers(circuit)
    groups = [(name,) for name in who]
    ask = {"threshold": 0.75, "reading": "figures", "stop_at": 0.5}
    table = blocked_tables(circuit, groups, **ask)["product:p"]
    fill = median_ms(lambda: blocked_tables(circuit, groups, **ask), repeats=3)
    pick = median_ms(lambda: minimal_members(table, len(groups)), repeats=3)
    joined = median_ms(lambda: minimal_families(circuit, who, **ask, most=2000), repeats=3)
    search = median_ms(lambda: minimal_up_to(circuit, who, 3, **ask), repeats=3)
    gates = len(circuit.gates)
    print(
        f"{len(who):3} providers, {gates:4} gates: truth tables {fill:7.1f} + minimal {pick:6.1f}; "
        f"families {joined:7.1f}; search up to 3 {search:7.1f}"
    )


def main() -> None:
    print("All minimal blocking coalitions of one product (ms)")
    for providers in (11, 15, 19, 23):  # the unattributed rest is one more
        tables(providers)
    print("Built-in world (ms)")
    print(f"load_world (first time)      {median_ms(load_world, repeats=1):8.1f}")
    world = load_world()
    for by in ("country", "firm"):
        circuit = compile_chain(world, level=by)
        cone = circuit.cone([f"product:{name}" for name in world.products])
        count = len(refusers(cone))

        def products(cone=cone):
            return blocking_of(cone, exempt=("CN",), threshold=0.75)

        def whole(by=by):
            return chokepoint_table(world, by=by)

        print(f"all products, {count:3} by {by:8} {median_ms(products, repeats=3):8.1f}")
        print(f"chokepoint_table by {by:8} {median_ms(whole, repeats=3):8.1f}")
    command = [sys.executable, "-c", "from chokegraph.cli import main; main()", "map"]

    def command_line() -> None:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own program

    run = median_ms(command_line, repeats=3)
    print(f"chokegraph map             {run:8.1f}   (goal: under 2000)")


if __name__ == "__main__":
    main()
