# SPDX-License-Identifier: Apache-2.0
"""What a control reaches: a table of inputs with a share for each kind of stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chokegraph.report.numbers import PERCENT, Unit, decimals_for, number, with_unit
from chokegraph.report.words import Words


@dataclass(frozen=True)
class Reach:
    """One input that a control reaches: its anchor, its name, and a share for each kind of stop."""

    anchor: str
    name: str
    shares: tuple[str, ...]


def covers(
    rows: list[dict[str, Any]], name: str, run: str, words: Words
) -> tuple[tuple[Reach, ...], tuple[str, ...]]:
    """What a control reaches: the inputs, and a column of shares for each kind of stop.

    A stop of sales, of servicing and of support by staff are three things. The same purchases may
    be behind all of them, so their shares never add up.
    """
    own = [row for row in rows if row["control"] == name and row["run"] == run]
    kinds = [kind for kind in words.tables["stops"] if any(row["kind"] == kind for row in own)]
    names: dict[str, str] = {}
    shares: dict[tuple[str, str], float] = {}
    for row in own:
        names[str(row["input"])] = str(row["input_name"])
        if row["blocked"] is not None:
            place = (str(row["input"]), str(row["kind"]))
            shares[place] = shares.get(place, 0.0) + row["blocked"]

    def order(key: str) -> tuple[Any, ...]:
        return (*(-shares.get((key, kind), 0.0) for kind in kinds), names[key])

    def told(key: str, kind: str) -> str:
        if (key, kind) not in shares:
            return words.empty("value")
        # The medians of several countries may add up to a little more than the whole.
        whole = min(shares[key, kind], 1.0)
        return share((whole, whole))

    reached = (
        Reach(f"node-{key}".replace("_", "-"), names[key], tuple(told(key, kind) for kind in kinds))
        for key in sorted(names, key=order)
    )
    return tuple(reached), tuple(words.label("stops", kind) for kind in kinds)


def between(pair: tuple[float, float], unit: Unit) -> str:
    """Write a range, or one number where its ends are the same."""
    low, high = (value * unit.factor for value in pair)
    places = decimals_for(low, high)
    text = number(high, places)
    return with_unit(text if low == high else f"{number(low, places)} to {text}", unit)


def share(pair: tuple[float, float]) -> str:
    """Write a range of fractions as percentages.

    Example:
        >>> share((0.1, 0.25)), share((0.5, 0.5))
        ('10 to 25\u202f%', '50\u202f%')
    """
    return between(pair, PERCENT)
