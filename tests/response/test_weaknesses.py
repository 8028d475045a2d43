# SPDX-License-Identifier: Apache-2.0
"""The weaknesses of the first specification, each resolved: one group of tests for each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.response.policy import Mandate, Subsidy, make_policy
from chokegraph.response.state import Band
from chokegraph.response.toy import toy_structure
from response_runs import ban, pair, params, pick, run, walk

EUV, ETCH, RESIST, OPTICS = 1, 2, 3, 4


@pytest.fixture
def toy():
    return toy_structure(years=15, spread=0.0)


def with_capability(structure, country, item, grade):
    """Set one capability."""
    mid = structure.capability.mid.copy()
    mid[country, item] = grade
    return replace(structure, capability=Band.point(mid))


# 1: entry from zero


def test_weakness_1_below_the_grade_zero_stays_zero(toy):
    one = params(toy, entry_weight=0.05)
    control = ban(toy, "NL", "euv-scanner")
    _, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    assert max(fact["share"][:3, 0, EUV].max() for fact in facts) == 0


def test_weakness_1_above_the_grade_a_newcomer_fills_the_vacancy_by_and_by(toy):
    able = with_capability(toy, 0, EUV, 11.5)
    one = params(able, entry_weight=0.05, expansion=0.15, pilot_capacity=0.005)
    control = ban(able, "NL", "euv-scanner")
    _, facts, _ = walk(able, one, make_policy(able, controls=[control]))
    share = np.array([fact["share"][2, 0, EUV] for fact in facts])
    assert 0 < share[0] < 0.2
    assert (np.diff(share) > -1e-12).all()
    assert share[-1] > 0.9


def test_weakness_1_a_capable_outsider_without_a_cause_stays_outside(toy):
    able = with_capability(toy, 0, EUV, 11.5)
    _, facts, _ = walk(able, params(able, entry_weight=0.05), make_policy(able))
    assert max(fact["share"][:, 0, EUV].max() for fact in facts) < 1e-12


def test_weakness_1_subsidy_brings_the_grade_and_then_the_share(toy):
    near = with_capability(toy, 0, EUV, 10.0)
    values = {"entry_weight": 0.05, "frontier_pace": 0.4, "subsidy_effect": 0.5}
    one = params(near, **values)
    control = ban(near, "NL", "euv-scanner")
    money = 400.0 * pick(near, "euv-scanner")
    paid = make_policy(near, controls=[control], subsidies=[Subsidy(money, 0 * money)])
    _, without, _ = walk(near, one, make_policy(near, controls=[control]))
    _, funded, _ = walk(near, one, paid)
    assert without[-1]["share"][2, 0, EUV] == 0  # no effort: it never comes
    first = next(t for t, fact in enumerate(funded) if fact["share"][2, 0, EUV] > 0)
    assert first > 4
    assert funded[first]["E"][0, EUV] == pytest.approx(11.0, abs=0.5)
    assert funded[-1]["share"][2, 0, EUV] > 0.3


# 2: no free innovation


def test_weakness_2_no_rnd_no_output_no_contact_stands_still(toy):
    one = params(toy, frontier_pace=0.4, imitation_rate=0.3)
    states, _, _ = walk(toy, one, make_policy(toy))
    K = np.array([state["K"][:, EUV] for state in states])
    assert np.ptp(K[:, 0]) == 0  # the target has never sold one
    gap = K[:, 3] - K[:, 0]
    assert (np.diff(gap) > 0).all()


def test_weakness_2_pace_follows_rnd_measured_against_the_leader(toy):
    one = params(toy, frontier_pace=0.4, rnd_threshold=0.0, rnd_elasticity=0.5)
    states, _, _ = walk(toy, one, make_policy(toy))
    rise = states[4]["K"][:, ETCH] - states[0]["K"][:, ETCH]
    h = states[0]["H"][:, ETCH] / states[0]["H"][:, ETCH].max()
    assert rise == pytest.approx(0.4 * h**0.5, rel=1e-6)


# 3: grade is a constraint


def test_weakness_3_euv_denied_leaves_the_euv_route_at_zero(toy):
    one = params(toy, service_wear=0.0, attrition=0.02, entry_weight=0.05)
    control = ban(toy, "NL", "euv-scanner", from_quarter=-4)
    paths = run(toy, one, control)
    assert paths["route_output"][0, :, 1].max() == 0
    assert paths["route_output"][0, :, 0] == pytest.approx(1.0)  # the planar route is not touched


def test_weakness_3_a_supplier_below_the_grade_cannot_fill_the_vacancy(toy):
    one = params(toy)
    control = ban(toy, "US JP NL", "duv-scanner")
    _, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    assert facts[-1]["share"][1, 0, 0] == 0  # home makes grade 3, the tier asks for 8
    easy = toy.asked.mid.copy()
    easy[0, 0] = 3.0
    low = replace(toy, asked=Band.point(easy))
    _, facts, _ = walk(low, params(low), make_policy(low, controls=[control]))
    assert facts[-1]["share"][0, 0, 0] > 0.95  # mature demand is served by a mature supplier
    assert facts[-1]["share"][1, 0, 0] == 0


# 4: imitation needs teachers


@pytest.mark.parametrize(
    ("more", "item"),
    [
        ({"sales": False, "staff": True}, "etcher"),
        ({}, "etcher"),
        ({}, "duv-scanner"),  # customers at home fall away
    ],
)
def test_weakness_4_imitation_slows_when_teachers_are_denied(toy, more, item):
    one = params(toy, imitation_rate=0.3, publication=0.2, rnd_threshold=0.0, attrition=0.05)
    control = ban(toy, "US JP NL KR", item, **more)
    base, held = pair(toy, one, control)
    assert (held["know"][0, -1, ETCH]) < base["know"][0, -1, ETCH] - 0.05


def test_weakness_4_service_denied_teaches_less_even_with_the_tools_in_place(toy):
    one = params(toy, imitation_rate=0.3, publication=0.2, rnd_threshold=0.0, service_wear=0.0)
    control = ban(toy, "US JP NL KR", "etcher", sales=False, service=True)
    base, held = pair(toy, one, control)
    assert held["know"][0, 0, ETCH] < base["know"][0, 0, ETCH]
    assert held["capability"][0, -1, ETCH] < base["capability"][0, -1, ETCH]


def test_weakness_4_and_d14_cut_components_slow_the_maker(toy):
    parents, weight = toy.parents.copy(), toy.parent_weight.copy()
    parents[ETCH, 0], weight[ETCH, 0] = OPTICS, 1.0
    made = replace(toy, parents=parents, parent_weight=weight)
    one = params(made, imitation_rate=0.3, publication=0.2, rnd_threshold=0.0)
    control = ban(made, "US JP NL", "optics")
    base, held = pair(made, one, control)
    assert held["know"][0, -1, ETCH] < base["know"][0, -1, ETCH]
    assert held["local_share"][0, 2, ETCH] < base["local_share"][0, 2, ETCH]
    off = run(made, one, control, mechanisms={"components": False})
    assert off["local_share"][0, 2, ETCH] == pytest.approx(base["local_share"][0, 2, ETCH])


# 5: buyer blocs


def test_weakness_5_retaliation_reaches_the_coalition_and_not_the_target(toy):
    one = params(toy)
    control = ban(toy, "CN", "gallium", markets=("coalition",))
    base, held = pair(toy, one, control)
    assert base["coalition_unserved"].max() == 0
    assert held["coalition_unserved"][0, 0] > 0
    assert held["others_unserved"].max() == 0
    assert np.abs(held["output"] - base["output"]).max() < 1e-12


def test_weakness_5_buyers_elsewhere_design_the_coalition_out(toy):
    one = params(toy, risk_aversion=1.5, risk_spill=0.5)
    control = ban(toy, "US", "etcher")
    base, _ = walk(toy, one, make_policy(toy))[:2]
    held, _ = walk(toy, one, make_policy(toy, controls=[control]))[:2]
    others, coalition = 4, 3
    assert held[-1]["s"][others, 1, ETCH] < base[-1]["s"][others, 1, ETCH] - 0.02
    assert held[-1]["s"][coalition, 1, ETCH] == pytest.approx(base[-1]["s"][coalition, 1, ETCH])


# 6: prices


def test_weakness_6_newcomers_and_subsidies_lower_everyones_price(toy):
    values = {"crowding": 0.8, "subsidy_pricing": 0.8, "expansion": 0.15}
    one = params(toy, **values)
    money = 40.0 * pick(toy, "etcher")
    push = {
        "mandates": [Mandate(0.5 * pick(toy, "etcher"))],
        "subsidies": [Subsidy(0 * money, money)],
    }
    one = params(toy, mandate_effect=0.6, **values)
    base, pushed = pair(toy, one, **push)
    assert pushed["price"][0, -1, ETCH] < base["price"][0, -1, ETCH] - 0.01
    us_share = pushed["sales"][0, -1, 1] / base["sales"][0, -1, 1]
    calm = run(toy, one, mechanisms={"price_war": False}, **push)
    assert calm["price"][0, -1, ETCH] == pytest.approx(1.0)
    assert us_share < calm["sales"][0, -1, 1] / base["sales"][0, -1, 1]
    assert pushed["rnd"][0, -1, 1] < calm["rnd"][0, -1, 1]


# 7: capital inputs


def test_weakness_7_a_denied_tool_stops_growth_first(toy):
    one = params(toy, demand_growth=0.1, attrition=0.0002, service_wear=0.0)
    paths = run(toy, one, ban(toy, "US JP NL KR CN", "duv-scanner"))
    level = paths["output_level"][0, :, 0]
    assert level[-1] == pytest.approx(1.0, abs=0.05)  # no growth, and next to no loss
    assert paths["output"][0, -1, 0] < 0.3  # far below the plan, which grew


def test_weakness_7_output_falls_as_tools_wear_out_and_faster_without_service(toy):
    one = params(toy, attrition=0.02, service_wear=0.03)
    sold = run(toy, one, ban(toy, "US JP NL KR CN", "duv-scanner"))
    both = run(toy, one, ban(toy, "US JP NL KR CN", "duv-scanner", service=True))
    assert sold["output_level"][0, 19, 0] == pytest.approx(0.98**20)
    assert both["output_level"][0, 19, 0] < 0.62


def test_weakness_7_a_consumable_denied_stops_output_at_once(toy):
    paths = run(toy, params(toy), ban(toy, "US JP NL KR CN", "photoresist"))
    assert paths["output"][0, 0, 0] == 0


# 8: perceived risk


def test_weakness_8_a_control_that_ended_leaves_buyers_warier(toy):
    values = {"risk_aversion": 1.0, "risk_forgetting": 0.05, "stock_cover": 4.0}
    one = params(toy, standing_precaution=0.2, **values)
    control = ban(toy, "US", "etcher", from_quarter=4, until_quarter=6)
    states, _, _ = walk(toy, one, make_policy(toy, controls=[control]))
    off = {"perceived_risk": False}
    calm, _, _ = walk(toy, one, make_policy(toy, controls=[control], mechanisms=off))
    memory = [state["M"][0, 1, ETCH] for state in states]
    assert memory[0] == 0
    assert memory[7] == pytest.approx(0.95, abs=1e-9)
    assert memory[27] == pytest.approx(0.95**21, rel=1e-9)
    assert states[24]["s"][1, 1, ETCH] < calm[24]["s"][1, 1, ETCH] - 0.02
    assert states[45]["N"][1, ETCH] > calm[45]["N"][1, ETCH]


# 9 (found while building): a leak cannot become the whole market


def test_a_leak_or_a_licence_serves_only_its_part_of_the_market(toy):
    one = params(toy, leakage=0.05)
    control = ban(toy, "US JP NL", "duv-scanner")
    _, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    assert facts[-1]["share"][1].sum(axis=0)[0] <= 0.1 + 1e-9
