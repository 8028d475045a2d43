# SPDX-License-Identifier: Apache-2.0
"""The columns of the answer: text made once per state, not once per row."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

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
TOGETHER = 1 << 13
"""Decisions that are put into words together."""
MOST_WAITING = 1 << 14
"""Decisions that may wait for that."""
_ROOM = 1 << 10


def _size(name: str) -> pl.DataType:
    return pl.UInt8() if name in SINGLE else pl.UInt32()


Words = Mapping[str, tuple[Sequence[str], np.ndarray]]
"""For each result column some texts, and which of them each decision has."""


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


class Later(Protocol):
    """Puts decisions into words when they are wanted."""

    def words(self, parts: list[Any]) -> Words:
        """Return the words of the decisions of some parts, together."""
        ...


class StateBook:
    """The decisions met so far: each is worked out and put into words once.

    A column holds each text once, and a number for each decision.

    Attributes:
        count: How many decisions there are.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.rowwise import decide_rowwise
        >>> facts = pl.DataFrame({"as_of": [date(2024, 1, 1)] * 2, "origin": ["US", "US"]})
        >>> book = StateBook()
        >>> numbers = book.number(decide_rowwise(facts, load_law()))
        >>> numbers.tolist(), book.columns()["subject"].texts(numbers).to_list()
        ([0, 0], ['yes', 'yes'])
    """

    def __init__(self) -> None:
        self._types = {
            name: pl.Categorical(pl.Categories(f"decision {name}", physical=_size(name)))
            for name in RESULTS
        }
        self._lock = threading.Lock()
        self.count = 0
        self._words: dict[str, list[str]] = {name: [] for name in RESULTS}
        self._code_of: dict[str, dict[str, int]] = {name: {} for name in RESULTS}
        self._codes = {name: np.zeros(_ROOM, dtype=np.uint32) for name in RESULTS}
        self._said = 0
        self._waiting: list[tuple[Later, Any, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether more decisions are kept than memory should hold."""
        return self.count > MOST_STATES

    def number(self, found: Determination) -> np.ndarray:
        """Return the number of each row's decision, adding them all."""
        numbers: np.ndarray = self.add(words_of(found.table)).take(found.states)
        return numbers

    def columns(self) -> dict[str, Coded]:
        """Return the result columns by number; decisions that are added later leave them alone."""
        with self._lock:
            self._say()
            return {
                name: Coded(self._words[name], self._codes[name][: self._said], kind)
                for name, kind in self._types.items()
            }

    def add(self, words: Words) -> np.ndarray:
        """Add decisions; return their numbers."""
        with self._lock:
            self._say()
            self._note(words)
            first, self.count = self.count, self._said
        return np.arange(first, self.count)

    def expect(self, owner: Later, part: object, count: int) -> np.ndarray:
        """Return numbers for decisions that are put into words when somebody asks for them.

        So the words of several batches are made together, in the thread that needs them.

        Args:
            owner: What makes the words.
            part: What it makes them from.
            count: How many decisions it stands for.
        """
        with self._lock:
            self._waiting.append((owner, part, count))
            first, self.count = self.count, self.count + count
            if self.count - self._said > MOST_WAITING:
                self._say()
        return np.arange(first, self.count)

    def _say(self) -> None:
        """Make the words that wait to be made."""
        together: list[tuple[Later, Any, int]] = []
        for each in self._waiting:
            count = each[2] + sum(count for _, _, count in together)
            if together and (each[0] is not together[0][0] or count > TOGETHER):
                self._say_some(together)
                together = []
            together.append(each)
        if together:
            self._say_some(together)
        self._waiting = []

    def _say_some(self, some: list[tuple[Later, Any, int]]) -> None:
        self._note(some[0][0].words([part for _, part, _ in some]))

    def _note(self, words: Words) -> None:
        first = self._said
        for name, (texts, places) in words.items():
            self._said = first + len(places)
            known, code_of = self._words[name], self._code_of[name]
            own = np.zeros(len(texts), dtype=np.uint32)
            for place, text in enumerate(texts):
                code = own[place] = code_of.setdefault(text, len(known))
                if code == len(known):
                    known.append(text)
            codes = self._codes[name]
            if self._said > codes.size:
                codes = np.concatenate([codes, np.zeros(2 * self._said, dtype=np.uint32)])
                self._codes[name] = codes
            codes[first : self._said] = own[places]


def words_of(table: pl.DataFrame) -> Words:
    """Return decisions in words: the texts of each column, and which of them each has."""
    texts = texts_of(table)
    return {name: (texts[name].to_list(), np.arange(table.height)) for name in RESULTS}


def joined(name: str, parts: Iterable[str]) -> str:
    """Return the parts of a cell as one text.

    Example:
        >>> joined("reasons", ["A", "B"]), joined("citations", ["A", "B"])
        ('A;B', 'A | B')
    """
    return (BETWEEN_CITATIONS if name == "citations" else BETWEEN).join(parts)


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

    def add(self, columns: Mapping[str, Coded], counts: np.ndarray) -> None:
        """Count the rows of each decision; of decisions behind the last count there are none."""
        for name, into in (
            ("licence", self.licences),
            ("subject", self.subjects),
            ("reasons", self.reasons),
            ("missing", self.missing),
            ("flags", self.flags),
            ("marks", self.marks),
        ):
            for text, rows in _rows_of(columns[name], counts):
                for part in text.split(BETWEEN):
                    if part:
                        into[part] += rows
        kinds = dict(_rows_of(columns["classification"], counts))
        self.differs += kinds.get("differs", 0)


def _rows_of(column: Coded, counts: np.ndarray) -> Iterator[tuple[str, int]]:
    """Yield each text of a column that occurs, with the number of rows that have it."""
    rows = np.zeros(len(column.words), dtype=np.int64)
    np.add.at(rows, column.codes[: counts.size], counts)
    for code in np.flatnonzero(rows).tolist():
        yield column.words[code], int(rows[code])
