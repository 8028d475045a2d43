# SPDX-License-Identifier: Apache-2.0
"""The probability of the stated event, with its Monte Carlo error.

Where the outcome of an event is not defined (no output to take a part of, an input without a dated
ladder, a ratio to nothing) nothing is known about the event: that draw counts neither as a yes nor
as a no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.outcomes import in_words, load_outcomes, one_path
from chokegraph.result.settings import settings
from chokegraph.result.tables import make_table
from chokegraph.scenario import Event, Scenario

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

_PERCENT = 100.0

Array = np.ndarray[Any, np.dtype[Any]]


def event_table(ensemble: xr.Dataset, scenario: Scenario) -> pl.DataFrame:
    """Return the stated event and its probability in both runs.

    Args:
        ensemble: The arrays of a result.
        scenario: The question; its `event` is read.

    Returns:
        One row, or none if no event was stated. Where the event compares the runs there is no
        probability in the baseline. Each probability is over the draws that define it (for the
        difference: in both runs), and empty where few do. Standard errors are those of a mean over
        independent draws; that of the difference uses that both runs share their draws.
    """
    event = scenario.event
    if event is None:
        return make_table("event", [])
    happened = occurrences(ensemble, event, scenario.coalition)
    found = {"scenario": happened[-1]}
    if event.measure == "level":
        found |= {"baseline": happened[0], "difference": happened[-1] - happened[0]}
    row: dict[str, Any] = {"event": event_words(ensemble, event), "draws": happened.shape[-1]}
    for name in ("baseline", "scenario", "difference"):
        row |= _chance(name, found.get(name))
    return make_table("event", [row])


def _chance(name: str, draws: Array | None) -> dict[str, float | None]:
    """Return a probability, its error and the part of the draws that define it."""
    keys = (name, f"{name}_se", f"{name}_defined")
    if draws is None:
        return dict.fromkeys(keys)
    known = draws[~np.isnan(draws)]
    defined = known.size / draws.size
    if not known.size or defined < settings()["least_defined"]:
        return dict(zip(keys, (None, None, defined), strict=True))
    return dict(zip(keys, (float(known.mean()), _error(known), defined), strict=True))


def occurrences(ensemble: xr.Dataset, event: Event, coalition: tuple[str, ...]) -> Array:
    """Return 1.0 where the event happens, 0.0 where not, by run and draw.

    It is not a number where that cannot be told: the event does not happen in any year in which
    its outcome is defined, and in some year the outcome is not.

    For an event that compares the runs there is one row, else two: baseline and scenario.
    """
    path = one_path(ensemble, event.outcome, event.item, coalition)
    if event.measure == "level":
        series = path
    else:
        base, after = (path.sel(run=[run]) for run in ("baseline", "scenario"))
        with np.errstate(invalid="ignore"):  # never less never is not a number
            values = after.values - base.values
        if event.measure == "ratio":
            values = np.divide(
                after.values, base.values, out=np.full(base.shape, np.nan), where=base.values != 0
            )
        series = after.copy(data=values)
    years = series["year"]
    inside = years == event.in_ if event.in_ is not None else years <= (event.by or 0)
    values = series.sel(year=years[inside]).transpose("run", "draw", "year").values
    met = values < event.below if event.below is not None else values > (event.above or 0.0)
    unknown = np.isnan(values).any(axis=-1)
    return np.where(met.any(axis=-1), 1.0, np.where(unknown, np.nan, 0.0))


def event_words(ensemble: xr.Dataset, event: Event) -> str:
    """Return the event in words, with the item's name.

    The yearly value counts: the mean over the quarters of a year, or their sum for money.
    """
    what = in_words(ensemble, event.outcome, event.item)
    if event.measure != "level":
        what += ", scenario " + ("less" if event.measure == "difference" else "over") + " baseline"
    limit = event.below if event.below is not None else event.above or 0.0
    size = f"{limit:g}" if event.measure == "ratio" else _with_unit(event, limit)
    side = f"{'below' if event.below is not None else 'above'} {size}"
    when = f"in {event.in_}" if event.in_ is not None else f"in any year up to {event.by}"
    return f"{what}, {side} {when}"


def _with_unit(event: Event, limit: float) -> str:
    """Write a threshold in the unit of its outcome; fractions as percentages."""
    unit = load_outcomes()[event.outcome].unit.partition(" (")[0]
    if unit.startswith("fraction"):
        whole = unit.removeprefix("fraction")
        if event.measure == "difference":
            return f"{_PERCENT * limit:g} percentage points{whole}"
        return f"{_PERCENT * limit:g} %{whole}"
    if unit == "index":
        return f"{limit:g}"
    return f"{unit[:3]} {limit:g}{unit[3:]}" if unit.startswith("USD") else f"{limit:g} {unit}"


def _error(values: Array) -> float:
    """Return the standard error of a mean of 0s and 1s (or of their differences).

    Never zero: where every draw agrees, half a draw is taken to disagree, so that a probability
    of 0 or 1 from few draws does not look certain.
    """
    size = values.size
    least = (0.5 / (size + 1)) * (1 - 0.5 / (size + 1))
    spread = max(float(values.var()), least)
    return float(np.sqrt(spread / size))
