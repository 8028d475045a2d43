# SPDX-License-Identifier: Apache-2.0
"""What inputs are to buyers: the expert ratings, files, words."""

import csv
import io
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from chokegraph.chain.networks import (
    ESSENTIAL,
    NON_ESSENTIAL,
    NONE,
    load_essentiality,
    read_network,
)
from chokegraph.chain.networks.sorting import industries_of_kinds
from chokegraph.chain.networks.words import TABLES, columns, country_code, industry_of


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


RATINGS = table(TABLES / "expert_ratings.csv")


def test_the_table_of_ratings_is_whole():
    """55 inputs by 54 industries, as published; the counts are those of the source file."""
    assert len(RATINGS) == 55
    assert all(len(row) == 55 for row in RATINGS)
    cells = Counter(value for row in RATINGS for name, value in row.items() if name != "input")
    assert cells == {"0": 2206, "1": 438, "0.5": 315, "NA": 11}


@pytest.mark.parametrize(
    ("kind", "buyer", "level"),
    [
        # Read off the published tables: critical 1, important 0.5, not critical 0, not rated NA.
        ("C20", "C26", ESSENTIAL),
        ("C28", "C26", NON_ESSENTIAL),
        ("C19", "C26", NONE),
        ("C26", "J61", ESSENTIAL),
        ("C23", "C19", NON_ESSENTIAL),
        ("T", "C26", NONE),
    ],
)
def test_ratings_become_levels(kind, buyer, level):
    found = load_essentiality("expert", [kind, buyer])
    assert found.matrix[0, 1] == level
    assert "Pichler" in found.basis


def test_every_division_belongs_to_one_industry():
    industries = {row["input"] for row in RATINGS}
    sectors = table(TABLES / "sectors.csv")
    assert {row["industry"] for row in sectors} == industries
    divisions = Counter()
    for row in sectors:
        first, _, last = row["divisions"].partition("-")
        divisions.update(range(int(first), int(last or first) + 1))
    assert max(divisions.values()) == 1
    # The divisions of NACE Rev. 2 but 99, extraterritorial bodies, which nobody rated.
    gaps = {4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89}
    assert set(divisions) >= set(range(1, 99)) - gaps


@pytest.mark.parametrize(
    ("code", "industry"),
    [
        ("C26", "C26"),
        ("c26.11", "C26"),
        ("C2611", "C26"),
        ("NACE_C20", "C20"),
        ("C10T12", "C10-C12"),
        ("C10-C12", "C10-C12"),
        ("R_S", "R_S"),
        ("S95", "R_S"),
        ("J62_J63", "J62_J63"),
        ("Q86", "Q"),
        ("A26", ""),
        ("26", ""),
        ("lithography", ""),
        ("C99", ""),
    ],
)
def test_codes(code, industry):
    assert industry_of(code) == industry


def test_digits_count_only_where_somebody_says_so():
    assert load_essentiality("auto", ["20", "26"]).basis.startswith("every input is essential")
    assert load_essentiality("expert", ["20", "26"]).matrix[0, 1] == ESSENTIAL
    assert load_essentiality("auto", ["A", "B"]).basis.startswith("every input is essential")
    assert load_essentiality("auto", ["C26", "B"]).matrix[0, 1] == NONE


def test_products_take_the_industry_of_their_only_kind_of_supplier():
    rows = pl.DataFrame(
        {
            "supplier": ["chem", "glass", "chem"],
            "customer": ["chips", "chips", "chips"],
            "product": ["resist", "mixed", "mixed"],
            "value": [1.0, 1.0, 1.0],
        }
    )
    nodes = pl.DataFrame({"id": ["chem", "glass", "chips"], "sector": ["C20", "C23", "C26"]})
    network, _ = read_network(rows, nodes)
    at = network.sector_names.index
    assert network.essentiality[at("resist"), at("C26")] == ESSENTIAL
    assert network.essentiality[at("mixed"), at("C26")] == NON_ESSENTIAL
    kinds = industries_of_kinds(
        network.sector_names, network.sectors[network.supplier], network.kind
    )
    assert kinds[at("resist")] == "C20"
    assert kinds[at("mixed")] == ""


def test_a_matrix_and_a_list_say_the_same(tmp_path: Path):
    matrix = tmp_path / "m.csv"
    matrix.write_text("input,a,b\na,2,1\nb,0,2\n", encoding="utf-8")
    listed = tmp_path / "l.csv"
    listed.write_text(
        "input,buyer,rating\n*,*,essential\na,b,non-essential\nb,a,none\n", encoding="utf-8"
    )
    survey = tmp_path / "s.csv"
    survey.write_text("input,a,b\na,1,0.5\nb,0,1\n", encoding="utf-8")
    wanted = [[ESSENTIAL, NON_ESSENTIAL], [NONE, ESSENTIAL]]
    for path in (matrix, listed, survey):
        assert load_essentiality(path, ["a", "b"]).matrix.tolist() == wanted


def test_what_is_not_rated_is_essential_and_said(tmp_path: Path):
    path = tmp_path / "l.csv"
    path.write_text("input,buyer,rating\na,*,none\n", encoding="utf-8")
    found = load_essentiality(path, ["a", "b"])
    assert found.matrix.tolist() == [[NONE, NONE], [ESSENTIAL, ESSENTIAL]]
    assert "no rating for 1 inputs of the network (b)" in found.findings[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("input,buyer,rating\na,b,1\nb,a,0\n", "ratings of 0 and 1 only"),
        ("input,buyer,rating\na,b,2\nb,a,0.5\n", "1 would mean two things"),
        ("input,buyer,rating\na,b,vital\n", "'vital' is no rating"),
        ("input,buyer,rating\n", "no rating in it"),
    ],
)
def test_ratings_that_cannot_be_understood(tmp_path: Path, text, message):
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    errors = [
        one for one in load_essentiality(path, ["a", "b"]).findings if one.severity == "error"
    ]
    assert any(message in str(one) for one in errors)


def test_countries_are_those_that_the_rules_use():
    rules = Path(__file__).parents[3] / "src" / "chokegraph" / "rules" / "tables"
    ours = table(TABLES / "countries.csv")
    theirs = table(rules / "countries.csv")
    assert [(row["code"], row["name"]) for row in ours] == [
        (row["code"], row["name"]) for row in theirs
    ]
    names = {
        row["name"]: row["codes"]
        for row in table(rules / "country_names.csv")
        if ";" not in row["codes"]
    }
    for name, code in names.items():
        assert country_code(name) == code, name
    threes = [row["code3"] for row in ours]
    assert len(set(threes)) == len(threes)
    assert all(country_code(three) == row["code"] for three, row in zip(threes, ours, strict=True))


def test_tables_say_where_they_come_from():
    about = table(TABLES / "about.csv")
    told = {row["table"] for row in about}
    assert told == {path.name for path in TABLES.glob("*.csv")} - {"about.csv", "columns.csv"}
    assert all(row["source"] and row["grade"] and row["accessed"] for row in about)


def test_no_column_has_two_meanings():
    for table in ("edges", "nodes", "cuts", "essentiality", "stocks"):
        names = [name for one in columns(table) for name in (one.name, *one.also)]
        assert len(set(names)) == len(names), table
