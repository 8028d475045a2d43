# SPDX-License-Identifier: Apache-2.0
"""Steps 2 to 4: costs and prices, whom buyers want, how shares move, orders and stocks."""

from __future__ import annotations

from chokegraph.response.arrays import Arr, Tree, Xp

_TINY = 1e-12
_STEEPEST = 40.0
_ROUNDS = 3
"""Rounds in which what one supplier may not serve is offered to the others."""


def fill(xp: Xp, weight: Arr, limit: Arr) -> Arr:
    """Return shares in proportion to `weight` in which no supplier exceeds its `limit`.

    A supplier that may serve only a part of demand (what leaks or is licensed) cannot take the
    whole market because no one else is left: what it may not serve goes to the others in
    proportion, and if they are at their limits too, it stays vacant.

    Args:
        xp: The array library.
        weight: Attractiveness, not negative; suppliers on the axis before the last.
        limit: The part of demand that a supplier may serve, 0..1.

    Returns:
        Shares; they sum to 1 unless the limits keep them below.

    Example:
        >>> import numpy as np
        >>> fill(np, np.array([[3.0], [1.0]]), np.array([[0.1], [1.0]])).ravel().tolist()
        [0.1, 0.9]
        >>> fill(np, np.array([[1.0], [0.0]]), np.array([[0.1], [1.0]])).ravel().tolist()
        [0.1, 0.0]
    """
    total = xp.sum(weight, axis=-2, keepdims=True)
    share = xp.where(total > 0, weight / xp.where(total > 0, total, 1.0), 0.0)
    for _ in range(_ROUNDS):
        share = xp.minimum(share, limit)
        free = weight * (share < limit)
        open_ = xp.sum(free, axis=-2, keepdims=True)
        missing = xp.maximum(1.0 - xp.sum(share, axis=-2, keepdims=True), 0.0)
        missing = missing * (total > 0)
        share = share + xp.where(open_ > 0, missing * free / xp.where(open_ > 0, open_, 1.0), 0.0)
    return xp.minimum(share, limit)


_ROUNDS = 3


def costs(xp: Xp, S: Tree, P: Tree, D: Tree) -> Arr:
    """Return the logarithm of unit cost relative to the start, [C, I], from experience."""
    Q = S["Q"]
    X = Q + P["learning_spillover"] * (xp.sum(Q, axis=0) - Q) + D["seed"]
    exponent = -xp.log2(1.0 - P["learning_rate"])
    ratio = xp.where(D["X0"] > 0, X / xp.where(D["X0"] > 0, D["X0"], 1.0), 1.0)
    return -exponent * xp.log(ratio)


def price_factor(xp: Xp, S: Tree, X: Tree, P: Tree, D: Tree, world: Arr) -> Arr:
    """Return the price relative to a market without newcomers and subsidies, [I] (D8).

    Crowding is the world share that suppliers have gained over the start; capacity subsidies
    press prices in proportion to world demand.
    """
    total = xp.sum(S["sold"], axis=0)
    now = S["sold"] / xp.where(total > 0, total, 1.0)
    crowd = xp.sum(xp.maximum(now - D["world_share0"], 0.0), axis=0) * (total > 0)
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
) -> Arr:
    """Return the shares that buyers want and may get, [5, C, I]; their sum is at most 1.

    A supplier weighs what it weighed at the start, moved by price, quality (up to the grade asked
    for plus the headroom), preference for home, remembered risk and, if switched on, lock-in. To
    this comes the room of newcomers: it opens as their grade passes the gate that was closed at
    the start, or as the suppliers of the start lose access.
    """
    K = S["K"]
    top = D["asked_now"] + P["headroom"]
    own = xp.concatenate([xp.broadcast_to(E[None], (3, *E.shape)), xp.stack([K, K])])
    quality = xp.minimum(own, top[:, None]) - xp.minimum(F[None], top)[:, None]
    M = S["M"]
    risk = xp.stack([M[0], M[0], M[0], M[1], M[2]])
    years = X["t"] / 4.0
    drift = P["drift"] * P["drift_time"] * -xp.expm1(-years / P["drift_time"])
    pull_home = P["mandate_effect"] * X["mandate_years"] + drift
    at_home = C["home"] * pull_home
    home = xp.stack([at_home, at_home, at_home, 0.0 * at_home, 0.0 * at_home])
    utility = (
        P["grade_utility"] * quality
        - P["risk_aversion"] * risk
        - P["price_substitution"] * log_cost
        + P["lock_in"] * (S["s"] - D["now0"])
        + home
    )
    lost = xp.clip(1.0 - xp.sum(oe * D["latent"], axis=1, keepdims=True), 0.0, 1.0)
    entry = D["room"] * (xp.maximum(gates - D["gate0"], 0.0) + gates * lost)
    weight = oe * xp.exp(xp.clip(utility, -_STEEPEST, _STEEPEST)) * (D["base"] + entry)
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
    given = xp.zeros_like(weight)
    open_part = 1.0
    for _ in range(_ROUNDS):
        room = xp.maximum(most - given, 0.0)
        asks = xp.where(room > 0, weight, 0.0)
        total = xp.sum(asks, axis=1, keepdims=True)
        portion = open_part * asks / xp.where(total > 0, total, 1.0)
        given = given + xp.minimum(portion, room)
        open_part = xp.maximum(1.0 - xp.sum(given, axis=1, keepdims=True), 0.0)
    return given


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
    rise, fall = xp.maximum(change, 0.0), xp.maximum(-change, 0.0)
    planned = xp.sum(rise, axis=1, keepdims=True)
    foreign = xp.maximum(C["home"], P["on_backfill"])
    rise = xp.concatenate([rise[:3] * foreign, rise[3:]])
    volume = xp.sum(rise * demand[:, None], axis=0)
    world = xp.sum(demand, axis=0)
    limit = P["expansion"] * (S["sold"] + P["pilot_capacity"] * world)
    limit = limit + C["home"] * P["capacity_per_usd"] * X["capacity"]
    rise = rise * xp.where(
        volume > limit, limit / xp.where(volume > 0, volume, 1.0), xp.ones_like(volume)
    )
    done = xp.sum(rise, axis=1, keepdims=True)
    fall = fall * xp.where(planned > 0, done / xp.where(planned > 0, planned, 1.0), 0.0)
    return keep + rise - fall


def orders(
    xp: Xp,
    S: Tree,
    P: Tree,
    share: Arr,
    oe: Arr,
    oe_ahead: Arr,
    demand: Arr,
) -> Tree:
    """Return extra orders, deliveries, use and stock by market, [5, I].

    Buyers want a stock in proportion to the share of supply that is threatened or missing, and a
    little for remembered risk; less of what spoils. They never use stock that they do not have.
    """
    served = xp.minimum(xp.sum(share, axis=1), 1.0)
    threat = xp.sum(share * xp.maximum(oe - oe_ahead, 0.0) / xp.maximum(oe, _TINY), axis=1)
    M = S["M"]
    risk = xp.stack([M[0], M[0], M[0], M[1], M[2]])
    wary = P["standing_precaution"] * xp.sum(share * risk, axis=1)
    decay, cover = P["stock_decay"], P["stock_cover"]
    keepable = cover * xp.maximum(1.0 - decay, 0.0) / (1.0 + cover * decay)
    aim = keepable * xp.minimum(threat + (1.0 - served) + wary, 1.0) * demand
    stock = xp.maximum(1.0 - decay, 0.0) * S["N"]
    extra = (aim - stock) / P["order_time"]
    extra = xp.minimum(extra, P["rush"] * demand)
    extra = xp.maximum(extra, -xp.minimum(P["rundown"] * demand, stock))
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
