# SPDX-License-Identifier: Apache-2.0
"""How fast: the path of a cascade step by step, with stocks that delay it.

A step is one period of delivery: what a node fails to make in a step its customers miss in the
next. A stock of T steps of full use covers a loss of everything for T steps, of a quarter for four
times as long; the buyer draws on it as if it still ran at full rate, so that a stock never lasts
shorter because something else is missing. Stocks run out, shocks stay: where a cascade ends does
not depend on stocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from chokegraph.chain.cascade.layout import Layout
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.chain.cascade.steps import cuts_of, market_of, start_of, step, worst_piece
from chokegraph.chain.networks import Network

FloatArray = NDArray[np.float64]


def path_of(layout: Layout, network: Network, packed: Packed, settings: Settings) -> FloatArray:
    """The share of output left after each step.

    Args:
        layout: The network, laid out.
        network: The network.
        packed: The scenarios.
        settings: Steps, stocks, directions, market shares.

    Returns:
        (K, steps + 1, N), the start first; the lower of the two directions.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> stock = Settings(directions=("down",), steps=4, inventories=np.full((3, 1), 1.0))
        >>> shock, network = pack([Shock("s", lost={0: 1.0})]), chain_of_three()
        >>> path_of(layout_of(network), network, shock, stock)[0].astype(int).tolist()
        [[0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 1], [0, 0, 0]]
    """
    steps = settings.steps or 0
    least = start_of(packed, network.nodes)
    market = market_of(layout, settings)
    store = Store(layout, network, packed, settings.inventories)
    up_cuts = cuts_of(layout.up, packed)
    down = up = least
    path = np.empty((packed.scenarios, steps + 1, network.nodes))
    path[:, 0] = 1 - least.T
    for number in range(1, steps + 1):
        if "down" in settings.directions:
            felt = down if market is None else market.stands(down)
            down = worst_piece(layout.down, store.short(felt), least)
        if "up" in settings.directions:
            up = step(layout.up, up, least, None, up_cuts)
        path[:, number] = 1 - np.maximum(down, up).T
    return path


class Store:
    """What is in stock, and what it no longer covers.

    Args:
        layout: The network, laid out.
        network: The network, for the kind of each edge.
        packed: The scenarios, for their cuts.
        stock: Steps of full use, broadcast to (N, S); None for no stocks.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> network = chain_of_three()
        >>> store = Store(layout_of(network), network, pack([Shock("s")]), np.full(3, 2.0))
        >>> gone = np.array([[1.0], [0.0], [0.0]])
        >>> [store.short(gone)[0, 0].item() for _ in range(3)]
        [0.0, 0.0, 1.0]
    """

    def __init__(
        self, layout: Layout, network: Network, packed: Packed, stock: FloatArray | None
    ) -> None:
        side = layout.down
        kind = network.kind[side.edge]
        # Stocks are held kind by kind, also of inputs whose losses add up in one piece.
        order = np.lexsort((kind, side.piece))
        new = np.ones(len(order), dtype=bool)
        new[1:] = (np.diff(side.piece[order]) != 0) | (np.diff(kind[order]) != 0)
        start = np.append(np.flatnonzero(new), len(order))
        shape = (len(start) - 1, side.nodes)
        self._inputs = csr_array((side.share[order], side.source[order], start), shape=shape)
        self._pieces = np.searchsorted(side.piece[order][new], np.arange(side.pieces))
        self._input_of = np.empty(len(order), dtype=np.int64)
        self._input_of[order] = np.cumsum(new) - 1
        self._side = side
        self._cuts = cuts_of(side, packed)
        held = np.zeros(shape[0])
        # A stock covers a share of all of its kind: an input of a mixed piece is a part of it.
        whole = np.bincount(self._input_of, side.share, shape[0])
        if stock is not None:
            table = np.broadcast_to(stock, (network.nodes, len(network.sector_names)))
            first = order[new]
            held = table[side.owner[side.piece[first]], kind[first]] * whole
        self._held = held[:, None]
        self._drawn = np.zeros((shape[0], packed.scenarios))

    def short(self, felt: FloatArray) -> FloatArray:
        """Let a step pass: draw on the stocks for what fails to arrive.

        Args:
            felt: (N, K) losses of the suppliers, as far as they are not made good.

        Returns:
            (P, K) losses of the pieces that stocks do not cover.
        """
        missing: FloatArray = self._inputs @ felt
        cuts, side = self._cuts, self._side
        if len(cuts.place):
            passed = side.share[cuts.place] * cuts.cut
            more = passed * (1 - felt[side.source[cuts.place], cuts.column])
            np.add.at(missing, (self._input_of[cuts.place], cuts.column), more)
        self._drawn += missing
        bare = np.clip(self._drawn - self._held, 0, missing)
        if not len(bare):
            return np.zeros((side.pieces, felt.shape[1]))
        short: FloatArray = np.add.reduceat(bare, self._pieces, axis=0)
        return short
