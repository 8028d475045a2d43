# SPDX-License-Identifier: Apache-2.0
"""Conditions and values in plain words."""

from __future__ import annotations

from datetime import date

from chokegraph.rules.dated import live
from chokegraph.rules.language import (
    All,
    ClassifiedIn,
    Condition,
    Either,
    Item,
    Literal,
    Met,
    MetCode,
    Not,
    OnlyHooks,
    Operand,
    Reference,
    Sure,
    Test,
)
from chokegraph.rules.model import Law
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

_COMPARED = {
    "at_least": "is at least",
    "more_than": "is more than",
    "at_most": "is at most",
    "less_than": "is less than",
    "equals": "equals",
}
_NOT_COMPARED = {
    "at_least": "is not at least",
    "more_than": "is not more than",
    "at_most": "is not at most",
    "less_than": "is not less than",
    "equals": "does not equal",
}
_IN = {"in": "is in", "not_in": "is not in", "has": "has one of", "has_none": "has none of"}
_SAID_KEPT = 200_000
_OPPOSITE = {"in": "not_in", "not_in": "in", "has": "has_none", "has_none": "has"}


def say_value(value: Value, unit: str = "") -> str:
    """Return a value as a reader would write it.

    Example:
        >>> say_value(4992.0, "TPP"), say_value(None), say_value(frozenset({"4", "1"}))
        ('4992 TPP', 'unknown', '1; 4')
    """
    if value is None:
        return "unknown"
    if value is NOT_APPLICABLE:
        return "not applicable"
    if isinstance(value, bool):
        return "yes" if value else "no"
    tail = f" {unit}" if unit else ""
    if isinstance(value, Interval):
        return f"{value.low:.10g} to {value.high:.10g}{tail}"
    if isinstance(value, (int, float)):
        return f"{value:.10g}{tail}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return "; ".join(sorted(value)) or "none"
    return str(value)


def say_test(test: Test, law: Law, on: date | None = None, *, negated: bool = False) -> str:
    """Return a test in words; with a day, parameters show their value on it.

    Example:
        >>> from chokegraph.rules import load_law
        >>> say_test(Test("origin", "in", ("US", "NL")), load_law(), negated=True)
        'origin is not in US, NL'
    """
    fact = law.facts[test.fact]
    if test.operator == "known":
        known = (test.operand is True) != negated
        return f"{test.fact} is {'known' if known else 'unknown'}"
    if test.operator == "is":
        return f"{test.fact} is {'not ' if negated else ''}{'yes' if test.operand else 'no'}"
    if test.operator in _COMPARED:
        words = (_NOT_COMPARED if negated else _COMPARED)[test.operator]
        return f"{test.fact} {words} {_say_bound(test.operand, law, on, fact.unit)}"
    operator = _OPPOSITE[test.operator] if negated else test.operator
    return f"{test.fact} {_IN[operator]} {', '.join(test.operand)}"  # type: ignore[arg-type]


def _say_bound(operand: Operand, law: Law, on: date | None, unit: str) -> str:
    if not isinstance(operand, Reference):
        return say_value(operand, unit)  # type: ignore[arg-type]
    parameter = law.parameters.get(operand.parameter)
    version = live(parameter.versions, on) if parameter is not None and on is not None else None
    if version is None:
        return operand.parameter
    return f"{say_value(version.value, unit)} ({operand.parameter})"


def say_literal(literal: Literal, law: Law, on: date | None = None) -> str:
    """Return an atom as it stands in a clause of the law, in words."""
    key = (id(literal), on)  # parts of clauses live as long as the law, so an id is a name
    found = law.said.get(key)
    if found is None:
        if len(law.said) > _SAID_KEPT:
            law.said.clear()
        found = law.said[key] = _say_literal(literal, law, on)
    return found


def _say_literal(literal: Literal, law: Law, on: date | None) -> str:
    match literal.atom:
        case Test():
            text = say_test(literal.atom, law, on, negated=literal.negated)
        case Met(name):
            text = f"{name} is {'not ' if literal.negated else ''}met"
        case ClassifiedIn(scope):
            where = ", ".join(scope)
            text = f"its parameters {'do not put' if literal.negated else 'put'} it in {where}"
    if literal.mode == "plain":
        return text
    return f"surely: {text}" if literal.mode == "sure" else f"not surely: {text}"


def say(condition: Condition, law: Law, on: date | None = None) -> list[str]:
    r"""Return a condition in words, a line for each part, indented by depth.

    Args:
        condition: The condition, short forms included.
        law: Where facts and parameters are explained.
        on: A day for the values of parameters; None for their names only.

    Example:
        >>> from chokegraph.rules import load_law
        >>> tree = All((Test("origin", "in", ("US",)), Not(Test("deemed_export", "is", True))))
        >>> print("\n".join(say(tree, load_law())))
        all of:
          origin is in US
          deemed_export is not yes
    """
    match condition:
        case All(()):
            return ["always"]
        case Either(()):
            return ["never"]
        case All(parts):
            return _say_parts("all of:", parts, law, on)
        case Either(parts):
            return _say_parts("any of:", parts, law, on)
        case Not(Test() as test):
            return [say_test(test, law, on, negated=True)]
        case Not(part):
            return _say_parts("not:", (part,), law, on)
        case Sure(part):
            return _say_parts("surely (unknown counts as no):", (part,), law, on)
        case Test():
            return [say_test(condition, law, on)]
        case Met(name):
            return [f"{name} is met"]
        case MetCode(codes):
            return [f"a rule with the code {' or '.join(codes)} is met"]
        case OnlyHooks(codes):
            return [f"no jurisdiction hook but {' or '.join(codes)} is met"]
        case Item(scope):
            return [f"the item is in {', '.join(scope)} (as stated, or by its parameters)"]
        case ClassifiedIn(scope):
            return [f"its parameters put it in {', '.join(scope)}"]


def _say_parts(head: str, parts: tuple[Condition, ...], law: Law, on: date | None) -> list[str]:
    if len(parts) == 1 and head in ("all of:", "any of:"):
        return say(parts[0], law, on)
    return [head, *(f"  {line}" for part in parts for line in say(part, law, on))]
