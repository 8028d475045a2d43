# SPDX-License-Identifier: Apache-2.0
"""How frontiers of designs look in a terminal, as CSV and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from rich.markup import escape

from chokegraph.cli.chip_lists import shown_cell
from chokegraph.cli.chip_print import (
    NOTICE,
    number,
    printed_as_data,
    without_nan,
    write_csv,
    write_json,
)
from chokegraph.cli.data_print import console, grid

if TYPE_CHECKING:
    from chokegraph.study.chip_controls import Controls

_ROWS = 24
_BUDGETS = (200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
_HEADS = {
    "stacks": "n",
    "die_area": "mm2",
    "cost": "USD",
    "power": "W",
    "tpp": "TPP",
    "dram_bandwidth": "GB/s",
}
_WORDS = ("node", "package", "memory")


def print_frontier(frame: pl.DataFrame, output: str) -> None:
    """Print a frontier; the table shows some designs, evenly over the order."""
    if printed_as_data(frame, output):
        return
    screen = console()
    if frame.is_empty():
        screen.print("Nothing meets the request; `chokegraph chip search` says why.", style="bold")
        return
    names = [name for name in frame.columns if name not in ("euv", "frequency")]
    heads = {name: _HEADS.get(name, name) for name in names}
    table = grid(*heads.values(), right=[heads[name] for name in names if name not in _WORDS])
    for column in table.columns[: len(_WORDS)]:
        column.no_wrap = True
    at = np.unique(np.linspace(0, frame.height - 1, _ROWS).round().astype(int))
    for row in frame[at].iter_rows(named=True):
        table.add_row(*(shown_cell(row[name]) for name in names))
    screen.print(table)
    screen.print(
        f"{frame.height:,} designs on the frontier, {len(at)} of them above; CSV and JSON have "
        f"all. Every uncertain figure at its middle, sizes of the grid. {NOTICE}",
        style="dim",
    )


def print_controls(found: Controls, output: str) -> None:
    """Print the best within a budget without any control and under each."""
    if output == "json":
        write_json(
            {
                "on": found.on.isoformat(),
                "draws": found.draws,
                "seed": found.seed,
                "units": dict(zip(found.objectives, found.units, strict=True)),
                "curves": found.curves.to_dicts(),
                "designs": without_nan(found.designs).to_dicts(),
            }
        )
        return
    if output == "csv":
        write_csv(found.curves)
        return
    screen = console()
    for objective, unit in zip(found.objectives, found.units, strict=True):
        curves = found.curves.filter(pl.col("objective") == objective)
        budgets = [one for one in _BUDGETS if _inside(curves, one)]
        heads = [f"{one:,.0f}" for one in budgets]
        words = objective if unit in ("", "1", "TPP") else f"{objective}, {unit}"
        words += ", within USD"
        table = grid(words, *heads, right=heads)
        table.columns[0].no_wrap = True
        for name in curves["control"].unique(maintain_order=True):
            some = curves.filter(pl.col("control") == name)
            table.add_row(escape(name), *(_within(some, one) for one in budgets))
        screen.print(table)
        screen.print()
    screen.print(
        f"Best within the budget of a good package: median, and 5 to 95 % of {found.draws:,} draws "
        f"(seed {found.seed}); k: thousands. Law of {found.on}. {NOTICE}",
        style="dim",
    )


def _inside(curves: pl.DataFrame, budget: float) -> bool:
    every = curves["budget"].to_list()
    return bool(every) and min(every) <= budget <= max(every)


def _within(curve: pl.DataFrame, budget: float) -> str:
    row = curve.filter(pl.col("budget") <= budget).row(-1, named=True)
    if row["median"] is None:
        return "nothing"
    low = "0" if row["low"] is None else _short(row["low"])
    high = _short(row["high"])
    # One k for both ends.
    low = low.removesuffix("k") if high.endswith("k") and low.endswith("k") else low
    return f"{_short(row['median'])}\n{low}-{high}"


def _short(value: float) -> str:
    """A number of at most five characters: thousands as k."""
    return number(value, 2) if value < 1000 else f"{number(value / 1000, 2)}k"
