# SPDX-License-Identifier: Apache-2.0
"""Columns of numbers that may be unknown, not applicable, or intervals, and their quotients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Numbers:
    """A column of numbers, or of intervals of numbers."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    unknown: NDArray[np.bool_]
    inapplicable: NDArray[np.bool_]


def number_of(edge: float | date) -> float:
    """Return a threshold as a number: days since 1970 for a date."""
    return float((edge - EPOCH).days) if isinstance(edge, date) else float(edge)


def numbers_of(low: pl.Series, high: pl.Series) -> Numbers:
    """Return columns of bounds as numbers; the same column twice for points."""
    lows = low.cast(pl.Float64)
    highs = lows if high is low else high.cast(pl.Float64)
    unknown = lows.is_null().to_numpy()
    first = lows.to_numpy()
    second = first
    if highs is not lows:
        unknown = unknown | highs.is_null().to_numpy()
        second = highs.to_numpy()
    inapplicable = np.isnan(first)
    if second is not first:
        inapplicable = inapplicable | np.isnan(second)
    if unknown.any():
        inapplicable = inapplicable & ~unknown
    return Numbers(first, second, unknown, inapplicable)


def days_of(series: pl.Series) -> Numbers:
    """Return a column of dates as days since 1970."""
    days = series.cast(pl.Date).to_physical()
    unknown = days.is_null().to_numpy()
    numbers = days.fill_null(0).to_numpy()
    return Numbers(numbers, numbers, unknown, np.zeros_like(unknown))


def with_blank(numbers: Numbers | None, blank: Value, rows: int) -> Numbers:
    """Return numbers with a value for those that are unknown; `None` for numbers: all are."""
    number: Any = blank
    low, high = (number.low, number.high) if isinstance(blank, Interval) else (number, number)
    if isinstance(blank, date):
        low = high = number_of(blank)
    absent = blank is NOT_APPLICABLE
    if absent:
        low = high = np.nan
    if numbers is None:
        nowhere = np.broadcast_to(np.zeros((), dtype=bool), rows)
        lows = np.broadcast_to(np.float64(low), rows)
        highs = lows if low is high else np.broadcast_to(np.float64(high), rows)
        return Numbers(lows, highs, nowhere, np.broadcast_to(np.array(absent), rows))
    unknown = numbers.unknown
    if not unknown.any():
        return numbers
    lows = np.where(unknown, low, numbers.low)
    same = numbers.high is numbers.low and low is high
    highs = lows if same else np.where(unknown, high, numbers.high)
    inapplicable = numbers.inapplicable | unknown if absent else numbers.inapplicable
    return Numbers(lows, highs, np.zeros_like(unknown), inapplicable)


def filled(own: Numbers, derived: Numbers) -> Numbers:
    """Return own numbers, and derived ones where they are unknown."""
    if not own.unknown.any():
        return own
    blank = own.unknown
    low = np.where(blank, derived.low, own.low)
    same = own.high is own.low and derived.high is derived.low
    high = low if same else np.where(blank, derived.high, own.high)
    return Numbers(
        low, high, blank & derived.unknown, np.where(blank, derived.inapplicable, own.inapplicable)
    )


def quotient_of(above: list[Numbers], below: list[Numbers]) -> Numbers:
    """Divide products of columns, as `values.quotient` does for one row."""
    every = [*above, *below]
    inapplicable = np.logical_or.reduce([each.inapplicable for each in every])
    unknown = np.logical_or.reduce([each.unknown for each in every]) & ~inapplicable
    points = all(each.high is each.low for each in every)
    low_above, high_above = _product(above, points=points)
    low_below, high_below = _product(below, points=points)
    settled = inapplicable | unknown
    none = ~settled & (high_below == 0)
    inapplicable = inapplicable | none
    unknown = unknown | (~settled & ~none & (low_below == 0))
    with np.errstate(all="ignore"):
        low = low_above / high_below
        high = low if points else high_above / low_below
    return Numbers(low, high, unknown, inapplicable)


def total_of(parts: list[Numbers | None], rows: int) -> Numbers:
    """Add columns up, as `values.total` does for one row; None is a column of unknowns."""
    low = high = np.zeros(rows)
    known, unknown = np.zeros(rows, dtype=bool), np.zeros(rows, dtype=bool)
    for part in parts:
        if part is None:
            unknown[:] = True
            continue
        there = ~(part.unknown | part.inapplicable)
        more = np.where(there, part.low, 0.0)
        if part.high is not part.low or high is not low:
            high = high + np.where(there, part.high, 0.0)
            low = low + more
        else:
            low = high = low + more
        known |= there
        unknown |= part.unknown
    if unknown.any():
        high = np.where(unknown, np.inf, high)
    return Numbers(low, high, unknown & ~known, ~unknown & ~known)


def _product(factors: list[Numbers], *, points: bool) -> tuple[Any, Any]:
    low: Any = 1.0
    for factor in factors:
        low = low * factor.low
    if points:
        return low, low
    high: Any = 1.0
    for factor in factors:
        high = high * factor.high
    return low, high
