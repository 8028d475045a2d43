# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph cascade` prints: the network, losses, what binds, the ranking, the reasons."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from chokegraph.chain.cascade import CascadeResult, RiskTable
from chokegraph.chain.networks import Network, NetworkReport
from chokegraph.chain.networks.outcomes import (
    By,
    binding_frame,
    groups_frame,
    losses_frame,
    risk_frame,
    scenarios_frame,
)
from chokegraph.cli.data_print import console, grid
from chokegraph.report.cascade_files import Answer, because, summary
from chokegraph.report.cascade_frame import short

_MOST_FINDINGS = 12
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


def print_checked(network: Network, report: NetworkReport, shown: Printed, *, quiet: bool) -> None:
    """Print the report on the network; on standard error where something else is printed."""
    screen = console(stderr=quiet)
    countries = len({code for code in network.countries if code})
    parts = [f"{network.nodes:,} nodes", f"{network.edges:,} edges"]
    if countries:
        parts.append(f"{countries:,} countries")
    total = money(float(network.value.sum()))
    screen.print(
        Text.assemble(
            (shown.name, "bold"), f": {', '.join(parts)}; {total} {network.unit}".rstrip()
        )
    )
    for words in report.repaired:
        _say(screen, "Repaired: ", words)
    for finding in report.warnings[:_MOST_FINDINGS]:
        _say(screen, "", str(finding))
    if len(report.warnings) > _MOST_FINDINGS:
        screen.print(f"and {len(report.warnings) - _MOST_FINDINGS:,} more warnings")
    for words in report.notes:
        _say(screen, "Note: ", words)
    if not report.warnings and not report.repaired:
        screen.print("Nothing odd was found.")


def _say(screen: Console, head: str, words: str) -> None:
    screen.print(Text.assemble((head, "bold"), words))


def print_answer(answer: Answer, report: NetworkReport, shown: Printed, output: str) -> None:
    """Print the answer as tables, as the long table of losses in CSV, or whole as JSON."""
    if output == "json":
        import json

        sys.stdout.write(json.dumps(summary(answer, report), indent=2, ensure_ascii=False) + "\n")
        return
    if output == "csv":
        for frame in _csv_frames(answer):
            sys.stdout.write(frame.write_csv())
        return
    screen = console()
    if answer.result is not None:
        _scenarios(screen, answer.result)
        _paths(screen, answer.result)
        for at, shock in enumerate(answer.result.shocks):
            _one(screen, answer.result, at, shock.name, shown)
        if answer.node is not None:
            _because(screen, answer)
    if answer.risk is not None:
        _risk(screen, answer.risk, shown)
    ran = answer.result or answer.risk
    for finding in ran.findings if ran is not None else ():
        if all(str(finding) != str(one) for one in report.warnings):
            _say(screen, "", str(finding))


def _csv_frames(answer: Answer) -> Iterable[pl.DataFrame]:
    """The losses in long form; the ranking where only that was asked for."""
    if answer.result is not None:
        yield losses_frame(answer.result)
    elif answer.risk is not None:
        yield risk_frame(answer.risk)


def _mode(result: CascadeResult | RiskTable) -> str:
    settings = result.settings
    if settings.mode == "reference":
        how = (
            f"reference mode: the published updates, stopped when no node changes by more than "
            f"{100 * settings.stop:g} %; the limit may lie higher, no bound is stated"
        )
    else:
        error = max((float(value) for value in result.error), default=0.0)
        words = _bound(max((float(value) for value in result.error), default=0.0))
        how = f"converged mode: no loss is further from the limit than the bound, {words}"
    shares = "on" if settings.market_shares else "off"
    return f"{how}. Market shares {shares}; {result.engine}."


def _bound(error: float | None) -> str:
    """How far a loss may be from the limit; below rounding the figure says nothing."""
    if error is None:
        return "none"
    return "1e-12" if error <= ROUNDING else f"{error:.1g}"


def _scenarios(screen: Console, result: CascadeResult) -> None:
    screen.print()
    table = grid(
        "Scenario",
        "loss",
        "inputs",
        "orders",
        "steps",
        "bound",
        right=["loss", "inputs", "orders", "steps", "bound"],
    )
    for row in scenarios_frame(result).iter_rows(named=True):
        table.add_row(
            Text(short(row["scenario"], 48)),
            share(row["loss"]),
            share(row["loss_down"]),
            share(row["loss_up"]),
            f"{row['iterations_down']} / {row['iterations_up']}",
            _bound(row["error"]),
        )
    screen.print(table)
    screen.print(
        Text(
            "Share of all sales in the network: lost; lost for want of inputs; lost for want of "
            f"orders. {_mode(result)}",
            style="dim",
        )
    )


def _paths(screen: Console, result: CascadeResult) -> None:
    """The loss after each step, where the path was asked for."""
    paths = result.loss_path
    if paths is None:
        return
    last = paths.shape[1] - 1
    steps = [step for step in (*range(6), 8, 10, 15, 20, 30, 50, 100) if step < last]
    shown = [*steps[:10], last]
    heads = [f"step {step}" if not step else str(step) for step in shown]
    table = grid("Loss after", *heads, right=heads)
    for at, shock in enumerate(result.shocks):
        table.add_row(
            Text(short(shock.name, 26)), *(f"{100 * paths[at, step]:.1f}" for step in shown)
        )
    stocks = "with stocks" if result.settings.inventories is not None else "without stocks"
    screen.print()
    screen.print(table)
    screen.print(Text(f"Per cent of all sales, {stocks}.", style="dim"))


def _one(screen: Console, result: CascadeResult, at: int, name: str, shown: Printed) -> None:
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


def _name(network: Network, node: str) -> str:
    at = network.index[node]
    return (network.names[at] if network.names else "") or node


def _labels(network: Network, nodes: Sequence[str], most: int) -> list[str]:
    """One line for each node: names where all of them fit, otherwise ids, shortened if need be."""
    names = [_name(network, node) for node in nodes]
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
    from chokegraph.chain.cascade import binding_inputs

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


def _because(screen: Console, answer: Answer) -> None:
    rows = because(answer)
    network = answer.network
    assert answer.node is not None  # noqa: S101 - asked by the caller
    screen.print()
    screen.print(Text(f"Why {_name(network, network.node_ids[answer.node])}", style="bold"))
    scenario = ""
    for row in rows:
        if row["scenario"] != scenario:
            scenario = row["scenario"]
            screen.print(Text(f"{scenario}:"))
        screen.print(Text(f"  {row['text']}{_origin(row)}"))


def _origin(row: dict[str, Any]) -> str:
    """Where the sale stands in the user's files."""
    lines = ", ".join(str(line) for line in row["lines"][:3])
    more = ", ..." if len(row["lines"]) > 3 else ""
    parts = [f"line {lines}{more}"] if lines else []
    parts += row["sources"][:2]
    return f" [{'; '.join(parts)}]" if parts else ""


def _risk(screen: Console, risk: RiskTable, shown: Printed) -> None:
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
    screen.print(Text(_mode(risk)[:1].upper() + _mode(risk)[1:], style="dim"))


def _more(screen: Console, count: int, top: int) -> None:
    if count > top:
        screen.print(Text(f"and {count - top:,} more; --top shows more, --out writes all"))
