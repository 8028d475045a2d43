# SPDX-License-Identifier: Apache-2.0
"""The calendar of the law: what changes on which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from chokegraph.rules.dated import Dated
from chokegraph.rules.model import Alias, GroupVersion, Law, ParameterVersion
from chokegraph.rules.saying import say_value

ThingKind = Literal["rule", "parameter", "group", "alias"]
_BEGINNINGS = {
    "suspended": "is suspended",
    "unenforced": "stands in the text, not enforced",
    "announced": "is announced",
    "vacated": "is vacated",
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """One change of the law.

    Args:
        day: The day.
        thing: rule, parameter, group or alias.
        id: Its id.
        what: What happens, in a few words.
        title: What the thing is.
        regime: The state, for a rule; "" otherwise.
        kind: The kind of rule; "" otherwise.
        cite: Where it stands.
        confidence: The mark: A, B, C or ?.
    """

    day: date
    thing: ThingKind
    id: str
    what: str
    title: str
    regime: str = ""
    kind: str = ""
    cite: str
    confidence: str


def timeline(
    law: Law,
    *,
    since: date | None = None,
    until: date | None = None,
    regime: str = "",
) -> list[Event]:
    """Return the changes of the law in the order of their days.

    Args:
        law: The law.
        since: The first day wanted.
        until: The last day wanted.
        regime: Only the rules of this state; parameters, groups and aliases are left out then.

    Example:
        >>> from chokegraph.rules import load_law
        >>> days = [event.day for event in timeline(load_law())]
        >>> days == sorted(days)
        True
    """
    events = [
        event
        for event in _events(law)
        if (since is None or event.day >= since)
        and (until is None or event.day <= until)
        and (not regime or event.regime == regime)
    ]
    return sorted(events, key=lambda event: event.day)


def _events(law: Law) -> Iterator[Event]:
    for rule in law.rules:
        about = {"title": rule.title, "regime": rule.regime, "kind": rule.kind}
        yield from _of("rule", rule.id, rule.versions, about)
    for parameter in law.parameters.values():
        yield from _of("parameter", parameter.id, parameter.versions, {"title": parameter.meaning})
    for group in law.groups.values():
        yield from _of("group", group.id, group.versions, {"title": group.meaning})
    for alias in law.aliases:
        yield from _of("alias", alias.id, (alias,), {"title": alias.id})


def _of(
    thing: ThingKind, name: str, versions: tuple[Dated, ...], about: dict[str, Any]
) -> Iterator[Event]:
    begins = {version.effective for version in versions}
    counts = {version.applies_from for version in versions if version.status == "in_force"}
    for place, version in enumerate(versions):
        earlier = [v for v in versions[:place] if v.status == "in_force"]
        before = earlier[-1] if earlier else None
        common: dict[str, Any] = {
            "thing": thing, "id": name, "cite": version.cite,
            "confidence": version.confidence, **about,
        }  # fmt: skip
        what = _beginning(version, before)
        pending = version.compliance is not None and version.compliance > version.effective
        if pending and version.status == "in_force":
            later = f", to be complied with from {version.compliance}"
            yield Event(day=version.effective, what=what + later, **common)
            assert version.compliance is not None  # noqa: S101 - for the type checker
            yield Event(day=version.compliance, what="must be complied with", **common)
        else:
            yield Event(day=version.effective, what=what, **common)
        if version.ends is not None and version.ends not in begins | counts:
            yield Event(day=version.ends, what=_ending(version), **common)


def _ending(version: Dated) -> str:
    if version.status == "suspended":
        return "suspension ends"
    return "ends" if version.status == "in_force" else f"no longer {version.status}"


def _beginning(version: Dated, before: Dated | None) -> str:
    if version.status != "in_force":
        return _BEGINNINGS[version.status]
    match version, before:
        case ParameterVersion(value=value), ParameterVersion(value=old):
            return f"{say_value(old)} becomes {say_value(value)}"
        case ParameterVersion(value=value), _:
            return f"is {say_value(value)}"
        case GroupVersion(), GroupVersion():
            return members_change(before, version)
        case GroupVersion(members=members), _:
            return f"begins with {len(members)} member{'s' * (len(members) != 1)}"
        case Alias(code=code, means=means), _:
            return f"{code} counts as {means}"
        case _, None:
            return "begins"
        case _:
            return "changes"


def members_change(before: GroupVersion, after: GroupVersion) -> str:
    """Return which members come and go from one version of a group to another.

    Example:
        >>> from datetime import date
        >>> def of(*members):
        ...     return GroupVersion(members=members, effective=date.min, published=date.min,
        ...                         cite="x", confidence="A")
        >>> members_change(of("AM", "UA"), of("AM", "NI"))
        '+NI -UA'
    """
    added = sorted(set(after.members) - set(before.members))
    removed = sorted(set(before.members) - set(after.members))
    spared = sorted(set(after.excepted) - set(before.excepted))
    caught = sorted(set(before.excepted) - set(after.excepted))
    parts = [f"+{name}" for name in added] + [f"-{name}" for name in removed]
    parts += [f"+except {name}" for name in spared] + [f"-except {name}" for name in caught]
    return " ".join(parts) or "same members"
