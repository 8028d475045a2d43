# SPDX-License-Identifier: Apache-2.0
"""When something is reached, and how much later than in another run."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]


def first_reached(path: ArrayLike, level: ArrayLike) -> Array:
    """Return the position at which a path first reaches a level.

    Args:
        path: Values, with time on the last axis.
        level: The level, without the time axis.

    Returns:
        The position on the time axis, between two steps by linear interpolation; 0 where the
        path starts at or above the level, infinite where it never gets there.

    Example:
        >>> first_reached([0.0, 1.0, 3.0], 2.0).item()
        1.5
        >>> first_reached([0.0, 1.0, 3.0], 4.0).item()
        inf
    """
    values = np.asarray(path, dtype=float)
    wanted = np.asarray(level, dtype=float)[..., None]
    there = values >= wanted
    step = there.argmax(axis=-1)
    before = np.maximum(step - 1, 0)
    low = np.take_along_axis(values, before[..., None], axis=-1)[..., 0]
    high = np.take_along_axis(values, step[..., None], axis=-1)[..., 0]
    rise = high - low
    part = np.divide(wanted[..., 0] - low, rise, out=np.zeros_like(rise), where=rise > 0)
    position = np.where(step > 0, before + part, 0.0)
    return np.where(there.any(axis=-1), position, np.inf)


def delay(baseline: ArrayLike, scenario: ArrayLike) -> Array:
    """Return how many steps the scenario is behind the baseline at the end.

    The baseline reached the scenario's last value some steps before the end: that is the delay.
    Where the scenario ends above the baseline, the delay is negative: how much earlier it reached
    the baseline's last value.

    Args:
        baseline: Path of the baseline, time last.
        scenario: Path of the scenario, time last.

    Returns:
        Steps; infinite where even the first value of the baseline is above the scenario's last,
        so that the delay is longer than the horizon; 0 where both end alike.

    Example:
        >>> delay([1.0, 2.0, 3.0, 4.0], [1.0, 1.5, 2.0, 2.5]).item()
        1.5
        >>> delay([2.0, 3.0], [2.0, 1.0]).item()
        inf
    """
    base, after = np.asarray(baseline, dtype=float), np.asarray(scenario, dtype=float)
    last = base.shape[-1] - 1
    behind = last - first_reached(base, after[..., -1])
    ahead = last - first_reached(after, base[..., -1])
    late = np.where(after[..., -1] < base[..., 0], np.inf, behind)
    early = np.where(base[..., -1] < after[..., 0], -np.inf, -ahead)
    result = np.where(after[..., -1] < base[..., -1], late, early)
    return np.where(after[..., -1] == base[..., -1], 0.0, result)
