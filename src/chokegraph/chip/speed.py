# SPDX-License-Identifier: Apache-2.0
"""Performance, power, limits and time in the fab of a block of designs."""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.chip.lazy import lazy
from chokegraph.chip.packaged import Packaged
from chokegraph.chip.performance import BITS_PER_BYTE, GIGA, TERA
from chokegraph.chip.wafer import Floats

BITS = 16
"""Bit length of the operations that the figures of nodes are for."""

LIMITS = ("reticle", "carrier", "shoreline", "power density", "memory fit")
"""What can make a design impossible, in the order of the codes of `binding`."""


class Performing(Packaged):
    """What the packages of a block of designs compute, and on what power."""

    @lazy
    def tops(self) -> Floats:
        """Dense FP16 operations a second at the peak, in tera."""
        return self._summed(self._peaks)

    @lazy
    def tpp(self) -> Floats:
        """Total processing performance: operations times bit length."""
        return BITS * self.tops

    @lazy
    def applicable_area(self) -> Floats:
        """Area of the dies on nodes with non-planar transistors, mm2."""
        return self._summed([self.by_node(k, "nonplanar") * self.made[k].area for k in self.kinds])

    @lazy
    def performance_density(self) -> Floats:
        """TPP over applicable area; NaN where there is no such area: it is not defined there."""
        area = self.applicable_area
        none = area == 0
        return np.where(none, np.nan, self.tpp / np.where(none, 1.0, area))

    @lazy
    def dram_bandwidth(self) -> Floats:
        """Bandwidth of all memory, GB/s."""
        return self.stacks * self.by_memory("memory_bandwidth")

    @lazy
    def memory_capacity(self) -> Floats:
        """Capacity of all memory, GB."""
        return self.stacks * self.by_memory("memory_capacity")

    @lazy
    def memory_density(self) -> Floats:
        """Bandwidth of a stack over its footprint, GB/s per mm2; NaN without memory."""
        with np.errstate(invalid="ignore"):
            found: Floats = self.by_memory("memory_bandwidth") / self.by_memory("memory_footprint")
        return found

    @lazy
    def link_bandwidth(self) -> Floats:
        """Traffic between dies when data is spread evenly over the memory of all, GB/s."""
        return self.dram_bandwidth * (1 - 1 / np.maximum(self.dies, 1))

    @lazy
    def link_capacity(self) -> Floats:
        """What the edges of dies, or their faces where they are stacked, can carry, GB/s."""
        edges = self._summed([4 * one.count * np.sqrt(one.each) for one in self.made])
        found = self.by_package("package_shoreline") * edges
        if self.has("stacked"):
            face = self.by_package("package_areal") * self.logic_footprint
            found = np.where(self.by_package("package_stacked") > 0, face, found)
        return found

    @lazy
    def memory_bound(self) -> Floats:
        """TOPS reached in the memory-bound workload."""
        return self._reached(self.intensity("memory_bound"))

    @lazy
    def compute_bound(self) -> Floats:
        """TOPS reached in the compute-bound workload."""
        return self._reached(self.intensity("compute_bound"))

    @lazy
    def energy_memory_bound(self) -> Floats:
        """Energy of an operation in the memory-bound workload, pJ."""
        return self._energy(self.intensity("memory_bound"), self.memory_bound)

    @lazy
    def energy_compute_bound(self) -> Floats:
        """Energy of an operation in the compute-bound workload, pJ."""
        return self._energy(self.intensity("compute_bound"), self.compute_bound)

    @lazy
    def energy_per_op(self) -> Floats:
        """Energy of an operation at the peak, all power counted, pJ."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = self.power / self.tops
        return found

    @lazy
    def energy_per_bit(self) -> Floats:
        """Energy of a bit from memory, pJ."""
        return self.by_memory("memory_energy") + 0.0 * self.dram_bandwidth

    def intensity(self, workload: str) -> Floats:
        """Operations for each byte from memory."""
        given = self.design(workload)
        if isinstance(given, float):
            return self.setting(f"workload_{workload}") if np.isnan(given) else given
        return np.where(np.isnan(given), self.setting(f"workload_{workload}"), given)

    # -- power --------------------------------------------------------------------------------

    @lazy
    def logic_power(self) -> Floats:
        """Power of operations and leakage at the peak, W."""
        return self._dynamic + self._leakage

    @lazy
    def power(self) -> Floats:
        """Power of the package with its memory, at the peak, W."""
        return self.logic_power + self._moving

    @lazy
    def _moving(self) -> Floats:
        return self.dram_bandwidth * self.by_memory("memory_power") + self.link_bandwidth * (
            self.by_package("link_power")
        )

    @lazy
    def _peaks(self) -> list[Floats]:
        """TOPS of each kind of die."""
        clock = self.design("frequency")
        several = self.dies > 1
        core = np.where(several, 1 / (1 + self.by_package("package_overhead")), 1.0)
        found = []
        for kind in self.kinds:
            area = self.made[kind].area * core * self.die(kind, "compute")
            if self.has("harvest"):
                area = area * (1 - self.die(kind, "spare") / self.die(kind, "units"))
            compute = self.die(kind, "compute")
            tops = self.by_node(kind, "throughput") * area * clock
            # An I/O die needs no known throughput.
            found.append(tops if np.all(np.asarray(compute) > 0) else np.where(area > 0, tops, 0.0))
        return found

    @lazy
    def _per_operation(self) -> Floats:
        """How the energy of an operation grows with the clock."""
        clock = self.design("frequency")
        if isinstance(clock, float) and clock == 1:
            return np.asarray(1.0)
        found: Floats = clock ** self.setting("energy_frequency_exponent")
        return found

    @lazy
    def _dynamic(self) -> Floats:
        """W of operations at the peak."""
        parts = [peak * self.by_node(k, "op_energy") for k, peak in enumerate(self._peaks)]
        if len(parts) > 1:
            # A die that computes nothing needs no known energy.
            parts = [np.where(self._peaks[k] == 0, 0.0, part) for k, part in enumerate(parts)]
        return self._summed(parts) * self._per_operation

    @lazy
    def _leakage(self) -> Floats:
        """W that flow at any clock."""
        return self.setting("leakage_density") * self.die_area

    # -- workloads ----------------------------------------------------------------------------

    def _reached(self, intensity: Floats) -> Floats:
        from_memory = intensity * self.dram_bandwidth * (GIGA / TERA)
        # What crosses between dies is a fixed part of what comes from memory.
        with np.errstate(divide="ignore", invalid="ignore"):
            share = self.link_capacity / self.link_bandwidth
        crossing = np.where(self.link_bandwidth > 0, np.minimum(share, 1.0), 1.0)
        return np.minimum(self.tops, from_memory * crossing)

    def _energy(self, intensity: Floats, reached: Floats) -> Floats:
        crossing = 1 - 1 / np.maximum(self.dies, 1)
        bits = self.by_memory("memory_energy") + crossing * self.by_package("link_energy")
        with np.errstate(invalid="ignore", divide="ignore"):
            operation = self._dynamic / self.tops
            moving = BITS_PER_BYTE * bits / intensity
            found: Floats = operation + moving + self._leakage / reached
        return found

    def _summed(self, parts: list[Floats]) -> Floats:
        found = parts[0]
        for part in parts[1:]:
            found = found + part
        return found


class Block(Performing):
    """A block of designs, evaluated: with limits and with time in the fab."""

    @lazy
    def reticle_use(self) -> Floats:
        """Largest die over the largest field of a scanner."""
        return self.largest / self.setting("reticle_area")

    @lazy
    def carrier_use(self) -> Floats:
        """Carrier area over the largest that is made."""
        return self.carrier_area / self.by_package("package_max_area")

    @lazy
    def shoreline_use(self) -> Floats:
        """Traffic to memory in the package and between dies over what the edges can carry."""
        inside = self.by_memory("memory_placed") + self.by_memory("memory_on_logic")
        traffic = self.dram_bandwidth * inside + self.link_bandwidth
        return traffic / self.link_capacity

    @lazy
    def power_use(self) -> Floats:
        """Power over the room of the logic, over the largest that can be cooled."""
        heat = self.logic_power + self.link_bandwidth * self.by_package("link_power")
        if self.has("on_logic"):
            tier = self.by_memory("memory_on_logic") * self.by_memory("memory_power")
            heat = heat + self.dram_bandwidth * tier
        return heat / (self.logic_footprint * self.by_package("power_limit"))

    @lazy
    def fit_use(self) -> Floats:
        """Memory on the logic over the room there; infinite if the package cannot carry it."""
        found = self.misfit
        if self.has("on_logic"):
            room = self.by_memory("memory_footprint") * self.by_memory("memory_on_logic")
            found = found + self.stacks * room / self.logic_footprint
        return found

    @lazy
    def _uses(self) -> tuple[Floats, ...]:
        return (
            self.reticle_use,
            self.carrier_use,
            self.shoreline_use,
            self.power_use,
            self.fit_use,
        )

    @lazy
    def feasible(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Whether no limit is known to be exceeded."""
        most = self._uses[0]
        for use in self._uses[1:]:
            most = np.fmax(most, use)
        return np.less_equal(most, 1)

    @lazy
    def binding(self) -> np.ndarray[Any, np.dtype[np.int8]]:
        """Code of the limit that is used most; see `LIMITS`."""
        shape = np.broadcast_shapes(*map(np.shape, self._uses))
        code = np.zeros(shape, np.int8)
        most = np.broadcast_to(self._uses[0], shape)
        for at, use in enumerate(self._uses[1:], start=1):
            more = (use > most) | np.isnan(most)
            code = np.where(more, np.int8(at), code)
            most = np.fmax(most, use)
        return code

    @lazy
    def euv_hours(self) -> Floats:
        """Hours of EUV scanners for a good package."""
        return self._hours("euv_hours")

    @lazy
    def duv_hours(self) -> Floats:
        """Hours of DUV scanners for a good package."""
        return self._hours("duv_hours")

    @lazy
    def scanner_hours(self) -> Floats:
        """Hours of all scanners for a good package."""
        return self.euv_hours + self.duv_hours

    @lazy
    def cycle_days(self) -> Floats:
        """Days in the fab of the slowest die."""
        found = self.by_node(0, "days")
        for kind in self.kinds[1:]:
            there = np.asarray(self.die(kind, "count")) > 0
            found = np.where(there, np.maximum(found, self.by_node(kind, "days")), found)
        return found

    def _hours(self, name: str) -> Floats:
        wafers = [self.made[k].wafers * self.by_node(k, name) for k in self.kinds]
        return self._summed(wafers) * self.lost
