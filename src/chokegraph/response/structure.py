# SPDX-License-Identifier: Apache-2.0
"""From the world's facts to the arrays that the response model starts from.

`build_structure` looks at a `World` from one target and one coalition. It adds no figure of its
own: where the world is silent it leaves the entry unknown (the model then uses a prior with its
range) or takes an assumption from `assumptions.csv`, and says so in the notes it returns.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.start_shares import fit_tiers, home_share, split_markets
from chokegraph.response.state import LEAK_CLASSES, MARKETS, PARENTS, TIERS, Array, Band, Structure
from chokegraph.world import estimate
from chokegraph.world.model import UNKNOWN_PROVIDER, Estimate, Input, World

_QUARTERS = 4
_COUNTRIES = 12
"""Rows of the model's arrays; countries beyond that count as unidentified suppliers."""


@dataclass(frozen=True)
class Built:
    """A structure, the statements it rests on, and what had to be assumed.

    Args:
        structure: The arrays.
        statement_ids: Every statement that entered the arrays.
        notes: One sentence for each assumption that stood in for a missing fact.
    """

    structure: Structure
    statement_ids: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def load_assumptions() -> dict[str, Estimate]:
    """Return the accounting assumptions by name.

    Example:
        >>> load_assumptions()["home_sales"].unit
        'fraction'
    """
    path = resources.files("chokegraph.world") / "facts" / "assumptions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Estimate(
                value=float(row["value"]),
                low=float(row["low"]),
                high=float(row["high"]),
                unit=row["unit"],
                grade=row["grade"],
            )
            for row in csv.DictReader(file)
        }


def build_structure(
    world: World,
    *,
    target: str = "CN",
    coalition: Sequence[str] = ("US", "JP", "NL"),
    start_year: int | None = None,
    years: int = 10,
) -> Built:
    """Return the world as arrays, seen from one target and one coalition.

    Args:
        world: The facts; figures nearest to its year are used.
        target: The country that is controlled.
        coalition: The countries that take part (in at least one of the controls).
        start_year: The year of the first quarter; the world's year if None.
        years: How many years are run.

    Raises:
        FindingsError: The target or a member is not a country of the world, the target is a
            member, or nothing in the world is bought.
    """
    _check(world, target, coalition)
    builder = _Builder(world, target, tuple(coalition), start_year or world.year, years)
    return builder.build()


def _check(world: World, target: str, coalition: Sequence[str]) -> None:
    known = ", ".join(sorted(world.countries))
    found = [
        Finding(f"{country!r} is not a country of the world", f"use one of {known}")
        for country in (target, *coalition)
        if country not in world.countries
    ]
    if target in coalition:
        found.append(Finding(f"the target {target} is also a member of the coalition"))
    if found:
        raise FindingsError(found, title="world as arrays")


class _Builder:
    """Collects figures, the statements they rest on and the notes, then makes the arrays."""

    def __init__(
        self, world: World, target: str, coalition: tuple[str, ...], start_year: int, years: int
    ) -> None:
        self.world = world
        self.target = target
        self.coalition = coalition
        self.start_year = start_year
        self.years = years
        self.used: dict[str, None] = {}
        self.silent: dict[str, list[str]] = defaultdict(list)
        self.assume = load_assumptions()
        self.inputs = [item for item in world.inputs.values() if item.use != "none"]
        self.index = {item.input_id: k for k, item in enumerate(self.inputs)}
        self.countries = self._choose_countries()

    # -- looking up -------------------------------------------------------------------------

    def look(self, subject: str, prop: str, obj: str = "") -> Estimate | None:
        found = estimate(self.world, subject, prop, obj, self.world.year)
        if found is not None:
            self.used.update(dict.fromkeys(found.statement_ids))
        return found

    def assumed(self, name: str, instead_of: str) -> Estimate:
        self.silent[name].append(instead_of)
        return self.assume[name]

    def for_input(self, item: Input, prop: str, obj: str = "") -> Estimate | None:
        """Return the figure of the input, else of its family, else of its kind."""
        for subject in (f"input:{item.input_id}", f"family:{item.family}"):
            found = self.look(subject, prop, obj)
            if found is not None:
                return found
        return None

    def buyer_share(self, item: Input, country: str) -> Estimate | None:
        found = self.for_input(item, "buyer_share", f"country:{country}")
        if found is not None:
            return found
        group = "all-materials" if item.kind == "material" else "all-equipment"
        return self.look(f"family:{group}", "buyer_share", f"country:{country}")

    # -- countries --------------------------------------------------------------------------

    def _choose_countries(self) -> tuple[str, ...]:
        weight: dict[str, float] = defaultdict(float)
        for item in self.inputs:
            share = self.world.country_shares.get(item.input_id)
            for country, value in (share.shares if share else {}).items():
                # A named provider without a figure counts, if only a little: it may matter.
                weight[country] += value.value if value.value is not None else value.high / 10
        fixed = (self.target, *self.coalition)
        others = [
            country
            for country in sorted(weight, key=lambda c: (-weight[c], c))
            if country not in (*fixed, UNKNOWN_PROVIDER) and country in self.world.countries
        ]
        room = max(_COUNTRIES - len(fixed) - 1, 0)
        return (*fixed, *others[:room], UNKNOWN_PROVIDER)

    # -- arrays -----------------------------------------------------------------------------

    def build(self) -> Built:
        if not self.inputs:
            message = "no input of the world is bought (all have use 'none')"
            raise FindingsError([Finding(message)], title="world as arrays")
        asked = self._asked()
        capability = self._capability(asked)
        tiers = self._tiers()
        buyers = self._buyers()
        share = self._share(asked, capability, tiers, buyers)
        count = len(self.countries), len(self.inputs)
        structure = Structure(
            start_year=self.start_year,
            years=self.years,
            countries=self.countries,
            inputs=tuple(self.index),
            families=tuple(item.family for item in self.inputs),
            leak_class=tuple(_leak_class(item) for item in self.inputs),
            capital=np.array([item.use == "capital" for item in self.inputs]),
            member=np.array([country in self.coalition for country in self.countries]),
            share=share,
            plausible=self._plausible(),
            capability=capability,
            asked=asked,
            asked_drift=np.zeros((len(MARKETS), count[1])),
            demand=self._demand(tiers, buyers),
            growth=Band.unknown((2,)),
            pace=self._pace(),
            qualification=self._by_input("qualification_time"),
            service_life=self._by_input("service_life"),
            stock_decay=self._by_input("stock_decay"),
            rnd_intensity=self._rnd_intensity(),
            experience=Band.unknown(count),
            start_cover=np.zeros(count[1]),
            **self._components(),
            **self._routes(),
            ladders=tuple(self._ladder(item) for item in self.inputs),
        ).check()
        return Built(structure, tuple(self.used), self._notes())

    def _notes(self) -> tuple[str, ...]:
        notes = []
        for name, subjects in self.silent.items():
            value = self.assume[name]
            several = sorted(set(subjects))
            listed = ", ".join(several[:6]) + (" and others" if len(several) > 6 else "")
            notes.append(
                f"{name} = {value.value:g} ({value.low:g} to {value.high:g} {value.unit}), an "
                f"assumption, stands in for {len(several)} missing figures: {listed}"
            )
        return tuple(notes)

    def _by_input(self, prop: str) -> Band:
        found = [self.for_input(item, prop) for item in self.inputs]
        return _band(found)

    def _rnd_intensity(self) -> Band:
        rows = []
        for country in self.countries:
            place = self.look(f"country:{country}", "rnd_intensity")
            row = [self.look(f"family:{item.family}", "rnd_intensity") for item in self.inputs]
            rows.append([place if place is not None else value for value in row])
        return _stack([_band(row) for row in rows])

    # -- grades -----------------------------------------------------------------------------

    def _ladder(self, item: Input) -> tuple[Array, Array]:
        steps = [s for s in self.world.ladders.get(item.ladder_id, ()) if s.year is not None]
        grades = np.array([step.grade for step in steps], dtype=float)
        return grades, np.array([step.year for step in steps], dtype=float)

    def _pace(self) -> Band:
        """Generations per year that the ladder shows over its last years; 0 without a ladder."""
        window = self.assume["ladder_window"].value or 0.0
        spread = self.assume["ladder_pace_spread"].value or 0.0
        mid = np.zeros(len(self.inputs))
        for k, item in enumerate(self.inputs):
            grades, when = self._ladder(item)
            recent = when >= (when.max() - window if when.size else 0.0)
            if recent.sum() >= 2 and np.ptp(when[recent]) > 0:
                mid[k] = np.ptp(grades[recent]) / np.ptp(when[recent])
        return Band.around(mid, spread)

    def _asked(self) -> Band:
        """The grade asked for in each market; where nothing is said, the lowest rung."""
        needed: dict[tuple[str, str], float] = {}
        for need in self.world.needs:
            if need.grade_asked is not None:
                key = (need.input_id, self.world.routes[need.route_id].tier)
                needed[key] = max(needed.get(key, need.grade_asked), need.grade_asked)
        rows = []
        for tier in TIERS:
            row = []
            for item in self.inputs:
                found = self.look(f"input:{item.input_id}", "asked_grade", f"tier:{tier}")
                if found is None and (item.input_id, tier) in needed:
                    value = needed[item.input_id, tier]
                    found = Estimate(value, value, value)
                row.append(found)
            rows.append(row)
        bottom = [self._bottom(item) for item in self.inputs]
        tiers = _stack([_band(row) for row in rows])
        filled = []
        for part in (tiers.mid, tiers.low, tiers.high):
            part = np.where(np.isnan(part), np.array(bottom)[None, :], part)
            # A better tier never asks for less.
            filled.append(np.maximum.accumulate(part, axis=0))
        low, mid, high = filled[1], filled[0], filled[2]
        world_buyers = [np.vstack([part, part[:1], part[:1]]) for part in (mid, low, high)]
        return Band(*world_buyers)

    def _bottom(self, item: Input) -> float:
        grades = [step.grade for step in self.world.ladders.get(item.ladder_id, ())]
        return min(grades) if grades else 1.0

    def _capability(self, asked: Band) -> Band:
        """Best grade on sale, by country; bounded where nobody says.

        Who sells but has no published grade lies between what the lowest tier asks for and the
        best published grade. Who does not sell lies below what the lowest tier asks for.
        """
        margin = self.assume["grade_margin"].value or 0.0
        shape = (len(self.countries), len(self.inputs))
        mid, low, high = (np.full(shape, np.nan) for _ in range(3))
        for k, item in enumerate(self.inputs):
            share = self.world.country_shares.get(item.input_id)
            known = {
                c: self.look(f"input:{item.input_id}", "grade", f"country:{country}")
                for c, country in enumerate(self.countries)
            }
            best = max((e.value for e in known.values() if e and e.value is not None), default=None)
            floor = float(asked.mid[0, k])
            top = best if best is not None else float(asked.mid[2, k])
            bottom = min(self._bottom(item), floor) - 1.0
            for c, country in enumerate(self.countries):
                found = known[c]
                if found is not None and found.value is not None:
                    mid[c, k], low[c, k], high[c, k] = found.value, found.low, found.high
                    continue
                held = share.shares.get(country) if share else None
                sells = country == UNKNOWN_PROVIDER or (held is not None and held.high > 0)
                low[c, k] = floor if sells else bottom
                high[c, k] = max(top, floor) if sells else floor - margin
        return Band(mid, low, high)

    # -- shares and demand ------------------------------------------------------------------

    def _tiers(self) -> Array:
        rows = np.empty((len(TIERS), len(self.inputs)))
        for k, item in enumerate(self.inputs):
            for t, tier in enumerate(TIERS):
                found = self.for_input(item, "demand_tier", f"tier:{tier}")
                if found is None or found.value is None:
                    found = self.assumed(f"demand_tier_{tier}", item.input_id)
                rows[t, k] = found.value
        return rows / rows.sum(axis=0)

    def _buyers(self) -> Band:
        """Parts of world demand: target, coalition, others, [3, I]."""
        parts: list[list[tuple[float, float, float]]] = [[], []]
        for item in self.inputs:
            own = self.buyer_share(item, self.target)
            if own is None or own.value is None:
                own = self.assumed("buyer_share_default", item.input_id)
            friends = [self.buyer_share(item, member) for member in self.coalition]
            value = sum(f.value for f in friends if f is not None and f.value is not None)
            parts[0].append((own.value or 0.0, own.low, own.high))
            room = max(1.0 - (own.value or 0.0), 0.0)
            value = min(value, room)
            # Members that no source lists may buy too: the interval is open to the top.
            parts[1].append((value, value * 0.5, min(room, value + 0.5 * (room - value))))
        own_part, friend = (np.array(part).T for part in parts)
        rest = np.clip(1.0 - own_part[0] - friend[0], 0.0, 1.0)
        mid = np.stack([own_part[0], friend[0], rest])
        low = np.stack([own_part[1], friend[1], np.clip(1 - own_part[2] - friend[2], 0, 1)])
        high = np.stack([own_part[2], friend[2], np.clip(1 - own_part[1] - friend[1], 0, 1)])
        return Band(mid, np.minimum(low, mid), np.maximum(high, mid))

    def _share(self, asked: Band, capability: Band, tiers: Array, buyers: Band) -> Band:
        shape = (len(MARKETS), len(self.countries), len(self.inputs))
        mid, low, high = (np.zeros(shape) for _ in range(3))
        margin = self.assume["grade_margin"].value or 0.0
        home_sales = self.assume["home_sales"].value or 0.0
        for k, item in enumerate(self.inputs):
            world_share, below, above = self._world_share(item)
            known = ~np.isnan(world_share)
            value = np.where(known, world_share, 0.0)
            part = float(buyers.mid[0, k])
            published = self.look(f"input:{item.input_id}", "local_share", f"country:{self.target}")
            home = home_share(
                float(value[0]),
                buyer_share=part,
                home_sales=home_sales,
                published=published.value if published else None,
            )
            markets = split_markets(value, home=home, buyer_share=part)
            best = np.where(
                np.isnan(capability.mid[:, k]), capability.high[:, k], capability.mid[:, k]
            )
            able = best[None, :] >= asked.mid[:3, k, None] - margin
            rows = np.vstack(
                [fit_tiers(markets.target, tiers[:, k], able), markets.rest, markets.rest]
            )
            # The interval of the world share carries over in proportion.
            with np.errstate(divide="ignore", invalid="ignore"):
                down = np.where(value > 0, below / value, 0.0)
                up = np.where(value > 0, above / value, 1.0)
            if published is not None and published.value:
                down[0] = published.low / published.value
                up[0] = published.high / published.value
            mid[:, :, k] = rows
            low[:, :, k] = np.clip(rows * np.minimum(down, 1.0), 0.0, 1.0)
            high[:, :, k] = np.clip(rows * np.maximum(up, 1.0), 0.0, 1.0)
            named = ~known & (above > 0)
            mid[:, named, k] = np.nan
            low[:, named, k] = below[named]
            high[:, named, k] = above[named]
        return Band(mid, low, high)

    def _world_share(self, item: Input) -> tuple[Array, Array, Array]:
        count = len(self.countries)
        mid, low, high = np.zeros(count), np.zeros(count), np.zeros(count)
        share = self.world.country_shares.get(item.input_id)
        if share is None:
            return mid, low, high
        place = {country: c for c, country in enumerate(self.countries[:-1])}
        for country, value in share.shares.items():
            self.used.update(dict.fromkeys(value.statement_ids))
            if country not in place:
                continue  # beyond the rows of the arrays: part of what is not identified
            c = place[country]
            mid[c] = np.nan if value.value is None else value.value
            low[c], high[c] = value.low, value.high
        return mid, low, high

    def _plausible(self) -> Array:
        """Who may hold a part of what no source attributes: who matters in the family."""
        least = self.assume["plausible_unattributed"].value or 0.0
        family: dict[str, Array] = defaultdict(lambda: np.zeros(len(self.countries)))
        size: dict[str, int] = defaultdict(int)
        for item in self.inputs:
            share = np.nan_to_num(self._world_share(item)[0])
            if share.sum() > 0:
                family[item.family] += share
                size[item.family] += 1
        out = np.zeros((len(self.countries), len(self.inputs)), dtype=bool)
        for k, item in enumerate(self.inputs):
            named = np.isnan(self._world_share(item)[0])
            mean = family[item.family] / max(size[item.family], 1)
            out[:, k] = named | (mean >= least)
        out[-1] = False
        return out

    def _demand(self, tiers: Array, buyers: Band) -> Band:
        sizes = [self.look(f"input:{item.input_id}", "market_size") for item in self.inputs]
        by_stage: dict[str, list[float]] = defaultdict(list)
        for item, size in zip(self.inputs, sizes, strict=True):
            if size is not None and size.value:
                by_stage[item.stage].append(float(np.log(size.value)))
        every = [value for values in by_stage.values() for value in values]
        factor = self.assume["market_size_spread"].value or 1.0
        band = np.empty((3, len(self.inputs)))
        for k, (item, size) in enumerate(zip(self.inputs, sizes, strict=True)):
            if size is None or size.value is None:
                self.assumed("market_size_spread", item.input_id)
                known = by_stage[item.stage] or every
                mean = float(np.exp(np.mean(known))) if known else 1.0
                size = Estimate(mean, mean / factor, mean * factor)
            band[:, k] = size.value or 0.0, size.low, size.high
        out = []
        for world_size, part in zip(band, (buyers.mid, buyers.mid, buyers.mid), strict=True):
            quarter = world_size / _QUARTERS
            out.append(np.vstack([tiers * part[0] * quarter, part[1:] * quarter]))
        return Band(*out)

    # -- components and routes ----------------------------------------------------------------

    def _components(self) -> dict[str, Array]:
        parents = np.zeros((len(self.inputs), PARENTS), dtype=int)
        weight = np.zeros((len(self.inputs), PARENTS))
        links: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for link in self.world.links:
            both = link.source in self.index and link.target in self.index
            if link.relation == "needed_by" and both:
                links[link.target].append((link.essentiality, link.source))
        for target, sources in links.items():
            best = sorted(sources, key=lambda pair: (-pair[0], pair[1]))[:PARENTS]
            for slot, (essentiality, source) in enumerate(best):
                parents[self.index[target], slot] = self.index[source]
                weight[self.index[target], slot] = essentiality
        return {"parents": parents, "parent_weight": weight}

    def _routes(self) -> dict[str, object]:
        products = tuple(self.world.products)
        routes = list(self.world.routes.values())
        requirement = np.zeros((len(routes), len(self.inputs)))
        row = {route.route_id: r for r, route in enumerate(routes)}
        for need in self.world.needs:
            if need.input_id in self.index:
                requirement[row[need.route_id], self.index[need.input_id]] = need.requirement
        start = _band([self.look(f"route:{r.route_id}", "start_yield") for r in routes])
        merit = _band([self.look(f"route:{r.route_id}", "relative_merit") for r in routes])
        return {
            "products": products,
            "routes": tuple(row),
            "route_product": np.array([products.index(r.product_id) for r in routes]),
            "route_tier": np.array([TIERS.index(r.tier) for r in routes]),
            "design_around": np.array([r.design_around for r in routes]),
            "requirement": requirement,
            "start_yield": start,
            "merit": merit,
        }


def _leak_class(item: Input) -> str:
    if item.kind == "chip":
        return LEAK_CLASSES[0]
    return LEAK_CLASSES[2] if item.use == "capital" and item.kind == "tool" else LEAK_CLASSES[1]


def _band(found: Sequence[Estimate | None]) -> Band:
    def part(value: float | None) -> float:
        return np.nan if value is None else value

    return Band(
        np.array([np.nan if e is None else part(e.value) for e in found], dtype=float),
        np.array([np.nan if e is None else e.low for e in found], dtype=float),
        np.array([np.nan if e is None else e.high for e in found], dtype=float),
    )


def _stack(bands: Sequence[Band]) -> Band:
    return Band(
        np.stack([band.mid for band in bands]),
        np.stack([band.low for band in bands]),
        np.stack([band.high for band in bands]),
    )
