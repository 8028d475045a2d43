# SPDX-License-Identifier: Apache-2.0
"""How `chokegraph determine` speaks to the terminal."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from chokegraph.cli.data_print import console
from chokegraph.cli.progress import watched
from chokegraph.rules import render
from chokegraph.rules.outputs import NOTICE
from chokegraph.rules.saying import say_value

if TYPE_CHECKING:
    from chokegraph.rules.bulk import Outcome
    from chokegraph.study.determining import Job

ROWS_SHOWN = 20
"""Rows on the screen when no file is written."""


def run(job: Job, file: Path, out: Path | None, output: str) -> Outcome:
    """Decide a file and print what came of it."""
    errors = console(stderr=True)
    screen = console()
    # Where the rows themselves go to stdout, everything else goes to stderr.
    rows_on_screen = out is None and output != "table"
    (errors if rows_on_screen or output == "json" else screen).print(NOTICE)
    shown: list[pl.DataFrame] = []
    first = True

    def each(batch: pl.DataFrame) -> None:
        nonlocal first
        if rows_on_screen and output == "csv":
            sys.stdout.write(batch.write_csv(include_header=first))
        elif rows_on_screen:
            sys.stdout.write(render.json_lines(batch))
        elif out is None and sum(map(len, shown)) < ROWS_SHOWN:
            shown.append(batch.head(ROWS_SHOWN).with_columns(pl.selectors.categorical().cast(str)))
        first = False

    with watched() as (progress, stopped):
        # Rows are only put together where they go to the screen.
        watcher = each if out is None else None
        outcome = job.run(file, out, progress=progress, should_stop=stopped, each=watcher)
    for finding in (*job.findings, *outcome.findings):
        errors.print(str(finding), markup=False, soft_wrap=True)
    if output == "json":
        if not rows_on_screen:
            sys.stdout.write(render.summary_json(outcome) + "\n")
        return outcome
    screen = errors if rows_on_screen else screen
    if shown:
        table = pl.concat(shown).head(ROWS_SHOWN)
        screen.print(render.decisions_table(table))
        if outcome.decided > table.height:
            screen.print(f"... and {outcome.decided - table.height:,} more; give --out FILE")
    for line in (*render.summary_lines(outcome), *_matches(job)):
        screen.print(line, markup=False, soft_wrap=True)
    for title, path in (
        ("Decisions", outcome.out),
        ("About them", outcome.about),
        ("Rejected rows", outcome.rejects),
    ):
        if path is not None:
            screen.print(f"{title}: {path}", markup=False, soft_wrap=True)
    if outcome.rejected and outcome.rejects is None:
        screen.print("Give --out FILE to have the rejected rows in a file of their own.")
    return outcome


def _matches(job: Job) -> list[str]:
    if job.join is None:
        return []
    return [
        f"Rows that name a listed party: {job.join.with_matches:,}; "
        f"rows with a possible match that someone must look at: {job.join.with_possible:,}"
    ]


def print_explanation(job: Job, file: Path, row: int, output: str) -> None:
    """Print why a row is decided as it is."""
    found = job.explain(file, row)
    explanation, values = found.explanation, found.values
    units = {name: fact.unit for name, fact in job.law.facts.items()}
    said = {name: say_value(value, units[name]) for name, value in values.items()}
    if output == "json":
        more = {"row": row, "facts": said, "flips": asdict(found.flips)}
        sys.stdout.write(render.explanation_json(explanation, more) + "\n")
        return
    screen = console()
    screen.print(NOTICE)
    screen.print(f"Row {row} of {file.name}", markup=False)
    given = "; ".join(f"{name} {value}" for name, value in said.items())
    screen.print(f"Facts: {given or 'none'}", markup=False)
    for line in (*render.explanation_lines(explanation), *render.flip_lines(found.flips, units)):
        screen.print(line, markup=False, soft_wrap=True)
