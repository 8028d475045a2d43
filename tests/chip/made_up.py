# SPDX-License-Identifier: Apache-2.0
"""Small made-up figures for tests: three nodes, six packages, three memories, every setting."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from chokegraph.chip.figures import Figures, MemoryFigures, NodeFigures, PackageFigures
from chokegraph.chip.settings import Settings

SETTINGS = {
    "wafer_diameter": 300.0,
    "edge_exclusion": 4.0,
    "scribe_width": 0.1,
    "reticle_area": 858.0,
    "power_density": 1.0,
    "power_density_stacked": 0.6,
    "litho_share": 0.3,
    "defect_rise_per_mask": 0.015,
    "days_per_mask_layer": 1.25,
    "duv_steps_per_euv_layer": 3.0,
    "euv_layer_cost": 4.0,
    "duv_step_cost": 1.25,
    "test_coverage": 0.97,
    "logic_utilisation": 0.7,
    "substrate_cost": 0.005,
    "substrate_area_factor": 4.0,
    "substrate_yield": 0.99,
    "assembly_test_cost": 60.0,
    "bond_step_cost": 2.0,
    "die_test_cost": 5.0,
    "immersion_throughput": 250.0,
    "euv_throughput": 160.0,
    "scanner_uptime": 0.9,
    "energy_per_op_n7": 0.8,
    "energy_frequency_exponent": 1.8,
    "leakage_density": 0.05,
    "bridge_area": 20.0,
    "package_design_cost": 1e6,
    "design_area": 300.0,
    "design_fixed_share": 0.2,
    "dram_wafer_price": 3000.0,
    "dram_defect_density": 0.1,
    "workload_memory_bound": 2.0,
    "workload_compute_bound": 1000.0,
}

NODES: dict[str, dict[str, float]] = {
    "planar-28": {
        "nonplanar": 0,
        "wafer_price": 2900.0,
        "mask_set": 1.5e6,
        "design_nre": 5e7,
        "defect_density": 0.07,
        "clustering": 10.0,
        "euv_layers": 0,
        "mask_count": 42,
        "relative_energy": 5.0,
        "throughput_density": 0.1,
        "logic_density": 29.0,
    },
    "fin-7": {
        "nonplanar": 1,
        "wafer_price": 9300.0,
        "mask_set": 1e7,
        "design_nre": 3e8,
        "defect_density": 0.09,
        "clustering": 3.0,
        "euv_layers": 0,
        "mask_count": 87,
        "relative_energy": 1.0,
        "throughput_density": 0.6,
        "logic_density": 91.0,
    },
    "euv-5": {
        "nonplanar": 1,
        "wafer_price": 17000.0,
        "mask_set": 1.5e7,
        "design_nre": 5.4e8,
        "defect_density": 0.11,
        "clustering": 10.0,
        "euv_layers": 14,
        "mask_count": 81,
        "relative_energy": 0.7,
        "throughput_density": 1.0,
        "logic_density": 138.0,
    },
}

KINDS = ("stacked", "by_wafer", "first", "bridged", "organic", "fine", "bonded")
COSTS = ("cost_mm2", "cost_wafer", "cost_piece", "cost_pair")
PACKAGES: dict[str, dict[str, Any]] = {
    "organic": {
        "kind": ("organic",),
        "cost_mm2": 0.005,
        "shoreline": 224.0,
        "areal": 3.0,
        "energy": 0.55,
        "defect_density": 0.0,
        "clustering": 1.0,
        "bond_yield": 0.99,
        "area_factor": 4.0,
        "max_area": 10_000.0,
        "overhead": 0.1,
    },
    "interposer": {
        "kind": ("fine",),
        "cost_wafer": 1900.0,
        "shoreline": 1300.0,
        "areal": 15.0,
        "energy": 0.28,
        "defect_density": 0.06,
        "clustering": 6.0,
        "bond_yield": 0.98,
        "area_factor": 1.1,
        "max_area": 2800.0,
        "overhead": 0.1,
    },
    "fan-out": {
        "kind": ("fine", "first"),
        "cost_wafer": 1200.0,
        "shoreline": 500.0,
        "areal": 8.0,
        "energy": 0.35,
        "defect_density": 0.05,
        "clustering": 3.0,
        "bond_yield": 0.985,
        "area_factor": 1.2,
        "max_area": 2500.0,
        "overhead": 0.1,
    },
    "bridge": {
        "kind": ("fine", "bridged"),
        "cost_piece": 4.0,
        "shoreline": 1000.0,
        "areal": 15.0,
        "energy": 0.3,
        "defect_density": 0.05,
        "clustering": 6.0,
        "bond_yield": 0.985,
        "area_factor": 1.05,
        "max_area": 8000.0,
        "overhead": 0.1,
    },
    "d2w": {
        "kind": ("stacked",),
        "cost_piece": 25.0,
        "shoreline": np.nan,
        "areal": 4000.0,
        "energy": 0.05,
        "defect_density": 0.05,
        "clustering": 2.0,
        "bond_yield": 0.98,
        "area_factor": 1.0,
        "max_area": 858.0,
        "overhead": 0.02,
    },
    "w2w": {
        "kind": ("stacked", "by_wafer"),
        "cost_pair": 150.0,
        "shoreline": np.nan,
        "areal": 60_000.0,
        "energy": 0.03,
        "defect_density": 0.01,
        "clustering": 2.0,
        "bond_yield": 0.99,
        "area_factor": 1.0,
        "max_area": 858.0,
        "overhead": 0.02,
    },
}

MEMORIES: dict[str, dict[str, float]] = {
    "stack": {
        "fine": 1,
        "on_logic": 0,
        "bandwidth": 460.0,
        "capacity": 16.0,
        "footprint": 110.0,
        "energy": 3.9,
        "cost": 160.0,
    },
    "board": {
        "fine": 0,
        "on_logic": 0,
        "bandwidth": 64.0,
        "capacity": 2.0,
        "footprint": 168.0,
        "energy": 7.0,
        "cost": 10.0,
    },
    "bonded": {
        "fine": 0,
        "on_logic": 1,
        "bandwidth": 34.0,
        "capacity": 0.125,
        "footprint": 7.7,
        "energy": 0.88,
        "cost": np.nan,
    },
}


def figures(**settings: Any) -> Figures:
    """The made-up figures, with some settings replaced."""

    def column(table: dict[str, dict[str, Any]], name: str) -> Any:
        if name in KINDS and table is PACKAGES:
            return np.array([float(name in one["kind"]) for one in table.values()])
        default = 0.0 if name in COSTS else None
        return np.array([one.get(name, default) for one in table.values()], float)

    def group(kind: Any, table: dict[str, dict[str, Any]]) -> Any:
        return kind(**{name: column(table, name) for name in kind.__dataclass_fields__})

    return Figures(
        nodes=group(NodeFigures, NODES),
        packages=group(PackageFigures, PACKAGES),
        memories=group(MemoryFigures, MEMORIES),
        settings=Settings(**(SETTINGS | settings)),
        ids={"nodes": tuple(NODES), "packages": tuple(PACKAGES), "memories": tuple(MEMORIES)},
    )


def changed(base: Figures, group: str, **columns: float) -> Figures:
    """Figures with some columns of a group replaced by one value for all."""
    table = getattr(base, group)
    new = {name: np.full(table.__dict__[name].shape, value) for name, value in columns.items()}
    return dataclasses.replace(base, **{group: dataclasses.replace(table, **new)})


FIGURES = figures()
N7 = FIGURES.code("nodes", "fin-7")
N5 = FIGURES.code("nodes", "euv-5")
PLAIN = {
    "bond_step_cost": 0.0,
    "die_test_cost": 0.0,
    "assembly_test_cost": 0.0,
    "test_coverage": 1.0,
    "substrate_cost": 0.0,
    "substrate_yield": 1.0,
}
"""Settings without what a design costs beside its wafers, carriers and joints."""


def package(name: str) -> int:
    return FIGURES.code("packages", name)
