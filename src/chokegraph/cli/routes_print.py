# SPDX-License-Identifier: Apache-2.0
"""What `explain` prints of routes: the design behind each, its cost, yield and status in law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chokegraph.cli.figures import figure, spread

Row = dict[str, Any]

_MOST = 8
_PARTS = ("silicon", "die_loss", "memory_cost", "package_loss", "carrier", "nre", "system")


def print_routes(console: Console, rows: Sequence[Row], figures: Sequence[Row]) -> None:
    """Print ways of routes, and the statements that their figures rest on.

    Args:
        console: Where to.
        rows: Rows of the table of routes, those that make most first.
        figures: Rows of the evidence.
    """
    if not rows:
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("Routes, and the design of each")
    for title in (
        "output for\nits cost",
        "yield at\nthe start",
        "% of output\nbaseline,\nscenario",
    ):
        table.add_column(title, justify="right", no_wrap=True)
    for one in rows[:_MOST]:
        design = one["design"] or "no reference design"
        table.add_row(
            Text.assemble((one["route_name"], "bold"), f"\n{design}"),
            f"{one['merit_median']:.2f}\n{one['merit_low']:.2f} to {one['merit_high']:.2f}",
            f"{one['yield_median']:.2f}\n{one['yield_low']:.2f} to {one['yield_high']:.2f}",
            f"{100 * one['share_baseline']:.0f}\n{100 * one['share_scenario']:.0f}",
        )
    console.print(table)
    if len(rows) > _MOST:
        console.print(f"and {len(rows) - _MOST} more; all are in routes.parquet")
    first = rows[0]
    if first["merit_from"] == "tables":
        console.print(Text("Output for its cost and yield of the first: estimates of the facts."))
    elif first["cost"] is not None:
        parts = [
            f"{name.replace('_', ' ')} {first[name]:,.0f}" for name in _PARTS if first[name] >= 1
        ]
        console.print(
            Text(
                f"Cost of the first when ripe: {first['cost']:,.0f} USD ({', '.join(parts)}); "
                f"{first['cost_now']:,.0f} with the defects of the start."
            )
        )
        if first["status"]:
            console.print(Text(f"In law: {first['status']}."))
    if figures:
        _figures(console, figures)


def _figures(console: Console, rows: Sequence[Row]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    table.add_column("Figures behind the designs")
    table.add_column("value (90 %)", justify="right")
    table.add_column("grade")
    table.add_column("source")
    for one in rows:
        value = figure(one["value"], unit=one["unit"])
        ends = spread(one["low"], one["high"], unit=one["unit"])
        about = one["subject_id"].split(":")[-1]
        where = ", ".join(part for part in (one["source_id"], one["locator"]) if part)
        table.add_row(
            Text(f"{about}: {one['property'].replace('_', ' ')}"),
            f"{value} ({ends})",
            Text(one["grade"]),
            Text(where),
        )
    console.print(table)
