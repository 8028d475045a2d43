# SPDX-License-Identifier: Apache-2.0
"""One number out of the statements: which statement is used for a year, and why.

The order of preference is: a row of `selections.csv`; a figure before a mere mention; the year
asked for, else the nearest earlier year, else the nearest later one; a whole year before a part of
it; the better evidence grade; the source's id and the statement's id (so that the choice never
depends on the order of rows).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from chokegraph.world.model import Estimate, Selection, Statement, World

SelectionKey = tuple[str, str, str, int]
Selected = Mapping[SelectionKey, str]


def year_distance(year: int | None, wanted: int) -> tuple[int, int]:
    """Rank a year for use in `wanted`: the same, then earlier, then later, then undated.

    Example:
        >>> sorted([2019, 2026, None, 2023, 2024], key=lambda y: year_distance(y, 2024))
        [2024, 2023, 2019, 2026, None]
    """
    if year is None:
        return (2, 0)
    return (0, wanted - year) if year <= wanted else (1, year - wanted)


def selection_table(selections: Iterable[Selection]) -> dict[SelectionKey, str]:
    """Return the statement id chosen for each subject, property, object and year.

    Example:
        >>> selection_table([Selection("input:a", "grade", "country:NL", 2024, "0" * 12, "why")])
        {('input:a', 'grade', 'country:NL', 2024): '000000000000'}
    """
    return {
        (row.subject_id, row.property, row.object_id, row.year): row.statement_id
        for row in selections
    }


def rank(statement: Statement, year: int) -> tuple[object, ...]:
    """Return the sort key of a statement for use in a year; the least is preferred."""
    return (
        statement.value is None,
        year_distance(statement.year, year),
        statement.is_part_of_year,
        statement.grade,
        statement.source_id,
        statement.statement_id,
    )


def choose(
    candidates: Sequence[Statement], selected: Selected, year: int
) -> tuple[Statement | None, str]:
    """Choose among statements on one subject, property and object; say why.

    Args:
        candidates: The statements; they have the same subject, property and object.
        selected: The selections, as `selection_table` gives them.
        year: The year the number is wanted for.

    Returns:
        The statement and the reason in words, or (None, reason) when there is none.
    """
    if not candidates:
        return None, "no statement"
    first = candidates[0]
    by_id = {statement.statement_id: statement for statement in candidates}
    best = min(candidates, key=lambda statement: rank(statement, year))
    for wanted in (year, best.year):
        if wanted is None:
            continue
        key = (first.subject_id, first.property, first.object_id, wanted)
        chosen = by_id.get(selected.get(key, ""))
        if chosen is not None:
            return chosen, f"selected for {wanted}"
    if len(candidates) == 1:
        return best, "the only statement"
    if best.value is None:
        return best, "no statement gives a figure"
    rivals = [
        one
        for one in candidates
        if one.value is not None
        and one.year == best.year
        and one.is_part_of_year == best.is_part_of_year
    ]
    when = "undated" if best.year is None else str(best.year)
    if len(rivals) == 1:
        return best, f"nearest year ({when})"
    return best, f"nearest year ({when}), best grade ({best.grade}) of {len(rivals)}"


def as_estimate(
    statement: Statement, *, low: float | None = None, high: float | None = None
) -> Estimate:
    """Turn a statement into an `Estimate`; `low` and `high` stand in where it gives no bounds.

    Without any bound, a value is its own interval, and an unknown one is unbounded.
    """
    value = statement.value
    least = statement.low if statement.low is not None else (value if value is not None else low)
    most = statement.high if statement.high is not None else (value if value is not None else high)
    return Estimate(
        value,
        -math.inf if least is None else least,
        math.inf if most is None else most,
        statement.unit,
        statement.year,
        statement.grade,
        (statement.statement_id,),
    )


def estimate(
    world: World, subject_id: str, property: str, object_id: str = "", year: int | None = None
) -> Estimate | None:
    """Return the number used for a subject, property and object, or None if nothing is stated.

    Args:
        world: The world.
        subject_id: For example `input:euv-scanners`, `family:etch`, `firm:asml`.
        property: A property of `properties.csv`.
        object_id: For example `country:NL`; blank for a property of the subject alone.
        year: The year it is wanted for; the world's when None. The year actually used is in the
            result's `year`.

    Returns:
        The estimate, with value None when the sources name it without a figure; or None when no
        statement exists. Unknown is never zero.

    Example:
        >>> from chokegraph.world import load_world
        >>> estimate(load_world(), "input:no-such-thing", "market_size") is None
        True
    """
    rows = world.by_subject.get((subject_id, property), ())
    candidates = [row for row in rows if row.object_id == object_id]
    wanted = world.year if year is None else year
    chosen, _ = choose(candidates, world.selected, wanted)
    if chosen is None:
        return None
    bounds = world.properties.get(property)
    low, high = (bounds.low, bounds.high) if bounds else (None, None)
    return as_estimate(chosen, low=low, high=high)
