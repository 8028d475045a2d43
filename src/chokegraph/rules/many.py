# SPDX-License-Identifier: Apache-2.0
"""Rows that are at hand as values, decided together by the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date

import polars as pl

from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.kernel import determine
from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

Row = tuple[Mapping[str, Value], date]
"""The facts of a shipment, and its day."""

Engine = Callable[[Sequence[Row], Law], list[Decision]]
"""Decides rows under one law, in their order: `decide_many` or `decide_each`."""

_NAMES = tuple(each.name for each in fields(Decision))
_ABSENT = "n/a"


def fact_table(rows: Sequence[Row], law: Law) -> pl.DataFrame:
    """Return rows of values as the table of facts that the compiled engine reads.

    Args:
        rows: The facts and days.
        law: Where the facts are defined.

    Returns:
        A column `as_of` and one, or two for intervals, for each fact that a row gives.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> fact_table([({"tpp": Interval(1.0, 2.0)}, date(2024, 1, 1))], load_law()).columns
        ['as_of', 'tpp__low', 'tpp__high']
    """
    columns = {"as_of": pl.Series([day for _, day in rows], dtype=pl.Date)}
    for name in dict.fromkeys(name for row, _ in rows for name in row):
        values = [row.get(name) for row, _ in rows]
        columns |= _columns(law.facts[name], values)
    return pl.DataFrame(columns)


def _columns(fact: FactDefinition, values: list[Value]) -> dict[str, pl.Series]:
    if fact.type == "number":
        low = [_end(value, "low") for value in values]
        high = [_end(value, "high") for value in values]
        if any(isinstance(value, Interval) for value in values):
            return {
                f"{fact.id}__low": pl.Series(low, dtype=pl.Float64),
                f"{fact.id}__high": pl.Series(high, dtype=pl.Float64),
            }
        return {fact.id: pl.Series(low, dtype=pl.Float64)}
    if fact.type == "date":
        days = [value if isinstance(value, date) else None for value in values]
        return {fact.id: pl.Series(days, dtype=pl.Date)}
    return {fact.id: pl.Series([_text(value) for value in values], dtype=pl.String)}


def _end(value: Value, end: str) -> float | None:
    if value is NOT_APPLICABLE:
        return float("nan")
    if isinstance(value, Interval):
        return float(getattr(value, end))
    return value if value is None else float(value)  # type: ignore[arg-type]


def _text(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return ";".join(sorted(value)) if isinstance(value, frozenset) else _ABSENT


def decide_each(rows: Sequence[Row], law: Law) -> list[Decision]:
    """Decide rows one by one, by the scalar evaluator.

    Example:
        >>> from chokegraph.rules import load_law
        >>> decide_each([], load_law())
        []
    """
    return [evaluate(row, law, day) for row, day in rows]


def decide_many(rows: Sequence[Row], law: Law) -> list[Decision]:
    """Decide rows by the compiled engine.

    A day that is "not applicable" has no place in a table of facts, where it counts as unknown;
    rows for which that leaves anything open are decided by the scalar evaluator.

    Args:
        rows: The facts and days.
        law: The law.

    Returns:
        A decision for each row, equal to that of `evaluate`.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> [one] = decide_many([({}, date(2024, 1, 1))], load_law())
        >>> one == evaluate({}, load_law(), date(2024, 1, 1))
        True
    """
    if not rows:
        return []
    found = determine(fact_table(rows, law), law)
    states = [
        Decision(**{name: _field(record[name]) for name in _NAMES})  # type: ignore[arg-type]
        for record in found.table.iter_rows(named=True)
    ]
    days = [name for name, fact in law.facts.items() if fact.type == "date"]
    decisions = []
    for (row, day), state in zip(rows, found.states.tolist(), strict=True):
        decision = states[state]
        open_ = decision.missing or decision.hooks_possible or decision.reasons_possible
        if (open_ or decision.exceptions_possible) and any(
            row.get(name) is NOT_APPLICABLE for name in days
        ):
            decision = evaluate(row, law, day)
        decisions.append(decision)
    return decisions


def _field(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return value
