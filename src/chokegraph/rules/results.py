# SPDX-License-Identifier: Apache-2.0
"""The columns of the answer: text made once per state, not once per row."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import numpy as np
import polars as pl

RESULTS: dict[str, str] = {
    "subject": "Is the item subject to the EAR: yes, no or unknown",
    "licence": "yes; no; exception (needed, but an exception overcomes every reason); unknown",
    "hooks": "Jurisdiction hooks that hold, of all states",
    "hooks_possible": "Hooks that may hold",
    "reasons": "Licence requirements that stand",
    "reasons_possible": "Requirements that may stand",
    "outcomes": "Exclusions in effect; requirements in the books that do not count",
    "exceptions": "Licence exceptions that overcome a reason",
    "exceptions_possible": "Exceptions that may",
    "policy": "The strictest review policy, where a licence is needed",
    "missing": "Facts without which the answer cannot be told",
    "marks": "Doubted parts of the law that decide the answer, with their mark",
    "flags": "Warnings",
    "classified": "Paragraphs that the parameters meet",
    "classification": "Own ECCN against the parameters: agrees, differs, not checked, only engine",
    "citations": "Where the deciding rules stand",
}
"""The columns of a decision, in the order of the output, and what they say."""
BETWEEN = ";"
BETWEEN_CITATIONS = " | "
"""Citations hold semicolons themselves."""


class Determination(Protocol):
    """What an engine returns: for each row a state, for each state its decision."""

    @property
    def states(self) -> np.ndarray:
        """The number of each row's state."""
        ...

    @property
    def table(self) -> pl.DataFrame:
        """One row per state."""
        ...


class Renderer:
    """Turns determinations into columns of text, each state's text made once.

    The columns are categorical: a batch holds numbers, and the file each text once.
    """

    def __init__(self) -> None:
        self.types = {name: pl.Categorical(pl.Categories.random()) for name in RESULTS}
        # Categories live as long as a column uses them: these keep them from batch to batch.
        self._kept = [pl.Series([], dtype=kind) for kind in self.types.values()]

    def render(self, found: Determination) -> pl.DataFrame:
        """Return the result columns, one row per row decided."""
        texts = texts_of(found.table)
        states = pl.Series(found.states)
        return pl.DataFrame(
            [
                texts[name].cast(kind).gather(states).rename(name)
                for name, kind in self.types.items()
            ]
        )


def texts_of(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table of states as text: lists joined, nothing for None.

    Example:
        >>> table = pl.DataFrame({name: [["A", "B"]] for name in RESULTS})
        >>> texts_of(table)["reasons"][0], texts_of(table)["citations"][0]
        ('A;B', 'A | B')
    """
    columns = []
    for name in RESULTS:
        series = table[name]
        if isinstance(series.dtype, pl.List):
            between = BETWEEN_CITATIONS if name == "citations" else BETWEEN
            series = series.list.join(between)
        columns.append(series.cast(pl.String).fill_null(""))
    return pl.DataFrame(columns)


class Tally:
    """Counts over all batches: answers, reasons, missing facts, warnings."""

    def __init__(self) -> None:
        self.licences: Counter[str] = Counter()
        self.subjects: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.differs = 0

    def add(self, found: Determination) -> None:
        """Count a batch."""
        texts = texts_of(found.table)
        counts = np.bincount(found.states, minlength=texts.height)
        used = np.flatnonzero(counts)
        for row, count in zip(
            texts[used].iter_rows(named=True), counts[used].tolist(), strict=True
        ):
            self.licences[row["licence"]] += count
            self.subjects[row["subject"]] += count
            self.differs += count * (row["classification"] == "differs")
            for name in ("reasons", "missing", "flags", "marks"):
                into: Counter[str] = getattr(self, name)
                for part in row[name].split(BETWEEN):
                    if part:
                        into[part] += count
