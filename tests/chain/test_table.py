# SPDX-License-Identifier: Apache-2.0
import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from chokegraph.chain import chokepoint_table, compile_chain, input_sheet, reach_of_inputs
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.show import as_csv, as_json, deniers_words, sheet_json
from chokegraph.chain.terminal import COLUMNS, sheet_view, table_view
from chokegraph.errors import FindingsError
from chokegraph.world.model import Estimate, Link, Need, Share, Source

from .worlds import COUNTRIES, grade_statement, statement, worlds


def cited_world():
    world = small_world(
        {
            "scanner": {"NL": 0.9, "JP": 0.1},
            "resist": {"JP": 0.8},
            "probe": {"US": 0.5, "CN": 0.5},
            "secret": {"DE": None},
        },
        routes={"logic": ["scanner", "resist", "probe"], "memory": ["resist", "probe", "secret"]},
        statements=[
            statement("s1", "input:scanner", "provision_share", "country:NL", 0.9, 0.8, 1.0),
            statement("s2", "input:probe", "local_share", "country:CN", 0.3, 0.2, 0.4),
            grade_statement("scanner", "CN", 2, 2, 3),
            grade_statement("scanner", "NL", 12, 12, 12),
        ],
    )
    source = Source(
        "src", "A title", "A publisher", "", "2025", "https://example.org", "2026-11-22", "", "", ""
    )
    shares = {
        "NL": Estimate(0.9, 0.8, 1.0, grade="C", statement_ids=("s1",)),
        "JP": Estimate(0.1, 0.0, 0.2, grade="X"),
    }
    share = Share("scanner", "country", 2024, shares, Estimate(0.0, 0.0, 0.0))
    return replace(
        world,
        sources={"src": source},
        country_shares=world.country_shares | {"scanner": share},
    )


def test_rows_by_hand():
    table = chokepoint_table(cited_world(), coalition=["NL", "JP"])
    assert [row.input_id for row in table.rows] == ["resist", "scanner", "probe", "secret"]
    resist, scanner, probe, secret = table.rows
    assert resist.score.value == pytest.approx(0.8)  # holds 0.8, stops both, nothing at home
    assert resist.score.low == pytest.approx(0.8 * 0.8)  # the rest might be the target's own
    assert scanner.score.value == pytest.approx(0.5)  # holds all, stops one of two
    assert (scanner.grade_target, scanner.grade_best) == (2, 12)
    assert scanner.evidence == "X"
    assert scanner.deniers == (("NL",),)
    assert probe.own_share.value == 0.3
    assert probe.own_share_is == "of its purchases"
    assert probe.score.value == 0.0
    assert secret.score.value is None
    assert secret.score.high == pytest.approx(0.5)
    assert table.unscored == (secret,)
    assert resist.stops == ("logic", "memory")


def test_a_stronger_coalition_never_lowers_a_score():
    weak = {r.input_id: r for r in chokepoint_table(cited_world(), coalition=["JP"]).rows}
    strong = {r.input_id: r for r in chokepoint_table(cited_world(), coalition=["JP", "NL"]).rows}
    for input_id, row in weak.items():
        assert (row.score.value or 0.0) <= (strong[input_id].score.value or 0.0)
        assert row.score.high <= strong[input_id].score.high + 1e-12


@settings(max_examples=50, deadline=None)
@given(world=worlds(complete=False), data=st.data())
def test_scores_are_shares_and_inside_their_bounds(world, data):
    who = [c for c in COUNTRIES if c != "CN" and c in world.countries]
    members = data.draw(st.lists(st.sampled_from(who), unique=True)) if who else []
    for row in chokepoint_table(world, coalition=members).rows:
        assert 0.0 <= row.score.low <= row.score.high <= 1.0
        if row.score.value is not None:
            assert row.score.low - 1e-12 <= row.score.value <= row.score.high + 1e-12


def test_reach_weighs_needs_and_takes_the_best_route():
    world = small_world(
        {"euv": {"NL": 1.0}, "bond": {"SG": 1.0}},
        routes={"chip/mono": ["euv"], "chip/stacked": ["bond"]},
        needs=[Need("mono", "euv", 1.0, None), Need("stacked", "bond", 0.4, None)],
    )
    reach = reach_of_inputs(compile_chain(world))
    assert reach["euv"].lost == {}  # the stacked route is left
    assert reach["bond"].lost == {}
    alone = replace(
        world, needs=(Need("stacked", "bond", 0.4, None), Need("mono", "bond", 0.7, None))
    )
    reach = reach_of_inputs(compile_chain(alone))["bond"]
    assert reach.lost == {"chip": pytest.approx(0.4)}
    assert reach.stopped == ()


def test_reach_goes_through_the_chain():
    world = small_world(
        {"scanner": {"NL": 1.0}, "optics": {"DE": 1.0}},
        groups=["patterning"],
        routes={"chip": ["patterning"]},
        links=[Link("optics", "needed_by", "scanner"), Link("scanner", "needed_by", "patterning")],
    )
    reach = reach_of_inputs(compile_chain(world))
    assert reach["optics"].stopped == ("chip",)
    assert "patterning" not in reach  # nobody sells it


def test_an_alternative_that_the_coalition_denies_too_is_no_way_out():
    world = small_world(
        {"euv": {"NL": 1.0}, "duv": {"NL": 0.8, "JP": 0.2}, "imprint": {"AT": 1.0}},
        groups=["litho"],
        routes={"chip": ["litho"]},
        links=[Link(name, "variant_of", "litho") for name in ("euv", "duv", "imprint")],
    )
    circuit = compile_chain(world)
    assert reach_of_inputs(circuit)["euv"].mean == 0.0
    assert reach_of_inputs(circuit, refusing=["NL"], threshold=0.75)["euv"].mean == 0.0
    both = reach_of_inputs(circuit, refusing=["NL", "AT"], threshold=0.75)
    assert both["euv"].stopped == both["duv"].stopped == both["imprint"].stopped == ("chip",)
    # Duv is denied only to those who need 75 % of it: with the stricter rule Japan still sells.
    assert reach_of_inputs(circuit, refusing=["NL", "AT"])["euv"].mean == 0.0


@settings(max_examples=50, deadline=None)
@given(world=worlds(), data=st.data(), more=st.sampled_from(COUNTRIES))
def test_reach_grows_with_the_coalition(world, data, more):
    circuit = compile_chain(world)
    few = data.draw(st.sets(st.sampled_from(COUNTRIES)))
    before = reach_of_inputs(circuit, refusing=few, threshold=0.5)
    after = reach_of_inputs(circuit, refusing=few | {more}, threshold=0.5)
    for input_id, reach in before.items():
        assert reach.mean <= after[input_id].mean + 1e-12


def test_wrong_questions_get_all_findings_at_once():
    with pytest.raises(FindingsError) as caught:
        chokepoint_table(toy_world(), target="XX", coalition=["NL", "QQ", "XX"], year=1999)
    text = str(caught.value)
    assert "target 'XX' is not a country here" in text
    assert "'QQ' is not in this world" in text
    assert "the target XX is in the coalition" in text
    assert "not 1999" in text


def test_by_firm_takes_the_firms_of_the_coalitions_countries():
    world = small_world(
        {"etch": {"US": 0.7, "JP": 0.3}},
        firm_shares={"etch": {"lam": 0.5, "amec": 0.2, "tel": 0.3}},
        homes={"lam": "US", "amec": "CN", "tel": "JP"},
        routes={"chip": ["etch"]},
    )
    (row,) = chokepoint_table(world, coalition=["US"], by="firm").rows
    assert row.coalition_share.value == pytest.approx(0.5)
    assert row.own_share.value == pytest.approx(0.2)
    assert row.top_provider == "lam"
    (row,) = chokepoint_table(world, coalition=["US", "tel"], by="firm").rows
    assert row.coalition_share.value == pytest.approx(0.8)


def test_csv_has_fractions_and_blanks():
    table = chokepoint_table(cited_world(), coalition=["NL", "JP"])
    rows = list(csv.DictReader(io.StringIO(as_csv(table, world=cited_world()))))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[1]["coalition_share"] == "1.0"
    assert rows[1]["source_ids"] == "src"
    assert rows[3]["score"] == ""
    assert "nan" not in as_csv(table, world=cited_world()).lower()


def test_json_can_be_read_back_and_carries_the_sources():
    world = cited_world()
    answer = json.loads(as_json(chokepoint_table(world, coalition=["NL"]), world=world, top=2))
    assert len(answer["rows"]) == 2
    assert answer["products"]["logic"] == [["JP"], ["NL"]]
    assert answer["sources"]["src"]["url"] == "https://example.org"
    sheet = json.loads(sheet_json(input_sheet(world, "scanner", coalition=["NL"]), world=world))
    assert sheet["statements"]["s1"]["locator"] == "p. 1"


def drawn(part) -> str:
    console = Console(width=COLUMNS, file=io.StringIO(), highlight=False)
    console.print(part)
    return console.file.getvalue()


def test_the_table_fits_a_hundred_columns_and_reads_in_words():
    world = cited_world()
    table = chokepoint_table(world, coalition=["NL", "JP"])
    text = drawn(table_view(table, world=world, top=3, sources=True))
    assert max(len(line) for line in text.splitlines()) <= COLUMNS
    assert "Scanner" in text
    assert "NL 90 %" in text
    assert "https://example.org" in text
    assert "Logic: JP or NL" in text
    assert "Secret" not in text  # only three rows were asked for
    for word in ("nan", "None", "undefined"):
        assert word not in text


def test_the_sheet_shows_intervals_coalitions_and_the_source_of_each_share():
    world = cited_world()
    text = drawn(
        sheet_view(input_sheet(world, "scanner", coalition=["NL"]), world=world, target="CN")
    )
    assert "80-100 %" in text
    assert "src p. 1" in text
    assert "Hold 75 % of its supply: NL." in text
    assert "https://example.org" in text


def test_an_unknown_input_gets_a_suggestion():
    with pytest.raises(FindingsError, match="did you mean scanner"):
        input_sheet(cited_world(), "scan", coalition=["NL"])


def test_a_step_that_nobody_sells_points_at_what_it_needs():
    world = small_world(
        {"scanner": {"NL": 1.0}},
        groups=["patterning"],
        routes={"chip": ["patterning"]},
        links=[Link("scanner", "needed_by", "patterning")],
    )
    with pytest.raises(FindingsError, match="look at what it needs: scanner"):
        input_sheet(world, "patterning", coalition=["NL"])


def test_words_for_coalitions():
    assert deniers_words([], most=20) == "none"
    assert deniers_words([("JP", "ZZ"), ("NL", "US")], most=30) == "NL+US or JP+?"


def test_a_product_that_nobody_can_make_says_which_input_is_missing():
    world = cited_world()
    world = replace(world, needs=(*world.needs, Need("logic", "scanner", 1.0, 20.0)))
    world = replace(
        world,
        statements=world.statements | {"j": grade_statement("scanner", "JP", 9, 9, 9)},
    )
    table = chokepoint_table(world, coalition=["NL"])
    assert table.not_good_enough == {"product:logic": ("scanner",)}
    text = drawn(table_view(table, world=world, top=3, sources=False))
    assert "nobody makes scanner well enough" in text
