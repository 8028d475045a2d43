# SPDX-License-Identifier: Apache-2.0
"""Names of lists: what is known by which name, and what is said of one that is not."""

from datetime import date

import polars as pl
import pytest

from chokegraph.parties import read_list
from chokegraph.parties.tables import table
from chokegraph.parties.texts import known_lists, list_code
from chokegraph.rules import load_law
from chokegraph.rules.framing import Framed
from chokegraph.rules.layout import layout
from chokegraph.study.lists import ListJoin


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Denied Persons", "DPL"),
        ("denied_persons_list", "DPL"),
        ("BIS Entity List", "ENTITY_LIST"),
        ("ENTITYLIST", "ENTITY_LIST"),
        ("Entity List (EL) - Bureau of Industry and Security", "ENTITY_LIST"),
        ("US Treasury SDN list", "SDN"),
        ("MEU List", "MEU"),
        ("Non-SDN Chinese Military-Industrial Complex Companies List (CMIC)", "CMIC"),
        ("other: our own watch list", "OTHER"),
    ],
)
def test_a_list_is_known_by_its_usual_names(name, code):
    assert list_code(name) == code


@pytest.mark.parametrize("row", table("lists"), ids=lambda row: row["code"])
def test_codes_and_short_names_mean_their_own_list(row):
    for name in (row["code"], row["short"], row["name_starts"]):
        assert list_code(name) == row["code"]


def test_all_lists_that_the_law_asks_about_are_known():
    assert set(layout(load_law())["party_lists"].codes) <= known_lists()


def test_a_list_that_is_not_known_is_told_once_with_what_was_meant(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "name,list,from\nA,Entity Liste X,2020-01-01\nB,FOOLIST,2020-01-01\nC,FOOLIST,2020-01-01\n",
        encoding="utf-8",
    )
    said = [str(finding) for finding in read_list(path).findings]
    assert len(said) == 1
    assert ":3:" in said[0]
    assert "'FOOLIST' is no list that is known; the listing of its 2 parties" in said[0]
    path.write_text("name,list,from\nA,Entiti List,2020-01-01\n", encoding="utf-8")
    assert "did you mean ENTITY_LIST?" in str(read_list(path).findings[0])


def test_a_party_on_a_list_that_is_not_known_is_never_free(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "name,list,from\nAcme Semi,FOOLIST,2020-01-01\nBeta Fab,FOOLIST,2020-01-01\n"
        "Beta Fab,EL,2020-01-01\nGamma,FOOLIST,2020-01-01\nGamma,UVL,2020-01-01\n"
        "Delta,other: ours,2020-01-01\n",
        encoding="utf-8",
    )
    join = ListJoin([read_list(path)], load_law())
    names = ["Acme Semi", "Beta Fab", "Gamma", "Delta", "Nobody Known"]
    days = pl.DataFrame({"as_of": [date(2025, 1, 1)] * len(names)})
    facts, notes = join(Framed(days, pl.DataFrame({"end_user": names})))
    assert facts["party_lists"].to_list() == [None, "ENTITY_LIST", None, "OTHER", ""]
    assert notes["listed_parties"][0] == "end_user: Acme Semi (FOOLIST)"
