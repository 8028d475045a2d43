# SPDX-License-Identifier: Apache-2.0
"""How much of the purchases at the start a control is about, and how much of it is denied."""

from __future__ import annotations

from typing import Any

import numpy as np

from chokegraph.response.access import gate
from chokegraph.study.policy import Rule
from chokegraph.study.setting import Setting

Array = np.ndarray[Any, np.dtype[Any]]


def start_shares(setting: Setting, rule: Rule) -> Array:
    """Return start shares [draw, country, input] in the purchases that a rule is about."""
    market = _markets(rule)
    share = np.asarray(setting.params.values["share"])[:, market]
    return _of_purchases(setting, market, share)


def _markets(rule: Rule) -> list[int]:
    if rule.control.on == "target":
        return [place for place in range(3) if rule.spec.tiers[place]]
    return [3 if rule.control.on == "coalition" else 4]


def _of_purchases(setting: Setting, market: list[int], share: Array) -> Array:
    """Shares by market [draw, market, country, input] as shares of all these markets together."""
    demand = np.asarray(setting.params.values["demand"])[:, market]
    whole = demand.sum(axis=1)[:, None]
    bought = np.einsum("nmci,nmi->nci", share, demand)
    return np.asarray(np.divide(bought, whole, out=np.zeros_like(bought), where=whole > 0))


def denied_shares(setting: Setting, rule: Rule) -> Array:
    """Return what of these shares a rule denies where no licence is given.

    A cap by grade denies only what the buyers ask for above it: who asks for less still buys.
    """
    values, spec, market = setting.params.values, rule.spec, _markets(rule)
    share = np.asarray(values["share"])[:, market]
    if spec.cap is None:
        return start_shares(setting, rule)
    grade = np.asarray(values["capability"])[:, None]
    frontier = grade.max(axis=2, keepdims=True)
    cap = spec.cap.value if spec.cap.kind == "hard" else frontier - spec.cap.value
    # As in `response.start.begin`: who sells today meets the grade asked for today.
    best = np.where(share > 0, grade, -np.inf).max(axis=2)
    asked = np.minimum(np.asarray(values["asked"])[:, market], best)[:, :, None]
    width = np.asarray(values["grade_width"])
    known = {
        "on_grade": float(setting.policies.scenario.on("grade")),
        "grade_width": width.reshape(-1, *[1] * (grade.ndim - 1)),
    }
    whole, left = (gate(np, one, asked, known) for one in (grade, np.minimum(grade, cap)))
    part = np.divide(left, whole, out=np.ones_like(left), where=whole > 0)
    # Again as there: the model starts from what each could sell at its grade.
    served = share * whole
    total = served.sum(axis=2, keepdims=True)
    share = np.divide(served, total, out=share.copy(), where=total > 0)
    return _of_purchases(setting, market, share * (1 - part))
