# SPDX-License-Identifier: Apache-2.0
"""Provision shares of all inputs as arrays: value, low and high by provider and input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.world.attribution import by_operation
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World

Attribution = Literal["headquarters", "operating"]


@dataclass(frozen=True)
class ShareMatrix:
    """Shares as `[provider, input]`, in fractions of the world market.

    `value` is NaN where no source gives a figure: for a provider named without one, for one that
    is not named at all, and for every provider of an input without public shares. The last
    provider is `ZZ`, the unknown remainder, so a column that has any figure sums to 1 without the
    NaNs. `low` and `high` are never NaN: they bound the share in every case (0 and 1 if nothing is
    known), and `low <= value <= high` where there is a value. A stated zero is 0.0, not NaN.
    Where a source's rounding makes a column sum to more than 1, `value` is scaled to sum to 1.
    """

    level: Level
    year: int
    providers: tuple[str, ...]
    input_ids: tuple[str, ...]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    named: NDArray[np.bool_]

    @cached_property
    def provider_index(self) -> dict[str, int]:
        """The row of each provider."""
        return {name: at for at, name in enumerate(self.providers)}

    @cached_property
    def input_index(self) -> dict[str, int]:
        """The column of each input."""
        return {name: at for at, name in enumerate(self.input_ids)}

    @property
    def complete(self) -> NDArray[np.bool_]:
        """For each input, whether any provider has a figure."""
        complete: NDArray[np.bool_] = np.any(~np.isnan(self.value[:-1]), axis=0)
        return complete


def share_matrix(
    world: World, level: Level = "country", *, attribution: Attribution = "headquarters"
) -> ShareMatrix:
    """Return the shares of all inputs of a world at its year.

    Args:
        world: The world.
        level: "country" or "firm".
        attribution: Which country a firm's share counts for, at country level: the one that
            decides (headquarters, as sources do) or the one where it mainly operates. Firms for
            which the two differ and whose share is unknown widen the intervals of both.

    Returns:
        The matrix; its inputs are all inputs of the world, in order.

    Example:
        >>> from chokegraph.world import load_world
        >>> matrix = share_matrix(load_world())
        >>> matrix.providers[-1], matrix.value.shape[1] == len(matrix.input_ids)
        ('ZZ', True)
    """
    shares = world.country_shares if level == "country" else world.firm_shares
    if level == "country" and attribution == "operating":
        shares = {name: by_operation(share, world) for name, share in shares.items()}
    names = sorted({name for share in shares.values() for name in share.shares})
    providers = (*names, UNKNOWN_PROVIDER)
    row_of = {name: at for at, name in enumerate(providers)}
    input_ids = tuple(world.inputs)
    shape = (len(providers), len(input_ids))
    value = np.full(shape, np.nan)
    low, high = np.zeros(shape), np.ones(shape)
    named = np.zeros(shape, dtype=bool)
    for column, input_id in enumerate(input_ids):
        share = shares.get(input_id)
        if share is None:
            continue
        high[:, column] = share.remainder.high  # nobody unnamed can have more than is left
        for name, estimate in share.shares.items():
            row = row_of[name]
            named[row, column] = True
            low[row, column], high[row, column] = estimate.low, estimate.high
            if estimate.value is not None:
                value[row, column] = estimate.value
        rest = share.remainder
        low[-1, column], high[-1, column] = rest.low, rest.high
        if rest.value is not None:
            value[-1, column] = rest.value
    total = np.nansum(value, axis=0)
    value = value / np.where(total > 1.0, total, 1.0)
    low = np.fmin(low, value)
    for array in (value, low, high, named):
        array.setflags(write=False)
    return ShareMatrix(level, world.year, providers, input_ids, value, low, high, named)
