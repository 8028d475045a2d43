# SPDX-License-Identifier: Apache-2.0
"""Reference mode: the worked cases, and the slow oracle, numbers and counts of steps alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade, systemic_risk
from chokegraph.chain.cascade.examples import chain_of_three, two_suppliers

from .oracle import Oracle
from .random_networks import networks, random_shock

QUICK = settings(max_examples=25, deadline=None)


def test_chain_of_three_by_hand():
    risk = systemic_risk(chain_of_three())
    # Without 1 nothing downstream is made; orders upstream of 1 there are none.
    assert risk.loss_down[0] == 1
    assert risk.loss_up[0] == 0.5
    # Without 3 nobody orders; 3 itself sells nothing, so it has no weight.
    assert risk.loss_down[2] == 0
    assert risk.loss_up[2] == 1


def test_two_suppliers_by_hand():
    network = two_suppliers()
    off = cascade(network, [Shock("1", lost={0: 1.0})], Settings(market_shares=False))
    assert off.loss_down[0] == pytest.approx(0.75, abs=1e-15)
    on = cascade(network, [Shock("2", lost={1: 1.0})])
    assert on.loss_down[0] == pytest.approx((10 + 100 / 12) / 140, abs=1e-15)


@given(network=networks(), seed=st.integers(0, 1000), shares=st.booleans())
@QUICK
def test_as_the_oracle(network, seed, shares):
    lost, cut = random_shock(seed, network)
    oracle = Oracle(network, guard=True, market_shares=shares)
    down, up, index, steps = oracle.run(lost, cut)
    ran = cascade(network, [Shock("s", lost, cut)], Settings(market_shares=shares))
    np.testing.assert_allclose(ran.down[0], down, atol=1e-12)
    np.testing.assert_allclose(ran.up[0], up, atol=1e-12)
    assert ran.loss[0] == pytest.approx(index, abs=1e-12)
    assert ran.iterations_down[0] == ran.iterations_up[0] == steps
    assert np.isnan(ran.error[0])


@given(network=networks(), seed=st.integers(0, 1000), way=st.sampled_from(["down", "up"]))
@QUICK
def test_as_the_oracle_by_ratio_and_in_one_direction(network, seed, way):
    lost, cut = random_shock(seed, network)
    oracle = Oracle(network, guard=True, market_shares=True)
    ratio = cascade(network, [Shock("s", lost, cut)], Settings(stop_rule="ratio"))
    _, _, index, steps = oracle.run(lost, cut, rule="ratio")
    assert ratio.loss[0] == pytest.approx(index, abs=1e-12)
    assert ratio.iterations_down[0] == steps
    alone = cascade(network, [Shock("s", lost, cut)], Settings(directions=(way,)))
    _, _, index, steps = oracle.run(lost, cut, directions=(way,))
    assert alone.loss[0] == pytest.approx(index, abs=1e-12)
    assert max(alone.iterations_down[0], alone.iterations_up[0]) == steps
    assert np.isnan(alone.up if way == "down" else alone.down).all()


def test_each_scenario_stops_by_itself():
    network = two_suppliers()
    shocks = [Shock("none"), Shock("1", lost={0: 1.0}), Shock("cut", cut={2: 0.5})]
    together = cascade(network, shocks)
    for number, shock in enumerate(shocks):
        alone = cascade(network, [shock])
        assert together.iterations_down[number] == alone.iterations_down[0]
        np.testing.assert_array_equal(together.down[number], alone.down[0])
    assert together.loss[0] == 0
    assert together.iterations_down[0] == 1


def test_the_guard_of_one_currency_unit_is_repeated_and_only_here():
    # The whole market of 1 and 2 fails. Published: sales of 0.5 against one unit left, half stands.
    network = two_suppliers()
    small = type(network)(**{**vars_of(network), "value": np.array([0.3, 0.2, 100.0])})
    everything = [Shock("both", lost={0: 1.0, 1: 1.0})]
    published = cascade(small, everything)
    assert published.down[0, 2] == pytest.approx(1 - (0.6 * 0.3 + 0.4 * 0.2), abs=1e-15)
    ours = cascade(small, everything, Settings(mode="converged"))
    assert ours.down[0, 2] == 0


def vars_of(network):
    return {name: getattr(network, name) for name in network.__dataclass_fields__}
