# SPDX-License-Identifier: Apache-2.0
"""What the facts of one row of data do to the clauses of a law."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from chokegraph.rules.atoms import fact_value
from chokegraph.rules.compile import Program
from chokegraph.rules.values import Value
from chokegraph.rules.words import Words, rows_of

Effect = tuple[int, int]
"""Bits of the clauses that facts do not make false, and of those that they leave open."""


def values_of(program: Program, row: Mapping[str, Value], on: date) -> dict[str, Value]:
    """Return the values of all facts that the law asks about, derived where a row gives none."""
    derived = program.derived
    return {
        name: fact_value(row, fact, program.law, on) if name in derived else row.get(name)
        for name, fact in program.facts.items()
    }


def joined(effects: Iterable[Effect], kept: int, opened: int = 0) -> Effect:
    """Return the clauses that are left after some effects, and those of them that are open.

    Args:
        effects: The effects.
        kept: The clauses that were left before.
        opened: Those that were open.

    Example:
        >>> joined([(0b110, 0b010), (0b111, 0b001)], 0b111)
        (6, 2)
    """
    for each, open_ in effects:
        kept &= each
        opened |= open_
    return kept, opened & kept


class Effects(NamedTuple):
    """What the facts of a row do to the clauses, as words: rows for facts.

    Args:
        live: The clauses that count.
        kept: For each fact, those that it does not make false.
        opened: For each fact, those that it leaves open.
        fallen: The clauses that some fact makes false; `fallen_twice`: that two do.
        open: The clauses that some fact leaves open; `open_twice`: that two do.
    """

    live: Words
    kept: Words
    opened: Words
    fallen: Words
    fallen_twice: Words
    open: Words
    open_twice: Words

    @classmethod
    def of(cls, effects: Collection[Effect], live: int, size: int) -> Effects:
        """Return the effects of facts.

        Args:
            effects: What each fact does.
            live: The clauses that count.
            size: How many clauses there are.
        """
        [counting] = rows_of([live], size)
        kept = rows_of([kept for kept, _ in effects], size)
        opened = rows_of([opened for _, opened in effects], size)
        return cls(counting, kept, opened, *_once_and_twice(~kept), *_once_and_twice(opened))


def _once_and_twice(sets: Words) -> tuple[Words, Words]:
    """Return what is in one of some sets, and what is in two."""
    so_far = np.bitwise_or.accumulate(sets, axis=0)
    once = np.bitwise_or.reduce(sets, axis=0)
    return once, np.bitwise_or.reduce(sets[1:] & so_far[:-1], axis=0)
