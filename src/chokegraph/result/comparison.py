# SPDX-License-Identifier: Apache-2.0
"""Two results side by side: first what went in, then what came out, draw by draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.result.core import Result
from chokegraph.result.measures import Measure, measures
from chokegraph.result.quantiles import quantiles

_MISSING = "(none)"


@dataclass(frozen=True)
class InputDifference:
    """One thing that differs in what went into two results.

    Args:
        where: Its place, for example `controls.etch.licence.policy`.
        a: What the first result has.
        b: What the second result has.
    """

    where: str
    a: str
    b: str


@dataclass(frozen=True)
class OutcomeDifference:
    """One outcome of two scenarios: each with its interval, and b less a on the same draws.

    Each of `a`, `b` and `difference` holds the 5 % quantile, the median and the 95 % quantile.
    """

    outcome: str
    words: str
    unit: str
    key: bool
    a: tuple[float, float, float]
    b: tuple[float, float, float]
    difference: tuple[float, float, float]
    up: float


@dataclass(frozen=True)
class Comparison:
    """Two results compared.

    Args:
        a: Name of the first.
        b: Name of the second.
        inputs: Only what differs in what went in.
        reasons: Why outcomes cannot be compared draw by draw; empty if they can.
        outcomes: The outcomes of the scenarios; empty if they cannot be compared.
        baselines_agree: Whether both baselines are the same numbers.
    """

    a: str
    b: str
    inputs: tuple[InputDifference, ...]
    reasons: tuple[str, ...]
    outcomes: tuple[OutcomeDifference, ...]
    baselines_agree: bool

    @property
    def comparable(self) -> bool:
        """Whether outcomes are compared draw by draw."""
        return not self.reasons


def compare(a: Result, b: Result) -> Comparison:
    """Compare two results.

    Args:
        a: The first result.
        b: The second result.

    Returns:
        What differs in what went in; and, if both rest on the same draws of the same world, the
        outcomes of both scenarios with the difference on the same draw. Otherwise the reasons why
        not.
    """
    reasons = tuple(_reasons(a, b))
    outcomes: tuple[OutcomeDifference, ...] = ()
    agree = False
    if not reasons:
        outcomes = tuple(_outcomes(a, b))
        agree = all(
            np.array_equal(
                a.dataset[name].sel(run="baseline").values,
                b.dataset[name].sel(run="baseline").values,
                equal_nan=True,
            )
            for name, values in a.dataset.data_vars.items()
            if name in b.dataset and "run" in values.dims
        )
    inputs = tuple(_inputs(a, b))
    return Comparison(a.scenario.name, b.scenario.name, inputs, reasons, outcomes, agree)


def _reasons(a: Result, b: Result) -> Iterator[str]:
    checks = {
        "seed": "the seeds differ",
        "data_sha256": "the facts differ",
        "world_year": "the facts are seen at different years",
        "engine": "the engines differ",
        "dtype": "the kinds of numbers differ",
    }
    for key, words in checks.items():
        one, other = a.manifest.get(key), b.manifest.get(key)
        if one != other:
            yield f"{words}: {one} and {other}"
    if a.draws != b.draws:
        yield f"the numbers of draws differ: {a.draws} and {b.draws}"
    for dimension in ("quarter", "country", "input", "product", "route"):
        one, other = a.dataset[dimension].values, b.dataset[dimension].values
        if not np.array_equal(one, other):
            yield f"they do not have the same {_many(dimension)}"
    if _beliefs(a) != _beliefs(b):
        yield "the assumptions or mechanisms differ, so the draws are not the same"


def _many(dimension: str) -> str:
    return {"country": "countries"}.get(dimension, f"{dimension}s")


def _beliefs(result: Result) -> dict[str, Any]:
    data = result.scenario.model_dump(mode="json")
    return {key: data[key] for key in ("assumptions", "mechanisms")}


def _inputs(a: Result, b: Result) -> Iterator[InputDifference]:
    left, right = _flat(_named(a)), _flat(_named(b))
    for where in dict.fromkeys([*left, *right]):
        one, other = left.get(where, _MISSING), right.get(where, _MISSING)
        if one != other:
            yield InputDifference(where, one, other)


def _named(result: Result) -> dict[str, Any]:
    """Return what went in, with controls under their names, so that order does not matter."""
    data = result.scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for holder in (data, data.get("baseline", {})):
        if "controls" in holder:
            holder["controls"] = {row["name"]: row for row in holder["controls"]}
    for key in ("seed", "draws", "engine", "data_sha256", "version"):
        data[f"run.{key}"] = result.manifest.get(key)
    for key in ("seed", "draws", "name"):
        data.pop(key, None)
    return data


def _flat(data: Any, where: str = "") -> dict[str, str]:  # noqa: ANN401 - any JSON value
    if isinstance(data, Mapping):
        found: dict[str, str] = {}
        for key, value in data.items():
            found |= _flat(value, f"{where}.{key}" if where else str(key))
        return found
    if isinstance(data, list) and any(isinstance(value, Mapping) for value in data):
        found = {}
        for place, value in enumerate(data, start=1):
            found |= _flat(value, f"{where}[{place}]")
        return found
    if isinstance(data, list):
        return {where: ", ".join(str(value) for value in data)}
    return {where: str(data)}


def _outcomes(a: Result, b: Result) -> Iterator[OutcomeDifference]:
    others = {(one.outcome, one.item): one for one in measures(b.dataset, b.scenario)}
    for one in measures(a.dataset, a.scenario):
        other = others.get((one.outcome, one.item))
        if other is None:
            continue
        with np.errstate(invalid="ignore"):  # never less never is not a number
            change = other.values[-1] - one.values[-1]
        if np.isnan(change).all():
            continue
        known = change[~np.isnan(change)]
        yield OutcomeDifference(
            outcome=f"{one.outcome}:{one.item}" if one.item else one.outcome,
            words=one.words,
            unit=one.unit,
            key=one.key or other.key,
            a=_three(one),
            b=_three(other),
            difference=_levels(change),
            up=float((known > 0).mean()),
        )


def _three(measure: Measure) -> tuple[float, float, float]:
    return _levels(measure.values[-1])


def _levels(values: Any) -> tuple[float, float, float]:  # noqa: ANN401 - any array
    low, middle, high = (float(value) for value in quantiles(values))
    return low, middle, high
