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
    signed,
    with_unit,
)
from chokegraph.report.words import Words, inside, span

MONEY = "USD million"
COALITION = "coalition"
"""The item of totals over the coalition."""

LARGEST = 5
"""Of inputs that no control covers, so many are shown an outcome."""


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
    """Median and interval of one run in words; infinite means beyond the horizon."""
    values = [row[f"{run}_{part}"] for part in ("median", "low", "high")]
    if any(value is None or math.isnan(value) for value in values):
        return words.empty(_why_missing(row, run)), ""
    if all(math.isfinite(value) for value in values) and not (
        _dated(row, words) and run != "difference"
    ):
        mid, low, high = values
        return interval(mid, low, high, _unit(row, words), change=run == "difference")
    texts = [_open_ended(value, row, run, words, end) for value in values]
    unit = _unit(row, words).change if run == "difference" else _unit(row, words)
    middle = with_unit(texts[0], unit) if math.isfinite(values[0]) else texts[0]
    return middle, "" if texts[1] == texts[2] == texts[0] else f"{texts[1]} to {texts[2]}"


def _why_missing(row: dict[str, Any], run: str) -> str:
    """Which phrase says why there is no value."""
    ends = [row[f"{name}_median"] for name in ("baseline", "scenario")]
    if run != "difference" and ends == [None, None] and row["difference_median"] is not None:
        return "compares"
    never = [end is not None and math.isinf(end) for end in ends]
    if run == "difference" and any(never):
        return "neither" if all(never) else "beyond"
    return "value"


def _open_ended(value: float, row: dict[str, Any], run: str, words: Words, end: str) -> str:
    """Write a value that may be infinite, or a calendar year."""
    if _dated(row, words) and run != "difference":
        return f"{value:.0f}" if math.isfinite(value) else f"{words.empty('never')} {end}"
    if not math.isfinite(value):
        return words.empty("beyond")
    shown = value * _unit(row, words).factor
    return signed(shown) if run == "difference" else number(shown)


def others_worth_showing(
    rows: list[dict[str, Any]], inputs: set[str], covered: set[str]
) -> tuple[list[dict[str, Any]], int]:
    """Choose rows beside the key ones: all totals, the inputs covered, and the largest changes.

    Args:
        rows: The table `headline` of a result.
        inputs: Ids of all inputs.
        covered: Ids of the inputs that the controls cover.

    Returns:
        The rows, in the order of the table, and how many were left out.
    """
    rest = [row for row in rows if not row["key"]]

    def size(row: dict[str, Any]) -> float:
        change = row["difference_median"]
        return abs(change) if change is not None and math.isfinite(change) else 0.0

    kept: list[int] = []
    per_outcome: dict[str, list[int]] = {}
    for place, row in enumerate(rest):
        if row["item"] not in inputs or row["item"] in covered:
            kept.append(place)
        elif size(row) > 0:
            per_outcome.setdefault(str(row["outcome"]), []).append(place)
    for places in per_outcome.values():
        kept += sorted(places, key=lambda place: -size(rest[place]))[:LARGEST]
    return [rest[place] for place in sorted(kept)], len(rest) - len(kept)


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
        stated = row["difference_median"] is not None
        known_up = stated and up is not None and math.isfinite(up)
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
        value, error, part = row[key], row[f"{key}_se"], row[f"{key}_defined"]
        if part is None:
            return ""
        known = round(row["draws"] * part)
        if value is None or error is None:
            return f"not stated: {known:,} of {row['draws']:,} draws define it"
        told = probability(value, error, known, change=key == "difference")
        return told if part == 1 else f"{told} (of the {known:,} draws that define it)"

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


def main_row(
    rows: list[dict[str, Any]], asked: tuple[str, str] = ("", "")
) -> dict[str, Any] | None:
    """Choose the outcome that the answer is about, among the key rows with a known difference.

    The outcome and item of the stated event come first; then, of the rows on output, the one with
    the largest change; then the first key row.

    Args:
        rows: The table `headline` of a result.
        asked: Outcome and item of the stated event, or empty texts.

    Returns:
        The row, or None if there is none.
    """
    usable = [row for row in rows if row["key"] and _known(row, "difference")]
    wanted = [row for row in usable if (row["outcome"], row["item"] or "") == asked]
    if wanted:
        return wanted[0]
    output = [row for row in usable if str(row["outcome"]).startswith("output")]
    if output:
        return max(output, key=lambda row: abs(row["difference_median"]))
    return usable[0] if usable else None


def answer(
    rows: list[dict[str, Any]],
    main: dict[str, Any] | None,
    target: str,
    coalition: tuple[str, ...],
    words: Words,
) -> str:
    """Compose the answer from the numbers: the main outcome, and what it costs the coalition.

    Args:
        rows: The table `headline` of a result.
        main: The row that the answer is about (`main_row`).
        target: Name of the target.
        coalition: Ids of the members of the coalition.
        words: The phrases.

    Returns:
        One sentence with intervals, or the phrase for an empty table.
    """
    if main is None:
        return words.empty("headline")
    parts = [_clause(main, target, words)]
    sales = [
        row
        for row in rows
        if row["outcome"] == "sales"
        and row["item"] in (COALITION, *coalition)
        and row is not main
        and _known(row, "difference")
    ]
    if sales:
        total = [row for row in sales if row["item"] == COALITION]
        cost = max(total or sales, key=lambda row: abs(row["difference_median"]))
        parts.append(_clause(cost, target, words))
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _clause(row: dict[str, Any], target: str, words: Words) -> str:
    change = _moved(row, words)
    period = span(str(row["period"] or words.empty("horizon")))
    key = row["outcome"] if row["item"] != COALITION else f"{row['outcome']}_{COALITION}"
    pattern = words.tables["clauses"].get(key)
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
