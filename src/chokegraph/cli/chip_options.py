# SPDX-License-Identifier: Apache-2.0
"""Options that the commands of `chokegraph chip` share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        help="The day whose law is asked; today if not given.",
        metavar="DATE",
    ),
]
FigureOption = Annotated[
    Path | None, typer.Option("--figure", help="Also draw it, as SVG.", metavar="FILE.svg")
]
DrawsOption = Annotated[
    int,
    typer.Option(
        "--draws", min=1, max=100_000, help="Draws of the uncertain figures.", metavar="N"
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Seed of the random numbers.", metavar="N")
]


# -- what a search is asked ----------------------------------------------------------------------

AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow",
        help="A node, package or memory that may be used; of a group without any, all may.",
        metavar="ID",
    ),
]
ForbidOption = Annotated[
    list[str] | None,
    typer.Option(
        "--forbid",
        help="A node, package or memory, or an input, a class or a family of inputs (hbm, "
        "euv-lithography), that cannot be had.",
        metavar="ID",
    ),
]
BudgetOption = Annotated[
    float | None,
    typer.Option("--budget", min=0, help="Most that a good package may cost, USD.", metavar="N"),
]
LeastOption = Annotated[
    list[str] | None,
    typer.Option("--at-least", help="A quantity and its least.", metavar="tpp=4000"),
]
MostOption = Annotated[
    list[str] | None,
    typer.Option("--at-most", help="A quantity and its most.", metavar="power=700"),
]
VolumeOption = Annotated[
    float | None,
    typer.Option(
        "--volume", min=1, help="Packages over which one-off costs are spread.", metavar="N"
    ),
]
WafersOption = Annotated[
    float | None,
    typer.Option("--wafers", min=0, help="Wafers that can be had for them.", metavar="N"),
]
WithoutEuvOption = Annotated[
    bool, typer.Option("--without-euv", help="Nodes may be made with several immersion exposures.")
]
UncaughtOption = Annotated[
    bool, typer.Option("--uncaught", help="Only designs that the rule of the day does not catch.")
]
MarketedOption = Annotated[
    bool,
    typer.Option(
        "--marketed-datacentre/--not-marketed-datacentre",
        help="Whether the designs are marketed for data centres.",
    ),
]
IoOption = Annotated[
    float | None,
    typer.Option("--io", min=0, help="All inputs and outputs but memory, GB/s.", metavar="N"),
]


def day_of(as_of: datetime | None) -> date:
    """Return the day given, or today."""
    return as_of.date() if as_of else date.today()
