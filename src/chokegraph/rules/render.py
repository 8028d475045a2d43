# SPDX-License-Identifier: Apache-2.0
"""Decisions and explanations as people, spreadsheets and programs read them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from chokegraph.rules.explain import Explanation, tell
from chokegraph.rules.outputs import NOTICE
from chokegraph.rules.results import RESULTS, SINGLE
from chokegraph.rules.saying import say_value
from chokegraph.rules.truth import Truth, in_words
from chokegraph.rules.values import Value

if TYPE_CHECKING:
    from rich.table import Table

    from chokegraph.rules.bulk import Outcome as Done
    from chokegraph.rules.flips import Flips
    from chokegraph.rules.outcome import Outcome

SHOWN = ("row", "id", "as_of", "subject", "licence", "reasons", "exceptions", "policy", "missing")
"""Columns of the table on the screen; the file has all."""
FIRST_MISSING = 1
"""Missing facts that a row of that table names; the others are counted."""
FIRST_VALUES = 4
"""Values of a fact that are named in an explanation; the others are counted."""
MOST_SHOWN = 8
"""Lines of each list in the summary."""


def json_lines(output: pl.DataFrame) -> str:
    r"""Return one JSON object per row: lists as lists, nothing as null.

    Example:
        >>> frame = pl.DataFrame({"row": [1], "licence": ["yes"], "reasons": ["A;B"]})
        >>> json_lines(frame)
        '{"row": 1, "licence": "yes", "reasons": ["A", "B"]}\n'
    """
    lines = []
    for row in output.iter_rows(named=True):
        lines.append(json.dumps({k: _plain(k, v) for k, v in row.items()}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def _plain(name: str, value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if name in RESULTS and name not in SINGLE and isinstance(value, str):
        between = " | " if name == "citations" else ";"
        return [part for part in value.split(between) if part]
    return value if value != "" else None


def decisions_table(output: pl.DataFrame) -> Table:
    """Return the main columns of some decisions as a table for the terminal."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    shown = [
        name
        for name in SHOWN
        if name in output.columns and any(cell not in (None, "") for cell in output[name])
    ]
    for name in shown:
        table.add_column(
            name,
            overflow="fold",
            justify="right" if name == "row" else "left",
            no_wrap=name not in ("reasons", "exceptions", "missing"),
        )
    for row in output.select(shown).iter_rows(named=True):
        table.add_row(*(_cell(name, row[name]) for name in shown))
    return table


def _cell(name: str, value: object) -> str:
    """Return a cell of the table on the screen; of missing facts the first and a count."""
    parts = "" if value is None else str(value)
    if name != "missing" or parts.count(";") < FIRST_MISSING:
        return parts.replace(";", "; ")
    first, more = parts.split(";")[:FIRST_MISSING], parts.count(";") + 1 - FIRST_MISSING
    return f"{'; '.join(first)} and {more} more"


def summary_lines(outcome: Done) -> list[str]:
    """Return what a bulk job did, in a few lines."""
    tally = outcome.tally
    rate = outcome.rows / outcome.seconds if outcome.seconds else 0.0
    lines = [
        f"{_many(outcome.rows, 'row')} read, {outcome.decided:,} decided, "
        f"{outcome.rejected:,} rejected, in {outcome.seconds:.1f} s ({rate:,.0f} a second)"
    ]
    if outcome.stopped:
        lines.append("Stopped before the end: what was finished is kept.")
    lines.append(f"Licence needed: {_counts(tally.licences)}")
    lines.append(f"Subject to the EAR: {_counts(tally.subjects)}")
    for title, counts in (
        ("Reasons", tally.reasons),
        ("Missing facts", tally.missing),
        ("Warnings", tally.flags),
        ("Doubted parts of the law that decide", tally.marks),
    ):
        if counts:
            lines.append(f"{title}: {_counts(counts)}")
    if tally.differs:
        lines.append(f"Own ECCN differs from the parameters in {_many(tally.differs, 'row')}")
    return lines


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' if count != 1 else ''}"


def _counts(counts: Mapping[str, int]) -> str:
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    said = ", ".join(f"{name} {count:,}" for name, count in most[:MOST_SHOWN])
    more = len(most) - MOST_SHOWN
    return f"{said}, and {more} more" if more > 0 else said


def summary_json(outcome: Done) -> str:
    """Return what a bulk job did as JSON."""
    tally = outcome.tally
    content = {
        "notice": NOTICE,
        "rows": outcome.rows,
        "decided": outcome.decided,
        "rejected": outcome.rejected,
        "stopped": outcome.stopped,
        "seconds": round(outcome.seconds, 3),
        "licences": dict(tally.licences),
        "subjects": dict(tally.subjects),
        "reasons": dict(tally.reasons),
        "missing": dict(tally.missing),
        "flags": dict(tally.flags),
        "marks": dict(tally.marks),
        "out": str(outcome.out) if outcome.out else None,
        "rejects": str(outcome.rejects) if outcome.rejects else None,
        "law": outcome.law,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def explanation_lines(explanation: Explanation) -> list[str]:
    """Return the decision of a row, and why, as lines of text."""
    decision = explanation.decision
    lines = [f"On {explanation.on}:"]
    for name in RESULTS:
        value = getattr(decision, name)
        if isinstance(value, tuple):
            value = (" | " if name == "citations" else "; ").join(value)
        if value:
            lines.append(f"  {name.replace('_', ' ')}: {value}")
    return [*lines, "Steps:", *tell(explanation)]


def flip_lines(found: Flips, units: Mapping[str, str]) -> list[str]:
    """Return what would change a row's answer, as lines of text.

    Args:
        found: What would.
        units: The units of facts.
    """
    lines = ["Single facts that would change the answer:"] if found.facts else []
    for flip in found.facts:
        values = [
            say_value(value, units.get(flip.fact, "")) for value in flip.values[:FIRST_VALUES]
        ]
        more = len(flip.values) - len(values)
        said = ", ".join(values) + (f" and {more} more" if more > 0 else "")
        lines.append(f"   {flip.fact} {said}: {_outcome(flip.outcome, found.now)}")
    days = [day for day in (found.earlier, found.later) if day is not None]
    if days:
        lines.append("Nearest days with another answer:")
    lines += [f"   {day.on}: {_outcome(day.outcome, found.now)}" for day in days]
    return lines


def _value(value: Value, unit: str) -> str:
    said = say_value(value, unit)
    return f"({said})" if isinstance(value, frozenset) and len(value) > 1 else said


def _outcome(outcome: Outcome, now: Outcome) -> str:
    """Return an outcome in words: what differs from the present one, and the reasons."""
    parts = [f"licence {outcome.licence}"]
    if outcome.subject != now.subject:
        parts.insert(0, f"subject {outcome.subject}")
    if outcome.reasons:
        parts.append(f"because of {', '.join(outcome.reasons)}")
    if outcome.policy:
        parts.append(f"reviewed with {outcome.policy}")
    return ", ".join(parts)


def explanation_json(explanation: Explanation, more: Mapping[str, object] | None = None) -> str:
    """Return an explanation as JSON."""
    content = {"notice": NOTICE, **dataclasses.asdict(explanation), **(more or {})}
    return json.dumps(content, indent=2, ensure_ascii=False, default=_other)


def _other(value: Any) -> object:  # noqa: ANN401 - whatever JSON has no form for
    if isinstance(value, Truth):
        return in_words(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, (tuple, frozenset)) else str(value)
