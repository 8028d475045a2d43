# SPDX-License-Identifier: Apache-2.0
"""The tables of this room: legal forms, codes of lists, patterns of printed texts, thresholds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chokegraph.world.own_tables import read_rows

_FOLDER = Path(__file__).parent / "tables"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of this room.

    Example:
        >>> table("lists")[0]["code"]
        'ENTITY_LIST'
    """
    return read_rows(_FOLDER / f"{name}.csv")


@cache
def threshold(name: str) -> float:
    """Return a threshold of the matching of names; the table says why it is what it is.

    Example:
        >>> 0.0 < threshold("near") <= 100.0
        True
    """
    return {row["quantity"]: float(row["value"]) for row in table("matching")}[name]
