# SPDX-License-Identifier: Apache-2.0
"""Which route is best when inputs cannot be had: routes from chip, without a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.params import sample_params
from chokegraph.response.priors import load_priors
from chokegraph.response.structure import build_structure
from chokegraph.study.chip_asking import inputs_meant
from chokegraph.study.chip_routes import describe_routes, with_values, with_ways
from chokegraph.world.load import load_world
from chokegraph.world.model import World
from chokegraph.world.quantiles import quantiles

COLUMNS: dict[str, Any] = {
    "product": pl.String,
    "route": pl.String,
    "design_around": pl.Boolean,
    "way": pl.String,
    "design": pl.String,
    "from": pl.String,
    "merit_low": pl.Float64,
    "merit": pl.Float64,
    "merit_high": pl.Float64,
    "start_yield": pl.Float64,
    "cost_now": pl.Float64,
    "cost": pl.Float64,
    "left": pl.Float64,
    "value": pl.Float64,
    "best": pl.Float64,
    "lacks": pl.List(pl.String),
}
"""Columns of the answer; see `Answer`."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Ways of routes when some inputs cannot be had.

    Args:
        denied: Ids of the inputs that cannot be had.
        table: A row for each way of each route, the best of each product first: its `design`; where
            its figures come `from`; `merit` (output for its cost, the best being 1; median, 5 and
            95 %); `start_yield` (over a ripe process, median); `cost` in USD at the start and when
            ripe (middle figures); how much is `left` of it without the denied inputs; its `value`,
            merit times yield times what is left (median); the share of draws in which it is the
            `best` of its product; and the denied inputs that it `lacks`.
        draws: How many draws.
        seed: Their seed.
    """

    denied: tuple[str, ...]
    table: pl.DataFrame
    draws: int
    seed: int


def ask_routes(
    denied: Sequence[str] = (),
    *,
    product: str | None = None,
    world: World | None = None,
    draws: int = 200,
    seed: int = 0,
) -> Answer:
    """Return the ways of routes, and which is best without some inputs.

    What is left of a way is what its scarcest input leaves: 1 less the requirement of a denied
    input. Nothing is bought elsewhere, nothing is learnt: for both, run a scenario.

    Args:
        denied: Inputs, classes or families of inputs that cannot be had.
        product: One product; all with routes from chip if None.
        world: The facts; the bundled ones if None.
        draws: Draws of the uncertain figures.
        seed: Their seed.

    Raises:
        FindingsError: If an input or the product is not known.

    Example:
        >>> found = ask_routes(["euv-lithography"], product="advanced-logic", draws=20)
        >>> found.table["route"][0], found.table["lacks"][2].to_list()
        ('advanced-7nm-duv', ['euv-low-na-lithography'])
    """
    facts = load_world() if world is None else world
    names = _meant(denied, product, facts)
    priors = load_priors()
    plain = build_structure(facts).structure
    chips = describe_routes(facts, plain, priors)
    if chips is None:
        return Answer(denied=names, table=pl.DataFrame(schema=COLUMNS), draws=draws, seed=seed)
    structure = with_ways(plain, chips)
    params, _ = with_values(sample_params(structure, priors, draws, seed), structure, chips)
    there = np.array([name not in names for name in structure.inputs], float)
    left = (1.0 - structure.way_requirement * (1.0 - there)).min(axis=1)
    merit, start = params.values["way_merit"], params.values["way_yield"]
    value = merit * start * left
    described = {facts.routes[route].product_id for route in chips.routes}
    known = {way.id: k for k, way in enumerate(chips.ways)}
    rows: list[dict[str, Any]] = []
    makes = structure.route_product[structure.way_route]
    for p, item in enumerate(structure.products):
        if item not in described or product not in (None, item):
            continue
        own = np.flatnonzero(makes == p)
        top = value[:, own].max(axis=1, keepdims=True)
        first = (value[:, own] >= top) & (top > 0)
        for k, best in zip(own, first.mean(axis=0), strict=True):
            route = facts.routes[structure.routes[structure.way_route[k]]]
            at = known.get(structure.ways[k])
            low, middle, high = quantiles(merit[:, k])
            needs = np.flatnonzero((structure.way_requirement[k] > 0) & (there == 0))
            rows.append(
                {
                    "product": item,
                    "route": route.route_id,
                    "design_around": route.design_around,
                    "way": structure.ways[k],
                    "design": "" if at is None else chips.ways[at].words(),
                    "from": "tables" if at is None else "chip",
                    "merit_low": float(low),
                    "merit": float(middle),
                    "merit_high": float(high),
                    "start_yield": _middle(start[:, k]),
                    "cost_now": None if at is None else _known(chips.middle["cost_now"][at]),
                    "cost": None if at is None else _known(chips.middle["cost"][at]),
                    "left": float(left[k]),
                    "value": _middle(value[:, k]),
                    "best": float(best),
                    "lacks": [structure.inputs[i] for i in needs],
                }
            )
    rows.sort(key=lambda row: (structure.products.index(row["product"]), -row["value"]))
    return Answer(denied=names, table=pl.DataFrame(rows, schema=COLUMNS), draws=draws, seed=seed)


def _middle(values: np.ndarray[Any, np.dtype[Any]]) -> float:
    return float(quantiles(values)[1])


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _meant(denied: Sequence[str], product: str | None, world: World) -> tuple[str, ...]:
    findings: list[Finding] = []
    found: list[str] = []
    for name in denied:
        some = inputs_meant(name, world)
        if not some:
            families = {one.family for one in world.inputs.values()}
            near = get_close_matches(name, [*world.inputs, *families], n=1)
            fix = f"did you mean {near[0]!r}?" if near else "see `chokegraph map`"
            findings.append(Finding(f"--deny: no input {name!r}", fix=fix))
        found += some
    if product is not None and product not in world.products:
        near = get_close_matches(product, world.products, n=1)
        fix = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(world.products)}"
        findings.append(Finding(f"--product: no product {product!r}", fix=fix))
    if findings:
        raise FindingsError(findings, title="chip routes")
    return tuple(dict.fromkeys(found))
