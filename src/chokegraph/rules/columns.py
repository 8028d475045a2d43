# SPDX-License-Identifier: Apache-2.0
"""Tables of codes: one column for a fact, or for several facts with few codes each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chokegraph.rules.codebooks import BYTE, CodeBook, Codes
from chokegraph.rules.values import Value

_PACKED = BYTE
"""Columns with few codes are packed together as long as their codes fit into one byte."""


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
    """Pack columns whose codes are few and fixed."""
    small = []
    for each in columns:
        book = each.books[0]
        if book.fixed and book.size**2 <= _PACKED:
            small.append(each)
        else:
            yield each
    small.sort(key=lambda each: each.books[0].size)
    open_: list[Column] = []
    room = _PACKED
    for each in small:
        if each.books[0].size > room:
            yield _pack(open_)
            open_, room = [], _PACKED
        open_.append(each)
        room //= each.books[0].size
    if open_:
        yield _pack(open_)


def _pack(columns: list[Column]) -> Column:
    if len(columns) == 1:
        return columns[0]
    sizes = tuple(each.books[0].size for each in columns)
    codes = columns[-1].codes.astype(np.uint8, copy=True)
    for each, size in zip(reversed(columns[:-1]), reversed(sizes[:-1]), strict=True):
        codes *= size
        codes += each.codes
    facts = tuple(each.facts[0] for each in columns)
    return Column(facts, tuple(each.books[0] for each in columns), sizes, codes)
