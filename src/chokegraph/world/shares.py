# SPDX-License-Identifier: Apache-2.0
"""Provision shares of one year out of the statements, with the unknown part kept explicit.

How the figures of an input are put together, for a level (country or firm) and a year:

1. A provider named in `selections.csv` for that year gets the selected statement.
2. The *base* is the nearest year that has figures (the same, else earlier, else later). Where
   several sources speak about that year, the one that the selections point at leads, else the one
   with most figures, else the better grade. All figures of the leading source are taken together.
3. Other sources and other years only add providers that are not yet there, nearest year first, and
   only as long as the sum stays at most 1. Each keeps its own year.
4. A provider that is named without a figure, or whose figure no longer fits, has no value; its
   bound is what the others leave.
5. The rest is the unknown remainder, an interval. A blank is never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chokegraph.world.estimates import Selected, as_estimate, year_distance
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Firm, Level, Share, Statement
from chokegraph.world.schema import PROVIDES_PROPERTY, SHARE_PROPERTY

_TOLERANCE = 1e-9


@dataclass
class _Shelf:
    """The figures of one input while they are put together."""

    taken: dict[str, Statement]
    named: dict[str, Statement]
    various: list[Statement]

    @property
    def room(self) -> float:
        return 1.0 - sum(s.value for s in self.taken.values() if s.value is not None)


def build_shares(
    input_ids: Iterable[str],
    statements: Iterable[Statement],
    selected: Selected,
    firms: Mapping[str, Firm],
    level: Level,
    year: int,
) -> dict[str, Share]:
    """Return the `Share` of every input that has providers at this level.

    Args:
        input_ids: The inputs, in the order wanted.
        statements: All statements.
        selected: The selections, by subject, property, object and year.
        firms: The firms; where an input has figures for firms only, a country's share is bounded
            below by those of the firms that have their headquarters there.
        level: "country" or "firm".
        year: The year wanted.

    Example:
        >>> build_shares(["a"], [], {}, {}, "country", 2024)
        {}
    """
    by_level: dict[str, dict[str, list[Statement]]] = {"country": {}, "firm": {}}
    for statement in statements:
        if statement.property in (SHARE_PROPERTY, PROVIDES_PROPERTY):
            kind = statement.object_id.partition(":")[0]
            if kind in by_level and statement.subject_id.startswith("input:"):
                by_level[kind].setdefault(statement.subject_id[6:], []).append(statement)
    shares = {}
    for input_id in input_ids:
        rows = by_level[level].get(input_id)
        if rows:
            shares[input_id] = _share(input_id, rows, selected, level, year)
        elif level == "country" and input_id in by_level["firm"]:
            by_firm = _share(input_id, by_level["firm"][input_id], selected, "firm", year)
            shares[input_id] = _country_bounds(by_firm, firms)
    return {input_id: share for input_id, share in shares.items() if share.shares}


def _provider(statement: Statement) -> str:
    return statement.object_id.partition(":")[2]


def _share(
    input_id: str, rows: list[Statement], selected: Selected, level: Level, year: int
) -> Share:
    shelf = _Shelf({}, {}, [])
    figures: dict[int | None, list[Statement]] = {}
    overruled = _overruled(rows, selected)
    for row in rows:
        provider = _provider(row)
        if row.value is None or row.property == PROVIDES_PROPERTY:
            if provider != UNKNOWN_PROVIDER:
                best = min(row, shelf.named.get(provider, row), key=_mention_rank)
                shelf.named[provider] = best
        elif row.statement_id not in overruled:
            figures.setdefault(row.year, []).append(row)
            wanted = selected.get((row.subject_id, row.property, row.object_id, year))
            if wanted == row.statement_id and provider != UNKNOWN_PROVIDER:
                shelf.taken[provider] = row
    is_base = True
    for when in sorted(figures, key=lambda one: year_distance(one, year)):
        leader = _leading_source(figures[when], selected)
        order = sorted(figures[when], key=lambda s: _fill_rank(s, leader))
        for statement in order:
            _place(shelf, statement, block=is_base and statement.source_id == leader)
        is_base = False
    return _close(input_id, level, shelf)


def _mention_rank(statement: Statement) -> tuple[object, ...]:
    high = 1.0 if statement.high is None else statement.high
    return (statement.grade, high, statement.statement_id)


def _fill_rank(statement: Statement, leader: str) -> tuple[object, ...]:
    value = statement.value or 0.0
    other = statement.source_id != leader
    return (other, statement.grade, -value, statement.source_id, statement.statement_id)


def _overruled(rows: list[Statement], selected: Selected) -> set[str]:
    """Return the ids that lost against a selection for their own year."""
    lost = set()
    for row in rows:
        if row.year is None:
            continue
        wanted = selected.get((row.subject_id, row.property, row.object_id, row.year))
        if wanted is not None and wanted != row.statement_id:
            lost.add(row.statement_id)
    return lost


def _leading_source(rows: list[Statement], selected: Selected) -> str:
    chosen = set(selected.values())
    tally: dict[str, list[int]] = {}
    grades: dict[str, str] = {}
    for row in rows:
        count = tally.setdefault(row.source_id, [0, 0])
        count[0] += row.statement_id in chosen
        count[1] += 1
        grades[row.source_id] = max(grades.get(row.source_id, "A"), row.grade)
    return min(tally, key=lambda s: (-tally[s][0], -tally[s][1], grades[s], s))


def _place(shelf: _Shelf, statement: Statement, *, block: bool) -> None:
    provider = _provider(statement)
    value = statement.value or 0.0
    if provider == UNKNOWN_PROVIDER:
        if block:
            shelf.various.append(statement)
    elif provider in shelf.taken:
        return
    elif block or value <= shelf.room + _TOLERANCE:
        shelf.taken[provider] = statement
        shelf.named.pop(provider, None)
    else:
        shelf.named.setdefault(provider, statement)


def _close(input_id: str, level: Level, shelf: _Shelf) -> Share:
    shares = {name: as_estimate(statement) for name, statement in shelf.taken.items()}
    least_left = max(0.0, 1.0 - sum(estimate.low for estimate in shares.values()))
    unit = "fraction"
    for name, statement in shelf.named.items():
        if name in shares:
            continue
        # A figure that does not fit says no more than that the provider exists.
        low = 0.0 if statement.value is not None else min(statement.low or 0.0, least_left)
        most = 1.0 if statement.high is None or statement.value is not None else statement.high
        high = max(low, min(most, least_left))
        ids = (statement.statement_id,)
        shares[name] = Estimate(None, low, high, unit, statement.year, statement.grade, ids)
    ordered = dict(sorted(shares.items(), key=_display_order))
    remainder = remainder_of(ordered.values(), various=shelf.various)
    return Share(input_id, level, _main_year(ordered), ordered, remainder)


def _display_order(item: tuple[str, Estimate]) -> tuple[float, float, str]:
    name, estimate = item
    return (-(-1.0 if estimate.value is None else estimate.value), -estimate.high, name)


def _main_year(shares: Mapping[str, Estimate]) -> int | None:
    mass: dict[int, float] = {}
    for estimate in shares.values():
        if estimate.value is not None and estimate.year is not None:
            mass[estimate.year] = mass.get(estimate.year, 0.0) + estimate.value
    return max(mass, key=lambda year: (mass[year], year)) if mass else None


def remainder_of(shares: Iterable[Estimate], *, various: Iterable[Statement] = ()) -> Estimate:
    """Return what is left of 1, as an estimate with bounds.

    The value is one minus the known figures (so it contains the part of named providers without a
    figure); the bounds follow from those of all providers.

    Args:
        shares: The estimates of the providers.
        various: Statements of the source about "various" providers; they are cited, and their
            figure is part of the remainder.

    Example:
        >>> rest = remainder_of([Estimate(0.5, 0.4, 0.6), Estimate(None, 0.0, 0.2)])
        >>> rest.value, round(rest.low, 6), round(rest.high, 6)
        (0.5, 0.2, 0.6)
    """
    estimates = list(shares)
    figures = [estimate for estimate in estimates if estimate.value is not None]
    total = sum(estimate.value for estimate in figures if estimate.value is not None)
    value = max(0.0, 1.0 - total) if figures else None
    low = max(0.0, 1.0 - sum(estimate.high for estimate in estimates))
    high = max(0.0, 1.0 - sum(estimate.low for estimate in estimates))
    if value is not None:
        low, high = min(low, value), max(high, value)
    years = [estimate.year for estimate in figures if estimate.year is not None]
    grade = max((estimate.grade for estimate in figures), default="X")
    ids = tuple(statement.statement_id for statement in various)
    return Estimate(value, low, high, "fraction", max(years, default=None), grade, ids)


def _country_bounds(by_firm: Share, firms: Mapping[str, Firm]) -> Share:
    """Bound countries by the firms that have their headquarters there; no value is made up."""
    lows: dict[str, float] = {}
    ids: dict[str, list[str]] = {}
    for firm_id, estimate in by_firm.shares.items():
        if firm_id not in firms:
            continue
        home = firms[firm_id].headquarters
        if home == UNKNOWN_PROVIDER:
            continue
        lows[home] = lows.get(home, 0.0) + estimate.low
        ids.setdefault(home, []).extend(estimate.statement_ids)
    total = sum(estimate.low for estimate in by_firm.shares.values())
    shares = {
        home: Estimate(
            None,
            min(low, 1.0),
            max(min(low, 1.0), min(1.0, 1.0 - total + low)),
            "fraction",
            by_firm.year,
            by_firm.remainder.grade,
            tuple(ids[home]),
        )
        for home, low in sorted(lows.items(), key=lambda item: (-item[1], item[0]))
    }
    remainder = Estimate(None, 0.0, max(0.0, 1.0 - sum(lows.values())), "fraction", by_firm.year)
    return Share(by_firm.input_id, "country", by_firm.year, shares, remainder)
