# SPDX-License-Identifier: Apache-2.0
"""One formula behind both horizons: the weighted power mean, in logarithms.

A nest with constant elasticity of substitution e, cost shares w and "what is left" y_i of each of
its members (1 = as before, 0 = gone) leaves

    y = (sum_i w_i y_i^r)^(1/r)

* long run, r = e - 1: y_i is the inverse of the member's cost index, and y the inverse of the
  nest's: how much can be had for the same money when everything is bought anew;
* short run, r = 1 - 1/e: y_i is the member's quantity, and y the nest's output, all other
  quantities as they were.

Both follow from the duality of the CES function; r is never larger in the short run, and a power
mean grows with r, so the short-run loss is never below the long-run loss at the same elasticity.

Values are kept as logarithms, so that "gone" is minus infinity and stays exactly that.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Horizon = Literal["long", "short"]

_NEARLY_ZERO = 1e-9


def exponent(elasticity: ArrayLike, horizon: Horizon) -> FloatArray:
    """Return the exponent of the power mean for an elasticity of substitution.

    Args:
        elasticity: Elasticity of substitution, 0 (fixed proportions) or more.
        horizon: "long" (everything is bought anew) or "short" (other quantities are fixed).

    Example:
        >>> float(exponent(3.0, "long")), float(exponent(2.0, "short"))
        (2.0, 0.5)
        >>> float(exponent(0.0, "short"))
        -inf
    """
    e = np.asarray(elasticity, dtype=float)
    if horizon == "long":
        return np.asarray(e - 1.0)
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 - 1.0 / e)


def log_mean(logs: ArrayLike, weights: ArrayLike, r: ArrayLike) -> FloatArray:
    """Return the logarithm of the weighted power mean over the first axis.

    Args:
        logs: Logarithms of the values, [n, ...]; minus infinity for zero.
        weights: Weights of the values, summing to one over the first axis; broadcast to `logs`.
        r: The exponent, broadcast to one value; 0 is the geometric mean, minus infinity the least.

    Returns:
        The logarithm of the mean. A value of zero with any weight makes the mean zero where r <= 0.

    Example:
        >>> import numpy as np
        >>> round(float(np.exp(log_mean(np.log([1.0, 0.25]), [0.5, 0.5], 1.0))), 3)
        0.625
        >>> round(float(np.exp(log_mean(np.log([1.0, 0.25]), [0.5, 0.5], 0.0))), 3)
        0.5
        >>> float(log_mean([0.0, -np.inf], [0.99, 0.01], -1.0))
        -inf
    """
    values, share, power = (np.asarray(part, dtype=float) for part in (logs, weights, r))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if np.isfinite(power).all() and not (np.abs(power) < _NEARLY_ZERO).any():
            return _log_mean(values, share, power)
        # Elsewhere the sum of powers is not defined: the geometric mean, the least or the most.
        usable = np.isfinite(power) & (np.abs(power) >= _NEARLY_ZERO)
        mean = _log_mean(values, share, np.where(usable, power, 1.0))
        used = share > 0.0
        geometric = np.where(used, share * np.where(used, values, 0.0), 0.0).sum(axis=0)
        least = np.where(used, values, np.inf).min(axis=0)
        most = np.where(used, values, -np.inf).max(axis=0)
    mean = np.where(np.abs(power) < _NEARLY_ZERO, geometric, mean)
    return np.asarray(np.where(power == -np.inf, least, np.where(power == np.inf, most, mean)))


def _log_mean(values: FloatArray, share: FloatArray, power: FloatArray) -> FloatArray:
    # A value of zero gives minus infinity where r > 0 (it adds nothing) and plus infinity where
    # r < 0 (it stops everything): both come out right by themselves.
    terms = power * values + np.log(share)
    if not share.all():
        terms = np.where(share > 0.0, terms, -np.inf)
    top = terms.max(axis=0)
    top = np.where(np.isfinite(top), top, 0.0)
    return np.asarray((top + np.log(np.exp(terms - top).sum(axis=0))) / power)


def weaken(log_left: ArrayLike, need: ArrayLike) -> FloatArray:
    """Return what is left of a user whose need for an input has a strength.

    Strength is what everywhere in the chain: without the input, 1 - need of the output is left; in
    between, linearly. It equals a nest with elasticity 2 in the long run (where L = s) and one with
    infinite elasticity in the short run.

    Args:
        log_left: Logarithm of what is left of the input.
        need: Strength of the need, 0..1; 1 = impossible without.

    Example:
        >>> float(np.exp(weaken(-np.inf, 0.75)))
        0.25
        >>> float(weaken(-0.3, 1.0))
        -0.3
    """
    strength = np.asarray(need, dtype=float)
    logs = np.asarray(log_left, dtype=float)
    with np.errstate(divide="ignore"):
        softened = np.log1p(strength * np.expm1(logs))
    return np.asarray(np.where(strength == 1.0, logs, softened))
