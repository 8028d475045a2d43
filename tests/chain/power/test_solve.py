# SPDX-License-Identifier: Apache-2.0
"""The exact solver: against the closed forms, an oracle, and what must hold whatever the world."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.power.oracle import Prices
from chain.worlds import COUNTRIES, worlds
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.power.closed import basket_log_power, baskets_loss, one_input_loss
from chokegraph.chain.power.nests import nests
from chokegraph.chain.power.parameters import assume
from chokegraph.chain.power.solve import (
    Cuts,
    forward,
    hold,
    log_left,
    members_matrix,
    solve,
    spending,
)
from chokegraph.errors import FindingsError
from chokegraph.world.model import Link, Need

FIXED = {
    "suppliers": 3.0,
    "inputs": 0.4,
    "variants": 2.5,
    "routes": 4.0,
    "top": 1.0,
    "input_share": 0.7,
    "upstream_share": 0.3,
    "size_spread": 1.0,
    "design_around_share": 1.0,
}
ROWS = assume(FIXED)
coalitions = st.sets(st.sampled_from([c for c in COUNTRIES if c != "CN"]), max_size=4)


def losses(world, coalition_list, *, rows=ROWS, goal="product:chip", **options):
    chain = nests(world, "CN", rows=rows)
    horizon = options.pop("horizon", "long")
    thirds = options.pop("thirds", "free")
    cuts = Cuts(members_matrix(chain, coalition_list), **options)
    return -np.expm1(log_left(chain, cuts, horizon=horizon, thirds=thirds)[goal][:, 0])


@settings(max_examples=40, deadline=None)
@given(worlds(complete=False), coalitions)
def test_the_solver_agrees_with_prices_worked_out_one_by_one(world, coalition):
    oracle = Prices(
        world, "CN", coalition, sigma=3.0, rho=0.4, variants=2.5, routes=4.0,
        input_share=0.7, upstream=0.3,
    )  # fmt: skip
    assert losses(world, [coalition])[0] == pytest.approx(oracle.loss("chip"), abs=1e-9)


@pytest.mark.parametrize("horizon", ["long", "short"])
@settings(max_examples=15, deadline=None)
@given(worlds(complete=False), coalitions, coalitions)
def test_a_larger_coalition_never_takes_less(horizon, world, one, other):
    some, all_of_them = losses(world, [one, one | other], horizon=horizon)
    assert some <= all_of_them + 1e-12


@settings(max_examples=15, deadline=None)
@given(worlds(complete=False), coalitions)
def test_the_short_run_is_never_better_than_the_long(world, coalition):
    long, short = (losses(world, [coalition], horizon=h)[0] for h in ("long", "short"))
    assert long <= short + 1e-12


@settings(max_examples=15, deadline=None)
@given(worlds(complete=False), coalitions)
def test_nobody_refusing_costs_nothing_and_those_who_supply_nothing_add_nothing(world, coalition):
    nobody, some, more = losses(world, [[], coalition, [*coalition, "MX"]])
    assert nobody == pytest.approx(0.0, abs=1e-12)
    assert some == more


@settings(max_examples=20, deadline=None)
@given(worlds(complete=False), coalitions)
def test_it_is_no_better_if_third_countries_or_the_unnamed_are_bound_too(world, coalition):
    free = losses(world, [coalition])[0]
    assert free <= losses(world, [coalition], thirds="bound")[0] + 1e-12
    assert free <= losses(world, [coalition], unnamed=True)[0] + 1e-12


def renamed(shares, names):
    return {i: {names.get(c, c): v for c, v in row.items()} for i, row in shares.items()}


@given(st.permutations(["NL", "JP", "DE", "US"]))
@settings(max_examples=10, deadline=None)
def test_names_and_order_do_not_matter(order):
    shares = {"litho": {"NL": 0.7, "JP": 0.2}, "wafer": {"JP": 0.5, "DE": 0.3, "US": 0.1}}
    names = dict(zip(["NL", "JP", "DE", "US"], order, strict=True))
    one = small_world(shares, routes={"chip": ["litho", "wafer"]})
    turned = {k: dict(reversed(v.items())) for k, v in reversed(renamed(shares, names).items())}
    other = small_world(turned, routes={"chip": ["wafer", "litho"]})
    wanted = losses(one, [["NL"], ["JP", "US"]])
    found = losses(other, [[names["NL"]], [names["JP"], names["US"]]])
    assert found == pytest.approx(wanted, rel=1e-12)


def test_one_input_is_the_closed_form_in_both_horizons():
    world = small_world({"litho": {"NL": 0.6, "KR": 0.3}}, routes={})
    for horizon in ("long", "short"):
        found = losses(world, [["NL"]], goal="input:litho", horizon=horizon)[0]
        assert found == pytest.approx(float(one_input_loss(0.6, 3.0, horizon=horizon)))


def test_a_product_is_the_basket_under_a_cobb_douglas_top():
    world = small_world(
        {"litho": {"NL": 0.6, "KR": 0.4}, "wafer": {"JP": 0.8, "DE": 0.2}},
        routes={"chip": ["litho", "wafer"]},
    )
    basket = basket_log_power([0.6, 0.8], [3.0, 3.0], [0.5, 0.5], between=0.4)
    wanted = float(baskets_loss([basket], [1.0], 0.7))
    assert losses(world, [["NL", "JP"]])[0] == pytest.approx(wanted)


def test_a_chokepoint_stops_everything_only_where_it_cannot_be_done_without():
    shares = {"litho": {"NL": 1.0}, "wafer": {"JP": 0.5, "DE": 0.5}}
    world = small_world(shares, routes={"chip": ["litho", "wafer"]})
    assert losses(world, [["NL"]])[0] == 1.0
    weak = replace(
        world, needs=(Need("chip", "litho", 0.6, None), Need("chip", "wafer", 1.0, None))
    )
    assert 0.0 < losses(weak, [["NL"]])[0] < 1.0
    replaceable = assume({**FIXED, "inputs": 2.0})
    assert 0.0 < losses(world, [["NL"]], rows=replaceable)[0] < 1.0
    around = small_world(shares, routes={"chip/one": ["litho"], "chip/two": ["wafer"]})
    assert 0.0 < losses(around, [["NL"]])[0] < 1.0


def test_a_domestic_tool_with_foreign_parts_is_not_domestic():
    shares = {"tool": {"CN": 0.5, "DE": 0.5}, "part": {"US": 0.9, "CN": 0.1}}
    link = (Link("part", "needed_by", "tool"),)
    apart = small_world(shares, routes={"chip": ["tool"]})
    joined = small_world(shares, routes={"chip": ["tool"]}, links=link)
    assert losses(apart, [["US"]])[0] == 0.0
    assert losses(joined, [["US"]])[0] > 0.0
    # Germany's tools carry the part too, which matters only where they are bound as well.
    bound = losses(joined, [["US"]], thirds="bound")[0]
    assert bound > losses(joined, [["US"]])[0]


def test_a_small_remainder_is_not_nobody():
    full, nearly = (
        losses(small_world({"a": {"JP": share}}, routes={}), [["JP"]], goal="input:a")[0]
        for share in (1.0, 0.99)
    )
    assert full == 1.0
    assert nearly == pytest.approx(float(one_input_loss(0.99, 3.0)))


def test_refusals_of_some_inputs_only():
    chain = nests(toy_world(), "CN", rows=ROWS)
    both = members_matrix(chain, [["JP"], ["JP"], ["JP"]])
    covered = np.array([[True, False], [False, True], [True, True]])
    cuts = Cuts(both, inputs=covered, input_ids=("litho", "wafer"))
    litho, wafer, all_of_it = -np.expm1(log_left(chain, cuts)["product:chip"][:, 0])
    assert 0.0 < litho < all_of_it
    assert 0.0 < wafer < all_of_it


def test_a_cycle_is_refused():
    world = small_world(
        {"a": {"JP": 1.0}, "b": {"JP": 1.0}},
        routes={},
        links=[Link("a", "needed_by", "b"), Link("b", "needed_by", "a")],
    )
    with pytest.raises(FindingsError, match="cycle"):
        nests(world, "CN")


@settings(max_examples=20, deadline=None)
@given(worlds(complete=False), coalitions)
def test_what_passes_a_node_is_the_slope_of_the_solver(world, coalition):
    """Shephard's lemma: a small change of one market's price, against its share after the cut."""
    chain = nests(world, "CN", rows=ROWS).cone(["product:chip"])
    cuts = Cuts(members_matrix(chain, [coalition]), log_price=0.7)
    goal = chain.goals["product:chip"]
    passes = spending(chain, solve(chain, cuts), "product:chip")
    step = 1e-5
    held = hold(chain, cuts)
    for number, _ in chain.markets:
        prices = np.full((len(chain.markets), 1, 1), 0.7)
        base = forward(chain, held, -prices, horizon="long", thirds="free")
        prices[held.place[number]] += step
        moved = forward(chain, held, -prices, horizon="long", thirds="free")
        # The market's own price falls by its share of the coalition, the goal by what passes.
        inside = base.logs[number][0, 0] - moved.logs[number][0, 0]
        through = base.logs[goal][0, 0] - moved.logs[goal][0, 0]
        assert through == pytest.approx(passes[number][0, 0] * inside, abs=1e-9)
