# SPDX-License-Identifier: Apache-2.0
"""Quantiles over draws, by one stated definition, for every room.

The q-quantile is the smallest value that at least a fraction q of the draws does not exceed
(Hyndman and Fan's type 1, `inverted_cdf` in NumPy). It is always one of the values, so it also
holds where some draws are infinite ("not within the horizon").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, np.dtype[Any]]

DEFINITION = "inverted_cdf (Hyndman and Fan, type 1)"
"""The definition of quantiles used in every table, for the manifest."""

LEVELS = (0.05, 0.5, 0.95)
"""The quantiles shown: median and 5-95 %."""


def two_piece(mid: ArrayLike, low: ArrayLike, high: ArrayLike, score: ArrayLike) -> Array:
    """Return the two-piece normal with a middle and a 90 % interval, at scores.

    Args:
        mid: Its median.
        low: Its 5 % quantile.
        high: Its 95 % quantile.
        score: Normal scores in units of half a 90 % interval: -1 at the low point, 1 at the high.

    Example:
        >>> two_piece(1.0, 0.5, 3.0, [-1.0, 0.0, 0.5, 1.0]).tolist()
        [0.5, 1.0, 2.0, 3.0]
    """
    scores, middle = np.asarray(score, dtype=float), np.asarray(mid, dtype=float)
    side = np.where(scores < 0, middle - np.asarray(low), np.asarray(high) - middle)
    return np.asarray(middle + scores * side)


def quantiles(values: ArrayLike, levels: Sequence[float] = LEVELS, *, axis: int = 0) -> Array:
    """Return quantiles along an axis, leaving out draws that are not a number.

    Args:
        values: The draws; infinities count, not-a-number does not.
        levels: Fractions between 0 and 1.
        axis: The axis of the draws.

    Returns:
        The quantiles on a new first axis; not a number where no draw is left.

    Example:
        >>> quantiles([3.0, 1.0, float("inf"), 2.0, float("nan")]).tolist()
        [1.0, 2.0, inf]
    """
    ordered = np.sort(np.moveaxis(np.asarray(values, dtype=float), axis, 0), axis=0)
    count = np.sum(~np.isnan(ordered), axis=0)
    found = []
    for level in levels:
        # A hair below, so that 0.05 of 40 draws is the second and not, by rounding, the third.
        place = np.ceil(level * count - 1e-9).astype(int) - 1
        place = np.clip(place, 0, np.maximum(count - 1, 0))
        found.append(np.take_along_axis(ordered, place[None], axis=0)[0])
    return np.stack(found)
