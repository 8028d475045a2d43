# SPDX-License-Identifier: Apache-2.0
"""The power mean in logarithms, and needs that are not absolute."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.chain.power.means import exponent, log_mean, weaken

values = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=5)
exponents = st.floats(-8.0, 8.0).filter(lambda r: abs(r) > 1e-3)


@given(values, exponents)
def test_it_is_the_textbook_formula(numbers, r):
    y = np.array(numbers)
    w = np.arange(1, len(y) + 1) / np.arange(1, len(y) + 1).sum()
    wanted = (w * y**r).sum() ** (1.0 / r)
    assert np.exp(log_mean(np.log(y), w, r)) == pytest.approx(wanted, rel=1e-9)


@given(values, st.floats(-8.0, 8.0), st.floats(-8.0, 8.0))
def test_it_grows_with_the_exponent_and_lies_between_the_least_and_the_most(numbers, one, other):
    logs = np.log(numbers)
    w = np.full(len(logs), 1.0 / len(logs))
    low, high = (float(log_mean(logs, w, r)) for r in sorted((one, other)))
    slack = 1e-7
    assert logs.min() - slack <= low <= high + slack <= logs.max() + 2 * slack


@pytest.mark.parametrize("r", [-np.inf, -99.0, -1.0, 0.0])
def test_what_is_gone_stops_the_rest_where_nothing_stands_in(r):
    assert log_mean([0.0, -np.inf], [0.999, 0.001], r) == -np.inf


@pytest.mark.parametrize("r", [0.5, 1.0, 4.0, np.inf])
def test_what_is_gone_can_be_replaced_where_something_stands_in(r):
    assert np.isfinite(log_mean([0.0, -np.inf], [0.5, 0.5], r))


@pytest.mark.parametrize("r", [-2.0, 0.0, 3.0, -np.inf, np.inf])
def test_what_has_no_weight_does_not_count(r):
    assert log_mean([-0.5, -np.inf], [1.0, 0.0], r) == pytest.approx(-0.5)


def test_nothing_left_of_anything_is_nothing():
    assert log_mean([-np.inf, -np.inf], [0.5, 0.5], 2.0) == -np.inf


def test_many_draws_at_once_are_each_by_itself():
    logs = np.log(np.random.default_rng(3).uniform(0.1, 1.0, (3, 2, 5)))
    weights = np.random.default_rng(4).dirichlet(np.ones(3), 5).T[:, None, :]
    r = np.array([-3.0, 0.0, 0.5, 2.0, -np.inf])
    found = log_mean(logs, weights, r)
    for row in range(2):
        for draw in range(5):
            one = log_mean(logs[:, row, draw], weights[:, 0, draw], r[draw])
            assert found[row, draw] == pytest.approx(float(one))


@given(st.floats(0.0, 20.0))
def test_the_short_exponent_is_never_the_larger(elasticity):
    assert exponent(elasticity, "short") <= exponent(elasticity, "long") + 1e-12


@given(st.floats(0.001, 1.0), st.floats(0.0, 1.0))
def test_a_weak_need_is_a_nest_of_elasticity_two(left, need):
    nest = log_mean(np.log([left, 1.0]), [need, 1.0 - need], exponent(2.0, "long"))
    assert weaken(np.log(left), need) == pytest.approx(float(nest), abs=1e-12)


def test_without_an_input_what_is_left_is_one_less_the_need():
    assert np.exp(weaken(-np.inf, np.array([0.0, 0.4, 1.0]))).tolist() == pytest.approx([1, 0.6, 0])
