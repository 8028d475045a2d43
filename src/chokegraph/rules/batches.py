# SPDX-License-Identifier: Apache-2.0
"""Read a table of any size in batches: CSV by blocks of whole rows, Parquet by rows.

Memory stays bounded by the batch. For CSV every row keeps the line it starts at, and rows that are
no rows (too few or too many cells, bytes that are no text) are told apart from those that are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import polars as pl

from chokegraph.errors import Finding, FindingsError

ROWS = 500_000
"""Rows of a batch from Parquet."""
AHEAD = 2
"""Batches that are read before they are wanted."""
BLOCK = 16 * 2**20
"""Bytes of a batch from CSV (16 MiB)."""


@dataclass(frozen=True)
class Batch:
    """Some rows of a table.

    Args:
        table: The rows; from CSV all cells are text.
        first: The number of the first row, counted from 1.
        broken: Rows, counted from 0 in this batch, that are no rows, and why.
        line_of: Says for a row of this batch, counted from 0, at which line of the file it
            starts; None where there are no lines.
        whole: Gives all columns of some rows of this batch.
        done: How much of the file is read after this batch, in the unit of `Source.size`.
    """

    table: pl.DataFrame
    first: int
    done: int
    whole: Callable[[list[int]], pl.DataFrame]
    broken: dict[int, str] = field(default_factory=dict)
    line_of: Callable[[int], int | None] = lambda row: None


class Source(Protocol):
    """A table that is read in batches."""

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        ...

    @property
    def size(self) -> int:
        """How much there is to read: bytes or rows."""
        ...

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        """Yield the rows of the wanted columns, batch by batch."""
        ...


def open_source(path: str | Path, *, rows: int = ROWS, block: int = BLOCK) -> Source:
    r"""Return the table in a .csv or .parquet file.

    Raises:
        FindingsError: If the file is missing, is of another kind, or has no header.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = Path(folder.name, "a.csv")
        >>> _ = file.write_text("x,y\n1,2\n3\n")
        >>> batch = next(open_source(file).batches(["x"]))
        >>> batch.table["x"].to_list(), batch.broken, batch.line_of(1)
        (['1', '3'], {1: '1 cell where 2 are expected'}, 3)
        >>> folder.cleanup()
    """
    file = Path(path)
    if not file.is_file():
        message = "the file does not exist" if not file.exists() else "this is no file"
        raise FindingsError([Finding(message, "correct the path", str(path))], title="input")
    kind = file.suffix.lower()
    if kind == ".csv":
        from chokegraph.rules.csv_batches import CsvSource

        return CsvSource(file, block)
    if kind in (".parquet", ".pq"):
        return ParquetSource(file, rows)
    found = Finding(f"'{file.suffix}' is no kind of file that is read", "give .csv or .parquet")
    raise FindingsError([found], title="input")


Prepared = TypeVar("Prepared")


def ahead(
    batches: Iterator[Batch], prepare: Callable[[pl.DataFrame], Prepared]
) -> Iterator[tuple[Batch, Prepared]]:
    """Read the next batches, and prepare them, in two threads while the present one is worked on.

    Args:
        batches: The batches.
        prepare: What the second thread does with the rows of a batch.

    Example:
        >>> batch = Batch(pl.DataFrame({"x": [1]}), 1, 1, lambda rows: pl.DataFrame())
        >>> [(each.first, rows) for each, rows in ahead(iter([batch, batch]), len)]
        [(1, 1), (1, 1)]
    """

    def read() -> Batch | None:
        return next(batches, None)

    def made_ready(found: Future[Batch | None]) -> tuple[Batch, Prepared] | None:
        batch = found.result()
        return None if batch is None else (batch, prepare(batch.table))

    with ThreadPoolExecutor(max_workers=1) as reader, ThreadPoolExecutor(max_workers=1) as preparer:
        waiting: deque[Future[tuple[Batch, Prepared] | None]] = deque()

        def more() -> None:
            waiting.append(preparer.submit(made_ready, reader.submit(read)))

        for _ in range(AHEAD):
            more()
        try:
            while (found := waiting.popleft().result()) is not None:
                more()
                yield found
        finally:
            for each in waiting:
                each.cancel()


class ParquetSource:
    """A Parquet file, read some rows at a time."""

    def __init__(self, file: Path, rows: int) -> None:
        self._rows = rows
        try:
            self._scan = pl.scan_parquet(file)
            self.names = list(self._scan.collect_schema())
            self.size = int(self._scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            reason = str(error).splitlines()[0]
            found = Finding(f"no Parquet file: {reason}", "check the file", str(file))
            raise FindingsError([found], title="input") from None

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        """Yield the rows of the wanted columns, batch by batch."""
        scan = self._scan.select(wanted)
        for start in range(0, self.size, self._rows):
            table = scan.slice(start, self._rows).collect()
            done = start + table.height
            yield Batch(table, start + 1, done, self._whole(start, table.height))

    def _whole(self, start: int, rows: int) -> Callable[[list[int]], pl.DataFrame]:
        return lambda some: self._scan.slice(start, rows).collect()[some]
