# SPDX-License-Identifier: Apache-2.0
"""Goals of a chain, `input:id`, `route:id` or `product:id`: their names for people."""

from __future__ import annotations

from chokegraph.world.model import World


def goal_name(world: World, goal: str) -> str:
    """Return a goal's name for people; what is not in the world is its own name.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> goal_name(toy_world(), "product:chip"), goal_name(toy_world(), "input:other")
        ('Chip', 'input:other')
    """
    kind, _, name = goal.partition(":")
    if kind == "product" and name in world.products:
        return world.products[name].name
    if kind == "input" and name in world.inputs:
        return world.inputs[name].name
    if kind == "route" and name in world.routes:
        return world.routes[name].name
    return goal
