# SPDX-License-Identifier: Apache-2.0
"""Step 1: what controls leave open: access, offered grades, the grade gate, components.

Shapes: C suppliers (row 0 is the target), I inputs, 5 markets (three tiers of the target, the
coalition, others), G regimes, Z caps that may meet on one flow. All functions work with NumPy and
with JAX arrays.
"""

from __future__ import annotations

from chokegraph.response.arrays import Arr, Tree, Xp, add_up, settle
from chokegraph.response.state import PARENTS

_NEARLY_NOTHING = 1e-15
_LOG_FLOOR = 1e-30


def gate(xp: Xp, K: Arr, asked: Arr, P: Tree) -> Arr:
    """Return how far a supplier of grade `K` can serve demand for grade `asked`, 0..1.

    One at or above the grade asked for; falling to zero over `grade_width` generations below it.

    Example:
        >>> import numpy as np
        >>> grades = np.array([4.0, 4.9, 5.0, 7.0])
        >>> gate(np, grades, 5.0, {"grade_width": 0.2, "on_grade": 1.0}).round(3).tolist()
        [0.0, 0.5, 1.0, 1.0]
    """
    steep = P["on_grade"] / P["grade_width"]
    return xp.clip(1.0 + (K - asked) * steep, 0.0, 1.0)


def tables(xp: Xp, P: Tree, calendar: Tree, approval: Arr) -> Tree:
    """Return what each regime denies in this draw.

    Denials of several controls combine as independent: what one lets through another may deny.
    What the law denies is decided for each flow beforehand (see `response.law`) and is one more.
    Over-compliance spreads the strictest denial among the target's tiers to the other tiers.

    Args:
        xp: The array library.
        P: The draw's parameters.
        calendar: `active` [G, k], `reach` [k, 7, C, I], `capped` [k, Z, C, I], `hard`, `sliding`;
            with law also `law_weight` [S, B, U], `law_cell` [7 C I] and `law_state` [G].
        approval: Share of licences granted by control, [k]; with law, then what is denied of each
            of its parts, [B].

    Returns:
        access [G, 5, C, I], service and staff (denied fractions, [G, C, I]), and of each cap:
        what it denies above it, before leakage, its grade if hard and its distance if sliding
        (capped, hard, sliding, [G, Z, C, I]).
    """
    reach, active = calendar["reach"], calendar["active"]
    controls, rows, suppliers, inputs = reach.shape
    approval, parts = approval[:controls], approval[controls:]
    denied = reach * (1.0 - approval)[:, None, None, None]
    passes = xp.log(xp.maximum(1.0 - denied, _LOG_FLOOR))
    left = xp.exp(active @ passes.reshape(passes.shape[0], -1))
    if "law_weight" in calendar:
        by_kind = parts @ calendar["law_weight"]
        lost = xp.clip(by_kind[calendar["law_state"]], 0.0, 1.0)
        left = left * (1.0 - lost[:, calendar["law_cell"]])
    left = xp.where(left < _NEARLY_NOTHING, 0.0, left)
    ban = (1.0 - left).reshape(active.shape[0], rows, suppliers, inputs)
    tiers = ban[:, :3]
    worst = xp.max(tiers, axis=1, keepdims=True)
    tiers = tiers + P["over_compliance"] * (worst - tiers)
    sound = 1.0 - P["leakage"]
    markets = xp.concatenate([tiers, ban[:, 3:5]], axis=1)
    cap = calendar["capped"] * (1.0 - approval)[:, None, None, None]
    # Caps that share a slot never meet, so the largest is the only one.
    capped = xp.max(active[:, :, None, None, None] * cap[None], axis=1)
    return {
        "access": 1.0 - markets * sound,
        "service": ban[:, 5] * sound * P["on_service"],
        "staff": ban[:, 6],
        "capped": capped,
        "hard": calendar["hard"],
        "sliding": calendar["sliding"],
    }


SALES = ("access", "capped", "hard", "sliding")
"""The tables that say what may be sold."""

TABLES = (*SALES, "service", "staff")
"""What `tables` returns."""


def regime(T: Tree, index: Arr, names: tuple[str, ...] = TABLES) -> Tree:
    """Return the tables of one regime."""
    return {name: T[name][index] for name in names}


def ceiling(xp: Xp, F: Arr, R: Tree) -> Arr:
    """Return the grades above which a capped supplier may not sell, [Z, C, I]."""
    return xp.minimum(R["hard"], F - R["sliding"])


def held_down(xp: Xp, R: Tree, cap: Arr, P: Tree) -> Arr:
    """Return the part of a supplier's trade that each cap holds down to its grade, [Z, C, I].

    Caps deny as independently as other controls do: of what one licenses above its grade, a
    stricter one may deny all the same, and a laxer one what is above its own. What leaks is held
    down by none.

    Example:
        >>> import numpy as np
        >>> caps = np.array([3.0, 6.0])[:, None, None]
        >>> denied = {"capped": np.array([0.1, 1.0])[:, None, None]}
        >>> parts = held_down(np, denied, caps, {"leakage": np.zeros(1)})
        >>> parts.ravel().tolist(), offered(np, np.array([[7.0]]), parts, caps).round(3).tolist()
        ([0.1, 0.9], [[5.7]])
    """
    sound = 1.0 - P["leakage"]
    denied = R["capped"]
    parts = []
    for own in range(denied.shape[0]):
        part = denied[own] * sound
        for other in range(denied.shape[0]):
            if other != own:
                # Of two caps at one grade the first holds what both would.
                below = cap[other] < cap[own] if other > own else cap[other] <= cap[own]
                part = part * (1.0 - xp.where(below, denied[other], 0.0))
        parts.append(part)
    return xp.stack(parts)


def offered(xp: Xp, K: Arr, held: Arr, cap: Arr) -> Arr:
    """Return the mean grade offered to the target: what leaks through is of full grade."""
    return K - add_up(held * xp.maximum(K - cap, 0.0), 0)


def kept_back(xp: Xp, K: Arr, held: Arr, cap: Arr) -> Arr:
    """Return how much of the trade in a supplier's best grade caps deny, [C, I], 0..1.

    A cap less than a generation below the best grade denies a part in proportion.
    """
    return add_up(held * xp.clip(K - cap, 0.0, 1.0), 0)


def open_gates(xp: Xp, K: Arr, held: Arr, cap: Arr, asked: Arr, P: Tree, C: Tree) -> Arr:
    """Return the gates of all markets, [5, C, I]; the target's through the caps by grade."""
    full = gate(xp, K[None], asked[:, None], P)
    lost = xp.zeros_like(full)
    for place in range(held.shape[0]):
        lower = gate(xp, xp.minimum(K, cap[place])[None], asked[:, None], P)
        lost = lost + held[place] * (full - lower)
    return full - C["is_target"] * lost


def components(xp: Xp, S: Tree, X: Tree, C: Tree, P: Tree) -> tuple[Arr, Arr]:
    """Return how far makers get the components of their own products.

    Args:
        xp: The array library.
        S: State; uses last quarter's availability `a`, [5, I].
        X: This quarter.
        C: Constants.
        P: Parameters.

    Returns:
        By market and supplier, [5, C, I], and the target's average, [I].
    """
    a, weight = S["a"], P["demand"][:3]
    total = add_up(weight, 0)
    even = add_up(a[:3] * weight, 0) / xp.where(total > 0, total, 1.0)
    mean = xp.where(total > 0, even, 1.0)
    # Rows: the target's tiers, twice its average (for its exports), the coalition, others.
    lacks = 1.0 - xp.concatenate([a[:3], mean[None], mean[None], a[3:]]).T
    essential = C["parent_weight"] * P["on_components"]
    missing = essential[:, 0, None] * lacks[C["parents"][:, 0]]
    for place in range(1, PARENTS):
        more = essential[:, place, None] * lacks[C["parents"][:, place]]
        missing = xp.maximum(missing, more)
    built = settle(xp, 1.0 - missing.T)
    foreign = C["member"] * built[5] + C["other"] * built[6]
    return foreign + C["home"] * built[:5, None], built[3]
