# SPDX-License-Identifier: Apache-2.0
"""`chokegraph power`: what a target loses if a coalition withdraws what it supplies."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chokegraph.cli.choices import By, Format, FormatOption, WorldOption


class Horizon(StrEnum):
    """How far the target can adjust."""

    long = "long"
    short = "short"


class Thirds(StrEnum):
    """Whether third countries' suppliers still get what they need from the coalition."""

    free = "free"
    bound = "bound"


def power_command(
    target: Annotated[
        str, typer.Option(help="Who would be cut off, as a two-letter code.", metavar="COUNTRY")
    ] = "CN",
    coalition: Annotated[
        str,
        typer.Option(
            help="Who would refuse: country codes, with --by firm also firm ids.", metavar="A,B,..."
        ),
    ] = "US,JP,NL",
    product: Annotated[
        list[str] | None,
        typer.Option(
            help="A product, route:ID or input:ID; all products if not given.", metavar="ID"
        ),
    ] = None,
    horizon: Annotated[
        Horizon,
        typer.Option(help="long: everything is bought anew; short: other quantities are fixed."),
    ] = Horizon.long,
    cut: Annotated[
        float,
        typer.Option(
            help="The fraction of its supply that the coalition withdraws.",
            min=0.001,
            max=1.0,
            metavar="FRACTION",
        ),
    ] = 1.0,
    thirds: Annotated[
        Thirds,
        typer.Option(
            "--third-countries",
            help="bound: their suppliers lose what they need from the coalition as well.",
        ),
    ] = Thirds.free,
    by: Annotated[By, typer.Option(help="Suppliers by country or by firm.")] = By.country,
    draws: Annotated[
        int,
        typer.Option(
            min=0,
            max=20_000,
            help="Draws of shares and elasticities; 0: figures only.",
            metavar="N",
        ),
    ] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.", metavar="N")] = 0,
    assume: Annotated[
        list[str] | None,
        typer.Option(
            help="A parameter to replace: a value or a range, as suppliers=3 or inputs=0.05:0.3.",
            metavar="NAME=VALUE",
        ),
    ] = None,
    world: WorldOption = "builtin",
    network: Annotated[
        Path | None,
        typer.Option(help="Your own network: who sells what to whom.", metavar="EDGES"),
    ] = None,
    nodes: Annotated[
        Path | None, typer.Option(help="Its nodes, with countries.", metavar="NODES")
    ] = None,
    essentiality: Annotated[
        str,
        typer.Option(
            help="Its essentiality: a file, or auto, expert, essential ...", metavar="WHICH"
        ),
    ] = "auto",
    top: Annotated[
        int, typer.Option(help="How many inputs to print; 0 prints all.", min=0, metavar="N")
    ] = 12,
    sources: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--sources", help="List the sources of the inputs shown.")
    ] = False,
    output: FormatOption = Format.table,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Also write tables, JSON and figures to a new folder.", metavar="DIR"
        ),
    ] = None,
) -> None:
    """What a target loses if a coalition withdraws what it supplies, and what drives it."""
    members = tuple(dict.fromkeys(part.strip() for part in coalition.split(",") if part.strip()))
    if by is By.country:
        members = tuple(part.upper() for part in members)
    if network is not None or nodes is not None:
        from chokegraph.cli.power_network import NetworkAsked, run_network

        asked = NetworkAsked(
            network,
            nodes,
            essentiality,
            target.upper(),
            members,
            horizon.value,
            cut,
            draws,
            seed,
            tuple(assume or ()),
            tuple(product or ()),
            by.value,
        )
        run_network(asked, output.value, out, top)
        return
    from chokegraph.chain.power import power
    from chokegraph.chain.power.parameters import read_assumptions
    from chokegraph.chain.power.show import power_csv, power_json
    from chokegraph.chain.power.terminal import answer_view
    from chokegraph.chain.terminal import print_renderable
    from chokegraph.cli.power_write import write_answer
    from chokegraph.cli.progress import watched
    from chokegraph.cli.writing import check_folder
    from chokegraph.world import load_world

    check_folder(out, title="power")
    assumptions = read_assumptions(assume or ())
    facts = load_world(world)
    with watched() as (report, _):
        answer = power(
            facts,
            target.upper(),
            members,
            products=product or None,
            horizon=horizon.value,
            cut=cut,
            thirds=thirds.value,
            by=by.value,
            draws=draws,
            seed=seed,
            assumptions=assumptions,
            progress=lambda done, of: report("products", done, of),
        )
    if out is not None:
        write_answer(answer, facts, out)
    if output is Format.csv:
        typer.echo(power_csv(answer, world=facts), nl=False)
    elif output is Format.json:
        typer.echo(power_json(answer, world=facts))
    else:
        print_renderable(answer_view(answer, world=facts, top=top, sources=sources))
