# SPDX-License-Identifier: Apache-2.0
"""The compiled engine seen from outside: portions of scenarios, threads, progress."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade import converged, lanes
from chokegraph.chain.cascade.closed import first_passage, inverse_of, pays
from chokegraph.chain.cascade.converged import ROUNDING
from chokegraph.chain.cascade.layout import Layout, Side
from chokegraph.chain.cascade.published import (
    MOST_STEPS,
    Outcome,
    joined,
    totals_of,
    unsettled,
)
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.chain.cascade.steps import market_of, start_of

FloatArray = NDArray[np.float64]
Progress = Callable[[int, int], None]

PORTION = 128
"""Scenarios that a thread takes at a time: enough to keep lanes full, few enough to be stopped."""
ROOM = 4e6
"""Numbers that a thread may keep of a portion of scenarios, for each direction (32 MB)."""
NOTHING = Outcome(None, None, np.zeros((3, 0)), np.zeros((2, 0), dtype=np.int64), np.zeros(0))


def threads() -> int:
    """How many processors this process may use.

    Example:
        >>> threads() >= 1
        True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_compiled(
    layout: Layout,
    packed: Packed,
    settings: Settings,
    weights: FloatArray,
    *,
    keep: bool,
    progress: Progress | None,
) -> tuple[Outcome, str]:
    """Run scenarios with the compiled engine, a portion a thread.

    Threads, not numba's own parallel loops: those may not be entered from two threads at once,
    cannot be interrupted, and take long to compile. The compiled code holds no lock.

    Args:
        layout: The network.
        packed: The scenarios, without cuts.
        settings: How to run them.
        weights: (N,) weights that add up to 1.
        keep: Whether the loss of each node is kept, or only the totals.
        progress: Called with how many scenarios are done and how many there are.

    Returns:
        The losses, and the engine in words.
    """
    count, nodes = packed.scenarios, layout.down.nodes
    size = min(_portion(nodes), max(lanes.LANES, -(-count // threads())))
    portions = [(first, min(first + size, count)) for first in range(0, count, size)]
    work = (
        _published(layout, settings, weights)
        if settings.mode == "reference"
        else _limits(layout, settings, weights, packed)
    )
    parts: list[Outcome] = [NOTHING] * len(portions)

    def portion(number: int) -> int:
        first, last = portions[number]
        parts[number] = work(packed.some(first, last), keep=keep)
        return last - first

    workers = min(threads(), len(portions))
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        waiting: set[Future[int]] = {
            pool.submit(portion, number) for number in range(len(portions))
        }
        done = 0
        try:
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                done += sum(future.result() for future in finished)
                if progress is not None:
                    progress(done, count)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    plural = "s" if workers > 1 else ""
    precision = settings.precision if settings.mode == "reference" else "float64"
    return joined(parts, nodes), f"numba {precision}, {workers} thread{plural}"


def _portion(nodes: int) -> int:
    """Scenarios that a thread takes at a time, fewer where their results would fill the memory."""
    fitting = int(ROOM / max(nodes, 1)) // lanes.LANES * lanes.LANES
    return min(PORTION, max(lanes.LANES, fitting))


class _Arrays:
    """A network as the compiled code reads it."""

    def __init__(self, layout: Layout, settings: Settings, number: type[np.floating[Any]]) -> None:
        self.number = number
        self.ways = ("down" in settings.directions, "up" in settings.directions)
        self.down, self.up = self._side(layout.down), self._side(layout.up)
        rule, none = market_of(layout, settings), np.zeros(0)
        self.market = (
            layout.market,
            self.flat(layout.market_share),
            self.flat(none if rule is None else rule.guard),
            self.flat(none if rule is None else rule.instead),
            number(0 if rule is None else rule.floor),
            rule is not None,
        )
        self.no_market = (*self.market[:-1], False)

    def flat(self, values: FloatArray) -> NDArray[Any]:
        return np.ascontiguousarray(values, dtype=self.number)

    def shocks(self, some: Packed) -> tuple[NDArray[Any], ...]:
        return some.start, some.node, self.flat(some.lost)

    def _side(self, side: Side) -> tuple[NDArray[Any], ...]:
        return side.first, side.start, side.source, self.flat(side.share)


def _published(layout: Layout, settings: Settings, weights: FloatArray) -> Callable[..., Outcome]:
    arrays = _Arrays(layout, settings, settings.number)
    weight, with_down, with_up = arrays.flat(weights), *arrays.ways

    def work(some: Packed, *, keep: bool) -> Outcome:
        count = some.scenarios
        shape = (count, len(weights)) if keep else (0, 0)
        down, up = np.zeros(shape, arrays.number), np.zeros(shape, arrays.number)
        totals, steps = np.zeros((3, count)), np.zeros(count, dtype=np.int64)
        settled = lanes.published(
            arrays.down,
            arrays.up,
            arrays.market,
            arrays.shocks(some),
            weight,
            arrays.ways,
            arrays.number(settings.stop),
            MOST_STEPS,
            totals,
            steps,
            down,
            up,
        )
        if not settled:
            raise unsettled()
        totals[1] += 0 if with_down else np.nan
        totals[2] += 0 if with_up else np.nan
        return Outcome(
            down.T.astype(np.float64) if keep and with_down else None,
            up.T.astype(np.float64) if keep and with_up else None,
            totals,
            np.array([steps * with_down, steps * with_up]),
            np.full(count, np.nan),
        )

    return work


def _limits(
    layout: Layout, settings: Settings, weights: FloatArray, packed: Packed
) -> Callable[..., Outcome]:
    # A proof to nine digits needs doubles, whatever precision was asked for.
    arrays = _Arrays(layout, settings, np.float64)
    rule = market_of(layout, settings)
    closed = arrays.ways[1] and pays(layout.up, packed, settings.error)
    inverse = inverse_of(layout.up) if closed else None

    def work(some: Packed, *, keep: bool) -> Outcome:
        count, nodes = some.scenarios, len(weights)
        steps = np.zeros((2, count), dtype=np.int64)
        error = np.zeros(count)
        ends: list[FloatArray | None] = [None, None]
        for row, (side, flat, market, stands) in enumerate(
            (
                (layout.down, arrays.down, arrays.market, rule),
                (layout.up, arrays.up, arrays.no_market, None),
            )
        ):
            if not arrays.ways[row]:
                continue
            if row == 1 and inverse is not None:
                ends[row], bounds = first_passage(side, some, inverse)
                error = np.maximum(error, bounds)
                continue
            lost, bounds = np.zeros((count, nodes)), np.full(count, np.inf)
            lanes.limits(
                flat,
                market,
                arrays.shocks(some),
                nodes,
                settings.error,
                ROUNDING,
                converged.MOST_STEPS,
                lost,
                steps[row],
                bounds,
            )
            if np.isinf(bounds).any():
                least = start_of(some, nodes)
                converged.finish(side, least, stands, some, lost.T, steps[row], bounds)
            ends[row], error = lost.T, np.maximum(error, bounds)
        totals = totals_of(ends[0], ends[1], weights)
        kept = ends if keep else [None, None]
        return Outcome(kept[0], kept[1], totals, steps, error)

    return work
