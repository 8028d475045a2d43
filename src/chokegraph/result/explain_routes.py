# SPDX-License-Identifier: Apache-2.0
"""From an outcome of a product or route to the designs behind it, and to their sources."""

from __future__ import annotations

from typing import Any

from chokegraph.result.core import Result

Row = dict[str, Any]

MOST = 10
_FIGURES = (
    "defect_density", "wafer_price", "throughput_density", "logic_density", "bond_yield",
    "memory_bandwidth", "memory_cost", "carrier_cost", "chip_fraction",
)  # fmt: skip
"""What a reader wants to see first of the figures behind a design."""


def routes_behind(result: Result, row: Row) -> tuple[Row, ...]:
    """Return rows of the table of routes that an outcome rests on.

    Args:
        result: The result.
        row: The outcome's row of the headline table.

    Returns:
        For an outcome of a product, the ways of all its routes, those that make most first; for one
        of a route, its own; none for other outcomes.
    """
    item = row["item"]
    rows = [one for one in result.routes.to_dicts() if item in (one["product"], one["route"])]
    return tuple(sorted(rows, key=lambda one: (-one["share_scenario"], -one["merit_median"])))


def figures_behind(result: Result, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the statements that the designs gone in the scenario rest on.

    Args:
        result: The result.
        rows: Ways, as `routes_behind` gives them.

    Returns:
        Rows of the evidence, the figures of the first ways first: defects, prices, throughput.
    """
    gone = [one for one in rows if one["share_scenario"] > 0] or list(rows)
    subjects: dict[str, int] = {}
    for one in gone:
        for name in one["rests_on"].split(";"):
            subjects.setdefault(name, len(subjects))
    found = [one for one in result.evidence.to_dicts() if one["subject_id"] in subjects]

    def place(one: Row) -> tuple[int, int]:
        kind = one["property"]
        rank = _FIGURES.index(kind) if kind in _FIGURES else len(_FIGURES)
        return rank, subjects[one["subject_id"]]

    return tuple(sorted(found, key=place)[:MOST])
