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
) -> Tree:
    """Return outputs of routes and products, given what each route, or each way, is able to do.

    Yields of all ways of a route learn from its output. A route is gone in the way that makers
    value most; where it has one way only, the first branch says the same with less work.
    """
    learnt = power(xp, 1.0 + made / P["yield_scale"], -P["yield_learning"])
    if "way_of" in C:
        yields = 1.0 - (1.0 - P["way_yield"]) * (learnt @ C["way_of"])
        worth = able * yields * P["way_merit"]
        best = xp.max(xp.where(C["way_of"] > 0, worth[None], -1.0), axis=1)
        gone = C["way_of"] * (worth[None] >= best[:, None])
        gone = gone / xp.sum(gone, axis=1, keepdims=True)
        value, yields = gone @ (able * yields), gone @ yields
        used = xp.sum(gone, axis=0)
    else:
        yields = 1.0 - (1.0 - P["start_yield"]) * learnt
        value = able * yields
        best = value * P["merit"]
        used = xp.ones_like(able)
    known = 1.0 - C["around"] * (1.0 - P["on_design_around"])
    pull = power(xp, xp.maximum(best * known, _LEAST), P["route_choice"])
    chosen = pull / ((pull @ C["makes"].T) @ C["makes"])
    output = chosen * value * known
    return {
        "output": output,
        "made": C["makes"] @ output,
        "value": best * known,
        "yields": yields,
        "used": used,
    }


def produce(xp: Xp, S: Tree, availability: Arr, P: Tree, C: Tree) -> Tree:
    """Return outputs of routes and products relative to the plan, and the learning of yields.

    A route does as much as its scarcest required input allows. Makers shift to the route that
    gives most value for cost. The plan is the same calculation with every input available.
    """
    ways = "way_of" in C
    tier, requirement = ("way_tier", "way_requirement") if ways else ("route_tier", "requirement")
    there = availability[:3][C[tier]]
    able = xp.min(1.0 - C[requirement] * (1.0 - there), axis=1)
    now = _choose(xp, able, S["A"], P, C)
    aim = _choose(xp, xp.ones_like(able), S["A_plan"], P, C)
    whole = xp.where(aim["made"] > 0, aim["made"], 1.0)
    product = xp.minimum(now["made"] / whole, 1.0)
    return {
        "output": product,
        "route_output": now["output"] / (whole @ C["makes"]),
        "route_value": now["value"],
        "route_yield": now["yields"],
        "way_used": now["used"],
        "A": S["A"] + now["output"],
        "A_plan": S["A_plan"] + aim["output"],
        "customers": C["customers"] @ product,
    }
