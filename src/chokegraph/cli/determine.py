# SPDX-License-Identifier: Apache-2.0
"""`chokegraph determine`: is this shipment caught, by which rule, and what would change it?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Blank(StrEnum):
    """What a blank cell means."""

    unknown = "unknown"
    not_so = "not-so"


class Output(StrEnum):
    """How what is printed looks."""

    table = "table"
    csv = "csv"
    json = "json"


def determine_command(
    file: Annotated[
        Path, typer.Argument(help="Transactions: a .csv or .parquet file.", metavar="FILE")
    ],
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], help="The day for rows without one.", metavar="DATE"
        ),
    ] = None,
    lists: Annotated[
        list[Path] | None,
        typer.Option(
            help="A list of parties from your own download; may be given several times.",
            metavar="FILE",
        ),
    ] = None,
    bom: Annotated[
        Path | None,
        typer.Option(help="Bills of materials: US content is worked out.", metavar="FILE"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the decisions: .csv or .parquet.", metavar="FILE"),
    ] = None,
    explain: Annotated[
        int | None,
        typer.Option(
            help="Explain one row, counted from 1 behind the header.", min=1, metavar="ROW"
        ),
    ] = None,
    blank: Annotated[
        Blank,
        typer.Option(help="A fact that a row does not give is unknown, or not so."),
    ] = Blank.unknown,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            help="Taken where a row says nothing, such as us_person=no; may be given several "
            "times.",
            metavar="FACT=VALUE",
        ),
    ] = None,
    law_known_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The law as published by a day.", metavar="DATE"),
    ] = None,
    regime: Annotated[
        str | None,
        typer.Option(
            help="States whose law is asked: us, nl, jp, cn, divided by commas; all if not given.",
            metavar="STATES",
        ),
    ] = None,
    output: Annotated[
        Output, typer.Option("--format", help="How to print what goes to the screen.")
    ] = Output.table,
) -> None:
    """Decide a file of transactions: is a licence needed, by which rule, with which policy?

    Only a few columns are needed: the item (eccn or parameters), destination, origin or
    exporter_country, and a date. What a row does not say is unknown, and named where it matters.
    Press Ctrl-C once to stop early: what is finished is kept. Ends with 1 if rows were rejected.
    """
    from chokegraph.cli import determine_print as screen
    from chokegraph.study.determining import Request, prepare

    job = prepare(
        Request(
            as_of=as_of.date() if as_of else None,
            lists=tuple(lists or ()),
            bom=bom,
            not_so=blank is Blank.not_so,
            assume=tuple(assume or ()),
            law_known_on=law_known_on.date() if law_known_on else None,
            regimes=tuple(part.strip() for part in regime.split(",")) if regime is not None else (),
        )
    )
    if explain is not None:
        screen.print_explanation(job, file, explain, output.value)
        return
    outcome = screen.run(job, file, out, output.value)
    if outcome.rejected:
        raise typer.Exit(1)
