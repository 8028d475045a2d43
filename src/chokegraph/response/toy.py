# SPDX-License-Identifier: Apache-2.0
"""A small made-up world for examples, tests and benchmarks. Its numbers are nobody's facts."""

from __future__ import annotations

import numpy as np

from chokegraph.response.state import Array, Band, Structure

_COUNTRIES = ("CN", "US", "JP", "NL", "KR", "ZZ")
_MEMBER = (False, True, True, True, False, False)
# id, family, leak class, capital?, demand by market, grade asked by market,
# world shares and capability of CN US JP NL KR ZZ
_INPUTS = (
    ("duv-scanner", "lithography", "tools", True, (300, 200, 60, 900, 700), (5, 8, 10, 10, 10),
     (0.01, 0.0, 0.2, 0.79, 0.0, 0.0), (3.0, 0.0, 9.0, 11.0, 0.0, 0.0)),
    ("euv-scanner", "lithography", "tools", True, (0.5, 1, 40, 1500, 1200), (11, 11, 11, 11, 11),
     (0.0, 0.0, 0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 5.0, 12.0, 0.0, 0.0)),
    ("etcher", "etch", "tools", True, (400, 250, 60, 1200, 900), (6, 9, 11, 11, 11),
     (0.12, 0.6, 0.25, 0.0, 0.03, 0.0), (8.0, 12.5, 12.0, 0.0, 8.0, 0.0)),
    ("photoresist", "resists", "parts", False, (60, 40, 10, 200, 160), (5, 9, 11, 11, 11),
     (0.05, 0.1, 0.75, 0.0, 0.1, 0.0), (5.5, 11.0, 12.0, 0.0, 10.0, 0.0)),
    ("optics", "spare-parts", "parts", False, (20, 20, 10, 120, 80), (4, 8, 10, 10, 10),
     (0.04, 0.1, 0.2, 0.66, 0.0, 0.0), (4.5, 9.0, 10.0, 12.0, 0.0, 0.0)),
    ("gallium", "raw-materials", "parts", False, (6, 3, 1, 10, 8), (1, 1, 1, 1, 1),
     (0.95, 0.0, 0.03, 0.0, 0.02, 0.0), (3.0, 0.0, 3.0, 0.0, 2.5, 0.0)),
)  # fmt: skip
# id, product, tier, design-around?, start yield, merit, requirement of the six inputs
_ROUTES = (
    ("planar", 0, 0, False, 1.0, 1.0, (1.0, 0.0, 1.0, 1.0, 0.0, 0.1)),
    ("euv-finfet", 1, 2, False, 0.9, 1.0, (1.0, 1.0, 1.0, 1.0, 0.0, 0.1)),
    ("duv-multipatterning", 1, 1, True, 0.4, 0.8, (1.0, 0.0, 1.0, 1.0, 0.0, 0.1)),
)


def toy_structure(*, years: int = 10, start_year: int = 2024, spread: float = 0.1) -> Structure:
    """Return six countries, six inputs, two products and three routes.

    Args:
        years: How many years are run.
        start_year: The year of the first quarter.
        spread: Half width of all 90 % intervals, as a fraction of the value.

    Example:
        >>> toy_structure().target, len(toy_structure().quarters)
        ('CN', 40)
    """
    c, i = len(_COUNTRIES), len(_INPUTS)
    world_share = np.array([row[6] for row in _INPUTS]).T
    share = np.broadcast_to(world_share, (5, c, i))
    capability = np.array([row[7] for row in _INPUTS]).T
    parents = np.zeros((i, 4), dtype=int)
    weight = np.zeros((i, 4))
    parents[0, 0], weight[0, 0] = 4, 0.8  # scanners need optics
    grades = np.arange(14.0)
    return Structure(
        start_year=start_year,
        years=years,
        countries=_COUNTRIES,
        inputs=tuple(row[0] for row in _INPUTS),
        families=tuple(row[1] for row in _INPUTS),
        leak_class=tuple(row[2] for row in _INPUTS),
        capital=np.array([row[3] for row in _INPUTS]),
        member=np.array(_MEMBER),
        share=_fraction_band(share, spread),
        plausible=np.zeros((c, i), dtype=bool),
        capability=Band.around(capability, spread / 5),
        asked=Band.point(np.array([row[5] for row in _INPUTS], dtype=float).T),
        asked_drift=np.zeros((5, i)),
        demand=Band.around(np.array([row[4] for row in _INPUTS], dtype=float).T, spread),
        growth=Band.unknown((2,)),
        pace=Band.unknown((i,)),
        qualification=Band.unknown((i,)),
        service_life=Band.unknown((i,)),
        stock_decay=Band.unknown((i,)),
        rnd_intensity=Band.unknown((c, i)),
        experience=Band.unknown((c, i)),
        start_cover=np.zeros(i),
        parents=parents,
        parent_weight=weight,
        products=("mature-logic", "advanced-logic"),
        routes=tuple(row[0] for row in _ROUTES),
        route_product=np.array([row[1] for row in _ROUTES]),
        route_tier=np.array([row[2] for row in _ROUTES]),
        design_around=np.array([row[3] for row in _ROUTES]),
        requirement=np.array([row[6] for row in _ROUTES]),
        start_yield=_fraction_band(np.array([row[4] for row in _ROUTES]), spread),
        merit=Band.point(np.array([row[5] for row in _ROUTES])),
        ladders=tuple((grades, 1998 + 2.2 * grades) for _ in range(i)),
    ).check()


def large_structure(
    *, inputs: int = 120, countries: int = 12, years: int = 26, seed: int = 0
) -> Structure:
    """Return a made-up world of the size of the real one, for benchmarks.

    Example:
        >>> large_structure(inputs=8, countries=5, years=2).share.shape
        (5, 5, 8)
    """
    rng = np.random.default_rng(seed)
    c, i, r = countries, inputs, 18
    share = rng.dirichlet(np.full(c - 1, 0.4), size=i).T
    share = np.vstack([share, np.zeros((1, i))])
    capability = np.where(share > 0.01, rng.uniform(6, 12, (c, i)), rng.uniform(0, 5, (c, i)))
    requirement = np.where(rng.random((r, i)) < 0.4, rng.choice([0.3, 1.0], (r, i)), 0.0)
    demand = rng.uniform(1, 300, (5, i))
    grades = np.arange(14.0)
    member = np.zeros(c, dtype=bool)
    member[1:4] = True
    families = ("etch", "lithography", "gases", "resists")
    return Structure(
        start_year=2024,
        years=years,
        countries=("CN", *(f"Q{chr(65 + k)}" for k in range(c - 2)), "ZZ"),
        inputs=tuple(f"input-{k}" for k in range(i)),
        families=tuple(families[k % 4] for k in range(i)),
        leak_class=tuple("tools" if k % 2 == 0 else "parts" for k in range(i)),
        capital=np.arange(i) % 2 == 0,
        member=member,
        share=_fraction_band(np.broadcast_to(share, (5, c, i)), 0.2),
        plausible=np.zeros((c, i), dtype=bool),
        capability=Band.around(capability, 0.03),
        asked=Band.around(np.sort(rng.uniform(3, 9, (5, i)), axis=0), 0.02),
        asked_drift=np.zeros((5, i)),
        demand=Band.around(demand, 0.2),
        growth=Band.unknown((2,)),
        pace=Band.unknown((i,)),
        qualification=Band.unknown((i,)),
        service_life=Band.unknown((i,)),
        stock_decay=Band.unknown((i,)),
        rnd_intensity=Band.unknown((c, i)),
        experience=Band.unknown((c, i)),
        start_cover=np.zeros(i),
        parents=rng.integers(0, i, (i, 4)),
        parent_weight=np.where(rng.random((i, 4)) < 0.3, 0.5, 0.0),
        products=tuple(f"product-{k}" for k in range(6)),
        routes=tuple(f"route-{k}" for k in range(r)),
        route_product=np.arange(r) % 6,
        route_tier=np.arange(r) % 3,
        design_around=np.arange(r) >= 12,
        requirement=requirement,
        start_yield=_fraction_band(np.linspace(1.0, 0.4, r), 0.1),
        merit=Band.point(np.linspace(1.0, 0.7, r)),
        ladders=tuple((grades, 1998 + 2.2 * grades) for _ in range(i)),
    ).check()


def _fraction_band(value: Array, spread: float) -> Band:
    band = Band.around(value, spread)
    return Band(band.mid, np.clip(band.low, 0, 1), np.clip(band.high, 0, 1))
