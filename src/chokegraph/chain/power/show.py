# SPDX-License-Identifier: Apache-2.0
"""Answers about power as tidy CSV and as JSON. Shares and losses are fractions there."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from chokegraph.chain.power.answer import PowerAnswer, ProductPower, Spread
from chokegraph.chain.show import source_ids
from chokegraph.world.model import World

INFINITE = "infinite"
"""What stands for an infinite log-power, which neither CSV nor JSON can hold as a number."""

CSV_COLUMNS = (
    *("goal", "kind", "item", "name", "quantity", "unit"),
    *("figure", "low", "median", "high", "source_ids"),
)
TEXTS = (
    *("goal", "kind", "item", "name", "quantity", "unit", "source_ids"),
    *("horizon", "applies_to", "dist", "source", "url", "locator", "grade", "meaning"),
)
"""Columns of both tables that hold words or lists; all others hold numbers."""


def power_csv(answer: PowerAnswer, *, world: World) -> str:
    """Return every figure as a row: what it is about, what it is, its value and spread.

    Args:
        answer: The answer.
        world: The facts, for the sources.

    Returns:
        CSV with `CSV_COLUMNS`. `figure` is with every share and parameter at its middle value;
        low, median and high are points of the draws, blank where only the figure is worked out.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power import power
        >>> world = toy_world()
        >>> text = power_csv(power(world, "CN", ["NL", "JP"], draws=0), world=world)
        >>> text.splitlines()[1]
        'product:chip,product,,Chip,loss,fraction,1,1,1,1,'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for product in answer.products:
        for row in _rows(product, world):
            writer.writerow([product.goal, *row])
    return text.getvalue()


def parameters_csv(answer: PowerAnswer) -> str:
    """Return the elasticities and cost shares used, with their sources.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power import power
        >>> answer = power(toy_world(), "CN", ["NL"], draws=0)
        >>> parameters_csv(answer).splitlines()[0].split(",")[:4]
        ['name', 'horizon', 'applies_to', 'dist']
    """
    text = io.StringIO()
    rows = [asdict(row) for row in answer.parameters]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def power_json(answer: PowerAnswer, *, world: World) -> str:
    """Return the whole answer as one JSON object, with the sources of every input.

    Infinite values are the word "infinite"; what is not defined is null.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power import power
        >>> world = toy_world()
        >>> found = json.loads(power_json(power(world, "CN", ["NL", "JP"], draws=0), world=world))
        >>> found["products"][0]["log_power"]["figure"]
        'infinite'
    """
    record = asdict(answer)
    record["losses_are"] = "fractions of real output"
    used: dict[str, None] = {}
    for product in record["products"]:
        for driver in product["drivers"]:
            driver["source_ids"] = list(source_ids(driver["statement_ids"], world))
            used |= dict.fromkeys(driver["source_ids"])
    record["sources"] = {
        name: asdict(world.sources[name]) for name in used if name in world.sources
    }
    return json.dumps(plain(record), indent=2, ensure_ascii=False)


def _rows(product: ProductPower, world: World) -> Iterator[list[object]]:
    def row(
        about: tuple[str, str, str], quantity: str, value: Spread | float | None, unit: str
    ) -> list[object]:
        if isinstance(value, Spread):
            cells = [cell(v) for v in (value.figure, value.low, value.median, value.high)]
        else:
            cells = [cell(value), "", "", ""]
        return [*about, quantity, unit, *cells, ""]

    whole = ("product", "", product.name)
    yield row(whole, "loss", product.loss, "fraction")
    yield row(whole, "log_power", product.log_power, "1")
    yield row(whole, "stops", product.stops, "share of draws")
    yield row(whole, "loss_if_unattributed_joins", product.unnamed_joins, "fraction")
    yield row(whole, "synergy", product.synergy, "fraction")
    yield row(whole, "log_synergy", product.log_synergy, "1")
    for member in product.members:
        about = ("member", member.member, "")
        yield row(about, "loss_alone", member.alone, "fraction")
        yield row(about, "loss_without_it_less", member.last, "fraction")
        yield row(about, "shapley_loss", member.loss, "fraction")
        yield row(about, "shapley_log_power", member.log_power, "1")
        yield row(about, "log_power_finite", member.finite, "share of draws")
    for family in product.families:
        about = ("family", family.family, "")
        yield row(about, "loss_alone", family.loss, "fraction")
        yield row(about, "cost_share", family.cost, "fraction")
    for driver in product.drivers:
        about = ("input", driver.input_id, driver.name)
        sources = ";".join(source_ids(driver.statement_ids, world))
        yield [*row(about, "coalition_share", driver.share, "fraction")[:-1], sources]
        yield row(about, "own_share", driver.own, "fraction")
        yield row(about, "cost_share", driver.cost, "fraction")
        yield row(about, "loss_alone", driver.alone, "fraction")
        yield row(about, "loss_if_exempt_less", driver.without, "fraction")
        yield row(about, "log_power_per_point", driver.marginal, "1 per percentage point")
    for kind, sizes in (("joining", product.joining), ("best_of_size", product.sizes)):
        for size in sizes:
            about = (kind, "+".join(size.members), "")
            yield row(about, "loss", size.loss, "fraction")
            yield row(about, "stops", size.stops, "share of draws")


def cell(value: float | None) -> object:
    """Return a number for CSV: six digits, a word for infinity, blank for what is not defined.

    Example:
        >>> cell(1 / 3), cell(math.inf), cell(None)
        ('0.333333', 'infinite', '')
    """
    if value is None:
        return ""
    if math.isinf(value):
        return INFINITE
    return f"{value:.6g}"


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value for JSON: six decimals, a word for infinity.

    Example:
        >>> plain({"a": (1 / 3, math.inf, None)})
        {'a': [0.333333, 'infinite', None]}
    """
    if isinstance(value, float):
        return INFINITE if math.isinf(value) else round(value, 6)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
