# SPDX-License-Identifier: Apache-2.0
"""Is it caught? The tests of advanced-computing controls, as functions of thresholds.

Thresholds come from the law as arguments; nothing here knows one. Answers are arrays of 0, 1, 2:
no, unknown, yes, as in `chokegraph.rules.truth`. A figure that is NaN is unknown, and the answer is
unknown unless the other figures settle it. Where no die is non-planar the applicable area is 0, the
density is not defined, and the limbs that ask for one are not met.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.chip.truths import (
    NO,
    UNKNOWN,
    YES,
    Given,
    Truths,
    above,
    at_least,
    at_most,
    below,
    both,
    either,
    no,
)
from chokegraph.chip.wafer import Number

__all__ = [
    "NO",
    "UNKNOWN",
    "YES",
    "advanced_2022",
    "advanced_2023",
    "advanced_2023_a",
    "advanced_2023_b",
    "both",
    "case_by_case",
    "dram",
    "either",
    "exception_open",
    "logic_node",
    "nand",
    "no",
    "presumed",
    "stacked_memory",
]


# -- integrated circuits -----------------------------------------------------------------------


def advanced_2022(
    bits_tops: Number, transfer: Number, *, bits_tops_limit: float, transfer_limit: float
) -> Truths:
    """Return whether the text of 2022 catches a circuit: performance and transfer rate together.

    Args:
        bits_tops: Largest product of operations and bit length.
        transfer: Aggregate bidirectional rate of all inputs and outputs but memory, GB/s.
        bits_tops_limit: Threshold of the first.
        transfer_limit: Threshold of the second.

    Example:
        >>> limits = {"bits_tops_limit": 4800.0, "transfer_limit": 600.0}
        >>> advanced_2022(np.array([4992.0, 4992.0]), np.array([600.0, 464.0]), **limits).tolist()
        [2, 0]
    """
    return both(at_least(bits_tops, bits_tops_limit), at_least(transfer, transfer_limit))


def advanced_2023_a(
    tpp: Number, area: Number, datacentre: Given = YES, *, high: float, low: float, dense: float
) -> Truths:
    """Return whether paragraph a of the text of 2023 catches a circuit, Note 2 counted.

    Args:
        tpp: Total processing performance.
        area: Applicable die area, mm2; 0 if no die is non-planar.
        datacentre: Whether it is designed or marketed for data centres: 0, 1, 2.
        high: Threshold of TPP alone.
        low: Threshold of TPP with the density.
        dense: That density.

    Example:
        >>> advanced_2023_a(np.array([4992.0, 2368.0]), 814.0, high=4800, low=1600, dense=5.92)
        array([2, 0], dtype=uint8)
    """
    by_density = both(at_least(tpp, low), _denser(tpp, area, dense), datacentre)
    return either(at_least(tpp, high), by_density)


def advanced_2023_b(
    tpp: Number,
    area: Number,
    datacentre: Given = YES,
    *,
    high: float,
    middle: float,
    low: float,
    dense: float,
    medium: float,
    sparse: float,
) -> Truths:
    """Return whether paragraph b of the text of 2023 catches a circuit, Note 2 counted.

    Args:
        tpp: Total processing performance.
        area: Applicable die area, mm2; 0 if no die is non-planar.
        datacentre: Whether it is designed or marketed for data centres: 0, 1, 2.
        high: TPP from which paragraph a holds instead.
        middle: TPP of the first limb.
        low: TPP of the second limb.
        dense: Density from which paragraph a holds instead.
        medium: Density of the second limb.
        sparse: Density of the first limb.
    """
    first = both(at_least(tpp, middle), _denser(tpp, area, sparse))
    second = both(at_least(tpp, low), _denser(tpp, area, medium))
    # Where the density is not defined, no limb of b holds, so that "not dense" does no harm.
    less = no(_denser(tpp, area, dense))
    return both(datacentre, below(tpp, high), less, either(first, second))


def advanced_2023(
    tpp: Number,
    area: Number,
    datacentre: Given = YES,
    *,
    high: float,
    middle: float,
    low: float,
    dense: float,
    medium: float,
    sparse: float,
) -> Truths:
    """Return whether paragraph a or b of the text of 2023 catches a circuit.

    Args: as `advanced_2023_b`. Together the two need no upper bounds.

    Example:
        >>> rule = {"high": 4800, "middle": 2400, "low": 1600,
        ...     "dense": 5.92, "medium": 3.2, "sparse": 1.6}
        >>> advanced_2023(np.array([2368.0, 2640.0]), np.array([814.0, 826.0]), **rule).tolist()
        [0, 2]
    """
    if not (low <= middle <= high and sparse <= medium <= dense):
        message = "the thresholds are not in the order of the rule"
        raise ValueError(message)
    tpp = np.asarray(tpp, float)
    density = _density(tpp, area)
    first = both(at_least(tpp, middle), at_least(density, sparse))
    second = both(at_least(tpp, low), at_least(density, medium))
    return either(at_least(tpp, high), both(datacentre, either(first, second)))


def case_by_case(tpp: Number, bandwidth: Number, *, tpp_cap: float, bandwidth_cap: float) -> Truths:
    """Return whether a circuit stays under both caps of the case-by-case review of 2026.

    Args:
        tpp: Total processing performance.
        bandwidth: Total DRAM bandwidth, GB/s.
        tpp_cap: Cap of the first.
        bandwidth_cap: Cap of the second.

    Example:
        >>> int(case_by_case(20_919.0, 6000.0, tpp_cap=21_000, bandwidth_cap=6500))
        2
    """
    return both(below(tpp, tpp_cap), below(bandwidth, bandwidth_cap))


def logic_node(class_nm: Number, nonplanar: Number, *, limit: float) -> Truths:
    """Return whether logic is advanced: its node at or under a limit, or non-planar transistors.

    Args:
        class_nm: Name of the node as a length, nm.
        nonplanar: 1 if transistors are non-planar, 0 if not.
        limit: The limit of the node.

    Example:
        >>> logic_node(np.array([28.0, 16.0, 22.0]), np.array([0.0, 1.0, np.nan]), limit=16)
        array([0, 2, 1], dtype=uint8)
    """
    return either(at_most(class_nm, limit), above(nonplanar, 0.0))


def presumed(
    logic: Given, transistors: Number, stacked_memory: Given, *, limit: float, without: float
) -> Truths:
    """Return whether a foundry must presume that a die is caught, by its transistors.

    Args:
        logic: Whether it is advanced logic; see `logic_node`.
        transistors: Transistors in the package, in the unit of the limits.
        stacked_memory: Whether the package holds high-bandwidth memory: 0, 1, 2.
        limit: Fewer transistors overcome the presumption.
        without: Fewer than these do where there is no such memory.

    Example:
        >>> presumed(2, np.array([20.0, 32.0, 32.0]), np.array([2, 2, 0], np.uint8), limit=30,
        ...     without=35).tolist()
        [0, 2, 0]
    """
    free = either(below(transistors, limit), both(below(transistors, without), no(stacked_memory)))
    return both(logic, no(free))


# -- memory --------------------------------------------------------------------------------------


def stacked_memory(density: Number, copackaged: Given = NO, *, limit: float) -> Truths:
    """Return whether high-bandwidth memory is caught by its bandwidth per area.

    Args:
        density: GB/s per mm2.
        copackaged: Whether it is already in a package with logic: 0, 1, 2.
        limit: The limit that it must exceed.

    Example:
        >>> stacked_memory(np.array([0.4, 4.2]), limit=2.0).tolist()
        [0, 2]
    """
    return both(above(density, limit), no(copackaged))


def exception_open(density: Number, *, limit: float) -> Truths:
    """Return whether caught memory is under the density up to which its exception is open.

    Example:
        >>> exception_open(np.array([2.8, 4.2]), limit=3.3).tolist()
        [2, 0]
    """
    return below(density, limit)


def nand(layers: Number, *, limit: float) -> Truths:
    """Return whether NAND memory is advanced, by the layers of one die.

    Example:
        >>> nand(np.array([64, 232]), limit=128).tolist()
        [0, 2]
    """
    return at_least(layers, limit)


def dram(
    cell_area: Number = np.nan,
    density: Number = np.nan,
    vias: Number = np.nan,
    half_pitch: Number = np.nan,
    *,
    cell_limit: float | None = None,
    density_limit: float | None = None,
    via_limit: float | None = None,
    pitch_limit: float | None = None,
) -> Truths:
    """Return whether DRAM is advanced: by any test for which there is a limit.

    Args:
        cell_area: Area of a cell, um2; caught below its limit.
        density: Gb per mm2; caught above its limit.
        vias: Through-silicon vias of a die; caught above their limit.
        half_pitch: nm; caught at or below its limit.
        cell_limit: Limit of the cell's area, if the version has one.
        density_limit: Limit of the density.
        via_limit: Limit of the vias.
        pitch_limit: Limit of the half-pitch.

    Example:
        >>> dram(density=np.array([0.15, 0.24]), vias=0.0, density_limit=0.2, via_limit=3000)
        array([0, 2], dtype=uint8)
    """
    tests = []
    if cell_limit is not None:
        tests.append(below(cell_area, cell_limit))
    if density_limit is not None:
        tests.append(above(density, density_limit))
    if via_limit is not None:
        tests.append(above(vias, via_limit))
    if pitch_limit is not None:
        tests.append(at_most(half_pitch, pitch_limit))
    return either(NO, *tests)


def _density(tpp: Number, area: Number) -> Any:  # noqa: ANN401 - a number or an array
    """TPP over area; minus infinity, under every limit, where there is no area."""
    area = np.asarray(area, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(tpp, float) / area
    none = area == 0
    return np.where(none, -np.inf, found) if none.any() else found


def _denser(tpp: Number, area: Number, limit: float) -> Truths:
    return at_least(_density(tpp, area), limit)
