# SPDX-License-Identifier: Apache-2.0
"""Section 8: the chain from left to right by stage, coloured by what the target loses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from chokegraph.report.scale import css_class
from chokegraph.report.svg import join, tag

COLUMN, GAP, ROW, HEAD = 152.0, 15.0, 19.0, 24.0
KEPT_TOGETHER = 3
"""A stage title has at least so many boxes below it in its column."""

STRIP = 11.0
"""Width of a strip at the left of a box: what is lost at once."""

CHARACTER = 6.0
"""Width of a letter of the node labels, for shortening them."""


@dataclass(frozen=True)
class AtOnce:
    """What is lost on day one: a strip of a box.

    Args:
        title: What it is about, for the label and the list.
        loss: Change as a fraction; NaN where unknown.
        words: The same in words.
    """

    title: str
    loss: float
    words: str


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
        at_once: What is lost on day one; products have two, for lines that run and new ones.
    """

    key: str
    name: str
    stage: str
    loss: float
    words: str
    anchor: str = ""
    at_once: tuple[AtOnce, ...] = ()

    @property
    def label(self) -> str:
        """Its losses in words: at once, then over the years."""
        first = "; ".join(f"{one.title} {one.words}" for one in self.at_once)
        return f"{first}; over the years {self.words}" if first else self.words

    @property
    def row_id(self) -> str:
        """Id of its row in the list view."""
        return f"node-{self.key}".replace("_", "-")


@dataclass(frozen=True)
class Place:
    """Where a node stands."""

    x: float
    y: float


@dataclass(frozen=True)
class Layout:
    """Places of nodes and of stage titles, and how high and wide they reach."""

    nodes: dict[str, Place]
    titles: tuple[tuple[str, Place], ...]

    @property
    def width(self) -> float:
        """Right edge of the last column."""
        return max(place.x for place in self.nodes.values()) + COLUMN

    @property
    def height(self) -> float:
        """Lower edge of the longest column."""
        return max(place.y for place in self.nodes.values()) + ROW


def layout(stages: list[tuple[str, list[Node]]], columns: int) -> Layout:
    """Fill columns from left to right with the stages in order; the last stage stands alone.

    Args:
        stages: Stage names with their nodes; the last one holds the products.
        columns: At most how many columns.

    Returns:
        The lowest layout that fits into so many columns.

    Example:
        >>> node = Node("a", "A", "First", 0.0, "none")
        >>> layout([("First", [node])], 3).nodes["a"]
        Place(x=0.0, y=24.0)
    """
    rows = max(len(nodes) for _, nodes in stages)
    limit = HEAD + rows * ROW / columns
    most = (columns - 1) * (COLUMN + GAP)
    while True:
        filled = _fill(stages, limit)
        if max(place.x for place in filled.nodes.values()) <= most:
            return filled
        limit += ROW


def _fill(stages: list[tuple[str, list[Node]]], limit: float) -> Layout:
    places: dict[str, Place] = {}
    titles: list[tuple[str, Place]] = []
    x, y = 0.0, 0.0
    for title, nodes in stages:
        alone = title == stages[-1][0]
        if y > 0 and (alone or y + HEAD + min(len(nodes), KEPT_TOGETHER) * ROW > limit):
            x, y = x + COLUMN + GAP, 0.0
        titles.append((title, Place(x, y)))
        y += HEAD
        for node in nodes:
            if y + ROW > limit + 1 and not alone and y > HEAD:
                x, y = x + COLUMN + GAP, 0.0
                titles.append((f"{title}, more", Place(x, y)))
                y += HEAD
            places[node.key] = Place(x, y)
            y += ROW
        y += 8
    return Layout(places, tuple(titles))


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
    columns: int = 7,
) -> Markup:
    """Draw the map: every node is a link to its row in the list.

    Args:
        stages: Stage names in order with their nodes; products last.
        links: Pairs of node keys, from needed to needing.
        bins: Steps of the colour scale.
        columns: At most how many columns.

    Returns:
        An SVG group of links, each with its full name and loss as label.

    Example:
        >>> node = Node("a", "A", "First", -0.5, "half is lost")
        >>> 'aria-label="A: half is lost"' in draw_map([("First", [node])], [], [0.1])
        True
    """
    placed = layout(stages, columns)
    places = placed.nodes
    last = placed.width - COLUMN
    numbers = {key: place for place, key in enumerate(places)}

    def ends(a: str, b: str) -> str:
        return f"{numbers[a]} {numbers[b]}"

    lines = [
        tag(
            "path",
            d=_curve(places[a], places[b]),
            class_="link" if places[b].x < last else "link far",
            data_ends=ends(a, b),
        )
        for a, b in links
        if a in places and b in places
    ]
    heads = [
        tag("text", shorten(text, COLUMN * 0.92), x=place.x, y=place.y + 15, class_="stage")
        for text, place in placed.titles
    ]
    boxes = [
        _box(node, places[node.key], numbers[node.key], bins)
        for _, nodes in stages
        for node in nodes
    ]
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
        viewBox=f"-2 0 {placed.width + 4:g} {placed.height + 6:g}",
        role="group",
        aria_labelledby="map-t map-d",
        class_="chain",
    )


def _box(node: Node, place: Place, number_of: int, bins: list[float]) -> Markup:
    strips = [
        tag(
            "rect",
            x=place.x + k * STRIP,
            y=place.y,
            width=STRIP,
            height=ROW - 3,
            class_=f"strip {css_class(one.loss, bins)}",
        )
        for k, one in enumerate(node.at_once)
    ]
    wide = STRIP * len(strips)
    return tag(
        "a",
        tag(
            "rect",
            x=place.x,
            y=place.y,
            width=COLUMN,
            height=ROW - 3,
            rx=0 if strips else 3,
            class_=f"box {css_class(node.loss, bins)}",
        ),
        tag(
            "text",
            shorten(node.name, COLUMN - wide - 8),
            x=place.x + wide + (4 if strips else 6),
            y=place.y + 12,
            class_="node-label",
        ),
        join(strips),
        tag("title", f"{node.name}: {node.label}"),
        href=f"#{node.row_id}",
        aria_label=f"{node.name}: {node.label}",
        data_node=str(number_of),
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
