# SPDX-License-Identifier: Apache-2.0
"""The text of a cell read as the value of a fact, or the reason why it cannot be."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.layout import TABLES, Column, plain
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

UNKNOWN = frozenset({"", "?", "unknown", "not known", "null", "nan", "tbd"})
"""Cells that say nothing, whatever their case."""
NOT_RELEVANT = frozenset({"n/a", "n.a.", "not applicable"})
NOTHING = frozenset({"none", "-", "nil"})
"""In a set: it is known to be empty."""
YES = frozenset({"yes", "y", "true", "t", "1", "x"})
NO = frozenset({"no", "n", "false", "f", "0"})

_ECCN = re.compile(r"([0-9][A-E][0-9]{3})(?![0-9])(.*)", re.IGNORECASE | re.DOTALL)
_PARTS = re.compile(r"[a-z]+|[0-9]+")
_ELSEWHERE = re.compile(r"[A-Z]{2}:\S.*")


class CellError(ValueError):
    """The cell cannot be read; the message says why and what to write."""


def read_cell(text: str, column: Column) -> Value:
    """Read one cell.

    Args:
        text: What it says.
        column: The column it stands in.

    Returns:
        None if it says nothing, else the value.

    Raises:
        CellError: If it cannot be read.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.layout import layout
        >>> columns = layout(load_law())
        >>> read_cell("3b001 d 8", columns["eccn"]), read_cell("20..30", columns["tpp"])
        ('3B001.d.8', Interval(low=20.0, high=30.0))
        >>> read_cell("South Korea", columns["destination"]), read_cell("no", columns["has_hbm"])
        ('KR', False)
        >>> read_cell("none", columns["party_lists"]), read_cell(" ", columns["eccn"])
        (frozenset(), None)
    """
    short = text.strip()
    word = short.casefold()
    values = column.fact.values if column.fact else ()
    if word in UNKNOWN and word not in values:
        return None
    if word in NOT_RELEVANT:
        if column.type in ("codes", "countries", "eccns"):
            return frozenset()
        return False if column.type == "flag" else NOT_APPLICABLE
    return READERS[column.type](short, column)


def _flag(text: str, column: Column) -> Value:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    message = f"'{text}' is neither yes nor no"
    raise CellError(message)


def _number(text: str, column: Column) -> Value:
    low, dots, high = (part.strip() for part in text.partition(".."))
    if not dots:
        return _plain_number(low, column)
    ends = (
        _plain_number(low, column) if low else column.lowest,
        _plain_number(high, column) if high else column.highest,
    )
    if ends[0] > ends[1]:
        message = f"'{text}': the lower bound is above the upper bound"
        raise CellError(message)
    return ends[0] if ends[0] == ends[1] else Interval(*ends)


def _plain_number(text: str, column: Column) -> float:
    if column.unit.startswith("%"):
        text = text.removesuffix("%").strip()
    try:
        value = float(text.replace("_", " "))
    except ValueError:
        unit = f" (in {column.unit})" if column.unit else ""
        message = f"'{text}' is no number{unit}; write 12.5, 20..30 for an interval, or n/a"
        raise CellError(message) from None
    if not math.isfinite(value):
        message = f"'{text}' is no finite number"
        raise CellError(message)
    if value < column.lowest:
        message = f"'{text}' is below zero"
        raise CellError(message)
    if value > column.highest:
        message = f"'{text}' is above {column.highest:g}, the most that it can be"
        raise CellError(message)
    return value


def _date(text: str, column: Column) -> Value:
    try:
        return date.fromisoformat(re.split(r"[T ]", text, maxsplit=1)[0])
    except ValueError:
        message = f"'{text}' is no date; write YYYY-MM-DD"
        raise CellError(message) from None


def _code(text: str, column: Column) -> Value:
    values = column.fact.values if column.fact else ()
    named = {value.casefold(): value for value in (*column.codes, *values)}
    for word in (text.casefold(), text.casefold().replace(" ", "_")):
        if word in named:
            return named[word]
    if values:
        message = f"'{text}' is none of {', '.join(values)}"
        raise CellError(message)
    return text


@dataclass(frozen=True)
class _Countries:
    codes: frozenset[str]
    names: dict[str, str]


@cache
def _countries() -> _Countries:
    with (TABLES / "countries.csv").open(encoding="utf-8", newline="") as file:
        codes = frozenset(row["code"] for row in csv.DictReader(file))
    with (TABLES / "country_names.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"]: row["codes"] for row in csv.DictReader(file)}
    return _Countries(codes, names)


def country_codes() -> frozenset[str]:
    """Return the codes of all countries (ISO 3166-1).

    Example:
        >>> "KZ" in country_codes(), "QQ" in country_codes()
        (True, False)
    """
    return _countries().codes


def country(text: str, column: Column | None = None) -> str:
    """Read a country: a code of two letters (ISO 3166-1), or a name that means one country.

    Raises:
        CellError: If it is none, or may be several.

    Example:
        >>> country("cn"), country("Viet Nam"), country("USA")
        ('CN', 'VN', 'US')
        >>> country("Korea")
        Traceback (most recent call last):
        ...
        chokegraph.rules.cells.CellError: 'Korea' may be KP or KR; write the code
    """
    known = _countries()
    code = text.upper()
    if code in known.codes:
        return code
    found = known.names.get(_country_key(text), "")
    if ";" in found:
        message = f"'{text}' may be {' or '.join(found.split(';'))}; write the code"
        raise CellError(message)
    if not found:
        message = f"'{text}' is no country; write its code of two letters (ISO 3166-1)"
        raise CellError(message)
    return found


def _country_key(text: str) -> str:
    import unicodedata

    folded = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    kept = "".join(letter for letter in folded if letter not in ".'’")
    kept = "".join(letter for letter in kept if not unicodedata.combining(letter))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in kept).split())


def eccn(text: str, column: Column | None = None) -> str:
    """Read a classification in its usual spellings.

    Raises:
        CellError: If it is none.

    Example:
        >>> eccn("3B001f1b2b"), eccn("3A090(a)"), eccn("ear 99"), eccn("not subject")
        ('3B001.f.1.b.2.b', '3A090.a', 'EAR99', 'NOT_SUBJECT')
        >>> eccn("CN:Ga")
        'CN:Ga'
    """
    word = re.sub(r"[\s_-]+", "", text).upper()
    if word == "EAR99":
        return "EAR99"
    if word == "NOTSUBJECT":
        return "NOT_SUBJECT"
    if _ELSEWHERE.fullmatch(text):
        return text
    found = _ECCN.fullmatch(text)
    rest = found.group(2).casefold() if found else ""
    if not found or re.sub(r"[a-z0-9\s.\-()/]", "", rest):
        message = f"'{text}' is no ECCN; write 3B001.d.8, EAR99, NOT_SUBJECT or another list's code"
        raise CellError(message)
    return ".".join([found.group(1).upper(), *_PARTS.findall(rest)])


def _set_of(read: Callable[[str, Column], Value]) -> Callable[[str, Column], Value]:
    def read_set(text: str, column: Column) -> Value:
        if text.casefold() in NOTHING:
            return frozenset()
        parts = (part.strip() for part in text.split(";"))
        return frozenset(str(read(part, column)) for part in parts if part)

    return read_set


def _text(text: str, column: Column) -> Value:
    return text


READERS: dict[str, Callable[[str, Column], Value]] = {
    "flag": _flag,
    "number": _number,
    "date": _date,
    "code": _code,
    "country": country,
    "eccn": eccn,
    "codes": _set_of(_code),
    "countries": _set_of(country),
    "eccns": _set_of(eccn),
    "text": _text,
}


def read_assumptions(texts: Iterable[str], columns: Mapping[str, Column]) -> dict[str, Value]:
    """Read assumptions FACT=VALUE for blank cells.

    Args:
        texts: One for each fact, such as "us_person=no" or "fab_node=mature".
        columns: The layout.

    Raises:
        FindingsError: For facts that are none, and values that cannot be read.

    Example:
        >>> from chokegraph.rules import load_law
        >>> from chokegraph.rules.layout import layout
        >>> read_assumptions(["us_person=no", "party-lists=none"], layout(load_law()))
        {'us_person': False, 'party_lists': frozenset()}
    """
    found: dict[str, Value] = {}
    findings: list[Finding] = []
    facts = {plain(n): column for n, column in columns.items() if column.fact is not None}
    for text in texts:
        name, equals, value = text.partition("=")
        column = facts.get(plain(name))
        if column is None or not equals:
            near = get_close_matches(plain(name), sorted(facts), n=1)
            fix = f"did you mean '{near[0]}=...'?" if near else "write FACT=VALUE"
            findings.append(Finding(f"'{text}' is no assumption on a fact", fix))
            continue
        try:
            found[column.name] = read_cell(value, column)
        except CellError as error:
            findings.append(Finding(f"{column.name}: {error}", "correct the value"))
    if findings:
        raise FindingsError(findings, title="assumptions")
    return {name: value for name, value in found.items() if value is not None}
