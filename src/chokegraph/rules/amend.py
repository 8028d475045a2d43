# SPDX-License-Identifier: Apache-2.0
"""Amendments: a law laid over another, that leaves the other alone.

An amendment is a mapping, as it stands in a scenario's `law: {amend: [...]}`:

- `{parameter: tpp-high, value: 3200, from: 2027-01-01, until: 2028-01-01}`: another value;
- `{group: "D:5", add: [..], remove: [..], from: ..., until: ...}`: other members;
- `{rule: ID, status: suspended, from: ..., until: ...}`: another status; a rule that has ended
  comes back with `status: in_force`;
- `{rule: ID, effective: DATE}`: its first version begins on another day;
- `{end: ID, on: DATE}`: a rule that ends;
- `{add: {...}}`: a rule, parameter or group as in the law files (`kind` tells a rule).

Every one may carry `cite`, `note` and `published`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.checks import check_law, wrong_literal
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.dated import STATUSES, Dated, live, with_ends
from chokegraph.rules.model import Group, Law, Rule, RuleVersion
from chokegraph.rules.scopes import Scope, scope_on
from chokegraph.rules.truth import FALSE

V = TypeVar("V", bound=Dated)
T = TypeVar("T")

_KEYS: dict[str, set[str]] = {
    "parameter": {"value", "from", "until"},
    "group": {"add", "remove", "members", "from", "until"},
    "rule": {"status", "effective", "from", "until"},
    "end": {"on"},
    "add": set(),
}
_COMMON = {"cite", "note", "published"}
_CITE = "amendment"
_MAY_BE_NEGATIVE = ("degC",)


def amend(law: Law, amendments: Iterable[Mapping[str, Any]]) -> Law:
    """Return a law with amendments laid over it.

    Args:
        law: The law; it is left as it is.
        amendments: Mappings as described above, applied in order.

    Returns:
        The amended law.

    Raises:
        FindingsError: With everything that is wrong; `column` holds the position of the amendment
            in the list, counted from 1.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> law = load_law()
        >>> change = {"group": "D:5", "add": ["KZ"], "from": date(2027, 1, 1)}
        >>> amended = amend(law, [change])
        >>> [("KZ" in v.members) for v in amended.groups["D:5"].versions][-1]
        True
    """
    findings: list[Finding] = []
    for number, change in enumerate(amendments, start=1):
        editor = _Editor(law, change, number, findings)
        if isinstance(change, Mapping):
            law = editor.amended()
        else:
            editor.complain(
                f"it is {change!r}, not a mapping", "write {parameter: ..., value: ...}"
            )
    if not findings:
        findings += [
            Finding(f"after the amendments, {thing}: {message}", fix)
            for thing, _, message, fix in check_law(law)
        ]
    if findings:
        raise FindingsError(findings, title="amendments of the law")
    return law


@dataclass
class _Editor:
    """Carries out one amendment, or notes why it cannot be."""

    law: Law
    change: Mapping[str, Any]
    number: int
    findings: list[Finding]

    def complain(self, message: str, fix: str = "") -> None:
        self.findings.append(
            Finding(f"amendment {self.number}: {message}", fix, column=self.number)
        )

    def amended(self) -> Law:
        subjects = [key for key in self.change if key in _KEYS]
        # "add" is also the key for members of a group.
        if "group" in subjects and "add" in subjects:
            subjects.remove("add")
        if len(subjects) != 1:
            self.complain(
                "it must say what it changes",
                "give exactly one of: parameter, group, rule, end, add",
            )
            return self.law
        subject = subjects[0]
        unknown = set(self.change) - {subject} - _KEYS[subject] - _COMMON
        for key in sorted(unknown):
            fix = suggestion(key, _KEYS[subject] | _COMMON)
            self.complain(f"unknown key '{key}' for a change of a {subject}", fix)
        for key in ("from", "until", "on", "effective", "published"):
            if key in self.change and type(self.change[key]) is not date:
                self.complain(
                    f"'{key}' is {self.change[key]!r}, which is not a day", "write it as 2027-01-01"
                )
                return self.law
        if unknown:
            return self.law
        change: Callable[[], Law] = getattr(self, f"_{subject}")
        return change()

    # -- values ---------------------------------------------------------------------------------

    def _day(self, key: str) -> date | None:
        day = self.change.get(key)
        if day is None:
            self.complain(f"'{key}' is missing", f"give the day: {key}: 2027-01-01")
        return day

    def _provenance(self, day: date) -> dict[str, Any]:
        return {
            "published": self.change.get("published", day),
            "ends_published": None,
            "compliance": None,
            "cite": str(self.change.get("cite", _CITE)),
            "note": str(self.change.get("note", "")),
            "confidence": "A",
        }

    def _find(self, name: object, known: Mapping[str, T], what: str) -> T | None:
        found = known.get(str(name))
        if found is None:
            self.complain(f"there is no {what} '{name}'", suggestion(str(name), known))
        return found

    def _parameter(self) -> Law:
        parameter = self._find(self.change["parameter"], self.law.parameters, "parameter")
        start = self._day("from")
        value = self.change.get("value")
        if isinstance(value, bool) or not isinstance(value, (int, float, date)):
            self.complain(f"'value' is {value!r}, which is not a number or a day", "give a number")
            return self.law
        if parameter is None or start is None:
            return self.law
        if isinstance(value, date) != isinstance(parameter.versions[-1].value, date):
            wanted = "a number" if isinstance(value, date) else "a day"
            self.complain(f"'{parameter.id}' is {wanted}, not {value}", f"give {wanted}")
            return self.law
        if not isinstance(value, date) and not (
            math.isfinite(value) and (value >= 0 or parameter.unit in _MAY_BE_NEGATIVE)
        ):
            message = (
                f"'value' is {value}: a threshold in {parameter.unit or 'numbers'} is not that"
            )
            self.complain(message, "give a number of zero or more")
            return self.law
        new = replace(parameter.versions[-1], value=value, **self._window(start))
        versions = overlay(parameter.versions, new)
        return replace(
            self.law,
            parameters={
                **self.law.parameters,
                parameter.id: replace(parameter, versions=versions),
            },
        )

    def _window(self, start: date) -> dict[str, Any]:
        until = self.change.get("until")
        if until is not None and until <= start:
            self.complain(f"it ends on {until}, not after it begins", "give a later 'until'")
            until = None
        return {
            "effective": start,
            "ends": until,
            "status": "in_force",
            **self._provenance(start),
        }

    def _group(self) -> Law:
        group = self._find(self.change["group"], self.law.groups, "group")
        start = self._day("from")
        if group is None or start is None or not self._members_said(group, start):
            return self.law
        now = live(group.versions, start)
        members = list(now.members) if now is not None else []
        excepted = list(now.excepted) if now is not None else []
        if "members" in self.change:
            members = list(self.change["members"])
        added = [str(name) for name in self.change.get("add", ())]
        removed = [str(name) for name in self.change.get("remove", ())]
        for name in removed:
            if name in members:
                members.remove(name)
            else:
                excepted.append(name)
        members += [name for name in added if name not in members]
        excepted = [name for name in excepted if name not in added]
        new = replace(
            group.versions[-1],
            members=tuple(members),
            excepted=tuple(excepted),
            **self._window(start),
        )
        versions = overlay(group.versions, new)
        return replace(
            self.law, groups={**self.law.groups, group.id: replace(group, versions=versions)}
        )

    def _members_said(self, group: Group, start: date) -> bool:
        """Return whether the change names members, and such as can come or go."""
        before = len(self.findings)
        given: dict[str, list[str]] = {}
        for key in ("members", "add", "remove"):
            names = self.change.get(key, [])
            if isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names):
                given[key] = list(names)
            else:
                self.complain(f"'{key}' is {names!r}, not a list of names", "write [KZ, UZ]")
                given[key] = []
        if not any(key in self.change for key in given) or (
            "members" not in self.change and not any(given.values())
        ):
            self.complain("it says no members", "give 'add', 'remove' or 'members'")
        for name in (*given["members"], *given["add"]):
            if wrong := wrong_literal(name, group.of, self.law):
                self.complain(*wrong)
        there = scope_on(self.law, (group.id,), start)
        for name in given["remove"]:
            if "members" in self.change:
                member = name in given["members"]
            else:
                member = self._is_member(name, group, there, start)
            if not member:
                now = live(group.versions, start)
                near = suggestion(name, now.members if now is not None else ())
                self.complain(f"'{name}' is no member of '{group.id}' on {start}", near)
        return len(self.findings) == before

    def _is_member(self, name: str, group: Group, there: Scope, start: date) -> bool:
        """Return whether a name, or some of the group that it is the id of, is in a group."""
        if name not in self.law.groups:
            return there.covers(name, group.of) is not FALSE
        now = live(group.versions, start)
        if now is not None and name in now.members:
            return True
        inner = scope_on(self.law, (name,), start)
        return any(there.covers(each, group.of) is not FALSE for each in inner.literals)

    # -- rules ----------------------------------------------------------------------------------

    def _with_rule(self, changed: Rule) -> Law:
        rules = tuple(changed if rule.id == changed.id else rule for rule in self.law.rules)
        return replace(self.law, rules=rules)

    def _end(self) -> Law:
        rule = self._find(self.change["end"], self.law.by_id, "rule")
        day = self._day("on")
        if rule is None or day is None:
            return self.law
        known = self.change.get("published", day)
        return self._with_rule(replace(rule, versions=_cut(rule.versions, day, None, known)))

    def _rule(self) -> Law:
        rule = self._find(self.change["rule"], self.law.by_id, "rule")
        if rule is None:
            return self.law
        if ("effective" in self.change) == ("status" in self.change):
            self.complain("it says neither or both of 'status' and 'effective'", "give one")
            return self.law
        return self._moved(rule) if "effective" in self.change else self._restated(rule)

    def _moved(self, rule: Rule) -> Law:
        day = self.change["effective"]
        first = rule.versions[0]
        if first.ends is not None and day >= first.ends:
            self.complain(f"'{rule.id}' would begin on {day}, after its first version's end", "")
            return self.law
        known = min(self.change.get("published", first.published), day)
        moved = replace(first, effective=day, compliance=None, published=known)
        return self._with_rule(replace(rule, versions=(moved, *rule.versions[1:])))

    def _restated(self, rule: Rule) -> Law:
        start = self._day("from")
        status = self.change["status"]
        if status not in STATUSES:
            self.complain(f"there is no status '{status}'", f"one of: {', '.join(STATUSES)}")
            return self.law
        if start is None:
            return self.law
        model = self._standing(rule, start)
        new = replace(model, **{**self._window(start), "status": status})
        return self._with_rule(replace(rule, versions=overlay(rule.versions, new)))

    @staticmethod
    def _standing(rule: Rule, day: date) -> RuleVersion:
        """The text that is in the books on a day: the last that had begun, else the first."""
        begun = [version for version in rule.versions if version.effective <= day]
        return begun[-1] if begun else rule.versions[0]

    def _add(self) -> Law:
        from chokegraph.rules.reading import LawReader

        entry = self.change["add"]
        if not isinstance(entry, Mapping):
            self.complain("'add' needs a rule, parameter or group as in the law files", "")
            return self.law
        section = "rules" if "kind" in entry else "groups" if "of" in entry else "parameters"
        name = f"amendment {self.number}"
        reader = LawReader(facts=self.law.facts)
        reader.add(name, {section: [dict(entry)]})
        try:
            added = reader.law(check=False)
        except FindingsError as error:
            self.findings += [replace(each, column=self.number) for each in error.findings]
            return self.law
        taken = {**self.law.by_id, **self.law.parameters, **self.law.groups}
        if str(entry.get("id")) in taken:
            self.complain(f"'{entry.get('id')}' is there already", "choose another id")
            return self.law
        return replace(
            self.law,
            rules=(*self.law.rules, *added.rules),
            parameters={**self.law.parameters, **added.parameters},
            groups={**self.law.groups, **added.groups},
        )


def overlay(versions: tuple[V, ...], new: V) -> tuple[V, ...]:
    """Lay a version over others: it replaces them from its day to its end.

    Args:
        versions: The history.
        new: The version that is laid over it.

    Returns:
        The history with `new`; what it covers is cut, and what held before comes back when it
        ends.
    """
    kept = _cut(versions, new.effective, new.ends, new.published)
    return tuple(sorted((*kept, new), key=lambda version: version.effective))


def _cut(versions: tuple[V, ...], start: date, until: date | None, known: date) -> tuple[V, ...]:
    """Take a time out of a history."""
    kept: list[V] = []
    for version in with_ends(versions):
        if version.effective < start:
            ends = version.ends
            if ends is None or ends > start:
                kept.append(replace(version, ends=start, ends_published=known))
            else:
                kept.append(version)
        if until is not None and (version.ends is None or version.ends > until):
            begins = max(version.effective, until)
            compliance = version.compliance
            if compliance is not None and compliance <= begins:
                compliance = None
            kept.append(replace(version, effective=begins, compliance=compliance))
    return tuple(kept)
