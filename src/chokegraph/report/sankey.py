# SPDX-License-Identifier: Apache-2.0
"""A Sankey of a cascade: the sales that lose most, what is left of them and what is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from chokegraph.chain.cascade import CascadeResult
from chokegraph.chain.networks.outcomes import flows_frame
from chokegraph.report.cascade_frame import (
    NARROW,
    WIDE,
    Drawing,
    amount,
    percent,
    short,
    two_widths,
    wrapped,
)
from chokegraph.report.sankey_layout import Link, layers_of, sizes_of, untangle
from chokegraph.report.svg import coordinate, tag

MOST_LINKS = 24
_BAR, _GAP, _TOP, _SIDE, _LEAST = 12.0, 36.0, 98.0, 20.0, 3.0
_TALL = 430.0
_LABEL = 185.0


@dataclass(frozen=True)
class Sankey:
    """What is drawn of one scenario.

    Args:
        scenario: Its name.
        loss: Loss of the whole network, 0 to 1.
        unit: Unit of the values.
        links: The sales that lose most.
        names: Name of each node for people, by id.
        node_loss: Share of output that each node loses, by id.
        left_out: How many sales lose something and are not drawn.
        part: Share of all value lost that the links hold.
    """

    scenario: str
    loss: float
    unit: str
    links: tuple[Link, ...]
    names: Mapping[str, str]
    node_loss: Mapping[str, float]
    left_out: int
    part: float


def sankey_of(result: CascadeResult, shock: int, *, most: int = MOST_LINKS) -> Sankey:
    """Choose what to draw of a scenario: the sales that lose the most value.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> drawn = sankey_of(cascade(chain_of_three(), [Shock("s", lost={0: 1.0})]), 0)
        >>> [(link.source, link.target, link.lost) for link in drawn.links]
        [('1', '2', 10.0), ('2', '3', 10.0)]
    """
    network = result.network
    flows = flows_frame(result, shock)
    total = float(flows["lost"].sum())
    hit = flows.filter(pl.col("lost") > 0)
    kept = hit.sort("lost", descending=True, maintain_order=True).head(most)
    ends = dict.fromkeys([*kept["supplier"], *kept["customer"]])
    left = result.left[shock]
    return Sankey(
        result.shocks[shock].name,
        float(result.loss[shock]),
        network.unit,
        tuple(
            Link(row["supplier"], row["customer"], row["product"], row["value"], row["lost"])
            for row in kept.iter_rows(named=True)
        ),
        {end: (network.names[network.index[end]] if network.names else "") or end for end in ends},
        {end: float(1 - left[network.index[end]]) for end in ends},
        hit.height - kept.height,
        float(kept["lost"].sum()) / total if total else 0.0,
    )


def draw_sankey(drawn: Sankey) -> str:
    """Draw it as an SVG file, for wide windows as bands, for narrow ones as a list.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> drawn = sankey_of(cascade(chain_of_three(), [Shock("s", lost={0: 1.0})]), 0)
        >>> draw_sankey(drawn).count("flow-lost") > 2
        True
    """
    told = "; ".join(
        f"{drawn.names[link.source]} to {drawn.names[link.target]}, {link.product}: "
        f"{amount(link.lost)} of {amount(link.value)} lost"
        for link in drawn.links
    )
    return two_widths(
        f"What {drawn.scenario} takes away",
        told or "No sale loses anything.",
        _wide(drawn),
        _narrow(drawn),
    )


def plotly_sankey(drawn: Sankey) -> dict[str, Any]:
    """Return the same as a figure that plotly reads: two links for each sale, left and lost.

    Example:
        >>> from chokegraph.chain.cascade import Shock, cascade
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> drawn = sankey_of(cascade(chain_of_three(), [Shock("s", lost={0: 0.5})]), 0)
        >>> plotly_sankey(drawn)["data"][0]["link"]["value"]
        [5.0, 5.0, 5.0, 5.0]
    """
    at = {name: spot for spot, name in enumerate(drawn.names)}
    links: dict[str, list[Any]] = {
        "source": [],
        "target": [],
        "value": [],
        "label": [],
        "color": [],
    }
    for link in drawn.links:
        for value, words, color in (
            (link.value - link.lost, "left", "rgba(18,80,123,0.35)"),
            (link.lost, "lost", "rgba(180,70,10,0.75)"),
        ):
            if value > 0:
                links["source"].append(at[link.source])
                links["target"].append(at[link.target])
                links["value"].append(value)
                links["label"].append(f"{link.product}, {words}")
                links["color"].append(color)
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "snap",
                "valuesuffix": f" {drawn.unit}".rstrip(),
                "node": {
                    "label": list(drawn.names.values()),
                    "customdata": [drawn.node_loss[name] for name in drawn.names],
                    "hovertemplate": "%{label}<br>output lost: %{customdata:.0%}<extra></extra>",
                },
                "link": links,
            }
        ],
        "layout": {"title": {"text": f"What {drawn.scenario} takes away"}},
    }


def _note(drawn: Sankey) -> tuple[str, str]:
    unit = f" Values in {drawn.unit}." if drawn.unit else ""
    first = f"Orange: lost; blue: left. Loss of the whole network: {percent(drawn.loss)}.{unit}"
    if not drawn.links:
        return first, "No sale loses anything."
    if not drawn.left_out:
        return first, f"All {len(drawn.links)} sales that lose something."
    return first, (
        f"The {len(drawn.links)} sales that lose most, {percent(drawn.part)} of all value lost; "
        f"{drawn.left_out:,} more lose something."
    )


def _wide(drawn: Sankey) -> Drawing:
    first, second = _note(drawn)
    head = [
        tag("rect", x=0, y=0, width="100%", height="100%", class_="ground"),
        tag("text", short(f"What {drawn.scenario} takes away", 100), x=_SIDE, y=30, class_="title"),
        tag("text", first, x=_SIDE, y=50, class_="soft"),
        tag("text", second, x=_SIDE, y=67, class_="soft"),
    ]
    if not drawn.links:
        return Drawing(90, head)
    layer = layers_of(drawn.links)
    size = sizes_of(drawn.links)
    columns: dict[int, list[str]] = defaultdict(list)
    for name, spot in layer.items():
        columns[spot].append(name)
    scale = _TALL / max(sum(size[name] for name in names) for names in columns.values())
    untangle(columns, drawn.links, layer)
    step = (WIDE - 2 * _SIDE - _LABEL) / max(max(columns), 1)
    place: dict[str, tuple[float, float, float]] = {}
    full = 0.0
    heights = {
        spot: sum(max(size[name] * scale, _LEAST) + _GAP for name in names)
        for spot, names in columns.items()
    }
    tallest = max(heights.values())
    for spot, names in columns.items():
        y = _TOP + (tallest - heights[spot]) / 2 + 14
        for name in names:
            tall = max(size[name] * scale, _LEAST)
            place[name] = (_SIDE + spot * step, y, tall)
            y += tall + _GAP
        full = max(full, y)
    return Drawing(full + 4, [*head, *_bands(drawn, place, scale), *_bars(drawn, place)])


def _bands(
    drawn: Sankey, place: Mapping[str, tuple[float, float, float]], scale: float
) -> list[Markup]:
    """The flows, each as what is left over what is lost."""
    out: dict[str, float] = defaultdict(float)
    into: dict[str, float] = defaultdict(float)
    start: dict[int, float] = {}
    end: dict[int, float] = {}
    for at in sorted(range(len(drawn.links)), key=lambda at: place[drawn.links[at].target][1]):
        link = drawn.links[at]
        start[at] = out[link.source]
        out[link.source] += link.value * scale
    for at in sorted(range(len(drawn.links)), key=lambda at: place[drawn.links[at].source][1]):
        link = drawn.links[at]
        end[at] = into[link.target]
        into[link.target] += link.value * scale
    parts = []
    for at, link in enumerate(drawn.links):
        x1, y1, _ = place[link.source]
        x2, y2, _ = place[link.target]
        left, lost = (link.value - link.lost) * scale, link.lost * scale
        words = (
            f"{drawn.names[link.source]} to {drawn.names[link.target]}, {link.product}: "
            f"{amount(link.lost)} of {amount(link.value)} {drawn.unit} lost"
        )
        top, bottom = y1 + start[at], y2 + end[at]
        bands = [
            tag("path", d=_band(x1 + _BAR, one, x2, other, thick), class_=css)
            for one, other, thick, css in (
                (top, bottom, left, "flow-kept"),
                (top + left, bottom + left, max(lost, 0.6), "flow-lost"),
            )
            if thick > 0
        ]
        parts.append(tag("g", tag("title", words), *bands))
    return parts


def _band(x1: float, y1: float, x2: float, y2: float, thick: float) -> str:
    middle = (x1 + x2) / 2
    c = coordinate
    return (
        f"M{c(x1)} {c(y1)}C{c(middle)} {c(y1)} {c(middle)} {c(y2)} {c(x2)} {c(y2)}"
        f"V{c(y2 + thick)}C{c(middle)} {c(y2 + thick)} {c(middle)} {c(y1 + thick)} "
        f"{c(x1)} {c(y1 + thick)}Z"
    )


def _bars(drawn: Sankey, place: Mapping[str, tuple[float, float, float]]) -> list[Markup]:
    """The nodes: a bar whose orange part is lost, with name and loss above it."""
    parts = []
    for name, (x, y, tall) in place.items():
        lost = drawn.node_loss[name] * tall
        words = f"{drawn.names[name]}: {percent(drawn.node_loss[name])} of output lost"
        parts.append(
            tag(
                "g",
                tag("title", words),
                tag("rect", x=x, y=y, width=_BAR, height=tall, class_="bar"),
                tag("rect", x=x, y=y + tall - lost, width=_BAR, height=lost, class_="lost"),
                tag(
                    "text",
                    short(drawn.names[name], 24),
                    x=x,
                    y=y - 17,
                    class_="halo",
                ),
                tag("text", percent(drawn.node_loss[name]), x=x, y=y - 4, class_="soft halo"),
            )
        )
    return parts


def _narrow(drawn: Sankey) -> Drawing:
    """The same as a list of bars, for phones."""
    first, second = _note(drawn)
    parts = [tag("rect", x=0, y=0, width="100%", height="100%", class_="ground")]
    y = 30.0
    for line in wrapped(f"What {drawn.scenario} takes away", 38):
        parts.append(tag("text", line, x=16, y=y, class_="title"))
        y += 22
    for line in [*wrapped(first, 56), *wrapped(second, 56)]:
        parts.append(tag("text", line, x=16, y=y, class_="soft"))
        y += 17
    y += 12
    most = max((link.value for link in drawn.links), default=1.0)
    for link in drawn.links:
        whole = link.value / most * (NARROW - 32)
        lost = link.lost / most * (NARROW - 32)
        arrow = f"{short(drawn.names[link.source], 22)} → {short(drawn.names[link.target], 22)}"
        parts += [
            tag("text", arrow, x=16, y=y),
            tag(
                "text",
                short(f"{link.product}: {amount(link.lost)} of {amount(link.value)} lost", 56),
                x=16,
                y=y + 16,
                class_="soft",
            ),
            tag("rect", x=16, y=y + 22, width=max(whole, 1.0), height=8, class_="kept"),
            tag("rect", x=16, y=y + 22, width=max(lost, 1.0), height=8, class_="lost"),
        ]
        y += 50
    return Drawing(y + 4, parts)
