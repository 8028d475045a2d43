# SPDX-License-Identifier: Apache-2.0
"""The start of a run: constants of the structure, and the state of one draw before quarter one.

Everything that a draw needs for the start is made consistent here, so that without a control and
without learning, innovation, imitation and drift nothing moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from chokegraph.response.access import ceiling, gate, held_down, offered, open_gates
from chokegraph.response.arrays import Arr, Tree, Xp
from chokegraph.response.calendar import Calendar
from chokegraph.response.market import share_out
from chokegraph.response.policy import Policy
from chokegraph.response.state import Structure

UNLIMITED = 1e6
_QUARTERS = 4.0
_TINY = 1e-12


def constants(structure: Structure) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays that are the same for every draw and every policy.

    Example:
        >>> from chokegraph.response.toy import toy_structure
        >>> constants(toy_structure())["makes"].shape
        (2, 3)
    """
    c, p = len(structure.countries), len(structure.products)
    bloc = structure.bloc
    home = np.zeros((c, 1))
    home[0] = 1
    makes = (np.arange(p)[:, None] == structure.route_product).astype(float)
    needs = structure.requirement.T @ makes.T
    total = needs.sum(axis=1, keepdims=True)
    # An input that no product needs has no leading customer to lose: its weight goes to all.
    customers = np.where(total > 0, needs / np.where(total > 0, total, 1), 1 / p)
    wary = np.ones((3, c, 1))
    wary[0, bloc == 0] = 0
    wary[1, bloc == 1] = 0
    may_enter = np.ones((c, 1))
    may_enter[-1] = 0
    unknown = np.zeros((c, 1))
    unknown[-1] = 1
    flat = structure.purchases
    value = np.stack([flat[:3].sum(axis=0), flat[3], flat[4]])
    return {
        "home": home,
        "is_target": np.array([1.0, 1, 1, 0, 0])[:, None, None],
        "is_coalition": np.array([0.0, 0, 0, 1, 0])[:, None, None],
        "is_others": np.array([0.0, 0, 0, 0, 1])[:, None, None],
        "member": (bloc == 1).astype(float)[:, None],
        "rivals": ((bloc == 1) if structure.member.any() else (bloc > 0)).astype(float)[:, None],
        "other": (bloc == 2).astype(float)[:, None],
        "wary": wary,
        "may_enter": may_enter,
        "unknown": unknown,
        "capital": structure.capital.astype(float),
        "parents": structure.parents.astype(np.int32),
        "parent_weight": structure.parent_weight.astype(float),
        "requirement": structure.requirement.astype(float),
        "route_tier": structure.route_tier.astype(np.int32),
        "makes": makes,
        **_ways(structure),
        "customers": customers,
        "around": structure.design_around.astype(float),
        "asked_drift": structure.asked_drift.astype(float),
        "start_cover": structure.start_cover.astype(float),
        "value_weight": value / np.maximum(value.sum(axis=1, keepdims=True), _TINY),
    }


def _ways(structure: Structure) -> dict[str, np.ndarray[Any, Any]]:
    """Return what `making` needs to know about ways; nothing where every route has one."""
    if not structure.ways:
        return {}
    of_route = np.arange(len(structure.routes))[:, None] == structure.way_route
    return {
        "way_of": of_route.astype(float),
        "way_tier": structure.route_tier[structure.way_route].astype(np.int32),
        "way_requirement": structure.way_requirement.astype(float),
    }


ZEROED = {
    "drift": ("drift",),
    "entry": ("entry_weight",),
    "imitation": ("imitation_rate",),
    "innovation": ("frontier_pace",),
    "leakage": ("leakage",),
    "learning": ("learning_rate",),
    "lock_in": ("lock_in",),
    "mandate": ("mandate_effect",),
    "over_compliance": ("over_compliance",),
    "perceived_risk": ("risk_aversion", "standing_precaution"),
    "price_war": ("crowding", "subsidy_pricing"),
    "service": ("service_wear",),
    "stockpiling": ("stock_cover", "standing_precaution"),
    "subsidy": ("subsidy_effect", "capacity_per_usd"),
}
"""Parameters that do nothing where a mechanism is off."""

_FLAGS = ("backfill", "components", "design_around", "grade", "rnd_feedback", "service")


def neutralise(
    policy: Policy, values: Mapping[str, np.ndarray[Any, Any]]
) -> dict[str, np.ndarray[Any, Any]]:
    """Return the draws with the parameters of mechanisms that are off set so that they do nothing.

    Example:
        >>> values = {"drift": np.array([0.1, 0.2]), "expansion": np.ones((2, 1))}
        >>> off = neutralise(Policy(mechanisms={"drift": False}), values)
        >>> off["drift"].tolist(), off["on_grade"].tolist()
        ([0.0, 0.0], [1.0, 1.0])
    """
    result = dict(values)
    draws = next(iter(values.values())).shape[0]
    for mechanism, names in ZEROED.items():
        if not policy.on(mechanism):
            for name in names:
                if name in result:
                    result[name] = np.zeros_like(result[name])
    if not policy.on("capacity"):
        result["expansion"] = np.full_like(result["expansion"], UNLIMITED)
    for flag in _FLAGS:
        result[f"on_{flag}"] = np.full(draws, float(policy.on(flag)))
    return result


def quarters(calendar: Calendar) -> dict[str, np.ndarray[Any, Any]]:
    """Return what changes from quarter to quarter, [T, ...]."""
    return {
        "t": np.arange(len(calendar.regime), dtype=float),
        "regime": calendar.regime,
        "ahead": calendar.ahead,
        "mandate_years": calendar.mandate_years,
        "subsidy": calendar.subsidy,
        "capacity": calendar.capacity,
    }


def begin(xp: Xp, P: Tree, C: Tree, before: Tree) -> tuple[Tree, Tree]:
    """Return the state before the first quarter, and derived constants of the draw.

    Args:
        xp: The array library: numpy or jax.numpy.
        P: The draw's parameters (no draw axis).
        C: Constants of the structure.
        before: What may be sold in the quarter before the first (`access.SALES` of its regime):
            buyers have already adapted to bans and caps that were in force by then.

    Returns:
        State, and derived constants ("D" in the steps' arguments).
    """
    K, share, demand = P["capability"], P["share"], P["demand"]
    selling = share > 0
    # Who sells today evidently meets the grade asked today: the best seller bounds what is asked.
    best = xp.max(xp.where(selling, K[None], -UNLIMITED), axis=1)
    asked = xp.minimum(P["asked"], best)
    open_gate = gate(xp, K[None], asked[:, None], P)
    served = share * open_gate
    total = xp.sum(served, axis=1, keepdims=True)
    share = xp.where(total > 0, served / xp.where(total > 0, total, 1.0), share)
    latent = xp.where(open_gate > 0, share / xp.where(open_gate > 0, open_gate, 1.0), 0.0)
    top = asked + P["headroom"]
    F = xp.max(K, axis=0)
    quality = xp.minimum(K[None], top[:, None]) - xp.minimum(F[None], top)[:, None]
    left, worse = _standing(xp, P, C, before, asked, open_gate)
    grow = xp.log1p(P["growth"]) / _QUARTERS
    pace = xp.expm1(grow)
    by_market = xp.concatenate([xp.broadcast_to(grow[0], (3,)), xp.broadcast_to(grow[1], (2,))])
    wear = P["attrition"]
    need_rate = xp.maximum(pace[0] + wear, _TINY)
    need = demand[:3] / need_rate
    # Shares as they stand under the controls that were there before the start.
    weight = share * left * xp.exp(-P["grade_utility"] * worse)
    now = share_out(xp, weight, left * xp.maximum(open_gate, share))
    to_target = xp.sum(now[:3] * demand[:3, None], axis=0)
    to_rest = xp.sum(now[3:] * demand[3:, None], axis=0)
    sales = to_target + to_rest
    rnd_decay = P["rnd_decay"]
    steady = xp.maximum(rnd_decay + pace, _TINY)
    H_target = P["rnd_intensity"] * to_target / steady[0]
    H_rest = P["rnd_intensity"] * to_rest / steady[1]
    known = P["experience"]
    guess = P["experience_years"] * _QUARTERS * sales
    Q = xp.where(xp.isnan(known), guess, known)
    world = xp.sum(demand, axis=0)
    seed = P["pilot_capacity"] * world
    ones = xp.ones_like(demand)
    derived = {
        "asked": asked,
        "share0": share,
        "gate0": open_gate,
        # Who held more of a market than its own gate would allow keeps that privilege.
        "over_gate0": latent,
        "latent": latent,
        "base": latent * xp.exp(-P["grade_utility"] * quality),
        "room": C["may_enter"] * xp.maximum(P["entry_weight"] - share, 0.0),
        "growth": by_market,
        "need": need,
        "seed": seed,
        "X0": Q + P["learning_spillover"] * (xp.sum(Q, axis=0) - Q) + seed,
        "to_target0": to_target,
        "to_rest0": to_rest,
        "H_target0": H_target,
        "H_rest0": H_rest,
        "world_share0": sales / xp.where(world > 0, world, 1.0),
        "now0": now,
    }
    zero = xp.zeros_like(P["start_yield"])
    state = {
        "K": K,
        "Q": Q,
        "H": H_target + H_rest,
        "s": now,
        "oe": open_gate * left,
        "M": xp.zeros((3, *K.shape), dtype=K.dtype),
        "N": xp.concatenate([C["start_cover"] * demand[:3], 0.0 * demand[3:]]),
        "B": C["capital"] * need[:, None] * now[:3],
        "A": zero,
        "A_plan": zero,
        "a": ones,
        "customers": xp.ones_like(wear),
        "sold": sales,
    }
    return state, derived


def _standing(
    xp: Xp, P: Tree, C: Tree, before: Tree, asked: Arr, open_gate: Arr
) -> tuple[Arr, Arr]:
    """Return what the controls from before the start leave of each flow, and take of its quality.

    Both are [5, C, I], relative to a world without controls: the part of a supplier's gate that is
    still open, and by how much worse is what it offers, as far as buyers value it.
    """
    K = P["capability"]
    cap = ceiling(xp, xp.max(K, axis=0), before)
    held = held_down(xp, before, cap, P)
    gates = open_gates(xp, K, held, cap, asked, P, C)
    part = xp.where(open_gate > 0, gates / xp.where(open_gate > 0, open_gate, 1.0), 1.0)
    top = (asked + P["headroom"])[:, None]
    offer = K + C["is_target"] * (offered(xp, K, held, cap) - K)
    return before["access"] * part, xp.minimum(K[None], top) - xp.minimum(offer, top)
