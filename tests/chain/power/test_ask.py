# SPDX-License-Identifier: Apache-2.0
"""The question and the answer: what is wrong is said, every figure has its spread and source."""

import csv
import io
import json
import math

import numpy as np
import pytest

from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.power import power
from chokegraph.chain.power.answer import spread
from chokegraph.chain.power.show import CSV_COLUMNS, parameters_csv, power_csv, power_json
from chokegraph.errors import FindingsError
from chokegraph.world import load_world

COALITION = ["US", "JP", "NL"]


@pytest.fixture(scope="module")
def world():
    return load_world()


@pytest.fixture(scope="module")
def answer(world):
    return power(world, "CN", COALITION, products=["hbm"], draws=24, seed=2)


def test_everything_wrong_with_a_question_is_said_at_once():
    with pytest.raises(FindingsError) as caught:
        power(toy_world(), "XX", ["YY", "XX"], cut=0.0, draws=-1)
    text = str(caught.value)
    for words in (
        "'XX' is not a country",
        "'YY' is not in this world",
        "belongs to",
        "cut 0",
        "-1",
    ):
        assert words in text
    with pytest.raises(FindingsError, match="empty"):
        power(toy_world(), "CN", [])
    with pytest.raises(FindingsError, match="did you mean chip"):
        power(toy_world(), "CN", ["NL"], products=["chips"])
    with pytest.raises(FindingsError, match="no product"):
        power(small_world({"a": {"JP": 1.0}}, routes={}), "CN", ["JP"])


def test_the_answer_holds_together(answer):
    (product,) = answer.products
    assert product.goal == "product:hbm"
    assert product.loss.low <= product.loss.median <= product.loss.high
    assert product.unnamed_joins >= product.loss.figure
    total = sum(row.loss.figure for row in product.members)
    assert total == pytest.approx(product.loss.figure)
    assert product.joining[-1].loss == product.loss
    assert {row.member for row in product.members} == set(COALITION)
    figures = [row.loss.figure for row in product.sizes]
    assert figures == sorted(figures)
    assert product.log_power.median == pytest.approx(-math.log1p(-product.loss.median))
    assert all(0.0 <= row.alone <= product.loss.figure + 1e-9 for row in product.drivers)
    assert all(row.statement_ids for row in product.drivers[:5])
    # Every named family's inputs together cost no more than the product.
    assert 0.0 < sum(row.cost for row in product.families) < 1.0


def test_the_best_coalition_of_three_takes_at_least_what_this_one_takes(answer):
    (product,) = answer.products
    assert product.sizes[2].loss.figure >= product.loss.figure


def test_a_rerun_is_the_same_and_figures_do_not_depend_on_the_seed(world, answer):
    again = power(world, "CN", COALITION, products=["hbm"], draws=24, seed=2)
    assert again == answer
    other = power(world, "CN", COALITION, products=["hbm"], draws=2, seed=3)
    assert other.products[0].loss.figure == answer.products[0].loss.figure
    assert other != answer


def test_what_moves_log_power_is_the_slope_of_a_change_of_shares():
    shares = {"a": {"JP": 0.6, "US": 0.4}, "b": {"JP": 0.2, "US": 0.8}}
    moved = {"a": {"JP": 0.59, "US": 0.41}, "b": {"JP": 0.2, "US": 0.8}}
    found = [
        power(small_world(s, routes={"chip": ["a", "b"]}), "CN", ["JP"], draws=0).products[0]
        for s in (shares, moved)
    ]
    fall = found[0].log_power.figure - found[1].log_power.figure
    marginal = {row.input_id: row.marginal for row in found[0].drivers}
    assert marginal["a"] == pytest.approx(fall, rel=0.03)


def test_a_cut_of_nearly_everything_nears_the_full_cut():
    one, other = (
        power(toy_world(), "CN", ["NL"], cut=cut, draws=0).products[0].loss.figure
        for cut in (1.0, 0.999999)
    )
    assert other == pytest.approx(one, abs=2e-3)


def test_firms_refuse_for_their_country():
    world = small_world(
        {"a": {"NL": 1.0}},
        routes={"chip": ["a"]},
        firm_shares={"a": {"asml": 0.7, "canon": 0.3}},
        homes={"asml": "NL", "canon": "JP"},
    )
    by_firm, by_home = (
        power(world, "CN", [who], by="firm", draws=0).products[0].loss.figure
        for who in ("asml", "NL")
    )
    assert by_firm == by_home
    assert 0.0 < by_firm < 1.0
    with pytest.raises(FindingsError, match="not in this world"):
        power(world, "CN", ["asml"], draws=0)


def test_csv_and_json_carry_everything(answer, world):
    rows = list(csv.DictReader(io.StringIO(power_csv(answer, world=world))))
    assert tuple(rows[0]) == CSV_COLUMNS
    kinds = {row["kind"] for row in rows}
    assert kinds == {"product", "member", "family", "input", "joining", "best_of_size"}
    assert any(row["source_ids"] for row in rows)
    found = json.loads(power_json(answer, world=world))
    assert found["products"][0]["loss"]["median"] == pytest.approx(
        answer.products[0].loss.median, abs=1e-6
    )
    used = {name for row in found["products"][0]["drivers"] for name in row["source_ids"]}
    assert used == set(found["sources"])
    assert "NaN" not in power_json(answer, world=world)
    table = list(csv.DictReader(io.StringIO(parameters_csv(answer))))
    assert {"suppliers", "inputs", "input_share"} <= {row["name"] for row in table}
    assert {row["horizon"] for row in table} == {"", "long"}


def test_infinity_and_what_is_not_defined_have_words():
    world = toy_world()
    stopped = power(world, "CN", ["NL", "JP"], draws=0)
    assert ",infinite," in power_csv(stopped, world=world)
    found = json.loads(power_json(stopped, world=world))
    assert found["products"][0]["log_power"]["figure"] == "infinite"
    assert found["products"][0]["drivers"][0]["marginal"] is None


def test_quantiles_are_values_that_occur():
    values = np.array([0.0, *np.linspace(0.0, 1.0, 100)])
    found = spread(values)
    assert found.low in values
    assert spread(np.array([1.0, np.inf, 0.0])).high == np.inf
