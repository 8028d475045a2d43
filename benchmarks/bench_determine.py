# SPDX-License-Identifier: Apache-2.0
"""File to file: Parquet in, decisions out, with rows a second and memory. `make bench` prints it.

The input is made here: transactions of 2022 to 2026 with a few thousand different items, so that
the file is larger than the memory that the job may use. Run with a number of rows to change it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 10_000_000
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


def make(path: Path, rows: int) -> None:
    """Write the input in row groups, without holding it in memory."""
    from polars.io.plugins import register_io_source

    rng = np.random.default_rng(SEED)
    schema = transactions(rng, 1).schema

    def batches(*_: object):
        for start in range(0, rows, GROUP):
            yield transactions(rng, min(GROUP, rows - start))

    register_io_source(batches, schema=schema).sink_parquet(path, row_group_size=GROUP)


RUN = """
import sys, time, resource
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
outcome = determine_file(sys.argv[1], law, out=sys.argv[2], engine=engine, progress=watch)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(outcome.decided, outcome.seconds, before, most, peak)
"""


def run(source: Path, out: Path) -> tuple[int, float, float, float, float]:
    """Decide a file in a process of its own, so that its memory can be told."""
    found = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", RUN, str(source), str(out)],
        check=True,
        capture_output=True,
        text=True,
    )
    rows, seconds, before, most, peak = found.stdout.split()
    return int(rows), float(seconds), float(before), float(most), float(peak)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "in.parquet"), Path(folder, "out.parquet")
        started = time.perf_counter()
        make(source, rows)
        print(
            f"input: {rows:,} rows, 12 columns, {source.stat().st_size / 2**20:,.0f} MiB Parquet "
            f"(made in {time.perf_counter() - started:.0f} s)"
        )
        decided, seconds, before, most, peak = run(source, out)
        speed = decided / seconds
        print(f"output: {out.stat().st_size / 2**20:,.0f} MiB Parquet, {decided:,} rows decided")
        print(f"file to file: {seconds:.1f} s, {speed / 1e6:.2f} million rows a second")
        print(f"target: {TARGET / 1e6:.0f} million; reached: {'yes' if speed >= TARGET else 'no'}")
        print(
            f"memory: {before:,.0f} MiB before, {most:,.0f} MiB at the end of a batch, "
            f"{peak:,.0f} MiB at most (with mapped files)"
        )


if __name__ == "__main__":
    main()
