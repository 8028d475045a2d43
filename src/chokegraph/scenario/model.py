# SPDX-License-Identifier: Apache-2.0
"""The question: what is controlled, by whom, from when, and what is believed."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chokegraph.scenario.assumption import Assumptions
from chokegraph.scenario.base import Country, Name, Part
from chokegraph.scenario.control import Control
from chokegraph.scenario.event import Event
from chokegraph.scenario.law import LawChoice, LawSetting
from chokegraph.scenario.levers import Levers, Mandate, Promotion, Subsidy
from chokegraph.scenario.when import Quarter, quarter_index, quarter_name

Lever = Mandate | Subsidy | Promotion

_FEWEST_QUARTERS = 4  # outcomes are by year
_MOST_QUARTERS = 200


class Baseline(Part):
    """What holds in the baseline, against which everything is compared.

    Example:
        >>> Baseline().controls
        ()
    """

    law: LawChoice = "none"
    """The law that the baseline applies to every supply link; `none` for controls alone."""

    controls: tuple[Control, ...] = ()
    """Controls of the baseline; they add to its law."""

    levers: Levers = Levers()
    """Levers of the baseline."""


class Scenario(Part):
    """A question to the model: one YAML file.

    Example:
        >>> scenario = Scenario.model_validate({
        ...     "schema": 1, "name": "ban", "title": "A ban", "question": "What would a ban do?",
        ...     "target": "CN", "coalition": ["US"], "start": "2024Q1", "end": "2027Q4",
        ...     "controls": [{"name": "etch", "by": ["US"], "inputs": {"families": ["etch"]},
        ...                   "from": "2025Q1", "licence": {"policy": "denial"}}]})
        >>> scenario.quarters, scenario.all_controls("baseline")
        (16, ())
    """

    schema_version: Literal[1] = Field(alias="schema")
    """Version of this format: 1."""

    name: Name
    """A short name, used for the result folder."""

    title: Annotated[str, Field(min_length=3, max_length=120)]
    """A title in a few words."""

    question: Annotated[str, Field(min_length=10)]
    """The question in plain words."""

    world: str = "builtin"
    """The facts: `builtin`, `builtin@YEAR` or `package:DIR[@YEAR]`."""

    target: Country
    """The country that is controlled."""

    coalition: Annotated[tuple[Country, ...], Field(min_length=1)]
    """The countries that take part."""

    start: Quarter
    """The first quarter."""

    end: Quarter
    """The last quarter."""

    event: Event | None = None
    """The event whose probability is asked."""

    baseline: Baseline = Baseline()
    """What the scenario is compared with."""

    extends_baseline: bool = True
    """Whether the scenario keeps the controls and levers of the baseline and adds its own."""

    law: LawChoice | None = None
    """The law that the scenario applies to every supply link. Empty: that of the baseline, or none
    if the scenario does not extend its baseline."""

    controls: tuple[Control, ...] = ()
    """Controls of the scenario; they add to its law."""

    levers: Levers = Levers()
    """Levers of the scenario."""

    assumptions: Assumptions = Field(default_factory=dict)
    """Beliefs that replace priors, in baseline and scenario alike, by the name of the prior."""

    routes: Literal["chip", "tables"] = "chip"
    """Where merit, start yield and needs of the routes of products come from: `chip`, from
    reference designs costed draw by draw, for the routes that have them; `tables`, from the
    estimates of the facts for all routes. The same in baseline and scenario."""

    mechanisms: dict[str, bool] = Field(default_factory=dict)
    """Mechanisms of the model switched on or off, in baseline and scenario alike, by name."""

    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    """How many draws of all uncertain quantities."""

    seed: Annotated[int, Field(ge=0, lt=2**32)] = 1
    """Seed of the random numbers; the same seed gives the same numbers."""

    sources: tuple[str, ...] = ()
    """Where the policy described here is documented."""

    notes: str = ""
    """Anything a reader should know."""

    @property
    def quarters(self) -> int:
        """How many quarters are simulated."""
        return quarter_index(self.end) - quarter_index(self.start) + 1

    @property
    def quarter_names(self) -> tuple[str, ...]:
        """The simulated quarters, in order."""
        first = quarter_index(self.start)
        return tuple(quarter_name(first + step) for step in range(self.quarters))

    def all_controls(self, run: Literal["baseline", "scenario"]) -> tuple[Control, ...]:
        """Return the controls in force in one of the two runs."""
        if run == "baseline":
            return self.baseline.controls
        return (*self.baseline.controls, *self.controls) if self.extends_baseline else self.controls

    def law_of(self, run: Literal["baseline", "scenario"]) -> LawSetting | None:
        """Return the law of one of the two runs, with all its amendments; None for no law."""
        base = None if self.baseline.law == "none" else self.baseline.law
        own = self.law
        if run == "baseline" or (own is None and self.extends_baseline):
            return base
        if own is None or own == "none":
            return None
        if own.base == "baseline" and base is not None:
            return base.model_copy(update={"amend": (*base.amend, *own.amend)})
        return own

    def all_levers(self, run: Literal["baseline", "scenario"]) -> Levers:
        """Return the levers of one of the two runs."""
        if run == "baseline":
            return self.baseline.levers
        if not self.extends_baseline:
            return self.levers
        base, own = self.baseline.levers, self.levers
        return Levers(
            mandate=(*base.mandate, *own.mandate),
            subsidy=(*base.subsidy, *own.subsidy),
            promotion=(*base.promotion, *own.promotion),
        )

    def members(self, who: Control | Promotion) -> tuple[str, ...]:
        """Return the countries that apply a control or pay for a promotion."""
        named = tuple(
            country
            for member in who.by
            for country in (self.coalition if member == "coalition" else (member,))
        )
        return tuple(dict.fromkeys(named))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is allowed but does nothing, a sentence each: parts that are never in force."""
        first, last = quarter_index(self.start), quarter_index(self.end)
        named: list[tuple[str, Control | Lever]] = [
            (f"the control {control.name!r}", control)
            for control in (*self.baseline.controls, *self.controls)
        ]
        for levers in (self.baseline.levers, self.levers):
            named += [("a mandate", lever) for lever in levers.mandate]
            named += [("a subsidy", lever) for lever in levers.subsidy]
            named += [("a promotion", lever) for lever in levers.promotion]
        found = []
        for what, part in named:
            until = part.last_quarter
            if part.first_quarter > last:
                when = f"begins in {quarter_name(part.first_quarter)}, after the end {self.end}"
                found.append(f"{what} is never in force: it {when}")
            elif until is not None and until < first:
                when = f"ends in {quarter_name(until)}, before the start {self.start}"
                found.append(f"{what} is never in force: it {when}")
        return tuple(found)

    @model_validator(mode="after")
    def _horizon(self) -> Self:
        if self.quarters < _FEWEST_QUARTERS:
            message = f"the horizon {self.start} to {self.end} is shorter than four quarters"
            raise ValueError(message)
        if self.quarters > _MOST_QUARTERS:
            message = f"the horizon has {self.quarters} quarters; at most {_MOST_QUARTERS}"
            raise ValueError(message)
        if not self.start.endswith("Q1") or not self.end.endswith("Q4"):
            message = "outcomes are by year: start in a first quarter and end in a fourth"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.target in self.coalition:
            message = f"{self.target} is both the target and a member of the coalition"
            raise ValueError(message)
        names = [control.name for control in (*self.baseline.controls, *self.controls)]
        double = sorted({name for name in names if names.count(name) > 1})
        if double and self.extends_baseline:
            message = f"control names are used twice: {', '.join(double)}"
            raise ValueError(message)
        year = self.event and (self.event.by or self.event.in_)
        if year and not int(self.start[:4]) <= year <= int(self.end[:4]):
            message = f"the event's year {year} lies outside {self.start} to {self.end}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _law_has_a_base(self) -> Self:
        at_home = (("baseline.law", self.baseline.law), ("law", self.law))
        for place, law in at_home:
            if not isinstance(law, LawSetting) or law.base != "baseline":
                continue
            if place == "baseline.law":
                message = "the law of the baseline cannot be based on itself; write base: ear"
                raise ValueError(message)
            if self.baseline.law == "none":
                message = "the law is that of the baseline, which has none; write base: ear"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        same = self.extends_baseline or self.baseline == Baseline()
        same = same and self.law_of("scenario") == self.law_of("baseline")
        if same and not self.controls and self.levers == Levers():
            message = "the scenario changes nothing; give a law, controls or levers"
            raise ValueError(message)
        return self
