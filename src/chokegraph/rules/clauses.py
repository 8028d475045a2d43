# SPDX-License-Identifier: Apache-2.0
"""The clauses of many states, one row for each clause that is not false in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.compile import Program
from chokegraph.rules.levels import State
from chokegraph.rules.words import WIDTH, Words, bytes_of, words_of

Truths = NDArray[np.uint8]


@dataclass(frozen=True)
class Carried:
    """Which clauses carry a tag: some sets of clauses, and which of them each state has.

    Args:
        sets: The sets, as words.
        places: The set of each state.
    """

    sets: Words
    places: NDArray[np.intp]

    def at(self, place: int) -> NDArray[np.bool_] | None:
        """Return in which states a clause carries the tag; None if in none."""
        bits = self.sets[place // WIDTH] >> np.uint64(place % WIDTH) & np.uint64(1)
        return bits.astype(bool).take(self.places) if bits.any() else None


@dataclass(frozen=True)
class Planes:
    """The clauses of states as words; a tag that a false clause carries says nothing.

    Args:
        possible: Clauses that are not false.
        possible_strict: The same with doubted parts of the law counted as unknown.
        open_strict: Of these, the clauses that are not certain.
        opened: Clauses that a fact leaves open.
        tags: The tags that clauses carry: facts that leave them open, marks that come from values.
    """

    possible: Words
    possible_strict: Words
    open_strict: Words
    opened: Words
    tags: Mapping[int, list[Carried]]


def planes_of(states: Sequence[State], size: int, missing: int, marks: set[int]) -> Planes:
    """Return the clauses of states.

    Args:
        states: The states.
        size: How many clauses there are.
        missing: Clauses that are open in every state because no table column gives a fact.
        marks: The tags that are marks.
    """
    of_tag: dict[int, tuple[list[int], list[int]]] = {}
    for spot, state in enumerate(states):
        for tag, bits in state.tags:
            spots, numbers = of_tag.setdefault(tag, ([], []))
            spots.append(spot)
            numbers.append(bits)
    opened = np.repeat(words_of([missing], size), len(states), axis=1)
    tags: dict[int, list[Carried]] = {}
    for tag, (spots, numbers) in of_tag.items():
        sets = words_of([0, *numbers], size)
        places = np.zeros(len(states), dtype=np.intp)
        places[spots] = np.arange(1, len(spots) + 1)
        tags[tag] = [Carried(sets, places)]
        if tag not in marks:
            opened[:, spots] |= sets[:, 1:]
    return Planes(
        words_of([state.possible for state in states], size),
        words_of([state.possible_strict for state in states], size),
        words_of([state.open_strict for state in states], size),
        opened,
        tags,
    )


def joined(parts: Sequence[Planes]) -> Planes:
    """Return the states of several parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    counts = [each.possible.shape[1] for each in parts]
    tags: dict[int, list[Carried]] = {}
    begin = 0
    for part, count in zip(parts, counts, strict=True):
        for tag, several in part.tags.items():
            for each in several:
                nothing = np.zeros((len(each.sets), 1), dtype=each.sets.dtype)
                places = np.zeros(sum(counts), dtype=np.intp)
                places[begin : begin + count] = each.places + 1
                sets = np.concatenate([nothing, each.sets], axis=1)
                tags.setdefault(tag, []).append(Carried(sets, places))
        begin += count
    return Planes(
        np.concatenate([part.possible for part in parts], axis=1),
        np.concatenate([part.possible_strict for part in parts], axis=1),
        np.concatenate([part.open_strict for part in parts], axis=1),
        np.concatenate([part.opened for part in parts], axis=1),
        tags,
    )


class Clauses:
    """The clauses of many states that are not false in all of them, as one row per clause.

    Args:
        program: The law.
        planes: The clauses of the states as words.
    """

    def __init__(self, program: Program, planes: Planes) -> None:
        self.program = program
        self.book = program.book
        self.count = planes.possible.shape[1]
        self.tags = planes.tags
        possible, strict = bytes_of(planes.possible), bytes_of(planes.possible_strict)
        alive = np.bitwise_or.reduce(possible | strict, axis=1)
        self.active = np.flatnonzero(np.unpackbits(alive, bitorder="little"))
        opened = bytes_of(planes.opened & planes.possible)
        self.plain: Truths = 2 * self._rows(possible) - self._rows(opened)
        self.strict: Truths = 2 * self._rows(strict) - self._rows(bytes_of(planes.open_strict))
        self.rows_of: dict[int, list[int]] = {}
        for row, place in enumerate(self.active.tolist()):
            self.rows_of.setdefault(self.book.clauses[place].variant, []).append(row)

    def carried(self, place: int, *, marks: bool) -> Iterator[tuple[int, NDArray[np.bool_]]]:
        """Yield the tags that a clause carries, and in which states: marks, or facts."""
        for tag, several in self.tags.items():
            if (tag in self.book.mark_tags) == marks:
                for each in several:
                    where = each.at(place)
                    if where is not None:
                        yield tag, where

    def _rows(self, bits: NDArray[np.uint8]) -> Truths:
        shifts = (self.active & 7).astype(np.uint8)
        rows: Truths = bits[self.active >> 3] >> shifts[:, None] & 1
        return rows
