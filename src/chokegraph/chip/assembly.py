# SPDX-License-Identifier: Apache-2.0
"""Packages: chip-last, chip-first, bridges. Costs in USD; every argument broadcasts.

`placed` counts every die that is put down, memory stacks included; each is lost with the package
when one of them, or the carrier, fails.

`evaluate` works with whole arrays of designs in `packaged`, by the same formulas; the scalar model
of the tests, which `evaluate` must equal, is made of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chokegraph.chip.wafer import Floats, Number


@dataclass(frozen=True, kw_only=True)
class PackageCost:
    """What a good package costs, by part; each part carries its own losses.

    Args:
        dies: The dies and stacks that go in, at the price of known good ones.
        die_loss: Dies and stacks lost in assembly.
        carrier: Interposer, bridges or redistribution layer, with losses.
        substrate: Substrate, with losses.
        assembly: Assembly and final test, with losses.
    """

    dies: Floats
    die_loss: Floats
    carrier: Floats
    substrate: Floats
    assembly: Floats

    @property
    def total(self) -> Floats:
        """All parts together."""
        return self.dies + self.die_loss + self.carrier + self.substrate + self.assembly


def chip_last(
    dies: Number,
    placed: Number,
    *,
    bond: Number,
    carrier: Number = 0.0,
    carrier_yield: Number = 1.0,
    substrate: Number = 0.0,
    substrate_yield: Number = 1.0,
    assembly: Number = 0.0,
    quality: Number = 1.0,
) -> PackageCost:
    """Return the cost of a package whose carrier is made and tested before the dies go on.

    Args:
        dies: Cost of all dies and stacks that go in.
        placed: How many are placed.
        bond: Yield of placing one.
        carrier: Cost of the carrier.
        carrier_yield: Yield of the carrier; a bad one is found before dies go on it.
        substrate: Cost of the substrate.
        substrate_yield: Yield of mounting the carrier on the substrate; what is on it is lost.
        assembly: Cost of assembly and final test.
        quality: Fraction of packages whose dies are all good (escapes of the die test).

    Example:
        >>> cost = chip_last(100.0, 1, bond=1.0)
        >>> float(cost.total)
        100.0
    """
    all_bonds = np.asarray(bond, float) ** placed
    good = all_bonds * substrate_yield * quality
    dies = np.asarray(dies, float)
    return PackageCost(
        dies=dies + np.zeros_like(good),
        die_loss=dies / good - dies,
        carrier=np.asarray(carrier, float) / (np.asarray(carrier_yield, float) * good),
        substrate=np.asarray(substrate, float) / (np.asarray(substrate_yield, float) * quality),
        assembly=np.asarray(assembly, float) / np.asarray(quality, float) + np.zeros_like(good),
    )


def chip_first(
    dies: Number,
    placed: Number,
    *,
    bond: Number = 1.0,
    carrier: Number = 0.0,
    carrier_yield: Number = 1.0,
    substrate: Number = 0.0,
    substrate_yield: Number = 1.0,
    assembly: Number = 0.0,
    quality: Number = 1.0,
) -> PackageCost:
    """Return the cost of a package whose carrier is built around the dies: a bad one loses them.

    Args: as `chip_last`.

    Example:
        >>> last = chip_last(100.0, 4, bond=1.0, carrier=10.0, carrier_yield=0.9)
        >>> first = chip_first(100.0, 4, carrier=10.0, carrier_yield=0.9)
        >>> float(last.total.round(2)), float(first.total.round(2))
        (111.11, 122.22)
    """
    all_bonds = np.asarray(bond, float) ** placed
    good = all_bonds * carrier_yield * substrate_yield * quality
    dies = np.asarray(dies, float)
    return PackageCost(
        dies=dies + np.zeros_like(good),
        die_loss=dies / good - dies,
        carrier=np.asarray(carrier, float) / good,
        substrate=np.asarray(substrate, float) / (np.asarray(substrate_yield, float) * quality),
        assembly=np.asarray(assembly, float) / np.asarray(quality, float) + np.zeros_like(good),
    )


def bridged(
    dies: Number,
    placed: Number,
    *,
    bond: Number,
    bridges: Number,
    bridge: Number,
    bridge_yield: Number,
    substrate: Number,
    substrate_yield: Number = 1.0,
    assembly: Number = 0.0,
    quality: Number = 1.0,
) -> PackageCost:
    """Return the cost of a package with silicon bridges in its substrate.

    A bridge that fails loses the substrate with the bridges that are in it already; dies go on
    afterwards.

    Args:
        dies: Cost of all dies and stacks that go in.
        placed: How many are placed.
        bond: Yield of placing one.
        bridges: Bridges in the substrate.
        bridge: Cost of one.
        bridge_yield: Yield of embedding one.
        substrate: Cost of the substrate.
        substrate_yield: Yield of the substrate after the bridges are in.
        assembly: Cost of assembly and final test.
        quality: Fraction of packages whose dies are all good.

    Example:
        >>> cost = bridged(100.0, 2, bond=1.0, bridges=2, bridge=5.0, bridge_yield=1.0,
        ...     substrate=20.0)
        >>> float(cost.total)
        130.0
    """
    embedded = np.asarray(bridge_yield, float) ** bridges
    all_bonds = np.asarray(bond, float) ** placed
    good = all_bonds * quality
    dies = np.asarray(dies, float)
    board = embedded * substrate_yield * good
    return PackageCost(
        dies=dies + np.zeros_like(good),
        die_loss=dies / good - dies,
        carrier=np.asarray(bridges, float) * bridge / board,
        substrate=np.asarray(substrate, float) / board,
        assembly=np.asarray(assembly, float) / np.asarray(quality, float) + np.zeros_like(good),
    )
