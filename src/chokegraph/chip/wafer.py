# SPDX-License-Identifier: Apache-2.0
"""How many dies fit on a wafer. Lengths in mm, areas in mm2; every argument broadcasts.

Costs use `dies_per_wafer`; `dies_on_grid` lays the dies out one by one, for a closer look and as
the check of the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Number = float | Floats


def dies_per_wafer(
    area: Number, *, diameter: Number, edge: Number, scribe: Number, whole: bool = False
) -> Floats:
    """Return the gross dies on a round wafer.

    The usual area term less a term for what is cut by the rim:
    pi (d/2 - e)^2 / A' - pi (d - 2e) / sqrt(2 A'), with A' the die and its scribe line.

    Args:
        area: Die area.
        diameter: Wafer diameter.
        edge: Width of the rim that yields nothing.
        scribe: Width of the line between dies.
        whole: Whether to round down to whole dies.

    Returns:
        Dies on a wafer, not below zero.

    Raises:
        ValueError: If an area is not positive, or a width is negative.

    Example:
        >>> float(dies_per_wafer(814.0, diameter=300.0, edge=3.0, scribe=0.1).round(1))
        60.0
    """
    area = np.asarray(area, float)
    _check(area > 0, "die areas must be above zero mm2")
    _check((np.asarray(edge) >= 0) & (np.asarray(scribe) >= 0), "widths must not be negative")
    pitch = np.square(np.sqrt(area) + scribe)
    across = np.asarray(diameter, float) - 2 * np.asarray(edge, float)
    _check(across > 0, "the rim must be narrower than half the wafer")
    dies = np.pi * np.square(across / 2) / pitch - np.pi * across / np.sqrt(2 * pitch)
    dies = np.maximum(dies, 0.0)
    found: Floats = np.floor(dies) if whole else dies
    return found


def dies_on_grid(
    width: float, height: float, *, diameter: float, edge: float, scribe: float, steps: int = 10
) -> int:
    """Return the whole dies that a rectangular grid puts inside the rim, at its best offset.

    Args:
        width: Die width.
        height: Die height.
        diameter: Wafer diameter.
        edge: Width of the rim that yields nothing.
        scribe: Width of the line between dies.
        steps: Offsets tried in each direction.

    Returns:
        Dies on a wafer.

    Example:
        >>> dies_on_grid(26.0, 33.0, diameter=300.0, edge=3.0, scribe=0.1)
        64
    """
    across, down = width + scribe, height + scribe
    radius = diameter / 2 - edge
    reach = int(np.ceil(radius / min(across, down))) + 1
    grid = np.arange(-reach, reach + 1)
    best = 0
    for shift_x in np.arange(steps) / steps:
        for shift_y in np.arange(steps) / steps:
            left = (grid + shift_x) * across
            bottom = (grid + shift_y) * down
            far_x = np.maximum(np.abs(left), np.abs(left + width))
            far_y = np.maximum(np.abs(bottom), np.abs(bottom + height))
            inside = np.square(far_x)[:, None] + np.square(far_y)[None, :] <= radius**2
            best = max(best, int(inside.sum()))
    return best


def _check(fine: Any, message: str) -> None:  # noqa: ANN401 - a truth value or an array of them
    if not np.all(fine):
        raise ValueError(message)
