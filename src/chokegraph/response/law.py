# SPDX-License-Identifier: Apache-2.0
"""What law leaves of every flow: which part is decided how, and how much of that is let through.

Controls deny one after the other; the parts of a flow that the law decides differently stand side
by side, so what they lose adds up. A part is one outcome (a licence policy, an exception, cannot
tell) for one class of buyers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.response.distributions import quantile, split_normal
from chokegraph.response.priors import uniforms

Array = np.ndarray[Any, np.dtype[Any]]

REACH = 7
"""Rows of what can be denied: sales to the five markets, service, staff."""


@dataclass(frozen=True)
class LawPart:
    """One outcome for one class of buyers.

    Args:
        outcome: The licence policy, or another outcome of the table of policies.
        dist: Distribution of the part of such trade that goes on.
        a: Its first parameter.
        b: Its second parameter.
        group: Buyers whose parts sum to 1 together, for example a sector and a tier.
        buyer: The class of buyers.
        share: Their part of the group: low, middle, high; a 90 % interval as all others are.

    Example:
        >>> LawPart("denial", "uniform", 0.0, 0.02, "fab/leading", "x", (0.1, 0.2, 0.3)).group
        'fab/leading'
    """

    outcome: str
    dist: str
    a: float
    b: float
    group: str
    buyer: str
    share: tuple[float, float, float]


@dataclass(frozen=True)
class LawFlows:
    """The law of a run, decided for all flows. S states of the law, B parts, U kinds of flow.

    Args:
        parts: The parts, [B].
        groups: All classes of buyers of each group, with their shares, so that they sum to 1.
        weight: How much of a kind of flow falls into a part for each unit of the buyers' share,
            [S, B, U].
        cell: The kind of each flow, [7, C, I]; kind 0 is what no law touches.
        before: The state in force in the quarter before the first.
        state: The state in force, or expected, h quarters ahead with what is known then,
            [T, H + 1]; column 0 is what is in force.
    """

    parts: tuple[LawPart, ...]
    groups: dict[str, dict[str, tuple[float, float, float]]]
    weight: Array
    cell: Array
    before: int
    state: Array


def buyer_draws(law: LawFlows, seed: int, draws: int) -> dict[tuple[str, str], Array]:
    """Draw the part of each class of buyers in its group, [draws]; a group sums to 1.

    The draws go with the names of group and class, so they are the same in every run.
    """
    found: dict[tuple[str, str], Array] = {}
    for group, members in law.groups.items():
        raw = {
            buyer: _between(share, uniforms(seed, f"buyers:{group}:{buyer}", draws, 1)[:, 0])
            for buyer, share in members.items()
        }
        total = np.sum(list(raw.values()), axis=0)
        somebody = np.where(total > 0, total, 1.0)
        middles = sum(share[1] for share in members.values())
        for buyer, values in raw.items():
            # Somebody buys: where chance leaves nobody, the middle shares stand.
            middle = members[buyer][1] / middles if middles > 0 else 0.0
            found[group, buyer] = np.where(total > 0, values / somebody, middle)
    return found


def _between(share: tuple[float, float, float], u: Array) -> Array:
    """Return quantiles of a fraction whose 5 %, 50 % and 95 % points are low, middle, high.

    Example:
        >>> _between((0.1, 0.2, 0.4), np.array([0.05, 0.5, 0.95])).round(3).tolist()
        [0.1, 0.2, 0.4]
    """
    low, middle, high = (np.asarray(part) for part in share)
    return np.clip(split_normal(middle, low, high, u), 0.0, 1.0)


def granted_draws(law: LawFlows, seed: int, draws: int) -> dict[str, Array]:
    """Draw the part of the trade that goes on under each outcome, [draws], by its name."""
    found: dict[str, Array] = {}
    for part in law.parts:
        if part.outcome not in found:
            u = uniforms(seed, f"approval:law/{part.outcome}", draws, 1)[:, 0]
            found[part.outcome] = np.clip(quantile(part.dist, part.a, part.b, u), 0.0, 1.0)
    return found


def denied_draws(law: LawFlows | None, seed: int, draws: int, parts: int = 0) -> Array:
    """Draw, for each part, the buyers' share times the fraction denied, [draws, B].

    Args:
        law: The law of a run; None for none.
        seed: Seed of the random numbers.
        draws: How many.
        parts: Fill up with zeros to at least this many parts.
    """
    if law is None:
        return np.zeros((draws, parts))
    result = np.zeros((draws, max(len(law.parts), parts)))
    buyers = buyer_draws(law, seed, draws)
    granted = granted_draws(law, seed, draws)
    for place, part in enumerate(law.parts):
        result[:, place] = buyers[part.group, part.buyer] * (1.0 - granted[part.outcome])
    return result


def law_shape(laws: Iterable[LawFlows | None]) -> tuple[int, int, int]:
    """Return the numbers of states, parts and kinds of flow that hold all these laws.

    Example:
        >>> law_shape([None, None])
        (0, 0, 0)
    """
    shapes = [law.weight.shape for law in laws if law is not None]
    sizes = [max((shape[axis] for shape in shapes), default=0) for axis in range(3)]
    return sizes[0], sizes[1], sizes[2]


def law_tables(
    law: LawFlows | None, states: Array, shape: tuple[int, int, int], flows: int
) -> dict[str, Array]:
    """Return what `access.tables` needs of a law, filled up to a shape; nothing if there is none.

    Args:
        law: The law of a run.
        states: The state of the law in each regime.
        shape: From `law_shape`, over all runs that are simulated together.
        flows: How many flows there are: 7 C I.
    """
    if not all(shape):
        return {}
    weight = np.zeros(shape)
    cell = np.zeros(flows, dtype=np.int32)
    if law is not None:
        s, b, u = law.weight.shape
        weight[:s, :b, :u] = law.weight
        cell = law.cell.ravel().astype(np.int32)
    return {"law_weight": weight, "law_cell": cell, "law_state": states.astype(np.int32)}
