# SPDX-License-Identifier: Apache-2.0
"""A trace whose rules come from the compiled law: what the scalar trace says, sooner.

The truths of all rules are taken from the look-up rows of the row's values. Single parts of
conditions, which only an explanation asks for, are evaluated as the scalar trace does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from chokegraph.rules.bitwise import Bitwise, spread
from chokegraph.rules.compile import Program
from chokegraph.rules.flips import values_of
from chokegraph.rules.model import Rule, RuleVersion
from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from chokegraph.rules.values import Value

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

    @cached_property
    def _states(self) -> tuple[tuple[int, int], tuple[int, int], int]:
        """The clauses that are not false and those that are open, in both senses.

        And the clauses that no fact leaves open, and at most one makes false.
        """
        book = self.program.book
        live, strict = self.program.starts[self.program.vintage(self.on)]
        kept, singly = live, live
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
        clauses = spread(self._states[:2], len(self.program.book.clauses))
        rules = Bitwise(self.program, clauses, 2, strict=_DOUBTING).rules()
        plain: dict[str, Truth] = {}
        doubting: dict[str, Truth] = {}
        for name, (yes, may) in rules.items():
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

    def may_nearly(self, name: str) -> bool:
        """Return whether a single part of a clause may keep a rule from applying."""
        live = self.program.live_bits(self.program.vintage(self.on))
        return bool(live.get(name, 0) & self._states[2])

    def version(self, rule: Rule, version: RuleVersion, *, doubting: bool = False) -> Truth:
        """Return whether the condition of a version holds, whether or not it is in force."""
        if self.law.in_force(self.on).get(rule.id) is version:
            return self.rule(rule.id, doubting=doubting)
        return super().version(rule, version, doubting=doubting)
