# SPDX-License-Identifier: Apache-2.0
"""The frame of a figure that is a file of its own: style, light and dark; title; axes; grid."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chokegraph.report.svg import tag

WIDTH, HEIGHT = 860.0, 560.0
LEFT, RIGHT, TOP, BOTTOM = 76.0, 24.0, 76.0, 66.0

STYLE = """
svg { background: var(--ground); font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif;
  --ground: #ffffff; --ink: #17202b; --soft: #4c5867; --faint: #e3e8ed; --line: #8a96a3;
  --free: #12507b; --a: #b4460a; --b: #8a6d00; --a-ground: #fbe9dc; --b-ground: #fdf6da;
  --s1: #12507b; --s2: #b4460a; --s3: #5b3a8e; --s4: #1f7a4d; --s5: #8a6d00; --s6: #7a1f4d; }
@media (prefers-color-scheme: dark) { svg {
  --ground: #12171e; --ink: #e8edf2; --soft: #aab5c1; --faint: #26303b; --line: #8a97a5;
  --free: #8cc4ee; --a: #f5995a; --b: #e0c252; --a-ground: #33231a; --b-ground: #2c2716;
  --s1: #8cc4ee; --s2: #f5995a; --s3: #c3a6ee; --s4: #7fd0a4; --s5: #e0c252; --s6: #ee9cc3; } }
text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 12px; }
.title { font-size: 17px; font-weight: 600; } .end { text-anchor: end; }
.mid { text-anchor: middle; }
.grid { stroke: var(--faint); fill: none; } .axis { stroke: var(--line); fill: none; }
.ground { fill: var(--ground); } .in-a { fill: var(--a-ground); } .in-b { fill: var(--b-ground); }
.limit { stroke: var(--ink); stroke-width: 2; fill: none; } .other { stroke-dasharray: 6 4; }
.free { fill: var(--free); } .a { fill: var(--a); } .b { fill: var(--b); } .q { fill: var(--soft); }
.dot { stroke: var(--ground); stroke-width: 1; } .name { font-size: 11px; }
.lead { stroke: var(--line); stroke-width: .6; fill: none; }
.halo { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); }
.s5 { --c: var(--s5); } .s6 { --c: var(--s6); }
.band { fill: var(--c); opacity: .16; } .curve { stroke: var(--c); stroke-width: 2.2; fill: none; }
.point { fill: var(--c); stroke: var(--c); stroke-width: 1.6; } .hollow { fill: var(--ground); }
.label { fill: var(--c); font-weight: 600; } .s0 { --c: var(--line); }
.thin { opacity: .09; }
"""

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Axis:
    """One axis: the words, the ticks, and where a value stands."""

    words: str
    ticks: Sequence[float]
    at: Scale
    write: Callable[[float], str] = "{:,.6g}".format


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """Return a scale with equal steps.

    Example:
        >>> linear(0.0, 10.0, 100.0, 200.0)(5.0)
        150.0
    """
    return lambda value: start + (value - low) / (high - low) * (end - start)


def logarithmic(low: float, high: float, start: float, end: float) -> Scale:
    """Return a scale with equal steps for equal ratios; what is below its start stands there.

    Example:
        >>> round(logarithmic(1.0, 100.0, 0.0, 200.0)(10.0))
        100
    """
    ratio = math.log(high / low)
    return lambda value: start + math.log(max(value, low) / low) / ratio * (end - start)


def page(title: str, note: str, description: str, x: Axis, y: Axis, body: Iterable[Markup]) -> str:
    """Return a figure of one panel: title, axes, grid, and what is drawn."""
    frame = panel(x, y, top=TOP, bottom=HEIGHT - BOTTOM, right=WIDTH - RIGHT)
    return sheet(title, note, description, [*frame, *body], height=HEIGHT)


def panel(x: Axis, y: Axis, *, top: float, bottom: float, right: float) -> list[Markup]:
    """Return the axes and the grid of one panel.

    Args:
        x: Across.
        y: Up.
        top: Where it ends above.
        bottom: Where its lower axis stands.
        right: Where it ends on the right.
    """
    frame = []
    for tick in y.ticks:
        frame.append(tag("path", d=f"M{LEFT:g} {y.at(tick):.1f}H{right:g}", class_="grid"))
        frame.append(tag("text", y.write(tick), x=LEFT - 8, y=y.at(tick) + 4, class_="soft end"))
    for tick in x.ticks:
        frame.append(tag("path", d=f"M{x.at(tick):.1f} {bottom:g}v5", class_="axis"))
        frame.append(tag("text", x.write(tick), x=x.at(tick), y=bottom + 20, class_="soft mid"))
    frame.append(tag("path", d=f"M{LEFT:g} {bottom:g}H{right:g}", class_="axis"))
    frame.append(tag("text", x.words, x=(LEFT + right) / 2, y=bottom + 44, class_="mid"))
    frame.append(tag("text", y.words, x=LEFT, y=top - 8, class_="soft"))
    return frame


def sheet(
    title: str,
    note: str,
    description: str,
    body: Iterable[Markup],
    *,
    height: float,
    style: str = "",
    left: float = LEFT,
) -> str:
    """Return a file: style, title, a line of notes, a description for those who cannot see it.

    Args:
        title: What the figure shows.
        note: A line below it.
        description: The figure in words.
        body: What is drawn.
        height: Of the whole.
        style: Rules of its own.
        left: Where title and note begin.
    """
    parts = [
        tag("title", title),
        tag("desc", description),
        tag("style", Markup(STYLE + style)),  # noqa: S704 - constants
        tag("rect", x=0, y=0, width=WIDTH, height=height, class_="ground"),
        tag("text", title, x=left, y=28, class_="title"),
        tag("text", note, x=left, y=48, class_="soft"),
    ]
    drawing = tag(
        "svg",
        *parts,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        width=WIDTH,
        height=height,
        role="img",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}\n'
