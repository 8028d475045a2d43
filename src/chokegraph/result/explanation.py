# SPDX-License-Identifier: Apache-2.0
"""The way back from an outcome: mechanisms, access, law and controls, statements, sources.

All of it is read from the result. What each mechanism does was measured when the scenario was
run, by running it again without that mechanism on a few draws (`attribution.parquet`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chokegraph.errors import Finding, FindingsError
from chokegraph.result.core import Result
from chokegraph.result.day_one import KINDS, day_one_rows
from chokegraph.result.explain_routes import figures_behind, routes_behind
from chokegraph.result.outcomes import COVERED
from chokegraph.scenario.suggest import suggestion

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]

_MOST_STATEMENTS = 12
_MOST_LINKS = 4

LAW = "law"
"""The control of a row of the access table for which the law stands."""

_FIRST = ("provision_share", "local_share", "grade", "qualification_time", "market_size")
"""What a reader wants to see first of the evidence on an input."""


@dataclass(frozen=True)
class Explanation:
    """An outcome and what it rests on, step by step.

    Args:
        outcome: The row of the headline table.
        mechanisms: Rows of the attribution, the largest effect first.
        drivers: Rows of the sensitivity that stand out of the noise, the largest first.
        access: Rows of the access table that bear on the outcome, the most at stake first.
        day_one: For an outcome of day one, its row of that table: which input binds, and why.
        routes: For an outcome of a product or a route, the ways of its routes, most used first.
        figures: Statements that the designs of these ways rest on.
        law: For the links above that the law stops, what it decides and why, the largest part
            of each link first.
        rules: The rules that these decisions name, with versions, citations and marks.
        controls: The controls concerned, as the scenario states them, by name.
        statements: Evidence on the inputs concerned: shares of the countries concerned first.
        left_out: How many more statements there are.
        notes: What could not be said, and why.
    """

    outcome: Row
    mechanisms: tuple[Row, ...]
    drivers: tuple[Row, ...]
    access: tuple[Row, ...]
    day_one: tuple[Row, ...]
    routes: tuple[Row, ...]
    figures: tuple[Row, ...]
    law: tuple[Row, ...]
    rules: tuple[Row, ...]
    controls: tuple[Row, ...]
    statements: tuple[Row, ...]
    left_out: int
    notes: tuple[str, ...]


def outcome_names(result: Result) -> tuple[str, ...]:
    """Return what can be explained: outcomes, each with its item after a colon."""
    rows = result.headline.select("outcome", "item").iter_rows()
    return tuple(f"{outcome}:{item}" if item else str(outcome) for outcome, item in rows)


def explain(result: Result, outcome: str) -> Explanation:
    """Walk back from an outcome of a result.

    Args:
        result: The result.
        outcome: An outcome such as `lead`, or with its item `output:dram`; of an outcome with
            items the item may be left out, then the one of the first table is meant.

    Returns:
        The outcome with mechanisms, drivers, access, controls and statements.

    Raises:
        FindingsError: If the result has no such outcome.
    """
    row = _find(result, outcome)
    same = {"outcome": row["outcome"], "item": row["item"]}
    mechanisms = _rows(result.attribution, **same)
    mechanisms.sort(key=lambda one: -abs(_finite(one["effect_median"])))
    drivers = [one for one in _rows(result.sensitivity, **same) if one["clear"]]
    at_once = _day_one(result, row)
    access = _bearing(result, row, at_once)
    inputs = list(dict.fromkeys(one["input"] for one in access))
    if row["item"] in _coordinate(result, "input") and row["item"] not in inputs:
        inputs.insert(0, row["item"])
    named = {f"country:{one['country']}" for one in access} | {f"country:{result.scenario.target}"}
    statements = _statements(result, inputs, named)
    law = _law(result, access)
    routes = routes_behind(result, row)
    return Explanation(
        outcome=row,
        mechanisms=tuple(mechanisms),
        drivers=tuple(drivers),
        access=tuple(access),
        day_one=tuple(at_once),
        routes=routes,
        figures=figures_behind(result, routes),
        law=tuple(law),
        rules=tuple(_law_rules(result, law)),
        controls=tuple(_controls(result, access)),
        statements=tuple(statements[:_MOST_STATEMENTS]),
        left_out=max(len(statements) - _MOST_STATEMENTS, 0),
        notes=tuple(_notes(result, row, mechanisms, drivers, access)),
    )


def _find(result: Result, outcome: str) -> Row:
    names = outcome_names(result)
    rows = result.headline.to_dicts()
    for name, row in zip(names, rows, strict=True):
        if name == outcome:
            return row
    of_kind = [row for row in rows if row["outcome"] == outcome]
    if of_kind:
        return next((row for row in of_kind if row["key"]), of_kind[0])
    near = suggestion(outcome, names)
    kinds = ", ".join(dict.fromkeys(str(row["outcome"]) for row in rows))
    fix = f"did you mean {near!r}?" if near else f"outcomes: {kinds}"
    message = f"the result has no outcome {outcome!r}"
    raise FindingsError([Finding(message, fix=fix)], title="explain")


def _rows(table: pl.DataFrame, **where: str) -> list[Row]:
    return [
        row for row in table.to_dicts() if all(row[key] == value for key, value in where.items())
    ]


def _finite(value: float | None) -> float:
    return 0.0 if value is None or value != value or abs(value) == float("inf") else value


def _coordinate(result: Result, name: str) -> set[str]:
    return {str(value) for value in result.dataset[name].values}


def _day_one(result: Result, row: Row) -> list[Row]:
    """Return the row of the table of day one that an outcome of day one is about."""
    if row["outcome"] not in KINDS:
        return []
    return day_one_rows(result, kind=KINDS[row["outcome"]], item=row["item"], quarter=row["period"])


def _bearing(result: Result, row: Row, at_once: Sequence[Row]) -> list[Row]:
    """Return the links that a control or the law stops and that bear on this outcome.

    For an input: its own. For a country: those that it supplies itself. For a product on day one:
    the inputs that bind. Otherwise all. Those that are not as in the baseline come first.
    """
    every = result.access.to_dicts()
    before = {_link(one) for one in every if one["run"] == "baseline"}
    rows = [one for one in every if one["run"] == "scenario"]
    item = row["item"]
    chain = {name for one in at_once for name in one["chain"].split(";") if name}
    if chain:
        rows = [one for one in rows if one["input"] in chain]
    elif item != COVERED and item in _coordinate(result, "input"):
        rows = [one for one in rows if one["input"] == item]
    elif item in _coordinate(result, "country") and item != result.scenario.target:
        rows = [one for one in rows if one["country"] == item]
    return sorted(rows, key=lambda one: (_link(one) in before, -_finite(one["blocked"])))


def _link(row: Row) -> tuple[Any, ...]:
    names = ("control", "kind", "country", "input", "from", "until", "policy", "approval_mean")
    return tuple(row[name] for name in names)


def _law(result: Result, access: Sequence[Row]) -> list[Row]:
    """Return what the law decides for the first links that it stops."""
    links = {
        (one["country"], one["input"], one["kind"]): place
        for place, one in reversed(list(enumerate(access)))
        if one["control"] == LAW
    }
    first = dict(sorted(links.items(), key=lambda pair: pair[1])[:_MOST_LINKS])
    rows = [
        row
        for row in _rows(result.law, run="scenario")
        if (row["country"], row["input"], row["kind"]) in first
    ]
    return sorted(
        rows,
        key=lambda row: (first[row["country"], row["input"], row["kind"]], -_finite(row["part"])),
    )


def _law_rules(result: Result, law: Sequence[Row]) -> list[Row]:
    named = dict.fromkeys(key for row in law for key in row["rules"].split(";") if key)
    have = {f"{one['rule']}@{one['from']}": one for one in _rows(result.rules, run="scenario")}
    return [have[key] for key in named if key in have]


def _controls(result: Result, access: Sequence[Row]) -> list[Row]:
    names = list(dict.fromkeys(one["control"] for one in access))
    found = {control.name: control for control in result.scenario.all_controls("scenario")}
    return [found[name].model_dump(mode="json", by_alias=True) for name in names if name in found]


def _statements(result: Result, inputs: Sequence[str], named: set[str]) -> list[Row]:
    order = {f"input:{name}": place for place, name in enumerate(inputs)}
    rows = [row for row in result.evidence.to_dicts() if row["subject_id"] in order]

    def place(row: Row) -> tuple[bool, int, int, str]:
        kind = row["property"]
        rank = _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
        elsewhere = row["object_id"].startswith("country:") and row["object_id"] not in named
        return elsewhere, rank, order[row["subject_id"]], row["grade"]

    return sorted(rows, key=place)


def _notes(
    result: Result,
    row: Row,
    mechanisms: Sequence[Row],
    drivers: Sequence[Row],
    access: Sequence[Row],
) -> list[str]:
    notes = []
    if row["outcome"] in KINDS:
        if not access:
            notes.append("No control and no rule of law stops a link that bears directly on it.")
        return notes
    if not mechanisms:
        why = (
            "mechanisms are measured for the outcomes of the first table only"
            if result.attribution.height
            else "the scenario was run without attribution, or stopped before it"
        )
        notes.append(f"What each mechanism does is not known here: {why}.")
    if not drivers:
        why = (
            "no quantity stands out of the noise; more draws would tell"
            if result.sensitivity.height and row["key"]
            else "sensitivities are computed for the outcomes of the first table only"
            if result.sensitivity.height
            else "too few draws"
        )
        notes.append(f"What drives it is not known here: {why}.")
    if not access:
        notes.append("No control and no rule of law stops a link that bears directly on it.")
    return notes
