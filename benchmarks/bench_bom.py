# SPDX-License-Identifier: Apache-2.0
"""A bill of materials of a million lines: reading, and rolling up for five destinations."""

from __future__ import annotations

import argparse
import time

import numpy as np
import polars as pl

from chokegraph.rules import load_law
from chokegraph.rules.bom import make_bom
from chokegraph.rules.de_minimis import roll_up

ECCNS = ("3B991", "3A001.a.2", "EAR99", "3A992", "2B999", "3A090.a", "4A994")
DESTINATIONS = ("CN", "VN", "IR", "KR", "AE")


def lines(count: int, seed: int) -> pl.DataFrame:
    """Make a bill of many items, several levels deep, whose parts are used several times."""
    draw = np.random.default_rng(seed)
    parts = max(count // 2, 2)
    child = draw.integers(parts // 1000 + 1, parts, count)
    # A parent always has a lower number than its child, so there is no circle.
    parent = (child * draw.random(count) ** 0.5).astype(int)
    used = np.unique(np.concatenate((child, parent)))
    extra = np.setdiff1d(parent, child)
    both = np.concatenate((child, extra))
    top = np.concatenate((parent, np.full(len(extra), -1)))
    value = 1 + 100 * draw.random(parts)
    value[extra] = 1e6
    eccn = draw.integers(0, len(ECCNS), parts)
    origin = np.where(draw.random(parts) < 0.3, "US", "DE")
    origin[extra] = "DE"
    assert used.size
    return pl.DataFrame(
        {
            "parent": [f"p{p}" if p >= 0 else "" for p in top],
            "child": [f"p{c}" for c in both],
            "quantity": draw.integers(1, 5, len(both)).astype(str),
            "value": np.char.mod("%.2f", value[both]),
            "eccn": np.array(ECCNS)[eccn[both]],
            "origin": origin[both],
            "kind": ["commodity"] * len(both),
        }
    )


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    frame = lines(options.lines, options.seed)
    law = load_law()
    start = time.perf_counter()
    bom = make_bom(frame)
    read = time.perf_counter() - start
    start = time.perf_counter()
    content = roll_up(bom, DESTINATIONS, law, law.days[-1])
    rolled = time.perf_counter() - start
    print(f"{len(frame):,} lines, {len(bom.names):,} parts, {len(bom.levels)} levels")
    print(f"checked and laid out: {read:.2f} s ({len(frame) / read / 1e6:.2f} million lines/s)")
    print(f"rolled up for {len(DESTINATIONS)} destinations: {rolled:.2f} s")
    print(f"rows of the answer: {len(content.table):,}")


if __name__ == "__main__":
    main()
