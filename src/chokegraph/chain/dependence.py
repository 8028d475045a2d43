# SPDX-License-Identifier: Apache-2.0
"""How much of an input, a route or a product is lost if one provider refuses.

Capacities flow through the chain: a supply keeps what the others hold, an AND takes the least of
1 - weight * (1 - child), an OR the greatest. The dependence is what is lost of the whole: 1 where
nothing is left without that provider. No one steps in for the provider here; what others could
make in its place over time is the response model's question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np

from chokegraph.chain.circuit import Algebra, Circuit, evaluate
from chokegraph.chain.coalitions import refusers
from chokegraph.chain.concentration import Interval
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.supply import FloatArray, Reading, Supply, own_providers
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World


def dependence(
    world: World, goal: str, *, target: str | None = None, by: Level = "country"
) -> Mapping[str, Interval]:
    """Return for each provider what share of a goal is lost if it alone refuses.

    Args:
        world: The facts.
        goal: `input:id`, `route:id` or `product:id`.
        target: Who is refused; its own providers never refuse. None: no one is exempt.
        by: Whether providers are countries or firms.

    Returns:
        Provider -> the share lost, with bounds from the intervals of the shares; the largest
        first, those that lose nothing in any reading left out.

    Raises:
        FindingsError: If the goal is not in the world.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> found = dependence(toy_world(), "product:chip")
        >>> {name: lost.value for name, lost in found.items()}
        {'NL': 0.75, 'DE': 0.5, 'JP': 0.5}
    """
    circuit = compile_chain(world, level=by)
    if goal not in circuit.goals:
        finding = Finding(
            f"nothing in the world is called {goal!r}", fix="give input:ID, route:ID or product:ID"
        )
        raise FindingsError([finding], title="dependence")
    cone = circuit.cone([goal])
    exempt = set() if target is None else own_providers(world, target, refusers(cone), level=by)
    providers = [name for name in refusers(cone, exempt) if name != UNKNOWN_PROVIDER]
    value = _lost(cone, goal, providers, "figures")
    low = _lost(cone, goal, providers, "cautious")
    high = _lost(cone, goal, providers, "bold")
    rows = {
        provider: Interval(
            float(value[i]), float(min(low[i], value[i])), float(max(high[i], value[i]))
        )
        for i, provider in enumerate(providers)
        if high[i] > 0.0 or value[i] > 0.0
    }
    return dict(sorted(rows.items(), key=lambda row: (-(row[1].value or 0.0), row[0])))


def _lost(circuit: Circuit, goal: str, providers: Sequence[str], reading: Reading) -> FloatArray:
    place = {provider: index for index, provider in enumerate(providers)}
    full = np.ones(len(providers))

    def leaf(supply: Supply) -> FloatArray:
        refusing, staying = supply.weights(reading)
        left = full.copy()
        for index, provider in enumerate(supply.providers):
            if provider in place:
                others = float(staying.sum() - staying[index])
                whole = others + float(refusing[index])
                left[place[provider]] = others / whole if whole > 0.0 else 1.0
        return left

    def all_of(children: Sequence[tuple[float, FloatArray]]) -> FloatArray:
        return reduce(np.minimum, (1.0 - weight * (1.0 - left) for weight, left in children), full)

    def any_of(children: Sequence[FloatArray]) -> FloatArray:
        return reduce(np.maximum, children, np.zeros(len(providers)))

    values = evaluate(circuit, Algebra(leaf=leaf, all_of=all_of, any_of=any_of))
    left = values[circuit.goals[goal]]
    return full - (full if left is None else left)
