# SPDX-License-Identifier: Apache-2.0
"""The law of a run: the law files as known on a day, with amendments laid over them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from chokegraph.scenario.base import Part

Regime = Literal["us", "nl", "jp", "cn"]
REGIMES: tuple[Regime, ...] = ("us", "nl", "jp", "cn")
"""The states whose rules the law files hold."""

Status = Literal["in_force", "suspended", "unenforced", "announced", "vacated"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SUBJECTS = ("parameter", "group", "rule", "end", "add")
_BELONGS = {
    "parameter": ("value", "from_", "until"),
    "group": ("add", "remove", "members", "from_", "until"),
    "rule": ("status", "effective", "from_", "until"),
    "end": ("on",),
    "add": (),
}


class Amendment(Part):
    """One change of the law. Give exactly one of `parameter`, `group`, `rule`, `end` and `add`.

    `{parameter: ID, value: V, from: DAY}` sets a threshold; `{group: ID, add: [...], remove: [...],
    from: DAY}` changes a list; `{rule: ID, status: suspended, from: DAY}` suspends a rule, or
    brings it back with `in_force`; `{rule: ID, effective: DAY}` moves its beginning; `{end: ID, on:
    DAY}` ends it; `{add: {...}}` adds a rule, parameter or group, written as in the law files.

    Example:
        >>> change = Amendment.model_validate(
        ...     {"parameter": "tpp-high", "value": 3200, "from": "2027-01-01"})
        >>> change.mapping()["from"].year
        2027
    """

    parameter: str | None = None
    """A threshold, by its id; `chokegraph rules list` shows them."""

    value: float | dt.date | None = None
    """Its new value: a number, or a day."""

    group: str | None = None
    """A list of countries, export-control numbers or codes, by its id."""

    add: Annotated[
        tuple[str, ...] | dict[str, Any] | None,
        Field(description="For a group: members to add. Alone: a rule, parameter or group to add."),
    ] = None

    remove: tuple[str, ...] = ()
    """For a group: members to take out."""

    members: tuple[str, ...] | None = None
    """For a group: all its members, in place of those that it has."""

    rule: str | None = None
    """A rule, by its id."""

    status: Status | None = None
    """For a rule: its new status."""

    effective: dt.date | None = None
    """For a rule: the day on which its first version begins."""

    end: str | None = None
    """A rule that ends, by its id."""

    on: dt.date | None = None
    """For a rule that ends: the first day without it."""

    from_: dt.date | None = Field(default=None, alias="from")
    """The first day of the change."""

    until: dt.date | None = None
    """The first day after the change; what held before comes back. Empty for ever."""

    published: dt.date | None = None
    """When buyers learn of it; the day of the change if empty."""

    cite: str = ""
    """Where it is proposed or documented."""

    note: str = ""
    """Anything a reader should know."""

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        given = [key for key in _SUBJECTS if getattr(self, key) is not None]
        if "group" in given and "add" in given:
            given.remove("add")
        if len(given) != 1:
            message = "give exactly one of parameter, group, rule, end and add"
            raise ValueError(message)
        subject = given[0]
        if (subject == "add") != isinstance(self.add, dict) and self.add is not None:
            message = "add takes a list for a group, and a mapping where it stands alone"
            raise ValueError(message)
        foreign = [
            key
            for key in ("value", "remove", "members", "status", "effective", "on", "from_", "until")
            if getattr(self, key) not in (None, ()) and key not in _BELONGS[subject]
        ]
        if foreign:
            named = ", ".join(key.rstrip("_") for key in foreign)
            message = f"a change of a {subject} takes no {named}"
            raise ValueError(message)
        return self

    def mapping(self) -> dict[str, Any]:
        """Return the amendment as `chokegraph.rules.amend` takes it."""
        given = {
            name.rstrip("_"): value
            for name, value in self
            if value is not None and value != "" and (value != () or name == "members")
        }
        return {key: _with_days(value) for key, value in given.items()}


def _with_days(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return a value with lists for tuples, and days for texts that are one."""
    if isinstance(value, dict):
        return {key: _with_days(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_days(inner) for inner in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value  # the reader of the law says what is wrong
    return value


class LawSetting(Part):
    """The law that a run applies to every supply link.

    Example:
        >>> law = LawSetting.model_validate({"base": "ear", "as_known_on": "2022-10-06"})
        >>> law.as_known_on.isoformat(), law.regimes
        ('2022-10-06', ('us', 'nl', 'jp', 'cn'))
    """

    base: Literal["ear", "baseline"] = "ear"
    """`ear`: the law files (the United States, and the states named in `regimes`). `baseline`, in a
    scenario: the law of its baseline with that law's amendments."""

    as_known_on: dt.date | None = None
    """The law, and the lists of parties, as they could be known on this day; empty: all that the
    law files hold. What was published later does not come, whatever its date."""

    regimes: Annotated[tuple[Regime, ...], Field(min_length=1)] = REGIMES
    """The states whose rules count, as a list."""

    amend: tuple[Amendment, ...] = ()
    """Changes laid over it, in this order."""

    @model_validator(mode="after")
    def _fits_base(self) -> Self:
        if self.base == "baseline" and (self.as_known_on or self.regimes != REGIMES):
            message = "as_known_on and regimes belong to base: ear; base: baseline keeps its own"
            raise ValueError(message)
        return self


def _form(value: object) -> str:
    """Tell `none` from a setting, so that a fault is reported for the form that was meant."""
    return "setting" if isinstance(value, dict | LawSetting) else "word"


LawChoice = Annotated[
    Annotated[LawSetting, Tag("setting")] | Annotated[Literal["none"], Tag("word")],
    Discriminator(_form),
]
"""A law, or `none` for hand-written controls only."""
