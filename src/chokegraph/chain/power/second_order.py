# SPDX-License-Identifier: Apache-2.0
"""The second-order approximation, for small shocks: a test of the solver, nest by nest.

With one source of income and nested CES (Baqaee and Farhi, Econometrica 87(4), 2019; the formula
is recalled, and derived again in the documentation):

    d ln Y ~ sum_i lambda_i x_i + 1/2 sum_k (theta_k - 1) lambda_k Var_k(Psi x)

x_i is the shock to supplier i, lambda_k the share of cost that passes node k, Psi x the first-order
change that reaches each input of k, and Var_k the variance over k's inputs by cost share. It says
nothing about a complete cut, where x is minus infinity.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chain.power.means import FloatArray, Horizon, exponent
from chokegraph.chain.power.nodes import Bundle, Market, Nests
from chokegraph.chain.power.solve import Cuts, Thirds, forward, hold, spending


def second_order(
    nests: Nests, cuts: Cuts, goal: str, *, horizon: Horizon = "long", thirds: Thirds = "free"
) -> tuple[FloatArray, FloatArray]:
    """Return the log-power of a small rise in the coalition's prices, to first and second order.

    Args:
        nests: The compiled chain.
        cuts: Whose prices rise, and by how much (`Cuts.log_price`); in the short run, by how much
            the logarithm of their quantities falls.
        goal: `input:id`, `route:id` or `product:id`.
        horizon: "long" or "short".
        thirds: See `log_left`.

    Returns:
        Log-power to first order, which is by cost shares alone (Hulten's theorem), and to second
        order, both [row, 1 + draws].

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power.nests import nests
        >>> from chokegraph.chain.power.solve import log_left, members_matrix
        >>> chain = nests(toy_world(), "CN").cone(["product:chip"])
        >>> cuts = Cuts(members_matrix(chain, [["JP"]]), log_price=0.01)
        >>> first, second = second_order(chain, cuts, "product:chip")
        >>> exact = -log_left(chain, cuts)["product:chip"]
        >>> bool(abs(second - exact) < abs(first - exact) / 100)
        True
    """
    nobody = hold(nests, Cuts(np.zeros_like(cuts.members)))
    base = forward(nests, nobody, np.float64(0.0), horizon=horizon, thirds=thirds)
    passes = spending(nests, base, goal, horizon=horizon, thirds=thirds)
    held = hold(nests, cuts)
    first: list[FloatArray] = []
    curve = np.zeros((cuts.rows, 1 + nests.draws))
    for number, node in enumerate(nests.nodes):
        if isinstance(node, Market):
            change, bent = _market(node, first, held.of(number), cuts.log_price, thirds)
        else:
            change, bent = _bundle(node, first, horizon)
        r = exponent(node.elasticity[horizon], horizon)
        variance, weakened = bent
        curve = curve + passes[number] * (r * variance + weakened) / 2.0
        first.append(change)
    whole = first[nests.goals[goal]]
    return -whole, -(whole + curve)


Bent = tuple[FloatArray, FloatArray]
"""Variance over the inputs of a node, and what weak needs add to the second order."""


def _market(
    node: Market, first: list[FloatArray], weights: FloatArray, rise: float, thirds: Thirds
) -> tuple[FloatArray, Bent]:
    refused = weights[0]
    at_home = np.zeros_like(refused) if node.made is None else first[node.made]
    abroad = at_home if thirds == "bound" else np.zeros_like(refused)
    changes = np.stack([np.full_like(refused, -rise), at_home, abroad])
    mean = (weights * changes).sum(axis=0)
    return mean, ((weights * (changes - mean) ** 2).sum(axis=0), np.zeros_like(mean))


def _bundle(node: Bundle, first: list[FloatArray], horizon: Horizon) -> tuple[FloatArray, Bent]:
    inner = np.stack([first[child] for child in node.children])
    need = node.needs[:, None, None]
    changes, weights = need * inner, node.shares[:, None, :]
    mean = (weights * changes).sum(axis=0)
    variance = (weights * (changes - mean) ** 2).sum(axis=0) + node.own_work * mean**2
    # A need of strength w is a nest with exponent 1 of the input and of doing without.
    weakened = (weights * need * (1.0 - need) * inner**2).sum(axis=0)
    return mean, (variance, weakened)
