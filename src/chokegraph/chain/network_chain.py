# SPDX-License-Identifier: Apache-2.0
"""A supply network as a circuit: AND over the essential kinds of a buyer, OR over their sellers.

A node makes what it makes if its own group (country or owner) does not refuse, and if of every
essential kind that it buys enough is left. Kinds that are not essential stop nothing.

Networks may have rings: a maker of tools buys chips. What runs goes on running as long as nothing
it needs is gone, so blocked is the least that follows from the refusals. A ring is written out as
often as it has nodes, which is exact: no chain of consequences is longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from chokegraph.chain.circuit import Circuit, Gate
from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, Network
from chokegraph.chain.supply import Holding, Supply
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import UNKNOWN_PROVIDER

GroupBy = Literal["country", "firm"]
MOST_GATES = 20_000
"""Circuits that would be larger are not built: coalitions are then tried row by row."""
_SLACK = float(np.finfo(np.float32).eps)
_MOST_SETS = 4_000


@dataclass(frozen=True)
class NetworkPart:
    """What one goal of a network rests on.

    Args:
        goal: `node:ID` or `product:NAME`.
        sellers: Nodes any of which gives the goal: the node itself, or all that sell the product.
        shares: What part of the product each of them sells.
        nodes: Nodes on which the goal rests, themselves included, as indices of the network.
        groups: For each of them its group: a country or an owner.
        essential: (buyer, kind) -> (seller, share) pairs, indices into `nodes`.
        other: buyer -> (seller, share of all that the buyer buys): what is not essential.
    """

    goal: str
    sellers: tuple[int, ...]
    shares: tuple[float, ...]
    nodes: tuple[int, ...]
    groups: tuple[str, ...]
    essential: Mapping[tuple[int, int], tuple[tuple[int, float], ...]]
    other: Mapping[int, tuple[tuple[int, float], ...]]


def group_names(network: Network, by: GroupBy) -> tuple[str, ...]:
    """Return the group of every node: its country, or its owner (itself where none is known).

    Nodes without a country belong to "ZZ", whoever that is.

    Example:
        >>> from chokegraph.chain.examples import small_network
        >>> group_names(small_network(), "country")
        ('JP', 'NL', 'DE', 'TW')
    """
    if by == "country":
        known = network.countries or ("",) * network.nodes
        return tuple(country or UNKNOWN_PROVIDER for country in known)
    owners = network.owners or ("",) * network.nodes
    return tuple(owner or name for owner, name in zip(owners, network.node_ids, strict=True))


def network_part(network: Network, goal: str, *, by: GroupBy = "country") -> NetworkPart:
    """Return what a goal of a network rests on, upstream through every seller.

    Args:
        network: Who sells what to whom.
        goal: The id of a node, or the name of a product (a kind that is sold): the product is
            denied when nobody is left who makes it.
        by: Whether nodes are grouped by country or by owner.

    Raises:
        FindingsError: If there is neither a node nor a product of that name.

    Example:
        >>> from chokegraph.chain.examples import small_network
        >>> part = network_part(small_network(), "fab")
        >>> part.goal, sorted(part.groups)
        ('node:fab', ['DE', 'JP', 'NL', 'TW'])
    """
    name = goal.partition(":")[2] if goal.startswith(("node:", "product:")) else goal
    node = network.index.get(name) if not goal.startswith("product:") else None
    if node is not None:
        full = f"node:{name}"
        sellers: NDArray[np.int64] = np.array([node])
        shares: NDArray[np.float64] = np.ones(1)
    elif name in network.sector_names and not goal.startswith("node:"):
        full = f"product:{name}"
        sold = network.kind == network.sector_names.index(name)
        amount = np.bincount(network.supplier[sold], network.value[sold], network.nodes)
        sellers = np.flatnonzero(amount)
        shares = amount[sellers] / max(float(amount.sum()), _SLACK)
    else:
        near = [one for one in (*network.node_ids, *network.sector_names) if name and name in one]
        known = ", ".join(near[:4]) or f"for example {network.node_ids[0]}"
        finding = Finding(f"no node or product is called {name!r}", fix=f"use {known}")
        raise FindingsError([finding], title="coalitions")
    if not len(sellers):
        finding = Finding(f"nobody sells {name!r} in this network", fix="name a node instead")
        raise FindingsError([finding], title="coalitions")
    needed = network.essentiality[network.kind, network.sectors[network.customer]]
    used = needed != 0
    reached = _upstream(network, sellers, used)
    order = np.flatnonzero(reached)
    place = {int(old): new for new, old in enumerate(order)}
    groups = group_names(network, by)
    mine = used & reached[network.customer]
    essential = _pairs(network, mine & (needed == ESSENTIAL), place)
    bought = network.bought
    other: dict[int, list[tuple[int, float]]] = {}
    for edge in np.flatnonzero(mine & (needed == NON_ESSENTIAL)).tolist():
        buyer = int(network.customer[edge])
        pair = place[int(network.supplier[edge])], float(network.value[edge] / bought[buyer])
        other.setdefault(place[buyer], []).append(pair)
    return NetworkPart(
        full,
        tuple(place[int(seller)] for seller in sellers),
        tuple(float(share) for share in shares),
        tuple(int(old) for old in order),
        tuple(groups[int(old)] for old in order),
        essential,
        {buyer: tuple(pairs) for buyer, pairs in other.items()},
    )


def network_circuit(part: NetworkPart, *, threshold: float | None = None) -> Circuit | None:
    """Return the circuit of one goal of a network.

    Args:
        part: What the goal rests on.
        threshold: The share of a kind that a buyer must lose; None: all of it.

    Returns:
        The circuit, or None where it would be larger than `MOST_GATES`.

    Example:
        >>> from chokegraph.chain.coalitions import blocking_of
        >>> from chokegraph.chain.examples import small_network
        >>> circuit = network_circuit(network_part(small_network(), "fab"))
        >>> blocking_of(circuit)["node:fab"].coalitions
        (('TW',), ('DE', 'JP'), ('JP', 'NL'))
    """
    return _Builder(part, threshold).build()


@dataclass
class _Builder:
    part: NetworkPart
    threshold: float | None
    gates: list[Gate] = field(default_factory=list)
    raw: frozenset[int] = frozenset()

    def add(self, kind: Literal["all", "any"], children: Sequence[int]) -> int:
        ones = (1.0,) * len(children) if kind == "all" else ()
        self.gates.append(Gate(kind, tuple(children), ones))
        return len(self.gates) - 1

    def build(self) -> Circuit | None:
        part = self.part
        count = len(part.nodes)
        rows = [buyer for (buyer, _), pairs in part.essential.items() for _ in pairs]
        columns = [seller for pairs in part.essential.values() for seller, _ in pairs]
        graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
        number, ring = connected_components(graph, directed=True, connection="strong")
        members: list[list[int]] = [[] for _ in range(number)]
        for node, one in enumerate(ring.tolist()):
            members[one].append(node)
        if sum(len(nodes) ** 2 for nodes in members) > MOST_GATES:
            return None
        kinds: dict[int, list[tuple[tuple[int, float], ...]]] = {}
        for (buyer, _), pairs in part.essential.items():
            kinds.setdefault(buyer, []).append(pairs)
        # Where the group is unknown, a small seller could be taken for rounding: not there.
        unknown = {node for node, group in enumerate(part.groups) if group == UNKNOWN_PROVIDER}
        self.raw = frozenset(range(count)) - set(kinds) - unknown
        never = self.add("all", [])
        gate = [never] * count
        own = [self._own(group) for group in part.groups]
        for one in _sellers_first(graph, ring, number):
            nodes = members[one]
            inside = set(nodes)
            loops = any(seller in inside for node in nodes for p in kinds.get(node, ())
                        for seller, _ in p)  # fmt: skip
            for _ in range(len(nodes) if loops else 1):
                made = {}
                for node in nodes:
                    needs = []
                    for pairs in kinds.get(node, ()):
                        found = self._kind(pairs, gate, never)
                        if found is None:
                            return None
                        needs.append(found)
                    made[node] = self.add("all", [own[node], *needs])
                for node, index in made.items():
                    gate[node] = index
                if len(self.gates) > 4 * MOST_GATES:
                    return None
        pairs = tuple(zip(part.sellers, part.shares, strict=True))
        goal = self._kind(pairs, gate, never)
        return None if goal is None else Circuit(tuple(self.gates), {part.goal: goal})

    def _own(self, group: str) -> int:
        """The node itself refuses with its group: denied as soon as that does."""
        holdings = (Holding(group, 1.0, 1.0, 1.0),)
        self.gates.append(Gate("leaf", supply=Supply(group, None, holdings, denied_at=1.0)))
        return len(self.gates) - 1

    def _raw(self, pairs: Sequence[tuple[int, float]]) -> int:
        """Sellers that need nothing themselves: one supply, divided among their groups."""
        held: dict[str, float] = {}
        for seller, share in pairs:
            group = self.part.groups[seller]
            held[group] = held.get(group, 0.0) + share
        rows = [Holding(group, share, share, share) for group, share in sorted(held.items())]
        self.gates.append(Gate("leaf", supply=Supply(self.part.goal, None, tuple(rows))))
        return len(self.gates) - 1

    def _kind(
        self, pairs: Sequence[tuple[int, float]], gate: Sequence[int], never: int
    ) -> int | None:
        """Blocked where sellers of the threshold's share are; None: too many ways to count."""
        if all(seller in self.raw for seller, _ in pairs):
            return self._raw(pairs)
        if self.threshold is None or len(pairs) == 1:
            return self.add("any", [gate[seller] for seller, _ in pairs])
        sets = winning_sets([share for _, share in pairs], self.threshold)
        if sets is None:
            return None
        ways = [self.add("any", [gate[pairs[i][0]] for i in one]) for one in sets]
        return self.add("all", ways) if ways else never


def winning_sets(shares: Sequence[float], threshold: float) -> list[tuple[int, ...]] | None:
    """Return the smallest sets whose shares reach a threshold, or None if there are too many.

    Example:
        >>> winning_sets([0.5, 0.3, 0.2], 0.7)
        [(0, 1), (0, 2)]
    """
    order = sorted(range(len(shares)), key=lambda i: -shares[i])
    found: list[tuple[int, ...]] = []
    tried = 0
    # A smallest set does without its least share: so it is a combination whose rest falls short.
    for size in range(1, len(order) + 1):
        for some in combinations(order, size):
            tried += 1
            if tried > 10 * _MOST_SETS:
                return None
            total = sum(shares[i] for i in some)
            least = shares[some[-1]]
            if total >= threshold - _SLACK and total - least < threshold - _SLACK:
                found.append(tuple(sorted(some)))
    return found if len(found) <= _MOST_SETS else None


def _sellers_first(graph: csr_array, ring: NDArray[np.int32], number: int) -> list[int]:
    """Rings in an order in which sellers stand before their buyers."""
    needs: list[set[int]] = [set() for _ in range(number)]
    buyers, sellers = graph.nonzero()
    for buyer, seller in zip(ring[buyers].tolist(), ring[sellers].tolist(), strict=True):
        if buyer != seller:
            needs[buyer].add(seller)
    order: list[int] = []
    seen = [False] * number
    for start in range(number):
        stack = [(start, False)]
        while stack:
            one, done = stack.pop()
            if done:
                order.append(one)
            elif not seen[one]:
                seen[one] = True
                stack.append((one, True))
                stack.extend((other, False) for other in sorted(needs[one]) if not seen[other])
    return order


def _upstream(
    network: Network, start: NDArray[np.int64], used: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which nodes sell to these, directly or through others, what matters to them."""
    reached = np.zeros(network.nodes, dtype=bool)
    reached[start] = True
    while True:
        sellers = network.supplier[used & reached[network.customer]]
        if reached[sellers].all():
            return reached
        reached[sellers] = True


def _pairs(
    network: Network, edges: NDArray[np.bool_], place: Mapping[int, int]
) -> dict[tuple[int, int], tuple[tuple[int, float], ...]]:
    found: dict[tuple[int, int], dict[int, float]] = {}
    for edge in np.flatnonzero(edges).tolist():
        key = place[int(network.customer[edge])], int(network.kind[edge])
        row = found.setdefault(key, {})
        seller = place[int(network.supplier[edge])]
        row[seller] = row.get(seller, 0.0) + float(network.value[edge])
    return {
        key: tuple((seller, value / sum(row.values())) for seller, value in row.items())
        for key, row in found.items()
    }
