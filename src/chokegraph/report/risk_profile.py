# SPDX-License-Identifier: Apache-2.0
"""The profile of systemic risk: loss against rank, with the size of what was knocked out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import polars as pl
from markupsafe import Markup

from chokegraph.chain.cascade import RiskTable
from chokegraph.chain.networks.outcomes import risk_frame
from chokegraph.report.cascade_frame import (
    NARROW,
    Drawing,
    percent,
    short,
    two_widths,
    wrapped,
)
from chokegraph.report.svg import coordinate, line_path, nice_ticks, tag

_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 1010.0, 100.0, 470.0
_NAMED, _LISTED, _COMPARED = 8, 20, 60


def draw_risk_profile(risk: RiskTable) -> str:
    """Draw what is lost when each supplier stops, ranked, as an SVG file.

    Args:
        risk: All single knock-outs, or those of groups.

    Returns:
        The file: for wide windows a curve over the rank (logarithmic) with the weight of what was
        knocked out as a dashed line, for narrow ones bars of the first ranks.

    Example:
        >>> from chokegraph.chain.cascade import systemic_risk
        >>> from chokegraph.chain.cascade.examples import chain_of_three
        >>> "1: 100 %" in draw_risk_profile(systemic_risk(chain_of_three()))
        True
    """
    frame = risk_frame(risk)
    rows = frame.to_dicts()
    for row in rows:
        row["words"] = row.get("label") or row["name"]
    told = "; ".join(f"{row['words']}: {percent(row['loss'])}" for row in rows[:_LISTED])
    title = "Systemic risk: what is lost when each stops"
    note = (
        f"{len(rows):,} knock-outs, one at a time; {risk.settings.mode} mode; share of all sales "
        "in the network."
    )
    return two_widths(title, told, _wide(title, note, frame, rows), _narrow(title, note, rows))


def _wide(title: str, note: str, frame: pl.DataFrame, rows: Sequence[dict[str, Any]]) -> Drawing:
    count = max(len(rows), 2)
    most = max([*(row["loss"] for row in rows), *(row["own"] for row in rows), 0.0]) or 1.0
    ticks = nice_ticks(0.0, 100 * most)
    top = ticks[-1] / 100

    def across(rank: float) -> float:
        return _LEFT + math.log(rank) / math.log(count) * (_RIGHT - _LEFT - 20) + 10

    def up(share: float) -> float:
        return _BOTTOM - share / top * (_BOTTOM - _TOP)

    parts: list[Markup] = [
        tag("rect", x=0, y=0, width="100%", height="100%", class_="ground"),
        tag("text", title, x=_LEFT, y=30, class_="title"),
        tag("text", note, x=_LEFT, y=50, class_="soft"),
        tag(
            "text",
            "Line: loss of the network, %. Hollow: the knocked-out one's own part of it.",
            x=_LEFT,
            y=67,
            class_="soft",
        ),
    ]
    for tick in ticks:
        y = up(tick / 100)
        parts.append(tag("path", d=f"M{_LEFT:g} {y:.1f}H{_RIGHT:g}", class_="grid"))
        parts.append(tag("text", f"{tick:g}", x=_LEFT - 8, y=y + 4, class_="soft end"))
    for tick in _ranks(len(rows)):
        parts.append(tag("path", d=f"M{across(tick):.1f} {_BOTTOM:g}v5", class_="axis"))
        parts.append(tag("text", f"{tick:,}", x=across(tick), y=_BOTTOM + 20, class_="soft mid"))
    parts.append(tag("path", d=f"M{_LEFT:g} {_BOTTOM:g}H{_RIGHT:g}", class_="axis"))
    parts.append(
        tag("text", "Rank (logarithmic)", x=(_LEFT + _RIGHT) / 2, y=_BOTTOM + 42, class_="mid")
    )
    thinned = _thinned(len(rows))
    own = [(across(at + 1), up(rows[at]["own"])) for at in thinned]
    loss = [(across(at + 1), up(rows[at]["loss"])) for at in thinned]
    parts += [tag("circle", cx=x, cy=y, r=3, class_="hollow") for x, y in own[:_COMPARED]]
    parts.append(tag("path", d=line_path(loss), class_="curve"))
    for (x, y), at in zip(loss, thinned, strict=True):
        words = f"{rows[at]['rank']}. {rows[at]['words']}: {percent(rows[at]['loss'])}"
        parts.append(tag("circle", tag("title", words), cx=x, cy=y, r=3.5, class_="dot"))
    parts += _labels(rows, across, up)
    return Drawing(_BOTTOM + 60, parts)


def _labels(rows: Sequence[dict[str, Any]], across: Any, up: Any) -> list[Markup]:  # noqa: ANN401
    """Names of the first ranks, in a column at the right with thin lines to their points."""
    parts = []
    x = _RIGHT - 210.0
    y = _TOP + 8
    for row in rows[:_NAMED]:
        point = (across(row["rank"]), up(row["loss"]))
        words = f"{row['rank']}. {short(row['words'], 24)}  {percent(row['loss'])}"
        if point[0] < x - 12:
            d = f"M{coordinate(point[0] + 4)} {coordinate(point[1])}L{x - 6:g} {y - 4:g}"
            parts.append(tag("path", d=d, class_="lead"))
        parts.append(tag("text", words, x=x, y=y, class_="halo"))
        y += 20
    return parts


def _ranks(count: int) -> list[int]:
    """Ranks that are named on the axis: ones, twos and fives."""
    powers = range(math.floor(math.log10(max(count, 1))) + 1)
    return [step * 10**power for power in powers for step in (1, 2, 5) if step * 10**power <= count]


def _thinned(count: int) -> list[int]:
    """Ranks that are drawn: all of the first hundred, then about 2 % apart."""
    kept, at = [], 0.0
    while at < count:
        kept.append(int(at))
        at = max(at + 1, at * 1.02)
    return kept if not kept or kept[-1] == count - 1 else [*kept, count - 1]


def _narrow(title: str, note: str, rows: Sequence[dict[str, Any]]) -> Drawing:
    """The first ranks as bars, for phones."""
    parts = [
        tag("rect", x=0, y=0, width="100%", height="100%", class_="ground"),
    ]
    y = 28.0
    for line in wrapped(title, 36):
        parts.append(tag("text", line, x=16, y=y, class_="title"))
        y += 22
    for line in wrapped(note, 56):
        parts.append(tag("text", line, x=16, y=y, class_="soft"))
        y += 17
    y += 14
    most = max((row["loss"] for row in rows), default=0.0) or 1.0
    for row in rows[:_LISTED]:
        parts += [
            tag("text", f"{row['rank']}. {short(row['words'], 40)}", x=16, y=y),
            tag("text", percent(row["loss"]), x=NARROW - 16, y=y, class_="end"),
            tag(
                "rect",
                x=16,
                y=y + 6,
                width=max(row["loss"] / most * (NARROW - 32), 1.0),
                height=8,
                class_="bar",
            ),
        ]
        y += 34
    if len(rows) > _LISTED:
        parts.append(tag("text", f"and {len(rows) - _LISTED:,} more", x=16, y=y + 4, class_="soft"))
        y += 20
    return Drawing(y + 4, parts)
