# SPDX-License-Identifier: Apache-2.0
"""The states before a column of the state machine, and the table of what follows from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chokegraph.rules.columns import Column
from chokegraph.rules.masks import LookUp
from chokegraph.rules.pruning import Hints

_FIRST = 64


class State(NamedTuple):
    """What is known after some columns, as bits of clauses.

    Args:
        possible: Clauses that are not false.
        possible_strict: The same with doubted parts of the law counted as unknown.
        open_strict: Of these, the clauses that are not certain.
        tags: Pairs of a tag and clauses: facts that leave them open, marks that come from values.
    """

    possible: int
    possible_strict: int
    open_strict: int
    tags: tuple[tuple[int, int], ...]


NOTHING = State(0, 0, 0, ())
"""The state of number 0 stands for "not worked out yet"; it never comes up."""


class Level:
    """The states before one column, and what follows from them.

    Args:
        column: The column; one without facts after the last.
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.width = _FIRST if column.facts else 1
        self.rows: list[LookUp | None] = []
        self.done = 0
        self.touched = 0
        self.clear()

    def clear(self) -> None:
        """Forget all states."""
        self.states = [NOTHING]
        self.hints: list[Hints | None] = [None]
        self.number: dict[State, int] = {}
        self.bare: dict[State, int] = {}
        self.table = np.zeros(_FIRST * self.width, dtype=np.int32)

    def intern(self, state: State, hints: Hints | None) -> int:
        """Return the number of a state, from 1; equal states have equal hints."""
        new = len(self.states)
        found = self.number.setdefault(state, new)
        if found == new:
            self.states.append(state)
            self.hints.append(hints)
            if self.column.facts and (found + 1) * self.width > len(self.table):
                self.table = np.concatenate([self.table, np.zeros_like(self.table)])
        return found


def joined(rows: list[LookUp]) -> LookUp:
    """Return what several values do together."""
    kept, kept_strict = rows[0].kept, rows[0].kept_strict
    opened = 0
    tags: dict[int, int] = {}
    for row in rows:
        kept &= row.kept
        kept_strict &= row.kept_strict
        opened |= row.open_strict
        for tag, bits in row.tags:
            tags[tag] = tags.get(tag, 0) | bits
    return LookUp(kept, kept_strict, opened, tuple(sorted(tags.items())))
