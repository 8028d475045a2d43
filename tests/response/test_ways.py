# SPDX-License-Identifier: Apache-2.0
"""Routes with several ways: the best one is gone, and no way at all is the old model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.errors import FindingsError
from chokegraph.response.making import _choose, produce
from chokegraph.response.params import sample_params
from chokegraph.response.policy import ControlSpec, Policy
from chokegraph.response.simulate import simulate
from chokegraph.response.start import constants
from chokegraph.response.toy import toy_structure


def with_ways(toy, extra=()):
    """Every route of the toy as one way, and more ways as (route, requirement)."""
    routes = list(range(len(toy.routes)))
    rows = [toy.requirement[r] for r in routes] + [np.asarray(row, float) for _, row in extra]
    names = (*toy.routes, *(f"way-{k}" for k in range(len(extra))))
    places = np.array(routes + [route for route, _ in extra])
    return replace(toy, ways=names, way_route=places, way_requirement=np.array(rows)).check()


def drawn(toy, merit=(), start=(), draws=3, seed=4):
    params = sample_params(toy, draws=draws, seed=seed)
    values = dict(params.values)
    if toy.ways:
        own = [values[name] for name in ("merit", "start_yield")]
        more = [np.broadcast_to(np.asarray(x, float), (draws, len(x))) for x in (merit, start)]
        values["way_merit"] = np.concatenate([own[0], more[0]], axis=1)
        values["way_yield"] = np.concatenate([own[1], more[1]], axis=1)
    return replace(params, values=values)


BAN = ControlSpec(
    name="ban",
    members=(1, 2, 3, 4),
    inputs=np.array([True, False, False, False, False, False]),
    from_quarter=4,
    until_quarter=None,
    announced_quarter=4,
    tiers=(True, True, True),
    markets=("target",),
    sales=True,
)


@pytest.fixture(scope="module")
def toy():
    return toy_structure(years=2)


def run(toy, params, engine="numpy", dtype="float64"):
    policies = {"free": Policy(), "ban": Policy(controls=(BAN,))}
    return simulate(toy, params, policies, engine=engine, dtype=dtype)


def test_one_way_for_each_route_is_the_model_without_ways(toy):
    plain, ways = run(toy, drawn(toy)), run(with_ways(toy), drawn(with_ways(toy)))
    for name, array in plain["ban"].arrays.items():
        np.testing.assert_allclose(array, ways["ban"][name], rtol=1e-12, atol=1e-13, err_msg=name)


def test_the_best_way_is_gone_by_hand():
    # Route 0 has ways of worth 0.5 * 0.8 * 1 and 1 * 0.6 * 0.9; route 1 has one.
    C = {
        "way_of": np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        "around": np.zeros(2),
        "makes": np.ones((1, 2)),
    }
    P = {
        "yield_scale": 1.0,
        "yield_learning": 0.0,
        "way_yield": np.array([0.8, 0.6, 0.5]),
        "way_merit": np.array([1.0, 0.9, 1.0]),
        "on_design_around": 1.0,
        "route_choice": 1.0,
    }
    # Yields do not learn here: 1 - (1 - y) * 1.
    found = _choose(np, np.array([0.5, 1.0, 1.0]), np.zeros(2), P, C)
    np.testing.assert_allclose(found["value"], [0.54, 0.5])
    np.testing.assert_allclose(found["yields"], [0.6, 0.5])
    np.testing.assert_allclose(found["used"], [0.0, 1.0, 1.0])
    np.testing.assert_allclose(found["output"], [0.54 / 1.04 * 0.6, 0.5 / 1.04 * 0.5])
    # With the second way cut off, the first is gone.
    found = _choose(np, np.array([0.5, 0.0, 1.0]), np.zeros(2), P, C)
    np.testing.assert_allclose(found["value"], [0.4, 0.5])
    np.testing.assert_allclose(found["used"], [1.0, 0.0, 1.0])


def test_a_way_without_the_denied_input_is_taken_when_it_is_denied(toy):
    free = toy.requirement[2].copy()
    free[0] = 0.0  # needs no scanner
    two = with_ways(toy, [(2, free)])
    paths = run(two, drawn(two, merit=[0.3], start=[0.4]))
    used = paths["ban"]["way_used"]
    assert (used[:, 0, -1] == 0).all(), "the dearer way before the ban"
    one = run(with_ways(toy), drawn(with_ways(toy)))
    assert (paths["ban"]["route_value"] >= one["ban"]["route_value"] - 1e-12).all()


def test_ways_are_the_same_in_both_engines(toy):
    pytest.importorskip("jax")
    free = toy.requirement[2].copy()
    free[0] = 0.0
    two = with_ways(toy, [(2, free)])
    params = drawn(two, merit=[0.6], start=[0.5])
    for name, array in run(two, params)["ban"].arrays.items():
        other = run_jax(two, params)["ban"][name]
        np.testing.assert_allclose(array, other, rtol=1e-9, atol=1e-10, err_msg=name)


_JAX = {}


def run_jax(toy, params):
    if "paths" not in _JAX:
        _JAX["paths"] = run(toy, params, engine="jax")
    return _JAX["paths"]


def test_without_ways_there_is_nothing_new_in_the_constants(toy):
    assert not [name for name in constants(toy) if name.startswith("way")]
    assert toy.way_names == toy.routes


def test_every_route_needs_a_way(toy):
    with pytest.raises(FindingsError, match="ways do not cover every route"):
        replace(
            toy, ways=("only",), way_route=np.array([0]), way_requirement=toy.requirement[:1]
        ).check()


def test_produce_takes_the_scarcest_input_of_each_way(toy):
    two = with_ways(toy, [(2, np.zeros(6))])
    C = constants(two)
    P = {name: array[0] for name, array in drawn(two, merit=[0.1], start=[0.5]).values.items()}
    P["on_design_around"] = 1.0
    S = {"A": np.zeros(3), "A_plan": np.zeros(3)}
    availability = np.ones((5, 6))
    availability[1, 0] = 0.0  # no scanners for the advanced tier
    made = produce(np, S, availability, P, C)
    assert made["way_used"][2] == 0
    assert made["way_used"][3] == 1
    assert made["output"].shape == (2,)
