# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip`: what a design costs, what can be built, and whether it is caught."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chokegraph.cli.chip_carbide import carbide_command
from chokegraph.cli.chip_options import (
    DayOption,
    DrawsOption,
    FigureOption,
    SeedOption,
    day_of,
)
from chokegraph.cli.chip_routes import routes_command
from chokegraph.cli.chip_search import frontier_command, search_command
from chokegraph.cli.choices import Format, FormatOption

chip_app = typer.Typer(
    name="chip",
    help="Chips: cost, yield, performance, and status under each version of the rule. "
    "Not legal advice.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@chip_app.command("cost")
def cost_command(
    files: Annotated[list[Path], typer.Argument(help="Designs, as YAML.", metavar="DESIGN.yaml")],
    as_of: DayOption = None,
    draws: DrawsOption = 1000,
    seed: SeedOption = 0,
    everything: Annotated[  # noqa: FBT002 - typer options are keywords on the command line
        bool, typer.Option("--all", help="Every quantity, also in the table.")
    ] = False,
    figure: FigureOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Cost a design: by part, with yields, performance, power, limits and control status.

    Intervals are the 5 and 95 % points over draws of the uncertain figures. The figure shows the
    cost when the first kind of die is divided into 1 to 16 equal dies.
    """
    from chokegraph.chip.catalogue import load_catalogue
    from chokegraph.cli.chip_print import check_figure, print_costings, print_drawn
    from chokegraph.errors import FindingsError
    from chokegraph.study.chip_costing import cost_design, load_designs

    check_figure(figure)
    designs, findings = load_designs(files)
    if findings:
        raise FindingsError(findings, title="chip cost")
    catalogue = load_catalogue()
    found = [
        cost_design(one, on=day_of(as_of), draws=draws, seed=seed, catalogue=catalogue)
        for one in designs
    ]
    print_costings(found, output.value, everything=everything)
    if figure is not None:
        from chokegraph.report.chip_figures import draw_chiplets
        from chokegraph.study.chip_curves import CHIPLETS, chiplet_curve

        curves = [
            (one.name, chiplet_curve(one, CHIPLETS, draws=draws, seed=seed)) for one in designs
        ]
        print_drawn(draw_chiplets(curves), figure)


@chip_app.command("classify")
def classify_command(
    name: Annotated[
        str, typer.Option("--name", help="A real part, by its name or id.", metavar="PART")
    ] = "",
    tpp: Annotated[
        float | None,
        typer.Option(
            "--tpp",
            min=0,
            help="Total processing performance, TOPS times bits, dense.",
            metavar="N",
        ),
    ] = None,
    die_mm2: Annotated[
        float | None,
        typer.Option(
            "--die-mm2",
            min=0,
            help="Applicable die area, mm2: dies with non-planar transistors; 0 if none.",
            metavar="N",
        ),
    ] = None,
    io: Annotated[
        float | None,
        typer.Option(
            "--io", min=0, help="All inputs and outputs but memory, both ways, GB/s.", metavar="N"
        ),
    ] = None,
    bandwidth: Annotated[
        float | None,
        typer.Option("--bandwidth", min=0, help="Bandwidth of its DRAM, GB/s.", metavar="N"),
    ] = None,
    marketed_datacentre: Annotated[
        bool | None,
        typer.Option(
            "--marketed-datacentre/--not-marketed-datacentre",
            help="Designed or marketed for data centres; unknown if not given.",
        ),
    ] = None,
    as_of: DayOption = None,
    figure: FigureOption = None,
    output: FormatOption = Format.table,
) -> None:
    """Say whether a part is caught, under each version of the rule and on a day, and why.

    Give a real part's name, or its figures. What is not given is unknown, never "no"; a figure
    beside a name replaces that of the part.
    """
    from chokegraph.cli.chip_print import check_figure, print_classified, print_drawn
    from chokegraph.study.chip_classify import Given, classify

    check_figure(figure)
    given = Given(name, tpp, die_mm2, io, bandwidth, marketed_datacentre)
    found = classify(given, day_of(as_of))
    print_classified(found, output.value)
    if figure is not None:
        from chokegraph.report.chip_figures import draw_map
        from chokegraph.study.chip_classify import map_data

        print_drawn(draw_map(map_data(day_of(as_of), extra=found)), figure)


@chip_app.command("nodes")
def nodes_command(
    as_of: DayOption = None,
    figure: FigureOption = None,
    area: Annotated[
        float, typer.Option("--area", min=1, help="Die area in the figure, mm2.", metavar="MM2")
    ] = 300.0,
    node: Annotated[
        list[str] | None,
        typer.Option(
            "--node", help="A node in the figure; may be given several times.", metavar="NODE"
        ),
    ] = None,
    output: FormatOption = Format.table,
) -> None:
    """List the nodes: wafer price, defects, density, and whether logic there is advanced-node.

    The figure shows the yield of a die against additional passes through a scanner: what it costs
    in yield to make EUV layers with several exposures.
    """
    from chokegraph.cli.chip_lists import print_group
    from chokegraph.cli.chip_print import check_figure, print_drawn
    from chokegraph.study.chip_tables import group_frame

    check_figure(figure)
    print_group("nodes", group_frame("nodes", on=day_of(as_of)), output.value)
    if figure is not None:
        from chokegraph.report.chip_figures import draw_passes
        from chokegraph.study.chip_curves import PASSES, checked_nodes, passes_curve

        frame = passes_curve(checked_nodes(node), area, PASSES)
        print_drawn(draw_passes(frame, area), figure)


@chip_app.command("packages")
def packages_command(as_of: DayOption = None, output: FormatOption = Format.table) -> None:
    """List the ways to put dies together: bandwidth, energy, carrier cost, bond yield, needs."""
    from chokegraph.cli.chip_lists import print_group
    from chokegraph.study.chip_tables import group_frame

    print_group("packages", group_frame("packages", on=day_of(as_of)), output.value)


@chip_app.command("memories")
def memories_command(as_of: DayOption = None, output: FormatOption = Format.table) -> None:
    """List the memories: bandwidth, its density, cost, and whether the stack itself is caught."""
    from chokegraph.cli.chip_lists import print_group
    from chokegraph.study.chip_tables import group_frame

    print_group("memories", group_frame("memories", on=day_of(as_of)), output.value)


@chip_app.command("memory-nodes")
def memory_nodes_command(as_of: DayOption = None, output: FormatOption = Format.table) -> None:
    """List generations of NAND and DRAM, and whether each text of the rule has them as advanced."""
    from chokegraph.cli.chip_lists import print_memory_nodes
    from chokegraph.study.chip_memory_nodes import memory_nodes_frame

    print_memory_nodes(memory_nodes_frame(on=day_of(as_of)), output.value)


@chip_app.command("table")
def table_command(
    as_of: DayOption = None,
    figure: FigureOption = None,
    output: FormatOption = Format.table,
) -> None:
    """List real accelerators with their status under each version of the rule.

    The figure is a map of TPP against die area, with the largest TPP that is not caught.
    """
    from chokegraph.cli.chip_lists import print_parts
    from chokegraph.cli.chip_print import check_figure, print_drawn
    from chokegraph.study.chip_tables import parts_frame

    check_figure(figure)
    print_parts(parts_frame(on=day_of(as_of)), output.value)
    if figure is not None:
        from chokegraph.report.chip_figures import draw_map
        from chokegraph.study.chip_classify import map_data

        print_drawn(draw_map(map_data(day_of(as_of))), figure)


chip_app.command("search")(search_command)
chip_app.command("frontier")(frontier_command)
chip_app.command("carbide")(carbide_command)
chip_app.command("routes")(routes_command)
