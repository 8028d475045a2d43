# SPDX-License-Identifier: Apache-2.0
"""Figures for people: two or three significant digits, a unit that fits, never `nan`."""

from __future__ import annotations

import math
from collections.abc import Sequence

MISSING = "-"
_BILLION = 1000.0  # in USD million
_TRILLION = 1_000_000.0


def scale(unit: str, values: Sequence[float | None]) -> tuple[float, str]:
    """Return what to multiply values by, and the unit that they then have.

    Example:
        >>> scale("USD million", [12_000.0, -300.0]), scale("fraction of plan", [0.1])
        ((0.001, 'USD billion'), (100.0, '% of plan'))
    """
    if unit.startswith("USD million"):
        sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
        largest = max(sizes, default=0.0)
        rest = unit.removeprefix("USD million")
        if largest >= _TRILLION:
            return 1 / _TRILLION, f"USD trillion{rest}"
        if largest >= _BILLION:
            return 1 / _BILLION, f"USD billion{rest}"
        return 1.0, unit
    if unit == "fraction":
        return 100.0, "%"
    if unit.startswith("fraction"):
        return 100.0, unit.replace("fraction", "%", 1)
    return 1.0, unit


_SHORT = {"USD million": "m", "USD billion": "bn", "USD trillion": "tn"}


def own_scale(unit: str, values: Sequence[float | None], shown: str) -> tuple[float, str]:
    """Return the scale for values much smaller than those beside them, and a mark for it.

    The mark is empty where the unit is the one shown.

    Example:
        >>> own_scale("USD million", [-12_000.0], "USD trillion")
        (0.001, ' bn')
    """
    factor, own = scale(unit, values)
    if own == shown:
        return factor, ""
    mark = next((short for name, short in _SHORT.items() if own.startswith(name)), "")
    return factor, f" {mark}" if mark else ""


def figure(
    value: float | None, factor: float = 1.0, *, unit: str = "", signed: bool = False
) -> str:
    """Write one value; infinite ones in words.

    Args:
        value: The value; None or not-a-number is shown as missing.
        factor: What to multiply it by.
        unit: Its unit; years are written without decimals.
        signed: Whether a plus sign is shown.

    Example:
        >>> figure(0.12345, 100.0), figure(-3.0, signed=True), figure(None)
        ('12', '-3.0', '-')
        >>> figure(float("inf"), unit="year"), figure(float("inf"), unit="quarters")
        ('never', 'beyond')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        if unit == "year":
            return "never" if value > 0 else "before"
        return "beyond" if value > 0 else "-beyond"
    shown = value * factor
    plus = "+" if signed else ""
    if unit == "year" and not signed:
        return f"{shown:.0f}"
    size = abs(shown)
    decimals = 0 if size >= 10 else 1 if size >= 1 else 2
    text = f"{shown:{plus}.{decimals}f}"
    return text if float(text) != 0 else "0"


def spread(
    low: float | None,
    high: float | None,
    factor: float = 1.0,
    *,
    unit: str = "",
    signed: bool = False,
) -> str:
    """Write an interval.

    Example:
        >>> spread(0.1, 0.3, 100.0)
        '10 to 30'
    """
    ends = [figure(value, factor, unit=unit, signed=signed) for value in (low, high)]
    return MISSING if ends == [MISSING, MISSING] else f"{ends[0]} to {ends[1]}"
