# SPDX-License-Identifier: Apache-2.0
"""The chokepoint table as text for a terminal of 100 columns, as CSV and as JSON.

Shares are fractions in CSV and JSON and percentages on the screen, as everywhere.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from chokegraph.chain.coalitions import Coalition
from chokegraph.chain.concentration import Interval
from chokegraph.chain.rows import ChokepointTable
from chokegraph.chain.sheet import Sheet
from chokegraph.world import UNKNOWN_PROVIDER, Estimate, World

UNKNOWN = "unknown"


def percent(value: float | None) -> str:
    """Return a fraction as a percentage for the screen, "unknown" if there is none.

    Example:
        >>> percent(0.914), percent(0.004), percent(None)
        ('91 %', '<1 %', 'unknown')
    """
    if value is None:
        return UNKNOWN
    shown = round(100 * value)
    return "<1 %" if shown == 0 and value > 0.0 else f"{shown} %"


def span(interval: Interval | Estimate) -> str:
    """Return an interval of fractions as percentages, one number where both ends look alike.

    Example:
        >>> span(Interval(0.9, 0.85, 0.95)), span(Interval(None, 0.0, 1.0))
        ('85-95 %', 'unknown')
    """
    low, high = round(100 * max(0.0, interval.low)), round(100 * min(1.0, interval.high))
    if interval.value is None and low == 0 and high == 100:
        return UNKNOWN
    return f"{low} %" if low == high else f"{low}-{high} %"


def coalition_words(coalition: Coalition) -> str:
    """Return a coalition as text; "+?" stands for whoever holds the unattributed rest.

    Example:
        >>> coalition_words(("JP", "ZZ")), coalition_words(())
        ('JP+?', 'nobody supplies it')
    """
    if not coalition:
        return "nobody supplies it"
    names = [name for name in coalition if name != UNKNOWN_PROVIDER]
    unknown = ["?"] if UNKNOWN_PROVIDER in coalition else []
    return "+".join([*names, *unknown])


def deniers_words(coalitions: Sequence[Coalition], *, most: int) -> str:
    """Return the smallest coalitions as text, at most so many characters.

    Example:
        >>> deniers_words([("JP",), ("NL", "US")], most=20)
        'JP or NL+US'
        >>> deniers_words([("JP",), ("NL", "US")], most=8)
        'JP ...'
    """
    if not coalitions:
        return "none"
    best = sorted(coalitions, key=lambda c: (UNKNOWN_PROVIDER in c, len(c), c))
    text = coalition_words(best[0])
    for index, coalition in enumerate(best[1:], start=1):
        longer = f"{text} or {coalition_words(coalition)}"
        tail = "" if index == len(best) - 1 else " ..."
        if len(longer + tail) > most:
            return f"{text} ..."
        text = longer
    return text


def as_records(table: ChokepointTable, *, world: World) -> list[dict[str, Any]]:
    """Return the rows as plain values for JSON, with the sources of each row."""
    records = []
    for row in table.rows:
        record = {key: value for key, value in asdict(row).items() if key != "statement_ids"}
        record["statement_ids"] = list(row.statement_ids)
        record["source_ids"] = list(source_ids(row.statement_ids, world))
        records.append(_finite(record))
    return records


def as_json(table: ChokepointTable, *, world: World, top: int | None = None) -> str:
    """Return the table as one JSON object with what was asked, the rows and their sources."""
    records = as_records(table, world=world)[:top]
    used = dict.fromkeys(name for record in records for name in record["source_ids"])
    head = {
        "target": table.target,
        "coalition": list(table.coalition),
        "by": table.by,
        "year": table.year,
        "threshold": table.threshold,
        "world": table.world,
        "data_sha256": table.data_hash,
        "shares_are": "fractions",
        "products": {
            found.goal.removeprefix("product:"): [list(coalition) for coalition in found.coalitions]
            for found in table.products
        },
    }
    sources = {name: asdict(world.sources[name]) for name in used if name in world.sources}
    return json.dumps({**head, "rows": records, "sources": sources}, indent=2, ensure_ascii=False)


def sheet_json(sheet: Sheet, *, world: World) -> str:
    """Return everything about one input as JSON, with the statements and sources in full."""
    used = source_ids(sheet.row.statement_ids, world)
    record = _finite(asdict(sheet))
    record["statements"] = {
        name: _finite(asdict(world.statements[name]))
        for name in sheet.row.statement_ids
        if name in world.statements
    }
    record["sources"] = {
        name: asdict(world.sources[name]) for name in used if name in world.sources
    }
    return json.dumps(record, indent=2, ensure_ascii=False)


CSV_COLUMNS = (
    "rank",
    "input_id",
    "name",
    "stage",
    "kind",
    "top_provider",
    "top_share",
    "hhi_low",
    "hhi_high",
    "effective_suppliers",
    "coalition_share",
    "coalition_share_low",
    "coalition_share_high",
    "own_share",
    "own_share_low",
    "own_share_high",
    "own_share_is",
    "unattributed",
    "grade_target",
    "grade_best",
    "reach",
    "stops",
    "deniers",
    "score",
    "score_low",
    "score_high",
    "evidence",
    "year",
    "source_ids",
)


def as_csv(table: ChokepointTable, *, world: World, top: int | None = None) -> str:
    """Return the table as CSV: fractions, blanks for unknown, lists divided by `;`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in table.rows[:top]:
        cells = asdict(row)
        for name in ("coalition_share", "own_share", "score", "hhi"):
            interval = getattr(row, name)
            cells |= {
                name: interval.value,
                f"{name}_low": interval.low,
                f"{name}_high": interval.high,
            }
        cells["unattributed"] = row.unattributed.value
        cells["stops"] = ";".join(row.stops)
        cells["deniers"] = ";".join("+".join(coalition) for coalition in row.deniers)
        cells["source_ids"] = ";".join(source_ids(row.statement_ids, world))
        writer.writerow({key: _cell(value) for key, value in cells.items()})
    return text.getvalue()


def source_ids(statement_ids: Iterable[str], world: World) -> tuple[str, ...]:
    """Return the sources of statements, each once, in the order of the statements."""
    found = (world.statements[name].source_id for name in statement_ids if name in world.statements)
    return tuple(dict.fromkeys(found))


def _cell(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """JSON has no infinity: an unbounded number becomes null; long fractions are cut."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
