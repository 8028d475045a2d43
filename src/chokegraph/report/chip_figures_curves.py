# SPDX-License-Identifier: Apache-2.0
"""Curves with their bands: cost against the number of dies, yield against passes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import cycle

import polars as pl
from markupsafe import Markup

from chokegraph.report.chip_figures_frame import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    linear,
    logarithmic,
    page,
)
from chokegraph.report.svg import band_path, join, line_path, nice_ticks, tag

SERIES = ("s1", "s2", "s3", "s4", "s5", "s6")
"""Classes of the colours, in their order."""


def draw_chiplets(curves: Sequence[tuple[str, pl.DataFrame]]) -> str:
    """Draw the cost of designs against the number of dies that their area is divided into.

    Args:
        curves: Names, and frames of `chokegraph.study.chip_costing.chiplet_curve`.

    Returns:
        The SVG file. A hollow point breaks a limit.
    """
    every = pl.concat([frame for _, frame in curves])
    costs = [v for name in ("low", "median", "high") for v in every[name] if v is not None]
    least, most = 0.9 * min(costs, default=100.0), 1.1 * max(costs, default=1000.0)
    counts = sorted(set(every["dies"].to_list()))
    across = logarithmic(counts[0], max(counts[-1], 2), LEFT + 10, WIDTH - RIGHT - 10)
    x = Axis("Dies in a package (same working area)", counts, across)
    up = logarithmic(least, most, HEIGHT - BOTTOM, TOP)
    y = Axis("Cost of a good package, USD (logarithmic)", steps(least, most), up)
    bands, lines = [], []
    for (_, frame), css in zip(curves, cycle(SERIES), strict=False):
        band, line = _curve(frame, "dies", css, x, y, hollow=~frame["feasible"])
        bands.append(band)
        lines.append(line)
    best = []
    for name, frame in curves:
        known = frame.filter(pl.col("feasible") & pl.col("median").is_not_null())
        if known.height:
            row = known.sort("median").row(0, named=True)
            best.append(f"{name}: least cost with {row['dies']}, {row['median']:,.0f} USD")
    return page(
        "Cost against the number of dies",
        "Line: median; band: 5 to 95 % of the draws; hollow: a limit is broken. "
        "One-off costs included where a volume is given.",
        "; ".join(best) or "No cost is known.",
        x,
        y,
        [*bands, *lines, _legend([name for name, _ in curves])],
    )


def steps(low: float, high: float) -> list[float]:
    """Return ticks of a logarithmic axis: ones, twos and fives of each power of ten.

    Example:
        >>> steps(8.0, 60.0)
        [10.0, 20.0, 50.0]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = (factor * 10.0**power for power in powers for factor in (1, 2, 5))
    return [step for step in every if low <= step <= high]


def draw_passes(frame: pl.DataFrame, area: float) -> str:
    """Draw the yield of a die against additional passes through a scanner.

    Args:
        frame: See `chokegraph.study.chip_costing.passes_curve`.
        area: Area of the die, mm2.

    Returns:
        The SVG file. A diamond shows where all EUV layers are replaced.
    """
    passes = frame["passes"].to_list()
    first, last = min(passes), max(passes)
    ticks = [tick for tick in nice_ticks(first, last, 8) if first <= tick <= last]
    across = linear(first, last, LEFT, WIDTH - RIGHT)
    x = Axis("Additional passes through an immersion scanner", ticks, across)
    y = Axis("Yield of dies, %", nice_ticks(0, 100, 6), linear(0, 100, HEIGHT - BOTTOM, TOP))
    bands, lines, diamonds, names, told = [], [], [], [], []
    for (key, part), css in zip(_by_node(frame), cycle(SERIES), strict=False):
        percent = part.with_columns(pl.col("value", "low", "median", "high") * 100)
        band, line = _curve(percent, "passes", css, x, y)
        bands.append(band)
        lines.append(line)
        name, replaced = str(part["name"][0]), float(part["replaced"][0])
        names.append(name)
        if 0 < replaced <= last:
            value = _between(percent["passes"].to_list(), percent["median"].to_list(), replaced)
            at, height = x.at(replaced), y.at(value)
            shape = f"M{at - 7:.1f} {height:.1f}l7 -7l7 7l-7 7Z"
            words = tag("title", f"{key} without EUV: {value:.0f} %")
            diamonds.append(tag("g", tag("path", words, d=shape, class_="point"), class_=css))
            told.append(f"{name} with {replaced:.0f} passes for its EUV layers: {value:.0f} %")
    return page(
        f"Yield of a {area:g} mm2 die against additional passes",
        "Line: median; band: 5 to 95 % of the draws; diamond: every EUV layer made with several "
        "immersion exposures.",
        "; ".join(told) or "No node has EUV layers to replace.",
        x,
        y,
        [*bands, *lines, *diamonds, _legend(names)],
    )


def _by_node(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for key in frame["node"].unique(maintain_order=True):
        yield key, frame.filter(pl.col("node") == key)


def _between(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    for at in range(len(xs) - 1):
        if xs[at] <= x <= xs[at + 1]:
            part = (x - xs[at]) / (xs[at + 1] - xs[at])
            return ys[at] + part * (ys[at + 1] - ys[at])
    return ys[-1]


def _curve(
    frame: pl.DataFrame, across: str, css: str, x: Axis, y: Axis, hollow: pl.Series | None = None
) -> tuple[Markup, Markup]:
    """The band, and the median over it with its points."""
    xs = [x.at(value) for value in frame[across]]

    def heights(name: str) -> list[float]:
        return [math.nan if value is None else y.at(value) for value in frame[name]]

    middle = heights("median")
    band = tag("path", d=band_path(xs, heights("low"), heights("high")), class_="band")
    parts = [tag("path", d=line_path(zip(xs, middle, strict=True)), class_="curve")]
    for at, (left, height) in enumerate(zip(xs, middle, strict=True)):
        if hollow is not None and math.isfinite(height):
            empty = " hollow" if hollow[at] else ""
            parts.append(tag("circle", cx=left, cy=height, r=4, class_=f"point{empty}"))
    return tag("g", band, class_=css), tag("g", *parts, class_=css)


def _legend(names: Sequence[str]) -> Markup:
    """Names of the curves, each in its colour, at the top right."""
    return join(
        tag(
            "g",
            tag("text", name, x=WIDTH - RIGHT - 6, y=TOP + 16 + at * 18, class_="label end halo"),
            class_=css,
        )
        for at, (name, css) in enumerate(zip(names, cycle(SERIES), strict=False))
    )
