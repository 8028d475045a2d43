# SPDX-License-Identifier: Apache-2.0
"""The second-order approximation and the exact solver agree to the third power of the shock."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.power.test_solve import ROWS, coalitions
from chain.worlds import worlds
from chokegraph.chain.examples import small_world
from chokegraph.chain.power.nests import nests
from chokegraph.chain.power.second_order import second_order
from chokegraph.chain.power.solve import Cuts, log_left, members_matrix
from chokegraph.world import load_world

GOAL = "product:chip"


def errors(chain, coalition, goal, horizon, shocks):
    """Error of the first and of the second order, for each shock: [2, shock]."""
    found = []
    for shock in shocks:
        cuts = Cuts(members_matrix(chain, [coalition]), log_price=shock)
        exact = -log_left(chain, cuts, horizon=horizon)[goal]
        found.append(
            [float(abs(o - exact)[0, 0]) for o in second_order(chain, cuts, goal, horizon=horizon)]
        )
    return np.array(found).T


@pytest.mark.parametrize("horizon", ["long", "short"])
@settings(max_examples=12, deadline=None)
@given(worlds(complete=False), coalitions)
def test_the_error_falls_with_the_third_power_of_the_shock(horizon, world, coalition):
    chain = nests(world, "CN", rows=ROWS).cone([GOAL])
    shocks = np.array([0.02, 0.01, 0.005])
    first, second = errors(chain, coalition, GOAL, horizon, shocks)
    # Halving the shock leaves an eighth of the error; where the third order vanishes by chance,
    # the fourth is left, which a bound by the third power covers.
    assert (second <= 20.0 * shocks**3 + 1e-13).all()
    assert second[2] <= second[0] / 30.0 + 20.0 * shocks[2] ** 4 + 1e-13
    assert (first <= 20.0 * shocks**2 + 1e-13).all()


@pytest.mark.parametrize("horizon", ["long", "short"])
def test_on_the_whole_chain_of_advanced_logic(horizon):
    goal = "product:advanced-logic"
    chain = nests(load_world(), "CN").cone([goal])
    first, second = errors(chain, ["US", "JP", "NL"], goal, horizon, [0.02, 0.01])
    assert second[0] / second[1] == pytest.approx(8.0, rel=0.1)
    assert first[0] / first[1] == pytest.approx(4.0, rel=0.1)
    assert second[1] < first[1] / 20


def test_by_hand_for_one_nest():
    """The first order is s x, the second adds (sigma - 1)/2 times the variance s (1 - s) x^2."""
    world = small_world({"a": {"JP": 0.3, "US": 0.7}}, routes={})
    chain = nests(world, "CN", rows=ROWS)
    cuts = Cuts(members_matrix(chain, [["JP"]]), log_price=0.1)
    first, second = second_order(chain, cuts, "input:a")
    assert first[0, 0] == pytest.approx(0.3 * 0.1)
    assert second[0, 0] == pytest.approx(0.03 - (3.0 - 1.0) / 2.0 * 0.3 * 0.7 * 0.01)


@given(st.floats(0.01, 0.5))
@settings(max_examples=10, deadline=None)
def test_hulten_holds_in_first_order_whatever_the_elasticities(shock):
    world = small_world({"a": {"JP": 0.5, "US": 0.5}}, routes={"chip": ["a"]})
    for sigma in (1.5, 6.0):
        from chokegraph.chain.power.parameters import assume

        chain = nests(world, "CN", rows=assume({"suppliers": sigma, "input_share": 0.8}))
        cuts = Cuts(members_matrix(chain, [["JP"]]), log_price=shock)
        assert second_order(chain, cuts, GOAL)[0][0, 0] == pytest.approx(0.8 * 0.5 * shock)
