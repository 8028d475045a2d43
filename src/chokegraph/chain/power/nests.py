# SPDX-License-Identifier: Apache-2.0
"""The chain as nested CES: from a `World` to markets and bundles (`nodes.py`), children first.

Cost shares within a bundle go by the world market size of the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from chokegraph.chain.graph import Key, refuse_cycle
from chokegraph.chain.power.means import FloatArray, Horizon
from chokegraph.chain.power.nodes import Bundle, Market, Nests, suppliers_of
from chokegraph.chain.power.parameters import Parameter, find, normals, parameters, split_normal
from chokegraph.chain.power.purchases import Buyer
from chokegraph.world.estimates import estimate
from chokegraph.world.model import Level, Link, World


def nests(
    world: World,
    target: str,
    *,
    by: Level = "country",
    draws: int = 0,
    seed: int = 0,
    rows: Sequence[Parameter] | None = None,
) -> Nests:
    """Compile the chain of a target into nested CES.

    Args:
        world: The facts.
        target: The country that buys.
        by: Whether suppliers are countries or firms.
        draws: How many draws, beside the figures as they stand.
        seed: Seed of the draws.
        rows: Parameters (`parameters.assume`); those of the table if None.

    Raises:
        FindingsError: If the chain has a cycle.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> sorted(nests(toy_world(), "CN").goals)
        ['input:litho', 'input:wafer', 'product:chip', 'route:chip']
    """
    builder = _Builder(world, target, by, draws, seed, parameters() if rows is None else rows)
    for input_id in world.inputs:
        builder.goals[f"input:{input_id}"] = builder.input_node((input_id, None))
    builder.add_products()
    return Nests(
        target,
        by,
        tuple(builder.nodes),
        dict(builder.goals),
        draws,
        suppliers_of(builder.nodes),
        tuple(builder.sizes),
    )


@dataclass
class _Builder:
    world: World
    target: str
    level: Level
    draws: int
    seed: int
    rows: Sequence[Parameter]
    nodes: list[Market | Bundle] = field(default_factory=list)
    sizes: list[FloatArray] = field(default_factory=list)
    goals: dict[str, int] = field(default_factory=dict)
    done: dict[Key, int] = field(default_factory=dict)
    path: list[Key] = field(default_factory=list)
    into: dict[str, list[Link]] = field(default_factory=dict)
    buyer: Buyer = field(init=False)
    middle: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.buyer = Buyer(self.world, self.target, self.level, self.draws, self.seed)
        for link in self.world.links:
            self.into.setdefault(link.target, []).append(link)
        logs: dict[str, list[float]] = {}
        for input_id, item in self.world.inputs.items():
            found = estimate(self.world, f"input:{input_id}", "market_size")
            if found is not None and found.value:
                for group in (item.stage, ""):
                    logs.setdefault(group, []).append(float(np.log(found.value)))
        self.middle = {group: float(np.exp(np.mean(values))) for group, values in logs.items()}

    def input_node(self, key: Key) -> int:
        """The node of an input at a grade: a market, or a bundle where nobody sells it as such."""
        if key in self.done:
            return self.done[key]
        refuse_cycle(self.path, key)
        self.path.append(key)
        input_id, grade = key
        item = self.world.inputs[input_id]
        needed, variants = [], []
        for link in self.into.get(input_id, ()):
            ladder = self.world.inputs[link.source].ladder_id
            same = bool(ladder) and ladder == item.ladder_id
            if link.relation == "variant_of":
                variants.append((self.input_node((link.source, grade if same else None)), 1.0))
            else:
                passed = grade if item.use == "none" and same else None
                needed.append((self.input_node((link.source, passed)), link.essentiality))
        sold = item.use != "none" or not (needed or variants)
        made = None
        if needed:
            work = "upstream_share" if sold or variants else ""
            made = self._bundle("all", needed, input_id, own_work=work)
        if sold:
            node = self._market(input_id, grade, made)
            if variants:
                node = self._bundle("any", [(node, 1.0), *variants], input_id)
        elif variants:
            node = self._bundle("any", variants, input_id)
            if made is not None:
                node = self._bundle("all", [(node, 1.0), (made, 1.0)], f"{input_id}:with")
        else:
            node = made if made is not None else self._market(input_id, grade, None)
        self.path.pop()
        self.done[key] = node
        return node

    def add_products(self) -> None:
        """Add routes and products."""
        needs: dict[str, list[tuple[int, float]]] = {}
        for need in self.world.needs:
            child = self.input_node((need.input_id, need.grade_asked))
            needs.setdefault(need.route_id, []).append((child, need.requirement))
        made_by: dict[str, list[tuple[int, bool]]] = {}
        for route in self.world.routes.values():
            if route.route_id not in needs:
                continue
            basket = self._bundle("all", needs[route.route_id], route.route_id)
            node = self._bundle("top", [(basket, 1.0)], route.route_id, own_work="input_share")
            self.goals[f"route:{route.route_id}"] = node
            made_by.setdefault(route.product_id, []).append((node, route.design_around))
        aside = self._value("design_around_share", "long")
        for product_id in self.world.products:
            routes = made_by.get(product_id)
            if not routes:
                continue
            weights = np.stack([aside if around else np.ones_like(aside) for _, around in routes])
            self.goals[f"product:{product_id}"] = self._add(
                Bundle(
                    "any",
                    tuple(node for node, _ in routes),
                    weights / weights.sum(axis=0),
                    np.ones(len(routes)),
                    np.zeros(1 + self.draws),
                    self._both("routes", f"routes:{product_id}"),
                ),
                self.sizes[routes[0][0]],
            )

    def _add(self, node: Market | Bundle, size: FloatArray) -> int:
        self.nodes.append(node)
        self.sizes.append(size)
        return len(self.nodes) - 1

    def _z(self, name: str) -> FloatArray:
        return normals(self.seed, name, self.draws)

    def _value(self, name: str, horizon: Horizon) -> FloatArray:
        return find(name, horizon, None, self.rows).value(self._z(name))

    def _both(self, name: str, stream: str, item_id: str = "") -> dict[Horizon, FloatArray]:
        """An elasticity by horizon; the same scores, so that short is low where long is low.

        Half of the variance is common to all of a name, half belongs to the one nest.
        """
        z = np.sqrt(0.5) * (self._z(name) + self._z(stream))
        item = self.world.inputs[item_id] if item_id else None
        horizons: tuple[Horizon, ...] = ("long", "short")
        return {horizon: find(name, horizon, item, self.rows).value(z) for horizon in horizons}

    def _market(self, input_id: str, grade: float | None, made: int | None) -> int:
        market = Market(
            self.buyer.buys(input_id, grade),
            self._both("suppliers", f"suppliers:{input_id}", input_id),
            made,
        )
        return self._add(market, self._size(input_id))

    def _bundle(
        self,
        kind: Literal["all", "any", "top"],
        children: Sequence[tuple[int, float]],
        about: str,
        *,
        own_work: str = "",
    ) -> int:
        sizes = np.stack([self.sizes[node] for node, _ in children])
        inputs = self._value(own_work, "long") if own_work else np.ones(1 + self.draws)
        name = {"all": "inputs", "any": "variants", "top": "top"}[kind]
        bundle = Bundle(
            kind,
            tuple(node for node, _ in children),
            inputs * sizes / sizes.sum(axis=0),
            np.array([need for _, need in children]),
            1.0 - inputs,
            self._both(name, f"{name}:{about}"),
        )
        return self._add(bundle, sizes.sum(axis=0))

    def _size(self, input_id: str) -> FloatArray:
        """World market size in USD million a year; without one, the middle of its stage."""
        found = estimate(self.world, f"input:{input_id}", "market_size")
        z = self._z(f"size:{input_id}")
        if found is not None and found.value:
            low = max(found.low, np.finfo(float).tiny)
            logs = np.log([found.value, low, max(found.high, found.value)])
            return np.asarray(np.exp(split_normal(logs[0], logs[1], logs[2], z)))
        stage = self.world.inputs[input_id].stage
        middle = self.middle.get(stage, self.middle.get("", 1.0))
        return middle * find("size_spread", "long", None, self.rows).value(z)
