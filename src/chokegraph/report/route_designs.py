# SPDX-License-Identifier: Apache-2.0
"""Where the figures of each route come from: its designs, and the best route by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.report.names import Names
from chokegraph.report.numbers import THIN, number, percent
from chokegraph.report.words import Words
from chokegraph.result.core import Result

Row = Mapping[str, Any]

PARTS = {
    "silicon": "dies",
    "die_loss": "bad dies",
    "memory_cost": "memory",
    "package_loss": "lost packages",
    "carrier": "carrier and bonds",
    "substrate": "substrate",
    "assembly": "assembly and test",
    "nre": "design and masks",
    "system": "system around it",
    "power_cost": "power",
}
"""The parts of the cost of a package, in words."""
_LEAST = 0.02
"""Parts below this share of the cost are not named."""


@dataclass(frozen=True)
class DesignRow:
    """One way of a route, in words."""

    route: str
    around: bool
    design: str
    share: str
    merit: str
    start: str
    cost: str
    parts: str
    law: str
    source: str


@dataclass(frozen=True)
class BestRow:
    """The best route in quarters that follow each other, in both runs."""

    quarters: str
    baseline: str
    scenario: str


@dataclass(frozen=True)
class RouteDetail:
    """What stands behind the routes of one product."""

    designs: tuple[DesignRow, ...]
    best: tuple[BestRow, ...]
    measure: str
    year: str


def route_details(result: Result, names: Names, words: Words) -> dict[str, RouteDetail]:
    """Return what stands behind the routes of each product, by the product's name.

    Args:
        result: The result; its table of routes is read.
        names: Names of products and routes.
        words: The phrases.

    Returns:
        A detail for each product with more than one route; none where the table is empty.
    """
    rows = result.routes.to_dicts()
    found = {}
    for product in dict.fromkeys(row["product"] for row in rows):
        own = [row for row in rows if row["product"] == product]
        routes = list(dict.fromkeys(row["route"] for row in own))
        if len(routes) < 2:
            continue
        own.sort(key=lambda row: (-row["share_scenario"], -row["share_baseline"]))
        found[names.product(product)] = RouteDetail(
            designs=tuple(_design(row, words) for row in own),
            best=_best(result, routes, names, words),
            measure=next((row["measure"] for row in own if row["measure"]), ""),
            year=str(result.dataset["year"].values[-1]),
        )
    return found


def _design(row: Row, words: Words) -> DesignRow:
    empty = words.empty("value")
    chip = row["merit_from"] == "chip"
    cost = empty
    if row["cost"] is not None:
        cost = f"USD {number(row['cost'], 0)} (at the start {number(row['cost_now'], 0)})"
    return DesignRow(
        route=row["route_name"],
        around=row["design_around"],
        design=row["design"] or "no reference design",
        share=f"{percent(row['share_baseline'])} to {percent(row['share_scenario'])}{THIN}%",
        merit=_range(row, "merit"),
        start=_range(row, "yield") + (" (estimate)" if row["yield_from"] == "tables" else ""),
        cost=cost,
        parts=_parts(row),
        law=row["status"] or empty,
        source="costed" if chip else "estimate of the facts",
    )


def _range(row: Row, name: str) -> str:
    low, middle, high = (number(row[f"{name}_{end}"], 2) for end in ("low", "median", "high"))
    return f"{middle} ({low} to {high})"


def _parts(row: Row) -> str:
    if not row["cost"]:
        return ""
    shares = {words: row[name] / row["cost"] for name, words in PARTS.items()}
    named = sorted((pair for pair in shares.items() if pair[1] >= _LEAST), key=lambda p: -p[1])
    return ", ".join(f"{words} {percent(share)}{THIN}%" for words, share in named)


def _best(result: Result, routes: list[str], names: Names, words: Words) -> tuple[BestRow, ...]:
    data = result.dataset
    if "route_value" not in data:
        return ()
    values = data["route_value"].sel(route=routes).transpose("quarter", "run", "draw", "route")
    told = [[_most(one) for one in array] for array in values.values]
    quarters = [str(name) for name in values["quarter"].values]
    rows = []
    first = 0
    for k in range(1, len(told) + 1):
        if k < len(told) and [at for at, _ in told[k]] == [at for at, _ in told[first]]:
            continue
        span = quarters[first] if first == k - 1 else f"{quarters[first]} to {quarters[k - 1]}"
        cells = []
        for run in range(len(told[first])):
            at = told[first][run][0]
            shares = [told[j][run][1] for j in range(first, k)]
            cells.append(
                _told(None if at is None else names.routes[routes[at]].name, shares, words)
            )
        rows.append(BestRow(span, *cells))
        first = k
    return tuple(rows)


def _most(values: np.ndarray[Any, Any]) -> tuple[int | None, float]:
    """The route that is best in most draws, and in how many."""
    known = np.isfinite(values).all(axis=1) & (values.max(axis=1) > 0)
    if not known.any():
        return None, 0.0
    first = np.bincount(values[known].argmax(axis=1))
    at = int(first.argmax())
    return at, float(first[at] / known.sum())


def _told(name: str | None, shares: list[float], words: Words) -> str:
    if name is None:
        return words.empty("value")
    low, high = percent(min(shares)), percent(max(shares))
    ends = low if low == high else f"{low} to {high}"
    return f"{name} ({ends}{THIN}% of draws)"
