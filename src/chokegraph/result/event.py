# SPDX-License-Identifier: Apache-2.0
"""The probability of the stated event, with its Monte Carlo error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.outcomes import in_words, one_path
from chokegraph.result.tables import make_table
from chokegraph.scenario import Event, Scenario

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]


def event_table(ensemble: xr.Dataset, scenario: Scenario) -> pl.DataFrame:
    """Return the stated event and its probability in both runs.

    Args:
        ensemble: The arrays of a result.
        scenario: The question; its `event` is read.

    Returns:
        One row, or none if no event was stated. Where the event compares the runs there is no
        probability in the baseline. Standard errors are those of a mean over independent draws;
        that of the difference uses that both runs share their draws.
    """
    event = scenario.event
    if event is None:
        return make_table("event", [])
    happened = occurrences(ensemble, event, scenario.coalition)
    count = happened.shape[-1]
    after = happened[-1]
    row: dict[str, Any] = {
        "event": event_words(ensemble, event),
        "scenario": after.mean(),
        "scenario_se": _error(after),
        "draws": count,
        **dict.fromkeys(("baseline", "baseline_se", "difference", "difference_se")),
    }
    if event.measure == "level":
        before = happened[0]
        row |= {
            "baseline": before.mean(),
            "baseline_se": _error(before),
            "difference": (after - before).mean(),
            "difference_se": _error(after - before),
        }
    return make_table("event", [row])


def occurrences(ensemble: xr.Dataset, event: Event, coalition: tuple[str, ...]) -> Array:
    """Return 1.0 where the event happens and 0.0 where not, by run and draw.

    For an event that compares the runs there is one row, else two: baseline and scenario.
    """
    path = one_path(ensemble, event.outcome, event.item, coalition)
    if event.measure == "level":
        series = path
    else:
        base, after = (path.sel(run=[run]) for run in ("baseline", "scenario"))
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
    return np.asarray(met.any(axis=-1), dtype=float)


def event_words(ensemble: xr.Dataset, event: Event) -> str:
    """Return the event in words, with the item's name.

    The yearly value counts: the mean over the quarters of a year, or their sum for money.
    """
    what = in_words(ensemble, event.outcome, event.item)
    if event.measure != "level":
        what += ", scenario " + ("less" if event.measure == "difference" else "over") + " baseline"
    side = f"below {event.below:g}" if event.below is not None else f"above {event.above:g}"
    when = f"in {event.in_}" if event.in_ is not None else f"in any year up to {event.by}"
    return f"{what}, {side} {when}"


def _error(values: Array) -> float:
    """Return the standard error of a mean of 0s and 1s (or of their differences).

    Never zero: where every draw agrees, half a draw is taken to disagree, so that a probability
    of 0 or 1 from few draws does not look certain.
    """
    size = values.size
    least = (0.5 / (size + 1)) * (1 - 0.5 / (size + 1))
    spread = max(float(values.var()), least)
    return float(np.sqrt(spread / size))
