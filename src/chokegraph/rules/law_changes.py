# SPDX-License-Identifier: Apache-2.0
"""Two days compared: which parts of the law differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chokegraph.rules.dated import Dated, live
from chokegraph.rules.model import GroupVersion, Law
from chokegraph.rules.saying import say_value
from chokegraph.rules.timeline import ThingKind, members_change


@dataclass(frozen=True, kw_only=True)
class LawChange:
    """A part of the law that differs between two days.

    Args:
        thing: rule, parameter, group or alias.
        id: Its id.
        what: What differs, in words.
        title: What the thing is.
        cite: Where the later state stands.
        confidence: Its mark.
    """

    thing: ThingKind
    id: str
    what: str
    title: str
    cite: str
    confidence: str


def law_changes(law: Law, first: date, second: date) -> list[LawChange]:
    """Return the rules, parameters, groups and aliases that differ between two days.

    Args:
        law: The law.
        first: The first day.
        second: The second day; it may be the earlier one.

    Returns:
        Changes in the order of the law.
    """
    found: list[LawChange] = []

    def add(thing: ThingKind, name: str, title: str, versions: tuple[Dated, ...]) -> None:
        old, new = live(versions, first), live(versions, second)
        beside = [_beside(versions, day) for day in (first, second)]
        if old is new and beside[0] == beside[1]:
            return
        shown = new or old or next((v for v in reversed(versions)), None)
        what = _difference(old, new, *beside)
        if shown is not None:
            found.append(
                LawChange(
                    thing=thing, id=name, what=what, title=title, cite=shown.cite,
                    confidence=shown.confidence,
                )
            )  # fmt: skip

    for rule in law.rules:
        add("rule", rule.id, rule.title, rule.versions)
    for parameter in law.parameters.values():
        add("parameter", parameter.id, parameter.meaning, parameter.versions)
    for group in law.groups.values():
        add("group", group.id, group.meaning, group.versions)
    for alias in law.aliases:
        add("alias", alias.id, alias.id, (alias,))
    return found


def _beside(versions: Sequence[Dated], day: date) -> str:
    return next((why for v in reversed(versions) if (why := v.shadow_on(day))), "")


def _difference(old: Dated | None, new: Dated | None, before: str, after: str) -> str:
    changed = ""
    if old is not new:
        match old, new:
            case None, _:
                changed = _appearing(new, before)
            case _, None:
                changed = f"is {after}" if after else "ends"
            case GroupVersion(), GroupVersion():
                changed = members_change(old, new)
            case _:
                values = [getattr(each, "value", None) for each in (old, new)]
                changed = "changes"
                if values[0] is not None and values[1] is not None:
                    changed = f"{say_value(values[0])} becomes {say_value(values[1])}"
    told = changed == f"is {after}" or (old is None and new is not None and not after)
    if before == after or told:
        return changed
    beside = f"a text of it is {after}" if after else f"its text is no longer {before}"
    return f"{changed}; {beside}" if changed else beside


def _appearing(new: Dated | None, before: str) -> str:
    value = getattr(new, "value", None)
    members = getattr(new, "members", None)
    if value is not None:
        return f"begins: {say_value(value)}"
    if members is not None:
        return f"begins with {len(members)} member{'s' * (len(members) != 1)}"
    return f"begins (was {before})" if before else "begins"
