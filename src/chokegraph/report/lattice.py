# SPDX-License-Identifier: Apache-2.0
"""The lattice of coalitions as a figure: who blocks, what is lost, which coalitions are minimal.

A row for each size, nobody at the top. A square blocks, a circle does not; the darker, the more is
lost; minimal blocking coalitions have a ring and bold letters. Read by shape as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

from markupsafe import Markup

from chokegraph.chain.lattice import Lattice, LatticeNode
from chokegraph.report.chip_figures_frame import WIDTH, sheet
from chokegraph.report.svg import tag

LEFT, RIGHT, TOP = 96.0, 20.0, 112.0
_LINE, _GAP, _SIZE = 12.0, 46.0, 9.0
_LETTERS = 3

OWN_STYLE = """
.step { stroke: var(--faint); fill: none; } .into { stroke: var(--a); fill: none; opacity: .55; }
.node { fill: var(--ground); stroke: var(--line); } .lost { fill: var(--free); }
.ring { fill: none; stroke: var(--a); stroke-width: 2.4; } .least { font-weight: 700; }
.code { font-size: 10.5px; text-anchor: middle; } .blocks { stroke: var(--ink); }
"""


def draw_lattice(lattice: Lattice, *, title: str, names: Mapping[str, str] | None = None) -> str:
    """Draw the lattice of coalitions.

    Args:
        lattice: The coalitions.
        title: What they deny, in words.
        names: Names for people of the members.

    Returns:
        The SVG file.

    Example:
        >>> from chokegraph.chain.examples import toy_world
        >>> from chokegraph.chain.lattice import coalition_lattice
        >>> from chokegraph.chain.weigh import chain_game, weigh
        >>> game = chain_game(toy_world(), "product:chip")
        >>> lattice = coalition_lattice(game, weigh({"figures": game}))
        >>> draw_lattice(lattice, title="Chip").count('class="ring"')  # one more in the key
        3
    """
    names = names or {}
    codes = _codes(lattice)
    places, bottom = _places(lattice)
    minimal = [node for node in lattice.nodes if node.minimal]
    steps = [
        tag(
            "path",
            d=f"M{places[a][0]:.1f} {places[a][1]:.1f}L{places[b][0]:.1f} {places[b][1]:.1f}",
            class_="into" if lattice.nodes[b].minimal else "step",
        )
        for a, b in lattice.steps
    ]
    marks = [_mark(node, places[index], codes, names) for index, node in enumerate(lattice.nodes)]
    legend, height = _legend(lattice, codes, names, bottom)
    told = [f"{'+'.join(node.members)} ({_percent(node.lost)} lost)" for node in minimal]
    description = (
        f"Minimal blocking coalitions: {'; '.join(told)}." if told else "No coalition here blocks."
    )
    which = "All coalitions of" if lattice.whole else "Minimal blocking coalitions and those below:"
    who = "; ".join(names.get(member, member) for member in lattice.members)
    return sheet(
        f"Who can deny {title}",
        _short(f"{which} {who}"),
        description,
        [_key(), *_sizes(lattice, places), *steps, *marks, legend],
        height=height,
        style=OWN_STYLE,
        left=RIGHT,
    )


def _codes(lattice: Lattice) -> dict[str, str]:
    """Members' own ids where they are short, otherwise letters that the legend explains."""
    if all(len(member) <= _LETTERS for member in lattice.members):
        return {member: "?" if member == "ZZ" else member for member in lattice.members}
    letters = [*ascii_uppercase, *(f"{one}{two}" for one in "AB" for two in ascii_uppercase)]
    return dict(zip(lattice.members, letters, strict=False))


def _places(lattice: Lattice) -> tuple[list[tuple[float, float]], float]:
    """Where each coalition stands: a row for each size."""
    rows: dict[int, list[int]] = {}
    for index, node in enumerate(lattice.nodes):
        rows.setdefault(len(node.members), []).append(index)
    places = [(0.0, 0.0)] * len(lattice.nodes)
    y = TOP
    for size in sorted(rows):
        row = rows[size]
        step = (WIDTH - LEFT - RIGHT) / len(row)
        for at, index in enumerate(row):
            places[index] = (LEFT + (at + 0.5) * step, y)
        y += _GAP + _LINE * size
    return places, y - _GAP + _LINE + 4


def _mark(
    node: LatticeNode,
    place: tuple[float, float],
    codes: Mapping[str, str],
    names: Mapping[str, str],
) -> Markup:
    x, y = place
    full = " + ".join(names.get(member, member) for member in node.members) or "nobody"
    state = "blocks" if node.blocked else "does not block"
    tip = f"{full}: {state}, {_percent(node.lost)} lost{', minimal' if node.minimal else ''}"
    blocks = " blocks" if node.blocked else ""
    parts = [tag("title", tip)]
    if node.minimal:
        parts.append(_shape(node, x, y, _SIZE + 4.0, "ring"))
    parts.append(_shape(node, x, y, _SIZE, f"node{blocks}"))
    parts.append(_shape(node, x, y, _SIZE, "lost", opacity=f"{0.9 * node.lost:.2f}"))
    bold = " least" if node.minimal else ""
    letters = [code for member, code in codes.items() if member in node.members]
    for line, code in enumerate(letters):
        parts.append(
            tag(
                "text",
                code,
                x=x,
                y=y + _SIZE + 15.0 + line * _LINE,
                class_=f"code halo{bold}",
            )
        )
    return tag("g", *parts)


def _shape(
    node: LatticeNode, x: float, y: float, size: float, css: str, opacity: str | None = None
) -> Markup:
    if node.blocked:
        return tag(
            "rect",
            x=x - size,
            y=y - size,
            width=2 * size,
            height=2 * size,
            rx=2,
            class_=css,
            opacity=opacity,
        )
    return tag("circle", cx=x, cy=y, r=size, class_=css, opacity=opacity)


def _key() -> Markup:
    """What shapes and colours mean."""
    y = 72.0
    parts = [
        tag("circle", cx=28, cy=y, r=7, class_="node"),
        tag("text", "does not block", x=42, y=y + 4, class_="soft"),
        tag("path", d=f"M145 {y - 7:g}h14v14h-14z", class_="node blocks"),
        tag("text", "blocks", x=167, y=y + 4, class_="soft"),
        tag("path", d=f"M225 {y - 7:g}h14v14h-14z", class_="node blocks"),
        tag("path", d=f"M221 {y - 11:g}h22v22h-22z", class_="ring"),
        tag("text", "minimal: blocks, with nobody to spare", x=252, y=y + 4, class_="soft"),
        tag("text", "lost: 0", x=553, y=y + 4, class_="soft"),
    ]
    for at in range(5):
        x = 600 + at * 24
        parts.append(tag("path", d=f"M{x} {y - 7:g}h24v14h-24z", class_="node"))
        shade = f"{0.9 * at / 4:.2f}"
        parts.append(tag("path", d=f"M{x} {y - 7:g}h24v14h-24z", class_="lost", opacity=shade))
    parts.append(tag("text", "100 % of capacity", x=726, y=y + 4, class_="soft"))
    return tag("g", *parts)


def _sizes(lattice: Lattice, places: list[tuple[float, float]]) -> list[Markup]:
    """How many refuse, at the left of each row."""
    rows: dict[int, float] = {}
    for node, (_, y) in zip(lattice.nodes, places, strict=True):
        rows[len(node.members)] = y
    words = {0: "nobody"}
    return [
        tag("text", words.get(size, f"{size} refuse{'s' if size == 1 else ''}"), x=20, y=y + 4,
            class_="soft")
        for size, y in rows.items()
    ]  # fmt: skip


def _legend(
    lattice: Lattice, codes: Mapping[str, str], names: Mapping[str, str], bottom: float
) -> tuple[Markup, float]:
    """The members' letters, and who is left out."""
    lines = []
    if any(codes[member] != member for member in lattice.members):
        text = ""
        for member in lattice.members:
            part = f"{codes[member]} {names.get(member, member)}"
            if text and len(text) + len(part) > 120:
                lines.append(text)
                text = ""
            text += ("; " if text else "") + part
        lines.append(text)
    shown = sum(node.minimal for node in lattice.nodes)
    if shown < lattice.minimal:
        lines.append(f"{shown} of {lattice.minimal} minimal blocking coalitions are shown.")
    if lattice.left_out:
        words = "other can decide too" if lattice.left_out == 1 else "others can decide too"
        lines.append(f"{lattice.left_out} {words}, and supply throughout here.")
    rows = [
        tag("text", line, x=20, y=bottom + 30 + 17 * at, class_="soft")
        for at, line in enumerate(lines)
    ]
    return tag("g", *rows), bottom + 24 + 17 * len(lines)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _short(text: str, most: int = 130) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
