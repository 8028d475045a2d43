# SPDX-License-Identifier: Apache-2.0
"""The law of a day, laid out for one row at a time: which rules are there, and which act on which.

It rests on the law and the day alone, so it is made once for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chokegraph.rules.model import EVERY, Kind, Law, Rule, RuleVersion

Dated = tuple[Rule, RuleVersion]
_DAYS_KEPT = 100


@dataclass(frozen=True)
class DayView:
    """The rules in force on a day.

    Args:
        live: The rules with the version in force, in the law's order.
        places: The place of each in `live`, by id.
        of_kind: The same by kind.
        applying: The hooks and the requirements.
        shadows: Versions of requirements that do not count, and why.
        excluders: For each hook and requirement, the exclusions that remove it.
        excluded: For each exclusion, the hooks and requirements that it removes.
        restrictions: For each exception, the restrictions that bar it.
        overcomes: For each requirement, the exceptions that overcome it.
    """

    live: tuple[Dated, ...]
    places: dict[str, int]
    of_kind: dict[Kind, list[Dated]]
    applying: tuple[Dated, ...]
    shadows: tuple[tuple[Rule, RuleVersion, str], ...]
    excluders: dict[str, list[Rule]]
    excluded: dict[str, list[Dated]]
    restrictions: dict[str, list[Rule]]
    overcomes: dict[str, list[Rule]]


def day_view(law: Law, on: date) -> DayView:
    """Return the rules in force on a day.

    Example:
        >>> from chokegraph.rules import load_law
        >>> len(day_view(load_law(), date(2024, 1, 1)).of_kind["hook"]) > 1
        True
    """
    found: DayView | None = law.day_views.get(on)
    if found is None:
        if len(law.day_views) > _DAYS_KEPT:
            law.day_views.clear()
        found = law.day_views[on] = _view(law, on)
    return found


def _view(law: Law, on: date) -> DayView:
    live = tuple((law.rule(name), version) for name, version in law.in_force(on).items())
    of_kind: dict[Kind, list[Dated]] = {}
    for rule, version in live:
        of_kind.setdefault(rule.kind, []).append((rule, version))
    shadows = []
    for rule in law.rules:
        shadow = rule.shadow_on(on) if rule.kind == "requirement" else None
        if shadow is not None:
            shadows.append((rule, *shadow))
    exclusions = of_kind.get("exclusion", [])
    acted = [*of_kind.get("hook", []), *of_kind.get("requirement", [])]
    requirements = [rule for rule in law.rules if rule.kind in ("hook", "requirement")]
    return DayView(
        live,
        {rule.id: place for place, (rule, _) in enumerate(live)},
        of_kind,
        tuple(each for each in live if each[0].kind in ("hook", "requirement")),
        tuple(shadows),
        {
            rule.id: [each for each, version in exclusions if _removes(version, rule)]
            for rule in requirements
        },
        {
            each.id: [(rule, its) for rule, its in acted if _removes(version, rule)]
            for each, version in exclusions
        },
        {
            rule.id: [
                each
                for each, version in of_kind.get("restriction", [])
                if concerns(version.bars, rule.code) and rule.code not in version.spares
            ]
            for rule, _ in of_kind.get("exception", [])
        },
        {
            rule.id: [
                each
                for each, version in of_kind.get("exception", [])
                if concerns(version.overcomes, rule.code)
            ]
            for rule, _ in of_kind.get("requirement", [])
        },
    )


def _removes(version: RuleVersion, rule: Rule) -> bool:
    return rule.code in version.removes or rule.id in version.removes


def concerns(names: tuple[str, ...], code: str) -> bool:
    """Return whether a list of codes, which may be "all", has a code."""
    return names == EVERY or code in names
