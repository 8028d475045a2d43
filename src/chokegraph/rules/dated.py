# SPDX-License-Identifier: Apache-2.0
"""What holds from one day to another: versions with two clocks, a status, a citation, a mark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeVar

Status = Literal["in_force", "suspended", "unenforced", "announced", "vacated"]
Confidence = Literal["A", "B", "C", "?"]

STATUSES: tuple[Status, ...] = ("in_force", "suspended", "unenforced", "announced", "vacated")
CONFIDENCES: tuple[Confidence, ...] = ("A", "B", "C", "?")
DOUBTED: tuple[Confidence, ...] = ("C", "?")
"""The confidence marks that are printed when such a value decides an outcome."""

# Which later versions end one that names no end itself. An unenforced text runs beside the others.
_STATES: tuple[Status, ...] = ("in_force", "suspended", "vacated")
_ENDED_BY: dict[Status, tuple[Status, ...]] = {
    "in_force": _STATES,
    "suspended": _STATES,
    "vacated": _STATES,
    "announced": (*_STATES, "announced"),
    "unenforced": ("unenforced", "vacated"),
}


@dataclass(frozen=True, kw_only=True)
class Dated:
    """One version of a rule, parameter, group or alias.

    Args:
        effective: The first day on which it applies.
        compliance: The day from which it must be complied with, if later.
        ends: The first day on which it no longer applies; None while no end is set.
        published: The day from which it could be known.
        ends_published: The day from which its end could be known.
        status: in_force, suspended, unenforced, announced or vacated.
        cite: Where it stands.
        confidence: A (agrees with the text), B (official notices), C (likely), ? (doubtful).
        note: Anything a reader should know.
    """

    effective: date
    compliance: date | None = None
    ends: date | None = None
    published: date
    ends_published: date | None = None
    status: Status = "in_force"
    cite: str
    confidence: Confidence
    note: str = ""

    @property
    def applies_from(self) -> date:
        """The day from which the outcome uses it: the compliance day if there is one."""
        return self.compliance or self.effective

    @property
    def doubted(self) -> bool:
        """Whether its confidence is C or ?."""
        return self.confidence in DOUBTED

    def live_on(self, on: date) -> bool:
        """Return whether it is in force, and to be complied with, on a day."""
        return (
            self.status == "in_force"
            and self.applies_from <= on
            and (self.ends is None or on < self.ends)
        )

    def shadow_on(self, on: date) -> str | None:
        """Return why it does not count on a day on which it stands in the books, else None.

        Returns:
            "suspended", "unenforced", "announced", "pending" (effective, but not yet to be
            complied with), or None.
        """
        if not (self.effective <= on and (self.ends is None or on < self.ends)):
            return None
        if self.status == "in_force":
            return "pending" if on < self.applies_from else None
        return None if self.status == "vacated" else self.status

    def days(self) -> set[date]:
        """Return the days on which something about it changes."""
        return {day for day in (self.effective, self.compliance, self.ends) if day is not None}


V = TypeVar("V", bound=Dated)


def with_ends(versions: tuple[V, ...]) -> tuple[V, ...]:
    """Give every version without an end the one that the next version implies.

    Args:
        versions: In the order of their effective days.

    Returns:
        The same versions; `ends` is set to the day on which a later version takes over.
    """
    finished: list[V] = []
    for position, version in enumerate(versions):
        enders = _ENDED_BY[version.status]
        later = next((v for v in versions[position + 1 :] if v.status in enders), None)
        if version.ends is None and later is not None:
            known = version.ends_published or later.published
            finished.append(replace(version, ends=later.applies_from, ends_published=known))
        else:
            finished.append(version)
    return tuple(finished)


def known_by(versions: tuple[V, ...], day: date) -> tuple[V, ...]:
    """Return the versions as they could be known on a day: the second clock.

    What was published later is left out, and an end that was published later is not known yet.
    """
    return tuple(
        replace(version, ends=None, ends_published=None)
        if version.ends is not None and (version.ends_published or version.ends) > day
        else version
        for version in versions
        if version.published <= day
    )


def live(versions: tuple[V, ...], on: date) -> V | None:
    """Return the version that is live on a day; None if there is none."""
    for version in reversed(versions):
        if version.live_on(on):
            return version
    return None
