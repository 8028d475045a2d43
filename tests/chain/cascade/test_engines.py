# SPDX-License-Identifier: Apache-2.0
"""The compiled engine and the NumPy one: the same numbers, the same counts of steps."""

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


def test_what_the_compiled_engine_cannot_do_is_said():
    network = random_network(1)
    asked = Settings(engine="numba", stop_rule="ratio")
    with pytest.raises(FindingsError) as caught:
        cascade(network, [Shock("s", cut={0: 1.0})], asked)
    assert len(caught.value.findings) == 2
