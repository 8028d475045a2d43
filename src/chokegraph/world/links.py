# SPDX-License-Identifier: Apache-2.0
"""Which supply links there are: the parts that items, buyers and places have in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from chokegraph.world.legal import LegalFacts
from chokegraph.world.model import UNKNOWN_PROVIDER, Input, World
from chokegraph.world.schema import TIERS
from chokegraph.world.tables import Row

if TYPE_CHECKING:
    import polars as pl

SALE, SERVICING, SUPPORT = "sale", "servicing", "support"
"""What is done: goods sold, tools serviced, people sent."""

Part = tuple[float, float, float]

_WHOLE: Part = (1.0, 1.0, 1.0)
_SERVICE_FAMILY = "family:servicing"
_MOST_KEPT = 4


@dataclass(frozen=True)
class Case:
    """What the law can tell apart: item, activity, provider, place and buyer."""

    item_class: str
    activity: str
    country: str
    place: str
    production: int
    buyer_class: str


@dataclass(frozen=True)
class Built:
    """The links, and their cases: the columns of `Case` with their number."""

    links: pl.DataFrame
    cases: pl.DataFrame


_kept: dict[tuple[int, str, str], tuple[World, Built]] = {}


def build(world: World, target: str, tables: LegalFacts) -> Built:
    """Build the links once for each world, target and tables."""
    key = (id(world), target, tables.digest)
    if key not in _kept:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = world, _build_links(world, target, tables)
    return _kept[key][1]


def _build_links(world: World, target: str, tables: LegalFacts) -> Built:
    import polars as pl

    numbers: dict[Case, int] = {}
    rows: list[tuple[Any, ...]] = []
    parts = _Parts(tables)
    for item in world.inputs.values():
        shares = world.country_shares.get(item.input_id)
        if item.use == "none" or shares is None:
            continue
        for country, share in shares.shares.items():
            if country in (target, UNKNOWN_PROVIDER) or share.high <= 0:
                continue
            for case, names, weights in _of_link(item, country, parts):
                number = numbers.setdefault(case, len(numbers))
                rows.append((number, item.input_id, country, *names, *weights))
    names = ("input", "country", "tier", "activity", "sector", "buyer_class", "item_class", "place")
    schema: dict[str, Any] = {"case": pl.Int64, **dict.fromkeys(names, pl.String)}
    for part in ("item", "sector", "buyer", "place"):
        for end in ("low", "middle", "high"):
            schema[f"{part}_{end}"] = pl.Float64
    about: dict[str, Any] = {"case": list(range(len(numbers)))}
    about |= {one.name: [getattr(case, one.name) for case in numbers] for one in fields(Case)}
    return Built(pl.DataFrame(rows, schema=schema, orient="row"), pl.DataFrame(about))


def _of_link(
    item: Input, country: str, parts: _Parts
) -> Iterator[tuple[Case, tuple[str, ...], tuple[float, ...]]]:
    """Yield the cases of one provider country and input, with their names and weights."""
    ways = [(SALE, parts.production(_subjects(item), country))]
    if item.kind == "tool" and item.use == "capital":
        own = parts.production((_SERVICE_FAMILY,), country)
        ways.append((SERVICING, own))
        if any(parts.sends_us_persons(row) for _, row, _ in own):
            ways.append((SUPPORT, own))
    for tier in TIERS:
        classes = parts.items(item, tier)
        sectors = parts.sectors(item)
        for way, made in ways:
            for item_class, item_part in classes:
                activity = SERVICING if parts.is_service(item_class) else way
                for sector, sector_part in sectors:
                    for buyer, buyer_part in parts.buyers(sector, tier):
                        for place, row, place_part in made:
                            case = Case(item_class, activity, country, place, row, buyer)
                            names = (tier, activity, sector, buyer, item_class, place)
                            weights = (*item_part, *sector_part, *buyer_part, *place_part)
                            yield case, names, weights


def _subjects(item: Input) -> tuple[str, ...]:
    """The subjects of an input, the narrowest first."""
    return (f"input:{item.input_id}", f"family:{item.family}", f"kind:{item.kind}")


class _Parts:
    """The tables of parts, by what they are looked up with."""

    def __init__(self, tables: LegalFacts) -> None:
        self._items: dict[tuple[str, str], list[Row]] = {}
        for row in tables.rows("legal_items"):
            for tier in row["tier"] if isinstance(row["tier"], tuple) and row["tier"] else TIERS:
                self._items.setdefault((str(row["subject_id"]), str(tier)), []).append(row)
        self._sectors: dict[str, list[Row]] = {}
        for row in tables.rows("buyer_sectors"):
            self._sectors.setdefault(str(row["subject_id"]), []).append(row)
        self._buyers: dict[tuple[str, str], list[Row]] = {}
        for row in tables.rows("buyer_classes"):
            for tier in (str(row["tier"]),) if row["tier"] else TIERS:
                self._buyers.setdefault((str(row["sector"]), tier), []).append(row)
        self._us_persons: set[int] = set()
        self._made: dict[tuple[str, str], list[tuple[int, Row]]] = {}
        for number, row in enumerate(tables.rows("production_facts")):
            key = (str(row["subject_id"]), str(row["country"]))
            self._made.setdefault(key, []).append((number, row))
            if row["us_person"] != "false":
                self._us_persons.add(number)
        self._services = {
            str(row["item_class"])
            for row in tables.rows("item_classes")
            if row["item_kind"] == "service"
        }

    def sends_us_persons(self, row: int) -> bool:
        """Whether people of the provider may be US persons: others need no link of their own."""
        return row in self._us_persons

    def is_service(self, item_class: str) -> bool:
        return item_class in self._services

    def items(self, item: Input, tier: str) -> list[tuple[str, Part]]:
        for subject in _subjects(item):
            if (subject, tier) in self._items:
                rows = self._items[subject, tier]
                return [(str(row["item_class"]), part) for row, part in _whole(rows)]
        message = f"no class of items for {item.input_id}"
        raise LookupError(message)

    def sectors(self, item: Input) -> list[tuple[str, Part]]:
        for subject in _subjects(item):
            if subject in self._sectors:
                return [(str(row["sector"]), part) for row, part in _whole(self._sectors[subject])]
        message = f"no buyers of {item.input_id}"
        raise LookupError(message)

    def buyers(self, sector: str, tier: str) -> list[tuple[str, Part]]:
        rows = self._buyers.get((sector, tier), [])
        return [(str(row["buyer_class"]), part) for row, part in _whole(rows)]

    def production(self, subjects: tuple[str, ...], country: str) -> list[tuple[str, int, Part]]:
        for subject in subjects:
            for who in (country, "*"):
                rows = self._made.get((subject, who))
                if rows:
                    by_row = {id(row): number for number, row in rows}
                    return [
                        (str(row["place"] or country), by_row[id(row)], part)
                        for row, part in _whole([row for _, row in rows])
                    ]
        message = f"nothing says how {subjects[0]} of {country} is made"
        raise LookupError(message)


def _whole(rows: list[Row]) -> list[tuple[Row, Part]]:
    """Give each row its part; the row without one takes the rest."""
    given: list[Part] = []
    for row in rows:
        part = (row["low"], row["part"], row["high"])
        if all(isinstance(number, float) for number in part):
            given.append(part)  # type: ignore[arg-type]  # just checked
    sums = [sum(part[end] for part in given) for end in range(len(_WHOLE))]
    rest = tuple(max(1.0 - sums[end], 0.0) for end in (2, 1, 0))
    found, left = [], iter(given)
    for row in rows:
        known = isinstance(row["part"], float)
        found.append((row, next(left) if known else (rest[0], rest[1], rest[2])))
    return found
