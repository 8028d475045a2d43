# SPDX-License-Identifier: Apache-2.0
"""The loss for every one of the 2^n coalitions, block by block.

A block holds the coalitions that differ in the low bits only. What no high bit of a block changes
keeps its value of the last one, so most gates are not worked out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from chokegraph.chain.circuit import Circuit, Gate
from chokegraph.chain.graded import share_lost
from chokegraph.chain.supply import FloatArray, Holding, Reading, Supply

_BLOCK_BYTES = 1 << 16  # the losses of some gates in a block fit the processor's cache
_DOUBLE_BITS = 20  # beyond, seven digits are carried through the gates: twice as fast
_HIGH_BITS_KEPT = 3  # at most eight arrays are remembered for a supply


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
        found = share_lost(self.denied + refusing, self.left - staying).astype(
            self.kind, copy=False
        )
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
