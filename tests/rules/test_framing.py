# SPDX-License-Identifier: Apache-2.0
"""Rows of a file become facts: intervals, parties by role, and what other files add."""

from datetime import date

import polars as pl
import pytest
from tests.rules.small_law import small_law

from chokegraph.rules import load_law
from chokegraph.rules.enriching import enrich
from chokegraph.rules.framing import Framed, Framer, without
from chokegraph.rules.layout import layout, match_header
from chokegraph.rules.rowwise import row_values
from chokegraph.rules.values import Interval

DAY = date(2024, 1, 5)


@pytest.fixture(scope="module")
def law():
    return small_law()


def test_intervals_in_one_column_or_two(law):
    header = match_header(["eccn", "to", "from", "origin", "Power low", "Power high"], layout(law),
                          dated=True)  # fmt: skip
    framer = Framer(law, header, as_of=DAY)
    batch = pl.DataFrame(
        {
            "eccn": ["EAR99"] * 4,
            "to": ["CN"] * 4,
            "from": ["US"] * 4,
            "origin": ["US"] * 4,
            "Power low": ["1", "5", None, "7"],
            "Power high": ["2", "4", "3", "7"],
        }
    )
    framed = framer.frame(batch)
    assert list(framed.bad) == [1]
    good, kept = without(framed, 4)
    assert kept.tolist() == [0, 2, 3]
    values = [row_values(row, law).get("power") for row in good.facts.iter_rows(named=True)]
    assert values == [Interval(1.0, 2.0), None, 7.0]


def test_enrichers_fill_and_never_overwrite():
    framed = Framed(
        pl.DataFrame({"content": [1.0, None], "lists": ["A", None]}), pl.DataFrame(), {}
    )

    def add(batch):
        facts = pl.DataFrame(
            {"content__low": [5.0, 5.0], "content__high": [6.0, 6.0], "lists": ["B", "B"]}
        )
        return facts, pl.DataFrame({"note": ["x", "y"]})

    more, notes = enrich(framed, add)
    assert more.facts["content__low"].to_list() == [1.0, 5.0]
    assert more.facts["content__high"].to_list() == [1.0, 6.0]
    assert more.facts["lists"].to_list() == ["A", "B"]
    assert "content" not in more.facts.columns
    assert notes["note"].to_list() == ["x", "y"]


def test_parties_by_role_give_countries_and_headquarters():
    header = match_header(
        ["as_of", "eccn", "origin", "destination", "Buyer", "Buyer HQ", "Intermediate",
         "Intermediate HQ", "End user", "End user HQ"],
        layout(load_law()),
    )  # fmt: skip
    rows = [
        ("A", "US", None, None, "B", "China"),
        ("A", "US", "C", None, "B", "CN"),
        ("A", "US", None, None, "unknown", None),
        ("A", "US", None, None, "N/A", None),
        ("A", "Nowhere", "C", "Taiwan", "B", "CN"),
    ]
    batch = pl.DataFrame(
        [("2024-01-05", "EAR99", "US", "FR", *row) for row in rows],
        schema=header.sources,
        orient="row",
    )
    framed = Framer(load_law(), header).frame(batch)
    assert framed.facts["party_headquarters"].to_list()[:4] == ["CN;US", None, None, "US"]
    assert list(framed.bad) == [4]
    assert framed.texts["end_user"].to_list()[2:4] == [None, "n/a"]
