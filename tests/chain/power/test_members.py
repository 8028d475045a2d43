# SPDX-License-Identifier: Apache-2.0
"""Members: Shapley values, orders and sizes, against other implementations and brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chain.power.test_solve import ROWS
from chain.worlds import worlds
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.indices import shapley
from chokegraph.chain.power import member_contributions, power
from chokegraph.chain.power.members import best_by_size, joining_order, lattice, shapley_columns
from chokegraph.chain.power.nests import nests
from chokegraph.errors import FindingsError

NAMES = ["NL", "JP", "US", "DE"]


@given(
    st.integers(1, 5).flatmap(lambda n: st.lists(st.floats(-5, 5), min_size=2**n, max_size=2**n))
)
def test_shapley_values_are_those_of_the_indices(values):
    table = np.array(values)
    assert shapley_columns(table) == pytest.approx(shapley(table), abs=1e-9)
    assert shapley_columns(np.stack([table, 2 * table], axis=1))[:, 1] == pytest.approx(
        2 * shapley(table), abs=1e-9
    )


@given(st.lists(st.floats(-9, 0), min_size=16, max_size=16))
def test_the_best_of_each_size_by_brute_force(values):
    table = np.array(values)
    for size, number in enumerate(best_by_size(table)):
        every = [sum(1 << bit for bit in chosen) for chosen in combinations(range(4), size)]
        assert table[number] == min(table[c] for c in every)


@settings(max_examples=20, deadline=None)
@given(worlds(complete=False))
def test_the_lattice_grows_with_every_member_and_shapley_adds_up(world):
    chain = nests(world, "CN", rows=ROWS)
    logs = lattice(chain, [[name] for name in NAMES], "product:chip")[:, 0]
    for number in range(16):
        for bit in range(4):
            assert logs[number | 1 << bit] <= logs[number] + 1e-12
    loss = -np.expm1(logs)
    assert shapley_columns(loss).sum() == pytest.approx(loss[-1] - loss[0], abs=1e-9)
    order = joining_order(logs)
    assert sorted(order) == [0, 1, 2, 3]
    assert logs[1 << order[0]] == min(logs[1 << bit] for bit in range(4))


def test_two_alike_members_add_the_same_and_a_bystander_nothing():
    shares = {"a": {"JP": 0.4, "US": 0.4, "KR": 0.2}, "elsewhere": {"DE": 1.0}}
    world = small_world(shares, routes={"chip": ["a"]})
    rows = member_contributions(world, "CN", ["JP", "US", "DE"], "chip", draws=5)
    jp, us, de = rows
    assert jp.loss.figure == pytest.approx(us.loss.figure)
    assert jp.last.figure > jp.alone.figure  # joint threats beat separate ones
    assert de.loss.figure == pytest.approx(0.0, abs=1e-12)
    assert de.alone.figure == 0.0
    assert jp.log_power == pytest.approx(us.log_power)
    assert jp.finite == 1.0


def test_infinite_log_power_is_not_divided_but_the_loss_is():
    rows = member_contributions(toy_world(), "CN", ["NL", "JP"], "chip", draws=0)
    assert [row.log_power for row in rows] == [None, None]
    assert [row.finite for row in rows] == [0.0, 0.0]
    assert sum(row.loss.figure for row in rows) == pytest.approx(1.0)


def test_synergy_is_infinite_where_only_together_they_control_an_input():
    product = power(toy_world(), "CN", ["NL", "JP"], draws=0).products[0]
    assert product.log_synergy == np.inf
    assert product.loss.figure == 1.0
    assert product.log_power.figure == np.inf
    alone = power(small_world({"a": {"JP": 1.0}}, routes={"chip": ["a"]}), "CN", ["JP"], draws=0)
    assert alone.products[0].log_synergy is None


def test_too_many_members_are_refused():
    with pytest.raises(FindingsError, match="every coalition"):
        lattice(nests(toy_world(), "CN"), [["JP"]] * 15, "product:chip")
