# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip search` and `chip frontier`: the best chip that can be had, and all the best."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chokegraph.cli.chip_options import (
    AllowOption,
    BudgetOption,
    DayOption,
    FigureOption,
    ForbidOption,
    IoOption,
    LeastOption,
    MarketedOption,
    MostOption,
    SeedOption,
    UncaughtOption,
    VolumeOption,
    WafersOption,
    WithoutEuvOption,
    day_of,
)
from chokegraph.cli.choices import Format, FormatOption

if TYPE_CHECKING:
    from datetime import date

    from chokegraph.study.chip_asking import Asked


class Show(StrEnum):
    """What of a frontier is printed."""

    designs = "designs"
    controls = "controls"


def search_command(
    allow: AllowOption = None,
    forbid: ForbidOption = None,
    budget: BudgetOption = None,
    objective: Annotated[
        str,
        typer.Option(
            "--objective",
            help="What is best: tpp, cost, cost_per_tpp, memory_bound ...",
            metavar="QUANTITY",
        ),
    ] = "tpp",
    at_least: LeastOption = None,
    at_most: MostOption = None,
    volume: VolumeOption = None,
    wafers: WafersOption = None,
    without_euv: WithoutEuvOption = False,  # noqa: FBT002 - a keyword on the command line
    uncaught: UncaughtOption = False,  # noqa: FBT002
    marketed_datacentre: MarketedOption = True,  # noqa: FBT002
    io: IoOption = None,
    draws: Annotated[
        int,
        typer.Option(
            "--draws",
            min=0,
            max=10_000,
            help="Draws over which the best are evaluated; 0: none.",
            metavar="N",
        ),
    ] = 0,
    seed: SeedOption = 0,
    as_of: DayOption = None,
    figure: FigureOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Search for the best chip: nodes, packages, memories, dies, areas and clocks, all at once.

    Prints the best design of each of the best families. Where nothing meets the request, says
    which restrictions are in the way. The figure shows the best within each budget with and
    without each control: those of --forbid and --uncaught, or the usual ones.
    """
    from chokegraph.cli.chip_lists import print_search
    from chokegraph.cli.chip_print import check_figure
    from chokegraph.study.chip_asking import Asked, find_best

    check_figure(figure)
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
    if figure is not None:
        _draw(asked, day_of(as_of), figure)


def frontier_command(
    allow: AllowOption = None,
    forbid: ForbidOption = None,
    budget: BudgetOption = None,
    objectives: Annotated[
        list[str] | None,
        typer.Option(
            "--objective",
            help="A quantity that counts; may be given several times. Cost, power, TPP and memory "
            "bandwidth if not given.",
            metavar="QUANTITY",
        ),
    ] = None,
    at_least: LeastOption = None,
    at_most: MostOption = None,
    volume: VolumeOption = None,
    wafers: WafersOption = None,
    without_euv: WithoutEuvOption = False,  # noqa: FBT002 - a keyword on the command line
    uncaught: UncaughtOption = False,  # noqa: FBT002
    marketed_datacentre: MarketedOption = True,  # noqa: FBT002
    io: IoOption = None,
    show: Annotated[
        Show,
        typer.Option(
            "--show",
            help="designs: those that no other beats; controls: what each control leaves of the "
            "best within a budget.",
        ),
    ] = Show.designs,
    seed: SeedOption = 0,
    as_of: DayOption = None,
    figure: FigureOption = None,
    output: FormatOption = Format.table,
) -> None:
    """List the designs that no other beats in all that counts, or what each control takes away.

    With --show controls, and in the figure, each --forbid and --uncaught is a control of its own,
    compared with none; without any, the usual ones are.
    """
    from chokegraph.cli.chip_frontier import print_controls, print_frontier
    from chokegraph.cli.chip_print import check_figure
    from chokegraph.study.chip_asking import Asked
    from chokegraph.study.chip_controls import compare_controls, find_frontier

    check_figure(figure)
    asked = Asked(
        allow=allow or (),
        forbid=forbid or (),
        budget=budget,
        at_least=at_least or (),
        at_most=at_most or (),
        volume=volume,
        wafers=wafers,
        without_euv=without_euv,
        uncaught=uncaught,
        datacentre=marketed_datacentre,
        transfer=io,
        seed=seed,
    )
    on = day_of(as_of)
    if show is Show.controls:
        print_controls(compare_controls(asked, on), output.value)
    else:
        print_frontier(find_frontier(asked, on, objectives or ()), output.value)
    if figure is not None:
        _draw(asked, on, figure)


def _draw(asked: Asked, on: date, figure: Path) -> None:
    from chokegraph.cli.chip_print import print_drawn
    from chokegraph.report.chip_figures import draw_frontiers
    from chokegraph.study.chip_controls import compare_controls

    print_drawn(draw_frontiers(compare_controls(asked, on)), figure)
