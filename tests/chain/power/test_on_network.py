# SPDX-License-Identifier: Apache-2.0
"""Power on a network: closed forms, circles by hand, what must hold, what is refused."""

import csv
import io
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.networks import read_network
from chokegraph.chain.power.closed import basket_log_power, one_input_loss
from chokegraph.chain.power.network_show import network_csv, network_json
from chokegraph.chain.power.on_network import network_power
from chokegraph.errors import FindingsError

FIXED = {"suppliers": 3.0, "inputs": 0.5, "upstream_share": 1.0, "non_essential_need": 0.4}


def net(edges, countries, essentiality="essential", sales=None):
    rows = [dict(zip(("supplier", "customer", "product", "value"), e, strict=True)) for e in edges]
    nodes = {"id": list(countries), "country": list(countries.values())}
    if sales is not None:
        nodes["sales"] = [sales.get(name, 1.0) for name in countries]
    return read_network(pl.DataFrame(rows), pl.DataFrame(nodes), essentiality)[0]


def loss(network, coalition, horizon="long", fixed=FIXED, **options):
    found = network_power(
        network, "CN", coalition, horizon=horizon, draws=0, assumptions=fixed, **options
    )
    return found.loss.figure


@pytest.mark.parametrize("horizon", ["long", "short"])
def test_one_buyer_of_one_kind_is_the_closed_form(horizon):
    network = net([("a", "c", "p", 6.0), ("b", "c", "p", 4.0)], {"a": "US", "b": "DE", "c": "CN"})
    wanted = float(one_input_loss(0.6, 3.0, horizon=horizon))
    assert loss(network, ["US"], horizon) == pytest.approx(wanted)
    if horizon == "short":
        partial = float(one_input_loss(0.6, 3.0, horizon="short", quantity_left=0.25))
        assert loss(network, ["US"], "short", cut=0.75) == pytest.approx(partial)


def test_two_kinds_are_a_basket():
    edges = [("a", "c", "p", 3.0), ("b", "c", "p", 2.0), ("d", "c", "q", 4.0), ("e", "c", "q", 1.0)]
    network = net(edges, {"a": "US", "b": "DE", "c": "CN", "d": "US", "e": "DE"})
    basket = basket_log_power([0.6, 0.8], [3.0, 3.0], [0.5, 0.5], between=0.5)
    assert loss(network, ["US"]) == pytest.approx(1.0 - np.exp(-basket))


def test_a_circle_by_hand():
    """Two nodes of the target buy half from each other and half from abroad (elasticity 2)."""
    edges = [
        ("x", "c", "p", 1.0), ("d", "c", "p", 1.0), ("y", "d", "q", 1.0), ("c", "d", "q", 1.0),
    ]  # fmt: skip
    network = net(edges, {"x": "US", "c": "CN", "d": "CN", "y": "DE"}, sales={"c": 1.0, "d": 1.0})
    fixed = {**FIXED, "suppliers": 2.0}
    # At elasticity 2 the mean is linear: c = d / 2, d = (1 + c) / 2, so c = 1/3 and d = 2/3.
    assert loss(network, ["US"], fixed=fixed) == pytest.approx(1.0 - 0.5 * (1 / 3 + 2 / 3))


def test_a_need_that_is_not_essential_only_weakens():
    edges = [("a", "c", "p", 1.0)]
    countries = {"a": "US", "c": "CN"}
    assert loss(net(edges, countries), ["US"]) == 1.0
    weak = net(edges, countries, "non-essential")
    assert loss(weak, ["US"]) == pytest.approx(0.4)


edges = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from("pq"), st.floats(0.5, 9.0)),
    min_size=1,
    max_size=12,
    unique_by=lambda edge: edge[:3],
).map(lambda rows: [(f"n{a}", f"n{b}", k, v) for a, b, k, v in rows if a != b])


@settings(max_examples=25, deadline=None)
@given(edges.filter(bool), st.permutations(["CN", "CN", "US", "JP", "DE", "DE"]))
def test_more_members_never_take_less_and_shapley_adds_up(rows, homes):
    used = sorted({name for a, b, _, _ in rows for name in (a, b)})
    countries = {name: homes[int(name[1:])] for name in used}
    there = set(countries.values())
    members = [name for name in ("US", "JP", "DE") if name in there]
    if "CN" not in there or not members:
        return
    network = net(rows, countries)
    whole = network_power(network, "CN", members, draws=3)
    assert sum(row.loss.figure for row in whole.members) == pytest.approx(whole.loss.figure)
    steps = [row.loss.figure for row in whole.joining]
    assert (np.diff(steps) >= -1e-9).all()
    assert whole.joining[-1].loss.figure == pytest.approx(whole.loss.figure)
    assert loss(network, members, "short") >= loss(network, members, "long") - 1e-9
    scaled = [(a, b, k, 7.0 * v) for a, b, k, v in rows]
    assert loss(net(scaled, countries), members) == pytest.approx(loss(network, members))


def test_what_cannot_be_asked_is_said_at_once():
    network = net([("a", "c", "p", 1.0)], {"a": "US", "c": "CN"})
    with pytest.raises(FindingsError) as caught:
        network_power(network, "KR", ["JP"], cut=0.5, draws=-1)
    text = str(caught.value)
    for words in ("target 'KR'", "in 'JP'", "short run only", "-1 draws"):
        assert words in text
    with pytest.raises(FindingsError, match="empty"):
        network_power(network, "CN", [])


def test_csv_and_json_have_every_figure():
    network = net([("a", "c", "p", 1.0)], {"a": "US", "c": "CN"})
    found = network_power(network, "CN", ["US"], draws=2)
    rows = list(csv.DictReader(io.StringIO(network_csv(found))))
    assert {row["kind"] for row in rows} == {"network", "member", "joining", "sector", "node"}
    assert json.loads(network_json(found))["loss"]["figure"] == found.loss.figure
