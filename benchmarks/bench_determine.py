# SPDX-License-Identifier: Apache-2.0
"""File to file: Parquet in, decisions out, with rows a second and memory. `make bench` prints it.

    python benchmarks/bench_determine.py [--rows 10000000] [--lanes 300] [--mixed] [--src OTHER/src]

The input is made here: transactions of 2022 to 2026 along a number of lanes, a lane being an item
that goes to a customer, some lanes far more often than others, as in the books of a firm. Every
state of the law since 2022 is met. Decisions are worked out once for each combination of lane and
state of the law, so the first pass over a lane costs more than the later ones; the second job of
the same process shows the speed without that. With `--mixed` every column of every row is drawn on
its own. Memory is measured in a process of its own. `--src` runs an older version in turn with this
one, so that the two can be compared on a machine that does other work; then processor times count.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

GROUP = 500_000
TARGET = 3_000_000
"""Rows a second that are to be reached on two cores."""
SEED = 3


def some(rng: np.random.Generator, values: list[object], rows: int, kind: object) -> pl.Series:
    """Draw values; the first are more frequent, as in trade."""
    weights = 1.0 / (1.0 + np.arange(len(values)))
    drawn = rng.choice(len(values), rows, p=weights / weights.sum())
    return pl.Series(values, dtype=kind).gather(pl.Series(drawn))


def transactions(rng: np.random.Generator, rows: int) -> pl.DataFrame:
    """Make transactions: twelve columns, some of them with blanks."""
    days = pl.date_range(date(2022, 1, 1), date(2026, 6, 30), eager=True)
    tpp = [None, *np.round(rng.uniform(50, 20_000, 400), 0).tolist()]
    die = [None, *np.round(rng.uniform(80, 830, 60), 0).tolist()]
    eccn = ["EAR99", "3A991", "3A090.a", "3B991", "3B001.d.8", "3B001.c.1.a", "5A992.c", None]
    eccn += [f"3B001.{a}.{n}" for a in "acdfkp" for n in range(1, 9)]
    countries = ["CN", "US", "TW", "KR", "JP", "NL", "SG", "MY", "VN", "DE", "AE", "MO", "HK"]
    text = pl.String
    return pl.DataFrame(
        {
            "as_of": days.gather(pl.Series(rng.integers(0, len(days), rows))),
            "eccn": some(rng, eccn, rows, text),
            "destination": some(rng, countries, rows, text),
            "exporter_country": some(rng, ["US", "NL", "JP", "KR", "TW", "DE"], rows, text),
            "origin": some(rng, ["US", "NL", "JP", "KR", "TW"], rows, text),
            "tpp": some(rng, tpp, rows, pl.Float64),
            "die_mm2": some(rng, die, rows, pl.Float64),
            "marketed_datacentre": some(rng, [True, False, None], rows, pl.Boolean),
            "us_content_pct": some(rng, [0.0, 5.0, 12.0, 26.0, 40.0, None], rows, pl.Float64),
            "party_headquarters": some(rng, ["CN", "US", "TW", "KR", "CN;US"], rows, text),
            "party_lists": some(rng, ["none", "ENTITY_LIST", "MEU", None], rows, text),
            "end_use_class": some(rng, ["datacentre", "ic_production", "consumer"], rows, text),
        }
    )


def make(path: Path, rows: int, lanes: int, *, mixed: bool = False) -> None:
    """Write the input in row groups, without holding it in memory."""
    from polars.io.plugins import register_io_source

    rng = np.random.default_rng(SEED)
    lane = transactions(rng, lanes).drop("as_of")
    weights = 1.0 / (1.0 + np.arange(lanes))
    days = pl.date_range(date(2022, 1, 1), date(2026, 6, 30), eager=True)

    def batches(*_: object):
        for start in range(0, rows, GROUP):
            size = min(GROUP, rows - start)
            if mixed:
                yield transactions(rng, size)
                continue
            dates = days.gather(pl.Series(rng.integers(0, len(days), size)))
            drawn = rng.choice(lanes, size, p=weights / weights.sum())
            yield lane[drawn].insert_column(0, dates.alias("as_of"))

    schema = {"as_of": pl.Date, **lane.schema}
    register_io_source(batches, schema=schema).sink_parquet(path, row_group_size=GROUP)


RUN = """
import sys, time, resource
sys.path[:0] = sys.argv[3:]
from pathlib import Path
from chokegraph.rules import load_law
from chokegraph.rules.bulk import determine_file
from chokegraph.rules.engine import compiled_engine
law = load_law()
engine = compiled_engine(law)
def anonymous():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
before, most = anonymous(), 0.0
def watch(*_):
    global most
    most = max(most, anonymous())
for _ in range(2):
    wall, processor = time.perf_counter(), time.process_time()
    outcome = determine_file(sys.argv[1], law, out=sys.argv[2], engine=engine, progress=watch)
    print(outcome.decided, time.perf_counter() - wall, time.process_time() - processor)
print(before, most, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run(source: Path, out: Path, *src: str) -> list[list[float]]:
    """Decide a file twice in a process of its own, so that its memory can be told."""
    found = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", RUN, str(source), str(out), *src],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [[float(word) for word in line.split()] for line in found.stdout.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--lanes", type=int, default=300)
    parser.add_argument("--mixed", action="store_true", help="every column on its own")
    parser.add_argument("--src", default="", help="the src folder of another version")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in.parquet"), Path(folder, "out.parquet")
        started = time.perf_counter()
        make(source, chosen.rows, chosen.lanes, mixed=chosen.mixed)
        kind = "mixed" if chosen.mixed else f"{chosen.lanes:,} lanes"
        print(
            f"input: {chosen.rows:,} rows, 12 columns, {kind}, "
            f"{source.stat().st_size / 2**20:,.0f} MiB Parquet "
            f"(made in {time.perf_counter() - started:.0f} s)"
        )
        *jobs, (before, most, peak) = run(source, out)
        print(f"output: {out.stat().st_size / 2**20:,.0f} MiB Parquet")
        for name, (decided, wall, processor) in zip(("first", "second"), jobs, strict=True):
            rate, core = decided / wall / 1e6, decided / processor / 1e6
            print(
                f"{name} job: {wall:.1f} s, {rate:.2f} million rows a second; "
                f"{processor:.1f} s of processor time, {core:.2f} million rows a second and core"
            )
        if chosen.src:
            *others, _ = run(source, out, chosen.src)
            for name, job, other in zip(("first", "second"), jobs, others, strict=True):
                print(
                    f"{name} job of the other version: {other[2]:.1f} s of processor time, "
                    f"{other[2] / job[2]:.1f} times as much"
                )
        speed = jobs[-1][0] / jobs[-1][1]
        print(f"target: {TARGET / 1e6:.0f} million; reached: {'yes' if speed >= TARGET else 'no'}")
        print(
            f"memory: {before:,.0f} MiB before, {most:,.0f} MiB at the end of a batch, "
            f"{peak:,.0f} MiB at most (with mapped files)"
        )


if __name__ == "__main__":
    main()
