# SPDX-License-Identifier: Apache-2.0
"""The small tables that come with the code; tests check them, so they are read as they stand."""

from __future__ import annotations

import csv
from pathlib import Path


def read_rows(path: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of our own.

    Tables that users bring are read by `chokegraph.world.reading`, which reports mistakes.

    Example:
        >>> read_rows(Path(__file__).parent / "eto" / "rules.csv")[0]["name"]
        'share_accuracy'
    """
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
