# SPDX-License-Identifier: Apache-2.0
"""The law as a book: what is in it, one entry in full, and what is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.dated import live
from chokegraph.rules.model import KINDS, Law, Rule, RuleVersion
from chokegraph.rules.records import (
    Record,
    fact_record,
    group_record,
    parameter_record,
    rule_record,
    status_on,
)

EntryKind = Literal["rule", "parameter", "group", "fact", "policy", "code"]
REGIMES = {"us": "United States", "nl": "Netherlands", "jp": "Japan", "cn": "China"}


@dataclass(frozen=True)
class Entry:
    """Something in the law, found by its id or code.

    Args:
        kind: rule, parameter, group, fact, policy or code.
        id: Its id, or the code.
        things: The rules, or the one thing itself.
    """

    kind: EntryKind
    id: str
    things: tuple[Any, ...]


def list_rules(
    law: Law, *, regime: str = "", kind: str = "", on: date | None = None
) -> list[Record]:
    """List the rules, one record each.

    Args:
        law: The law.
        regime: Only this state's.
        kind: Only of this kind.
        on: Only those that stand in the books on this day; all if not given.

    Returns:
        Records with id, kind, code, regime, title, since, until, status and versions.

    Raises:
        FindingsError: If there is no such regime or kind.
    """
    _must_be("regime", regime, REGIMES)
    _must_be("kind", kind, KINDS)
    records = []
    for rule in law.rules:
        if (regime and rule.regime != regime) or (kind and rule.kind != kind):
            continue
        status = status_on(rule.versions, on) if on is not None else ""
        if status in ("not yet", "ended", "vacated"):
            continue
        version = None if on is None else _standing(rule.versions, on)
        shown = (version,) if version is not None else rule.versions
        records.append(
            {
                "id": rule.id, "kind": rule.kind, "code": rule.code, "regime": rule.regime,
                "title": rule.title, "since": shown[0].effective if shown else None,
                "until": shown[-1].ends if shown else None, "status": status,
                "versions": len(rule.versions), "cite": shown[-1].cite if shown else "",
                "confidence": shown[-1].confidence if shown else "",
            }
        )  # fmt: skip
    return records


def _standing(versions: tuple[RuleVersion, ...], on: date) -> RuleVersion | None:
    found = live(versions, on)
    if found is not None:
        return found
    return next((v for v in reversed(versions) if v.shadow_on(on)), None)


def check_regime(regime: str) -> None:
    """Raise findings if there is no law of that state; "" is all of them.

    Example:
        >>> check_regime("nl")
    """
    _must_be("regime", regime, REGIMES)


def _must_be(what: str, name: str, allowed: Iterable[str]) -> None:
    if name and name not in allowed:
        fix = suggestion(name, allowed) or f"use one of: {', '.join(allowed)}"
        raise FindingsError([Finding(f"there is no {what} '{name}'", fix)], title="rules")


def find_entry(law: Law, name: str) -> Entry:
    """Return what an id or a code stands for.

    Args:
        law: The law.
        name: The id of a rule, parameter, group, fact or review policy, or a code such as R_EL.

    Raises:
        FindingsError: If there is nothing of that name, with what may have been meant.
    """
    policies = {policy.id: policy for policy in law.policies}
    if name in law.by_id:
        return Entry("rule", name, (law.by_id[name],))
    tables: tuple[tuple[EntryKind, dict[str, Any]], ...] = (
        ("parameter", dict(law.parameters)),
        ("group", dict(law.groups)),
        ("fact", dict(law.facts)),
        ("policy", policies),
    )
    for kind, table in tables:
        if name in table:
            return Entry(kind, name, (table[name],))
    coded = tuple(rule for rule in law.rules if _has_code(rule, name))
    if coded:
        return Entry("code", name, coded)
    codes = {rule.code for rule in law.rules if rule.code}
    known = [*law.by_id, *(each for _, table in tables for each in table), *codes]
    matches = [each for each in known if name.lower() in each.lower()][:5]
    fix = suggestion(name, known) or (f"ids with it: {', '.join(matches)}" if matches else "")
    fix = fix or "see 'chokegraph rules list'"
    raise FindingsError([Finding(f"nothing in the law is called '{name}'", fix)], title="rules")


def _has_code(rule: Rule, code: str) -> bool:
    return rule.code == code or any(
        code in (version.outcome, version.shadow_code) for version in rule.versions
    )


def entry_records(law: Law, entry: Entry, on: date) -> list[Record]:
    """Return the records of an entry: one, or one for each rule of a code."""
    match entry.kind:
        case "parameter":
            return [parameter_record(law, entry.things[0], on)]
        case "group":
            return [group_record(law, entry.things[0], on)]
        case "fact":
            return [fact_record(law, entry.things[0])]
        case "policy":
            policy = entry.things[0]
            rules = [r.id for r in law.rules if any(v.policy == policy.id for v in r.versions)]
            place = law.strictness[policy.id] + 1
            meaning = f"{policy.meaning} (number {place} of {len(law.policies)}, strictest first)"
            return [
                {"id": policy.id, "kind": "review policy", "meaning": meaning, "used_by": rules}
            ]
        case _:
            return [rule_record(law, rule, on) for rule in entry.things]


def law_at(law: Law, on: date, *, regime: str = "") -> Record:
    """Return the law in force on a day.

    Args:
        law: The law.
        on: The day.
        regime: Only this state's rules.

    Returns:
        A record with `rules` (in force), `beside` (in the books without counting: suspended,
        unenforced, announced, pending), `parameters` and `groups` with their values.
    """
    _must_be("regime", regime, REGIMES)
    rules, beside = [], []
    for rule in law.rules:
        if regime and rule.regime != regime:
            continue
        version = rule.version_on(on)
        if version is not None:
            rules.append(_short(rule, version, "in force"))
        shadow = rule.shadow_on(on)
        if shadow is not None:
            beside.append(_short(rule, *shadow))
    return {
        "on": on, "rules": rules, "beside": beside,
        "parameters": [
            {"id": p.id, "value": v.value, "unit": p.unit, "meaning": p.meaning,
             "since": v.applies_from, "cite": v.cite, "confidence": v.confidence}
            for p in law.parameters.values() if (v := live(p.versions, on)) is not None
        ],
        "groups": [
            {"id": g.id, "of": g.of, "members": list(w.members), "except": list(w.excepted),
             "since": w.applies_from, "cite": w.cite, "confidence": w.confidence}
            for g in law.groups.values() if (w := live(g.versions, on)) is not None
        ],
    }  # fmt: skip


def _short(rule: Rule, version: RuleVersion, status: str) -> Record:
    return {
        "id": rule.id, "kind": rule.kind, "code": rule.code, "regime": rule.regime,
        "title": rule.title, "status": status, "since": version.effective,
        "compliance": version.compliance, "until": version.ends, "cite": version.cite,
        "confidence": version.confidence,
    }  # fmt: skip
