# SPDX-License-Identifier: Apache-2.0
"""How defects fall with the wafers made. Densities per cm2; every argument broadcasts.

For questions about one process; costs take the density of a day from the facts. Tests hold the two
directions together.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number


def learned_density(mature: Number, multiple: Number, wafers: Number, scale: Number) -> Floats:
    """Return the defect density after a number of wafers.

    Args:
        mature: Density that is reached in the end.
        multiple: Density at the start over that.
        wafers: Wafers made so far.
        scale: Wafers in which the excess falls by a factor e.

    Returns:
        mature * (1 + (multiple - 1) exp(-wafers / scale)).

    Example:
        >>> learned_density(0.1, 3.0, np.array([0.0, 50_000.0, 1e9]), 50_000.0).round(4).tolist()
        [0.3, 0.1736, 0.1]
    """
    left = np.exp(-np.asarray(wafers, float) / scale)
    found: Floats = np.asarray(mature, float) * (1 + (np.asarray(multiple, float) - 1) * left)
    return found


def wafers_until(density: Number, mature: Number, multiple: Number, scale: Number) -> Floats:
    """Return the wafers until a density is reached; infinite if it never is.

    Example:
        >>> float(wafers_until(0.15, 0.1, 3.0, 50_000.0).round())
        69315.0
    """
    excess = np.asarray(density, float) / mature - 1
    start = np.asarray(multiple, float) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(scale, float) * np.log(start / excess)
    found = np.where(excess <= 0, np.inf, found)
    return np.where(excess >= start, 0.0, found)
