# SPDX-License-Identifier: Apache-2.0
"""What a fact that nobody mentions means where a file says: not mentioned is not so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chokegraph.rules.language import Met, walk
from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.values import NOT_APPLICABLE, Value


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
    kept: set[str] = set()
    waiting = [rule.id for rule in law.rules if rule.regime == regime]
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
            rule if rule.regime == regime else replace(rule, kind="concept")
            for rule in law.rules
            if rule.id in kept
        ),
    )
