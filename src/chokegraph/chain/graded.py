# SPDX-License-Identifier: Apache-2.0
"""Graded coalitions: what share of the goal is lost, not only whether it is blocked.

Losses 0..1 flow through the chain. A supply loses the share that the coalition holds of it; an AND
loses the most of its children, each times the strength of the need; an OR, where buyers turn to
the best that is left, the least. This is the measure of `dependence.py`, for coalitions.

Two ways to use it:

* `loss_table`: the loss for every one of the 2^n coalitions, from which Shapley values follow;
* `at_loss`: the chain in which a goal is blocked exactly where it would lose at least tau. "The
  most of the children is at least tau" means "some child is", so the level only has to be carried
  down to the supplies, divided by the strengths on the way. All that is known of blocking
  coalitions (truth tables, families, plans, indices) then holds for graded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, Gate, evaluate
from chokegraph.chain.supply import FloatArray, Holding, Reading, Supply
from chokegraph.chain.truth import BoolArray
from chokegraph.errors import Finding, FindingsError

_BLOCK_BYTES = 1 << 16  # the losses of some gates in a block fit the processor's cache
_DOUBLE_BITS = 20  # beyond, seven digits are carried through the gates: twice as fast
_HIGH_BITS_KEPT = 3  # at most eight arrays are remembered for a supply


def at_loss(circuit: Circuit, goal: str, tau: float) -> Circuit:
    """Return the chain of one goal in which it is blocked where it loses at least a share tau.

    Args:
        circuit: The compiled chain.
        goal: One of its goals.
        tau: The share of the goal that is lost, above 0 up to 1.

    Raises:
        FindingsError: If tau is not above 0 and at most 1.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> from chokegraph.chain.coalitions import blocking_of
        >>> half = at_loss(compile_chain(toy_world()), "product:chip", 0.5)
        >>> blocking_of(half)["product:chip"].coalitions
        (('DE',), ('JP',), ('NL',))
    """
    if not 0.0 < tau <= 1.0:
        finding = Finding(f"tau is {tau}", fix="give a share above 0 and at most 1")
        raise FindingsError([finding], title="graded coalitions")
    gates: list[Gate] = []
    done: dict[tuple[int, float], int] = {}
    never: list[int] = []

    def add(gate: Gate) -> int:
        gates.append(gate)
        return len(gates) - 1

    def at(index: int, level: float) -> int | None:
        """The gate that is blocked where this one loses at least the level; None: it never does."""
        if level > 1.0:
            return None
        if (index, level) in done:
            return done[index, level]
        gate = circuit.gates[index]
        if gate.supply is not None:
            made = add(Gate("leaf", supply=replace(gate.supply, denied_at=level)))
        elif gate.kind == "any":
            children = [at(child, level) for child in gate.children]
            made = add(Gate("any", tuple(_never(child) for child in children)))
        else:
            some = [
                found
                for child, weight in zip(gate.children, gate.weights, strict=True)
                if weight > 0.0 and (found := at(child, level / weight)) is not None
            ]
            made = add(Gate("all", tuple(some), (1.0,) * len(some)))
        done[index, level] = made
        return made

    def _never(child: int | None) -> int:
        """An AND of nothing is never blocked."""
        if child is not None:
            return child
        if not never:
            never.append(add(Gate("all")))
        return never[0]

    found = at(circuit.goals[goal], tau)
    return Circuit(tuple(gates), {goal: _never(found)})


def losses(
    circuit: Circuit,
    goal: str,
    providers: Sequence[str],
    refuse: BoolArray,
    *,
    reading: Reading = "figures",
) -> FloatArray:
    """Return the share of a goal that is lost to each of some coalitions.

    Args:
        circuit: The compiled chain.
        goal: One of its goals.
        providers: Who may refuse; all others always supply.
        refuse: [coalition, provider], True where the provider refuses.
        reading: How intervals are read.

    Returns:
        [coalition], 0..1.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> refuse = np.array([[True, False], [True, True]])
        >>> losses(compile_chain(toy_world()), "product:chip", ["JP", "NL"], refuse).tolist()
        [0.5, 1.0]
    """
    column = {provider: index for index, provider in enumerate(providers)}
    seen: dict[tuple[Holding, ...], FloatArray] = {}

    def leaf(supply: Supply) -> FloatArray:
        # An input asked at several grades often has the same suppliers at each.
        if supply.holdings not in seen:
            seen[supply.holdings] = one_leaf(supply)
        return seen[supply.holdings]

    def one_leaf(supply: Supply) -> FloatArray:
        refusing, staying = supply.weights(reading)
        denied = np.zeros(len(refuse))
        left = np.full(len(refuse), float(staying.sum()))
        for index, provider in enumerate(supply.providers):
            if provider in column:
                out = refuse[:, column[provider]]
                denied += out * refusing[index]
                left -= out * staying[index]
        return _share(denied, left)

    algebra = Algebra(leaf=leaf, all_of=_most(len(refuse)), any_of=_least(len(refuse)))
    found = evaluate(circuit.cone([goal]), algebra)[-1]
    return np.zeros(len(refuse)) if found is None else found


def loss_table(
    circuit: Circuit, goal: str, members: Sequence[str], *, reading: Reading = "figures"
) -> FloatArray:
    """Return the share of a goal that is lost to every coalition of some members.

    Args:
        circuit: The compiled chain.
        goal: One of its goals.
        members: Who may refuse; member i is bit i of a coalition's number. All others always
            supply.
        reading: How intervals are read.

    Returns:
        [2^n], 0..1; it never falls when someone joins.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.graph import compile_chain
        >>> loss_table(compile_chain(toy_world()), "product:chip", ["JP", "NL"]).tolist()
        [0.0, 0.5, 0.75, 1.0]
    """
    cone = circuit.cone([goal])
    count = len(members)
    kind = np.float64 if count <= _DOUBLE_BITS else np.float32
    low = min(count, _BLOCK_BYTES.bit_length() - np.dtype(kind).itemsize.bit_length())
    size = 1 << low
    bit = {member: index for index, member in enumerate(members)}
    steps = _steps(cone, bit, low, reading, kind)
    values: list[FloatArray] = [np.zeros(0)] * len(steps)
    known: list[int | None] = [None] * len(steps)
    out = np.empty(1 << count)
    for block in range(1 << (count - low)):
        for index, step in enumerate(steps):
            # What no high bit of this block changes keeps its value of the last one.
            key = block & step.above
            if known[index] != key:
                known[index] = key
                values[index] = step.losses(key, values)
        out[block * size : (block + 1) * size] = values[cone.goals[goal]]
    return out


class _Leaf:
    """What a supply loses, block by block; the part of the low bits is summed once."""

    above: int

    def __init__(
        self,
        supply: Supply,
        bit: dict[str, int],
        low: int,
        reading: Reading,
        kind: type[np.floating[Any]],
    ) -> None:
        refusing, staying = supply.weights(reading)
        self.denied = np.zeros(1 << low)
        self.left = np.full(1 << low, float(staying.sum()))
        self.high: list[tuple[int, float, float]] = []
        for index, provider in enumerate(supply.providers):
            place = bit.get(provider)
            if place is None:
                continue
            if place >= low:
                pair = float(refusing[index]), float(staying[index])
                self.high.append((place - low, *pair))
            else:
                self.denied.reshape(-1, 2, 1 << place)[:, 1] += refusing[index]
                self.left.reshape(-1, 2, 1 << place)[:, 1] -= staying[index]
        self.above = sum(1 << place for place, _, _ in self.high)
        self.seen: dict[int, FloatArray] = {}
        self.kind = kind

    def losses(self, key: int, values: Sequence[FloatArray]) -> FloatArray:
        """The losses where the high bits that matter are these."""
        if key in self.seen:
            return self.seen[key]
        refusing = sum(share for place, share, _ in self.high if key >> place & 1)
        staying = sum(share for place, _, share in self.high if key >> place & 1)
        found = _share(self.denied + refusing, self.left - staying).astype(self.kind, copy=False)
        if len(self.high) <= _HIGH_BITS_KEPT:
            self.seen[key] = found
        return found


class _Join:
    """The most (AND) or the least (OR) of some gates, written into an array of its own."""

    above: int

    def __init__(
        self,
        gate: Gate,
        steps: Sequence[_Leaf | _Join],
        size: int,
        kind: type[np.floating[Any]],
    ) -> None:
        weights = gate.weights if gate.kind == "all" else (1.0,) * len(gate.children)
        self.pick = np.maximum if gate.kind == "all" else np.minimum
        self.children = tuple(zip(gate.children, weights, strict=True))
        self.above = reduce(or_, (steps[child].above for child in gate.children), 0)
        self.nothing = np.full(0 if self.children else size, 0.0 if gate.kind == "all" else 1.0)
        # One child that is needed in full: its losses are this gate's, without a copy.
        self.same = len(self.children) == 1 and weights[0] == 1.0
        self.own = np.empty(0 if self.same or not self.children else size, kind)
        self.weighted = np.empty(size if any(weight != 1.0 for weight in weights) else 0, kind)

    def losses(self, key: int, values: Sequence[FloatArray]) -> FloatArray:
        """The losses that follow from those of the children."""
        if not self.children:
            return self.nothing
        (first, weight), *others = self.children
        if self.same:
            return values[first]
        found = values[first]
        if weight != 1.0:
            found = np.multiply(found, weight, out=self.own)
        for child, weight in others:
            lost = values[child]
            if weight != 1.0:
                lost = np.multiply(lost, weight, out=self.weighted)
            found = self.pick(found, lost, out=self.own)
        return found


def _steps(
    circuit: Circuit,
    bit: dict[str, int],
    low: int,
    reading: Reading,
    kind: type[np.floating[Any]],
) -> list[_Leaf | _Join]:
    steps: list[_Leaf | _Join] = []
    seen: dict[tuple[Holding, ...], _Leaf] = {}
    for gate in circuit.gates:
        if gate.supply is None:
            steps.append(_Join(gate, steps, 1 << low, kind))
            continue
        # An input asked at several grades often has the same suppliers at each.
        holdings = gate.supply.holdings
        if holdings not in seen:
            seen[holdings] = _Leaf(gate.supply, bit, low, reading, kind)
        steps.append(seen[holdings])
    return steps


def _share(denied: FloatArray, left: FloatArray) -> FloatArray:
    """The share denied; 1 where nobody would supply in any case, as in `leaf_blocked`."""
    left = np.maximum(left, 0.0)
    whole = denied + left
    some = whole > 0.0
    return np.divide(denied, whole, out=np.ones_like(denied), where=some)


def _most(size: int) -> Callable[[Sequence[tuple[float, FloatArray]]], FloatArray]:
    def all_of(children: Sequence[tuple[float, FloatArray]]) -> FloatArray:
        found = np.zeros(size)
        for weight, lost in children:
            np.maximum(found, lost if weight == 1.0 else weight * lost, out=found)
        return found

    return all_of


def _least(size: int) -> Callable[[Sequence[FloatArray]], FloatArray]:
    def any_of(children: Sequence[FloatArray]) -> FloatArray:
        found = np.ones(size)
        for lost in children:
            np.minimum(found, lost, out=found)
        return found

    return any_of
