# SPDX-License-Identifier: Apache-2.0
"""Who buys what from whom, as arrays: what a supply network of a world is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.world_wants import Want

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """A buyer: a place, or one tier of its production.

    Args:
        name: First part of the ids of its nodes, for example "CN" or "CN leading".
        place: The place that it belongs to; places with several tiers have several markets.
        country: ISO code, or "" for several countries together.
        tier: The tier of production that buys here; "" for all of the place.
    """

    name: str
    place: str
    country: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Maker:
    """One supplier: its id (a country, "ZZ", or a firm), its country, the place where it buys."""

    provider: str
    country: str
    place: str


@dataclass(frozen=True)
class Trade:
    """Who buys what from whom. M markets, C makers, I inputs, R routes.

    Args:
        makers: Suppliers, [C].
        markets: Buyers, [M].
        inputs: Input ids, [I].
        share: Each supplier's part of each market's purchases, [M, C, I]; sums to 1 over C where
            anything is bought.
        demand: What each market buys a period, [M, I].
        routes: Route id, its product and its tier.
        made: For each place, what each route adds to its product's output, [R].
        purchases_over_sales: What makers of products spend on what is used up over their sales.
        unit: Unit of `demand`.
    """

    makers: tuple[Maker, ...]
    markets: tuple[Market, ...]
    inputs: tuple[str, ...]
    share: FloatArray
    demand: FloatArray
    routes: tuple[tuple[str, str, str], ...]
    made: Mapping[str, FloatArray]
    purchases_over_sales: float
    unit: str

    @cached_property
    def flows(self) -> FloatArray:
        """What each maker sells to each market, [M, C, I]."""
        return np.asarray(self.share * self.demand[:, None])

    @cached_property
    def sales(self) -> FloatArray:
        """What each maker sells of each input, [C, I]."""
        return np.asarray(self.flows.sum(axis=0))

    @property
    def places(self) -> tuple[str, ...]:
        """The places, in the order of their first markets."""
        return tuple(dict.fromkeys(market.place for market in self.markets))

    def of_place(self, place: str, tier: str = "") -> tuple[int, ...]:
        """Return the markets of a place, or those that a tier of it buys in."""
        return tuple(
            m
            for m, market in enumerate(self.markets)
            if market.place == place and (not tier or market.tier in ("", tier))
        )


def product_sizes(
    trade: Trade, wants: Mapping[str, Sequence[Want]], place: str, *, capital: bool = False
) -> dict[str, float]:
    """Return the assumed size of each product of a place: its sales, or the tools bought for it.

    The purchases of each tier are divided evenly over the products made in it (no source says how
    they divide). What is used up is the part of sales that `purchases_over_sales` says.

    Args:
        trade: Who buys what from whom.
        wants: What each user buys.
        place: The place.
        capital: Whether to size new lines, by what is spent on tools, instead of sales.
    """
    sizes: dict[str, float] = defaultdict(float)
    made = trade.made[place]
    tiers: dict[str, set[str]] = defaultdict(set)
    needed: dict[str, set[str]] = defaultdict(set)
    split = any(trade.markets[m].tier for m in trade.of_place(place))
    for r, (route, product, tier) in enumerate(trade.routes):
        if made[r] > 0:
            key = tier if split else ""
            tiers[key].add(product)
            for want in wants.get(f"route:{route}", ()):
                if want.capital == capital:
                    needed[key].update(want.sources)
    for tier, products in tiers.items():
        # In order: a sum of floats must not depend on how a set is run through.
        columns = sorted(trade.inputs.index(name) for name in needed[tier])
        rows = list(trade.of_place(place, tier))
        spent = float(trade.demand[np.ix_(rows, columns)].sum())
        over = 1.0 if capital else trade.purchases_over_sales
        for product in products:
            sizes[product] += spent / len(products) / over
    return dict(sizes)
