# SPDX-License-Identifier: Apache-2.0
"""`chokegraph coalitions`: who can deny a product, with whom, and how much each matters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chokegraph.cli.choices import By, Format, FormatOption, WorldOption


def coalitions_command(
    goal: Annotated[
        str,
        typer.Argument(
            help="A product, input:ID or route:ID; with --network the id of a node, or a product.",
            metavar="PRODUCT",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            help="Who is denied; its own suppliers never refuse. CN if not given; nobody: none. "
            "In a network: the country (owner) of the node.",
            metavar="COUNTRY",
        ),
    ] = None,
    world: WorldOption = "builtin",
    by: Annotated[
        By,
        typer.Option(help="Coalitions of countries, or of firms (owners, where a network says)."),
    ] = By.country,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Share of supply that denies an input; 0.75 if not given, in a network all.",
            min=0.01,
            max=1.0,
            metavar="FRACTION",
        ),
    ] = None,
    strict: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool,
        typer.Option("--strict", help="Only when no supplier is left is an input denied."),
    ] = False,
    tau: Annotated[
        float | None,
        typer.Option(
            help="Instead: coalitions that take at least this share of the product's capacity.",
            min=0.01,
            max=1.0,
            metavar="FRACTION",
        ),
    ] = None,
    members: Annotated[
        str | None,
        typer.Option(help="Only these may refuse; all others supply.", metavar="A,B,..."),
    ] = None,
    chance: Annotated[
        float | None,
        typer.Option(
            help="Also Birnbaum's index, if each refuses with this probability.",
            min=0.0,
            max=1.0,
            metavar="P",
        ),
    ] = None,
    network: Annotated[
        Path | None,
        typer.Option(
            "--network", help="Your own network: who sells what to whom.", metavar="EDGES"
        ),
    ] = None,
    nodes: Annotated[
        Path | None,
        typer.Option("--nodes", help="Its nodes, with countries and owners.", metavar="NODES"),
    ] = None,
    essentiality: Annotated[
        str,
        typer.Option(
            help="What its inputs are to buyers: a file, or auto, expert, essential.",
            metavar="FILE",
        ),
    ] = "auto",
    draws: Annotated[
        int | None,
        typer.Option(
            min=10,
            max=1_000_000,
            help="Random orders, where there is too much to count.",
            metavar="N",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.", metavar="N")] = 0,
    output: FormatOption = Format.table,
    sources: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--sources", help="List the sources of the shares.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Also write tables and the figure here.", metavar="DIR"),
    ] = None,
) -> None:
    """Who can deny a product: minimal coalitions, production plans, and the power of each member.

    The figure in --out shows the lattice of coalitions, with what each takes away.
    """
    from chokegraph.cli.coalitions_ask import Asked, answer
    from chokegraph.cli.coalitions_print import print_answer
    from chokegraph.cli.coalitions_write import write_answer
    from chokegraph.cli.writing import check_folder

    check_folder(out, title="coalitions")
    found = answer(
        Asked(
            goal=goal,
            target=target,
            world=world,
            by=by.value,
            threshold=threshold,
            strict=strict,
            tau=tau,
            members=members,
            chance=chance,
            network=network,
            nodes=nodes,
            essentiality=essentiality,
            draws=draws,
            seed=seed,
        )
    )
    print_answer(found, output.value, sources=sources)
    if out is not None:
        write_answer(found, out)
