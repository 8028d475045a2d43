# SPDX-License-Identifier: Apache-2.0
"""What `explain` prints of the law: decisions for the first links, and the rules behind them."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chokegraph.result import Explanation

_MOST_GROUNDS = 6


def print_law(console: Console, found: Explanation) -> None:
    """Print what the law decides for the first links, then the rules with their citations."""
    if not found.law:
        return
    console.print(Text("Law behind these links (not legal advice)", style="bold"))
    shown: dict[tuple[str, str, str], int] = {}
    for one in found.law:
        key = (one["country"], one["input"], one["kind"])
        shown[key] = shown.get(key, 0) + 1
        if shown[key] == 1:
            kind = "" if one["kind"] == "sales" else f" ({one['kind']})"
            console.print(Text(f"  {one['country']}: {one['input_name']}{kind}"))
        if shown[key] <= _MOST_GROUNDS:
            _decision(console, one)
    if any(count > _MOST_GROUNDS for count in shown.values()):
        console.print("  and more; all are in law.parquet")
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for title in ("Rule", "from", "mark", "where it stands"):
        table.add_column(title)
    for rule in found.rules:
        name = rule["rule"] + (" (amended)" if rule["amended"] else "")
        table.add_row(
            Text.assemble(name, ("\n" + rule["title"], "dim")),
            rule["from"],
            rule["confidence"],
            Text(rule["cite"]),
        )
    console.print(table)


def _decision(console: Console, one: dict[str, Any]) -> None:
    until = f"to {one['until']}" if one["until"] else "on"
    why = one["reasons"].replace(";", ", ") or "licensing practice"
    hooks = one["hooks"].replace(";", ", ")
    lines = [
        f"    {100 * one['part']:.0f} % {one['outcome']}, {one['from']} {until}: {why}"
        + (f" ({hooks})" if hooks else "")
    ]
    tiers, buyers = one["tiers"].replace(";", ", "), one["buyers"].replace(";", ", ")
    lines.append(f"      {tiers}; buyers: {buyers}")
    if one["missing"]:
        lines.append(f"      depends on: {one['missing'].replace(';', ', ')}")
    if one["marks"]:
        lines.append(f"      rests on doubtful parts: {one['marks'].replace(';', ', ')}")
    for line in lines:
        console.print(Text(line))
