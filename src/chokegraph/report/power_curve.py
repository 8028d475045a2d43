# SPDX-License-Identifier: Apache-2.0
"""Power against the size of the coalition: a figure that is a file of its own."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from chokegraph.chain.power import PowerAnswer, ProductPower, SizePower
from chokegraph.chain.power.on_network import NetworkPower
from chokegraph.report.chip_figures_frame import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    linear,
    page,
)
from chokegraph.report.svg import band_path, line_path, nice_ticks, tag

_KEY = 430.0
"""Where the words of the key start."""
_ROOM = 110.0
"""Top of the axis in per cent: labels of what is lost in full need room above."""


def draw_power(answer: PowerAnswer, product: ProductPower) -> str:
    """Draw the loss of a target against the number of members that refuse.

    One curve has the members of the coalition that was asked about, joining one by one; the other
    the most powerful coalition of each size among all suppliers. Bands: 5 to 95 % of the draws.

    Args:
        answer: The answer that the product belongs to.
        product: The product.

    Returns:
        The SVG file.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.power import power
        >>> answer = power(toy_world(), "CN", ["NL", "JP"], draws=20)
        >>> draw_power(answer, answer.products[0]).count('class="curve"')
        2
    """
    most = max(len(product.joining), len(product.sizes), 1)
    ticks = list(range(most + 1))
    x = Axis(
        "Members that refuse together",
        ticks,
        linear(0, most, LEFT + 6, WIDTH - RIGHT - 60),
    )
    percents = nice_ticks(0, 100, 6)
    y = Axis(
        f"Output that {answer.target} loses, %",
        percents,
        linear(0, _ROOM, HEIGHT - BOTTOM, TOP),
    )
    members = "+".join(answer.coalition)
    curves = [
        _curve(product.sizes, "s2", x, y, other=True),
        _curve(product.joining, "s1", x, y, other=False),
        _names(product.sizes, "s2", x, y, above=True),
        _names(product.joining, "s1", x, y, above=False),
        _key(f"{members}, joining one by one", "s1", 0),
        _key("the most powerful of each size among all suppliers", "s2", 1),
    ]
    run = "long run" if answer.horizon == "long" else "short run"
    cut = "" if answer.left == 0.0 else f", {100 * (1 - answer.left):.0f} % withdrawn"
    told = "; ".join(
        f"{'+'.join(row.members)}: {100 * row.loss.median:.0f} % "
        f"({100 * row.loss.low:.0f} to {100 * row.loss.high:.0f})"
        for row in (*product.joining, *product.sizes)
    )
    return page(
        f"Power over {answer.target}: {product.name}",
        f"Line: median of {answer.draws} draws; band: 5 to 95 %; {run}{cut}; facts of "
        f"{answer.year}. Not a forecast.",
        told,
        x,
        y,
        curves,
    )


def draw_network_power(found: NetworkPower) -> str:
    """Draw the loss of a country in a network against the number of members that refuse.

    Args:
        found: The answer for a network.

    Returns:
        The SVG file.
    """
    x = Axis(
        "Members that refuse together",
        list(range(len(found.joining) + 1)),
        linear(0, max(len(found.joining), 1), LEFT + 6, WIDTH - RIGHT - 60),
    )
    y = Axis(
        f"Sales that {found.target} loses, %",
        nice_ticks(0, 100, 6),
        linear(0, _ROOM, HEIGHT - BOTTOM, TOP),
    )
    told = "; ".join(
        f"{'+'.join(row.members)}: {100 * row.loss.median:.0f} %" for row in found.joining
    )
    return page(
        f"Power over {found.target} in a network of {found.nodes} of its nodes",
        f"Line: median of {found.draws} draws; band: 5 to 95 %; {found.horizon} run. "
        "Not a forecast.",
        told,
        x,
        y,
        [
            _curve(found.joining, "s1", x, y, other=False),
            _names(found.joining, "s1", x, y, above=False),
            _key(f"{'+'.join(found.coalition)}, joining one by one", "s1", 0),
        ],
    )


def _curve(rows: Sequence[SizePower], css: str, x: Axis, y: Axis, *, other: bool) -> Markup:
    xs = [x.at(0.0), *(x.at(float(row.size)) for row in rows)]

    def heights(name: str) -> list[float]:
        return [y.at(0.0), *(y.at(100 * float(getattr(row.loss, name))) for row in rows)]

    middle = heights("median")
    band = tag("path", d=band_path(xs, heights("low"), heights("high")), class_="band")
    line = tag("path", d=line_path(zip(xs, middle, strict=True)), class_="curve")
    points = []
    for row, left, height in zip(rows, xs[1:], middle[1:], strict=True):
        words = tag(
            "title",
            f"{'+'.join(row.members)}: {100 * row.loss.median:.0f} %, "
            f"stops in {100 * row.stops:.0f} % of the draws",
        )
        if other:
            shape = f"M{left - 5:.1f} {height:.1f}l5 -5l5 5l-5 5Z"
            points.append(tag("path", words, d=shape, class_="point hollow"))
        else:
            points.append(tag("circle", words, cx=left, cy=height, r=4.5, class_="point"))
    return tag("g", band, line, *points, class_=css)


def _names(rows: Sequence[SizePower], css: str, x: Axis, y: Axis, *, above: bool) -> Markup:
    """Who it is at each size: the joining member, or who is new in the most powerful coalition."""
    labels = []
    before: set[str] = set()
    for row in rows:
        new = [name for name in row.members if name not in before]
        gone = [name for name in before if name not in row.members]
        text = " ".join(
            [*(f"+{name}" for name in new), *(f"\u2212{name}" for name in sorted(gone))]
        )
        before = set(row.members)
        height = y.at(100 * row.loss.median) + (-11 if above else 19)
        labels.append(
            tag("text", text, x=x.at(float(row.size)), y=height, class_="label mid halo name")
        )
    return tag("g", *labels, class_=css)


def _key(text: str, css: str, place: int) -> Markup:
    height = HEIGHT - BOTTOM - 44 + place * 20
    mark = _KEY - 14
    if css == "s1":
        point = tag("circle", cx=mark, cy=height - 4, r=4.5, class_="point")
    else:
        shape = f"M{mark - 5:.1f} {height - 4:.1f}l5 -5l5 5l-5 5Z"
        point = tag("path", d=shape, class_="point hollow")
    return tag("g", point, tag("text", text, x=_KEY, y=height, class_="label halo"), class_=css)
