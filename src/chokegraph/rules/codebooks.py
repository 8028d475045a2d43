# SPDX-License-Identifier: Apache-2.0
"""Code books: which small whole number stands for which value of a fact.

Code 0 is always "unknown", code 1 "not applicable".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.numbers import EPOCH, Numbers
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

Codes = NDArray[Any]
UNKNOWN, INAPPLICABLE = 0, 1
BYTE = 256
_BLOCK = 1 << 16


class FlagBook:
    """Codes of a flag: unknown, not applicable, false, true."""

    size = 4
    fixed = True

    def value(self, code: int) -> Value:
        """Return the value that a code stands for."""
        return (None, NOT_APPLICABLE, False, True)[code]

    def code(self, value: Value) -> int:
        """Return the code of a value."""
        return (None, NOT_APPLICABLE, False, True).index(value)

    def encode(self, series: pl.Series) -> Codes:
        """Return the codes of a column of flags."""
        if series.dtype == pl.String:
            words = {"true": True, "false": False, "n/a": None}
            flags = series.replace_strict(words, default=None, return_dtype=pl.Boolean)
            codes = (flags.cast(pl.UInt8) + 2).fill_null(UNKNOWN).to_numpy().copy()
            codes[(series == "n/a").fill_null(value=False).to_numpy()] = INAPPLICABLE
            return codes
        flags = series.cast(pl.Boolean).cast(pl.UInt8)
        return (flags + 2).fill_null(UNKNOWN).to_numpy()


class TextBook:
    """Codes of texts, in the order in which they were first seen.

    Args:
        is_set: Whether a text is a list of members, joined by ";".
    """

    fixed = False

    def __init__(self, *, is_set: bool) -> None:
        self.is_set = is_set
        self._type = pl.Categorical(pl.Categories.random(physical=pl.UInt32))
        self._values: list[Value] = [None, NOT_APPLICABLE]
        # Polars forgets the categories when no column holds them; this one stays.
        self._kept = pl.Series(["n/a"]).cast(self._type)

    @property
    def size(self) -> int:
        """The number of codes so far."""
        return len(self._values)

    def value(self, code: int) -> Value:
        """Return the value that a code stands for."""
        return self._values[code]

    def code(self, value: Value) -> int:
        """Return the code of a value."""
        if value is None or value is NOT_APPLICABLE:
            return UNKNOWN if value is None else INAPPLICABLE
        text = ";".join(sorted(value)) if isinstance(value, frozenset) else str(value)
        return int(self.encode(pl.Series([text], dtype=pl.String))[0])

    def encode(self, series: pl.Series) -> Codes:
        """Return the codes of a column of texts."""
        if isinstance(series.dtype, pl.Enum):
            own = self.encode(series.dtype.categories).astype(np.int32)
            table = np.append(own, UNKNOWN)
            spots = series.to_physical().cast(pl.UInt32).fill_null(len(own)).to_numpy()
            found: Codes = narrow(table, self.size)[spots]
            return found
        if series.dtype != pl.String:
            series = series.cast(pl.String)
        physical = series.cast(self._type).to_physical()
        highest: Any = physical.max()
        if highest is not None and highest + 2 > len(self._values):
            places = pl.Series(range(len(self._values) - 1, highest + 1), dtype=pl.UInt32)
            for text in places.cat.to(self._type).cast(pl.String).to_list():
                self._values.append(self._read(text))
        codes = (physical + 1).fill_null(UNKNOWN).to_numpy()
        return narrow(codes, self.size)

    def _read(self, text: str) -> Value:
        return frozenset(text.split(";")) - {""} if self.is_set else text


class NumberBook:
    """Codes of numbers (or of days since 1970) by the thresholds around them.

    Args:
        edges: The thresholds.
        dated: Whether they are days.
    """

    def __init__(self, edges: Iterable[float], *, dated: bool) -> None:
        self.edges = sorted(set(edges))
        self.dated = dated
        self._intervals: list[tuple[int, int]] = []
        self._code_of: dict[tuple[int, int], int] = {}

    @property
    def fixed(self) -> bool:
        """Whether no further codes can come."""
        return not self._intervals

    @property
    def size(self) -> int:
        """The number of codes so far."""
        return 3 + 2 * len(self.edges) + len(self._intervals)

    def value(self, code: int) -> Value:
        """Return a value that stands for all with a code."""
        points = 3 + 2 * len(self.edges)
        if code <= INAPPLICABLE:
            return (None, NOT_APPLICABLE)[code]
        if code < points:
            return self._as_value(self._point(code - 2))
        low, high = self._intervals[code - points]
        return Interval(self._point(low), self._point(high))

    def _as_value(self, number: float) -> Value:
        return EPOCH + timedelta(days=int(number)) if self.dated else number

    def _point(self, place: int) -> float:
        """Return a number at a place: 2 i + 1 is edge i, 2 i lies below it."""
        edges = self.edges
        if not edges:
            return 0.0
        number, at = divmod(place, 2)
        if at:
            return edges[number]
        if number == 0:
            return edges[0] - 1.0
        if number == len(edges):
            return edges[-1] + 1.0
        if self.dated:
            return edges[number - 1] + 1.0
        return edges[number - 1] + (edges[number] - edges[number - 1]) / 2

    def places(self, numbers: NDArray[Any]) -> Codes:
        """Return the place of every number among the thresholds."""
        small = np.uint8 if 2 * len(self.edges) + 3 < BYTE else np.uint16
        places = np.empty(len(numbers), dtype=small)
        for start in range(0, len(numbers), _BLOCK):
            block = numbers[start : start + _BLOCK]
            found = places[start : start + _BLOCK]
            found[:] = 0
            for edge in self.edges:
                np.add(found, block >= edge, out=found)
                np.add(found, block > edge, out=found)
        return places

    def encode(self, numbers: Numbers) -> Codes:
        """Return the codes of a column of numbers."""
        low = self.places(numbers.low)
        codes = low
        if numbers.high is not numbers.low:
            high = self.places(numbers.high)
            apart = ~(numbers.unknown | numbers.inapplicable) & (low != high)
            if apart.any():
                return self._with_intervals(numbers, low, high, apart)
        codes += 2
        if numbers.inapplicable.any():
            codes[numbers.inapplicable] = INAPPLICABLE
        if numbers.unknown.any():
            codes[numbers.unknown] = UNKNOWN
        return codes

    def _with_intervals(
        self, numbers: Numbers, low: Codes, high: Codes, apart: NDArray[np.bool_]
    ) -> Codes:
        codes = low.astype(np.int64) + 2
        width = 2 * len(self.edges) + 1
        pairs, back = np.unique(
            low[apart].astype(np.int64) * width + high[apart], return_inverse=True
        )
        own = np.empty(len(pairs), dtype=np.int64)
        for place, pair in enumerate(pairs.tolist()):
            key = divmod(pair, width)
            if key not in self._code_of:
                self._code_of[key] = self.size
                self._intervals.append(key)
            own[place] = self._code_of[key]
        codes[apart] = own[back]
        codes[numbers.inapplicable] = INAPPLICABLE
        codes[numbers.unknown] = UNKNOWN
        return narrow(codes, self.size)


CodeBook = FlagBook | TextBook | NumberBook


def narrow(codes: Codes, size: int) -> Codes:
    """Return codes in the smallest type that holds them."""
    for small in (np.uint8, np.uint16):
        if size <= np.iinfo(small).max + 1:
            return codes.astype(small, copy=False)
    return codes.astype(np.int32, copy=False)
