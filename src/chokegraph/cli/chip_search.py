# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip search`: the best chip that can be had."""

from __future__ import annotations

from typing import Annotated

import typer

from chokegraph.cli.chip_options import DayOption, Format, FormatOption, SeedOption, day_of


def search_command(
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            help="A node, package or memory that may be used; of a group without any, all may.",
            metavar="ID",
        ),
    ] = None,
    forbid: Annotated[
        list[str] | None,
        typer.Option(
            "--forbid",
            help="A node, package or memory, or an input such as hbm, that cannot be had.",
            metavar="ID",
        ),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option("--budget", min=0, help="Most that a good package may cost, USD."),
    ] = None,
    objective: Annotated[
        str,
        typer.Option("--objective", help="What is best: tpp, cost, cost_per_tpp, memory_bound ..."),
    ] = "tpp",
    at_least: Annotated[
        list[str] | None,
        typer.Option("--at-least", help="A quantity and its least.", metavar="tpp=4000"),
    ] = None,
    at_most: Annotated[
        list[str] | None,
        typer.Option("--at-most", help="A quantity and its most.", metavar="power=700"),
    ] = None,
    volume: Annotated[
        float | None,
        typer.Option("--volume", min=1, help="Packages over which one-off costs are spread."),
    ] = None,
    wafers: Annotated[
        float | None, typer.Option("--wafers", min=0, help="Wafers that can be had for them.")
    ] = None,
    without_euv: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool,
        typer.Option("--without-euv", help="Nodes may be made with several immersion exposures."),
    ] = False,
    uncaught: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool,
        typer.Option("--uncaught", help="Only designs that the rule of the day does not catch."),
    ] = False,
    marketed_datacentre: Annotated[  # noqa: FBT002 - typer options are keywords
        bool,
        typer.Option(
            "--marketed-datacentre/--not-marketed-datacentre",
            help="Whether the designs are marketed for data centres.",
        ),
    ] = True,
    io: Annotated[
        float | None,
        typer.Option("--io", min=0, help="All inputs and outputs but memory, GB/s.", metavar="N"),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws", min=0, max=10_000, help="Draws over which the best are evaluated; 0: none."
        ),
    ] = 0,
    seed: SeedOption = 0,
    as_of: DayOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Search for the best chip: nodes, packages, memories, dies, areas and clocks, all at once.

    Prints the best design of each of the best families. Where nothing meets the request, says
    which restrictions are in the way.
    """
    from chokegraph.cli.chip_lists import print_search
    from chokegraph.study.chip_asking import Asked, find_best

    asked = Asked(
        allow=allow or (),
        forbid=forbid or (),
        objective=objective,
        budget=budget,
        at_least=at_least or (),
        at_most=at_most or (),
        volume=volume,
        wafers=wafers,
        without_euv=without_euv,
        uncaught=uncaught,
        datacentre=marketed_datacentre,
        transfer=io,
        draws=draws,
        seed=seed,
    )
    print_search(find_best(asked, day_of(as_of)), output.value)
