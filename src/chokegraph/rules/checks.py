# SPDX-License-Identifier: Apache-2.0
"""What must hold across the whole law: ids that exist, no circles, no gaps in what a rule says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chokegraph.rules.cells import country_codes
from chokegraph.rules.conditions import suggestion
from chokegraph.rules.dated import Dated
from chokegraph.rules.entries import WANTED, WITH_CODE
from chokegraph.rules.language import (
    Item,
    Met,
    MetCode,
    OnlyHooks,
    Reference,
    Test,
    walk,
)
from chokegraph.rules.model import EVERY, Group, Law, Rule, RuleVersion
from chokegraph.rules.places import PlacePath

Problem = tuple[str, PlacePath, str, str]
"""The id of the thing, the path inside it, what is wrong, what to do."""


def check_law(law: Law) -> Iterator[Problem]:
    """Yield everything that is wrong with a law whose entries have the right shape."""
    for parameter in law.parameters.values():
        yield from _check_dates(parameter.id, parameter.versions)
    for group in law.groups.values():
        yield from _check_dates(group.id, group.versions)
    for rule in law.rules:
        yield from _check_dates(rule.id, rule.versions)
    inside = {group.id: _group_names(law, group) for group in law.groups.values()}
    for group in law.groups.values():
        yield from _check_group(law, group, inside)
    for fact in law.facts.values():
        yield from _check_fact(law, fact.id)
    codes = {rule.code for rule in law.rules if rule.code}
    for rule in law.rules:
        if rule.kind in WITH_CODE and not rule.code:
            yield rule.id, ("code",), f"a {rule.kind} needs a code", "give the code it reports"
        for number, version in enumerate(rule.versions):
            yield from _check_effects(law, rule, version, number, codes)
            yield from _check_condition(law, rule, version, number, codes)
    yield from _check_circles(law)


def _check_dates(name: str, versions: Sequence[Dated]) -> Iterator[Problem]:
    before: Dated | None = None
    for number, version in enumerate(versions):
        path = ("versions", number)
        if version.ends is not None and version.ends <= version.effective:
            yield name, (*path, "ends"), f"it ends on {version.ends}, not after it begins", ""
        if version.compliance is not None and version.compliance < version.effective:
            yield name, (*path, "compliance"), "compliance is before the effective day", ""
        if before is not None and version.effective < before.effective:
            yield name, path, "versions are not in the order of their days", "put them in order"
        states = ("in_force", "suspended")
        if (
            before is not None
            and version.status in states
            and (before.ends is None or version.applies_from < before.ends)
        ):
            fix = f"end the one before by {version.applies_from}"
            yield name, path, "it overlaps the version before it", fix
        if version.status in states:
            before = version


def _check_group(law: Law, group: Group, inside: Mapping[str, set[str]]) -> Iterator[Problem]:
    for number, version in enumerate(group.versions):
        for name in (*version.members, *version.excepted):
            other = law.groups.get(name)
            path = ("versions", number, "members")
            if other is not None and other.of != group.of:
                message = f"'{name}' is a group of another kind ({other.of}, not {group.of})"
                yield group.id, path, message, "name a group of the same kind, or members"
            yield from _check_literal(group.id, path, name, group.of, law)
    if group.id in _reached(inside, group.id):
        yield group.id, (), "the group contains itself", "take it out of one of its members"


def _group_names(law: Law, group: Group) -> set[str]:
    names = {n for v in group.versions for n in (*v.members, *v.excepted)}
    return {name for name in names if name in law.groups}


def _check_literal(
    owner: str, path: PlacePath, name: str, kind: str | None, law: Law
) -> Iterator[Problem]:
    """A literal that cannot be what it should: usually a group's id with a slip in it."""
    if wrong := wrong_literal(name, kind, law):
        yield owner, path, *wrong


def wrong_literal(name: str, kind: str | None, law: Law) -> tuple[str, str] | None:
    """Return what is wrong with a member of a group, and what to do; None if nothing is.

    Args:
        name: A country, ECCN or code, or the id of a group.
        kind: What the group is of.
        law: Where groups stand.
    """
    if name in law.groups:
        return None
    near = suggestion(name, [group.id for group in law.groups.values() if group.of == kind])
    if kind == "country" and name not in country_codes():
        return f"'{name}' is neither a country nor a group of countries", near
    if kind == "eccn" and (" " in name or not name[:1].isalnum() or name.islower()):
        return f"'{name}' is neither an ECCN nor a group of ECCNs", near
    return None


def _check_fact(law: Law, name: str) -> Iterator[Problem]:
    fact = law.facts[name]
    for part in fact.parts:
        known = part[1:] in law.parameters if part.startswith("$") else part in law.facts
        if not known:
            yield name, (), f"it is derived from '{part}', which does not exist", ""
    for part in fact.sum_of:
        added = law.facts.get(part)
        if fact.type != "number" or (added is not None and added.type != "number"):
            yield name, (), f"'{part}' cannot be added to it", "add numbers up to a number"
    if sum(map(bool, (fact.first_of, fact.sum_of, fact.numerator))) > 1:
        fix = "keep one of first_of, sum_of and derived"
        yield name, (), "it is derived in several ways", fix


def _check_effects(
    law: Law, rule: Rule, version: RuleVersion, number: int, codes: set[str]
) -> Iterator[Problem]:
    path = ("versions", number)
    for key in WANTED.get(rule.kind, ()):
        if not getattr(version, key):
            shown = "for" if key == "concerns" else key
            yield rule.id, path, f"a rule of kind {rule.kind} needs '{shown}'", "add it"
    for key in ("removes", "bars", "spares", "overcomes", "concerns", "overrides"):
        names = getattr(version, key)
        if names == EVERY:
            continue
        allowed = set(law.by_id) if key == "overrides" else codes | set(law.by_id)
        for name in names:
            if name not in allowed:
                fix = suggestion(name, sorted(allowed))
                yield rule.id, path, f"'{name}' is not the code or id of any rule", fix
    if version.policy and version.policy not in law.strictness:
        fix = suggestion(version.policy, list(law.strictness))
        yield rule.id, path, f"there is no review policy '{version.policy}'", fix


def _check_condition(
    law: Law, rule: Rule, version: RuleVersion, number: int, codes: set[str]
) -> Iterator[Problem]:
    path = ("versions", number, "when")
    for part in walk(version.when):
        match part:
            case Met(name) if name not in law.by_id:
                yield rule.id, path, f"there is no rule '{name}'", suggestion(name, list(law.by_id))
            case MetCode(names) | OnlyHooks(names):
                for name in names:
                    if name not in codes:
                        fix = suggestion(name, sorted(codes))
                        yield rule.id, path, f"no rule has the code '{name}'", fix
            case Item(names):
                for name in names:
                    yield from _check_name(law, rule.id, path, name, "eccn")
            case Test(fact, operator, operand):
                if isinstance(operand, Reference) and operand.parameter not in law.parameters:
                    fix = suggestion(operand.parameter, list(law.parameters))
                    yield rule.id, path, f"there is no parameter '{operand.parameter}'", fix
                if operator in ("in", "not_in", "has", "has_none"):
                    for name in operand:  # type: ignore[union-attr]
                        yield from _check_name(law, rule.id, path, str(name), law.facts[fact].kind)
                        values = law.facts[fact].values
                        if values and name not in values and name not in law.groups:
                            fix = suggestion(str(name), values) or f"one of: {', '.join(values)}"
                            yield rule.id, path, f"'{name}' is not a value of '{fact}'", fix
            case _:
                pass


def _check_name(
    law: Law, owner: str, path: PlacePath, name: str, kind: str | None
) -> Iterator[Problem]:
    group = law.groups.get(name)
    if group is not None and group.of != kind:
        yield owner, path, f"'{name}' is a group of another kind ({group.of}, not {kind})", ""
    yield from _check_literal(owner, path, name, kind, law)


def _check_circles(law: Law) -> Iterator[Problem]:
    needs = needed_rules(law)
    for rule in law.rules:
        if rule.id in _reached(needs, rule.id):
            yield rule.id, (), "the rule depends on itself", "break the circle of 'met'"


def needed_rules(law: Law) -> dict[str, set[str]]:
    """Return for each rule the rules whose truth its conditions use, by any version."""
    classifying = {rule.id for rule in law.classifications}
    needs: dict[str, set[str]] = {}
    for rule in law.rules:
        found: set[str] = set()
        for version in rule.versions:
            for part in walk(version.when):
                match part:
                    case Met(name):
                        found.add(name)
                    case MetCode(names):
                        found |= set(law.rules_with(names))
                    case OnlyHooks(names):
                        found |= {
                            other.id
                            for other in law.rules
                            if other.kind == "hook"
                            and other.regime == rule.regime
                            and other.code not in names
                        }
                    case Item():
                        found |= classifying
                    case _:
                        pass
        needs[rule.id] = found
    return needs


def _reached(needs: Mapping[str, set[str]], start: str) -> set[str]:
    """Return everything that can be reached from a name in one step or more."""
    seen: set[str] = set()
    open_ = list(needs.get(start, ()))
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            open_ += needs.get(name, ())
    return seen
