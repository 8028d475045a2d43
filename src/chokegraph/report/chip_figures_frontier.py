# SPDX-License-Identifier: Apache-2.0
"""Frontiers with and without each control: the best that a budget reaches, panel by panel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain, cycle

import polars as pl
from markupsafe import Markup

from chokegraph.report.chip_figures_curves import SERIES, steps
from chokegraph.report.chip_figures_frame import LEFT, TOP, Axis, logarithmic, panel, sheet
from chokegraph.report.svg import band_path, line_path, tag
from chokegraph.study.chip_controls import WITHOUT, Controls

RIGHT_EDGE = 590.0
"""Where panels end; names stand on the right of it."""
TALL = 330.0
GAP = 96.0
LINE = 34.0
_TICKS = 8
DECADES = 3.5
"""Powers of ten that a panel shows below its highest value."""
WORDS = {
    "tpp": "Total processing performance (logarithmic)",
    "memory_bound": "Memory-bound workload, TOPS reached (logarithmic)",
    "compute_bound": "Compute-bound workload, TOPS reached (logarithmic)",
    "dram_bandwidth": "Memory bandwidth, GB/s (logarithmic)",
}


def draw_frontiers(found: Controls) -> str:
    """Draw the best that a budget reaches, without any control and under each.

    Args:
        found: See `chokegraph.study.chip_controls.compare_controls`.

    Returns:
        The SVG file. Where lines fall together, the control makes no difference: the wider ones
        stay in sight under the narrower.
    """
    names = found.curves["control"].unique(maintain_order=True).to_list()
    styles = dict(zip(names, chain(["s0"], cycle(SERIES)), strict=False))
    body: list[Markup] = []
    said: list[str] = []
    top = TOP + 18
    for objective, unit in zip(found.objectives, found.units, strict=True):
        curves = found.curves.filter(pl.col("objective") == objective)
        designs = found.designs.filter(pl.col("objective") == objective)
        body += _panel(curves, designs, objective, unit, styles, top)
        said += [f"{objective}, {name}: {_most(designs, name, unit)}" for name in names]
        top += TALL + GAP
    return sheet(
        "What each control takes from the best design",
        f"Line: median; band: 5 to 95 % of {found.draws:,} draws. Each control by itself; "
        f"law of {found.on}.",
        "; ".join(said),
        body,
        height=top - GAP + 66,
    )


def _panel(
    curves: pl.DataFrame,
    designs: pl.DataFrame,
    objective: str,
    unit: str,
    styles: dict[str, str],
    top: float,
) -> list[Markup]:
    known = [one for one in curves["median"].to_list() if one is not None]
    most = 1.4 * max((one for one in curves["high"].to_list() if one is not None), default=1.0)
    least = max(0.7 * min(known, default=most), most / 10**DECADES)
    budgets = curves["budget"]
    low, high = float(budgets.min() or 1.0), float(budgets.max() or 2.0)  # type: ignore[arg-type]
    bottom = top + TALL
    across = logarithmic(low, high, LEFT, RIGHT_EDGE)
    up = logarithmic(least, most, bottom, top)
    ticks = steps(low, high)
    # Ones and fives only, where twos would run into each other.
    ticks = [one for one in ticks if f"{one:e}"[0] != "2"] if len(ticks) > _TICKS else ticks
    x = Axis("Budget for a good package, USD (logarithmic)", ticks, across)
    y = Axis(WORDS.get(objective, f"{objective}, {unit} (logarithmic)"), steps(least, most), up)
    bands, lines = [], []
    for at, (name, css) in enumerate(styles.items()):
        curve = curves.filter(pl.col("control") == name)
        if curve.is_empty():
            continue
        xs = [across(value) for value in curve["budget"]]
        ends = [
            [math.nan if value is None else up(value) for value in curve[column]]
            for column in ("low", "median", "high")
        ]
        # A design that is reached in few draws has no lower end: its band starts at the bottom.
        floor = [
            bottom if math.isnan(one) and not math.isnan(two) else one
            for one, two in zip(ends[0], ends[2], strict=True)
        ]
        band = tag("path", d=band_path(xs, floor, ends[2]), class_="band thin")
        bands.append(tag("g", band, class_=css))
        width = 8.0 if name == WITHOUT else 2.0 + 1.1 * (len(styles) - 1 - at)
        path = line_path(zip(xs, ends[1], strict=True))
        words = tag("title", f"{name}: {_most(designs, name, unit)}")
        line = tag("path", words, d=path, class_="curve", style=f"stroke-width: {width:.1f}")
        lines.append(tag("g", line, class_=css))
    frame = panel(x, y, top=top, bottom=bottom, right=RIGHT_EDGE)
    return [*frame, *bands, *lines, *_names(curves, designs, unit, styles, top)]


def _names(
    curves: pl.DataFrame, designs: pl.DataFrame, unit: str, styles: dict[str, str], top: float
) -> Sequence[Markup]:
    """The name of each line on the right, and under it the most that is reached at any cost."""
    free = curves.filter(pl.col("control") == WITHOUT)["median"]
    found = []
    for at, (name, css) in enumerate(styles.items()):
        y = top + 12 + at * LINE
        start = RIGHT_EDGE + 14
        width = 8 if name == WITHOUT else 3
        rule = tag(
            "path", d=f"M{start:g} {y - 4:.1f}h22", class_="curve", style=f"stroke-width: {width}"
        )
        text = tag("text", name, x=start + 30, y=y, class_="name")
        line = curves.filter(pl.col("control") == name)["median"]
        same = name != WITHOUT and line.equals(free)
        words = "no difference here" if same else _most(designs, name, unit)
        more = tag("text", words, x=start + 30, y=y + 14, class_="name soft")
        found.append(tag("g", rule, text, more, class_=css))
    return found


def _most(designs: pl.DataFrame, name: str, unit: str) -> str:
    """The largest value on a frontier, in words."""
    some = designs.filter(pl.col("control") == name)
    if some.is_empty():
        return "nothing can be made"
    row = some.sort("value").row(-1, named=True)
    words = "TPP" if unit in ("", "1", "TPP") else unit
    value = f"{row['value']:,.0f}" if row["value"] >= 100 else f"{row['value']:.3g}"
    return f"at most {value} {words} ({row['node']})"
