# SPDX-License-Identifier: Apache-2.0
"""Section 10: what would have to be true for the opposite of the answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from chokegraph.report.names import Names
from chokegraph.report.numbers import THIN, Unit, interval, is_known, number, percent
from chokegraph.report.quantiles import Floats
from chokegraph.report.words import Words
from chokegraph.world.quantiles import quantiles

_BY_CHANCE = 0.05
"""How likely it may be that any quantity is named that has nothing to do with it."""


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


def by_row(main: dict[str, Any], rows: list[dict[str, Any]], draws: int) -> Opposite:
    """Say what the opposite takes, from the headline row of an outcome alone.

    Args:
        main: The row of the main outcome in the table `headline`.
        rows: The table `sensitivity` of a result.
        draws: How many draws there are.

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
    return Opposite(text, (), leads(rows, main, draws))


def leads(
    rows: list[dict[str, Any]], main: dict[str, Any], draws: int, most: int = 6
) -> tuple[Lead, ...]:
    """Say which way each clear driver of the main outcome would have to move for the opposite.

    A driver may bend the outcome without pushing it one way. It is no lead unless its rank
    correlation is larger than chance makes it.

    Args:
        rows: The table `sensitivity` of a result.
        main: The row of the main outcome in the table `headline`.
        draws: How many draws there are.
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
        and is_known(row["first_order"])
        and is_known(row["rank_correlation"])
    ]
    own.sort(key=lambda row: -row["first_order"])
    used = max(draws * float(main["defined"] or 0.0), 2.0)
    noise = _errors(len(own)) / math.sqrt(used - 1) if own else 0.0
    own = [row for row in own if abs(row["rank_correlation"]) > noise]
    return tuple(
        Lead(
            str(row["parameter_label"]),
            "higher" if row["rank_correlation"] * sign < 0 else "lower",
            f"{percent(max(row['first_order'], 0.0))}{THIN}%",
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
    sign = float(np.sign(quantiles(values)[1]))
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
        against = values * sign <= quantiles(values * sign, [tail])[0]
        text += (
            f" {words.empty('opposite_none')}" if share == 0 else ""
        ) + " The table therefore shows the twentieth of the draws that comes closest to it."
    if not parameters or against.all():
        return Opposite(text, ())
    ranked = []
    errors = _errors(len(parameters))
    for name, column in parameters.items():
        own = column[known]
        spread = float(own.std())
        if not spread > 0:
            continue
        shift = (own[against].mean() - own[~against].mean()) / spread
        noise = math.sqrt(1 / against.sum() + 1 / (~against).sum())
        if abs(shift) > errors * noise:
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


def _errors(quantities: int) -> float:
    """How many standard errors: one in twenty by chance over all together, not for each of them."""
    return NormalDist().inv_cdf(1 - _BY_CHANCE / 2 / quantities)


def _range(values: Floats, unit: Unit) -> str:
    low, mid, high = (float(v) for v in quantiles(values))
    middle, between = interval(mid, low, high, unit)
    return f"{middle} ({between})"
