# SPDX-License-Identifier: Apache-2.0
"""What a fact of one row can be: unknown, not applicable, or a value of the fact's type."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Literal


class _Marker(Enum):
    NOT_APPLICABLE = "n/a"

    def __repr__(self) -> str:
        return self.value


NOT_APPLICABLE: Final = _Marker.NOT_APPLICABLE
"""The fact has no meaning for this row: an overlay of a valve. Every positive test is false."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A number that is known only to lie between two bounds, both included.

    Args:
        low: The lower bound, in the fact's unit.
        high: The upper bound; not below `low`.

    Raises:
        ValueError: If the bounds are the wrong way round.

    Example:
        >>> Interval(20.0, 30.0)
        Interval(low=20.0, high=30.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            message = f"the lower bound {self.low} is above the upper bound {self.high}"
            raise ValueError(message)


Value = (
    None
    | Literal[_Marker.NOT_APPLICABLE]
    | bool
    | float
    | int
    | Interval
    | date
    | str
    | frozenset[str]
)
"""None is unknown. Codes, countries and ECCNs are texts; sets are frozen sets of texts."""


def quotient(above: list[Value], below: list[Value]) -> Value:
    """Divide a product of positive numbers by another, carrying unknown, n/a and intervals.

    Args:
        above: The factors of the numerator.
        below: The factors of the denominator.

    Returns:
        None if a factor is unknown, `NOT_APPLICABLE` if one is not applicable or the denominator
        is zero (or may be), else a number or an interval.

    Example:
        >>> quotient([4992.0], [826.0])
        6.043583535108959
        >>> quotient([4992.0], [Interval(800.0, 832.0)])
        Interval(low=6.0, high=6.24)
        >>> quotient([4992.0], [NOT_APPLICABLE]), quotient([None], [2.0])
        (n/a, None)
    """
    factors = [*above, *below]
    if any(factor is NOT_APPLICABLE for factor in factors):
        return NOT_APPLICABLE
    if any(factor is None for factor in factors):
        return None
    low_above, high_above = _product(above)
    low_below, high_below = _product(below)
    if high_below == 0:
        return NOT_APPLICABLE
    if low_below == 0:
        return None
    low, high = low_above / high_below, high_above / low_below
    return low if low == high else Interval(low, high)


def total(parts: list[Value]) -> Value:
    """Add numbers of zero or more, carrying unknown, n/a and intervals.

    Args:
        parts: The numbers.

    Returns:
        None if nothing is known, `NOT_APPLICABLE` if no part is applicable, else a number or an
        interval: open above if a part is unknown. A part that is not applicable adds nothing.

    Example:
        >>> total([1300.0, 1000.0]), total([1300.0, NOT_APPLICABLE]), total([None, NOT_APPLICABLE])
        (2300.0, 1300.0, None)
        >>> total([1300.0, None])
        Interval(low=1300.0, high=inf)
    """
    there = [part for part in parts if part is not NOT_APPLICABLE]
    known = [part for part in there if part is not None]
    if not known:
        return None if there else NOT_APPLICABLE
    low = high = 0.0
    for part in known:
        bounds = (part.low, part.high) if isinstance(part, Interval) else (part, part)
        low, high = low + float(bounds[0]), high + float(bounds[1])  # type: ignore[arg-type]
    if len(known) < len(there):
        high = math.inf
    return low if low == high else Interval(low, high)


def _product(factors: list[Value]) -> tuple[float, float]:
    low = high = 1.0
    for factor in factors:
        bounds = (factor.low, factor.high) if isinstance(factor, Interval) else (factor, factor)
        low, high = low * float(bounds[0]), high * float(bounds[1])  # type: ignore[arg-type]
    return low, high
