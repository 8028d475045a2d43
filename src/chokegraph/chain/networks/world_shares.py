# SPDX-License-Identifier: Apache-2.0
"""Who holds what of a market: the world's in each reading, and what is left to the rest."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from chokegraph.chain.supply import FloatArray, Reading, own_providers, supply_of
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World


def held_shares(
    world: World, name: str, *, members: Iterable[str], reading: Reading, by: Level
) -> dict[str, float]:
    """Return who holds what of the world market of an input, in a reading; sums to 1.

    Args:
        world: The facts.
        name: The input.
        members: Whose shares the reading pushes up or down.
        reading: "figures", "cautious" or "bold"; see `world_network`.
        by: Makers are countries, or firms.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> held_shares(toy_world(), "litho", members=(), reading="figures", by="country")
        {'NL': 0.75, 'JP': 0.25}
    """
    supply = supply_of(world, name, level=by)
    held = {h.provider: h.value or 0.0 for h in supply.holdings}
    if reading != "figures":
        ally = {
            provider
            for member in members
            for provider in own_providers(world, member, supply.providers, level=by)
        }
        end = {h.provider: h.low if reading == "cautious" else h.high for h in supply.holdings}
        pushed = {key: end[key] for key in held if key in ally}
        whole = sum(pushed.values())
        pushed = {key: value / max(whole, 1.0) for key, value in pushed.items()}
        others = {key: value for key, value in held.items() if key not in ally}
        room, rest = 1.0 - sum(pushed.values()), sum(others.values())
        if rest > 0:
            others = {key: value * room / rest for key, value in others.items()}
        else:
            others = {UNKNOWN_PROVIDER: room}
        held = pushed | others
    whole = sum(held.values())
    if whole <= 0:
        return {UNKNOWN_PROVIDER: 1.0}
    return {key: value / whole for key, value in held.items() if value > 0}


def rest_shares(world: FloatArray, target: FloatArray, part: FloatArray) -> FloatArray:
    """Return everybody else's shares: what the world market leaves after the target's purchases."""
    rest = np.clip(world - part * target, 0.0, None)
    whole = rest.sum(axis=0)
    return np.where(whole > 0, rest / np.where(whole > 0, whole, 1.0), world)
