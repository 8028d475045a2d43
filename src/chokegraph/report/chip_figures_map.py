# SPDX-License-Identifier: Apache-2.0
"""The map of TPP against die area: what is caught, what is free, and real parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from chokegraph.report.chip_figures_frame import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Scale,
    linear,
    logarithmic,
    page,
)
from chokegraph.report.svg import band_path, line_path, nice_ticks, tag
from chokegraph.study.chip_classify import MapData

LINE = 15.0
"""Height of a line of small text."""
_CLASS = {"3A090": "a", "3A090.a": "a", "3A090.b": "b", "not 3A090": "free"}
_FREE, _UNKNOWN = "not 3A090", "cannot be told"


def draw_map(data: MapData) -> str:
    """Draw TPP against die area: real parts, and the TPP from which a part is caught.

    Args:
        data: See `chokegraph.study.chip_classify.map_data`.

    Returns:
        The SVG file.
    """
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    rows = data.parts.to_dicts()
    widest = float(data.ceiling["area"].max())  # type: ignore[arg-type]
    least = min(min(row["tpp"] for row in rows), 1000.0) * 0.9
    most = max(max(row["tpp"] for row in rows), 10_000.0) * 1.25
    across = linear(0, widest, LEFT, right)
    up = logarithmic(max(least, 1.0), most, bottom, TOP)
    decades = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    ticks = [t * 100.0 for t in decades if least <= t * 100.0 <= most]
    x_ticks = [t for t in nice_ticks(0, widest, 7) if t <= widest]
    body = [*_regions(data, across, up), *_limits(data, across, up), *_dots(rows, across, up)]
    free = sum(row["status"] == _FREE for row in rows)
    left_out = len(data.without_area)
    note = (
        f"{free} of {len(rows)} parts are free; {left_out} more have no known area. Hollow: not "
        "marketed for data centres."
    )
    return page(
        f"What 3A090 catches on {data.on}",
        note,
        f"Total processing performance against applicable die area, on {data.on}. "
        + "; ".join(f"{row['name']}: {row['status']}" for row in rows),
        Axis("Applicable die area, mm2", x_ticks, across),
        Axis("Total processing performance (TOPS x bits, logarithmic)", ticks, up),
        body,
    )


def _regions(data: MapData, across: Scale, up: Scale) -> list[Markup]:
    """Grounds of paragraphs a and b, for data-centre parts."""
    limits = data.regions
    if "high" not in limits:
        return []
    areas = data.ceiling["area"].to_list()
    roof = [limits["high"]] * len(areas)
    dense = [min(max(limits["low"], limits["dense"] * area), limits["high"]) for area in areas]
    floor = [min(line, limit) for line, limit in zip(data.ceiling["centre"], roof, strict=True)]
    xs = [across(area) for area in areas]
    top = [TOP] * len(areas)
    return [
        tag("path", d=band_path(xs, [up(v) for v in dense], top), class_="in-a"),
        tag(
            "path",
            d=band_path(xs, [up(v) for v in floor], [up(v) for v in dense]),
            class_="in-b",
        ),
        tag("text", "3A090.a", x=across(areas[-1]) - 8, y=TOP + 18, class_="a end"),
        tag(
            "text",
            "3A090.b",
            x=across(limits["high"] / limits["medium"]),
            y=up(limits["high"]) + 18,
            class_="b mid",
        ),
    ]


def _limits(data: MapData, across: Scale, up: Scale) -> list[Markup]:
    found = []
    frame = data.ceiling
    for name, css in (("other", "limit other"), ("centre", "limit")):
        points = [
            (across(area), up(value) if math.isfinite(value) else math.nan)
            for area, value in zip(frame["area"], frame[name], strict=True)
        ]
        found.append(tag("path", d=line_path(points), class_=css))
    if math.isfinite(frame["centre"][0]):
        x = across(frame["area"][-1]) - 8
        same = frame["other"][0] == frame["centre"][0]
        words = "caught from here, if not for data centres"
        if same:
            words = (
                f"caught from here, if inputs and outputs reach {data.regions['transfer']:g} GB/s"
            )
        found.append(tag("text", words, x=x, y=up(frame["other"][-1]) - 6, class_="soft end halo"))
        if not same:
            at = 3 * frame.height // 5
            found.append(
                tag(
                    "text",
                    "caught from here, if for data centres",
                    x=across(frame["area"][at]),
                    y=up(frame["centre"][at]) + 22,
                    class_="soft halo",
                )
            )
    return found


def _dots(rows: Sequence[dict[str, Any]], across: Scale, up: Scale) -> list[Markup]:
    """Dots, then names where they find room; a name that finds none is in the dot's title only."""
    dots: list[Markup] = []
    names: list[Markup] = []
    taken = [(across(r["area"]) - 5, up(r["tpp"]) - 5, 10.0, 10.0) for r in rows]
    order = sorted(rows, key=lambda r: (not r["made_up"], r["status"] != _FREE, r["tpp"]))
    for row in order:
        x, y = across(row["area"]), up(row["tpp"])
        css = _CLASS.get(row["status"], "q")
        title = tag("title", f"{row['name']}: TPP {row['tpp']:,.0f}, {row['status']}")
        hollow = not row["datacentre"]
        dots.append(
            tag(
                "circle",
                title,
                cx=x,
                cy=y,
                r=7.0 if row["made_up"] else 4.5,
                class_=f"dot {css}",
                style=f"fill: var(--ground); stroke: var(--{css}); stroke-width: 2"
                if hollow and css != "q"
                else None,
            )
        )
        place = _room(x, y, row["name"], taken)
        if place is None:
            continue
        at, base, anchor, box = place
        taken.append(box)
        if abs(base - 4 - y) > LINE:
            names.append(tag("path", d=f"M{x:.1f} {y:.1f}L{at:.1f} {base - 4:.1f}", class_="lead"))
        names.append(
            tag("text", row["name"], x=at, y=base, class_=f"name halo {css}", text_anchor=anchor)
        )
    return [*dots, *names]


Box = tuple[float, float, float, float]


def _room(
    x: float, y: float, words: str, taken: Sequence[Box]
) -> tuple[float, float, str, Box] | None:
    """The first free place for a name around a dot: right, left, then higher and lower."""
    width = 6.1 * len(words) + 2
    for step in (0, 1, -1, 2, -2, 3, -3):
        base = y + 4 + step * 0.8 * LINE
        for anchor, at, left in (
            ("start", x + 8, x + 8),
            ("end", x - 8, x - 8 - width),
        ):
            box = (left, base - 10, width, 12.0)
            inside = left > LEFT and left + width < WIDTH - 4 and TOP < base < HEIGHT - BOTTOM
            if inside and not any(_overlap(box, other) for other in taken):
                return at, base, anchor, box
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
