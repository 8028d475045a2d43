# SPDX-License-Identifier: Apache-2.0
"""The bulk job with the files around it: lists of parties, bills of materials, assumptions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.parties import PartyList, read_list
from chokegraph.rules import load_law
from chokegraph.rules.batches import open_source
from chokegraph.rules.bulk import Options, Outcome, determine_file
from chokegraph.rules.cells import read_assumptions
from chokegraph.rules.compile import Program, compile_law
from chokegraph.rules.completing import completed, law_of_states
from chokegraph.rules.engine import Engine, compiled_engine
from chokegraph.rules.enriching import Enricher, enrich
from chokegraph.rules.explain import Explanation, explain
from chokegraph.rules.flips import Flips, flips
from chokegraph.rules.framing import Framer, without
from chokegraph.rules.layout import layout, match_header
from chokegraph.rules.model import Law
from chokegraph.rules.rowwise import row_values
from chokegraph.rules.values import Value
from chokegraph.study.lists import ListJoin


@dataclass(frozen=True, kw_only=True)
class Request:
    """How files are to be decided.

    Args:
        as_of: The day for rows without one.
        lists: Files of listed parties.
        bom: A file of bills of materials.
        not_so: Whether facts that a row does not give are not so; else they are unknown.
        assume: Assumptions FACT=VALUE for what rows do not say; they go before `not_so`.
        law_known_on: The day by which the law must have been published; None for all of it.
        regimes: The states whose law is asked: us, nl, jp, cn; () for all.
        law: The law; the bundled one if None.
    """

    as_of: date | None = None
    lists: tuple[Path, ...] = ()
    bom: Path | None = None
    not_so: bool = False
    assume: tuple[str, ...] = ()
    law_known_on: date | None = None
    regimes: tuple[str, ...] = ()
    law: Law | None = None


@dataclass(frozen=True)
class RowExplained:
    """Why a row is decided as it is.

    Args:
        explanation: The decision, the steps to it and what nearly applied.
        flips: The single facts and nearest days that would change the answer.
        values: The row's facts, assumptions included, as the law sees them.
    """

    explanation: Explanation
    flips: Flips
    values: dict[str, Value]


@dataclass(frozen=True)
class Job:
    """A request with its files read, ready for files of transactions.

    Args:
        law: The law that decides.
        options: How.
        lists: The lists read.
        join: What meets them with the rows; None without lists.
    """

    law: Law
    options: Options
    lists: tuple[PartyList, ...] = ()
    join: ListJoin | None = None
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @cached_property
    def program(self) -> Program:
        """The law compiled, once."""
        return compile_law(self.law)

    @cached_property
    def engine(self) -> Engine:
        """The compiled engine."""
        return compiled_engine(self.program)

    def run(
        self,
        file: Path,
        out: Path | None = None,
        *,
        progress: Callable[[str, int, int], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
        each: Callable[[pl.DataFrame], None] | None = None,
    ) -> Outcome:
        """Decide a file; see `chokegraph.rules.bulk.determine_file`."""
        outcome = determine_file(
            file,
            self.law,
            out=out,
            options=self.options,
            engine=self.engine,
            progress=progress,
            should_stop=should_stop,
            each=each,
        )
        if not outcome.rows:
            fix = "check that it is the right file"
            found = Finding("the file has no rows", fix, str(file), severity="warning")
            outcome.findings.append(found)
        return outcome

    def explain(self, file: Path, row: int) -> RowExplained:
        """Explain the decision of one row of a file.

        Args:
            file: The file.
            row: The row, counted from 1 behind the header.

        Returns:
            The explanation, what would change the answer, and the row's values.

        Raises:
            FindingsError: If the file has no such row, or the row cannot be read.
        """
        source = open_source(file)
        dated = self.options.as_of is not None
        header = match_header(source.names, layout(self.law), file=str(file), dated=dated)
        for batch in source.batches(header.sources):
            at = row - batch.first
            if not 0 <= at < batch.table.height:
                continue
            framed = Framer(self.law, header, as_of=self.options.as_of).frame(batch.table[[at]])
            bad = [batch.broken[at]] if at in batch.broken else framed.bad.get(0, [])
            if bad:
                line = batch.line_of(at)
                found = [Finding(why, "correct the row", str(file), line) for why in bad]
                raise FindingsError(found, title=f"row {row}")
            framed, _ = without(framed, 1)
            for enricher in self.options.enrichers:
                framed, _ = enrich(framed, enricher)
            facts = framed.facts.row(0, named=True)
            values = {**self.options.blanks, **row_values(facts, self.law)}
            day = facts["as_of"]
            return RowExplained(
                explain(values, self.program, day), flips(self.program, values, day), values
            )
        found = [Finding(f"there is no row {row:,}", "give a smaller number", str(file))]
        raise FindingsError(found, title="explain")


def prepare(request: Request) -> Job:
    """Read the files of a request.

    Raises:
        FindingsError: If one of them cannot be used.

    Example:
        >>> job = prepare(Request(assume=("us_person=no",)))
        >>> job.options.blanks
        {'us_person': False}
    """
    law = request.law or load_law()
    if request.law_known_on is not None:
        if why := law.too_early(request.law_known_on):
            raise FindingsError([Finding(why, "give a later day")], title="--law-known-on")
        law = law.known_on(request.law_known_on)
    if request.regimes:
        law = law_of_states(law, request.regimes)
    enrichers: list[Enricher] = []
    about: dict[str, object] = {}
    if request.law_known_on is not None:
        about["law as published by"] = request.law_known_on.isoformat()
    if request.regimes:
        about["law asked"] = list(request.regimes)
    lists = tuple(read_list(path) for path in request.lists)
    join = ListJoin(lists, law) if lists else None
    if join is not None:
        enrichers.append(join)
        about["lists of parties"] = [
            {"file": Path(each.file).name, "layout": each.layout, "sha256": each.digest}
            for each in lists
        ]
    if request.bom is not None:
        from chokegraph.rules.bom import read_bom
        from chokegraph.rules.content import BomJoin

        enrichers.append(BomJoin(read_bom(request.bom), law))
        digest = hashlib.sha256(request.bom.read_bytes()).hexdigest()
        about["bill of materials"] = {"file": request.bom.name, "sha256": digest}
    blanks = read_assumptions(request.assume, layout(law))
    if request.not_so:
        absent = {name: value for name, value in completed({}, law).items() if value is not None}
        blanks = {**absent, **blanks}
    options = Options(
        as_of=request.as_of,
        blanks=blanks,
        enrichers=tuple(enrichers),
        reads=(*request.lists, *([request.bom] if request.bom is not None else [])),
        about=about,
    )
    findings = tuple(finding for each in lists for finding in each.findings)
    return Job(law, options, lists, join, findings)
