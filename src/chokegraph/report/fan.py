# SPDX-License-Identifier: Apache-2.0
"""Fan charts as SVG: median, middle half, 90 % interval, a few single draws behind.

Nothing is drawn as a point estimate alone. Where too few draws have a value the ground is hatched;
zero has its own line. Colours and text sizes come from the page's CSS, so light, dark and print
share one drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from markupsafe import Markup

from chokegraph.report.numbers import (
    Unit,
    interval,
    number,
    quarter_position,
    quarter_words,
)
from chokegraph.report.quantiles import LEVELS, Fan
from chokegraph.report.svg import band_path, join, line_path, nice_ticks, tag

WIDTH, HEIGHT = 400.0, 232.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 26.0, 28.0
MOST_YEAR_LABELS = 6
Scale = Callable[[float], float]
QUARTERS = 4


@dataclass(frozen=True)
class Series:
    """One fan in a panel: its name for people, its CSS kind, and its quantiles."""

    name: str
    kind: str
    fan: Fan


@dataclass(frozen=True)
class Panel:
    """One set of axes.

    Args:
        title: What is shown, in plain words.
        description: One sentence for those who cannot see the drawing.
        axis: The axis label, with the unit.
        unit: Shown unit; values of the series are in the model's unit.
        series: The fans, drawn in this order.
        change: Whether the panel shows a difference.
        low: Axis reaches at least down to here (model's unit), if given.
        high: Axis reaches at least up to here (model's unit), if given.
        markers: Vertical lines, as decimal years.
    """

    title: str
    description: str
    axis: str
    unit: Unit
    series: tuple[Series, ...]
    change: bool = False
    low: float | None = None
    high: float | None = None
    markers: tuple[float, ...] = field(default=())


def positions(labels: tuple[str, ...]) -> list[float]:
    """Turn time labels into decimal years (the middle of each period).

    Example:
        >>> positions(("2024", "2024Q1"))
        [2024.5, 2024.125]
    """
    return [quarter_position(text) if "Q" in text else int(text) + 0.5 for text in labels]


def _domain(panel: Panel) -> list[float]:
    """Ticks of the y axis in shown units: they span every interval, and zero for differences."""
    factor = panel.unit.factor
    values = np.concatenate([series.fan.values.ravel() for series in panel.series]) * factor
    values = values[np.isfinite(values)]
    low = [float(values.min())] if values.size else []
    high = [float(values.max())] if values.size else []
    if panel.change:
        low, high = [*low, 0.0], [*high, 0.0]
    low += [panel.low * factor] if panel.low is not None else []
    high += [panel.high * factor] if panel.high is not None else []
    return nice_ticks(min(low, default=0.0), max(high, default=1.0))


def _year_ticks(first: float, last: float) -> list[int]:
    years = range(math.ceil(first), math.floor(last) + 1)
    step = next(s for s in count(1) if len(years) / s <= MOST_YEAR_LABELS)
    return [year for year in years if year % step == 0]


def draw(panel: Panel, key: str) -> Markup:
    """Draw a panel.

    Args:
        panel: What to draw.
        key: A unique id on the page, for the title and description.

    Returns:
        An `svg` element with role img, a title and a description.

    Example:
        >>> import numpy as np
        >>> made = Fan(("2024", "2025"), np.array([[0.0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]),
        ...            np.empty((0, 2)))
        >>> series = Series("baseline", "base", made)
        >>> panel = Panel("Output", "It rises.", "%", Unit("%"), (series,))
        >>> draw(panel, "k").startswith('<svg viewBox="0 0 400 232"')
        True
    """
    labels = next((series.fan.labels for series in panel.series), ())
    years = positions(labels)
    first, last = math.floor(min(years)), math.ceil(max(years))
    ticks = _domain(panel)
    plot_width, plot_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    bottom, top = ticks[0], ticks[-1]

    def across(year: float) -> float:
        return LEFT + (year - first) / (last - first) * plot_width

    def up(value: float) -> float:
        return TOP + (top - value) / (top - bottom) * plot_height

    step = ticks[1] - ticks[0]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    places += 1 if abs(step * 10**places - round(step * 10**places)) > 1e-6 else 0  # 2.5, 0.25
    grid = [
        tag(
            "path",
            d=f"M{LEFT:g} {up(t):.1f}h{plot_width:g}",
            class_="zero" if panel.change and t == 0 else "grid",
        )
        for t in ticks
    ]
    grid += [
        tag("text", number(t, places), x=LEFT - 6, y=up(t) + 4, class_="tick end") for t in ticks
    ]
    for year in _year_ticks(first, last):
        x = across(year)
        grid.append(tag("path", d=f"M{x:.1f} {TOP + plot_height:g}v4", class_="axis"))
        anchor = " end" if x > WIDTH - RIGHT - 14 else ""
        grid.append(
            tag(
                "text",
                str(year),
                x=min(x, WIDTH - RIGHT),
                y=HEIGHT - 9,
                class_="tick" + (anchor or " mid"),
            )
        )
    marks = [
        tag("path", d=f"M{across(m):.1f} {TOP:g}v{plot_height:g}", class_="mark")
        for m in panel.markers
        if first <= m <= last
    ]
    body = [_missing(panel, years, across)]
    xs = [across(year) for year in years]
    for series in panel.series:
        body.append(_fan(series, xs, panel.unit.factor, up))
    clipped = tag(
        "svg",
        *body,
        x=LEFT,
        y=TOP,
        width=plot_width,
        height=plot_height,
        viewBox=f"{LEFT:g} {TOP:g} {plot_width:g} {plot_height:g}",
    )
    return tag(
        "svg",
        tag("title", panel.title, id=f"{key}-t"),
        tag("desc", panel.description, id=f"{key}-d"),
        tag("text", panel.axis, x=2, y=13, class_="axis-label"),
        join(grid),
        clipped,
        join(marks),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
        class_="fan",
    )


def _fan(series: Series, xs: list[float], factor: float, up: Scale) -> Markup:
    """Draw single draws, both bands and the median of one series."""
    rows = [[up(float(v) * factor) for v in row] for row in series.fan.values]
    paths = [
        tag(
            "path",
            d=line_path(zip(xs, (up(float(v) * factor) for v in path), strict=True)),
            class_="one",
        )
        for path in series.fan.paths
    ]
    return tag(
        "g",
        join(paths),
        tag("path", d=band_path(xs, rows[0], rows[-1]), class_="band90"),
        tag("path", d=band_path(xs, rows[1], rows[-2]), class_="band50"),
        tag("path", d=line_path(zip(xs, rows[LEVELS.index(0.5)], strict=True)), class_="median"),
        class_=f"series {series.kind}",
    )


def _missing(panel: Panel, years: list[float], across: Scale) -> Markup:
    """Hatch the stretches where no series has a value."""
    half = (years[1] - years[0]) / 2 if len(years) > 1 else 0.5
    known = [
        any(math.isfinite(float(series.fan.median[i])) for series in panel.series)
        for i in range(len(years))
    ]
    parts: list[Markup] = []
    start: float | None = None
    for year, has_value in [*zip(years, known, strict=True), (years[-1] + 2 * half, True)]:
        if not has_value and start is None:
            start = year - half
        if has_value and start is not None:
            x = across(start)
            parts.append(
                tag(
                    "rect",
                    x=x,
                    y=TOP,
                    width=across(year - half) - x,
                    height=HEIGHT - TOP - BOTTOM,
                    class_="missing",
                )
            )
            start = None
    return join(parts)


@dataclass(frozen=True)
class TableRow:
    """One row of the table beside a chart: a time label and a text for each series."""

    label: str
    cells: tuple[str, ...]


def table(series: tuple[tuple[Series, bool], ...], unit: Unit, missing: str) -> list[TableRow]:
    """Write the values of a chart as table rows, one a year.

    Args:
        series: Each series with whether it is a difference.
        unit: The shown unit.
        missing: The phrase for a missing value.

    Returns:
        Rows: the year (its last quarter where the series is quarterly) and, for each series,
        "median (5 % to 95 %)".
    """
    labels = series[0][0].fan.labels if series else ()
    wanted = [i for i, text in enumerate(labels) if "Q" not in text or text.endswith("Q4")]
    rows = []
    for i in wanted or range(len(labels)):
        cells = []
        for one, change in series:
            low, mid, high = (float(one.fan.values[LEVELS.index(q), i]) for q in (0.05, 0.5, 0.95))
            if not all(math.isfinite(v) for v in (low, mid, high)):
                cells.append(missing)
                continue
            middle, between = interval(mid, low, high, Unit("", unit.factor), change=change)
            cells.append(f"{middle} ({between})")
        rows.append(TableRow(quarter_words(labels[i]), tuple(cells)))
    return rows


def last_value(series: Series, unit: Unit, *, change: bool) -> tuple[str, str, str] | None:
    """Return the last known median and interval of a series in words, with its time label.

    Returns:
        Median with unit, interval with unit, time label; or None if nothing is known.
    """
    finite = np.flatnonzero(np.isfinite(series.fan.median))
    if not finite.size:
        return None
    i = int(finite[-1])
    low, mid, high = (float(series.fan.values[LEVELS.index(q), i]) for q in (0.05, 0.5, 0.95))
    middle, between = interval(mid, low, high, unit, change=change)
    return middle, between, quarter_words(series.fan.labels[i])
