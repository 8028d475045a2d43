# SPDX-License-Identifier: Apache-2.0
"""Section 8: the chain from left to right by stage, coloured by what the target loses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from chokegraph.report.scale import css_class
from chokegraph.report.svg import join, tag

COLUMN, GAP, ROW, HEAD = 164.0, 18.0, 19.0, 24.0
CHARACTER = 5.9
"""Width of a letter of the node labels, for shortening them."""


@dataclass(frozen=True)
class Node:
    """One box of the map.

    Args:
        key: Id of the input or product.
        name: Its name.
        stage: Name of its stage.
        loss: Change against the baseline as a fraction; NaN where unknown.
        words: Its loss in words, for the label and the list.
        anchor: Where the evidence on it stands on the page; may be empty.
    """

    key: str
    name: str
    stage: str
    loss: float
    words: str
    anchor: str = ""

    @property
    def row_id(self) -> str:
        """Id of its row in the list view."""
        return f"node-{self.key}".replace("_", "-")


@dataclass(frozen=True)
class Place:
    """Where a node stands."""

    x: float
    y: float


def layout(
    stages: list[tuple[str, list[Node]]], columns: int
) -> tuple[dict[str, Place], list[tuple[str, Place]], float]:
    """Fill columns from left to right with the stages in order, top to bottom.

    Args:
        stages: Stage names with their nodes.
        columns: About how many columns.

    Returns:
        Places of nodes, places of stage titles, and the height needed.

    Example:
        >>> node = Node("a", "A", "First", 0.0, "none")
        >>> places, titles, height = layout([("First", [node])], 3)
        >>> places["a"], titles[0][0]
        (Place(x=0.0, y=24.0), 'First')
    """
    total = sum(len(nodes) * ROW + HEAD + 8 for _, nodes in stages)
    limit = max(total / columns * 1.04, HEAD + 3 * ROW)
    places: dict[str, Place] = {}
    titles: list[tuple[str, Place]] = []
    x, y, tallest = 0.0, 0.0, 0.0
    for title, nodes in stages:
        if y > 0 and y + HEAD + min(len(nodes), 3) * ROW > limit:
            x, y = x + COLUMN + GAP, 0.0
        titles.append((title, Place(x, y)))
        y += HEAD
        for node in nodes:
            if y + ROW > limit + 1:
                x, y = x + COLUMN + GAP, 0.0
                titles.append((f"{title}, continued", Place(x, y)))
                y += HEAD
            places[node.key] = Place(x, y)
            y += ROW
            tallest = max(tallest, y)
        y += 8
    return places, titles, tallest


def shorten(name: str, width: float) -> str:
    """Cut a name so that it fits; the full name stays in the label and the list.

    Example:
        >>> shorten("Extreme ultraviolet scanner", 80.0)
        'Extreme ultr…'
    """
    most = int(width / CHARACTER)
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def draw_map(
    stages: list[tuple[str, list[Node]]],
    links: list[tuple[str, str]],
    bins: list[float],
    *,
    columns: int = 6,
) -> Markup:
    """Draw the map: every node is a link to its row in the list.

    Args:
        stages: Stage names in order with their nodes; products last.
        links: Pairs of node keys, from needed to needing.
        bins: Steps of the colour scale.
        columns: About how many columns.

    Returns:
        An SVG group of links, each with its full name and loss as label.

    Example:
        >>> node = Node("a", "A", "First", -0.5, "half is lost")
        >>> 'aria-label="A: half is lost"' in draw_map([("First", [node])], [], [0.1])
        True
    """
    places, titles, height = layout(stages, columns)
    width = max((place.x for place in places.values()), default=0.0) + COLUMN
    lines = [
        tag("path", d=_curve(places[a], places[b]), class_="link", data_a=a, data_b=b)
        for a, b in links
        if a in places and b in places
    ]
    heads = [
        tag("text", shorten(text, COLUMN * 0.92), x=place.x, y=place.y + 15, class_="stage")
        for text, place in titles
    ]
    boxes = [_box(node, places[node.key], bins) for _, nodes in stages for node in nodes]
    return tag(
        "svg",
        tag("title", "Map of the chain, coloured by loss", id="map-t"),
        tag(
            "desc",
            "Stages from left to right; each box is an input and links to its row in the "
            "list below, which holds the same content.",
            id="map-d",
        ),
        tag("g", join(lines), class_="links", aria_hidden="true"),
        join(heads),
        join(boxes),
        viewBox=f"-2 0 {width + 4:g} {height + 6:g}",
        role="group",
        aria_labelledby="map-t map-d",
        class_="chain",
    )


def _box(node: Node, place: Place, bins: list[float]) -> Markup:
    return tag(
        "a",
        tag(
            "rect",
            x=place.x,
            y=place.y,
            width=COLUMN,
            height=ROW - 3,
            rx=3,
            class_=f"box {css_class(node.loss, bins)}",
        ),
        tag(
            "text",
            shorten(node.name, COLUMN - 10),
            x=place.x + 6,
            y=place.y + 12,
            class_="node-label",
        ),
        tag("title", f"{node.name}: {node.words}"),
        href=f"#{node.row_id}",
        aria_label=f"{node.name}: {node.words}",
        data_node=node.key,
        class_="node",
    )


def _curve(a: Place, b: Place) -> str:
    ax, ay = a.x + COLUMN, a.y + ROW / 2
    bx, by = b.x, b.y + ROW / 2
    if math.isclose(a.x, b.x):
        return f"M{ax:g} {ay:g}c9 0 9 {by - ay:g} 0 {by - ay:g}"
    if a.x > b.x:
        ax, bx = a.x, b.x + COLUMN
    half = (bx - ax) / 2
    return f"M{ax:g} {ay:g}c{half:g} 0 {half:g} {by - ay:g} {bx - ax:g} {by - ay:g}"
