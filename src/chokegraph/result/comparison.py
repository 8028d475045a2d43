# SPDX-License-Identifier: Apache-2.0
"""Two results side by side: first what went in, then what came out, draw by draw.

Only like is compared with like: the same outcome of the same item in the same period, over the same
inputs. What is left out is named, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.result.core import Result
from chokegraph.result.day_one import ARRAYS
from chokegraph.result.measures import Measure, measures
from chokegraph.result.outcomes import COVERED
from chokegraph.result.quantiles import quantiles
from chokegraph.result.settings import settings

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
class LeftOut:
    """One outcome that is not compared.

    Args:
        outcome: Its id, with the item after a colon.
        words: The same in words, with the period.
        reason: Why it is left out.
        key: Whether it belongs to the first table of either result.
    """

    outcome: str
    words: str
    reason: str
    key: bool


@dataclass(frozen=True)
class Comparison:
    """Two results compared.

    Args:
        a: Name of the first.
        b: Name of the second.
        inputs: Only what differs in what went in.
        reasons: Why outcomes cannot be compared draw by draw; empty if they can.
        outcomes: The outcomes of the scenarios; empty if they cannot be compared.
        left_out: Outcomes of either that the other does not have in the same meaning.
        baselines_agree: Whether both baselines are the same numbers.
    """

    a: str
    b: str
    inputs: tuple[InputDifference, ...]
    reasons: tuple[str, ...]
    outcomes: tuple[OutcomeDifference, ...]
    left_out: tuple[LeftOut, ...]
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
        outcomes of both scenarios with the difference on the same draw, and which are left out.
        Otherwise the reasons why not.
    """
    reasons = tuple(_reasons(a, b))
    agree = False
    if not reasons:
        agree = _baselines_agree(a, b)
        if not agree and _asked_of_baseline(a) == _asked_of_baseline(b):
            reasons = (
                "the baselines were asked the same and are not the same numbers: "
                f"run both with one version ({_versions(a)} and {_versions(b)})",
            )
    found = () if reasons else tuple(_outcomes(a, b))
    return Comparison(
        a=a.scenario.name,
        b=b.scenario.name,
        inputs=tuple(_inputs(a, b)),
        reasons=reasons,
        outcomes=tuple(one for one in found if isinstance(one, OutcomeDifference)),
        left_out=tuple(one for one in found if isinstance(one, LeftOut)),
        baselines_agree=agree,
    )


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
    tables = _other_tables(a, b)
    if tables:
        yield f"the tables of the program differ: {', '.join(tables)}"
    if a.draws != b.draws:
        yield f"the numbers of draws differ: {a.draws} and {b.draws}"
    for key, words in {"target": "targets", "coalition": "coalitions"}.items():
        one, other = getattr(a.scenario, key), getattr(b.scenario, key)
        if one != other:
            yield f"the {words} differ, or their order: {_list(one)} and {_list(other)}"
    for dimension in ("quarter", "country", "input", "product", "route"):
        one, other = a.dataset[dimension].values, b.dataset[dimension].values
        if not np.array_equal(one, other):
            yield f"they do not have the same {_many(dimension)}"
    if _beliefs(a) != _beliefs(b):
        yield "the assumptions, mechanisms or routes differ, so the draws are not the same"


def _other_tables(a: Result, b: Result) -> list[str]:
    """Tables of the program that differ, but for those of outcomes, which are made anew here."""
    ours, theirs = (each.manifest.get("tables_sha256") or {} for each in (a, b))
    names = sorted(name for name in {*ours, *theirs} if not name.startswith("result/"))
    return [name for name in names if ours.get(name) != theirs.get(name)]


def _list(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _baselines_agree(a: Result, b: Result) -> bool:
    """Whether the baselines are the same numbers, but for the last digits of another machine."""
    part = settings()["same_baseline"]
    for name, values in a.dataset.data_vars.items():
        # Day one is a change, zero in any baseline, and its days are those of the scenario.
        if name in ARRAYS or name not in b.dataset or "run" not in values.dims:
            continue
        one, other = (
            np.asarray(each.dataset[name].sel(run="baseline").values, dtype=float)
            for each in (a, b)
        )
        if one.shape != other.shape:
            return False
        size = np.abs(one[np.isfinite(one)]).max(initial=0.0)
        if not np.allclose(one, other, rtol=0.0, atol=part * size, equal_nan=True):
            return False
    return True


def _asked_of_baseline(result: Result) -> dict[str, Any]:
    """What the baseline rests on, beside what `_reasons` has looked at."""
    asked: dict[str, Any] = result.scenario.baseline.model_dump(mode="json")
    asked["controls"] = {row["name"]: row for row in asked["controls"]}
    return asked


def _versions(result: Result) -> str:
    commit = str(result.manifest.get("git_commit") or "")[:7]
    version = f"chokegraph {result.manifest.get('version')}"
    return f"{version} at {commit}" if commit else version


def _many(dimension: str) -> str:
    return {"country": "countries"}.get(dimension, f"{dimension}s")


def _beliefs(result: Result) -> dict[str, Any]:
    data = result.scenario.model_dump(mode="json")
    return {key: data[key] for key in ("assumptions", "mechanisms", "routes")}


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
    data["run.tables"] = result.manifest.get("tables_sha256")
    for run, law in (result.manifest.get("law") or {}).items():
        data[f"run.law.{run}"] = law.get("version")
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


def _outcomes(a: Result, b: Result) -> Iterator[OutcomeDifference | LeftOut]:
    ours, theirs = (
        {(one.outcome, one.item): one for one in measures(each.dataset, each.scenario)}
        for each in (a, b)
    )
    about = _about(a, b)
    for place, mine in ours.items():
        other = theirs.get(place)
        if other is None:
            yield _left_out(mine, mine, "only A has it")
        elif about and _over_covered(mine):
            yield _left_out(mine, other, about)
        elif mine.period != other.period:
            yield _left_out(mine, other, f"it is of {mine.period} in A and of {other.period} in B")
        else:
            yield _compared(mine, other)
    for place, other in theirs.items():
        if place not in ours:
            yield _left_out(other, other, "only B has it")


def _compared(one: Measure, other: Measure) -> OutcomeDifference | LeftOut:
    with np.errstate(invalid="ignore"):  # never less never is not a number
        change = other.values[-1] - one.values[-1]
    known = change[~np.isnan(change)]
    if known.size < max(settings()["least_defined"] * change.size, 1):
        return _left_out(one, other, "few draws define the difference")
    return OutcomeDifference(
        outcome=_id(one),
        words=one.words,
        unit=one.unit,
        key=one.key or other.key,
        a=_three(one),
        b=_three(other),
        difference=_levels(change),
        up=float((known > 0).mean()),
    )


def _about(a: Result, b: Result) -> str:
    """Say how the inputs that the scenarios are about differ; empty if they are the same."""
    ours, theirs = (
        {str(name) for name in each.dataset["input"].values[_marked(each)]} for each in (a, b)
    )
    if ours == theirs:
        return ""
    parts = [
        f"{len(own)} only in {side} ({', '.join(sorted(own)[:3])}{', ...' if len(own) > 3 else ''})"
        for side, own in (("A", ours - theirs), ("B", theirs - ours))
        if own
    ]
    return f"it is over the inputs covered, which differ: {' and '.join(parts)}"


def _marked(result: Result) -> Any:  # noqa: ANN401 - an array of flags
    return result.dataset["input_covered"].values.astype(bool)


def _over_covered(measure: Measure) -> bool:
    """Whether an outcome is taken over the inputs that the scenario is about."""
    return measure.item == COVERED or measure.outcome == "coalition_unserved_covered"


def _left_out(one: Measure, other: Measure, reason: str) -> LeftOut:
    return LeftOut(_id(one), one.words, reason, key=one.key or other.key)


def _id(measure: Measure) -> str:
    return f"{measure.outcome}:{measure.item}" if measure.item else measure.outcome


def _three(measure: Measure) -> tuple[float, float, float]:
    return _levels(measure.values[-1])


def _levels(values: Any) -> tuple[float, float, float]:  # noqa: ANN401 - any array
    low, middle, high = (float(value) for value in quantiles(values))
    return low, middle, high
