# SPDX-License-Identifier: Apache-2.0
"""Pareto frontier: the designs that no other design beats in everything that counts.

Exact, with ties kept: of equal designs, either all are on the frontier or none. Two objectives take
one sort; three take a merge in levels; four go level by level of one of them
(`chokegraph.chip.frontier_four`); more take comparisons in blocks after the first few hundred
strong designs have removed most of the others.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from chokegraph.chip.frontier_four import beaten_in_three, four
from chokegraph.chip.wafer import Floats, Number

LESS = ("cost", "power", "energy_per_op", "scanner_hours", "cycle_days", "performance_density")
"""Outputs of which less is taken as better when no direction is given."""

_JUDGES = 16
_ROUNDS = 8
_FEW = 4096
_BLOCK = 256
_CHUNK = 4096


def frontier(
    values: Mapping[str, Number], *, directions: Mapping[str, str] | None = None
) -> NDArray[np.bool_]:
    """Return which designs are on the Pareto frontier.

    A design is off the frontier if another is at least as good in every objective and better in
    one. Equal designs stand or fall together. A design with an unknown value (NaN) in any of the
    objectives is off: it cannot be compared.

    Args:
        values: The objectives by name, each an array over designs; they broadcast together.
        directions: `least` or `most` by name. Where none is given, less of cost, power, energy,
            scanner hours, days and performance density is better, more of all else.

    Returns:
        True on the frontier, in the broadcast shape.

    Raises:
        ValueError: For no objective, or a direction that is neither word.

    Example:
        >>> on = frontier({"cost": [10.0, 12.0, 12.0, 9.0], "tpp": [4.0, 5.0, 5.0, 3.0]})
        >>> on.tolist()
        [True, True, True, True]
        >>> frontier({"cost": [10.0, 12.0, 11.0], "tpp": [4.0, 5.0, 3.9]}).tolist()
        [True, True, False]
    """
    if not values:
        message = "a frontier needs at least one objective"
        raise ValueError(message)
    signs = [_sign(name, directions or {}) for name in values]
    arrays = np.broadcast_arrays(*[np.asarray(one, float) for one in values.values()])
    shape = arrays[0].shape
    losses = np.column_stack([sign * one.ravel() for sign, one in zip(signs, arrays, strict=True)])
    return least_in_all(losses).reshape(shape)


def _sign(name: str, directions: Mapping[str, str]) -> float:
    word = directions.get(name, "least" if name in LESS else "most")
    if word not in ("least", "most"):
        message = f"direction of {name} is {word!r}; give least or most"
        raise ValueError(message)
    return 1.0 if word == "least" else -1.0


def least_in_all(losses: Floats) -> NDArray[np.bool_]:
    """Return which rows no other row is below in one column and not above in the others.

    Args:
        losses: Less is better. [design, objective]; rows with NaN are never chosen.

    Example:
        >>> least_in_all(np.array([[1.0, 2.0], [2.0, 1.0], [2.0, 2.0]])).tolist()
        [True, True, False]
    """
    losses = np.asarray(losses, float)
    chosen = np.zeros(len(losses), bool)
    left = np.flatnonzero(~np.isnan(losses).any(axis=1))
    if not left.size:
        return chosen
    left = left[_not_beaten(losses[left])]
    if losses.shape[1] == 4 and len(left) > _FEW:
        chosen[left[four(losses[left])]] = True
        return chosen
    rows = _ranks(losses[left])
    order = np.lexsort(rows.T[::-1])
    rows = rows[order]
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    on = _exact(rows[first])
    chosen[left[order]] = on[np.cumsum(first) - 1]
    return chosen


def _not_beaten(losses: Floats) -> NDArray[np.intp]:
    """Positions left after the strongest rows have removed what they dominate."""
    spread = np.ptp(np.where(np.isfinite(losses), losses, 0.0), axis=0)
    columns = (losses / np.where(spread == 0, 1.0, spread)).T
    left = np.arange(len(losses))
    score = columns.sum(axis=0)
    step = len(left) // _FEW
    if step > 1 and len(_not_beaten(losses[::step])) > len(losses[::step]) / 2:
        # A sample says that few designs are strong enough to spare much work.
        return left
    for _ in range(_ROUNDS):
        if len(left) < _FEW:
            break
        before = len(left)
        some = np.argpartition(score, _JUDGES)[:_JUDGES]
        beaten = np.zeros(before, bool)
        for at in some:
            below = columns[0, at] <= columns[0]
            above = columns[0, at] < columns[0]
            for column in columns[1:]:
                below &= column[at] <= column
                above |= column[at] < column
            beaten |= below & above
        keep = ~beaten
        left, columns, score = left[keep], columns[:, keep], score[keep]
        if len(left) > before / 2:
            break
    return left


def _ranks(losses: Floats) -> NDArray[np.int32]:
    """Each column by its rank among its distinct values: comparisons of small integers are fast."""
    ranks = np.empty(losses.shape, np.int32)
    for column in range(losses.shape[1]):
        values = losses[:, column]
        order = np.argsort(values)
        ordered = values[order]
        steps = np.zeros(len(values), np.int32)
        steps[1:] = ordered[1:] != ordered[:-1]
        ranks[order, column] = np.cumsum(steps)
    return ranks


def _exact(rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which of the distinct rows, in lexicographic order, no other dominates."""
    if rows.shape[1] == 1:
        return np.asarray(rows[:, 0] == rows[:, 0].min())
    if rows.shape[1] == 2:
        # In lexicographic order only an earlier row can dominate.
        least = np.minimum.accumulate(rows[:, 1])
        on = np.ones(len(rows), bool)
        on[1:] = rows[1:, 1] < least[:-1]
        return on
    if rows.shape[1] == 3:
        return ~beaten_in_three(rows.astype(float))
    return _pairs(rows)


def _pairs(rows: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Any number of objectives: blocks against all rows with a lower sum that are still on."""
    order = np.argsort(rows.sum(axis=1, dtype=np.int64), kind="stable")
    sorted_rows = rows[order]
    kind = np.int16 if sorted_rows.max() < np.iinfo(np.int16).max else np.int32
    columns = np.ascontiguousarray(sorted_rows.T.astype(kind))
    found = np.empty_like(columns)
    count = 0
    on = np.zeros(len(rows), bool)
    for start in range(0, columns.shape[1], _BLOCK):
        block = columns[:, start : start + _BLOCK]
        alive = np.arange(block.shape[1])
        for low in range(0, count, _CHUNK):
            alive = alive[~_any_below(found[:, low : min(low + _CHUNK, count)], block[:, alive])]
        # Within the block: the diagonal compares a row with itself.
        inside = block[:, alive]
        below = np.ones((alive.size, alive.size), bool)
        for column in inside:
            below &= column[:, None] <= column[None, :]
        np.fill_diagonal(below, val=False)
        alive = alive[~below.any(axis=0)]
        found[:, count : count + alive.size] = block[:, alive]
        count += alive.size
        on[order[start + alive]] = True
    return on


def _any_below(judges: NDArray[np.integer], block: NDArray[np.integer]) -> NDArray[np.bool_]:
    below = judges[0][None, :] <= block[0][:, None]
    for judge, column in zip(judges[1:], block[1:], strict=True):
        below &= judge[None, :] <= column[:, None]
    return np.asarray(below.any(axis=1))
