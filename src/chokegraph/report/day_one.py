# SPDX-License-Identifier: Apache-2.0
"""Section 8, first part: what is lost at once, beside what is lost over the years."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from chokegraph.report.chainmap import Node
from chokegraph.report.names import Names
from chokegraph.report.numbers import number
from chokegraph.result import Result
from chokegraph.result.day_one import PLACES, day_one_rows

Row = dict[str, Any]


@dataclass(frozen=True)
class ProductLoss:
    """One product of the target: at once, over the years, and why."""

    name: str
    at_once: tuple[str, ...]
    years: str
    binds: str
    because: str


@dataclass(frozen=True)
class SalesLoss:
    """What the suppliers of a country lose at once."""

    country: str
    lost: str
    cut: str


@dataclass(frozen=True)
class DayOnePart:
    """Day one on the page.

    Args:
        quarter: The day on which most is cut.
        first: The first day on which anything is cut, if another; else empty.
        draws: Draws on which it rests.
        products: What is lost of each product.
        sales: What suppliers lose, the largest first.
        elsewhere: What others' production loses, in words; empty where nothing.
    """

    quarter: str
    first: str
    draws: int
    products: tuple[ProductLoss, ...]
    sales: tuple[SalesLoss, ...]
    elsewhere: tuple[str, ...]


LEAST = 5e-4
"""A smaller part is written as no loss."""


def day_one_part(result: Result, products: list[Node], names: Names) -> DayOnePart | None:
    """Return what is lost at once; None where the scenario cuts nothing.

    Args:
        result: The result.
        products: The products as they stand on the map.
        names: Names for people.
    """
    rows = day_one_rows(result)
    if not rows:
        return None
    first = result.day_one.filter(~result.day_one["fullest"])
    own = {(row["item"], row["kind"]): row for row in rows if row["place"] == PLACES[0]}
    made = []
    for node in products:
        key = node.key.split("-", 1)[1]
        both = [own[key, kind] for kind in ("output", "new lines") if (key, kind) in own]
        if not both:
            continue
        worst = max(both, key=lambda row: row["loss_median"])
        because = worst["because"] if worst["loss_median"] > LEAST else ""
        binds = worst["binds_name"] if because else ""
        at_once = tuple(
            _loss(own.get((key, kind)), "not made at the start") for kind in ("output", "new lines")
        )
        made.append(ProductLoss(node.name, at_once, node.words, binds, because))
    sales = tuple(
        SalesLoss(
            names.country(row["item"]),
            f"{_money(row['loss_median'])} ({_money(row['loss_low'])} to "
            f"{_money(row['loss_high'])})",
            _money(row["direct_median"]),
        )
        for row in rows
        if row["kind"] == "sales" and _money(row["loss_high"]) != "0"
    )
    called = dict(zip(PLACES[1:], ("the coalition", "third countries"), strict=True))
    elsewhere = tuple(
        f"{row['item_name']}, {row['kind']}, in {called[row['place']]}: {_loss(row, '')}"
        for row in rows
        if row["place"] in PLACES[1:]
        and row["kind"] in ("output", "new lines")
        and row["loss_median"] > LEAST
    )
    return DayOnePart(
        quarter=rows[0]["quarter"],
        first=str(first["quarter"][0]) if first.height else "",
        draws=int(rows[0]["draws"]),
        products=tuple(made),
        sales=sales,
        elsewhere=elsewhere,
    )


def _loss(row: Row | None, empty: str) -> str:
    if row is None or not math.isfinite(row["loss_median"]):
        return empty
    if row["loss_high"] < LEAST:
        return "none"
    low, middle, high = (number(100 * row[f"loss_{name}"], 0) for name in ("low", "median", "high"))
    return f"{middle} % ({low} to {high})"


def _money(value: float) -> str:
    return number(value, 0)
