# SPDX-License-Identifier: Apache-2.0
"""Packages of a block of designs: carrier, substrate, memory, assembly, and what is lost in it.

All ways to assemble are one formula in logarithms; see `assembly` for each written out. What is
lost with a part that fails depends on when it goes in:

- dies and stacks: every bond; the mount on the substrate, unless bridges made the substrate first;
  the carrier, if it is built around them (chip-first);
- carrier: itself, every bond, the mount;
- substrate: the mount; the bridges in it and every bond, if it holds bridges;
- everything: dies that were bad but passed their test. Of bonded wafers no die is tested before,
  but the stack is, so that no substrate or assembly is spent on a bad one.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.lazy import lazy
from chokegraph.chip.silicon import Silicon
from chokegraph.chip.wafer import Floats
from chokegraph.chip.yields import MM2_PER_CM2


class Packaged(Silicon):
    """The packages of a block of designs."""

    @lazy
    def stacks(self) -> Floats:
        """Memory stacks in a package."""
        return self.design("stacks")

    @lazy
    def placed(self) -> Floats:
        """Dies and stacks that are placed in a package; a tier of DRAM on logic counts as one."""
        found = self.dies
        if self.has("memory"):
            found = found + self.stacks * self.by_memory("memory_placed")
        if self.has("on_logic"):
            found = found + self.by_memory("memory_on_logic")
        return found

    @lazy
    def pieces(self) -> Floats:
        """Bridges, or dies that stand on another: one less than what is placed."""
        return self.placed - 1

    @lazy
    def logic_footprint(self) -> Floats:
        """Room that the logic takes in the plane, mm2."""
        if not self.has("stacked"):
            return self.die_area
        stacked = self.by_package("package_stacked")
        return self.die_area + stacked * (self.largest - self.die_area)

    @lazy
    def carrier_area(self) -> Floats:
        """Area of the carrier, or of the substrate where dies stand on it, mm2."""
        plane = self.logic_footprint
        if self.has("memory"):
            plane = plane + self.stacks * self.by_memory("memory_beside")
        return self.by_package("area_factor") * plane

    # -- yields, as logarithms of losses: zero where nothing is lost ---------------------------

    @lazy
    def _bonds(self) -> Floats:
        bonds = self.placed
        if self.has("stacked"):
            bonds = bonds - self.by_package("package_stacked")
        given = self.design("bond_yield")
        if isinstance(given, float) and np.isnan(given):
            return -bonds * self.by_package("log_bond")
        own = np.log(given)
        each = np.where(np.isnan(own), self.by_package("log_bond"), own)
        return -bonds * each

    @lazy
    def _carrier(self) -> Floats:
        hits = np.log1p(
            self.by_package("carrier_fixed")
            + self.by_package("carrier_growing") * self.carrier_area
        )
        times = self.by_package("carrier_once") + self.by_package("carrier_each") * self.pieces
        return times * hits

    @lazy
    def _mount(self) -> Floats:
        return -self.by_package("log_mount")

    @lazy
    def _escapes(self) -> Floats | None:
        """Loss to dies that were bad but passed; None if there are none."""
        found: Floats | None = None
        for one in self.made:
            if one.log_quality is not None:
                found = -one.log_quality if found is None else found - one.log_quality
        if self.has("on_logic"):
            tier = self._dram_loss
            found = tier if found is None else found + tier
        return found

    @lazy
    def _late(self) -> Floats | None:
        """The part of `_escapes` that is found after assembly: bonded wafers are tested before."""
        if self._escapes is None or not self.has("by_wafer"):
            return self._escapes
        return self._escapes * (1 - self.by_package("package_by_wafer"))

    @lazy
    def _dram_loss(self) -> Floats:
        """Loss to bad tiers of DRAM, which is bonded as a wafer and so not tested before."""
        expected = self.setting("dram_defect_density") / MM2_PER_CM2 * self.largest
        return self.by_memory("memory_made") * expected

    @lazy
    def _bonds_and_escapes(self) -> Floats:
        return self._bonds if self._escapes is None else self._bonds + self._escapes

    @lazy
    def lost(self) -> Floats:
        """Dies and stacks that go in for each good package, over those in it."""
        first = self.design("chip_first")
        own = self.by_package("package_first")
        if isinstance(first, float):
            first = own if np.isnan(first) else first
        else:
            first = np.where(np.isnan(first), own, first)
        mounted = self._mount * (1 - self.by_package("embedded"))
        return np.exp(self._bonds_and_escapes + mounted + first * self._carrier)

    @lazy
    def package_yield(self) -> Floats:
        """Fraction of packages begun with dies that end up good."""
        return 1 / self.lost

    # -- costs, USD per good package ----------------------------------------------------------

    @lazy
    def memory(self) -> Floats:
        """Memory that goes in, at its price."""
        if not self.has("memory"):
            return np.asarray(0.0)
        found = self.stacks * self.by_memory("memory_cost")
        if self.has("on_logic"):
            wafers = self.made[0].gross if len(self.kinds) == 1 else self.gross(self.largest)
            found = found + self.by_memory("memory_made") * (
                self.setting("dram_wafer_price") / wafers
            )
        return found

    @lazy
    def package_loss(self) -> Floats:
        """Good dies and stacks that are lost in assembly."""
        going_in = self.dies_tested
        if self.has("memory"):
            inside = self.by_memory("memory_placed") + self.by_memory("memory_on_logic")
            going_in = going_in + self.memory * inside
        return going_in * (self.lost - 1)

    @lazy
    def carrier(self) -> Floats:
        """Carrier, bridges or bonding, with what is lost of them."""
        per_wafer = self.by_package("cost_wafer")
        if self.has("stacked"):
            per_wafer = per_wafer + self.by_package("cost_pair") * self.pieces
        cost = (
            per_wafer / self.gross(self.carrier_area)
            + self.by_package("cost_mm2") * self.carrier_area
            + self.by_package("cost_piece") * self.pieces
        )
        return cost * np.exp(self._bonds_and_escapes + self._mount + self._carrier)

    @lazy
    def substrate(self) -> Floats:
        """Substrate under the carrier, with what is lost of it."""
        loss = self._mount + self.by_package("embedded") * (self._bonds + self._carrier)
        if self._late is not None:
            loss = loss + self._late
        return self.by_package("substrate_mm2") * self.carrier_area * np.exp(loss)

    @lazy
    def assembly(self) -> Floats:
        """Placing, assembly and final test, of good packages and of bad ones with bad dies."""
        cost = self.setting("assembly_test_cost") + self.setting("bond_step_cost") * self.placed
        return cost if self._late is None else cost * np.exp(self._late)

    @lazy
    def recurring(self) -> Floats:
        """Cost of making one more good package."""
        return (
            self.dies_tested
            + self.memory
            + self.package_loss
            + self.carrier
            + self.substrate
            + self.assembly
        )

    @lazy
    def nre(self) -> Floats:
        """One-off costs of each kind of die and of the package, spread over the units."""
        volume = self.design("volume")
        if isinstance(volume, float) and np.isinf(volume):
            return np.asarray(0.0)
        found = self.setting("package_design_cost") / volume
        for kind in self.kinds:
            own = self.die(kind, "volume")
            users = volume if isinstance(own, float) and np.isnan(own) else own
            if not isinstance(users, float):
                users = np.where(np.isnan(users), volume, users)
            once = self.by_node(kind, "once")
            once = once + self.by_node(kind, "once_mm2") * self.die(kind, "area")
            found = found + np.where(np.asarray(self.die(kind, "count")) > 0, once / users, 0.0)
        return np.where(np.isinf(volume), 0.0, found)

    @lazy
    def cost(self) -> Floats:
        """Cost of a good package with its part of the one-off costs."""
        volume = self.design("volume")
        if isinstance(volume, float) and np.isinf(volume):
            return self.recurring
        return self.recurring + self.nre

    @lazy
    def wafers(self) -> Floats:
        """Wafers of all logic dies in a good package."""
        return self.total("wafers") * self.lost
