# SPDX-License-Identifier: Apache-2.0
"""Section 9: the statements that the result rests on, grouped by what they are about."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import Unit, decimals_for, number, with_unit
from chokegraph.report.words import Words

JUDGED = ("D", "X")
"""Grades that are marked: a single claim, or our own judgement."""


@dataclass(frozen=True)
class EvidenceRow:
    """One statement in words.

    `note_number` points to the list of shared notes (0: none). `together` counts the rows from this
    one on that share period, source, grade and note, which are written once; 0 if an earlier row
    has written them.
    """

    anchor: str
    what: str
    value: str
    period: str
    grade: str
    source_number: int
    locator: str
    note: str
    note_number: int
    together: int = 1

    @property
    def tail(self) -> tuple[str, str, int, str, str, int]:
        """What it may share with the rows next to it: period, grade, source, place, note."""
        return (
            self.period,
            self.grade,
            self.source_number,
            self.locator,
            self.note,
            self.note_number,
        )

    @property
    def judged(self) -> bool:
        """Whether it is marked as judged."""
        return self.grade in JUDGED


@dataclass(frozen=True)
class EvidenceBlock:
    """The statements on one subject that are about the same property."""

    title: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class EvidenceGroup:
    """All statements on one subject."""

    anchor: str
    name: str
    blocks: tuple[EvidenceBlock, ...]

    @property
    def count(self) -> int:
        """How many statements it holds."""
        return sum(len(block.rows) for block in self.blocks)


@dataclass(frozen=True)
class EvidenceKind:
    """All subjects of one kind: inputs, families, assumptions."""

    title: str
    groups: tuple[EvidenceGroup, ...]

    @property
    def count(self) -> int:
        """How many statements it holds."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True)
class SourceEntry:
    """One source in the list of sources."""

    number: int
    title: str
    publisher: str
    url: str
    accessed: str
    count: int


@dataclass(frozen=True)
class Evidence:
    """The evidence section."""

    kinds: tuple[EvidenceKind, ...]
    sources: tuple[SourceEntry, ...]
    notes: tuple[str, ...]
    grades: tuple[tuple[str, str, int], ...]

    @property
    def _groups(self) -> tuple[EvidenceGroup, ...]:
        return tuple(group for kind in self.kinds for group in kind.groups)

    @property
    def count(self) -> int:
        """How many statements there are."""
        return sum(kind.count for kind in self.kinds)

    @property
    def anchors(self) -> set[str]:
        """Ids of the subjects on the page."""
        return {group.anchor for group in self._groups}

    @property
    def judged(self) -> int:
        """How many statements are judged."""
        return sum(count for grade, _, count in self.grades if grade in JUDGED)


def safe_url(url: str | None) -> str:
    """Keep web addresses only; anything else becomes empty.

    Example:
        >>> safe_url("https://example.org/a"), safe_url("javascript:alert(1)")
        ('https://example.org/a', '')
    """
    text = (url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


def collect(rows: list[dict[str, Any]], names: Names, words: Words) -> Evidence:
    """Group and word the statements of a result.

    Args:
        rows: The table `evidence` of a result.
        names: Names for people.
        words: The phrases.

    Returns:
        Kinds of subjects with their statements, the list of sources, the notes that several
        statements share, and counts by grade.
    """
    sources = _sources(rows, words)
    notes = Counter(str(row["note"]) for row in rows if row["note"])
    shared = {text: i for i, text in enumerate((t for t, n in notes.items() if n > 1), start=1)}
    subjects: dict[str, dict[str, list[EvidenceRow]]] = {}
    for row in rows:
        what, made = _row(row, sources, shared, names, words)
        subjects.setdefault(str(row["subject_id"]), {}).setdefault(what, []).append(made)
    kinds: dict[str, list[EvidenceGroup]] = {key: [] for key in words.tables["kinds"]}
    for subject, blocks in subjects.items():
        kind, key = _split(subject)
        kinds.setdefault(kind, []).append(
            EvidenceGroup(
                anchor_of(kind, key),
                names.thing(subject, words),
                tuple(EvidenceBlock(title, _sorted(own)) for title, own in blocks.items()),
            )
        )
    found = Counter(str(row["grade"] or "X") for row in rows)
    return Evidence(
        tuple(
            EvidenceKind(
                words.label("kinds", kind),
                tuple(sorted(groups, key=lambda group: group.name.lower())),
            )
            for kind, groups in kinds.items()
            if groups
        ),
        tuple(sources.values()),
        tuple(shared),
        tuple((grade, str(text), found[grade]) for grade, text in words.tables["grades"].items()),
    )


def _sorted(rows: list[EvidenceRow]) -> tuple[EvidenceRow, ...]:
    """Order by period and source, then by whom they are about; write what they share once."""
    ordered = sorted(rows, key=lambda row: (row.tail, row.what.lower()))
    made: list[EvidenceRow] = []
    for _, shared in groupby(ordered, key=lambda row: row.tail):
        run = list(shared)
        made += [replace(row, together=0 if i else len(run)) for i, row in enumerate(run)]
    return tuple(made)


def _sources(rows: list[dict[str, Any]], words: Words) -> dict[str, SourceEntry]:
    counts = Counter(str(row["source_id"] or "") for row in rows)
    sources: dict[str, SourceEntry] = {}
    for row in rows:
        key = str(row["source_id"] or "")
        if key not in sources:
            sources[key] = SourceEntry(
                len(sources) + 1,
                str(row["source"] or words.empty("source")),
                str(row["publisher"] or ""),
                safe_url(row["url"]),
                str(row["accessed"] or ""),
                counts[key],
            )
    return sources


def _split(subject: str) -> tuple[str, str]:
    kind, _, key = subject.partition(":")
    return (kind, key) if key else ("other", kind)


def _row(
    row: dict[str, Any],
    sources: dict[str, SourceEntry],
    shared: dict[str, int],
    names: Names,
    words: Words,
) -> tuple[str, EvidenceRow]:
    """Word one statement: the title of its block, and its row."""
    unit = words.unit(str(row["unit"] or ""))
    key = str(row["property"])
    title = words.label("properties", key)
    if key in words.tables["told_by_use"] and row["used_for"]:
        title = str(row["used_for"])
    note = str(row["note"] or "")
    what = names.thing(str(row["object_id"]), words) if row["object_id"] else words.empty("object")
    return title, EvidenceRow(
        anchor_of("s", str(row["statement_id"])),
        what,
        _figures(row, unit, words),
        str(row["period"] or words.empty("period")),
        str(row["grade"] or "X"),
        sources[str(row["source_id"] or "")].number,
        str(row["locator"] or words.empty("locator")),
        "" if note in shared else note,
        shared.get(note, 0),
    )


def _figures(row: dict[str, Any], unit: Unit, words: Words) -> str:
    """Value and interval with one unit."""
    shown = {
        key: float(row[key]) * unit.factor
        for key in ("value", "low", "high")
        if row[key] is not None and math.isfinite(row[key])
    }
    places = decimals_for(*shown.values()) if shown else 0
    value = words.empty("value")
    if "value" in shown:
        value = with_unit(number(shown["value"], places), unit)
    if "low" not in shown or "high" not in shown:
        return f"{value} ({words.empty('interval')})"
    between = f"{number(shown['low'], places)} to {number(shown['high'], places)}"
    return f"{value} ({between if 'value' in shown else with_unit(between, unit)})"
