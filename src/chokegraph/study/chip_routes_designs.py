# SPDX-License-Identifier: Apache-2.0
"""Reference designs of routes: read from the facts, and sized by a search at the middle figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chokegraph.chip.arrays import NONE, Designs, Dies
from chokegraph.chip.catalogue import Catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.search_problem import Grid
from chokegraph.chip.wafer import Floats, Number
from chokegraph.world.tables import Row
from chokegraph.world.technology import load_technology

COMPUTE, TRANSISTORS, BITS = "compute", "transistors", "bits"
NEW, RIPE, TABLE = "new", "ripe", "table"
ASKED = (
    "silicon", "die_loss", "memory", "package_loss", "carrier", "substrate", "assembly", "nre",
    "cost", "memory_bound", "compute_bound", "tpp", "applicable_area", "dram_bandwidth", "power",
    "power_use", "wafers", "die_yield", "package_yield", "feasible", "duv_hours", "euv_hours",
    "cycle_days",
)  # fmt: skip
"""Outputs of an evaluation that routes are made of."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """A reference design of a route: one way in which the route can be gone.

    Args:
        id: Its id.
        route: The route.
        measure: What it is judged by: `compute`, `transistors` or `bits` for a dollar.
        node: Its process; empty for memory.
        starts: Where its defects stand at the start: `as-stated` of the node, `new` (so many times
            more as at the start of production), or `ripe`; or the start yield is that of the
            `table`.
        grows_into: The process whose defects it comes down to; its own if empty.
        more_masks: Masks that it takes beyond those of the node.
        package: Its package.
        memory: Its memory; empty for none.
        dies: Dies in a package; while not yet sized, what may be chosen.
        stacks: Memory stacks, packages, or gigabits of bonded DRAM; likewise.
        clocks: Clock over the node's usual one; likewise.
        logic_mtr: Transistors in millions, where the die is not sized freely.
        layers: Layers of a memory's cells; 0 for logic.
        decks: Decks in which they are etched.
        volume: Packages over which one-off costs are spread.
        listed: Whether its needs are those of the route's table, as it is ordered from others or
            is no logic.
        not_needed: Inputs of its bill that this way does without.
        also_needed: Inputs that it cannot do without beyond its bill.
        source: Where it comes from.
        grade: Its evidence grade.
        note: What it stands for.
        area: Area of a die, mm2; not a number while not yet sized.
    """

    id: str
    route: str
    measure: str
    node: str
    starts: str
    grows_into: str
    more_masks: float
    package: str
    memory: str
    dies: tuple[int, ...]
    stacks: tuple[int, ...]
    clocks: tuple[float, ...]
    logic_mtr: float
    layers: int
    decks: int
    volume: float
    listed: bool
    not_needed: tuple[str, ...]
    also_needed: tuple[str, ...]
    source: str
    grade: str
    note: str
    area: float = np.nan

    @property
    def bonded(self) -> bool:
        """Whether a memory's circuits are on a wafer of their own."""
        return bool(self.package)

    def words(self) -> str:
        """Return the design in a line.

        Example:
            >>> [way.words() for way in load_ways() if way.id == "soc-n2-duv"]
            ['smic-n2, organic-flip-chip']
        """
        if self.measure == BITS:
            wafers = "bonded wafers" if self.bonded else "one wafer"
            return f"{self.layers} layers in {self.decks} decks, {wafers}"
        known = not np.isnan(self.area)
        dies = f"{self.dies[0]} x {self.area:.0f} mm2 " if known else ""
        stacks = f", {self.stacks[0]} x {self.memory}" if self.memory and known else ""
        loose = f", {self.memory}" if self.memory and not known else ""
        more = f", {self.more_masks:.0f} masks more" if self.more_masks else ""
        return f"{dies}{self.node}, {self.package}{stacks}{loose}{more}"


def load_ways() -> tuple[Way, ...]:
    """Read the reference designs that come with the package, not yet sized.

    Example:
        >>> len({way.route for way in load_ways()}) > 5
        True
    """
    return tuple(_way(row) for row in load_technology().rows("route_designs"))


def _way(row: Row) -> Way:
    def texts(name: str) -> tuple[str, ...]:
        cell = row[name]
        return tuple(str(part) for part in cell) if isinstance(cell, tuple) else ()

    def number(name: str, missing: float) -> float:
        cell = row[name]
        return float(cell) if isinstance(cell, float | int) else missing

    return Way(
        id=str(row["design_id"]),
        route=str(row["route_id"]),
        measure=str(row["measure"]),
        node=str(row["node_id"] or ""),
        starts=str(row["starts"]),
        grows_into=str(row["grows_into"] or ""),
        more_masks=number("more_masks", 0.0),
        package=str(row["package_id"] or ""),
        memory=str(row["memory_id"] or ""),
        dies=tuple(int(one) for one in texts("dies")) or (1,),
        stacks=tuple(int(one) for one in texts("stacks")) or (0,),
        clocks=tuple(float(one) for one in texts("clocks")) or (1.0,),
        logic_mtr=number("logic_mtr", np.nan),
        layers=int(number("layers", 0)),
        decks=int(number("decks", 1)),
        volume=number("volume", np.inf),
        listed=row["bill"] == "table",
        not_needed=texts("not_needed"),
        also_needed=texts("also_needed"),
        source=str(row["source_id"]),
        grade=str(row["grade"]),
        note=str(row["note"]),
    )


@dataclass(frozen=True)
class Judged:
    """What a design is worth: performance for its cost.

    Args:
        performance: TOPS over both workloads, or billions of transistors.
        cost: USD over the life of one good package, its part of the system and power included.
        system: Of that, the system around it, USD.
        power: Of that, power over its life, USD.
    """

    performance: Floats
    cost: Floats
    system: Floats
    power: Floats

    @property
    def worth(self) -> Floats:
        """Performance for a thousand dollars."""
        return np.asarray(1000 * self.performance / self.cost)


Beliefs = Mapping[str, Number]
"""`memory_bound_share`, `system_cost`, `power_cost`: numbers or arrays of draws."""


def judge_compute(found: Mapping[str, Floats], beliefs: Beliefs) -> Judged:
    """Return what accelerators are worth.

    A part of the operations waits for memory, the rest for the dies; a design that would pass its
    limit of power density is slowed until it does not.

    Args:
        found: The evaluation of the designs.
        beliefs: Broadcast with the outputs.
    """
    part = beliefs["memory_bound_share"]
    slowed = found["compute_bound"] / np.maximum(found["power_use"], 1.0)
    with np.errstate(divide="ignore"):
        performance = 1.0 / (part / found["memory_bound"] + (1.0 - part) / slowed)
    system = beliefs["system_cost"] + np.zeros_like(found["cost"])
    power = beliefs["power_cost"] * found["power"]
    return Judged(performance, found["cost"] + system + power, system, power)


def sized(catalogue: Catalogue, ways: Sequence[Way], middle: Beliefs) -> list[Way]:
    """Choose sizes at the middle of every figure: the most worth within the physical limits.

    Args:
        catalogue: Nodes, packages, memories, settings.
        ways: Reference designs, not yet sized.
        middle: Beliefs at their middles.

    Returns:
        The ways with one number of dies and of stacks, an area and a clock each.

    Raises:
        ValueError: If no size of a design is within the limits.
    """
    figures = Figures.of(catalogue)
    areas = Grid.of(catalogue).areas
    return [_size(one, figures, areas, middle) for one in ways]


def _size(way: Way, figures: Figures, areas: tuple[float, ...], middle: Beliefs) -> Way:
    if way.measure == BITS:
        return way
    if way.measure == TRANSISTORS:
        code = figures.code("nodes", way.node)
        reached = float(figures.nodes.logic_density[code] * figures.settings.logic_utilisation)
        return replace(way, dies=way.dies[:1], stacks=(0,), area=way.logic_mtr / reached)
    axes = (way.dies, way.stacks, areas, way.clocks)
    dies, stacks, area, clock = np.meshgrid(*axes, indexing="ij", sparse=True)
    found = evaluate(
        _designs([way], figures, dies=dies, stacks=stacks, area=area, frequency=clock),
        figures,
        keep=ASKED,
    )
    worth = np.where(found.feasible, judge_compute(found, middle).worth, -np.inf)
    best = np.unravel_index(int(np.nanargmax(worth)), worth.shape)
    if not np.isfinite(worth[best]):
        message = f"no size of {way.id} is within the limits; give other dies, stacks or a package"
        raise ValueError(message)
    chosen = [one[place] for one, place in zip(axes, best, strict=True)]
    return replace(
        way,
        dies=(int(chosen[0]),),
        stacks=(int(chosen[1]) if way.memory else 0,),
        area=float(chosen[2]),
        clocks=(float(chosen[3]),),
    )


def _designs(ways: Sequence[Way], figures: Figures, **sizes: Floats) -> Designs:
    def shaped(values: list[float]) -> Floats:
        array = np.array(values)
        return array if len(ways) > 1 else array[0]

    memories = [figures.code("memories", w.memory) if w.memory else NONE for w in ways]
    return Designs(
        dies=(
            Dies(
                node=figures.codes("nodes", [w.node for w in ways]),
                area=sizes["area"],
                count=sizes["dies"],
            ),
        ),
        package=figures.codes("packages", [w.package for w in ways]),
        memory=np.array(memories, np.intp),
        stacks=sizes["stacks"],
        volume=shaped([w.volume for w in ways]),
        frequency=sizes["frequency"],
    )


def as_designs(ways: Sequence[Way], figures: Figures) -> Designs:
    """Return sized ways as arrays, one element for each.

    Args:
        ways: The ways, sized.
        figures: Figures by code.
    """
    return _designs(
        ways,
        figures,
        area=np.array([w.area for w in ways]),
        dies=np.array([float(w.dies[0]) for w in ways]),
        stacks=np.array([float(w.stacks[0]) for w in ways]),
        frequency=np.array([w.clocks[0] for w in ways]),
    )
