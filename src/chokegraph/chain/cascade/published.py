# SPDX-License-Identifier: Apache-2.0
"""Reference mode in NumPy: the published updates, both directions in step, the published stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade.layout import Layout
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.chain.cascade.steps import cuts_of, market_of, start_of, step
from chokegraph.errors import Finding, FindingsError

FloatArray = NDArray[np.float64]

MOST_STEPS = 1_000_000
"""Steps after which a cascade in reference mode is given up; the published code has no limit."""


def unsettled() -> FindingsError:
    """The error of a cascade that has not stopped after `MOST_STEPS`.

    Example:
        >>> print(unsettled().findings[0].message)
        a cascade did not stop within 1000000 steps
    """
    message = f"a cascade did not stop within {MOST_STEPS} steps"
    fix = 'give a larger stop, or use Settings(mode="converged")'
    return FindingsError([Finding(message, fix=fix)], title="cascade")


@dataclass
class Outcome:
    """Where scenarios ended, as an engine hands it back.

    Args:
        down: (N, K) losses downstream; None where not kept.
        up: (N, K) losses upstream; None where not kept.
        totals: (3, K) weighted loss, and of each direction; NaN for a direction not asked for.
        iterations: (2, K) steps taken down and up.
        error: (K,) bound on the distance from the limit; NaN where none is stated.

    Example:
        >>> Outcome(None, None, np.zeros((3, 1)), np.zeros((2, 1)), np.zeros(1)).down is None
        True
    """

    down: FloatArray | None
    up: FloatArray | None
    totals: FloatArray
    iterations: NDArray[np.int64]
    error: FloatArray


def totals_of(down: FloatArray | None, up: FloatArray | None, weights: FloatArray) -> FloatArray:
    """Weighted losses of scenarios: of the worse direction at each node, and of each direction.

    Args:
        down: (N, K) losses downstream, or None.
        up: (N, K) losses upstream, or None.
        weights: (N,) weights that add up to 1.

    Returns:
        (3, K) both, downstream, upstream; NaN for a direction that is None.

    Example:
        >>> totals_of(np.array([[1.0], [0.0]]), None, np.array([0.5, 0.5])).T.tolist()
        [[0.5, 0.5, nan]]
    """
    some = down if down is not None else up
    if some is None:
        message = "a cascade needs a direction"
        raise ValueError(message)
    totals = np.full((3, some.shape[1]), np.nan)
    both = some if down is None or up is None else np.maximum(down, up)
    for row, lost in enumerate((both, down, up)):
        if lost is not None:
            totals[row] = weights @ lost
    return totals


def run_published(
    layout: Layout, packed: Packed, settings: Settings, weights: FloatArray
) -> Outcome:
    """Repeat the published updates until the published stop, for several scenarios at once.

    Args:
        layout: The network.
        packed: The scenarios.
        settings: Stop, directions, market shares.
        weights: (N,) weights that add up to 1.

    Returns:
        Losses and counts of steps; each scenario stops by itself.

    Example:
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> from chokegraph.chain.cascade.layout import layout_of
        >>> from chokegraph.chain.cascade.shocks import Shock, pack
        >>> layout, shock = layout_of(chain_of_three()), pack([Shock("s", lost={0: 1.0})])
        >>> out = run_published(layout, shock, Settings(), np.array([0.5, 0.5, 0.0]))
        >>> out.totals.T.tolist(), out.iterations.T.tolist()
        ([[1.0, 1.0, 0.5]], [[3, 3]])
    """
    ways = settings.directions
    sides = {"down": layout.down, "up": layout.up}
    markets = {"down": market_of(layout, settings), "up": None}
    cuts = {way: cuts_of(sides[way], packed) for way in ways}
    least = start_of(packed, layout.down.nodes)
    lost = dict.fromkeys(ways, least)
    ends = {way: least.copy() for way in ways}
    iterations = np.zeros(packed.scenarios, dtype=np.int64)
    going = np.arange(packed.scenarios)
    before = weights @ least
    while len(going):
        iterations[going] += 1
        if iterations[going[0]] > MOST_STEPS:
            raise unsettled()
        after = {way: step(sides[way], lost[way], least, markets[way], cuts[way]) for way in ways}
        if settings.stop_rule == "change":
            change = np.max([np.max(after[way] - lost[way], axis=0) for way in ways], axis=0)
            stops = change <= settings.stop
        else:
            now = totals_of(after.get("down"), after.get("up"), weights)[0]
            stops = now <= before * (1 + settings.stop)
            before = now[~stops]
        if stops.any():
            for way in ways:
                ends[way][:, going[stops]] = after[way][:, stops]
                after[way] = after[way][:, ~stops]
                cuts[way] = cuts[way].keep(~stops)
            least = least[:, ~stops]
            going = going[~stops]
        lost = after
    down, up = ends.get("down"), ends.get("up")
    return Outcome(
        down,
        up,
        totals_of(down, up, weights),
        np.array([iterations * ("down" in ways), iterations * ("up" in ways)]),
        np.full(packed.scenarios, np.nan),
    )


def joined(parts: list[Outcome], nodes: int) -> Outcome:
    """Put the outcomes of portions of the scenarios together.

    Args:
        parts: Outcomes, in the order of the scenarios.
        nodes: N.

    Returns:
        One outcome.

    Example:
        >>> joined([], 3).totals.shape
        (3, 0)
    """
    if not parts:
        none = np.zeros((nodes, 0))
        return Outcome(none, none, np.zeros((3, 0)), np.zeros((2, 0), dtype=np.int64), np.zeros(0))
    if len(parts) == 1:
        return parts[0]

    def side(name: str) -> FloatArray | None:
        arrays = [getattr(part, name) for part in parts]
        return None if arrays[0] is None else np.concatenate(arrays, axis=1)

    return Outcome(
        side("down"),
        side("up"),
        np.concatenate([part.totals for part in parts], axis=1),
        np.concatenate([part.iterations for part in parts], axis=1),
        np.concatenate([part.error for part in parts]),
    )
