# SPDX-License-Identifier: Apache-2.0
"""The network as the engines read it: shares of inputs and of sales, sorted by who pulls them.

A *piece* is a set of edges whose losses add up at one node. Downstream, a node has one piece for
each essential kind of input and one for all non-essential inputs together; upstream, one for all
its customers. A node loses as much as its worst piece does, so both directions are the same sum
and maximum over different pieces, and one engine does both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from chokegraph.chain.networks import ESSENTIAL, NONE, Network
from chokegraph.errors import Finding

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

NO_KIND = -1
"""Stands for "no one kind": a piece of non-essential inputs, or of customers."""


@dataclass(frozen=True)
class Side:
    """One direction: what each node's loss is made of.

    Args:
        nodes: N.
        first: (N + 1,) pieces of node j are `first[j]` to `first[j + 1]`.
        start: (P + 1,) edges of piece p are `start[p]` to `start[p + 1]`.
        kind: (P,) kind of input of each piece, `NO_KIND` where there is no one kind.
        source: (M,) the node whose loss an edge passes on.
        share: (M,) how much of the piece hangs on the edge, 0 to 1.
        edge: (M,) the edge's index in the network; edges that pass nothing on are left out.

    Example:
        >>> from chokegraph.chain.cascade.examples import two_suppliers
        >>> layout_of(two_suppliers()).down.share.tolist()
        [0.75, 0.25, 1.0]
    """

    nodes: int
    first: IntArray
    start: IntArray
    kind: IntArray
    source: IntArray
    share: FloatArray
    edge: IntArray

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return len(self.kind)

    @cached_property
    def owner(self) -> IntArray:
        """(P,) the node that each piece belongs to."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.first))

    @cached_property
    def piece(self) -> IntArray:
        """(M,) the piece that each edge belongs to."""
        return np.repeat(np.arange(self.pieces, dtype=np.int32), np.diff(self.start))

    @cached_property
    def place(self) -> IntArray:
        """Where each edge of the network stands here; -1 where it passes nothing on.

        The last entry, always -1, is for all edges behind the last one that passes something on.
        """
        place = np.full(int(self.edge.max(initial=-1)) + 2, -1, dtype=np.int32)
        place[self.edge] = np.arange(len(self.edge), dtype=np.int32)
        return place

    @cached_property
    def matrix(self) -> Any:  # noqa: ANN401 - scipy has no types
        """Pieces by nodes: the shares, as a sparse matrix."""
        return csr_array((self.share, self.source, self.start), shape=(self.pieces, self.nodes))


@dataclass(frozen=True)
class Layout:
    """A network as the engines read it.

    Args:
        down: Customers that lose inputs.
        up: Suppliers that lose orders.
        market: (N,) market of each node, 0 to Q - 1.
        market_share: (N,) a node's sales as a share of its market's.
        market_size: (Q,) sales of each market, in the network's unit.
        findings: What a reader should know about the network's facts.

    Example:
        >>> from chokegraph.chain.cascade.examples import two_suppliers
        >>> layout_of(two_suppliers()).market_share.tolist()
        [0.75, 0.25, 1.0, 0.0]
    """

    down: Side
    up: Side
    market: IntArray
    market_share: FloatArray
    market_size: FloatArray
    findings: tuple[Finding, ...]


def layout_of(network: Network) -> Layout:
    """Lay a network out for the engines.

    Args:
        network: Who sells what to whom.

    Returns:
        The two directions, the markets, and warnings about facts that are missing.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> layout_of(chain_of_three()).up.share.tolist()
        [1.0, 1.0]
    """
    sales, findings = sales_of(network)
    names, market = np.unique(network.markets, return_inverse=True)
    size = np.bincount(market, network.sold, len(names)).astype(np.float64)
    share = np.divide(
        network.sold, size[market], out=np.zeros(network.nodes), where=size[market] > 0
    )
    return Layout(
        down=_downstream(network),
        up=_upstream(network, sales),
        market=market.astype(np.int32),
        market_share=share,
        market_size=size,
        findings=tuple(findings),
    )


def sales_of(network: Network) -> tuple[FloatArray, list[Finding]]:
    """All that each node sells, and a warning where it is not known.

    Args:
        network: The network; `sales` may be None or hold NaN.

    Returns:
        (N,) sales, at least what the edges add up to, and the warnings.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> sales_of(chain_of_three())[1][0].severity
        'warning'
    """
    sold = network.sold
    fix = "give each node's sales, final demand included"
    if network.sales is None:
        message = (
            "sales to final demand are not known: every order is taken to come from inside the "
            "network, so losses of orders are too high"
        )
        return sold, [Finding(message, fix=fix, severity="warning")]
    findings: list[Finding] = []
    unknown = np.isnan(network.sales) & (sold > 0)
    if unknown.any():
        message = (
            f"sales of {unknown.sum()} of {network.nodes} nodes are not known, the first is "
            f"{network.node_ids[int(np.argmax(unknown))]!r}: taken to be what the edges add up to"
        )
        findings.append(Finding(message, fix=fix, severity="warning"))
    with np.errstate(invalid="ignore"):
        below = network.sales < sold * (1 - 1e-9)
    if below.any():
        message = (
            f"sales of {below.sum()} of {network.nodes} nodes are below what their edges add up "
            f"to, the first is {network.node_ids[int(np.argmax(below))]!r}: the edges are taken"
        )
        findings.append(Finding(message, fix="mend the sales or the edges", severity="warning"))
    return np.fmax(network.sales, sold), findings


def _downstream(network: Network) -> Side:
    need = network.essentiality[network.kind, network.sectors[network.customer]]
    edge = np.flatnonzero(need != NONE)
    essential = need[edge] == ESSENTIAL
    kind = np.where(essential, network.kind[edge], NO_KIND)
    customer = network.customer[edge]
    order = np.lexsort((network.supplier[edge], kind, customer))
    edge, kind, customer = edge[order], kind[order], customer[order]
    new = np.ones(len(edge), dtype=bool)
    new[1:] = (kind[1:] != kind[:-1]) | (customer[1:] != customer[:-1])
    start = np.append(np.flatnonzero(new), len(edge))
    piece = np.cumsum(new) - 1
    value = network.value[edge]
    of_kind = np.bincount(piece, value, len(start) - 1)[piece]
    share = value / np.where(kind == NO_KIND, network.bought[customer], of_kind)
    owner = customer[start[:-1]]
    first = np.searchsorted(owner, np.arange(network.nodes + 1))
    return Side(
        nodes=network.nodes,
        first=first.astype(np.int32),
        start=start.astype(np.int32),
        kind=kind[start[:-1]].astype(np.int32),
        source=network.supplier[edge].astype(np.int32),
        share=share,
        edge=edge.astype(np.int32),
    )


def _upstream(network: Network, sales: FloatArray) -> Side:
    edge = np.lexsort((network.customer, network.supplier))
    supplier = network.supplier[edge]
    first = np.searchsorted(supplier, np.arange(network.nodes + 1))
    sells = np.diff(first) > 0
    return Side(
        nodes=network.nodes,
        first=np.append(0, np.cumsum(sells)).astype(np.int32),
        start=np.append(first[:-1][sells], len(edge)).astype(np.int32),
        kind=np.full(int(sells.sum()), NO_KIND, dtype=np.int32),
        source=network.customer[edge].astype(np.int32),
        share=network.value[edge] / sales[supplier],
        edge=edge.astype(np.int32),
    )
