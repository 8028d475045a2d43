# SPDX-License-Identifier: Apache-2.0
"""How fast: stocks delay losses, and avert none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade
from chokegraph.chain.cascade.examples import chain_of_three, small_network

from .random_networks import networks, random_shock

DOWN = Settings(directions=("down",), steps=12)


def test_a_stock_of_two_steps_buys_two_steps():
    stops = [Shock("s", lost={0: 1.0})]
    ran = cascade(chain_of_three(), stops, replace(DOWN, inventories=np.full((3, 1), 2.0)))
    assert ran.first_step_below(0).tolist() == [[0, 3, 6]]
    # Only the product of 1 is in stock.
    ran = cascade(chain_of_three(), stops, replace(DOWN, inventories=np.array([2.0, 0, 0])))
    assert ran.first_step_below(0).tolist() == [[0, 3, 4]]
    # Only 3 holds stocks.
    ran = cascade(chain_of_three(), stops, replace(DOWN, inventories=np.array([[0], [0], [2.0]])))
    assert ran.first_step_below(0).tolist() == [[0, 1, 4]]
    assert ran.loss_path[0, [0, 1]].tolist() == [0.5, 1.0]


def test_a_stock_lasts_longer_where_less_is_missing():
    half = [Shock("s", cut={0: 0.5})]
    ran = cascade(chain_of_three(), half, replace(DOWN, inventories=np.full((3, 1), 2.0)))
    # Half a step's use is drawn each step: four steps without loss.
    assert ran.first_step_below(0.5)[0, 1] == 5
    assert ran.history[0, 4, 1] == 1


def test_a_stock_of_an_input_that_only_helps():
    network = small_network(
        [(0, 2, 30), (1, 2, 10)], sectors=[0, 1, 2], essentiality=[[1] * 3, [1] * 3, [1] * 3]
    )
    stocks = np.array([3.0, 0, 0])
    ran = cascade(network, [Shock("s", lost={0: 1.0})], replace(DOWN, inventories=stocks))
    assert ran.history[0, :6, 2].tolist() == [1, 1, 1, 1, 0.25, 0.25]


@given(network=networks(), seed=st.integers(0, 1000), shares=st.booleans())
@settings(max_examples=15, deadline=None)
def test_no_stock_is_the_published_path_and_endless_stock_is_none(network, seed, shares):
    lost, cut = random_shock(seed, network)
    shock, kinds = [Shock("s", lost, cut)], len(network.sector_names)
    ask = Settings(mode="converged", market_shares=shares, steps=6)
    bare = cascade(network, shock, ask)
    none = cascade(network, shock, replace(ask, inventories=np.zeros(kinds)))
    np.testing.assert_allclose(none.history, bare.history, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(none.down, bare.down)
    down = replace(ask, directions=("down",))
    endless = cascade(network, shock, replace(down, inventories=np.full(kinds, np.inf)))
    np.testing.assert_array_equal(endless.history[:, 1:], endless.history[:, [0]].repeat(6, axis=1))
    some = cascade(network, shock, replace(ask, inventories=np.full(kinds, 1.5)))
    assert np.all(some.history >= bare.history - 1e-12)
    # The path falls towards the limit and not beyond it.
    assert np.all(np.diff(some.history, axis=1) <= 1e-12)
    assert np.all(some.history[:, -1] >= bare.left - bare.error.max() - 1e-12)


def test_no_path_was_kept():
    ran = cascade(chain_of_three(), [Shock("s")])
    assert ran.loss_path is None
    with pytest.raises(ValueError, match="kept no path"):
        ran.first_step_below(0.5)
