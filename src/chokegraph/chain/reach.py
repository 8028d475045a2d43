# SPDX-License-Identifier: Apache-2.0
"""What stops downstream when one input is gone.

Capacities 0..1 flow through the circuit: an AND takes the least of 1 - weight * (1 - child), an
OR the greatest. With all weights 1 this is Boolean; a weaker need lowers the capacity by its
strength. All inputs are removed at once, one in each column of the arrays.

An alternative that the same coalition can deny is no way out: with `refusing`, an OR that the
missing input feeds counts only those other alternatives that the coalition leaves. So immersion
scanners are no substitute for EUV scanners to a target that is refused both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import FloatArray, Supply
from chokegraph.chain.truth import leaf_blocked

_Flow = tuple[FloatArray, bool]
"""Capacity left by removed input, and whether the coalition denies the gate by itself."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What is lost without one input.

    Args:
        input_id: The input.
        lost: product id -> share of the product's capacity lost (0..1), only where above zero.
        stopped: Products that lose at least what counts as stopping (`presets.csv`).
        mean: The mean loss over all products, each counted once.
    """

    input_id: str
    lost: dict[str, float]
    stopped: tuple[str, ...]
    mean: float


def reach_of_inputs(
    circuit: Circuit, *, refusing: Iterable[str] = (), threshold: float | None = None
) -> dict[str, Reach]:
    """Return for each supplied input what its products lose without it.

    Args:
        circuit: The compiled chain, with goals for the products.
        refusing: Who refuses: alternatives that they can deny are no way out.
        threshold: The share of supply that denies an input; None: all suppliers must refuse.

    Example:
        >>> from chokegraph.chain.graph import compile_chain
        >>> from chokegraph.chain.examples import small_world, toy_world
        >>> reach_of_inputs(compile_chain(toy_world()))["wafer"].stopped
        ('chip',)
        >>> world = small_world(
        ...     {"euv": {"NL": 1.0}, "bonding": {"SG": 1.0}},
        ...     routes={"chip/single": ["euv"], "chip/stacked": ["bonding"]},
        ... )
        >>> reach_of_inputs(compile_chain(world))["euv"].mean
        0.0
        >>> reach_of_inputs(compile_chain(world), refusing=["NL", "SG"])["euv"].mean
        1.0
    """
    gone = set(refusing)
    input_ids = list(dict.fromkeys(supply.input_id for supply in circuit.supplies))
    column = {input_id: index for index, input_id in enumerate(input_ids)}
    full = np.ones(len(input_ids))
    stop_at = preset_value("essentiality_that_stops")

    def leaf(supply: Supply) -> _Flow:
        left = full.copy()
        left[column[supply.input_id]] = 0.0
        members = np.array([[provider in gone for provider in supply.providers]])
        denied = leaf_blocked(supply, members, threshold=threshold, reading="figures")
        return left, bool(gone) and bool(denied[0])

    def all_of(children: Sequence[tuple[float, _Flow]]) -> _Flow:
        weighted = (1.0 - weight * (1.0 - left) for weight, (left, _) in children)
        denied = any(refused for weight, (_, refused) in children if weight >= stop_at)
        return reduce(np.minimum, weighted, full), denied

    def any_of(children: Sequence[_Flow]) -> _Flow:
        touched = reduce(np.logical_or, (left < 1.0 for left, _ in children), full < 0.0)
        # What the missing input feeds keeps what it is left with; of the others only those count
        # that the coalition does not deny.
        counted = (np.where((left < 1.0) | (not denied), left, 0.0) for left, denied in children)
        best = reduce(np.maximum, counted, np.zeros(len(input_ids)))
        return np.where(touched, best, 1.0), all(denied for _, denied in children)

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    products = {
        goal.removeprefix("product:"): flow[0]
        for goal, index in circuit.goals.items()
        if goal.startswith("product:") and (flow := values[index]) is not None
    }
    result = {}
    for input_id, index in column.items():
        lost = {name: float(1.0 - left[index]) for name, left in products.items()}
        result[input_id] = Reach(
            input_id,
            {name: loss for name, loss in lost.items() if loss > 0.0},
            tuple(name for name, loss in lost.items() if loss >= stop_at),
            sum(lost.values()) / len(lost) if lost else 0.0,
        )
    return result
