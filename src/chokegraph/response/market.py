# SPDX-License-Identifier: Apache-2.0
"""Steps 2 to 4: costs and prices, whom buyers want, how shares move, orders and stocks."""

from __future__ import annotations

from chokegraph.response.arrays import Arr, Tree, Xp, add_up, settle
from chokegraph.response.state import MARKET_BLOC

_TINY = 1e-12
_LEAST = 1e-37
"""Smallest sum of weights that one may divide by in numbers of 32 bits."""
_STEEPEST = 40.0
_ROUNDS = 3
"""Rounds in which what one supplier may not serve is offered to the others."""


def costs(xp: Xp, S: Tree, P: Tree, D: Tree) -> Arr:
    """Return the logarithm of unit cost relative to the start, [C, I], from experience."""
    Q = S["Q"]
    X = Q + P["learning_spillover"] * (add_up(Q, 0) - Q) + D["seed"]
    exponent = -xp.log2(1.0 - P["learning_rate"])
    ratio = xp.where(D["X0"] > 0, X / xp.where(D["X0"] > 0, D["X0"], 1.0), 1.0)
    return -exponent * xp.log(ratio)


def price_factor(xp: Xp, S: Tree, X: Tree, P: Tree, D: Tree, world: Arr) -> Arr:
    """Return the price relative to a market without newcomers and subsidies, [I] (D8).

    Crowding is the world share that suppliers have gained over the start; capacity subsidies
    press prices in proportion to world demand.
    """
    total = add_up(S["sold"], 0)
    now = S["sold"] / xp.where(total > 0, total, 1.0)
    crowd = add_up(xp.maximum(now - D["world_share0"], 0.0), 0) * (total > 0)
    pushed = X["capacity"] / xp.where(world > 0, world, 1.0)
    return xp.exp(-P["crowding"] * crowd - P["subsidy_pricing"] * pushed)


def wanted(
    xp: Xp,
    S: Tree,
    X: Tree,
    P: Tree,
    C: Tree,
    D: Tree,
    oe: Arr,
    gates: Arr,
    E: Arr,
    F: Arr,
    log_cost: Arr,
    wary: Arr,
) -> Arr:
    """Return the shares that buyers want and may get, [5, C, I]; their sum is at most 1.

    A supplier weighs what it weighed at the start, moved by price, quality (up to the grade asked
    for plus the headroom), preference for home, remembered risk and, if switched on, lock-in. To
    this comes the room of newcomers: it opens as their grade passes the gate that was closed at
    the start, or as the suppliers of the start lose access.
    """
    K = S["K"]
    top = D["asked_now"] + P["headroom"]
    own = K + C["is_target"] * (E - K)
    best = settle(xp, xp.minimum(F[None], top))
    quality = xp.minimum(own, top[:, None]) - best[:, None]
    years = X["t"] / 4.0
    drift = P["drift"] * P["drift_time"] * -xp.expm1(-years / P["drift_time"])
    pull_home = P["mandate_effect"] * X["mandate_years"] + drift
    utility = (
        P["grade_utility"] * quality
        - P["risk_aversion"] * wary
        - P["price_substitution"] * log_cost
        + P["lock_in"] * (S["s"] - D["now0"])
        + C["is_target"] * (C["home"] * pull_home)
    )
    lost = xp.clip(1.0 - add_up(oe * D["latent"], 1)[:, None], 0.0, 1.0)
    lost = settle(xp, lost)
    entry = D["room"] * (xp.maximum(gates - D["gate0"], 0.0) + gates * lost)
    weight = oe * xp.exp(xp.clip(utility, -_STEEPEST, _STEEPEST)) * (D["base"] + entry)
    weight = settle(xp, weight)
    return share_out(xp, weight, oe * xp.maximum(1.0, D["over_gate0"]))


def share_out(xp: Xp, weight: Arr, most: Arr) -> Arr:
    """Divide a market by weight, giving no supplier more than `most`.

    A licence that is granted for a fifth of the requests, or a leak of three per cent, serves at
    most that part of a market, however few alternatives there are. What a supplier may not serve
    goes to those who still may, in a few rounds; what is left over is a vacancy.

    Example:
        >>> import numpy as np
        >>> weight = np.array([[[0.9], [0.1]]])
        >>> share_out(np, weight, np.array([[[0.03], [1.0]]]))[0, :, 0].round(3).tolist()
        [0.03, 0.97]
        >>> share_out(np, weight, np.array([[[0.03], [0.0]]]))[0, :, 0].round(3).tolist()
        [0.03, 0.0]
    """
    given, left, asks = xp.zeros_like(weight), 1.0, weight
    for _ in range(_ROUNDS):
        each = settle(xp, left / xp.maximum(add_up(asks, 1), _LEAST))[:, None]
        more = asks * each
        given = settle(xp, xp.where(more < most - given, given + more, most))
        left = xp.maximum(1.0 - add_up(given, 1), 0.0)
        asks = xp.where(given < most, weight, 0.0)
    return given


def remembered(xp: Xp, S: Tree) -> Arr:
    """Return remembered risk by market, [5, C, I], from the memory of the three blocs."""
    return xp.stack([S["M"][bloc] for bloc in MARKET_BLOC])


def move_shares(
    xp: Xp,
    S: Tree,
    X: Tree,
    P: Tree,
    C: Tree,
    oe: Arr,
    want: Arr,
    demand: Arr,
) -> Arr:
    """Return the new shares, [5, C, I].

    Losses of access act at once, in proportion to the tightening. Gains need qualification and
    capacity: a supplier adds at most a fraction of all it sells (and of a pilot line) in a
    quarter. Buyers give up a supplier only as fast as another one replaces it.
    """
    old = S["oe"]
    survive = xp.where(old > 0, xp.minimum(1.0, oe / xp.where(old > 0, old, 1.0)), 1.0)
    keep = S["s"] * survive
    change = P["qualification_rate"] * (want - keep)
    keep, change = settle(xp, (keep, change))
    rise, fall = xp.maximum(change, 0.0), xp.maximum(-change, 0.0)
    planned = add_up(rise, 1)[:, None]
    rise = settle(xp, rise * (1.0 - C["is_target"] * (1.0 - C["home"]) * (1.0 - P["on_backfill"])))
    volume = add_up(rise * demand[:, None], 0)
    world = add_up(demand, 0)
    limit = P["expansion"] * (S["sold"] + P["pilot_capacity"] * world)
    limit = limit + C["home"] * P["capacity_per_usd"] * X["capacity"]
    part = xp.where(volume > limit, limit / xp.where(volume > 0, volume, 1.0), 1.0)
    # Summed over markets and suppliers by turns: settled, lest each market sums all of them anew.
    part, planned = settle(xp, (part, planned))
    rise = rise * part
    done = add_up(rise, 1)[:, None]
    fall = fall * settle(xp, xp.where(planned > 0, done / xp.where(planned > 0, planned, 1.0), 0.0))
    return keep + rise - fall


def threatened(xp: Xp, share: Arr, oe: Arr, oe_ahead: Arr) -> Arr:
    """Return the share of supply that the announced controls would cut, [5, I]."""
    return add_up(share * xp.maximum(oe - oe_ahead, 0.0) / xp.maximum(oe, _TINY), 1)


def orders(
    xp: Xp,
    S: Tree,
    P: Tree,
    share: Arr,
    wary: Arr,
    threat: Arr,
    demand: Arr,
) -> Tree:
    """Return extra orders, deliveries, use and stock by market, [5, I].

    Buyers want a stock in proportion to the share of supply that is threatened, and a little for
    remembered risk; less of what spoils. Who cannot even get what is needed now builds no stock
    (otherwise double ordering would conjure up supply), but holds what there is.
    """
    served = xp.minimum(add_up(share, 1), 1.0)
    feared = P["standing_precaution"] * add_up(share * wary, 1)
    decay, cover = P["stock_decay"], P["stock_cover"]
    keepable = cover * xp.maximum(1.0 - decay, 0.0) / (1.0 + cover * decay)
    vacancy = 1.0 - served
    risk = xp.minimum(threat + feared, 1.0)
    build = keepable * xp.maximum(risk - vacancy, 0.0) * demand
    hold = keepable * xp.minimum(risk + vacancy, 1.0) * demand
    stock = xp.maximum(1.0 - decay, 0.0) * S["N"]
    rise = xp.minimum(xp.maximum(build - stock, 0.0) / P["order_time"], P["rush"] * demand)
    excess = xp.maximum(stock - hold, 0.0) / P["order_time"]
    extra = rise - xp.minimum(excess, P["rundown"] * demand)
    got = served * (demand + extra)
    used = xp.minimum(demand, got + stock)
    return {
        "extra": extra,
        "got": got,
        "used": used,
        "N": xp.maximum(stock + got - used, 0.0),
        "served": served,
        "threat": threat,
    }
