# SPDX-License-Identifier: Apache-2.0
"""Controls by grade: caps that meet, caps that were there before the start."""

from __future__ import annotations

import numpy as np
import pytest

from chokegraph.response import access
from chokegraph.response.calendar import build_calendar
from chokegraph.response.params import sample_params
from chokegraph.response.policy import Approval, Cap, approval_draws, make_policy
from chokegraph.response.simulate import simulate
from chokegraph.response.toy import toy_structure
from response_runs import ban, params, run, walk

US, ETCH = 1, 2
EVERYONE = "US JP NL KR"


@pytest.fixture(scope="module")
def toy():
    return toy_structure(years=3, spread=0.0)


def cap(toy, name, kind, value, granted=0.0, **more):
    members = more.pop("members", "US")
    inputs = more.pop("inputs", "etcher")
    approval = Approval("fixed", granted)
    limit = Cap(kind, value)
    return ban(toy, members, inputs, name=name, cap=limit, sales=False, approval=approval, **more)


def offered(toy, *controls, grade=7.0, leakage=0.0):
    """The mean grade that a supplier of this grade, which is the frontier, may offer."""
    policy = make_policy(toy, controls=controls)
    calendar = build_calendar(toy, policy)
    names = ("active", "reach", "capped", "hard", "sliding")
    laid = {name: getattr(calendar, name) for name in names}
    beliefs = {"over_compliance": 0.0, "leakage": np.full(6, leakage), "on_service": 1.0}
    tables = access.tables(np, beliefs, laid, approval_draws(policy, 0, 1)[0])
    K = np.full((len(toy.countries), len(toy.inputs)), grade)
    regime = access.regime(tables, calendar.regime[0])
    caps = access.ceiling(np, K.max(axis=0), regime)
    held = access.held_down(np, regime, caps, beliefs)
    assert (held.sum(axis=0) <= 1 - leakage + 1e-12).all()
    return float(access.offered(np, K, held, caps)[US, ETCH])


# -- caps that meet ---------------------------------------------------------------------------


def test_two_caps_deny_as_independently_as_other_controls(toy):
    low, high = cap(toy, "a", "hard", 3.0, 0.9), cap(toy, "b", "hard", 6.0)
    assert offered(toy, low) == pytest.approx(6.6)
    assert offered(toy, high) == pytest.approx(6.0)
    # A tenth is held at 3; the other nine tenths meet the second cap.
    assert offered(toy, low, high) == pytest.approx(0.1 * 3 + 0.9 * 6)
    assert offered(toy, high, low) == pytest.approx(0.1 * 3 + 0.9 * 6)
    assert offered(toy, low, high, leakage=0.2) == pytest.approx(0.2 * 7 + 0.8 * 5.7)


def test_the_stricter_cap_decides_alone_only_where_neither_licenses(toy):
    both = cap(toy, "a", "hard", 3.0), cap(toy, "b", "hard", 6.0)
    assert offered(toy, *both) == pytest.approx(3.0)
    lax = cap(toy, "c", "hard", 6.0, 1.0)
    assert offered(toy, both[0], lax) == pytest.approx(3.0)


def test_a_hard_cap_and_a_sliding_scale_combine_by_their_grades(toy):
    hard, slide = cap(toy, "a", "hard", 4.0, 0.5), cap(toy, "b", "sliding", 1.0, 0.5)
    assert offered(toy, hard, slide) == pytest.approx(0.5 * 4 + 0.25 * 6 + 0.25 * 7)


def test_caps_at_one_grade_are_one_cap_with_fewer_licences(toy):
    pair = cap(toy, "a", "hard", 4.0, 0.5), cap(toy, "b", "hard", 4.0, 0.4)
    assert offered(toy, *pair) == pytest.approx(offered(toy, cap(toy, "c", "hard", 4.0, 0.2)))
    three = cap(toy, "a", "hard", 2.0, 0.5), cap(toy, "b", "sliding", 1.0), *pair[1:]
    names = [cap(toy, f"n{n}", c.cap.kind, c.cap.value, c.approval.a) for n, c in enumerate(three)]
    assert offered(toy, *names) == pytest.approx(0.5 * 2 + 0.5 * 0.6 * 4 + 0.5 * 0.4 * 6)


def test_caps_that_never_meet_share_a_slot(toy):
    ended = cap(toy, "a", "hard", 3.0, from_quarter=0, until_quarter=4)
    later = cap(toy, "b", "hard", 4.0, from_quarter=4)
    elsewhere = cap(toy, "c", "hard", 5.0, members="JP")
    assert build_calendar(toy, make_policy(toy, controls=[ended, later, elsewhere])).capped.shape[
        :2
    ] == (3, 1)
    meets = cap(toy, "d", "hard", 5.0, from_quarter=6)
    assert build_calendar(toy, make_policy(toy, controls=[ended, later, meets])).capped.shape[
        :2
    ] == (3, 2)


def test_what_buyers_remember_of_two_caps_is_no_more_than_they_deny(toy):
    one = params(toy, frontier_pace=0.0)
    controls = cap(toy, "a", "hard", 3.0, 0.9), cap(toy, "b", "hard", 12.0, 0.5)
    top = float(walk(toy, one, make_policy(toy))[0][0]["K"][US, ETCH])
    states, _, _ = walk(toy, one, make_policy(toy, controls=controls))
    assert 12.0 < top < 13.0
    assert states[1]["M"][0, US, ETCH] == pytest.approx(0.1 + 0.9 * 0.5 * (top - 12.0))


def test_both_engines_combine_caps_alike(toy):
    pytest.importorskip("jax")
    values = sample_params(toy_structure(years=3), draws=3, seed=5)
    controls = [
        cap(toy, "a", "hard", 9.0, 0.7, members=EVERYONE, from_quarter=-3),
        cap(toy, "b", "sliding", 2.0, 0.2, members="US JP", from_quarter=3, announced_quarter=1),
        cap(toy, "c", "hard", 6.0, 0.9, members="US", from_quarter=6, until_quarter=9),
    ]
    policies = {"baseline": make_policy(toy), "x": make_policy(toy, controls=controls)}
    slow = simulate(toy, values, policies, engine="numpy")
    fast = simulate(toy, values, policies, engine="jax", dtype="float64")
    for name in policies:
        for variable, array in slow[name].arrays.items():
            scale = max(1.0, float(np.abs(array).max()))
            worst = np.abs(array - fast[name][variable]).max() / scale
            assert worst < 1e-12, (name, variable, worst)


# -- caps that were there before the start ----------------------------------------------------

CONTROLS = {
    "ban": lambda toy, **more: ban(toy, "US JP NL", "etcher duv-scanner", **more),
    "hard": lambda toy, **more: cap(
        toy, "hard", "hard", 8.7, 0.3, members="US JP NL", inputs="etcher duv-scanner", **more
    ),
    "sliding": lambda toy, **more: cap(
        toy, "slide", "sliding", 2.4, members="US JP NL", inputs="etcher duv-scanner", **more
    ),
}


@pytest.mark.parametrize("kind", CONTROLS)
def test_buyers_have_adapted_to_a_control_from_before_the_start(toy, kind):
    """Nothing moves but buyers' memory, which is off here; entry and growth are off as well."""
    one = params(toy, draws=3, leakage=0.05, grade_utility=0.7)
    control = CONTROLS[kind](toy, from_quarter=-8)
    for draw in range(3):
        states, _, _ = walk(toy, one, make_policy(toy, controls=[control]), draw)
        for state in states[1:]:
            np.testing.assert_allclose(state["s"], states[0]["s"], atol=1e-12)
            np.testing.assert_allclose(state["oe"], states[0]["oe"], atol=1e-12)


@pytest.mark.parametrize("kind", CONTROLS)
def test_a_control_from_before_the_start_leaves_less_open_than_a_new_one(toy, kind):
    one = params(toy, draws=2, leakage=0.05)
    old, new = (run(toy, one, CONTROLS[kind](toy, from_quarter=start)) for start in (-8, 0))
    free = run(toy, one)
    first = [paths["vacancy"][:, 0, ETCH].mean() for paths in (free, old, new)]
    assert first[0] < first[1] < first[2]
    assert (old["local_share"][:, 0, ETCH] > free["local_share"][:, 0, ETCH]).all()


def test_a_cap_that_denies_all_is_the_ban_that_denies_all(toy):
    one = params(toy, draws=2)
    floor = float(one.values["capability"].min()) - 10.0
    for start in (-8, 0):
        capped = cap(toy, "x", "hard", floor, members=EVERYONE, from_quarter=start)
        banned = ban(toy, EVERYONE, "etcher", from_quarter=start)
        by_cap, by_ban = run(toy, one, capped), run(toy, one, banned)
        for name in ("vacancy", "local_share", "availability", "output"):
            np.testing.assert_allclose(by_cap[name], by_ban[name], atol=1e-9, err_msg=name)


def test_both_engines_start_alike_under_caps_from_before(toy):
    pytest.importorskip("jax")
    values = sample_params(toy_structure(years=1), draws=2, seed=5)
    policy = make_policy(toy, controls=[CONTROLS["hard"](toy, from_quarter=-8)])
    short = toy_structure(years=1)
    slow, fast = (
        simulate(short, values, {"x": policy}, engine=engine, dtype="float64")["x"]
        for engine in ("numpy", "jax")
    )
    for name, array in slow.arrays.items():
        scale = max(1.0, float(np.abs(array).max()))
        assert np.abs(array - fast[name]).max() / scale < 1e-12, name
