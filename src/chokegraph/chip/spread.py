# SPDX-License-Identifier: Apache-2.0
"""Quantiles of uncertain figures that are stated as a middle with its 5 % and 95 % points.

Each is a two-piece normal on a scale of its own: linear, logarithmic (`lognormal`) or log-odds
(`beta`). So the middle is the median and both stated points are met exactly, whatever the skew; a
`uniform` is spread so that its 5 % and 95 % points are the stated ones.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from chokegraph.chip.wafer import Floats, Number
from chokegraph.world.quantiles import two_piece

LOW, HIGH = 0.05, 0.95
FIXED = ("point", "fixed")
LINEAR = ("normal", "triangular", "pert")
"""Words of statements that are all taken as a two-piece normal on a linear scale."""

KNOWN = (*FIXED, *LINEAR, "uniform", "lognormal", "beta")
"""Every word that is understood."""

_EDGE = 1e-12
_TINY = 1e-9


def quantile(
    dist: str,
    mid: float,
    low: float,
    high: float,
    fraction: Number,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Floats:
    """Return the value below which a fraction of the distribution lies.

    Args:
        dist: As in a statement: one of `KNOWN`.
        mid: Median.
        low: 5 % point.
        high: 95 % point.
        fraction: Between 0 and 1; any shape.
        least: Physical lower bound; values below are moved to it.
        most: Physical upper bound.

    Raises:
        ValueError: If the three points are not in order, or the distribution is not known or
            cannot have them.

    Example:
        >>> quantile("lognormal", 0.25, 0.1, 0.65, [0.05, 0.5, 0.95]).round(3).tolist()
        [0.1, 0.25, 0.65]
        >>> quantile("uniform", 0.5, 0.05, 0.95, [0.0, 0.5, 1.0]).round(3).tolist()
        [0.0, 0.5, 1.0]
    """
    if not low <= mid <= high:
        message = f"{low:g}, {mid:g}, {high:g} are not in order"
        raise ValueError(message)
    if wrong := misfit(dist, low, high):
        raise ValueError(wrong)
    share = np.asarray(fraction, float)
    if dist in FIXED or low == high:
        return np.full(share.shape, float(mid))
    if dist == "uniform":
        drawn = low + (high - low) * (share - LOW) / (HIGH - LOW)
    else:
        # Scores in units of half a 90 % interval: -1 at the low point, 1 at the high one.
        score = ndtri(np.clip(share, _EDGE, 1 - _EDGE)) / ndtri(HIGH)
        drawn = _two_piece(dist, mid, low, high, score)
    found: Floats = np.clip(
        drawn, -np.inf if least is None else least, np.inf if most is None else most
    )
    return found


def misfit(dist: str, low: float, high: float) -> str:
    """Say why a distribution cannot have these 5 % and 95 % points; empty if it can.

    Example:
        >>> misfit("log-normal", 0.1, 0.6)
        "'log-normal' is no distribution"
        >>> misfit("lognormal", 0.0, 0.6)
        'a lognormal is above 0, and its low point is 0'
        >>> misfit("lognormal", 0.1, 0.6)
        ''
    """
    if dist not in KNOWN:
        return f"{dist!r} is no distribution"
    if dist == "lognormal" and low <= 0:
        return f"a lognormal is above 0, and its low point is {low:g}"
    if dist == "beta" and (low < 0 or high > 1):
        return f"a beta is between 0 and 1, and its points are {low:g} and {high:g}"
    return ""


def _two_piece(dist: str, mid: float, low: float, high: float, score: Floats) -> Floats:
    if dist == "lognormal":
        return np.exp(two_piece(np.log(mid), np.log(low), np.log(high), score))
    if dist == "beta":
        points = np.clip([mid, low, high], _TINY, 1 - _TINY)
        odds = np.log(points / (1 - points))
        return np.asarray(1 / (1 + np.exp(-two_piece(odds[0], odds[1], odds[2], score))))
    return two_piece(mid, low, high, score)
