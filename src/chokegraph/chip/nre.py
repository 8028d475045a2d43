# SPDX-License-Identifier: Apache-2.0
"""One-off costs, spread over the units made: one question at a time.

`evaluate` spreads the one-off costs of whole arrays of designs itself; these answer which of two
ways is cheaper from which volume on, and tests hold them to published figures.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number


def per_unit(recurring: Number, once: Number, volume: Number) -> Floats:
    """Return the cost of a unit with its part of the one-off costs.

    Args:
        recurring: Cost of making one, USD.
        once: Design, masks and package design, USD.
        volume: Units over which they are spread; for a shared chiplet, those of all its users.

    Raises:
        ValueError: If a volume is not above zero.

    Example:
        >>> float(per_unit(100.0, 1_000_000.0, 10_000.0))
        200.0
    """
    volume = np.asarray(volume, float)
    if not np.all(volume > 0):
        message = "a volume must be above zero units"
        raise ValueError(message)
    return np.asarray(recurring, float) + np.asarray(once, float) / volume


def break_even_volume(
    recurring: Number, once: Number, other_recurring: Number, other_once: Number
) -> Floats:
    """Return the volume from which the first design costs less than the other.

    Returns:
        Units; 0 if the first is cheaper at every volume, infinity if it is not at large ones.

    Example:
        >>> float(break_even_volume(80.0, 3e6, 100.0, 1e6))
        100000.0
    """
    saved = np.asarray(other_recurring, float) - recurring
    extra = np.asarray(once, float) - other_once
    with np.errstate(divide="ignore", invalid="ignore"):
        volume = extra / saved
    volume = np.where(saved > 0, np.maximum(volume, 0.0), np.inf)
    return np.where((saved == 0) & (extra < 0), 0.0, volume)
