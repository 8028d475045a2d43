# SPDX-License-Identifier: Apache-2.0
"""The distinct cells of a column, each read once for a whole file."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from chokegraph.rules.cells import CellError, read_cell
from chokegraph.rules.layout import Column
from chokegraph.rules.values import Value
from chokegraph.rules.vectors import coded_values


class DistinctCells:
    """The distinct cells of a column: numbered by Polars, each read once for the whole file.

    Args:
        column: The column.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.layout import layout
        >>> cells = DistinctCells(layout(load_law())["destination"])
        >>> codes = pl.Series(["China", "cn", "Nowhere"]).cast(cells.type).to_physical()
        >>> cells.read()
        >>> cells.values.gather(codes).to_list(), [row for row, _ in cells.wrong_rows(codes)]
        (['CN', 'CN', None], [2])
    """

    def __init__(self, column: Column) -> None:
        self.column = column
        self.start()

    def start(self) -> None:
        """Forget what was read."""
        self._categories = pl.Categories.random()
        self.type = pl.Categorical(self._categories)
        # The numbers of categories last as long as a column uses them: this one does.
        self._kept = pl.Series([""]).cast(self.type)
        self.each: list[Value] = []
        self.wrong: dict[int, str] = {}
        self.values = pl.Series([], dtype=pl.String)

    def read(self) -> None:
        """Read the cells that are new."""
        words = self._categories.to_series()
        if len(words) == len(self.each):
            return
        for word in words[len(self.each) :].to_list():
            value = _attempt(word, self.column)
            if isinstance(value, CellError):
                self.wrong[len(self.each)] = str(value)
                value = None
            self.each.append(value)
        if self.column.type != "number":
            self.values = coded_values(self.each, self.column.type)

    def wrong_rows(self, codes: pl.Series) -> Iterator[tuple[int, str]]:
        """Yield the rows whose cell cannot be read, and why."""
        if self.wrong:
            odd = codes.is_in(pl.Series(list(self.wrong), dtype=codes.dtype).implode())
            for at in odd.fill_null(value=False).arg_true().to_list():
                yield at, self.wrong[codes[at]]


def _attempt(word: str, column: Column) -> Value | CellError:
    try:
        return read_cell(word, column)
    except CellError as error:
        return error
