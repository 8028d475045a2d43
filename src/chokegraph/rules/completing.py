# SPDX-License-Identifier: Apache-2.0
"""What a fact that nobody mentions means where a file says: not mentioned is not so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.language import Met, walk
from chokegraph.rules.model import FactDefinition, Law, Rule
from chokegraph.rules.values import NOT_APPLICABLE, Value

MAIN = "us"
"""The state of whose law it is told whether an item is subject to it."""


def absent_value(fact: FactDefinition) -> Value:
    """Return what a missing fact means where missing is "not so" or "not relevant".

    Args:
        fact: The definition, with its `absent_in_cases`.

    Returns:
        None (unknown), False, the empty set, or `NOT_APPLICABLE`.

    Example:
        >>> from chokegraph.rules import load_law
        >>> absent_value(load_law().facts["tpp"])
        n/a
    """
    if fact.absent_in_cases == "unknown":
        return None
    if fact.absent_in_cases == "no":
        if fact.type == "flag":
            return False
        if fact.is_set:
            return frozenset()
    return NOT_APPLICABLE


def completed(row: Mapping[str, Value], law: Law) -> dict[str, Value]:
    """Return a row with every fact that it does not mention filled in as absent.

    Derived facts stay out, so that they are computed from what is there. A fact that the row gives
    as None stays unknown.

    Args:
        row: Values by fact.
        law: Where the facts are defined.

    Example:
        >>> from chokegraph.rules import load_law
        >>> row = completed({"tpp": 4992.0}, load_law())
        >>> row["tpp"], row["die_mm2"], row["is_informed_letter"]
        (4992.0, n/a, False)
    """
    full = dict(row)
    for name, fact in law.facts.items():
        if name not in full and not fact.derived:
            full[name] = absent_value(fact)
    return full


def law_of(law: Law, regime: str) -> Law:
    """Return the law of one state: its rules, and what they refer to.

    Rules of other states that they refer to stay as concepts, which decide nothing themselves.

    Args:
        law: The law of all states.
        regime: us, nl, jp or cn.

    Example:
        >>> from chokegraph.rules import load_law
        >>> theirs = law_of(load_law(), "us").rules
        >>> {rule.regime for rule in theirs if rule.kind == "requirement"} <= {"us"}
        True
    """
    return _kept(law, lambda rule: rule.regime == regime)


def law_of_states(law: Law, regimes: Collection[str]) -> Law:
    """Return the law without the requirements of states that are not asked about.

    Whether an item is subject to the law of the United States is told all the same: its hooks and
    releases, and what removes a hook, stay.

    Args:
        law: The law of all states.
        regimes: Those asked about: us, nl, jp, cn.

    Raises:
        FindingsError: If there is no law of one of them.

    Example:
        >>> from chokegraph.rules import load_law
        >>> found = law_of_states(load_law(), {"nl"})
        >>> sorted({rule.regime for rule in found.rules if rule.kind == "requirement"})
        ['nl']
        >>> sorted({rule.regime for rule in found.rules if rule.kind == "hook"})
        ['nl', 'us']
    """
    there = sorted({rule.regime for rule in law.rules})
    unknown = sorted(set(regimes) - set(there))
    if unknown or not regimes:
        fix = f"name some of {', '.join(there)}, divided by commas"
        names = unknown or [""]
        found = [Finding(f"there is no law of '{name}'", fix) for name in names]
        raise FindingsError(found, title="regime")
    hooks = {rule.id for rule in law.rules if rule.kind == "hook" and rule.regime == MAIN}
    hooks |= {rule.code for rule in law.rules if rule.id in hooks}

    def stays(rule: Rule) -> bool:
        if rule.regime in regimes:
            return True
        if rule.regime != MAIN:
            return False
        removes = {name for version in rule.versions for name in version.removes}
        return rule.kind in ("hook", "release") or bool(removes & hooks)

    return _kept(law, stays)


def _kept(law: Law, stays: Callable[[Rule], bool]) -> Law:
    """Return the law with some of its rules, and with what they refer to as concepts."""
    kept: set[str] = set()
    waiting = [rule.id for rule in law.rules if stays(rule)]
    while waiting:
        name = waiting.pop()
        if name in kept or name not in law.by_id:
            continue
        kept.add(name)
        rule = law.by_id[name]
        for version in rule.versions:
            for part in walk(law.resolved(version.when, rule.regime)):
                if isinstance(part, Met):
                    waiting.append(part.rule)
    return replace(
        law,
        rules=tuple(
            rule if stays(rule) else replace(rule, kind="concept")
            for rule in law.rules
            if rule.id in kept
        ),
    )
