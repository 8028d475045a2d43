# SPDX-License-Identifier: Apache-2.0
"""Day one in the main job: nothing cut, nothing lost; more refuse, more is lost; saved as it is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from chokegraph.cli.tables import print_explanation, print_result
from chokegraph.response.state import TIERS
from chokegraph.result import explain, load_result
from chokegraph.result.day_one import PLACES, day_one_headline, day_one_rows
from chokegraph.scenario import parse_scenario
from chokegraph.study import run
from chokegraph.study.day_one import cutting_days, day_one
from chokegraph.study.day_one_access import Regimes
from chokegraph.study.day_one_cuts import cuts_table, scenario_cuts
from chokegraph.study.day_one_table import day_one_arrays, day_one_table
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world

TEXT = """\
schema: 1
name: small
title: Resists stop
question: What stops on the day on which KrF resists and etch tools stop?
event: {outcome: output, product: mature-logic, by: 2027, below: 0.9}
world: builtin@2024
target: CN
coalition: [US, JP]
start: 2026Q1
end: 2027Q4
controls:
  - name: resists
    by: [JP]
    inputs: {ids: [resist-krf]}
    from: 2026Q3
    licence: {approval: 0.1}
draws: 4
seed: 4
"""
TWO_DAYS = TEXT.replace(
    "draws: 4",
    """\
  - name: etch
    by: coalition
    inputs: {families: etch}
    tiers: [advanced, leading]
    from: 2027Q1
    licence: {approval: 0}
draws: 4""",
)
ETCH_BY = """\
  - name: etch
    by: [MEMBERS]
    inputs: {families: etch}
    from: 2026Q3
    licence: {approval: 0.2}
draws: 4"""


@pytest.fixture(scope="module")
def world():
    return load_world("builtin@2024")


@pytest.fixture(scope="module")
def found(world):
    scenario = parse_scenario(TWO_DAYS)
    return run(scenario, world, engine="numpy", attribution=False, scenario_text=TWO_DAYS)


def rows(result, **where):
    table = result.day_one.to_dicts()
    return [row for row in table if all(row[key] == value for key, value in where.items())]


def test_a_scenario_that_cuts_nothing_has_no_day_one(world, found):
    text = TEXT.replace("approval: 0.1", "approval: 1")
    setting = build_setting(parse_scenario(text), world, draws=1, seed=1)
    assert day_one(setting, found.dataset.isel(draw=slice(1))) is None
    table = day_one_table(setting, None)
    assert table.height == 0
    assert day_one_arrays(found.dataset, None) is found.dataset
    assert day_one_headline(replace(found, day_one=table)) == ()


def test_the_days_are_the_first_and_that_on_which_most_is_cut(found):
    assert found.dataset["cut_quarter"].values.tolist() == ["2026Q3", "2027Q1"]
    assert {row["quarter"] for row in rows(found, fullest=False)} == {"2026Q3"}
    assert {row["quarter"] for row in rows(found, fullest=True)} == {"2027Q1"}


def test_what_is_cut_is_the_suppliers_share_times_what_is_denied(world, found):
    """By hand: the loss of an input is the shares of those who refuse times 0.9, less leakage."""
    setting = build_setting(parse_scenario(TEXT), world, draws=4, seed=4)
    regimes = Regimes(setting, 4)
    (day,) = cutting_days(setting, regimes)
    lost_at_once = day_one(setting, found.dataset)
    place = setting.structure.inputs.index("resist-krf")
    japan = setting.structure.countries.index("JP")
    leak = setting.params.values["leakage"][:, place]
    for draw in range(4):
        start = regimes.at(draw, [day.pair])
        bought = start.demand[: len(TIERS), place]
        share = start.share[: len(TIERS), japan, place]
        by_hand = (bought * share).sum() / bought.sum() * 0.9 * (1 - leak[draw])
        # What follows: Chinese makers of KrF resist may lack nothing here, so no more is lost.
        assert lost_at_once.inputs[draw, 0, 0, place] == pytest.approx(by_hand)
        money = (
            start.cut[0, :, japan, place] * start.share[:, japan, place] * start.demand[:, place]
        )
        assert lost_at_once.cut_sales[draw, 0, japan] == pytest.approx(money.sum())
        assert lost_at_once.sales[draw, 0, japan] >= money.sum() * (1 - 1e-9)


def test_what_is_used_up_stops_lines_that_run_and_tools_stop_new_ones(found):
    first = {row["item"]: row for row in rows(found, fullest=False, place="target", kind="output")}
    assert first["mature-logic"]["loss_median"] > 0.1
    assert first["mature-logic"]["binds"] == "resist-krf"
    assert "cut" in first["mature-logic"]["because"]
    new = rows(found, fullest=False, place="target", kind="new lines")
    assert all(row["loss_median"] == 0 for row in new)
    later = rows(found, fullest=True, place="target", kind="new lines", item="advanced-logic")
    assert later[0]["loss_median"] > 0.1


def test_losses_are_fractions_in_order_and_the_baseline_loses_nothing(found):
    for row in rows(found):
        assert row["loss_low"] <= row["loss_median"] <= row["loss_high"]
        assert row["unit"] != "1" or 0 <= row["loss_low"] <= row["loss_high"] <= 1
    for name in ("day_one_input", "day_one_output", "day_one_new_lines", "day_one_sales"):
        base = found.dataset[name].sel(run="baseline").values
        assert np.nanmax(np.abs(base)) == 0
        assert np.nanmax(found.dataset[name].sel(run="scenario").values) == 0
    difference = found.difference()["day_one_input"].values
    assert np.array_equal(difference, found.dataset["day_one_input"].sel(run="scenario").values)


def test_suppliers_lose_at_least_what_is_cut(found):
    for row in rows(found, kind="sales"):
        assert row["loss_median"] >= row["direct_median"] - 1e-9
    cut = {row["item"] for row in rows(found, kind="sales") if row["direct_median"] > 0}
    assert cut == {"US", "JP"}


def test_more_who_refuse_never_means_less_lost(world, found):
    losses = []
    for members in ("JP", "JP, US", "JP, US, NL"):
        text = TEXT.replace("draws: 4", ETCH_BY.replace("MEMBERS", members))
        text = text.replace("coalition: [US, JP]", "coalition: [US, JP, NL]")
        setting = build_setting(parse_scenario(text), world, draws=2, seed=4)
        losses.append(day_one(setting, found.dataset.isel(draw=slice(2))))
    for less, more in itertools.pairwise(losses):
        for name in ("inputs", "output", "new_lines", "cut_sales"):
            before, after = getattr(less, name), getattr(more, name)
            there = ~np.isnan(before)
            assert (after[there] >= before[there] - 1e-6).all(), name
    assert losses[1].cut_sales.sum() > losses[0].cut_sales.sum()


def test_saved_is_loaded(found, tmp_path):
    again = load_result(found.save(tmp_path / "result"))
    assert again.day_one.equals(found.day_one)
    for name in ("day_one_input", "day_one_sales"):
        assert np.array_equal(again.dataset[name].values, found.dataset[name].values)
    assert again.dataset["place"].values.tolist() == list(PLACES)


def test_the_way_back_goes_from_the_input_that_binds_to_the_control(found, capsys):
    told = explain(found, "day_one_output:mature-logic")
    assert told.day_one[0]["binds"] == "resist-krf"
    assert {row["input"] for row in told.access} == {"resist-krf"}
    assert [control["name"] for control in told.controls] == ["resists"]
    assert any(row["object_id"] == "country:JP" for row in told.statements)
    assert told.notes == ()
    print_explanation(told)
    printed = capsys.readouterr().out
    assert "binds in" in printed
    assert "KrF" in printed


def test_other_outcomes_have_no_day_one(found):
    assert explain(found, "output:mature-logic").day_one == ()


def test_run_prints_what_is_lost_at_once(found, capsys):
    print_result(found)
    printed = capsys.readouterr().out
    assert "Day one, 2027Q1" in printed
    assert "The first day on which anything is cut is in 2026Q3." in printed
    assert max(len(line) for line in printed.splitlines()) <= 100


def test_rows_of_an_item_begin_with_the_target(found):
    (row,) = day_one_rows(found, kind="output", item="mature-logic")
    assert row["place"] == "target"


def test_a_scenarios_cuts_as_a_plain_table(world, tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(TEXT, encoding="utf-8")
    cuts = scenario_cuts(path, world=world)
    assert cuts["supplier_country"].to_list() == ["JP"]
    assert cuts["customer_country"].to_list() == ["CN"]
    assert cuts["product"].to_list() == ["resist-krf"]
    assert 0.5 < cuts["fraction"][0] < 0.9
    assert cuts["low"][0] <= cuts["fraction"][0] <= cuts["high"][0]
    assert cuts["shock"][0] == "small, 2026Q3"


def test_cuts_of_a_quarter(world):
    setting = build_setting(parse_scenario(TWO_DAYS), world, draws=1, seed=1)
    assert set(cuts_table(setting, quarter="2026Q3")["product"]) == {"resist-krf"}
    assert cuts_table(setting, quarter="2026Q1").height == 0
    with pytest.raises(Exception, match="2031Q1"):
        cuts_table(setting, quarter="2031Q1")
