# SPDX-License-Identifier: Apache-2.0
"""Other values that single facts could have, and what each does to the clauses of a law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from chokegraph.rules.bitwise import laid_out
from chokegraph.rules.compile import Program
from chokegraph.rules.masks import Book
from chokegraph.rules.model import FactDefinition
from chokegraph.rules.values import Value
from chokegraph.rules.words import WIDTH, Words, rows_of, whole_words

Try = tuple[str, Sequence[Value]]
"""A fact, and values of it that no question tells apart."""
_NEARLY = 1e-9
"""How far beyond a threshold a number is set to be on its other side, relative to it."""


class Alternatives:
    """The values of single facts that a law tells apart, whatever a row of data says.

    For a set, these are the members that may be added to an empty one. Facts from which others
    follow are left out: what their values do depends on the row.

    Args:
        program: The law.

    Attributes:
        tries: For each row of bits the fact and its values, which no question tells apart; None
            for rows that fill the last word.
        bits: What the values do to the clauses.
        places: The facts, with the places of their masks.
        masks: For each fact the rows that try it; then all rows, and none.
        touched: For each fact that the law asks about, the clauses that ask it.
        days: The first and the last day of each vintage of the law.
        live: The clauses that count in each vintage.
        alike: Vintages in which the same parameters go into facts that follow from others: the
            first of them, and all as rows of bits.
    """

    def __init__(self, program: Program) -> None:
        book = program.book
        self.size = len(book.clauses)
        tries = [
            (name, values)
            for name, changes in program.changes.items()
            if changes == (name,)
            for values in candidates(book, program.law.facts[name], None)
        ]
        self.bits = laid_out(program, [book.effect(name, values[0]) for name, values in tries])
        self.tries = padded(tries)
        self.places: dict[str, int] = {}
        masks: list[int] = []
        for name, group in groupby(enumerate(tries), key=lambda each: each[1][0]):
            self.places[name] = len(masks)
            masks.append(sum(1 << row for row, _ in group))
        every = (1 << len(self.tries)) - 1
        self.masks: Words = whole_words([*masks, every, 0], len(self.tries) // WIDTH)
        self.touched = rows_of([book.touched(name) for name in program.facts], self.size)
        later = [program.day_of(vintage) for vintage in range(1, len(program.starts))]
        self.days = [
            (program.day_of(vintage), last)
            for vintage, last in enumerate([*(day - timedelta(days=1) for day in later), date.max])
        ]
        self.live = laid_out(program, [(bits, 0) for bits, _ in program.starts]).kept
        alike: dict[tuple[object, ...], list[int]] = {}
        for vintage, factors in enumerate(program.factors):
            alike.setdefault(factors, []).append(vintage)
        self.alike = [
            (same[0], whole_words([sum(1 << vintage for vintage in same)], len(self.live)).T)
            for same in alike.values()
        ]

    @property
    def everywhere(self) -> int:
        """The place of the mask of all rows; behind it stands that of none."""
        return len(self.places)


def alternatives_of(program: Program) -> Alternatives:
    """Return the alternatives under a law, for the clauses that its book has now.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> found = alternatives_of(compile_law(load_law()))
        >>> [each for each in found.tries if each and each[0] == "deemed_export"]
        [('deemed_export', [True]), ('deemed_export', [False])]
    """
    known = program.alternatives
    if known is None or known.size != len(program.book.clauses):
        known = program.alternatives = Alternatives(program)
    found: Alternatives = known
    return found


def padded(rows: Sequence[Try]) -> list[Try | None]:
    """Return what rows of bits stand for, with None for those that fill the last word."""
    return [*rows, *[None] * (-len(rows) % WIDTH)]


def candidates(
    book: Book, fact: FactDefinition, value: Value, more: Iterable[float] = ()
) -> Iterator[Sequence[Value]]:
    """Yield other values of a fact; values that no question tells apart come together.

    Args:
        book: The questions that laws ask.
        fact: The fact.
        value: What the row says; it matters for sets only, to which members are added.
        more: Numbers at which a fact that follows from this one crosses a threshold.
    """
    if fact.type == "flag":
        yield from ([True], [False])
    elif fact.type == "date":
        days = [edge for edge in book.edges.get(fact.id, ()) if isinstance(edge, date)]
        near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
        yield from ([day] for day in sorted(near))
    elif fact.type == "number":
        edges = {*thresholds(book, fact.id), *more}
        around = {edge * (1 + step) for edge in edges for step in (-_NEARLY, 0.0, _NEARLY)}
        below = {edge - 1 for edge in edges if edge == 0}
        yield from ([number] for number in sorted(around | below))
    elif not fact.is_set:
        yield from book.alike(fact.id)
    else:
        held = value if isinstance(value, frozenset) else frozenset()
        for names in book.alike(fact.id):
            yield [held | {name} for name in names if name not in held] or [held]
        for name in sorted(held):
            yield [held - {name}]


def thresholds(book: Book, fact: str) -> list[float]:
    """Return the numbers that laws hold a fact against."""
    edges = book.edges.get(fact, ())
    return [float(edge) for edge in edges if isinstance(edge, (int, float))]
