# SPDX-License-Identifier: Apache-2.0
"""A network made from a trade, and where each of its values comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.world_trade import Trade
from chokegraph.chain.supply import FloatArray

TINY = 1e-12
"""The trace that a flow without value keeps: every value of a network is above zero."""


@dataclass(frozen=True)
class Built:
    """A network and how its values come from a `Trade`, so that other draws can be put in.

    Args:
        network: The network.
        sold: Edges from makers to purchases: positions (edge, market, maker, input), [4, ...].
        used: Edges from purchases to users: (edge, market, input), [3, ...].
        used_part: The part of a purchase that goes to the user, one for each of `used`.
        spare: Edges that stand for what a user can do without, [R]; see `build_network`.
        spare_of: For each of `used`, its place in `spare`, or -1.
        spare_ratio: What can be done without over what is bought, one for each of `spare`.
        routed: Edges from routes to products: (edge, place, route), [3, ...].
        routed_size: Size of the product, one for each of `routed`.
        bought: Node of each market's purchases of each input, [M, I]; -1 where nothing is bought.
        products: Node of each place's product by (place, product): lines that run.
        new_lines: The same for new lines.
        makers: Node of each maker of each input, [C, I]; -1 where it sells nothing.
    """

    network: Network
    sold: NDArray[np.int64]
    used: NDArray[np.int64]
    used_part: FloatArray
    spare: NDArray[np.int64]
    spare_of: NDArray[np.int64]
    spare_ratio: FloatArray
    routed: NDArray[np.int64]
    routed_size: FloatArray
    bought: NDArray[np.int64]
    products: Mapping[tuple[str, str], int]
    new_lines: Mapping[tuple[str, str], int]
    makers: NDArray[np.int64]

    def with_values(self, trade: Trade) -> Network:
        """Return the same network with the values of another draw of the same trade.

        Args:
            trade: Has the same makers, markets, inputs and routes; a flow that this network has
                no edge for must be zero.
        """
        value = self.network.value.copy()
        edge, m, c, i = self.sold
        value[edge] = trade.flows[m, c, i]
        edge, m, i = self.used
        value[edge] = trade.demand[m, i] * self.used_part
        edge, place, r = self.routed
        made = np.stack([trade.made[name] for name in trade.places])
        value[edge] = made[place, r] * self.routed_size
        if self.spare.size:
            has = self.spare_of >= 0
            bought = np.bincount(self.spare_of[has], value[self.used[0][has]], self.spare.size)
            value[self.spare] = bought * self.spare_ratio
        network = replace(self.network, value=np.maximum(value, TINY))
        sales = _sales(self, trade, self.network.sales)
        # A flow that this draw does not have keeps a trace, so that every value is above zero.
        return replace(network, sales=np.maximum(sales, network.sold))


def _sales(built: Built, trade: Trade, before: FloatArray | None) -> FloatArray:
    """Return what each node sells, final demand included."""
    network = built.network
    sales = np.zeros(network.nodes) if before is None else before.copy()
    there = built.makers >= 0
    sales[built.makers[there]] = trade.sales[there]
    there = built.bought >= 0
    sales[built.bought[there]] = trade.demand[there]
    edge, place, r = built.routed
    made = np.stack([trade.made[name] for name in trade.places])
    value = made[place, r] * built.routed_size
    sales[network.supplier[edge]] = value
    totals = np.bincount(network.customer[edge], value, network.nodes)
    ends = np.unique(network.customer[edge])
    sales[ends] = totals[ends]
    return np.maximum(sales, TINY)
