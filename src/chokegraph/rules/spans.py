# SPDX-License-Identifier: Apache-2.0
"""Spans of days on which the law, and other things that change by the day, stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

_EPOCH = date(1970, 1, 1)


class Spans:
    """Spans of days on which nothing changes.

    Args:
        days: Days on which the law changes.
        more: Days on which something else does; None if that may be any day.

    Example:
        >>> spans = Spans([date(2024, 1, 1)], set())
        >>> spans.of(pl.Series([date(2023, 12, 31), date(2024, 1, 1), None])).tolist()
        [0, 1, 0]
    """

    def __init__(self, days: Iterable[date], more: set[date] | None) -> None:
        self._cuts: NDArray[np.int64] | None = None
        if more is not None:
            cuts = {(day - _EPOCH).days for day in (*days, *more)}
            self._cuts = np.array(sorted(cuts), dtype=np.int64)
            self._first = int(self._cuts[0]) - 1 if cuts else 0
            self._table = np.searchsorted(
                self._cuts, np.arange(self._first, (max(cuts) if cuts else 0) + 1), side="right"
            )

    def of(self, days: pl.Series) -> NDArray[np.int64]:
        """Return a number for the span that each day lies in; days that are null lie anywhere."""
        numbers = days.to_physical().fill_null(0).to_numpy().astype(np.int64)
        if self._cuts is None:
            return numbers
        np.subtract(numbers, self._first, out=numbers)
        return self._table.take(numbers, mode="clip").astype(np.int64)
