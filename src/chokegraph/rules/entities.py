# SPDX-License-Identifier: Apache-2.0
"""What law is made of, as frozen data: facts, parameters, groups, aliases, policies and rules."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chokegraph.rules.dated import Dated, live
from chokegraph.rules.language import Condition

FactType = Literal[
    "flag", "number", "date", "code", "country", "eccn", "codes", "countries", "eccns"
]
FACT_TYPES: tuple[FactType, ...] = (
    "flag", "number", "date", "code", "country", "eccn", "codes", "countries", "eccns",
)  # fmt: skip
GroupKind = Literal["country", "eccn", "code"]
Kind = Literal[
    "concept", "classification", "release", "hook", "requirement", "exclusion", "restriction",
    "exception", "policy", "flag",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "concept", "classification", "release", "hook", "requirement", "exclusion", "restriction",
    "exception", "policy", "flag",
)  # fmt: skip
EVERY = ("*",)
"""In `overcomes`, `bars` or `concerns`: all of them."""


@dataclass(frozen=True, kw_only=True)
class FactDefinition:
    """A column that conditions may test.

    Args:
        id: The column's name.
        type: flag, number, date, code, country, eccn, or a set: codes, countries, eccns.
        meaning: What it says, in own words.
        unit: The unit of a number.
        about: item, production, transaction, parties or end_use.
        absent_in_cases: What a missing key means in a case file.
        values: The codes that are allowed; () for any.
        numerator: Facts and $parameters whose product is divided, for a derived number.
        denominator: The factors that it is divided by.
        first_of: Facts of which the first that is known and applicable is taken.
        sum_of: Facts that are added, numbers of zero or more: one that is not known leaves the sum
            at least as high as the others, one that is not applicable adds nothing.
        most: The highest number that it can be, such as 100 for a share in percent.
    """

    id: str
    type: FactType
    meaning: str
    unit: str = ""
    about: str = "item"
    absent_in_cases: Literal["unknown", "no", "not_relevant"] = "unknown"
    values: tuple[str, ...] = ()
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    first_of: tuple[str, ...] = ()
    sum_of: tuple[str, ...] = ()
    most: float = math.inf

    @property
    def kind(self) -> GroupKind | None:
        """The kind of group that it can be tested against; None for flags, numbers and dates."""
        kinds: dict[str, GroupKind] = {"countries": "country", "eccns": "eccn", "codes": "code"}
        if self.type in ("code", "country", "eccn"):
            return self.type
        return kinds.get(self.type)

    @property
    def is_set(self) -> bool:
        """Whether its values are sets of texts."""
        return self.type in ("codes", "countries", "eccns")

    @property
    def derived(self) -> bool:
        """Whether it is computed from other facts where the row does not give it."""
        return bool(self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The facts and $parameters that it is computed from; () if it is not derived."""
        return (*self.first_of, *self.sum_of, *self.numerator, *self.denominator)


@dataclass(frozen=True, kw_only=True)
class ParameterVersion(Dated):
    """A threshold over a time: a number, or a date."""

    value: float | date


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A threshold of the law, with its history."""

    id: str
    meaning: str
    unit: str
    versions: tuple[ParameterVersion, ...]


@dataclass(frozen=True, kw_only=True)
class GroupVersion(Dated):
    """The members of a group over a time; names of other groups stand for their members."""

    members: tuple[str, ...]
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A named set of countries, codes, or an ECCN scope, with its history."""

    id: str
    of: GroupKind
    meaning: str
    versions: tuple[GroupVersion, ...]


@dataclass(frozen=True, kw_only=True)
class Alias(Dated):
    """A code that counts as another in a state's law from a day: Hong Kong as China."""

    fact_type: GroupKind
    code: str
    means: str
    regime: str = "us"

    @property
    def id(self) -> str:
        """A name for marks and messages."""
        return f"{self.code} counts as {self.means}"


@dataclass(frozen=True, kw_only=True)
class ReviewPolicy:
    """How applications are reviewed; policies stand in the law strictest first."""

    id: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class RuleVersion(Dated):
    """A rule over a time.

    Args:
        when: The condition.
        eccn: For a classification: the paragraph that is met.
        removes: For an exclusion: codes or rule ids of the hooks and requirements it removes.
        outcome: For an exclusion: the code that is reported when it takes effect.
        bars: For a restriction: exceptions that it bars; `EVERY` for all.
        spares: For a restriction: exceptions that it leaves.
        overcomes: For an exception: requirement codes; `EVERY` for all.
        concerns: For a policy: requirement codes; `EVERY` for all.
        policy: For a policy: the review policy.
        overrides: For a policy: policy rules that give way to it.
        needs_subject: For a requirement: whether it needs an item subject to the regime.
        shadow_code: For a requirement: what is reported when only a version fires that does not
            count (suspended, unenforced, announced, pending).
        message: For a flag: what the reader is told.
    """

    when: Condition
    eccn: str = ""
    removes: tuple[str, ...] = ()
    outcome: str = ""
    bars: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    overcomes: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    policy: str = ""
    overrides: tuple[str, ...] = ()
    needs_subject: bool = True
    shadow_code: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of the law, with its history.

    Args:
        id: Its name.
        kind: What it does; see `KINDS`.
        title: What it says, in a line.
        regime: us, nl, jp or cn.
        code: The code that is reported; "" for kinds without one.
        versions: In the order of their effective days.
        file: The file that it stands in.
        line: The line there.
    """

    id: str
    kind: Kind
    title: str
    regime: str
    code: str = ""
    versions: tuple[RuleVersion, ...]
    file: str = ""
    line: int | None = None

    def version_on(self, on: date) -> RuleVersion | None:
        """Return the version that is live on a day; None if there is none."""
        return live(self.versions, on)

    def shadow_on(self, on: date) -> tuple[RuleVersion, str] | None:
        """Return the version that stands in the books without counting, and why."""
        for version in reversed(self.versions):
            why = version.shadow_on(on)
            if why is not None:
                return version, why
        return None
