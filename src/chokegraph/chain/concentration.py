# SPDX-License-Identifier: Apache-2.0
"""How concentrated a supply is, with bounds from what nobody has attributed.

The level (countries or firms) is always stated: the two differ. Bounds take the unattributed
remainder r first as many tiny providers, then as one further provider, so that the
Herfindahl-Hirschman index lies in [sum s^2, sum s^2 + r^2]. Shares are fractions, the index is
0..1 (1 = one provider). Source of the dependence test: CEPII's geographic-dependence rule, with
its thresholds in `presets.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chokegraph.chain.presets import preset_value
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


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What the dependence test needs of one year; intervals where not exactly known.

    Args:
        year: The year.
        hhi_to_target: Concentration of the target's purchases abroad, by country.
        hhi_world: Concentration of world supply, by country.
        imports_over_exports: The target's purchases abroad over its sales abroad.
    """

    year: int
    hhi_to_target: Interval
    hhi_world: Interval
    imports_over_exports: Interval


def dependent(years: Sequence[YearFigures], *, preset: str = "cepii-like") -> bool | None:
    """Say whether a target depends on an input: True, False, or None for "cannot tell".

    All three conditions must hold in enough of the latest years; thresholds and numbers of years
    are those of the preset (`presets.csv`).

    Example:
        >>> high = Interval(0.6, 0.55, 0.65)
        >>> ratio = Interval(3.0, 2.0, 4.0)
        >>> dependent([YearFigures(y, high, high, ratio) for y in (2022, 2023, 2024)])
        True
    """
    looked_at = int(preset_value("years_looked_at", preset=preset))
    needed = preset_value("years_needed", preset=preset)
    latest = sorted(years, key=lambda row: row.year)[-looked_at:]
    certain = possible = 0
    for row in latest:
        tests = (
            (row.hhi_to_target, "hhi_supply_to_target_above"),
            (row.hhi_world, "hhi_world_supply_above"),
            (row.imports_over_exports, "imports_over_exports_above"),
        )
        bounds = [(item, preset_value(name, preset=preset)) for item, name in tests]
        certain += all(item.low > least for item, least in bounds)
        possible += all(item.high > least for item, least in bounds)
    # Years without figures may have gone either way.
    possible += looked_at - len(latest)
    if certain >= needed:
        return True
    return None if possible >= needed else False
