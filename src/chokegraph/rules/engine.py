# SPDX-License-Identifier: Apache-2.0
"""The compiled engine as the bulk job uses it: from a frame of facts to states and decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from chokegraph.rules.model import Law
from chokegraph.rules.results import Determination, StateBook, Words
from chokegraph.rules.values import Value

if TYPE_CHECKING:
    from chokegraph.rules.compile import Program
    from chokegraph.rules.kernel import Determination as Compiled

Engine = Callable[[pl.DataFrame, Mapping[str, Value]], Determination]
"""Decides a frame of facts, with values for facts that it does not give."""


class Known:
    """A determination of the compiled engine that tells its states apart from batch to batch.

    Args:
        found: The determination.
    """

    def __init__(self, found: Compiled) -> None:
        self._found = found
        self.states = found.states
        self.machine = found.machine
        self.machine_states = found.machine_states

    @property
    def table(self) -> pl.DataFrame:
        """One row per state of the batch."""
        return self._found.table

    def words(self, numbers: list[int]) -> Words:
        """Return the decisions of some of the machine's states in words."""
        from chokegraph.rules.states import words_of_states

        states = [self.machine.last.states[number] for number in numbers]
        return words_of_states(self._found.program, self.machine, states)


class CompiledEngine:
    """The compiled engine; what it works out for one file is there for the next.

    Args:
        program: The compiled law.

    Attributes:
        book: The decisions met so far, in words.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.book = StateBook()

    def __call__(self, facts: pl.DataFrame, blanks: Mapping[str, Value]) -> Known:
        """Decide a frame of facts, with values for facts that it does not give."""
        from chokegraph.rules.kernel import determine

        return Known(determine(facts, self.program, blanks=blanks))


def compiled_engine(law: Law | Program) -> CompiledEngine:
    """Return the compiled engine for a law.

    Args:
        law: The law, or what it was compiled to.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> engine = compiled_engine(load_law())
        >>> found = engine(pl.DataFrame({"as_of": [date(2024, 1, 1)]}), {"origin": "US"})
        >>> found.table["subject"].to_list()
        ['yes']
    """
    from chokegraph.rules.compile import compile_law

    return CompiledEngine(compile_law(law) if isinstance(law, Law) else law)


def scalar_engine(law: Law) -> Engine:
    """Return the scalar evaluator as an engine: slow, and the measure of the other.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> engine = scalar_engine(load_law())
        >>> found = engine(pl.DataFrame({"as_of": [date(2024, 1, 1)]}), {"origin": "US"})
        >>> found.table["subject"].to_list()
        ['yes']
    """
    from chokegraph.rules.rowwise import decide_rowwise

    return lambda facts, blanks: decide_rowwise(facts, law, blanks)
