# SPDX-License-Identifier: Apache-2.0
"""Day one as a table of the result and as arrays of its dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.day_one import ARRAYS, PLACES, with_day_one
from chokegraph.result.quantiles import quantiles
from chokegraph.result.tables import make_table
from chokegraph.study.day_one import DayOne
from chokegraph.study.day_one_chain import in_words, inputs_of
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

Array = np.ndarray[Any, np.dtype[Any]]
Row = dict[str, Any]

_LITTLE = 1e-6


def day_one_arrays(ensemble: xr.Dataset, found: DayOne | None) -> xr.Dataset:
    """Return the arrays of a run with those of day one, if there is one."""
    if found is None:
        return ensemble
    losses = dict(
        zip(ARRAYS, (found.inputs, found.output, found.new_lines, found.sales), strict=True)
    )
    return with_day_one(ensemble, tuple(day.quarter for day in found.days), losses)


def day_one_table(setting: Setting, found: DayOne | None) -> pl.DataFrame:
    """Return what is lost at once: a row for each input, product and country that loses.

    Args:
        setting: What was run.
        found: Day one; None where nothing is cut.

    Returns:
        The table; losses of the largest median first within each day, place and kind.
    """
    rows: list[Row] = []
    for k, _ in enumerate(found.days if found is not None else ()):
        assert found is not None  # noqa: S101 - for the type checker
        day = [
            *_inputs(setting, found, k),
            *_products(setting, found, k),
            *_sales(found, k, setting),
        ]
        day.sort(key=lambda row: (_order(row), -row["loss_median"]))
        rows += day
    return make_table("day_one", rows)


def _order(row: Row) -> tuple[int, int]:
    kinds = ("output", "new lines", "input", "sales")
    place = PLACES.index(row["place"]) if row["place"] in PLACES else len(PLACES)
    return place, kinds.index(row["kind"])


def _inputs(setting: Setting, found: DayOne, k: int) -> Iterator[Row]:
    world = setting.world
    for place, name in enumerate(PLACES):
        for i, item in enumerate(setting.structure.inputs):
            lost = found.inputs[:, k, place, i]
            if lost.max() > _LITTLE:
                direct = quantiles(found.direct[:, k, place, i])[1]
                yield _row(
                    found, k, name, "input", item, world.inputs[item].name, "1", lost,
                    direct_median=float(direct),
                )  # fmt: skip


def _products(setting: Setting, found: DayOne, k: int) -> Iterator[Row]:
    world = setting.world
    names = {key: item.name for key, item in world.inputs.items()}
    names |= {f"route:{key}": route.name for key, route in world.routes.items()}
    for place, where in enumerate(PLACES):
        for p, item in enumerate(setting.structure.products):
            for kind, array in (("output", found.output), ("new lines", found.new_lines)):
                lost = array[:, k, place, p]
                key = (k, place, item, kind)
                if np.isnan(lost).all():
                    continue
                more: Row = {}
                if key in found.chains:
                    chain = found.chains[key]
                    counts = found.binds[key]
                    first = counts.most_common(1)[0] if counts else ("", 0)
                    more = {
                        "binds": first[0],
                        "binds_name": names.get(first[0], first[0]),
                        "binds_in": first[1] / len(lost),
                        "chain": ";".join(inputs_of(chain.network, chain.steps)),
                        "because": in_words(chain.network, chain.steps, names),
                    }
                name = world.products[item].name
                yield _row(found, k, where, kind, item, name, "1", lost, **more)


def _sales(found: DayOne, k: int, setting: Setting) -> Iterator[Row]:
    countries = setting.world.countries
    for c, country in enumerate(setting.structure.countries):
        lost = found.sales[:, k, c]
        if lost.max() > _LITTLE:
            name = countries[country].name if country in countries else country
            direct = quantiles(found.cut_sales[:, k, c])[1]
            yield _row(
                found, k, country, "sales", country, name, "USD million per quarter", lost,
                direct_median=float(direct),
            )  # fmt: skip


def _row(
    found: DayOne,
    k: int,
    place: str,
    kind: str,
    item: str,
    name: str,
    unit: str,
    lost: Array,
    **more: Any,  # noqa: ANN401 - cells of the table
) -> Row:
    low, middle, high = (float(value) for value in quantiles(lost))
    return {
        "quarter": found.days[k].quarter,
        "fullest": k == len(found.days) - 1,
        "place": place,
        "kind": kind,
        "item": item,
        "item_name": name,
        "unit": unit,
        "loss_median": middle,
        "loss_low": low,
        "loss_high": high,
        "direct_median": None,
        "binds": "",
        "binds_name": "",
        "binds_in": None,
        "chain": "",
        "because": "",
        "draws": len(lost),
        **more,
    }
