# SPDX-License-Identifier: Apache-2.0
"""Write what is decided: batch by batch into temporary files that are renamed at the end."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Protocol

import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.parquet_file import Block, ParquetFile

NOTICE = "Not legal advice."
WAITING = 2
"""Batches that may wait for the writer, so that memory stays bounded."""
SECONDS = 1
"""How long to wait for the writer before looking whether it has failed."""


class Writer(Protocol):
    """Takes batches, then is closed for good or given up."""

    def write(self, block: Block) -> None:
        """Write a batch."""
        ...

    def close(self) -> None:
        """Finish the file and give it its name."""
        ...

    def give_up(self) -> None:
        """Leave nothing behind."""
        ...


def temporary(path: Path) -> Path:
    """Return the name that a file has while it is written."""
    return path.with_name(f".{path.name}.part")


def check_target(path: Path, source: Path) -> None:
    """Refuse an output that cannot be written, or that is the input.

    Raises:
        FindingsError: If so.
    """
    found = None
    if path.suffix.lower() not in (".csv", ".parquet", ".pq"):
        found = Finding(f"'{path.suffix}' is no kind of output", "end in .csv or .parquet")
    elif path.exists() and source.exists() and path.samefile(source):
        found = Finding("the output is the input", "give another name", str(path))
    elif not path.parent.is_dir():
        found = Finding("the folder does not exist", "make it", str(path.parent))
    elif path.is_dir():
        found = Finding("this is a folder", "give the name of a file", str(path))
    if found is not None:
        raise FindingsError([found], title="output")


def open_writer(path: Path) -> Writer:
    """Return the writer for a .csv or .parquet file."""
    return CsvWriter(path) if path.suffix.lower() == ".csv" else ParquetWriter(path)


class CsvWriter:
    """A CSV file in UTF-8, one header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[bytes] | None = None

    def write(self, block: Block) -> None:
        """Write a batch."""
        self.write_frame(block.frame())

    def write_frame(self, batch: pl.DataFrame) -> None:
        """Write a batch that is a table."""
        if self._stream is None:
            self._stream = temporary(self.path).open("wb")
            batch.write_csv(self._stream)
        else:
            batch.write_csv(self._stream, include_header=False)

    def close(self) -> None:
        """Finish the file and give it its name."""
        if self._stream is not None:
            self._stream.close()
            temporary(self.path).replace(self.path)

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self._stream is not None:
            self._stream.close()
        temporary(self.path).unlink(missing_ok=True)


class ParquetWriter:
    """A Parquet file, written in a thread of its own while the next batch is decided."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
            with temporary(self.path).open("wb") as stream:
                while (block := self._queue.get()) is not None:
                    if self._given_up:
                        continue
                    file = file or ParquetFile(stream, block.schema, about)
                    file.write(block)
                if file is not None:
                    file.close()
        except BaseException as error:
            self._failure = error

    def close(self) -> None:
        """Finish the file and give it its name."""
        if self._thread is None:
            return
        self._put(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        temporary(self.path).replace(self.path)

    def give_up(self) -> None:
        """Leave nothing behind."""
        self._given_up = True
        if self._thread is not None and self._failure is None:
            self._queue.put(None)
            self._thread.join()
        temporary(self.path).unlink(missing_ok=True)


class Rejects:
    """The rows that cannot be read: their columns as they came, their line, and the reasons."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self._writer = CsvWriter(path) if path is not None else None

    def add(self, rows: pl.DataFrame, lines: list[int | None], reasons: list[list[str]]) -> None:
        """Add rows of a batch."""
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
                pl.Series("rejected_line", lines, dtype=pl.Int64),
                pl.Series("rejected_because", ["; ".join(each) for each in reasons]),
            )
        )

    def close(self) -> None:
        """Finish the file; an older one of that name goes when nothing was rejected."""
        if self._writer is None or self.path is None:
            return
        if self.count:
            self._writer.close()
        else:
            self.path.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            self._writer.give_up()


def write_about(path: Path, content: Mapping[str, Any]) -> None:
    """Write the note that goes with an output: what it is, from what, by which law."""
    part = temporary(path)
    part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)
