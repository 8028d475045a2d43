# SPDX-License-Identifier: Apache-2.0
"""A few helpers that write SVG and HTML elements with everything escaped.

All text and attribute values go through markupsafe, so words from a scenario or a source cannot
become markup. Coordinates are written with at most one decimal: charts stay small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def coordinate(value: float) -> str:
    """Write a coordinate with at most one decimal.

    Example:
        >>> coordinate(12.04), coordinate(-0.01), coordinate(3.26)
        ('12', '0', '3.3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Write one element; children that are not Markup are escaped.

    Args:
        name: Element name, written by us.
        children: Text (escaped) or Markup (kept).
        attributes: Attributes; `class_` becomes `class`, other underscores become hyphens, None is
            left out. Names in camel case (viewBox) are kept.

    Returns:
        The element.

    Example:
        >>> tag("text", "a < b", x=1.25, class_="tick", aria_hidden="true")
        Markup('<text x="1.2" class="tick" aria-hidden="true">a &lt; b</text>')
    """
    parts = []
    for key, value in attributes.items():
        if value is None:
            continue
        text = coordinate(value) if isinstance(value, (int, float)) else value
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = Markup("").join(escape(child) for child in children)
    return Markup(f"<{name}{''.join(parts)}>{inner}</{name}>")  # noqa: S704 - all parts escaped


def join(parts: Iterable[Markup]) -> Markup:
    """Join elements.

    Example:
        >>> join([tag("b", "1"), tag("b", "2")])
        Markup('<b>1</b><b>2</b>')
    """
    return Markup("").join(parts)


def line_path(points: Iterable[tuple[float, float]]) -> str:
    """Write a path through points; a point that is not finite lifts the pen.

    Args:
        points: Pairs of x and y.

    Returns:
        The `d` attribute.

    Example:
        >>> line_path([(0, 0), (1, 2), (2, float("nan")), (3, 1)])
        'M0 0L1 2M3 1'
    """
    parts: list[str] = []
    pen_down = False
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y)):
            pen_down = False
            continue
        parts.append(f"{'L' if pen_down else 'M'}{coordinate(x)} {coordinate(y)}")
        pen_down = True
    return "".join(parts)


def band_path(xs: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> str:
    """Write closed areas between two lines, one for each run of finite points.

    Example:
        >>> band_path([0, 1], [0, 1], [2, 3])
        'M0 2L1 3L1 1L0 0Z'
    """
    areas: list[str] = []
    run: list[int] = []
    for index in range(len(xs) + 1):
        whole = index < len(xs) and math.isfinite(lows[index]) and math.isfinite(highs[index])
        if whole:
            run.append(index)
            continue
        if len(run) > 1:
            upper = [(xs[i], highs[i]) for i in run]
            lower = [(xs[i], lows[i]) for i in reversed(run)]
            areas.append(line_path([*upper, *lower]) + "Z")
        run = []
    return "".join(areas)


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Choose round tick values that cover a range.

    Args:
        low: Smallest value shown.
        high: Largest value shown.
        count: About how many ticks.

    Returns:
        Increasing tick values; the first is at or below `low`, the last at or above `high`.

    Example:
        >>> nice_ticks(0.0, 0.93)
        [0.0, 0.25, 0.5, 0.75, 1.0]
        >>> nice_ticks(2.0, 2.0)
        [2.0, 2.25, 2.5, 2.75, 3.0]
    """
    if high - low <= 1e-9 * max(abs(low), abs(high), 1.0):
        high = low + (abs(low) if 0 < abs(low) < 1 else 1.0)
    rough = (high - low) / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if power * m >= rough * (1 - 1e-9))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]
