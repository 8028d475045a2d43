# SPDX-License-Identifier: Apache-2.0
"""The compiled engine as the bulk job uses it: from a frame of facts to states and decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.model import Law
from chokegraph.rules.results import Determination, StateBook
from chokegraph.rules.values import Value

if TYPE_CHECKING:
    from chokegraph.rules.compile import Program
    from chokegraph.rules.direct import Direct
    from chokegraph.rules.kernel import Determination as Compiled

Engine = Callable[[pl.DataFrame, Mapping[str, Value]], Determination]
"""Decides a frame of facts, with values for facts that it does not give."""


class CompiledEngine:
    """The compiled engine; what it works out for one file is there for the next.

    Args:
        program: The compiled law.

    Attributes:
        book: The decisions met so far, in words.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.new_book()

    def new_book(self) -> StateBook:
        """Forget the decisions; return the book for those to come."""
        self.book = StateBook()
        self._ways: dict[int, Direct] = {}
        return self.book

    def __call__(self, facts: pl.DataFrame, blanks: Mapping[str, Value]) -> Compiled:
        """Decide a frame of facts, with values for facts that it does not give."""
        from chokegraph.rules.kernel import determine

        return determine(facts, self.program, blanks=blanks)

    def number(self, facts: pl.DataFrame, blanks: Mapping[str, Value]) -> NDArray[np.intp]:
        """Return the number in the book of each row's decision; best where no rows repeat."""
        from chokegraph.rules.direct import Direct
        from chokegraph.rules.encode import encode
        from chokegraph.rules.kernel import machine_for

        encoded = encode(facts, self.program, blanks=blanks)
        machine = machine_for(self.program, encoded)
        way = self._ways.get(id(machine))  # the way keeps the machine, so its id is a name
        if way is None:
            way = self._ways[id(machine)] = Direct(self.program, machine, self.book)
        return way.number(encoded)


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
