# SPDX-License-Identifier: Apache-2.0
"""Who supplies one input, at a grade: the leaf of the chain, with every interval kept.

A `Supply` says for each provider how much of the market it holds (value, low, high) and whether
it reaches the grade asked; the unattributed remainder stands last, as the provider "ZZ". Three
readings turn intervals into weights:

* `figures`: the selected values as they stand;
* `cautious`: the coalition holds as little, the others as much as the intervals allow, so that
  what is denied in this reading is denied for certain;
* `bold`: the reverse, so that what is not denied in this reading cannot be denied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from chokegraph.chain.presets import preset_value
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Level, World

Reading = Literal["figures", "cautious", "bold"]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Holding:
    """What one provider holds of an input's supply, in fractions of the market.

    `value` is None for a named provider without a figure. `sure` and `may` say whether it
    certainly, and whether it possibly, reaches the grade that is asked; `likely` goes by the
    selected grade and counts an unknown grade as reached.
    """

    provider: str
    value: float | None
    low: float
    high: float
    sure: bool = True
    may: bool = True
    likely: bool = True


@dataclass(frozen=True, slots=True)
class Supply:
    """Who supplies an input at `grade` (None: any). The remainder is the last holding, "ZZ".

    `denied_at` is the share that denies it, whatever threshold is asked for others; None: that
    threshold holds here too.
    """

    input_id: str
    grade: float | None
    holdings: tuple[Holding, ...]
    denied_at: float | None = None

    @property
    def providers(self) -> tuple[str, ...]:
        """Provider ids, the unattributed remainder "ZZ" last."""
        return tuple(holding.provider for holding in self.holdings)

    def weights(self, reading: Reading) -> tuple[FloatArray, FloatArray]:
        """Return the weight of each provider if it refuses, and if it keeps supplying."""
        if reading == "figures":
            held = [(h.value or 0.0) if h.likely else 0.0 for h in self.holdings]
            return np.array(held), np.array(held)
        sure = np.array([h.low if h.sure else 0.0 for h in self.holdings])
        may = np.array([h.high if h.may else 0.0 for h in self.holdings])
        return (sure, may) if reading == "cautious" else (may, sure)

    def present(self, reading: Reading) -> tuple[bool, ...]:
        """Return which providers count as suppliers when they keep supplying, however little.

        A remainder no larger than the rounding slack (`presets.csv`) counts as nobody.
        """
        return tuple(
            self._rest_counts(holding, reading)
            if holding.provider == UNKNOWN_PROVIDER
            else _counts(holding, reading)
            for holding in self.holdings
        )

    def _rest_counts(self, rest: Holding, reading: Reading) -> bool:
        slack = preset_value("rounding_slack")
        if reading == "cautious":
            return rest.may and rest.high > slack
        if reading == "bold":
            return rest.sure and rest.low > slack
        # Named providers without a figure may hold all of the rest, but nobody says so.
        return (rest.high if rest.value is None else rest.value) > slack


class GradeBook:
    """The grades of providers, each looked up once: routes ask for the same input many times.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> GradeBook(toy_world(), "country").reaches("litho", "NL", 3.0)
        (False, True, True)
    """

    def __init__(self, world: World, level: Level) -> None:
        self._world = world
        self._level = level
        self._known: dict[tuple[str, str], tuple[Estimate | None, bool]] = {}

    def reaches(self, input_id: str, provider: str, grade: float | None) -> tuple[bool, bool, bool]:
        """Whether a provider certainly, possibly and likely reaches the grade that is asked.

        An unknown grade may reach it, and counts as reaching it in the figures as they stand.
        """
        if grade is None:
            return True, True, True
        key = (input_id, provider)
        if key not in self._known:
            self._known[key] = self._look_up(input_id, provider)
        known, is_bound = self._known[key]
        if known is None:
            return False, True, True
        likely = known.value is None or known.value >= grade
        return known.low >= grade and not is_bound, known.high >= grade, likely

    def _look_up(self, input_id: str, provider: str) -> tuple[Estimate | None, bool]:
        subject = f"input:{input_id}"
        known = estimate(self._world, subject, "grade", f"{self._level}:{provider}")
        if known is not None or self._level == "country" or provider not in self._world.firms:
            return known, False
        # The best of its country bounds a firm from above, not from below.
        home = self._world.firms[provider].headquarters
        return estimate(self._world, subject, "grade", f"country:{home}"), True


def supply_of(
    world: World,
    input_id: str,
    *,
    level: Level,
    grade: float | None = None,
    book: GradeBook | None = None,
) -> Supply:
    """Return who supplies an input.

    A provider whose reported share is exactly zero is left out: its source says that it does not
    supply. An input without any share has one provider, the unattributed remainder.

    Args:
        world: The facts.
        input_id: The input.
        level: "country" or "firm".
        grade: The grade asked on the input's ladder; None for any.
        book: Grades looked up before; None starts a new book.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> supply_of(toy_world(), "litho", level="country").providers
        ('NL', 'JP', 'ZZ')
    """
    table = world.country_shares if level == "country" else world.firm_shares
    share = table.get(input_id)
    if share is None:
        rest = Holding(UNKNOWN_PROVIDER, 1.0, 1.0, 1.0, sure=grade is None)
        return Supply(input_id, grade, (rest,))
    book = GradeBook(world, level) if book is None else book
    holdings = []
    lump = share.remainder
    for provider, found in share.shares.items():
        if provider == UNKNOWN_PROVIDER:
            lump = _larger(lump, found)
            continue
        if found.value == 0.0:
            continue
        sure, may, likely = book.reaches(input_id, provider, grade)
        holdings.append(Holding(provider, found.value, found.low, found.high, sure, may, likely))
    value = lump.high if lump.value is None else lump.value
    holdings.append(Holding(UNKNOWN_PROVIDER, value, lump.low, lump.high, sure=grade is None))
    return Supply(input_id, grade, tuple(holdings))


def own_providers(world: World, target: str, providers: Iterable[str], *, level: Level) -> set[str]:
    """Return those providers that belong to the target: itself, or firms it is headquarters of.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> own_providers(toy_world(), "JP", ["NL", "JP"], level="country")
        {'JP'}
    """
    if level == "country":
        return {provider for provider in providers if provider == target}
    return {
        provider
        for provider in providers
        if provider in world.firms and world.firms[provider].headquarters == target
    }


def _counts(holding: Holding, reading: Reading) -> bool:
    """Whether a named provider counts as a supplier; one without a figure does supply."""
    if reading == "cautious":
        return holding.may and holding.high > 0.0
    if reading == "bold":
        return holding.sure and holding.low > 0.0
    return holding.likely and (holding.value is None or holding.value > 0.0)


def _larger(lump: Estimate, other: Estimate) -> Estimate:
    """The larger of two statements of the unattributed part (they overlap, so never the sum)."""
    return lump if lump.high >= other.high else other
