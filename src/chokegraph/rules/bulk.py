# SPDX-License-Identifier: Apache-2.0
"""The bulk job: a file of transactions in, a file of decisions out, in bounded memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from chokegraph._version import __version__
from chokegraph.errors import Finding
from chokegraph.rules.batches import BLOCK, ROWS, Batch, ahead, open_source
from chokegraph.rules.engine import Engine, compiled_engine
from chokegraph.rules.enriching import Enricher
from chokegraph.rules.framing import Framer
from chokegraph.rules.knowing import Knower, Known, Prepared, Taken
from chokegraph.rules.layout import layout, match_header
from chokegraph.rules.model import Law
from chokegraph.rules.outputs import NOTICE, Note, Rejects, Writer, open_writer
from chokegraph.rules.parquet_file import Block, Keyed
from chokegraph.rules.results import RESULTS, Tally
from chokegraph.rules.targets import PROGRAM, REJECTED, Targets, check_targets, digest
from chokegraph.rules.values import Value

Progress = Callable[[str, int, int], None]
WAITING = 4
"""Batches that may wait for the few rows that are new in them to be worked out together."""
MANY = 1 << 12
"""New rows that are worked out without waiting for more."""
MAX_FINDINGS = 20
"""Bad cells listed on the screen; all are in the rejects file."""


@dataclass
class Outcome:
    """What a bulk job did.

    Args:
        rows: Rows read.
        decided: Rows decided.
        rejected: Rows that could not be read.
        stopped: Whether it was stopped before the end.
        seconds: How long it took.
        tally: Counts of answers, reasons, missing facts.
        findings: Columns that are not used, and the first bad cells.
        out: The file of decisions.
        rejects: The file of rejected rows; None if there are none.
        about: The note that goes with the decisions.
        law: The hash of the law used.
    """

    rows: int = 0
    decided: int = 0
    rejected: int = 0
    stopped: bool = False
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)
    findings: list[Finding] = field(default_factory=list)
    out: Path | None = None
    rejects: Path | None = None
    about: Path | None = None
    law: str = ""


@dataclass(frozen=True)
class Options:
    """How a file is decided.

    Args:
        as_of: The day for rows that give none.
        blanks: Values of facts for rows that do not give them; see
            `chokegraph.rules.cells.read_assumptions`. What is in neither is unknown.
        enrichers: Add facts from other files, such as lists of parties or bills of materials,
            in this order; what a row gives itself stays. See `chokegraph.rules.enriching.Enricher`.
        reads: The other files that are read; no output may take the place of one.
        about: What the note says besides: names and hashes of the other files.
        rows: Rows of a batch from Parquet.
        block: Bytes of a batch from CSV.
    """

    as_of: date | None = None
    blanks: Mapping[str, Value] = field(default_factory=dict)
    enrichers: Sequence[Enricher] = ()
    reads: Sequence[Path] = ()
    about: dict[str, object] = field(default_factory=dict)
    rows: int = ROWS
    block: int = BLOCK


def determine_file(
    path: str | Path,
    law: Law,
    *,
    out: str | Path | None = None,
    options: Options | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
    each: Callable[[pl.DataFrame], None] | None = None,
) -> Outcome:
    r"""Decide every row of a file.

    Memory is bounded by the batch. Decisions go to a temporary file that gets its name at the end,
    also when the work is stopped: then it holds the batches that were finished. Rows that cannot
    be read go to a rejects file beside it, with their line and the reasons. Of the files that are
    there already only those that an earlier job left are replaced.

    Args:
        path: A .csv or .parquet file; see the page on columns.
        law: The law.
        out: A .csv or .parquet file; if None nothing is written.
        options: How.
        engine: What decides; the compiled engine if None.
        progress: Called with ("deciding", done, size) after each batch.
        should_stop: Asked after each batch.
        each: Is given each batch of the output.

    Returns:
        What was done.

    Raises:
        FindingsError: If the file cannot be used at all, or a file that is in the place of an
            output must stay.

    Example:
        >>> import tempfile
        >>> from chokegraph.rules import load_law
        >>> folder = tempfile.TemporaryDirectory()
        >>> file = Path(folder.name, "a.csv")
        >>> _ = file.write_text("eccn,destination,origin\nEAR99,FR,US\nEAR99,Ruritania,US\n")
        >>> options = Options(as_of=date(2024, 1, 1))
        >>> outcome = determine_file(file, load_law(), options=options)
        >>> outcome.decided, outcome.rejected, outcome.findings[0].line
        (1, 1, 3)
        >>> folder.cleanup()
    """
    options = options or Options()
    source = Path(path)
    targets = Targets(Path(out)) if out is not None else None
    table = open_source(source, rows=options.rows, block=options.block)
    if targets is not None:
        check_targets(targets, source, options.reads)
    header = match_header(table.names, layout(law), file=str(path), dated=options.as_of is not None)
    framer = Framer(law, header, as_of=options.as_of)
    job = _Job(framer, engine or compiled_engine(law), options, path)
    outcome = job.outcome
    outcome.findings.extend(header.findings)
    outcome.law = law.version_hash
    rejects = Rejects(targets.rejects if targets else None)
    writer = open_writer(targets.out) if targets else None
    note = Note(targets.about) if targets else None
    files = [file for file in (rejects, writer, note) if file is not None]
    started = time.perf_counter()
    try:
        for batch, prepared in ahead(table.batches(header.sources), job.knower.prepare):
            job.batch(batch, prepared, writer, rejects, each)
            if progress is not None:
                progress("deciding", batch.done, table.size)
            if should_stop is not None and should_stop():
                outcome.stopped = batch.done < table.size
                break
        job.finish(writer, rejects, each)
        for enricher in options.enrichers:
            told = getattr(enricher, "findings", ())
            outcome.findings.extend(replace(finding, file=str(path)) for finding in told)
        outcome.tally = job.knower.tally()
        if targets is not None and writer is not None and note is not None:
            if not outcome.decided:
                job.write(_nothing(job), writer, each)
            # All three are whole before the first of them gets its name.
            writer.finish()
            rejects.finish()
            outcome.out, outcome.about = targets.out, targets.about
            outcome.rejects = targets.rejects if rejects.count else None
            outcome.seconds = time.perf_counter() - started
            note.write(_about(outcome, source, options, rejects.written))
            for file in files:
                file.place()
    except BaseException:
        for file in files:
            file.give_up()
        raise
    outcome.seconds = time.perf_counter() - started
    return outcome


class _Job:
    """One file on its way through."""

    def __init__(self, framer: Framer, engine: Engine, options: Options, path: str | Path) -> None:
        self.framer = framer
        self.file = str(path)
        self.outcome = Outcome()
        self.knower = Knower(framer, engine, options.blanks, options.enrichers)
        self._waiting: list[tuple[Batch, Taken]] = []

    def batch(
        self,
        batch: Batch,
        prepared: Prepared,
        writer: Writer | None,
        rejects: Rejects,
        each: Callable[[pl.DataFrame], None] | None,
    ) -> None:
        """Take a batch; decide and write it, once that is worth the while, with those before."""
        self.outcome.rows += batch.table.height
        if not batch.table.height:
            return
        taken = self.knower.take(batch.table, batch.broken, prepared)
        self._waiting.append((replace(batch, table=batch.table.clear()), taken))
        new = self.knower.waiting
        if not new or new >= MANY or len(self._waiting) >= WAITING or self.knower.is_full:
            self.finish(writer, rejects, each)

    def finish(
        self,
        writer: Writer | None,
        rejects: Rejects,
        each: Callable[[pl.DataFrame], None] | None,
    ) -> None:
        """Decide and write the batches that wait."""
        self.knower.work_out()
        waiting, self._waiting = self._waiting, []
        for batch, taken in waiting:
            self._write(batch, self.knower.answer(taken), writer, rejects, each)

    def _write(
        self,
        batch: Batch,
        found: Known,
        writer: Writer | None,
        rejects: Rejects,
        each: Callable[[pl.DataFrame], None] | None,
    ) -> None:
        rows = len(found.days)
        numbers = pl.int_range(batch.first, batch.first + rows, eager=True, dtype=pl.Int64)
        plain = pl.DataFrame([numbers.alias("row"), *found.ids, found.days.alias("as_of")])
        keyed = found.keyed
        if found.bad.size:
            self._reject(batch, found.bad.tolist(), rejects)
            kept = np.delete(np.arange(rows), found.bad)
            plain = plain[kept]
            keyed = [Keyed(part.keys[kept], part.columns) for part in keyed]
        self.outcome.decided += plain.height
        if plain.height:
            self.write(Block(plain, keyed), writer, each)

    def write(
        self,
        block: Block,
        writer: Writer | None,
        each: Callable[[pl.DataFrame], None] | None,
    ) -> None:
        """Hand on a batch of the output."""
        if writer is not None:
            writer.write(block)
        if each is not None:
            each(block.frame())

    def _reject(self, batch: Batch, places: list[int], rejects: Rejects) -> None:
        rows = batch.whole(places)
        bad = {places[at]: why for at, why in self.framer.frame(rows).bad.items()}
        bad |= {at: [why] for at, why in batch.broken.items()}
        lines = [batch.line_of(at) for at in places]
        numbers = [batch.first + at for at in places]
        rejects.add(rows, numbers, lines, [bad[at] for at in places])
        self.outcome.rejected += len(places)
        for at, line in zip(places, lines, strict=True):
            for why in bad[at]:
                if len(self.outcome.findings) >= MAX_FINDINGS:
                    return
                column, colon, message = why.partition(": ")
                named = bool(colon) and column in (*self.framer.header.sources, "as_of")
                self.outcome.findings.append(
                    Finding(
                        (message if named else why)
                        + ("" if line is not None else f" (row {batch.first + at:,})"),
                        "correct the cell; the row is in the rejects file",
                        self.file,
                        line,
                        column if named else None,
                    )
                )


def _nothing(job: _Job) -> Block:
    """Return an output without rows: the file is there, with its columns, when all were bad."""
    columns: dict[str, pl.DataType] = {"row": pl.Int64()}
    if "id" in job.framer.header.used:
        columns["id"] = pl.String()
    columns["as_of"] = pl.Date()
    nobody = Keyed(np.zeros(0, dtype=np.intp), job.knower.book.columns)
    return Block(pl.DataFrame(schema=columns), [nobody])


def _about(
    outcome: Outcome, source: Path, options: Options, rejected: Path | None
) -> dict[str, object]:
    left = None
    if outcome.rejects is not None and rejected is not None:
        left = {"file": outcome.rejects.name, "sha256": digest(rejected)}
    return {
        "notice": f"{NOTICE} It says what follows from the law as coded and the facts as given.",
        "program": f"{PROGRAM} {__version__}",
        "input": source.name,
        "law": {"hash": outcome.law},
        "taken for blank cells": {
            name: str(value) if value != frozenset() else "none"
            for name, value in options.blanks.items()
        },
        "as of, where a row gives no date": str(options.as_of or ""),
        **options.about,
        "rows": outcome.rows,
        "decided": outcome.decided,
        "rejected": outcome.rejected,
        REJECTED: left,
        "stopped before the end": outcome.stopped,
        "columns": {
            "row": "Number of the row in the input, counted from 1 behind the header",
            "id": "The row's id, where the input has one",
            "as_of": "The day whose law was used",
            **RESULTS,
        },
    }
