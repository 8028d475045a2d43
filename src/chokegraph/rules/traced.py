# SPDX-License-Identifier: Apache-2.0
"""A trace whose rules come from the compiled law: what the scalar trace says, sooner.

The truths of all rules are taken from the look-up rows of the row's values. Single parts of
conditions, which only an explanation asks for, are evaluated as the scalar trace does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property

from chokegraph.rules.bitwise import Bitwise, laid_out
from chokegraph.rules.compile import Program
from chokegraph.rules.effects import values_of
from chokegraph.rules.masks import Link
from chokegraph.rules.model import Rule, RuleVersion
from chokegraph.rules.relations import relations_of
from chokegraph.rules.resolve import in_clause
from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth, known
from chokegraph.rules.values import Value
from chokegraph.rules.words import places_of

_PLAIN, _DOUBTING = 1, 2
"""Two rows, as bits."""


class CompiledTrace(Trace):
    """The truth of every rule for one row on one day.

    Args:
        row: Values by fact; a missing key, or None, is unknown.
        program: The compiled law.
        on: The day of the transaction.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.compile import compile_law
        >>> trace = CompiledTrace({"origin": "US"}, compile_law(load_law()), date(2024, 1, 1))
        >>> trace.rule("ear-734.3-us-origin") is trace.rule("ear-734.3-us-origin", doubting=True)
        True
    """

    def __init__(self, row: Mapping[str, Value], program: Program, on: date) -> None:
        super().__init__(row, program.law, on)
        self.program = program
        self._values = values_of(program, row, on)
        vintage = program.vintage(on)
        self._live, self._live_strict = program.starts[vintage]

    @cached_property
    def _states(self) -> tuple[tuple[int, int], tuple[int, int], int]:
        """The clauses that are not false and those that are open, in both senses.

        And the clauses that no fact leaves open, and at most one makes false.
        """
        book = self.program.book
        kept = singly = self._live
        strict = self._live_strict
        opened = open_strict = 0
        for name in self.program.facts:
            row = book.look_up(name, self._values[name])
            singly &= kept | row.kept
            kept &= row.kept
            strict &= row.kept_strict
            open_strict |= row.open_strict
            for tag, bits in row.tags:
                if tag not in book.mark_tags:
                    opened |= bits
        return (kept, opened & kept), (strict, open_strict & strict), singly & ~opened

    @cached_property
    def _truths(self) -> tuple[dict[str, Truth], dict[str, Truth]]:
        """The truths of the rules that are not false, in both senses."""
        # The first row takes the law as it stands, the second doubted parts of it as unknown.
        (kept, opened), (strict, open_strict), _ = self._states
        rows = laid_out(self.program, [(kept, opened), (strict, open_strict)])
        found = Bitwise(self.program, rows, strict=[1])
        plain: dict[str, Truth] = {}
        doubting: dict[str, Truth] = {}
        for name, yes, may in found.rules():
            if may & _PLAIN:
                plain[name] = TRUE if yes & _PLAIN else UNKNOWN
            if may & _DOUBTING:
                doubting[name] = TRUE if yes & _DOUBTING else UNKNOWN
        return plain, doubting

    def rule(self, name: str, *, doubting: bool = False) -> Truth:
        """Return whether a rule's condition holds; false when no version is in force."""
        if name in self.program.weighed:
            return self._weighed(name, doubting=doubting)
        return self._truths[doubting].get(name, FALSE)

    def _weighed(self, name: str, *, doubting: bool) -> Truth:
        """Return the truth of a rule that was compiled to tell only whether it is surely true."""
        version = self.law.in_force(self.on).get(name)
        if version is None:
            return FALSE
        return super().version(self.law.rule(name), version, doubting=doubting)

    def holds(self, name: str) -> bool:
        """Return whether a rule's condition surely holds."""
        return self._truths[0].get(name) is TRUE

    def possible(self, *, doubting: bool = False) -> Collection[str]:
        """Return the rules that are not false, and perhaps some that are."""
        return self._truths[doubting]

    def nearly(self) -> Collection[str]:
        """Return names with all rules that a single part of a clause keeps from applying."""
        book, truths = self.program.book, self._truths[0]
        found: set[str] = set()
        for place in places_of(self._states[2] & self.program.applying):
            name = book.variants[book.clauses[place].variant].rule.id
            if name not in found and name not in truths and self._lacks_one(place):
                found.add(name)
        return found

    def _lacks_one(self, place: int) -> bool:
        """Return whether one thing at most is false in a clause: a fact, or what it looks at."""
        lacking = not self._states[0][0] >> place & 1
        for link in self.program.book.clauses[place].links:
            truth = self._link(link)
            if truth is UNKNOWN or (truth is FALSE and lacking):
                return False
            lacking = lacking or truth is FALSE
        return True

    def _link(self, link: Link) -> Truth:
        if isinstance(link.target, str):
            truth = self.rule(link.target)
        else:
            book, live = self.program.book, self._live
            truth = known(
                any(
                    book.variant_bits[number] & live and self.holds(book.variants[number].rule.id)
                    for number in relations_of(book).within(link.target)
                )
            )
        return Truth(in_clause(truth, negated=link.negated, mode=link.mode))

    def version(self, rule: Rule, version: RuleVersion, *, doubting: bool = False) -> Truth:
        """Return whether the condition of a version holds, whether or not it is in force."""
        if self.law.in_force(self.on).get(rule.id) is version:
            return self.rule(rule.id, doubting=doubting)
        return super().version(rule, version, doubting=doubting)
