# SPDX-License-Identifier: Apache-2.0
"""Which priors a scenario leaves without anything to do, in both of its runs.

A quantity that nothing reads explains nothing. Ranked beside others it would still pass for a
driver now and then, by chance; so it is not ranked at all.
"""

from __future__ import annotations

import numpy as np

from chokegraph.response.policy import Policy
from chokegraph.response.start import neutralise
from chokegraph.study.setting import Setting

_SERVES = {
    "drift": ("drift_time",),
    "grade": ("grade_width",),
    "rnd_feedback": ("rnd_response", "rnd_ratio_cap"),
}
"""Priors that only say how a mechanism works, and that the model leaves as they are without it."""

_OF_CONTROLS = (
    "leakage",
    "risk_aversion",
    "risk_breadth",
    "risk_forgetting",
    "risk_spill",
)
"""Priors of what follows from a control, whatever it stops."""


def idle_priors(setting: Setting) -> frozenset[str]:
    """Return the names of the priors that neither run uses.

    Args:
        setting: What is run.

    Returns:
        Priors of mechanisms that are off in both runs, and of levers and kinds of control that
        neither run has. A prior that may matter is never among them.
    """
    names = {prior.name for prior in setting.priors.values()}
    idle = (
        _switched_off(policy, names) | _without_cause(policy)
        for policy in setting.policies.by_run().values()
    )
    return frozenset(set.intersection(*idle) & names)


def _switched_off(policy: Policy, names: set[str]) -> set[str]:
    """Return what the model overwrites where a mechanism is off, and what goes with it."""
    drawn = {name: np.array([0.25, 0.5]) for name in names | {"expansion"}}
    used = neutralise(policy, drawn)
    idle = {name for name in names if not np.ptp(used[name])}
    for mechanism, serving in _SERVES.items():
        if not policy.on(mechanism):
            idle.update(serving)
    return idle


def _without_cause(policy: Policy) -> set[str]:
    """Return what only acts on a lever or on a kind of control that a policy does not have."""
    research = [np.asarray(one.rnd).any() for one in policy.subsidies]
    research += [np.asarray(one.rnd).any() for one in policy.promotions]
    capacity = [np.asarray(one.capacity).any() for one in policy.subsidies]
    mandates = [np.asarray(one.strength).any() for one in policy.mandates]
    idle = set()
    if not any(mandates):
        idle |= {"mandate_effect"}
    if not any(research):
        idle |= {"subsidy_effect"}
    if not any(capacity):
        idle |= {"subsidy_pricing", "capacity_per_usd"}
    if policy.law is None:  # what the law stops is decided flow by flow, and may be anything
        kinds = policy.controls
        if not any(spec.service for spec in kinds):
            idle |= {"service_wear"}
        if not any(spec.staff for spec in kinds):
            idle |= {"knowhow_loss"}
        if not any(spec.sales and len(set(spec.tiers)) > 1 for spec in kinds):
            idle |= {"over_compliance"}
        if not kinds:
            idle |= set(_OF_CONTROLS)
    return idle
