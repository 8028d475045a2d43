# SPDX-License-Identifier: Apache-2.0
"""Settings of the model that belong to no node, package or memory: each a number or draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from chokegraph.chip.wafer import Floats, Number


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings. NaN is unknown, and so becomes all that rests on it.

    Args:
        wafer_diameter: mm.
        edge_exclusion: Width of the rim that yields nothing, mm.
        scribe_width: Width of the line between dies, mm.
        reticle_area: Largest field of a scanner, mm2.
        power_density: Largest power over logic area of a package, W/mm2.
        power_density_stacked: The same where dies stand on dies.
        litho_share: Share of the wafer price that is lithography.
        defect_rise_per_mask: Relative rise of the defect density for each additional mask.
        days_per_mask_layer: Days in the fab for each mask.
        duv_steps_per_euv_layer: Masks that replace one made with EUV.
        euv_layer_cost: Cost of an EUV layer; one immersion exposure is 1.
        duv_step_cost: Cost of one of the steps that replace it.
        test_coverage: Fraction of bad dies that the die test finds.
        logic_utilisation: Logic density reached over that of the densest cells.
        substrate_cost: USD per mm2 of substrate.
        substrate_area_factor: Substrate area over carrier area.
        substrate_yield: Yield of mounting a carrier on its substrate.
        assembly_test_cost: Assembly and final test of a package, USD.
        bond_step_cost: Placing one die or stack, USD.
        die_test_cost: Testing one die, USD.
        immersion_throughput: Wafers an hour of a DUV immersion scanner.
        euv_throughput: Wafers an hour of an EUV scanner.
        scanner_uptime: Fraction of the time that a scanner works.
        energy_per_op_n7: Energy of a dense FP16 operation at the 7 nm node, pJ.
        energy_frequency_exponent: Power of the clock with which the energy of an operation grows.
        leakage_density: Power that flows at any clock, W per mm2 of die.
        bridge_area: Area of a bridge, mm2.
        package_design_cost: Design of one package, USD.
        design_area: Die area to which the design cost of a node refers, mm2.
        design_fixed_share: Share of that cost that does not grow with area.
        dram_wafer_price: DRAM wafer for bonding on logic, USD.
        dram_defect_density: Its defect density, per cm2.
        workload_memory_bound: Operations for each byte from memory.
        workload_compute_bound: The same in the compute-bound workload.

    Example:
        >>> float(Settings(reticle_area=858.0).reticle_area)
        858.0
    """

    wafer_diameter: Number = np.nan
    edge_exclusion: Number = np.nan
    scribe_width: Number = np.nan
    reticle_area: Number = np.nan
    power_density: Number = np.nan
    power_density_stacked: Number = np.nan
    litho_share: Number = np.nan
    defect_rise_per_mask: Number = np.nan
    days_per_mask_layer: Number = np.nan
    duv_steps_per_euv_layer: Number = np.nan
    euv_layer_cost: Number = np.nan
    duv_step_cost: Number = np.nan
    test_coverage: Number = np.nan
    logic_utilisation: Number = np.nan
    substrate_cost: Number = np.nan
    substrate_area_factor: Number = np.nan
    substrate_yield: Number = np.nan
    assembly_test_cost: Number = np.nan
    bond_step_cost: Number = np.nan
    die_test_cost: Number = np.nan
    immersion_throughput: Number = np.nan
    euv_throughput: Number = np.nan
    scanner_uptime: Number = np.nan
    energy_per_op_n7: Number = np.nan
    energy_frequency_exponent: Number = np.nan
    leakage_density: Number = np.nan
    bridge_area: Number = np.nan
    package_design_cost: Number = np.nan
    design_area: Number = np.nan
    design_fixed_share: Number = np.nan
    dram_wafer_price: Number = np.nan
    dram_defect_density: Number = np.nan
    workload_memory_bound: Number = np.nan
    workload_compute_bound: Number = np.nan

    @classmethod
    def named(cls, given: Mapping[str, Any]) -> Settings:
        """Return settings from the ids of the data; those of other models are left out.

        Example:
            >>> float(Settings.named({"reticle-area": 858.0, "learning-wafers": 1e4}).reticle_area)
            858.0
        """
        known = {one.name for one in fields(cls)}
        renamed = {key.replace("-", "_"): value for key, value in given.items()}
        return cls(**{key: value for key, value in renamed.items() if key in known})

    def part(self, draws: slice, axes: int) -> dict[str, Floats]:
        """Return the settings of some draws, shaped to stand before a number of other axes."""
        found: dict[str, Floats] = {}
        for one in fields(self):
            value = np.asarray(getattr(self, one.name), float)
            found[one.name] = value[draws].reshape(-1, *(1,) * axes) if value.ndim else value
        return found
