# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip routes`: which route is best when inputs cannot be had."""

from __future__ import annotations

from typing import Annotated

import typer

from chokegraph.cli.chip_options import DrawsOption, SeedOption
from chokegraph.cli.choices import Format, FormatOption

_MOST = 6


def routes_command(
    deny: Annotated[
        list[str] | None,
        typer.Option(
            "--deny",
            help="An input, a class or a family of inputs that cannot be had.",
            metavar="INPUT",
        ),
    ] = None,
    product: Annotated[
        str | None, typer.Option("--product", help="Only this product.", metavar="ID")
    ] = None,
    every: Annotated[  # noqa: FBT002 - a keyword on the command line
        bool, typer.Option("--all", help="Every design, also those without any chance.")
    ] = False,
    draws: DrawsOption = 200,
    seed: SeedOption = 0,
    output: FormatOption = Format.table,
) -> None:
    """List the designs of each route, and which is best when inputs cannot be had.

    Value: output for its cost, times the yield at the start over a ripe one, times what is left
    without the denied inputs. No simulation: nothing is bought elsewhere, nothing is learnt.
    """
    from chokegraph.cli.chip_print import NOTICE, printed_as_data
    from chokegraph.cli.data_print import console, grid
    from chokegraph.study.chip_routes_ask import ask_routes

    found = ask_routes(deny or (), product=product, draws=draws, seed=seed)
    table = found.table
    if printed_as_data(table, output.value):
        return
    screen = console()
    if found.denied:
        screen.print(f"Without {', '.join(found.denied)}")
    for item in table["product"].unique(maintain_order=True).to_list():
        own = table.filter(table["product"] == item).to_dicts()
        shown = own if every else own[:_MOST]
        names = ("value", "best in", "for its cost", "yield", "USD, ripe")
        rows = grid(item, *names, "lacks", right=names)
        for row in shown:
            spread = f"{row['merit']:.2f}\n{row['merit_low']:.2f}-{row['merit_high']:.2f}"
            cost = "-" if row["cost"] is None else f"{row['cost']:,.0f}"
            rows.add_row(
                f"{row['route']}\n{row['design'] or row['way']}",
                f"{row['value']:.2f}",
                f"{100 * row['best']:.0f}%",
                spread,
                f"{row['start_yield']:.2f}",
                cost,
                "\n".join(row["lacks"]),
            )
        screen.print(rows)
        if len(own) > len(shown):
            screen.print(f"and {len(own) - len(shown)} more; --all lists them")
    screen.print(f"Medians and 5 to 95 % of {found.draws} draws (seed {found.seed}). {NOTICE}")
