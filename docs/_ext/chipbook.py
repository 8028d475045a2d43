# SPDX-License-Identifier: Apache-2.0
"""The page of the data book on chip technology: figures with interval, grade and source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.entities import Range, figure_fields
from chokegraph.world import World

Text = Callable[[str], str]
Table = Callable[[Sequence[str], Any], str]

_TITLES = {
    "nodes": "Logic nodes",
    "schemes": "Patterning schemes",
    "packages": "Packages",
    "memories": "Memories",
    "memory_nodes": "Generations of memory chips",
    "substrates": "Silicon carbide wafers",
    "accelerators": "Accelerators",
}


def technology_page(world: World, *, plain: Text, table: Table) -> str:
    """Every figure of chip technology.

    Args:
        world: Where the statements are.
        plain: Takes the meaning out of characters that Markdown would read.
        table: Makes a Markdown table.
    """
    catalogue = load_catalogue(world)
    parts = [
        "# Chip technology",
        "Value, with its 5 % and 95 % points in brackets and the evidence grade; the letter links "
        "to the source. X is a judgement or a recalled figure. A blank is unknown.",
    ]
    for group, title in _TITLES.items():
        parts += [f"## {title}", _group(catalogue, world, group, plain, table)]
    rows = [
        [plain(key), _figure(one, world), plain(one.unit), _where(one, world, plain)]
        for key, one in catalogue.settings.items()
    ]
    parts += ["## Settings of the model", table(["Setting", "Value", "Unit", "Basis"], rows)]
    return "\n\n".join(parts) + "\n"


def _group(catalogue: Catalogue, world: World, group: str, plain: Text, table: Table) -> str:
    things = getattr(catalogue, group)
    names = list(figure_fields(type(next(iter(things.values())))))
    units = {
        name: next((r.unit for r in catalogue.figures(group)[name].values() if r), "")
        for name in names
    }
    if group == "packages":
        units["carrier_cost"] = "USD"
    head = [plain(_heading(name, unit)) for name, unit in units.items()]
    rows = [
        [f"`{key}`", *(_figure(getattr(one, name), world) for name in names)]
        for key, one in things.items()
    ]
    return table(["Id", *head], rows)


def _figure(one: Range | None, world: World) -> str:
    if one is None:
        return ""
    source = world.statements[one.statements[0]].source_id if one.statements else ""
    grade = f"[{one.grade}](#source-{source})" if source else one.grade
    if one.low == one.high:
        return f"{_short(one.mid)} {grade}"
    return f"{_short(one.mid)} ({_short(one.low)} to {_short(one.high)}) {grade}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _heading(name: str, unit: str) -> str:
    words = name.replace("_", " ")
    return words if unit == "1" or words.endswith(unit) else f"{words}, {unit}"


def _where(one: Range, world: World, plain: Text) -> str:
    return plain(world.statements[one.statements[0]].locator)
