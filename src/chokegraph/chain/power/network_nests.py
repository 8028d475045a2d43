# SPDX-License-Identifier: Apache-2.0
"""A country's part of a network as nested CES with circles, solved by iteration from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.networks.model import ESSENTIAL, NONE, Network
from chokegraph.chain.power.means import FloatArray, Horizon, exponent
from chokegraph.chain.power.solve import BoolArray
from chokegraph.errors import Finding, FindingsError

IndexArray = NDArray[np.intp]
_ROUNDS = 5000
_CLOSE = 1e-10


@dataclass(frozen=True)
class NetworkNests:
    """Edges into the target, grouped by buyer and kind.

    Args:
        nodes: [node], the nodes of the target.
        supplier: [edge], who sells.
        own: [edge], the seller's place in `nodes`; -1 for one abroad.
        group: [edge], the purchase of one kind by one buyer that the edge is part of.
        share: [edge], its part of that purchase.
        buyer: [group], the buyer's place in `nodes`.
        essential: [group], whether the buyer needs the kind entirely.
        part: [group], the kind's part of what the buyer buys.
    """

    nodes: IndexArray
    supplier: IndexArray
    own: IndexArray
    group: IndexArray
    share: FloatArray
    buyer: IndexArray
    essential: BoolArray
    part: FloatArray


def network_nests(network: Network, inside: BoolArray) -> NetworkNests:
    """Group the edges into some nodes of a network by buyer and kind."""
    nodes = np.flatnonzero(inside).astype(np.intp)
    place = np.full(network.nodes, -1)
    place[nodes] = np.arange(len(nodes))
    needed = network.essentiality[network.kind, network.sectors[network.customer]]
    edges = np.flatnonzero(inside[network.customer] & (needed != NONE))
    kinds = len(network.sector_names)
    key = place[network.customer[edges]] * kinds + network.kind[edges]
    groups, group = np.unique(key, return_inverse=True)
    value = network.value[edges]
    whole = np.bincount(group, value, len(groups))
    buyer = groups // kinds
    sector = network.sectors[nodes[buyer]]
    bought = np.bincount(buyer, whole, len(nodes))
    return NetworkNests(
        nodes,
        network.supplier[edges].astype(np.intp),
        place[network.supplier[edges]],
        group,
        value / whole[group],
        buyer.astype(np.intp),
        network.essentiality[groups % kinds, sector] == ESSENTIAL,
        whole / bought[buyer],
    )


def solve_network(
    nests: NetworkNests,
    refused: BoolArray,
    value: Mapping[str, float],
    horizon: Horizon,
    kept: float,
) -> FloatArray:
    """Return what is left of each node of the target, [node].

    Args:
        nests: The edges into the target.
        refused: [edge], whether it is refused.
        value: The parameters by name.
        horizon: "long" or "short".
        kept: What refused edges go on delivering.

    Raises:
        FindingsError: If the circles do not settle.
    """
    across = float(exponent(value["suppliers"], horizon))
    between = float(exponent(value["inputs"], horizon))
    bought = value["upstream_share"]
    need = np.where(nests.essential, 1.0, value["non_essential_need"])
    count, groups = len(nests.nodes), len(nests.buyer)
    buys = np.bincount(nests.buyer, minlength=count) > 0
    left: FloatArray = np.ones(count)
    for _ in range(_ROUNDS):
        of_edge = np.where(nests.own >= 0, left[nests.own], 1.0)
        of_edge = np.where(refused, kept, of_edge)
        of_kind = _means(of_edge, nests.share, nests.group, groups, across)
        weak = 1.0 - need * (1.0 - of_kind)
        after = _means(weak, bought * nests.part, nests.buyer, count, between, 1.0 - bought)
        after = np.where(buys, np.minimum(after, left), 1.0)
        moved = float(np.abs(after - left).max(initial=0.0))
        left = np.asarray(after, dtype=np.float64)
        if moved < _CLOSE:
            return left
    finding = Finding(
        f"what is left still moved by {moved:.1e} after {_ROUNDS} rounds",
        fix="nodes that buy nearly everything from each other: check the values of their edges",
    )
    raise FindingsError([finding], title="power")


def _means(
    values: FloatArray,
    weights: FloatArray,
    group: IndexArray,
    groups: int,
    r: float,
    rest: float = 0.0,
) -> FloatArray:
    """Weighted power means by group; `rest` is the weight of what is never lost."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        if r == 0.0:
            return np.asarray(np.exp(np.bincount(group, weights * np.log(values), groups)))
        total = np.bincount(group, weights * values**r, groups) + rest
        return np.asarray(total ** (1.0 / r))
