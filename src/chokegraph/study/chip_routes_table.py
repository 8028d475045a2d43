# SPDX-License-Identifier: Apache-2.0
"""The table of routes of a result: where the figures of each route come from, and what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.chip.caught import NO, YES
from chokegraph.chip.wafer import Floats
from chokegraph.result.core import RUNS
from chokegraph.result.quantiles import quantiles
from chokegraph.result.tables import make_table
from chokegraph.rules import load_law
from chokegraph.scenario.when import quarter_index
from chokegraph.study.chip_routes import RouteChips
from chokegraph.study.chip_routes_designs import BITS, COMPUTE, TABLE, Way
from chokegraph.study.chip_routes_draws import PARTS, Valued
from chokegraph.study.chip_status import Parts, status
from chokegraph.study.chip_tables import texts
from chokegraph.study.chip_thresholds import thresholds_on
from chokegraph.study.setting import Setting

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

_LEVELS = (0.05, 0.5, 0.95)
_MONTHS = 3
_YEAR_OF_QUARTERS = 4
UNITS = {
    "compute": "TOPS over both workloads",
    "transistors": "billion transistors",
    "bits": "bits of a wafer of 64 layers",
}
"""What performance is counted in, by measure."""


def routes_table(setting: Setting, ensemble: xr.Dataset) -> pl.DataFrame:
    """Return a row for each way of each route.

    Args:
        setting: What was run.
        ensemble: The arrays of the run, for how often each way was gone.

    Returns:
        The table `routes`; routes that come from tables have one row with merit and start yield.
    """
    last = ensemble.isel(year=-1)
    used = last["way_used"].transpose("way", "run", "draw").values
    made = last["route_output"].transpose("route", "run", "draw").values
    makes = setting.structure.route_product
    whole = np.array([made[makes == product].sum(axis=0) for product in makes])
    share = np.divide(made, whole, out=np.zeros_like(made), where=whole > 0)
    of_way = setting.structure.way_route if setting.structure.ways else np.arange(len(made))
    return make_table("routes", list(_rows(setting, used, share[of_way] * used)))


def routes_record(setting: Setting) -> dict[str, Any]:
    """Return for the manifest where each route's merit and yield come from."""
    chips = setting.chips
    described = () if chips is None else chips.routes
    return {
        "asked": setting.scenario.routes,
        "chip": list(described),
        "tables": [route for route in setting.structure.routes if route not in described],
        "scale": {} if chips is None else dict(chips.anchors),
        "designs": {} if chips is None else {way.id: way.words() for way in chips.ways},
    }


def _rows(setting: Setting, used: Floats, share: Floats) -> Iterator[dict[str, Any]]:
    structure, world, chips = setting.structure, setting.world, setting.chips
    values = setting.params.values
    by_way = bool(structure.ways)
    of_way = structure.way_route if by_way else np.arange(len(structure.routes))
    merit = values["way_merit"] if by_way else values["merit"]
    start = values["way_yield"] if by_way else values["start_yield"]
    place = {} if chips is None else {way.id: k for k, way in enumerate(chips.ways)}
    caught = {} if chips is None else _status(setting, chips)
    for k, name in enumerate(structure.way_names):
        route = world.routes[structure.routes[int(of_way[k])]]
        row: dict[str, Any] = {
            "product": route.product_id,
            "product_name": world.products[route.product_id].name,
            "route": route.route_id,
            "route_name": route.name,
            "design_around": route.design_around,
            "way": name,
            **_range("merit", merit[:, k]),
            **_range("yield", start[:, k]),
            **_by_run("used", used[k]),
            **_by_run("share", share[k]),
        }
        if chips is not None and setting.valued is not None and name in place:
            at = place[name]
            row |= _of_chip(chips, setting.valued, at)
            row["status"] = "; ".join(f"{when}: {words}" for when, words in caught.get(name, ()))
        else:
            row |= dict.fromkeys(_ONLY_CHIP) | _of_table(route.route_id)
        yield row


def _by_run(name: str, drawn: Floats) -> dict[str, float]:
    return {f"{name}_{run}": float(v.mean()) for run, v in zip(RUNS, drawn, strict=True)}


def _range(name: str, drawn: Floats) -> dict[str, float | None]:
    ends = quantiles(drawn, _LEVELS)
    return {f"{name}_{level}": float(v) for level, v in zip(_ENDS, ends, strict=True)}


_ENDS = ("low", "median", "high")
_SIZES = ("dies", "area", "stacks", "clock")
_FIGURES = {
    name: "memory_cost" if name == "memory" else name
    for name in (
        "performance", "cost_now", "cost", *PARTS, "die_yield", "package_yield", "tpp", "power",
        "duv_hours", "euv_hours", "cycle_days",
    )
}  # fmt: skip
"""The column of each figure: `memory` is the id there."""
_ONLY_CHIP = (*_SIZES, *_FIGURES.values(), "within")
_TEXTS = ("design", "measure", "node", "package", "memory", "status", "needs", "rests_on", "note")


def _of_table(route: str) -> dict[str, Any]:
    return {
        **dict.fromkeys(_TEXTS, ""),
        "merit_from": "tables",
        "yield_from": "tables",
        "rests_on": f"route:{route}",
        "source_id": "",
        "grade": "",
    }


def _of_chip(chips: RouteChips, valued: Valued, at: int) -> dict[str, Any]:
    way, middle = chips.ways[at], chips.middle
    sized = way.measure != BITS
    figures = {to: _known(float(middle[name][at])) for name, to in _FIGURES.items()}
    within = valued["within"][:, at]
    return {
        **figures,
        "merit_from": "chip",
        "yield_from": "tables" if way.starts == TABLE else "chip",
        "design": way.words(),
        "measure": UNITS[way.measure],
        "node": way.node,
        "package": way.package,
        "memory": way.memory,
        "dies": float(way.dies[0]) if sized else None,
        "area": _known(way.area),
        "stacks": float(way.stacks[0]) if sized else None,
        "clock": way.clocks[0] if sized else None,
        "within": float(within.mean()) if np.isfinite(within).all() else None,
        "needs": ";".join(sorted(name for name, much in chips.bills[at].items() if much > 0)),
        "rests_on": ";".join(subjects(way)),
        "source_id": way.source,
        "grade": way.grade,
        "note": way.note,
    }


def subjects(way: Way) -> tuple[str, ...]:
    """Return the subjects of the statements that a way's figures rest on.

    Example:
        >>> from chokegraph.study.chip_routes_designs import load_ways
        >>> [subjects(way) for way in load_ways() if way.id == "soc-n2-duv"]
        [('node:smic-n2', 'node:tsmc-n7', 'package:organic-flip-chip')]
    """
    if way.measure == BITS:
        return ("setting:nand-layer-cost", "setting:nand-deck-cost", "setting:nand-bonding-premium")
    named = [f"node:{way.node}"]
    if way.grows_into and way.grows_into != way.node:
        named.append(f"node:{way.grows_into}")
    named.append(f"package:{way.package}")
    return (*named, *([f"memory:{way.memory}"] if way.memory else []))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _status(setting: Setting, chips: RouteChips) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What the law says of each logic design at each text, and at the start of the run."""
    first = quarter_index(setting.scenario.start)
    year, quarter = divmod(first, _YEAR_OF_QUARTERS)
    law = load_law()
    on = date(year, quarter * _MONTHS + 1, 1)
    found: dict[str, list[tuple[str, str]]] = {}
    some = [k for k, way in enumerate(chips.ways) if way.measure != BITS]
    centre = np.array([YES if chips.ways[k].measure == COMPUTE else NO for k in some])
    middle = chips.middle
    for title, day in texts(law, on):
        parts = Parts(
            tpp=middle["tpp"][some],
            area=middle["applicable_area"][some],
            bandwidth=middle["dram_bandwidth"][some],
            datacentre=centre,
        )
        words = status(parts, thresholds_on(day, law)).words()
        for k, answer in zip(some, words, strict=True):
            found.setdefault(chips.ways[k].id, []).append((title, answer))
    return found
