# SPDX-License-Identifier: Apache-2.0
"""The test of one fact against the law of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chokegraph.rules.dated import live
from chokegraph.rules.language import COMPARISONS, Operand, Operator, Reference, Test
from chokegraph.rules.model import FactDefinition, Law
from chokegraph.rules.scopes import Scope, alias_on, scope_on
from chokegraph.rules.truth import FALSE, UNKNOWN, Truth, any_of, known, negation
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value, quotient, total

US = "us"
"""The state whose classifications ECCNs are; codes of others have their state before them."""
_NO_MARKS: frozenset[str] = frozenset()
_STANDARDS_KEPT = 200_000
_NEGATED: dict[Operator, Operator] = {"not_in": "in", "has_none": "has"}


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a test, and the doubted parts of the law that it rests on.

    Args:
        truth: The value.
        marks: "id [mark]" of groups, parameters and aliases whose confidence is C or ?.
    """

    truth: Truth
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standard:
    """What a value is held against on a day: a scope or a bound, and the marks of these."""

    scope: Scope | None
    bound: float | date | None
    marks: frozenset[str]


def standard(test: Test, law: Law, on: date) -> Standard:
    """Return what a test holds values against on a day.

    It rests on the law alone, so it is worked out once for a test and a day.
    """
    key = (id(test), on)  # tests live as long as the law, so an id is a name
    found = law.standards.get(key)
    if found is None:
        if len(law.standards) > _STANDARDS_KEPT:
            law.standards.clear()
        found = (test, _standard(test, law, on))
        law.standards[key] = found
    kept: Standard = found[1]
    return kept


def _standard(test: Test, law: Law, on: date) -> Standard:
    more = derivation_marks(law.facts[test.fact], law, on)
    if test.operator in COMPARISONS:
        bound, marks = _bound(test.operand, law, on)
        return Standard(None, bound, marks | more)
    if test.operator in ("known", "is"):
        return Standard(None, None, more)
    scope = scope_on(law, test.operand, on)  # type: ignore[arg-type]
    return Standard(scope, None, scope.marks | more)


def answer(test: Test, value: Value, law: Law, on: date) -> Answer:
    """Answer a test for a value of its fact.

    Args:
        test: The question.
        value: What the row says; None for unknown.
        law: Where groups and parameters stand.
        on: The day whose groups and parameters are used.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> answer(Test("tpp", "at_least", 4800.0), 4800.0, load_law(), date(2024, 1, 1)).truth
        <Truth.TRUE: 2>
    """
    operator = test.operator
    held = standard(test, law, on)
    marks = held.marks
    if operator == "known":
        if test.regime == US and law.facts[test.fact].kind == "eccn":
            value = us_eccn(value)
        return Answer(known((value is not None) == test.operand), marks)
    if operator in COMPARISONS:
        bound = held.bound
        if value is None:
            return Answer(UNKNOWN if bound is not None else FALSE, marks)
        if value is NOT_APPLICABLE or bound is None:
            return Answer(FALSE, marks)
        return Answer(_compare(operator, value, bound), marks)
    if operator == "is":
        if value is None:
            return Answer(UNKNOWN, marks)
        return Answer(known((value is True) == test.operand), marks)
    negated = operator in _NEGATED
    found = _membership(value, test, held, law, on)
    return Answer(negation(found.truth), found.marks) if negated else found


def _membership(value: Value, test: Test, held: Standard, law: Law, on: date) -> Answer:
    if value is None:
        return Answer(UNKNOWN, held.marks)
    if value is NOT_APPLICABLE:
        return Answer(FALSE, held.marks)
    if not isinstance(value, frozenset):
        one = _covers(held.scope, str(value), test, law, on)
        return Answer(one.truth, held.marks | one.marks) if held.marks else one
    answers = [_covers(held.scope, text, test, law, on) for text in sorted(value)]
    marks = held.marks.union(*(each.marks for each in answers)) if answers else held.marks
    return Answer(any_of(each.truth for each in answers), marks)


def _covers(scope: Scope | None, text: str, test: Test, law: Law, on: date) -> Answer:
    kind = law.facts[test.fact].kind
    assert scope is not None  # noqa: S101 - membership is asked of a scope
    assert kind is not None  # noqa: S101 - and of a fact that has members
    text, mark = alias_on(law, text, kind, on, test.regime)
    truth = scope.covers(text, kind)
    if truth is FALSE and kind == "eccn" and test.regime == US and is_elsewhere(text):
        truth = UNKNOWN
    return Answer(truth, frozenset({mark}) if mark else _NO_MARKS)


def is_elsewhere(text: str) -> bool:
    """Return whether a classification is another state's code, which tells no ECCN.

    Example:
        >>> is_elsewhere("CN:Ga"), is_elsewhere("3B001.d"), is_elsewhere("EAR99")
        (True, False, False)
    """
    return text[2:3] == ":" and text[:2].isalpha() and text[:2].isupper()


def us_eccn(value: Value) -> Value:
    """Return a classification as the law of the United States sees it: unknown if not its own.

    Example:
        >>> us_eccn("3B001.d"), us_eccn("NL:DUV<=1.5")
        ('3B001.d', None)
    """
    return None if isinstance(value, str) and is_elsewhere(value) else value


def _bound(operand: Operand, law: Law, on: date) -> tuple[float | date | None, frozenset[str]]:
    if not isinstance(operand, Reference):
        return operand, frozenset()  # type: ignore[return-value]
    version = live(law.parameters[operand.parameter].versions, on)
    if version is None:
        return None, frozenset()
    marks = {f"{operand.parameter} [{version.confidence}]"} if version.doubted else set()
    return version.value, frozenset(marks)


def _compare(operator: Operator, value: Value, bound: float | date) -> Truth:
    if not isinstance(value, Interval):
        return _point(operator, value, bound)
    low, high = (_point(operator, end, bound) for end in (value.low, value.high))
    if operator == "equals" and value.low < bound < value.high:  # type: ignore[operator]
        return UNKNOWN
    return low if low is high else UNKNOWN


def _point(operator: Operator, value: Value, bound: float | date) -> Truth:
    if operator == "at_least":
        return known(value >= bound)  # type: ignore[operator]
    if operator == "more_than":
        return known(value > bound)  # type: ignore[operator]
    if operator == "at_most":
        return known(value <= bound)  # type: ignore[operator]
    if operator == "less_than":
        return known(value < bound)  # type: ignore[operator]
    return known(value == bound)


def fact_value(row: Mapping[str, Value], fact: FactDefinition, law: Law, on: date) -> Value:
    """Return what a row says of a fact, derived where the row does not give it.

    Args:
        row: Values by fact; a missing key is unknown.
        fact: The fact wanted.
        law: Where parameters of derivations stand.
        on: The day whose parameters are used.
    """
    given = row.get(fact.id)
    if given is not None or not fact.derived:
        return given
    if fact.first_of:
        for name in fact.first_of:
            value = fact_value(row, law.facts[name], law, on)
            if value is not NOT_APPLICABLE and value is not None:
                return value
            last = value
        return last
    if fact.sum_of:
        return total([fact_value(row, law.facts[name], law, on) for name in fact.sum_of])
    factors: list[list[Value]] = []
    for names in (fact.numerator, fact.denominator):
        factors.append([_factor(row, name, law, on) for name in names])
    return quotient(*factors)


def derivation_marks(fact: FactDefinition, law: Law, on: date) -> frozenset[str]:
    """Return the marks of the doubted parameters that a fact's derivation uses.

    They count for every test of the fact, whether the row gives it or not.
    """
    marks: frozenset[str] = frozenset()
    for name in (*fact.numerator, *fact.denominator):
        if name.startswith("$"):
            marks |= _bound(Reference(name[1:]), law, on)[1]
    return marks


def _factor(row: Mapping[str, Value], name: str, law: Law, on: date) -> Value:
    if name.startswith("$"):
        bound, _ = _bound(Reference(name[1:]), law, on)
        return bound
    return fact_value(row, law.facts[name], law, on)
