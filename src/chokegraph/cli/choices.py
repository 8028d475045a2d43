# SPDX-License-Identifier: Apache-2.0
"""Choices that several commands offer in the same words."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class By(StrEnum):
    """What suppliers are, and coalitions are made of."""

    country = "country"
    firm = "firm"


class Format(StrEnum):
    """How an answer is printed."""

    table = "table"
    csv = "csv"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]
WorldOption = Annotated[
    str,
    typer.Option(
        "--world",
        help="The facts: builtin, builtin@YEAR, package:DIR[@YEAR] or eto:DIR[@YEAR].",
        metavar="WORLD",
    ),
]
