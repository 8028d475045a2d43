# SPDX-License-Identifier: Apache-2.0
"""What other files say of a row: facts and columns of the output, added batch by batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

import numpy as np
import polars as pl

from chokegraph.rules.framing import Framed
from chokegraph.rules.vectors import filled


class Enricher(Protocol):
    """Adds what follows from other files: facts (used where the row gives none) and output columns.

    What it adds must follow from a row's own cells and its day. It is asked once for rows that
    are alike, and may have more members:

    - `days`: the days on which what it says can change; without it, every day may be different.
    - `count(notes, rows)`: is told, for each batch, its output columns of the distinct rows, and
      how many rows each stands for.
    - `findings`: warnings on the rows so far, shown at the end.
    """

    def __call__(self, framed: Framed, /) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return facts and output columns for a batch."""
        ...


def days_of(enrichers: Iterable[Enricher]) -> set[date] | None:
    """Return the days on which what enrichers say can change; None if that may be any day."""
    found: set[date] = set()
    for enricher in enrichers:
        days = getattr(enricher, "days", None)
        if days is None:
            return None
        found |= set(days)
    return found


def tell_counts(enricher: Enricher, notes: pl.DataFrame, rows: np.ndarray) -> None:
    """Tell an enricher for how many rows its output columns stand."""
    count = getattr(enricher, "count", None)
    if count is not None:
        count(notes, rows)


def enrich(framed: Framed, enricher: Enricher) -> tuple[Framed, pl.DataFrame]:
    """Let an enricher add facts; what a row gives itself stays.

    Returns:
        The batch with the facts added, and the columns that go to the output.
    """
    more, notes = enricher(framed)
    facts = framed.facts
    for series in more:
        base = series.name.removesuffix("__low").removesuffix("__high")
        if base != series.name and base in facts.columns:
            facts = facts.with_columns(
                facts[base].alias(f"{base}__low"), facts[base].alias(f"{base}__high")
            ).drop(base)
        elif base == series.name and f"{base}__low" in facts.columns:
            for bound in (f"{base}__low", f"{base}__high"):
                facts = facts.with_columns(filled(facts[bound], series))
            continue
        before = facts[series.name] if series.name in facts.columns else None
        facts = facts.with_columns(series if before is None else filled(before, series))
    return Framed(facts, framed.texts, framed.bad), notes
