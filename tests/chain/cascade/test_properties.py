# SPDX-License-Identifier: Apache-2.0
"""What must hold of any cascade on any network."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade, systemic_risk

from .random_networks import networks, random_shock

QUICK = settings(max_examples=15, deadline=None)
LIMIT = Settings(mode="converged")
MODES = st.sampled_from([Settings(), LIMIT, replace(LIMIT, market_shares=False)])


@given(network=networks(), seed=st.integers(0, 1000), mode=MODES)
@QUICK
def test_names_and_order_of_nodes_and_edges_change_nothing(network, seed, mode):
    rng = np.random.default_rng(seed)
    lost, cut = random_shock(seed, network)
    node, edge = rng.permutation(network.nodes), rng.permutation(network.edges)
    new = np.argsort(node).astype(np.int32)  # new index of each old node
    other = replace(
        network,
        node_ids=tuple(network.node_ids[n] for n in node),
        sectors=network.sectors[node],
        markets=network.markets[node],
        sales=None if network.sales is None else network.sales[node],
        supplier=new[network.supplier[edge]],
        customer=new[network.customer[edge]],
        value=network.value[edge],
        kind=network.kind[edge],
    )
    there = np.argsort(edge)
    moved = Shock(
        "s",
        {int(new[k]): much for k, much in lost.items()},
        {int(there[e]): much for e, much in cut.items()},
    )
    one, two = cascade(network, [Shock("s", lost, cut)], mode), cascade(other, [moved], mode)
    allowed = 1e-12 + np.nan_to_num(one.error[0]) + np.nan_to_num(two.error[0])
    np.testing.assert_allclose(two.left[0], one.left[0][node], rtol=0, atol=allowed)
    assert two.loss[0] == pytest.approx(one.loss[0], abs=allowed)


@given(network=networks(), seed=st.integers(0, 1000), factor=st.sampled_from([1e-9, 0.3, 1e6]))
@QUICK
def test_the_unit_of_money_changes_nothing(network, seed, factor):
    lost, cut = random_shock(seed, network)
    sales = None if network.sales is None else network.sales * factor
    other = replace(network, value=network.value * factor, sales=sales)
    shocks = [Shock("s", lost, cut), Shock("all", dict.fromkeys(range(network.nodes), 0.9))]
    one, two = cascade(network, shocks, LIMIT), cascade(other, shocks, LIMIT)
    np.testing.assert_allclose(
        two.left, one.left, rtol=0, atol=1e-12 + one.error.max() + two.error.max()
    )


@given(network=networks(), seed=st.integers(0, 1000), shares=st.booleans())
@QUICK
def test_more_shock_never_means_less_loss(network, seed, shares):
    lost, cut = random_shock(seed, network)
    more_lost, more_cut = random_shock(seed + 1, network)
    lost_too = {k: max(lost.get(k, 0), more_lost.get(k, 0)) for k in {*lost, *more_lost}}
    cut_too = {e: max(cut.get(e, 0), more_cut.get(e, 0)) for e in {*cut, *more_cut}}
    shocks = [Shock("less", lost, cut), Shock("more", lost_too, cut_too)]
    stocks = np.random.default_rng(seed).integers(0, 4, len(network.sector_names)).astype(float)
    ask = replace(LIMIT, market_shares=shares, steps=8, inventories=stocks)
    ran = cascade(network, shocks, ask)
    allowed = 1e-12 + ran.error.max()
    assert np.all(ran.left[1] <= ran.left[0] + allowed)
    assert ran.loss[1] >= ran.loss[0] - allowed
    assert np.all(ran.history[1] <= ran.history[0] + 1e-12)


@given(network=networks(), seed=st.integers(0, 1000))
@QUICK
def test_cutting_all_that_a_node_sells_and_the_node_stopping(network, seed):
    node = seed % network.nodes
    out = np.flatnonzero(network.supplier == node)
    into = np.flatnonzero(network.customer == node)
    shocks = [
        Shock("stops", lost={node: 1.0}),
        Shock("sells nothing", cut=dict.fromkeys(out.tolist(), 1.0)),
        Shock("buys nothing", cut=dict.fromkeys(into.tolist(), 1.0)),
    ]
    others = np.arange(network.nodes) != node
    off = cascade(network, shocks, replace(LIMIT, market_shares=False))
    allowed = 1e-12 + 2 * off.error.max()
    # Customers cannot tell a supplier that stopped from one that may not deliver; suppliers cannot
    # tell a customer that stopped from one that may not be supplied.
    np.testing.assert_allclose(off.down[1, others], off.down[0, others], rtol=0, atol=allowed)
    np.testing.assert_allclose(off.up[2, others], off.up[0, others], rtol=0, atol=allowed)
    # With replacement there is no such rule: others stand in for one that failed and not for one
    # that is banned, but one that is banned is still there to stand in for others.


@given(network=networks(), seed=st.integers(0, 1000))
@QUICK
def test_the_cap_on_re_sourcing(network, seed):
    lost, cut = random_shock(seed, network)
    shock = [Shock("s", lost, cut)]
    free = cascade(network, shock, LIMIT)
    before = cascade(network, shock, replace(LIMIT, market_shares=False)).loss_down[0]
    allowed = 1e-12 + 2 * free.error.max()
    for cap in (0.0, 0.4, 1.0):
        loss = cascade(network, shock, replace(LIMIT, reuse_cap=cap)).loss_down[0]
        assert loss <= before + allowed
        if cap == 0:
            assert loss == pytest.approx(before, abs=allowed)
        before = loss
    assert before == pytest.approx(free.loss_down[0], abs=allowed)


@given(network=networks(), weights=st.lists(st.floats(0.1, 9), min_size=12, max_size=12))
@QUICK
def test_weights_and_groups(network, weights):
    given_weights = np.array(weights[: network.nodes])
    groups = {"all": range(network.nodes), "one": [0], "two": [0, 1]}
    risk = systemic_risk(network, groups=groups, weights=given_weights)
    assert risk.loss[0] == pytest.approx(1)
    assert risk.own[1] == pytest.approx(given_weights[0] / given_weights.sum())
    shocks = [Shock(name, dict.fromkeys(group, 1.0)) for name, group in groups.items()]
    ran = cascade(network, shocks, weights=given_weights)
    np.testing.assert_allclose(risk.loss, ran.loss, rtol=0, atol=1e-12)
    by_hand = (1 - ran.left) @ given_weights / given_weights.sum()
    np.testing.assert_allclose(ran.loss, by_hand, rtol=0, atol=1e-12)
