# SPDX-License-Identifier: Apache-2.0
"""A scalar evaluation of one design, written from the plain functions, with the made-up figures."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from chip.made_up import COSTS, MEMORIES, NODES, PACKAGES, SETTINGS
from chokegraph.chip.assembly import PackageCost, bridged, chip_first, chip_last
from chokegraph.chip.known_good import known_good_cost, passing, quality
from chokegraph.chip.patterning import (
    cycle_days,
    defect_density_without_euv,
    scanner_hours,
    wafer_price_without_euv,
)
from chokegraph.chip.performance import performance_density, power, roofline
from chokegraph.chip.silicon import TINY
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import defects, die_yield, harvested


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
        (
            "silicon",
            "tested",
            "escape",
            "wafers",
            "area",
            "count",
            "edges",
            "tops",
            "watts",
            "applicable",
            "euv",
            "duv",
            "once",
            "good",
        ),
        0.0,
    )
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
            tops
            * s["energy_per_op_n7"]
            * made["node"]["relative_energy"]
            * frequency ** s["energy_frequency_exponent"]
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
        found = way(parts, bonds, carrier=cost, carrier_yield=fails(area) ** bonds, **keys)
        if "by_wafer" in p["kind"]:  # The stack is tested, before it costs substrate or assembly.
            after = {"substrate": found.substrate * escape, "assembly": found.assembly * escape}
            found = dataclasses.replace(found, **after)
        return found
    way = chip_first if first else chip_last
    # A carrier larger than its wafer cannot be had: so dear that it is never chosen.
    price = p["cost_wafer"] / max(gross, TINY)
    return way(parts, placed, carrier=price, carrier_yield=fails(area), **keys)
