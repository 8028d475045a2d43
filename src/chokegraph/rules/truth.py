# SPDX-License-Identifier: Apache-2.0
"""Three values: false, unknown, true, with the connectives of Kleene's strong logic.

Unknown is "it depends on facts that are missing"; it is never read as "no".
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """A truth value; the order false < unknown < true makes "and" the least, "or" the greatest.

    Example:
        >>> min(Truth.TRUE, Truth.UNKNOWN)
        <Truth.UNKNOWN: 1>
    """

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
_OPPOSITE = (TRUE, UNKNOWN, FALSE)
_WORDS = {FALSE: "no", UNKNOWN: "unknown", TRUE: "yes"}


def known(value: object) -> Truth:
    """Return the truth value of something that is known.

    Example:
        >>> known(3 > 2)
        <Truth.TRUE: 2>
    """
    return TRUE if value else FALSE


def all_of(values: Iterable[Truth]) -> Truth:
    """Return the conjunction; true when there is nothing.

    Example:
        >>> all_of([TRUE, UNKNOWN]), all_of([UNKNOWN, FALSE]), all_of([])
        (<Truth.UNKNOWN: 1>, <Truth.FALSE: 0>, <Truth.TRUE: 2>)
    """
    least = TRUE
    for value in values:
        if value is FALSE:
            return FALSE
        if value is UNKNOWN:
            least = UNKNOWN
    return least


def any_of(values: Iterable[Truth]) -> Truth:
    """Return the disjunction; false when there is nothing.

    Example:
        >>> any_of([FALSE, UNKNOWN]), any_of([UNKNOWN, TRUE]), any_of([])
        (<Truth.UNKNOWN: 1>, <Truth.TRUE: 2>, <Truth.FALSE: 0>)
    """
    greatest = FALSE
    for value in values:
        if value is TRUE:
            return TRUE
        if value is UNKNOWN:
            greatest = UNKNOWN
    return greatest


def negation(value: Truth) -> Truth:
    """Return the negation; unknown stays unknown.

    Example:
        >>> negation(UNKNOWN), negation(TRUE)
        (<Truth.UNKNOWN: 1>, <Truth.FALSE: 0>)
    """
    return _OPPOSITE[value]


def in_words(value: Truth) -> str:
    """Return "yes", "no" or "unknown".

    Example:
        >>> in_words(TRUE)
        'yes'
    """
    return _WORDS[value]
