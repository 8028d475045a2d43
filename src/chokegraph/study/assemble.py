# SPDX-License-Identifier: Apache-2.0
"""From the model's arrays to one labelled dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.response.outputs import VARIABLES
from chokegraph.response.simulate import Paths
from chokegraph.response.state import MARKETS, Structure
from chokegraph.result.core import RUNS
from chokegraph.study.sensitivity import Quantity
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]


def assemble(paths: dict[str, Paths], setting: Setting) -> xr.Dataset:
    """Label the arrays of baseline and scenario.

    Args:
        paths: The model's arrays by run. They are taken out one by one, so that the ensemble is
            not held twice; nothing is left in the mapping.
        setting: What was run: the arrays that they started from, and the facts, for names.

    Returns:
        Every variable of the response model and `lag_years`, by run, draw, time and item, in
        32-bit numbers, with units; names, families, weights and marks as coordinates.
    """
    import xarray as xr

    structure = setting.structure
    arrays = {run: dict(paths[run].arrays) for run in RUNS}
    draws = paths[RUNS[0]].draws
    paths.clear()
    data: dict[str, Any] = {}
    for name, about in VARIABLES.items():
        values = np.stack([np.asarray(arrays[run].pop(name), dtype=np.float32) for run in RUNS])
        attrs = {"units": about.units, "long_name": about.long_name}
        data[name] = (("run", "draw", *about.dims), values, attrs)
    data["lag_years"] = (
        ("run", "draw", "year", "input"),
        years_behind(data["capability"][1], data["frontier"][1], structure),
        {"units": "years", "long_name": "years between first use of the frontier's grade and own"},
    )
    first = structure.start_year
    coords = {
        "run": list(RUNS),
        "draw": np.arange(draws),
        "quarter": list(structure.quarters),
        "year": np.arange(first, first + structure.years),
        "country": list(structure.countries),
        "input": list(structure.inputs),
        "product": list(structure.products),
        "route": list(structure.routes),
        "way": list(structure.way_names),
    }
    labels = _labels(setting)
    labels["coalition_covered"] = ("draw", _coalition_covered(setting)[:draws])
    return xr.Dataset(data, coords).assign_coords(labels)


def with_sampled(ensemble: xr.Dataset, quantities: Sequence[Quantity]) -> xr.Dataset:
    """Add what each draw assumed, so that a reader can ask what some draws have in common.

    Args:
        ensemble: What `assemble` returns.
        quantities: The uncertain numbers, a value a draw each.

    Returns:
        The same with `sampled` by draw and parameter, and the parameters' labels and units; as it
        was if nothing is uncertain.
    """
    if not quantities:
        return ensemble
    values = np.stack([one.values for one in quantities], axis=1).astype(np.float32)
    about = {"long_name": "what each draw assumed", "units": "see parameter_unit"}
    return ensemble.assign(sampled=(("draw", "parameter"), values, about)).assign_coords(
        parameter=[one.name for one in quantities],
        parameter_label=("parameter", [one.label for one in quantities]),
        parameter_unit=("parameter", [one.unit for one in quantities]),
    )


def _coalition_covered(setting: Setting) -> Array:
    """The part of the coalition's purchases that the inputs covered are, by draw."""
    demand = np.asarray(setting.params.values["demand"])[:, MARKETS.index("coalition")]
    chosen = np.isin(setting.structure.inputs, setting.covered)
    whole = demand.sum(axis=1)
    part = np.divide(
        demand[:, chosen].sum(axis=1), whole, where=whole > 0, out=np.zeros_like(whole)
    )
    return np.asarray(part)


def _labels(setting: Setting) -> dict[str, Any]:
    structure, world, covered = setting.structure, setting.world, set(setting.covered)
    inputs = [world.inputs[key] for key in structure.inputs]
    countries = [
        world.countries[key].name if key in world.countries else key for key in structure.countries
    ]
    spending = structure.purchases[:3].sum(axis=0)
    makes = [structure.products[int(place)] for place in structure.route_product]
    return {
        "country_name": ("country", countries),
        "input_name": ("input", [item.name for item in inputs]),
        "input_stage": ("input", [item.stage for item in inputs]),
        "input_family": ("input", [item.family for item in inputs]),
        "input_weight": ("input", spending / max(float(spending.sum()), 1e-12)),
        "input_covered": ("input", [item.input_id in covered for item in inputs]),
        "product_name": ("product", [world.products[key].name for key in structure.products]),
        "route_name": ("route", [world.routes[key].name for key in structure.routes]),
        "route_product": ("route", makes),
        "route_around": ("route", structure.design_around.astype(bool)),
    }


def years_behind(capability: Array, frontier: Array, structure: Structure) -> Array:
    """Return the lag in years, read off each input's ladder.

    Args:
        capability: The target's grade, with inputs on the last axis.
        frontier: The world's best grade.
        structure: Has the ladders: grades and the years of their first volume use.

    Returns:
        Years between the first volume use of the two grades. Beyond the ends of a ladder its last
        (or first) step goes on. Not a number where an input has no ladder with two dated rungs.
    """
    result = np.full(capability.shape, np.nan, dtype=np.float32)
    for place, (grades, years) in enumerate(structure.ladders):
        if len(grades) > 1:
            own = _year_of(capability[..., place], grades, years)
            best = _year_of(frontier[..., place], grades, years)
            result[..., place] = best - own
    return result


def _year_of(grade: Array, grades: Array, years: Array) -> Array:
    order = np.argsort(grades)
    grades, years = grades[order], years[order]
    found = np.interp(grade, grades, years)
    step = np.diff(years) / np.diff(grades)
    above = years[-1] + (grade - grades[-1]) * step[-1]
    below = years[0] + (grade - grades[0]) * step[0]
    return np.where(grade > grades[-1], above, np.where(grade < grades[0], below, found))
