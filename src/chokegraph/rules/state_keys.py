# SPDX-License-Identifier: Apache-2.0
"""Two whole numbers for the clauses of each of many states, by which equal states are known."""

from __future__ import annotations

import secrets

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.clauses import Carried, Planes
from chokegraph.rules.words import WIDTH, Words

_HALF, _LESS = np.uint64(32), np.uint64(29)


class StateKeys:
    """Makes keys; states that decide alike for the same reasons have the same.

    Every word is mixed with a factor of its own, drawn here, so that nobody can make states that
    collide; a word without bits adds nothing. Two states are mixed up with a chance of about one
    in 10^27.
    """

    def __init__(self) -> None:
        self._factors: dict[tuple[int, int], tuple[np.uint64, np.uint64]] = {}

    def of(self, planes: Planes, marks: set[int]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return both keys of each state.

        Args:
            planes: The clauses of the states.
            marks: The tags that are marks.
        """
        count = planes.possible.shape[1]
        keys = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.uint64)
        both = planes.possible | planes.possible_strict
        for kind, words in enumerate((planes.possible, planes.possible_strict, planes.open_strict)):
            for place in np.flatnonzero(words.any(axis=1)).tolist():
                self._add(keys, words[place], (-1 - kind, place))
        for tag, several in planes.tags.items():
            mask = both if tag in marks else planes.possible
            for place in _rows(several):
                word = np.bitwise_or.reduce([each.sets[place][each.places] for each in several])
                self._add(keys, word & mask[place], (tag, place))
        return keys

    def _add(
        self,
        keys: tuple[NDArray[np.uint64], NDArray[np.uint64]],
        word: Words,
        name: tuple[int, int],
    ) -> None:
        factors = self._factors.get(name)
        if factors is None:
            one, two = (np.uint64(secrets.randbits(WIDTH) | 1) for _ in range(2))
            factors = self._factors[name] = one, two
        mixed = (word ^ word >> _HALF) * factors[0]
        mixed ^= mixed >> _LESS
        np.add(keys[0], mixed, out=keys[0])
        np.add(keys[1], mixed * factors[1], out=keys[1])


def _rows(several: list[Carried]) -> list[int]:
    """Return the words in which a tag is carried."""
    there = np.logical_or.reduce([each.sets.any(axis=1) for each in several])
    return [int(place) for place in np.flatnonzero(there)]
