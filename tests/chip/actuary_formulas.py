# SPDX-License-Identifier: Apache-2.0
"""The published equations of Chiplet Actuary for dies on an organic substrate, in plain Python.

Written from the paper (Feng and Ma, DAC 2022, section 3) and its parameter file, apart from our own
evaluation, which the tests compare with it. Nothing here comes from its code.
"""

from __future__ import annotations

import math

WAFER, RIM, SCRIBE = 300.0, 5.0, 0.2
"""mm."""
SUBSTRATE, BUMPS, AREA, BOND = 0.005, 0.005, 4.0, 0.99
"""USD per mm2 of substrate and of die, substrate area over that of the dies, yield of a bond."""


def dies_on_wafer(area: float) -> float:
    """Whole dies on a wafer."""
    pitch = (math.sqrt(area) + SCRIBE) ** 2
    across = WAFER - 2 * RIM
    return math.pi * (across / 2) ** 2 / pitch - math.pi * across / math.sqrt(2 * pitch)


def die_yield(area: float, density: float, clustering: float) -> float:
    """Negative binomial; density per cm2."""
    return (1 + density / 100 * area / clustering) ** -clustering


def recurring(price: float, density: float, clustering: float, area: float, dies: int) -> float:
    """Cost of a good package of equal dies: dies, their defects, substrate, bumps, bad bonds."""
    raw = price / dies_on_wafer(area)
    good = dies * raw / die_yield(area, density, clustering)
    layers = 1 if dies == 1 else 2
    package = dies * area * (AREA * SUBSTRATE * layers + BUMPS)
    return (good + package) / BOND**dies
