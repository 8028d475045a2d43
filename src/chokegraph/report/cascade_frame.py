# SPDX-License-Identifier: Apache-2.0
"""One SVG file with two drawings of the same content: one for wide windows, one for phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chokegraph.report.svg import tag

WIDE, NARROW = 1040.0, 390.0
TURN = 700
"""Below this width of an upright window the narrow drawing is shown."""

_STYLE = """
svg { font: 13px system-ui, "Segoe UI", Roboto, Arial, sans-serif;
  --ground: #ffffff; --ink: #17202b; --soft: #4c5867; --faint: #e3e8ed; --line: #8a96a3;
  --kept: #9dbdd6; --lost: #b4460a; --bar: #12507b; --down: #12507b; --up: #8a6d00; }
@media (prefers-color-scheme: dark) { svg {
  --ground: #12171e; --ink: #e8edf2; --soft: #aab5c1; --faint: #26303b; --line: #8a97a5;
  --kept: #37566e; --lost: #f5995a; --bar: #8cc4ee; --down: #8cc4ee; --up: #e0c252; } }
.root { background: var(--ground); display: block; margin: 0 auto; max-width: WIDEpx;
  width: 100%; height: calc(min(100vw, WIDEpx) * WIDE_RATIO); }
.narrow { display: none; }
@media (max-width: TURNpx) and (orientation: portrait) {
  .root { height: calc(100vw * NARROW_RATIO); }
  .wide { display: none; } .narrow { display: inline; } }
text { fill: var(--ink); } .soft { fill: var(--soft); font-size: 12px; }
.title { font-size: 17px; font-weight: 600; } .end { text-anchor: end; }
.mid { text-anchor: middle; } .ground { fill: var(--ground); }
.grid { stroke: var(--faint); fill: none; } .axis { stroke: var(--line); fill: none; }
.kept { fill: var(--kept); } .lost { fill: var(--lost); } .bar { fill: var(--bar); }
.flow-kept { fill: var(--kept); opacity: .55; } .flow-lost { fill: var(--lost); opacity: .75; }
.halo { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.curve { stroke: var(--bar); stroke-width: 2; fill: none; }
.dot { fill: var(--bar); stroke: var(--ground); }
.hollow { fill: var(--ground); stroke: var(--up); stroke-width: 1.5; }
.lead { stroke: var(--line); stroke-width: .7; fill: none; }
"""


@dataclass(frozen=True)
class Drawing:
    """The content of one width: its height and its elements."""

    height: float
    body: Sequence[Markup]


def two_widths(title: str, description: str, wide: Drawing, narrow: Drawing) -> str:
    """Return an SVG file that shows one of two drawings, by the width of the window.

    Args:
        title: What the figure is, for those who cannot see it and for the tab.
        description: What it shows, in words.
        wide: The drawing of `WIDE` width.
        narrow: The drawing of `NARROW` width.

    Returns:
        The file.

    Example:
        >>> text = two_widths("t", "d", Drawing(10, []), Drawing(20, []))
        >>> text.count("<svg")
        3
    """
    words = {
        "WIDE_RATIO": f"{wide.height / WIDE:.4f}",
        "NARROW_RATIO": f"{narrow.height / NARROW:.4f}",
        "WIDE": f"{WIDE:g}",
        "TURN": str(TURN),
    }
    style = _STYLE
    for word, value in words.items():
        style = style.replace(word, value)
    inner = [
        tag(
            "svg",
            *drawing.body,
            viewBox=f"0 0 {width:g} {drawing.height:g}",
            width="100%",
            height="100%",
            class_=name,
            preserveAspectRatio="xMidYMin meet",
        )
        for drawing, width, name in ((wide, WIDE, "wide"), (narrow, NARROW, "narrow"))
    ]
    root = tag(
        "svg",
        tag("title", title),
        tag("desc", description),
        tag("style", Markup(style)),  # noqa: S704 - a constant with numbers of ours
        *inner,
        xmlns="http://www.w3.org/2000/svg",
        width=WIDE,
        height=wide.height,
        role="img",
        class_="root",
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'


def short(text: str, most: int) -> str:
    """Return a text of at most so many characters.

    Example:
        >>> short("Delft Scanners", 8)
        'Delft S…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def percent(share: float) -> str:
    """Return a share for people.

    Example:
        >>> percent(0.8375), percent(0.0004), percent(0.0)
        ('84 %', '< 0.1 %', '0 %')
    """
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.0f} %" if share >= 0.1 or share == 0 else f"{100 * share:.2g} %"


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many characters.

    Example:
        >>> wrapped("what is lost when each stops", 12)
        ['what is lost', 'when each', 'stops']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(short(word, width))
    return lines


def amount(value: float) -> str:
    """Return an amount of money for people.

    Example:
        >>> amount(15500.0), amount(12.345)
        ('15,500', '12.3')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
