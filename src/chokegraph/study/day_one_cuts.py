# SPDX-License-Identifier: Apache-2.0
"""A scenario's cuts as a plain table, for the supply network of the facts alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.result.settings import count
from chokegraph.scenario import load_scenario
from chokegraph.scenario.when import quarter_index, quarter_name
from chokegraph.study.day_one_access import Regimes
from chokegraph.study.setting import Setting, build_setting
from chokegraph.world import load_world
from chokegraph.world.quantiles import quantiles

if TYPE_CHECKING:
    import polars as pl

    from chokegraph.world.model import World

Array = np.ndarray[Any, np.dtype[Any]]

_TARGET_MARKETS = 3
_LITTLE = 1e-6


def scenario_cuts(
    path: str | Path, *, world: str | World | None = None, quarter: str | None = None
) -> pl.DataFrame:
    """Return what a scenario cuts of the target's supply, and its baseline leaves.

    Args:
        path: The scenario, a YAML file.
        world: The facts, or how they are called; those of the scenario if None.
        quarter: The day to look at, such as "2027Q1"; the quarter in which most is cut if None.

    Returns:
        A row for each supplying country and input: `supplier_country`, `customer_country` (the
        target), `product` (the input), `fraction` cut (mean over a few draws, over the target's
        tiers by what it buys), `low` and `high` (5 and 95 % over those draws) and `shock` (the
        scenario's name and the quarter).

    Raises:
        FindingsError: If the scenario cannot be read, or the quarter is not one of its run.

    Example:
        >>> scenario_cuts("no-such-file.yaml")
        Traceback (most recent call last):
        ...
        chokegraph.errors.FindingsError: ...
    """
    scenario = load_scenario(path)
    if world is None or isinstance(world, str):
        world = load_world(scenario.world if world is None else world)
    draws = count("day_one_trial_draws")
    setting = build_setting(scenario, world, draws=draws, seed=scenario.seed)
    return cuts_table(setting, quarter=quarter)


def cuts_table(setting: Setting, *, quarter: str | None = None) -> pl.DataFrame:
    """Return the same for a scenario that is set on a world already."""
    import polars as pl

    regimes = Regimes(setting, setting.params.draws)
    start = quarter_index(setting.scenario.start)
    names = [quarter_name(start + t) for t in range(len(regimes.by_quarter))]
    if quarter is not None and quarter not in names:
        message = f"{quarter!r} is not a quarter of the run"
        fix = f"use one from {names[0]} to {names[-1]}"
        raise FindingsError([Finding(message, fix=fix)], title="cuts")
    pairs = list(dict.fromkeys(regimes.by_quarter))
    if quarter is None:
        starts = [regimes.at(draw, pairs) for draw in range(regimes.draws)]
        stake = np.mean([one.stake for one in starts], axis=0)
        worst = int(np.argmax([stake[pairs.index(pair)] for pair in regimes.by_quarter]))
    else:
        worst = names.index(quarter)
    chosen = regimes.by_quarter[worst]
    found = np.stack([_of_target(regimes, draw, chosen) for draw in range(regimes.draws)])
    mean = found.mean(axis=0)
    low, _, high = quantiles(found)
    structure, target = setting.structure, setting.scenario.target
    rows = [
        {
            "supplier_country": structure.countries[c],
            "customer_country": target,
            "product": structure.inputs[i],
            "fraction": float(mean[c, i]),
            "low": float(low[c, i]),
            "high": float(high[c, i]),
            "shock": f"{setting.scenario.name}, {names[worst]}",
        }
        for c, i in np.argwhere(mean > _LITTLE)
    ]
    schema = {
        "supplier_country": pl.String,
        "customer_country": pl.String,
        "product": pl.String,
        "fraction": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "shock": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)


def _of_target(regimes: Regimes, draw: int, pair: tuple[int, int]) -> Array:
    """Return the part of each country's sales of an input to the target that is cut, [C, I]."""
    start = regimes.at(draw, [pair])
    flows = (start.share * start.demand[:, None])[:_TARGET_MARKETS]
    whole = flows.sum(axis=0)
    lost = (start.cut[0, :_TARGET_MARKETS] * flows).sum(axis=0)
    return np.asarray(np.divide(lost, whole, out=np.zeros_like(lost), where=whole > 0))
