# SPDX-License-Identifier: Apache-2.0
"""Licence policies, and the fraction of the trade that each lets through.

A table, not code: `licence_policies.csv` beside the other facts. The fractions are assumptions with
wide ranges; the rows say what they rest on.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class LicencePolicy:
    """A licence policy and the distribution of the approved fraction of the trade.

    Args:
        policy: Its name.
        dist: A distribution, as in the table of priors.
        a: Its first parameter.
        b: Its second parameter; 0 where there is only one.
        low: Its 5 % quantile.
        high: Its 95 % quantile.
        source_id: Where the figures come from.
        locator: Where in the source.
        grade: How good they are.
        note: What they rest on.
    """

    policy: str
    dist: str
    a: float
    b: float
    low: float
    high: float
    source_id: str
    locator: str
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
            dist=row["dist"],
            a=float(row["a"]),
            b=float(row["b"] or 0),
            low=float(row["low"]),
            high=float(row["high"]),
            source_id=row["source_id"],
            locator=row["locator"],
            grade=row["grade"],
            note=row["note"],
        )
        for row in rows
    }
