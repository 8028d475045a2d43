# SPDX-License-Identifier: Apache-2.0
"""One quarter of the response model: the steps put together.

`step` is written once, for NumPy (the reference) and JAX (the engine): array operations only, no
branches on values. The equations stand in `docs/model.md`.
"""

from __future__ import annotations

from chokegraph.response import access, capability, making, market
from chokegraph.response.arrays import Arr, Tree, Xp, add_up, either, settle


def step(xp: Xp, S: Tree, X: Tree, P: Tree, C: Tree, D: Tree, T: Tree) -> tuple[Tree, Tree]:
    """Advance one draw by one quarter.

    Args:
        xp: The array library: numpy or jax.numpy.
        S: State: `K` capability, `Q` experience, `H` R&D stock, `sold` last volume [C, I];
            `s` shares, `oe` effective access [5, C, I]; `M` remembered risk [3, C, I]; `N` stock,
            `a` availability [5, I]; `B` installed base [3, C, I]; `A`, `A_plan` route output so
            far [R]; `customers` [I].
        X: This quarter: time `t` in quarters, regimes `regime` and `ahead`, `calm` where they are
            the same for all draws that are run together, levers.
        P: Parameters of the draw.
        C: Constants of the structure.
        D: Derived constants of the draw (`start.begin`).
        T: What each regime denies (`access.tables`).

    Returns:
        The next state, and this quarter's outcomes.
    """
    t = X["t"]
    # 1 policy
    K = S["K"]
    F = xp.max(K, axis=0)
    R, F = settle(xp, (access.regime(T, X["regime"]), F))
    # Nothing else is expected in most quarters: what is in force need not be fetched again.
    ahead = either(
        xp,
        X["calm"],
        lambda: {name: R[name] for name in access.SALES},
        lambda: access.regime(T, X["ahead"], access.SALES),
    )
    asked = D["asked"] + C["asked_drift"] * (t / 4.0)
    D = {**D, "asked_now": asked}
    cap, cap_ahead = access.ceiling(xp, F, R), access.ceiling(xp, F, ahead)
    held = access.held_down(xp, R, cap, P)
    held_ahead = access.held_down(xp, ahead, cap_ahead, P)
    E = access.offered(xp, K, held, cap)
    gates = access.open_gates(xp, K, held, cap, asked, P, C)
    built, parts = access.components(xp, S, X, C, P)
    oe = R["access"] * gates * built
    gates, oe, built, E, parts = settle(xp, (gates, oe, built, E, parts))
    # 2 costs, prices, whom buyers want
    base = making.plan(xp, S, X, P, C, D, R["service"])
    demand = base["demand"]
    log_cost = market.costs(xp, S, P, D)
    world = add_up(demand, 0)
    factor = market.price_factor(xp, S, X, P, D, world)
    wary = market.remembered(xp, S)
    base, log_cost, factor, wary = settle(xp, (base, log_cost, factor, wary))
    demand = base["demand"]
    want = market.wanted(xp, S, X, P, C, D, oe, gates, E, F, log_cost, wary)
    # 3 shares
    share = market.move_shares(xp, S, X, P, C, oe, want, demand)
    share = settle(xp, share)

    # 4 orders and stock
    def threat_of() -> Arr:
        gates_ahead = access.open_gates(xp, K, held_ahead, cap_ahead, asked, P, C)
        left = ahead["access"] * gates_ahead * built
        threat = market.threatened(xp, share, oe, left)
        # Draws run together look ahead differently far: for some of them nothing changes.
        return xp.where(X["regime"] == X["ahead"], xp.zeros_like(threat), threat)

    threat = either(xp, X["calm"], lambda: xp.zeros_like(demand), threat_of)
    order = market.orders(xp, S, P, share, wary, threat, demand)
    order = settle(xp, order)
    # 5 installed base and availability
    B, availability = making.install(xp, base, order, share, C)
    B, availability = settle(xp, (B, availability))
    # 6 routes
    made = making.produce(xp, S, availability, P, C)
    # 7 sales and R&D
    volumes = share * (demand + order["extra"])[:, None]
    to_target = add_up(volumes[:3], 0)
    volume = to_target + volumes[3] + volumes[4]
    sales = factor * volume
    spending, H = capability.research(xp, S, X, P, D, sales, base["growth"])
    to_target, volume, sales, spending, H = settle(xp, (to_target, volume, sales, spending, H))
    # 8 capability
    know = capability.teaching(xp, S, R, P, C, D, add_up(B, 0), to_target, parts, made["customers"])
    know = settle(xp, know)
    K_next = capability.advance(xp, S, X, P, C, D, F, H, know)
    # 9 experience, 10 remembered risk
    above = xp.maximum(
        access.kept_back(xp, K, held, cap), access.kept_back(xp, K, held_ahead, cap_ahead)
    )
    M = capability.remember(xp, S, P, C, R, ahead, above)
    K_next, M = settle(xp, (K_next, M))
    new = {
        "K": K_next,
        "Q": S["Q"] + volume,
        "H": H,
        "s": share,
        "oe": oe,
        "M": M,
        "N": order["N"],
        "B": B,
        "A": made["A"],
        "A_plan": made["A_plan"],
        "a": availability,
        "customers": made["customers"],
        "sold": volume,
    }
    facts = {
        "E": E,
        "F": F,
        "K": K_next,
        "share": share,
        "demand": demand,
        "order": order,
        "availability": availability,
        "made": made,
        "sales": sales,
        "to_target": factor * to_target,
        "spending": spending,
        "volume": volume,
        "factor": factor,
        "log_cost": log_cost,
        "growth": base["growth"],
        "know": know,
    }
    return new, facts
