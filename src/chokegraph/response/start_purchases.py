# SPDX-License-Identifier: Apache-2.0
"""Purchases at the start: who buys how much of what, and from whom."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from chokegraph.response.fact_view import FactView
from chokegraph.response.start_shares import fit_tiers, home_share, split_markets
from chokegraph.response.state import MARKETS, TIERS, Array, Band
from chokegraph.world import estimate
from chokegraph.world.model import Estimate, Input

_QUARTERS = 4


def _tilt(view: FactView) -> Array:
    """Return how much more of each tier the target buys than the world does, [3].

    The facts give the mix of an input for the world. Where the target's own mix over all equipment
    is known (China buys mostly for mature lines), the input's mix is tilted by it.
    """
    out = np.ones(len(TIERS))
    for t, tier in enumerate(TIERS):
        own = view.look(f"country:{view.target}", "demand_tier", f"tier:{tier}")
        world = view.look("family:all-equipment", "demand_tier", f"tier:{tier}")
        if own is not None and world is not None and own.value and world.value:
            out[t] = own.value / world.value
    return out


def demand_tiers(view: FactView) -> Array:
    """Return the parts of the target's demand by tier, [3, I]; they sum to 1."""
    rows = np.empty((len(TIERS), len(view.inputs)))
    tilt = _tilt(view)
    for k, item in enumerate(view.inputs):
        for t, tier in enumerate(TIERS):
            found = view.for_input(item, "demand_tier", f"tier:{tier}")
            if found is not None and found.value is not None:
                rows[t, k] = found.value * tilt[t]
            else:
                rows[t, k] = view.assumed(f"demand_tier_{tier}", item.input_id).value
    fractions: Array = rows / rows.sum(axis=0)
    return fractions


def buyers(view: FactView) -> Band:
    """Return the parts of world demand of target, coalition and others, [3, I].

    Members of the coalition that no source lists may buy as well, so the coalition's interval
    reaches some way into what the others would otherwise have.
    """
    least, most = (view.constant(f"coalition_{part}") for part in ("listed_least", "unlisted_most"))
    own, friends = [], []
    for item in view.inputs:
        found = view.buyer_share(item, view.target)
        value = None if found is None else found.value
        if found is None or value is None:
            found = view.assumed("buyer_share_default", item.input_id)
            value = view.constant("buyer_share_default")
        own.append((value, found.low, found.high))
        listed = [view.buyer_share(item, member) for member in view.coalition]
        room = max(1.0 - value, 0.0)
        known = min(sum(f.value for f in listed if f is not None and f.value is not None), room)
        friends.append((known, known * least, known + most * (room - known)))
    target, coalition = np.array(own).T, np.array(friends).T
    others = np.clip(1.0 - target - coalition, 0.0, 1.0)
    mid = np.stack([target[0], coalition[0], others[0]])
    low = np.stack([target[1], coalition[1], np.clip(1.0 - target[2] - coalition[2], 0.0, 1.0)])
    high = np.stack([target[2], coalition[2], np.clip(1.0 - target[1] - coalition[1], 0.0, 1.0)])
    return Band(mid, np.minimum(low, mid), np.maximum(high, mid))


def start_demand(view: FactView, tiers: Array, parts: Band) -> Band:
    """Return purchases by market in USD million per quarter, [5, I].

    An input without a market size gets the geometric mean of its stage with a wide interval.
    """
    sizes = [view.look(f"input:{item.input_id}", "market_size") for item in view.inputs]
    logs: dict[str, list[float]] = defaultdict(list)
    for item, size in zip(view.inputs, sizes, strict=True):
        if size is not None and size.value:
            logs[item.stage].append(float(np.log(size.value)))
    every = [value for values in logs.values() for value in values]
    factor = view.constant("market_size_spread")
    world = np.empty((3, len(view.inputs)))
    for k, (item, size) in enumerate(zip(view.inputs, sizes, strict=True)):
        if size is None or size.value is None:
            view.assumed("market_size_spread", item.input_id)
            mean = float(np.exp(np.mean(logs[item.stage] or every or [0.0])))
            world[:, k] = mean, mean / factor, mean * factor
        else:
            world[:, k] = size.value, size.low, size.high
    by_market = np.vstack([tiers * parts.mid[0], parts.mid[1:]])
    return Band(*(by_market * part / _QUARTERS for part in world))


def start_shares(view: FactView, asked: Band, capability: Band, tiers: Array, parts: Band) -> Band:
    """Return the suppliers' shares of each market, [5, C, I].

    The interval of a world share carries over in proportion. A named provider without a figure
    has no value, only its bounds.
    """
    shape = (len(MARKETS), len(view.countries), len(view.inputs))
    mid, low, high = (np.zeros(shape) for _ in range(3))
    best = np.where(np.isnan(capability.mid), capability.high, capability.mid)
    for k, item in enumerate(view.inputs):
        world, below, above = view.world_share(item)
        known = ~np.isnan(world)
        value = np.where(known, world, 0.0)
        part = float(parts.mid[0, k])
        published = _local_share(view, item)
        home = home_share(
            float(value[0]),
            buyer_share=part,
            home_sales=view.constant("home_sales"),
            published=published.value if published else None,
        )
        markets = split_markets(value, home=home, buyer_share=part)
        able = best[None, :, k] >= asked.mid[: len(TIERS), k, None] - view.constant("grade_margin")
        rows = np.vstack([fit_tiers(markets.target, tiers[:, k], able), markets.rest, markets.rest])
        rows = np.clip(rows, 0.0, 1.0)  # a sum of floats may pass 1 by its last digit
        positive = value > 0
        divisor = np.where(positive, value, 1.0)
        down = np.where(positive, below / divisor, 0.0)
        up = np.where(positive, above / divisor, 1.0)
        if published is not None and published.value:
            down[0], up[0] = published.low / published.value, published.high / published.value
        mid[:, :, k] = rows
        low[:, :, k] = np.clip(rows * np.minimum(down, 1.0), 0.0, 1.0)
        high[:, :, k] = np.clip(rows * np.maximum(up, 1.0), 0.0, 1.0)
        named = ~known & (above > 0)
        mid[:, named, k] = np.nan
        low[:, named, k], high[:, named, k] = below[named], above[named]
    return Band(mid, low, high)


def _local_share(view: FactView, item: Input) -> Estimate | None:
    """Return the published local share, unless it is about a later year than the world's.

    A share that the target reached later says nothing about the start; the world market shares
    of the time then decide.
    """
    subject, country = f"input:{item.input_id}", f"country:{view.target}"
    found = estimate(view.world, subject, "local_share", country, view.world.year)
    later = found is not None and found.year is not None and found.year > view.world.year
    return None if later else view.use(found)


def plausible_providers(view: FactView) -> Array:
    """Return who may hold a part of what no source attributes, [C, I].

    These are the named providers without a figure, and the countries that hold a part of the
    input's family worth mentioning.
    """
    family: dict[str, list[Array]] = defaultdict(list)
    shares = [view.world_share(item)[0] for item in view.inputs]
    for item, share in zip(view.inputs, shares, strict=True):
        if np.nansum(share) > 0:
            family[item.family].append(np.nan_to_num(share))
    least = view.constant("plausible_unattributed")
    out = np.zeros((len(view.countries), len(view.inputs)), dtype=bool)
    for k, (item, share) in enumerate(zip(view.inputs, shares, strict=True)):
        out[:, k] = np.isnan(share)
        if family[item.family]:
            out[:, k] |= np.mean(family[item.family], axis=0) >= least
    out[-1] = False
    return out


def rnd_intensity(view: FactView) -> Band:
    """Return R&D over sales by country and input, [C, I]; a figure of the family, or unknown."""
    by_family: dict[str, Estimate | None] = {
        item.family: view.look(f"family:{item.family}", "rnd_intensity") for item in view.inputs
    }
    mid, low, high = (np.full((len(view.countries), len(view.inputs)), np.nan) for _ in range(3))
    for c, country in enumerate(view.countries):
        own = view.look(f"country:{country}", "rnd_intensity")
        for k, item in enumerate(view.inputs):
            found = own or by_family[item.family]
            if found is not None and found.value is not None:
                mid[c, k], low[c, k], high[c, k] = found.value, found.low, found.high
    return Band(mid, low, high)
