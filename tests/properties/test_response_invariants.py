# SPDX-License-Identifier: Apache-2.0
"""What must hold for every draw and every policy of the response model."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chokegraph.response.params import Params, sample_params
from chokegraph.response.policy import Approval, Cap, ControlSpec, Mandate, Subsidy, make_policy
from chokegraph.response.simulate import simulate
from chokegraph.response.state import Band
from chokegraph.response.toy import toy_structure
from response_runs import ban, params, permute, pick, run, walk

TOY = toy_structure(years=5)
SLOW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def controls(draw, number):
    start = draw(st.integers(-2, 15))
    cap = draw(st.sampled_from([None, None, Cap("hard", 8.0), Cap("sliding", 2.0)]))
    markets = ("target",) if cap else draw(st.sampled_from([("target",), ("coalition", "others")]))
    inputs = np.array(draw(st.lists(st.booleans(), min_size=6, max_size=6)))
    members = tuple(sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=4))))
    return ControlSpec(
        f"control {number}",
        members,
        inputs,
        from_quarter=start,
        until_quarter=draw(st.one_of(st.none(), st.integers(start + 1, start + 9))),
        announced_quarter=start - draw(st.integers(0, 5)),
        tiers=(True,) * 3 if cap else draw(st.tuples(st.booleans(), st.booleans(), st.booleans())),
        markets=markets,
        approval=Approval("beta", 1.0, draw(st.floats(1.0, 20.0))),
        strength=draw(st.sampled_from([1.0, 0.6])),
        sales=draw(st.booleans()),
        service=draw(st.booleans()),
        staff=draw(st.booleans()),
        cap=cap,
    )


@st.composite
def policies(draw):
    count = draw(st.integers(0, 3))
    money = 30.0 * np.array(draw(st.lists(st.booleans(), min_size=6, max_size=6)), dtype=float)
    return make_policy(
        TOY,
        controls=[draw(controls(number)) for number in range(count)],
        mandates=[Mandate(0.5 * (money > 0))],
        subsidies=[Subsidy(money, money)],
    )


@SLOW
@given(policy=policies(), seed=st.integers(0, 10_000))
def test_shares_stocks_capability_and_output_stay_in_bounds(policy, seed):
    values = sample_params(TOY, draws=1, seed=seed)
    states, facts, known = walk(TOY, values, policy)
    for before, after, fact in zip(states, states[1:], facts, strict=False):
        order = fact["order"]
        assert after["s"].min() >= 0
        assert after["s"].sum(axis=1).max() <= 1 + 1e-9
        assert after["N"].min() >= 0
        assert after["B"].min() >= 0
        assert (after["K"] - before["K"]).min() >= 0
        assert fact["made"]["output"].min() >= 0
        assert fact["made"]["output"].max() <= 1 + 1e-12
        assert fact["availability"].min() >= 0
        assert fact["availability"].max() <= 1 + 1e-12
        # Volume balance: what is stocked is what came and was not used.
        left = (1 - known["stock_decay"]) * before["N"]
        balance = after["N"] - left - order["got"] + order["used"]
        assert np.abs(balance).max() < 1e-6
        assert (order["used"] <= fact["demand"] + 1e-9).all()
        # What suppliers sell is what buyers get.
        sold = fact["volume"].sum(axis=0)
        assert sold == pytest.approx(order["got"].sum(axis=0), rel=1e-9, abs=1e-9)
        for array in (*after.values(), fact["sales"], fact["know"]):
            assert np.isfinite(array).all()
        assert fact["know"].min() >= 0
        assert fact["know"].max() <= 1 + 1e-12


def test_permuting_countries_and_inputs_permutes_the_outcomes():
    toy = toy_structure(years=5, spread=0.0)
    order, swap = [5, 2, 0, 4, 1, 3], [0, 3, 1, 4, 2, 5]
    moved = permute(toy, swap, order)
    one = params(toy, leakage=0.05, frontier_pace=0.4, entry_weight=0.02, learning_rate=0.1)
    other = params(moved, leakage=0.05, frontier_pace=0.4, entry_weight=0.02, learning_rate=0.1)
    names = {"from_quarter": 3, "announced_quarter": 1, "service": True}
    first = run(toy, one, ban(toy, "US JP", "etcher duv-scanner", **names))
    second = run(moved, other, ban(moved, "US JP", "etcher duv-scanner", **names))
    for name in ("local_share", "capability", "cover", "price", "vacancy"):
        assert first[name][:, :, order] == pytest.approx(second[name], abs=1e-9), name
    for name in ("sales", "rnd", "sales_to_target"):
        assert first[name][:, :, swap] == pytest.approx(second[name], rel=1e-9), name
    assert first["output"] == pytest.approx(second["output"], abs=1e-12)


def test_a_country_with_nothing_changes_nothing():
    toy = toy_structure(years=5, spread=0.0)
    at = len(toy.countries) - 1

    def grown(band, axis):
        return Band(*(np.insert(part, at, 0.0, axis) for part in (band.mid, band.low, band.high)))

    unknown = np.full((len(toy.countries) + 1, len(toy.inputs)), np.nan)
    more = replace(
        toy,
        countries=(*toy.countries[:-1], "LU", "ZZ"),
        member=np.insert(toy.member, at, False),
        share=grown(toy.share, 1),
        plausible=np.insert(toy.plausible, at, False, 0),
        capability=grown(toy.capability, 0),
        rnd_intensity=Band(unknown, unknown, unknown),
        experience=Band(unknown, unknown, unknown),
    ).check()
    fixed = {"leakage": 0.05, "frontier_pace": 0.4, "entry_weight": 0.02}
    control = {"from_quarter": 3, "announced_quarter": 1}
    first = run(toy, params(toy, **fixed), ban(toy, "US JP", "etcher", **control))
    second = run(more, params(more, **fixed), ban(more, "US JP", "etcher", **control))
    for name in ("output", "local_share", "capability", "price", "lead", "stockpile"):
        assert first[name] == pytest.approx(second[name], abs=1e-9), name
    assert second["sales"][:, :, at].max() == 0


def test_a_draw_depends_neither_on_other_draws_nor_on_batches():
    pytest.importorskip("jax")
    few, many = sample_params(TOY, draws=3, seed=5), sample_params(TOY, draws=60, seed=5)
    for name, array in few.values.items():
        assert np.array_equal(array, many.values[name][:3], equal_nan=True), name
    control = ban(TOY, "US JP", "etcher", approval=Approval("beta", 2.0, 8.0), from_quarter=2)
    policy = {"run": make_policy(TOY, controls=[control])}
    alone = simulate(TOY, few, policy, engine="jax", workers=1)["run"]
    among = simulate(TOY, many, policy, engine="jax", batch_size=4)["run"]
    for name, array in alone.arrays.items():
        scale = max(1.0, np.abs(array).max())
        assert np.abs(array - among[name][:3]).max() / scale < 1e-5, name
    again = simulate(TOY, many, policy, engine="jax", batch_size=4)["run"]
    assert all(np.array_equal(again[name], among[name]) for name in again.arrays)


def test_a_further_prior_changes_no_other_draw():
    base = sample_params(TOY, draws=4, seed=2)
    from chokegraph.response.priors import load_priors, override

    changed = sample_params(TOY, override(load_priors(), {"drift": [0, 1]}), draws=4, seed=2)
    same = [k for k in base.values if np.array_equal(base.values[k], changed.values[k], True)]
    assert set(base.values) - set(same) == {"drift"}


@pytest.mark.parametrize(("dtype", "limit"), [("float64", 1e-12), ("float32", 2e-4)])
def test_the_two_engines_agree(dtype, limit):
    pytest.importorskip("jax")
    values = sample_params(TOY, draws=6, seed=11)
    both = {"service": True, "from_quarter": 6, "announced_quarter": 3}
    policy = {
        "free": make_policy(TOY),
        "held": make_policy(
            TOY,
            controls=[
                ban(TOY, "US JP NL", "etcher duv-scanner", approval=Approval("beta", 2, 8), **both),
                ban(TOY, "NL", "euv-scanner", name="cap", cap=Cap("sliding", 2.0)),
            ],
            mandates=[Mandate(0.5 * pick(TOY, "etcher"))],
        ),
    }
    slow = simulate(TOY, values, policy, engine="numpy")
    fast = simulate(TOY, values, policy, engine="jax", dtype=dtype)
    for name in policy:
        assert fast[name].engine == "jax"
        for variable, array in slow[name].arrays.items():
            scale = max(1.0, float(np.abs(array).max()))
            worst = np.abs(array - fast[name][variable]).max() / scale
            assert worst < limit, (name, variable, worst)


@pytest.mark.slow
def test_gradients_agree_with_finite_differences():
    jax = pytest.importorskip("jax")
    from chokegraph.response import jax_engine
    from chokegraph.response.policy import approval_draws
    from chokegraph.response.simulate import _prepare

    toy = toy_structure(years=2, spread=0.0)
    values = params(toy, leakage=0.05, frontier_pace=0.4, learning_rate=0.1, entry_weight=0.02)
    policy = make_policy(toy, controls=[ban(toy, "US", "etcher", from_quarter=2)])
    job = _prepare(toy, values, {"run": policy})["run"]
    with jax.enable_x64(True):
        row = jax_engine.as_arrays({k: v[0] for k, v in job["values"].items()}, "float64")
        fixed = [
            jax_engine.as_arrays(job[part], "float64")
            for part in ("constants", "calendar", "quarters")
        ]
        approval = jax_engine.as_arrays({"a": approval_draws(policy, 0, 1)[0]}, "float64")["a"]

        @jax.jit
        def lead(some):
            one = jax.tree.map(lambda leaf: leaf[None], ({**row, **some}, approval))
            outcome = jax_engine.run_draws(*one, *fixed)
            return outcome["lead"][0, -1, -1] + outcome["sales"].sum() / 1e5

        names = ("drift", "rnd_response", "learning_rate", "frontier_pace", "leakage")
        point = {name: row[name] + (0.1 if name == "drift" else 0.0) for name in names}
        slopes = jax.jit(jax.grad(lead))(point)
        small = 1e-6
        for name in names:
            ends = [lead({**point, name: point[name] + sign * small}) for sign in (1, -1)]
            expected = float(ends[0] - ends[1]) / (2 * small)
            assert float(np.sum(slopes[name])) == pytest.approx(expected, rel=1e-4, abs=1e-7), name


def replaced(values: Params, **arrays: float) -> Params:
    """Return the draws with some parameters set to one value."""
    changed = {name: np.full_like(values.values[name], value) for name, value in arrays.items()}
    return replace(values, values={**values.values, **changed})


def test_more_leakage_means_no_less_output_on_the_whole():
    values = sample_params(TOY, draws=25, seed=4)
    control = ban(TOY, "US JP NL KR", "photoresist etcher", from_quarter=2)
    outputs = [
        run(TOY, replaced(values, leakage=leak), control)["output"].mean()
        for leak in (0.0, 0.1, 0.3, 1.0)
    ]
    assert all(low <= high + 1e-9 for low, high in pairwise(outputs))
    assert outputs[0] < outputs[-1]


def test_more_members_mean_no_smaller_vacancy_on_the_whole():
    values = sample_params(TOY, draws=25, seed=4)
    vacancy = [
        run(TOY, values, ban(TOY, members, "etcher photoresist"))["vacancy"].mean()
        for members in ("US", "US JP", "US JP NL", "US JP NL KR")
    ]
    assert all(low <= high + 1e-9 for low, high in pairwise(vacancy))
    assert vacancy[0] < vacancy[-1]
