# SPDX-License-Identifier: Apache-2.0
"""Section 9: the statements that the result rests on, grouped by what they are about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chokegraph.report.names import Names, anchor_of
from chokegraph.report.numbers import Unit, decimals_for, number, with_unit
from chokegraph.report.words import Words

JUDGED = ("D", "X")
"""Grades that are marked: a single claim, or our own judgement."""


@dataclass(frozen=True)
class EvidenceRow:
    """One statement in words."""

    anchor: str
    what: str
    value: str
    interval: str
    period: str
    grade: str
    source_anchor: str
    source_number: int
    locator: str
    note: str

    @property
    def judged(self) -> bool:
        """Whether it is marked as judged."""
        return self.grade in JUDGED


@dataclass(frozen=True)
class EvidenceGroup:
    """All statements on one subject."""

    anchor: str
    name: str
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class SourceEntry:
    """One source in the list of sources."""

    anchor: str
    number: int
    title: str
    publisher: str
    url: str
    accessed: str
    count: int


@dataclass(frozen=True)
class Evidence:
    """The evidence section."""

    groups: tuple[EvidenceGroup, ...]
    sources: tuple[SourceEntry, ...]
    grades: tuple[tuple[str, str, int], ...]
    count: int

    @property
    def anchors(self) -> set[str]:
        """Ids of groups and statements on the page."""
        rows = {row.anchor for group in self.groups for row in group.rows}
        return rows | {group.anchor for group in self.groups}

    @property
    def judged(self) -> int:
        """How many statements are judged."""
        return sum(row.judged for group in self.groups for row in group.rows)


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
        Groups by subject, the list of sources, and counts by grade.
    """
    sources: dict[str, SourceEntry] = {}
    counts: dict[str, int] = {}
    for row in rows:
        key = str(row["source_id"] or "")
        counts[key] = counts.get(key, 0) + 1
    for row in rows:
        key = str(row["source_id"] or "")
        if key not in sources:
            sources[key] = SourceEntry(
                anchor_of("source", key or "none"),
                len(sources) + 1,
                str(row["source"] or words.empty("source")),
                str(row["publisher"] or ""),
                safe_url(row["url"]),
                str(row["accessed"] or ""),
                counts[key],
            )
    groups: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        source = sources[str(row["source_id"] or "")]
        groups.setdefault(str(row["subject_id"]), []).append(_row(row, source, names, words))
    made = [
        EvidenceGroup(anchor_of(*_split(subject)), names.thing(subject, words), tuple(own))
        for subject, own in groups.items()
    ]
    made.sort(key=lambda group: (group.anchor.startswith("prior-"), group.name.lower()))
    found = [str(row["grade"] or "X") for row in rows]
    grades = tuple(
        (grade, str(text), found.count(grade)) for grade, text in words.tables["grades"].items()
    )
    return Evidence(tuple(made), tuple(sources.values()), grades, len(rows))


def _split(subject: str) -> tuple[str, str]:
    kind, _, key = subject.partition(":")
    return (kind, key) if key else ("thing", kind)


def _row(row: dict[str, Any], source: SourceEntry, names: Names, words: Words) -> EvidenceRow:
    unit = words.unit(str(row["unit"] or ""))
    what = words.label("properties", str(row["property"]))
    if row["object_id"]:
        what += f": {names.thing(str(row['object_id']), words)}"
    value, between = _figures(row, unit, words)
    return EvidenceRow(
        anchor_of("s", str(row["statement_id"])),
        what,
        value,
        between,
        str(row["period"] or words.empty("period")),
        str(row["grade"] or "X"),
        source.anchor,
        source.number,
        str(row["locator"] or words.empty("locator")),
        str(row["note"] or ""),
    )


def _figures(row: dict[str, Any], unit: Unit, words: Words) -> tuple[str, str]:
    shown = {
        key: float(row[key]) * unit.factor
        for key in ("value", "low", "high")
        if row[key] is not None and math.isfinite(row[key])
    }
    places = decimals_for(*shown.values()) if shown else 0
    value = words.empty("value")
    if "value" in shown:
        value = with_unit(number(shown["value"], places), unit)
    if "low" in shown and "high" in shown:
        text = f"{number(shown['low'], places)} to {number(shown['high'], places)}"
        return value, with_unit(text, unit)
    return value, words.empty("interval")
