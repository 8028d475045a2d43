# SPDX-License-Identifier: Apache-2.0
"""Dependence of a target over several years, in the manner of CEPII's geographic dependence.

A target depends on an input if, in enough of the latest years, its purchases abroad are
concentrated, world supply is concentrated, and it buys more abroad than it sells abroad.
Thresholds and numbers of years are data (`presets.csv`).

CEPII counts customs data. Here purchases abroad come from the facts: the buyer's share of world
demand times what it does not buy at home, and its suppliers are taken in the proportions of world
supply without its own providers, since no public source says who sells what to whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chokegraph.chain.concentration import Interval, coalition_share, concentration
from chokegraph.chain.presets import preset_value
from chokegraph.chain.supply import supply_of
from chokegraph.world.estimates import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, World


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


def year_figures(world: World, input_id: str, *, target: str = "CN") -> YearFigures:
    """Return what the dependence test needs, from a world as seen at its year.

    The buyer's share of world demand and the share bought at home are those of the input, otherwise
    those of its family. What is not known stays open: the ratio is then anything from 0 up.

    Args:
        world: The facts; load one world for each year.
        input_id: The input.
        target: The country that may depend on it.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> found = year_figures(toy_world(), "litho", target="CN")
        >>> found.hhi_world.low, found.imports_over_exports.high
        (0.625, inf)
    """
    supply = supply_of(world, input_id, level="country")
    foreign = [
        h for h in supply.holdings if h.provider not in (target, UNKNOWN_PROVIDER) and h.value
    ]
    rest = supply.holdings[-1].high
    abroad = sum(h.value or 0.0 for h in foreign)
    squares = sum((h.value or 0.0) ** 2 for h in foreign)
    # The rest is once many small sellers, once a single one.
    low = squares / (abroad + rest) ** 2 if abroad + rest > 0.0 else 0.0
    high = (squares + rest * rest) / (abroad + rest) ** 2 if abroad + rest > 0.0 else 1.0
    alone = squares / abroad**2 if abroad > 0.0 else None
    bounds = [bound for bound in (low, high, alone) if bound is not None]
    return YearFigures(
        world.year,
        Interval(alone, min(bounds), max(bounds)),
        concentration(world, input_id).hhi,
        _imports_over_exports(world, input_id, target),
    )


def _imports_over_exports(world: World, input_id: str, target: str) -> Interval:
    bought = _of_input_or_family(world, input_id, "buyer_share", target)
    at_home = _of_input_or_family(world, input_id, "local_share", target)
    made = coalition_share(supply_of(world, input_id, level="country"), [target])
    if bought is None or at_home is None:
        return Interval(None, 0.0, float("inf"))
    low = _ratio(bought.low * (1.0 - at_home.high), made.high - bought.low * at_home.low)
    high = _ratio(bought.high * (1.0 - at_home.low), made.low - bought.high * at_home.high)
    value = None
    if bought.value is not None and at_home.value is not None and made.value is not None:
        home = bought.value * at_home.value
        value = _ratio(bought.value - home, made.value - home)
    return Interval(value, min(low, high), max(low, high))


def _ratio(imports: float, exports: float) -> float:
    """Purchases abroad over sales abroad; without sales there is no limit, without purchases 0."""
    if imports <= 0.0:
        return 0.0  # who buys nothing abroad depends on nobody there, whatever it sells
    return imports / exports if exports > 0.0 else float("inf")


def _of_input_or_family(world: World, input_id: str, prop: str, target: str) -> Estimate | None:
    found = estimate(world, f"input:{input_id}", prop, f"country:{target}")
    if found is None:
        family = world.inputs[input_id].family
        found = estimate(world, f"family:{family}", prop, f"country:{target}")
    return found
