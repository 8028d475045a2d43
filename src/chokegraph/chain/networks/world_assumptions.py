# SPDX-License-Identifier: Apache-2.0
"""What a network of a world assumes where the facts say nothing: data, with a range and a grade."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib.resources import files

from chokegraph.world.model import Estimate


def assumed(name: str) -> float:
    """Return the value of an assumption.

    Raises:
        ValueError: If it has none: what is not known is no number.

    Example:
        >>> 0.0 < assumed("purchases_over_sales") < 1.0
        True
    """
    value = assumptions()[name].value
    if value is None:
        message = f"the assumption {name} has no value"
        raise ValueError(message)
    return value


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
