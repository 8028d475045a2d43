# SPDX-License-Identifier: Apache-2.0
"""Write what is decided: batch by batch into temporary files that are renamed at the end."""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

import polars as pl

from chokegraph.rules.parquet_file import Block, ParquetFile

NOTICE = "Not legal advice."
WAITING = 2
"""Batches that may wait for the writer, so that memory stays bounded."""
SECONDS = 1
"""How long to wait for the writer before looking whether it has failed."""
_LETTERS = 4
"""Random bytes in the name of a temporary file, so that it is nobody else's."""


class Writer(Protocol):
    """Takes batches, then is finished and put in its place, or given up."""

    def write(self, block: Block) -> None:
        """Write a batch."""
        ...

    def finish(self) -> None:
        """Write what is left. The file does not have its name yet."""
        ...

    def place(self) -> None:
        """Give the file its name."""
        ...

    def give_up(self) -> None:
        """Leave nothing behind."""
        ...


class Part:
    """A file under a name of its own, until it is whole and gets the one that is wanted.

    Args:
        path: The name that is wanted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{secrets.token_hex(_LETTERS)}.part")
        self._opened = False

    def open(self) -> IO[bytes]:
        """Make the file."""
        stream = self.temporary.open("xb")
        self._opened = True
        return stream

    def place(self) -> None:
        """Give the file its name."""
        if self._opened:
            self.temporary.replace(self.path)

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self._opened:
            self.temporary.unlink(missing_ok=True)


def open_writer(path: Path) -> Writer:
    """Return the writer for a .csv or .parquet file."""
    return CsvWriter(path) if path.suffix.lower() == ".csv" else ParquetWriter(path)


class CsvWriter:
    """A CSV file in UTF-8, one header."""

    def __init__(self, path: Path) -> None:
        self.part = Part(path)
        self._stream: IO[bytes] | None = None

    def write(self, block: Block) -> None:
        """Write a batch."""
        self.write_frame(block.frame())

    def write_frame(self, batch: pl.DataFrame) -> None:
        """Write a batch that is a table."""
        first = self._stream is None
        if self._stream is None:
            self._stream = self.part.open()
        batch.write_csv(self._stream, include_header=first)

    def finish(self) -> None:
        """Write what is left. The file does not have its name yet."""
        if self._stream is not None:
            self._stream.close()

    def place(self) -> None:
        """Give the file its name."""
        self.part.place()

    def give_up(self) -> None:
        """Leave nothing behind."""
        # Where the disk is full, closing fails as writing did; that was said already.
        with suppress(OSError):
            self.finish()
        self.part.give_up()


class ParquetWriter:
    """A Parquet file, written in a thread of its own while the next batch is decided."""

    def __init__(self, path: Path) -> None:
        self.part = Part(path)
        self._queue: queue.Queue[Block | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._given_up = False

    def write(self, block: Block) -> None:
        """Write a batch."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        self._put(block)

    def _put(self, block: Block | None) -> None:
        while self._failure is None:
            try:
                self._queue.put(block, timeout=SECONDS)
            except queue.Full:
                continue
            return
        raise self._failure

    def _run(self) -> None:
        about = {"notice": NOTICE, "written by": "chokegraph determine"}
        file: ParquetFile | None = None
        try:
            with self.part.open() as stream:
                while (block := self._queue.get()) is not None:
                    if self._given_up:
                        continue
                    file = file or ParquetFile(stream, block.schema, about)
                    file.write(block)
                if file is not None:
                    file.close()
        except BaseException as error:
            self._failure = error

    def finish(self) -> None:
        """Write what is left. The file does not have its name yet."""
        if self._thread is None:
            return
        self._put(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def place(self) -> None:
        """Give the file its name."""
        self.part.place()

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._given_up = True
        # The thread may fail while the queue is full: then nobody would ever make room in it.
        while self._thread is not None and self._thread.is_alive():
            with suppress(queue.Full):
                self._queue.put(None, timeout=SECONDS)
                self._thread.join()
        self.part.give_up()


class Rejects:
    """The rows that cannot be read: their columns as they came, number, line, and the reasons.

    Args:
        path: The file; None if none is wanted. If it is there, it is one that may go.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self._writer = CsvWriter(path) if path is not None else None
        self._old = path is not None and path.exists()

    @property
    def written(self) -> Path | None:
        """The file as it is now, under whatever name; None if nothing was rejected into one."""
        return self._writer.part.temporary if self._writer is not None and self.count else None

    def add(
        self,
        rows: pl.DataFrame,
        numbers: list[int],
        lines: list[int | None],
        reasons: list[list[str]],
    ) -> None:
        """Add rows of a batch.

        Args:
            rows: The rows.
            numbers: Their numbers in the input, from 1 behind the header: Parquet has no lines.
            lines: The lines of the file at which they start; None where there are none.
            reasons: What is wrong with each.
        """
        self.count += rows.height
        if self._writer is None or not rows.height:
            return
        texts = rows.select(
            (
                pl.col(name).cast(pl.List(pl.String)).list.join(";")
                if isinstance(kind, pl.List)
                else pl.col(name).cast(pl.String)
            )
            for name, kind in rows.schema.items()
        )
        self._writer.write_frame(
            texts.with_columns(
                pl.Series("rejected_row", numbers, dtype=pl.Int64),
                pl.Series("rejected_line", lines, dtype=pl.Int64),
                pl.Series("rejected_because", ["; ".join(each) for each in reasons]),
            )
        )

    def finish(self) -> None:
        """Write what is left. The file does not have its name yet."""
        if self._writer is not None:
            self._writer.finish()

    def place(self) -> None:
        """Give the file its name; an older one goes when nothing was rejected."""
        if self._writer is None or self.path is None:
            return
        if self.count:
            self._writer.place()
        elif self._old:
            self.path.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            self._writer.give_up()


class Note:
    """The note that goes with an output: what it is, from what, by which law.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._part = Part(path)

    def write(self, content: Mapping[str, Any]) -> None:
        """Write it, not under its name yet."""
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        with self._part.open() as stream:
            stream.write(text.encode())

    def place(self) -> None:
        """Give the file its name."""
        self._part.place()

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._part.give_up()
