# SPDX-License-Identifier: Apache-2.0
"""What the rules of the law themselves say of one chip: answers, citations, marks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from chokegraph.chip.caught import NO, YES
from chokegraph.rules import Law, load_law
from chokegraph.rules.completing import completed
from chokegraph.rules.scalar import Trace
from chokegraph.rules.values import NOT_APPLICABLE, Value
from chokegraph.study.chip_status import Parts, in_words
from chokegraph.study.chip_thresholds import NOTIFIED, REVIEW, RULES, days_of_change

_ENTRIES = ("3A090", "3A090.a", "3A090.b")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A rule of the law and what it says of a part.

    Args:
        rule: Its id.
        title: What it is about.
        answer: 0 no, 1 unknown, 2 yes.
        cite: Where it stands.
        confidence: Mark of the version: A, B, C or ?.
    """

    rule: str
    title: str
    answer: int
    cite: str
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What the law's own rules say of one part on a day.

    Args:
        on: The day.
        words: The status as a phrase.
        grounds: The rules in force that were asked.
        next_change: The next day on which one of the texts changes, or None.
    """

    on: date
    words: str
    grounds: tuple[Ground, ...]
    next_change: date | None

    def answer(self, rule: str) -> int:
        """Return the answer of a rule; 0 if it is not in force."""
        return next((one.answer for one in self.grounds if one.rule == rule), NO)


def facts_of(parts: Parts, at: int = 0) -> dict[str, Value]:
    """Return what the law is told of one part: None is unknown.

    Args:
        parts: The parts.
        at: Which of them.
    """
    given = (getattr(parts, one.name) for one in fields(Parts))
    tpp, area, transfer, bandwidth, centre = (
        float(column.ravel()[at]) for column in np.broadcast_arrays(*given)
    )

    def or_none(value: float) -> float | None:
        return None if np.isnan(value) else value

    return {
        "tpp": or_none(tpp),
        "max_tops_x_bits": or_none(tpp),
        "die_mm2": NOT_APPLICABLE if area == 0 else or_none(area),
        "io_gbytes_s": or_none(transfer),
        "dram_bw_gbytes_s": or_none(bandwidth),
        "marketed_datacentre": {NO: False, YES: True}.get(int(centre)),
    }


def by_the_law(parts: Parts, on: date, law: Law | None = None, at: int = 0) -> Decided:
    """Ask the rules of the law about one part.

    Args:
        parts: Its figures.
        on: The day.
        law: The law; the bundled one if None.
        at: Which of the parts.

    Example:
        >>> from datetime import date
        >>> found = by_the_law(Parts(tpp=4992.0, area=826.0, datacentre=2), date(2024, 1, 1))
        >>> found.words, found.answer("cls-3a090-a")
        ('3A090.a', 2)
    """
    law = load_law() if law is None else law
    row = completed(facts_of(parts, at), law)
    trace = Trace(row, law, on)
    words = in_words(*(int(trace.rule(name)) for name in RULES.values()))
    # The exception asks for the entry of the control list: it is the paragraph that is met.
    entered = Trace(row | {"eccn": words}, law, on) if words in _ENTRIES else trace
    grounds = []
    for name in (*RULES.values(), NOTIFIED, REVIEW):
        version = law.rule(name).version_on(on) if name in law.by_id else None
        asked = name != NOTIFIED or words != "not 3A090"  # What is free needs no exception.
        if version is not None and asked:
            grounds.append(
                Ground(
                    rule=name,
                    title=law.rule(name).title,
                    answer=int((entered if name == NOTIFIED else trace).rule(name)),
                    cite=version.cite,
                    confidence=version.confidence,
                )
            )
    later = [day for day in days_of_change(law) if day > on]
    return Decided(
        on=on,
        words=words,
        grounds=tuple(grounds),
        next_change=later[0] if later else None,
    )
