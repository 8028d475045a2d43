# SPDX-License-Identifier: Apache-2.0
"""What is known of coalitions against one goal: the answer that `weigh.py` gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chokegraph.chain.alike import Pattern
from chokegraph.chain.coalitions import Blocking, Coalition
from chokegraph.chain.concentration import Interval
from chokegraph.chain.plans import Plans
from chokegraph.chain.supply import Reading
from chokegraph.world.model import UNKNOWN_PROVIDER


@dataclass(frozen=True, slots=True)
class MemberPower:
    """How much one provider matters for a goal.

    Intervals hold the figures as they stand, and the least and the most over the three readings of
    the shares' intervals. They show what the data leave open; they are no bounds on every value in
    between.

    Args:
        provider: A country, a firm, or "ZZ" for whoever holds the unattributed rest.
        banzhaf: In what share of the others' coalitions it decides.
        shapley: In what share of all orders of refusing it is the one that blocks.
        birnbaum: The chance that it decides if each other refuses with the probability asked; None
            where it is not counted in every reading.
        banzhaf_error: Standard error; None where the index is counted exactly.
        shapley_error: The same.
        fussell_vesely: Share of the minimal blocking coalitions that hold it.
        fussell_vesely_at: The chance that some minimal coalition with it refuses as a whole, if
            the goal is denied and each refuses with the probability asked; None if none was asked.
        betweenness: Share of the minimal production plans that use it; None where they are not
            known.
        alone: Whether it can deny the goal by itself.
        pairs: With whom it can as one of two.
        lost_alone: What share of the goal is lost if it alone refuses.
        loss_share: What it adds to the loss, averaged over all orders (Shapley value of the loss).
        loss_error: Standard error of `loss_share`; None where it is exact.
    """

    provider: str
    banzhaf: Interval
    shapley: Interval
    birnbaum: Interval | None
    banzhaf_error: float | None
    shapley_error: float | None
    fussell_vesely: float
    fussell_vesely_at: float | None
    betweenness: float | None
    alone: bool
    pairs: tuple[str, ...]
    lost_alone: Interval
    loss_share: Interval
    loss_error: float | None


@dataclass(frozen=True, slots=True)
class CoalitionPowers:
    """Who can deny a goal, with whom, and how much each matters.

    Args:
        goal: `input:id`, `route:id`, `product:id` or `node:id`.
        blocking: The minimal blocking coalitions, in the figures as they stand.
        readings: The same in every reading that was asked.
        plans: The minimal production plans.
        members: Everyone who matters in some reading, the most powerful first.
        providers: How many may refuse at all.
        lost_to_all: What share of the goal is lost if all of them refuse.
        threshold: The share of supply that denies an input; None: all suppliers must refuse.
        tau: The share of the goal whose loss counts as blocked; None: the threshold decides.
        target: Who is denied, if anyone in particular.
        by: What providers are: "country", "firm" or "owner".
        chance: The probability of refusing behind `birnbaum`, if one was asked for.
        sampled: What is estimated from random draws, not counted: "indices", "losses" or both.
        draws: How many random orders were drawn for that.
        seed: Their seed.
        statement_ids: The statements that the goal's shares rest on.
        patterns: All minimal coalitions by how many of each group of identical suppliers they
            take, where there are too many to list; otherwise empty.
    """

    goal: str
    blocking: Blocking
    readings: Mapping[Reading, Blocking]
    plans: Plans
    members: tuple[MemberPower, ...]
    providers: int
    lost_to_all: Interval
    threshold: float | None = None
    tau: float | None = None
    target: str | None = None
    by: str = "country"
    chance: float | None = None
    sampled: tuple[str, ...] = ()
    draws: int = 0
    seed: int = 0
    statement_ids: tuple[str, ...] = field(default=())
    patterns: tuple[Pattern, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether everything is counted, nothing sampled."""
        return not self.sampled

    @property
    def single_points(self) -> tuple[str, ...]:
        """Who can deny the goal alone."""
        return self.blocking.single_points

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Who can deny it as two, neither of them alone (pivot pairs)."""
        return tuple((c[0], c[1]) for c in self.blocking.certain if len(c) == 2)

    def sure(self, coalition: Coalition) -> str:
        """Say how sure it is that a coalition blocks: "certain", "likely" or "possible".

        Certain: also where it holds as little, and the others as much, as the intervals allow.
        """
        order: tuple[tuple[Reading, str], ...] = (
            ("cautious", "certain"),
            ("figures", "likely"),
            ("bold", "possible"),
        )
        for reading, word in order:
            found = self.readings.get(reading)
            if found is not None and any(set(c) <= set(coalition) for c in found.coalitions):
                return word
        return "no"

    @property
    def possible(self) -> tuple[Coalition, ...]:
        """Coalitions that block only where they hold as much as the intervals allow."""
        bold = self.readings.get("bold")
        if bold is None:
            return ()
        return tuple(c for c in bold.coalitions if self.sure(c) == "possible")


def named(coalitions: tuple[Coalition, ...]) -> tuple[Coalition, ...]:
    """Those that need no help from unattributed suppliers.

    Example:
        >>> named((("JP",), ("NL", "ZZ")))
        (('JP',),)
    """
    return tuple(c for c in coalitions if UNKNOWN_PROVIDER not in c)
