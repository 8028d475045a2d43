# SPDX-License-Identifier: Apache-2.0
"""From the world's facts to the arrays that the response model starts from.

`build_structure` looks at a `World` from one target and one coalition. It adds no figure of its
own: where the world is silent it leaves the entry unknown (the model then uses a prior with its
range) or takes an assumption from `assumptions.csv`, and says so in the notes it returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response import start_grades, start_purchases
from chokegraph.response.fact_view import FactView, band
from chokegraph.response.state import LEAK_CLASSES, MARKETS, PARENTS, TIERS, Array, Band, Structure
from chokegraph.world.model import Input, World


@dataclass(frozen=True)
class Built:
    """A structure, the statements it rests on, and what had to be assumed.

    Args:
        structure: The arrays.
        statement_ids: Every statement that entered the arrays.
        notes: One sentence for each assumption that stood in for a missing fact.
    """

    structure: Structure
    statement_ids: tuple[str, ...]
    notes: tuple[str, ...]


def build_structure(
    world: World,
    *,
    target: str = "CN",
    coalition: Sequence[str] = ("US", "JP", "NL"),
    start_year: int | None = None,
    years: int = 10,
) -> Built:
    """Return the world as arrays, seen from one target and one coalition.

    Args:
        world: The facts; figures nearest to its year are used.
        target: The country that is controlled.
        coalition: The countries that take part (in at least one of the controls).
        start_year: The year of the first quarter; the world's year if None.
        years: How many years are run.

    Raises:
        FindingsError: The target or a member is not a country of the world, the target is a
            member, or nothing in the world is bought or made.

    Example:
        >>> from chokegraph.world import load_world
        >>> built = build_structure(load_world("builtin@2024"), coalition=["US", "NL", "JP"])
        >>> built.structure.countries[:4], built.structure.countries[-1]
        (('CN', 'US', 'NL', 'JP'), 'ZZ')
    """
    _check(world, target, coalition)
    view = FactView(world, target, tuple(coalition))
    asked = start_grades.asked_grades(view)
    capability = start_grades.start_capability(view, asked)
    tiers = start_purchases.demand_tiers(view)
    parts = start_purchases.buyers(view)
    parents, parent_weight = _components(view)
    routes = tuple(world.routes.values())
    products = tuple(world.products)
    count = len(view.inputs)
    structure = Structure(
        start_year=world.year if start_year is None else start_year,
        years=years,
        countries=view.countries,
        inputs=tuple(view.index),
        families=tuple(item.family for item in view.inputs),
        leak_class=tuple(_leak_class(item) for item in view.inputs),
        capital=np.array([item.use == "capital" for item in view.inputs]),
        member=np.array([country in view.coalition for country in view.countries]),
        share=start_purchases.start_shares(view, asked, capability, tiers, parts),
        plausible=start_purchases.plausible_providers(view),
        capability=capability,
        asked=asked,
        asked_drift=np.zeros((len(MARKETS), count)),
        demand=start_purchases.start_demand(view, tiers, parts),
        growth=Band.unknown((2,)),
        pace=start_grades.frontier_pace(view),
        qualification=_by_input(view, "qualification_time"),
        service_life=_by_input(view, "service_life"),
        stock_decay=_by_input(view, "stock_decay"),
        rnd_intensity=start_purchases.rnd_intensity(view),
        experience=Band.unknown((len(view.countries), count)),
        start_cover=np.zeros(count),
        parents=parents,
        parent_weight=parent_weight,
        products=products,
        routes=tuple(route.route_id for route in routes),
        route_product=np.array([products.index(route.product_id) for route in routes]),
        route_tier=np.array([TIERS.index(route.tier) for route in routes]),
        design_around=np.array([route.design_around for route in routes]),
        requirement=_requirement(view),
        start_yield=band([view.look(f"route:{r.route_id}", "start_yield") for r in routes]),
        merit=band([view.look(f"route:{r.route_id}", "relative_merit") for r in routes]),
        ladders=tuple(start_grades.ladder(view, item) for item in view.inputs),
    ).check()
    return Built(structure, view.statement_ids, view.notes)


def _check(world: World, target: str, coalition: Sequence[str]) -> None:
    known = ", ".join(sorted(world.countries))
    found = [
        Finding(f"{country!r} is not a country of the world", f"use one of {known}")
        for country in (target, *coalition)
        if country not in world.countries
    ]
    if target in coalition:
        found.append(Finding(f"the target {target} is also a member of the coalition"))
    if all(item.use == "none" for item in world.inputs.values()):
        found.append(Finding("nothing in the world is bought", "give inputs a use in inputs.csv"))
    if not world.routes:
        found.append(
            Finding(
                "the world has no routes, so nothing is made in it",
                "add products, routes and needs, or use --world builtin",
            )
        )
    if found:
        raise FindingsError(found, title="world as arrays")


def _by_input(view: FactView, prop: str) -> Band:
    return band([view.for_input(item, prop) for item in view.inputs])


def _leak_class(item: Input) -> str:
    chips, parts, tools = LEAK_CLASSES
    if item.kind == "chip":
        return chips
    return tools if item.kind == "tool" and item.use == "capital" else parts


def _components(view: FactView) -> tuple[Array, Array]:
    """Return for each input its components that matter most: indices and weights, [I, 4]."""
    parents = np.zeros((len(view.inputs), PARENTS), dtype=int)
    weight = np.zeros((len(view.inputs), PARENTS))
    sources: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for link in view.world.links:
        bought = link.source in view.index and link.target in view.index
        if link.relation == "needed_by" and bought:
            sources[link.target].append((-link.essentiality, link.source))
    for target, found in sources.items():
        for slot, (essentiality, source) in enumerate(sorted(found)[:PARENTS]):
            parents[view.index[target], slot] = view.index[source]
            weight[view.index[target], slot] = -essentiality
    return parents, weight


def _requirement(view: FactView) -> Array:
    row = {route: r for r, route in enumerate(view.world.routes)}
    requirement = np.zeros((len(row), len(view.inputs)))
    for need in view.world.needs:
        if need.input_id in view.index:
            requirement[row[need.route_id], view.index[need.input_id]] = need.requirement
    return requirement
