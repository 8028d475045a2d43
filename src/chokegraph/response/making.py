# SPDX-License-Identifier: Apache-2.0
"""Steps 5 and 6: installed tools, availability, routes, yield learning, output."""

from __future__ import annotations

from chokegraph.response.arrays import Arr, Tree, Xp, add_up, power, settle

_LEAST = 1e-6
"""Smallest attractiveness of a route; keeps the choice defined when no route works."""


def plan(xp: Xp, S: Tree, X: Tree, P: Tree, C: Tree, D: Tree, service: Arr) -> Tree:
    """Return demand by market, [5, I], and the state of the installed base.

    Planned demand grows at the yearly rate. For tools it is what the planned base needs (growth
    and replacement); a shortfall of the base adds orders, up to a limit.
    """
    growth = xp.exp(X["t"] * D["growth"])[:, None]
    planned = P["demand"] * growth
    rate = D["growth"][0]
    need = D["need"] * xp.exp((X["t"] + 1.0) * rate)
    stays = (1.0 - P["attrition"]) * (1.0 - P["service_wear"] * service)
    left = S["B"] * stays[None]
    total = add_up(left, 1)
    short = xp.maximum(need - total - planned[:3], 0.0)
    more = xp.minimum(P["catch_up"] * short, P["catch_up_limit"] * planned[:3])
    tiers, rest = settle(xp, (planned[:3] + C["capital"] * more, planned[3:]))
    demand = xp.concatenate([tiers, rest])
    return {"demand": demand, "planned": planned, "need": need, "left": left, "growth": growth}


def install(
    xp: Xp,
    base: Tree,
    order: Tree,
    share: Arr,
    C: Tree,
) -> tuple[Arr, Arr]:
    """Return the installed base [3, C, I] and availability by market [5, I].

    A tool is available as far as the base covers what planned output needs; what is used up is
    available as far as use covers demand. Tools from stock are of the origin bought now, or if no
    one sells any more, of the origin of the base.
    """
    left, used, demand = base["left"], order["used"], base["demand"]
    served = order["served"][:3, None]
    held = add_up(left, 1)[:, None]
    by_base = xp.where(held > 0, left / xp.where(held > 0, held, 1.0), C["unknown"][None])
    origin = xp.where(served > 0, share[:3] / xp.where(served > 0, served, 1.0), by_base)
    B = left + C["capital"] * used[:3, None] * origin
    need = base["need"]
    equipped = xp.where(
        need > 0, xp.minimum(1.0, add_up(B, 1) / xp.where(need > 0, need, 1.0)), 1.0
    )
    flow = xp.where(demand > 0, used / xp.where(demand > 0, demand, 1.0), 1.0)
    target = C["capital"] * equipped + (1.0 - C["capital"]) * flow[:3]
    return B, xp.concatenate([target, flow[3:]])


def _choose(
    xp: Xp,
    able: Arr,
    made: Arr,
    P: Tree,
    C: Tree,
) -> tuple[Arr, Arr]:
    """Return route outputs and product outputs, given what each route is able to do."""
    yields = 1.0 - (1.0 - P["start_yield"]) * power(
        xp, 1.0 + made / P["yield_scale"], -P["yield_learning"]
    )
    value = able * yields
    known = 1.0 - C["around"] * (1.0 - P["on_design_around"])
    pull = power(xp, xp.maximum(value * P["merit"] * known, _LEAST), P["route_choice"])
    chosen = pull / ((pull @ C["makes"].T) @ C["makes"])
    output = chosen * value * known
    return output, C["makes"] @ output


def produce(xp: Xp, S: Tree, availability: Arr, P: Tree, C: Tree) -> Tree:
    """Return outputs of routes and products relative to the plan, and the learning of yields.

    A route does as much as its scarcest required input allows. Makers shift to the route that
    gives most value for cost. The plan is the same calculation with every input available.
    """
    there = availability[:3][C["route_tier"]]
    able = xp.min(1.0 - C["requirement"] * (1.0 - there), axis=1)
    output, made = _choose(xp, able, S["A"], P, C)
    ideal, aim = _choose(xp, xp.ones_like(able), S["A_plan"], P, C)
    whole = xp.where(aim > 0, aim, 1.0)
    product = xp.minimum(made / whole, 1.0)
    return {
        "output": product,
        "route_output": output / (whole @ C["makes"]),
        "A": S["A"] + output,
        "A_plan": S["A_plan"] + ideal,
        "customers": C["customers"] @ product,
    }
