# SPDX-License-Identifier: Apache-2.0
"""Section 5: who bears it. Change of sales and of R&D by country and year."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import xarray as xr

from chokegraph.report.names import Names
from chokegraph.report.numbers import Unit, money_unit, signed
from chokegraph.report.quantiles import LEVELS, Floats, paired, quantiles
from chokegraph.report.scale import css_class
from chokegraph.report.words import Words
from chokegraph.report.years import by_year
from chokegraph.world.model import UNKNOWN_PROVIDER

MISSING = "v-na"
"""CSS class of a cell without a value."""

LEAST = 5e-4
UNDER = "under 0.1 %"
"""What is written for a relative change below `LEAST`."""

PRINTED_YEARS = 8
"""On paper about this many years fit beside each other; the others stay on screen."""


@dataclass(frozen=True)
class Cell:
    """One cell: median, interval, share of the baseline in words, colour class."""

    median: str
    interval: str
    percent: str
    css: str

    @property
    def moved(self) -> bool:
        """Whether anything but zero is written in it."""
        return any(digit in "123456789" for digit in self.median + self.interval) or (
            self.css == MISSING
        )


@dataclass(frozen=True)
class BearerRow:
    """One country."""

    country: str
    role: str
    total: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatTable:
    """One measure by country and year."""

    key: str
    title: str
    unit: str
    years: tuple[tuple[str, bool], ...]
    rows: tuple[BearerRow, ...]
    left_out: tuple[str, ...]
    unmoved: tuple[str, ...]


def heat_table(
    array: xr.DataArray,
    *,
    key: str,
    title: str,
    roles: dict[str, str],
    names: Names,
    words: Words,
) -> HeatTable | None:
    """Make the table of one measure.

    Args:
        array: USD million a quarter, dimensions run, draw, quarter, country.
        key: Id on the page.
        title: What is shown.
        roles: Role of each country ("target", "coalition", "third country").
        names: Names of countries.
        words: The phrases.

    Returns:
        The table, or None if no country has a value.
    """
    annual = by_year(array).transpose("run", "draw", "year", "country")
    change = quantiles(np.asarray(paired(annual).values))
    base = quantiles(np.asarray(annual.sel(run="baseline").values))[LEVELS.index(0.5)]
    total = quantiles(np.asarray(paired(annual.sum("year", skipna=False)).values))
    total_base = quantiles(np.asarray(annual.sel(run="baseline").sum("year", skipna=False).values))
    bins = [float(limit) for limit in words.tables["bins"]]
    finite = np.abs(total[np.isfinite(total)])
    unit = money_unit(float(finite.max()) if finite.size else 0.0)
    places = _places(float(finite.max() * unit.factor) if finite.size else 0.0)
    order = {role: place for place, role in enumerate(("coalition", "third country", "target"))}
    rows: list[tuple[tuple[float, float], BearerRow]] = []
    left_out: list[str] = []
    unmoved: list[str] = []
    middle = LEVELS.index(0.5)
    for i, code in enumerate(str(c) for c in annual["country"].values):
        if not float(np.nan_to_num(np.abs(annual.values[..., i])).max()):
            left_out.append(names.country(code))
            continue
        cells = tuple(
            _cell(change[:, y, i], float(base[y, i]), unit, places, bins, words)
            for y in range(annual.sizes["year"])
        )
        whole = _cell(total[:, i], float(total_base[middle, i]), unit, places, bins, words)
        role = roles.get(code, "third country")
        if role == "third country" and not any(cell.moved for cell in (whole, *cells)):
            unmoved.append(names.country(code))
            continue
        size = float(np.nan_to_num(total[middle, i]))
        place = order[role] + (0.5 if code == UNKNOWN_PROVIDER else 0.0)
        rows.append(((place, size), BearerRow(names.country(code), role, whole, cells)))
    if not rows:
        return None
    years = [str(y) for y in annual["year"].values]
    step = math.ceil(len(years) / PRINTED_YEARS)
    shown = tuple((year, i % step == 0) for i, year in enumerate(years))
    ordered = tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))
    return HeatTable(
        key, title, unit.label, shown, ordered, tuple(sorted(left_out)), tuple(sorted(unmoved))
    )


def _cell(
    five: Floats, base: float, unit: Unit, places: int, bins: list[float], words: Words
) -> Cell:
    low, mid, high = (float(five[LEVELS.index(q)]) for q in (0.05, 0.5, 0.95))
    if not all(math.isfinite(value) for value in (low, mid, high)):
        return Cell(words.empty("value"), "", "", MISSING)
    values = [value * unit.factor for value in (mid, low, high)]
    texts = [signed(value, places) for value in values]
    relative = mid / base if base > 0 else math.nan
    percent = ""
    if base > 0:
        percent = f"{signed(100 * relative, 1)} %" if abs(relative) >= LEAST else UNDER
    css = css_class(relative, bins) if base > 0 else css_class(float(np.sign(mid)) * 1.0, bins)
    if not base > 0 and mid == 0:
        css = "v0"
    return Cell(texts[0], f"{texts[1]} to {texts[2]}", percent, css)


def _places(largest: float) -> int:
    """Decimals of a whole table, so that its cells compare at a glance.

    Example:
        >>> _places(3800.0), _places(25.0), _places(2.0)
        (0, 1, 2)
    """
    steps = (1000.0, 10.0)
    return sum(largest < step for step in steps)
