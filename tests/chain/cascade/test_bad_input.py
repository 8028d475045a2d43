# SPDX-License-Identifier: Apache-2.0
"""What makes no sense is said all at once, with what to do."""

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.chain.cascade import Settings, Shock, cascade, engine, systemic_risk
from chokegraph.chain.cascade.examples import chain_of_three, two_suppliers
from chokegraph.errors import FindingsError


def messages(work):
    with pytest.raises(FindingsError) as caught:
        work()
    assert all(finding.fix for finding in caught.value.findings)
    return [finding.message for finding in caught.value.findings]


def test_all_findings_at_once():
    settings = Settings(
        mode="fast",
        precision="float16",
        engine="fortran",
        stop_rule="never",
        directions=("down", "down"),
        stop=-1.0,
        error=float("nan"),
        reuse_cap=1.5,
        steps=0,
        inventories=np.array([1.0, -1.0, np.nan, 0.0, 0.0]),
    )
    shocks = [Shock("a", lost={3: 1.0}, cut={0: 1.1}), Shock("b", lost={0: float("nan")})]
    found = messages(lambda: cascade(chain_of_three(), shocks, settings, weights=[1.0]))
    text = "\n".join(found)
    for part in (
        "mode 'fast'",
        "precision 'float16'",
        "engine 'fortran'",
        "stop_rule 'never'",
        "directions ('down', 'down')",
        "stop -1.0",
        "error nan",
        "reuse_cap 1.5",
        "steps 0 is below 1",
        "inventories of shape (5,)",
        "inventories hold a number below 0",
        "scenario 'a': node 3 is not in the network",
        "scenario 'a': edge 0 is cut by 1.1",
        "scenario 'b': node 0 loses nan",
        "weights have shape (1,)",
    ):
        assert part in text
    assert len(found) == 15


def test_stocks_need_steps():
    ask = Settings(inventories=np.zeros(3))
    assert "no path over time" in messages(lambda: cascade(chain_of_three(), [], ask))[0]


def test_networks_groups_and_weights():
    zero = replace(chain_of_three(), value=np.array([0.0, 10.0]), edge_rows=np.array([7, 8]))
    with pytest.raises(FindingsError, match="7: error: 1 edges have no value above 0"):
        cascade(zero, [])
    groups = {"abroad": [5]}
    assert "group 'abroad'" in messages(lambda: systemic_risk(chain_of_three(), groups=groups))[0]
    negative = [1.0, -1.0, 0.0]
    assert "below 0" in messages(lambda: systemic_risk(chain_of_three(), weights=negative))[0]
    nobody = replace(
        chain_of_three(),
        supplier=np.zeros(0, np.int32),
        customer=np.zeros(0, np.int32),
        value=np.zeros(0),
        kind=np.zeros(0, np.int32),
    )
    assert "sells nothing" in messages(lambda: cascade(nobody, []))[0]
    alone = cascade(nobody, [Shock("s", lost={0: 1.0}, cut={})], weights=[1.0, 1.0, 0.0])
    assert alone.loss.tolist() == [0.5]


def test_no_scenarios_is_an_empty_answer():
    for mode in ("reference", "converged"):
        ran = cascade(two_suppliers(), [], Settings(mode=mode))
        assert ran.down.shape == (0, 4)
        assert ran.loss.shape == (0,)


def test_missing_sales_are_said():
    network = two_suppliers()
    assert "not known" in cascade(network, []).findings[0].message
    some = replace(network, sales=np.array([30.0, np.nan, 90.0, 50.0]))
    found = [finding.message for finding in cascade(some, []).findings]
    assert found[0].startswith("sales of 1 of 4 nodes are not known, the first is '2'")
    assert found[1].startswith("sales of 1 of 4 nodes are below what their edges add up to")
    whole = replace(network, sales=np.array([30.0, 10.0, 100.0, 50.0]))
    assert cascade(whole, []).findings == ()


def test_without_numba_the_plain_engine_runs_and_says_so(monkeypatch):
    monkeypatch.setattr(engine, "find_spec", lambda name: None)
    monkeypatch.setattr(engine, "WORTH_COMPILING", 0)
    assert systemic_risk(two_suppliers()).engine == "numpy float64"
    with pytest.raises(FindingsError, match="needs numba"):
        systemic_risk(two_suppliers(), Settings(engine="numba"))
