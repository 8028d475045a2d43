# SPDX-License-Identifier: Apache-2.0
"""Memory does not grow with the file: measured in a process of its own."""

import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pytest

RUN = """
import sys
from pathlib import Path
from chokegraph.rules.bulk import Options, determine_file
from tests.rules.small_law import small_law

def anonymous():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024

seen = []
outcome = determine_file(
    sys.argv[1], small_law(), out=sys.argv[2],
    options=Options(rows=100_000, block=4 * 2**20),
    progress=lambda *_: seen.append(anonymous()),
)
half = len(seen) // 2
print(outcome.decided, outcome.rejected, max(seen[:half]), max(seen[half:]), len(seen))
"""
BATCHES = 40


def decide(source, out):
    found = subprocess.run(
        [sys.executable, "-c", RUN, str(source), str(out)], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    return [float(word) for word in found.stdout.split()]


def rows(count):
    days = [date(2022, 1, 1) + timedelta(days=n % 1500) for n in range(count)]
    return pl.DataFrame(
        {
            "id": [f"shipment {n:09d}" for n in range(count)],
            "as_of": days,
            "eccn": ["3A090.a" if n % 3 else "EAR99" for n in range(count)],
            "origin": ["US" if n % 2 else "TW" for n in range(count)],
            "destination": ["oops" if n % 5000 == 0 else "CN" for n in range(count)],
            "power": [float(n % 5000) for n in range(count)],
            "note": ["nobody reads this, but it takes room in the file" for _ in range(count)],
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_memory_is_bounded_by_the_batch(tmp_path, suffix):
    batch = rows(100_000)
    source, out = tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    if suffix == "csv":
        with source.open("wb") as file:
            for number in range(BATCHES):
                batch.write_csv(file, include_header=number == 0)
    else:
        lazy = pl.concat([batch.lazy()] * BATCHES)
        lazy.sink_parquet(source, row_group_size=100_000)
    size = batch.estimated_size() * BATCHES / 2**20
    decided, rejected, first, second, batches = decide(source, out)
    assert decided + rejected == BATCHES * 100_000
    assert rejected == BATCHES * 20
    assert batches >= BATCHES
    assert second < 1.3 * first + 32, "memory grows with the file"
    assert second < size, "the file was held in memory"
    lines = (tmp_path / "out.rejects.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == rejected + 1
