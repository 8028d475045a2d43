# SPDX-License-Identifier: Apache-2.0
"""The frontier in four objectives: level by level of one of them, in three for the rest.

The rows are taken in the order of the objective with the fewest values (such as a bandwidth, of
which a grid has some dozens). A row of a level can only be beaten by a row of its own level or by
one of the levels before, and these beat it by the other three objectives alone: so of all levels
before, only the frontier in three objectives is kept. Where an objective has many values, a block
of them takes the place of a level, and the few rows that are left of a block are compared in pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from chokegraph.chip.wafer import Floats

Ints = NDArray[np.intp]
Truths = NDArray[np.bool_]

BLOCK = 1 << 12
"""Rows of a block, where a level has fewer."""
_SAMPLE = 4096
_ELDERS = 48
_STEPS = 4
_FEW = 256


def four(rows: Floats) -> Truths:
    """Return which rows no other row is below in one column and not above in the others.

    Args:
        rows: [design, 4], without NaN. Equal rows are all kept.

    Example:
        >>> rows = np.array([[1.0, 2, 2, 2], [1, 2, 2, 2], [2, 1, 3, 3], [2, 2, 2, 3]])
        >>> four(rows).tolist()
        [True, True, True, False]
    """
    lead = _fewest_values(rows)
    rest = [at for at in range(rows.shape[1]) if at != lead]
    order = np.argsort(rows[:, lead], kind="stable")
    leading = rows[order, lead]
    three = rows[order][:, rest]
    on = np.zeros(len(rows), bool)
    known = np.empty((0, len(rest)))
    for start, end in _blocks(leading):
        some = start + _unbeaten_by(three[start:end], known)
        if leading[start] == leading[end - 1]:
            some = some[_self_judged(three[some])]
            chosen = some[~_beaten(known, three[some], among=True)]
        else:
            some = some[~_beaten(known, three[some], among=False)]
            chosen = some[_in_pairs(np.column_stack([leading[some], three[some]]))]
        on[order[chosen]] = True
        known = _in_three(np.concatenate([known, three[chosen]]))
    return on


def _fewest_values(rows: Floats) -> int:
    some = rows[:: max(1, len(rows) // _SAMPLE)]
    return int(np.argmin([np.unique(column).size for column in some.T]))


def _blocks(leading: Floats) -> Iterator[tuple[int, int]]:
    """Where blocks start and end: whole levels, together where they are small and many."""
    new = np.append(True, leading[1:] != leading[:-1])
    edges = np.append(np.flatnonzero(new), len(leading))
    least = BLOCK if len(edges) > _FEW else 1
    start = 0
    while start < len(leading):
        at = np.searchsorted(edges, min(start + least, len(leading)))
        end = int(edges[at])
        yield start, end
        start = end


def _unbeaten_by(rows: Floats, known: Floats) -> Ints:
    """Positions left after some rows that come before have removed what they are not above."""
    judges = known[:: max(1, len(known) // _ELDERS)]
    return _judged(rows, judges, strict=False)


def _self_judged(rows: Floats) -> Ints:
    """Positions left after those that are best by some weights have removed what they dominate."""
    if len(rows) < _FEW:
        return np.arange(len(rows))
    ranks = np.empty(rows.shape)
    for column in range(rows.shape[1]):
        ranks[np.argsort(rows[:, column]), column] = np.arange(len(rows))
    steps = range(1, _STEPS + 1)
    weights = np.array([(a, b, c) for a in steps for b in steps for c in steps if a + b + c == 6])
    return _judged(rows, rows[np.unique((ranks @ weights.T).argmin(axis=0))], strict=True)


def _judged(rows: Floats, judges: Floats, *, strict: bool) -> Ints:
    left = np.arange(len(rows))
    columns = [np.ascontiguousarray(column) for column in rows.T]
    for judge in judges:
        beaten = np.logical_and.reduce(
            [one <= column for one, column in zip(judge, columns, strict=True)]
        )
        if strict:
            beaten &= np.logical_or.reduce(
                [one < column for one, column in zip(judge, columns, strict=True)]
            )
        if beaten.any():
            keep = ~beaten
            left, columns = left[keep], [column[keep] for column in columns]
    return left


def _beaten(known: Floats, rows: Floats, *, among: bool) -> Truths:
    """Which rows are not below every known row in some column, and (among) beaten by another row.

    A row equal to a known one is beaten by it; equal rows do not beat each other.
    """
    if not len(rows):
        return np.zeros(0, bool)
    new = np.append(np.zeros(len(known), np.int8), np.ones(len(rows), np.int8))
    both = np.concatenate([known, rows])
    order = np.lexsort((new, both[:, 2], both[:, 1], both[:, 0]))
    sorted_rows, is_new = both[order], new[order] > 0
    # Of equal rows the first one is asked, and a known one comes before a new one.
    first = np.append(True, (sorted_rows[1:] != sorted_rows[:-1]).any(axis=1))
    asked = sorted_rows[first]
    off = beaten_in_three(asked, judges=None if among else ~is_new[first])
    off |= ~is_new[first]
    found = np.empty(len(both), bool)
    found[order] = off[np.cumsum(first) - 1]
    return found[len(known) :]


def beaten_in_three(rows: Floats, judges: Truths | None = None) -> Truths:
    """Return which of distinct rows in lexicographic order another one dominates.

    At each level, the right halves of pairs of runs ask the left halves for the least third value
    among the rows with no larger second value.

    Args:
        rows: [design, 3], distinct, in lexicographic order.
        judges: Which of them may dominate others; all if None.

    Example:
        >>> beaten_in_three(np.array([[1.0, 1, 3], [1, 2, 3], [2, 0, 0]])).tolist()
        [False, True, False]
    """
    count = len(rows)
    size = 1 << max(1, (count - 1).bit_length())
    kind = np.int16 if size < np.iinfo(np.int16).max else np.int32
    none = np.iinfo(kind).max
    second, third = np.full(size, none, kind), np.full(size, none, kind)
    second[:count], third[:count] = _rank(rows[:, 1], kind), _rank(rows[:, 2], kind)
    said = third.copy()
    if judges is not None:
        said[:count][~judges] = none
    off = np.zeros(size, bool)
    span = 2
    while span <= size:
        shape = (size // span, span)
        # Stable: of equal second values the left half, which came first, stays first.
        order = np.argsort(second.reshape(shape), axis=1, kind="stable")
        left = order < span // 2
        asked = np.take_along_axis(third.reshape(shape), order, axis=1)
        told = np.take_along_axis(said.reshape(shape), order, axis=1)
        least = np.minimum.accumulate(np.where(left, told, none), axis=1)
        here = np.zeros(shape, bool)
        np.put_along_axis(here, order, ~left & (least <= asked) & (least < none), axis=1)
        off |= here.reshape(-1)
        span *= 2
    return off[:count]


def _rank(values: Floats, kind: type[np.signedinteger]) -> NDArray[np.signedinteger]:
    """Values by their rank among the distinct ones."""
    return np.unique(values, return_inverse=True)[1].astype(kind)


def _in_three(rows: Floats) -> Floats:
    """The rows on the frontier in three objectives, distinct, in lexicographic order."""
    rows = np.unique(rows, axis=0)
    return rows[~beaten_in_three(rows)] if len(rows) else rows


def _in_pairs(rows: Floats) -> Truths:
    """Which rows no other dominates, each compared with each."""
    on = np.ones(len(rows), bool)
    for start in range(0, len(rows), _FEW):
        block = rows[start : start + _FEW]
        below = np.ones((len(block), len(rows)), bool)
        above = np.zeros((len(block), len(rows)), bool)
        for column, every in zip(block.T, rows.T, strict=True):
            below &= every[None, :] <= column[:, None]
            above |= every[None, :] < column[:, None]
        on[start : start + _FEW] = ~(below & above).any(axis=1)
    return on
