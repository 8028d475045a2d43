# SPDX-License-Identifier: Apache-2.0
"""Parts of flows that the law decides: they add up, they are drawn once, engines agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.response.calendar import build_calendar
from chokegraph.response.law import LawFlows, LawPart, buyer_draws, denied_draws, law_shape
from chokegraph.response.params import sample_params
from chokegraph.response.policy import MAX_HORIZON, ControlSpec, Policy, make_policy
from chokegraph.response.simulate import simulate
from chokegraph.response.toy import toy_structure

THIRD = (0.2, 0.3, 0.4)
GROUPS = {"fab/advanced": {"listed": THIRD, "other": (0.5, 0.7, 0.9)}}


@pytest.fixture(scope="module")
def toy():
    return toy_structure(years=2)


def law_on(toy, *, member=1, start=2, known=2, share=(1.0, 1.0, 1.0), approval=0.0, rows=range(5)):
    """One part of the sales of one country, denied from a quarter on."""
    quarters = len(toy.quarters)
    cell = np.zeros((7, len(toy.countries), len(toy.inputs)), dtype=int)
    cell[list(rows), member] = 1
    weight = np.zeros((2, 1, 2))
    weight[1, 0, 1] = 1.0
    ahead = np.arange(quarters)[:, None] + np.arange(MAX_HORIZON + 1)
    state = ((ahead >= start) & ((np.arange(quarters) >= known)[:, None])).astype(int)
    state[:, 0] = np.arange(quarters) >= start
    part = LawPart("x", "fixed", approval, 0.0, "g", "b", share)
    return LawFlows((part,), {"g": {"b": share}}, weight, cell, 0, state)


def run(toy, law=None, controls=(), draws=3, engine="numpy"):
    params = sample_params(toy, draws=draws, seed=2)
    policies = {"baseline": Policy(), "scenario": make_policy(toy, controls=controls, law=law)}
    return simulate(toy, params, policies, engine=engine)


def test_a_law_that_denies_all_is_the_control_that_denies_all(toy):
    every = np.ones(len(toy.inputs), dtype=bool)
    markets = ("target", "coalition", "others")
    control = ControlSpec("ban", (1,), every, from_quarter=2, markets=markets)
    by_control = run(toy, controls=[control])["scenario"]
    by_law = run(toy, law_on(toy))["scenario"]
    for name, array in by_control.arrays.items():
        np.testing.assert_allclose(by_law[name], array, atol=1e-9, err_msg=name)


def test_announced_law_is_the_announced_control(toy):
    every = np.ones(len(toy.inputs), dtype=bool)
    control = ControlSpec("ban", (1,), every, from_quarter=4, announced_quarter=1)
    by_control = run(toy, controls=[control])["scenario"]
    by_law = run(toy, law_on(toy, start=4, known=1, rows=range(3)))["scenario"]
    for name, array in by_control.arrays.items():
        np.testing.assert_allclose(by_law[name], array, atol=1e-9, err_msg=name)


def test_law_and_controls_deny_one_after_the_other(toy):
    calendar = build_calendar(toy, make_policy(toy, law=law_on(toy)))
    assert calendar.law_state[calendar.regime].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    every = np.ones(len(toy.inputs), dtype=bool)
    control = ControlSpec("ban", (1,), every, from_quarter=3)
    both = build_calendar(toy, make_policy(toy, controls=[control], law=law_on(toy)))
    states = both.law_state[both.regime].tolist(), both.active[both.regime].sum(axis=1).tolist()
    assert states == ([0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1])


def test_no_law_changes_nothing(toy):
    empty = law_on(toy, approval=1.0)
    plain, with_law = run(toy)["scenario"], run(toy, empty)["scenario"]
    for name, array in plain.arrays.items():
        np.testing.assert_allclose(with_law[name], array, atol=1e-12, err_msg=name)


def test_parts_of_a_group_sum_to_one_and_stay_near_their_intervals(toy):
    part = LawPart("x", "fixed", 0.5, 0.0, "fab/advanced", "listed", THIRD)
    law = replace(law_on(toy), parts=(part,), groups=GROUPS)
    drawn = buyer_draws(law, seed=1, draws=500)
    total = sum(drawn.values())
    np.testing.assert_allclose(total, 1.0)
    listed = drawn["fab/advanced", "listed"]
    assert 0 < listed.min() < 0.2
    assert 0.25 < np.median(listed) < 0.35
    denied = denied_draws(law, 1, 500)
    np.testing.assert_allclose(denied[:, 0], 0.5 * listed)
    assert denied_draws(law, 1, 7).tolist() == denied[:7].tolist()
    assert denied_draws(None, 1, 7, 2).shape == (7, 2)


def test_the_interval_of_a_class_of_buyers_is_a_90_percent_interval_as_all_others(toy):
    stated = {"listed": (0.1, 0.2, 0.4), "other": (0.8, 0.8, 0.8)}
    groups = {"g": stated, "h": {**stated, "other": (0.0, 0.0, 0.0)}}
    drawn = buyer_draws(replace(law_on(toy), groups=groups), seed=1, draws=20_000)
    assert (drawn["h", "listed"] == 1.0).all()  # alone, whatever is drawn
    odds = drawn["g", "listed"] / drawn["g", "other"] * 0.8
    assert np.quantile(odds, [0.05, 0.5, 0.95]) == pytest.approx([0.1, 0.2, 0.4], abs=0.005)
    assert odds.min() == 0.0  # a share below nothing is nothing


def test_shapes_are_those_of_the_largest(toy):
    law = law_on(toy)
    wide = replace(law, weight=np.zeros((1, 4, 5)))
    assert law_shape([None, law, wide]) == (2, 4, 5)


def test_the_fast_engine_agrees(toy):
    pytest.importorskip("jax")
    law = law_on(toy, approval=0.3)
    slow, fast = run(toy, law)["scenario"], run(toy, law, engine="jax")["scenario"]
    for name in ("local_share", "output"):
        np.testing.assert_allclose(fast[name], slow[name], atol=2e-4, err_msg=name)
