# SPDX-License-Identifier: Apache-2.0
"""Tables of codes: one column for a fact, or for several facts with few codes each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.codebooks import BYTE, CodeBook, Codes
from chokegraph.rules.values import Value

_LONGEST = 16 * BYTE
"""How many codes the first pack may have; later ones have those of a byte."""


@dataclass(frozen=True)
class Column:
    """Codes of one fact, or of several with few codes each, packed together.

    Args:
        facts: The facts, the fastest-changing digit first.
        books: Their code books.
        sizes: How many codes each has in the packing; () if it is one fact.
        codes: One code per row.
    """

    facts: tuple[str, ...]
    books: tuple[CodeBook, ...]
    sizes: tuple[int, ...]
    codes: Codes

    def values(self, code: int) -> tuple[Value, ...]:
        """Return the values of the facts that a code stands for."""
        if not self.sizes:
            return (self.books[0].value(code),)
        values = []
        for book, size in zip(self.books, self.sizes, strict=True):
            code, digit = divmod(code, size)
            values.append(book.value(digit))
        return tuple(values)


@dataclass(frozen=True)
class Encoded:
    """A table of facts as codes, ready to be decided under any law with the same thresholds.

    Args:
        rows: The number of rows.
        days: The day of each row, as days since 1970.
        columns: The facts that differ from row to row.
        constants: The facts that are the same in every row; all others are unknown.
    """

    rows: int
    days: NDArray[np.int32]
    columns: tuple[Column, ...]
    constants: Mapping[str, Value]

    @property
    def key(self) -> Hashable:
        """What the codes rest on; equal keys mean that codes mean the same."""
        columns = tuple(
            (each.facts, tuple(map(id, each.books)), each.sizes) for each in self.columns
        )
        # True and 1.0 are equal, but not the same value of a fact.
        constants = ((name, type(value), value) for name, value in self.constants.items())
        return columns, frozenset(constants)

    def slice(self, start: int, stop: int) -> Encoded:
        """Return some of the rows."""
        columns = tuple(
            Column(each.facts, each.books, each.sizes, each.codes[start:stop])
            for each in self.columns
        )
        days = self.days[start:stop]
        return Encoded(len(days), days, columns, self.constants)


def packed(columns: list[Column]) -> Iterable[Column]:
    """Pack columns with few codes together; the shortest ones into one column of two bytes."""
    small: list[Column] = []
    for each in columns:
        if _room_for(each.books[0]) ** 2 <= BYTE:
            small.append(each)
        else:
            yield each
    small.sort(key=lambda each: _room_for(each.books[0]))
    open_: list[Column] = []
    room = _LONGEST
    for each in small:
        size = _room_for(each.books[0])
        if size > room:
            yield _pack(open_)
            open_, room = [], BYTE
        open_.append(each)
        room //= size
    if open_:
        yield _pack(open_)


def _room_for(book: CodeBook) -> int:
    """Return how many codes are allowed for: a book of texts may still grow a little."""
    if book.fixed:
        return book.size
    return max(8, 1 << (book.size - 1).bit_length())


def _pack(columns: list[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    sizes = tuple(_room_for(each.books[0]) for each in columns)
    codes = columns[-1].codes.astype(np.uint8 if prod(sizes) <= BYTE else np.uint16, copy=True)
    for each, size in zip(reversed(columns[:-1]), reversed(sizes[:-1]), strict=True):
        np.multiply(codes, size, out=codes)
        np.add(codes, each.codes, out=codes, casting="unsafe")
    facts = tuple(each.facts[0] for each in columns)
    return Column(facts, tuple(each.books[0] for each in columns), sizes, codes)
