# SPDX-License-Identifier: Apache-2.0
"""Rules of good evidence: ids that match, choices that are made, intervals that are wide enough.

A world loads without them (`chokegraph.world.integrity` has those it cannot do without), but facts
that are published must keep them; `chokegraph data check` and the tests hold the bundled ones to
them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import cast

from chokegraph.errors import Finding, Severity
from chokegraph.world.integrity import Tables
from chokegraph.world.reading import Collector
from chokegraph.world.tables import Row, Table

ID_PARTS = (
    "subject_id",
    "property",
    "object_id",
    "period_start",
    "period_end",
    "source_id",
    "locator",
)
"""The columns whose text makes a statement's id."""

DISTRIBUTIONS = ("point", "uniform", "triangular", "normal", "lognormal", "beta", "pert")
_GROUP = "dirichlet-group:"
# Scales without a true zero: a width relative to the value means nothing, so it is taken in units.
_INTERVAL_UNITS = ("grade", "ladder grade", "year")
_TOLERANCE = 1e-9


def statement_hash(row: Mapping[str, object]) -> str:
    """Return the id of a statement: 12 hexadecimal digits of a hash of what it is about.

    Example:
        >>> statement_hash(dict.fromkeys(ID_PARTS, "x"))
        '21cf22c01cb0'
    """
    text = "|".join(str(row[name]) for name in ID_PARTS)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check_quality(
    tables: Tables, *, today: dt.date | None = None, published: bool = True
) -> list[Finding]:
    """Return every breach of the rules of evidence.

    Args:
        tables: All tables, without findings of `check_integrity`.
        today: Nothing can have been read after this day; today when None.
        published: Whether the package is given to others, so that sources which forbid it are
            mistakes and not mere remarks.

    Example:
        >>> from chokegraph.world.schema import TABLES
        >>> check_quality({name: Table(name, f"{name}.csv") for name in TABLES})
        []
    """
    day = (today or dt.datetime.now(tz=dt.UTC).date()).isoformat()
    return [
        *_sources(tables, day),
        *_ids_and_dates(tables, day),
        *_units_and_widths(tables),
        *_competition(tables),
        *_groups(tables["statements"]),
        *_needs(tables),
        *_rights(tables, published=published),
    ]


def _sources(tables: Tables, day: str) -> list[Finding]:
    table = tables["sources"]
    found = Collector(table.file)
    for row, line in zip(table.rows, table.lines, strict=True):
        if str(row["accessed"]) > day:
            message = f"read on {row['accessed']}, which is after today ({day})"
            found.add(message, "correct the date", line, "accessed")
    return found.sorted()


def _ids_and_dates(tables: Tables, day: str) -> list[Finding]:
    table = tables["statements"]
    found = Collector(table.file)
    for row, line in zip(table.rows, table.lines, strict=True):
        right = statement_hash(row)
        if row["statement_id"] != right:
            message = f"the id {row['statement_id']} does not match the row"
            found.add(message, f"set it to {right}", line, "statement_id")
        if str(row["accessed"]) > day:
            message = f"read on {row['accessed']}, which is after today ({day})"
            found.add(message, "correct the date", line, "accessed")
        start, end = str(row["period_start"]), str(row["period_end"])
        if start and end and start[: len(end)] > end[: len(start)]:
            found.add(f"the period ends ({end}) before it starts ({start})", "swap them", line)
        if not row["locator"] and row["grade"] != "X":
            fix = "say where in the source it stands: page, table, paragraph"
            found.add("no locator", fix, line, "locator")
        dist = str(row["dist"])
        if dist and dist not in DISTRIBUTIONS and not dist.startswith(_GROUP):
            fix = f"one of {', '.join(DISTRIBUTIONS)}, {_GROUP}ID"
            found.add(f"'{dist}' is no distribution", fix, line, "dist")
        low, high = row["low"], row["high"]
        if dist == "lognormal" and isinstance(low, float) and low <= 0:
            message = f"a lognormal is above 0, and low is {low:g}"
            found.add(message, "give a low above 0, or another distribution", line, "dist")
        ends = [end for end in (low, high) if isinstance(end, float)]
        if dist == "beta" and any(not 0 <= end <= 1 for end in ends):
            fix = "give fractions, or another distribution"
            found.add("a beta is between 0 and 1, and low or high is not", fix, line, "dist")
    return found.sorted()


def _units_and_widths(tables: Tables) -> list[Finding]:
    table = tables["statements"]
    found = Collector(table.file)
    widths = {str(row["grade"]): row["min_relative_width"] for row in tables["grades"].rows}
    properties = {str(row["property"]): row for row in tables["properties"].rows}
    for row, line in zip(table.rows, table.lines, strict=True):
        about = properties.get(str(row["property"]))
        unit = str(about["unit"]) if about else ""
        if unit and row["unit"] and row["unit"] != unit:
            message = f"unit '{row['unit']}', but {row['property']} is in '{unit}'"
            found.add(message, f"convert to {unit}", line, "unit")
        value, low, high = row["value"], row["low"], row["high"]
        if not isinstance(value, float):
            continue
        if not isinstance(low, float) or not isinstance(high, float):
            found.add("no interval", "give low and high: 90 % unless said", line, "low")
            continue
        least = widths.get(str(row["grade"]))
        if not isinstance(least, float):
            message = f"grades.csv says nothing about grade '{row['grade']}'"
            found.add(message, "add a row to grades.csv", line, "grade")
            continue
        scale = _scale(row, about)
        if least > 0 and high - low < least * scale - _TOLERANCE:
            message = (
                f"grade {row['grade']} with an interval of {high - low:.3g}, "
                f"narrower than {least * scale:.3g}"
            )
            found.add(message, "widen low and high, or find better evidence", line, "low")
    return found.sorted()


def _scale(row: Row, about: Row | None) -> float:
    """What the width of an interval is measured against.

    The value; for a bounded quantity the distance to the nearer bound, as a share of 0.98 cannot
    be uncertain by a fifth upwards; one unit where the scale has no true zero.
    """
    value = cast("float", row["value"])
    if row["unit"] in _INTERVAL_UNITS:
        return 1.0
    least = about["min"] if about else None
    most = about["max"] if about else None
    if isinstance(least, float) and isinstance(most, float):
        return max(0.0, min(value - least, most - value))
    return abs(value)


def _competition(tables: Tables) -> list[Finding]:
    table, selections = tables["statements"], tables["selections"]
    rivals: dict[tuple[str, str, str, int], dict[str, int]] = {}
    parts: dict[tuple[str, str, str, int], dict[str, int]] = {}
    about: dict[str, tuple[str, str, str]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        thing = (str(row["subject_id"]), str(row["property"]), str(row["object_id"]))
        about[str(row["statement_id"])] = thing
        period = str(row["period_end"] or row["period_start"])[:4]
        if row["value"] is not None and period:
            part = len(str(row["period_end"] or row["period_start"])) > len(period)
            group = parts if part else rivals
            group.setdefault((*thing, int(period)), {})[str(row["statement_id"])] = line
    for key, lines in parts.items():
        rivals.setdefault(key, lines)  # quarters count only where nothing is said about the year
    found = Collector(selections.file)
    idle: list[Finding] = []
    decided: set[tuple[str, str, str, int]] = set()
    for row, line in zip(selections.rows, selections.lines, strict=True):
        thing = (str(row["subject_id"]), str(row["property"]), str(row["object_id"]))
        key = (*thing, cast("int", row["year"]))
        decided.add(key)
        chosen = about.get(str(row["statement_id"]))
        if chosen is not None and chosen != thing:
            message = f"statement {row['statement_id']} is about {' '.join(chosen)}"
            fix = "choose a statement on this subject, property and object"
            found.add(message, fix, line, "statement_id")
        elif len(rivals.get(key, {}).keys() | parts.get(key, {}).keys()) <= 1:
            message = "nothing to choose: fewer than two statements give a figure for this year"
            fix = "remove the row, or correct its year"
            idle.append(Finding(message, fix, selections.file, line, "year", "warning"))
    undecided = Collector(table.file)
    for key, lines in rivals.items():
        if len(lines) > 1 and key not in decided:
            shown = " ".join(str(part) for part in key if part)
            message = f"{len(lines)} statements compete for {shown}: {', '.join(lines)}"
            fix = "choose one in selections.csv, with a reason"
            undecided.add(message, fix, min(lines.values()), "subject_id")
    return [*found.sorted(), *idle, *undecided.sorted()]


def _groups(statements: Table) -> list[Finding]:
    """Shares that are declared to make up a whole must be able to sum to 1."""
    sums: dict[tuple[str, str], list[float]] = {}
    first: dict[tuple[str, str], int] = {}
    for row, line in zip(statements.rows, statements.lines, strict=True):
        dist = str(row["dist"])
        if not dist.startswith(_GROUP):
            continue
        key = (dist, str(row["period_end"] or row["period_start"]))
        first.setdefault(key, line)
        total = sums.setdefault(key, [0.0, 0.0])
        for at, name in enumerate(("low", "high")):
            bound = row[name] if isinstance(row[name], float) else row["value"]
            total[at] += bound if isinstance(bound, float) else float(at)
    found = Collector(statements.file)
    for key, (low, high) in sums.items():
        if not low - _TOLERANCE <= 1 <= high + _TOLERANCE:
            message = f"the group '{key[0][len(_GROUP) :]}' sums to {low:.4g} to {high:.4g}, not 1"
            fix = "add the missing part as country:ZZ, or correct the values"
            found.add(message, fix, first[key], "dist")
    return found.sorted()


def _needs(tables: Tables) -> list[Finding]:
    table = tables["needs"]
    found = Collector(table.file)
    ladder_of = {str(row["input_id"]): str(row["ladder_id"]) for row in tables["inputs"].rows}
    use_of = {str(row["input_id"]): str(row["use"]) for row in tables["inputs"].rows}
    for row, line in zip(table.rows, table.lines, strict=True):
        name = str(row["input_id"])
        if row["grade_asked"] is not None and not ladder_of.get(name):
            message = f"a grade is asked of '{name}', which has no ladder"
            found.add(message, "leave it blank, or give the input a ladder", line, "grade_asked")
        if use_of.get(name) == "none":
            message = f"'{name}' is not bought (use is none)"
            found.add(message, "name the inputs that are bought for it", line, "input_id")
    with_needs = table.ids("route_id")
    routes = tables["routes"]
    lonely = Collector(routes.file)
    for row, line in zip(routes.rows, routes.lines, strict=True):
        if row["route_id"] not in with_needs:
            message = f"the route '{row['route_id']}' needs nothing"
            lonely.add(message, "add its inputs to needs.csv", line, "route_id")
    return [*found.sorted(), *lonely.sorted()]


def _rights(tables: Tables, *, published: bool) -> list[Finding]:
    table, sources = tables["statements"], tables["sources"]
    closed = {str(r["source_id"]) for r in sources.rows if r["redistributable"] == "no"}
    severity: Severity = "error" if published else "warning"
    lines: dict[str, list[int]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        if row["source_id"] in closed:
            lines.setdefault(str(row["source_id"]), []).append(line)
    return [
        Finding(
            f"{len(at)} statements are from '{source}', which may not be passed on",
            "leave these rows out of anything you publish",
            table.file,
            min(at),
            "source_id",
            severity,
        )
        for source, at in lines.items()
    ]
