# SPDX-License-Identifier: Apache-2.0
"""The columns of the answer: text made once per state, not once per row."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import numpy as np
import polars as pl

from chokegraph.rules.parquet_file import Coded

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
SINGLE = ("subject", "licence", "policy", "classification")
"""Columns with one word of a few; the others hold lists, or many different texts."""
BETWEEN = ";"
BETWEEN_CITATIONS = " | "
"""Citations hold semicolons themselves."""
MOST_STATES = 1 << 18
"""Decisions whose words are kept from batch to batch."""


def _size(name: str) -> pl.DataType:
    return pl.UInt8() if name in SINGLE else pl.UInt32()


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


class StateBook:
    """The decisions met so far: each is worked out and put into words once.

    States of the compiled engine stay the same from batch to batch, and from file to file, so that
    a batch only adds what is new. The columns are categorical: a batch holds numbers, and the file
    each text once.

    Attributes:
        texts: The result columns, one row per decision.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.rowwise import decide_rowwise
        >>> facts = pl.DataFrame({"as_of": [date(2024, 1, 1)] * 2, "origin": ["US", "US"]})
        >>> book = StateBook()
        >>> numbers = book.number(decide_rowwise(facts, load_law()))
        >>> numbers.tolist(), book.texts["subject"].to_list()
        ([0, 0], ['yes'])
    """

    def __init__(self) -> None:
        self.types = {
            name: pl.Categorical(pl.Categories(f"decision {name}", physical=_size(name)))
            for name in RESULTS
        }
        # The categories have fixed names; they live as long as a column uses them, as this does.
        self.texts = pl.DataFrame(schema=self.types)
        self._machines: dict[int, tuple[object, np.ndarray]] = {}
        self._coded: dict[str, Coded] = {}

    @property
    def is_full(self) -> bool:
        """Whether more decisions are kept than memory should hold."""
        return self.texts.height > MOST_STATES

    def clear(self) -> None:
        """Forget all decisions; their numbers are given anew."""
        self.texts = self.texts.clear()
        self._machines.clear()
        self._coded.clear()

    def number(self, found: Determination) -> np.ndarray:
        """Return the number of each row's decision, adding decisions that are new."""
        numbers: np.ndarray = self._number(found).take(found.states)
        return numbers

    def columns(self) -> dict[str, Coded]:
        """Return the result columns by number."""
        if not self._coded:
            for name in RESULTS:
                texts = self.texts[name]
                self._coded[name] = Coded(texts, texts.to_physical().to_numpy())
        return dict(self._coded)

    def _number(self, found: Determination) -> np.ndarray:
        """Return the number of each state, adding those that are new."""
        machine = getattr(found, "machine", None)
        if machine is None:
            return self._add(found.table)
        states = np.array(found.machine_states, dtype=np.int64)  # type: ignore[attr-defined]
        kept, known = self._machines.get(id(machine), (machine, np.full(0, -1, dtype=np.int64)))
        if states.size and states.max() >= known.size:
            more = np.full(2 * (int(states.max()) + 1) - known.size, -1, dtype=np.int64)
            known = np.concatenate([known, more])
        new = states[known[states] < 0]
        if new.size:
            whole = new.size == states.size
            known[new] = self._add(found.table if whole else found.decide(new.tolist()))  # type: ignore[attr-defined]
        self._machines[id(machine)] = (kept, known)  # its id is only good while it lives
        numbers: np.ndarray = known[states]
        return numbers

    def _add(self, table: pl.DataFrame) -> np.ndarray:
        first = self.texts.height
        texts = texts_of(table).cast(self.types)  # type: ignore[arg-type]
        self.texts = pl.concat([self.texts, texts], rechunk=True)
        self._coded.clear()
        return np.arange(first, first + table.height)


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

    def add(self, texts: pl.DataFrame, counts: np.ndarray) -> None:
        """Count the rows of each state; of states behind the last count there are none."""
        counts = np.concatenate([counts, np.zeros(texts.height - counts.size, dtype=np.int64)])
        counted = texts.with_columns(pl.Series("rows", counts)).filter(pl.col("rows") > 0)
        for name, into in (
            ("licence", self.licences),
            ("subject", self.subjects),
            ("reasons", self.reasons),
            ("missing", self.missing),
            ("flags", self.flags),
            ("marks", self.marks),
        ):
            sums = counted.group_by(pl.col(name).cast(pl.String)).agg(pl.col("rows").sum())
            for text, rows in sums.iter_rows():
                for part in text.split(BETWEEN):
                    if part:
                        into[part] += rows
        differs = counted.filter(pl.col("classification").cast(pl.String) == "differs")
        self.differs += int(differs["rows"].sum())
