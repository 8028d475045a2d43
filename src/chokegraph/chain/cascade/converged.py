# SPDX-License-Identifier: Apache-2.0
"""Converged mode in NumPy: to the limit, with a bound on the distance from it.

Losses only rise from step to step, towards the least fixed point above the start. So whatever has
been reached is a lower bound; and any losses that a step does not raise (`step(x) <= x`, with x at
least the start) are an upper bound, whatever way they were guessed. The bound stated is the largest
difference of the two. It needs no linear algebra and holds with replacement by others on. Bounds
hold up to rounding, about 1e-14 a step.

Where steps are too many, `exact` solves linear systems, and its result is proved the same way.
Upstream, complete knock-outs in a small network have a closed form, see `closed`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade.closed import first_passage, pays
from chokegraph.chain.cascade.exact import solve
from chokegraph.chain.cascade.layout import Layout, Side
from chokegraph.chain.cascade.published import Outcome, totals_of
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.chain.cascade.steps import (
    Market,
    cuts_of,
    market_of,
    start_of,
    step,
)

FloatArray = NDArray[np.float64]

ROUNDING = 1e-14
"""Differences up to this are rounding, not losses."""
MOST_STEPS = 200
"""Steps after which linear systems are solved instead."""


def run_converged(
    layout: Layout, packed: Packed, settings: Settings, weights: FloatArray
) -> Outcome:
    """Run scenarios to the limit, each direction by itself.

    Args:
        layout: The network.
        packed: The scenarios.
        settings: Error allowed, directions, market shares.
        weights: (N,) weights that add up to 1.

    Returns:
        Losses, counts of steps, and the bound on the error.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> layout, shock = layout_of(chain_of_three()), pack([Shock("s", lost={0: 1.0})])
        >>> mode, weights = Settings(mode="converged"), np.array([0.5, 0.5, 0.0])
        >>> run_converged(layout, shock, mode, weights).error.tolist()
        [0.0]
    """
    least = start_of(packed, layout.down.nodes)
    ends: dict[str, FloatArray] = {}
    counts = np.zeros((2, packed.scenarios), dtype=np.int64)
    error = np.zeros(packed.scenarios)
    for row, way in enumerate(("down", "up")):
        if way not in settings.directions:
            continue
        side = layout.down if way == "down" else layout.up
        if way == "up" and pays(side, packed, settings.error):
            ends[way], bound = first_passage(side, packed)
            error = np.maximum(error, bound)
            continue
        market = market_of(layout, settings) if way == "down" else None
        lost, counts[row], bounds = limit_of(side, least, market, packed, settings.error)
        finish(side, least, market, packed, lost, counts[row], bounds)
        ends[way], error = lost, np.maximum(error, bounds)
    down, up = ends.get("down"), ends.get("up")
    return Outcome(down, up, totals_of(down, up, weights), counts, error)


def finish(
    side: Side,
    least: FloatArray,
    market: Market | None,
    packed: Packed,
    lost: FloatArray,
    steps: NDArray[np.int64],
    bounds: FloatArray,
) -> None:
    """Solve the scenarios that steps did not bring to an end; their results are written in place.

    Args:
        side: The direction.
        least: (N, K) losses at the start.
        market: The rule of replacement, or None.
        packed: The scenarios, for their cuts.
        lost: (N, K) losses reached; written where the bound is infinite.
        steps: (K,) steps taken; rounds are added.
        bounds: (K,) distance from the limit; infinite where it is not known yet.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> side, shock = layout_of(chain_of_three()).down, pack([Shock("s", lost={0: 0.5})])
        >>> least, bounds = start_of(shock, 3), np.array([np.inf])
        >>> lost = least.copy()
        >>> finish(side, least, None, shock, lost, np.zeros(1, dtype=np.int64), bounds)
        >>> lost.T.tolist(), bool(bounds[0] < 1e-9)
        ([[0.5, 0.5, 0.5]], True)
    """
    all_cuts = cuts_of(side, packed)
    for number in np.flatnonzero(np.isinf(bounds)):
        only = np.zeros(len(bounds), dtype=bool)
        only[number] = True
        cuts, start = all_cuts.keep(only), least[:, only]
        found = solve(side, start[:, 0], market, cuts)
        reached = np.maximum(found.lost[:, None], lost[:, only])
        high = np.maximum(found.high[:, None], reached)
        distance = proved_distance(reached, high, step(side, high, start, market, cuts))[0]
        if np.isinf(distance):
            # A circle that passes losses on undiminished allows no room above the limit; but what
            # a step does not change is the limit.
            change = np.max(step(side, reached, start, market, cuts) - reached, initial=0)
            distance = np.max(change, initial=0) * found.length if change <= ROUNDING else np.inf
        lost[:, number] = reached[:, 0]
        steps[number] += found.rounds
        # Where nothing can be proved it is still true that no loss exceeds 1.
        bounds[number] = distance if np.isfinite(distance) else 1 - reached.min()


def limit_of(
    side: Side, least: FloatArray, market: Market | None, packed: Packed, error: float
) -> tuple[FloatArray, NDArray[np.int64], FloatArray]:
    """Raise losses step by step until an upper bound is no further away than allowed.

    Args:
        side: The direction.
        least: (N, K) losses at the start.
        market: The rule of replacement, or None.
        packed: The scenarios, for their cuts.
        error: The largest distance allowed.

    Returns:
        (N, K) losses, (K,) steps and (K,) distance between lower and upper bound, infinite where
        `MOST_STEPS` were not enough.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> shock = pack([Shock("s", lost={0: 0.5})])
        >>> limit_of(layout_of(chain_of_three()).down, start_of(shock, 3), None, shock, 1e-9)[0].T
        array([[0.5, 0.5, 0.5]])
    """
    cuts = cuts_of(side, packed)
    count = least.shape[1]
    ends, bound = least.copy(), np.full(count, np.inf)
    iterations = np.zeros(count, dtype=np.int64)
    going = np.arange(count)
    lost = least
    earlier = np.zeros_like(least)
    speed = np.full(count, np.inf)
    for _ in range(MOST_STEPS):
        if not len(going):
            break
        iterations[going] += 1
        after = np.maximum(step(side, lost, least, market, cuts), lost)
        rise = after - lost
        change = np.max(rise, axis=0, initial=0)
        ratio = np.divide(change, speed, out=np.zeros(len(going)), where=speed > 0)
        speed = change
        distance = np.where(change == 0, 0.0, np.inf)
        near = (change > 0) & (ratio < 1)
        near[near] = (change * ratio)[near] <= error * (1 - ratio[near])
        if near.any():
            high = upper_guess(after[:, near], (rise + earlier)[:, near], ratio[near])
            higher = step(side, high, least[:, near], market, cuts.keep(near))
            distance[near] = proved_distance(after[:, near], high, higher)
        stops = distance <= error
        earlier = rise
        lost = after
        if stops.any():
            ends[:, going[stops]] = after[:, stops]
            bound[going[stops]] = distance[stops]
            lost, earlier, least = after[:, ~stops], rise[:, ~stops], least[:, ~stops]
            speed, going, cuts = speed[~stops], going[~stops], cuts.keep(~stops)
    ends[:, going] = lost
    return ends, iterations, bound


def upper_guess(lost: FloatArray, rise: FloatArray, ratio: FloatArray) -> FloatArray:
    """Guess losses that the limit cannot exceed.

    The rises of late steps shrink together by the same factor, so their sum to infinity is guessed
    from the last ones, taken four times over to be on the safe side.

    Args:
        lost: (N, K) losses reached.
        rise: (N, K) how much they rose of late.
        ratio: (K,) factor by which the largest rise shrinks from step to step.

    Returns:
        (N, K) losses, yet to be proved to be an upper bound.

    Example:
        >>> upper_guess(np.array([[0.5]]), np.array([[0.01]]), np.array([0.5])).tolist()
        [[0.54]]
    """
    guess: FloatArray = np.minimum(lost + 4 * rise * (ratio / (1 - ratio)), 1)
    return guess


def proved_distance(lost: FloatArray, high: FloatArray, higher: FloatArray) -> FloatArray:
    """How far the limit can be, if a step does not raise the losses guessed.

    Args:
        lost: (N, K) losses reached, a lower bound of the limit.
        high: (N, K) losses guessed to be an upper bound.
        higher: (N, K) what a step makes of them.

    Returns:
        (K,) largest distance; infinite where the guess is not an upper bound.

    Example:
        >>> half, more = np.array([[0.5]]), np.array([[0.75]])
        >>> proved_distance(half, more, half).tolist(), proved_distance(half, half, more).tolist()
        ([0.25], [inf])
    """
    proved = np.all(higher <= high + ROUNDING, axis=0)
    return np.where(proved, np.max(high - lost, axis=0, initial=0), np.inf)
