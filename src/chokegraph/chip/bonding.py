# SPDX-License-Identifier: Apache-2.0
"""Stacks by hybrid bonding: wafer to wafer, die to wafer, and the yield of the bond itself.

Lengths of pads in um, areas in mm2, particle densities per um2; every argument broadcasts.

`evaluate` takes yields of bonds from the facts; these say where such yields come from, and answer
what a finer pitch or another order of stacking does. Tests hold them to published figures.
"""

from __future__ import annotations

import numpy as np
from scipy.special import erf, ndtr

from chokegraph.chip.wafer import Floats, Number

UM2_PER_MM2 = 1_000_000


def wafer_to_wafer_yield(tiers: Number, tier_yield: Number, bond: Number) -> Floats:
    """Return the yield of a stack of equal wafers: no die is tested before it is bonded.

    Args:
        tiers: Wafers in the stack.
        tier_yield: Die yield of each.
        bond: Yield of one bond.

    Example:
        >>> float(wafer_to_wafer_yield(2, 0.824, 0.98).round(3))
        0.665
    """
    tiers = np.asarray(tiers, float)
    return np.asarray(tier_yield, float) ** tiers * np.asarray(bond, float) ** (tiers - 1)


def die_to_wafer_yield(tiers: Number, bond: Number) -> Floats:
    """Return the yield of a stack of known good dies: only the bonds can fail.

    Example:
        >>> float(die_to_wafer_yield(4, 0.98).round(4))
        0.9412
    """
    found: Floats = np.asarray(bond, float) ** (np.asarray(tiers, float) - 1)
    return found


def wafer_to_wafer_cost(
    wafers: Number, bonding: Number, dies: Number, stack_yield: Number
) -> Floats:
    """Return the cost of a good stack of bonded wafers.

    Args:
        wafers: Price of all wafers in the stack, USD.
        bonding: Cost of all its wafer bonds.
        dies: Gross stacks on a wafer.
        stack_yield: Fraction of stacks that are good.

    Example:
        >>> float(wafer_to_wafer_cost(10_000.0, 500.0, 100.0, 0.7))
        150.0
    """
    return (np.asarray(wafers, float) + bonding) / (np.asarray(dies, float) * stack_yield)


def die_to_wafer_cost(
    base: Number, tops: Number, placed: Number, placing: Number, bond: Number
) -> Floats:
    """Return the cost of a good stack of dies placed on a base.

    Args:
        base: Cost of the known good base die.
        tops: Cost of all dies placed on it.
        placed: How many are placed.
        placing: Cost of placing one.
        bond: Yield of one bond; a bad one loses the whole stack.

    Example:
        >>> float(die_to_wafer_cost(50.0, 40.0, 1, 10.0, 1.0))
        100.0
    """
    placed = np.asarray(placed, float)
    return (np.asarray(base, float) + tops + placed * placing) / np.asarray(bond, float) ** placed


def overlay_limit(
    pitch: Number, top: Number, bottom: Number, contact: Number, gap: Number
) -> Floats:
    """Return the largest shift of the upper pad at which contact and isolation hold, um.

    The pads are round. A shift must leave at least the given fraction of the smaller pad's width
    in contact, and at least the given fraction of the space between pads open.

    Args:
        pitch: Pad pitch.
        top: Radius of the upper pads.
        bottom: Radius of the lower pads.
        contact: Fraction of the smaller pad's width that must touch, 0 to 1.
        gap: Fraction of the space between neighbouring lower pads that must stay open.

    Example:
        >>> float(overlay_limit(1.0, 0.25, 0.25, 0.5, 0.5).round(3))
        0.25
    """
    top, bottom = np.asarray(top, float), np.asarray(bottom, float)
    smaller = np.minimum(top, bottom)
    touching = top + bottom - 2 * smaller * contact
    space = np.asarray(pitch, float) - 2 * bottom
    apart = np.asarray(pitch, float) - top - bottom - space * gap
    return np.maximum(np.minimum(touching, apart), 0.0)


def overlay_yield(limit: Number, sigma: Number, shift: Number = 0.0) -> Floats:
    """Return the chance that a placement's error stays within a limit in both directions.

    Args:
        limit: Largest error in each direction, um.
        sigma: Standard deviation of the error in each direction, um.
        shift: Systematic error in one direction, um.

    Example:
        >>> float(overlay_yield(0.3, 0.1).round(4))
        0.9946
    """
    limit, sigma = np.asarray(limit, float), np.asarray(sigma, float)
    centred = erf(limit / (sigma * np.sqrt(2)))
    shifted = ndtr((limit - shift) / sigma) - ndtr((-limit - shift) / sigma)
    found: Floats = centred * shifted
    return found


def particle_yield(
    area: Number, density: Number, *, reach: Number = 0.0, perimeter: Number = 0.0
) -> Floats:
    """Return the chance that no particle leaves a killing void.

    A particle kills what lies within its void, so a die is hit by particles on it and on a margin
    of the void's radius around it: area + perimeter * reach + pi * reach^2.

    Args:
        area: Bonded area, mm2.
        density: Particles per um2 that are large enough to matter.
        reach: Radius of the void that a particle leaves, um.
        perimeter: Perimeter of the die, mm.

    Example:
        >>> float(particle_yield(100.0, 1e-10).round(4))
        0.99
    """
    reach_mm = np.asarray(reach, float) / np.sqrt(UM2_PER_MM2)
    hit = np.asarray(area, float) + perimeter * reach_mm + np.pi * np.square(reach_mm)
    found: Floats = np.exp(-hit * UM2_PER_MM2 * np.asarray(density, float))
    return found


def recess_yield(pads: Number, limit: Number, sigma: Number, mean: Number = 0.0) -> Floats:
    """Return the chance that every copper pad closes: its recess stays below a limit.

    Args:
        pads: Pads of the bond.
        limit: Largest recess that closes when heated, nm.
        sigma: Standard deviation of the recess, nm.
        mean: Mean recess, nm.

    Example:
        >>> float(recess_yield(1e6, 10.0, 1.5).round(4))
        1.0
    """
    standard = (np.asarray(limit, float) - mean) / np.asarray(sigma, float)
    found: Floats = np.exp(np.asarray(pads, float) * np.log1p(-ndtr(-standard)))
    return found


def hybrid_yield(overlay: Number, particles: Number, recess: Number) -> Floats:
    """Return the yield of one hybrid bond: all pads meet, no void kills, all copper closes.

    Args:
        overlay: See `overlay_yield`.
        particles: See `particle_yield`.
        recess: See `recess_yield`.

    Returns:
        Their product; the `bond_yield` of a design.

    Example:
        >>> float(hybrid_yield(0.999, 0.99, 1.0).round(4))
        0.989
    """
    found: Floats = np.asarray(overlay, float) * particles * recess
    return found
