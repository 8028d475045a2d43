# SPDX-License-Identifier: Apache-2.0
"""Routes of the products as chips: what each costs, does and needs, draw by draw.

A route that has reference designs gets its merit, its start yield and its needs from
`chokegraph.chip`; a route without one keeps those of the tables. Baseline and scenario use the same
draws of the technology, as they do of everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.entities import Range
from chokegraph.chip.wafer import Floats
from chokegraph.response.params import Params
from chokegraph.response.priors import Priors
from chokegraph.response.state import Structure
from chokegraph.study.chip_routes_bill import Bill, bill_of
from chokegraph.study.chip_routes_designs import TABLE, Way, load_ways, sized
from chokegraph.study.chip_routes_draws import Valued, at_the_middle, catalogue_of, over_draws
from chokegraph.world.model import World

BELIEFS = ("memory_bound_share", "system_cost", "power_cost")
"""Priors that say what an accelerator's figures are worth."""


@dataclass(frozen=True, kw_only=True)
class RouteChips:
    """The routes that come from chips.

    Args:
        ways: Their ways, sized; those of a route stand together, the best first.
        bills: What each needs, in the same order.
        catalogue: The figures used.
        middle: The ways at the middle of every figure.
        scale: Worth that counts as a merit of 1, by product.
        anchors: The route whose merit in the table sets that scale, by product; only for products
            that also have routes without reference designs.
    """

    ways: tuple[Way, ...]
    bills: tuple[Bill, ...]
    catalogue: Catalogue
    middle: Valued
    scale: Mapping[str, float]
    anchors: Mapping[str, str]

    @property
    def routes(self) -> tuple[str, ...]:
        """Ids of the routes that come from chips."""
        return tuple(dict.fromkeys(way.route for way in self.ways))

    def statement_ids(self) -> tuple[str, ...]:
        """Return the statements that the figures rest on."""
        groups = ("nodes", "packages", "memories", "settings")
        ranges = [
            one
            for group in groups
            for by_id in self.catalogue.figures(group).values()
            for one in by_id.values()
            if isinstance(one, Range)
        ]
        return tuple(dict.fromkeys(key for one in ranges for key in one.statements))


def describe_routes(
    world: World, structure: Structure, priors: Priors, ways: Sequence[Way] | None = None
) -> RouteChips | None:
    """Size the reference designs of a world's routes and work out what they need.

    Args:
        world: The facts.
        structure: The routes as arrays, with the merit of the tables.
        priors: For the middles of what an accelerator's figures are worth.
        ways: Reference designs; those that come with the package if None.

    Returns:
        The routes that come from chips; None if no route of the world has a reference design.
    """
    known = set(structure.routes)
    some = [way for way in (load_ways() if ways is None else ways) if way.route in known]
    if not some:
        return None
    catalogue = load_catalogue(world)
    small = catalogue_of(catalogue, some)
    beliefs = {name: float(priors[name].quantile(0.5)) for name in BELIEFS}
    table: dict[str, Bill] = {route: {} for route in structure.routes}
    for need in world.needs:
        table[need.route_id][need.input_id] = need.requirement
    found = at_the_middle(small, sized(small, some, beliefs), beliefs)
    value = found["worth"] * np.nan_to_num(found["start_yield"], nan=1.0)
    order = sorted(
        range(len(some)), key=lambda at: (structure.routes.index(some[at].route), -value[at])
    )
    listed = [found.ways[at] for at in order]
    middle = at_the_middle(small, listed, beliefs)
    scale, anchors = _scales(structure, middle)
    return RouteChips(
        ways=tuple(listed),
        bills=tuple(bill_of(way, catalogue, table[way.route]) for way in listed),
        catalogue=small,
        middle=middle,
        scale=scale,
        anchors=anchors,
    )


def _scales(structure: Structure, middle: Valued) -> tuple[dict[str, float], dict[str, str]]:
    """The best way of each product has a merit of 1.

    Where a product also has routes without a reference design, it has the merit that its route
    has in the table instead, so that the two kinds can be compared.
    """
    best: dict[str, tuple[float, str]] = {}
    for way, worth in zip(middle.ways, middle["worth"].tolist(), strict=True):
        product = product_of(structure, way.route)
        best[product] = max((worth, way.route), best.get(product, (0.0, "")))
    described = {way.route for way in middle.ways}
    scale = {product: worth for product, (worth, _) in best.items()}
    anchors = {}
    for r, route in enumerate(structure.routes):
        product = structure.products[int(structure.route_product[r])]
        if product in best and route not in described:
            anchors[product] = best[product][1]
    for product, route in anchors.items():
        place = structure.routes.index(route)
        merit = structure.merit
        scale[product] /= float(np.nan_to_num(merit.mid[place], nan=merit.high[place]))
    return scale, anchors


def product_of(structure: Structure, route: str) -> str:
    """Return the product that a route makes."""
    return structure.products[int(structure.route_product[structure.routes.index(route)])]


def with_ways(structure: Structure, chips: RouteChips) -> Structure:
    """Return the structure with a row of needs for each way of each route.

    A route's own row of needs becomes that of its best way at the middle figures.

    Args:
        structure: The routes as arrays.
        chips: Those that come from chips.
    """
    place = {name: k for k, name in enumerate(structure.inputs)}
    requirement = structure.requirement.copy()
    names: list[str] = []
    of_route: list[int] = []
    rows: list[Floats] = []
    for r, route in enumerate(structure.routes):
        own = [k for k, way in enumerate(chips.ways) if way.route == route]
        for k in own:
            row = np.zeros(len(structure.inputs))
            for name, share in chips.bills[k].items():
                if name in place:
                    row[place[name]] = share
            names.append(chips.ways[k].id)
            of_route.append(r)
            rows.append(row)
        if own:
            requirement[r] = rows[-len(own)]
        else:
            names.append(route)
            of_route.append(r)
            rows.append(requirement[r])
    return replace(
        structure,
        requirement=requirement,
        ways=tuple(names),
        way_route=np.array(of_route),
        way_requirement=np.array(rows),
    ).check()


def with_values(params: Params, structure: Structure, chips: RouteChips) -> tuple[Params, Valued]:
    """Return the draws with merit and start yield of each way, and the ways over the draws.

    Args:
        params: The draws.
        structure: See `with_ways`.
        chips: The routes that come from chips.
    """
    beliefs = {name: np.asarray(params.values[name]) for name in BELIEFS}
    drawn = over_draws(chips.catalogue, chips.ways, beliefs, draws=params.draws, seed=params.seed)
    merit = np.asarray(params.values["merit"])[:, structure.way_route].copy()
    start = np.asarray(params.values["start_yield"])[:, structure.way_route].copy()
    place = {name: k for k, name in enumerate(structure.ways)}
    for k, way in enumerate(chips.ways):
        scale = chips.scale[product_of(structure, way.route)]
        merit[:, place[way.id]] = drawn["worth"][:, k] / scale
        if way.starts != TABLE:
            start[:, place[way.id]] = drawn["start_yield"][:, k]
    values = {**params.values, "way_merit": merit, "way_yield": start}
    return replace(params, values=values), drawn
