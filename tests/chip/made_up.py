# SPDX-License-Identifier: Apache-2.0
"""Small made-up figures, and a scalar evaluation of one design written from the plain functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chokegraph.chip.assembly import PackageCost, bridged, chip_first, chip_last
from chokegraph.chip.figures import Figures, MemoryFigures, NodeFigures, PackageFigures
from chokegraph.chip.known_good import known_good_cost, passing, quality
from chokegraph.chip.patterning import (
    cycle_days,
    defect_density_without_euv,
    scanner_hours,
    wafer_price_without_euv,
)
from chokegraph.chip.performance import performance_density, power, roofline
from chokegraph.chip.settings import Settings
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import defects, die_yield, harvested

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
    "planar-28": {"nonplanar": 0, "wafer_price": 2900.0, "mask_set": 1.5e6, "design_nre": 5e7,
                      "defect_density": 0.07, "clustering": 10.0, "euv_layers": 0, "mask_count": 42,
                      "relative_energy": 5.0, "throughput_density": 0.1, "logic_density": 29.0},
    "fin-7": {"nonplanar": 1, "wafer_price": 9300.0, "mask_set": 1e7, "design_nre": 3e8,
                  "defect_density": 0.09, "clustering": 3.0, "euv_layers": 0, "mask_count": 87,
                  "relative_energy": 1.0, "throughput_density": 0.6, "logic_density": 91.0},
    "euv-5": {"nonplanar": 1, "wafer_price": 17000.0, "mask_set": 1.5e7, "design_nre": 5.4e8,
                  "defect_density": 0.11, "clustering": 10.0, "euv_layers": 14, "mask_count": 81,
                  "relative_energy": 0.7, "throughput_density": 1.0, "logic_density": 138.0},
}  # fmt: skip

KINDS = ("stacked", "by_wafer", "first", "bridged", "organic", "fine")
COSTS = ("cost_mm2", "cost_wafer", "cost_piece", "cost_pair")
PACKAGES: dict[str, dict[str, Any]] = {
    "organic": {"kind": ("organic",), "cost_mm2": 0.005, "shoreline": 224.0, "areal": 3.0, "energy": 0.55,
                    "defect_density": 0.0, "clustering": 1.0, "bond_yield": 0.99, "area_factor": 4.0,
                    "max_area": 10_000.0, "overhead": 0.1},
    "interposer": {"kind": ("fine",), "cost_wafer": 1900.0, "shoreline": 1300.0, "areal": 15.0, "energy": 0.28,
                       "defect_density": 0.06, "clustering": 6.0, "bond_yield": 0.98, "area_factor": 1.1,
                       "max_area": 2800.0, "overhead": 0.1},
    "fan-out": {"kind": ("fine", "first"), "cost_wafer": 1200.0, "shoreline": 500.0, "areal": 8.0,
                    "energy": 0.35, "defect_density": 0.05, "clustering": 3.0, "bond_yield": 0.985,
                    "area_factor": 1.2, "max_area": 2500.0, "overhead": 0.1},
    "bridge": {"kind": ("fine", "bridged"), "cost_piece": 4.0, "shoreline": 1000.0, "areal": 15.0,
                   "energy": 0.3, "defect_density": 0.05, "clustering": 6.0, "bond_yield": 0.985,
                   "area_factor": 1.05, "max_area": 8000.0, "overhead": 0.1},
    "d2w": {"kind": ("stacked",), "cost_piece": 25.0, "shoreline": np.nan, "areal": 4000.0, "energy": 0.05,
                "defect_density": 0.05, "clustering": 2.0, "bond_yield": 0.98, "area_factor": 1.0,
                "max_area": 858.0, "overhead": 0.02},
    "w2w": {"kind": ("stacked", "by_wafer"), "cost_pair": 150.0, "shoreline": np.nan, "areal": 60_000.0,
                "energy": 0.03, "defect_density": 0.01, "clustering": 2.0, "bond_yield": 0.99, "area_factor": 1.0,
                "max_area": 858.0, "overhead": 0.02},
}  # fmt: skip

MEMORIES: dict[str, dict[str, float]] = {
    "stack": {"fine": 1, "on_logic": 0, "bandwidth": 460.0, "capacity": 16.0, "footprint": 110.0, "energy": 3.9,
                  "cost": 160.0},
    "board": {"fine": 0, "on_logic": 0, "bandwidth": 64.0, "capacity": 2.0, "footprint": 168.0, "energy": 7.0,
                  "cost": 10.0},
    "bonded": {"fine": 0, "on_logic": 1, "bandwidth": 34.0, "capacity": 0.125, "footprint": 7.7, "energy": 0.88,
                   "cost": np.nan},
}  # fmt: skip


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


def scalar(
    dies: list[dict[str, Any]],
    package: str,
    memory: str | None = None,
    stacks: float = 0.0,
    volume: float = math.inf,
    frequency: float = 1.0,
    chip_first_asked: bool | None = None,
    model: Any = "negative-binomial",
    settings: dict[str, float] | None = None,
) -> dict[str, float]:
    """Evaluate one design with plain functions of numbers, one step after the other."""
    s = SETTINGS | (settings or {})
    p = dict.fromkeys(COSTS, 0.0) | PACKAGES[package]
    stacked, wafers = "stacked" in p["kind"], "by_wafer" in p["kind"]
    first = "first" in p["kind"] if chip_first_asked is None else chip_first_asked
    m = MEMORIES[memory] if memory else None
    on_logic = bool(m and m["on_logic"])
    inside = stacks if m and m["fine"] else 0.0
    rim = {
        "diameter": s["wafer_diameter"],
        "edge": s["edge_exclusion"],
        "scribe": s["scribe_width"],
    }

    total = dict.fromkeys(
        ("silicon", "tested", "escape", "wafers", "area", "count", "edges", "tops", "watts",
         "applicable", "euv", "duv", "once", "good"), 0.0,
    )  # fmt: skip
    total["escape"] = 1.0
    number = sum(die["count"] for die in dies)
    largest = max(die["area"] for die in dies)
    days = 0.0
    for die in dies:
        made = _die(die, s, coverage_counts=not wafers, model=model, rim=rim)
        n, area = die["count"], die["area"]
        total["silicon"] += n * made["raw"]
        total["tested"] += n * made["tested"]
        total["escape"] *= made["quality"] ** n
        total["wafers"] += n * made["wafers"]
        total["area"] += n * area
        total["good"] += n * area * made["yield"]
        total["count"] += n
        total["edges"] += n * 4 * math.sqrt(area)
        core = area * die.get("compute", 1.0) / (1 + (p["overhead"] if number > 1 else 0.0))
        core *= 1 - die.get("spare", 0) / die.get("units", 1)
        tops = n * core * made["node"]["throughput_density"] * frequency
        total["tops"] += tops
        total["watts"] += (
            tops * s["energy_per_op_n7"] * made["node"]["relative_energy"] * frequency ** s["energy_frequency_exponent"]
        )
        total["applicable"] += n * area * made["node"]["nonplanar"]
        total["euv"] += n * made["wafers"] * made["euv"]
        total["duv"] += n * made["wafers"] * made["duv"]
        fixed = s["design_fixed_share"]
        total["once"] += made["mask_set"] + made["node"]["design_nre"] * (
            fixed + (1 - fixed) * area / s["design_area"]
        )
        days = max(days, made["days"])

    placed = total["count"] + inside + (1 if on_logic else 0)
    plane = largest if stacked else total["area"]
    carrier_area = p["area_factor"] * (plane + (inside * m["footprint"] if m else 0.0))
    escape = total["escape"]
    if on_logic:
        escape *= math.exp(-s["dram_defect_density"] * largest / 100)
    bought = stacks * (0.0 if m is None or math.isnan(m["cost"]) else m["cost"])
    if m and on_logic and math.isnan(m["cost"]):
        bought += s["dram_wafer_price"] / float(dies_per_wafer(largest, **rim))
    in_package = bought if (inside or on_logic) else 0.0
    cost = _assembled(
        p, s, total["tested"] + in_package, placed, carrier_area, escape, first, stacked, rim
    )
    lost = (float(cost.dies) + float(cost.die_loss)) / float(cost.dies)
    bandwidth = stacks * m["bandwidth"] if m else 0.0
    link = bandwidth * (1 - 1 / total["count"])
    capacity = p["areal"] * plane if stacked else p["shoreline"] * total["edges"]
    leakage = s["leakage_density"] * total["area"]
    watts = total["watts"] + leakage
    all_power = watts + float(
        power(0.0, 0.0, bandwidth, m["energy"] if m else 0.0, link, p["energy"])
    )
    reached = {
        name: float(
            roofline(
                total["tops"],
                bandwidth,
                s[f"workload_{name}"],
                capacity,
                s[f"workload_{name}"] * (bandwidth / link if link else math.inf),
            )
        )
        for name in ("memory_bound", "compute_bound")
    }
    recurring = float(cost.total) + (bought - in_package)
    nre = (total["once"] + s["package_design_cost"]) / volume
    link_watts = float(power(0.0, 0.0, 0.0, 0.0, link, p["energy"]))
    tier = float(power(0.0, 0.0, bandwidth, m["energy"])) if m and on_logic else 0.0
    limit = s["power_density_stacked"] if stacked else s["power_density"]
    return {
        "silicon": total["silicon"],
        "die_loss": total["tested"] - total["silicon"],
        "memory": bought,
        "package_loss": float(cost.die_loss),
        "carrier": float(cost.carrier),
        "substrate": float(cost.substrate),
        "assembly": float(cost.assembly),
        "recurring": recurring,
        "nre": nre,
        "cost": recurring + nre,
        "die_yield": total["good"] / total["area"],
        "package_yield": 1 / lost,
        "wafers": total["wafers"] * lost,
        "tops": total["tops"],
        "tpp": 16 * total["tops"],
        "applicable_area": total["applicable"],
        "performance_density": float(performance_density(16 * total["tops"], total["applicable"])),
        "dram_bandwidth": bandwidth,
        "link_bandwidth": link,
        "power": all_power,
        "euv_hours": total["euv"] * lost,
        "duv_hours": total["duv"] * lost,
        "cycle_days": days,
        "reticle_use": largest / s["reticle_area"],
        "carrier_use": carrier_area / p["max_area"],
        "shoreline_use": (link + (bandwidth if inside or on_logic else 0.0)) / capacity,
        "power_use": (watts + link_watts + tier) / (plane * limit),
        **reached,
    }


def _die(
    die: dict[str, Any], s: dict[str, float], *, coverage_counts: bool, model: Any, rim: Any
) -> dict[str, Any]:
    node = NODES[die["node"]]
    price, density = node["wafer_price"], node["defect_density"]
    layers, masks, mask_set = node["euv_layers"], node["mask_count"], node["mask_set"]
    if not die.get("euv", True) and layers:
        steps = s["duv_steps_per_euv_layer"]
        rest = masks - layers
        price = float(
            wafer_price_without_euv(
                price,
                s["litho_share"],
                rest + layers * s["euv_layer_cost"],
                rest + layers * steps * s["duv_step_cost"],
            )
        )
        extra = layers * (steps - 1)
        density = float(defect_density_without_euv(density, extra, s["defect_rise_per_mask"]))
        mask_set *= 1 + extra / masks
        masks, layers = masks + extra, 0
    area = die["area"]
    shape = masks if model == "bose-einstein" else die.get("clustering", node["clustering"])

    def good(part: float) -> float:
        expected = float(defects(part, density, die.get("critical", 1.0)))
        if model == "bose-einstein":
            expected /= masks
        return float(die_yield(expected, model, shape))

    chance = good(area)
    if die.get("spare", 0):
        share, units = die.get("unit_share", 1.0), die["units"]
        chance = float(
            harvested(good(area * share / units), units, die["spare"], good(area * (1 - share)))
        )
    coverage = die.get("coverage", s["test_coverage"]) if coverage_counts else 0.0
    gross = float(dies_per_wafer(area, **rim))
    return {
        "node": node,
        "raw": price / gross,
        "yield": chance,
        "tested": float(known_good_cost(price, gross, chance, coverage, s["die_test_cost"])),
        "quality": float(quality(chance, coverage)),
        "wafers": 1 / gross / float(passing(chance, coverage)),
        "euv": float(scanner_hours(layers, s["euv_throughput"], s["scanner_uptime"])),
        "duv": float(scanner_hours(masks - layers, s["immersion_throughput"], s["scanner_uptime"])),
        "days": float(cycle_days(masks, s["days_per_mask_layer"])),
        "mask_set": mask_set,
    }


def _assembled(
    p: dict[str, Any],
    s: dict[str, float],
    parts: float,
    placed: float,
    area: float,
    escape: float,
    first: bool,
    stacked: bool,
    rim: Any,
) -> PackageCost:
    def fails(of: float) -> float:
        return float(
            die_yield(float(defects(of, p["defect_density"])), "negative-binomial", p["clustering"])
        )

    substrate = s["substrate_cost"] * s["substrate_area_factor"] * area
    keys: dict[str, Any] = {
        "assembly": s["assembly_test_cost"] + s["bond_step_cost"] * placed,
        "quality": escape,
        "bond": p["bond_yield"],
    }
    if "bridged" in p["kind"]:
        return bridged(
            parts,
            placed,
            bridges=placed - 1,
            bridge=p["cost_piece"],
            bridge_yield=fails(s["bridge_area"]),
            substrate=substrate,
            substrate_yield=s["substrate_yield"],
            **keys,
        )
    if "organic" in p["kind"]:
        way = chip_first if first else chip_last
        return way(parts, placed, carrier=p["cost_mm2"] * area, carrier_yield=1.0, **keys)
    gross = float(dies_per_wafer(area, **rim))
    keys |= {"substrate": substrate, "substrate_yield": s["substrate_yield"]}
    if stacked:
        bonds = placed - 1
        cost = bonds * (p["cost_piece"] + p["cost_pair"] / gross)
        way = chip_first if first else chip_last
        return way(parts, bonds, carrier=cost, carrier_yield=fails(area) ** bonds, **keys)
    way = chip_first if first else chip_last
    return way(parts, placed, carrier=p["cost_wafer"] / gross, carrier_yield=fails(area), **keys)
