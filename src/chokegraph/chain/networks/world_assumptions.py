# SPDX-License-Identifier: Apache-2.0
"""What a network of a world assumes where the facts say nothing: data, with a range and a grade."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from chokegraph.world.model import Estimate


@cache
def assumptions() -> dict[str, Estimate]:
    """Return the assumptions by name: those of the facts, and that of this room.

    Example:
        >>> assumptions()["purchases_over_sales"].grade
        'X'
    """
    places = (
        files("chokegraph.world") / "facts" / "assumptions.csv",
        files("chokegraph.chain.networks") / "world_assumptions.csv",
    )
    return {
        row["name"]: Estimate(
            float(row["value"]),
            float(row["low"]),
            float(row["high"]),
            unit=row["unit"],
            grade=row["grade"],
        )
        for place in places
        for row in csv.DictReader(io.StringIO(place.read_text(encoding="utf-8")))
    }
