# SPDX-License-Identifier: Apache-2.0
"""What the response model starts from: countries, inputs, markets, routes, and their figures.

A `Structure` is the world seen from one target and one coalition, as plain arrays. It holds no
behaviour. Every uncertain figure is a `Band`: a middle value and a 90 % interval; a middle value
that is not a number means unknown, and then the interval bounds it or, if that is missing too, a
prior takes its place (each field says which). Units: money in USD million of the start year;
demand per quarter; capability in grades of the input's own ladder.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from chokegraph.errors import Finding, FindingsError

TIERS = ("mature", "advanced", "leading")
"""The quality classes of the target's demand, in the order of the first three markets."""

MARKETS = ("target-mature", "target-advanced", "target-leading", "coalition", "others")
"""The five buyers: the target's demand by tier, the coalition, and everyone else."""

BLOCS = ("target", "coalition", "others")
"""Who lives where; a supplier country belongs to one bloc."""

MARKET_BLOC = (0, 0, 0, 1, 2)
"""The bloc of each market."""

LEAK_CLASSES = ("chips", "parts", "tools")
"""How easily an input gets past a control: chips, parts and materials, whole tools."""

PARENTS = 4
"""How many components of an input the model follows (those that matter most)."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Band:
    """An array of figures with 90 % intervals; `mid` not-a-number means unknown.

    Example:
        >>> Band.point([1.0, 2.0]).low.tolist()
        [1.0, 2.0]
        >>> bool(np.isnan(Band.unknown((2,)).mid).all())
        True
    """

    mid: Array
    low: Array
    high: Array

    @classmethod
    def point(cls, value: ArrayLike) -> Band:
        """Return figures that are known exactly."""
        array = np.asarray(value, dtype=float)
        return cls(array, array, array)

    @classmethod
    def around(cls, value: ArrayLike, spread: float) -> Band:
        """Return figures with an interval of `spread` (a fraction) on both sides."""
        array = np.asarray(value, dtype=float)
        wide = np.abs(array) * spread
        return cls(array, array - wide, array + wide)

    @classmethod
    def unknown(cls, shape: tuple[int, ...]) -> Band:
        """Return figures of which nothing is known: the prior is used instead."""
        nothing = np.full(shape, np.nan)
        return cls(nothing, nothing, nothing)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of each of the three arrays."""
        return tuple(self.mid.shape)

    def take(self, index: ArrayLike, axis: int) -> Band:
        """Return the figures at `index` along `axis`."""
        parts = (self.mid, self.low, self.high)
        return Band(*(np.take(part, np.asarray(index), axis=axis) for part in parts))


@dataclass(frozen=True)
class Structure:
    """The world as arrays, for one target and one coalition. See the module for units.

    C countries (the target is row 0; the unidentified provider `ZZ` is the last row and belongs
    to no coalition), I inputs, R routes, P products; 5 markets in the order of `MARKETS`.

    Args:
        start_year: The year of the first quarter (a run starts in its first quarter).
        years: How many years are run; there are four quarters in each.
        countries: Country ids; the target first, `ZZ` last.
        inputs: Input ids: what is bought (no process steps, no groups).
        families: The family of each input, [I]; priors may differ by family.
        leak_class: One of `LEAK_CLASSES` for each input, [I].
        capital: Whether the input is worn out over years (else it is used up), [I].
        member: Whether the country belongs to the coalition bloc, [C].
        share: Start shares of each market's purchases by supplier, fractions, [5, C, I]. A
            named provider without a figure has mid not-a-number and low/high as bounds; the
            unidentified provider's row is ignored (it takes what is left).
        plausible: Whether a country may hold a part of what no source attributes, [C, I].
        capability: Best grade sold in volume at the start, [C, I]. Unknown with bounds: drawn
            evenly between them.
        asked: Grade asked for in each market at the start, [5, I].
        asked_drift: Generations per year by which the grade asked for rises, [5, I].
        demand: Purchases in each market, USD million per quarter, [5, I].
        growth: Yearly growth of demand, fractions, [2]: target, everyone else. Unknown: prior
            `demand_growth`.
        pace: Frontier pace, generations per year, [I]. Unknown: prior `frontier_pace`.
        qualification: Quarters until a new supplier is qualified, [I]. Unknown: prior
            `qualification_rate`.
        service_life: Years that a tool lasts, [I] (capital only). Unknown: prior `attrition`.
        stock_decay: Loss of stock per quarter, fractions, [I]. Unknown: prior `stock_decay`.
        rnd_intensity: R&D over sales, fractions, [C, I]. Unknown: prior `rnd_intensity`.
        experience: Cumulative volume at the start, USD million, [C, I]. Unknown: prior
            `experience_years` times yearly sales.
        start_cover: The target's stock above normal at the start, quarters of demand, [I].
        parents: Indices of the inputs that an input is built from, [I, 4]; padded with 0.
        parent_weight: How far the input stops without that component, 0..1, [I, 4]; 0 = padding.
        products: Product ids.
        routes: Route ids.
        route_product: Index of the product that a route makes, [R].
        route_tier: Index in `TIERS` of the quality that a route asks its inputs for, [R].
        design_around: Whether the route avoids inputs that are controlled, [R].
        requirement: How far a route stops without an input, 0..1, [R, I].
        start_yield: Yield at the start relative to a mature process, fractions, [R].
        merit: Value for cost of a route against the best route of its product, [R].
        ladders: For each input its rungs: (grades, years of first volume use worldwide), for
            turning generations into years; empty arrays where no ladder is known.
        ways: Ids of the ways in which routes can be gone, W of them, if any route has more than
            one; every route then has at least one. Each quarter a route is gone in its best way.
        way_route: Index of the route of each way, [W].
        way_requirement: How far a way stops without an input, 0..1, [W, I].
    """

    start_year: int
    years: int
    countries: tuple[str, ...]
    inputs: tuple[str, ...]
    families: tuple[str, ...]
    leak_class: tuple[str, ...]
    capital: Array
    member: Array
    share: Band
    plausible: Array
    capability: Band
    asked: Band
    asked_drift: Array
    demand: Band
    growth: Band
    pace: Band
    qualification: Band
    service_life: Band
    stock_decay: Band
    rnd_intensity: Band
    experience: Band
    start_cover: Array
    parents: Array
    parent_weight: Array
    products: tuple[str, ...]
    routes: tuple[str, ...]
    route_product: Array
    route_tier: Array
    design_around: Array
    requirement: Array
    start_yield: Band
    merit: Band
    ladders: tuple[tuple[Array, Array], ...]
    ways: tuple[str, ...] = ()
    way_route: Array = field(default_factory=lambda: np.zeros(0, dtype=int))
    way_requirement: Array = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def way_names(self) -> tuple[str, ...]:
        """Ids of the ways; those of the routes where every route has one way."""
        return self.ways or self.routes

    @property
    def target(self) -> str:
        """The country that is controlled."""
        return self.countries[0]

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters of the run, `2024Q1` onwards."""
        last = self.start_year + self.years
        return tuple(f"{y}Q{q}" for y in range(self.start_year, last) for q in (1, 2, 3, 4))

    @property
    def bloc(self) -> Array:
        """The bloc index of each country, [C] (0 target, 1 coalition, 2 others)."""
        bloc = np.where(self.member, 1, 2)
        bloc[0] = 0
        return bloc

    @property
    def purchases(self) -> Array:
        """Middle purchases at the start by market and input, [5, I].

        Where only bounds are known it is the middle between them, the median of what is drawn
        there. Whatever weighs inputs outside of the draws weighs them by this.
        """
        demand = self.demand
        return np.where(np.isnan(demand.mid), (demand.low + demand.high) / 2, demand.mid)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of figures that are not known."""
        unknown = np.flatnonzero(np.isnan(self.demand.mid).any(axis=0))
        if not unknown.size:
            return ()
        names = ", ".join(self.inputs[place] for place in unknown)
        return (f"purchases known by their bounds only, weighed by the middle: {names}",)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape that each array field must have."""
        c, i, r, m = len(self.countries), len(self.inputs), len(self.routes), len(MARKETS)
        w = len(self.ways)
        by_input = dict.fromkeys(
            ("capital", "pace", "qualification", "service_life", "stock_decay", "start_cover"), (i,)
        )
        by_cell = dict.fromkeys(("plausible", "capability", "rnd_intensity", "experience"), (c, i))
        by_market = dict.fromkeys(("asked", "asked_drift", "demand"), (m, i))
        by_route = dict.fromkeys(
            ("route_product", "route_tier", "design_around", "start_yield", "merit"), (r,)
        )
        return {
            **by_input,
            **by_cell,
            **by_market,
            **by_route,
            "member": (c,),
            "share": (m, c, i),
            "growth": (2,),
            "parents": (i, PARENTS),
            "parent_weight": (i, PARENTS),
            "requirement": (r, i),
            **({"way_route": (w,), "way_requirement": (w, i)} if w else {}),
        }

    def findings(self) -> list[Finding]:
        """Return everything that is wrong with the arrays: shapes, ranges, order of countries.

        Example:
            >>> from chokegraph.response.toy import toy_structure
            >>> toy_structure().findings()
            []
        """
        found: list[Finding] = []
        for name, shape in self.shapes().items():
            value = getattr(self, name)
            if tuple(value.shape) != shape:
                found.append(Finding(f"{name} has shape {tuple(value.shape)}", f"make it {shape}"))
        if found:
            return found
        for name, count in (
            ("families", len(self.inputs)),
            ("leak_class", len(self.inputs)),
            ("ladders", len(self.inputs)),
        ):
            if len(getattr(self, name)) != count:
                found.append(Finding(f"{name} has {len(getattr(self, name))} entries, not {count}"))
        if self.countries[-1] != "ZZ":
            found.append(Finding("the last country is not ZZ", "append the unidentified provider"))
        if self.member[0] or self.member[-1]:
            found.append(Finding("the target and ZZ cannot be members of the coalition"))
        unknown = set(self.leak_class) - set(LEAK_CLASSES)
        if unknown:
            found.append(Finding(f"unknown leak class {sorted(unknown)}", f"use {LEAK_CLASSES}"))
        if not self.products or not self.routes or not self.inputs or self.years < 1:
            found.append(Finding("at least one input, product, route and year are needed"))
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Band):
                found += self._check_band(one.name, value)
        if self.ways and set(self.way_route.tolist()) != set(range(len(self.routes))):
            found.append(Finding("ways do not cover every route", "give each at least one way"))
        for name, array in (
            ("requirement", self.requirement),
            ("parent_weight", self.parent_weight),
            ("way_requirement", self.way_requirement),
        ):
            if not bool(((array >= 0) & (array <= 1)).all()):
                found.append(Finding(f"{name} has entries outside 0..1"))
        return found

    def _check_band(self, name: str, band: Band) -> list[Finding]:
        found = []
        known = ~np.isnan(band.mid)
        if not bool(np.all((band.low[known] <= band.mid[known]) & (band.mid <= band.high)[known])):
            found.append(Finding(f"{name}: a value lies outside its own interval"))
        if name in ("share", "demand", "start_yield", "stock_decay") and bool(
            np.any(band.low[known] < 0)
        ):
            found.append(Finding(f"{name}: negative values", "check the interval's lower end"))
        if name in ("capability", "asked", "demand", "start_yield", "merit") and bool(
            np.any(np.isnan(band.low) | np.isnan(band.high))
        ):
            found.append(Finding(f"{name}: unknown without bounds", "give low and high"))
        return found

    def check(self) -> Structure:
        """Return the structure itself if it is sound.

        Raises:
            FindingsError: Shapes or values are wrong; all of them are listed.
        """
        found = self.findings()
        if found:
            raise FindingsError(found, title="response structure")
        return self
