# SPDX-License-Identifier: Apache-2.0
"""Entries of the law written out in full: dates, citations, conditions in words, who uses them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import Any

from chokegraph.rules.dated import Dated, live
from chokegraph.rules.model import EVERY, FactDefinition, Group, Law, Parameter, Rule
from chokegraph.rules.references import references
from chokegraph.rules.saying import say, say_value

Record = dict[str, Any]
_EFFECTS = (
    "eccn", "removes", "outcome", "bars", "spares", "overcomes", "concerns", "policy",
    "overrides", "shadow_code", "message",
)  # fmt: skip


def status_on(versions: Iterable[Dated], on: date) -> str:
    """Return how a thing stands on a day.

    Returns:
        "in force", "in force, and suspended" and the like when a text stands beside it,
        "pending" between effective and compliance day, "suspended", "unenforced", "announced",
        "not yet", "ended" or "vacated".
    """
    versions = tuple(versions)
    shadow = next((why for v in reversed(versions) if (why := v.shadow_on(on))), "")
    if live(versions, on) is not None:
        return f"in force, another text {shadow}" if shadow else "in force"
    if shadow:
        return shadow
    begun = [v for v in versions if v.effective <= on]
    if not begun:
        return "not yet"
    return "vacated" if begun[-1].status == "vacated" else "ended"


def dated_record(version: Dated) -> Record:
    """Return dates, status, citation and mark of a version."""
    return {each.name: getattr(version, each.name) for each in fields(Dated)}


def rule_record(law: Law, rule: Rule, on: date) -> Record:
    """Return a rule in full: its versions, conditions in words, and what it refers to.

    Args:
        law: The law that it stands in.
        rule: The rule.
        on: The day whose values are printed for versions that run on that day; others use the
            first day on which they apply.
    """
    versions = []
    for version in rule.versions:
        day = on if version.live_on(on) else version.applies_from
        effects = {name: getattr(version, name) for name in _EFFECTS if getattr(version, name)}
        if rule.kind == "requirement" and not version.needs_subject:
            effects["needs_subject"] = False
        found = references(version.when, law, rule.regime)
        refers = {
            "rules": {name: law.by_id[name].title for name in found.rules if name in law.by_id},
            "parameters": {
                name: _value_text(law.parameters[name], day) for name in found.parameters
            },
            "groups": {name: members_text(law.groups[name], day) for name in found.groups},
            "facts": {name: law.facts[name].meaning for name in found.facts},
        }
        versions.append(
            {
                **dated_record(version),
                "effects": {k: _effect_text(v) for k, v in effects.items()},
                "condition": say(version.when, law, day),
                "refers_to": refers,
            }
        )
    used = users(law, rule.id)
    return {
        "id": rule.id, "kind": rule.kind, "code": rule.code, "regime": rule.regime,
        "title": rule.title, "status": status_on(rule.versions, on), "on": on,
        "file": rule.file, "versions": versions, "used_by": used,
    }  # fmt: skip


def _effect_text(value: object) -> object:
    if value == EVERY:
        return "all"
    return list(value) if isinstance(value, tuple) else value


def _value_text(parameter: Parameter, on: date) -> str:
    version = live(parameter.versions, on)
    if version is None:
        return f"no value on {on}"
    return say_value(version.value, parameter.unit)


def members_text(group: Group, on: date) -> str:
    """Return the members of a group on a day, in one line."""
    version = live(group.versions, on)
    if version is None:
        return f"no members on {on}"
    excepted = f"; except {', '.join(version.excepted)}" if version.excepted else ""
    return f"{', '.join(version.members)}{excepted}"


def parameter_record(law: Law, parameter: Parameter, on: date) -> Record:
    """Return a parameter in full, with the rules that use it."""
    return {
        "id": parameter.id, "kind": "parameter", "meaning": parameter.meaning,
        "unit": parameter.unit, "status": status_on(parameter.versions, on), "on": on,
        "versions": [
            {"value": v.value, "unit": parameter.unit, **dated_record(v)}
            for v in parameter.versions
        ],
        "used_by": users(law, parameter.id),
    }  # fmt: skip


def group_record(law: Law, group: Group, on: date) -> Record:
    """Return a group in full, with the rules and groups that use it."""
    return {
        "id": group.id, "kind": "group", "of": group.of, "meaning": group.meaning,
        "status": status_on(group.versions, on), "on": on,
        "versions": [
            {"members": list(v.members), "except": list(v.excepted), **dated_record(v)}
            for v in group.versions
        ],
        "used_by": users(law, group.id),
    }  # fmt: skip


def fact_record(law: Law, fact: FactDefinition) -> Record:
    """Return a fact: its meaning, type, unit, codes, and the rules that ask for it."""
    record = {
        "id": fact.id, "kind": "fact", "type": fact.type, "meaning": fact.meaning,
        "unit": fact.unit, "about": fact.about, "values": list(fact.values),
        "absent_in_cases": fact.absent_in_cases, "used_by": users(law, fact.id),
    }  # fmt: skip
    if fact.derived:
        above, below = fact.numerator or fact.first_of, fact.denominator
        word = "first known of " if fact.first_of else ""
        record["derived"] = word + " x ".join(above) + (f" / {' x '.join(below)}" if below else "")
        if fact.sum_of:
            record["derived"] = " + ".join(fact.sum_of)
    return record


def users(law: Law, name: str) -> list[str]:
    """Return the ids of rules, then groups, that refer to something, in the law's order."""
    found: dict[str, None] = {}
    for rule in law.rules:
        for version in rule.versions:
            used = references(version.when, law, rule.regime)
            if name in (*used.rules, *used.parameters, *used.groups, *used.facts):
                found[rule.id] = None
            if name in (*version.removes, *version.overrides):
                found[rule.id] = None
    for group in law.groups.values():
        if any(name in (*v.members, *v.excepted) for v in group.versions) and name in law.groups:
            found[group.id] = None
    return list(found)
