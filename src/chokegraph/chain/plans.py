# SPDX-License-Identifier: Apache-2.0
"""Minimal production plans: which smallest sets of providers suffice, the dual of who can deny.

A plan is a set of providers with which the goal can be had although all others refuse; it is
minimal if it cannot do without any one of them. Plans are the smallest sets that meet every minimal
blocking coalition, and the coalitions the smallest that meet every plan (Fredman and Khachiyan
1996). Where some providers never refuse (the target's own), plans name only the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import numpy as np

from chokegraph.chain.families import Family, TooManyError, minimal
from chokegraph.chain.parts import Coalition, Part, take_apart
from chokegraph.chain.truth import complement, minimal_members, upwards


@dataclass(frozen=True, slots=True)
class Plans:
    """The minimal production plans of one goal.

    Args:
        plans: Smallest first, then by name. An empty plan means that no provider is needed.
        number: How many there are; None where that is not known.
        betweenness: Provider -> share of all minimal plans that use it; those that none uses are
            left out. Empty where the plans are not known.
    """

    plans: tuple[Coalition, ...]
    number: int | None
    betweenness: Mapping[str, float] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all minimal plans are listed."""
        return self.number == len(self.plans)


def plans_of(
    family: Sequence[Sequence[str]], *, most_groups: int, most_kept: int, most_listed: int
) -> Plans:
    """Return the minimal production plans that follow from all minimal blocking coalitions.

    Args:
        family: All minimal blocking coalitions of one goal.
        most_groups: Up to how many groups a part is looked at as a truth table.
        most_kept: How many plans by group a larger part may have on the way.
        most_listed: How many plans are listed.

    Example:
        >>> found = plans_of([("JP", "NL"), ("DE", "JP")], most_groups=20, most_kept=99,
        ...                  most_listed=99)
        >>> found.plans, found.betweenness
        ((('JP',), ('DE', 'NL')), {'DE': 0.5, 'JP': 0.5, 'NL': 0.5})
    """
    if any(not coalition for coalition in family):
        return Plans((), 0)  # nobody can make it
    parts = take_apart(family)
    number = 1
    shares: dict[str, float] = {}
    by_part = []
    for part in parts:
        found = _transversals(part, most_groups, most_kept)
        if found is None:
            return Plans((), None)
        by_part.append(found)
        # From a group, which refuses only as a whole, a plan needs any one provider.
        weights = [_choices(part, plan) for plan in found]
        whole = sum(weights)
        number *= whole
        for group, members in enumerate(part.groups):
            used = sum(w for w, plan in zip(weights, found, strict=True) if plan >> group & 1)
            shares |= dict.fromkeys(members, float(Fraction(used, whole * len(members))))
    listed = _listed(parts, by_part, most_listed)
    return Plans(listed, number, dict(sorted(shares.items())))


def _transversals(part: Part, most_groups: int, most_kept: int) -> list[int] | None:
    """The smallest sets of groups that meet every set of a part, the smallest first."""
    count = len(part.groups)
    if count <= most_groups:
        table = complement(upwards(part.sets, count), count)
        found = minimal_members(table, count).tolist()
    else:
        try:
            found = _joined(part.sets, count, most_kept)
        except TooManyError:
            return None
    return sorted(found, key=lambda plan: (plan.bit_count(), plan))


def _joined(sets: Sequence[int], count: int, most: int) -> list[int]:
    """Berge's way: one set after the other; a plan that misses it takes one more of its groups."""
    words = -(-count // 64)
    plans: Family = np.zeros((1, words), dtype=np.uint64)
    for one in sorted(sets, key=int.bit_count):
        row = _row(one, words)
        meets = np.any(plans & row, axis=1)
        more = [
            plans[~meets] | _row(1 << group, words) for group in range(count) if one >> group & 1
        ]
        if sum(len(rows) for rows in more) > most * most:
            message = f"more than {most} times {most} plans"
            raise TooManyError(message)
        plans = minimal(np.concatenate([plans[meets], *more]), most=most)
    return [int.from_bytes(row.astype("<u8").tobytes(), "little") for row in plans]


def _row(number: int, words: int) -> Family:
    return np.frombuffer(number.to_bytes(8 * words, "little"), dtype="<u8").astype(np.uint64)


def _choices(part: Part, plan: int) -> int:
    found = 1
    for group, size in enumerate(part.sizes):
        if plan >> group & 1:
            found *= size
    return found


def _listed(
    parts: Sequence[Part], by_part: Sequence[Sequence[int]], most: int
) -> tuple[Coalition, ...]:
    """Plans of the whole: one of each part together, up to a number of them."""
    found: list[Coalition] = []
    for together in product(*by_part):
        choices = [
            part.groups[group]
            for part, plan in zip(parts, together, strict=True)
            for group in range(len(part.groups))
            if plan >> group & 1
        ]
        for members in _one_of_each(choices):
            found.append(members)
            if len(found) >= most:
                return _sorted(found)
    return _sorted(found)


def _one_of_each(choices: Sequence[Coalition]) -> Iterator[Coalition]:
    return (tuple(sorted(members)) for members in product(*choices))


def _sorted(found: Sequence[Coalition]) -> tuple[Coalition, ...]:
    return tuple(sorted(found, key=lambda members: (len(members), members)))
