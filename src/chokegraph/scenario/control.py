# SPDX-License-Identifier: Apache-2.0
"""A control: who stops which flow, from when, with which licence policy."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema, model_validator

from chokegraph.scenario.base import Name, Part
from chokegraph.scenario.ranges import FractionRange
from chokegraph.scenario.selector import Selector
from chokegraph.scenario.when import When, closing_quarter, effective_quarter, known_quarter

Tier = Literal["mature", "advanced", "leading"]
Market = Literal["target", "coalition", "others"]


def _countries(value: object) -> object:
    return [value] if isinstance(value, str) else value


Member = Annotated[str, StringConstraints(pattern="^([A-Z]{2}|coalition)$")]
"""A country, or `coalition` for all members of the coalition."""


Members = Annotated[
    tuple[Member, ...],
    Field(min_length=1),
    BeforeValidator(_countries),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "coalition"},
                {"type": "string", "pattern": "^[A-Z]{2}$"},
                {"type": "array", "items": {"type": "string", "pattern": "^[A-Z]{2}$"}},
            ]
        }
    ),
]
"""Countries that act together, or `coalition` for all members."""


class Licence(Part):
    """How licence applications are decided: a named policy, or the approved fraction itself."""

    policy: str | None = None
    """A policy of the table `licence_policies.csv`, for example `presumption-of-denial`."""

    approval: FractionRange | None = None
    """The fraction of the trade that is licensed, as a number or a range."""

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.policy is None) == (self.approval is None):
            message = "give either policy or approval, not both and not neither"
            raise ValueError(message)
        return self


class Servicing(Part):
    """Service, spare parts and updates for tools that the target already has."""

    ban: bool
    """Whether servicing stops."""

    approval: FractionRange = (0.0, 0.0)
    """The fraction of servicing that is licensed all the same."""


class Cap(Part):
    """A limit on the grade that may be sold; what is at or below it stays free."""

    kind: Literal["hard", "sliding"]
    """`hard`: nothing above a fixed grade. `sliding`: nothing newer than n generations behind
    the frontier."""

    grade: float | None = None
    """For a hard cap: the highest grade allowed, in generations of each input's ladder."""

    label: str | None = None
    """For a hard cap: the highest grade allowed, by its label on the ladder, for example `28nm`."""

    behind: float | None = Field(default=None, ge=0)
    """For a hard cap: the highest grade allowed is the frontier when the control starts, less this
    many generations. It stays there while the frontier moves on."""

    generations: float | None = Field(default=None, ge=0)
    """For a sliding scale: how many generations behind the frontier is allowed."""

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        fixed = [part for part in (self.grade, self.label, self.behind) if part is not None]
        if self.kind == "hard" and (len(fixed) != 1 or self.generations is not None):
            message = "a hard cap takes exactly one of grade, label and behind"
            raise ValueError(message)
        if self.kind == "sliding" and (fixed or self.generations is None):
            message = "a sliding scale takes generations, and no grade, label or behind"
            raise ValueError(message)
        return self


class Control(Part):
    """A rule that may stop a flow.

    With `licence` alone, sales of the chosen inputs need a licence. With `cap`, only what lies
    above the cap does (denied unless `licence` says otherwise). `servicing` adds, or stands for,
    a stop of service on tools already sold.

    Example:
        >>> rule = Control.model_validate({
        ...     "name": "duv", "by": "NL", "inputs": {"tags": "duv"}, "from": "2024-01-01",
        ...     "announced": "2023-06-30", "licence": {"policy": "presumption-of-denial"}})
        >>> rule.by, rule.from_, rule.on
        (('NL',), '2024-01-01', 'target')
    """

    name: Name
    """A short name, unique within the scenario."""

    by: Members
    """The countries that apply it, or `coalition` for all members of the coalition."""

    inputs: Selector
    """Which inputs it covers."""

    on: Market = "target"
    """Whose purchases it stops: the target's, the coalition's (retaliation) or those of others."""

    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)] = ("mature", "advanced", "leading")
    """Which of the target's production it covers, when the rule looks at the end use."""

    from_: When = Field(alias="from")
    """In force from this quarter or date. A date is counted from the quarter that lies mostly
    after it."""

    until: When | None = None
    """In force up to and including this quarter (or the quarter before this date); empty for ever.
    """

    announced: When | None = None
    """When buyers learn of it; empty if it comes without warning."""

    licence: Licence | None = None
    """How licence applications for sales are decided."""

    servicing: Servicing | None = None
    """Whether service on tools already sold stops."""

    staff: bool = False
    """Whether people may no longer support the target's makers and users of these inputs."""

    cap: Cap | None = None
    """A limit on the grade sold, in place of a stop of all sales. It holds for all tiers."""

    sources: tuple[str, ...] = ()
    """Where the rule stands: citations or links."""

    note: str = ""
    """Anything a reader should know."""

    @property
    def first_quarter(self) -> int:
        """Index of the first quarter in force."""
        return effective_quarter(self.from_)

    @property
    def last_quarter(self) -> int | None:
        """Index of the last quarter in force, or None for ever."""
        return closing_quarter(self.until)

    @property
    def known_from(self) -> int:
        """Index of the quarter from which buyers know of it; never after it is in force."""
        if self.announced is None or self.announced == self.from_:
            return self.first_quarter
        return min(known_quarter(self.announced), self.first_quarter)

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        serviced = self.servicing is not None and self.servicing.ban
        if not (self.licence or self.cap or serviced or self.staff):
            message = f"control {self.name!r} stops nothing; give licence, cap, servicing or staff"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _cap_on_target(self) -> Self:
        if self.cap is not None and self.on != "target":
            message = f"control {self.name!r}: a cap applies to the target's purchases only"
            raise ValueError(message)
        if self.cap is not None and len(set(self.tiers)) < len(get_args(Tier)):
            message = f"control {self.name!r}: a cap holds for all production; leave tiers out"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        last = self.last_quarter
        if last is not None and last < self.first_quarter:
            message = f"control {self.name!r} ends ({self.until}) before it starts ({self.from_})"
            raise ValueError(message)
        if self.announced and known_quarter(self.announced) > self.first_quarter:
            message = (
                f"control {self.name!r} is announced ({self.announced}) after it is in force "
                f"({self.from_})"
            )
            raise ValueError(message)
        return self
