# SPDX-License-Identifier: Apache-2.0
"""Generations of NAND and DRAM, and whether the law of a day has them as advanced-node.

The rule asks for layers of NAND; of DRAM for the half-pitch until December 2024, and after that for
cell area, density and vias. Where no cell area is published it is the class of the process squared
times a factor (a setting, with an interval). Vias are those of a die that is not made for a stack:
none. A figure near a threshold is uncertain, so the share of draws in which it is passed is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from chokegraph.chip import caught
from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO, UNKNOWN, YES
from chokegraph.chip.draws import Draws
from chokegraph.chip.entities import MemoryNode
from chokegraph.chip.truths import Truths
from chokegraph.chip.wafer import Floats
from chokegraph.rules import Law, load_law
from chokegraph.study.chip_thresholds import PARAMETERS, Thresholds, thresholds_on
from chokegraph.world.quantiles import quantiles

MEMORY = ("nand_layers", "dram_half_pitch", "dram_cell_area", "dram_density", "dram_vias")
"""The thresholds of memory."""
ANSWERS = {NO: "no", UNKNOWN: "cannot be told", YES: "advanced"}
FIGURES = ("layers", "cell_class", "cell_area", "bit_density", "die_capacity", "die_area")
TESTS = {
    "nand_layers": "layers",
    "dram_half_pitch": "half-pitch",
    "dram_cell_area": "cell area",
    "dram_density": "density",
    "dram_vias": "vias",
}
NM2_PER_UM2 = 1e6
ENDS = (0.05, 0.95)
DRAWS = 1 << 11


def memory_days(law: Law | None = None) -> tuple[date, ...]:
    """Return the days on which a threshold of memory starts or ends.

    Args:
        law: The law; the bundled one if None.

    Example:
        >>> [day.isoformat() for day in memory_days()]
        ['2022-10-07', '2024-12-31', '2025-01-31']
    """
    law = load_law() if law is None else law
    days: set[date] = set()
    for name in MEMORY:
        known = law.parameters.get(PARAMETERS[name])
        for version in () if known is None else known.versions:
            days |= {day for day in (version.applies_from, version.ends) if day is not None}
    return tuple(sorted(days))


def memory_nodes_frame(
    *, on: date, catalogue: Catalogue | None = None, law: Law | None = None, seed: int = 0
) -> pl.DataFrame:
    """Return generations of memory chips with their status under each text and on a day.

    Args:
        on: The day.
        catalogue: The bundled one if None.
        law: The bundled one if None.
        seed: Of the draws of uncertain figures.

    Returns:
        A row for each, with figures and their 5 % and 95 % points; `from DAY` and `on DAY` with
        "advanced", "no" or "cannot be told" (figures at their middle); `caught_in_draws`, the share
        of draws in which it surely is advanced on that day; `by`, the tests that it meets then;
        `by_hand`, what was noted when the table was made.

    Example:
        >>> from datetime import date
        >>> frame = memory_nodes_frame(on=date(2026, 7, 1))
        >>> frame.filter(pl.col("id") == "ymtc-xtacking-2")["on 2026-07-01"].item()
        'advanced'
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    law = load_law() if law is None else law
    middle = catalogue.mids()
    drawn = catalogue.draw(np.random.default_rng(seed), DRAWS)
    days = memory_days(law)
    titles = [(f"from {day}", day) for day in days]
    if days:
        titles.insert(0, (f"before {days[0]}", days[0] - timedelta(days=1)))
    titles.append((f"on {on}", on))
    rows = []
    for key, one in catalogue.memory_nodes.items():
        row: dict[str, object] = {
            "id": key,
            "name": one.name,
            "device": one.device,
            "maker": one.maker,
            "year": one.year,
        }
        values, draws = _figures(middle, key), _figures(drawn, key)
        for name in FIGURES:
            row[name] = _known(float(values[name][0]))
            for suffix, end in zip(("_low", "_high"), ENDS, strict=True):
                known = not np.isnan(draws[name]).any()
                row[name + suffix] = float(quantiles(draws[name], [end])[0]) if known else None
        for title, day in titles:
            found = advanced(one, values, thresholds_on(day, law))
            row[title] = ANSWERS[int(found[0])]
        thresholds = thresholds_on(on, law)
        many = advanced(one, draws, thresholds)
        row["caught_in_draws"] = float((many == YES).mean())
        row["by"] = ", ".join(_met(one, values, thresholds))
        row["by_hand"] = one.stated_limit
        rows.append(row)
    return pl.DataFrame(rows, infer_schema_length=None)


def advanced(node: MemoryNode, values: Mapping[str, Floats], thresholds: Thresholds) -> Truths:
    """Return whether a generation is advanced-node: 0 no, 1 unknown, 2 yes, for each draw.

    Args:
        node: The generation; its device decides what is asked.
        values: `layers`, `cell_class`, `cell_area`, `bit_density`, each [draw]; NaN is unknown.
        thresholds: See `chokegraph.study.chip_thresholds.thresholds_on`.
    """
    if node.device == "nand":
        if thresholds.nand_layers is None:
            return np.zeros(values["layers"].shape, np.uint8)
        return caught.nand(values["layers"], limit=thresholds.nand_layers)
    found = caught.dram(
        values["cell_area"],
        values["bit_density"],
        np.zeros_like(values["bit_density"]),
        values["cell_class"],
        cell_limit=thresholds.dram_cell_area,
        density_limit=thresholds.dram_density,
        via_limit=thresholds.dram_vias,
        pitch_limit=thresholds.dram_half_pitch,
    )
    return np.broadcast_to(found, values["bit_density"].shape)


def _met(node: MemoryNode, values: Mapping[str, Floats], thresholds: Thresholds) -> list[str]:
    """The tests of the day that a generation meets, in words."""
    met = []
    for name in MEMORY:
        limit = getattr(thresholds, name)
        of_device = name.startswith(node.device)
        if limit is None or not of_device:
            continue
        only = Thresholds(on=thresholds.on, **{name: limit})
        if int(advanced(node, values, only)[0]) == YES:
            met.append(TESTS[name])
    return met


def _figures(drawn: Draws, key: str) -> dict[str, Floats]:
    found = {name: drawn.of("memory_nodes", name, key) for name in FIGURES if name != "cell_area"}
    size = found["cell_class"]
    found["cell_area"] = drawn.setting("dram-cell-factor") * size**2 / NM2_PER_UM2
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
