# SPDX-License-Identifier: Apache-2.0
"""The language of conditions: what a rule asks of a row, as frozen data.

A condition is a tree of `All`, `Either`, `Not` and `Sure` over atoms. Atoms are a test of one fact
(`Test`), the truth of another rule (`Met`), and "classified by its parameters into this scope"
(`ClassifiedIn`). `MetCode`, `OnlyHooks` and `Item` are short forms that `Law.resolved` writes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from typing import Literal as OneOf

Operator = OneOf[
    "is", "in", "not_in", "has", "has_none", "at_least", "more_than", "at_most", "less_than",
    "equals", "known",
]  # fmt: skip
COMPARISONS: tuple[Operator, ...] = ("at_least", "more_than", "at_most", "less_than", "equals")


@dataclass(frozen=True, slots=True)
class Reference:
    """A parameter of the law, by id, in the place of a number."""

    parameter: str


Operand = bool | float | date | Reference | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A question about one fact.

    Args:
        fact: The fact's id.
        operator: What is asked: "is" (of a flag), "in", "not_in" (of a code, country or ECCN),
            "has", "has_none" (of a set), a comparison (of a number or date), or "known".
        operand: True or False for "is" and "known"; group ids or literals; a number, date or
            `Reference`.
        regime: The state whose law asks: codes may count as others there (Hong Kong as China), and
            another state's classification is none in the law of the United States.
    """

    __test__: ClassVar[bool] = False  # its name tells pytest to look for tests in it

    fact: str
    operator: Operator
    operand: Operand
    regime: str = "us"


@dataclass(frozen=True, slots=True)
class Met:
    """The truth of another rule's condition on the same date, before exclusions."""

    rule: str


@dataclass(frozen=True, slots=True)
class ClassifiedIn:
    """A classification rule whose paragraph lies in this scope is surely met: true or false."""

    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetCode:
    """Some rule with one of these codes is met."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnlyHooks:
    """No jurisdiction hook of the rule's regime is met but those with these codes."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """The item is in this ECCN scope, as stated or as its parameters establish."""

    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; true without parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; false without parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Sure:
    """The part is true, not only possible: true or false, never unknown."""

    part: Condition


Atom = Test | Met | ClassifiedIn
ShortForm = MetCode | OnlyHooks | Item
Condition = Atom | ShortForm | All | Either | Not | Sure
Mode = OneOf["plain", "sure", "doubtful"]

ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom as it stands in a clause.

    Its value: the atom's, turned round if `negated`; then, if `mode` is "sure", true if that is
    true and else false; if "doubtful", the opposite of this.

    Args:
        atom: The atom.
        negated: Whether its value is turned round.
        mode: "plain", "sure" or "doubtful".
    """

    atom: Atom
    negated: bool = False
    mode: Mode = "plain"


Clause = tuple[Literal, ...]


def clauses(condition: Condition) -> tuple[Clause, ...]:
    """Return the disjunctive normal form: the condition holds if all literals of a clause do.

    Kleene's values are kept: only De Morgan's laws and distribution are used, nothing is dropped
    that could matter (repeated literals and repeated clauses are).

    Args:
        condition: A condition without short forms (see `Law.resolved`).

    Returns:
        The clauses; () is "never", ((),) is "always".

    Raises:
        TypeError: If a short form is left.

    Example:
        >>> tpp, pd = Test("tpp", "at_least", 1600.0), Test("pd", "at_least", 5.92)
        >>> civil = Test("civil", "is", True)
        >>> len(clauses(All((tpp, Either((pd, Not(civil)))))))
        2
    """
    return tuple(dict.fromkeys(_normal(condition, negated=False, mode="plain")))


def _normal(condition: Condition, *, negated: bool, mode: Mode) -> list[Clause]:
    match condition:
        case Test() | Met() | ClassifiedIn():
            return [(Literal(condition, negated, mode),)]
        case Not(part):
            return _normal_of_not(part, negated=negated, mode=mode)
        case Sure(part):
            # Inside a mode, "sure" is true or false already, so only its own sign matters.
            doubtful = negated != (mode == "doubtful")
            return _normal(part, negated=False, mode="doubtful" if doubtful else "sure")
        case All(parts) | Either(parts):
            # "not" and "doubtful" each turn all into either; both together cancel out.
            turned = negated != (mode == "doubtful")
            each = [_normal(part, negated=negated, mode=mode) for part in parts]
            if isinstance(condition, All) != turned:
                return _product(each)
            return [clause for one in each for clause in one]
        case _:
            message = f"{condition!r} is a short form; resolve it first"
            raise TypeError(message)


def _normal_of_not(part: Condition, *, negated: bool, mode: Mode) -> list[Clause]:
    return _normal(part, negated=not negated, mode=mode)


def _product(each: list[list[Clause]]) -> list[Clause]:
    product: list[Clause] = [()]
    for alternatives in each:
        product = [
            tuple(dict.fromkeys((*clause, *other))) for clause in product for other in alternatives
        ]
    return product


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield the condition and everything in it, outermost first.

    Example:
        >>> [type(part).__name__ for part in walk(Not(Met("a")))]
        ['Not', 'Met']
    """
    yield condition
    match condition:
        case All(parts) | Either(parts):
            for part in parts:
                yield from walk(part)
        case Not(part) | Sure(part):
            yield from walk(part)
        case _:
            pass
