# SPDX-License-Identifier: Apache-2.0
"""The nodes of nested CES, as values: markets, bundles, and how they hang together.

* A market is what the target buys of one input at one grade: a nest over suppliers. What the
  target's own suppliers sell is made from what that input needs in turn (a domestic tool with
  foreign parts is not domestic).
* A bundle is a nest over other nodes: "all" joins the inputs of a route, a process or a tool;
  "any" joins variants of an input, or routes of a product. Part of a bundle's cost may be the
  maker's own work, which nobody can withdraw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.purchases import Purchases
from chokegraph.world.model import UNKNOWN_PROVIDER, Level


@dataclass(frozen=True)
class Market:
    """A nest over the suppliers of one input at one grade.

    Args:
        purchases: From whom the target buys.
        elasticity: [1 + draws] between suppliers, by horizon.
        made: The node that says what the target's own suppliers need; None: nothing known.
    """

    purchases: Purchases
    elasticity: Mapping[Horizon, FloatArray]
    made: int | None = None


@dataclass(frozen=True)
class Bundle:
    """A nest over other nodes.

    Args:
        kind: "all" (inputs), "any" (variants or routes) or "top" (inputs and own work).
        children: Earlier nodes.
        shares: [child, 1 + draws], shares of cost.
        needs: [child], strength of each need, 0..1.
        own_work: [1 + draws], the share of cost that nobody can withdraw.
        elasticity: [1 + draws], by horizon.
    """

    kind: Literal["all", "any", "top"]
    children: tuple[int, ...]
    shares: FloatArray
    needs: FloatArray
    own_work: FloatArray
    elasticity: Mapping[Horizon, FloatArray]


@dataclass(frozen=True)
class Nests:
    """The nested CES of a target's chain, children first.

    Args:
        target: Who buys.
        level: Whether suppliers are countries or firms.
        nodes: Markets and bundles.
        goals: `input:id`, `route:id` and `product:id` to node.
        draws: How many draws there are, beside column 0 (the figures as they stand).
        suppliers: Everyone who may refuse: all foreign providers, without the unattributed rest.
        sizes: Spending on each node, for weights; USD million a year, [1 + draws].
    """

    target: str
    level: Level
    nodes: tuple[Market | Bundle, ...]
    goals: Mapping[str, int]
    draws: int
    suppliers: tuple[str, ...]
    sizes: tuple[FloatArray, ...]

    def cone(self, goals: Iterable[str]) -> Nests:
        """Return the part that some goals rest on.

        Example:
            >>> from chokegraph.chain.examples import toy_world
            >>> from chokegraph.chain.power.nests import nests
            >>> len(nests(toy_world(), "CN").cone(["input:litho"]).nodes)
            1
        """
        wanted = {name: self.goals[name] for name in goals}
        keep: set[int] = set()
        stack = list(wanted.values())
        while stack:
            index = stack.pop()
            if index in keep:
                continue
            keep.add(index)
            stack += children_of(self.nodes[index])
        order = sorted(keep)
        place = {old: new for new, old in enumerate(order)}
        nodes = tuple(_moved(self.nodes[old], place) for old in order)
        return replace(
            self,
            nodes=nodes,
            goals={name: place[index] for name, index in wanted.items()},
            suppliers=suppliers_of(nodes),
            sizes=tuple(self.sizes[old] for old in order),
        )

    def figures(self) -> Nests:
        """Return the same nests with column 0 only: the figures as they stand."""
        return replace(
            self,
            nodes=tuple(_first_column(node) for node in self.nodes),
            draws=0,
            sizes=tuple(size[:1] for size in self.sizes),
        )

    @property
    def markets(self) -> tuple[tuple[int, Market], ...]:
        """Every market with its node number."""
        return tuple((n, node) for n, node in enumerate(self.nodes) if isinstance(node, Market))


def children_of(node: Market | Bundle) -> tuple[int, ...]:
    """Return the nodes that a node rests on."""
    if isinstance(node, Bundle):
        return node.children
    return () if node.made is None else (node.made,)


def suppliers_of(nodes: Iterable[Market | Bundle]) -> tuple[str, ...]:
    """Return all foreign providers with a name, in order of appearance."""
    found: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, Market):
            bought = node.purchases
            for name, own, held in zip(bought.providers, bought.own, bought.shares, strict=True):
                if not own and name != UNKNOWN_PROVIDER and held.any():
                    found[name] = None
    return tuple(found)


def _moved(node: Market | Bundle, place: Mapping[int, int]) -> Market | Bundle:
    if isinstance(node, Bundle):
        return replace(node, children=tuple(place[child] for child in node.children))
    return replace(node, made=None if node.made is None else place[node.made])


def _first_column(node: Market | Bundle) -> Market | Bundle:
    elasticity = {horizon: value[:1] for horizon, value in node.elasticity.items()}
    if isinstance(node, Bundle):
        shares, own_work = node.shares[:, :1], node.own_work[:1]
        return replace(node, shares=shares, own_work=own_work, elasticity=elasticity)
    purchases = replace(node.purchases, shares=node.purchases.shares[:, :1])
    return replace(node, purchases=purchases, elasticity=elasticity)
