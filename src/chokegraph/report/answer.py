# SPDX-License-Identifier: Apache-2.0
"""Sections 1 and 3: the answer in a sentence, the headline outcomes, and the event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from chokegraph.report.names import anchor_of
from chokegraph.report.numbers import (
    THIN,
    Unit,
    decimals_for,
    interval,
    money_unit,
    number,
    probability,
    with_unit,
)
from chokegraph.report.words import Words, inside, span

MONEY = "USD million"


@dataclass(frozen=True)
class HeadlineRow:
    """One headline outcome in words."""

    label: str
    period: str
    baseline: tuple[str, str]
    scenario: tuple[str, str]
    difference: tuple[str, str]
    up: str
    note: str
    key: bool
    anchor: str


@dataclass(frozen=True)
class EventWords:
    """The stated event and its probability in words."""

    event: str
    scenario: str
    baseline: str
    difference: str
    draws: str


def _known(row: dict[str, Any], run: str) -> bool:
    keys = [f"{run}_{part}" for part in ("median", "low", "high")]
    return all(row[key] is not None and math.isfinite(row[key]) for key in keys)


def _unit(row: dict[str, Any], words: Words) -> Unit:
    """The shown unit of a row; large sums of money in billions."""
    unit = words.unit_key(str(row["outcome"]), str(row["unit"] or ""))
    if not unit.startswith(MONEY):
        return words.unit(unit)
    sizes = [
        abs(row[f"{run}_median"])
        for run in ("baseline", "scenario", "difference")
        if _known(row, run)
    ]
    base = money_unit(max(sizes, default=0.0))
    shown = words.unit(unit).label.replace(MONEY, base.label)
    return Unit(shown, base.factor)


def _dated(row: dict[str, Any], words: Words) -> bool:
    """Whether the values of a row are calendar years, for which infinite means never."""
    return words.unit_key(str(row["outcome"]), str(row["unit"] or "")) == "year"


def _cell(row: dict[str, Any], run: str, words: Words, end: str) -> tuple[str, str]:
    """Median and interval of one run in words."""
    values = [row[f"{run}_{part}"] for part in ("median", "low", "high")]
    if any(value is None or math.isnan(value) for value in values):
        return words.empty("value"), ""
    if _dated(row, words) and run != "difference":
        texts = [
            f"{value:.0f}" if math.isfinite(value) else f"{words.empty('never')} {end}"
            for value in values
        ]
        return texts[0], f"{texts[1]} to {texts[2]}"
    if not all(math.isfinite(value) for value in values):
        return words.empty("beyond"), ""
    mid, low, high = values
    return interval(mid, low, high, _unit(row, words), change=run == "difference")


def headline_rows(
    rows: list[dict[str, Any]], words: Words, end: str, anchors: set[str]
) -> tuple[HeadlineRow, ...]:
    """Put the headline table into words.

    Args:
        rows: The table `headline` of a result.
        words: The phrases.
        end: The last year of the horizon.
        anchors: Ids of evidence on the page; a row without its own leads to what drives it.

    Returns:
        One row an outcome, with intervals; a missing value is a phrase.
    """
    made = []
    for row in rows:
        up = row["up"]
        known_up = up is not None and math.isfinite(up)
        made.append(
            HeadlineRow(
                title_of(row),
                span(str(row["period"] or words.empty("horizon"))),
                _cell(row, "baseline", words, end),
                _cell(row, "scenario", words, end),
                _cell(row, "difference", words, end),
                f"{number(100 * up, 0)}{THIN}% of draws" if known_up else words.empty("value"),
                str(row["note"] or ""),
                bool(row["key"]),
                anchor
                if (anchor := anchor_of("input", str(row["item"]))) in anchors
                else "drivers",
            )
        )
    return tuple(made)


def title_of(row: dict[str, Any]) -> str:
    """Name a headline row: its label, and its item where the label does not hold it.

    Example:
        >>> title_of({"label": "Output", "item_name": "DRAM"})
        'Output: DRAM'
    """
    label, item = str(row["label"]), str(row["item_name"] or "")
    return f"{label}: {item}" if item and item.lower() not in label.lower() else label


def event_words(rows: list[dict[str, Any]]) -> tuple[EventWords, ...]:
    """Put the stated event into words, each probability with its Monte Carlo error.

    Args:
        rows: The table `event` of a result.

    Returns:
        One entry an event; empty texts where a value does not apply.
    """

    def chance(row: dict[str, Any], key: str) -> str:
        value, error = row[key], row[f"{key}_se"]
        if value is None or error is None or math.isnan(error):
            return ""
        return probability(value, error, int(row["draws"]), change=key == "difference")

    return tuple(
        EventWords(
            str(row["event"]),
            chance(row, "scenario"),
            chance(row, "baseline"),
            chance(row, "difference"),
            f"{row['draws']:,}",
        )
        for row in rows
    )


def main_row(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Choose the outcome that the answer is about: the first key row with a known difference.

    Of the key rows on output, the one with the largest change comes first; without any, the first
    key row.
    """
    usable = [row for row in rows if row["key"] and _known(row, "difference")]
    output = [row for row in usable if str(row["outcome"]).startswith("output")]
    if output:
        return max(output, key=lambda row: abs(row["difference_median"]))
    return usable[0] if usable else None


def answer(
    rows: list[dict[str, Any]], target: str, coalition: tuple[str, ...], words: Words
) -> str:
    """Compose the answer from the numbers: the main outcome, and what it costs the coalition.

    Args:
        rows: The table `headline` of a result.
        target: Name of the target.
        coalition: Ids of the members of the coalition.
        words: The phrases.

    Returns:
        One sentence with intervals, or the phrase for an empty table.
    """
    main = main_row(rows)
    if main is None:
        return words.empty("headline")
    parts = [_clause(main, target, words)]
    sales = [
        row
        for row in rows
        if row["outcome"] == "sales"
        and row["item"] in ("", *coalition)
        and row is not main
        and _known(row, "difference")
    ]
    if sales:
        total = [row for row in sales if not row["item"]]
        cost = max(total or sales, key=lambda row: abs(row["difference_median"]))
        parts.append(_clause(cost, target, words))
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _clause(row: dict[str, Any], target: str, words: Words) -> str:
    change = _moved(row, words)
    period = span(str(row["period"] or words.empty("horizon")))
    pattern = words.tables["clauses"].get(row["outcome"])
    if pattern is None or not row["item_name"]:
        return f"{title_of(row)} ({period}) is {change}"
    item = str(row["item_name"])
    item = item if row["outcome"] == "sales" else inside(item)
    return str(pattern).format(target=target, item=item, period=period, change=change)


def _moved(row: dict[str, Any], words: Words) -> str:
    """Say how far the scenario lies from the baseline, and how sure that is."""
    unit = _unit(row, words).change
    if unit.label == words.tables["points"]:
        unit = Unit(words.tables["points_in_full"], unit.factor)
    mid, low, high = (
        float(row[f"difference_{part}"]) * unit.factor for part in ("median", "low", "high")
    )
    places = decimals_for(mid, low, high)

    def size(value: float) -> str:
        return number(abs(value), places)

    def side(value: float) -> str:
        return "lower" if value < 0 else "higher"

    if not float(size(max(abs(low), abs(high))).replace(",", "")):
        return f"{words.empty('unchanged')} (in 90 % of draws)"
    middle = f"{with_unit(size(mid), unit)} {side(mid)} than in the baseline"
    if low < 0 < high:
        spread = f"{size(low)} lower to {size(high)} higher"
    else:
        near, far = sorted((abs(low), abs(high)))
        spread = f"{size(near)} to {size(far)} {side(low if low < 0 else high)}"
    return f"{middle} (90 % of draws: {spread})"
