# SPDX-License-Identifier: Apache-2.0
"""Why a search found nothing: which restrictions are in the way, and what comes nearest."""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.chip.cost import OUTPUTS
from chokegraph.chip.search_passes import grid_axes
from chokegraph.chip.search_problem import Problem, Restriction
from chokegraph.chip.search_request import STATUS


def why_nothing(problem: Problem) -> tuple[str, ...]:
    """Say which restrictions no design of the grid meets, alone or together with the others.

    A restriction binds if designs exist that meet all the others; for it, the nearest value among
    those is given. If there is none, every restriction that no design meets by itself is given;
    and if each can be met by itself, that they exclude each other.
    """
    count = len(problem.restrictions)
    alone = np.full(count, np.inf)
    others = np.full(count, np.inf)
    known = 0
    packages = np.arange(problem.families[1]).reshape(-1, *(1,) * 5)
    axes = grid_axes(problem)
    for variant in range(problem.families[0]):
        values = problem.evaluate((variant, packages, axes[0]), axes[1:])
        code = problem.nodes[variant]
        usable = ~np.isnan(problem.loss(values))
        known += int(usable.sum())
        signed, passed = [], []
        for one in problem.restrictions:
            value = one.sign * np.asarray(values[one.output], float)
            signed.append(value - one.sign * one.at(code))
            passed.append(np.broadcast_to(one.passes(value, code), usable.shape))
        fails = count - np.sum(passed, axis=0)
        for at in range(count):
            alone[at] = min(alone[at], _least(signed[at], usable))
            rest = usable & (fails - ~passed[at] == 0)
            others[at] = min(others[at], _least(signed[at], rest))
    if not known:
        return (f"{problem.request.objective} is unknown for everything that is allowed",)
    binding = [at for at in range(count) if np.isfinite(others[at])]
    if binding:
        return tuple(
            _words(problem, problem.restrictions[at], others[at], "with all else met")
            for at in binding
        )
    hopeless = [at for at in range(count) if alone[at] > 0]
    if hopeless:
        return tuple(
            _words(problem, problem.restrictions[at], alone[at], "even without the others")
            for at in hopeless
        )
    names = ", ".join(one.name for one in problem.restrictions if one.output in _asked(problem))
    return (f"each restriction can be met, but not all together: {names}",)


def _asked(problem: Problem) -> set[str]:
    asked = {*problem.request.at_least, *problem.request.at_most, "wafers"}
    return asked | {STATUS}


def _least(array: Any, where: Any) -> float:  # noqa: ANN401 - arrays
    some = np.broadcast_to(array, where.shape)[where]
    some = some[~np.isnan(some)]
    return float(some.min()) if some.size else np.inf


def _words(problem: Problem, one: Restriction, distance: float, when: str) -> str:
    if one.output == STATUS:
        return f"{one.name}: every design is caught, or cannot be told, {when}"
    if isinstance(one.limit, np.ndarray):
        return f"{one.name}: {distance:,.4g} wafers a package more than there are, {when}"
    value = one.sign * distance + one.limit
    word = "least" if one.sign > 0 else "most"
    unit = OUTPUTS[one.output]
    if one.output.endswith("_use"):
        return f"{one.name}: at {word} {value:,.4g} times the limit, {when}"
    return f"{one.name}: the {word} is {value:,.4g} {unit}, {when}"
