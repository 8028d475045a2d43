# SPDX-License-Identifier: Apache-2.0
"""Who supplies whom at the start: from world market shares to the shares in each market.

Public figures give shares of the *world* market. The model needs shares of five markets: the
target's demand in three quality tiers, the coalition and the others. Three accounting rules lead
from one to the other; none adds a fact.

1. Own suppliers sell mostly at home: with world share `s`, home sales fraction `f` and the
   target's part `b` of world demand, they hold `s f / b` of the home market (or the published
   local share, where there is one).
2. What foreigners sell to the target is divided in proportion to their world shares.
3. Nobody serves a tier above the supplier's grade; within that, tier shares are fitted so that
   tiers and suppliers both add up (iterative proportional fitting).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chokegraph.response.state import Array

_ROUNDS = 200
_SMALL = 1e-12


@dataclass(frozen=True)
class MarketShares:
    """Shares of the target's purchases and of the rest of the world, both [C]."""

    target: Array
    rest: Array


def home_share(
    world_share: float, *, buyer_share: float, home_sales: float, published: float | None
) -> float:
    """Return the part of the target's purchases that its own suppliers hold.

    Args:
        world_share: The target's suppliers' share of the world market.
        buyer_share: The target's part of world demand.
        home_sales: The part of their sales that own suppliers make at home.
        published: A published local share, which then decides.

    Example:
        >>> round(home_share(0.1, buyer_share=0.4, home_sales=0.96, published=None), 3)
        0.24
    """
    if published is not None:
        return published
    if buyer_share <= 0:
        return 0.0
    return min(1.0, world_share * home_sales / buyer_share)


def split_markets(world_share: Array, *, home: float, buyer_share: float) -> MarketShares:
    """Return the suppliers' shares of the target's purchases and of everyone else's.

    Args:
        world_share: World market shares, target in row 0, [C]; their sum may be below 1, the
            rest being unattributed.
        home: The own suppliers' part of the target's purchases.
        buyer_share: The target's part of world demand.

    Returns:
        Shares whose weighted mean over the two markets is the world share wherever that is
        possible, and which leave the same part unattributed.

    Example:
        >>> shares = split_markets(np.array([0.1, 0.6, 0.3]), home=0.25, buyer_share=0.4)
        >>> shares.target.round(3).tolist(), shares.rest.round(3).tolist()
        ([0.25, 0.5, 0.25], [0.0, 0.667, 0.333])
    """
    total = float(world_share.sum())
    foreign = world_share.copy()
    foreign[0] = 0.0
    target = np.zeros_like(world_share)
    target[0] = min(home, 1.0)
    unattributed = max(1.0 - total, 0.0)
    divisor = float(foreign.sum()) + unattributed
    if divisor > _SMALL:
        target = target + foreign * (1.0 - target[0]) / divisor
    if buyer_share >= 1.0:
        return MarketShares(target, np.zeros_like(target))
    rest = np.clip(world_share - buyer_share * target, 0.0, None) / (1.0 - buyer_share)
    scale = float(rest.sum())
    wanted = min(total, 1.0)
    if scale > wanted > 0:
        rest = rest * (wanted / scale)
    return MarketShares(target, rest)


def fit_tiers(share: Array, tier: Array, able: Array) -> Array:
    """Divide the target's purchases over tiers so that nobody serves above the own grade.

    Args:
        share: The suppliers' shares of all purchases, [C].
        tier: The tiers' parts of all purchases, summing to 1, [3].
        able: Whether a supplier reaches the grade that the tier asks for, [3, C].

    Returns:
        The suppliers' shares within each tier, [3, C]. Tiers add up exactly to the attributed
        part; suppliers add up to `share` unless the grades make that impossible (a supplier
        that is able nowhere serves nobody).

    Example:
        >>> able = np.array([[True, True], [False, True]])
        >>> fit_tiers(np.array([0.3, 0.7]), np.array([0.6, 0.4]), able).round(2).tolist()
        [[0.5, 0.5], [0.0, 1.0]]
    """
    attributed = min(float(share.sum()), 1.0)
    cells = tier[:, None] * share[None, :] * able
    rows = tier * attributed
    for _ in range(_ROUNDS):
        column = cells.sum(axis=0)
        cells = cells * np.where(column > _SMALL, share / np.maximum(column, _SMALL), 0.0)
        row = cells.sum(axis=1)
        cells = cells * np.where(row > _SMALL, rows / np.maximum(row, _SMALL), 0.0)[:, None]
    within = cells / np.maximum(tier, _SMALL)[:, None]
    # A tier without demand still has a price list: whoever is able is offered in proportion.
    idle = tier <= _SMALL
    if idle.any():
        offered = share[None, :] * able
        total = offered.sum(axis=1, keepdims=True)
        offered = np.where(total > _SMALL, offered / np.maximum(total, _SMALL), 0.0) * attributed
        within[idle] = offered[idle]
    return within
