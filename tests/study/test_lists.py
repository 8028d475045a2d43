# SPDX-License-Identifier: Apache-2.0
"""Names of a file are looked up on lists, whatever characters they hold."""

from datetime import date

import polars as pl
import pytest

from chokegraph.parties.model import ListEntry, PartyList
from chokegraph.rules import load_law
from chokegraph.rules.framing import Framed
from chokegraph.study.lists import ListJoin


@pytest.fixture(scope="module")
def join():
    entry = ListEntry(list="ENTITY_LIST", name="Example Fab", countries=("CN",))
    return ListJoin([PartyList("mine.csv", "own", "", (entry,))], load_law())


@pytest.mark.parametrize("name", ["Exam\x1fple", "\x1f", "Exam\x1f\x1fple\x1f", "Exam\nple\x00"])
def test_a_name_may_hold_any_character(join, name):
    days = pl.DataFrame({"as_of": [date(2025, 1, 1)] * 2})
    texts = pl.DataFrame({"end_user": [name, "Example Fab"], "end_user_country": ["CN", "CN"]})
    facts, notes = join(Framed(days, texts))
    assert facts["party_lists"].to_list()[1] == "ENTITY_LIST"
    assert notes["listed_parties"].to_list()[0] == ""


def test_a_country_still_tells_two_of_a_name_apart(join):
    days = pl.DataFrame({"as_of": [date(2025, 1, 1)] * 2})
    texts = pl.DataFrame({"end_user": ["Example Fab"] * 2, "end_user_country": ["CN", "US"]})
    facts, _ = join(Framed(days, texts))
    assert facts["party_lists"].to_list() == ["ENTITY_LIST", None]
