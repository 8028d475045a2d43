# SPDX-License-Identifier: Apache-2.0
"""A number or a range in a scenario: `0.1` or `[0.0, 0.3]`."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PAIR = 2


def as_range(value: object) -> tuple[float, float]:
    """Return (low, high) from a number or a two-element list; ValueError otherwise.

    Example:
        >>> as_range(0.1), as_range([0, 0.3])
        ((0.1, 0.1), (0.0, 0.3))
    """
    parts: list[Any] = list(value) if isinstance(value, list | tuple) else [value, value]
    good = len(parts) == _PAIR and all(
        isinstance(part, int | float) and not isinstance(part, bool) and math.isfinite(part)
        for part in parts
    )
    if not good:
        message = f"{value!r} is neither a number nor a range such as [0.1, 0.3]"
        raise ValueError(message)
    low, high = float(parts[0]), float(parts[1])
    if low > high:
        message = f"the range [{low:g}, {high:g}] runs downwards; write [{high:g}, {low:g}]"
        raise ValueError(message)
    return low, high


def as_fraction_range(value: object) -> tuple[float, float]:
    """Like `as_range`, and both ends between 0 and 1.

    Example:
        >>> as_fraction_range([0, 1])
        (0.0, 1.0)
    """
    low, high = as_range(value)
    if low < 0 or high > 1:
        message = f"{value!r} is outside 0 to 1; write a fraction, not a percentage"
        raise ValueError(message)
    return low, high


def _short(pair: tuple[float, float]) -> float | list[float]:
    return pair[0] if pair[0] == pair[1] else [pair[0], pair[1]]


def _schema(bounds: dict[str, float]) -> dict[str, object]:
    number: dict[str, object] = {"type": "number", **bounds}
    pair = {"type": "array", "items": number, "minItems": _PAIR, "maxItems": _PAIR}
    return {"anyOf": [number, pair], "description": "A number, or a range [low, high]."}


Range = Annotated[
    tuple[float, float],
    BeforeValidator(as_range),
    PlainSerializer(_short),
    WithJsonSchema(_schema({})),
]
"""A number or [low, high]; a range is drawn uniformly."""

FractionRange = Annotated[
    tuple[float, float],
    BeforeValidator(as_fraction_range),
    PlainSerializer(_short),
    WithJsonSchema(_schema({"minimum": 0, "maximum": 1})),
]
"""A fraction or [low, high] within 0 to 1; a range is drawn uniformly."""
