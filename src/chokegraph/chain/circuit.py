# SPDX-License-Identifier: Apache-2.0
"""The chain as a circuit of AND and OR gates, and one way to evaluate it with any algebra.

Availability, truth tables and reach differ only in what flows through the gates (three-valued
words, packed bits, capacities), so each hands its own three functions to `evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from chokegraph.chain.supply import Supply

T = TypeVar("T")
GateKind = Literal["leaf", "all", "any"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate: a leaf (someone's supply), "all" (AND) or "any" (OR) of earlier gates.

    `weights` says for each child of an "all" gate how strongly it is needed (1 = stops without).
    """

    kind: GateKind
    children: tuple[int, ...] = ()
    weights: tuple[float, ...] = ()
    supply: Supply | None = None


@dataclass(frozen=True, slots=True)
class Circuit:
    """Gates in topological order (children first) and the gate of each goal.

    Goals are `input:id`, `route:id` and `product:id`.
    """

    gates: tuple[Gate, ...]
    goals: Mapping[str, int]

    @property
    def supplies(self) -> tuple[Supply, ...]:
        """Every leaf's supply, in the order of the gates."""
        return tuple(gate.supply for gate in self.gates if gate.supply is not None)

    def cone(self, goals: Iterable[str]) -> Circuit:
        """Return the part of the circuit that the goals rest on."""
        wanted = {name: self.goals[name] for name in goals}
        keep: set[int] = set()
        stack = list(wanted.values())
        while stack:
            index = stack.pop()
            if index not in keep:
                keep.add(index)
                stack.extend(self.gates[index].children)
        order = sorted(keep)
        place = {old: new for new, old in enumerate(order)}
        gates = tuple(
            Gate(
                gate.kind, tuple(place[child] for child in gate.children), gate.weights, gate.supply
            )
            for gate in (self.gates[old] for old in order)
        )
        return Circuit(gates, {name: place[index] for name, index in wanted.items()})


@dataclass(frozen=True, slots=True)
class Algebra(Generic[T]):
    """What flows through the gates.

    Args:
        leaf: The value of a supply.
        all_of: AND over (weight, value) pairs; an empty list must give "available".
        any_of: OR over values; an empty list must give "not available".
    """

    leaf: Callable[[Supply], T]
    all_of: Callable[[Sequence[tuple[float, T]]], T]
    any_of: Callable[[Sequence[T]], T]


def evaluate(circuit: Circuit, algebra: Algebra[T]) -> list[T | None]:
    """Return the value of every gate that is a goal; others are freed once they are used.

    Example:
        >>> from chokegraph.chain.graph import compile_chain
        >>> from chokegraph.chain.examples import toy_world
        >>> circuit = compile_chain(toy_world(), level="country")
        >>> algebra = Algebra(
        ...     leaf=lambda s: "JP" not in s.providers,
        ...     all_of=lambda xs: all(x for _, x in xs),
        ...     any_of=any,
        ... )
        >>> evaluate(circuit, algebra)[circuit.goals["product:chip"]]
        False
    """
    values: list[T | None] = [None] * len(circuit.gates)
    uses = [0] * len(circuit.gates)
    for gate in circuit.gates:
        for child in gate.children:
            uses[child] += 1
    for goal in circuit.goals.values():
        uses[goal] += 1
    for index, gate in enumerate(circuit.gates):
        values[index] = _gate_value(gate, values, algebra)
        for child in gate.children:  # a truth table may take megabytes: free what is used up
            uses[child] -= 1
            if uses[child] == 0:
                values[child] = None
    return values


def _gate_value(gate: Gate, values: Sequence[T | None], algebra: Algebra[T]) -> T:
    if gate.supply is not None:
        return algebra.leaf(gate.supply)
    children = [value for value in (values[child] for child in gate.children) if value is not None]
    if gate.kind == "any":
        return algebra.any_of(children)
    return algebra.all_of(list(zip(gate.weights, children, strict=True)))
