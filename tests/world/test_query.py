# SPDX-License-Identifier: Apache-2.0
"""Questions about the facts: why, gaps, disagreements, SQL."""

from __future__ import annotations

import pytest

from chokegraph.errors import FindingsError
from chokegraph.world import gaps, query


def fix_of(call, *arguments):
    with pytest.raises(FindingsError) as caught:
        call(*arguments)
    return caught.value.findings[0].fix


def test_why_shows_all_statements_and_the_one_in_use(small):
    reasons = {one.object_id: one for one in query.why(small, "resist", "share")}
    japan = reasons["country:JP"]
    assert len(japan.statements) == 2
    assert japan.chosen.source_id == "paper"
    assert japan.why == "selected for 2023: the paper counts sales, the register only firms"
    assert reasons["country:ZZ"].chosen.value == 0.1


def test_why_names_the_nearest_year(small):
    (china,) = [
        one for one in query.why(small, "scanner-wet", "share") if one.object_id == "country:NL"
    ]
    assert china.chosen.year == 2024
    assert china.why == "nearest year (2024)"


def test_why_without_a_property_gives_all(small):
    assert {one.property for one in query.why(small, "input:scanner-wet")} == {
        "provision_share",
        "provides",
        "grade",
        "qualification_time",
    }
    (one,) = query.why(small, "scanner-wet", "grade", object_id="country:CN")
    assert one.chosen.value == 0.5


def test_why_suggests(small):
    assert fix_of(query.why, small, "scaner", "share") == "did you mean 'scanner'?"
    assert fix_of(query.why, small, "scanner", "market_sizes") == "did you mean 'market_size'?"
    assert "stated are: market_size" in fix_of(query.why, small, "scanner", "grade")


def test_ids_with_and_without_kind(small):
    assert query.find_subject(small, "beta") == "firm:beta"
    assert query.find_subject(small, "country:JP") == "country:JP"
    assert query.find_subject(small, "resists") == "family:resists"
    assert query.find_input(small, "Wet Cleaner").input_id == "cleaner"
    assert fix_of(query.find_input, small, "beta") == "ask: chokegraph data why firm:beta"
    assert fix_of(query.find_input, small, "input:cleanr") == "did you mean 'cleaner'?"


def test_gaps_say_what_is_missing_and_what_is_only_judged(small):
    found = {gap.input_id: gap for gap in gaps.gaps(small)}
    assert "country shares" in found["mystery-gas"].missing
    assert "providers" in found["mystery-gas"].missing
    assert found["resist"].missing.startswith("shares of 2024")
    assert found["scanner-wet"].judged == "qualification time"
    assert "exposure" not in found  # a step is not bought


def test_disagreements(small):
    found = {(one.subject_id, one.property): one for one in gaps.disagreements(small)}
    assert set(found) == {("input:resist", "provision_share"), ("input:scanner", "market_size")}
    resist = found["input:resist", "provision_share"]
    assert resist.apart
    assert resist.chosen.source_id == "paper"
    assert not found["input:scanner", "market_size"].apart


def test_sql(small):
    answer = query.sql(small, "select provider, value from shares where input_id = 'scanner-wet'")
    assert answer.height == 4
    assert answer["value"].null_count() == 1
    assert "tables are" in fix_of(query.sql, small, "select * from nothing_like_it")
    assert fix_of(query.sql, small, "select * from statement") == "did you mean 'statements'?"
    assert "countries has country_id, name" in fix_of(query.sql, small, "select x from countries")
    assert fix_of(query.sql, small, "selec")
    assert fix_of(query.sql, small, "drop table inputs; select 1 from inputs")


@pytest.mark.parametrize(
    "text",
    ["drop table shares", "-- now\n DELETE from shares", "/* all */ create table x as select 1",
     "truncate table shares"],
)  # fmt: skip
def test_sql_that_would_change_something_is_refused(small, text):
    assert fix_of(query.sql, small, text) == "begin with select, with or show"


def test_a_word_of_change_inside_a_query_is_no_change(small):
    found = query.sql(small, "select 'drop' as word, name as created from countries")
    assert found.columns == ["word", "created"]
