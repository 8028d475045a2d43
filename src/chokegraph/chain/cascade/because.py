# SPDX-License-Identifier: Apache-2.0
"""Why a node loses output: the chain of binding inputs, or of lost orders, back to the shock."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade.layout import NO_KIND, Layout, Side
from chokegraph.chain.cascade.result import CascadeResult
from chokegraph.chain.cascade.shocks import pack
from chokegraph.chain.cascade.steps import cuts_of, market_of, piece_losses
from chokegraph.chain.networks import Network

FloatArray = NDArray[np.float64]
Way = Literal["down", "up", "shock", "none"]

TIE = 1e-9
"""Inputs whose losses differ by less than this bind together."""
NOT_BOUND, MIXED = -1, -2
"""In `binding_inputs`: no input binds; the sum of the non-essential inputs binds."""


@dataclass(frozen=True)
class Because:
    """One link of the chain from a loss back to the shock.

    Args:
        node: Index of the node that loses.
        direction: "down" if an input is missing, "up" if orders are, "shock" where the scenario
            itself takes capacity or cuts an edge, "none" if nothing is lost.
        kind: Index of the kind of input that binds; None for non-essential inputs together, for
            orders and for the shock.
        via_edges: Indices of the edges through which the loss comes, the largest part first.
        left: Share of output left, 0 to 1; for a cut edge, the share still delivered.
        text: The link as a sentence.

    Example:
        >>> Because(0, "shock", None, (), 0.0, "1 loses all of its capacity.").left
        0.0
    """

    node: int
    direction: Way
    kind: int | None
    via_edges: tuple[int, ...]
    left: float
    text: str


def explain_loss(result: CascadeResult, shock: int, node: int) -> tuple[Because, ...]:
    """Why a node loses output in a scenario, link by link back to the shock.

    At each node only the binding input counts: the one that limits output most. Of the suppliers
    of that input (or, upstream, of all customers) the chain follows those that pass on most, so
    that the product of their parts in the loss is as large as it can be. Where both directions
    cost the node output, the worse one is explained.

    Args:
        result: A cascade that was run.
        shock: Which of its scenarios, counted from 0.
        node: Index of the node.

    Returns:
        The chain, the node first and the shock last.

    Raises:
        IndexError: If there is no such scenario or node.

    Example:
        >>> from chokegraph.chain.cascade import Settings, Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> ran = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
        >>> for link in explain_loss(ran, 0, 2):
        ...     print(link.text)
        3 has 0 % of its output left, because all of its input sector 2 is missing (from 2).
        2 has 0 % of its output left, because all of its input sector 1 is missing (from 1).
        1 has 0 % of its output left, because the scenario takes all of its capacity.
    """
    if not 0 <= shock < len(result.shocks) or not 0 <= node < result.network.nodes:
        message = f"there is no scenario {shock} or no node {node}"
        raise IndexError(message)
    down, up = result.down[shock, node], result.up[shock, node]
    if max(1 - np.nan_to_num(down, nan=1), 1 - np.nan_to_num(up, nan=1)) <= 0:
        text = f"{_name(result.network, node)} loses nothing."
        return (Because(node, "none", None, (), 1.0, text),)
    way: Literal["down", "up"] = "up" if np.isnan(down) or up < down else "down"
    return _Walk(result, shock, way).chain(node)


def binding_inputs(result: CascadeResult, shock: int) -> NDArray[np.int32]:
    """The kind of input that limits each node's output in a scenario, downstream.

    Args:
        result: A cascade that was run.
        shock: Which of its scenarios, counted from 0.

    Returns:
        (N,) index of the kind; `NOT_BOUND` (-1) where no input is short or the node's own shock
        takes more, `MIXED` (-2) where the non-essential inputs together bind.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> binding_inputs(cascade(chain_of_three(), [Shock("s", lost={0: 1.0})]), 0).tolist()
        [-1, 0, 1]
    """
    walk = _Walk(result, shock, "down")
    side = walk.side
    bound = np.full(side.nodes, NOT_BOUND, dtype=np.int32)
    # Rising order of loss: what is written last is the worst piece of a node.
    order = np.argsort(walk.pieces, kind="stable")
    order = order[walk.pieces[order] > walk.least[side.owner[order]] + TIE]
    bound[side.owner[order]] = np.where(side.kind[order] == NO_KIND, MIXED, side.kind[order])
    return bound


@dataclass(frozen=True)
class _Walk:
    """One scenario in one direction, at the state that the result reports."""

    result: CascadeResult
    shock: int
    way: Literal["down", "up"]

    @property
    def layout(self) -> Layout:
        return self.result.layout

    @cached_property
    def side(self) -> Side:
        return self.layout.down if self.way == "down" else self.layout.up

    @cached_property
    def lost(self) -> FloatArray:
        left: FloatArray = getattr(self.result, self.way)[self.shock]
        return 1 - left

    @cached_property
    def least(self) -> FloatArray:
        least = np.zeros(self.side.nodes)
        for node, much in self.result.shocks[self.shock].lost.items():
            least[node] = much
        return least

    @cached_property
    def cut(self) -> FloatArray:
        """(M,) the share of each edge that is cut."""
        cuts = cuts_of(self.side, pack([self.result.shocks[self.shock]]))
        cut = np.zeros(len(self.side.edge))
        cut[cuts.place] = cuts.cut
        return cut

    @cached_property
    def felt(self) -> FloatArray:
        market = market_of(self.layout, self.result.settings) if self.way == "down" else None
        return self.lost if market is None else market.stands(self.lost[:, None])[:, 0]

    @cached_property
    def pieces(self) -> FloatArray:
        cuts = cuts_of(self.side, pack([self.result.shocks[self.shock]]))
        return piece_losses(self.side, self.felt[:, None], cuts)[:, 0]

    def links(self, node: int, *, worst: bool) -> Iterator[tuple[int, float, float]]:
        """Edges that pass a loss on to a node: place, part by the ban, part by the source."""
        side = self.side
        all_of = range(int(side.first[node]), int(side.first[node + 1]))
        most = max((self.pieces[piece] for piece in all_of), default=0.0)
        for piece in all_of:
            if worst and self.pieces[piece] < most - TIE:
                continue
            whole = self.pieces[piece]
            if whole <= 0:
                continue
            for place in range(int(side.start[piece]), int(side.start[piece + 1])):
                banned = side.share[place] * self.cut[place]
                felt = (side.share[place] - banned) * self.felt[side.source[place]]
                if banned > 0 or felt > 0:
                    yield place, float(banned / whole), float(felt / whole)

    def chain(self, node: int) -> tuple[Because, ...]:
        path = self._path(node, worst=True) or self._path(node, worst=False)
        return tuple(self._said(path or [(node, None)]))

    def _path(self, node: int, *, worst: bool) -> list[tuple[int, int | None]] | None:
        """Nodes from `node` to the shock, each with the place of the edge to the next.

        The last node's place is None if its own capacity is lost, and the cut edge's otherwise.
        """
        best = {node: 0.0}
        came: dict[int, tuple[int, int]] = {}
        queue: list[tuple[float, int, int]] = [(0.0, node, -1)]
        while queue:
            far, here, cut = heapq.heappop(queue)
            if cut >= 0 or (self.least[here] > 0 and self._own(here)):
                back: list[tuple[int, int | None]] = [(here, cut if cut >= 0 else None)]
                while back[-1][0] != node:
                    back.append(came[back[-1][0]])
                return back[::-1]
            if far > best.get(here, inf):
                continue
            for place, banned, felt in self.links(here, worst=worst):
                if banned > 0:
                    heapq.heappush(queue, (far - log(banned), here, place))
                source = int(self.side.source[place])
                if felt > 0 and far - log(felt) < best.get(source, inf) - TIE:
                    best[source] = far - log(felt)
                    came[source] = (here, place)
                    heapq.heappush(queue, (best[source], source, -1))
        return None

    def _own(self, node: int) -> bool:
        """Whether what the scenario takes binds at a node, rather than what reaches it."""
        return bool(self.least[node] >= self.lost[node] - TIE)

    def _said(self, path: list[tuple[int, int | None]]) -> Iterator[Because]:
        network, side = self.result.network, self.side
        for node, place in path:
            name, left = _name(network, node), float(1 - self.lost[node])
            head = f"{name} has {left:.0%} of its output left".replace("%", " %")
            if place is None:
                taken = _share(float(self.least[node]), "of its capacity")
                text = f"{head}, because the scenario takes {taken}."
                yield Because(node, "shock", None, (), left, text)
                continue
            piece = int(side.piece[place])
            kind = None if side.kind[piece] == NO_KIND else int(side.kind[piece])
            whole = float(self.pieces[piece])
            source = _name(network, int(side.source[place]))
            mostly = f"{'mostly ' if self._many(piece) else ''}from {source}"
            if self.way == "up":
                what = f"{_share(whole, 'of its orders')} are missing"
            elif kind is None:
                what = f"{_share(whole, 'of its inputs')} are missing, none essential"
            else:
                what = f"{_share(whole, f'of its input {network.sector_names[kind]}')} is missing"
            text = f"{head}, because {what} ({mostly})."
            yield Because(node, self.way, kind, self._edges(piece), left, text)
        node, place = path[-1]
        if place is not None:
            edge = int(side.edge[place])
            cut = float(self.cut[place])
            sold = f"{_name(network, int(network.supplier[edge]))} sells"
            to = _name(network, int(network.customer[edge]))
            text = f"The scenario cuts {_share(cut, f'of what {sold} to {to}')}."
            yield Because(node, "shock", None, (edge,), 1 - cut, text)

    def _many(self, piece: int) -> bool:
        return len(self._edges(piece)) > 1

    def _edges(self, piece: int) -> tuple[int, ...]:
        places = np.arange(self.side.start[piece], self.side.start[piece + 1])
        banned = self.side.share[places] * self.cut[places]
        part = banned + (self.side.share[places] - banned) * self.felt[self.side.source[places]]
        order = np.argsort(-part, kind="stable")
        return tuple(int(self.side.edge[places[n]]) for n in order if part[n] > 0)


def _name(network: Network, node: int) -> str:
    given = network.names[node] if network.names else ""
    return given or network.node_ids[node]


def _share(share: float, of: str) -> str:
    if share >= 1 - TIE:
        return f"all {of}"
    return f"{share:.0%} {of}".replace("%", " %")
