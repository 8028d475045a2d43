# SPDX-License-Identifier: Apache-2.0
"""Section 7: what drives the answer, and what each mechanism adds to it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import THIN, interval, is_known, percent
from chokegraph.report.svg import join, tag
from chokegraph.report.words import Words

MOST_DRIVERS = 8
BAR_WIDTH, BAR_HEIGHT = 160.0, 18.0


@dataclass(frozen=True)
class DriverRow:
    """One driver: its meaning, a bar, its value in words, and where its evidence stands."""

    label: str
    bar: Markup
    value: str
    anchor: str
    direction: str = ""
    clear: bool = True


@dataclass(frozen=True)
class DriverTable:
    """Ranked drivers of one outcome."""

    outcome: str
    rows: tuple[DriverRow, ...]
    left_out: int


def sensitivities(
    rows: list[dict[str, Any]], units: dict[str, str], names: Names, anchors: set[str]
) -> tuple[DriverTable, ...]:
    """Rank first-order sensitivities by outcome.

    Args:
        rows: The table `sensitivity` of a result.
        units: Shown unit of each outcome.
        names: Meanings of priors.
        anchors: Ids that exist on the page.

    Returns:
        One table an outcome, the strongest driver first.
    """
    tables = []
    for outcome, label in dict.fromkeys((str(row["outcome"]), str(row["label"])) for row in rows):
        own = [
            row
            for row in rows
            if (row["outcome"], row["label"]) == (outcome, label) and is_known(row["first_order"])
        ]
        own.sort(key=lambda row: -row["first_order"])
        reach = max((row["first_order"] + (row["first_order_se"] or 0.0) for row in own), default=1)
        made = []
        for row in own[:MOST_DRIVERS]:
            base = str(row["parameter"]).partition(".")[0]
            anchor = anchor_of("prior", base)
            meaning = str(row["parameter_label"] or names.parameter(str(row["parameter"]))[0])
            error = float(row["first_order_se"] or 0.0)
            value = f"{percent(max(row['first_order'], 0.0))} ± {percent(error)}{THIN}%"
            made.append(
                DriverRow(
                    meaning,
                    _bar(float(row["first_order"]), error, reach),
                    value,
                    anchor if anchor in anchors else "",
                    _direction(row["rank_correlation"]),
                    clear=bool(row["clear"]),
                )
            )
        if made:
            title = _title(label, units.get(outcome, ""))
            tables.append(DriverTable(title, tuple(made), len(own) - len(made)))
    return tuple(tables)


def _title(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label


def _direction(correlation: float | None) -> str:
    if correlation is None or not math.isfinite(correlation):
        return ""
    return "higher values raise the difference" if correlation > 0 else "higher values lower it"


def _bar(index: float, error: float, reach: float) -> Markup:
    """A bar from zero to the index with its error as a thin line."""

    def x(value: float) -> float:
        share = min(max(value / reach, 0.0), 1.0) if reach > 0 else 0.0
        return share * (BAR_WIDTH - 4) + 2

    middle = BAR_HEIGHT / 2
    return tag(
        "svg",
        tag("path", d=f"M2 2v{BAR_HEIGHT - 4:g}", class_="axis"),
        tag("rect", x=2, y=4, width=x(index) - 2, height=BAR_HEIGHT - 8, class_="bar"),
        tag(
            "path", d=f"M{x(index - error):.1f} {middle:g}H{x(index + error):.1f}", class_="whisker"
        ),
        viewBox=f"0 0 {BAR_WIDTH:g} {BAR_HEIGHT:g}",
        class_="bar-cell",
        aria_hidden="true",
    )


def attributions(rows: list[dict[str, Any]], words: Words) -> tuple[DriverTable, ...]:
    """Rank mechanisms by what they contribute to the paired difference of each outcome.

    Args:
        rows: The table `attribution` of a result.
        words: The phrases.

    Returns:
        One table an outcome, the largest contribution first.
    """
    tables = []
    keys = ("effect_median", "effect_low", "effect_high")
    for outcome, label in dict.fromkeys(
        (str(row["outcome"]), str(row["outcome_label"])) for row in rows
    ):
        own = [
            row
            for row in rows
            if (row["outcome"], row["outcome_label"]) == (outcome, label)
            and all(is_known(row[key]) for key in keys)
            and any(row[key] for key in keys)
        ]
        own.sort(key=lambda row: -abs(row["effect_median"]))
        reach = max((abs(row[key]) for row in own for key in keys), default=0.0) or 1.0
        made = []
        for row in own[:MOST_DRIVERS]:
            unit = words.unit(words.unit_key(outcome, str(row["unit"])))
            mid, low, high = (float(row[key]) for key in keys)
            middle, between = interval(mid, low, high, unit, change=True)
            bar = _span(mid, low, high, reach)
            made.append(DriverRow(_mechanism(str(row["label"])), bar, f"{middle} ({between})", ""))
        if made:
            title = _title(
                label, words.unit(words.unit_key(outcome, str(own[0]["unit"]))).change.label
            )
            tables.append(DriverTable(title, tuple(made), len(own) - len(made)))
    return tuple(tables)


def _mechanism(label: str) -> str:
    """A mechanism's label without the codes of the case list behind it, and with a capital.

    Example:
        >>> _mechanism("buyers order ahead (A7, D15)")
        'Buyers order ahead'
    """
    text = re.sub(r"\s*\([A-Z]\d+(?:, [A-Z]\d+)*\)", "", label)
    return text[:1].upper() + text[1:]


def _span(mid: float, low: float, high: float, reach: float) -> Markup:
    """An interval around zero with its median."""

    def x(value: float) -> float:
        return (value / reach + 1) / 2 * (BAR_WIDTH - 8) + 4

    middle = BAR_HEIGHT / 2
    return tag(
        "svg",
        tag("path", d=f"M{x(0):.1f} 1v{BAR_HEIGHT - 2:g}", class_="axis"),
        join(
            [
                tag("path", d=f"M{x(low):.1f} {middle:g}H{x(high):.1f}", class_="span"),
                tag("circle", cx=x(mid), cy=middle, r=4, class_="dot"),
            ]
        ),
        viewBox=f"0 0 {BAR_WIDTH:g} {BAR_HEIGHT:g}",
        class_="bar-cell",
        aria_hidden="true",
    )
