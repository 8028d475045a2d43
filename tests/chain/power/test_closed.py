# SPDX-License-Identifier: Apache-2.0
"""Closed forms: worked values, limits and shapes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from chokegraph.chain.power.closed import (
    basket_log_power,
    baskets_loss,
    marginal_log_power,
    one_input_loss,
    pair_synergy,
    quota_price,
)

shares = st.floats(0.0, 0.95)
elasticities = st.floats(1.5, 12.0)


@pytest.mark.parametrize(
    ("sigma", "share", "loss"),
    [
        (5.0, 0.5, 0.159),
        (5.0, 0.8, 0.331),
        (5.0, 0.9, 0.438),
        (5.0, 0.99, 0.684),
        (1.5, 0.5, 0.75),
        (2.0, 0.37, 0.37),
    ],
)
def test_worked_values_of_one_input(sigma, share, loss):
    assert one_input_loss(share, sigma) == pytest.approx(loss, abs=5e-4)


@given(shares)
def test_at_an_elasticity_of_two_the_loss_is_the_share(share):
    assert one_input_loss(share, 2.0) == pytest.approx(share, abs=1e-12)


@given(shares, elasticities, st.floats(0.05, 1.0))
def test_log_power_is_proportional_to_the_input_share(share, sigma, part):
    whole = -np.log1p(-one_input_loss(share, sigma))
    weighted = -np.log1p(-one_input_loss(share, sigma, input_share=part))
    assert weighted == pytest.approx(part * whole, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("sigma", "part", "convex"), [(3.0, 1.0, True), (1.5, 1.0, False)])
def test_the_loss_is_convex_in_the_share_iff_the_input_share_is_below_sigma_less_one(
    sigma, part, convex
):
    steps = np.diff(one_input_loss(np.linspace(0.0, 0.95, 40), sigma, input_share=part))
    assert (np.diff(steps) > 0).all() == convex


@pytest.mark.parametrize("horizon", ["long", "short"])
@given(share=st.floats(0.0, 1.0), sigma=elasticities)
def test_all_is_lost_iff_the_coalition_supplies_everything(horizon, share, sigma):
    loss = float(one_input_loss(share, sigma, horizon=horizon))
    assert (loss == 1.0) == (share == 1.0) or loss > 1.0 - 1e-12


@given(shares, elasticities)
def test_the_short_run_is_never_better(share, sigma):
    short = one_input_loss(share, sigma, horizon="short")
    assert short >= one_input_loss(share, sigma) - 1e-12
    assert short == pytest.approx(1.0 - (1.0 - share) ** (sigma / (sigma - 1.0)), abs=1e-9)


@given(st.floats(0.01, 0.99), elasticities, st.floats(0.02, 1.0))
def test_a_partial_cut_by_hand(share, sigma, left):
    short = one_input_loss(share, sigma, horizon="short", quantity_left=left)
    e = (sigma - 1.0) / sigma
    assert short == pytest.approx(1.0 - (1.0 - share + share * left**e) ** (1.0 / e), abs=1e-9)
    long = one_input_loss(share, sigma, quantity_left=left)
    # With the same money the target gives up no more than with everything else fixed.
    assert long <= short + 1e-9
    assert long <= one_input_loss(share, sigma) + 1e-9


@given(st.floats(0.01, 0.95), st.floats(1.1, 8.0), st.floats(0.05, 0.99))
def test_the_quota_price_against_a_root_finder(share, sigma, left):
    def excess(log_price):
        p = np.exp(log_price)
        return p**-sigma / (1.0 - share + share * p ** (1.0 - sigma)) - left

    root = np.exp(brentq(excess, 0.0, -np.log(left) + 1e-9, xtol=1e-14))
    assert quota_price(share, sigma, left) == pytest.approx(root, rel=1e-8)


def test_a_partial_cut_becomes_the_full_cut():
    for horizon in ("long", "short"):
        full = one_input_loss(0.6, 3.0, horizon=horizon)
        nearly = one_input_loss(0.6, 3.0, horizon=horizon, quantity_left=1e-9)
        assert nearly == pytest.approx(full, abs=1e-4)


WEIGHTS = np.array([0.2, 0.3, 0.5])
SIGMAS = np.array([2.0, 3.0, 6.0])
HELD = np.array([0.5, 0.9, 0.2])


def by_prices(rho):
    prices = (1.0 - HELD) ** (-1.0 / (SIGMAS - 1.0))
    if rho == 1.0:
        return np.log(np.prod(prices**WEIGHTS))
    return np.log((WEIGHTS * prices ** (1.0 - rho)).sum() ** (1.0 / (1.0 - rho)))


@pytest.mark.parametrize("rho", [0.0, 0.1, 0.5, 1.0, 1.5, 4.0])
def test_the_basket_below_at_and_above_one(rho):
    found = basket_log_power(HELD, SIGMAS, WEIGHTS, between=rho)
    assert found == pytest.approx(by_prices(rho), rel=1e-10)


def test_the_basket_at_an_elasticity_near_one_is_that_at_one():
    near = basket_log_power(HELD, SIGMAS, WEIGHTS, between=1.0 + 1e-7)
    assert near == pytest.approx(basket_log_power(HELD, SIGMAS, WEIGHTS, between=1.0), rel=1e-6)


def test_fixed_proportions_add_prices_in_the_long_run_and_take_the_least_in_the_short():
    long = basket_log_power(HELD, SIGMAS, WEIGHTS, between=0.0)
    prices = (1.0 - HELD) ** (-1.0 / (SIGMAS - 1.0))
    assert long == pytest.approx(np.log((WEIGHTS * prices).sum()))
    short = basket_log_power(HELD, SIGMAS, WEIGHTS, between=0.0, horizon="short")
    assert short == pytest.approx(-np.log(((1.0 - HELD) ** (SIGMAS / (SIGMAS - 1.0))).min()))


@pytest.mark.parametrize(("rho", "infinite"), [(0.2, True), (1.0, True), (1.5, False)])
def test_one_controlled_input_is_a_chokepoint_iff_inputs_do_not_stand_in(rho, infinite):
    found = basket_log_power([1.0, 0.0], [3.0, 3.0], [0.01, 0.99], between=rho)
    assert np.isinf(found) == infinite


def test_baskets_under_a_cobb_douglas_top():
    logs = np.array([0.3, 1.2])
    parts = np.array([0.25, 0.75])
    wanted = 1.0 - np.exp(logs[0]) ** (-0.8 * 0.25) * np.exp(logs[1]) ** (-0.8 * 0.75)
    assert baskets_loss(logs, parts, 0.8) == pytest.approx(wanted)
    assert baskets_loss([np.inf, 0.0], [0.1, 0.9], 0.8) == 1.0
    assert baskets_loss([np.inf, 0.5], [0.0, 1.0], 1.0) == pytest.approx(1.0 - np.exp(-0.5))


@given(st.floats(0.0, 0.9), elasticities)
def test_the_value_of_diversification_is_the_slope(share, sigma):
    step = 1e-6
    rise = -np.log1p(-one_input_loss(share + step, sigma)) + np.log1p(-one_input_loss(share, sigma))
    assert marginal_log_power(share, sigma) == pytest.approx(rise / step, rel=1e-3)


@given(st.floats(0.01, 0.49), st.floats(0.01, 0.49), elasticities)
def test_joint_threats_beat_separate_ones(a, b, sigma):
    def log_power(share):
        return -np.log1p(-one_input_loss(share, sigma))

    synergy = pair_synergy(a, b, sigma)
    assert synergy > 0.0
    assert synergy == pytest.approx(
        log_power(a + b) - log_power(a) - log_power(b), rel=1e-6, abs=1e-12
    )
