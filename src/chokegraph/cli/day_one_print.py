# SPDX-License-Identifier: Apache-2.0
"""What `run` and `explain` print of day one: what stops at once, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from chokegraph.result import Result
from chokegraph.result.day_one import day_one_headline

Row = dict[str, Any]


def print_day_one(console: Console, result: Result) -> None:
    """Print what is lost at once, in a few lines; nothing where nothing is cut."""
    lines = day_one_headline(result)
    if lines:
        console.print(Text(lines[0], style="bold"))
    for line in lines[1:]:
        console.print(Text("  " + line))
    if lines:
        console.print()


def print_because(console: Console, rows: Sequence[Row]) -> None:
    """Print why something is lost on day one."""
    for row in rows:
        if row["binds_name"]:
            share = f"{100 * row['binds_in']:.0f} %"
            console.print(
                Text(f"3 On day one, {row['binds_name']} binds in {share} of the draws", "bold")
            )
        if row["because"]:
            console.print(Text("  " + row["because"].replace("; ", ",\n  ") + "."))
            console.print("  Shares are those under the rules in force before the start.")
        elif row["direct_median"] is not None and row["loss_median"]:
            part = row["direct_median"] / row["loss_median"]
            console.print(
                Text(f"3 On day one: {100 * part:.0f} % of it is cut itself; the rest follows")
            )
