# SPDX-License-Identifier: Apache-2.0
"""Partial cuts in the long run: the price at which just the quota is wanted, market by market.

A coalition that goes on delivering the fraction q of what it sold is, to a target that buys
everything anew with the same budget, a coalition whose price has risen until just q is wanted.
Prices of all markets are solved together, because a dearer input shifts spending to or from the
others (exact hat algebra):

    quantity wanted / quantity before = (spending on the market / before) p^-sigma P^(sigma-1)

The coalition, not the target, earns the difference in price. At q -> 0 this is the full cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chokegraph.chain.power.means import FloatArray
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.solve import Cuts, Solution, Thirds, forward, hold, spending
from chokegraph.errors import Finding, FindingsError

_ROUNDS = 500
_CLOSE = 1e-7
_MEMORY = 6
_TINY = 1e-12


def solve_quotas(nests: Nests, cuts: Cuts, *, thirds: Thirds = "free") -> Solution:
    """Return what is left of every node when the coalition delivers a fraction of what it sold.

    Every product is solved for itself, with its own budget as before, so nodes that several
    products share hold the values of the last one; ask for one goal's cone.

    Raises:
        FindingsError: If the nests have more than one goal, or prices do not settle.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.power.nests import nests
        >>> from chokegraph.chain.power.parameters import assume
        >>> from chokegraph.chain.power.solve import members_matrix
        >>> world = small_world({"litho": {"NL": 0.6, "KR": 0.4}}, routes={})
        >>> chain = nests(world, "CN", rows=assume({"suppliers": 3.0}))
        >>> cut = Cuts(members_matrix(chain, [["NL"]]), left=0.25)
        >>> left = np.exp(solve_quotas(chain, cut).logs[0][0, 0])
        >>> from chokegraph.chain.power.closed import one_input_loss
        >>> bool(abs(1 - left - one_input_loss(0.6, 3.0, quantity_left=0.25)) < 1e-6)
        True
    """
    if len(nests.goals) != 1:
        finding = Finding("a partial cut is solved for one goal at a time", fix="use Nests.cone")
        raise FindingsError([finding], title="power")
    goal = next(iter(nests.goals))
    numbers = [number for number, _ in nests.markets]
    sigma = np.stack([market.elasticity["long"] for _, market in nests.markets])[:, None, :]
    held = hold(nests, cuts)
    nobody = hold(nests, Cuts(np.zeros_like(cuts.members)))
    before = forward(nests, nobody, np.float64(0.0), horizon="long", thirds=thirds)
    spent_before = _markets(spending(nests, before, goal, thirds=thirds), numbers)
    wanted = np.log(cuts.left)
    active = (held.shares[0] > 0.0) & (spent_before > 0.0)

    def steps(values: FloatArray) -> FloatArray:
        now = forward(nests, held, -values, horizon="long", thirds=thirds)
        spent = _markets(spending(nests, now, goal, thirds=thirds), numbers)
        # Quantity wanted from the coalition over the quantity before, in logarithms.
        with np.errstate(divide="ignore", invalid="ignore"):
            shift = np.log(spent) - np.log(spent_before)
        gap = shift - sigma * values - (sigma - 1.0) * _markets(now.logs, numbers) - wanted
        # A price below one would be a subsidy: a quota that does not bind leaves it at one.
        after = np.maximum(values + gap / sigma, 0.0)
        return np.where(active & np.isfinite(gap), after - values, 0.0)

    prices = np.zeros(active.shape)
    worst = np.inf
    kept: list[tuple[FloatArray, FloatArray]] = []
    for _ in range(_ROUNDS):
        step = steps(prices)
        worst = float(np.abs(step).max(initial=0.0))
        if worst < _CLOSE:
            return forward(nests, held, -prices, horizon="long", thirds=thirds)
        kept = [*kept[-_MEMORY:], (prices, step)]
        prices = np.maximum(_mixed(kept), 0.0)
    finding = Finding(
        f"prices of the quotas still moved by {worst:.1e} after {_ROUNDS} rounds",
        fix="give a deeper or a full cut, or the short run",
    )
    raise FindingsError([finding], title="power")


def _markets(values: Sequence[FloatArray], numbers: Sequence[int]) -> FloatArray:
    return np.stack([values[number] for number in numbers])


def _mixed(kept: list[tuple[FloatArray, FloatArray]]) -> FloatArray:
    """The next prices: Anderson's mixing of the last rounds, for each column by itself.

    D. G. Anderson, Iterative procedures for nonlinear integral equations, J. ACM 12 (1965).
    """
    prices, step = kept[-1]
    if len(kept) == 1:
        return prices + step
    moved = np.stack([step - old for _, old in kept[:-1]])
    shifted = np.stack([prices - old for old, _ in kept[:-1]]) + moved
    across = np.einsum("amkd,bmkd->kdab", moved, moved)
    size = np.trace(across, axis1=-2, axis2=-1)[..., None, None]
    across = across + (_TINY * size + np.finfo(float).tiny) * np.eye(len(moved))
    aim = np.einsum("amkd,mkd->kda", moved, step)
    weights = np.linalg.solve(across, aim[..., None])[..., 0]
    return np.asarray(prices + step - np.einsum("kda,amkd->mkd", weights, shifted))
