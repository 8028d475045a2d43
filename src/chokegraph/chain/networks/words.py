# SPDX-License-Identifier: Apache-2.0
"""The small tables that stand beside the code: column names, countries, industries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chokegraph.world.own_tables import read_rows

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Column:
    """A column of a file that users bring.

    Args:
        name: The name in our own words.
        required: Whether the file cannot be read without it.
        also: Other names that it may have.
        meaning: What stands in it.
    """

    name: str
    required: bool
    also: tuple[str, ...]
    meaning: str


@cache
def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of one kind of file: edges, nodes, cuts or essentiality.

    Example:
        >>> [column.name for column in columns("edges") if column.required]
        ['supplier', 'customer', 'value']
    """
    return tuple(
        Column(
            row["column"], row["required"] == "yes", tuple(row["also"].split(";")), row["meaning"]
        )
        for row in read_rows(TABLES / "columns.csv")
        if row["table"] == table
    )


def plain(name: str) -> str:
    """Return the name of a column without case, spaces, hyphens and dots.

    Example:
        >>> plain(" Customer-ID ")
        'customer_id'
    """
    return re.sub(r"[\s\-.]+", "_", name.strip().casefold())


@cache
def _countries() -> tuple[dict[str, str], dict[str, str]]:
    """Names and codes in lower case, to the code of two letters; that to the one of three."""
    known: dict[str, str] = {}
    three: dict[str, str] = {}
    for row in read_rows(TABLES / "countries.csv"):
        code = row["code"]
        three[code] = row["code3"]
        words = (code, row["code3"], row["name"], *row["also"].split(";"))
        known.update({word.casefold(): code for word in words if word})
    return known, three


def country_code(text: str) -> str:
    """Return the ISO code of two letters for a code or a name; "" where it is not known.

    Example:
        >>> country_code("JPN"), country_code("South Korea"), country_code("Atlantis")
        ('JP', 'KR', '')
    """
    word = re.sub(r"[\s,.()'-]+", " ", text).strip().casefold()
    known, _ = _countries()
    return known.get(text.strip().casefold()) or known.get(word, "")


def country_code3(code: str) -> str:
    """Return the ISO code of three letters, for maps; "" where it is not known.

    Example:
        >>> country_code3("NL")
        'NLD'
    """
    return _countries()[1].get(code, "")


@cache
def _industries() -> dict[str, str]:
    """Industry of each division and of each label."""
    found: dict[str, str] = {}
    for row in read_rows(TABLES / "sectors.csv"):
        industry = row["industry"]
        first, _, last = row["divisions"].partition("-")
        for division in range(int(first), int(last or first) + 1):
            found[f"{division:02d}"] = industry
        found[industry.casefold()] = industry
    return found


_SECTION = re.compile(r"(?:NACE[_ ]?|ISIC[_ ]?)?([A-U])(\d{2})?(?:[.\d]*)((?:[-_T][A-U]?\d{2})?)")
_DIGITS = re.compile(r"(?:NACE[_ ]?|ISIC[_ ]?)?(\d{2})(?:\.?\d{1,2})?")


def industry_of(code: str, *, digits: bool = False) -> str:
    """Return the industry of the expert ratings that a sector code belongs to; "" if none.

    Args:
        code: A code of NACE Rev. 2 or ISIC Rev. 4, such as `C26`, `C26.11`, `C10-C12`, `B`.
        digits: Whether codes without their letter count too, such as `26.11`. Off where nobody
            has said so: numbers may be anybody's own.

    Example:
        >>> industry_of("C26.11"), industry_of("26.11"), industry_of("26.11", digits=True)
        ('C26', '', 'C26')
        >>> industry_of("lithography")
        ''
    """
    found = _industries()
    text = code.strip().upper()
    if text.casefold() in found and not text.isdigit():
        return found[text.casefold()]
    match = _SECTION.fullmatch(text)
    if match:
        industry = found.get(match[2] or "", "")
        return industry if industry.startswith(match[1]) or _same(industry, match[1]) else ""
    match = _DIGITS.fullmatch(text) if digits else None
    return found.get(match[1], "") if match else ""


def _same(industry: str, section: str) -> bool:
    """Whether a section belongs to an industry of several sections, such as R_S."""
    return section in industry.split("_")
