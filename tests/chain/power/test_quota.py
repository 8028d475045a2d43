# SPDX-License-Identifier: Apache-2.0
"""Partial cuts in the long run: quotas are met, and limits are the full cut and none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.power.test_solve import FIXED, ROWS, coalitions
from chain.worlds import worlds
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.power.closed import one_input_loss
from chokegraph.chain.power.nests import nests
from chokegraph.chain.power.parameters import assume
from chokegraph.chain.power.solve import Cuts, log_left, members_matrix
from chokegraph.errors import FindingsError


def loss(world, coalition, left, goal="product:chip", rows=ROWS):
    chain = nests(world, "CN", rows=rows).cone([goal])
    cuts = Cuts(members_matrix(chain, [coalition]), left=left)
    return float(-np.expm1(log_left(chain, cuts)[goal][0, 0]))


@given(st.floats(0.05, 0.95), st.floats(0.02, 1.0))
@settings(max_examples=12, deadline=None)
def test_one_input_is_the_closed_form(share, left):
    world = small_world({"a": {"JP": share, "US": 1.0 - share}}, routes={})
    wanted = float(one_input_loss(share, 3.0, quantity_left=left))
    assert loss(world, ["JP"], left, goal="input:a") == pytest.approx(wanted, abs=1e-6)


def test_two_inputs_by_hand():
    """Quantities worked out from prices with the textbook demand functions."""
    from scipy.optimize import fsolve

    sigma, rho, beta = 3.0, 0.4, 0.7
    held, left = np.array([0.6, 0.8]), 0.3

    def quantities(logs):
        p = np.exp(logs)
        inner = (1.0 - held + held * p ** (1.0 - sigma)) ** (1.0 / (1.0 - sigma))
        basket = (0.5 * inner ** (1.0 - rho)).sum() ** (1.0 / (1.0 - rho))
        spent = beta * 0.5 * (inner / basket) ** (1.0 - rho)  # of a budget of one
        bought = spent * held * (p / inner) ** (1.0 - sigma) / p
        return bought / (beta * 0.5 * held), basket

    root = fsolve(lambda logs: np.log(quantities(logs)[0]) - np.log(left), [0.5, 0.5], xtol=1e-13)
    wanted = 1.0 - quantities(root)[1] ** -beta
    world = small_world(
        {"litho": {"NL": 0.6, "KR": 0.4}, "wafer": {"JP": 0.8, "DE": 0.2}},
        routes={"chip": ["litho", "wafer"]},
    )
    assert loss(world, ["NL", "JP"], left) == pytest.approx(wanted, abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(worlds(complete=False), coalitions)
def test_a_deeper_cut_never_takes_less(world, coalition):
    found = [loss(world, coalition, left) for left in (1.0, 0.9, 0.4, 0.1, 0.0)]
    assert found[0] == pytest.approx(0.0, abs=1e-9)
    assert (np.diff(found) >= -1e-6).all()


def test_the_limit_is_the_full_cut():
    world = toy_world()
    for coalition in (["NL"], ["DE"]):
        assert loss(world, coalition, 1e-6) == pytest.approx(loss(world, coalition, 0.0), abs=1e-3)


def test_several_coalitions_and_draws_at_once_are_each_by_itself():
    rows = assume({**FIXED, "suppliers": (2.0, 4.0)})
    chain = nests(toy_world(), "CN", draws=4, seed=3, rows=rows).cone(["product:chip"])
    both = log_left(chain, Cuts(members_matrix(chain, [["NL"], ["JP"]]), left=0.3))["product:chip"]
    for n, coalition in enumerate((["NL"], ["JP"])):
        one = log_left(chain, Cuts(members_matrix(chain, [coalition]), left=0.3))["product:chip"]
        assert both[n] == pytest.approx(one[0], abs=1e-6)


def test_one_goal_at_a_time():
    chain = nests(toy_world(), "CN")
    with pytest.raises(FindingsError, match="one goal"):
        log_left(chain, Cuts(members_matrix(chain, [["NL"]]), left=0.5))
