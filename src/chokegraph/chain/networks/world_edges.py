# SPDX-License-Identifier: Apache-2.0
"""From purchases, as arrays, to a supply network of makers, purchases, routes and products.

Nodes, with their ids:

* makers of an input in a country: `JP/resist-krf`;
* purchases of an input by a market: `CN/resist-krf/bought`. All who use the input in that market
  buy through it, so they have the same mix of suppliers; its loss is what the market loses of the
  input;
* lines that run and new lines, for makers and for routes: `CN/route:mature-28nm-immersion` and
  `CN/route:mature-28nm-immersion/new lines`. Tools and software are bought for new lines; what is
  used up, for those that run;
* products: `CN/product:mature-logic`, and `.../new lines`, made by routes that stand in for each
  other.

Values in; a network out. No figure of the world is known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, NONE, Network
from chokegraph.chain.networks.world_built import TINY, Built
from chokegraph.chain.networks.world_trade import Trade, product_sizes
from chokegraph.chain.networks.world_wants import Want

Capital = Literal["new lines", "flow"]

NEW_LINES = "/new lines"
BOUGHT = "/bought"


def build_network(
    trade: Trade,
    wants: Mapping[str, Sequence[Want]],
    *,
    names: Mapping[str, str] | None = None,
    capital: Capital = "new lines",
    threshold: float,
    graded: bool = False,
    support: NDArray[np.bool_] | None = None,
) -> Built:
    """Lay a trade out as a network.

    A purchase is divided among its users in proportion to the user's sales times how strongly it
    needs the input (a gravity rule: no source says who uses what). For an essential kind the rule
    changes nothing downstream; it divides lost sales upstream.

    Args:
        trade: Who buys what from whom.
        wants: What each user buys; see `world_wants.wants_of`.
        names: Names of inputs, routes and products for people, by `input:ID` and so on.
        capital: "new lines": tools stop new lines only. "flow": tools are bought and used like
            everything else, as in the published model.
        threshold: A need this strong or stronger is essential.
        graded: Every need counts as far as it is strong, as in the response model: a user that
            lacks all of an input of strength s loses s. What it can do without comes from a node
            that never fails. Without this, needs are essential or not, as in the published model.
        support: Flows to make edges for, [M, C, I]; those above zero if None.
    """
    maker = _Layout(trade, wants, names or {}, capital, 0.0 if graded else threshold)
    maker.graded = graded
    maker.sellers(trade.flows > 0 if support is None else support)
    maker.users()
    return maker.done()


class _Layout:
    def __init__(
        self,
        trade: Trade,
        wants: Mapping[str, Sequence[Want]],
        names: Mapping[str, str],
        capital: Capital,
        threshold: float,
    ) -> None:
        self.trade, self.wants, self.names = trade, wants, names
        self.capital, self.threshold = capital, threshold
        self.sectors: dict[str, int] = {}
        self.ids: list[str] = []
        self.sector_of: list[int] = []
        self.sector_names: list[str] = []
        self.countries: list[str] = []
        self.owners: list[str] = []
        self.titles: list[str] = []
        self.edges: list[tuple[int, int, int]] = []
        self.levels: dict[tuple[int, int], int] = {}
        self.sold: list[tuple[int, int, int, int]] = []
        self.used: list[tuple[int, int, int, float]] = []
        self.routed: list[tuple[int, int, int, float]] = []
        self.graded = False
        self.spare: list[tuple[int, float]] = []
        self.spare_of: dict[int, int] = {}
        self.without = -1
        shape = (len(trade.makers), len(trade.inputs))
        self.makers = np.full(shape, -1, dtype=np.int64)
        self.bought = np.full((len(trade.markets), shape[1]), -1, dtype=np.int64)
        self.products: dict[tuple[str, str], int] = {}
        self.new_lines: dict[tuple[str, str], int] = {}
        self.index = {name: i for i, name in enumerate(trade.inputs)}
        for name in trade.inputs:
            self.sector(name)

    def sector(self, name: str) -> int:
        return self.sectors.setdefault(name, len(self.sectors))

    def node(self, name: str, sector: str, country: str, owner: str, title: str) -> int:
        self.ids.append(name)
        self.sector_of.append(self.sector(sector))
        self.sector_names.append(sector)
        self.countries.append(country)
        self.owners.append(owner)
        self.titles.append(title)
        return len(self.ids) - 1

    def edge(self, supplier: int, customer: int, kind: str, level: int) -> int:
        self.edges.append((supplier, customer, self.sector(kind)))
        cell = (self.sector(kind), self.sector_of[customer])
        self.levels[cell] = max(self.levels.get(cell, NONE), level)
        return len(self.edges) - 1

    # -- makers and purchases ------------------------------------------------------------------

    def sellers(self, support: NDArray[np.bool_]) -> None:
        trade = self.trade
        for c, i in np.argwhere(support.any(axis=0)):
            maker, name = trade.makers[c], trade.inputs[i]
            title = f"{self.names.get(f'input:{name}', name)} from {maker.provider}"
            node = self.node(f"{maker.provider}/{name}", name, maker.country, maker.provider, title)
            self.makers[c, i] = node
        for m, i in np.argwhere(support.any(axis=1)):
            market, name = trade.markets[m], trade.inputs[i]
            title = f"{self.names.get(f'input:{name}', name)} bought by {market.name}"
            here = f"{market.name}/{name}{BOUGHT}"
            self.bought[m, i] = self.node(here, name + BOUGHT, market.country, "", title)
        for m, c, i in np.argwhere(support):
            edge = self.edge(
                int(self.makers[c, i]), int(self.bought[m, i]), trade.inputs[i], ESSENTIAL
            )
            self.sold.append((edge, m, c, i))

    # -- users ---------------------------------------------------------------------------------

    def users(self) -> None:
        uses: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
        for c, i in np.argwhere(self.makers >= 0):
            wants = self.wants.get(f"input:{self.trade.inputs[i]}", ())
            size = float(self.trade.sales[c, i])
            self._user(uses, int(self.makers[c, i]), wants, self.trade.makers[c].place, "", size)
        for place in self.trade.places:
            self._production(uses, place)
        for (m, i), users in uses.items():
            whole = sum(weight for _, weight in users)
            for edge, weight in users:
                part = weight / whole if whole > 0 else 1.0 / len(users)
                self.used.append((edge, m, i, part))

    def _user(
        self,
        uses: dict[tuple[int, int], list[tuple[int, float]]],
        node: int,
        wants: Sequence[Want],
        place: str,
        tier: str,
        size: float,
        new_lines: int = -1,
    ) -> int:
        """Connect a user to the purchases of its market; return its node of new lines, or -1."""
        markets = self.trade.of_place(place, tier)
        for want in wants:
            apart = want.capital and self.capital == "new lines"
            if apart and new_lines < 0:
                new_lines = self._new_lines(node)
            to = new_lines if apart else node
            level = ESSENTIAL if want.strength >= self.threshold else NON_ESSENTIAL
            spare = self._spare(to, want)
            for source in want.sources:
                i = self.index[source]
                for m in markets:
                    if self.bought[m, i] >= 0:
                        edge = self.edge(int(self.bought[m, i]), to, want.kind, level)
                        uses[m, i].append((edge, max(size, TINY) * want.strength))
                        if spare >= 0:
                            self.spare_of[edge] = spare
        return new_lines

    def _spare(self, to: int, want: Want) -> int:
        """Add the link for what a user can do without; return its place, or -1 if none."""
        if not self.graded or not 0.0 < want.strength < 1.0:
            return -1
        if self.without < 0:
            self.without = self.node("what can be done without", "without", "", "", "")
        edge = self.edge(self.without, to, want.kind, ESSENTIAL)
        self.spare.append((edge, (1.0 - want.strength) / want.strength))
        return len(self.spare) - 1

    def _new_lines(self, node: int) -> int:
        sector = self.sector_names[node]
        return self.node(
            self.ids[node] + NEW_LINES,
            sector + NEW_LINES,
            self.countries[node],
            self.owners[node],
            f"new lines for {self.titles[node]}",
        )

    def _production(self, uses: dict[tuple[int, int], list[tuple[int, float]]], place: str) -> None:
        trade = self.trade
        made = trade.made.get(place)
        if made is None or not made.any():
            return
        at = trade.places.index(place)
        country = trade.markets[trade.of_place(place)[0]].country
        sizes = product_sizes(trade, self.wants, place)
        tools = product_sizes(trade, self.wants, place, capital=True)
        for r, (route, product, tier) in enumerate(trade.routes):
            if made[r] <= 0 or f"route:{route}" not in self.wants:
                continue
            size = sizes[product]
            if (place, product) not in self.products:
                name = self.names.get(f"product:{product}", product)
                title = f"{name} made in {place}"
                self.products[place, product] = self.node(
                    f"{place}/product:{product}", f"product:{product}", country, "", title
                )
            title = f"{self.names.get(f'route:{route}', route)} in {place}"
            node = self.node(f"{place}/route:{route}", f"route:{route}", country, "", title)
            wants = self.wants[f"route:{route}"]
            new = self._user(uses, node, wants, place, tier, size * float(made[r]))
            self._route(at, r, node, self.products[place, product], product, size)
            if new >= 0:
                if (place, product) not in self.new_lines:
                    self.new_lines[place, product] = self._new_lines(self.products[place, product])
                to = self.new_lines[place, product]
                self._route(at, r, new, to, product + NEW_LINES, tools[product])

    def _route(self, at: int, r: int, node: int, to: int, product: str, size: float) -> None:
        edge = self.edge(node, to, f"routes to {product}", ESSENTIAL)
        self.routed.append((edge, at, r, size))

    # -- the network ---------------------------------------------------------------------------

    def done(self) -> Built:
        trade = self.trade
        supplier, customer, kind = np.array(self.edges, dtype=np.int32).reshape(-1, 3).T
        count = len(self.ids)
        essentiality = np.zeros((len(self.sectors), len(self.sectors)), dtype=np.int8)
        for (row, column), level in self.levels.items():
            essentiality[row, column] = level
        # A maker's lost sales can be taken over by makers of the same input; nobody else's can.
        markets = np.arange(len(self.sectors), len(self.sectors) + count, dtype=np.int32)
        makers = self.makers[self.makers >= 0]
        markets[makers] = np.array(self.sector_of, dtype=np.int32)[makers]
        used = np.array([row[:3] for row in self.used], dtype=np.int64).reshape(-1, 3).T
        routed = np.array([row[:3] for row in self.routed], dtype=np.int64).reshape(-1, 3).T
        network = Network(
            node_ids=tuple(self.ids),
            sector_names=tuple(self.sectors),
            sectors=np.array(self.sector_of, dtype=np.int32),
            supplier=supplier,
            customer=customer,
            value=np.ones(len(self.edges)),
            kind=kind,
            essentiality=essentiality,
            markets=markets,
            sales=np.zeros(count),
            names=tuple(self.titles),
            countries=tuple(self.countries),
            owners=tuple(self.owners),
            unit=trade.unit,
            basis="needs and links of the facts: essential from a strength of "
            f"{self.threshold:g} on",
        )
        built = Built(
            network=network,
            sold=np.array(self.sold, dtype=np.int64).reshape(-1, 4).T,
            used=used,
            used_part=np.array([row[3] for row in self.used]),
            spare=np.array([edge for edge, _ in self.spare], dtype=np.int64),
            spare_of=np.array([self.spare_of.get(row[0], -1) for row in self.used], np.int64),
            spare_ratio=np.array([ratio for _, ratio in self.spare]),
            routed=routed,
            routed_size=np.array([row[3] for row in self.routed]),
            bought=self.bought,
            products=self.products,
            new_lines=self.new_lines,
            makers=self.makers,
        )
        return replace(built, network=built.with_values(trade))
