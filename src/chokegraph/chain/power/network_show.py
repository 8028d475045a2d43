# SPDX-License-Identifier: Apache-2.0
"""Power on a user's network as a table for the terminal, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from chokegraph.chain.power.answer import Spread
from chokegraph.chain.power.on_network import NetworkPower
from chokegraph.chain.power.show import CSV_COLUMNS, cell, plain
from chokegraph.chain.power.terminal import (
    grid,
    member_table,
    percent_of,
    range_of,
)
from chokegraph.chain.terminal import wrapped


def network_view(found: NetworkPower, *, top: int) -> RenderableType:
    """Return the answer, drawn for a terminal.

    Args:
        found: The answer.
        top: How many nodes to show; 0 shows all.
    """
    members = "+".join(found.coalition)
    part = "" if found.left == 0.0 else f" {percent_of(1.0 - found.left)} of"
    title = Text(
        f"Power of {members} over the {found.nodes} nodes of {found.target}: what they lose if "
        f"{members} withdraw{part} what they supply",
        style="bold",
    )
    lines = [
        f"Loss {range_of(found.loss)} of sales, {found.horizon} run; "
        f"{percent_of(found.stops)} of them stop completely.",
        *found.notes,
    ]
    sectors = grid()
    sectors.add_column("Sector", no_wrap=True)
    for heading in ("Nodes", "Of sales", "Loss"):
        sectors.add_column(heading, justify="right", no_wrap=True)
    for row in found.sectors:
        cells = (row.sector, str(row.nodes), percent_of(row.share), range_of(row.loss))
        sectors.add_row(*cells)
    joining = grid()
    joining.add_column("Joining one by one", no_wrap=True)
    joining.add_column("Loss", justify="right", no_wrap=True)
    for step in found.joining:
        joining.add_row("+".join(step.members), range_of(step.loss))
    hardest = list(found.hardest.items())[: top or None]
    named = ", ".join(f"{node} {percent_of(loss)}" for node, loss in hardest) or "none"
    notes = [
        f"Hardest hit, by sales lost: {named}.",
        "Loss: median of the draws of the elasticities (5-95 %); shares in the network are as "
        f"given. {found.draws} draws, seed {found.seed}. Not legal advice, not a forecast.",
    ]
    blank = Text("")
    return Group(
        title,
        *wrapped(lines),
        blank,
        member_table(found.members),
        blank,
        joining,
        blank,
        sectors,
        blank,
        *wrapped(notes),
    )


def network_csv(found: NetworkPower) -> str:
    """Return every figure as a row, with the columns of `power_csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for kind, item, quantity, value, unit in _rows(found):
        if isinstance(value, Spread):
            cells = [cell(one) for one in (value.figure, value.low, value.median, value.high)]
        else:
            cells = [cell(value), "", "", ""]
        writer.writerow([f"country:{found.target}", kind, item, "", quantity, unit, *cells, ""])
    return text.getvalue()


def network_json(found: NetworkPower) -> str:
    """Return the whole answer as one JSON object."""
    record = asdict(found) | {"losses_are": "fractions of sales"}
    return json.dumps(plain(record), indent=2, ensure_ascii=False)


def _rows(found: NetworkPower) -> Iterator[tuple[str, str, str, Spread | float | None, str]]:
    yield "network", "", "loss", found.loss, "fraction"
    yield "network", "", "stops", found.stops, "share of sales"
    for row in found.members:
        yield "member", row.member, "loss_alone", row.alone, "fraction"
        yield "member", row.member, "loss_without_it_less", row.last, "fraction"
        yield "member", row.member, "shapley_loss", row.loss, "fraction"
        yield "member", row.member, "shapley_log_power", row.log_power, "1"
    for step in found.joining:
        yield "joining", "+".join(step.members), "loss", step.loss, "fraction"
    for sector in found.sectors:
        yield "sector", sector.sector, "loss", sector.loss, "fraction"
        yield "sector", sector.sector, "share_of_sales", sector.share, "fraction"
    for node, loss in found.hardest.items():
        yield "node", node, "loss", loss, "fraction"
