# SPDX-License-Identifier: Apache-2.0
"""What a result says about day one: names of its arrays, and single figures read off them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.core import RUNS
from chokegraph.result.settings import count, settings

if TYPE_CHECKING:
    import xarray as xr

    from chokegraph.result.core import Result

Array = np.ndarray[Any, np.dtype[Any]]

PLACES = ("target", "coalition", "others")
"""Whose purchases and production day one looks at."""

ARRAYS = {
    "day_one_input": ("input", "fraction", "Purchases on day one"),
    "day_one_output": ("product", "fraction", "Output of running lines on day one"),
    "day_one_new_lines": ("product", "fraction", "New lines that can be built on day one"),
    "day_one_sales": ("country", "USD million per quarter", "Sales on day one"),
}
"""The arrays of day one: their last dimension, unit, and what they are the change of.

All are changes: zero in the baseline, negative where something is lost. Their dimensions are run,
`cut_draw` (the first draws), `cut_quarter` (the first day, and the day on which most is cut),
`place` (not for sales) and the dimension named here.
"""

KINDS = {
    "day_one_input": "input",
    "day_one_output": "output",
    "day_one_new_lines": "new lines",
    "day_one_sales": "sales",
}
"""For each of them, `kind` in the table of day one."""

NOTE = "before anybody responds: nothing is bought elsewhere, nothing comes from stock"
"""What to know about every figure of day one."""


def with_day_one(
    ensemble: xr.Dataset, quarters: tuple[str, ...], losses: dict[str, Array]
) -> xr.Dataset:
    """Return the arrays of a run with those of day one.

    Args:
        ensemble: The arrays of the run.
        quarters: The days.
        losses: For each of `ARRAYS`, what is lost: [draws, days, places, items], for sales
            [draws, days, countries].
    """
    added = {}
    for name, (dimension, units, long_name) in ARRAYS.items():
        lost = np.asarray(losses[name], dtype=np.float32)
        values = np.stack([lost - lost, np.float32(0.0) - lost])
        place = ("place",) if dimension != "country" else ()
        dims = ("run", "cut_draw", "cut_quarter", *place, dimension)
        added[name] = (dims, values, {"units": units, "long_name": long_name})
    draws = losses["day_one_sales"].shape[0]
    coords = {
        "run": list(RUNS),
        "cut_quarter": list(quarters),
        "cut_draw": np.arange(draws),
        "place": list(PLACES),
    }
    return ensemble.assign_coords(coords).assign(added)


def day_one_values(
    ensemble: xr.Dataset, *, day: int = -1
) -> Iterator[tuple[str, str, str, str, Array]]:
    """Yield outcome, item, its name, the quarter and the change by draw, for each loss of a day.

    Outputs and inputs are those of the target; sales those of each country.

    Args:
        ensemble: The arrays of a run; nothing is yielded if day one is not among them.
        day: Which day; the last is that on which most is cut.
    """
    for name, (dimension, _, _) in ARRAYS.items():
        if name not in ensemble:
            continue
        chosen = ensemble[name].sel(run="scenario").isel(cut_quarter=day)
        quarter = str(ensemble["cut_quarter"].values[day])
        if "place" in chosen.dims:
            chosen = chosen.sel(place=PLACES[0])
        values = chosen.transpose(dimension, "cut_draw").values
        for item, row in zip(ensemble[dimension].values, values, strict=True):
            if not np.isnan(row).all():
                label = ensemble[f"{dimension}_name"].sel({dimension: item}).item()
                yield name, str(item), str(label), quarter, np.asarray(row, dtype=float)


def day_one_rows(result: Result, **where: str) -> list[dict[str, Any]]:
    """Return rows of the table of day one, on the day on which most is cut.

    Args:
        result: The result.
        where: Values of columns, for example `place="target"`, `kind="output"`. With an `item`
            there is one row at most: the target's, before others'.

    Example:
        >>> from chokegraph.result.day_one import day_one_rows
        >>> callable(day_one_rows)
        True
    """
    rows = [row for row in result.day_one.to_dicts() if row["fullest"]]
    found = [row for row in rows if all(row[key] == value for key, value in where.items())]
    # The target comes first; what others lose of the same item is further down.
    return found[:1] if "item" in where else found


def day_one_headline(result: Result) -> tuple[str, ...]:
    """Say in a few lines what is lost on day one; empty where nothing is cut.

    Args:
        result: The result.

    Returns:
        A title with the day; then the target's output and new lines, with what binds; then the
        sales that suppliers lose.
    """
    rows = day_one_rows(result)
    if not rows:
        return ()
    quarter, draws = rows[0]["quarter"], rows[0]["draws"]
    lines = [f"Day one, {quarter}, {NOTE} ({draws} draws)"]
    for kind, title in (("output", "Running lines"), ("new lines", "New lines")):
        own = [row for row in rows if row["kind"] == kind and row["place"] == PLACES[0]]
        hit = [row for row in own if row["loss_median"] >= settings()["least_change"]]
        told = [
            f"{row['item_name']} {_percent(row['loss_median'])} "
            f"({_percent(row['loss_low'])} to {_percent(row['loss_high'])})"
            for row in hit[: count("key_products")]
        ]
        more = len(hit) - len(told)
        text = "; ".join(told) + (f"; and {more} more" if more > 0 else "")
        if hit:
            text += f". Most lacking: {hit[0]['binds_name']}"
        lines.append(f"{title}: {text or 'nothing stops'}.")
    sales = [row for row in rows if row["kind"] == "sales" and row["loss_median"] >= 1]
    sales = sales[: count("key_countries")]
    told = [
        f"{row['item_name']} {row['loss_median']:,.0f} "
        f"({row['loss_low']:,.0f} to {row['loss_high']:,.0f})"
        for row in sales
    ]
    if told:
        lines.append(f"Suppliers' sales, USD million a quarter: {'; '.join(told)}.")
    first = result.day_one.filter(~result.day_one["fullest"])
    if first.height:
        lines.append(f"The first day on which anything is cut is in {first['quarter'][0]}.")
    return tuple(lines)


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
