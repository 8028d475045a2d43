# SPDX-License-Identifier: Apache-2.0
"""The catalogue of chip technology: nodes, schemes, packages, memories, parts, and settings.

Words come from the tables of technology, figures from the statements of the world, each with its
interval, grade and the statements it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar, cast

import numpy as np

from chokegraph.chip.draws import Draws, draw_figures
from chokegraph.chip.entities import (
    Accelerator,
    Memory,
    MemoryNode,
    Node,
    Package,
    Range,
    Scheme,
    Substrate,
    figure_fields,
)
from chokegraph.chip.spread import KNOWN, misfit
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.estimates import as_estimate, choose
from chokegraph.world.load import load_world
from chokegraph.world.model import World
from chokegraph.world.tables import Row
from chokegraph.world.technology import Technology, technology_of

_T = TypeVar("_T")
SETTING, SETTING_FRACTION = "chip_setting", "chip_fraction"
"""The properties of statements that give a setting: a fraction has bounds of its own."""

DRAWN = ("nodes", "schemes", "packages", "memories", "memory_nodes", "substrates")
"""The groups whose figures are drawn; those of real parts are data to compare with."""


@dataclass(frozen=True)
class Catalogue:
    """All that can be chosen, by id, and the settings of the model.

    Example:
        >>> catalogue = load_catalogue()
        >>> catalogue.nodes["tsmc-n7"].defect_density.mid
        0.09
    """

    nodes: Mapping[str, Node]
    schemes: Mapping[str, Scheme]
    packages: Mapping[str, Package]
    memories: Mapping[str, Memory]
    memory_nodes: Mapping[str, MemoryNode]
    accelerators: Mapping[str, Accelerator]
    substrates: Mapping[str, Substrate]
    settings: Mapping[str, Range]

    def figures(self, group: str) -> dict[str, dict[str, Range | None]]:
        """Return the figures of a group, by field and by id.

        Args:
            group: `nodes`, `schemes`, `packages`, `memories`, `memory_nodes`, `accelerators`,
                `substrates`, or `settings` (whose only field is `value`).

        Example:
            >>> load_catalogue().figures("nodes")["wafer_price"]["tsmc-n7"].unit
            'USD'
        """
        things: Mapping[str, Any] = getattr(self, group)
        if group == "settings":
            return {"value": dict(things)}
        names = figure_fields(type(next(iter(things.values())))) if things else {}
        return {name: {key: getattr(one, name) for key, one in things.items()} for name in names}

    def mids(self) -> Draws:
        """Return the middle of every figure as one draw; NaN where unknown.

        Example:
            >>> load_catalogue().mids().of("nodes", "defect_density", "tsmc-n7").tolist()
            [0.09]
        """
        groups = (*DRAWN, "settings")
        return draw_figures({name: self.figures(name) for name in groups}, None, 1)

    def draw(self, generator: np.random.Generator, count: int) -> Draws:
        """Return draws of every uncertain figure; NaN where unknown.

        One number is taken from the generator. Each figure has a stream of its own, named after
        it, so a figure's draws change neither with `count` nor when other figures are added.

        Args:
            generator: Where the seed comes from.
            count: How many draws.

        Example:
            >>> draws = load_catalogue().draw(np.random.default_rng(7), 1000)
            >>> draws.of("nodes", "defect_density", "smic-n2").shape
            (1000,)
        """
        groups = (*DRAWN, "settings")
        seed = int(generator.integers(2**63))
        return draw_figures({name: self.figures(name) for name in groups}, seed, count)


def load_catalogue(world: World | None = None) -> Catalogue:
    """Build the catalogue of a world.

    Args:
        world: Its statements win; where it has none on a figure, those that come with the package
            are used. So do its tables of technology, if it has any. The bundled world if None.

    Raises:
        FindingsError: With every mistake in the tables of technology.

    Example:
        >>> load_catalogue().packages["si-interposer"].bond_mode
        'chip-last'
    """
    return _load(None if world is None else _Held(world))


class _Held:
    """A world, compared by identity, so that a catalogue is built once for each."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __hash__(self) -> int:
        return id(self.world)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.world is self.world


@lru_cache(maxsize=4)
def _load(held: _Held | None) -> Catalogue:
    bundled = load_world()
    facts = _Facts(bundled if held is None else held.world, bundled)
    tables = technology_of(facts.world)
    needs = _needs(tables)
    return Catalogue(
        nodes=_things(Node, tables, "nodes", "node", facts, needs),
        schemes=_things(Scheme, tables, "patterning", "scheme", facts, needs),
        packages=_things(Package, tables, "packages", "package", facts, needs),
        memories=_things(Memory, tables, "memories", "memory", facts, needs),
        memory_nodes=_things(MemoryNode, tables, "memory_nodes", "memory-node", facts, needs),
        accelerators=_things(Accelerator, tables, "accelerators", "accelerator", facts, needs),
        substrates=_things(Substrate, tables, "substrates", "substrate", facts, needs),
        settings=_settings(tables, facts),
    )


@dataclass(frozen=True)
class _Facts:
    """Statements of one world, with those of the bundled one for what it does not speak about."""

    world: World
    bundled: World

    def range(
        self,
        subject: str,
        name: str,
        *,
        least: float | None = None,
        most: float | None = None,
        about: str = "",
    ) -> Range | None:
        for world in (self.world, self.bundled):
            rows = [r for r in world.by_subject.get((subject, name), ()) if r.object_id == about]
            chosen, _ = choose(rows, world.selected, world.year)
            if chosen is None:
                continue
            found = as_estimate(chosen)
            if found.value is None:
                return None
            bounds = world.properties.get(name)
            dist = chosen.dist or "normal"
            if wrong := misfit(dist, found.low, found.high):
                where = f"{name} of {subject} (statement {chosen.statement_id})"
                fix = f"use one of {', '.join(KNOWN)} that fits low and high"
                raise FindingsError([Finding(f"{where}: {wrong}", fix)], title="technology")
            return Range(
                found.value,
                found.low,
                found.high,
                found.grade,
                found.statement_ids,
                found.unit or (bounds.unit if bounds else ""),
                dist,
                least if least is not None or bounds is None else bounds.low,
                most if most is not None or bounds is None else bounds.high,
            )
        return None

    def by_object(self, subject: str, name: str = "price") -> dict[str, Range]:
        """Return the prices of an input, by whose they are."""
        found: dict[str, Range] = {}
        for world in (self.bundled, self.world):
            for row in world.by_subject.get((subject, name), ()):
                one = self.range(subject, name, about=row.object_id) if row.object_id else None
                found |= {row.object_id: one} if one is not None else {}
        return found


Needs = Mapping[str, tuple[dict[str, float], dict[str, tuple[str, ...]]]]


def _needs(tables: Technology) -> Needs:
    found: dict[str, tuple[dict[str, float], dict[str, tuple[str, ...]]]] = {}
    for row in tables.rows("technology_needs"):
        needs, others = found.setdefault(str(row["subject_id"]), ({}, {}))
        name, requirement, other = str(row["input_id"]), row["requirement"], row["alternatives"]
        needs[name] = float(requirement) if isinstance(requirement, float) else 1.0
        if isinstance(other, tuple) and other:
            others[name] = other
    return found


def _things(
    kind: Callable[..., _T], tables: Technology, table: str, word: str, facts: _Facts, needs: Needs
) -> dict[str, _T]:
    noun = cast("type[Any]", kind)
    figures = figure_fields(noun)
    names = {one.name for one in fields(noun)}
    things: dict[str, _T] = {}
    for row in tables.rows(table):
        key = str(row[next(iter(row))])
        parts: dict[str, Any] = {name: row[name] for name in names & row.keys()}
        parts |= {name: facts.range(f"{word}:{key}", prop) for name, prop in figures.items()}
        parts |= _needed(row, word, key, needs) if "alternatives" in names else {}
        parts |= (
            {"prices": facts.by_object(f"input:{row['input_id']}")} if "prices" in names else {}
        )
        things[key] = kind(id=key, **parts)
    return things


def _needed(row: Row, word: str, key: str, needs: Needs) -> dict[str, Any]:
    """What a maker needs: by the node's process, by the scheme's own list, or by the id."""
    if word == "scheme":
        listed = row["needs"] if isinstance(row["needs"], tuple) else ()
        return {"needs": {str(name): 1.0 for name in listed}}
    subject = f"process:{row['process']}" if word == "node" else f"{word}:{key}"
    inputs, others = needs.get(subject, ({}, {}))
    return {"needs": inputs, "alternatives": others}


def _settings(tables: Technology, facts: _Facts) -> dict[str, Range]:
    found: dict[str, Range] = {}
    for row in tables.rows("chip_settings"):
        key = str(row["setting_id"])
        least, most = row["min"], row["max"]
        one = facts.range(
            f"setting:{key}",
            SETTING_FRACTION if row["unit"] == "fraction" else SETTING,
            least=least if isinstance(least, float) else None,
            most=most if isinstance(most, float) else None,
        )
        if one is not None:
            found[key] = one
    return found
