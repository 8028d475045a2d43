# SPDX-License-Identifier: Apache-2.0
"""How long the map and the coalitions take, and how that grows.

Run: python benchmarks/bench_chain.py. Times are the least processor time of repeated runs, in
milliseconds: a busy machine changes them little. Ratios are within one run.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from chokegraph.chain import chokepoint_table, compile_chain
from chokegraph.chain.coalitions import alike, blocking_of, refusers
from chokegraph.chain.deciding import deciding
from chokegraph.chain.examples import small_world
from chokegraph.chain.families import TooManyError, minimal_families
from chokegraph.chain.indices import shapley, shapley_of, swings
from chokegraph.chain.loss_table import loss_table
from chokegraph.chain.plans import plans_of
from chokegraph.chain.search import minimal_up_to
from chokegraph.chain.truth import blocked_tables, complement, minimal_members
from chokegraph.chain.weigh import chain_game, weigh
from chokegraph.world import load_world
from chokegraph.world.model import Link, World

LIMITS = {"most_groups": 24, "most_kept": 2000, "most_listed": 2000}
Timed = tuple[float, object]


def timed(work: Callable[[], object], *, repeats: int = 3) -> Timed:
    """Least processor time in milliseconds, and what came out."""
    best, found = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        found = work()
        best = min(best, 1000 * (time.process_time() - start))
    return best, found


def random_world(*, providers: int, nodes: int, seed: int, copies: int = 1) -> World:
    """A layered chain whose products rest on every input.

    Each input has up to six providers and needs up to two earlier ones, or offers them as variants.
    With `copies`, every provider is that many who supply exactly the same.
    """
    rng = np.random.default_rng(seed)
    who = [[f"C{n:02}{'abcdefgh'[k]}" for k in range(copies)] for n in range(providers)]
    shares = {}
    links = []
    needed: set[int] = set()
    for node in range(nodes):
        some = rng.choice(providers, size=min(providers, int(rng.integers(2, 7))), replace=False)
        parts = rng.dirichlet(np.ones(len(some)))
        shares[f"n{node}"] = {
            name: float(part) / copies
            for i, part in zip(some, parts, strict=True)
            for name in who[i]
        }
        for source in rng.choice(node, size=min(node, int(rng.integers(0, 3))), replace=False):
            relation = "variant_of" if rng.random() < 0.5 else "needed_by"
            links.append(Link(f"n{source}", relation, f"n{node}"))
            needed.add(int(source))
    tops = [node for node in range(nodes) if node not in needed]
    routes = {f"p/{k}": [f"n{node}" for node in tops[k::3]] for k in range(3)}
    return small_world(shares, routes=routes, links=links)


def ask(world: World, threshold: float | None) -> tuple:
    circuit = compile_chain(world).cone(["product:p"])
    return circuit, refusers(circuit), {
        "threshold": threshold,
        "reading": "figures",
        "stop_at": 0.5,
    }  # fmt: skip


def coalitions(providers: int, threshold: float | None) -> float:
    """All minimal coalitions, plans and indices of a product of 200 inputs, step by step."""
    circuit, who, how = ask(random_world(providers=providers, nodes=200, seed=7), threshold)
    groups = [(name,) for name in who]
    count = len(who)
    inputs = len({supply.input_id for supply in circuit.supplies})
    fill, tables = timed(lambda: blocked_tables(circuit, groups, **how))
    table = tables["product:p"]
    pick, found = timed(lambda: minimal_members(table, count))
    dual, plans = timed(lambda: minimal_members(complement(table, count), count))
    swing, counted = timed(lambda: swings(table, count))
    lose, value = timed(lambda: loss_table(circuit, "product:p", who), repeats=1)
    graded, parts = timed(lambda: shapley(value), repeats=1)
    whole = fill + pick + dual + swing + lose + graded
    rule = "all" if threshold is None else f"{threshold:g}"
    print(
        f"{count:3} members {inputs:4} inputs {len(circuit.gates):5} gates, denied by {rule:>4}: "
        f"tables {fill:6.0f} + minimal {pick:5.0f} ({len(found)}) = {fill + pick:6.0f}; plans "
        f"{dual:5.0f} ({len(plans)}); indices {swing:5.0f}; losses {lose:6.0f} + Shapley "
        f"{graded:4.0f}; all {whole:6.0f}"
    )
    assert abs(shapley_of(counted).sum() - 1) < 1e-9 or not len(found)
    assert abs(parts.sum() - value[-1]) < 1e-9
    return fill + pick


def grouped(providers: int, copies: int) -> None:
    """Beyond 24: providers that supply the same are taken together."""
    world = random_world(providers=providers, nodes=200, seed=7, copies=copies)
    circuit, who, _ = ask(world, None)
    groups = alike(circuit, who)
    block, found = timed(lambda: blocking_of(circuit)["product:p"])
    count, indices = timed(
        lambda: deciding(found.coalitions, most_groups=24, most_work=3_000_000), repeats=1
    )
    dual, plans = timed(lambda: plans_of(found.coalitions, **LIMITS), repeats=1)
    total = sum(one.shapley for one in indices.values()) if indices else float("nan")
    print(
        f"{len(who):3} members in {len(groups):2} groups: minimal {block:6.0f} "
        f"({len(found.coalitions)}, complete {found.complete}); indices {count:6.0f} (Shapley adds "
        f"up to {total:.12f}); plans {dual:5.0f} ({plans.number})"
    )


def other_ways(providers: int) -> None:
    """Truth tables against families joined gate by gate, and the search by size."""
    circuit, who, how = ask(random_world(providers=providers, nodes=200, seed=7), 0.75)
    groups = [(name,) for name in who]
    tables, _ = timed(lambda: blocked_tables(circuit, groups, **how))

    def joined() -> object:
        try:
            return minimal_families(circuit, who, **how, most=2000)
        except TooManyError:
            return None

    families, done = timed(joined, repeats=1)
    by_size, _ = timed(lambda: minimal_up_to(circuit, who, 3, **how), repeats=1)
    print(
        f"{len(who):3} members: families take {families / tables:5.1f} times the tables"
        f"{'' if done else ' before they give up'}, the search up to 3 {by_size / tables:5.1f}"
    )


def built_in() -> None:
    """The world that comes with Chokegraph."""
    load, world = timed(load_world, repeats=1)
    print(f"load_world                           {load:8.0f}")
    for by in ("country", "firm"):
        for threshold in (0.75, None):
            game = chain_game(
                world, "product:advanced-logic", target="CN", by=by, threshold=threshold
            )
            block, found = timed(game.blocking)
            whole, powers = timed(lambda game=game: weigh({"figures": game}), repeats=1)
            print(
                f"advanced logic by {by:8} {threshold!s:>5}: {len(game.providers):3} members, "
                f"coalitions {block:6.0f} ({len(found.coalitions)}), all indices {whole:6.0f} "
                f"(sampled: {', '.join(powers.sampled) or 'nothing'})"
            )
        table, _ = timed(lambda by=by: chokepoint_table(world, by=by), repeats=1)
        print(f"chokepoint_table by {by:8}         {table:8.0f}")
    command = [sys.executable, "-c", "from chokegraph.cli import main; main()", "map"]
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own program
    print(f"chokegraph map, by the clock         {1000 * (time.perf_counter() - start):8.0f}")


def main() -> None:
    print("Processor time, ms. Goal: 24 members, 200 inputs, all minimal coalitions under 2000")
    for threshold in (0.75, None):
        # The unattributed rest is one member more.
        times = [coalitions(providers, threshold) for providers in (15, 19, 23)]
        grown = ", ".join(f"{time_ / times[0]:.1f}" for time_ in times[1:])
        print(f"    coalitions of 20 and 24 members take {grown} times those of 16")
    print("Beyond 24, all suppliers must refuse")
    for providers, copies in ((15, 2), (19, 3), (23, 4)):
        grouped(providers, copies)
    print("Other ways to the same answer")
    for providers in (15, 19, 23):
        other_ways(providers)
    print("Built-in world")
    built_in()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Most memory at any time: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
