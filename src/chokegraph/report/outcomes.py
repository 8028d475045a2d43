# SPDX-License-Identifier: Apache-2.0
"""Section 4: the fan charts, baseline and scenario on one axis, and the paired difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from markupsafe import Markup

from chokegraph.report.fan import Panel, Series, TableRow, draw, last_value, table
from chokegraph.report.numbers import Unit, money_unit
from chokegraph.report.quantiles import fan, paired
from chokegraph.report.words import Words
from chokegraph.world.quantiles import quantiles

PATHS = 20
"""Single draws behind each difference fan: enough to see their shape, few enough to stay small."""


@dataclass(frozen=True)
class Figure:
    """One outcome: two panels, a sentence, a table.

    Args:
        key: Id on the page.
        title: What is shown.
        note: Definition of the quantity.
        panels: Drawings; empty if nothing is known.
        verdict: The values at the end of the horizon in a sentence.
        rows: The table behind the drawings.
        evidence: Anchors of the evidence that it rests on: (label, anchor).
        size: How large the change is, for ranking.
    """

    key: str
    title: str
    note: str
    unit: str
    panels: tuple[Markup, ...]
    verdict: str
    rows: tuple[TableRow, ...]
    evidence: tuple[tuple[str, str], ...]
    size: float


def time_of(array: xr.DataArray) -> str:
    """Name the time dimension of an outcome.

    Example:
        >>> time_of(xr.DataArray([0.0], dims="year"))
        'year'
    """
    return "quarter" if "quarter" in array.dims else "year"


def figure(
    array: xr.DataArray,
    *,
    key: str,
    outcome: str,
    subject: str,
    unit: Unit,
    words: Words,
    markers: tuple[float, ...] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    evidence: tuple[tuple[str, str], ...] = (),
    paths: int = PATHS,
) -> Figure:
    """Draw one outcome: baseline and scenario, then their paired difference.

    Args:
        array: Dimensions run, draw and a time, in the model's unit.
        key: Id on the page.
        outcome: Key in the table `outcomes` of the phrases.
        subject: What it is about (a product, a family); may be empty.
        unit: How values are shown.
        words: The phrases.
        markers: Decimal years at which controls come into force.
        bounds: The axis reaches at least from and to these values.
        evidence: Where its facts stand in the report.
        paths: How many single draws stand behind the difference.

    Returns:
        The figure.
    """
    entry = words.tables["outcomes"][outcome]
    time = time_of(array)
    title = f"{entry['title']}: {subject}" if subject else str(entry["title"])
    levels = tuple(
        Series(name, kind, fan(array.sel(run=name, drop=True), time))
        for name, kind in (("baseline", "base"), ("scenario", "scen"))
    )
    change = Series("difference", "diff", fan(paired(array), time, paths=paths))
    if all(one.fan.empty for one in levels):
        return Figure(
            key, title, str(entry["note"]), unit.label, (), words.empty("chart"), (), evidence, 0.0
        )
    axis = str(entry["axis"])
    axis = axis if axis.startswith("%") else f"{unit.label} {axis}".strip()
    sentences = _verdict(levels, change, unit, words)
    panels = (
        Panel(
            title,
            f"{sentences} Lines are medians, bands hold 50 and 90 % of draws.",
            axis,
            unit,
            levels[::-1],  # the dashed line of the baseline lies on top where both agree
            low=bounds[0],
            high=bounds[1],
            markers=markers,
        ),
        Panel(
            f"{title}, scenario minus baseline",
            f"{sentences} Paired on the same draws.",
            f"change, {unit.change.label}",
            unit,
            (change,),
            change=True,
            markers=markers,
        ),
    )
    drawn = tuple(draw(panel, f"{key}-{i}") for i, panel in enumerate(panels))
    pairs = (*((one, False) for one in levels), (change, True))
    rows = tuple(table(pairs, unit, words.empty("value")))
    reach = np.abs(change.fan.values).mean(axis=0)  # over the quantiles: tails count
    known = reach[np.isfinite(reach)]
    size = float(known.max()) if known.size else 0.0
    return Figure(
        key, title, str(entry["note"]), unit.label, drawn, sentences, rows, evidence, size
    )


def _verdict(levels: tuple[Series, ...], change: Series, unit: Unit, words: Words) -> str:
    parts = []
    when = ""
    for series, is_change in (*((one, False) for one in levels), (change, True)):
        last = last_value(series, unit, change=is_change)
        if last is None:
            parts.append(f"{series.name} {words.empty('value')}")
            continue
        middle, between, when = last
        parts.append(f"{series.name} {middle} ({between})")
    return f"In {when}: {'; '.join(parts)}." if when else f"{'; '.join(parts)}."


def money(array: xr.DataArray, suffix: str) -> Unit:
    """Choose USD million or billion for an array given in USD million.

    Example:
        >>> money(xr.DataArray([20000.0]), " a quarter").label
        'USD billion a quarter'
    """
    values = np.asarray(array.values, dtype=np.float64)
    finite = np.abs(values[np.isfinite(values)])
    base = money_unit(float(quantiles(finite, [0.95])[0]) if finite.size else 0.0)
    return Unit(base.label + suffix, base.factor)


def weighted(array: xr.DataArray, weights: xr.DataArray, dim: str) -> xr.DataArray:
    """Average over a dimension, weighted; items without a value do not count.

    Args:
        array: Values with dimension `dim`; NaN is missing.
        weights: Non-negative weights along `dim`.
        dim: The dimension to average over.

    Returns:
        The average; NaN where no item with a positive weight has a value.

    Example:
        >>> values = xr.DataArray([0.0, 1.0, np.nan], dims="input")
        >>> float(weighted(values, xr.DataArray([1.0, 3.0, 9.0], dims="input"), "input"))
        0.75
    """
    known = array.notnull()
    total = (known * weights).sum(dim)
    return (array.fillna(0.0) * weights).sum(dim) / total.where(total > 0)


def area_key(*parts: str) -> str:
    """Make an id on the page from ids.

    Example:
        >>> area_key("output", "advanced-logic")
        'fig-output-advanced-logic'
    """
    return "-".join(("fig", *(part.replace("_", "-").lower() for part in parts if part)))
