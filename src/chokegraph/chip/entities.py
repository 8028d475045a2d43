# SPDX-License-Identifier: Apache-2.0
"""The nouns of chip technology: nodes, schemes, packages, memories, parts; figures as ranges.

A figure is a `Range` or None. None means that no source gives it; it never means zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Range:
    """A figure as used: middle, 5 % and 95 % points, evidence grade, statements it rests on.

    Args:
        mid: The value stated.
        low: 5 % point.
        high: 95 % point.
        grade: Evidence grade, A to D, or X for a judgement.
        statements: Ids of statements in the world.
        unit: Unit.
        dist: Distribution, as stated.
        least: Physical lower bound; a draw never goes below.
        most: Physical upper bound.

    Example:
        >>> Range(0.25, 0.1, 0.65, "X", ()).mid
        0.25
    """

    mid: float
    low: float
    high: float
    grade: str
    statements: tuple[str, ...]
    unit: str = ""
    dist: str = "point"
    least: float | None = None
    most: float | None = None


Figure = Range | None
"""A figure of a noun: a field of this type is filled from the statements."""

_PROPERTIES = {
    "Node": {
        "mask_set": "mask_set_cost",
        "design_nre": "design_cost",
        "clustering": "defect_clustering",
    },
    "Scheme": {
        "layer_cost": "relative_layer_cost",
        "masks": "masks_per_layer",
    },
    "Package": {
        "pitch": "bond_pitch",
        "min_pitch": "min_bond_pitch",
        "shoreline": "shoreline_bandwidth",
        "areal": "areal_bandwidth",
        "energy": "link_energy",
        "max_area": "max_carrier_area",
    },
    "Memory": {
        "bandwidth": "memory_bandwidth",
        "capacity": "memory_capacity",
        "footprint": "memory_footprint",
        "energy": "memory_energy",
        "cost": "memory_cost",
        "layers": "stacked_dies",
    },
    "MemoryNode": {
        "layers": "cell_layers",
    },
    "Accelerator": {
        "dies": "logic_dies",
        "area": "applicable_die_area",
        "fp16": "dense_fp16",
        "int8": "dense_int8",
        "fp8": "dense_fp8",
        "fp4": "dense_fp4",
    },
    "Substrate": {
        "diameter": "wafer_diameter",
        "price": "substrate_price",
    },
}
"""Fields whose property in the statements has a longer name."""


def figure_fields(kind: type[Any]) -> dict[str, str]:
    """Return the fields of a noun that are figures, and the property of each.

    Example:
        >>> figure_fields(Node)["mask_set"], figure_fields(Node)["wafer_price"]
        ('mask_set_cost', 'wafer_price')
    """
    renamed = _PROPERTIES.get(kind.__name__, {})
    names = [one.name for one in fields(kind) if one.type == "Figure"]
    return {name: renamed.get(name, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """Something that a maker needs inputs for.

    `needs` maps input ids of the world to how strongly each is required, 0 to 1; `alternatives`
    names inputs that can stand in for one.
    """

    needs: Mapping[str, float] = field(default_factory=dict, hash=False)
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def missing(self, inputs: Collection[str], least: float = 0.5) -> tuple[str, ...]:
        """Return the inputs that are required and neither there nor replaced.

        Args:
            inputs: Ids of the inputs that can be had.
            least: Requirements below this are ignored.
        """
        return tuple(
            name
            for name, requirement in self.needs.items()
            if requirement >= least
            and name not in inputs
            and not any(other in inputs for other in self.alternatives.get(name, ()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(_Made):
    """A logic process. Energy and speed are relative to the 7 nm node of the leading foundry."""

    id: str
    name: str
    foundry: str
    class_nm: float
    hvm_year: int
    nonplanar: bool
    needs_euv: bool
    process: str
    critical_scheme: str = ""
    note: str = ""
    logic_density: Figure = None
    wafer_price: Figure = None
    mask_set: Figure = None
    design_nre: Figure = None
    defect_density: Figure = None
    clustering: Figure = None
    euv_layers: Figure = None
    mask_count: Figure = None
    relative_energy: Figure = None
    relative_speed: Figure = None
    throughput_density: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(_Made):
    """A way to pattern a layer; cost relative to one immersion exposure."""

    id: str
    name: str
    needs_euv: bool
    note: str = ""
    exposures: Figure = None
    layer_cost: Figure = None
    min_pitch: Figure = None
    masks: Figure = None
    overlay_steps: Figure = None
    defect_multiplier: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(_Made):
    """A way to put dies together; `carrier_cost` is per `carrier_unit`.

    `memory_types`: the types of stacked memory that it takes; memory on the board goes with all.
    """

    id: str
    name: str
    family: str
    bond_mode: str
    carrier_unit: str
    memory_types: tuple[str, ...] = ()
    note: str = ""
    pitch: Figure = None
    min_pitch: Figure = None
    pad_density: Figure = None
    shoreline: Figure = None
    areal: Figure = None
    energy: Figure = None
    carrier_cost: Figure = None
    carrier_defect_density: Figure = None
    carrier_clustering: Figure = None
    bond_yield: Figure = None
    area_factor: Figure = None
    max_area: Figure = None
    d2d_overhead: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory(_Made):
    """A memory stack or package: bandwidth in GB/s, capacity in GB, cost in USD, of one."""

    id: str
    name: str
    type: str
    year: int
    process: str = ""
    makers: tuple[str, ...] = ()
    note: str = ""
    bandwidth: Figure = None
    capacity: Figure = None
    footprint: Figure = None
    energy: Figure = None
    cost: Figure = None
    layers: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryNode:
    """A generation of memory chips; `layers` of NAND cells, or the `cell_class` of DRAM in nm."""

    id: str
    name: str
    device: str
    maker: str
    year: int
    stated_limit: str = ""
    note: str = ""
    layers: Figure = None
    cell_class: Figure = None
    bit_density: Figure = None
    die_capacity: Figure = None
    die_area: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """A real part. `status_2022` and `status_2023` were worked out by hand from the rule's text."""

    id: str
    name: str
    maker: str
    country: str
    launch_year: int
    foundry: str = ""
    process: str = ""
    nodes: tuple[str, ...] = ()
    memory: str = ""
    tpp_bits: int | None = None
    datacentre: bool = True
    status_2022: str = ""
    status_2023: str = ""
    below_caps_2026: str = ""
    checked: str = "no"
    source_id: str = ""
    area_note: str = ""
    history: str = ""
    dies: Figure = None
    area: Figure = None
    fp16: Figure = None
    int8: Figure = None
    fp8: Figure = None
    fp4: Figure = None
    tpp: Figure = None
    performance_density: Figure = None
    memory_capacity: Figure = None
    memory_bandwidth: Figure = None
    io_bandwidth: Figure = None
    tdp: Figure = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Substrate:
    """A silicon carbide wafer: a family of its own.

    `price` is a range over makers; `prices` has single ones, by `firm:ID` or `country:ID`.
    `defect_density` is of all defects that kill a device, `micropipe_density` of one kind.
    """

    id: str
    name: str
    input_id: str
    note: str = ""
    prices: Mapping[str, Range] = field(default_factory=dict, hash=False)
    diameter: Figure = None
    price: Figure = None
    micropipe_density: Figure = None
    defect_density: Figure = None
