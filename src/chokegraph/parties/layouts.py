# SPDX-License-Identifier: Apache-2.0
"""The layouts in which lists of parties come, and how a row of each becomes an entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from chokegraph.errors import Finding, FindingsError
from chokegraph.parties.model import ListEntry
from chokegraph.parties.tables import table
from chokegraph.parties.texts import (
    OTHER,
    exceptions_of,
    footnotes_of,
    list_code,
    policy_of,
    scope_of,
)

Raw = dict[str, str]
Read = tuple[ListEntry, tuple[str, ...]]
"""An entry, and what a reader of the list should know of it."""
Reader = Callable[[Raw], Read]

_SHOWN = 80

_COUNTRY_AT_END = re.compile(r"(?:^|[\s,])([A-Z]{2})\s*$")
_CODE = re.compile(r"[A-Z]{2}")


def layout_of(header: Sequence[str], file: str) -> tuple[str, list[str], Reader]:
    """Tell the layout from the header.

    Returns:
        Its name, the columns' names as its reader knows them, and the reader of a row.

    Raises:
        FindingsError: If the header is that of no known layout.
    """
    names = [name.strip().lower() for name in header]
    have = set(names)
    if {"source", "name", "license_requirement", "addresses"} <= have:
        return "Consolidated Screening List", names, consolidated
    if {"list", "name", "address_countries", "license_requirement"} <= have:
        return "flattened Consolidated Screening List", names, flattened
    known = _own_columns()
    columns = [known.get(" ".join(name.replace("_", " ").split()), "") for name in names]
    missing = [
        row["column"]
        for row in table("own_columns")
        if row["mandatory"] == "yes" and row["column"] not in columns
    ]
    if missing:
        fix = "give the Consolidated Screening List (CSV or JSON), or columns name and list"
        raise FindingsError(
            [Finding(f"no column '{name}'", fix, file, 1, name) for name in missing], title="list"
        )
    return "own", columns, own


@cache
def _own_columns() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in table("own_columns"):
        for name in (row["column"], *row["aliases"].split(";")):
            names[" ".join(name.replace("_", " ").split())] = row["column"]
    return names


def read_json_rows(content: object, file: str) -> tuple[str, Iterator[tuple[int, Raw]], Reader]:
    """Take apart the JSON of the Consolidated Screening List: a list, or one under `results`.

    Raises:
        FindingsError: If it is something else.
    """
    results = content.get("results") if isinstance(content, Mapping) else content
    if not isinstance(results, list):
        fix = "give the JSON of the Consolidated Screening List"
        found = Finding("no list of parties, neither at the top nor under 'results'", fix, file)
        raise FindingsError([found], title="list")

    def rows() -> Iterator[tuple[int, Raw]]:
        for number, item in enumerate(results, start=1):
            if isinstance(item, Mapping):
                raw = {str(key): _flat(value) for key, value in item.items()}
                raw["address_countries"] = _json_countries(item.get("addresses"))
                yield number, raw

    return "Consolidated Screening List, JSON", rows(), consolidated


def _flat(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_flat(part) for part in value if not isinstance(part, Mapping))
    return "" if isinstance(value, Mapping) else str(value)


def _json_countries(addresses: object) -> str:
    if not isinstance(addresses, list):
        return ""
    found = (a.get("country") for a in addresses if isinstance(a, Mapping))
    return "; ".join(str(code) for code in found if code)


def consolidated(raw: Raw) -> Read:
    """Read a row of the Consolidated Screening List.

    Example:
        >>> raw = {"source": "UVL", "name": "X", "addresses": "1 Road, Yerevan, AM"}
        >>> consolidated(raw)[0].countries
        ('AM',)
    """
    countries = _parts(raw.get("address_countries", "")) or _parts(
        "; ".join(
            found.group(1) if (found := _COUNTRY_AT_END.search(address.strip())) else "?"
            for address in raw.get("addresses", "").split(";")
            if address.strip()
        )
    )
    return _entry(raw, source=raw.get("source", ""), countries=countries)


def flattened(raw: Raw) -> Read:
    """Read a row of the flattened form, which has codes of lists and countries."""
    return _entry(raw, source=raw.get("list", ""), countries=_parts(raw["address_countries"]))


def own(raw: Raw) -> Read:
    """Read a row of the simple layout; scope and policy may be codes or printed texts.

    Example:
        >>> entry, notes = own({"name": "Example Fab", "list": "EL", "from": "2024-12-02"})
        >>> entry.start, notes
        (datetime.date(2024, 12, 2), ())
    """
    scope, policy = raw.get("scope", ""), raw.get("policy", "")
    entry, notes = _entry(
        {
            "name": raw.get("name", ""),
            "alt_names": raw.get("alt_names", ""),
            "license_requirement": scope,
            "license_policy": policy,
            "start_date": raw.get("from", ""),
            "end_date": raw.get("until", ""),
            "federal_register_notice": raw.get("cite", ""),
        },
        source=raw.get("list", ""),
        countries=_parts(raw.get("country", "")),
        footnotes=_parts(raw.get("footnotes", "")),
    )
    entry = replace(
        entry,
        scope=scope.strip() if _is_code(scope, "scope") else entry.scope,
        policy=policy.strip() if _is_code(policy, "policy") else entry.policy,
    )
    return entry, notes


def _is_code(text: str, kind: str) -> bool:
    return text.strip() in {
        row["code"] for row in table("requirement_texts") if row["kind"] == kind
    }


def _known_text(text: str, kind: str) -> bool:
    return _is_code(text, kind) or any(
        row["kind"] == kind and re.search(row["pattern"], text, re.IGNORECASE)
        for row in table("requirement_texts")
    )


def _entry(
    raw: Raw, *, source: str, countries: tuple[str, ...], footnotes: tuple[str, ...] = ()
) -> Read:
    name = " ".join(raw.get("name", "").split())
    if not name:
        message = "the row has no name; it is left out"
        raise ValueError(message)
    if not source.strip():
        message = f"{name}: the row has no list; it is left out"
        raise ValueError(message)
    notes: list[str] = []
    if not all(_CODE.fullmatch(code) for code in countries):
        # One address that cannot be read may be anywhere: the entry then has no stated country.
        countries = ()
        notes.append(f"{name}: an address has no country code; no country is taken as stated")
    requirement = raw.get("license_requirement", "").strip()
    policy = raw.get("license_policy", "").strip()
    entry = ListEntry(
        list=list_code(source),
        name=name,
        alt_names=_parts(raw.get("alt_names", "")),
        countries=countries,
        footnotes=footnotes or footnotes_of(requirement),
        scope=scope_of(requirement),
        policy=policy_of(policy),
        exceptions=exceptions_of(requirement, policy),
        requirement_text=requirement,
        policy_text=policy,
        start=_day(raw.get("start_date", ""), notes, f"{name}: the first day"),
        end=_day(raw.get("end_date", ""), notes, f"{name}: the last day"),
        cite=raw.get("federal_register_notice", "").strip(),
    )
    for kind, code, text in (("scope", entry.scope, requirement), ("policy", entry.policy, policy)):
        if code == OTHER and not _known_text(text, kind):
            notes.append(f"{name}: a {kind} in no known form, kept as text: {_short(text)!r}")
    return entry, tuple(notes)


def _parts(text: str) -> tuple[str, ...]:
    parts = (" ".join(part.split()) for part in text.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _day(text: str, notes: list[str], what: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        notes.append(f"{what} {text!r} is no date (YYYY-MM-DD); taken as not stated")
        return None
