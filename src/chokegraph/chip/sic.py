# SPDX-License-Identifier: Apache-2.0
"""Silicon carbide devices: what a good square centimetre costs, by wafer diameter and defects.

A family of its own: dies are small, the substrate is much of the price, and it brings most of the
defects. Lengths in mm, areas in mm2, money in USD; every argument broadcasts.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number, dies_per_wafer
from chokegraph.chip.yields import MM2_PER_CM2, Model, defects, die_yield


def good_area(
    die: Number,
    diameter: Number,
    density: Number,
    *,
    edge: Number,
    scribe: Number,
    model: Model = "poisson",
    shape: Number = np.inf,
) -> Floats:
    """Return the area of good devices on a wafer, cm2.

    Args:
        die: Area of a device.
        diameter: Wafer diameter.
        density: Killing defects of substrate and epitaxy, per cm2.
        edge: Width of the rim that yields nothing.
        scribe: Width of the line between devices.
        model: The yield model.
        shape: Its shape parameter.

    Example:
        >>> float(good_area(25.0, 150.0, 0.0, edge=5.0, scribe=0.1).round(1))
        132.7
    """
    dies = dies_per_wafer(die, diameter=diameter, edge=edge, scribe=scribe)
    good = die_yield(defects(die, density), model, shape)
    found: Floats = dies * good * np.asarray(die, float) / MM2_PER_CM2
    return found


def cost_per_good_area(
    substrate: Number,
    processing: Number,
    die: Number,
    diameter: Number,
    density: Number,
    *,
    edge: Number,
    scribe: Number,
    model: Model = "poisson",
    shape: Number = np.inf,
) -> Floats:
    """Return the cost of a good square centimetre of devices.

    Args:
        substrate: Price of the bare wafer.
        processing: Epitaxy and processing of one wafer.
        die: Area of a device.
        diameter: Wafer diameter.
        density: Killing defects, per cm2.
        edge: Width of the rim that yields nothing.
        scribe: Width of the line between devices.
        model: The yield model.
        shape: Its shape parameter.

    Example:
        >>> cost = [float(cost_per_good_area(price, 2000.0, 25.0, 150.0, 0.5, edge=5.0,
        ...     scribe=0.1).round(1)) for price in (500.0, 1500.0)]
        >>> cost
        [21.3, 29.9]
    """
    area = good_area(die, diameter, density, edge=edge, scribe=scribe, model=model, shape=shape)
    with np.errstate(divide="ignore"):
        found: Floats = (np.asarray(substrate, float) + processing) / area
    return found


def break_even_price(cost: Number, area: Number, processing: Number) -> Floats:
    """Return the substrate price at which another wafer costs as much for a good area.

    Args:
        cost: Cost of a good square centimetre to match.
        area: Good area of the other wafer, cm2.
        processing: Epitaxy and processing of one such wafer.

    Returns:
        USD; below zero if its processing alone is dearer.

    Example:
        >>> float(break_even_price(20.0, 250.0, 3500.0))
        1500.0
    """
    found: Floats = np.asarray(cost, float) * area - processing
    return found
