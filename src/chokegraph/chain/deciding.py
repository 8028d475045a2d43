# SPDX-License-Identifier: Apache-2.0
"""Birnbaum's polynomial of every provider, exact, also where there are more than 24 of them.

Let every provider refuse with probability p, independently. The chance that provider i then makes
the difference is a polynomial D_i(p) with whole coefficients, and all indices are read from it:

* Birnbaum's index at p is D_i(p) itself;
* Banzhaf's is D_i(1/2);
* Shapley and Shubik's is the integral of D_i from 0 to 1.

A family of minimal coalitions is taken apart first (`parts.py`). Of one part the polynomial comes
from one of three ways, which agree:

* **counting** swings by size in its packed truth table, where every group is one provider;
* **factoring** (`factoring.py`);
* the **Moebius transform** of its truth table: blocked = sum over sets T of groups of
  a_T * (all of T refuse).

Coefficients are Python's whole numbers and become fractions only at the end, so nothing is lost to
cancellation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.factoring import (
    Factoring,
    Polynomial,
    TooLongError,
    less,
    smallest_sets,
    times,
    trim,
)
from chokegraph.chain.indices import blocked_by_size, swings
from chokegraph.chain.parts import Part, take_apart
from chokegraph.chain.truth import upwards


@dataclass(frozen=True, slots=True)
class Deciding:
    """The chance that one provider decides, as a polynomial in the chance that each refuses.

    Example:
        >>> either = Deciding((1, -1))  # decides if the other one does not refuse
        >>> either.banzhaf, either.shapley, either.birnbaum(0.25)
        (0.5, 0.5, 0.75)
    """

    coefficients: Polynomial

    def birnbaum(self, chance: float) -> float:
        """Birnbaum's index where each other provider refuses with this probability."""
        return float(self._at(Fraction(chance)))

    @property
    def banzhaf(self) -> float:
        """The share of all coalitions of the others in which the provider decides."""
        return float(self._at(Fraction(1, 2)))

    @property
    def shapley(self) -> float:
        """The share of all orders in which the provider is the one that blocks."""
        return float(sum((Fraction(c, k + 1) for k, c in enumerate(self.coefficients)), Fraction()))

    def _at(self, chance: Fraction) -> Fraction:
        value = Fraction()
        for coefficient in reversed(self.coefficients):
            value = value * chance + coefficient
        return value


def deciding(
    family: Sequence[Sequence[str]], *, most_groups: int, most_work: int
) -> Mapping[str, Deciding] | None:
    """Return Birnbaum's polynomial of each provider in a family of minimal coalitions.

    Args:
        family: All minimal blocking coalitions of one goal. Providers in none of them never
            decide, and are left out.
        most_groups: Up to how many groups a part is counted from its truth table.
        most_work: How many pairs of sets factoring may compare in one part.

    Returns:
        Provider -> polynomial; None where a part is too large for both ways.

    Example:
        >>> found = deciding([("JP", "NL"), ("DE", "JP")], most_groups=20, most_work=1000)
        >>> {name: (one.banzhaf, round(one.shapley, 3)) for name, one in sorted(found.items())}
        {'DE': (0.25, 0.167), 'JP': (0.75, 0.667), 'NL': (0.25, 0.167)}
    """
    if any(not coalition for coalition in family):
        return {}  # blocked whoever refuses: nobody decides
    parts = take_apart(family)
    whole: list[Polynomial] = []
    own: list[list[Polynomial]] = []
    for part in parts:
        found = (
            _counted(part, most_groups)
            or _factored(part, most_work)
            or _transformed(part, most_groups)
        )
        if found is None:
            return None
        whole.append(found[0])
        own.append(found[1])
    answer: dict[str, Deciding] = {}
    for at, part in enumerate(parts):
        # A part decides only where no other part blocks already.
        rest: Polynomial = (1,)
        for other, blocked in enumerate(whole):
            if other != at:
                rest = times(rest, less((1,), blocked))
        for group, polynomial in zip(part.groups, own[at], strict=True):
            found_one = Deciding(times(rest, polynomial))
            answer |= dict.fromkeys(group, found_one)
    return answer


def fussell_vesely(
    family: Sequence[Sequence[str]], chance: float, *, most_groups: int, most_work: int
) -> Mapping[str, float] | None:
    """Return Fussell and Vesely's importance of each provider in a family.

    That is the chance that some minimal coalition that holds it refuses as a whole, if the goal is
    blocked and each provider refuses with the same probability, independently.

    Args:
        family: All minimal blocking coalitions of one goal.
        chance: With what probability each provider refuses, above 0.
        most_groups: As in `deciding`.
        most_work: As in `deciding`.

    Returns:
        Provider -> 0..1; None where a part is too large.

    Example:
        >>> family = [("JP", "NL"), ("DE", "JP")]
        >>> found = fussell_vesely(family, 0.5, most_groups=20, most_work=1000)
        >>> {name: round(share, 3) for name, share in sorted(found.items())}
        {'DE': 0.667, 'JP': 1.0, 'NL': 0.667}
    """
    limits = {"most_groups": most_groups, "most_work": most_work}
    members = dict.fromkeys(member for coalition in family for member in coalition)
    if chance <= 0.0 or not members:
        return {}
    whole = _blocked(family, **limits)
    found: dict[tuple[int, ...], float | None] = {}
    answer: dict[str, float] = {}
    for member in members:
        mine = tuple(i for i, coalition in enumerate(family) if member in coalition)
        if mine not in found:
            some = _blocked([family[i] for i in mine], **limits)
            found[mine] = (
                None
                if some is None or whole is None
                else Deciding(some).birnbaum(chance) / Deciding(whole).birnbaum(chance)
            )
        share = found[mine]
        if share is None:
            return None
        answer[member] = share
    return answer


def _blocked(
    family: Sequence[Sequence[str]], *, most_groups: int, most_work: int
) -> Polynomial | None:
    """The chance that some coalition of a family refuses as a whole."""
    free: Polynomial = (1,)
    for part in take_apart(family):
        # Factoring needs no indices here; only the whole is asked for.
        try:
            blocked = Factoring(part.sizes, most_work).blocked(frozenset(part.sets))
        except TooLongError:
            other = _transformed(part, most_groups)
            if other is None:
                return None
            blocked = other[0]
        free = times(free, less((1,), blocked))
    return less((1,), free)


Counted = tuple[Polynomial, list[Polynomial]]
"""The chance that a part blocks, and for each group the chance that one of its members decides."""


def _counted(part: Part, most_groups: int) -> Counted | None:
    count = len(part.groups)
    if count > most_groups or max(part.sizes) > 1:
        return None
    table = upwards(part.sets, count)
    sizes = blocked_by_size(table, count)
    whole = _of_chances(sizes, count)
    return whole, [_of_chances(row, count - 1) for row in swings(table, count).tolist()]


def _of_chances(numbers: Sequence[int], count: int) -> Polynomial:
    """The polynomial of the chance, where so many of the sets of each size count."""
    out = [0] * (count + 1)
    for size, number in enumerate(numbers):
        for more in range(count - size + 1 if number else 0):
            out[size + more] += number * comb(count - size, more) * (-1) ** more
    return trim(out)


def _factored(part: Part, most_work: int) -> Counted | None:
    solver = Factoring(part.sizes, most_work)
    try:
        whole = solver.blocked(frozenset(part.sets))
        own = []
        for group, size in enumerate(part.sizes):
            bit = 1 << group
            with_it = smallest_sets(frozenset(s & ~bit for s in part.sets))
            without = frozenset(s for s in part.sets if not s & bit)
            decides = less(solver.blocked(with_it), solver.blocked(without))
            # A member of a group decides only if all others of the group refuse.
            own.append((0,) * (size - 1) + decides)
    except TooLongError:
        return None
    return whole, own


def _transformed(part: Part, most_groups: int) -> Counted | None:
    count = len(part.groups)
    if count > most_groups:
        return None
    table = upwards(part.sets, count)
    bits = np.unpackbits(table.astype("<u8").view(np.uint8), bitorder="little")
    # Subtracting what smaller sets give already leaves each set its own coefficient.
    own = bits[: 1 << count].astype(np.int32)
    sizes = np.zeros(1 << count, dtype=np.int32)
    for group, size in enumerate(part.sizes):
        halves = own.reshape(-1, 2, 1 << group)
        halves[:, 1] -= halves[:, 0]
        sizes.reshape(-1, 2, 1 << group)[:, 1] += size
    found = []
    for group in range(count):
        held = own.reshape(-1, 2, 1 << group)[:, 1]
        power = sizes.reshape(-1, 2, 1 << group)[:, 1]
        found.append(_by_size(held, power)[1:])
    return _by_size(own, sizes), found


def _by_size(own: NDArray[np.int32], sizes: NDArray[np.int32]) -> Polynomial:
    """Sums of coefficients by size, as whole numbers.

    Doubles hold them exactly: a coefficient is at most the number of sets of half the groups, so
    that even all of them together stay below 2^53 for 24 groups.
    """
    total = np.bincount(sizes.reshape(-1), own.reshape(-1))
    return trim([round(value) for value in total.tolist()])
