# SPDX-License-Identifier: Apache-2.0
"""What drives a coalition's power over a product: its inputs and their families."""

from __future__ import annotations

import numpy as np

from chokegraph.chain.power.answer import Driver, FamilyPower, spread
from chokegraph.chain.power.means import FloatArray, Horizon, exponent
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.question import Question
from chokegraph.chain.power.solve import (
    BoolArray,
    Cuts,
    Held,
    Thirds,
    forward,
    hold,
    members_matrix,
    solve,
    spending,
)

_OTHER = "other"


def families_of(asked: Question, cone: Nests, goal: str) -> tuple[FamilyPower, ...]:
    """Return for each family of inputs the loss if the refusal covers that family alone.

    Args:
        asked: The question.
        cone: The nests that the goal rests on.
        goal: The goal.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.question import question
        >>> asked = question(toy_world(), "CN", ["NL"], draws=0)
        >>> rows = families_of(asked, asked.chain.cone(["product:chip"]), "product:chip")
        >>> [(row.family, row.inputs) for row in rows]
        [('lithography', 2)]
    """
    inputs = _inputs(cone)
    homes = [asked.world.inputs[name].family or _OTHER for name in inputs]
    families = tuple(dict.fromkeys(homes))
    covered = np.array([[home == family for home in homes] for family in families], dtype=bool)
    cuts = _covering(cone, asked, covered, inputs)
    loss = -np.expm1(asked.log_left(cone, cuts, goal))
    cost = _cost(cone.figures(), goal, asked.thirds)
    rows = [
        FamilyPower(
            family,
            homes.count(family),
            sum(cost[name] for name, home in zip(inputs, homes, strict=True) if home == family),
            spread(loss[n]),
        )
        for n, family in enumerate(families)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.loss.figure, -row.loss.median, row.family)))


def drivers_of(asked: Question, cone: Nests, goal: str) -> tuple[Driver, ...]:
    """Return how much of the power over a goal runs through each input.

    Args:
        asked: The question.
        cone: The nests that the goal rests on.
        goal: The goal.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.question import question
        >>> asked = question(toy_world(), "CN", ["NL"], draws=0)
        >>> rows = drivers_of(asked, asked.chain.cone(["product:chip"]), "product:chip")
        >>> [(row.input_id, row.share.figure, row.without == row.alone) for row in rows]
        [('litho', 0.75, True)]
    """
    whole = Cuts(members_matrix(cone, [asked.refusing]), left=asked.left)
    shares = _weighted(cone, hold(cone, whole), goal, asked.thirds)
    inputs = tuple(name for name, (denied, _) in shares.items() if (denied > 0.0).any())
    if not inputs:
        return ()
    figures = cone.figures()
    each = np.eye(len(inputs), dtype=bool)
    covered = np.concatenate([np.ones((1, len(inputs)), dtype=bool), each, ~each])
    # Inputs of which the coalition supplies nothing need no column: nothing of them is refused.
    cuts = _covering(figures, asked, covered, inputs)
    loss = -np.expm1(asked.log_left(figures, cuts, goal)[:, 0])
    alone, without = loss[1 : 1 + len(inputs)], loss[1 + len(inputs) :]
    cost = _cost(figures, goal, asked.thirds)
    margins, controlled = _margins(figures, whole, goal, asked.horizon, asked.thirds)
    evidence = {
        market.purchases.input_id: market.purchases.statement_ids for _, market in cone.markets
    }
    rows = [
        Driver(
            input_id=name,
            name=asked.world.inputs[name].name,
            family=asked.world.inputs[name].family or _OTHER,
            share=spread(shares[name][0]),
            own=float(shares[name][1][0]),
            cost=cost[name],
            alone=float(alone[n]),
            without=float(loss[0] - without[n]),
            marginal=margins[name],
            controlled=name in controlled,
            statement_ids=evidence[name],
        )
        for n, name in enumerate(inputs)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.alone, -row.without, row.input_id)))


def _inputs(cone: Nests) -> tuple[str, ...]:
    return tuple(dict.fromkeys(market.purchases.input_id for _, market in cone.markets))


def _covering(cone: Nests, asked: Question, covered: BoolArray, inputs: tuple[str, ...]) -> Cuts:
    members = np.repeat(members_matrix(cone, [asked.refusing]), len(covered), axis=0)
    return Cuts(members, inputs=covered, input_ids=inputs, left=asked.left)


def _before(nests: Nests, goal: str, thirds: Thirds) -> list[FloatArray]:
    """Each node's share of the goal's cost before anything is cut, [1, 1 + draws]."""
    nobody = Cuts(np.zeros((1, len(nests.suppliers)), dtype=bool))
    base = forward(nests, hold(nests, nobody), np.float64(0.0), horizon="long", thirds=thirds)
    return spending(nests, base, goal, thirds=thirds)


def _cost(figures: Nests, goal: str, thirds: Thirds) -> dict[str, float]:
    weights = _before(figures, goal, thirds)
    cost: dict[str, float] = {}
    for number, market in figures.markets:
        name = market.purchases.input_id
        cost[name] = cost.get(name, 0.0) + float(weights[number][0, 0])
    return cost


def _weighted(
    cone: Nests,
    held: Held,
    goal: str,
    thirds: Thirds,
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """The coalition's and the target's own share of each input, weighted over grades by cost."""
    weights = _before(cone, goal, thirds)
    sums: dict[str, list[FloatArray]] = {}
    for number, market in cone.markets:
        refused, own, _ = held.of(number)
        weight = weights[number][0]
        row = sums.setdefault(market.purchases.input_id, [np.zeros_like(weight) for _ in "abc"])
        for total, value in zip(row, (refused[0] * weight, own[0] * weight, weight), strict=True):
            total += value
    return {
        name: (_over(refused, weight), _over(own, weight))
        for name, (refused, own, weight) in sums.items()
    }


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.0)


def _margins(
    figures: Nests, cuts: Cuts, goal: str, horizon: Horizon, thirds: Thirds
) -> tuple[dict[str, float | None], set[str]]:
    """Change of log-power for a percentage point of purchases moved away from the coalition."""
    now = solve(figures, cuts, horizon=horizon, thirds=thirds)
    passes = spending(figures, now, goal, horizon=horizon, thirds=thirds)
    stopped = not np.isfinite(now.logs[figures.goals[goal]][0, 0])
    margins: dict[str, float] = {}
    controlled = set()
    for number, market in figures.markets:
        name = market.purchases.input_id
        refused, own, others = (float(part[0, 0]) for part in now.held.of(number))
        if refused > 0.0 and own + others == 0.0:
            controlled.add(name)
        if stopped:
            continue
        r = float(exponent(market.elasticity[horizon], horizon)[0])
        here, kept = now.logs[number][0, 0], now.withheld[now.held.place[number]][0, 0]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            slope = (1.0 - np.exp(r * kept)) / (r * np.exp(r * here))
            worth = float(passes[number][0, 0] * slope) if refused > 0.0 else 0.0
        margins[name] = margins.get(name, 0.0) + worth / 100.0
    known = {name: worth for name, worth in margins.items() if np.isfinite(worth)}
    return {name: known.get(name) for name in _inputs(figures)}, controlled
