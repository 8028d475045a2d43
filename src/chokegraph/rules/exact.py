# SPDX-License-Identifier: Apache-2.0
"""Sums and shares of decimal numbers without rounding: three times 0.1 of 1.2 is 25 %, not more.

Exactly 25 % (or 10 %) of content is not above it, so a share may not be off by the last bit of a
binary number. What a bill states is a decimal number: it is taken as a whole number and a count of
decimal places, and all sums are sums of whole numbers. They are held as binary floats where each
of them is below 2**53, so that none is rounded, and as whole numbers of Python elsewhere, which is
slower. A number of more than 15 digits is taken as the shortest decimal that is the same float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from chokegraph.rules.bom import Bom, Floats, Integers

Wholes = np.ndarray[Any, np.dtype[Any]]
"""Whole numbers: as floats that hold them exactly, or as objects."""

_EXACT = 2.0**53
"""Below this a float holds every whole number."""
_POWERS = 22
"""The highest power of ten that a float holds exactly."""
PERCENT = 100


@dataclass(frozen=True)
class Decimals:
    """Decimal numbers: 0.25 is the whole number 25 with two places.

    Args:
        whole: The whole numbers.
        places: The decimal places of each.
    """

    whole: Wholes
    places: Integers


def decimals(numbers: Floats) -> Decimals:
    """Return the shortest decimals that floats stand for.

    Args:
        numbers: Finite numbers, zero or more.

    Example:
        >>> found = decimals(np.array([0.1, 1200.0, 12.25]))
        >>> found.whole.tolist(), found.places.tolist()
        ([1.0, 1200.0, 1225.0], [1, 0, 2])
    """
    whole: Wholes = np.zeros(len(numbers))
    places = np.zeros(len(numbers), np.int64)
    left, long = np.arange(len(numbers)), []
    for power in range(_POWERS + 1):
        scaled = np.rint(numbers[left] * 10.0**power)
        small = scaled < _EXACT
        same = small & (scaled / 10.0**power == numbers[left])
        whole[left[same]] = scaled[same]
        places[left[same]] = power
        long.append(left[~small])
        left = left[small & ~same]
        if not left.size:
            break
    rest = np.concatenate([*long, left])
    if rest.size:
        whole = _python(whole)
        for at in rest.tolist():
            exact = Decimal(repr(float(numbers[at])))
            power = max(-int(exact.as_tuple().exponent), 0)
            whole[at], places[at] = int(exact.scaleb(power)), power
    return Decimals(whole, places)


@dataclass(frozen=True)
class Scaled:
    """A bill of materials in whole numbers.

    Args:
        value: The value of each part, times ten to the power of its places. [part]
        places: Decimal places of what is inside each part. [part]
        times: What is inside a child, times this, is what the line adds to the parent. [line]
    """

    value: Wholes
    places: Integers
    times: Wholes

    def none(self) -> Wholes:
        """Return nothing inside any part."""
        return np.zeros(len(self.value), self.value.dtype)


def scaled(bom: Bom, value: Floats) -> Scaled:
    """Return a bill of materials in whole numbers.

    Args:
        bom: The bill of materials.
        value: The values that may count; 0 for the others. [part]
    """
    values, quantities = decimals(value), decimals(bom.quantity)
    most = value.copy()
    inside = np.zeros(len(value))
    places = values.places.copy()
    for level in bom.levels:
        parent, child = bom.parent[level], bom.child[level]
        inside += np.bincount(parent, bom.quantity[level] * most[child], len(inside))
        most[parent] = np.maximum(value[parent], inside[parent])
        # A child with nothing in it that counts adds no digits either.
        more = np.where(most[child] == 0, 0, quantities.places[level] + places[child])
        np.maximum.at(places, parent, more)
    empty = most[bom.child] == 0
    up_value = places - values.places
    up_times = np.where(empty, 0, places[bom.parent] - quantities.places - places[bom.child])
    plain = float == values.whole.dtype == quantities.whole.dtype and places.max() <= _POWERS
    # Half, since `most` itself is rounded.
    if plain and bool((most * 10.0**places < _EXACT / 2).all()):
        times = np.where(empty, 0.0, quantities.whole * 10.0**up_times)
        return Scaled(values.whole * 10.0**up_value, places, times)
    times = np.where(empty, 0, _python(quantities.whole) * _power(up_times))
    return Scaled(_python(values.whole) * _power(up_value), places, times)


def add(totals: Wholes, places: Integers, amounts: Wholes) -> None:
    """Add amounts to totals at some places, several at one place too."""
    if totals.dtype == float:
        totals += np.bincount(places, amounts, len(totals))
    else:
        np.add.at(totals, places, amounts)


def percent(inside: Wholes, places: Integers, value: Decimals) -> Floats:
    """Return what share of a value something is, rounded once, at the end.

    Args:
        inside: Whole numbers.
        places: Their decimal places.
        value: The values; none is zero.

    Example:
        >>> percent(np.array([3.0]), np.array([1]), decimals(np.array([1.2])))
        array([25.])
    """
    up = np.maximum(value.places - places, 0)
    down = np.maximum(places - value.places, 0)
    found = np.zeros(len(inside))
    done = np.zeros(len(inside), bool)
    if inside.dtype == value.whole.dtype == float and max(up.max(), down.max()) <= _POWERS:
        above, below = PERCENT * inside * 10.0**up, value.whole * 10.0**down
        done = (above < _EXACT) & (below < _EXACT)
        found[done] = above[done] / below[done]
    for at in np.flatnonzero(~done).tolist():
        above_one = PERCENT * int(inside[at]) * 10 ** int(up[at])
        found[at] = _quotient(above_one, int(value.whole[at]) * 10 ** int(down[at]))
    return found


def fraction(number: float) -> Fraction:
    """Return the shortest decimal that a float stands for, as a fraction.

    Example:
        >>> 3 * fraction(0.1) == fraction(0.3), 3 * 0.1 == 0.3
        (True, False)
    """
    return Fraction(repr(float(number)))


def _quotient(above: int, below: int) -> float:
    """Return a quotient of whole numbers, rounded once; infinite if no float is as large."""
    try:
        return above / below
    except OverflowError:
        return math.inf


def _python(whole: Wholes) -> Wholes:
    """Return whole numbers as those of Python, which are of any size."""
    return whole.astype(np.int64).astype(object) if whole.dtype == float else whole


def _power(exponents: Integers) -> Wholes:
    powers = np.array([10**each for each in range(int(exponents.max(initial=0)) + 1)], object)
    return powers[exponents]
