# SPDX-License-Identifier: Apache-2.0
"""Tests with the groups and parameters of a day put in, so that they stand on their own.

Two days on which a test asks the same thing give equal `Question`s; that is what lets versions of
the law share look-up tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chokegraph.rules.atoms import US, derivation_marks, is_elsewhere, us_eccn
from chokegraph.rules.dated import live
from chokegraph.rules.language import COMPARISONS, Mode, Operator, Reference, Test
from chokegraph.rules.model import GroupKind, Law
from chokegraph.rules.scopes import Scope, scope_on
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

NO, MAYBE, YES = 0, 1, 2
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Members:
    """Who is in a scope on a day.

    Args:
        texts: Members that are named.
        groups: Pairs of members and exceptions, where exceptions cannot be taken out beforehand.
        by_prefix: Whether a member covers what stands below it (ECCNs).
        renamed: Codes that count as others, where that cannot be worked in beforehand.
        renamed_marks: Codes whose renaming is doubted, with the mark.
        own_only: Whether another state's code, if it is not named, may be in it or not.
    """

    texts: frozenset[str]
    groups: tuple[tuple[Members, Members], ...] = ()
    by_prefix: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    renamed_marks: tuple[tuple[str, str], ...] = ()
    own_only: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        parts = (self.texts, self.groups, self.by_prefix, self.renamed, self.renamed_marks)
        return hash((parts, self.own_only))

    @cached_property
    def _above(self) -> frozenset[str]:
        named = (text for text in self.texts if not text.endswith("*"))
        return frozenset(above for text in named for above in _prefixes(text)[:-1])

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(text[:-1] for text in self.texts if text.endswith("*"))

    def named(self) -> frozenset[str]:
        """Return the texts that are named, in exceptions too; "3B*" is left out."""
        names = {text for text in self.texts if not text.endswith("*")}
        for members, excepted in self.groups:
            names |= members.named() | excepted.named()
        return frozenset(names)

    def covers(self, text: str) -> int:
        """Return whether a text is in the scope: 0 no, 1 perhaps, 2 yes."""
        if not self.by_prefix:
            return YES if text in self.texts else NO
        if not self.texts.isdisjoint(_prefixes(text)) or text.startswith(self._beginnings):
            return YES
        found = MAYBE if text in self._above or (self.own_only and is_elsewhere(text)) else NO
        for members, excepted in self.groups:
            found = max(found, min(members.covers(text), YES - excepted.covers(text)))
        return found


def _prefixes(text: str) -> list[str]:
    """Return a paragraph with those above it, the highest first."""
    ends = [place for place, letter in enumerate(text) if letter == "."]
    return [*(text[:end] for end in ends), text]


@dataclass(frozen=True)
class Question:
    """A test as it stands on a day.

    Args:
        operator: "known", "known_us" (another state's code is unknown), "is", "in" (also for sets),
            "text" (is it an ECCN at all?), "fits" (does it agree with a paragraph?), or a
            comparison.
        operand: What it is compared with; None for a parameter that has no value on the day.
        marks: "id [mark]" of the doubted parts of the law that it rests on for every value.
    """

    operator: Operator | str
    operand: bool | float | date | str | Members | None
    marks: frozenset[str] = _NONE

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.operator, self.operand, self.marks))

    def answer(self, value: Value) -> tuple[int, frozenset[str]]:
        """Return the truth (0, 1, 2) for a value, and marks that hold for this value only."""
        operator, operand = self.operator, self.operand
        if isinstance(operand, Members):
            return _membership(operand, value)
        if operator == "known":
            return (YES if (value is not None) == operand else NO), _NONE
        if operator == "known_us":
            return (YES if (us_eccn(value) is not None) == operand else NO), _NONE
        if operator == "text":
            return (YES if isinstance(us_eccn(value), str) else NO), _NONE
        if operator == "fits":
            return (YES if isinstance(value, str) and _fits(value, str(operand)) else NO), _NONE
        if value is None:
            return (NO if operand is None else MAYBE), _NONE
        if operator == "is":
            return (YES if (value is True) == operand else NO), _NONE
        if value is NOT_APPLICABLE or operand is None:
            return NO, _NONE
        if not isinstance(value, Interval):
            return (YES if _holds(operator, value, operand) else NO), _NONE
        low = _holds(operator, value.low, operand)
        high = _holds(operator, value.high, operand)
        inside = operator == "equals" and value.low < operand < value.high  # type: ignore[operator]
        if inside or low != high:
            return MAYBE, _NONE
        return (YES if low else NO), _NONE


@dataclass(frozen=True)
class Asked:
    """A question as it stands in a clause: turned round, made sure or doubtful.

    Args:
        question: The question.
        negated: Whether its value is turned round.
        mode: "plain", "sure" (true or else false) or "doubtful" (the opposite of that).
    """

    question: Question
    negated: bool
    mode: Mode

    def __hash__(self) -> int:
        return hash((self.question, self.negated, self.mode))

    def value(self, truth: int) -> int:
        """Return the value in the clause, given the truth of the question."""
        return in_clause(truth, negated=self.negated, mode=self.mode)


def in_clause(truth: int, *, negated: bool, mode: Mode) -> int:
    """Return the value of an atom in a clause, given its truth.

    Example:
        >>> in_clause(MAYBE, negated=False, mode="sure"), in_clause(YES, negated=True, mode="plain")
        (0, 0)
    """
    value = YES - truth if negated else truth
    if mode == "plain":
        return value
    return YES if (value == YES) == (mode == "sure") else NO


def resolve(test: Test, law: Law, on: date) -> tuple[Question, bool]:
    """Return a test as it stands on a day, and whether it is the negation of that.

    Args:
        test: The test.
        law: Where groups, parameters and aliases stand.
        on: The day.
    """
    fact = law.facts[test.fact]
    marks = derivation_marks(fact, law, on)
    operand = test.operand
    if test.operator == "known" and test.regime == US and fact.kind == "eccn":
        return Question("known_us", bool(operand), marks), False
    if test.operator in ("known", "is"):
        return Question(test.operator, bool(operand), marks), False
    if test.operator in COMPARISONS:
        if not isinstance(operand, Reference):
            return Question(test.operator, operand, marks), False  # type: ignore[arg-type]
        version = live(law.parameters[operand.parameter].versions, on)
        if version is None:
            return Question(test.operator, None, marks), False
        if version.doubted:
            marks |= {f"{operand.parameter} [{version.confidence}]"}
        return Question(test.operator, version.value, marks), False
    scope = scope_on(law, operand, on)  # type: ignore[arg-type]
    members = members_of(scope, fact.kind, law, on, test.regime)  # type: ignore[arg-type]
    return Question("in", members, marks | scope.marks), test.operator in ("not_in", "has_none")


def members_of(scope: Scope, kind: GroupKind, law: Law, on: date, regime: str) -> Members:
    """Return a scope with the aliases of a day, in one state's law, worked in."""
    renamed: dict[str, tuple[str, str]] = {}
    for alias in law.aliases:
        fits = (alias.fact_type, alias.regime) == (kind, regime)
        if fits and alias.live_on(on) and alias.code not in renamed:
            mark = f"{alias.id} [{alias.confidence}]" if alias.doubted else ""
            renamed[alias.code] = (alias.means, mark)
    marks = tuple(sorted((code, mark) for code, (_, mark) in renamed.items() if mark))
    if kind == "eccn":
        names = tuple(sorted((code, means) for code, (means, _) in renamed.items()))
        inner = paragraphs_of(scope)
        return Members(
            inner.texts,
            inner.groups,
            by_prefix=True,
            renamed=names,
            renamed_marks=marks,
            own_only=regime == US,
        )
    texts = _flat(scope)
    texts = texts - frozenset(renamed) | {
        code for code, (means, _) in renamed.items() if means in texts
    }
    return Members(texts, renamed_marks=marks)


def _flat(scope: Scope) -> frozenset[str]:
    texts = scope.literals
    for members, excepted in scope.groups:
        texts |= _flat(members) - _flat(excepted)
    return texts


def paragraphs_of(scope: Scope) -> Members:
    """Return a scope of ECCNs, without aliases."""
    groups = tuple((paragraphs_of(members), paragraphs_of(less)) for members, less in scope.groups)
    return Members(scope.literals, groups, by_prefix=True)


def _membership(members: Members, value: Value) -> tuple[int, frozenset[str]]:
    if value is None:
        return MAYBE, _NONE
    if value is NOT_APPLICABLE:
        return NO, _NONE
    texts = list(value) if isinstance(value, frozenset) else [str(value)]
    marks = _NONE
    if members.renamed_marks:
        marks = frozenset(mark for code, mark in members.renamed_marks if code in texts)
    if members.renamed:
        names = dict(members.renamed)
        texts = [names.get(text, text) for text in texts]
    return max((members.covers(text) for text in texts), default=NO), marks


def _holds(operator: str, value: object, bound: object) -> bool:
    if operator == "at_least":
        return bool(value >= bound)  # type: ignore[operator]
    if operator == "more_than":
        return bool(value > bound)  # type: ignore[operator]
    if operator == "at_most":
        return bool(value <= bound)  # type: ignore[operator]
    if operator == "less_than":
        return bool(value < bound)  # type: ignore[operator]
    return value == bound


def _fits(stated: str, paragraph: str) -> bool:
    """Return whether one covers the other."""
    return stated in _prefixes(paragraph) or paragraph in _prefixes(stated)
