# SPDX-License-Identifier: Apache-2.0
"""Options that the commands of `chokegraph chip` share."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]
DayOption = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="The day whose law is asked; today if not given."
    ),
]
FigureOption = Annotated[
    Path | None, typer.Option("--figure", help="Also draw it, as SVG.", metavar="FILE.svg")
]
DrawsOption = Annotated[
    int, typer.Option("--draws", min=1, max=100_000, help="Draws of the uncertain figures.")
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Their seed.")]


def day_of(as_of: datetime | None) -> date:
    """Return the day given, or today."""
    return as_of.date() if as_of else date.today()
