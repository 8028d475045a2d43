# SPDX-License-Identifier: Apache-2.0
"""The facts behind a result, where they are at hand exactly as they were at the run.

A result carries its arrays and its evidence, not the whole world. What only the world knows (the
links of the chain, which routes are design-arounds) is shown if the same facts can be loaded, and
the report says so if they cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

from chokegraph.errors import FindingsError
from chokegraph.result import Result
from chokegraph.world import load_world


@dataclass(frozen=True)
class Facts:
    """What the report takes from the world.

    Args:
        links: Pairs of input ids, from needed to needing.
        needs: Pairs of input id and product id.
        design_around: Ids of the routes that are marked as a way around what others can withhold,
            whatever a scenario stops.
        route_needs: Pairs of input id and route id.
    """

    links: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]
    design_around: frozenset[str]
    route_needs: tuple[tuple[str, str], ...] = ()


def facts_at_hand(result: Result) -> Facts | None:
    """Load the facts that a result rests on, or None if they are gone or have changed.

    Args:
        result: The result; its manifest holds the hash of the facts.

    Returns:
        Links, needs and design-around routes, or None.
    """
    try:
        world = load_world(result.scenario.world)
    except (FindingsError, OSError):
        return None
    if world.data_hash != result.manifest["data_sha256"]:
        return None
    needs = {(need.input_id, world.routes[need.route_id].product_id) for need in world.needs}
    return Facts(
        tuple((link.source, link.target) for link in world.links),
        tuple(sorted(needs)),
        frozenset(key for key, route in world.routes.items() if route.design_around),
        tuple(sorted((need.input_id, need.route_id) for need in world.needs)),
    )
