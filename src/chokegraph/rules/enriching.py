# SPDX-License-Identifier: Apache-2.0
"""What other files say of a row: facts and columns of the output, added batch by batch."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from chokegraph.rules.framing import Framed
from chokegraph.rules.vectors import filled

Enricher = Callable[[Framed], tuple[pl.DataFrame, pl.DataFrame]]
"""Adds what follows from other files: facts (used where the row gives none) and output columns."""


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
