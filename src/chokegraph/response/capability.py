# SPDX-License-Identifier: Apache-2.0
"""Steps 7 to 10: sales, R&D, innovation and imitation, experience, remembered risk."""

from __future__ import annotations

from chokegraph.response.arrays import Arr, Tree, Xp, add_up, power, settle

_YEARS = 0.25
_LEAST_RATIO = 1e-3


def research(
    xp: Xp,
    S: Tree,
    X: Tree,
    P: Tree,
    D: Tree,
    sales: Arr,
    growth: Arr,
) -> tuple[Arr, Arr]:
    """Return R&D spending and the R&D stock, [C, I], in USD million per quarter and USD million.

    R&D is a fraction of sales; the fraction itself changes with sales against the plan, with
    elasticity `rnd_response` - 1. Subsidies and promotion add to it.
    """
    plan = D["to_target0"] * growth[0] + D["to_rest0"] * growth[3]
    ratio = xp.where(plan > 0, sales / xp.where(plan > 0, plan, 1.0), 1.0)
    ratio = xp.clip(ratio, _LEAST_RATIO, P["rnd_ratio_cap"])
    follows = sales * power(xp, ratio, P["rnd_response"] - 1.0)
    base = plan + P["on_rnd_feedback"] * (follows - plan)
    spending = P["rnd_intensity"] * base + P["subsidy_effect"] * X["subsidy"]
    return spending, (1.0 - P["rnd_decay"]) * S["H"] + spending


def teaching(
    xp: Xp,
    S: Tree,
    R: Tree,
    P: Tree,
    C: Tree,
    D: Tree,
    base: Arr,
    bought: Arr,
    parts: Arr,
    customers: Arr,
) -> Arr:
    """Return how much of imitation the target can do, [I], 0..1 (weakness 4).

    Open literature always teaches. The rest needs contact: better foreign tools in use that are
    still serviced (or better foreign goods bought), and leading customers at home; it is lost
    with foreign staff and training, and as far as the maker's own components fail.
    """
    K = S["K"]
    used = C["capital"] * base + (1.0 - C["capital"]) * bought
    total = add_up(used, 0)
    better = (1.0 - C["home"]) * (K[0] < K)
    contact = add_up(used * better * (1.0 - R["service"]), 0)
    exposure = contact / xp.where(total > 0, total, 1.0)
    tools = xp.minimum(1.0, exposure / P["teaching_share"])
    foreign = D["to_target0"] * (1.0 - C["home"])
    weight = add_up(foreign, 0)
    staff = add_up(R["staff"] * foreign, 0) / xp.where(weight > 0, weight, 1.0)
    taught = P["tool_teaching"] * tools + (1.0 - P["tool_teaching"]) * customers
    taught = taught * (1.0 - P["knowhow_loss"] * staff) * parts
    return P["publication"] + (1.0 - P["publication"]) * taught


def advance(
    xp: Xp,
    S: Tree,
    X: Tree,
    P: Tree,
    C: Tree,
    D: Tree,
    F: Arr,
    H: Arr,
    know: Arr,
) -> Arr:
    """Return next quarter's capability, [C, I] (weakness 2).

    Innovation is measured against the R&D stock that the leader would have without any control:
    who spends nothing stands still. Imitation closes the gap to the frontier by its exact
    solution, so the step size makes no error. Capability never falls.
    """
    K = S["K"]
    gap = F - K
    later = X["t"] + 1.0
    lead = D["H_target0"] * xp.exp(later * D["growth"][0])
    lead = lead + D["H_rest0"] * xp.exp(later * D["growth"][3])
    leader = settle(xp, xp.max(lead, axis=0))
    h = xp.where(leader > 0, H / xp.where(leader > 0, leader, 1.0), 0.0)
    beyond = h - P["rnd_threshold"]
    positive = beyond > 0
    share = xp.where(positive, beyond, 1.0) / (1.0 - P["rnd_threshold"])
    effort = xp.where(positive, power(xp, share, P["rnd_elasticity"]), 0.0)
    learner = C["home"] * know + (1.0 - C["home"])
    speed = _YEARS * P["imitation_rate"] * xp.minimum(effort, 1.0) * learner
    closes = gap - xp.log(1.0 + (xp.exp(gap) - 1.0) * xp.exp(-speed))
    return K + _YEARS * P["frontier_pace"] * effort + xp.maximum(closes, 0.0)


def remember(
    xp: Xp,
    S: Tree,
    P: Tree,
    C: Tree,
    R: Tree,
    ahead: Tree,
    above: Arr,
) -> Arr:
    """Return remembered risk by bloc of buyers, [3, C, I] (weakness 8, D15).

    The memory jumps to what is denied or announced and fades slowly. A control on some inputs
    makes the supplier suspect for all; a control on one bloc makes it suspect elsewhere. Nobody
    suspects suppliers of the own bloc. `above` is what caps by grade deny or will deny.
    """
    left = xp.minimum(R["access"], ahead["access"])
    hits = [
        xp.maximum(1.0 - xp.minimum(xp.minimum(left[0], left[1]), left[2]), above),
        1.0 - left[3],
        1.0 - left[4],
    ]
    for bloc in range(3):
        broad = (hits[bloc] @ C["value_weight"][bloc])[:, None]
        hits[bloc] = xp.maximum(hits[bloc], P["risk_breadth"] * broad)
    kept = S["M"] * (1.0 - P["risk_forgetting"])
    memory = []
    for bloc in range(3):
        elsewhere = xp.maximum(hits[bloc - 1], hits[bloc - 2])
        fresh = xp.maximum(hits[bloc], P["risk_spill"] * elsewhere)
        memory.append(C["wary"][bloc] * xp.maximum(kept[bloc], fresh))
    return xp.stack(settle(xp, memory))
