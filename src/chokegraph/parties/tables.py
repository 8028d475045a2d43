# SPDX-License-Identifier: Apache-2.0
"""The tables of this room: legal forms, codes of lists, patterns of printed texts."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of this room.

    Example:
        >>> table("lists")[0]["code"]
        'ENTITY_LIST'
    """
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
