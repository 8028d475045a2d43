# SPDX-License-Identifier: Apache-2.0
"""An entry of a list of parties, and a file of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chokegraph.errors import Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class ListEntry:
    """One party on one list.

    Args:
        list: The code of the list: ENTITY_LIST, MEU, UVL, DPL, SDN and so on.
        name: The name as printed.
        alt_names: Other names.
        countries: Countries of its addresses, ISO alpha-2; () when none is stated.
        footnotes: Entity List footnotes, such as "5".
        scope: What the licence requirement covers: "all", another code, or "other" where the
            text is in no known form; "" where there is none.
        policy: The review policy's code, "other" for a text in no known form; "" where none.
        exceptions: Licence exceptions that the entry leaves open.
        requirement_text: The licence requirement as printed.
        policy_text: The review policy as printed.
        start: First day; None when not stated.
        end: First day on which it is no longer listed; None while it is.
        cite: Where it was published.
        line: The line of the file.

    Example:
        >>> entry = ListEntry(list="UVL", name="Example Trading", start=date(2024, 1, 1))
        >>> entry.stands_on(date(2023, 12, 31)), entry.stands_on(date(2024, 1, 1))
        (False, True)
    """

    list: str
    name: str
    alt_names: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    scope: str = ""
    policy: str = ""
    exceptions: tuple[str, ...] = ()
    requirement_text: str = ""
    policy_text: str = ""
    start: date | None = None
    end: date | None = None
    cite: str = ""
    line: int | None = None

    def stands_on(self, day: date | None) -> bool:
        """Return whether the entry stands on a day, as far as its dates are stated."""
        if day is None:
            return True
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    @property
    def names(self) -> tuple[str, ...]:
        """The name and the other names."""
        return (self.name, *self.alt_names)


@dataclass(frozen=True)
class PartyList:
    """The entries of a list file, and what could not be read.

    Args:
        file: The file's name.
        layout: The layout it is in.
        digest: The SHA-256 of the file, for manifests.
        entries: In the order of the file.
        findings: Warnings: rows left out, texts in no known form.
    """

    file: str
    layout: str
    digest: str
    entries: tuple[ListEntry, ...]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"PartyList({self.file!r}, {self.layout}, {len(self.entries):,} entries)"
