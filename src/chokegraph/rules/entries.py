# SPDX-License-Identifier: Apache-2.0
"""The shape of the law files: what may stand in each entry, checked by pydantic."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chokegraph.rules.dated import Confidence, Status
from chokegraph.rules.model import GroupKind, Kind


def _as_names(value: object) -> object:
    """One name may stand without a list; `all` is every name."""
    if value == "all":
        return ["*"]
    return [value] if isinstance(value, str) else value


def _as_date(value: object) -> object:
    """Refuse texts and numbers that only look like days."""
    if value is None or type(value) is date:
        return value
    message = f"{value!r} is not a day; write it as 2023-11-17, without quotes"
    raise ValueError(message)


Day = Annotated[date, BeforeValidator(_as_date)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_names)]
Id = Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9 .:()/+_-]*$")]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """Anything in a law file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class VersionEntry(Entry):
    """The keys that every dated version has."""

    effective: Day
    compliance: Day | None = None
    ends: Day | None = None
    published: Day | None = None
    ends_published: Day | None = None
    status: Status = "in_force"
    cite: Text
    confidence: Confidence
    note: str = ""


class FactEntry(Entry):
    """A column that conditions may test."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    type: Literal[
        "flag", "number", "date", "code", "country", "eccn", "codes", "countries", "eccns"
    ]
    meaning: Text
    unit: str = ""
    about: Literal["item", "production", "transaction", "parties", "end_use"] = "item"
    absent_in_cases: Literal["unknown", "no", "not_relevant"] = "unknown"
    values: tuple[str, ...] = ()
    derived: DerivedEntry | None = None
    first_of: tuple[str, ...] = ()
    sum_of: tuple[str, ...] = ()
    most: float = math.inf


class DerivedEntry(Entry):
    """A quotient of products of facts and $parameters."""

    numerator: Annotated[tuple[str, ...], Field(min_length=1)]
    denominator: Annotated[tuple[str, ...], Field(min_length=1)]


class ParameterVersionEntry(VersionEntry):
    """A threshold over a time."""

    value: float | date


class ParameterEntry(Entry):
    """A threshold with its history."""

    id: Id
    meaning: Text
    unit: str = ""
    versions: Annotated[tuple[ParameterVersionEntry, ...], Field(min_length=1)]


class GroupVersionEntry(VersionEntry):
    """Members over a time."""

    members: Names
    excepted: Names = Field(default=(), alias="except")


class GroupEntry(Entry):
    """A set of countries, codes, or an ECCN scope, with its history."""

    id: Id
    of: GroupKind
    meaning: Text
    versions: Annotated[tuple[GroupVersionEntry, ...], Field(min_length=1)]


class AliasEntry(VersionEntry):
    """A code that counts as another."""

    fact_type: GroupKind
    code: Text
    means: Text
    regime: Literal["us", "nl", "jp", "cn"] = "us"


class PolicyEntry(Entry):
    """A review policy; the list is in order of strictness."""

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    meaning: Text
    cite: str = ""


class Effects(BaseModel):
    """The keys that only some kinds of rule have; a version may state them anew."""

    eccn: str = ""
    removes: Names = ()
    outcome: str = ""
    bars: Names = ()
    spares: Names = ()
    overcomes: Names = ()
    concerns: Names = Field(default=(), alias="for")
    policy: str = ""
    overrides: Names = ()
    needs_subject: bool = True
    shadow_code: str = ""
    message: str = ""


class RuleVersionEntry(VersionEntry, Effects):
    """A rule over a time."""

    when: Any


class RuleEntry(Entry, Effects):
    """A rule with its history."""

    id: RuleId
    kind: Kind
    title: Text
    regime: Literal["us", "nl", "jp", "cn"] | None = None
    code: Code | Literal[""] = ""
    versions: Annotated[tuple[RuleVersionEntry, ...], Field(min_length=1)]


class FileEntry(Entry):
    """A law file."""

    regime: Literal["us", "nl", "jp", "cn"] | None = None
    encoded_from: date | None = None
    facts: tuple[FactEntry, ...] = ()
    parameters: tuple[ParameterEntry, ...] = ()
    groups: tuple[GroupEntry, ...] = ()
    aliases: tuple[AliasEntry, ...] = ()
    policies: tuple[PolicyEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()


FactEntry.model_rebuild()

EFFECT_KEYS = tuple(Effects.model_fields)
"""The Python names of the keys that only some kinds of rule have."""

WANTED: dict[str, tuple[str, ...]] = {
    "classification": ("eccn",),
    "exclusion": ("removes",),
    "restriction": ("bars",),
    "exception": ("overcomes",),
    "policy": ("concerns", "policy"),
    "flag": ("message",),
}
"""The keys without which a kind of rule says nothing."""

WITH_CODE = ("hook", "requirement", "exception", "flag")
"""The kinds of rule that report a code."""
