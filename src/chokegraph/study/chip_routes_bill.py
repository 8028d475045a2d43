# SPDX-License-Identifier: Apache-2.0
"""What a reference design of a route needs: its process, its package and its memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from chokegraph.chip.catalogue import Catalogue
from chokegraph.study.chip_routes_designs import Way
from chokegraph.world.technology import load_technology

Bill = dict[str, float]
"""How far a way stops without an input, 0 to 1, by input."""


@lru_cache(maxsize=1)
def technical_inputs() -> frozenset[str]:
    """Return the inputs that some process, package or memory is said to need.

    Example:
        >>> "wafer-bonders" in technical_inputs()
        True
    """
    rows = load_technology().rows("technology_needs")
    return frozenset(str(row["input_id"]) for row in rows)


def bill_of(way: Way, catalogue: Catalogue, table: Mapping[str, float]) -> Bill:
    """Return what a way needs.

    Of each input the largest requirement of its process, package and memory counts. An input for
    which another one of the bill can stand in does not bind, and is left out. What no process,
    package or memory is said to need (designs, intellectual property, software for packages) comes
    from the route's own table.

    Args:
        way: The way.
        catalogue: Has the needs of nodes, packages and memories.
        table: What the route needs by the world's table of needs.

    Returns:
        Requirements by input; those of the table where the way says so.
    """
    if way.listed:
        return {name: share for name, share in table.items() if name not in way.not_needed}
    made = [catalogue.nodes[way.node], catalogue.packages[way.package]]
    parts = [*made, *([catalogue.memories[way.memory]] if way.memory else [])]
    bill: Bill = {name: share for name, share in table.items() if name not in technical_inputs()}
    others: dict[str, tuple[str, ...]] = {}
    for part in parts:
        others |= part.alternatives
        for name, share in part.needs.items():
            bill[name] = max(share, bill.get(name, 0.0))
    for name in way.not_needed:
        bill.pop(name, None)
    bill |= dict.fromkeys(way.also_needed, 1.0)
    replaced = {
        name
        for name, share in bill.items()
        if any(bill.get(other, 0.0) >= share for other in others.get(name, ()))
    }
    return {name: share for name, share in bill.items() if name not in replaced}
