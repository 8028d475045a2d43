# SPDX-License-Identifier: Apache-2.0
"""CSV of any size by blocks of whole rows, each row with the line that it starts at."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.batches import Batch
from chokegraph.rules.csv_rows import (
    LARGEST_ROW,
    LEAST_CELLS,
    NO_TEXT,
    WHOLE_ROWS,
    Rows,
    cell_count,
    read_rows,
)

EXTRA = "__more__"
_QUOTE, _NEWLINE = b'"', b"\n"
_MARK, _DIVIDER, _LINE_END, _RETURN = b'",\n\r'
_PIECE = 1 << 17
"""Bytes that are looked at together."""


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
        rest, ended = b"", False
        with self._file.open("rb") as stream:
            stream.seek(self._start)
            while not ended:
                more = stream.read(self._block)
                ended = not more
                rest += more
                if ended and not rest.strip():
                    return
                batch, used = _parse(rest, self.names, line, row, ended=ended)
                if not used:
                    continue
                done += used
                line += rest.count(_NEWLINE, 0, used)
                row += batch.table.height
                rest = rest[used:]
                yield replace(batch, table=batch.table.select(wanted), done=done)


def _last_row_end(text: bytes) -> int:
    """Return where the last whole row ends; 0 if there is none."""
    end = text.rfind(_NEWLINE) + 1
    odd = text.count(_QUOTE, 0, end) % 2
    while end and odd:
        before = text.rfind(_NEWLINE, 0, end - 1) + 1
        odd = (odd + text.count(_QUOTE, before, end)) % 2
        end = before
    return end


def _parse(text: bytes, names: list[str], line: int, row: int, *, ended: bool) -> tuple[Batch, int]:
    """Return the whole rows at the beginning of a text, and how many bytes they take."""
    cut = len(text) if ended else _last_row_end(text)
    if cut and (batch := _parse_quickly(text[:cut], names, line, row)) is not None:
        return batch, cut
    if not cut and not ended and len(text) <= LARGEST_ROW:
        return _slow_batch(Rows(len(names)), text, names, line, row), 0
    rows = read_rows(text, len(names), ended=ended)
    return _slow_batch(rows, text, names, line, row), rows.used


def _parse_quickly(block: bytes, names: list[str], line: int, row: int) -> Batch | None:
    """Read whole rows at once; None if quotes stand where no cell begins or ends."""
    text = block
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("utf-8", "replace").encode("utf-8")
    shape = _shape(text, len(names))
    if shape is None:
        return None
    starts, commas, blank = shape.starts, shape.commas, shape.blank
    header = (",".join(f'"{n}"' for n in range(len(names))) + f',"{EXTRA}"\n').encode()
    try:
        table = pl.read_csv(
            io.BytesIO(header + text), infer_schema=False, truncate_ragged_lines=True
        ).drop(EXTRA)
    except pl.exceptions.PolarsError:
        return None
    table.columns = list(names)
    if table.height != starts.size:
        return None
    broken: dict[int, str] = {}
    for at in np.flatnonzero((commas != len(names) - 1) & ~blank).tolist():
        broken[at] = cell_count(int(commas[at]) + 1, len(names))
    for at in shape.swallowing:
        broken[at] = WHOLE_ROWS
    if text is not block:
        for name in names:
            odd = table[name].str.contains("\ufffd", literal=True).fill_null(value=False)
            for at in odd.arg_true().to_list():
                broken.setdefault(at, NO_TEXT)
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


def _slow_batch(rows: Rows, text: bytes, names: list[str], line: int, row: int) -> Batch:
    table = rows.table(names)
    return Batch(
        table,
        row,
        0,
        lambda some: table[some],
        rows.broken,
        lambda at: line + text.count(_NEWLINE, 0, rows.starts[at]),
    )


@dataclass(frozen=True)
class _Shape:
    """How a text divides into rows.

    Args:
        starts: Where each row starts.
        commas: How many commas divide it.
        blank: Whether it is a blank line.
        swallowing: Rows with a cell that holds a line which looks like a row.
    """

    starts: np.ndarray
    commas: np.ndarray
    blank: np.ndarray
    swallowing: list[int]


def _shape(text: bytes, width: int) -> _Shape | None:
    """Return how a text divides into rows; None if its quotes do not tell for certain."""
    if not text.endswith(_NEWLINE):
        text += _NEWLINE
    letters = np.frombuffer(text, dtype=np.uint8)
    found_ends, found_commas = [], []
    quoted = _QUOTE in text
    odd, several = False, False
    # Pieces that fit into a core's cache take half the time of the whole.
    for start in range(0, letters.size, _PIECE):
        piece = letters[start : start + _PIECE]
        ends, commas = piece == _LINE_END, piece == _DIVIDER
        if quoted:
            marks = piece == _MARK
            inside = np.logical_xor.accumulate(marks)
            if odd:
                np.logical_not(inside, out=inside)
            odd = bool(inside[-1])
            around = letters[max(start - 1, 0) : start + _PIECE + 1]
            if not _sound(marks, inside, around, first=not start):
                return None
            several = several or bool((ends & inside).any())
            # For booleans "greater" is "and not".
            np.greater(ends, inside, out=ends)
            np.greater(commas, inside, out=commas)
        found_ends.append(np.flatnonzero(ends) + start)
        found_commas.append(np.flatnonzero(commas) + start)
    if odd:
        return None
    last, at = np.concatenate(found_ends), np.concatenate(found_commas)
    starts = np.concatenate(([0], last[:-1] + 1)) if last.size else last
    count = np.diff(np.searchsorted(at, last), prepend=0)
    length = last - starts
    empty = letters[np.minimum(starts, letters.size - 1)] == _RETURN
    blank = (length == 0) | ((length == 1) & empty)
    swallowing = _swallowing(letters, last, at, width) if several else []
    return _Shape(starts, count, blank, swallowing)


def _sound(marks: np.ndarray, inside: np.ndarray, around: np.ndarray, *, first: bool) -> bool:
    """Return whether every quote of a piece opens a cell, closes one, or stands twice in one.

    Args:
        marks: Where the piece has a quote.
        inside: Where an odd number of quotes has been met, one at the place included.
        around: The letters of the piece and the one on either side.
        first: Whether nothing is before the piece.
    """
    edges = (around == _LINE_END) | (around == _DIVIDER) | (around == _MARK)
    opening = marks & inside
    before = edges[: marks.size - 1] if first else edges[: marks.size]
    if np.greater(opening[1:] if first else opening, before).any():
        return False
    edges |= around == _RETURN
    closing = np.greater(marks, inside)
    behind = edges[1:] if first else edges[2:]
    return not np.greater(closing[: behind.size], behind).any()


def _swallowing(letters: np.ndarray, last: np.ndarray, commas: np.ndarray, width: int) -> list[int]:
    """Return the rows with a cell of several lines of which one looks like a row.

    Args:
        letters: The text.
        last: Where rows end.
        commas: Where commas divide cells.
        width: How many cells a row has.
    """
    if width < LEAST_CELLS:
        return []
    lines = np.flatnonzero(letters == _LINE_END)
    within = np.setdiff1d(np.flatnonzero(letters == _DIVIDER), commas, assume_unique=True)
    inner = np.setdiff1d(lines, last, assume_unique=True)
    after = lines[np.searchsorted(lines, inner, side="right")]
    inside = np.searchsorted(within, after) - np.searchsorted(within, inner)
    rows = np.searchsorted(last, inner[inside == width - 1])
    return sorted(set(rows.tolist()))
