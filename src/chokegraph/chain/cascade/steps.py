# SPDX-License-Identifier: Apache-2.0
"""One step of the cascade, for many scenarios at once, in NumPy and SciPy: the reference engine.

Losses, not outputs, are carried: a loss of 1e-12 survives in a loss and drowns in 1 - 1e-12.
Arrays are (N, K): nodes by scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from chokegraph.chain.cascade.layout import Layout, Side
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed

FloatArray = NDArray[np.float64]

GUARD_BELOW = 1e-10
"""The published code takes a market with less left than this, in currency units, for gone ..."""
GUARD_VALUE = 1.0
"""... and then reckons with one currency unit of it."""


@dataclass(frozen=True)
class Market:
    """Who can take over lost sales, and how the share that cannot be replaced follows from it.

    Args:
        layout: The network's markets.
        guard: (Q,) a market with no more than this share of itself left counts as gone.
        instead: (Q,) one over what a market that is gone counts as having left.
        floor: The least share of a loss that stands, one minus the cap on re-sourcing.

    Example:
        >>> from chokegraph.chain.cascade.examples import two_suppliers
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> market = market_of(layout_of(two_suppliers()), Settings())
        >>> lost = np.array([[0.0], [1.0], [0.0], [0.0]])
        >>> market.stands(lost)[1].tolist()  # 10 lost of which 30 can take over: a third stands
        [0.3333333333333333]
    """

    layout: Layout
    guard: FloatArray
    instead: FloatArray
    floor: float

    @cached_property
    def _sum(self) -> Any:  # noqa: ANN401 - scipy has no types
        layout = self.layout
        count = len(layout.market_size)
        order = np.argsort(layout.market, kind="stable")
        start = np.searchsorted(layout.market[order], np.arange(count + 1))
        shape = (count, len(layout.market))
        return csr_array((layout.market_share[order], order, start), shape=shape)

    def stands(self, lost: FloatArray) -> FloatArray:
        """The loss of each node that no one else in its market makes good.

        Args:
            lost: (N, K) losses.

        Returns:
            (N, K) losses that customers feel.
        """
        felt = self.stays(lost)
        felt *= lost
        return felt

    def left(self, lost: FloatArray) -> FloatArray:
        """What is left of each market.

        Args:
            lost: (N, K) losses.

        Returns:
            (Q, K) shares of the markets' sales.
        """
        left: FloatArray = self._sum @ (1 - lost)
        return left

    def stays(self, lost: FloatArray) -> FloatArray:
        """The share of each node's loss that no one else in its market makes good.

        Args:
            lost: (N, K) losses.

        Returns:
            (N, K) shares: the published sigma, no lower than the cap on re-sourcing leaves it.
        """
        left = self.left(lost)
        inverse = np.repeat(self.instead[:, None], lost.shape[1], axis=1)
        np.divide(1, left, out=inverse, where=left > self.guard[:, None])
        stays = self.layout.market_share[:, None] * inverse[self.layout.market]
        np.minimum(stays, 1, out=stays)
        np.maximum(stays, self.floor, out=stays)
        return stays


def market_of(layout: Layout, settings: Settings) -> Market | None:
    """The rule of replacement that settings ask for; None where nothing can be replaced.

    In reference mode the published guard is repeated, one currency unit and all; otherwise nothing
    of a market that is gone can be replaced, whatever the unit.

    Args:
        layout: The network's markets.
        settings: Mode, market shares, cap.

    Returns:
        The rule, or None.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> market_of(layout_of(chain_of_three()), Settings(market_shares=False)) is None
        True
    """
    cap = settings.reuse_cap
    if not settings.market_shares or cap == 0:
        return None
    size = layout.market_size
    floor = 0.0 if cap is None else 1 - cap
    if settings.mode == "reference":
        guard = np.divide(GUARD_BELOW, size, out=np.zeros(len(size)), where=size > 0)
        return Market(layout, guard, size / GUARD_VALUE, floor)
    nothing = np.full(len(size), np.finfo(settings.number).max, dtype=np.float64)
    return Market(layout, np.zeros(len(size)), nothing, floor)


@dataclass(frozen=True)
class Cuts:
    """Cut edges of several scenarios, as they stand in one direction.

    Args:
        place: (C,) where each cut edge stands in the side's arrays.
        column: (C,) its scenario.
        cut: (C,) the share that may not be delivered.

    Example:
        >>> Cuts(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)).place.size
        0
    """

    place: NDArray[np.int32]
    column: NDArray[np.int32]
    cut: FloatArray

    def keep(self, columns: NDArray[np.bool_]) -> Cuts:
        """The cuts of some scenarios, which are counted anew."""
        here = columns[self.column]
        number = np.cumsum(columns) - 1
        return Cuts(self.place[here], number[self.column[here]].astype(np.int32), self.cut[here])


def cuts_of(side: Side, packed: Packed) -> Cuts:
    """Where cut edges stand in one direction; edges that pass nothing on are left out.

    Args:
        side: The direction.
        packed: The scenarios.

    Returns:
        The cuts, by place and scenario.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> cuts_of(layout_of(chain_of_three()).down, pack([Shock("s", cut={1: 0.5})])).cut.tolist()
        [0.5]
    """
    column = np.repeat(np.arange(packed.scenarios, dtype=np.int32), np.diff(packed.cut_start))
    place = side.place[np.minimum(packed.edge, len(side.place) - 1)]
    here = place >= 0
    return Cuts(place[here], column[here], packed.cut[here])


def start_of(packed: Packed, nodes: int) -> FloatArray:
    """The loss that each scenario begins with.

    Args:
        packed: The scenarios.
        nodes: N.

    Returns:
        (N, K) losses.

    Example:
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> start_of(pack([Shock("s", lost={1: 0.5})]), 3).T.tolist()
        [[0.0, 0.5, 0.0]]
    """
    lost = np.zeros((nodes, packed.scenarios))
    column = np.repeat(np.arange(packed.scenarios), np.diff(packed.start))
    np.maximum.at(lost, (packed.node, column), packed.lost)
    return lost


def piece_losses(side: Side, felt: FloatArray, cuts: Cuts) -> FloatArray:
    """What each piece loses when its sources lose what is felt of them.

    An edge of which a share c is cut delivers (1 - c)(1 - felt): a ban takes its share whole, and
    replacement by others works only on what the supplier failed to make.

    Args:
        side: The direction.
        felt: (N, K) losses of the sources, as far as they are not made good.
        cuts: Cut edges.

    Returns:
        (P, K) losses of the pieces.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> side = layout_of(chain_of_three()).down
        >>> cut = cuts_of(side, pack([Shock("half", cut={0: 0.5})]))
        >>> piece_losses(side, np.zeros((3, 1)), cut).T.tolist()
        [[0.5, 0.0]]
    """
    lost: FloatArray = side.matrix @ felt
    if len(cuts.place):
        passed = side.share[cuts.place] * cuts.cut
        more = passed * (1 - felt[side.source[cuts.place], cuts.column])
        np.add.at(lost, (side.piece[cuts.place], cuts.column), more)
    return lost


def worst_piece(side: Side, lost: FloatArray, least: FloatArray) -> FloatArray:
    """The loss of each node: its worst piece, or what it lost to begin with.

    Args:
        side: The direction.
        lost: (P, K) losses of the pieces.
        least: (N, K) losses at the start.

    Returns:
        (N, K) losses, at most 1.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> side = layout_of(chain_of_three()).down
        >>> worst_piece(side, np.array([[0.5], [0.0]]), np.zeros((3, 1))).T.tolist()
        [[0.0, 0.5, 0.0]]
    """
    worst = least.copy()
    has = np.flatnonzero(np.diff(side.first))
    if len(has):
        most = np.maximum.reduceat(lost, side.first[:-1][has], axis=0)
        worst[has] = np.minimum(np.maximum(most, least[has]), 1)
    return worst


def step(
    side: Side, lost: FloatArray, least: FloatArray, market: Market | None, cuts: Cuts
) -> FloatArray:
    """One published update of all nodes at once.

    Args:
        side: The direction.
        lost: (N, K) losses so far.
        least: (N, K) losses at the start.
        market: The rule of replacement; None where nothing is replaced, and always upstream.
        cuts: Cut edges.

    Returns:
        (N, K) losses after the step.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> side, shock = layout_of(chain_of_three()).down, pack([Shock("s", lost={0: 1.0})])
        >>> first = start_of(shock, 3)
        >>> step(side, first, first, None, cuts_of(side, shock)).T.tolist()
        [[1.0, 1.0, 0.0]]
    """
    felt = lost if market is None else market.stands(lost)
    return worst_piece(side, piece_losses(side, felt, cuts), least)
