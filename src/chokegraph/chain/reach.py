# SPDX-License-Identifier: Apache-2.0
"""What stops downstream when one input is gone, whoever supplies it.

Capacities 0..1 flow through the circuit: an AND takes the least of 1 - weight * (1 - child), an
OR the greatest. With all weights 1 this is Boolean; a weaker need lowers the capacity by its
strength. All inputs are removed at once, one in each column of the arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import FloatArray, Supply


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


def reach_of_inputs(circuit: Circuit) -> dict[str, Reach]:
    """Return for each supplied input what its products lose without it.

    Example:
        >>> from chokegraph.chain.graph import compile_chain
        >>> from chokegraph.chain.examples import toy_world
        >>> reach_of_inputs(compile_chain(toy_world()))["wafer"].stopped
        ('chip',)
    """
    input_ids = list(dict.fromkeys(supply.input_id for supply in circuit.supplies))
    column = {input_id: index for index, input_id in enumerate(input_ids)}
    full = np.ones(len(input_ids))

    def leaf(supply: Supply) -> FloatArray:
        left = full.copy()
        left[column[supply.input_id]] = 0.0
        return left

    def all_of(children: Sequence[tuple[float, FloatArray]]) -> FloatArray:
        return reduce(np.minimum, (1.0 - weight * (1.0 - left) for weight, left in children), full)

    def any_of(children: Sequence[FloatArray]) -> FloatArray:
        return reduce(np.maximum, children, np.zeros(len(input_ids)))

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    products = {
        goal.removeprefix("product:"): left
        for goal, index in circuit.goals.items()
        if goal.startswith("product:") and (left := values[index]) is not None
    }
    stop_at = preset_value("essentiality_that_stops")
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
