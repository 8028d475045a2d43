# SPDX-License-Identifier: Apache-2.0
"""Whose share is it: the country of headquarters, or the country of operation.

Sources count a firm's sales for the country of its headquarters. For what a government can reach,
the place where tools are made may matter more (ACM Research decides in the United States and makes
its tools in China). `by_operation` moves the shares of such firms.
"""

from __future__ import annotations

from dataclasses import replace

from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Share, World
from chokegraph.world.shares import remainder_of


def by_operation(share: Share, world: World) -> Share:
    """Move the share of each firm from its headquarters country to where it mainly operates.

    A firm with a figure moves it. A firm without one widens both intervals: its home may have that
    much less, its place of operation that much more; the values stay. A country without a figure of
    its own gets what arrives as its value, while its own part stays in the unknown remainder.

    Args:
        share: A country-level share, counted by headquarters.
        world: The world, for the firms and their shares.

    Example:
        >>> from chokegraph.world import load_world
        >>> world = load_world()
        >>> share = next(iter(world.country_shares.values()))
        >>> by_operation(share, world).input_id == share.input_id
        True
    """
    by_firm = world.firm_shares.get(share.input_id)
    if by_firm is None:
        return share
    moved = dict(share.shares)
    for firm_id, amount in by_firm.shares.items():
        firm = world.firms.get(firm_id)
        if firm is None or not firm.operating_country:
            continue
        source, target = firm.headquarters, firm.operating_country
        if source == target or UNKNOWN_PROVIDER in (source, target):
            continue
        unnamed = Estimate(None, 0.0, share.remainder.high, "fraction", share.year)
        home = moved.get(source, unnamed)
        amount = _at_most(amount, home.high)
        moved[source] = _shift(home, amount, sign=-1)
        moved[target] = _shift(moved.get(target, unnamed), amount, sign=1)
    if moved == share.shares:
        return share
    definition = f"{share.definition}, by country of operation"
    rest = remainder_of(moved.values())
    rest = replace(rest, statement_ids=share.remainder.statement_ids)
    return replace(share, shares=moved, remainder=rest, definition=definition)


def _at_most(amount: Estimate, bound: float) -> Estimate:
    value = None if amount.value is None else min(amount.value, bound)
    return replace(amount, value=value, low=min(amount.low, bound), high=min(amount.high, bound))


def _shift(estimate: Estimate, amount: Estimate, *, sign: int) -> Estimate:
    low_move, high_move = (amount.low, amount.high) if sign > 0 else (-amount.high, -amount.low)
    value = estimate.value
    if amount.value is not None and (value is not None or sign > 0):
        # What arrives is known, even where the country's own part is not: that stays unattributed.
        value = min(1.0, max(0.0, (value or 0.0) + sign * amount.value))
    low = min(1.0, max(0.0, estimate.low + low_move))
    high = min(1.0, max(0.0, estimate.high + high_move))
    if value is not None:
        low, high = min(low, value), max(high, value)
    ids = tuple(dict.fromkeys((*estimate.statement_ids, *amount.statement_ids)))
    return replace(estimate, value=value, low=low, high=high, statement_ids=ids)
