# SPDX-License-Identifier: Apache-2.0
"""A node without EUV: what multiple exposure does to price, defects, time and scanner hours."""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number


def wafer_price_without_euv(
    price: Number, litho_share: Number, layers_with_euv: Number, layers_without: Number
) -> Floats:
    """Return the price of a wafer whose EUV layers are made by multiple exposure.

    Args:
        price: Price with EUV, USD.
        litho_share: Share of that price that is lithography.
        layers_with_euv: Summed relative cost of the layers concerned, made with EUV.
        layers_without: Summed relative cost of the same layers, made without.

    Returns:
        price * (1 - share + share * without / with).

    Example:
        >>> float(wafer_price_without_euv(10_000.0, 0.3, 8.0, 12.0))
        11500.0
    """
    share = np.asarray(litho_share, float)
    ratio = np.asarray(layers_without, float) / layers_with_euv
    return np.asarray(price, float) * (1 - share + share * ratio)


def defect_density_without_euv(density: Number, extra_masks: Number, per_mask: Number) -> Floats:
    """Return the defect density after the additional passes.

    Args:
        density: With EUV, per cm2.
        extra_masks: Masks beyond one for each layer that is split, summed over the layers.
        per_mask: Relative rise for each; a free prior, no public fit exists.

    Example:
        >>> float(defect_density_without_euv(0.1, 10, 0.02).round(3))
        0.12
    """
    return np.asarray(density, float) * (1 + np.asarray(extra_masks, float) * per_mask)


def cycle_days(masks: Number, days_per_mask: Number, base: Number = 0.0) -> Floats:
    """Return the days that a wafer spends in the fab.

    Args:
        masks: Mask layers, every pass counted.
        days_per_mask: Days for each.
        base: Days that do not depend on masks.

    Example:
        >>> float(cycle_days(80, 1.25))
        100.0
    """
    return base + np.asarray(masks, float) * days_per_mask


def scanner_hours(exposures: Number, wafers_per_hour: Number, uptime: Number = 1.0) -> Floats:
    """Return the scanner hours that one wafer takes.

    Args:
        exposures: Exposures of one wafer on this kind of scanner.
        wafers_per_hour: Wafers that a scanner exposes in an hour.
        uptime: Fraction of the time that it works.

    Example:
        >>> float(scanner_hours(50, 250.0, 0.8))
        0.25
    """
    return np.asarray(exposures, float) / (np.asarray(wafers_per_hour, float) * uptime)
