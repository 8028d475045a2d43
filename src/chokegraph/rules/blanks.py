# SPDX-License-Identifier: Apache-2.0
"""What the facts that rows do not give are taken to be."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value
from chokegraph.rules.vectors import ends_of, filled, typed


def fill_blanks(facts: pl.DataFrame, law: Law, values: Mapping[str, Value]) -> pl.DataFrame:
    """Give facts that rows leave blank a value.

    Args:
        facts: The frame.
        law: Where the facts are defined.
        values: The value by fact.

    Example:
        >>> from chokegraph.rules import load_law
        >>> frame = pl.DataFrame({"origin": ["US", None]})
        >>> filled = fill_blanks(frame, load_law(), {"origin": "JP", "tpp": Interval(1.0, 2.0)})
        >>> filled["origin"].to_list(), filled["tpp__high"].to_list()
        (['US', 'JP'], [2.0, 2.0])
    """
    columns = {series.name: series for series in facts}
    rows = facts.height
    for name, value in values.items():
        fact = law.facts[name]
        low, high = f"{name}__low", f"{name}__high"
        if fact.type == "number":
            ends = (ends_of([value], 0), ends_of([value], 1))
            if name in columns and ends[0][0] != ends[1][0] and isinstance(value, Interval):
                columns[low], columns[high] = (
                    columns[name].alias(low),
                    columns.pop(name).alias(high),
                )
            if low in columns or isinstance(value, Interval):
                for key, end in ((low, ends[0]), (high, ends[1])):
                    columns[key] = _or(columns.get(key), end, key, rows)
                continue
            columns[name] = _or(columns.get(name), ends[0], name, rows)
            continue
        given = typed([value], fact.type)
        columns[name] = _or(columns.get(name), given, name, rows)
    return pl.DataFrame(columns)


def _or(before: pl.Series | None, value: pl.Series, name: str, rows: int) -> pl.Series:
    everywhere = value.rename(name).new_from_index(0, rows)
    return everywhere if before is None else filled(before, everywhere)


def not_so(law: Law) -> dict[str, Value]:
    """Return what facts that are not given mean in case files: "not so" or "not relevant".

    Facts that are computed from others, or have no such meaning, are left out; so are days, which
    have no "not applicable".
    """
    return {
        name: _not_so(fact)
        for name, fact in law.facts.items()
        if fact.absent_in_cases != "unknown" and not fact.derived and fact.type != "date"
    }


def _not_so(fact: FactDefinition) -> Value:
    if fact.type == "flag":
        return False
    if fact.is_set:
        return frozenset()
    return NOT_APPLICABLE
