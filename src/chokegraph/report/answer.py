# SPDX-License-Identifier: Apache-2.0
"""Sections 1 and 3: the answer in a sentence, the headline outcomes, and the event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from chokegraph.report.numbers import THIN, Unit, interval, money_unit, number, probability
from chokegraph.report.words import Words

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


def headline_rows(rows: list[dict[str, Any]], words: Words, end: str) -> tuple[HeadlineRow, ...]:
    """Put the headline table into words.

    Args:
        rows: The table `headline` of a result.
        words: The phrases.
        end: The last year of the horizon.

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
                str(row["period"] or words.empty("horizon")),
                _cell(row, "baseline", words, end),
                _cell(row, "scenario", words, end),
                _cell(row, "difference", words, end),
                f"{number(100 * up, 0)}{THIN}% of draws" if known_up else words.empty("value"),
                str(row["note"] or ""),
                bool(row["key"]),
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
        if value is None or error is None:
            return ""
        return probability(value, error)

    return tuple(
        EventWords(
            str(row["event"]), chance(row, "scenario"), chance(row, "baseline"),
            chance(row, "difference"), f"{row['draws']:,}",
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


def answer(rows: list[dict[str, Any]], target: str, words: Words) -> str:
    """Compose the answer from the numbers.

    Args:
        rows: The table `headline` of a result.
        target: Name of the target.
        words: The phrases.

    Returns:
        Two or three clauses with intervals, or the phrase for an empty table.
    """
    main = main_row(rows)
    if main is None:
        return words.empty("headline")
    parts = [_clause(main, words)]
    sales = [
        row for row in rows
        if row["key"] and str(row["outcome"]).startswith("sales") and _known(row, "difference")
    ]
    if sales and sales[0] is not main:
        parts.append(_clause(sales[0], words))
    text = "; ".join(parts)
    return f"Against the baseline, for {target}: {text}."


def _clause(row: dict[str, Any], words: Words) -> str:
    middle, between = interval(
        row["difference_median"], row["difference_low"], row["difference_high"],
        _unit(row, words), change=True,
    )
    period = f" ({row['period']})" if row["period"] else ""
    title = title_of(row)
    return f"{title[:1].lower()}{title[1:]}{period} changes by {middle} ({between} in 90 % of draws)"
