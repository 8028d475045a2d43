# SPDX-License-Identifier: Apache-2.0
"""From the law to a program: for every day on which anything changes, the clauses that are live."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from chokegraph.rules.dated import live
from chokegraph.rules.language import Clause, Met
from chokegraph.rules.masks import Book
from chokegraph.rules.model import FactDefinition, Law, Rule, RuleVersion
from chokegraph.rules.pieces import LIVE, Piece, Span, cut, spans
from chokegraph.rules.timelines import Alike, Line, Timelines

__all__ = ["LIVE", "Compiler", "Program", "compile_law"]

_WEIGHED = ("policy", "flag")
"""Kinds of rule that only matter when they are surely true."""


class Program:
    """A compiled law.

    Args:
        law: The law.
        compiler: What is shared with the laws that this one was amended from.
        pieces: Spans of days, both ends included, with the bits of the clauses that count then.

    Attributes:
        days: The days on which anything changes; vintage n begins on day n - 1.
        starts: For every vintage, the bits of the clauses that count on its days, and those that
            count when doubted parts of the law are taken as unknown.

    Example:
        >>> from chokegraph.rules import load_law
        >>> len(compile_law(load_law()).starts) > 1
        True
    """

    def __init__(self, law: Law, compiler: Compiler, pieces: Iterable[Piece]) -> None:
        self.law = law
        self.book = book = compiler.book
        self._compiler = compiler
        self.days = law.days
        self.wiring: Any = None
        self.alternatives: Any = None
        starts = [0] * (len(self.days) + 1)
        for begins, ends, bits in pieces:
            for vintage in range(self.vintage(begins), self.vintage(ends) + 1):
                starts[vintage] |= bits
        strict = 0
        for number, variant in enumerate(book.variants):
            if variant.role == LIVE and variant.rule.kind not in _WEIGHED:
                strict |= book.variant_bits[number]
        for number in self._met_variants():
            strict |= book.variant_bits[number]
        self.starts = [(bits, bits & strict) for bits in starts]

    def _met_variants(self) -> Iterator[int]:
        """Variants of weighed kinds that other rules look at, so that they count in full."""
        met = {
            link.target for clause in self.book.clauses for link in clause.links
            if isinstance(link.target, str)
        }  # fmt: skip
        for number, variant in enumerate(self.book.variants):
            if variant.role == LIVE and variant.rule.id in met:
                yield number

    def vintage(self, on: date) -> int:
        """Return the number of the vintage of the law that a day belongs to."""
        return bisect_right(self.days, on)

    def day_of(self, vintage: int) -> date:
        """Return the first day of a vintage; the day before the first change for vintage 0."""
        if not self.days:
            return date.min
        return self.days[vintage - 1] if vintage else self.days[0] - timedelta(days=1)

    @cached_property
    def applying(self) -> int:
        """The clauses of hooks and requirements."""
        bits = 0
        for number, variant in enumerate(self.book.variants):
            if variant.role == LIVE and variant.rule.kind in ("hook", "requirement"):
                bits |= self.book.variant_bits[number]
        return bits

    def with_law(self, law: Law) -> Program:
        """Return the program of another law, made with what this one has worked out.

        Args:
            law: Usually an amendment of this program's law.
        """
        return self._compiler.program(law)

    @cached_property
    def weighed(self) -> frozenset[str]:
        """The rules of which the clauses tell only whether they are surely true."""
        met = {self.book.variants[number].rule.id for number in self._met_variants()}
        return frozenset(
            rule.id for rule in self.law.rules if rule.kind in _WEIGHED and rule.id not in met
        )

    @cached_property
    def facts(self) -> dict[str, FactDefinition]:
        """The facts that the law asks about."""
        return {name: self.law.facts[name] for name in self.book.asked if name in self.law.facts}

    @cached_property
    def derived(self) -> frozenset[str]:
        """Those of them that follow from others where a row does not give them."""
        return frozenset(name for name, fact in self.facts.items() if fact.derived)

    @cached_property
    def dated(self) -> tuple[str, ...]:
        """Those of them that follow from others by a parameter of the law."""
        return tuple(
            name
            for name, fact in self.facts.items()
            if any(part[:1] == "$" for part in (*fact.numerator, *fact.denominator))
        )

    @cached_property
    def factors(self) -> list[tuple[object, ...]]:
        """For every vintage, the values of the parameters that those rest on."""
        names = {
            part[1:]
            for name in self.dated
            for part in (*self.facts[name].numerator, *self.facts[name].denominator)
            if part[:1] == "$"
        }
        return [
            tuple(
                version and version.value
                for version in (
                    live(self.law.parameters[name].versions, self.day_of(vintage))
                    for name in sorted(names)
                )
            )
            for vintage in range(len(self.starts))
        ]

    @cached_property
    def changes(self) -> dict[str, tuple[str, ...]]:
        """For each fact of the law, the facts asked about that change with it."""
        found: dict[str, list[str]] = {name: [name] for name in self.law.facts}

        def add(part: str, whole: str) -> None:
            found[part].append(whole)
            fact = self.law.facts[part]
            for inner in fact.parts:
                if inner[:1] != "$":
                    add(inner, whole)

        for fact in self.facts.values():
            for part in fact.parts:
                if part[:1] != "$":
                    add(part, fact.id)
        asked = {
            name: tuple(each for each in names if each in self.facts)
            for name, names in found.items()
        }
        return {name: names for name, names in asked.items() if names}

    @cached_property
    def position(self) -> dict[str, int]:
        """The place of every rule in the law."""
        return {rule.id: place for place, rule in enumerate(self.law.rules)}


class Compiler:
    """Compiles laws, and keeps what it worked out for the next that is much the same."""

    def __init__(self) -> None:
        self.book = Book()
        self._alike = Alike()
        self._clauses: dict[tuple[int, str], tuple[Clause, ...]] = {}
        self._lines: dict[object, Line] = {}
        self._pieces: dict[object, list[Piece]] = {}
        self._shape: object = None

    def program(self, law: Law) -> Program:
        """Return the program of a law."""
        shape = tuple((rule.id, rule.kind, rule.regime, rule.code) for rule in law.rules)
        if shape != self._shape:
            self._clauses.clear()
            self._pieces.clear()
            self._shape = shape
        self._timelines = Timelines(law, self._alike, self._lines)
        self._met = {
            literal.atom.rule
            for rule in law.rules
            for version in rule.versions
            for clause in self._clauses_of(law, rule, version)
            for literal in clause
            if isinstance(literal.atom, Met)
        }
        pieces: list[Piece] = []
        for rule in law.rules:
            for span in spans(rule):
                pieces += self._span(law, rule, span)
        return Program(law, self, pieces)

    def _clauses_of(self, law: Law, rule: Rule, version: RuleVersion) -> tuple[Clause, ...]:
        key = (self._alike.number(version), rule.regime)
        if key not in self._clauses:
            self._clauses[key] = law.clauses(version, rule.regime)
        return self._clauses[key]

    def _span(self, law: Law, rule: Rule, span: Span) -> list[Piece]:
        begins, ends, version, role = span
        parts = self._clauses_of(law, rule, version)
        weighed = role != LIVE or (rule.kind in _WEIGHED and rule.id not in self._met)
        lines = {
            literal.atom: self._timelines.of(literal.atom)
            for clause in parts
            for literal in clause
            if not isinstance(literal.atom, Met)
        }
        key = (
            rule.id, self._alike.number(version), role, weighed, begins, ends,
            tuple(id(line) for line in lines.values()),
        )  # fmt: skip
        if key not in self._pieces:
            self._pieces[key] = list(cut(self.book, rule, span, parts, lines, weighed=weighed))
        return self._pieces[key]


def compile_law(law: Law) -> Program:
    """Compile a law.

    Args:
        law: The law.

    Returns:
        The program. To compile an amendment, `program.with_law(amended)` is much faster.

    Example:
        >>> from chokegraph.rules import load_law
        >>> compile_law(load_law()).law is load_law()
        True
    """
    return Compiler().program(law)
