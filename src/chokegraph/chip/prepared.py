# SPDX-License-Identifier: Apache-2.0
"""Tables by code: everything that depends on a choice only, computed once and looked up after.

A node has two codes here: as it is made, and (the same code plus the number of nodes) with its EUV
layers replaced by multiple exposure. So the variant costs nothing where it is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from chokegraph.chip.figures import Figures
from chokegraph.chip.patterning import (
    cycle_days,
    defect_density_without_euv,
    scanner_hours,
    wafer_price_without_euv,
)
from chokegraph.chip.performance import BITS_PER_BYTE, GIGA, PICO
from chokegraph.chip.wafer import Floats
from chokegraph.chip.yields import MM2_PER_CM2

NO_CLUSTERING = 1e9
"""Stands for an endless clustering parameter: the yield is Poisson's to nine digits."""

Tables = dict[str, Floats]


def prepare(figures: Figures, draws: slice) -> tuple[Tables, Tables]:
    """Return tables by code, and the settings, for some draws.

    Args:
        figures: The figures.
        draws: Which draws, where figures have an axis of them.

    Returns:
        Tables, each [code] or [draw, code], and settings, each a number or [draw, 1].
    """
    settings = figures.settings.part(draws, 1)
    tables = _nodes(_part(figures.nodes, draws), settings)
    tables |= _packages(_part(figures.packages, draws), settings)
    tables |= _memories(_part(figures.memories, draws))
    tables["misfit"] = misfit(figures).ravel()
    return tables, settings


def _part(group: Any, draws: slice) -> dict[str, Floats]:  # noqa: ANN401 - a group of figures
    found = {one.name: np.asarray(getattr(group, one.name), float) for one in fields(group)}
    return {name: one[draws] if one.ndim > 1 else one for name, one in found.items()}


def _nodes(node: Mapping[str, Floats], settings: Mapping[str, Floats]) -> Tables:
    steps = settings["duv_steps_per_euv_layer"]
    layers, masks = node["euv_layers"], node["mask_count"]
    # A node without EUV layers is its own variant, whatever is not known about schemes.
    extra = np.where(layers > 0, layers * (steps - 1), 0.0 * layers)
    with_euv = masks - layers + layers * settings["euv_layer_cost"]
    without = masks - layers + layers * steps * settings["duv_step_cost"]
    price = wafer_price_without_euv(node["wafer_price"], settings["litho_share"], with_euv, without)
    density = defect_density_without_euv(
        node["defect_density"], extra, settings["defect_rise_per_mask"]
    )
    none = layers == 0
    price = np.where(none, node["wafer_price"], price)
    density = np.where(none, node["defect_density"], density)

    def both(as_made: Floats, variant: Floats) -> Floats:
        return np.concatenate(np.broadcast_arrays(as_made, variant), axis=-1)

    alpha = np.minimum(node["clustering"], NO_CLUSTERING)
    all_masks = both(masks, masks + extra)
    euv = both(layers, 0.0 * layers)
    days = settings["days_per_mask_layer"]
    uptime = settings["scanner_uptime"]
    design = node["design_nre"]
    fixed = settings["design_fixed_share"]
    energy = settings["energy_per_op_n7"] * node["relative_energy"]
    duv_hours = scanner_hours(all_masks - euv, settings["immersion_throughput"], uptime)
    euv_hours = scanner_hours(euv, settings["euv_throughput"], uptime)
    tables: Tables = {
        "price": both(node["wafer_price"], price),
        "density": both(node["defect_density"], density) / MM2_PER_CM2,
        "alpha": both(alpha, alpha),
        "masks": all_masks,
        "days": cycle_days(all_masks, days),
        "euv_hours": np.where(euv == 0, 0.0, euv_hours),
        "duv_hours": duv_hours,
        "once": both(design * fixed, design * fixed)
        + both(node["mask_set"], node["mask_set"] * (1 + extra / masks)),
        "once_mm2": _twice(design * (1 - fixed) / settings["design_area"]),
        "throughput": _twice(node["throughput_density"]),
        "op_energy": _twice(energy),
        "nonplanar": _twice(node["nonplanar"]),
    }
    tables["density_alpha"] = tables["density"] / tables["alpha"]
    return tables


def _twice(table: Floats) -> Floats:
    return np.concatenate([table, table], axis=-1)


def _packages(package: Mapping[str, Floats], settings: Mapping[str, Floats]) -> Tables:
    organic, bridged, stacked = package["organic"], package["bridged"], package["stacked"]
    alpha = np.minimum(package["clustering"], NO_CLUSTERING)
    per_mm2 = package["defect_density"] / MM2_PER_CM2 / alpha
    pieces = np.maximum(bridged, stacked)
    substrate = settings["substrate_cost"] * settings["substrate_area_factor"]
    bridge = np.where(bridged > 0, settings["bridge_area"], 0.0)
    names = ("stacked", "by_wafer", "first", "shoreline", "areal", "overhead", "max_area")
    return {
        **{f"package_{name}": package[name] for name in names},
        "embedded": bridged,
        "area_factor": package["area_factor"],
        "cost_mm2": package["cost_mm2"],
        "cost_wafer": package["cost_wafer"],
        "cost_piece": package["cost_piece"],
        "cost_pair": package["cost_pair"],
        # The log of the carrier's yield is -(once + pieces * each) * log1p(fixed + area * growing).
        "carrier_once": alpha * (1 - pieces),
        "carrier_each": alpha * pieces,
        "carrier_fixed": per_mm2 * bridge,
        "carrier_growing": per_mm2 * (1 - bridged),
        "log_bond": np.log(package["bond_yield"]),
        "log_mount": np.where(organic > 0, 0.0, np.log(settings["substrate_yield"])),
        "substrate_mm2": np.where(organic > 0, 0.0, substrate),
        "link_power": _watts(package["energy"]),
        "link_energy": package["energy"],
        "power_limit": np.where(
            stacked > 0, settings["power_density_stacked"], settings["power_density"]
        ),
    }


def _watts(energy: Floats) -> Floats:
    """W for each GB/s from pJ per bit."""
    return BITS_PER_BYTE * GIGA * PICO * energy


def _memories(memory: Mapping[str, Floats]) -> Tables:
    """With a first row of zeros: no memory."""

    def after(table: Floats) -> Floats:
        return np.concatenate([np.zeros((*table.shape[:-1], 1)), table], axis=-1)

    # Memory with coarse pads stands on the board: it takes no room in the package.
    beside_one = (1 - memory["on_logic"]) * memory["fine"]
    # A stack on the logic die is made of a DRAM wafer, unless its price is known.
    made = np.where(np.isnan(memory["cost"]), memory["on_logic"], 0.0)
    cost = np.where(made > 0, 0.0, memory["cost"])
    return {
        "memory_bandwidth": after(memory["bandwidth"]),
        "memory_capacity": after(memory["capacity"]),
        "memory_footprint": after(memory["footprint"]),
        "memory_beside": after(memory["footprint"] * beside_one),
        "memory_power": after(_watts(memory["energy"])),
        "memory_energy": after(memory["energy"]),
        "memory_cost": after(cost),
        "memory_made": after(made),
        "memory_on_logic": after(memory["on_logic"]),
        "memory_placed": after(beside_one),
    }


def misfit(figures: Figures) -> Floats:
    """Return infinity where a package cannot carry a memory, else 0: [package, memory].

    The first column is for no memory.

    DRAM that is bonded on logic comes as a wafer: only a package made of such a pair takes it, and
    without it there is no such package. Stacks stand beside logic on fine wires.
    """
    package, memory = figures.packages, figures.memories
    fine = np.append(0.0, memory.fine) > 0
    on_logic = np.append(0.0, memory.on_logic) > 0
    cannot = fine & (package.fine[:, None] == 0)
    cannot |= on_logic != (package.bonded[:, None] > 0)
    return np.where(cannot, np.inf, 0.0)
