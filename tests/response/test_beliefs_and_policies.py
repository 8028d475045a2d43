# SPDX-License-Identifier: Apache-2.0
"""Priors, draws, policies and the runner: what they promise and what they refuse."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from chokegraph.errors import FindingsError
from chokegraph.response.calendar import build_calendar
from chokegraph.response.distributions import quantile
from chokegraph.response.params import sample_params
from chokegraph.response.policy import (
    MAX_HORIZON,
    Approval,
    ControlSpec,
    Policy,
    approval_draws,
    make_policy,
)
from chokegraph.response.priors import COLUMNS, load_priors, override
from chokegraph.response.simulate import CHUNK, pick_engine, simulate
from chokegraph.response.state import Band
from chokegraph.response.toy import toy_structure
from response_runs import ban


@pytest.fixture
def toy():
    return toy_structure(years=2)


def test_the_written_range_of_every_prior_is_its_90_percent_interval():
    for key, prior in load_priors().items():
        low, high = prior.quantile([0.05, 0.95])
        assert prior.low == pytest.approx(low, rel=0.01, abs=1e-9), key
        assert prior.high == pytest.approx(high, rel=0.01, abs=1e-9), key
        assert prior.grade in "ABCDX", key
        assert prior.source_id, key
        assert prior.meaning.endswith("."), key


@pytest.mark.parametrize(
    ("dist", "a", "b"), [("beta", 2.0, 8.0), ("beta", 1.6, 50.0), ("beta", 4.0, 8.0)]
)
def test_beta_quantiles_agree_with_scipy(dist, a, b):
    stats = pytest.importorskip("scipy.stats")
    u = np.linspace(0.01, 0.99, 50)
    assert quantile(dist, a, b, u) == pytest.approx(stats.beta.ppf(u, a, b), abs=1e-6)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [("dist", "cauchy", "unknown dist"), ("a", "much", "not a number"), (None, None, "twice")],
)
def test_a_broken_table_of_priors_is_refused(tmp_path, cell, value, expected):
    row = dict.fromkeys(COLUMNS, "1") | {"name": "drift", "dist": "fixed", "family": ""}
    rows = [row, dict(row) if cell is None else row | {"name": "other", cell: value}]
    path = tmp_path / "priors.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(FindingsError, match=expected):
        load_priors(path)


def test_assumptions_with_unknown_names_or_reversed_ranges_are_refused():
    with pytest.raises(FindingsError, match="leakage") as caught:
        override(load_priors(), {"leakge": 0.1, "drift": [1, 0]})
    assert len(caught.value.findings) == 2


def test_families_override_the_general_prior(toy):
    values = sample_params(toy, draws=5, seed=0).values
    assert (values["stock_decay"][:, 0] == 0).all()  # tools in crates
    assert (values["stock_decay"][:, 3] > 0.1).all()  # photoresist
    assert values["leakage"][:, 0].mean() < values["leakage"][:, 3].mean()


def known_figures(toy):
    """The toy world with a figure for what else takes a prior."""

    def all_inputs(value):
        return Band.point(np.full(6, value))

    return replace(
        toy,
        pace=all_inputs(0.3),
        qualification=all_inputs(5.0),
        service_life=all_inputs(12.5),
        stock_decay=all_inputs(0.05),
        growth=Band.point([0.04, 0.04]),
        rnd_intensity=Band.point(np.full((6, 6), 0.12)),
        experience=Band.point(np.full((6, 6), 100.0)),
    )


def test_figures_of_the_world_stand_before_priors_which_then_reach_nothing(toy):
    params = sample_params(known_figures(toy), draws=3, seed=0)
    expected = {
        "frontier_pace": 0.3, "qualification_rate": 0.2, "attrition": 0.02, "stock_decay": 0.05,
        "growth": 0.04, "rnd_intensity": 0.12, "experience": 100.0,
    }  # fmt: skip
    for name, value in expected.items():
        assert params.values[name] == pytest.approx(np.full(params.values[name].shape, value)), name
    instead = {"demand_growth", "experience_years"} | set(expected) - {"growth", "experience"}
    idle = {prior.name for key, prior in params.priors.items() if key not in params.reaching}
    assert idle == instead | {"leakage"}  # of chips: the toy world has none
    assert not instead & {key.split(".")[0] for key in params.scalars()}


def test_a_stated_belief_stands_before_figures_of_the_world(toy):
    stated = {
        "frontier_pace": 0.9, "qualification_rate": 0.7, "attrition": 0.1, "stock_decay": 0.3,
        "demand_growth": 0.2, "rnd_intensity": 0.5,
    }  # fmt: skip
    table = override(load_priors(), {**stated, "experience_years": 3.0})
    params = sample_params(known_figures(toy), table, draws=3, seed=0)
    for name, value in stated.items():
        drawn = params.values["growth" if name == "demand_growth" else name]
        assert (drawn == value).all(), name
        assert name in {key.split(".")[0] for key in params.reaching}
    assert np.isnan(params.values["experience"]).all()  # it follows from years of sales


def test_a_stated_belief_for_a_use_stands_before_an_unstated_one_for_a_family(toy):
    table = load_priors()
    table["stock_decay.consumable"] = replace(
        table["stock_decay"].fixed(0.4), family="consumable", stated=True
    )
    values = sample_params(toy, table, draws=2, seed=0).values["stock_decay"]
    assert (values[:, ~toy.capital] == 0.4).all()  # photoresist too, which has a row of its own
    assert (values[:, toy.capital] == 0).all()


def test_a_prior_for_tools_only_reaches_nothing_where_tools_have_figures(toy):
    lives = np.where(toy.capital, 10.0, np.nan)
    some = replace(toy, service_life=Band(lives, lives, lives))
    assert "attrition" not in sample_params(some, draws=1, seed=0).reaching
    assert "attrition" in sample_params(toy, draws=1, seed=0).reaching


def test_shares_hold_the_known_intervals_and_the_unknown_remainder(toy):
    mid = np.full(toy.share.mid.shape, np.nan)
    mid[:, 1] = 0.6
    low, high = mid - 0.1, mid + 0.1
    high[:, 2], low[:, 2] = 0.05, 0.0  # named without a figure, at most 5 %
    plausible = toy.plausible.copy()
    plausible[3] = True
    some = replace(toy, share=Band(mid, low, high), plausible=plausible)
    share = sample_params(some, draws=400, seed=1).values["share"]
    assert share.sum(axis=2) == pytest.approx(np.ones((400, 5, 6)))
    inside = (share[:, 0, 1, 0] > 0.5) & (share[:, 0, 1, 0] < 0.7)
    assert 0.84 < inside.mean() < 0.97
    assert share[:, :, 2].max() <= 0.05 + 1e-12
    assert share[:, :, 3].mean() > 0.05
    assert share[:, :, 5].mean() > 0.05  # the unidentified provider
    assert share[:, :, 0].max() == 0


def test_a_structure_with_wrong_arrays_names_all_of_them(toy):
    broken = replace(toy, start_cover=np.zeros(3), member=np.zeros(2, dtype=bool))
    with pytest.raises(FindingsError) as caught:
        broken.check()
    assert len(caught.value.findings) == 2


def test_calendars_know_what_is_announced_and_what_ends(toy):
    first = ban(toy, "US", "etcher", name="a", from_quarter=2, until_quarter=5)
    second = ban(toy, "JP", "etcher", name="b", from_quarter=6, announced_quarter=3)
    calendar = build_calendar(toy, make_policy(toy, controls=[first, second]))
    active = calendar.active[calendar.regime]
    assert active[:, 0].tolist() == [0, 0, 1, 1, 1, 0, 0, 0]
    assert active[:, 1].tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    expected = calendar.active[calendar.ahead[:, 3]]
    assert expected[:, 1].tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert calendar.ahead.shape == (8, MAX_HORIZON + 1)


def test_licences_of_a_control_are_the_same_in_every_run(toy):
    rule = ban(toy, "US", "etcher", name="rule", approval=Approval("beta", 2, 5))
    other = ban(toy, "JP", "etcher", name="other", approval=Approval("beta", 2, 5))
    alone = approval_draws(Policy(controls=(rule,)), 3, 10)
    among = approval_draws(Policy(controls=(other, rule)), 3, 10)
    assert np.array_equal(alone[:, 0], among[:, 1])
    assert not np.array_equal(among[:, 0], among[:, 1])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"members": ()}, "no members"),
        ({"members": (5,)}, "ZZ"),
        ({"members": (9,)}, "not a row"),
        ({"markets": ("moon",)}, "unknown markets"),
        ({"strength": 1.5}, "strength"),
        ({"from_quarter": 3, "until_quarter": 3}, "ends before"),
        ({"from_quarter": 3, "announced_quarter": 4}, "announced after"),
        ({"inputs": np.ones(2, dtype=bool)}, "shape"),
        ({"approval": Approval("cauchy")}, "unknown distribution"),
    ],
)
def test_a_control_that_does_not_fit_is_refused(toy, changes, expected):
    control = replace(ControlSpec("x", (1,), np.ones(6, dtype=bool)), **changes)
    with pytest.raises(FindingsError, match=expected):
        make_policy(toy, controls=[control])


def test_an_unknown_mechanism_is_refused_with_a_suggestion(toy):
    with pytest.raises(FindingsError, match="leakage"):
        make_policy(toy, mechanisms={"leakages": False})


def test_an_unknown_engine_is_refused():
    with pytest.raises(FindingsError, match="auto, numpy or jax"):
        pick_engine("abacus")


def test_a_stopped_run_keeps_the_draws_that_all_runs_finished(toy):
    values = sample_params(toy, draws=6, seed=0)
    seen = []
    runs = simulate(
        toy,
        values,
        {"a": make_policy(toy), "b": make_policy(toy)},
        engine="numpy",
        progress=lambda done, total: seen.append((done, total)),
        should_stop=lambda: len(seen) >= 7,
    )
    assert runs["a"].draws == runs["b"].draws == 3
    whole = simulate(toy, values, {"a": make_policy(toy)}, engine="numpy")["a"]
    assert np.array_equal(whole["sales"][:3], runs["a"]["sales"])
    assert seen[-1] == (7, 12)


def test_a_run_stopped_at_once_says_so(toy):
    values = sample_params(toy, draws=2, seed=0)
    with pytest.raises(FindingsError, match="stopped"):
        simulate(toy, values, {"a": make_policy(toy)}, engine="numpy", should_stop=lambda: True)


def test_chunks_of_uneven_size_give_every_draw_once(toy):
    pytest.importorskip("jax")
    values = sample_params(toy, draws=CHUNK + 3, seed=0)
    paths = simulate(toy, values, {"a": make_policy(toy)}, engine="jax")["a"]
    slow = simulate(toy, values, {"a": make_policy(toy)}, engine="numpy")["a"]
    assert paths.draws == CHUNK + 3
    assert paths.dtype == "float32"
    assert paths["capability"] == pytest.approx(slow["capability"], abs=1e-4)
