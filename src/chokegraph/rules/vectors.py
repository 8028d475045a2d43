# SPDX-License-Identifier: Apache-2.0
"""Values of facts as columns of a frame: numbers, flags, days, texts."""

from __future__ import annotations

import polars as pl

from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

NOT_RELEVANT = "n/a"
"""The text of a fact that does not apply."""
MOST_KNOWN = 200_000
"""Distinct cells of a column that are remembered from batch to batch."""


def ends_of(values: list[Value], end: int) -> pl.Series:
    """Return the lower (0) or upper (1) bounds of numbers; NaN for what does not apply.

    Example:
        >>> ends_of([Interval(1.0, 2.0), 3.0, None], 1).to_list()
        [2.0, 3.0, None]
    """
    numbers: list[float | None] = []
    for value in values:
        if isinstance(value, Interval):
            numbers.append(value.high if end else value.low)
        elif value is NOT_APPLICABLE:
            numbers.append(float("nan"))
        else:
            numbers.append(value)  # type: ignore[arg-type]
    return pl.Series(numbers, dtype=pl.Float64)


def typed(values: list[Value], kind: str) -> pl.Series:
    """Return flags, days or texts as a column; a day that does not apply is unknown.

    Example:
        >>> typed([frozenset({"B", "A"}), None, NOT_APPLICABLE], "codes").to_list()
        ['A;B', None, 'n/a']
    """
    if kind == "flag":
        return pl.Series(values, dtype=pl.Boolean)
    if kind == "date":
        days = [None if value is NOT_APPLICABLE else value for value in values]
        return pl.Series(days, dtype=pl.Date)
    return pl.Series([text_of(value) for value in values], dtype=pl.String)


def text_of(value: Value) -> str | None:
    """Return a value as the text that stands in a frame; None for unknown."""
    if value is None:
        return None
    if isinstance(value, frozenset):
        return ";".join(sorted(value))
    return NOT_RELEVANT if value is NOT_APPLICABLE else str(value)


def coded_values(values: list[Value], kind: str) -> pl.Series:
    """Return the values of a column's distinct cells; texts as an Enum: rows hold numbers.

    Example:
        >>> coded_values(["CN", "CN", None], "country").dtype.categories.to_list()
        ['CN']
    """
    if kind in ("flag", "date") or len(values) > MOST_KNOWN:
        return typed(values, kind)
    texts = [text_of(value) for value in values]
    words = list(dict.fromkeys(text for text in texts if text is not None))
    return pl.Series(texts, dtype=pl.Enum(words))


def filled(given: pl.Series, more: pl.Series) -> pl.Series:
    """Return a column with its blanks filled from another.

    Example:
        >>> filled(pl.Series([1.0, None]), pl.Series([5.0, 6.0])).to_list()
        [1.0, 6.0]
    """
    if isinstance(given.dtype, pl.Enum) and given.null_count():
        given, more = given.cast(pl.String), more.cast(pl.String)
    elif isinstance(given.dtype, pl.Enum):
        return given
    return given.zip_with(given.is_not_null(), more)
