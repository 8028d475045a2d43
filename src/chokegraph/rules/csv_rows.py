# SPDX-License-Identifier: Apache-2.0
"""CSV read row by row: for text with quotes that a quick reader would take wrongly.

A quote opens a cell only at its beginning and closes it only at its end; elsewhere it is a letter
like others (`5" disk`). A quote that is opened and not closed spoils the line that it stands on and
no other: that line is a broken row, and reading goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

LARGEST_ROW = 8 * 2**20
"""Bytes that one row of CSV may have; more means a quote that is not closed."""
LEAST_CELLS = 4
"""Columns from which on a line inside a cell with as many cells as a row is taken for a row."""
NOT_CLOSED = "a quote is not closed"
WHOLE_ROWS = "a cell holds a whole row of its own; is a quote not closed, and another too many?"
NO_TEXT = "bytes that are no text in UTF-8"
_COMMA, _QUOTE, _NEWLINE = b",", b'"', b"\n"


@dataclass
class Rows:
    """Rows read one by one.

    Args:
        width: How many cells a row has.
        cells: The cells, row by row.
        starts: The byte at which each row begins.
        broken: For rows that are no rows: why.
        used: How many bytes are read; behind them stands a row that has not ended.
    """

    width: int
    cells: list[list[str | None]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)
    used: int = 0

    def add(self, start: int, cells: list[bytes], wrong: str = "") -> None:
        """Add a row."""
        texts = [cell.decode("utf-8", "replace") for cell in cells]
        wrong = wrong or cell_count(len(texts), self.width)
        if not wrong and any("\ufffd" in text for text in texts):
            wrong = NO_TEXT
        if wrong:
            self.broken[len(self.cells)] = wrong
        padded = [*texts, *[""] * self.width][: self.width]
        self.cells.append([text or None for text in padded])
        self.starts.append(start)

    def table(self, names: list[str]) -> pl.DataFrame:
        """Return the rows as a table of texts."""
        return pl.DataFrame(self.cells, schema=dict.fromkeys(names, pl.String), orient="row")


def cell_count(count: int, width: int) -> str:
    """Return what is wrong with a row's number of cells; "" if it is right."""
    if count == width:
        return ""
    return f"{count} cell{'s' if count != 1 else ''} where {width} are expected"


def read_rows(text: bytes, width: int, *, ended: bool) -> Rows:
    r"""Read rows one by one.

    Args:
        text: Rows; the last may be there in part.
        width: How many cells a row has.
        ended: Whether the file ends with this text; if not, a last row that has not ended is left.

    Example:
        >>> rows = read_rows(b'1,"open\n2,b\n3,"c\nd"\n', 2, ended=True)
        >>> rows.cells, rows.broken
        ([['1', '"open'], ['2', 'b'], ['3', 'c\nd']], {0: 'a quote is not closed'})
    """
    rows = Rows(width)
    at = 0
    while at < len(text):
        end = text.find(_NEWLINE, at)
        if end < 0:
            if not ended and len(text) - at <= LARGEST_ROW:
                break
            end = len(text)
        line = text[at:end].removesuffix(b"\r")
        if _QUOTE not in line:
            if line:
                rows.add(at, line.split(_COMMA))
        else:
            may_go_on = not ended and len(text) - at <= LARGEST_ROW
            found = _quoted_row(text, at)
            if may_go_on and (_may_close(text, at) if found is None else found[1] == len(text)):
                break
            if found is None:
                rows.add(at, line.split(_COMMA), NOT_CLOSED)
            else:
                cells, end = found
                rows.add(at, cells, WHOLE_ROWS if _swallows(cells, width) else "")
        at = rows.used = min(end + 1, len(text))
    return rows


def _swallows(cells: list[bytes], width: int) -> bool:
    """Return whether a cell of several lines holds a line that looks like a row."""
    return width >= LEAST_CELLS and any(
        line.count(_COMMA) == width - 1 for cell in cells for line in cell.split(_NEWLINE)[1:]
    )


def _may_close(text: bytes, at: int) -> bool:
    """Return whether a row that is open at the end of the text may be closed by what follows."""
    return _quoted_row(text[at:] + _QUOTE, 0) is not None


def _quoted_row(text: bytes, at: int) -> tuple[list[bytes], int] | None:
    """Return the cells of a row and where it ends; None if a quote in it is not closed."""
    cells: list[bytes] = []
    while True:
        cell = b""
        if text.startswith(_QUOTE, at):
            closed = _closing(text, at)
            if closed is None:
                return None
            cell = text[at + 1 : closed].replace(b'""', _QUOTE)
            at = closed + 1
        end = text.find(_NEWLINE, at)
        end = len(text) if end < 0 else end
        comma = text.find(_COMMA, at, end)
        if comma >= 0:
            cells.append(cell + text[at:comma])
            at = comma + 1
            continue
        cells.append(cell + text[at:end].removesuffix(b"\r"))
        return cells, end


def _closing(text: bytes, opened: int) -> int | None:
    """Return where the quote that closes a cell stands; None if none does."""
    at = opened + 1
    while (at := text.find(_QUOTE, at)) >= 0:
        behind = text[at + 1 : at + 2]
        if behind == _QUOTE:
            at += 2
            continue
        # Behind a quote on another line that has text behind it, a cell cannot have ended: that
        # quote opens a cell of another row, and the first one was never closed.
        if behind not in (b"", _COMMA, b"\r", _NEWLINE) and _NEWLINE in text[opened:at]:
            return None
        return at
    return None
