# SPDX-License-Identifier: Apache-2.0
"""Licence policies, and the fraction of the trade that each lets through.

A table, not code: `licence_policies.csv` beside the other facts. The fractions are assumptions with
wide ranges unless their row cites a figure.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class LicencePolicy:
    """A licence policy and the approved fraction of the trade, as a triangular distribution.

    Args:
        policy: Its name.
        low: Lowest approved fraction.
        mode: Most likely approved fraction.
        high: Highest approved fraction.
        source_id: Where the figures come from.
        grade: How good they are.
        note: What they rest on.
    """

    policy: str
    low: float
    mode: float
    high: float
    source_id: str
    grade: str
    note: str


@cache
def load_licence_policies() -> dict[str, LicencePolicy]:
    """Read the table of licence policies.

    Example:
        >>> load_licence_policies()["presumption-of-denial"].high < 0.5
        True
    """
    path = files("chokegraph.world") / "facts" / "licence_policies.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {
        row["policy"]: LicencePolicy(
            policy=row["policy"],
            low=float(row["low"]),
            mode=float(row["mode"]),
            high=float(row["high"]),
            source_id=row["source_id"],
            grade=row["grade"],
            note=row["note"],
        )
        for row in rows
    }
