# SPDX-License-Identifier: Apache-2.0
"""Three-valued comparisons and connectives on arrays: 0, 1, 2 for no, unknown, yes."""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.chip.wafer import Number

Truths = np.ndarray[Any, np.dtype[np.uint8]]
Given = int | Truths
NO, UNKNOWN, YES = 0, 1, 2


def at_least(value: Number, limit: float) -> Truths:
    """Return whether a value reaches a limit.

    Example:
        >>> at_least(np.array([1.0, 2.0, np.nan]), 2.0).tolist()
        [0, 2, 1]
    """
    return _truth(np.asarray(value) >= limit, value)


def above(value: Number, limit: float) -> Truths:
    """Return whether a value exceeds a limit."""
    return _truth(np.asarray(value) > limit, value)


def below(value: Number, limit: float) -> Truths:
    """Return whether a value stays under a limit."""
    return _truth(np.asarray(value) < limit, value)


def at_most(value: Number, limit: float) -> Truths:
    """Return whether a value does not exceed a limit."""
    return _truth(np.asarray(value) <= limit, value)


def both(*truths: Given) -> Truths:
    """Return the conjunction.

    Example:
        >>> int(both(2, 1)), int(both(1, 0))
        (1, 0)
    """
    found = np.asarray(truths[0], np.uint8)
    for one in truths[1:]:
        found = np.minimum(found, np.uint8(one) if isinstance(one, int) else one)
    return found


def either(*truths: Given) -> Truths:
    """Return the disjunction.

    Example:
        >>> int(either(2, 1)), int(either(1, 0))
        (2, 1)
    """
    found = np.asarray(truths[0], np.uint8)
    for one in truths[1:]:
        found = np.maximum(found, np.uint8(one) if isinstance(one, int) else one)
    return found


def no(truth: Given) -> Truths:
    """Return the negation; unknown stays unknown.

    Example:
        >>> no(np.array([0, 1, 2], np.uint8)).tolist()
        [2, 1, 0]
    """
    return np.subtract(np.uint8(YES), np.asarray(truth, np.uint8))


def _truth(met: Any, value: Number) -> Truths:  # noqa: ANN401 - a truth value or an array
    """2 where met, 1 where the value is unknown, else 0."""
    yes: Truths = np.asarray(met).view(np.uint8) * np.uint8(YES)
    return np.maximum(yes, np.isnan(value).view(np.uint8))
