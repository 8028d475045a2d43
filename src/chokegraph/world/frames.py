# SPDX-License-Identifier: Apache-2.0
"""The tables of a world as polars data frames, and wide views for questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from chokegraph.world.model import UNKNOWN_PROVIDER, World
from chokegraph.world.schema import TABLES, Column, TableSpec

_DTYPES: dict[str, pl.DataType] = {
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "flag": pl.Boolean(),
    "list": pl.List(pl.String()),
}

_RENAMED = {
    ("properties", "property"): "name",
    ("properties", "min"): "low",
    ("properties", "max"): "high",
    ("chain", "source_id"): "source",
    ("chain", "target_id"): "target",
}
"""Columns whose name differs from the attribute of the noun."""

_ROWS: dict[str, Callable[[World], Iterable[Any]]] = {
    "sources": lambda world: world.sources.values(),
    "countries": lambda world: world.countries.values(),
    "firms": lambda world: world.firms.values(),
    "ladders": lambda world: (step for steps in world.ladders.values() for step in steps),
    "inputs": lambda world: world.inputs.values(),
    "chain": lambda world: world.links,
    "products": lambda world: world.products.values(),
    "routes": lambda world: world.routes.values(),
    "needs": lambda world: world.needs,
    "properties": lambda world: world.properties.values(),
    "grades": lambda world: world.grades.values(),
    "statements": lambda world: world.statements.values(),
    "selections": lambda world: world.selections,
}


def table_rows(world: World, name: str) -> list[tuple[object, ...]]:
    """Return the rows of one table of `TABLES`, cells in the order of its columns.

    Example:
        >>> from chokegraph.world import load_world
        >>> ("NL", "Netherlands") in table_rows(load_world(), "countries")
        True
    """
    attributes = [_RENAMED.get((name, column), column) for column in TABLES[name].header]
    return [tuple(getattr(row, one) for one in attributes) for row in _ROWS[name](world)]


def frame(world: World, name: str) -> pl.DataFrame:
    """Return one table of `TABLES` as a data frame.

    Example:
        >>> from chokegraph.world import load_world
        >>> frame(load_world(), "countries").columns
        ['country_id', 'name']
    """
    return frame_of(TABLES[name], table_rows(world, name))


def frame_of(spec: TableSpec, rows: list[tuple[object, ...]]) -> pl.DataFrame:
    """Return rows as a data frame with the types of a table's columns.

    Args:
        spec: The table.
        rows: Cells in the order of its columns.
    """
    schema = {column.name: _dtype(column) for column in spec.columns}
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    data = {
        name: [list(cell) if isinstance(cell, tuple) else cell for cell in cells]
        for name, cells in zip(schema, columns, strict=True)
    }
    return pl.DataFrame(data, schema=schema)


def _dtype(column: Column) -> pl.DataType:
    return _DTYPES.get(column.kind, pl.String())


def shares_frame(world: World) -> pl.DataFrame:
    """Return the shares in use at the world's year, one provider of one input a row.

    `value` is null where there is no figure; the provider `ZZ` is the unknown remainder.

    Example:
        >>> from chokegraph.world import load_world
        >>> shares_frame(load_world()).columns[:4]
        ['input_id', 'level', 'provider', 'value']
    """
    rows = []
    for shares in (world.country_shares, world.firm_shares):
        for share in shares.values():
            everyone = [*share.shares.items(), (UNKNOWN_PROVIDER, share.remainder)]
            for provider, one in everyone:
                rows.append(
                    (
                        share.input_id,
                        share.level,
                        provider,
                        one.value,
                        one.low,
                        one.high,
                        one.year,
                        one.grade,
                        ";".join(one.statement_ids),
                    )
                )
    schema = {
        "input_id": pl.String(),
        "level": pl.String(),
        "provider": pl.String(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "year": pl.Int64(),
        "grade": pl.String(),
        "statement_ids": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def all_frames(world: World) -> dict[str, pl.DataFrame]:
    """Return every table of the world and the view `shares`, by name.

    Example:
        >>> from chokegraph.world import load_world
        >>> sorted(all_frames(load_world()))[:3]
        ['chain', 'countries', 'firms']
    """
    frames = {name: frame(world, name) for name in TABLES}
    frames["shares"] = shares_frame(world)
    return frames
