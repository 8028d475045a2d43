# SPDX-License-Identifier: Apache-2.0
"""Closed forms: one input, one basket, several baskets; what the general solver must agree with.

Power of a coalition over a target is what the target would lose if it were cut off: the loss
L = 1 - (what is left), as a share of real output for the same money. Log-power is -ln(1 - L); it
adds up where losses multiply, and is infinite where the coalition controls everything.

The concept is that of Clayton, Maggiori and Schreger; the formulas are derived here from the
duality of CES functions (see docs/explanation/power.md for what is whose).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from chokegraph.chain.power.means import FloatArray, Horizon, exponent, log_mean


def one_input_loss(
    share: ArrayLike,
    elasticity: ArrayLike,
    *,
    input_share: ArrayLike = 1.0,
    horizon: Horizon = "long",
    quantity_left: float = 0.0,
) -> FloatArray:
    """Return the loss when suppliers of one input with a joint share withdraw.

    Long run and all withdrawn: L = 1 - (1 - s)^(b / (sigma - 1)). In the short run the exponent is
    b sigma / (sigma - 1), and a quantity may be left. A partial cut in the long run needs the
    price that clears the quota: `quota_price`.

    Args:
        share: s, the coalition's share of the target's spending on the input, 0..1.
        elasticity: sigma, between suppliers; above 1.
        input_share: b, the input's share of the target's costs (Cobb-Douglas above it).
        horizon: "long" or "short".
        quantity_left: What the coalition goes on delivering, as a fraction.

    Example:
        >>> [round(float(one_input_loss(s, 5.0)), 3) for s in (0.5, 0.8, 0.9, 0.99)]
        [0.159, 0.331, 0.438, 0.684]
        >>> float(one_input_loss(1.0, 5.0))
        1.0
    """
    s = np.asarray(share, dtype=float)
    sigma = np.asarray(elasticity, dtype=float)
    with np.errstate(divide="ignore"):
        if horizon == "short" or quantity_left == 0.0:
            left = np.log(quantity_left)
        else:
            left = -np.log(quota_price(s, sigma, quantity_left))
    s, sigma, left = np.broadcast_arrays(s, sigma, left)
    pair = np.stack([left, np.zeros_like(left)])
    inner = log_mean(pair, np.stack([s, 1.0 - s]), exponent(sigma, horizon))
    return np.asarray(-np.expm1(np.asarray(input_share, dtype=float) * inner))


def quota_price(share: ArrayLike, elasticity: ArrayLike, quantity_left: float) -> FloatArray:
    """Return the price factor at which a target wants just a fraction of a coalition's supply.

    Solves p^-sigma = q (1 - s + s p^(1-sigma)) for p: the quantity bought, with spending on the
    input as before, falls to the fraction q. The coalition, not the target, earns the difference.

    Args:
        share: s, the coalition's share of spending before.
        elasticity: sigma, above 1.
        quantity_left: q, above 0 and at most 1.

    Example:
        >>> float(quota_price(0.6, 3.0, 1.0))
        1.0
        >>> p = float(quota_price(0.6, 3.0, 0.25))
        >>> round(p**-3 / (0.4 + 0.6 * p**-2), 12)
        0.25
    """
    s, sigma = np.broadcast_arrays(
        np.asarray(share, dtype=float), np.asarray(elasticity, dtype=float)
    )
    target = np.log(quantity_left)
    low, high = np.zeros(s.shape), np.full(s.shape, -target)  # p lies between 1 and 1/q
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        spent = np.log(1.0 - s + s * np.exp((1.0 - sigma) * middle))
        wants_more = -sigma * middle - spent > target
        low, high = np.where(wants_more, middle, low), np.where(wants_more, high, middle)
    return np.asarray(np.exp(0.5 * (low + high)))


def basket_log_power(
    shares: ArrayLike,
    elasticities: ArrayLike,
    weights: ArrayLike,
    *,
    between: float,
    horizon: Horizon = "long",
) -> FloatArray:
    """Return the log-power over a basket of inputs from which a coalition withdraws.

    With long-run prices: P'/P = [sum_J w_J (1 - s_J)^((rho-1)/(sigma_J-1))]^(-1/(rho-1)); rho = 1
    is the product, rho -> 0 the sum. With rho <= 1 one input with s_J = 1 makes it infinite.

    Args:
        shares: s_J, the coalition's share of the spending on each input.
        elasticities: sigma_J, between the suppliers of each input; above 1.
        weights: w_J, each input's share of the basket's cost; they sum to one.
        between: rho, the elasticity of substitution between the inputs.
        horizon: "long" or "short".

    Example:
        >>> one = basket_log_power([0.5, 0.0], [3.0, 3.0], [0.4, 0.6], between=1.0)
        >>> round(float(one), 4)  # 0.4 x 0.5 x ln 2
        0.1386
        >>> float(basket_log_power([1.0, 0.0], [3.0, 3.0], [0.01, 0.99], between=0.5))
        inf
    """
    s = np.asarray(shares, dtype=float)
    with np.errstate(divide="ignore"):
        logs = np.log1p(-s) / exponent(elasticities, horizon)
    return np.asarray(-log_mean(logs, weights, exponent(between, horizon)))


def baskets_loss(log_powers: ArrayLike, basket_shares: ArrayLike, input_share: float) -> FloatArray:
    """Return the loss over baskets under a Cobb-Douglas top: 1 - prod_b (P'_b/P_b)^(-beta g_b).

    Args:
        log_powers: Log-power over each basket.
        basket_shares: g_b, each basket's share of what is spent on inputs; they sum to one.
        input_share: beta, the share of inputs in the target's costs.

    Example:
        >>> round(float(baskets_loss([np.log(2.0), 0.0], [0.5, 0.5], 0.8)), 4)
        0.2421
    """
    logs, shares = np.asarray(log_powers, dtype=float), np.asarray(basket_shares, dtype=float)
    total = np.where(shares > 0.0, shares * np.where(shares > 0.0, logs, 0.0), 0.0).sum(axis=0)
    return np.asarray(-np.expm1(-input_share * total))


def marginal_log_power(
    share: ArrayLike, elasticity: ArrayLike, *, input_share: ArrayLike = 1.0
) -> FloatArray:
    """Return d log-power / d share = b / ((sigma - 1)(1 - s)): what diversification is worth.

    Example:
        >>> float(marginal_log_power(0.5, 5.0))
        0.5
        >>> float(marginal_log_power(1.0, 5.0))
        inf
    """
    s, sigma = np.asarray(share, dtype=float), np.asarray(elasticity, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(np.asarray(input_share) / ((sigma - 1.0) * (1.0 - s)))


def pair_synergy(
    a: ArrayLike, b: ArrayLike, elasticity: ArrayLike, *, input_share: ArrayLike = 1.0
) -> FloatArray:
    """Return by how much the log-power of two together exceeds the sum of theirs alone.

    (b / (sigma-1)) ln[(1-a)(1-b) / (1-a-b)], above zero: joint threats beat separate ones.

    Example:
        >>> float(pair_synergy(0.5, 0.5, 5.0))
        inf
        >>> round(float(pair_synergy(0.3, 0.3, 5.0)), 4)
        0.0507
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    with np.errstate(divide="ignore"):
        ratio = np.log1p(-first) + np.log1p(-second) - np.log1p(-(first + second))
        return np.asarray(np.asarray(input_share) / (np.asarray(elasticity) - 1.0) * ratio)


_BISECTIONS = 200
