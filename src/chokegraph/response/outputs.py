# SPDX-License-Identifier: Apache-2.0
"""What is kept of a run: outcomes by quarter, and by year where they are by input."""

from __future__ import annotations

from dataclasses import dataclass

from chokegraph.response.arrays import Arr, Tree, Xp, add_up

_TINY = 1e-30
_NONE = -1e3


@dataclass(frozen=True, slots=True)
class Variable:
    """A result variable: its dimensions after the draw, its unit, and what it is."""

    dims: tuple[str, ...]
    units: str
    long_name: str


_YI = ("year", "input")
_Q = ("quarter",)
_QC = ("quarter", "country")
_QP = ("quarter", "product")
_QR = ("quarter", "route")
_YR = ("year", "route")
_YW = ("year", "way")

VARIABLES: dict[str, Variable] = {
    "output": Variable(_QP, "1", "output relative to plan"),
    "output_level": Variable(_QP, "1", "output, index: plan of the first quarter = 1"),
    "route_output": Variable(_YR, "1", "output of the route over its product's plan"),
    "route_value": Variable(_QR, "1", "what makers choose a route by: availability, yield, merit"),
    "route_yield": Variable(_YR, "1", "yield of the route over a ripe one, mean of the year"),
    "way_used": Variable(_YW, "1", "part of the year in which a route is gone in this way"),
    "local_share": Variable(_YI, "1", "home's share of the target's purchases (0: none made)"),
    "availability": Variable(_YI, "1", "availability to the target, mean of the year"),
    "vacancy": Variable(_YI, "1", "share of the target's demand that no supplier serves"),
    "capability": Variable(_YI, "generations", "the target's grade, end of the year"),
    "coalition_capability": Variable(_YI, "generations", "the coalition's best grade, end of year"),
    "frontier": Variable(_YI, "generations", "best grade in the world, end of the year"),
    "offered": Variable(_YI, "generations", "best foreign grade offered to the target"),
    "cover": Variable(_YI, "quarters", "the target's stock over its demand, end of the year"),
    "price": Variable(_YI, "1", "world price, index: start = 1, mean of the year"),
    "know": Variable(_YI, "1", "part of imitation that the target can do, mean of the year"),
    "sales": Variable(_QC, "USD million per quarter", "sales of the country's suppliers"),
    "sales_to_target": Variable(_QC, "USD million per quarter", "of these, sales to the target"),
    "rnd": Variable(_QC, "USD million per quarter", "R&D of the country's suppliers"),
    "lead": Variable(_Q, "generations", "lead of the coalition's best, weighted by demand"),
    "visible_share": Variable(_Q, "1", "coalition members' share of the target's purchases"),
    "stockpile": Variable(_Q, "USD million", "value of the target's stock"),
    "order": Variable(_Q, "USD million per quarter", "the target's extra orders (negative: fewer)"),
    "coalition_unserved": Variable(_Q, "1", "value share of the coalition's demand not met"),
    "others_unserved": Variable(_Q, "1", "value share of other countries' demand not met"),
}
"""All result variables. Names are public."""


def record(xp: Xp, f: Tree, C: Tree) -> Tree:
    """Return one quarter's outcomes from what `step` reports."""
    order, demand, share, made = f["order"], f["demand"], f["share"], f["made"]
    target = demand[:3]
    total = add_up(target, 0)
    whole = xp.where(total > 0, total, 1.0)

    def mean(values: Arr) -> Arr:
        return add_up(values * target, 0) / whole

    bought = target + order["extra"][:3]
    home = add_up(share[:3, 0] * bought, 0)
    purchases = add_up(order["got"][:3], 0)
    from_members = xp.sum(add_up(share[:3] * bought[:, None], 0) * C["member"])
    K, E = f["K"], f["E"]
    members = xp.max(xp.where(C["rivals"] > 0, K, _NONE), axis=0)
    world = add_up(f["volume"], 0)
    cost = add_up(f["volume"] * xp.exp(f["log_cost"]), 0) / xp.where(world > 0, world, 1.0)
    unmet = xp.sum(demand - order["used"], axis=1) / xp.maximum(xp.sum(demand, axis=1), _TINY)
    weight = total / xp.maximum(xp.sum(total), _TINY)
    return {
        "output": made["output"],
        "output_level": made["output"] * f["growth"][0],
        "route_output": made["route_output"],
        "route_value": made["route_value"],
        "route_yield": made["route_yield"],
        "way_used": made["way_used"],
        "home": home,
        "purchases": purchases,
        "availability": mean(f["availability"][:3]),
        "vacancy": mean(1.0 - order["served"][:3]),
        "capability": K[0],
        "coalition_capability": members,
        "frontier": xp.max(K, axis=0),
        "offered": xp.max(xp.where(C["home"] > 0, _NONE, E), axis=0),
        "cover": add_up(order["N"][:3], 0) / whole,
        "price": f["factor"] * xp.where(world > 0, cost, 1.0),
        "know": f["know"],
        "sales": xp.sum(f["sales"], axis=1),
        "sales_to_target": xp.sum(f["to_target"], axis=1),
        "rnd": xp.sum(f["spending"], axis=1),
        "lead": xp.sum(weight * (members - K[0])),
        "visible_share": from_members / xp.maximum(xp.sum(purchases), _TINY),
        "stockpile": xp.sum(order["N"][:3] * f["factor"]),
        "order": xp.sum(order["extra"][:3]),
        "coalition_unserved": unmet[3],
        "others_unserved": unmet[4],
    }


_END_OF_YEAR = ("capability", "coalition_capability", "frontier", "offered", "cover")


def by_year(xp: Xp, four: Tree) -> Tree:
    """Turn four quarters, stacked on the first axis, into one year's outcomes.

    Stocks are taken at the end of the year, flows are averaged; the local share is that of the
    year's purchases.
    """
    result: Tree = {}
    for name, variable in VARIABLES.items():
        if name == "local_share":
            bought = xp.sum(four["purchases"], axis=0)
            home = xp.sum(four["home"], axis=0)
            result[name] = xp.where(bought > 0, home / xp.where(bought > 0, bought, 1.0), 0.0)
        elif variable.dims[0] == "quarter":
            result[name] = four[name]
        elif name in _END_OF_YEAR:
            result[name] = four[name][-1]
        else:
            result[name] = xp.sum(four[name], axis=0) / 4.0
    return result
