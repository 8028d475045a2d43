# SPDX-License-Identifier: Apache-2.0
"""The tables of `chokegraph cascade`: who loses, what binds, which suppliers matter most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from rich.console import Console
from rich.text import Text

from chokegraph.chain.cascade import CascadeResult, RiskTable, binding_inputs
from chokegraph.chain.networks import Network
from chokegraph.chain.networks.outcomes import (
    By,
    binding_frame,
    groups_frame,
    losses_frame,
    risk_frame,
)
from chokegraph.cli.data_print import grid
from chokegraph.report.cascade_frame import short

ROUNDING = 1e-12
"""Bounds below this are shown as this: they are rounding, and differ from machine to machine."""


@dataclass(frozen=True)
class Printed:
    """How to print: the network's name, rows of a table, grouping, the node to explain."""

    name: str
    top: int
    by: By
    explain: str | None = None


def share(value: float | None) -> str:
    """A share for people.

    Example:
        >>> share(0.8375), share(0.00004), share(None)
        ('83.8 %', '< 0.1 %', '-')
    """
    if value is None or value != value:
        return "-"
    if 0 < value < 0.001:
        return "< 0.1 %"
    return f"{100 * value:.1f} %"


def money(value: float | None) -> str:
    """An amount for people.

    Example:
        >>> money(46370.2), money(3.25), money(0.0)
        ('46,370', '3.25', '0')
    """
    if value is None or value != value:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:.3g}"


def mode_words(result: CascadeResult | RiskTable) -> str:
    """How the cascade was run and stopped, in a sentence."""
    settings = result.settings
    if settings.mode == "reference":
        how = (
            f"reference mode: the published updates, stopped when no node changes by more than "
            f"{100 * settings.stop:g} %; the limit may lie higher, no bound is stated"
        )
    else:
        words = bound_words(max((float(value) for value in result.error), default=0.0))
        how = f"converged mode: no loss is further from the limit than the bound, {words}"
    shares = "on" if settings.market_shares else "off"
    return f"{how}. Market shares {shares}; {result.engine}."


def bound_words(error: float | None) -> str:
    """How far a loss may be from the limit; below rounding the figure says nothing."""
    if error is None:
        return "none"
    return "1e-12" if error <= ROUNDING else f"{error:.1g}"


def print_one(screen: Console, result: CascadeResult, at: int, name: str, shown: Printed) -> None:
    """Print one scenario: who loses most, which inputs bind, and the loss by country."""
    screen.print()
    screen.print(Text(name, style="bold"))
    if shown.by == "firm":
        _nodes(screen, result, at, shown)
    else:
        _groups(screen, result, name, shown)
    rows = binding_frame(result).filter(pl.col("scenario") == name)
    if rows.height:
        table = grid(
            "Inputs that bind",
            "at nodes",
            "value lost there",
            "most of all at",
            right=["at nodes", "value lost there"],
        )
        rows_shown = rows.head(shown.top)
        labels = _labels(result.network, rows_shown["worst"].to_list(), 34)
        for row, label in zip(rows_shown.iter_rows(named=True), labels, strict=True):
            table.add_row(
                Text(short(row["input"], 30)),
                f"{row['nodes']:,}",
                money(row["value_lost"]),
                Text(f"{label} ({share(row['worst_loss'])})"),
            )
        screen.print()
        screen.print(table)
        _more(screen, rows.height, shown.top)
    if shown.by == "firm" and any(result.network.countries):
        screen.print()
        _groups(screen, result, name, Printed(shown.name, shown.top, "country"))


def name_of(network: Network, node: str) -> str:
    """The name of a node for people; its id where it has none."""
    at = network.index[node]
    return (network.names[at] if network.names else "") or node


def _labels(network: Network, nodes: Sequence[str], most: int) -> list[str]:
    """One line for each node: names where all of them fit, otherwise ids, shortened if need be."""
    names = [name_of(network, node) for node in nodes]
    if any(len(name) > most for name in names):
        names = list(nodes)
    return [short(name, most) for name in names]


def _nodes(screen: Console, result: CascadeResult, at: int, shown: Printed) -> None:
    """The nodes that lose most value; those that sell nothing in the network come last."""
    name = result.shocks[at].name
    rows = losses_frame(result).filter(
        (pl.col("scenario") == name) & (pl.col("direction") == "both") & (pl.col("loss") > 0)
    )
    rows = rows.sort("value_lost", "loss", descending=True, maintain_order=True)
    table = grid(
        "Node", "country", "sector", "loss", "value lost", "why", right=["loss", "value lost"]
    )
    bound = binding_inputs(result, at)
    rows_shown = rows.head(shown.top)
    labels = _labels(result.network, rows_shown["node"].to_list(), 30)
    for row, label in zip(rows_shown.iter_rows(named=True), labels, strict=True):
        spot = result.network.index[row["node"]]
        table.add_row(
            Text(label),
            row["country"] or "-",
            Text(short(row["sector"], 16)),
            share(row["loss"]),
            money(row["value_lost"]),
            Text(short(_why(result, at, spot, int(bound[spot])), 20)),
        )
    screen.print(table)
    _more(screen, rows.height, shown.top)


def _why(result: CascadeResult, at: int, spot: int, bound: int) -> str:
    """The shortest reason: the shock itself, orders, or the input that binds."""
    down, up = float(result.down[at, spot]), float(result.up[at, spot])
    own = result.shocks[at].lost.get(spot, 0.0)
    if own and 1 - min(down, up) <= own + 1e-9:
        return "the shock itself"
    if up < down:
        return "orders"
    if bound >= 0:
        return f"no {result.network.sector_names[bound]}"
    return "inputs"


def _groups(screen: Console, result: CascadeResult, name: str, shown: Printed) -> None:
    rows = groups_frame(result, shown.by).filter(
        (pl.col("scenario") == name) & (pl.col("value_lost") > 0)
    )
    table = grid(
        f"By {shown.by}",
        "nodes",
        "loss of its sales",
        "value lost",
        right=["nodes", "loss of its sales", "value lost"],
    )
    for row in rows.head(shown.top).iter_rows(named=True):
        table.add_row(
            Text(short(row["group"], 40)),
            f"{row['nodes']:,}",
            share(row["loss"]),
            money(row["value_lost"]),
        )
    screen.print(table)
    _more(screen, rows.height, shown.top)


def print_risk(screen: Console, risk: RiskTable, shown: Printed) -> None:
    """Print the ranking of all suppliers, or of groups."""
    frame = risk_frame(risk)
    single = "label" in frame.columns
    screen.print()
    words = "Systemic risk: what is lost when each stops, one at a time"
    screen.print(Text(words if single else f"{words}, by {shown.by}", style="bold"))
    heads = ["", "Supplier" if single else shown.by.capitalize()]
    if single:
        heads += ["country", "sector"]
    numbers = ["loss", "inputs", "orders", "own part", "times own"]
    table = grid(*heads, *numbers, right=["", *numbers])
    rows_shown = frame.head(shown.top)
    names = rows_shown["name"].to_list()
    labels = _labels(risk.network, names, 26) if single else [short(name, 40) for name in names]
    for row, label in zip(rows_shown.iter_rows(named=True), labels, strict=True):
        facts = [row["country"] or "-", Text(short(row["sector"], 15))] if single else []
        times = "-" if row["times_own"] is None else f"{row['times_own']:,.1f}"
        table.add_row(
            str(row["rank"]),
            Text(label),
            *facts,
            share(row["loss"]),
            share(row["loss_down"]),
            share(row["loss_up"]),
            share(row["own"]),
            times,
        )
    screen.print(table)
    _more(screen, frame.height, shown.top)
    screen.print(Text(mode_words(risk)[:1].upper() + mode_words(risk)[1:], style="dim"))


def _more(screen: Console, count: int, top: int) -> None:
    if count > top:
        screen.print(Text(f"and {count - top:,} more; --top shows more, --out writes all"))
