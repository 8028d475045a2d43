# SPDX-License-Identifier: Apache-2.0
"""The compiled engine seen from outside: portions of scenarios, threads, progress."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.cascade import lanes
from chokegraph.chain.cascade.layout import Layout, Side
from chokegraph.chain.cascade.published import MOST_STEPS, Outcome, unsettled
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Packed
from chokegraph.chain.cascade.steps import market_of

FloatArray = NDArray[np.float64]
Progress = Callable[[int, int], None]

PORTION = 128
"""Scenarios that a thread takes at a time: enough to keep lanes full, few enough to be stopped."""


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
    size = min(PORTION, max(lanes.LANES, -(-count // threads())))
    portions = [(first, min(first + size, count)) for first in range(0, count, size)]
    work = _work(layout, settings, weights)
    shape = (count, nodes) if keep else (0, 0)
    down, up = np.zeros(shape, settings.number), np.zeros(shape, settings.number)
    totals = np.zeros((3, count))
    steps = np.zeros(count, dtype=np.int64)

    def portion(first: int, last: int) -> int:
        some = packed.some(first, last)
        part = slice(first, last) if keep else slice(0, 0)
        out = np.zeros((3, last - first))
        settled = work(some, out, steps[first:last], down[part], up[part])
        totals[:, first:last] = out
        if not settled:
            raise unsettled()
        return last - first

    workers = min(threads(), len(portions))
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        waiting: set[Future[int]] = {pool.submit(portion, *bounds) for bounds in portions}
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
    with_down, with_up = ("down" in settings.directions), ("up" in settings.directions)
    totals[1 if not with_down else 0] += 0 if with_down else np.nan
    totals[2 if not with_up else 0] += 0 if with_up else np.nan
    outcome = Outcome(
        down.T.astype(np.float64) if keep and with_down else None,
        up.T.astype(np.float64) if keep and with_up else None,
        totals,
        np.array([steps * with_down, steps * with_up]),
        np.full(count, np.nan),
    )
    plural = "s" if workers > 1 else ""
    return outcome, f"numba {settings.precision}, {workers} thread{plural}"


def _work(layout: Layout, settings: Settings, weights: FloatArray) -> Callable[..., bool]:
    number = settings.number

    def flat(values: FloatArray) -> NDArray[Any]:
        return np.ascontiguousarray(values, dtype=number)

    def side(one: Side) -> tuple[NDArray[Any], ...]:
        return one.first, one.start, one.source, flat(one.share)

    rule = market_of(layout, settings)
    none = np.zeros(0)
    markets = (
        layout.market,
        flat(layout.market_share),
        flat(none if rule is None else rule.guard),
        flat(none if rule is None else rule.instead),
        number(0 if rule is None else rule.floor),
        rule is not None,
    )
    sides, weight = (side(layout.down), side(layout.up)), flat(weights)
    ways = ("down" in settings.directions, "up" in settings.directions)

    def work(
        some: Packed,
        totals: FloatArray,
        steps: NDArray[np.int64],
        down: NDArray[Any],
        up: NDArray[Any],
    ) -> bool:
        shocks = (some.start, some.node, flat(some.lost))
        return bool(
            lanes.published(
                *sides,
                markets,
                shocks,
                weight,
                ways,
                number(settings.stop),
                MOST_STEPS,
                totals,
                steps,
                down,
                up,
            )
        )

    return work
