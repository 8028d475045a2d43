# SPDX-License-Identifier: Apache-2.0
"""Indices by sampling, where there are too many providers to count: unbiased, with their error.

Shapley-Shubik: providers refuse one after the other in a random order; the one at which the goal
becomes blocked is found by halving, as blocking never ends when more refuse. Banzhaf: in a random
coalition each provider is asked whether it makes the difference. Standard errors are those of a
share of independent draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.supply import FloatArray
from chokegraph.chain.truth import BoolArray

Blocks = Callable[[BoolArray], BoolArray]
"""[coalition, provider] -> whether each coalition blocks."""
Losses = Callable[[BoolArray], FloatArray]
"""[coalition, provider] -> what each coalition takes away."""

_ROWS = 1 << 14


@dataclass(frozen=True, slots=True)
class Sampled:
    """A provider's indices from random draws, with standard errors."""

    banzhaf: float
    shapley: float
    banzhaf_error: float
    shapley_error: float


def sampled_indices(
    blocks: Blocks, providers: Sequence[str], *, draws: int, seed: int
) -> Mapping[str, Sampled]:
    """Estimate Banzhaf and Shapley-Shubik of every provider.

    Args:
        blocks: Says of coalitions, as rows of True and False, which block; monotone.
        providers: The columns.
        draws: How many random orders, and how many random coalitions.
        seed: Makes the draws repeatable.

    Example:
        >>> both = lambda rows: rows.all(axis=1)
        >>> found = sampled_indices(both, ["JP", "NL"], draws=4000, seed=1)
        >>> round(found["JP"].banzhaf, 1), round(found["JP"].shapley, 1)
        (0.5, 0.5)
    """
    rng = np.random.default_rng(seed)
    count = len(providers)
    batch = max(1, _ROWS // max(count, 1))
    pivots = np.zeros(count)
    deciding = np.zeros(count)
    for start in range(0, draws, batch):
        size = min(batch, draws - start)
        pivots += _pivots(blocks, rng, size, count)
        deciding += _deciding(blocks, rng, size, count)
    orders, chances = pivots / draws, deciding / draws
    order_errors, chance_errors = _errors(orders, draws), _errors(chances, draws)
    return {
        provider: Sampled(
            float(chances[i]), float(orders[i]), float(chance_errors[i]), float(order_errors[i])
        )
        for i, provider in enumerate(providers)
    }


def _pivots(blocks: Blocks, rng: np.random.Generator, size: int, count: int) -> FloatArray:
    rank = np.argsort(rng.random((size, count)), axis=1)
    low = np.zeros(size, dtype=np.int64)  # so many do not block, unless none have to
    high = np.full(size, count, dtype=np.int64)
    ends = blocks(np.array([[False] * count, [True] * count]))
    if ends[0] or not ends[1]:
        return np.zeros(count)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        stopped = blocks(rank < middle[:, None])
        high = np.where(stopped, middle, high)
        low = np.where(stopped, low, middle)
    last = np.argmax(rank == (high - 1)[:, None], axis=1)
    return np.bincount(last, minlength=count).astype(np.float64)


def _deciding(blocks: Blocks, rng: np.random.Generator, size: int, count: int) -> FloatArray:
    rows = rng.random((size, count)) < 0.5
    base = blocks(rows)
    found = np.zeros(count)
    for provider in range(count):
        turned = rows.copy()
        turned[:, provider] ^= True
        found[provider] = np.count_nonzero(blocks(turned) != base)
    return found


def _errors(shares: FloatArray, draws: int) -> FloatArray:
    # One draw more that decides and one that does not, so that a share of 0 has an error too.
    eased = (shares * draws + 1.0) / (draws + 2.0)
    return np.asarray(np.sqrt(eased * (1.0 - eased) / draws), dtype=np.float64)


def sampled_shapley(
    losses: Losses, count: int, *, draws: int, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Estimate the Shapley value of every provider from random orders.

    Args:
        losses: The value of coalitions, as rows of True and False.
        count: How many providers there are.
        draws: How many random orders.
        seed: Makes the draws repeatable.

    Returns:
        (n,) means and (n,) their standard errors. The means add up to what all together take.

    Every second order is the one before it turned round, which takes out much of the chance.

    Example:
        >>> half = lambda rows: rows.any(axis=1) / 2
        >>> value, error = sampled_shapley(half, 2, draws=1000, seed=1)
        >>> value.tolist(), error.tolist()
        ([0.25, 0.25], [0.0, 0.0])
    """
    rng = np.random.default_rng(seed)
    pairs = max(1, -(-draws // 2))
    batch = max(1, _ROWS // (2 * (count + 1)))
    total = np.zeros(count)
    squares = np.zeros(count)
    for start in range(0, pairs, batch):
        size = min(batch, pairs - start)
        rank = np.argsort(rng.random((size, count)), axis=1)
        added = (_added(losses, rank) + _added(losses, count - 1 - rank)) / 2
        total += added.sum(axis=0)
        squares += (added * added).sum(axis=0)
    mean = total / pairs
    spread = np.maximum(squares / pairs - mean * mean, 0.0)
    return mean, np.sqrt(spread / max(pairs - 1, 1))


def _added(losses: Losses, rank: NDArray[np.int64]) -> FloatArray:
    """What each provider adds when they refuse in the order of their ranks."""
    size, count = rank.shape
    rows = rank[:, None, :] < np.arange(count + 1)[None, :, None]
    value = losses(rows.reshape(-1, count)).reshape(size, count + 1)
    return np.asarray(np.take_along_axis(np.diff(value, axis=1), rank, axis=1))
