# SPDX-License-Identifier: Apache-2.0
"""What the target loses of each input and product: the colours of the map."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from chokegraph.report.chainmap import AtOnce, Node
from chokegraph.report.facts import Facts
from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import interval
from chokegraph.report.quantiles import LEVELS, paired, quantiles
from chokegraph.report.words import Words
from chokegraph.report.years import year_mean
from chokegraph.result import Result
from chokegraph.result.day_one import ARRAYS, PLACES

PRODUCT = "product-"
"""Prefix of the node keys of products, so that they never meet an input's id."""


def stages_of(
    result: Result, names: Names, words: Words, anchors: set[str]
) -> list[tuple[str, list[Node]]]:
    """Make the nodes of the map by stage, products last.

    The loss of a node is the median paired difference of its availability (of output, for a
    product) in the year in which that is lowest. What is lost on day one stands beside it.

    Args:
        result: The result.
        names: Names for people.
        words: The phrases.
        anchors: Ids that exist on the page.

    Returns:
        Stages in order with their nodes.
    """
    data = result.dataset
    inputs = _losses(paired(data["availability"]), "input", words)
    bought = _at_once(result, ("day_one_input",), words)
    made = _at_once(result, ("day_one_output", "day_one_new_lines"), words)
    by_stage: dict[str, list[Node]] = {key: [] for key in words.tables["stages"]}
    for key, (loss, text) in inputs.items():
        item = names.inputs[key]
        anchor = anchor_of("input", key)
        node = Node(
            key,
            names.input(key),
            words.label("stages", item.stage),
            loss,
            text,
            anchor if anchor in anchors else "",
            bought.get(key, ()),
        )
        by_stage.setdefault(item.stage, []).append(node)
    stages = [
        (words.label("stages", stage), sorted(nodes, key=lambda n: n.name.lower()))
        for stage, nodes in by_stage.items()
        if nodes
    ]
    products = _losses(paired(year_mean(data["output"])), "product", words)
    title = words.tables["product_stage"]
    stages.append(
        (
            title,
            [
                Node(
                    PRODUCT + key,
                    names.product(key),
                    title,
                    loss,
                    text,
                    at_once=made.get(key, ()),
                )
                for key, (loss, text) in products.items()
            ],
        )
    )
    return stages


def _losses(change: xr.DataArray, dim: str, words: Words) -> dict[str, tuple[float, str]]:
    unit = words.unit("fraction")
    five = quantiles(np.asarray(change.transpose("draw", "year", dim).values))
    years = [int(value) for value in change["year"].values]
    found: dict[str, tuple[float, str]] = {}
    for i, key in enumerate(str(value) for value in change[dim].values):
        medians = five[LEVELS.index(0.5), :, i]
        if not np.isfinite(medians).any():
            found[key] = (math.nan, words.empty("value"))
            continue
        worst = int(np.nanargmin(medians))
        low, high = (float(five[LEVELS.index(q), worst, i]) for q in (0.05, 0.95))
        middle, between = interval(float(medians[worst]), low, high, unit, change=True)
        found[key] = (float(medians[worst]), f"{middle} ({between}) in {years[worst]}")
    return found


def _at_once(
    result: Result, outcomes: tuple[str, ...], words: Words
) -> dict[str, tuple[AtOnce, ...]]:
    """Return what the target loses on the day on which most is cut, by item."""
    unit = words.unit("fraction")
    found: dict[str, tuple[AtOnce, ...]] = {}
    for outcome in outcomes:
        if outcome not in result.dataset:
            continue
        title = words.tables["day_one"][outcome]
        change = result.dataset[outcome].sel(run="scenario", place=PLACES[0]).isel(cut_quarter=-1)
        dimension = ARRAYS[outcome][0]
        five = quantiles(np.asarray(change.transpose("cut_draw", dimension).values))
        for i, key in enumerate(str(value) for value in change[dimension].values):
            low, mid, high = (float(five[LEVELS.index(q), i]) for q in (0.05, 0.5, 0.95))
            text = words.empty("not_made")
            if math.isfinite(mid):
                middle, between = interval(mid, low, high, unit, change=True)
                text = f"{middle} ({between})"
            found[key] = (*found.get(key, ()), AtOnce(title, mid, text))
    return found


def links_of(facts: Facts, stages: list[tuple[str, list[Node]]]) -> list[tuple[str, str]]:
    """Links of the chain with both ends on the map.

    Args:
        facts: What the world says.
        stages: The nodes on the map.

    Returns:
        Pairs of node keys: inputs to inputs, then inputs to products.
    """
    keys = {node.key for _, nodes in stages for node in nodes}
    pairs = [*facts.links, *((source, PRODUCT + product) for source, product in facts.needs)]
    return [pair for pair in pairs if keys.issuperset(pair)]
