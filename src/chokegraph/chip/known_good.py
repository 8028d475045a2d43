# SPDX-License-Identifier: Apache-2.0
"""Tested dies: what passes, what it costs, and what slips through. Every argument broadcasts.

`evaluate` works with whole arrays of designs in `silicon`, by the same formulas; the scalar model
of the tests, which `evaluate` must equal, is made of these.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number


def passing(die_yield: Number, coverage: Number) -> Floats:
    """Return the fraction of dies that pass a test.

    Args:
        die_yield: Fraction of dies that are good.
        coverage: Fraction of bad dies that the test finds.

    Example:
        >>> float(passing(0.6, 0.9).round(4))
        0.64
    """
    return 1 - (1 - np.asarray(die_yield, float)) * coverage


def quality(die_yield: Number, coverage: Number) -> Floats:
    """Return the fraction of passed dies that are good.

    Example:
        >>> float(quality(0.6, 1.0)), float(quality(0.6, 0.0))
        (1.0, 0.6)
    """
    return np.asarray(die_yield, float) / passing(die_yield, coverage)


def known_good_cost(
    wafer_price: Number, dies: Number, die_yield: Number, coverage: Number, test: Number = 0.0
) -> Floats:
    """Return the cost of a die that has passed its test.

    Args:
        wafer_price: Price of a processed wafer, USD.
        dies: Gross dies on it.
        die_yield: Fraction of dies that are good.
        coverage: Fraction of bad dies that the test finds.
        test: Cost of testing one die, USD.

    Returns:
        (wafer price / dies + test) / fraction that passes; infinite where no die fits.

    Example:
        >>> float(known_good_cost(10_000.0, 100.0, 0.5, 1.0))
        200.0
    """
    dies = np.asarray(dies, float)
    with np.errstate(divide="ignore"):
        raw = np.where(dies > 0, np.asarray(wafer_price, float) / dies, np.inf)
    return (raw + test) / passing(die_yield, coverage)
