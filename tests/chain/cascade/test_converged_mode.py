# SPDX-License-Identifier: Apache-2.0
"""Converged mode: the limit, by three roads, and a bound on the distance that holds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade, exact, systemic_risk
from chokegraph.chain.cascade.closed import applies, first_passage
from chokegraph.chain.cascade.converged import finish, limit_of
from chokegraph.chain.cascade.examples import chain_of_three, small_network
from chokegraph.chain.cascade.layout import layout_of
from chokegraph.chain.cascade.shocks import pack, pack_groups
from chokegraph.chain.cascade.steps import market_of, start_of

from .oracle import Oracle
from .random_networks import networks, random_network, random_shock

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
LIMIT = Settings(mode="converged")


def oracle_limit(network, lost, cut, *, shares=True, cap=None, steps=1500):
    oracle = Oracle(network, guard=False, market_shares=shares, cap=cap)
    psi = [1 - lost.get(node, 0.0) for node in range(network.nodes)]
    down, up = psi, psi
    for _ in range(steps):
        after = oracle.step_down(down, psi, cut), oracle.step_up(up, psi, cut)
        change = np.abs(np.subtract(after, (down, up))).max()
        down, up = after
        if change < 1e-15:
            break
    return np.array(down), np.array(up), change


@given(
    network=networks(final_demand=0.5),
    seed=st.integers(0, 1000),
    cap=st.sampled_from([None, 0.25]),
)
@QUICK
def test_the_oracle_run_for_long_ends_there(network, seed, cap):
    lost, cut = random_shock(seed, network)
    ran = cascade(network, [Shock("s", lost, cut)], replace(LIMIT, reuse_cap=cap))
    down, up, change = oracle_limit(network, lost, cut, cap=cap)
    assume(change < 1e-13)  # else steps are too many for an oracle
    allowed = ran.error[0] + 1e-9
    assert ran.error[0] <= LIMIT.error
    np.testing.assert_allclose(ran.down[0], down, rtol=0, atol=allowed)
    np.testing.assert_allclose(ran.up[0], up, rtol=0, atol=allowed)


@given(network=networks(), seed=st.integers(0, 1000), shares=st.booleans())
@QUICK
def test_never_less_loss_than_a_stopped_value(network, seed, shares):
    lost, cut = random_shock(seed, network)
    ask = {"market_shares": shares}
    limit = cascade(network, [Shock("s", lost, cut)], replace(LIMIT, **ask))
    oracle = Oracle(network, guard=False, market_shares=shares)
    for stop in (1e-1, 1e-2, 1e-4):
        down, up, index, _ = oracle.run(lost, cut, stop=stop)
        assert np.all(limit.down[0] <= np.array(down) + 1e-12 + limit.error[0])
        assert np.all(limit.up[0] <= np.array(up) + 1e-12 + limit.error[0])
        assert limit.loss[0] >= index - 1e-12 - limit.error[0]


@given(network=networks(), seed=st.integers(0, 1000), shares=st.booleans(), way=st.booleans())
@QUICK
def test_linear_systems_agree_with_steps_and_both_bounds_hold(network, seed, shares, way):
    lost, cut = random_shock(seed, network)
    layout, packed = layout_of(network), pack([Shock("s", lost, cut)])
    side = layout.down if way else layout.up
    market = market_of(layout, replace(LIMIT, market_shares=shares)) if way else None
    least = start_of(packed, network.nodes)
    rough, _, coarse = limit_of(side, least, market, packed, 1e-3)
    fine, _, bound = limit_of(side, least, market, packed, 1e-10)
    solved, unknown = least.copy(), np.array([np.inf])
    finish(side, least, market, packed, solved, np.zeros(1, dtype=np.int64), unknown)
    assert unknown[0] <= 1e-9
    if np.isfinite(bound[0]):
        np.testing.assert_allclose(solved, fine, rtol=0, atol=bound[0] + unknown[0] + 1e-12)
    if np.isfinite(coarse[0]):  # the bound of a stop far from the limit
        assert np.all(solved - rough <= coarse[0] + unknown[0] + 1e-12)
        assert np.all(solved - rough >= -unknown[0] - 1e-12)


def test_closed_form_upstream():
    network = random_network(11, nodes=60, edges=400, sectors=6, final_demand=0.3)
    side = layout_of(network).up
    sets = [[k] for k in range(60)] + [[1, 2, 3], [5, 9]]
    packed = pack_groups(sets)
    assert applies(side, packed)
    lost, bound = first_passage(side, packed)
    steps, _, _ = limit_of(side, start_of(packed, 60), None, packed, 1e-12)
    assert bound.max() < 1e-12
    np.testing.assert_allclose(lost, steps, rtol=0, atol=1e-11)


def test_a_circle_without_final_demand_loses_everything_and_the_proof_says_so():
    # 1 -> 2 -> 3 -> 1, nothing leaves: each sells all to the next.
    network = small_network([(0, 1, 1), (1, 2, 1), (2, 0, 1)], sectors=[0, 1, 2])
    ran = cascade(network, [Shock("a tenth", lost={0: 0.1})], LIMIT)
    np.testing.assert_allclose(ran.left, 0.9, atol=1e-9)
    # Half of what 2 buys comes from outside the circle, so that a loss fades around it.
    open_circle = small_network([(0, 1, 1), (3, 1, 1), (1, 2, 1), (2, 0, 1)], sectors=[0, 1, 2, 0])
    off = replace(LIMIT, market_shares=False, directions=("down",))
    ran = cascade(open_circle, [Shock("a ban on half", cut={2: 0.5})], off)
    # x = loss of 3 = 1 - (1 - x / 2) / 2, so x = 2 / 3 of it.
    np.testing.assert_allclose(ran.down[0], [1 / 3, 2 / 3, 1 / 3, 1], atol=1e-9)


def test_slow_circles_are_solved():
    # Sales to final demand of one in ten thousand: steps would need a hundred thousand.
    network = small_network(
        [(0, 1, 1), (1, 0, 1), (1, 2, 1)], sectors=[0, 1, 2], sales=[1.0001, 2.0002, 0]
    )
    ran = cascade(network, [Shock("3 stops", lost={2: 1.0})], replace(LIMIT, directions=("up",)))
    share, half = 1 / 1.0001, 1 / 2.0002
    expected = half / (1 - half * share)
    assert 1 - ran.up[0, 1] == pytest.approx(expected, abs=1e-11)
    assert ran.error[0] <= 1e-9


@pytest.mark.parametrize(("dense", "sparse"), [(300, 4000), (0, 4000), (0, 0)])
def test_linear_systems_of_any_size(monkeypatch, dense, sparse):
    # Inverted, by sparse elimination, by iteration: small ones here, made to take each road.
    monkeypatch.setattr(exact, "DENSE_UP_TO", dense)
    monkeypatch.setattr(exact, "SPARSE_UP_TO", sparse)
    network = random_network(21, nodes=30, edges=200, sectors=5, final_demand=0.1)
    layout, packed = layout_of(network), pack([Shock("s", {0: 1.0, 4: 0.6}, {7: 0.5})])
    least = start_of(packed, 30)
    for side, market in ((layout.down, market_of(layout, LIMIT)), (layout.up, None)):
        lost, bound = least.copy(), np.array([np.inf])
        finish(side, least, market, packed, lost, np.zeros(1, dtype=np.int64), bound)
        steps, _, known = limit_of(side, least, market, packed, 1e-12)
        assert bound[0] <= 1e-10
        np.testing.assert_allclose(lost, steps, rtol=0, atol=known[0] + 1e-10)


@given(network=networks(), seed=st.integers(0, 1000))
@QUICK
def test_single_knock_outs_are_general_shocks(network, seed):
    for mode in ("reference", "converged"):
        risk = systemic_risk(network, Settings(mode=mode))
        shocks = [Shock(name, lost={k: 1.0}) for k, name in enumerate(risk.names)]
        ran = cascade(network, shocks, Settings(mode=mode))
        np.testing.assert_allclose(risk.loss, ran.loss, rtol=0, atol=1e-12)
        # A loss of all but a trace is solved step by step, not in closed form.
        nearly = [Shock(name, lost={k: 1 - 1e-13}) for k, name in enumerate(risk.names)]
        if mode == "converged":
            near = cascade(network, nearly, Settings(mode=mode))
            allowed = near.error + risk.error + 1e-11
            assert np.all(np.abs(risk.loss_up - near.loss_up) <= allowed)


def test_the_mode_says_so():
    stopped = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})])
    limit = cascade(chain_of_three(), [Shock("s", lost={0: 1.0})], LIMIT)
    assert np.isnan(stopped.error[0])
    assert limit.error[0] <= 1e-9
    assert limit.settings.mode == "converged"
    assert "sales to final demand are not known" in limit.findings[0].message
