# SPDX-License-Identifier: Apache-2.0
"""The supply links to a target as plain tables of legal facts.

A link is one provider country's sales of one input to one class of buyers in the target, by tier of
production, class of item and place of export. For tools there is servicing too and, from providers
whose people may be US persons, support by people. Many links share their legal facts, so these
stand apart: `links` lists the links with the number of their *case*, `cases` the facts of each case
on a day, and `flows` joins the two.

No law is applied here. In `cases` a blank is a fact that is not known; "n/a", not-a-number, no and
an empty set stand for facts that do not apply.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chokegraph.world.legal import LegalFacts, fact_value, load_legal_facts, words
from chokegraph.world.links import SALE, SERVICING, SUPPORT, build
from chokegraph.world.model import World
from chokegraph.world.tables import Cell, Row

if TYPE_CHECKING:
    import polars as pl

NOT_APPLICABLE = "n/a"
"""What a word that does not apply to a row reads."""

Value = bool | float | str | tuple[float, float] | None
Facts = dict[str, Value]

_SERVES = "serves"  # names the class of items that a class of services is about
_SERVICE_CLASS = "service-tool"
_FLAGS = (
    "contains_us_ic",
    "contains_ic_from_us_tool_plant",
    "plant_direct_product_of_us",
    "us_person",
)
_WORDS = (
    "eccn",
    "item_kind",
    "activity_item",
)
_SETS = (
    "other_list_entries",
    "technology_eccns",
    "party_countries",
    "party_footnotes",
    "party_headquarters",
    "party_lists",
)
_CONTENT = "us_content_pct"
_MADE = (*_FLAGS, "technology_eccns", _CONTENT)
_ABSENT: Mapping[str, Value] = {
    "flag": False,
    "number": float("nan"),
    "set": "",
    "word": NOT_APPLICABLE,
}


def flows(
    world: World,
    target: str = "CN",
    *,
    on: dt.date,
    known_on: dt.date | None = None,
    facts: LegalFacts | None = None,
) -> pl.DataFrame:
    """Return every supply link to a target with its legal facts on a day.

    Args:
        world: The facts; who provides what is as in its shares.
        target: The country that is supplied.
        on: The day.
        known_on: Leave out acts of governments (listings, export-control numbers) that came into
            force after this day; None: leave out none.
        facts: The tables of legal facts; those that come with the package if None.

    Returns:
        A row per link: the columns of `links`, then a column per fact.

    Example:
        >>> from chokegraph.world import load_world
        >>> table = flows(load_world("builtin@2024"), "CN", on=dt.date(2025, 3, 1))
        >>> one = table.filter(input="euv-low-na-lithography", country="NL", activity="sale")
        >>> one["eccn"].unique().to_list(), one["origin"].unique().to_list()
        (['3B001.f.1.a'], ['NL'])
    """
    found = links(world, target, facts=facts)
    about = cases(world, target, on=on, known_on=known_on, facts=facts).drop("activity")
    return found.join(about, on="case", how="left", maintain_order="left")


def links(world: World, target: str = "CN", *, facts: LegalFacts | None = None) -> pl.DataFrame:
    """Return every supply link to a target, with its weights; see `flows`.

    Returns:
        Columns: case, input, country (of the provider), tier, activity, sector, buyer_class,
        item_class and place (of export); and, each as low, middle and high, the part of the
        link's purchases that is of this class of item (`item`), that the sector buys (`sector`),
        that the class of buyers buys within the sector (`buyer`), and that is exported from the
        place (`place`).
    """
    return build(world, target, facts or load_legal_facts()).links


def cases(
    world: World,
    target: str = "CN",
    *,
    on: dt.date,
    known_on: dt.date | None = None,
    facts: LegalFacts | None = None,
) -> pl.DataFrame:
    """Return the legal facts of every case on a day; see `flows`."""
    import polars as pl

    tables = facts or load_legal_facts()
    known = on if known_on is None else min(on, known_on)
    classes = _classes_on(tables.rows("item_classes"), known)
    buyers = _buyers_on(tables.rows("buyer_facts"), on, known)
    kinds = _kinds(tables)
    people = pl.col("activity") == SUPPORT
    keys = [("item_class", "activity"), ("production", "activity"), ("buyer_class",)]
    found = build(world, target, tables).cases
    names = (_WORDS + _stated(tables, "item_classes"), _MADE, _stated(tables, "buyer_facts"))
    rows = (_item_rows(classes), _production_rows(tables), _buyer_rows(buyers))
    for by, have, each in zip(keys, names, rows, strict=True):
        part = _frame(each, by, {name: kinds[name] for name in have})
        found = found.join(part, on=by, how="left", maintain_order="left")
    listed = [
        f"{row['item_class']}/{row['country']}"
        for row in tables.rows("national_lists")
        if str(row["from"]) <= known.isoformat()
    ]
    own_list = pl.concat_str("item_class", "place", separator="/").is_in(listed) & ~people
    place = pl.when(people).then(pl.lit(NOT_APPLICABLE)).otherwise(pl.col("place"))
    return found.with_columns(
        origin=place,
        made_in=place,
        exporter_country=pl.when(people).then(pl.lit(target)).otherwise(pl.col("place")),
        exporter_hq=pl.col("country"),
        origin_country_lists_item=own_list,
        destination=pl.lit(target),
        final_destination=pl.lit(target),
    ).drop("item_class", "production", "buyer_class", "country", "place")


def change_days(facts: LegalFacts | None = None) -> tuple[dt.date, ...]:
    """Return the days on which some legal fact changes, in order.

    Example:
        >>> dt.date(2024, 12, 2) in change_days()
        True
    """
    tables = facts or load_legal_facts()
    days = {
        str(row["from"])
        for name in ("item_classes", "buyer_facts")
        for row in tables.rows(name)
        if row["from"]
    }
    return tuple(sorted(dt.date.fromisoformat(day) for day in days))


@lru_cache(maxsize=1024)
def _parsed(cells: Cell) -> Mapping[str, Value]:
    """Return the facts of a cell; the same cells come up for every day."""
    found: Facts = {}
    for cell in words(cells):
        name, _, text = cell.partition("=")
        value = fact_value(text)
        if name in _SETS and isinstance(value, str):
            # The cell itself is divided by semicolons; "none" is the empty set.
            value = "" if value == "none" else value.replace("+", ";")
        found[name.strip()] = value
    return found


def _classes_on(rows: list[Row], known: dt.date) -> dict[str, Facts]:
    """Return eccn, kind and facts of each class of items; the newest row that is known counts."""
    found: dict[str, Facts] = {}
    for row in sorted(rows, key=lambda row: str(row["from"])):
        if str(row["from"]) <= known.isoformat():
            number, kind = str(row["eccn"]), str(row["item_kind"])
            name = str(row["item_class"])
            found[name] = {"eccn": number, "item_kind": kind, **_parsed(row["facts"])}
    return found


def _buyers_on(rows: list[Row], on: dt.date, known: dt.date) -> dict[str, Facts]:
    """Return the facts of each class of buyers: later rows add to and replace earlier ones."""
    found: dict[str, Facts] = {}
    for row in sorted(rows, key=lambda row: str(row["from"])):
        last = known if row["act"] else on
        if str(row["from"]) <= last.isoformat():
            found.setdefault(str(row["buyer_class"]), {}).update(_parsed(row["facts"]))
    return found


def _item_rows(classes: Mapping[str, Facts]) -> Iterator[tuple[tuple[str, ...], Facts]]:
    for name, facts in classes.items():
        own = dict(facts)
        served = str(own.pop(_SERVES, name))
        about = {"activity_item": classes[served]["eccn"]}
        yield (name, SALE), own
        if served == name:  # a tool that was sold before: parts and know-how
            parts = {key: classes[_SERVICE_CLASS][key] for key in ("eccn", "item_kind")}
            yield (name, SERVICING), {**parts, **about}
        else:
            yield (name, SERVICING), {**own, **about}
        # People on the spot: no item moves.
        yield (name, SUPPORT), {"eccn": "NOT_SUBJECT", "item_kind": "service", **about}


def _production_rows(tables: LegalFacts) -> Iterator[tuple[tuple[Any, ...], Facts]]:
    for number, made in enumerate(tables.rows("production_facts")):
        person: Facts = {"us_person": fact_value(str(made["us_person"]))}
        eccns = ";".join(words(made["technology_eccns"]))
        low, high = made["us_content_low"], made["us_content_high"]
        known = isinstance(low, float) and isinstance(high, float)
        goods: Facts = {
            **{name: fact_value(str(made[name])) for name in _FLAGS},
            "technology_eccns": {"none": "", "unknown": None}.get(eccns, eccns),
            _CONTENT: (low, high) if known else None,  # type: ignore[dict-item]
        }
        for activity in (SALE, SERVICING, SUPPORT):
            yield (number, activity), person if activity == SUPPORT else goods


def _buyer_rows(buyers: Mapping[str, Facts]) -> Iterator[tuple[tuple[str, ...], Facts]]:
    for name, facts in buyers.items():
        yield (name,), facts


def _frame(
    rows: Iterator[tuple[tuple[Any, ...], Facts]], by: tuple[str, ...], kinds: Mapping[str, str]
) -> pl.DataFrame:
    """Return one row for each key, with these facts."""
    import polars as pl

    found = list(rows)
    keys = [pl.Series(name, [key[n] for key, _ in found]) for n, name in enumerate(by)]
    columns = {
        name: [facts.get(name, _ABSENT[kind]) for _, facts in found] for name, kind in kinds.items()
    }
    return pl.DataFrame([*keys, *_series(columns, kinds)])


def _stated(tables: LegalFacts, table: str) -> tuple[str, ...]:
    """Return the facts that some row of a table states, on whatever day."""
    names = (name for row in tables.rows(table) for name in _parsed(row["facts"]))
    return tuple(name for name in dict.fromkeys(names) if name != _SERVES)


def _kinds(tables: LegalFacts) -> dict[str, str]:
    """Return the kind of every fact: flag, number, set or word."""
    kinds: dict[str, str] = {**dict.fromkeys(_WORDS, "word"), **dict.fromkeys(_FLAGS, "flag")}
    kinds |= {_CONTENT: "number", **dict.fromkeys(_SETS, "set")}
    for name in ("item_classes", "buyer_facts"):
        for row in tables.rows(name):
            for fact, value in _parsed(row["facts"]).items():
                if fact not in kinds and fact != _SERVES and value is not None:
                    number = isinstance(value, float | tuple)
                    flag = isinstance(value, bool)
                    kinds[fact] = "flag" if flag else "number" if number else "word"
    return kinds


def _series(columns: Mapping[str, list[Any]], kinds: Mapping[str, str]) -> Iterator[pl.Series]:
    import polars as pl

    for name, values in columns.items():
        kind = kinds[name]
        if kind == "flag":
            yield pl.Series(name, values, dtype=pl.Boolean)
        elif kind != "number":
            yield pl.Series(name, values, dtype=pl.String)
        else:
            for end, suffix in enumerate(("low", "high")):
                ends = [value[end] if isinstance(value, tuple) else value for value in values]
                yield pl.Series(f"{name}__{suffix}", ends, dtype=pl.Float64)
