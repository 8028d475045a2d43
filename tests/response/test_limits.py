# SPDX-License-Identifier: Apache-2.0
"""Cases with closed-form answers: the reference step must give them to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.response.policy import Cap, Promotion, Subsidy, make_policy
from chokegraph.response.state import Band
from chokegraph.response.toy import toy_structure
from response_runs import ban, params, pick, run, walk

EXACT = 1e-12


@pytest.fixture
def toy():
    return toy_structure(years=20, spread=0.0)


def test_nothing_moves_without_a_cause(toy):
    states, facts, _ = walk(toy, params(toy), make_policy(toy))
    for state in states[1:]:
        assert np.abs(state["s"] - states[0]["s"]).max() < EXACT
        assert np.abs(state["K"] - states[0]["K"]).max() == 0
        assert np.abs(state["M"]).max() == 0
        assert np.abs(state["N"]).max() < 1e-9
    assert all(abs(fact["made"]["output"] - 1).max() < EXACT for fact in facts)


def test_with_growth_the_planned_base_is_met_exactly(toy):
    states, facts, _ = walk(toy, params(toy, demand_growth=0.08), make_policy(toy))
    assert all(np.abs(fact["availability"] - 1).max() < EXACT for fact in facts)
    assert np.abs(states[-1]["s"] - states[0]["s"]).max() < EXACT


def test_total_ban_on_an_input_lasts_as_long_as_the_stock(toy):
    share = toy.share.mid.copy()
    share[:, 0, 3] = 0.0  # the target makes no photoresist
    cover = np.zeros(len(toy.inputs))
    cover[3] = 3.5
    toy = replace(
        toy, share=Band.point(share / share.sum(axis=1, keepdims=True)), start_cover=cover
    )
    control = ban(toy, "US JP NL KR", "photoresist")
    _, facts, _ = walk(toy, params(toy), make_policy(toy, controls=[control]))
    mature = [fact["made"]["output"][0] for fact in facts[:6]]
    assert mature == pytest.approx([1, 1, 1, 0.5, 0, 0], abs=EXACT)


def test_learning_follows_the_power_law(toy):
    one = params(toy, learning_rate=0.2, learning_spillover=0.0, pilot_capacity=0.0)
    states, facts, _ = walk(toy, one, make_policy(toy))
    sells = states[0]["Q"] > 0
    volume = facts[0]["volume"]
    beta = -np.log2(1 - 0.2)
    for t in (1, 20, 60):
        expected = ((states[0]["Q"] + volume * t)[sells] / states[0]["Q"][sells]) ** -beta
        assert np.exp(facts[t]["log_cost"][sells]) == pytest.approx(expected, rel=1e-9)


def test_vacancy_of_a_banned_supplier_closes_geometrically(toy):
    control = ban(toy, "US", "etcher")
    one = params(toy, qualification_rate=0.15)
    _, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    before = facts[0]["share"]  # others qualify from the first quarter on
    share = walk(toy, one, make_policy(toy))[0][0]["s"][1, 1, 2]
    for t, fact in enumerate(facts[:30]):
        vacancy = 1 - fact["share"][1, :, 2].sum()
        assert vacancy == pytest.approx(share * (1 - 0.15) ** (t + 1), abs=EXACT)
    assert before[1, 1, 2] == 0


def test_imitation_alone_has_its_exact_solution(toy):
    iota = 0.3
    one = params(toy, imitation_rate=iota, rnd_elasticity=0.0, rnd_threshold=0.0, publication=1.0)
    states, _, _ = walk(toy, one, make_policy(toy))
    etch = toy.inputs.index("etcher")
    start = states[0]["K"][1, etch] - states[0]["K"][0, etch]
    for t in (1, 10, 80):
        gap = states[t]["K"][1, etch] - states[t]["K"][0, etch]
        expected = (np.exp(start) - 1) * np.exp(-iota * t / 4)
        assert np.exp(gap) - 1 == pytest.approx(expected, rel=1e-9)


def test_permanent_loss_of_sales_lowers_the_rnd_stock(toy):
    one = params(
        toy, rnd_response=1.0, qualification_rate=0.0, frontier_pace=0.4, rnd_threshold=0.0
    )
    free, _, known = walk(toy, one, make_policy(toy))
    control = ban(toy, "US", "etcher")
    held, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    us, etch = 1, toy.inputs.index("etcher")
    loss = 1 - facts[0]["volume"][us, etch] / (known["to_target0"] + known["to_rest0"])[us, etch]
    keep = 1 - known["rnd_decay"]
    assert 0 < loss < 1
    for t in (1, 8, 60):
        ratio = held[t]["H"][us, etch] / free[t]["H"][us, etch]
        assert ratio == pytest.approx(1 - loss * (1 - keep**t), abs=1e-10)


def test_hard_cap_falls_behind_and_sliding_scale_does_not(toy):
    one = params(
        toy, frontier_pace=0.5, rnd_response=0.0, rnd_threshold=0.0, qualification_rate=0.0
    )
    etch = toy.inputs.index("etcher")
    start = walk(toy, one, make_policy(toy))[0][0]["K"][:, etch].max()
    everyone = "US JP NL KR"

    def behind(cap):
        control = ban(toy, everyone, "etcher", cap=cap)
        _, facts, _ = walk(
            toy, one, make_policy(toy, controls=[control], mechanisms={"rnd_feedback": False})
        )
        return [fact["F"][etch] - fact["E"][1:5, etch].max() for fact in facts]

    hard, sliding = behind(Cap("hard", start - 2)), behind(Cap("sliding", 2.0))
    assert hard[0] == pytest.approx(2)
    assert hard[79] == pytest.approx(2 + 0.5 * 79 / 4, abs=1e-9)
    assert sliding == pytest.approx([2.0] * 80)


def test_full_leakage_equals_no_control(toy):
    one = params(toy, leakage=1.0)
    control = ban(toy, "US JP NL", "etcher duv-scanner", service=True)
    free, held = run(toy, one), run(toy, one, control)
    for name, array in free.arrays.items():
        assert np.abs(array - held[name]).max() < 1e-9, name


def test_denied_tool_stops_growth_then_output_as_tools_wear_out(toy):
    every = "US JP NL KR CN"
    control = ban(toy, every, "duv-scanner")
    one = params(toy, demand_growth=0.1, attrition=0.02, service_wear=0.0)
    _, facts, _ = walk(toy, one, make_policy(toy, controls=[control]))
    growth = 1.1**0.25
    for t in (0, 5, 40):
        assert facts[t]["made"]["output"][0] == pytest.approx((0.98 / growth) ** (t + 1), rel=1e-9)


def test_subsidy_and_promotion_add_their_share_to_the_rnd_stock(toy):
    one = params(toy, subsidy_effect=0.5)
    money = 10.0 * pick(toy, "euv-scanner")
    grant = np.zeros((len(toy.countries), len(toy.inputs)))
    grant[1] = money
    none = 0 * money
    free = walk(toy, one, make_policy(toy))[0]
    paid, _, known = walk(
        toy,
        one,
        make_policy(toy, subsidies=[Subsidy(money, none)], promotions=[Promotion(grant)]),
    )
    keep = 1 - known["rnd_decay"]
    for t in (1, 30):
        added = 5.0 * (1 - keep**t) / known["rnd_decay"]
        gain = paid[t]["H"][:, 1] - free[t]["H"][:, 1]
        assert gain[:2] == pytest.approx([added, added], rel=1e-9)
        assert gain[2:] == pytest.approx([0, 0, 0, 0], abs=1e-9)
