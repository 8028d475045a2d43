# SPDX-License-Identifier: Apache-2.0
"""CSV of any size by blocks of whole rows, each row with the line that it starts at."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.batches import Batch

LARGEST_ROW = 8 * 2**20
"""Bytes that one row of CSV may have; more means a quote that is not closed."""
EXTRA = "__more__"
_COMMA, _QUOTE, _NEWLINE = b",", b'"', b"\n"


class CsvSource:
    """A CSV file in UTF-8, read a block of whole rows at a time."""

    def __init__(self, file: Path, block: int) -> None:
        self._file = file
        self._block = block
        self.size = file.stat().st_size
        with file.open("rb") as stream:
            head = stream.read(len(codecs.BOM_UTF8))
            if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                self._refuse("the file is encoded in UTF-16", "save it as UTF-8")
            self._start = len(head) if head == codecs.BOM_UTF8 else 0
            stream.seek(self._start)
            first = stream.readline(LARGEST_ROW)
        try:
            cells = next(csv.reader(io.StringIO(first.decode("utf-8"))), [])
        except (UnicodeDecodeError, csv.Error):
            self._refuse("the header is no text in UTF-8", "save it as UTF-8")
        self.names = [cell.strip() for cell in cells]
        if not any(self.names):
            self._refuse("the file has no header", "add a line with the columns' names")
        if len(cells) == 1 and any(mark in cells[0] for mark in ";\t"):
            self._refuse("the cells are not divided by commas", "save as CSV with commas")
        repeated = sorted({name for name in self.names if self.names.count(name) > 1})
        if repeated:
            self._refuse(f"the column '{repeated[0]}' is there twice", "rename or delete one")
        self._start += len(first)

    def _refuse(self, message: str, fix: str, line: int = 1) -> NoReturn:
        raise FindingsError([Finding(message, fix, str(self._file), line)], title="input")

    def batches(self, wanted: list[str]) -> Iterator[Batch]:
        """Yield the rows of the wanted columns, batch by batch."""
        line, row, done = 2, 1, self._start
        with self._file.open("rb") as stream:
            stream.seek(self._start)
            for block in self._blocks(stream):
                batch = _parse(block, self.names, line, row)
                done += len(block)
                line += block.count(_NEWLINE)
                row += batch.table.height
                yield Batch(
                    batch.table.select(wanted),
                    batch.first,
                    done,
                    batch.whole,
                    batch.broken,
                    batch.line_of,
                )

    def _blocks(self, stream: IO[bytes]) -> Iterator[bytes]:
        """Yield blocks of whole rows: cut at a line's end outside of quotes."""
        rest = b""
        while more := stream.read(self._block):
            rest += more
            cut = _last_row_end(rest)
            if cut:
                yield rest[:cut]
                rest = rest[cut:]
            elif len(rest) > LARGEST_ROW + self._block:
                # A quote is not closed, or stands inside of a cell: read on behind this line.
                cut = rest.rfind(_NEWLINE) + 1 or len(rest)
                yield rest[:cut]
                rest = rest[cut:]
        if rest.strip():
            yield rest


def _last_row_end(text: bytes) -> int:
    """Return where the last whole row ends; 0 if there is none."""
    end = text.rfind(_NEWLINE) + 1
    odd = text.count(_QUOTE, 0, end) % 2
    while end and odd:
        before = text.rfind(_NEWLINE, 0, end - 1) + 1
        odd = (odd + text.count(_QUOTE, before, end)) % 2
        end = before
    return end


def _parse(block: bytes, names: list[str], line: int, row: int) -> Batch:
    try:
        block.decode("utf-8")
        text = block
    except UnicodeDecodeError:
        text = block.decode("utf-8", "replace").encode("utf-8")
    starts, commas, blank = _shape(text)
    header = (",".join(f'"{n}"' for n in range(len(names))) + f',"{EXTRA}"\n').encode()
    try:
        table = pl.read_csv(
            io.BytesIO(header + text), infer_schema=False, truncate_ragged_lines=True
        ).drop(EXTRA)
    except pl.exceptions.ComputeError:
        return _parse_slowly(text, names, line, row)
    table.columns = list(names)
    if table.height != starts.size:
        return _parse_slowly(text, names, line, row)
    broken: dict[int, str] = {}
    for at in np.flatnonzero((commas != len(names) - 1) & ~blank).tolist():
        count = int(commas[at]) + 1
        broken[at] = f"{count} cell{'s' if count != 1 else ''} where {len(names)} are expected"
    if text is not block:
        for name in names:
            odd = table[name].str.contains("\ufffd", literal=True).fill_null(value=False)
            for at in odd.arg_true().to_list():
                broken.setdefault(at, "bytes that are no text in UTF-8")
    if blank.any():
        kept = np.flatnonzero(~blank)
        table = table[kept]
        place = {int(old): new for new, old in enumerate(kept)} if broken else {}
        broken = {place[at]: why for at, why in broken.items()}
        starts = starts[kept]
    return Batch(
        table,
        row,
        0,
        lambda some: table[some],
        broken,
        lambda at: line + text.count(_NEWLINE, 0, int(starts[at])),
    )


def _parse_slowly(text: bytes, names: list[str], line: int, row: int) -> Batch:
    """Read rows one by one: for blocks with a stray quote inside of a cell."""
    reader = csv.reader(io.StringIO(text.decode("utf-8"), newline=""))
    rows: list[list[str | None]] = []
    lines: list[int] = []
    broken: dict[int, str] = {}
    start = line
    for cells in reader:
        if cells:
            if len(cells) != len(names):
                count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
                broken[len(rows)] = f"{count} where {len(names)} are expected"
            elif any("\ufffd" in cell for cell in cells):
                broken[len(rows)] = "bytes that are no text in UTF-8"
            padded = [*cells, *[""] * len(names)][: len(names)]
            rows.append([cell or None for cell in padded])
            lines.append(start)
        start = line + reader.line_num
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return Batch(table, row, 0, lambda some: table[some], broken, lambda at: lines[at])


def _shape(text: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where each row starts, how many commas divide it, and whether it is blank."""
    if not text.endswith(_NEWLINE):
        text += _NEWLINE
    letters = np.frombuffer(text, dtype=np.uint8)
    ends = letters == ord(_NEWLINE)
    commas = letters == ord(_COMMA)
    quotes = letters == ord(_QUOTE)
    if quotes.any():
        # The sum wraps at 256, which keeps odd and even apart.
        outside = (np.cumsum(quotes, dtype=np.uint8) & 1) == 0
        ends &= outside
        commas &= outside
    last = np.flatnonzero(ends)
    starts = np.concatenate(([0], last[:-1] + 1)) if last.size else last
    at = np.flatnonzero(commas)
    count = np.diff(np.searchsorted(at, last), prepend=0)
    length = last - starts
    returns = letters[np.minimum(starts, letters.size - 1)] == ord("\r")
    return starts, count, (length == 0) | ((length == 1) & returns)
