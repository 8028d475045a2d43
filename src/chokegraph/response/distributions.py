# SPDX-License-Identifier: Apache-2.0
"""Probability distributions as quantile functions, with NumPy alone.

Sampling by inverse distribution function uses exactly one uniform number per value, so the
numbers of one draw do not depend on how many draws there are, nor on other parameters.
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chokegraph.errors import Finding, FindingsError

Array = np.ndarray[Any, np.dtype[Any]]

DISTRIBUTIONS = {
    "fixed": ("the value a", 1),
    "uniform": ("evenly between a and b", 2),
    "normal": ("mean a, standard deviation b", 2),
    "lognormal": ("median a, standard deviation b of the logarithm", 2),
    "logitnormal": ("median a, standard deviation b of the logit", 2),
    "halfnormal": ("absolute value of a normal with mean 0 and standard deviation a", 1),
    "beta": ("first shape a, second shape b", 2),
}
"""What `a` and `b` mean, and how many of them count."""

_GRID = 20_001
_EDGE = 1e-12


@lru_cache(maxsize=1)
def _normal_table() -> tuple[Array, Array]:
    z = np.linspace(-8.0, 8.0, _GRID)
    cdf = NormalDist().cdf
    return np.array([cdf(float(value)) for value in z]), z


def normal_quantile(u: ArrayLike) -> Array:
    """Return the standard normal quantile (interpolated; error below 1e-5 between 1e-6 and 1-1e-6).

    Example:
        >>> float(normal_quantile(0.95).round(4))
        1.6449
    """
    cdf, z = _normal_table()
    return np.asarray(np.interp(np.asarray(u), cdf, z))


@lru_cache(maxsize=256)
def _beta_table(a: float, b: float) -> tuple[Array, Array]:
    # Points gather at both ends, where a density with a shape near 1 changes fastest.
    x = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, _GRID))
    middle = 0.5 * (x[1:] + x[:-1])
    log_density = (a - 1) * np.log(middle) + (b - 1) * np.log1p(-middle)
    mass = np.exp(log_density - log_density.max()) * np.diff(x)
    cdf = np.concatenate([[0.0], np.cumsum(mass)])
    return cdf / cdf[-1], x


def quantile(dist: str, a: float, b: float, u: ArrayLike) -> Array:
    """Return the value below which a fraction `u` of the distribution lies.

    Args:
        dist: One of `DISTRIBUTIONS`.
        a: First parameter, see `DISTRIBUTIONS`.
        b: Second parameter; ignored where there is only one.
        u: Fractions between 0 and 1.

    Raises:
        FindingsError: The distribution is not known.

    Example:
        >>> quantile("uniform", 2.0, 6.0, [0.0, 0.5]).tolist()
        [2.0, 4.0]
        >>> round(float(quantile("beta", 2.0, 8.0, 0.5)), 3)
        0.18
    """
    fraction = np.clip(np.asarray(u, dtype=float), _EDGE, 1 - _EDGE)
    if dist == "fixed":
        return np.full(fraction.shape, float(a))
    if dist == "uniform":
        return a + (b - a) * np.asarray(u, dtype=float)
    if dist == "normal":
        return a + b * normal_quantile(fraction)
    if dist == "lognormal":
        return np.asarray(a * np.exp(b * normal_quantile(fraction)))
    if dist == "logitnormal":
        logit = np.log(a / (1 - a)) + b * normal_quantile(fraction)
        return np.asarray(1 / (1 + np.exp(-logit)))
    if dist == "halfnormal":
        return a * normal_quantile(0.5 + 0.5 * fraction)
    if dist == "beta":
        cdf, x = _beta_table(float(a), float(b))
        return np.asarray(np.interp(fraction, cdf, x))
    finding = Finding(f"unknown distribution '{dist}'", f"use one of {', '.join(DISTRIBUTIONS)}")
    raise FindingsError([finding], title="distribution")


def split_normal(mid: Array, low: Array, high: Array, u: Array) -> Array:
    """Return the quantile of a two-sided normal whose 5 % and 95 % points are `low` and `high`.

    Where `mid` is not a number the value is spread evenly between `low` and `high`.

    Example:
        >>> one = np.array([1.0])
        >>> split_normal(one, one * 0.5, one * 3.0, np.array([0.95])).round(3).tolist()
        [3.0]
        >>> split_normal(one * np.nan, one * 0.0, one * 4.0, np.array([0.25])).tolist()
        [1.0]
    """
    return spread(mid, low, high, u, scores(u))


def scores(u: Array) -> Array:
    """Return normal scores in units of the half width of a 90 % interval.

    Example:
        >>> scores(np.array([0.95])).round(3).tolist()
        [1.0]
    """
    return np.asarray(normal_quantile(np.clip(u, _EDGE, 1 - _EDGE)) / normal_quantile(0.95))


def spread(mid: Array, low: Array, high: Array, u: Array, z: Array) -> Array:
    """Return `split_normal` for scores `z` that are known already."""
    side = np.where(z >= 0, high - mid, mid - low)
    unknown = np.isnan(mid)
    if not unknown.any():
        return np.asarray(mid + z * side)
    return np.asarray(np.where(unknown, low + (high - low) * u, mid + z * side))
