# SPDX-License-Identifier: Apache-2.0
"""What can still be had when some refuse: available, not available, or cannot tell.

"Cannot tell" is never rounded to an answer. It arises where the intervals of the shares, an
unknown grade or the unattributed remainder of a supply leave both outcomes open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from chokegraph.chain.circuit import Algebra, evaluate
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import Supply, own_providers
from chokegraph.chain.truth import leaf_blocked
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World


class Answer(IntEnum):
    """Three-valued answer, ordered so that AND is the least and OR the greatest (Kleene)."""

    NOT_AVAILABLE = 0
    CANNOT_TELL = 1
    AVAILABLE = 2

    def __str__(self) -> str:
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class Availability:
    """What is available when `refusing` refuse `target`, by input, route and product."""

    refusing: tuple[str, ...]
    target: str | None
    inputs: Mapping[str, Answer]
    routes: Mapping[str, Answer]
    products: Mapping[str, Answer]


def availability(
    world: World,
    refusing: Iterable[str],
    *,
    target: str | None = None,
    by: Level = "country",
    threshold: float | None = None,
) -> Availability:
    """Say which inputs, routes and products are available when some countries or firms refuse.

    Args:
        world: The facts.
        refusing: Who refuses: country codes, or firm ids with `by="firm"`.
        target: Who is refused; its own providers always supply it.
        by: Whether `refusing` names countries or firms.
        threshold: An input is denied when those who refuse hold this share of its supply; None:
            only when no supplier is left.

    Returns:
        The answers; each is "available", "not available" or "cannot tell".

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> str(availability(toy_world(), ["JP", "NL"]).products["chip"])
        'not available'
        >>> str(availability(toy_world(), ["NL", "DE"]).products["chip"])
        'available'
    """
    circuit = compile_chain(world, level=by)
    gone = set(refusing)
    if target is not None:
        gone -= own_providers(world, target, gone, level=by)
    stop_at = preset_value("essentiality_that_stops")

    def all_of(children: Sequence[tuple[float, Answer]]) -> Answer:
        needed = (answer for weight, answer in children if weight >= stop_at)
        return min(needed, default=Answer.AVAILABLE)

    algebra: Algebra[Answer] = Algebra(
        leaf=lambda supply: supply_answer(supply, gone, threshold=threshold),
        all_of=all_of,
        any_of=lambda answers: max(answers, default=Answer.NOT_AVAILABLE),
    )
    values = evaluate(circuit, algebra)
    answers: dict[str, dict[str, Answer]] = {"input": {}, "route": {}, "product": {}}
    for goal, index in circuit.goals.items():
        kind, _, name = goal.partition(":")
        answer = values[index]
        if answer is not None:
            answers[kind][name] = answer
    return Availability(
        tuple(sorted(gone)), target, answers["input"], answers["route"], answers["product"]
    )


def supply_answer(supply: Supply, refusing: set[str], *, threshold: float | None = None) -> Answer:
    """Say whether one supply is left when some refuse.

    It is certainly denied if it is in the cautious reading with the unattributed remainder
    supplying on; certainly not if it is not in the bold reading with that remainder refusing too.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.supply import supply_of
        >>> world = small_world({"resist": {"JP": 0.9}}, routes={})
        >>> str(supply_answer(supply_of(world, "resist", level="country"), {"JP"}))
        'cannot tell'
        >>> str(supply_answer(supply_of(world, "resist", level="country"), set()))
        'available'
    """
    members = np.array([[provider in refusing for provider in supply.providers]])
    if bool(leaf_blocked(supply, members, threshold=threshold, reading="cautious")[0]):
        return Answer.NOT_AVAILABLE
    # Where nobody refuses there is nobody whom an unattributed supplier could join.
    joined = refusing | {UNKNOWN_PROVIDER} if refusing else refusing
    members = np.array([[provider in joined for provider in supply.providers]])
    if bool(leaf_blocked(supply, members, threshold=threshold, reading="bold")[0]):
        return Answer.CANNOT_TELL
    return Answer.AVAILABLE
