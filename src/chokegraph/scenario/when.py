# SPDX-License-Identifier: Apache-2.0
"""Points in time of a scenario: a quarter ("2024Q1") or a date ("2022-10-07").

The model steps in quarters, law has dates. A date is kept as written and turned into a quarter only
where it is used, by a rule that depends on the use (see `effective_quarter` and `known_quarter`).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MONTHS = 3
_QUARTERS = 4


def canonical(value: object) -> str:
    """Return a quarter or date in its canonical form; ValueError if it is neither.

    Example:
        >>> canonical("2024q1"), canonical("2022-10-07")
        ('2024Q1', '2022-10-07')
    """
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value).strip().upper()
    match = _QUARTER.match(text)
    if match:
        return f"{match[1]}Q{match[2]}"
    if _DATE.match(text):
        return dt.date.fromisoformat(text).isoformat()
    message = f"{value!r} is neither a quarter such as 2024Q1 nor a date such as 2022-10-07"
    raise ValueError(message)


def quarter_index(quarter: str) -> int:
    """Count quarters since year 0, so that differences are durations in quarters.

    Example:
        >>> quarter_index("2024Q1") - quarter_index("2022Q4")
        5
    """
    match = _QUARTER.match(quarter)
    if match is None:
        message = f"{quarter!r} is not a quarter such as 2024Q1"
        raise ValueError(message)
    return int(match[1]) * _QUARTERS + int(match[2]) - 1


def quarter_name(index: int) -> str:
    """Return the quarter with this index: the inverse of `quarter_index`.

    Example:
        >>> quarter_name(quarter_index("2024Q3") + 2)
        '2025Q1'
    """
    return f"{index // _QUARTERS}Q{index % _QUARTERS + 1}"


def _start(index: int) -> dt.date:
    return dt.date(index // _QUARTERS, index % _QUARTERS * _MONTHS + 1, 1)


def quarter_days(index: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a quarter.

    Example:
        >>> [day.isoformat() for day in quarter_days(quarter_index("2024Q4"))]
        ['2024-10-01', '2024-12-31']
    """
    return _start(index), _start(index + 1) - dt.timedelta(days=1)


def known_quarter(when: str) -> int:
    """Return the index of the quarter that contains `when`: from then on it is known.

    Example:
        >>> quarter_name(known_quarter("2024-12-02"))
        '2024Q4'
    """
    if _QUARTER.match(when):
        return quarter_index(when)
    day = dt.date.fromisoformat(when)
    return day.year * _QUARTERS + (day.month - 1) // _MONTHS


def effective_quarter(when: str) -> int:
    """Return the index of the first quarter that lies mostly after `when`.

    A rule in force from 2024-12-02 binds for one month of 2024Q4; it is counted from 2025Q1.
    One in force from 2022-10-07 is counted from 2022Q4.

    Example:
        >>> [quarter_name(effective_quarter(day)) for day in ("2022-10-07", "2024-12-02")]
        ['2022Q4', '2025Q1']
    """
    index = known_quarter(when)
    if _QUARTER.match(when):
        return index
    begin, end = _start(index), _start(index + 1)
    passed = dt.date.fromisoformat(when) - begin
    return index if 2 * passed.days <= (end - begin).days else index + 1


When = Annotated[
    str,
    BeforeValidator(canonical),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}(Q[1-4]|-\d{2}-\d{2})$",
            "examples": ["2024Q1", "2022-10-07"],
            "description": "A quarter (2024Q1) or a date (2022-10-07).",
        }
    ),
]
"""A quarter or a date, kept as written."""


def _quarter_only(value: object) -> str:
    text = canonical(value)
    if not _QUARTER.match(text):
        message = f"{value!r} is not a quarter such as 2024Q1"
        raise ValueError(message)
    return text


Quarter = Annotated[
    str,
    BeforeValidator(_quarter_only),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}Q[1-4]$", "examples": ["2024Q1"]}),
]
"""A quarter such as "2024Q1"."""


def closing_quarter(until: str | None) -> int | None:
    """Return the index of the last quarter in force, or None for ever.

    A quarter counts itself; a date ends with the quarter before the one that lies mostly after it.

    Example:
        >>> closing_quarter("2024Q2") == effective_quarter("2024Q2"), closing_quarter(None)
        (True, None)
        >>> closing_quarter("2024-07-01") == effective_quarter("2024Q2")
        True
    """
    if until is None:
        return None
    return effective_quarter(until) - (0 if "Q" in until else 1)
