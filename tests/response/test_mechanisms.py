# SPDX-License-Identifier: Apache-2.0
"""Every mechanism of the casebook can be switched and is visible in an outcome (D1-D15)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.response.params import sample_params
from chokegraph.response.policy import (
    MECHANISMS,
    Approval,
    Cap,
    Mandate,
    Promotion,
    Subsidy,
    make_policy,
)
from chokegraph.response.simulate import simulate
from chokegraph.response.toy import toy_structure
from response_runs import ban, pair, params, pick, run

DUV, EUV, ETCH, RESIST, OPTICS = range(5)
CN, US, JP, NL, KR = range(5)


@pytest.fixture
def toy():
    return toy_structure(years=10, spread=0.0)


@pytest.fixture(scope="module")
def eventful():
    """A policy that sets every mechanism to work, on ordinary draws."""
    toy = toy_structure(years=8)
    values = sample_params(toy, draws=3, seed=3)
    money = np.where(pick(toy, "etcher", "optics"), 60.0, 0.0)
    grant = np.zeros((len(toy.countries), len(toy.inputs)))
    grant[US] = money
    both = {"from_quarter": 6, "announced_quarter": 2}
    levers = {
        "controls": [
            ban(toy, "US JP", "etcher", name="etch", tiers=(False, True, True), **both),
            ban(toy, "US JP NL", "duv-scanner", name="service", service=True, staff=True, **both),
            ban(toy, "US NL", "optics", name="optics", approval=Approval("beta", 2, 8), **both),
            ban(toy, "CN", "gallium", name="return", markets=("coalition",), from_quarter=12),
        ],
        "mandates": [Mandate(0.5 * pick(toy, "etcher", "photoresist"))],
        "subsidies": [Subsidy(money, 0.5 * money)],
        "promotions": [Promotion(grant)],
    }
    return toy, values, levers


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_every_switch_changes_an_outcome(eventful, mechanism):
    toy, values, levers = eventful
    value = mechanism in {"lock_in"}
    policies = {
        "all": make_policy(toy, **levers),
        "switched": make_policy(toy, mechanisms={mechanism: value}, **levers),
    }
    runs = simulate(toy, values, policies, engine="numpy")
    change = {
        name: np.abs(array - runs["switched"][name]).max()
        for name, array in runs["all"].arrays.items()
    }
    assert max(change.values()) > 1e-4, change


def test_d1_mandate_buys_at_home_and_drift_does_so_anyway(toy):
    one = params(toy, drift=0.15, mandate_effect=0.4, expansion=0.2)
    none = run(toy, params(toy))
    drift, told = pair(toy, one, mandates=[Mandate(0.5 * pick(toy, "etcher"))])
    last = [paths["local_share"][0, -1, ETCH] for paths in (none, drift, told)]
    assert last[0] < last[1] - 0.02
    assert last[1] < last[2] - 0.02


def test_d2_third_countries_fill_what_one_member_leaves(toy):
    base, held = pair(toy, params(toy), ban(toy, "US", "etcher"))
    gain = held["sales_to_target"][0, -1] - base["sales_to_target"][0, -1]
    assert gain[US] < 0
    assert gain[JP] > 0
    closed = run(toy, params(toy), ban(toy, "US", "etcher"), mechanisms={"backfill": False})
    assert closed["sales_to_target"][0, -1, JP] <= base["sales_to_target"][0, -1, JP] + 1e-9


def test_d3_design_around_takes_over_when_euv_is_denied(toy):
    one = params(toy, attrition=0.05, yield_learning=0.5)
    control = ban(toy, "NL", "euv-scanner")
    base, held = pair(toy, one, control)
    assert held["route_output"][0, -1, 2] > base["route_output"][0, -1, 2] + 0.2
    assert held["route_output"][0, -1, 1] < base["route_output"][0, -1, 1] - 0.2
    without = run(toy, one, control, mechanisms={"design_around": False})
    assert without["output"][0, -1, 1] < held["output"][0, -1, 1] - 0.2


def test_d4_orders_rise_before_the_rule_and_dip_after(toy):
    values = {"stock_cover": 4.0, "horizon": 4.0, "order_time": 2.0, "rush": 1.0}
    control = ban(toy, "US", "etcher", from_quarter=8, announced_quarter=5)
    base, held = pair(toy, params(toy, **values), control)
    extra = held["order"][0] - base["order"][0]
    assert abs(extra[:5]).max() == 0
    assert (extra[5:8] > 50).all()
    bought = (held["sales_to_target"] - base["sales_to_target"])[0].sum(axis=1)
    assert (bought[5:8] > 50).all()
    assert (bought[8:16] < -50).all()
    assert held["stockpile"][0, 7] > 100
    off = run(toy, params(toy, **values), control, mechanisms={"stockpiling": False})
    assert np.abs(off["order"]).max() == 0


def test_d5_leakage_softens_the_control(toy):
    control = ban(toy, "US JP NL KR", "photoresist")
    tight = run(toy, params(toy), control)
    leaky = run(toy, params(toy, leakage=0.2), control)
    assert leaky["vacancy"][0, -1, RESIST] < tight["vacancy"][0, 0, RESIST] - 0.1
    assert leaky["availability"][0, 0, RESIST] > tight["availability"][0, 0, RESIST] + 0.1


def test_d6_subsidy_buys_capability_and_capacity(toy):
    one = params(toy, frontier_pace=0.4, expansion=0.02, mandate_effect=1.0, capacity_per_usd=0.25)
    told = [Mandate(pick(toy, "etcher") * 1.0)]
    money = 100.0 * pick(toy, "etcher")
    plain = run(toy, one, mandates=told)
    rnd = run(toy, one, mandates=told, subsidies=[Subsidy(money, 0 * money)])
    plant = run(toy, one, mandates=told, subsidies=[Subsidy(0 * money, money)])
    assert rnd["capability"][0, -1, ETCH] > plain["capability"][0, -1, ETCH] + 0.2
    assert plant["local_share"][0, 3, ETCH] > plain["local_share"][0, 3, ETCH] + 0.02


def test_d7_a_service_ban_stalls_the_learner_and_wears_the_tools(toy):
    one = params(toy, imitation_rate=0.3, rnd_threshold=0.0, publication=0.1, service_wear=0.03)
    control = ban(toy, "US JP NL KR", "etcher", sales=False, service=True)
    base, held = pair(toy, one, control)
    assert held["capability"][0, -1, ETCH] < base["capability"][0, -1, ETCH] - 0.02
    assert held["availability"][0, -1, ETCH] < base["availability"][0, -1, ETCH] - 0.1


def test_d8_crowding_cuts_prices_and_rnd(toy):
    told = [Mandate(0.5 * pick(toy, "etcher"))]
    war = run(toy, params(toy, crowding=1.0, mandate_effect=0.6), mandates=told)
    calm = run(toy, params(toy, mandate_effect=0.6), mandates=told)
    assert war["price"][0, -1, ETCH] < calm["price"][0, -1, ETCH]
    assert war["rnd"][0, -1, US] < calm["rnd"][0, -1, US]


def test_d9_lost_sales_cost_rnd_lead_and_sight(toy):
    one = params(toy, frontier_pace=0.4, rnd_threshold=0.0, entry_weight=0.02)
    control = ban(toy, "US JP", "etcher")
    base, held = pair(toy, one, control)
    assert held["rnd"][0, -1, US] < base["rnd"][0, -1, US]
    assert held["lead"][0, -1] < base["lead"][0, -1]
    assert held["visible_share"][0, -1] < base["visible_share"][0, -1]
    off = {"rnd_feedback": False}
    plan, cut = run(toy, one, mechanisms=off), run(toy, one, control, mechanisms=off)
    assert cut["rnd"] == pytest.approx(plan["rnd"])


def test_d10_sliding_scale_offers_more_than_a_hard_cap_as_the_frontier_moves(toy):
    one = params(toy, frontier_pace=0.5, rnd_threshold=0.0)
    hard = run(toy, one, ban(toy, "US JP NL KR", "etcher", cap=Cap("hard", 10.5)))
    slide = run(toy, one, ban(toy, "US JP NL KR", "etcher", cap=Cap("sliding", 2.0)))
    assert hard["offered"][0, 0, ETCH] == pytest.approx(slide["offered"][0, 0, ETCH], abs=0.6)
    assert hard["offered"][0, -1, ETCH] == pytest.approx(10.5)
    assert slide["offered"][0, -1, ETCH] > 14


def test_d11_each_further_member_leaves_a_larger_vacancy(toy):
    lost = [
        run(toy, params(toy), ban(toy, members, "etcher"))["vacancy"][0, 0, ETCH]
        for members in ("JP", "JP US", "JP US KR")
    ]
    assert lost[0] < lost[1] < lost[2]


def test_d12_promotion_raises_the_coalitions_own_grade(toy):
    grant = np.zeros((len(toy.countries), len(toy.inputs)))
    grant[US, ETCH] = 400.0
    base, aided = pair(toy, params(toy, frontier_pace=0.4), promotions=[Promotion(grant)])
    ahead = aided["coalition_capability"][0, -1, ETCH] - base["coalition_capability"][0, -1, ETCH]
    assert ahead > 0.05
    assert aided["lead"][0, -1] > base["lead"][0, -1]


def test_d13_lock_in_is_off_unless_asked_for_and_rewards_the_gainer(toy):
    one = params(toy, lock_in=2.0, mandate_effect=0.6)
    told = [Mandate(0.5 * pick(toy, "etcher"))]
    off = run(toy, one, mandates=told)
    on = run(toy, one, mandates=told, mechanisms={"lock_in": True})
    assert on["local_share"][0, -1, ETCH] > off["local_share"][0, -1, ETCH] + 0.01


def test_d14_a_tool_with_foreign_parts_is_not_localised(toy):
    parents, weight = toy.parents.copy(), toy.parent_weight.copy()
    parents[ETCH, 0], weight[ETCH, 0] = OPTICS, 0.8
    made = replace(toy, parents=parents, parent_weight=weight)
    one = params(made)
    control = ban(made, "US JP NL", "optics")
    base, held = pair(made, one, control)
    assert held["local_share"][0, 4, ETCH] < 0.8 * base["local_share"][0, 4, ETCH]
    off = run(made, one, control, mechanisms={"components": False})
    assert off["local_share"][0, 4, ETCH] == pytest.approx(base["local_share"][0, 4, ETCH])


def test_d15_suppliers_drop_tiers_that_are_still_allowed(toy):
    control = ban(toy, "US JP", "etcher", tiers=(False, False, True))
    exact = run(toy, params(toy), control)
    wide = run(toy, params(toy, over_compliance=0.3), control)
    assert wide["vacancy"][0, 0, ETCH] > exact["vacancy"][0, 0, ETCH] + 0.1
    assert wide["output"][0, 4, 0] <= exact["output"][0, 4, 0]
