# SPDX-License-Identifier: Apache-2.0
"""`chokegraph map`: who makes each input, and which smallest coalition can deny it."""

from __future__ import annotations

from typing import Annotated

import typer

from chokegraph.cli.choices import By, Format, FormatOption, WorldOption


def map_command(
    target: Annotated[
        str, typer.Option(help="The country controlled, as a two-letter code.", metavar="COUNTRY")
    ] = "CN",
    year: Annotated[
        int | None,
        typer.Option(help="The year of the facts; the latest if not given.", metavar="YEAR"),
    ] = None,
    coalition: Annotated[
        str,
        typer.Option(
            help="Who takes part: country codes, with --by firm also firm ids.", metavar="A,B,..."
        ),
    ] = "US,JP,NL",
    by: Annotated[By, typer.Option(help="Shares and deniers by country or by firm.")] = By.country,
    world: WorldOption = "builtin",
    output: FormatOption = Format.table,
    sources: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--sources", help="List the sources of the rows shown.")
    ] = False,
    top: Annotated[
        int, typer.Option(help="How many inputs to print; 0 prints all.", min=0, metavar="N")
    ] = 25,
    input_id: Annotated[
        str | None,
        typer.Option("--input", help="Show one input in full, with its sources.", metavar="ID"),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Share of supply that denies an input; 0.75 if not given.",
            min=0.01,
            max=1.0,
            metavar="FRACTION",
        ),
    ] = None,
) -> None:
    """Who makes each input, how concentrated it is, and who can deny it."""
    from chokegraph.chain import chokepoint_table, input_sheet
    from chokegraph.chain.show import as_csv, as_json, sheet_json
    from chokegraph.chain.terminal import print_renderable, sheet_view, table_view
    from chokegraph.world import load_world

    facts = load_world(world, year)
    members = tuple(dict.fromkeys(part.strip() for part in coalition.split(",") if part.strip()))
    if by is By.country:
        members = tuple(part.upper() for part in members)
    target = target.upper()
    if input_id is not None:
        sheet = input_sheet(
            facts, input_id, target=target, coalition=members, by=by.value, threshold=threshold
        )
        if output is Format.table:
            print_renderable(sheet_view(sheet, world=facts, target=target))
            return
        if output is Format.json:
            typer.echo(sheet_json(sheet, world=facts))
            return
    table = chokepoint_table(
        facts, target=target, coalition=members, by=by.value, threshold=threshold
    )
    if input_id is not None:
        table = table.only(input_id)
    shown = None if top == 0 or input_id is not None else top
    if output is Format.csv:
        typer.echo(as_csv(table, world=facts, top=shown), nl=False)
    elif output is Format.json:
        typer.echo(as_json(table, world=facts, top=shown))
    else:
        print_renderable(table_view(table, world=facts, top=shown, sources=sources))
