# SPDX-License-Identifier: Apache-2.0
"""Section 6: design-around. By which route each product is made, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from markupsafe import Markup

from chokegraph.report.names import Names
from chokegraph.report.numbers import THIN, percent
from chokegraph.report.quantiles import LEVELS, quantiles
from chokegraph.report.svg import join, tag
from chokegraph.report.words import Words

WIDTH, BAR, LEFT, RIGHT, TOP = 400.0, 17.0, 112.0, 8.0, 20.0
SHOWN_YEARS = 3
COLOURS = 4
PATTERNS = ("", " hatched", " dotted")


@dataclass(frozen=True)
class RouteKey:
    """One route in the legend: colour class, name, and what is to be said of it."""

    css: str
    name: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class RouteTableRow:
    """One row of the table: year, run, and a text for each route."""

    year: str
    run: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RouteFigure:
    """Stacked bars of one product."""

    key: str
    product: str
    routes: tuple[RouteKey, ...]
    drawing: Markup
    rows: tuple[RouteTableRow, ...]


def route_figures(
    array: xr.DataArray, names: Names, words: Words, denied: frozenset[str] = frozenset()
) -> tuple[RouteFigure, ...]:
    """Draw each product that has more than one route.

    Args:
        array: Output by route, dimensions run, draw, year, route.
        names: Names of products and routes.
        words: The phrases.
        denied: Routes that need an input whose sales the scenario stops.

    Returns:
        One figure a product, those with more than one route only.
    """
    figures = []
    routes = [str(r) for r in array["route"].values]
    for product in dict.fromkeys(names.routes[r].product_id for r in routes):
        own = [r for r in routes if names.routes[r].product_id == product]
        if len(own) > 1:
            figures.append(_figure(array.sel(route=own), product, own, names, words, denied))
    return tuple(figures)


def _years(years: list[int]) -> list[int]:
    """First, middle and last year."""
    picks = np.linspace(0, len(years) - 1, min(SHOWN_YEARS, len(years))).round().astype(int)
    return [years[i] for i in picks]


def _colour(number: int, *, around: bool) -> str:
    """Class of the n-th route of its kind: four colours, then the same hatched, then dotted.

    Example:
        >>> _colour(0, around=True), _colour(4, around=True), _colour(9, around=False)
        ('ra1', 'ra1 hatched', 'rn2 dotted')
    """
    turn, colour = divmod(number, COLOURS)
    return f"{'ra' if around else 'rn'}{colour + 1}{PATTERNS[turn % len(PATTERNS)]}"


def _figure(
    array: xr.DataArray,
    product: str,
    own: list[str],
    names: Names,
    words: Words,
    denied: frozenset[str],
) -> RouteFigure:
    own = sorted(own, key=lambda r: names.routes[r].design_around)
    counts = {False: 0, True: 0}
    keys = []
    for route in own:
        around = names.routes[route].design_around
        css = _colour(counts[around], around=around)
        counts[around] += 1
        marks = [
            words.tables["route_marks"][key]
            for key, yes in (("around", around), ("denied", route in denied))
            if yes
        ]
        keys.append(RouteKey(css, names.routes[route].name, tuple(marks)))
    ordered = array.sel(route=own).transpose("run", "draw", "year", "route")
    shares = ordered / ordered.sum("route").where(lambda total: total > 0)
    bars: list[Markup] = []
    rows: list[RouteTableRow] = []
    y = TOP
    span = WIDTH - LEFT - RIGHT
    told: list[str] = []
    for year in _years([int(v) for v in array["year"].values]):
        bars.append(tag("text", str(year), x=2, y=y + BAR + 4, class_="tick strong"))
        for run in ("baseline", "scenario"):
            draws = np.asarray(shares.sel(run=run, year=year).values, dtype=np.float64)
            bars.append(tag("text", run, x=LEFT - 6, y=y + BAR - 4.5, class_="tick end"))
            known = np.isfinite(draws).all(axis=1)
            if not known.any():
                bars.append(tag("rect", x=LEFT, y=y, width=span, height=BAR - 2, class_="missing"))
                rows.append(RouteTableRow(str(year), run, (words.empty("value"),) * len(own)))
                y += BAR
                continue
            means = draws[known].mean(axis=0)
            five = quantiles(draws[known])
            x = LEFT
            for key, share in zip(keys, means, strict=True):
                colour, _, pattern = key.css.partition(" ")
                for css in filter(None, (colour, pattern)):
                    bars.append(
                        tag("rect", x=x, y=y, width=share * span, height=BAR - 2, class_=css)
                    )
                x += share * span
            cells = tuple(
                f"{percent(means[i])} ({percent(five[LEVELS.index(0.05), i])} to "
                f"{percent(five[LEVELS.index(0.95), i])}){THIN}%"
                for i in range(len(own))
            )
            rows.append(RouteTableRow(str(year), run, cells))
            told.append(
                f"{year} {run}: "
                + ", ".join(f"{k.name} {percent(m)} %" for k, m in zip(keys, means, strict=True))
            )
            y += BAR
        y += 9
    grid = [
        tag("path", d=f"M{LEFT + share * span:g} {TOP - 4:g}V{y - 6:g}", class_="grid")
        for share in (0.0, 0.5, 1.0)
    ]
    labels = [
        tag("text", text, x=LEFT + share * span, y=12, class_="tick " + css)
        for share, text, css in (
            (0.0, "0 % of output", ""),
            (0.5, "50 %", "mid"),
            (1.0, "100 %", "end"),
        )
    ]
    figure_id = f"fig-route-{product.replace('_', '-')}"
    drawing = tag(
        "svg",
        tag(
            "title",
            f"Output of {names.product(product)} by route, % of output",
            id=f"{figure_id}-t",
        ),
        tag("desc", f"Mean share over draws. {'; '.join(told)}.", id=f"{figure_id}-d"),
        join(grid),
        join(labels),
        join(bars),
        viewBox=f"0 0 {WIDTH:g} {y:g}",
        role="img",
        class_="stack",
        aria_labelledby=f"{figure_id}-t {figure_id}-d",
    )
    return RouteFigure(figure_id, names.product(product), tuple(keys), drawing, tuple(rows))
