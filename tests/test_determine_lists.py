# SPDX-License-Identifier: Apache-2.0
"""Lists of parties meet the rows of a file: what is sure, what is possible, what stays open."""

from datetime import date

import polars as pl
import pytest

from chokegraph.parties import ListEntry, PartyList
from chokegraph.rules import load_law
from chokegraph.rules.framing import Framed
from chokegraph.study.lists import ListJoin


@pytest.fixture(scope="module")
def law():
    return load_law()


def entry(name, **more):
    return ListEntry(list=more.pop("code", "ENTITY_LIST"), name=name, **more)


@pytest.fixture(scope="module")
def join(law):
    entries = (
        entry("Example Fab", footnotes=("5",), scope="all", policy="denial", countries=("CN",)),
        entry("Example Army Works", code="MEU", scope="supp2_744"),
        entry("Example Once Listed", start=date(2020, 1, 1), end=date(2021, 1, 1)),
        entry("Example Laboratory of Circuits", policy="744.23_d", exceptions=("RFF",)),
    )
    return ListJoin([PartyList("made-up.csv", "own", "", entries)], law)


def joined(join, rows, **facts):
    """Join rows of (day, purchaser, intermediate, consignee, end user, its country)."""
    names = ("purchaser", "intermediate_consignee", "ultimate_consignee", "end_user")
    texts = pl.DataFrame(
        {
            name: pl.Series([row[at + 1] for row in rows], dtype=pl.String)
            for at, name in enumerate(names)
        }
    ).with_columns(end_user_country=pl.Series([row[5] for row in rows], dtype=pl.String))
    days = pl.DataFrame({"as_of": [row[0] for row in rows], **facts})
    found, notes = join(Framed(days, texts))
    return found.hstack(notes).to_dicts()


DAY = date(2025, 1, 1)


def test_lists_meet_rows(join):
    rows = joined(
        join,
        [
            (DAY, "A Co", None, "B Ltd", "EXAMPLE FAB LIMITED", "CN"),
            (DAY, "A Co", None, "B Ltd", "Nobody Known", "CN"),
            (DAY, "A Co", None, None, "Nobody Known", "CN"),
            (DAY, "A Co", "example army works", "B Ltd", "Example Fab", "HK"),
            (date(2020, 6, 1), "A Co", None, "B Ltd", "Example Once Listed", "CN"),
            (DAY, "A Co", None, "B Ltd", "Example Once Listed", "CN"),
            (DAY, "A Co", None, "B Ltd", "Exampel Laboratory of Circuit", "CN"),
            (DAY, "A Co", None, "B Ltd", "Example Fab", "US"),
            (DAY, None, None, None, "Example Laboratory of Circuits", "CN"),
            (DAY, None, None, None, "Example Army Works", "CN"),
        ],
    )
    fab, clean, unnamed, both, once, past, near, elsewhere, hit, open_army = rows
    assert (fab["party_lists"], fab["party_footnotes"]) == ("ENTITY_LIST", "5")
    assert (fab["party_list_policy"], fab["party_list_scope"]) == ("denial", "all")
    assert fab["listed_parties"] == "end_user: Example Fab (ENTITY_LIST, footnote 5)"
    assert (clean["party_lists"], clean["party_list_scope"]) == ("", "n/a")
    assert unnamed["party_lists"] is None  # someone takes part whom nobody names
    assert both["party_lists"] == "ENTITY_LIST;MEU"
    assert both["party_list_scope"] == "all"
    assert once["party_lists"] == "ENTITY_LIST"
    assert past["party_lists"] == ""
    for open_ in (near, elsewhere):
        assert open_["party_lists"] is None
        assert open_["knowledge_red_flag"] is True
        assert open_["possible_matches"]
        assert not open_["listed_parties"]
    assert hit["party_lists"] == "ENTITY_LIST"  # a listing that is sure is not lost
    assert hit["party_list_exceptions"] == "RFF"
    assert open_army["party_lists"] is None  # that nobody is on the Entity List cannot be said
    assert open_army["listed_parties"]


def test_what_a_row_says_itself_stays(join):
    rows = joined(
        join,
        [(DAY, "A", None, "B", "Exampel Laboratory of Circuit", "CN")] * 2,
        party_lists=["", None],
    )
    assert rows[0]["party_lists"] is None  # nothing is added to the row's own "none"
    assert rows[0]["knowledge_red_flag"] is None
    assert rows[1]["knowledge_red_flag"] is True


def test_no_names_no_facts(join):
    found, notes = join(Framed(pl.DataFrame({"as_of": [DAY]}), pl.DataFrame({"id": ["1"]})))
    assert not found.width
    assert not notes.width
