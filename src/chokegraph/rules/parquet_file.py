# SPDX-License-Identifier: Apache-2.0
"""Write a Parquet file whose columns come from a few distinct answers.

A writer for any table looks at every cell. Here rows hold the numbers of answers, and an answer's
texts are looked at once: a row costs one look-up in a small table for each column.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph._version import __version__
from chokegraph.rules.parquet_pages import (
    codes_page,
    dictionary_page,
    differences_page,
    texts_page,
    there_page,
)
from chokegraph.rules.thrift import Field, Small, struct

MAGIC = b"PAR1"
_INT32, _INT64, _BYTE_ARRAY = 1, 2, 6
_REQUIRED, _OPTIONAL = 0, 1
_PLAIN, _RLE, _DIFFERENCES, _CODES = 0, 3, 5, 8
_DATA, _DICTIONARY = 0, 2
_STORED, _GZIP = 0, 2
_LARGE = 1 << 14
"""Bytes of a dictionary from which on it is compressed."""
_DAYS = 1 << 16
"""Between the first and the last day of a batch, more are not coded by a dictionary."""


@dataclass(frozen=True)
class Coded:
    """A column of texts that rows have by a key.

    Args:
        words: The texts, each once.
        codes: For each key, the place of its text.
        type: The column's type: Categorical, or String.
    """

    words: Sequence[str]
    codes: NDArray[Any]
    type: pl.DataType

    def texts(self, keys: NDArray[Any]) -> pl.Series:
        """Return the text of each key."""
        words = pl.Series(self.words, dtype=pl.String).cast(self.type)
        return words.gather(self.codes.take(keys))


@dataclass(frozen=True)
class Keyed:
    """Columns that rows have by the same key.

    Args:
        keys: The key of each row.
        columns: Gives the columns, by name; asked when they are written.
    """

    keys: NDArray[Any]
    columns: Callable[[], Mapping[str, Coded]]


@dataclass(frozen=True)
class Block:
    """Some rows of an output.

    Args:
        plain: The columns that differ from row to row: whole numbers, days, texts.
        keyed: Those that rows have by a key.
    """

    plain: pl.DataFrame
    keyed: Sequence[Keyed] = ()

    def frame(self) -> pl.DataFrame:
        """Return all columns as a table."""
        columns = self.plain.get_columns()
        for each in self.keyed:
            columns += [
                column.texts(each.keys).alias(name) for name, column in each.columns().items()
            ]
        return pl.DataFrame(columns)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns' types."""
        keyed = {name: c.type for each in self.keyed for name, c in each.columns().items()}
        return {**self.plain.schema, **keyed}


@dataclass
class _Pages:
    """A column of a row group on its way into the file."""

    kind: int
    encodings: list[int]
    values: int
    data: bytes
    encoding: int
    dictionary: bytes | None = None
    words: int = 0


@dataclass
class ParquetFile:
    """A Parquet file that is written row group by row group.

    Args:
        stream: Where it goes.
        schema: The columns: Int64, Date, Categorical, or String, which may have blanks.
        metadata: Notes that go with it.

    Example:
        >>> stream = io.BytesIO()
        >>> texts = Coded(["no", "yes"], np.array([0, 1]), pl.String())
        >>> block = Block(
        ...     pl.DataFrame({"row": [1, 2, 3]}),
        ...     [Keyed(np.array([1, 0, 1]), lambda: {"licence": texts})],
        ... )
        >>> file = ParquetFile(stream, block.schema)
        >>> file.write(block)
        >>> file.close()
        >>> _ = stream.seek(0)
        >>> pl.read_parquet(stream)["licence"].to_list()
        ['yes', 'no', 'yes']
    """

    stream: IO[bytes]
    schema: Mapping[str, pl.DataType]
    metadata: Mapping[str, str] = field(default_factory=dict)
    _groups: list[dict[int, Field | None]] = field(default_factory=list)
    _rows: int = 0
    _at: int = 0

    def write(self, block: Block) -> None:
        """Add a row group."""
        rows = block.plain.height
        if not rows:
            return
        if not self._at:
            self._put(MAGIC)
        chunks: list[Field] = []
        begin = self._at
        for name in block.plain.columns:
            chunks.append(self._chunk(name, _plain(block.plain[name])))
        for each in block.keyed:
            used, rows_by = _met(each.keys)
            for name, column in each.columns().items():
                pages = _coded(column, used, rows_by)
                if self.schema[name] == pl.String:
                    pages.data = there_page(np.ones(rows, dtype=bool)) + pages.data
                chunks.append(self._chunk(name, pages))
        size = self._at - begin
        self._groups.append({1: chunks, 2: size, 3: rows, 5: begin, 6: size})
        self._rows += rows

    def close(self) -> None:
        """Write the end of the file; the stream stays open."""
        if not self._at:
            self._put(MAGIC)
        arrow = _arrow_schema(self.schema)
        notes: list[Field] = [{1: k, 2: v} for k, v in {**self.metadata, **arrow}.items()]
        columns: list[Field] = [{4: "root", 5: Small(len(self.schema))}]
        columns += [_element(name, kind) for name, kind in self.schema.items()]
        foot = struct(
            {
                1: Small(2),
                2: columns,
                3: self._rows,
                4: list(self._groups),
                5: notes or None,
                6: f"chokegraph {__version__}",
            }
        )
        self._put(foot + len(foot).to_bytes(4, "little") + MAGIC)

    def _put(self, data: bytes) -> None:
        self.stream.write(data)
        self._at += len(data)

    def _chunk(self, name: str, pages: _Pages) -> dict[int, Field | None]:
        """Write a column of a row group; return what the end of the file says of it."""
        begin = self._at
        codec = _STORED
        whole = 0
        dictionary = pages.dictionary
        if dictionary is not None:
            codec = _GZIP if len(dictionary) >= _LARGE else _STORED
            head: dict[int, Field | None] = {1: Small(pages.words), 2: Small(_PLAIN)}
            whole += self._page(_DICTIONARY, {7: head}, dictionary, codec, 1)
        data_at = self._at
        head = {1: Small(pages.values), 2: Small(pages.encoding), 3: Small(_RLE), 4: Small(_RLE)}
        # Codes of many answers have no order that could be made use of: level 0.
        whole += self._page(_DATA, {5: head}, pages.data, codec, 0)
        about: dict[int, Field | None] = {
            1: Small(pages.kind),
            2: [Small(each) for each in pages.encodings],
            3: [name],
            4: Small(codec),
            5: pages.values,
            6: whole,
            7: self._at - begin,
            9: data_at,
            11: begin if dictionary is not None else None,
        }
        return {2: begin, 3: about}

    def _page(
        self, kind: int, more: dict[int, Field | None], data: bytes, codec: int, level: int
    ) -> int:
        """Write a page; return its size before it was compressed."""
        stored = data
        if codec == _GZIP:
            packer = zlib.compressobj(level, wbits=16 + zlib.MAX_WBITS)
            stored = packer.compress(data) + packer.flush()
        head = struct({1: Small(kind), 2: Small(len(data)), 3: Small(len(stored)), **more})
        self._put(head)
        self._put(stored)
        return len(head) + len(data)


def _met(keys: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the keys that occur, in the order in which they do, and each row's place in it.

    So the file does not depend on how keys and texts are numbered.
    """
    first = np.full(int(keys.max()) + 1, keys.size, dtype=np.intp)
    first[keys[::-1]] = np.arange(keys.size - 1, -1, -1)
    there = np.flatnonzero(first < keys.size)
    used = there[np.argsort(first[there])]
    first[used] = np.arange(used.size)
    return used, first.take(keys)


def _coded(column: Coded, used: NDArray[np.intp], rows: NDArray[np.intp]) -> _Pages:
    """Return a column of texts that rows have by the place of their key in `used`."""
    met, places = _met(column.codes.take(used))
    words = [column.words[code] for code in met.tolist()]
    rank = places.astype(np.min_scalar_type(met.size - 1))
    codes = rank.take(rows) if met.size > 1 else np.broadcast_to(rank[:1], rows.size)
    return _Pages(
        _BYTE_ARRAY,
        [_PLAIN, _RLE, _CODES],
        rows.size,
        codes_page(codes, met.size),
        _CODES,
        dictionary_page(words),
        met.size,
    )


def _plain(series: pl.Series) -> _Pages:
    rows = len(series)
    if series.dtype == pl.Int64:
        page = differences_page(series.to_numpy())
        return _Pages(_INT64, [_DIFFERENCES, _RLE], rows, page, _DIFFERENCES)
    if series.dtype == pl.Date:
        return _days(series.to_physical().to_numpy())
    there = there_page(series.is_not_null().to_numpy())
    page = there + texts_page(series)
    return _Pages(_BYTE_ARRAY, [_PLAIN, _RLE], rows, page, _PLAIN)


def _days(days: NDArray[np.int32]) -> _Pages:
    first = int(days.min())
    since = days - np.int32(first)
    if int(days.max()) - first >= _DAYS:
        return _Pages(_INT32, [_PLAIN, _RLE], days.size, days.astype("<i4").tobytes(), _PLAIN)
    met = np.flatnonzero(np.bincount(since))
    rank = np.zeros(int(met[-1]) + 1, dtype=np.min_scalar_type(met.size - 1))
    rank[met] = np.arange(met.size)
    words = (met + first).astype("<i4").tobytes()
    page = codes_page(rank.take(since), met.size)
    return _Pages(_INT32, [_PLAIN, _RLE, _CODES], days.size, page, _CODES, words, met.size)


def _element(name: str, kind: pl.DataType) -> dict[int, Field | None]:
    if kind == pl.Int64:
        return {1: Small(_INT64), 3: Small(_REQUIRED), 4: name}
    if kind == pl.Date:
        return {1: Small(_INT32), 3: Small(_REQUIRED), 4: name, 6: Small(6), 10: {6: {}}}
    blanks = _OPTIONAL if kind == pl.String else _REQUIRED
    return {1: Small(_BYTE_ARRAY), 3: Small(blanks), 4: name, 6: Small(0), 10: {1: {}}}


def _arrow_schema(schema: Mapping[str, pl.DataType]) -> dict[str, str]:
    """Return the note by which Polars and Arrow read categorical columns back as such."""
    stream = io.BytesIO()
    pl.DataFrame(schema=dict(schema)).write_parquet(stream)
    stream.seek(0)
    found = pl.read_parquet_metadata(stream)
    return {name: found[name] for name in ("ARROW:schema",) if name in found}
