# SPDX-License-Identifier: Apache-2.0
"""The calendar of a policy as arrays.

Controls change seldom, so the calendar is a short list of regimes (sets of controls in force
together) and, for each quarter, the regime in force and the regime that is expected some quarters
ahead, given what has been announced by then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chokegraph.response.policy import MAX_HORIZON, ControlSpec, Policy
from chokegraph.response.state import Structure

Array = np.ndarray[Any, np.dtype[Any]]

_YEARS_PER_QUARTER = 0.25
_MANDATE_REFERENCE = 0.5


@dataclass(frozen=True)
class Calendar:
    """A policy as arrays. G regimes, k controls, T quarters. Row 0 of the regimes is "none".

    Args:
        before: Regime in force in the quarter before the first.
        regime: Regime in force, [T].
        ahead: Regime expected h quarters ahead with what is known then, [T, MAX_HORIZON + 1].
        active: Controls of each regime, 0 or 1, [G, k].
        law_state: State of the law in each regime, [G]; 0 is no law.
        reach: What a control denies, 0..1, [k, 7, C, I]: sales to the five markets, service,
            staff.
        capped: Whether a control is a cap that binds, 0 or strength, [k, Z, C, I]. Caps that are
            ever in force together on a flow are in different slots, Z of them.
        hard: Grade above which nothing is sold, [G, Z, C, I]; large where there is no hard cap.
        sliding: Generations behind the frontier, [G, Z, C, I]; very negative where none.
        mandate_years: Accumulated mandate in years at strength 0.5, [T, I].
        subsidy: R&D money, USD million per quarter, [T, C, I].
        capacity: Capacity subsidy of the target, USD million per quarter, [T, I].
    """

    before: int
    regime: Array
    ahead: Array
    active: Array
    law_state: Array
    reach: Array
    capped: Array
    hard: Array
    sliding: Array
    mandate_years: Array
    subsidy: Array
    capacity: Array


NO_CAP = 1e4
"""A grade that no capability reaches: stands for "no cap"."""

_SERVICE, _STAFF = 5, 6


def build_calendar(
    structure: Structure, policy: Policy, *, regimes: int = 0, controls: int = 0, slots: int = 1
) -> Calendar:
    """Lay a policy out over the quarters.

    Args:
        structure: The world as arrays.
        policy: Controls and levers.
        regimes: Pad with empty regimes to at least this many (so that runs share one compilation).
        controls: Pad with controls that are never active to at least this many.
        slots: Pad with slots without caps to at least this many.

    Example:
        >>> from chokegraph.response.policy import make_policy
        >>> from chokegraph.response.toy import toy_structure
        >>> toy = toy_structure(years=1)
        >>> every = np.ones(len(toy.inputs), dtype=bool)
        >>> ban = ControlSpec("ban", (1,), every, from_quarter=2, announced_quarter=1)
        >>> calendar = build_calendar(toy, make_policy(toy, controls=[ban]))
        >>> calendar.regime.tolist(), calendar.ahead[:, 1].tolist()
        ([0, 0, 1, 1], [0, 1, 1, 1])
    """
    quarters = len(structure.quarters)
    specs = policy.controls
    sets: dict[tuple[frozenset[int], int], int] = {(frozenset(), 0): 0}

    def index(active: frozenset[int], state: int) -> int:
        return sets.setdefault((active, state), len(sets))

    law = policy.law
    states = np.zeros((quarters, MAX_HORIZON + 1), dtype=int) if law is None else law.state

    regime = np.zeros(quarters, dtype=np.int32)
    ahead = np.zeros((quarters, MAX_HORIZON + 1), dtype=np.int32)
    standing = frozenset(k for k, s in enumerate(specs) if s.in_force(-1))
    before = index(standing, 0 if law is None else law.before)
    for t in range(quarters):
        now = frozenset(k for k, s in enumerate(specs) if s.in_force(t))
        regime[t] = index(now, int(states[t, 0]))
        for h in range(MAX_HORIZON + 1):
            expected = frozenset(
                k for k, s in enumerate(specs) if s.in_force(t + h) and (s.known(t) or h == 0)
            )
            ahead[t, h] = index(expected, int(states[t, h]))
    count, width = max(len(sets), regimes), max(len(specs), controls, 1)
    c, i = len(structure.countries), len(structure.inputs)
    active = np.zeros((count, width))
    law_state = np.zeros(count, dtype=np.int32)
    for (chosen, state), row in sets.items():
        active[row, sorted(chosen)] = 1.0
        law_state[row] = state
    reach = np.zeros((width, 7, c, i))
    covers = [_cells(spec, (c, i)) for spec in specs]
    slot = _slots(specs, covers, active)
    caps = (max([slots, *(place + 1 for place in slot.values())]), c, i)
    capped = np.zeros((width, *caps))
    hard = np.full((count, *caps), NO_CAP)
    sliding = np.full((count, *caps), -NO_CAP)
    for k, (spec, cells) in enumerate(zip(specs, covers, strict=True)):
        if spec.sales and spec.cap is None:
            hit = [("target" in spec.markets) and bool(tier) for tier in spec.tiers]
            hit += ["coalition" in spec.markets, "others" in spec.markets]
            reach[k, :5] = np.asarray(hit, dtype=float)[:, None, None] * cells
        if spec.service:
            reach[k, _SERVICE] = cells
        if spec.staff:
            reach[k, _STAFF] = cells
        if spec.cap is not None:
            capped[k, slot[k]] = cells
            level = hard if spec.cap.kind == "hard" else sliding
            for g in np.flatnonzero(active[:, k]):
                level[g, slot[k]][cells > 0] = spec.cap.value
    return Calendar(
        before,
        regime,
        ahead,
        active,
        law_state,
        reach,
        capped,
        hard,
        sliding,
        *_levers(structure, policy),
    )


def _cells(spec: ControlSpec, shape: tuple[int, int]) -> Array:
    """Return how far a control covers what each country sells of each input, [C, I]."""
    cells = np.zeros(shape)
    members, inputs = np.array(spec.members, dtype=int), np.flatnonzero(spec.inputs)
    cells[np.ix_(members, inputs)] = spec.strength
    return cells


def _slots(specs: Sequence[ControlSpec], covers: Sequence[Array], active: Array) -> dict[int, int]:
    """Return a slot for each cap: two that meet on a flow in some regime get different ones."""
    found: dict[int, int] = {}
    for k, spec in enumerate(specs):
        if spec.cap is not None:
            taken = {
                place
                for other, place in found.items()
                if (active[:, k] * active[:, other]).any() and (covers[k] * covers[other]).any()
            }
            found[k] = next(place for place in range(len(specs)) if place not in taken)
    return found


def _levers(structure: Structure, policy: Policy) -> tuple[Array, Array, Array]:
    quarters, c, i = len(structure.quarters), len(structure.countries), len(structure.inputs)

    def window(start: int, until: int | None) -> Array:
        t = np.arange(quarters)
        return ((t >= start) & (t < (np.inf if until is None else until))).astype(float)

    mandate = np.zeros((quarters, i))
    subsidy = np.zeros((quarters, c, i))
    capacity = np.zeros((quarters, i))
    for rule in policy.mandates:
        mandate += window(rule.from_quarter, rule.until_quarter)[:, None] * rule.strength
    for pay in policy.subsidies:
        shape = window(pay.from_quarter, pay.until_quarter)
        subsidy[:, 0] += shape[:, None] * pay.rnd
        capacity += shape[:, None] * pay.capacity
    for aid in policy.promotions:
        subsidy += window(aid.from_quarter, aid.until_quarter)[:, None, None] * aid.rnd
    years = np.cumsum(mandate, axis=0) * _YEARS_PER_QUARTER / _MANDATE_REFERENCE
    return years, subsidy, capacity
