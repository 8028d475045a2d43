# SPDX-License-Identifier: Apache-2.0
"""From a scenario to the policies of its two runs, on the arrays of a structure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.drawn_beliefs import prior_keys
from chokegraph.response.fact_view import note
from chokegraph.response.policy import (
    Approval,
    ControlSpec,
    Mandate,
    Policy,
    Promotion,
    Subsidy,
    make_policy,
)
from chokegraph.response.policy import Cap as CapSpec
from chokegraph.response.state import TIERS, Structure
from chokegraph.scenario import Control, Scenario, Selector, load_licence_policies
from chokegraph.scenario.cap_check import cap_problems
from chokegraph.scenario.control import Cap
from chokegraph.scenario.suggest import suggestion
from chokegraph.scenario.when import quarter_index
from chokegraph.study.beliefs import scenario_priors
from chokegraph.study.law import RunLaw, build_law, changed_inputs
from chokegraph.world.model import World

Array = np.ndarray[Any, np.dtype[Any]]
Run = Literal["baseline", "scenario"]

_QUARTERS = 4


@dataclass(frozen=True)
class Rule:
    """One control of the scenario as the model carries it out.

    Args:
        control: The control as written.
        kind: What it stops: "sales", "sales above a cap", "servicing" or "staff".
        spec: What the model is given.
    """

    control: Control
    kind: str
    spec: ControlSpec


@dataclass(frozen=True)
class Policies:
    """The policies of the two runs, and what they are made of: controls as rules, and law.

    `notes` says which assumptions stand in for what the scenario does not say.
    """

    baseline: Policy
    scenario: Policy
    rules: dict[Run, tuple[Rule, ...]]
    laws: dict[Run, RunLaw | None] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def changed_by_law(self) -> Array:
        """Return whether the law of the scenario, not that of the baseline, touches an input."""
        return changed_inputs(self.laws.get("baseline"), self.laws.get("scenario"))

    def by_run(self, *, without: str = "") -> dict[str, Policy]:
        """Return both policies by run, with one mechanism switched off if named."""
        from dataclasses import replace

        pair: dict[str, Policy] = {"baseline": self.baseline, "scenario": self.scenario}
        if not without:
            return pair
        return {
            run: replace(policy, mechanisms={**policy.mechanisms, without: False})
            for run, policy in pair.items()
        }


def build_policies(scenario: Scenario, world: World, structure: Structure) -> Policies:
    """Put the controls and levers of a scenario onto the arrays of a structure.

    Args:
        scenario: The question.
        world: The facts that the selectors look into.
        structure: The arrays made from them.

    Returns:
        The policies of baseline and scenario.

    Raises:
        FindingsError: If a control names a country that the model does not follow, chooses no
            input, or caps by a grade that an input does not have or nobody knows.
    """
    maker = _Maker(scenario, world, structure)
    policies: dict[str, Policy] = {}
    rules: dict[Run, tuple[Rule, ...]] = {}
    runs: tuple[Run, Run] = ("baseline", "scenario")
    for run in runs:
        rules[run] = tuple(
            rule for control in scenario.all_controls(run) for rule in maker.rules(control)
        )
    if maker.findings:
        raise FindingsError(list(dict.fromkeys(maker.findings)), title=f"scenario {scenario.name}")
    laws: dict[Run, RunLaw | None] = {}
    for run in runs:
        same = run == "scenario" and scenario.law_of(run) == scenario.law_of("baseline")
        laws[run] = laws["baseline"] if same else build_law(scenario, run, world, structure)
        law = laws[run]
        levers = scenario.all_levers(run)
        policies[run] = make_policy(
            structure,
            controls=[rule.spec for rule in rules[run]],
            mandates=[maker.mandate(lever) for lever in levers.mandate],
            subsidies=[maker.subsidy(lever) for lever in levers.subsidy],
            promotions=[maker.promotion(lever) for lever in levers.promotion],
            mechanisms=scenario.mechanisms,
            law=None if law is None else law.flows,
        )
    notes = tuple(dict.fromkeys(maker.notes))
    return Policies(policies["baseline"], policies["scenario"], rules, laws, notes)


class _Maker:
    """Turns parts of a scenario into parts of a policy, collecting what does not fit."""

    def __init__(self, scenario: Scenario, world: World, structure: Structure) -> None:
        self.scenario = scenario
        self.world = world
        self.structure = structure
        self.start = quarter_index(scenario.start)
        self.findings: list[Finding] = []
        self.notes: list[str] = []

    # -- controls ---------------------------------------------------------------------------

    def rules(self, control: Control) -> Iterator[Rule]:
        members = self._members(control)
        chosen = self._chosen(control.inputs)
        if not chosen.any():
            self._find(f"control {control.name!r} covers no input that is bought")
            return
        if not members:
            return
        last = control.last_quarter
        base = ControlSpec(
            name=control.name,
            members=members,
            inputs=chosen,
            from_quarter=control.first_quarter - self.start,
            until_quarter=None if last is None else last + 1 - self.start,
            announced_quarter=control.known_from - self.start,
            tiers=(
                TIERS[0] in control.tiers,
                TIERS[1] in control.tiers,
                TIERS[2] in control.tiers,
            ),
            markets=(control.on,),
            sales=False,
        )
        approval = self._approval(control)
        if control.cap is not None:
            items = [self.world.inputs[self.structure.inputs[k]] for k in np.flatnonzero(chosen)]
            problems = cap_problems(control.cap, items, self.world)
            for message, fix in problems:
                self._find(f"control {control.name!r}: {message}", fix)
            if problems:
                return
            for number, (grade, inputs) in enumerate(self._caps(control, control.cap, chosen)):
                # One control with one licensing office, whatever the grades of its inputs are.
                name = control.name if number == 0 else f"{control.name}/{number + 1}"
                cap = CapSpec(control.cap.kind, grade)
                spec = _changed(
                    base,
                    name=name,
                    licence=control.name,
                    inputs=inputs,
                    approval=approval,
                    cap=cap,
                )
                yield Rule(control, "sales above a cap", spec)
        elif control.licence is not None:
            yield Rule(control, "sales", _changed(base, approval=approval, sales=True))
        if control.servicing is not None and control.servicing.ban:
            granted = _uniform(*control.servicing.approval)
            name = f"{control.name}/servicing"
            yield Rule(
                control, "servicing", _changed(base, name=name, approval=granted, service=True)
            )
        if control.staff:
            yield Rule(control, "staff", _changed(base, name=f"{control.name}/staff", staff=True))

    def _approval(self, control: Control) -> Approval:
        licence = control.licence
        if licence is None:
            return Approval()
        if licence.approval is not None:
            return _uniform(*licence.approval)
        table = load_licence_policies()
        name = licence.policy or ""
        if name not in table:
            near = suggestion(name, table)
            fix = f"did you mean {near!r}?" if near else f"known: {', '.join(table)}"
            self._find(f"control {control.name!r}: unknown licence policy {name!r}", fix)
            return Approval()
        return Approval(table[name].dist, table[name].a, table[name].b)

    def _caps(self, control: Control, cap: Cap, chosen: Array) -> Iterator[tuple[float, Array]]:
        """Return the cap by input, inputs with the same value together."""
        if cap.kind == "sliding":
            yield cap.generations or 0.0, chosen
            return
        groups: dict[float, list[int]] = {}
        for k in np.flatnonzero(chosen):
            groups.setdefault(self._grade(control, cap, int(k)), []).append(int(k))
        for grade, places in groups.items():
            mask = np.zeros(len(self.structure.inputs), dtype=bool)
            mask[places] = True
            yield grade, mask

    def _grade(self, control: Control, cap: Cap, k: int) -> float:
        if cap.grade is not None:
            return cap.grade
        if cap.behind is not None:
            return self._frontier(control, k) - cap.behind
        item = self.world.inputs[self.structure.inputs[k]]
        label = (cap.label or "").lower()
        steps = self.world.ladders[item.ladder_id]
        return next(step.grade for step in steps if step.label.lower() == label)

    def _frontier(self, control: Control, k: int) -> float:
        """The world's best grade, as expected for the first quarter of the control."""
        band = self.structure.capability
        best = np.where(np.isnan(band.mid[:, k]), band.low[:, k], band.mid[:, k]).max()
        years = max(control.first_quarter - self.start, 0) / _QUARTERS
        return float(best + self._pace(k) * years)

    def _pace(self, k: int) -> float:
        """The pace of an input's frontier: what is stated, its ladder's, or the prior's middle."""
        measured = float(self.structure.pace.mid[k])
        priors = scenario_priors(self.scenario)
        prior = priors[prior_keys(self.structure, priors, "frontier_pace")[k]]
        if prior.stated or np.isnan(measured):
            return float(prior.quantile(0.5))
        return measured

    # -- levers -----------------------------------------------------------------------------

    def mandate(self, lever: Any) -> Mandate:  # noqa: ANN401 - a lever of the scenario
        strength = np.where(self._chosen(lever.inputs), lever.strength, 0.0)
        return Mandate(strength, *self._window(lever))

    def subsidy(self, lever: Any) -> Subsidy:  # noqa: ANN401 - a lever of the scenario
        market = np.where(self._chosen(lever.inputs), self.structure.purchases.sum(axis=0), 0.0)
        money = lever.usd_million_per_year / _QUARTERS * market / max(market.sum(), 1e-12)
        part = lever.capacity_share
        if "capacity_share" not in lever.model_fields_set:
            self.notes.append(note("subsidy_capacity_share", ["the scenario's subsidy"]))
        return Subsidy(money * (1 - part), money * part, *self._window(lever))

    def promotion(self, lever: Any) -> Promotion:  # noqa: ANN401 - a lever of the scenario
        members = list(self._members(lever))
        share = self.structure.share.mid
        share = np.where(np.isnan(share), 0.0, share)
        sales = np.einsum("mci,mi->ci", share, self.structure.purchases)
        mask = np.zeros_like(sales)
        mask[members] = self._chosen(lever.inputs)
        weight = sales * mask if (sales * mask).sum() > 0 else mask
        money = lever.usd_million_per_year / _QUARTERS * weight / max(weight.sum(), 1e-12)
        return Promotion(money, *self._window(lever))

    # -- parts ------------------------------------------------------------------------------

    def _window(self, lever: Any) -> tuple[int, int | None]:  # noqa: ANN401 - any dated lever
        last = lever.last_quarter
        return lever.first_quarter - self.start, None if last is None else last + 1 - self.start

    def _chosen(self, selector: Selector) -> Array:
        items = (self.world.inputs[key] for key in self.structure.inputs)
        return np.array([selector.matches(item) for item in items], dtype=bool)

    def _members(self, who: Any) -> tuple[int, ...]:  # noqa: ANN401 - a control or promotion
        rows = {country: row for row, country in enumerate(self.structure.countries[:-1])}
        named = self.scenario.members(who)
        for country in named:
            if country not in rows:
                self._find(
                    f"{country} is not among the countries that the model follows",
                    f"it follows {', '.join(rows)}; add {country} to the coalition",
                )
        return tuple(rows[country] for country in named if country in rows)

    def _find(self, message: str, fix: str = "") -> None:
        self.findings.append(Finding(message, fix))


def _uniform(low: float, high: float) -> Approval:
    return Approval("fixed", low) if low == high else Approval("uniform", low, high)


def _changed(spec: ControlSpec, **changes: Any) -> ControlSpec:  # noqa: ANN401 - its fields
    from dataclasses import replace

    return replace(spec, **changes)
