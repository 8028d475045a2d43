# SPDX-License-Identifier: Apache-2.0
"""Deciding a table of facts: encode it, take the rows through the machine, decide the states."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.rules.columns import Encoded
from chokegraph.rules.compile import Program, compile_law
from chokegraph.rules.encode import encode
from chokegraph.rules.levels import State
from chokegraph.rules.machine import Machine
from chokegraph.rules.model import Law
from chokegraph.rules.states import decide_states
from chokegraph.rules.values import Value

CHUNK = 1 << 16
MOST_STATES = 1 << 18
"""How many last states a machine may keep from one table to the next."""
_EPOCH_DAY = np.datetime64("1970-01-01", "D")


class Determination:
    """The decisions for a table of facts.

    Args:
        program: The law.
        machine: Where the states come from.
        numbers: The number in the machine of each state that occurs.
        states: For each row, the place of its state in `table`.

    Attributes:
        machine_states: For each row of `table`, a number that stands for the same decision in
            every determination with the same `machine` and `program`.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> table = pl.DataFrame({"as_of": [date(2024, 1, 1)] * 2, "origin": ["US", "US"]})
        >>> result = determine(table, load_law())
        >>> result.states.tolist(), result.table.height
        ([0, 0], 1)
    """

    def __init__(
        self, program: Program, machine: Machine, numbers: list[int], states: NDArray[np.int32]
    ) -> None:
        self.program = program
        self.machine = machine
        self.states = states
        self.machine_states = tuple(numbers)
        self._own: list[State] = [machine.last.states[number] for number in numbers]

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row per state: the result columns, and `fired`, the ids of the rules that hold."""
        return decide_states(self.program, self.machine, self._own)

    def frame(self) -> pl.DataFrame:
        """Return the result columns for every row of the table of facts."""
        return self.table[self.states]


def determine(
    facts: pl.DataFrame | Encoded,
    law: Law | Program,
    *,
    blanks: Mapping[str, Value] | None = None,
    chunk: int = CHUNK,
) -> Determination:
    """Decide every row of a table of facts.

    Args:
        facts: The table (see `encode`), or one that is encoded already.
        law: The law; a program keeps what it learns from one table to the next.
        blanks: Values of facts for rows that do not give them; see `encode`.
        chunk: How many rows are taken through the columns at a time.

    Returns:
        The decisions.

    Raises:
        FindingsError: If the table does not fit; see `encode`.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> table = pl.DataFrame({"as_of": [date(2024, 1, 1)], "origin": ["US"]})
        >>> determine(table, load_law()).frame()["subject"].to_list()
        ['yes']
    """
    program = compile_law(law) if isinstance(law, Law) else law
    encoded = facts if isinstance(facts, Encoded) else encode(facts, program, blanks=blanks)
    machine = machine_for(program, encoded)
    codes = [encoded.columns[place].codes for place in machine.order]
    first_day, starts = _starts(program, machine)
    states = np.empty(encoded.rows, dtype=np.int32)
    numbers: list[int] = []
    local = np.full(64, -1, dtype=np.int32)
    index = np.empty(chunk, dtype=np.intp)
    for begin in range(0, encoded.rows, chunk):
        end = min(begin + chunk, encoded.rows)
        days = index[: end - begin]
        np.subtract(encoded.days[begin:end], first_day, out=days)
        machine.run(
            starts.take(days, mode="clip"),
            [column[begin:end] for column in codes],
            states[begin:end],
        )
        if len(machine.last.states) > len(local):
            more = np.full(2 * len(machine.last.states) - len(local), -1, dtype=np.int32)
            local = np.concatenate([local, more])
        own = local[states[begin:end]]
        if own.min(initial=0) < 0:
            for number in np.unique(states[begin:end][own < 0]).tolist():
                local[number] = len(numbers)
                numbers.append(number)
            own = local[states[begin:end]]
        states[begin:end] = own
    return Determination(program, machine, numbers, states)


def machine_for(program: Program, encoded: Encoded) -> Machine:
    """Return the machine for tables with these columns, up to date with the law's clauses."""
    machines: dict[object, Machine] = program.book.machines
    machine = machines.get(encoded.key)
    if machine is None or len(machine.last.states) > MOST_STATES:
        machine = machines[encoded.key] = Machine(program.book, encoded.columns, encoded.constants)
    machine.refresh()
    return machine


def _starts(program: Program, machine: Machine) -> tuple[int, NDArray[np.intp]]:
    """Return a day, and the number of the first state for that day and every later one."""
    numbers = [machine.start(bits) for bits in program.starts]
    days = np.array(program.days, dtype="datetime64[D]")
    if not len(days):
        return 0, np.array(numbers, dtype=np.intp)
    places = (days - _EPOCH_DAY).astype(np.int64)
    counts = np.append(np.diff(places), 1)
    spread = np.repeat(np.array(numbers[1:], dtype=np.intp), counts)
    return int(places[0]) - 1, np.concatenate([np.array(numbers[:1], dtype=np.intp), spread])
