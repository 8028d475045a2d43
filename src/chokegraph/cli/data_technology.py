# SPDX-License-Identifier: Apache-2.0
"""How a node, a package, a memory or another thing of chip technology looks in a terminal."""

from __future__ import annotations

from rich.markup import escape

from chokegraph.cli.data_print import console, statements_table
from chokegraph.world.model import World
from chokegraph.world.tables import Row
from chokegraph.world.technology_frames import Thing
from chokegraph.world.technology_schema import TECHNOLOGY_TABLES


def print_thing(world: World, thing: Thing) -> None:
    """Print one thing in full: its words, what it needs, every statement about it."""
    screen = console()
    row = thing.row
    key = TECHNOLOGY_TABLES[thing.table].key[0]
    screen.print(f"[bold]{escape(str(row.get('name') or row[key]))}[/bold]  {thing.subject_id}")
    words = []
    for column in TECHNOLOGY_TABLES[thing.table].columns:
        value = row.get(column.name)
        if column.name in (key, "name", "note", "needs") or value in (None, "", ()):
            continue
        text = ", ".join(value) if isinstance(value, tuple) else value
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, float):
            text = f"{value:g}"
        words.append(f"{column.name.replace('_', ' ')} {text}")
    screen.print(escape("; ".join(words)))
    if row.get("note"):
        screen.print(escape(str(row["note"])))
    needed = [_need(one) for one in thing.needs]
    own = row.get("needs")
    needed += list(own) if isinstance(own, tuple) else []
    if needed:
        screen.print(f"Needs: {escape(', '.join(needed))}")
    table = statements_table(world, thing.subject_id)
    if table is not None:
        screen.print()
        screen.print(table)
    screen.print()
    hint = f"Why a figure: chokegraph data why {thing.subject_id} PROPERTY"
    screen.print(hint, style="dim", soft_wrap=True)


def _need(row: Row) -> str:
    share, others = row["requirement"], row.get("alternatives")
    text = str(row["input_id"])
    if isinstance(share, float) and share < 1:
        text += f" ({share:g})"
    return f"{text} or {' or '.join(others)}" if isinstance(others, tuple) and others else text
