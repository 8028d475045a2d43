# SPDX-License-Identifier: Apache-2.0
"""One row, one day, rule by rule: the scalar evaluator that explains, and checks the fast engine.

It walks the trees of conditions as they stand in the law; the compiled engine works on clauses and
bits. Both must agree, and a property test holds them to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from chokegraph.rules.atoms import Answer, answer, fact_value
from chokegraph.rules.language import (
    All,
    Atom,
    ClassifiedIn,
    Clause,
    Condition,
    Either,
    Literal,
    Met,
    Not,
    Sure,
    Test,
)
from chokegraph.rules.model import Law, Rule, RuleVersion
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import (
    FALSE,
    TRUE,
    UNKNOWN,
    Truth,
    known,
    negation,
)
from chokegraph.rules.values import Value


class Trace:
    """The truth of every rule for one row on one day.

    Args:
        row: Values by fact; a missing key, or None, is unknown.
        law: The law.
        on: The day of the transaction.

    Every question may be asked in two ways: as the law stands, or (`doubting`) with every part of
    the law whose confidence is C or ? counted as unknown, to see whether such a part decides.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> trace = Trace({"origin": "US"}, load_law(), date(2024, 1, 1))
        >>> trace.value("origin"), trace.value("destination")
        ('US', None)
    """

    def __init__(self, row: Mapping[str, Value], law: Law, on: date) -> None:
        self.row = row
        self.law = law
        self.on = on
        self._values: dict[str, Value] = {}
        self._answers: dict[int, Answer] = {}
        self._rules: dict[tuple[str, bool], Truth] = {}
        # Both senses apart: as the law stands, and doubting.
        self._clauses: tuple[dict[int, Truth], dict[int, Truth]] = ({}, {})
        self._literals: tuple[dict[int, Truth], dict[int, Truth]] = ({}, {})
        self._paragraphs: dict[bool, tuple[str, ...]] = {}

    def value(self, fact: str) -> Value:
        """Return the value of a fact, derived if the row does not give it."""
        if fact not in self._values:
            definition = self.law.facts[fact]
            self._values[fact] = fact_value(self.row, definition, self.law, self.on)
        return self._values[fact]

    def answer(self, test: Test) -> Answer:
        """Return the answer to a test and the doubted parts of the law it rests on."""
        key = id(test)  # tests live as long as the law, so an id is a name
        if key not in self._answers:
            self._answers[key] = answer(test, self.value(test.fact), self.law, self.on)
        return self._answers[key]

    def rule(self, name: str, *, doubting: bool = False) -> Truth:
        """Return whether a rule's condition holds; false when no version is in force."""
        key = (name, doubting)
        if key not in self._rules:
            version = self.law.in_force(self.on).get(name)
            self._rules[key] = (
                FALSE
                if version is None
                else self.version(self.law.rule(name), version, doubting=doubting)
            )
        return self._rules[key]

    def holds(self, name: str) -> bool:
        """Return whether a rule's condition surely holds."""
        return self.rule(name) is TRUE

    def possible(self, *, doubting: bool = False) -> Collection[str]:
        """Return names with all rules that are not false, and perhaps some that are.

        A quick look; here all rules that are in force, whether or not `doubting`.
        """
        del doubting
        return self.law.in_force(self.on)

    def nearly(self) -> Collection[str]:
        """Return names with all rules that a single part of a clause keeps from applying.

        A quick look, as `possible` is.
        """
        return self.law.in_force(self.on)

    def version(self, rule: Rule, version: RuleVersion, *, doubting: bool = False) -> Truth:
        """Return whether the condition of a version holds, whether or not it is in force."""
        truth = self.condition(self.law.condition(version, rule.regime), doubting=doubting)
        return UNKNOWN if doubting and truth is TRUE and version.doubted else truth

    def condition(self, condition: Condition, *, doubting: bool = False) -> Truth:
        """Return the value of a condition without short forms."""
        # By type, the commonest first: this is where an evaluation spends its time.
        kind = type(condition)
        if kind is Test or kind is Met or kind is ClassifiedIn:
            return self.atom(condition, doubting=doubting)  # type: ignore[arg-type]
        if isinstance(condition, All):
            least = TRUE
            for part in condition.parts:
                truth = self.condition(part, doubting=doubting)
                if truth is FALSE:
                    return FALSE
                if truth is UNKNOWN:
                    least = UNKNOWN
            return least
        if isinstance(condition, Either):
            greatest = FALSE
            for part in condition.parts:
                truth = self.condition(part, doubting=doubting)
                if truth is TRUE:
                    return TRUE
                if truth is UNKNOWN:
                    greatest = UNKNOWN
            return greatest
        if isinstance(condition, Not):
            return negation(self.condition(condition.part, doubting=doubting))
        if isinstance(condition, Sure):
            return known(self.condition(condition.part, doubting=doubting) is TRUE)
        message = f"{condition!r} is a short form; resolve it first"
        raise TypeError(message)

    def atom(self, atom: Atom, *, doubting: bool = False) -> Truth:
        """Return the value of an atom."""
        if isinstance(atom, Test):
            found = self.answer(atom)
            return UNKNOWN if doubting and found.marks else found.truth
        match atom:
            case Met(name):
                return self.rule(name, doubting=doubting)
            case ClassifiedIn(scope):
                if doubting and self.marks_of(atom):
                    return UNKNOWN
                resolved = scope_on(self.law, scope, self.on)
                paragraphs = self._established(doubting=doubting)
                return known(any(resolved.covers(each, "eccn") is TRUE for each in paragraphs))

    def _established(self, *, doubting: bool) -> tuple[str, ...]:
        """Return the paragraphs of the classification rules that are surely met."""
        if doubting not in self._paragraphs:
            live = self.law.in_force(self.on)
            self._paragraphs[doubting] = tuple(
                live[rule.id].eccn
                for rule in self.law.classifications
                if rule.id in live and self.rule(rule.id, doubting=doubting) is TRUE
            )
        return self._paragraphs[doubting]

    def marks_of(self, atom: Atom) -> frozenset[str]:
        """Return the doubted parts of the law that an atom itself rests on."""
        match atom:
            case Test():
                return self.answer(atom).marks
            case ClassifiedIn(scope):
                return scope_on(self.law, scope, self.on).marks
            case Met():
                return frozenset()

    # -- clauses --------------------------------------------------------------------------------

    def literal(self, literal: Literal, *, doubting: bool = False) -> Truth:
        """Return the value of an atom as it stands in a clause."""
        known_ones = self._literals[doubting]
        key = id(literal)  # parts of clauses live as long as the law, so an id is a name
        found = known_ones.get(key)
        if found is None:
            found = self.atom(literal.atom, doubting=doubting)
            if literal.negated:
                found = negation(found)
            if literal.mode != "plain":
                found = known((found is TRUE) == (literal.mode == "sure"))
            known_ones[key] = found
        return found

    def clause(self, clause: Clause, *, doubting: bool = False) -> Truth:
        """Return whether all literals of a clause hold."""
        known_ones = self._clauses[doubting]
        found = known_ones.get(id(clause))
        if found is None:
            found = TRUE
            literals = self._literals[doubting]
            for each in clause:
                truth = literals.get(id(each))
                if truth is None:
                    truth = self.literal(each, doubting=doubting)
                if truth is FALSE:
                    found = FALSE
                    break
                if truth is UNKNOWN:
                    found = UNKNOWN
            known_ones[id(clause)] = found
        return found

    def clauses(self, name: str) -> tuple[Clause, ...]:
        """Return the clauses of the version of a rule that is in force; () if none is."""
        version = self.law.in_force(self.on).get(name)
        return () if version is None else self.law.clauses(version, self.law.rule(name).regime)


def classified(trace: Trace) -> tuple[str, ...]:
    """Return the paragraphs that the item's parameters surely meet, sorted."""
    live = trace.law.in_force(trace.on)
    return tuple(
        sorted(
            {
                live[rule.id].eccn
                for rule in trace.law.classifications
                if rule.id in live and trace.rule(rule.id) is TRUE
            }
        )
    )
