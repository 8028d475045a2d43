# SPDX-License-Identifier: Apache-2.0
"""Reading networks: processor time and memory as the number of edges grows, CSV against Parquet.

Run: python benchmarks/bench_networks.py [EDGES]; a million by default. Ratios within one run count,
seconds depend on the machine. Memory is the highest mark of a process of its own.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl


def make(folder: Path, edges: int) -> None:
    rng = np.random.default_rng(7)
    nodes = edges // 10
    seller, buyer = rng.integers(0, nodes, (2, edges))
    frame = pl.DataFrame(
        {
            "supplier": pl.Series(seller).cast(pl.String).str.replace("^", "firm"),
            "customer": pl.Series(buyer).cast(pl.String).str.replace("^", "firm"),
            "product": pl.Series(seller % 500).cast(pl.String).str.replace("^", "product"),
            "value": rng.lognormal(3.0, 1.0, edges),
        }
    )
    frame.write_csv(folder / "edges.csv")
    frame.write_parquet(folder / "edges.parquet")
    pl.DataFrame(
        {
            "id": [f"firm{i}" for i in range(nodes)],
            "country": [("JP", "US", "NL", "CN", "DE")[i % 5] for i in range(nodes)],
            "sector": [f"C{20 + i % 10}" for i in range(nodes)],
            "sales": np.full(nodes, 1e5),
        }
    ).write_csv(folder / "nodes.csv")


def measured(name: str, folder: Path) -> tuple[float, float]:
    """Processor seconds and gigabytes of one piece of work."""
    from chokegraph.chain.networks import parse_shocks, read_network, write_graphml

    if name == "nothing":
        return 0.0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    kind = "parquet" if name == "read Parquet" else "csv"
    start = time.process_time()
    network, _ = read_network(folder / f"edges.{kind}", folder / "nodes.csv")
    if name == "cut by country":
        start = time.process_time()
        parse_shocks(network, ["flow:JP->CN", "country:NL", "input:product7=50%"])
    if name == "write GraphML":
        start = time.process_time()
        write_graphml(network, folder / "net.graphml")
    spent = time.process_time() - start
    return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


WORK = ("nothing", "read CSV", "read Parquet", "cut by country", "write GraphML")


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    base: dict[str, float] = {}
    print(f"{'work':16}{'edges':>12}{'CPU s':>9}{'us an edge':>12}{'times the first':>17}{'GB':>7}")
    for edges in (most // 10, most):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, edges)
            for work in WORK:
                context = multiprocessing.get_context("spawn")
                with context.Pool(1) as pool:
                    spent, memory = pool.apply(measured, (work, folder))
                first = base.setdefault(work, spent)
                grown = f"{spent / first:.1f}" if first else "-"
                print(
                    f"{work:16}{edges:>12,}{spent:>9.2f}{1e6 * spent / edges:>12.2f}"
                    f"{grown:>17}{memory:>7.2f}"
                )


if __name__ == "__main__":
    main()
