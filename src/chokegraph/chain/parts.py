# SPDX-License-Identifier: Apache-2.0
"""A family of minimal coalitions taken apart, so that many providers can be counted exactly.

Three steps, each exact:

1. A provider in no minimal coalition never matters, and drops out.
2. Providers in exactly the same minimal coalitions act as one: they block only all together. They
   are a **group**; its size enters every count.
3. Groups that share no minimal coalition, not even through others, are independent **parts**: the
   goal is blocked as soon as one part is.

So 200 providers often come down to a few parts of a few groups each, and a truth table over the
groups of a part is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

Coalition = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Providers whose minimal coalitions hang together.

    Args:
        groups: Providers that only matter all together; bit g of a set is group g.
        sets: The minimal coalitions, as bits over the groups.
    """

    groups: tuple[Coalition, ...]
    sets: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many providers each group has."""
        return tuple(len(group) for group in self.groups)

    def members(self, number: int) -> Coalition:
        """The providers in some groups, in alphabetical order."""
        return tuple(
            sorted(m for g, group in enumerate(self.groups) if number >> g & 1 for m in group)
        )


def take_apart(family: Sequence[Sequence[str]]) -> tuple[Part, ...]:
    """Return the independent parts of a family of minimal coalitions.

    Args:
        family: Minimal coalitions; none of them holds another, none is empty.

    Example:
        >>> for part in take_apart([("US",), ("DE", "JP"), ("DE", "JP", "KR"), ("DE", "JP", "TW")]):
        ...     print(part.groups, part.sets)
        (('US',),) (1,)
        (('DE', 'JP'), ('KR',), ('TW',)) (1, 3, 5)
    """
    inside: dict[str, int] = {}
    for index, coalition in enumerate(family):
        for member in coalition:
            inside[member] = inside.get(member, 0) | 1 << index
    groups: dict[int, list[str]] = {}
    for member in sorted(inside):
        groups.setdefault(inside[member], []).append(member)
    parts = []
    left = dict(groups)
    while left:
        first = next(iter(left))
        reached, grown = first, 0
        while reached != grown:  # all sets that a chain of shared groups leads to
            grown = reached
            for pattern in left:
                if pattern & reached:
                    reached |= pattern
        mine = [pattern for pattern in left if pattern & reached]
        bit = {member: 1 << g for g, pattern in enumerate(mine) for member in left[pattern]}
        sets = [
            reduce(or_, (bit[member] for member in coalition))
            for coalition in family
            if next(iter(coalition)) in bit
        ]
        parts.append(Part(tuple(tuple(left[pattern]) for pattern in mine), tuple(sets)))
        left = {pattern: who for pattern, who in left.items() if pattern not in mine}
    return tuple(sorted(parts, key=lambda part: (len(part.groups), part.groups)))
