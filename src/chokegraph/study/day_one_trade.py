# SPDX-License-Identifier: Apache-2.0
"""The purchases of a study's draw as a trade of the supply network, and its cuts as cut edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.chain.networks.world_assumptions import assumed
from chokegraph.chain.networks.world_built import Built
from chokegraph.chain.networks.world_edges import build_network
from chokegraph.chain.networks.world_trade import Maker, Market, Trade
from chokegraph.chain.networks.world_wants import wants_of
from chokegraph.chain.presets import preset_value
from chokegraph.response.state import MARKETS, TIERS
from chokegraph.study.day_one_access import Start
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]

COALITION, OTHERS = MARKETS[-2:]
UNIT = "USD million a quarter"
_LEAST_ROUTE = 1e-6


def places_of(setting: Setting) -> tuple[str, str, str]:
    """Return the three places of a study: the target by its code, the coalition, others."""
    return setting.scenario.target, COALITION, OTHERS


def trades_of(setting: Setting, starts: Sequence[Start], ensemble: xr.Dataset) -> list[Trade]:
    """Return the purchases of each draw.

    Routes in the target add what they do in the first year of the baseline; elsewhere they add in
    proportion to merit and yield, as the model does where everything can be had.

    Args:
        setting: What is run.
        starts: The draws.
        ensemble: The arrays of the run.
    """
    structure, values = setting.structure, setting.params.values
    target = setting.scenario.target
    routes = tuple(
        (route, structure.products[int(structure.route_product[r])], TIERS[int(tier)])
        for r, (route, tier) in enumerate(zip(structure.routes, structure.route_tier, strict=True))
    )
    markets = (
        *(Market(f"{target} {tier}", target, target, tier) for tier in TIERS),
        Market(COALITION, COALITION),
        Market(OTHERS, OTHERS),
    )
    makers = tuple(
        Maker(country, country, _place(country, setting)) for country in structure.countries
    )
    whole = Trade(
        makers=makers,
        markets=markets,
        inputs=structure.inputs,
        share=starts[0].share,
        demand=starts[0].demand,
        routes=routes,
        made={},
        purchases_over_sales=assumed("purchases_over_sales"),
        unit=UNIT,
    )
    first = ensemble["route_output"].sel(run="baseline").isel(year=0).transpose("draw", "route")
    here = np.asarray(first.values, dtype=float)
    product = np.asarray(structure.route_product, dtype=int)
    ideal = np.asarray(values["merit"]) * np.asarray(values["start_yield"])
    found = []
    for draw, start in enumerate(starts):
        away = _parts(ideal[draw], product)
        made = {
            target: _parts(here[draw], product),
            COALITION: away,
            OTHERS: away,
        }
        found.append(replace(whole, share=start.share, demand=start.demand, made=made))
    return found


def network_for(setting: Setting, trades: Sequence[Trade]) -> Built:
    """Return one network with an edge for every flow that any of the draws has."""
    world = setting.world
    names = {f"input:{key}": item.name for key, item in world.inputs.items()}
    names |= {f"route:{key}": route.name for key, route in world.routes.items()}
    names |= {f"product:{key}": product.name for key, product in world.products.items()}
    structure = setting.structure
    product = structure.route_product
    even = 1.0 / np.bincount(product, minlength=len(structure.products))[product]
    # How purchases are divided among users must not depend on how many draws there are.
    middle = replace(
        trades[0],
        share=np.nan_to_num(structure.share.mid),
        demand=np.nan_to_num(structure.demand.mid),
        made=dict.fromkeys(trades[0].made, even),
    )
    support = np.any([trade.flows > 0 for trade in trades], axis=0)
    known = set(trades[0].inputs)
    wants = {
        user: tuple(
            replace(want, sources=tuple(s for s in want.sources if s in known))
            for want in wanted
            if known.intersection(want.sources)
        )
        for user, wanted in wants_of(world).items()
    }
    return build_network(
        middle,
        wants,
        names=names,
        threshold=preset_value("essentiality_that_stops"),
        graded=True,
        support=support,
    )


def cut_edges(built: Built, cut: Array) -> dict[int, float]:
    """Return the cut edges of one draw: from makers to purchases.

    Args:
        built: The network.
        cut: Part of each flow that is cut, [5, C, I].
    """
    edge, m, c, i = built.sold
    part = cut[m, c, i]
    hit = part > 0
    return dict(zip(edge[hit].tolist(), part[hit].tolist(), strict=True))


def _place(country: str, setting: Setting) -> str:
    scenario = setting.scenario
    if country == scenario.target:
        return scenario.target
    return COALITION if country in scenario.coalition else OTHERS


def _parts(output: Array, product: Array) -> Array:
    """Return each route's part of its product's output; 0 where nothing is made."""
    output = np.where(output > _LEAST_ROUTE, output, 0.0)
    whole = np.bincount(product, output, int(product.max()) + 1)[product]
    return np.asarray(np.divide(output, whole, out=np.zeros_like(output), where=whole > 0))
