# SPDX-License-Identifier: Apache-2.0
"""What the facts do not say, what only judgement says, and where sources disagree."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from chokegraph.world.estimates import as_estimate, choose
from chokegraph.world.model import Statement, World
from chokegraph.world.schema import SHARE_PROPERTY

_JUDGED = {
    SHARE_PROPERTY: "shares",
    "market_size": "market size",
    "grade": "grades",
    "qualification_time": "qualification time",
}
"""Properties of which it matters whether a source stands behind them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What the facts do not say about an input, and what only our own judgement says."""

    input_id: str
    name: str
    missing: str
    judged: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures for the same thing and period from different sources.

    `apart` says whether their intervals do not even touch.
    """

    subject_id: str
    property: str
    object_id: str
    year: int | None
    statements: tuple[Statement, ...]
    chosen: Statement | None
    why: str
    apart: bool


def gaps(world: World) -> list[Gap]:
    """Return what is missing, or rests on judgement alone, for each input that is bought.

    Example:
        >>> from chokegraph.world import load_world
        >>> all(gap.missing or gap.judged for gap in gaps(load_world()))
        True
    """
    stated = set(world.by_subject)
    sourced = {
        (row.subject_id, row.property)
        for row in world.statements.values()
        if row.grade != "X" and row.value is not None
    }
    linked = {name for link in world.links for name in (link.source, link.target)}
    found = []
    for input_id, row in world.inputs.items():
        if row.use == "none":
            continue
        subject = f"input:{input_id}"
        share = world.country_shares.get(input_id)
        checks = (
            ("country shares", share is not None and share.complete),
            (f"shares of {world.year}", share is not None and share.year == world.year),
            ("providers", share is not None),
            ("market size", (subject, "market_size") in stated),
            ("grades", (subject, "grade") in stated),
            ("grade ladder", bool(row.ladder_id)),
            ("qualification time", (subject, "qualification_time") in stated),
            ("ECCN", bool(row.eccns)),
            ("description", bool(row.description)),
            ("link in the chain", input_id in linked),
        )
        missing = ", ".join(name for name, there in checks if not there)
        judged = ", ".join(
            words
            for name, words in _JUDGED.items()
            if (subject, name) in stated and (subject, name) not in sourced
        )
        if missing or judged:
            found.append(Gap(input_id, row.name, missing, judged))
    return found


def disagreements(world: World) -> list[Disagreement]:
    """Return where different sources give different figures for the same thing and period.

    Those whose intervals do not touch come first.

    Example:
        >>> from chokegraph.world import load_world
        >>> all(len(one.statements) > 1 for one in disagreements(load_world()))
        True
    """
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for row in world.statements.values():
        if row.value is not None:
            period = (row.period_start, row.period_end)
            key = (row.subject_id, row.property, row.object_id, *period)
            groups.setdefault(key, []).append(row)
    found = []
    for (subject, name, thing, *_), rows in groups.items():
        year = rows[0].year
        if len({row.source_id for row in rows}) < 2 or len({row.value for row in rows}) < 2:
            continue
        spans = [as_estimate(row) for row in rows]
        apart = max(one.low for one in spans) > min(one.high for one in spans)
        chosen, reason = choose(rows, world.selected, world.year if year is None else year)
        found.append(Disagreement(subject, name, thing, year, tuple(rows), chosen, reason, apart))
    return sorted(
        found, key=lambda one: (not one.apart, one.subject_id, one.property, one.object_id)
    )


def gaps_frame(world: World) -> pl.DataFrame:
    """Return `gaps` as a table.

    Example:
        >>> from chokegraph.world import load_world
        >>> gaps_frame(load_world()).columns
        ['input', 'missing', 'only judged']
    """
    rows = [(gap.input_id, gap.missing, gap.judged) for gap in gaps(world)]
    schema = dict.fromkeys(("input", "missing", "only judged"), pl.String())
    return pl.DataFrame(rows, schema=schema, orient="row")


def disagreements_frame(world: World) -> pl.DataFrame:
    """Return `disagreements` as a table, the figures in use marked with a star.

    Example:
        >>> from chokegraph.world import load_world
        >>> disagreements_frame(load_world()).columns
        ['subject', 'property', 'object', 'year', 'figures', 'intervals', 'why']
    """
    rows = []
    for one in disagreements(world):
        used = one.chosen.statement_id if one.chosen else ""
        figures = "; ".join(
            f"{row.value:.4g}{'*' if row.statement_id == used else ''} ({row.source_id})"
            for row in sorted(one.statements, key=lambda row: row.statement_id != used)
        )
        apart = "apart" if one.apart else "overlap"
        about = (one.subject_id.partition(":")[2], one.property, one.object_id.partition(":")[2])
        rows.append((*about, one.year, figures, apart, one.why))
    names = ("subject", "property", "object", "year", "figures", "intervals", "why")
    schema = {name: pl.Int64() if name == "year" else pl.String() for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")
