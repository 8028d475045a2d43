# SPDX-License-Identifier: Apache-2.0
"""`chokegraph cascade`: what stops when firms, countries, inputs or links fail."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chokegraph.cli.choices import Format, FormatOption


class Mode(StrEnum):
    """Which rule stops the cascade."""

    reference = "reference"
    converged = "converged"


class By(StrEnum):
    """What losses and knock-outs are grouped by."""

    firm = "firm"
    country = "country"
    owner = "owner"
    sector = "sector"


def cascade_command(
    network: Annotated[
        str,
        typer.Argument(
            help="An edge list (CSV or Parquet), or builtin, builtin@YEAR, package:DIR, eto:DIR.",
            metavar="NETWORK",
        ),
    ],
    nodes: Annotated[
        Path | None,
        typer.Option(
            help="The node table: id, name, country, sector, owner, sales.", metavar="FILE"
        ),
    ] = None,
    essentiality: Annotated[
        str,
        typer.Option(
            help="What inputs are to buyers: a file, or auto, expert, essential, non-essential.",
            metavar="FILE",
        ),
    ] = "auto",
    shock: Annotated[
        list[str] | None,
        typer.Option(
            "--shock",
            help="One scenario: firm:ID, country:JP, sector:S, owner:O, input:P, edge:A->B, "
            "flow:JP->CN/P; =0.5 for a part; + joins. May be given several times.",
            metavar="WORDS",
        ),
    ] = None,
    cuts: Annotated[
        Path | None,
        typer.Option(help="A file of cuts: who, to whom, what, which fraction.", metavar="FILE"),
    ] = None,
    control: Annotated[
        Path | None,
        typer.Option(
            help="A scenario of `run`: its controls cut the links, on the day they bite most.",
            metavar="FILE.yaml",
        ),
    ] = None,
    quarter: Annotated[
        str | None,
        typer.Option(
            help="The quarter of --control, such as 2027Q1; the one in which most is cut.",
            metavar="QUARTER",
        ),
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="The published updates and stop, or on to the limit with an error bound."
        ),
    ] = Mode.reference,
    every: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--all", help="Rank all suppliers, or groups with --by, by their risk.")
    ] = False,
    by: Annotated[
        By, typer.Option(help="Losses by firm, country, owner or sector; groups for --all.")
    ] = By.firm,
    explain: Annotated[
        str | None,
        typer.Option(help="Why this node loses what it loses, step by step.", metavar="NODE"),
    ] = None,
    market_shares: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option(help="Whether others in a market take over lost sales.")
    ] = True,
    reuse_cap: Annotated[
        float | None,
        typer.Option(
            help="The largest part of a lost input that can be bought from others.",
            min=0,
            max=1,
            metavar="FRACTION",
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Also show the loss after each step, up to this one.", min=1, metavar="N"
        ),
    ] = None,
    stock: Annotated[
        str,
        typer.Option(
            help="Stock of inputs in steps of full use: a number, or a file of products; delays "
            "the losses over --steps.",
            metavar="STEPS|FILE",
        ),
    ] = "",
    year: Annotated[
        int | None,
        typer.Option(help="The year to read, where an edge list has several.", metavar="YEAR"),
    ] = None,
    unit: Annotated[
        str, typer.Option(help="Unit of the values, where the file does not say.", metavar="UNIT")
    ] = "",
    target: Annotated[
        str | None,
        typer.Option(
            help="Of a built-in or imported world: whose purchases stand apart.", metavar="COUNTRY"
        ),
    ] = None,
    top: Annotated[
        int, typer.Option(help="How many rows of a table to print.", min=1, metavar="N")
    ] = 10,
    check: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--check", help="Only read the network and say what is odd about it.")
    ] = False,
    output: FormatOption = Format.table,
    out: Annotated[
        Path | None,
        typer.Option(help="Also write tables, a graph and figures here.", metavar="DIR"),
    ] = None,
) -> None:
    """What stops downstream and upstream when suppliers, inputs or links fail, and how much.

    What was found about the network comes first. Without a product or sectors in the files nothing
    stands in for anything. Not a forecast.
    """
    from chokegraph.chain.cascade import Settings
    from chokegraph.cli.cascade_print import print_answer, print_checked
    from chokegraph.cli.cascade_tables import Printed
    from chokegraph.cli.cascade_work import answer, load_network, stocks_of
    from chokegraph.report.cascade_files import check_folder, write_cascade

    if out is not None:
        check_folder(out)
    found, report, suppliers = load_network(
        network, nodes, essentiality, year=year, unit=unit, target=target, control=control
    )
    shown = Printed(network, top=top, by=by.value, explain=explain)
    print_checked(found, report, shown, quiet=output is not Format.table)
    if check:
        return
    settings = Settings(
        mode=mode.value,
        market_shares=market_shares,
        reuse_cap=reuse_cap,
        steps=steps,
        inventories=stocks_of(found, stock, steps),
    )
    done = answer(
        found,
        shocks=shock or (),
        cuts=cuts,
        control=control,
        quarter=quarter,
        settings=settings,
        every=every,
        by=by.value,
        explain=explain,
        suppliers=suppliers,
    )
    print_answer(done, report, shown, output.value)
    if out is not None:
        write_cascade(done, report, out)
        typer.echo(f"Written to {out}", err=True)
