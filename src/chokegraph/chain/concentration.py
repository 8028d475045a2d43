# SPDX-License-Identifier: Apache-2.0
"""How concentrated a supply is, with bounds from what nobody has attributed.

The level (countries or firms) is always stated: the two differ. Bounds take the unattributed
remainder r first as many tiny providers, then as one further provider, so that the
Herfindahl-Hirschman index lies in [sum s^2, sum s^2 + r^2]. Shares are fractions, the index is
0..1 (1 = one provider).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chokegraph.chain.supply import Supply, supply_of
from chokegraph.world.model import UNKNOWN_PROVIDER, Level, World


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with bounds; `value` is None where only the bounds are known."""

    value: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Concentration:
    """How concentrated one input's supply is, at one level.

    Args:
        input_id: The input.
        level: "country" or "firm".
        hhi: Herfindahl-Hirschman index 0..1; the value counts the remainder as one more provider
            only in the upper bound.
        effective: 1 / hhi: how many equal suppliers would be as concentrated.
        ranked: Providers with figures, largest first.
        unnamed: The unattributed share.
        without_figure: Named providers without a figure.
    """

    input_id: str
    level: Level
    hhi: Interval
    effective: Interval
    ranked: tuple[tuple[str, float], ...]
    unnamed: Interval
    without_figure: tuple[str, ...]

    @property
    def top(self) -> tuple[str, float] | None:
        """The largest provider with its share, or None if nobody has a figure."""
        return self.ranked[0] if self.ranked else None

    def ratio(self, count: int) -> float | None:
        """The concentration ratio CR_k: the share of the k largest known providers.

        A lower bound where much is unattributed; None if nobody has a figure.
        """
        return sum(share for _, share in self.ranked[:count]) if self.ranked else None


def concentration(world: World, input_id: str, *, by: Level = "country") -> Concentration:
    """Measure how concentrated an input's supply is.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> world = small_world({"resist": {"JP": 0.6, "US": 0.2}}, routes={})
        >>> found = concentration(world, "resist")
        >>> round(found.hhi.low, 2), round(found.hhi.high, 2), found.top
        (0.4, 0.44, ('JP', 0.6))
    """
    supply = supply_of(world, input_id, level=by)
    named = [h for h in supply.holdings if h.provider != UNKNOWN_PROVIDER]
    rest = supply.holdings[-1]
    ranked = sorted(
        ((h.provider, h.value) for h in named if h.value is not None),
        key=lambda pair: (-pair[1], pair[0]),
    )
    squares = sum(share * share for _, share in ranked)
    largest_rest = rest.high if rest.value is None else max(rest.value, 0.0)
    upper = min(1.0, squares + largest_rest * largest_rest)
    hhi = Interval(squares if ranked else None, min(squares, 1.0), upper)
    return Concentration(
        input_id,
        by,
        hhi,
        Interval(
            1.0 / squares if squares else None,
            1.0 / upper if upper else 1.0,
            1.0 / squares if squares else float("inf"),
        ),
        tuple(ranked),
        Interval(rest.value, rest.low, rest.high),
        tuple(h.provider for h in named if h.value is None),
    )


def coalition_share(supply: Supply, members: Iterable[str]) -> Interval:
    """Return the share that a coalition holds of a supply.

    The value adds the figures of its members as they stand. The bounds let each figure move in
    its interval, the others' too, and give the unattributed remainder once to nobody and once to
    the coalition, under the condition that all shares add up to one.

    Example:
        >>> from chokegraph.chain.examples import small_world
        >>> from chokegraph.chain.supply import supply_of
        >>> world = small_world({"resist": {"JP": 0.6, "US": 0.2}}, routes={})
        >>> share = coalition_share(supply_of(world, "resist", level="country"), ["JP"])
        >>> share.value, share.low, round(share.high, 3)
        (0.6, 0.6, 0.8)
    """
    inside = set(members) - {UNKNOWN_PROVIDER}
    held = [h for h in supply.holdings if h.provider in inside]
    others = [h for h in supply.holdings if h.provider not in inside | {UNKNOWN_PROVIDER}]
    rest = supply.holdings[-1]
    known = [h.value for h in held if h.value is not None]
    anyone = any(h.value is not None for h in [*held, *others])
    value = min(1.0, sum(known)) if known or anyone else None
    least = max(sum(h.low for h in held), 1.0 - sum(h.high for h in others) - rest.high)
    most = min(sum(h.high for h in held) + rest.high, 1.0 - sum(h.low for h in others))
    low = min(max(0.0, least), 1.0)
    high = max(low, min(1.0, most))
    if value is not None:  # intervals of different sources may not fit together exactly
        low, high = min(low, value), max(high, value)
    return Interval(value, low, high)
