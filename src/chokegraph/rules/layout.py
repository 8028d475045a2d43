# SPDX-License-Identifier: Apache-2.0
"""The columns of a file of transactions, generated from the facts that the law tests.

Each fact is a column of the same name. A few columns say more about a row: its id, its date and the
names of its parties. Names of columns are taken as they come: case, spaces, hyphens and underscores
do not count, and a table holds other names in use ("Ultimate consignee country").
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Literal

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.language import Test, walk
from chokegraph.rules.model import FactDefinition, FactType, Law

TABLES = Path(__file__).parent / "tables"
ROLES = ("purchaser", "intermediate_consignee", "ultimate_consignee", "end_user")
"""The parties that a row may name; a listing counts for each of them."""
MAY_BE_ABSENT = "intermediate_consignee"
"""The one role that a transaction need not have: a blank cell means that there is none."""
BOUNDS = ("low", "high")
"""`tpp_low` and `tpp_high` give a number as an interval in two columns."""

ColumnType = FactType | Literal["text"]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column that a file may have.

    Args:
        name: Its name.
        type: The type of its cells; "text" for names and ids.
        about: item, production, transaction, parties, end_use; row or party for what is no fact.
        meaning: What it says.
        aliases: Other names for it, in order of precedence.
        needed: "" if optional; columns with the same word stand for one another, and one of each
            word must be there: when, what, where, to.
        unit: The unit of a number.
        fact: The fact's definition; None for id, date and names.
        codes: Codes that the law tests it against, spelled as there; others may occur.
    """

    name: str
    type: ColumnType
    about: str
    meaning: str
    aliases: tuple[str, ...] = ()
    needed: str = ""
    unit: str = ""
    fact: FactDefinition | None = None
    codes: tuple[str, ...] = ()

    @property
    def lowest(self) -> float:
        """The lowest number that it may have: quantities are zero or more, temperatures not."""
        return -math.inf if self.unit == "degC" else 0.0

    @property
    def highest(self) -> float:
        """The highest number that it may have: a share of a whole is 100 % at most."""
        return self.fact.most if self.fact is not None else math.inf


@dataclass(frozen=True)
class Header:
    """How the columns of one file are used.

    Args:
        used: For each column of the layout, the file's columns that hold it, best first (only the
            date may have several).
        bounds: For each number given as an interval in two columns: its low and high column.
        findings: Warnings: columns that are not used.
    """

    used: dict[str, tuple[str, ...]]
    bounds: dict[str, tuple[str, str]]
    findings: tuple[Finding, ...] = ()

    @property
    def sources(self) -> list[str]:
        """The file's columns that are read."""
        named = [name for names in self.used.values() for name in names]
        return [*named, *(name for pair in self.bounds.values() for name in pair)]


def plain(name: str) -> str:
    """Return a column's name as it is compared.

    Example:
        >>> plain(" Ultimate-Consignee  Country"), plain("die (mm2)")
        ('ultimate_consignee_country', 'die_mm2')
    """
    return re.sub(r"[^\w%]+", "_", name.strip().casefold()).strip("_")


@cache
def _table() -> tuple[dict[str, str], ...]:
    with (TABLES / "columns.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def layout(law: Law) -> dict[str, Column]:
    """Return the columns that a file may have, by name: first the row, then facts, then parties.

    Example:
        >>> from chokegraph.rules import load_law
        >>> columns = layout(load_law())
        >>> columns["tpp"].unit, columns["tpp"].aliases
        ('TOPS x bits', ('total processing performance',))
        >>> [name for name, column in columns.items() if column.needed == "to"]
        ['destination', 'known_final_destination']
    """
    extra = {row["column"]: row for row in _table()}
    codes = _tested_codes(law)
    columns: dict[str, Column] = {}
    for name, row in extra.items():
        if row["about"] == "row":
            columns[name] = _own(row)
    for name, fact in law.facts.items():
        more = extra.get(name, {"aliases": "", "needed": ""})
        needed = more["needed"]
        if fact.about == "item" and fact.type == "number":
            needed = "what"  # parameters stand in for a classification
        columns[name] = Column(
            name=name,
            type=fact.type,
            about=fact.about,
            meaning=fact.meaning,
            aliases=_aliases(more),
            needed=needed,
            unit=fact.unit,
            fact=fact,
            codes=codes.get(name, ()),
        )
    for name, row in extra.items():
        if row["about"] == "party":
            columns[name] = _own(row)
    return columns


def _tested_codes(law: Law) -> dict[str, tuple[str, ...]]:
    """Return for each fact that is a code, or a set of codes, those that conditions name."""
    found: dict[str, set[str]] = {}
    for rule in law.rules:
        for version in rule.versions:
            for part in walk(version.when):
                if isinstance(part, Test) and law.facts[part.fact].kind == "code":
                    names = part.operand if isinstance(part.operand, tuple) else ()
                    into = found.setdefault(part.fact, set())
                    for name in names:
                        group = law.groups.get(name)
                        into |= {m for v in group.versions for m in v.members} if group else {name}
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def _own(row: dict[str, str]) -> Column:
    return Column(
        name=row["column"],
        type=row["type"],  # type: ignore[arg-type]
        about=row["about"],
        meaning=row["meaning"],
        aliases=_aliases(row),
        needed=row["needed"],
    )


def _aliases(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in row["aliases"].split(";") if part.strip())


WANTED = {
    "when": ("the day of the transaction", "add a column as_of, or give --as-of DATE"),
    "what": ("the item", "add a column eccn, or parameters such as tpp and die_mm2"),
    "where": ("where it comes from", "add a column exporter_country or origin"),
    "to": ("where it goes", "add a column destination"),
}


def match_header(
    names: Sequence[str], columns: dict[str, Column], *, file: str = "", dated: bool = False
) -> Header:
    """Find out what each column of a file is.

    Args:
        names: The file's header.
        columns: The layout.
        file: The file's name, for findings.
        dated: Whether a date is given for all rows, so that the file needs none.

    Raises:
        FindingsError: If a column is there twice, or one that is needed is not there.

    Example:
        >>> from chokegraph.rules import load_law
        >>> columns = layout(load_law())
        >>> header = match_header(["ECCN", "Ship-to country", "from", "Ship date"], columns)
        >>> sorted(header.used)
        ['as_of', 'destination', 'eccn', 'exporter_country']
    """
    known = {plain(name): (column, 0) for name, column in columns.items()}
    for column in columns.values():
        for place, alias in enumerate(column.aliases, start=1):
            known.setdefault(plain(alias), (column, place))
    found: dict[str, list[tuple[int, str]]] = {}
    bounds: dict[str, dict[str, str]] = {}
    findings: list[Finding] = []
    for name in names:
        key = plain(name)
        if key in known:
            column, place = known[key]
            found.setdefault(column.name, []).append((place, name))
            continue
        base, _, end = key.rpartition("_")
        hit = known.get(base.rstrip("_"))
        if end in BOUNDS and hit and hit[0].type == "number":
            bounds.setdefault(hit[0].name, {})[end] = name
            continue
        near = get_close_matches(key, sorted(known), n=1)
        fix = f"did you mean '{near[0]}'?" if near else "it is left out"
        findings.append(
            Finding(f"column '{name}' is not used", fix, file, 1, name, severity="warning")
        )
    errors = _duplicates(found, bounds, file) + _missing(found, bounds, columns, file, dated=dated)
    if errors:
        raise FindingsError([*errors, *findings], title="columns")
    used = {name: tuple(text for _, text in sorted(hits)) for name, hits in found.items()}
    dates = used.get("as_of", ())
    if len(dates) > 1:
        message = f"several dates: {', then '.join(repr(name) for name in dates)} where blank"
        fix = "the law of that day counts; rename the column you mean to as_of"
        findings.append(Finding(message, fix, file, 1, dates[0], severity="warning"))
    pairs = {name: (pair["low"], pair["high"]) for name, pair in bounds.items()}
    return Header(used, pairs, tuple(findings))


def _duplicates(
    found: dict[str, list[tuple[int, str]]], bounds: dict[str, dict[str, str]], file: str
) -> list[Finding]:
    errors = []
    for name, hits in found.items():
        if len(hits) > 1 and name != "as_of":
            said = " and ".join(f"'{text}'" for _, text in hits)
            fix = "keep one of them"
            errors.append(Finding(f"{said} are both '{name}'", fix, file, 1, hits[1][1]))
    for name, pair in bounds.items():
        if len(pair) < len(BOUNDS) or name in found:
            fix = f"give {name}_low and {name}_high, or {name} alone"
            column = next(iter(pair.values()))
            errors.append(Finding(f"'{column}' does not go with the rest", fix, file, 1, column))
    return errors


def _missing(
    found: dict[str, list[tuple[int, str]]],
    bounds: dict[str, dict[str, str]],
    columns: dict[str, Column],
    file: str,
    *,
    dated: bool,
) -> list[Finding]:
    have = {columns[name].needed for name in (*found, *bounds)}
    if dated:
        have.add("when")
    return [
        Finding(f"no column says {what}", fix, file, 1)
        for word, (what, fix) in WANTED.items()
        if word not in have
    ]
