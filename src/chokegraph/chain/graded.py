# SPDX-License-Identifier: Apache-2.0
"""Graded coalitions: what share of the goal is lost, not only whether it is blocked.

Losses 0..1 flow through the chain. A supply loses the share that the coalition holds of it; an AND
loses the most of its children, each times the strength of the need; an OR, where buyers turn to
the best that is left, the least. This is the measure of `dependence.py`, for coalitions.

Two ways to use it:

* `loss_table` (`loss_table.py`): the loss for every one of the 2^n coalitions, from which Shapley
  values follow;
* `at_loss`: the chain in which a goal is blocked exactly where it would lose at least tau. "The
  most of the children is at least tau" means "some child is", so the level only has to be carried
  down to the supplies, divided by the strengths on the way. All that is known of blocking
  coalitions (truth tables, families, plans, indices) then holds for graded ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, Gate, evaluate
from chokegraph.chain.supply import FloatArray, Holding, Reading, Supply
from chokegraph.chain.truth import BoolArray
from chokegraph.errors import Finding, FindingsError


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
        return share_lost(denied, left)

    algebra = Algebra(leaf=leaf, all_of=_most(len(refuse)), any_of=_least(len(refuse)))
    found = evaluate(circuit.cone([goal]), algebra)[-1]
    return np.zeros(len(refuse)) if found is None else found


def share_lost(denied: FloatArray, left: FloatArray) -> FloatArray:
    """Return the share denied; 1 where nobody would supply in any case, as in `leaf_blocked`.

    Example:
        >>> share_lost(np.array([1.0, 0.0]), np.array([3.0, 0.0])).tolist()
        [0.25, 1.0]
    """
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
