# SPDX-License-Identifier: Apache-2.0
"""The tables of technology as data frames, with the figures in use: for SQL, export and display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from chokegraph.world.estimates import as_estimate, choose
from chokegraph.world.frames import frame_of
from chokegraph.world.model import World
from chokegraph.world.tables import Row
from chokegraph.world.technology import technology_of
from chokegraph.world.technology_schema import TECHNOLOGY_KINDS, TECHNOLOGY_TABLES

VIEW = "technology"
"""The name of the view of the figures in use."""


@dataclass(frozen=True)
class Thing:
    """A node, a package, a memory or the like.

    Args:
        subject_id: `kind:id`, as in statements.
        table: The table that it stands in.
        row: Its row there.
        needs: Rows of `technology_needs` about it.
    """

    subject_id: str
    table: str
    row: Row
    needs: tuple[Row, ...]


def technology_frames(world: World) -> dict[str, pl.DataFrame]:
    """Return the tables of technology of a world, and the view `technology` of figures in use.

    A row of the view is one figure: `subject_id`, `property`, `object_id`, `value`, `low`, `high`
    (5 % and 95 % points), `unit`, `year`, `grade`, `source_id`, `statement_id`.

    Args:
        world: Its statements are used; its tables too, if it is a package that has them.

    Raises:
        FindingsError: With every mistake in the tables of technology.

    Example:
        >>> from chokegraph.world import load_world
        >>> frames = technology_frames(load_world())
        >>> frames["packages"].columns[:2], "technology" in frames
        (['package_id', 'name'], True)
    """
    tables = technology_of(world).tables
    frames = {
        name: frame_of(
            spec, [tuple(row.get(column) for column in spec.header) for row in tables[name].rows]
        )
        for name, spec in TECHNOLOGY_TABLES.items()
    }
    return {**frames, VIEW: figures_frame(world)}


def figures_frame(world: World) -> pl.DataFrame:
    """Return the figures of technology that are in use at the world's year.

    Args:
        world: The world.
    """
    rows: list[tuple[Any, ...]] = []
    for (subject, name), stated in world.by_subject.items():
        if subject.partition(":")[0] not in TECHNOLOGY_KINDS:
            continue
        for about in dict.fromkeys(one.object_id for one in stated):
            some = [one for one in stated if one.object_id == about]
            chosen, _ = choose(some, world.selected, world.year)
            if chosen is None:
                continue
            one = as_estimate(chosen)
            figures = (one.value, one.low, one.high, one.unit, one.year, one.grade)
            rows.append((subject, name, about, *figures, chosen.source_id, chosen.statement_id))
    words = dict.fromkeys(("subject_id", "property", "object_id"), pl.String())
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64())
    rest = {"unit": pl.String(), "year": pl.Int64(), "grade": pl.String()}
    ends = dict.fromkeys(("source_id", "statement_id"), pl.String())
    return pl.DataFrame(rows, schema={**words, **numbers, **rest, **ends}, orient="row")


def find_thing(world: World, name: str) -> Thing | None:
    """Return the node, package, memory or the like of an id, or None.

    Args:
        world: The world.
        name: The id, with its kind (`node:tsmc-n5`) or without.

    Example:
        >>> from chokegraph.world import load_world
        >>> found = find_thing(load_world(), "tsmc-n5")
        >>> found.subject_id, found.row["foundry"]
        ('node:tsmc-n5', 'TSMC')
    """
    wanted, _, rest = name.partition(":")
    technology = technology_of(world)
    for kind, table in TECHNOLOGY_KINDS.items():
        if rest and kind != wanted:
            continue
        key = TECHNOLOGY_TABLES[table].key[0]
        for row in technology.rows(table):
            if row[key] == (rest or name):
                subjects = {f"{kind}:{row[key]}"}
                if row.get("process"):
                    subjects.add(f"process:{row['process']}")
                needs = tuple(
                    one
                    for one in technology.rows("technology_needs")
                    if one["subject_id"] in subjects
                )
                return Thing(f"{kind}:{row[key]}", table, row, needs)
    return None
