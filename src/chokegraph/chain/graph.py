# SPDX-License-Identifier: Apache-2.0
"""From a `World` to its AND/OR circuit: inputs, routes and products.

An input is available if somebody supplies it, and all that it needs is available, and at least
one of its variants (if it has any) is available. A route is available if all inputs it needs are;
a product if one of its routes is. A grade asked by a route goes down with the input to its
variants, and from a process step or group to its needs, as long as the ladder stays the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chokegraph.chain.circuit import Circuit, Gate
from chokegraph.chain.supply import GradeBook, supply_of
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import Level, Link, Need, World

Key = tuple[str, float | None]


def compile_chain(
    world: World,
    *,
    level: Level = "country",
    grades: bool = True,
    upstream: bool = True,
    routes: bool = True,
) -> Circuit:
    """Return the circuit of the whole chain, with a goal for each input, route and product.

    Args:
        world: The facts.
        level: Whose refusal is asked about: "country" or "firm".
        grades: Whether a provider must reach the grade that a route asks for.
        upstream: Whether an input also stops with what it needs; False looks at direct supply.
        routes: Whether routes and products are wanted, not only inputs.

    Raises:
        FindingsError: If the chain has a cycle.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> sorted(compile_chain(toy_world()).goals)
        ['input:litho', 'input:wafer', 'product:chip', 'route:chip']
    """
    builder = _Builder(world, level, upstream=upstream)
    for input_id in world.inputs:
        builder.goals[f"input:{input_id}"] = builder.input_gate((input_id, None))
    made_by: dict[str, list[int]] = {}
    needs_of: dict[str, list[Need]] = {}
    for need in world.needs:
        needs_of.setdefault(need.route_id, []).append(need)
    for route in world.routes.values() if routes else ():
        needs = needs_of.get(route.route_id, [])
        children = [
            builder.input_gate((need.input_id, need.grade_asked if grades else None))
            for need in needs
        ]
        gate = builder.add(Gate("all", tuple(children), tuple(need.requirement for need in needs)))
        builder.goals[f"route:{route.route_id}"] = gate
        made_by.setdefault(route.product_id, []).append(gate)
    for product_id in world.products:
        if product_id in made_by:
            gate = builder.add(Gate("any", tuple(made_by[product_id])))
            builder.goals[f"product:{product_id}"] = gate
    return Circuit(tuple(builder.gates), dict(builder.goals))


def refuse_cycle(path: Sequence[Key], key: Key) -> None:
    """Raise a finding if an input at a grade is reached again on the way down from itself.

    Args:
        path: The inputs on the way, with their grades.
        key: The next one.

    Raises:
        FindingsError: If it is on the way already.

    Example:
        >>> refuse_cycle([("scanner", None), ("lens", None)], ("glass", None))
    """
    if key in path:
        cycle = " -> ".join(name for name, _ in [*path[path.index(key) :], key])
        finding = Finding(f"the chain has a cycle: {cycle}", fix="remove one of these links")
        raise FindingsError([finding], title="chain")


@dataclass
class _Builder:
    """Adds gates children first; an input at a grade gets one gate, however often it is used."""

    world: World
    level: Level
    upstream: bool
    gates: list[Gate] = field(default_factory=list)
    goals: dict[str, int] = field(default_factory=dict)
    done: dict[Key, int] = field(default_factory=dict)
    path: list[Key] = field(default_factory=list)
    book: GradeBook = field(init=False)
    into: dict[str, list[Link]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = GradeBook(self.world, self.level)
        for link in self.world.links:
            self.into.setdefault(link.target, []).append(link)

    def add(self, gate: Gate) -> int:
        self.gates.append(gate)
        return len(self.gates) - 1

    def input_gate(self, key: Key) -> int:
        if key in self.done:
            return self.done[key]
        refuse_cycle(self.path, key)
        self.path.append(key)
        input_id, grade = key
        item = self.world.inputs[input_id]
        links = self.into.get(input_id, []) if self.upstream else []
        children: list[tuple[int, float]] = []
        shares = self.world.country_shares if self.level == "country" else self.world.firm_shares
        # A process step or a group that nobody sells has no supply of its own.
        if item.use != "none" or input_id in shares:
            supply = supply_of(self.world, input_id, level=self.level, grade=grade, book=self.book)
            children.append((self.add(Gate("leaf", supply=supply)), 1.0))
        for link in links:
            if link.relation == "needed_by":
                passed = grade if item.use == "none" and self._same_ladder(link) else None
                children.append((self.input_gate((link.source, passed)), link.essentiality))
        variants = [
            self.input_gate((link.source, grade if self._same_ladder(link) else None))
            for link in links
            if link.relation == "variant_of"
        ]
        if variants:
            children.append((self.add(Gate("any", tuple(variants))), 1.0))
        self.path.pop()
        index = self.add(
            Gate("all", tuple(gate for gate, _ in children), tuple(w for _, w in children))
        )
        self.done[key] = index
        return index

    def _same_ladder(self, link: Link) -> bool:
        source = self.world.inputs[link.source].ladder_id
        return bool(source) and source == self.world.inputs[link.target].ladder_id
