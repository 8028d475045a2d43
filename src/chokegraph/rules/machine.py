# SPDX-License-Identifier: Apache-2.0
"""A state machine over columns that is built while it runs.

What is known of a row after some columns is a state: the clauses that are still possible, and
those that are open because a fact is unknown. States are numbered as they come up, and for each
column a table says which state follows from which state by which code. A row then costs one
look-up per column, whatever the number of clauses. Tables are filled for what occurs in the data,
and emptied when they grow too large; what they say never depends on when that happens.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.levels import Level, State
from chokegraph.rules.pruning import Hints
from chokegraph.rules.steps import Steps

ENTRIES = 1 << 26
"""How many entries the tables may have together before they are emptied (4 bytes each)."""
_PIECE = 1 << 14
"""How many rows are learnt from before the size of the tables is looked at."""


class Machine(Steps):
    """The state machine for tables with the same columns, shared by laws of one family."""

    def run(
        self, starts: NDArray[np.intp], codes: list[NDArray[Any]], finals: NDArray[np.int32]
    ) -> None:
        """Take rows through all columns.

        Args:
            starts: The number of each row's first state.
            codes: The codes of each column, in the order of `order`.
            finals: Filled with the number of each row's last state.
        """
        self._make_room(codes)
        states = np.empty(len(starts), dtype=np.int32)
        index = np.empty(len(starts), dtype=np.intp)
        self._through(starts, codes, states, index)
        if not states.all():
            self._learn(starts, codes, states)
        finals[:] = states

    def _through(
        self,
        starts: NDArray[np.intp],
        codes: list[NDArray[Any]],
        states: NDArray[np.int32],
        index: NDArray[np.intp],
    ) -> None:
        if not self.levels:
            states[:] = starts
            return
        np.multiply(starts, self.levels[0].width, out=states, casting="unsafe")
        for level, column in zip(self.levels, codes, strict=True):
            np.add(states, column, out=index)
            # All numbers are in range; "wrap" is the mode that NumPy is quickest in.
            level.table.take(index, out=states, mode="wrap")

    def _make_room(self, codes: list[NDArray[Any]]) -> None:
        for place, level in enumerate(self.levels):
            needed = int(codes[place].max(initial=0)) + 1
            if needed <= level.width:
                continue
            wider = level.width
            while wider < needed:
                wider *= 2
            table = np.zeros((len(level.table) // level.width, wider), dtype=np.int32)
            table[:, : level.width] = level.table.reshape(-1, level.width)
            level.table = table.reshape(-1)
            if place:
                self.levels[place - 1].table *= wider // level.width
            level.width = wider
        if sum(len(level.table) for level in self.levels) > ENTRIES:
            self.flush()

    def flush(self) -> None:
        """Empty the tables; numbers of last states stay."""
        self.flushes += 1
        first = self.levels[0]
        kept = list(zip(first.states, first.hints, strict=True))[1:]
        for level in self.levels:
            level.clear()
        self.last.bare.clear()
        for state, hints in kept:
            first.intern(state, hints)

    def _learn(
        self, starts: NDArray[np.intp], codes: list[NDArray[Any]], states: NDArray[np.int32]
    ) -> None:
        """Decide the rows that led into the unknown, and note the way."""
        rows = np.flatnonzero(states == 0)
        for begin in range(0, len(rows), _PIECE):
            if sum(len(level.table) for level in self.levels) > ENTRIES:
                self.flush()
            self._learn_some(rows[begin : begin + _PIECE], starts, codes, states)

    def _learn_some(
        self,
        rows: NDArray[np.intp],
        starts: NDArray[np.intp],
        codes: list[NDArray[Any]],
        states: NDArray[np.int32],
    ) -> None:
        now = starts[rows]
        for place, level in enumerate(self.levels):
            after = self.levels[place + 1] if place + 1 < len(self.levels) else self.last
            width = level.width
            index = now * width + codes[place][rows]
            found = level.table[index]
            unseen = np.unique(index[found == 0])
            if len(unseen):
                self._follow(level, after, unseen.tolist())
                found = level.table[index]
            now = found // after.width
        states[rows] = now

    def _follow(self, level: Level, after: Level, pairs: list[int]) -> None:
        """Work out what follows from states before a column by codes, and note it."""
        pending: dict[State, int] = {}
        before: list[tuple[Hints | None, bool]] = []
        found: list[int] = []
        spots: list[int] = []
        idle: dict[int, int] = {}
        width = level.width
        for pair in pairs:
            number, code = divmod(pair, width)
            if number in idle:
                continue
            state = level.states[number]
            if (state.possible | state.possible_strict) & level.touched:
                bare = self.bare(state, self.row(level, code))
            else:
                # The column cannot change anything: all codes lead to the same state.
                idle[number] = len(found)
                bare = self.bare(state, self.neutral)
            known = after.bare.get(bare)
            if known is None:
                slot = pending.setdefault(bare, len(pending))
                if slot == len(before):
                    before.append((level.hints[number], bare[:2] != state[:2]))
                known = -1 - slot
            found.append(known)
            spots.append(pair)
        new = self.conclude(list(pending), before, after) if pending else []
        follows = np.array([new[-1 - n] if n < 0 else n for n in found], dtype=np.int32)
        follows *= after.width
        level.table[spots] = follows
        if idle:
            rows = level.table.reshape(-1, width)
            rows[list(idle)] = follows[list(idle.values()), None]
