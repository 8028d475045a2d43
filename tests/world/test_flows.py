# SPDX-License-Identifier: Apache-2.0
"""Supply links as legal facts: whole, dated, with unknown kept apart from no."""

from __future__ import annotations

import csv
import datetime as dt
import shutil

import polars as pl
import pytest

from chokegraph.errors import FindingsError
from chokegraph.world import load_world
from chokegraph.world.flows import cases, change_days, flows, links
from chokegraph.world.legal import check_legal, load_legal_facts
from chokegraph.world.legal_schema import LEGAL_TABLES
from chokegraph.world.load import FACTS

PARTS = ("item", "sector", "buyer", "place")
BEFORE, AFTER = dt.date(2024, 12, 1), dt.date(2024, 12, 2)


@pytest.fixture(scope="module")
def world():
    return load_world("builtin@2024")


@pytest.fixture(scope="module")
def found(world):
    return links(world, "CN")


def case_of(table, **where):
    return table.filter(*(pl.col(name) == value for name, value in where.items())).to_dicts()


def test_every_foreign_provider_of_every_input_is_there(world, found):
    have = set(found.select("input", "country").unique().iter_rows())
    for item in world.inputs.values():
        if item.use == "none":
            continue
        for country, share in world.country_shares[item.input_id].shares.items():
            if country not in ("CN", "ZZ") and share.high > 0:
                assert (item.input_id, country) in have
    assert not {"CN", "ZZ"} & set(found["country"])


def test_the_parts_of_a_link_are_the_whole_link(found):
    weight = pl.col("item_middle")
    for part in PARTS[1:]:
        weight = weight * pl.col(f"{part}_middle")
    sums = found.group_by("input", "country", "tier", "activity").agg(weight.sum().alias("all"))
    # Services are sold as services only, so each activity is whole where it is.
    assert sums["all"].to_list() == pytest.approx([1.0] * sums.height)
    for part in PARTS:
        low, middle, high = (found[f"{part}_{end}"] for end in ("low", "middle", "high"))
        assert ((low <= middle) & (middle <= high)).all()
        assert ((low >= 0) & (high <= 1)).all()


def test_only_tools_are_serviced_after_the_sale(world, found):
    for activity in ("servicing", "support"):
        inputs = found.filter(activity=activity)["input"].unique()
        kinds = {world.inputs[name].kind for name in inputs}
        assert kinds <= {"tool", "service"}
    assert found.filter(input="duv-servicing")["activity"].unique().to_list() == ["servicing"]


def test_a_link_has_the_numbers_of_its_day(world):
    def number(day):
        table = flows(world, "CN", on=day)
        rows = case_of(
            table, input="arf-immersion-overlay-2p4", item_class="scanner-immersion-2p4",
            country="NL", activity="sale",
        )  # fmt: skip
        assert {row["destination"] for row in rows} == {"CN"}
        return {row["eccn"] for row in rows}

    assert number(dt.date(2023, 11, 16)) == {"3B991"}
    assert number(dt.date(2023, 11, 17)) == {"3B001.f.1.b.2.b"}
    assert number(AFTER) == {"3B993.f.1"}


def test_buyers_are_listed_from_the_day_of_their_listing(world, found):
    def lists(day, known_on=None):
        table = found.join(cases(world, "CN", on=day, known_on=known_on), on="case")
        rows = case_of(table, buyer_class="fab-logic-fn5", input="ald-tools")
        return {(row["party_lists"], row["party_footnotes"]) for row in rows}

    assert lists(dt.date(2020, 12, 17)) == {("", "")}
    assert lists(BEFORE) == {("ENTITY_LIST", "")}
    assert lists(AFTER) == {("ENTITY_LIST", "5")}
    assert lists(dt.date(2030, 1, 1), known_on=BEFORE) == {("ENTITY_LIST", "")}


def test_what_is_known_bounds_acts_and_not_what_plants_do(world, found):
    known = dt.date(2022, 1, 2)
    table = found.join(cases(world, "CN", on=AFTER, known_on=known), on="case")
    dram = case_of(table, buyer_class="fab-dram", input="ald-tools", activity="sale")
    assert {row["dram_half_pitch_nm__high"] for row in dram} == {16.5}
    assert {row["eccn"] for row in dram} == {"3B991"}


def test_unknown_is_blank_and_what_does_not_apply_is_not(world):
    table = flows(world, "CN", on=AFTER)
    (tool,) = {
        (row["contains_us_ic"], row["plant_direct_product_of_us"], row["technology_eccns"])
        for row in case_of(table, input="ald-tools", country="JP", activity="sale")
    }
    assert tool == (None, None, "")
    scanner = case_of(table, input="euv-low-na-lithography", country="NL", activity="sale")[0]
    assert scanner["wavelength_nm__low"] == scanner["wavelength_nm__high"] == 13.5
    resist = case_of(table, input="resist-krf", country="JP", activity="sale")[0]
    assert resist["wavelength_nm__low"] != resist["wavelength_nm__low"]
    assert resist["fab_node"] in ("mature", "unknown", "n/a")
    people = case_of(table, input="ald-tools", country="US", activity="support")
    assert {row["eccn"] for row in people} == {"NOT_SUBJECT"}
    assert {row["us_person"] for row in people} == {True}
    assert {row["activity_item"] for row in people} == {"3B001.d.8", "3B991"}
    assert not case_of(table, input="ald-tools", country="US", activity="sale")[0][
        "sme_development"
    ]


def test_the_method_of_the_world_is_the_same_table(world):
    assert world.flows("CN", on=AFTER).equals(flows(world, "CN", on=AFTER))


def test_facts_change_on_the_days_of_the_packages():
    days = change_days()
    assert list(days) == sorted(days)
    assert {dt.date(2022, 10, 7), dt.date(2023, 11, 17), AFTER} <= set(days)


def test_the_bundled_tables_hold_together(world):
    tables = load_legal_facts().tables
    assert [str(finding) for finding in check_legal(tables, world)] == []
    for row in tables["item_classes"].rows:
        assert row["grade"] == "X" or row["locator"], row


@pytest.mark.parametrize(
    ("table", "column", "old", "new", "message"),
    [
        ("legal_items", "item_class", "scanner-euv", "scanner-uev", "no known item_class"),
        ("buyer_facts", "buyer_class", "fab-dram", "fab-drum", "no known buyer_class"),
        ("buyer_classes", "part", "0.27", "0.37", "sum to 1.1"),
        ("item_classes", "from", "2023-11-17", "2023-11-31x", "is not a date"),
        ("production_facts", "us_person", "true", "yes", "is not allowed here"),
        ("buyer_facts", "facts", "individual_authorisation=true", "individual", "not name=value"),
    ],
)
def test_a_mistake_is_found_with_its_line(tmp_path, table, column, old, new, message):
    for name in LEGAL_TABLES:
        shutil.copy(FACTS / f"{name}.csv", tmp_path)
    path = tmp_path / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    line = next(n for n, row in enumerate(rows[1:], start=2) if row[at] == old)
    rows[line - 1][at] = new
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(FindingsError) as caught:
        load_legal_facts(tmp_path)
    first = next(f for f in caught.value.findings if message in f.message)
    assert first.file == str(path)
    assert first.line is not None
    if message != "sum to 1.1":
        assert first.line == line
