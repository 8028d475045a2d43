# SPDX-License-Identifier: Apache-2.0
"""What a condition refers to: facts, thresholds, groups and other rules."""

from __future__ import annotations

from dataclasses import dataclass

from chokegraph.rules.language import (
    ClassifiedIn,
    Condition,
    Item,
    Met,
    MetCode,
    OnlyHooks,
    Reference,
    Test,
    walk,
)
from chokegraph.rules.model import Law


@dataclass(frozen=True)
class References:
    """What a condition refers to, by id.

    Args:
        facts: Facts that it asks for.
        parameters: Thresholds that it compares with.
        groups: Groups that it names.
        rules: Other rules whose truth it uses.
    """

    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    groups: tuple[str, ...]
    rules: tuple[str, ...]


def references(condition: Condition, law: Law, regime: str = "us") -> References:
    """Return what a condition refers to.

    Example:
        >>> from chokegraph.rules import load_law
        >>> found = references(Test("tpp", "at_least", Reference("tpp-high")), load_law())
        >>> found.facts, found.parameters
        (('tpp',), ('tpp-high',))
    """
    facts: dict[str, None] = {}
    parameters: dict[str, None] = {}
    groups: dict[str, None] = {}
    rules: dict[str, None] = {}
    for part in walk(condition):
        match part:
            case Test(fact, _, operand):
                facts[fact] = None
                if isinstance(operand, Reference):
                    parameters[operand.parameter] = None
                elif isinstance(operand, tuple):
                    groups |= dict.fromkeys(name for name in operand if name in law.groups)
            case Met(rule):
                rules[rule] = None
            case Item(scope) | ClassifiedIn(scope):
                facts["eccn"] = None
                groups |= dict.fromkeys(name for name in scope if name in law.groups)
            case MetCode(codes):
                rules |= dict.fromkeys(law.rules_with(codes))
            case OnlyHooks(codes):
                rules |= dict.fromkeys(
                    rule.id
                    for rule in law.rules
                    if rule.kind == "hook" and rule.regime == regime and rule.code not in codes
                )
            case _:
                pass
    for name in facts:
        asked = law.facts.get(name)
        parts = (*asked.numerator, *asked.denominator) if asked is not None else ()
        parameters |= dict.fromkeys(part[1:] for part in parts if part.startswith("$"))
    return References(tuple(facts), tuple(parameters), tuple(groups), tuple(rules))
