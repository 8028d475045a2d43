# SPDX-License-Identifier: Apache-2.0
"""From a scenario's assumptions to the priors that the model draws from."""

from __future__ import annotations

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
    )
