# SPDX-License-Identifier: Apache-2.0
"""Why a node of the network loses what it loses: the chain of what binds, back to a cut link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.chain.networks import ESSENTIAL, NONE, Network
from chokegraph.chain.networks.world_edges import BOUGHT, NEW_LINES

Array = np.ndarray[Any, np.dtype[Any]]

_LITTLE = 1e-9
_NO_KIND = -1


@dataclass(frozen=True)
class Binding:
    """One step of the chain: the input that binds at a node, and the supplier most to blame.

    Args:
        node: The node that loses.
        lost: What it loses, 0..1.
        kind: The input that binds, as an index into the network's names; -1 for inputs that are
            not essential, together.
        edge: The link through which most of it is lost.
        part: That link's part of the node's purchases of the kind.
        cut: How much of the link is cut, 0..1; 0 where the supplier itself fails.
    """

    node: int
    lost: float
    kind: int
    edge: int
    part: float
    cut: float


class Incoming:
    """The links into each node, looked up once for all draws of a network.

    Args:
        network: The network, or one with the same links and other values.
    """

    def __init__(self, network: Network) -> None:
        self._order = np.argsort(network.customer, kind="stable")
        self._first = np.searchsorted(
            network.customer[self._order], np.arange(network.nodes + 1)
        ).tolist()

    def of(self, node: int) -> Array:
        """Return the links into a node."""
        return np.asarray(self._order[self._first[node] : self._first[node + 1]])


def binding_chain(
    network: Network,
    lost: Array,
    cut: Mapping[int, float],
    node: int,
    *,
    incoming: Incoming | None = None,
) -> tuple[Binding, ...]:
    """Return why a node loses: what binds there, at its supplier, and so on, to a cut link.

    Args:
        network: The network.
        lost: Loss of each node downstream, [N].
        cut: Cut fraction by edge.
        node: Where to begin.
        incoming: The links into each node, where several chains are asked for.

    Returns:
        The steps, from the node to the cut; none where nothing is lost. It ends where a link is
        cut, or at a node that has lost nothing.

    Example:
        >>> from chokegraph.chain.cascade import Settings, Shock, cascade
        >>> from chokegraph.chain.networks.from_world import network_of_world
        >>> from chokegraph.chain.examples import toy_world
        >>> network = network_of_world(toy_world())
        >>> edge = int(np.flatnonzero(network.supplier == network.index["JP/wafer"])[0])
        >>> shock = Shock("no wafers from Japan", cut={edge: 1.0})
        >>> ran = cascade(network, [shock], Settings(mode="converged", market_shares=False))
        >>> node = network.index["world/route:chip/new lines"]
        >>> chain = binding_chain(network, 1 - ran.down[0], shock.cut, node)
        >>> [network.sector_names[step.kind] for step in chain], chain[-1].cut
        (['wafer', 'wafer'], 1.0)
    """
    steps: list[Binding] = []
    seen = {node}
    incoming = incoming or Incoming(network)
    while lost[node] > _LITTLE:
        step = _binds(network, lost, cut, node, incoming.of(node))
        if step is None:
            break
        steps.append(step)
        node = int(network.supplier[step.edge])
        if step.cut > 0 or node in seen:
            break
        seen.add(node)
    return tuple(steps)


def _binds(
    network: Network, lost: Array, cut: Mapping[int, float], node: int, edges: Array
) -> Binding | None:
    """Return the kind of input that loses most at a node, and its worst link."""
    suppliers, values = network.supplier[edges], network.value[edges]
    need = network.essentiality[network.kind[edges], network.sectors[node]]
    kinds = np.where(need == ESSENTIAL, network.kind[edges], _NO_KIND)
    severed = np.array([cut.get(edge, 0.0) for edge in edges.tolist()])
    missing = np.where(need == NONE, 0.0, 1.0 - (1.0 - severed) * (1.0 - lost[suppliers]))
    if not missing.any():
        return None
    names, place = np.unique(kinds, return_inverse=True)
    whole = np.bincount(place, values)
    whole[names == _NO_KIND] = values.sum()
    part = values / whole[place]
    blame = part * missing
    kind = int(np.argmax(np.bincount(place, blame)))
    edge = int(np.argmax(np.where(place == kind, blame, -1.0)))
    return Binding(
        node,
        float(lost[node]),
        int(names[kind]),
        int(edges[edge]),
        float(part[edge]),
        float(severed[edge]),
    )


def in_words(network: Network, chain: Sequence[Binding], names: Mapping[str, str]) -> str:
    """Say a chain in one sentence, from what is lacking to the link that is cut.

    Args:
        network: The network.
        chain: The steps.
        names: Names of inputs by id, and of routes by `route:ID`.
    """
    parts: list[str] = []
    for place, step in enumerate(chain):
        supplier = int(network.supplier[step.edge])
        sector = network.sector_names[network.sectors[supplier]]
        if sector.startswith("route:"):
            route = names.get(sector.removesuffix(NEW_LINES), sector)
            parts.append(f"{_percent(step.part)} of it goes by {route}")
        elif sector.endswith(BOUGHT):
            name = sector.removesuffix(BOUGHT)
            lacks = chain[place + 1].lost if place + 1 < len(chain) else step.lost
            parts.append(f"it lacks {_percent(lacks)} of {names.get(name, name)}")
        elif step.cut > 0:
            parts.append(
                f"{network.owners[supplier]} sells {_percent(step.part)} of what is bought, "
                f"of which {_percent(step.cut)} is cut"
            )
        else:
            parts.append(
                f"{network.owners[supplier]} sells {_percent(step.part)} of what is bought, "
                "and its makers"
            )
    return "; ".join(parts).replace("makers; it lacks", "makers lack")


def inputs_of(network: Network, chain: Sequence[Binding]) -> tuple[str, ...]:
    """Return the inputs that a chain passes, from what is lacking to what is cut."""
    found: dict[str, None] = {}
    for step in chain:
        sector = network.sector_names[network.sectors[network.supplier[step.edge]]]
        if sector.endswith(BOUGHT):
            found[sector.removesuffix(BOUGHT)] = None
    return tuple(found)


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
