# SPDX-License-Identifier: Apache-2.0
"""Sections 7 and 10: what drives the answer, and what would have to be true for the opposite."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import THIN, Unit, interval, number
from chokegraph.report.quantiles import Floats
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
            if (row["outcome"], row["label"]) == (outcome, label) and _number(row["first_order"])
        ]
        own.sort(key=lambda row: -row["first_order"])
        reach = max((row["first_order"] + (row["first_order_se"] or 0.0) for row in own), default=1)
        made = []
        for row in own[:MOST_DRIVERS]:
            base = str(row["parameter"]).partition(".")[0]
            anchor = anchor_of("prior", base)
            meaning = str(row["parameter_label"] or names.parameter(str(row["parameter"]))[0])
            error = float(row["first_order_se"] or 0.0)
            value = f"{_percent(row['first_order'])} ± {_percent(error)}{THIN}%"
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


def _number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _direction(correlation: float | None) -> str:
    if correlation is None or not math.isfinite(correlation):
        return ""
    return "higher values raise the difference" if correlation > 0 else "higher values lower it"


def _percent(value: float) -> str:
    return number(100 * max(float(value), 0.0), 0)


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
            and all(_number(row[key]) for key in keys)
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


@dataclass(frozen=True)
class OppositeRow:
    """One prior: where it lies in the opposite draws, and in the others."""

    label: str
    opposite: str
    others: str
    side: str


@dataclass(frozen=True)
class Lead:
    """One quantity that pulls the outcome towards the opposite: which way, and how strongly."""

    label: str
    side: str
    share: str


@dataclass(frozen=True)
class Opposite:
    """What the draws with the opposite conclusion have in common, and what pulls towards it."""

    text: str
    rows: tuple[OppositeRow, ...]
    leads: tuple[Lead, ...] = ()


def by_row(main: dict[str, Any], rows: list[dict[str, Any]]) -> Opposite:
    """Say what the opposite takes, from the headline row of an outcome alone.

    Args:
        main: The row of the main outcome in the table `headline`.
        rows: The table `sensitivity` of a result.

    Returns:
        How many draws lie on the other side, and what pulls towards it.
    """
    higher = main["difference_median"] > 0
    up = float(main["up"] or 0.0)
    text = (
        f"In the median draw, the outcome of the answer is {'higher' if higher else 'lower'} than "
        f"in the baseline. It is {'not higher' if higher else 'higher'} in "
        f"{number(100 * (1 - up if higher else up), 1)} % of the draws."
    )
    return Opposite(text, (), leads(rows, main))


def leads(rows: list[dict[str, Any]], main: dict[str, Any], most: int = 6) -> tuple[Lead, ...]:
    """Say which way each clear driver of the main outcome would have to move for the opposite.

    Args:
        rows: The table `sensitivity` of a result.
        main: The row of the main outcome in the table `headline`.
        most: At most this many quantities.

    Returns:
        The drivers that stand out of the noise, the strongest first.
    """
    sign = float(np.sign(main["difference_median"]))
    own = [
        row
        for row in rows
        if (row["outcome"], row["item"]) == (main["outcome"], main["item"])
        and row["clear"]
        and _number(row["first_order"])
        and _number(row["rank_correlation"])
    ]
    own.sort(key=lambda row: -row["first_order"])
    return tuple(
        Lead(
            str(row["parameter_label"]),
            "higher" if row["rank_correlation"] * sign < 0 else "lower",
            f"{_percent(row['first_order'])}{THIN}%",
        )
        for row in own[:most]
        if sign
    )


def opposite(
    difference: Floats,
    parameters: dict[str, Floats],
    outcome: str,
    names: Names,
    words: Words,
    most: int = 6,
) -> Opposite:
    """Compare the draws whose paired difference has the opposite sign with the others.

    Where fewer than one draw in twenty has the opposite sign, the twentieth of the draws that
    comes closest to it is compared instead, and the text says so.

    Args:
        difference: Paired difference of the main outcome, one value a draw.
        parameters: Sampled values of each scalar prior, one value a draw.
        outcome: The main outcome in plain words.
        names: Meanings and units of priors.
        words: The phrases.
        most: At most this many priors are shown.

    Returns:
        A text, and the priors that differ most, in units of their own spread.
    """
    known = np.isfinite(difference)
    values = difference[known]
    if not values.size:
        return Opposite(words.empty("chart"), ())
    sign = float(np.sign(np.median(values)))
    if sign == 0:
        return Opposite(
            f"The median change of {outcome} is zero, so there is no opposite sign.", ()
        )
    against = values * sign <= 0
    share = float(against.mean())
    direction = "lower" if sign < 0 else "higher"
    text = (
        f"In the median draw, {outcome} is {direction} than in the baseline. "
        f"The opposite, or no change at all, comes out in {number(100 * share, 1)} % of the draws."
    )
    tail = 0.05
    if share < tail:
        against = values * sign <= np.quantile(values * sign, tail)
        text += (
            f" {words.empty('opposite_none')}" if share == 0 else ""
        ) + " The table therefore shows the twentieth of the draws that comes closest to it."
    if not parameters or against.all():
        return Opposite(text, ())
    ranked = []
    for name, column in parameters.items():
        own = column[known]
        spread = float(own.std())
        if not spread > 0:
            continue
        shift = (own[against].mean() - own[~against].mean()) / spread
        noise = math.sqrt(1 / against.sum() + 1 / (~against).sum())
        if abs(shift) > 2 * noise:
            ranked.append((abs(shift), name, shift, own))
    rows = []
    for _, name, shift, own in sorted(ranked, key=lambda entry: -entry[0])[:most]:
        label, unit = names.parameter(name)
        rows.append(
            OppositeRow(
                label,
                _range(own[against], unit),
                _range(own[~against], unit),
                "higher" if shift > 0 else "lower",
            )
        )
    if not rows:
        text += " No single assumption sets these draws apart by more than sampling noise."
    return Opposite(text, tuple(rows))


def _range(values: Floats, unit: Unit) -> str:
    low, mid, high = (float(v) for v in np.quantile(values, (0.05, 0.5, 0.95)))
    middle, between = interval(mid, low, high, unit)
    return f"{middle} ({between})"
