# SPDX-License-Identifier: Apache-2.0
"""The outcomes: what each is called, its unit, and its yearly path from the arrays of a run."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]


QUARTERS = 4
"""Quarters of a year."""

COVERED = "covered"
"""The item that stands for all inputs that the scenario is about, weighted by spending."""

ALL_COVERED = "inputs covered"
"""The name of that item."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: a row of `outcomes.csv`.

    Args:
        outcome: Its id.
        label: What it is called.
        unit: Its unit, as a yearly value.
        dimension: What its items are: product, route, input, country; empty for a total.
        yearly: How quarters become a year: mean, sum, or same (it is yearly already).
        total: How items become a total: by the target's spending, over the coalition, or not.
        meaning: What it is, in a sentence.
    """

    outcome: str
    label: str
    unit: str
    dimension: str
    yearly: str
    total: str
    meaning: str


@cache
def load_outcomes() -> dict[str, Outcome]:
    """Read the table of outcomes.

    Example:
        >>> load_outcomes()["lag"].unit
        'generations'
    """
    text = (files("chokegraph.result") / "outcomes.csv").read_text(encoding="utf-8")
    return {row["outcome"]: Outcome(**row) for row in csv.DictReader(text.splitlines())}


def yearly(ensemble: xr.Dataset, outcome: str) -> xr.DataArray:
    """Return the path of an outcome by run, draw, year and item.

    Args:
        ensemble: The arrays of a result.
        outcome: An id of `outcomes.csv`.

    Returns:
        An array with dims run, draw, year and, if there are items, their dimension last.

    Raises:
        KeyError: If the outcome is unknown or not among the arrays.
    """
    about = load_outcomes()[outcome]
    if outcome == "lag":
        path = ensemble["frontier"] - ensemble["capability"]
    elif outcome == "coalition_unserved_covered":
        part = ensemble["coalition_covered"]
        path = (ensemble["coalition_unserved"] / part.where(part > 0)).clip(max=1.0)
    elif outcome == "design_around":
        around = ensemble["route_output"] * ensemble["route_around"]
        path = _by_product(ensemble, around, "sum") / _by_product(
            ensemble, ensemble["route_output"], "sum"
        ).pipe(lambda whole: whole.where(whole > 0))
    elif outcome == "best_value":
        path = _by_product(ensemble, ensemble["route_value"], "max")
    else:
        path = ensemble[outcome]
    if about.yearly != "same":
        # Runs hold whole years; groups by label would say the same and take ten times as long.
        firsts = [int(str(name)[:4]) for name in path["quarter"].values[::QUARTERS]]
        years = path.drop_vars("quarter").coarsen(quarter=QUARTERS)
        path = years.mean() if about.yearly == "mean" else years.sum()
        path = path.rename(quarter="year").assign_coords(year=firsts)
    dims = ("run", "draw", "year", *([about.dimension] if about.dimension else []))
    return path.transpose(*dims)


def _by_product(ensemble: xr.Dataset, path: xr.DataArray, how: str) -> xr.DataArray:
    """Put the routes of each product together."""
    import xarray as xr

    makes = ensemble["route_product"].values
    parts = [
        getattr(path.isel(route=np.flatnonzero(makes == product)), how)("route")
        for product in ensemble["product"].values
    ]
    products = ensemble["product"].drop_vars(list(ensemble["product"].coords))
    joined: xr.DataArray = xr.concat(parts, products)
    return joined


def total(ensemble: xr.Dataset, outcome: str, coalition: tuple[str, ...]) -> xr.DataArray:
    """Return the path of an outcome's total by run, draw and year.

    Args:
        ensemble: The arrays of a result.
        outcome: An id of `outcomes.csv`.
        coalition: The countries of the coalition.

    Returns:
        An array with dims run, draw, year. Items without a value are left out of an average.

    Raises:
        ValueError: If the outcome has items but no total.
    """
    about = load_outcomes()[outcome]
    path = yearly(ensemble, outcome)
    if not about.dimension:
        return path
    if about.total == "coalition":
        members = [country for country in coalition if country in path["country"].values]
        return path.sel(country=members).sum("country")
    if about.total == "spending":
        weight = ensemble["input_weight"].where(path.notnull(), 0.0)
        mass = weight.sum("input")
        return (path.fillna(0.0) * weight).sum("input") / mass.where(mass > 0)
    message = f"the outcome {outcome!r} has no total; name a {about.dimension}"
    raise ValueError(message)


def one_path(
    ensemble: xr.Dataset, outcome: str, item: str, coalition: tuple[str, ...]
) -> xr.DataArray:
    """Return the path of one item of an outcome, or of its total if `item` is empty.

    The item `covered` is the total over the inputs that the scenario is about.
    """
    if not item:
        return total(ensemble, outcome, coalition)
    if item == COVERED and load_outcomes()[outcome].dimension == "input":
        marked = ensemble["input_covered"].values.astype(bool)
        return total(ensemble.isel(input=np.flatnonzero(marked)), outcome, coalition)
    return yearly(ensemble, outcome).sel({load_outcomes()[outcome].dimension: item})


def in_words(ensemble: xr.Dataset, outcome: str, item: str = "", period: str = "") -> str:
    """Return an outcome in words: its label, item and period."""
    about = load_outcomes()[outcome]
    name = item_name(ensemble, about.dimension, item) if item else ""
    text = f"{about.label}: {name}" if name else about.label
    return f"{text}, {period}" if period else text


def item_name(ensemble: xr.Dataset, dimension: str, item: str) -> str:
    """Return the name of an item, or its id if it has none."""
    key = f"{dimension}_name"
    if item == COVERED:
        return ALL_COVERED
    if key not in ensemble.coords:
        return item
    return str(ensemble[key].sel({dimension: item}).item())
