# SPDX-License-Identifier: Apache-2.0
"""The compiled engine and the NumPy one: the same numbers, the same counts of steps."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade, systemic_risk
from chokegraph.errors import FindingsError

from .random_networks import networks, random_network, random_shock

pytest.importorskip("numba")
QUICK = settings(max_examples=25, deadline=None)


@given(
    network=networks(),
    seed=st.integers(0, 1000),
    shares=st.booleans(),
    cap=st.sampled_from([None, 0.0, 0.5, 1.0]),
    ways=st.sampled_from([("down", "up"), ("down",), ("up",)]),
)
@QUICK
def test_reference_mode(network, seed, shares, cap, ways):
    shocks = [Shock(str(n), random_shock(seed + n, network)[0]) for n in range(20)]
    ask = {"market_shares": shares, "reuse_cap": cap, "directions": ways}
    plain = cascade(network, shocks, Settings(engine="numpy", **ask))
    fast = cascade(network, shocks, Settings(engine="numba", **ask))
    for name in ("down", "up", "loss", "loss_down", "loss_up"):
        np.testing.assert_allclose(getattr(fast, name), getattr(plain, name), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(fast.iterations_down, plain.iterations_down)
    np.testing.assert_array_equal(fast.iterations_up, plain.iterations_up)
    assert plain.engine == "numpy float64"
    assert fast.engine.startswith("numba float64")


def test_single_precision_and_portions():
    network = random_network(5, nodes=300, edges=1500, sectors=8)
    plain = systemic_risk(network, Settings(engine="numpy"))
    seen = []
    fast = systemic_risk(
        network,
        Settings(engine="numba", precision="float32"),
        progress=lambda done, of: seen.append((done, of)),
    )
    np.testing.assert_allclose(fast.loss, plain.loss, rtol=0, atol=1e-6)
    np.testing.assert_allclose(fast.loss_up, plain.loss_up, rtol=0, atol=1e-6)
    assert seen[-1] == (300, 300)


@pytest.mark.parametrize("final_demand", [0.5, None])
@pytest.mark.parametrize("shares", [True, False])
def test_converged_mode(final_demand, shares):
    # Without final demand steps are too many for some knock-outs, and linear systems take over.
    network = random_network(3, nodes=40, edges=300, sectors=8, final_demand=final_demand)
    ask = Settings(mode="converged", market_shares=shares)
    plain = systemic_risk(network, replace(ask, engine="numpy"))
    fast = systemic_risk(network, replace(ask, engine="numba"))
    assert fast.error.max() <= ask.error
    for name in ("loss", "loss_down", "loss_up"):
        allowed = plain.error + fast.error + 1e-12
        assert np.all(np.abs(getattr(fast, name) - getattr(plain, name)) <= allowed)
    stopped = systemic_risk(network, Settings(market_shares=shares, stop=1e-4))
    assert np.all(fast.loss >= stopped.loss - fast.error - 1e-12)
    # The closed form, which small networks take, against the compiled steps.
    shocks = [Shock(str(k), {k: 1.0, k + 1: 0.5}) for k in range(8)]
    plain = cascade(network, shocks, replace(ask, engine="numpy"))
    fast = cascade(network, shocks, replace(ask, engine="numba"))
    allowed = plain.error.max() + fast.error.max() + 1e-12
    np.testing.assert_allclose(fast.left, plain.left, rtol=0, atol=allowed)
    if final_demand is None:
        assert fast.iterations_up.max() > 200


def test_what_the_compiled_engine_cannot_do_is_said():
    network = random_network(1)
    asked = Settings(engine="numba", stop_rule="ratio")
    with pytest.raises(FindingsError) as caught:
        cascade(network, [Shock("s", cut={0: 1.0})], asked)
    assert len(caught.value.findings) == 2
