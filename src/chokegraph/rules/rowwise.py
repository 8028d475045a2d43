# SPDX-License-Identifier: Apache-2.0
"""A frame of facts decided row by row by the scalar evaluator: slow, and the measure of the engine.

Also the way from a row of a frame to the values that `explain` takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import polars as pl

from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.model import Law
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value


@dataclass(frozen=True)
class RowwiseDetermination:
    """Decisions of a frame: for each row a state, for each state its decision.

    Args:
        states: The number of each row's state.
        table: One row per state, with the fields of a `Decision`; lists as lists.
    """

    states: np.ndarray
    table: pl.DataFrame


def row_values(row: Mapping[str, object], law: Law) -> dict[str, Value]:
    """Return the values of one row of a frame of facts, as the scalar evaluator takes them.

    Args:
        row: A row of the frame, by column.
        law: Where the facts are defined.

    Example:
        >>> from chokegraph.rules import load_law
        >>> row = {"tpp__low": 20.0, "tpp__high": 30.0, "party_lists": "MEU;UVL", "origin": None}
        >>> values = row_values(row, load_law())
        >>> values["tpp"], sorted(values["party_lists"])
        (Interval(low=20.0, high=30.0), ['MEU', 'UVL'])
    """
    found: dict[str, Value] = {}
    for name, fact in law.facts.items():
        value = row.get(name)
        low, high = row.get(f"{name}__low"), row.get(f"{name}__high")
        if value is None and isinstance(low, float) and isinstance(high, float):
            value = low if low == high or math.isnan(low) else Interval(low, high)
        if value is None:
            continue
        if isinstance(value, float) and math.isnan(value):
            found[name] = NOT_APPLICABLE
        elif fact.is_set:
            found[name] = frozenset(part for part in str(value).split(";") if part)
        elif value == NOT_APPLICABLE.value:
            found[name] = NOT_APPLICABLE
        else:
            found[name] = value  # type: ignore[assignment]
    return found


def decide_rowwise(
    facts: pl.DataFrame, law: Law, blanks: Mapping[str, Value] | None = None
) -> RowwiseDetermination:
    """Decide every distinct row of a frame with the scalar evaluator.

    Args:
        facts: The frame of facts, with `as_of`.
        law: The law.
        blanks: Values of facts for rows that do not give them.
    """
    states = facts.select(pl.struct(pl.all()).rank("dense") - 1).to_series().to_numpy()
    first = np.unique(states, return_index=True)[1]
    decided = [asdict(decision) for decision in _decisions(facts[first], law, blanks or {})]
    lists = [name for name, value in decided[0].items() if isinstance(value, tuple)]
    table = pl.DataFrame(
        [{**each, **{name: list(each[name]) for name in lists}} for each in decided],
        schema_overrides=dict.fromkeys(lists, pl.List(pl.String)) | {"policy": pl.String},
    )
    return RowwiseDetermination(states.astype(np.int32), table)


def _decisions(facts: pl.DataFrame, law: Law, blanks: Mapping[str, Value]) -> Iterator[Decision]:
    for row in facts.iter_rows(named=True):
        day = row["as_of"]
        assert isinstance(day, date)  # noqa: S101 - rows without a day are bad rows
        yield evaluate({**blanks, **row_values(row, law)}, law, day)
