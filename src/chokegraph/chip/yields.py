# SPDX-License-Identifier: Apache-2.0
"""Yield of a die. Areas in mm2, defect densities per cm2; every argument broadcasts.

Every model is a function of the expected number of killing defects on a die, and agrees with
1 - defects for few of them; they differ in how defects cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln

from chokegraph.chip.wafer import Floats, Number

MM2_PER_CM2 = 100

Model = Literal["poisson", "murphy", "seeds", "negative-binomial", "bose-einstein"]


def defects(area: Number, density: Number, critical: Number = 1.0) -> Floats:
    """Return the expected killing defects on a die.

    Args:
        area: Die area, mm2.
        density: Defect density, per cm2.
        critical: Fraction of the area where a defect kills.

    Example:
        >>> float(defects(814.0, 0.1))
        0.8140000000000001
    """
    return np.asarray(area, float) * density * critical / MM2_PER_CM2


def poisson(expected: Number) -> Floats:
    """Return exp(-defects): defects fall independently.

    Example:
        >>> float(poisson(1.0).round(4))
        0.3679
    """
    found: Floats = np.exp(-np.asarray(expected, float))
    return found


def murphy(expected: Number) -> Floats:
    """Return ((1 - exp(-defects)) / defects)^2: densities spread as a triangle.

    Example:
        >>> float(murphy(1.0).round(4))
        0.3996
    """
    expected = np.asarray(expected, float)
    few = expected == 0
    ratio = -np.expm1(-expected) / np.where(few, 1.0, expected)
    return np.square(np.where(few, 1.0, ratio))


def seeds(expected: Number) -> Floats:
    """Return 1 / (1 + defects): densities spread exponentially.

    Example:
        >>> float(seeds(1.0))
        0.5
    """
    return 1 / (1 + np.asarray(expected, float))


def negative_binomial(expected: Number, alpha: Number) -> Floats:
    """Return (1 + defects / alpha)^-alpha: defects cluster, the more the smaller alpha.

    Args:
        expected: Expected killing defects.
        alpha: Clustering parameter; infinity is Poisson, 1 is Seeds.

    Example:
        >>> float(negative_binomial(1.0, 3.0).round(4))
        0.4219
    """
    expected, alpha = np.asarray(expected, float), np.asarray(alpha, float)
    endless = np.isinf(alpha)
    finite = np.where(endless, 1.0, alpha)
    clustered = np.exp(-finite * np.log1p(expected / finite))
    return np.where(endless, poisson(expected), clustered)


def bose_einstein(expected: Number, layers: Number) -> Floats:
    """Return (1 + defects)^-layers, with the defects of one critical layer.

    Args:
        expected: Expected killing defects of one layer.
        layers: Critical layers.

    Example:
        >>> float(bose_einstein(0.1, 10.0).round(4))
        0.3855
    """
    found: Floats = np.exp(-np.asarray(layers, float) * np.log1p(np.asarray(expected, float)))
    return found


def die_yield(expected: Number, model: Model, shape: Number = np.inf) -> Floats:
    """Return the yield under a named model.

    Args:
        expected: Expected killing defects; of one layer for bose-einstein.
        model: Its name.
        shape: alpha of the negative binomial, or layers of Bose-Einstein.

    Raises:
        ValueError: If there is no such model.

    Example:
        >>> float(die_yield(1.0, "seeds"))
        0.5
    """
    plain: dict[str, Callable[[Number], Floats]] = {
        "poisson": poisson,
        "murphy": murphy,
        "seeds": seeds,
    }
    if model in plain:
        return plain[model](expected)
    if model == "negative-binomial":
        return negative_binomial(expected, shape)
    if model == "bose-einstein":
        return bose_einstein(expected, shape)
    message = f"there is no yield model '{model}'"
    raise ValueError(message)


def implied_density(
    area: float, observed: float, model: Model, shape: float = np.inf, critical: float = 1.0
) -> float:
    """Return the defect density at which a die of this area has the observed yield.

    Args:
        area: Die area, mm2.
        observed: Yield, above 0 and at most 1.
        model: The yield model.
        shape: Its shape parameter.
        critical: Fraction of the area where a defect kills.

    Returns:
        Defect density per cm2.

    Raises:
        ValueError: If the yield is not in (0, 1].

    Example:
        >>> round(implied_density(665.6, 0.5, "negative-binomial", 3.0), 3)
        0.117
    """
    if not 0 < observed <= 1:
        message = f"a yield of {observed} is not above 0 and at most 1"
        raise ValueError(message)
    if observed == 1:
        return 0.0

    def short(density: float) -> float:
        return float(die_yield(defects(area, density, critical), model, shape)) - observed

    high = MM2_PER_CM2 / (area * critical)
    while short(high) > 0:
        high *= 2
    return float(brentq(short, 0.0, high))


def harvested(unit: Number, units: Number, spare: Number, other: Number = 1.0) -> Floats:
    """Return the yield of a die that may lose some of its equal units.

    Args:
        unit: Yield of one unit (a core).
        units: Units on the die; a whole number.
        spare: Units that may be lost; a whole number, at most `units`.
        other: Yield of the rest of the die, which may not be lost.

    Returns:
        other * sum over k <= spare of C(units, k) (1 - unit)^k unit^(units - k).

    Example:
        >>> float(harvested(0.9, 25, 5).round(4))
        0.9666
    """
    unit, units, spare = (np.asarray(x, float) for x in (unit, units, spare))
    most = int(spare.max())
    total = np.zeros(np.broadcast_shapes(unit.shape, units.shape, spare.shape))
    for lost in range(most + 1):
        ways = np.exp(
            gammaln(units + 1) - gammaln(lost + 1) - gammaln(np.maximum(units - lost, 0) + 1)
        )
        term = ways * (1 - unit) ** lost * unit ** np.maximum(units - lost, 0)
        total = total + np.where((lost <= spare) & (lost <= units), term, 0.0)
    return other * np.minimum(total, 1.0)
