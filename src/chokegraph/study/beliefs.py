# SPDX-License-Identifier: Apache-2.0
"""From a scenario's assumptions to the priors that the model draws from."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import quantile
from chokegraph.response.priors import Prior, load_priors
from chokegraph.scenario import Assumption, Scenario
from chokegraph.scenario.suggest import suggestion

SCENARIO_SOURCE = "scenario"
"""The source id of a prior that the scenario replaced."""


def scenario_priors(scenario: Scenario) -> dict[str, Prior]:
    """Return the priors with the scenario's assumptions in their place.

    An assumption without families replaces the general prior and those of all families; one with
    families replaces, or adds, the priors of these.

    Args:
        scenario: The question.

    Returns:
        Priors by key, as `chokegraph.response.load_priors` gives them.

    Raises:
        FindingsError: If an assumption names no prior.
    """
    table = load_priors()
    names = {prior.name for prior in table.values()}
    unknown = [name for name in scenario.assumptions if name not in names]
    if unknown:
        findings = [
            Finding(
                f"unknown assumption {name!r}",
                f"did you mean {suggestion(name, names)!r}?" if suggestion(name, names) else "",
            )
            for name in unknown
        ]
        raise FindingsError(findings, title=f"scenario {scenario.name}")
    for name, parts in scenario.assumptions.items():
        # General beliefs first, so that those for some families win whatever their order.
        for part in sorted(parts, key=lambda one: bool(one.families)):
            for key in _keys(table, name, part):
                family = key.removeprefix(name).removeprefix(".")
                table[key] = _replaced(_model(table, name, family), part, family)
    return table


def check_reach(scenario: Scenario, priors: Mapping[str, Prior], reaching: Set[str]) -> None:
    """Refuse a stated belief that no value of the model rests on.

    Args:
        scenario: The question.
        priors: What is believed, from `scenario_priors`.
        reaching: The keys of the priors that some value rests on.

    Raises:
        FindingsError: If an assumption, or one for a family, reaches nothing.
    """
    findings = []
    for name, parts in scenario.assumptions.items():
        anywhere = any(prior.name == name and key in reaching for key, prior in priors.items())
        for part in parts:
            idle = [f" for {one!r}" for one in part.families if f"{name}.{one}" not in reaching]
            if not part.families and not anywhere:
                idle = [""]
            findings += [
                Finding(
                    f"the assumption {name!r}{where} reaches nothing in this run",
                    "leave it out, or name families of inputs for which it matters",
                )
                for where in idle
            ]
    if findings:
        raise FindingsError(findings, title=f"scenario {scenario.name}")


def _keys(table: dict[str, Prior], name: str, part: Assumption) -> list[str]:
    if part.families:
        return [f"{name}.{family}" for family in part.families]
    return [key for key, prior in table.items() if prior.name == name]


def _model(table: dict[str, Prior], name: str, family: str) -> Prior:
    """Return the prior that the new one is modelled on: unit and meaning are the same."""
    own = table.get(f"{name}.{family}") or table.get(name)
    return own or next(prior for prior in table.values() if prior.name == name)


def _replaced(prior: Prior, part: Assumption, family: str) -> Prior:
    if part.value is not None:
        low, high = part.value
        dist, a, b = ("fixed", low, 0.0) if low == high else ("uniform", low, high)
    else:
        dist, a, b = part.dist or "fixed", part.a or 0.0, part.b or 0.0
    ends = quantile(dist, a, b, [0.05, 0.95])
    return replace(
        prior,
        dist=dist,
        a=a,
        b=b,
        low=float(ends[0]),
        high=float(ends[1]),
        family=family,
        source_id=SCENARIO_SOURCE,
        locator=f"assumptions.{prior.name}",
        grade="X",
        stated=True,
    )
