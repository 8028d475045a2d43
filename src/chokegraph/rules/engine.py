# SPDX-License-Identifier: Apache-2.0
"""The compiled engine as the bulk job uses it: from a frame of facts to states and decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl

from chokegraph.rules.model import Law
from chokegraph.rules.results import Determination

if TYPE_CHECKING:
    from chokegraph.rules.kernel import Determination as Compiled

Engine = Callable[[pl.DataFrame], Determination]
"""Decides a frame of facts."""


class _Known:
    """A determination of the compiled engine that tells its states apart from batch to batch."""

    def __init__(self, found: Compiled) -> None:
        self._found = found
        self.states = found.states
        self.own: list[Any] = found._own

    @property
    def table(self) -> pl.DataFrame:
        return self._found.table

    def decide(self, states: list[Any]) -> pl.DataFrame:
        """Return the decisions of some of the states."""
        from chokegraph.rules.states import decide_states

        return decide_states(self._found.program, self._found.machine, states)


def compiled_engine(law: Law) -> Engine:
    """Return the compiled engine for a law."""
    from chokegraph.rules.compile import compile_law
    from chokegraph.rules.kernel import determine

    program = compile_law(law)
    return lambda facts: _Known(determine(facts, program))
