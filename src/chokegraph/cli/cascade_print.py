# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph cascade` prints: the network, losses, what binds, the ranking, the reasons."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from chokegraph.chain.cascade import CascadeResult
from chokegraph.chain.networks import Network, NetworkReport
from chokegraph.chain.networks.outcomes import losses_frame, risk_frame, scenarios_frame
from chokegraph.cli.cascade_tables import (
    Printed,
    bound_words,
    mode_words,
    money,
    name_of,
    print_one,
    print_risk,
    share,
)
from chokegraph.cli.data_print import console, grid
from chokegraph.report.cascade_files import Answer, because, summary
from chokegraph.report.cascade_frame import short

_MOST_FINDINGS = 12


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
            print_one(screen, answer.result, at, shock.name, shown)
        if answer.node is not None:
            _because(screen, answer)
    if answer.risk is not None:
        print_risk(screen, answer.risk, shown)
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
            bound_words(row["error"]),
        )
    screen.print(table)
    screen.print(
        Text(
            "Share of all sales in the network: lost; lost for want of inputs; lost for want of "
            f"orders. {mode_words(result)}",
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


def _because(screen: Console, answer: Answer) -> None:
    rows = because(answer)
    network = answer.network
    assert answer.node is not None  # noqa: S101 - asked by the caller
    screen.print()
    screen.print(Text(f"Why {name_of(network, network.node_ids[answer.node])}", style="bold"))
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
