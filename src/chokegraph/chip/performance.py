# SPDX-License-Identifier: Apache-2.0
"""Performance, its density, and power. Areas in mm2, bandwidths in GB/s, power in W.

`evaluate` has the roofline of whole arrays of designs in `speed`; `roofline` is that of one, and
the scalar model of the tests is made of it.
"""

from __future__ import annotations

import numpy as np

from chokegraph.chip.wafer import Floats, Number

BITS_PER_BYTE = 8
PICO = 1e-12
GIGA = 1_000_000_000
TERA = 1_000_000_000_000


def total_processing_performance(tops: Number, bits: Number) -> Floats:
    """Return TPP: the largest product of dense operations and bit length.

    Args:
        tops: Dense TOPS or TFLOPS, two operations for each multiply-add. [..., format]
        bits: Bit length of each format. [format]

    Returns:
        The maximum over formats. [...]

    Example:
        >>> float(total_processing_performance([312.0, 624.0], [16, 8]))
        4992.0
    """
    found: Floats = np.max(np.asarray(tops, float) * np.asarray(bits, float), axis=-1)
    return found


def performance_density(tpp: Number, area: Number) -> Floats:
    """Return TPP over the area of the logic dies made on a non-planar node.

    Returns:
        TPP per mm2; NaN where there is no such area, because it is not defined there.

    Example:
        >>> float(performance_density(4992.0, 826.0).round(2))
        6.04
    """
    area = np.asarray(area, float)
    none = area == 0
    return np.where(none, np.nan, np.asarray(tpp, float) / np.where(none, 1.0, area))


def bandwidth_density(bandwidth: Number, area: Number) -> Floats:
    """Return the memory bandwidth over the area of its package or stack, GB/s/mm2.

    Example:
        >>> float(bandwidth_density(460.8, 110.0).round(2))
        4.19
    """
    found: Floats = np.asarray(bandwidth, float) / np.asarray(area, float)
    return found


def roofline(
    peak: Number, memory: Number, intensity: Number, link: Number = np.inf, link_use: Number = 1.0
) -> Floats:
    """Return the performance that a workload reaches, TOPS.

    Args:
        peak: Dense peak, TOPS.
        memory: Memory bandwidth, GB/s.
        intensity: Operations for each byte from memory.
        link: Bandwidth between dies, GB/s.
        link_use: Operations for each byte that crosses between dies.

    Returns:
        min(peak, intensity * memory, link_use * link).

    Example:
        >>> float(roofline(300.0, 2000.0, 50.0)), float(roofline(300.0, 2000.0, 500.0))
        (100.0, 300.0)
    """
    to_tops = GIGA / TERA
    bounded = np.minimum(peak, np.asarray(intensity, float) * memory * to_tops)
    return np.minimum(bounded, np.asarray(link_use, float) * link * to_tops)


def power(
    tops: Number,
    energy_per_operation: Number,
    memory: Number = 0.0,
    energy_per_bit: Number = 0.0,
    link: Number = 0.0,
    link_energy_per_bit: Number = 0.0,
    leakage: Number = 0.0,
) -> Floats:
    """Return the power of a package.

    Args:
        tops: Operations carried out, TOPS.
        energy_per_operation: pJ.
        memory: Memory traffic, GB/s.
        energy_per_bit: pJ per bit to memory.
        link: Traffic between dies, GB/s.
        link_energy_per_bit: pJ per bit between dies.
        leakage: W.

    Example:
        >>> float(power(300.0, 1.0, 2000.0, 4.0))
        364.0
    """
    compute = np.asarray(tops, float) * TERA * energy_per_operation
    bits = BITS_PER_BYTE * GIGA
    moved = bits * (np.asarray(memory, float) * energy_per_bit)
    moved = moved + bits * (np.asarray(link, float) * link_energy_per_bit)
    return (compute + moved) * PICO + leakage


def largest_uncontrolled(
    area: Number,
    *,
    high: float,
    middle: float,
    low: float,
    dense: float,
    medium: float,
    sparse: float,
    datacentre: bool = True,
) -> Floats:
    """Return the performance below which nothing with this die area is caught (text of 2023).

    The rule catches TPP >= high; TPP >= low with a density >= dense (paragraph a), or >= medium
    (b.2); and TPP >= middle with a density >= sparse (b.1). The thresholds come from the law.

    Args:
        area: Applicable die area, mm2; 0 where no logic die is non-planar.
        high: TPP threshold of a.1.
        middle: TPP threshold of b.1.
        low: TPP threshold of a.2 and b.2.
        dense: Density threshold of a.2.
        medium: Density threshold of b.2.
        sparse: Density threshold of b.1.
        datacentre: Whether it is designed or marketed for data centres; else only `high` counts.

    Returns:
        The least TPP that is caught: everything below is free.

    Raises:
        ValueError: If the thresholds are not in order.

    Example:
        >>> ceiling = largest_uncontrolled([400.0, 600.0, 1000.0, 2000.0, 4000.0],
        ...     high=4800, middle=2400, low=1600, dense=5.92, medium=3.2, sparse=1.6)
        >>> ceiling.tolist()
        [1600.0, 1920.0, 2400.0, 3200.0, 4800.0]
    """
    if not (low <= middle <= high and sparse <= medium <= dense):
        message = "the thresholds are not in the order of the rule"
        raise ValueError(message)
    area = np.asarray(area, float)
    if not datacentre:
        return np.full(area.shape, float(high))
    by_density = np.maximum(low, medium * area)
    from_middle = np.maximum(middle, sparse * area)
    free = np.minimum(np.minimum(by_density, from_middle), high)
    # Without a non-planar logic die the density is not defined, and its limbs cannot be met.
    return np.where(area == 0, float(high), free)
