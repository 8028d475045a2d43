# SPDX-License-Identifier: Apache-2.0
"""Every loss has a reason that ends at the shock."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import (
    MIXED,
    NOT_BOUND,
    Settings,
    Shock,
    binding_inputs,
    cascade,
    explain_loss,
)
from chokegraph.chain.cascade.examples import chain_of_three, small_network, two_suppliers

from .random_networks import networks, random_shock


def test_down_the_chain():
    ran = cascade(chain_of_three(), [Shock("s", lost={0: 0.5})], Settings(directions=("down",)))
    chain = explain_loss(ran, 0, 2)
    assert [link.node for link in chain] == [2, 1, 0]
    assert [link.direction for link in chain] == ["down", "down", "shock"]
    assert [link.kind for link in chain] == [1, 0, None]
    assert [link.via_edges for link in chain] == [(1,), (0,), ()]
    assert chain[0].text == (
        "3 has 50 % of its output left, because 50 % of its input sector 2 is missing (from 2)."
    )
    assert chain[-1].text == (
        "1 has 50 % of its output left, because the scenario takes 50 % of its capacity."
    )


def test_up_the_chain_and_a_cut():
    ran = cascade(chain_of_three(), [Shock("s", cut={1: 0.25})], Settings(directions=("up",)))
    chain = explain_loss(ran, 0, 0)
    assert [link.node for link in chain] == [0, 1, 1]
    assert chain[1].text == (
        "2 has 75 % of its output left, because 25 % of its orders are missing (from 3)."
    )
    assert chain[2].text == "The scenario cuts 25 % of what 2 sells to 3."
    assert chain[2].via_edges == (1,)
    assert explain_loss(ran, 0, 2)[0].text == "3 loses nothing."


def test_the_larger_part_is_followed_and_no_scenario_is_an_error():
    ran = cascade(
        two_suppliers(), [Shock("s", lost={0: 1.0, 1: 1.0})], Settings(market_shares=False)
    )
    assert [link.node for link in explain_loss(ran, 0, 3)] == [3, 2, 0]
    with pytest.raises(IndexError, match="no scenario 1"):
        explain_loss(ran, 1, 0)


def test_inputs_that_help_bind_together():
    network = small_network(
        [(0, 2, 30), (1, 2, 10)], sectors=[0, 1, 2], essentiality=[[1] * 3, [1] * 3, [1] * 3]
    )
    ran = cascade(network, [Shock("s", lost={0: 1.0})], Settings(directions=("down",)))
    assert binding_inputs(ran, 0).tolist() == [NOT_BOUND, NOT_BOUND, MIXED]
    assert "75 % of its inputs are missing, none essential" in explain_loss(ran, 0, 2)[0].text


@given(
    network=networks(),
    seed=st.integers(0, 1000),
    shares=st.booleans(),
    mode=st.sampled_from(["reference", "converged"]),
)
@settings(max_examples=25, deadline=None)
def test_every_loss_leads_to_the_shock(network, seed, shares, mode):
    lost, cut = random_shock(seed, network)
    ran = cascade(network, [Shock("s", lost, cut)], Settings(mode=mode, market_shares=shares))
    for node in range(network.nodes):
        chain = explain_loss(ran, 0, node)
        if ran.left[0, node] >= 1:
            assert chain[0].direction == "none"
            continue
        assert chain[0].node == node
        assert chain[-1].direction == "shock"
        # Each link hangs together with the next by an edge that it names.
        for link, after in pairwise(chain):
            if after.direction == "shock" and after.via_edges:
                assert after.via_edges[0] in link.via_edges
                assert cut[after.via_edges[0]] > 0
            else:
                ends = network.supplier if link.direction == "down" else network.customer
                assert after.node in ends[list(link.via_edges)]
        if not chain[-1].via_edges:
            assert lost[chain[-1].node] > 0
    bound = binding_inputs(ran, 0)
    assert np.all(ran.down[0, bound != NOT_BOUND] < 1)
