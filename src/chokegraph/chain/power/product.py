# SPDX-License-Identifier: Apache-2.0
"""A coalition's power over one product: members, inputs, and the best coalitions of each size."""

from __future__ import annotations

import numpy as np

from chokegraph.chain.goals import goal_name
from chokegraph.chain.power.answer import ProductPower, SizePower, spread
from chokegraph.chain.power.drivers import drivers_of, families_of
from chokegraph.chain.power.means import FloatArray
from chokegraph.chain.power.members import best_by_size, contributions, joining, size_power, stops
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.question import Question
from chokegraph.chain.power.solve import Cuts, members_matrix

_CONSIDERED = 10


def product_power(asked: Question, goal: str) -> ProductPower:
    """Return a coalition's power over one goal, with all that it is made of.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.question import question
        >>> asked = question(toy_world(), "CN", ["NL"], draws=0)
        >>> product_power(asked, "product:chip").name
        'Chip'
    """
    cone = asked.chain.cone([goal])
    table = asked.lattice(cone, asked.members, goal)
    everyone = table[-1]
    loss = -np.expm1(table)
    singles = loss[1 << np.arange(len(asked.members))]
    considered, sizes = _sizes(asked, cone, goal)
    unnamed = Cuts(members_matrix(cone, [asked.refusing]), unnamed=True, left=asked.left)
    joined = asked.log_left(cone.figures(), unnamed, goal)
    return ProductPower(
        goal=goal,
        name=goal_name(asked.world, goal),
        loss=spread(loss[-1]),
        log_power=spread(-everyone + 0.0),
        stops=stops(everyone),
        unnamed_joins=float(-np.expm1(joined[0, 0])),
        members=contributions(asked.members, table),
        synergy=spread(loss[-1] - singles.sum(axis=0)),
        log_synergy=_log_synergy(table[:, 0], len(asked.members)),
        families=families_of(asked, cone, goal),
        drivers=drivers_of(asked, cone, goal),
        joining=joining(asked.members, table),
        sizes=sizes,
        considered=considered,
    )


def _sizes(
    asked: Question, cone: Nests, goal: str
) -> tuple[tuple[str, ...], tuple[SizePower, ...]]:
    """The best coalition of each size among the most powerful, found in the figures."""
    figures = cone.figures()
    names = _candidates(asked, cone)
    alone = asked.full().logs(figures, [[name] for name in names], goal)[:, 0]
    ranked = [names[n] for n in np.argsort(alone, kind="stable")][:_CONSIDERED]
    if not ranked:
        return (), ()
    # A partial cut is solved for those coalitions only that a full cut puts first.
    table = asked.full().lattice(figures, ranked, goal)[:, 0]
    chosen = [
        tuple(ranked[bit] for bit in range(len(ranked)) if number >> bit & 1)
        for number in best_by_size(table)[1:]
    ]
    logs = asked.logs(cone, chosen, goal)
    rows = tuple(size_power(names, row) for names, row in zip(chosen, logs, strict=True))
    return tuple(ranked), rows


def _candidates(asked: Question, cone: Nests) -> list[str]:
    """Members who could refuse: every supplier, or by firm every country with a supplier."""
    if cone.level == "country":
        return list(cone.suppliers)
    homes = (asked.world.firms[name].headquarters for name in cone.suppliers)
    return list(dict.fromkeys(homes))


def _log_synergy(logs: FloatArray, count: int) -> float | None:
    alone = logs[1 << np.arange(count)]
    if not np.isfinite(alone).all():
        return None
    return float(alone.sum() - logs[-1])
