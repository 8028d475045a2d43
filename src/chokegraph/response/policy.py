# SPDX-License-Identifier: Apache-2.0
"""What governments do: controls and levers, and their calendar as arrays.

A `Policy` is a choice, never a belief: beliefs are in `params`. Controls change seldom, so the
calendar is a short list of regimes (sets of controls in force together) and, for each quarter,
the regime in force and the regime that is expected some quarters ahead, given what has been
announced by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np

from chokegraph.errors import Finding, FindingsError
from chokegraph.response.distributions import DISTRIBUTIONS, quantile
from chokegraph.response.law import LawFlows
from chokegraph.response.priors import uniforms
from chokegraph.response.state import BLOCS, TIERS, Structure

Array = np.ndarray[Any, np.dtype[Any]]

MECHANISMS: dict[str, str] = {
    "backfill": "suppliers from third countries gain what controlled suppliers lose (D2)",
    "capacity": "suppliers can expand only so fast",
    "components": "a tool cannot be built without its own components (D14)",
    "design_around": "routes that need no controlled input (D3)",
    "drift": "the target prefers its own suppliers more and more, control or not",
    "entry": "newcomers appear once they are capable (D1)",
    "grade": "a supplier below the grade asked for cannot serve",
    "imitation": "capability grows by imitation",
    "innovation": "capability grows by own research",
    "leakage": "part of a denied flow arrives all the same (D5)",
    "learning": "costs fall with experience (D7)",
    "lock_in": "share won brings further share (D13); off unless asked for",
    "mandate": "buyers are told to buy at home (D1)",
    "over_compliance": "suppliers also drop buyers who are still allowed (D15)",
    "perceived_risk": "buyers remember controls, elsewhere too (A7, D15)",
    "price_war": "newcomers and subsidies lower prices for everyone (D8)",
    "rnd_feedback": "R&D follows sales (D9)",
    "service": "denied service wears tools out and teaches less (D7)",
    "stockpiling": "buyers order ahead of announced controls (D4)",
    "subsidy": "subsidies and promotion add R&D and capacity (D6, D12)",
}
"""Every mechanism that can be switched off, and what it does."""

OFF_BY_DEFAULT = frozenset({"lock_in"})

MAX_HORIZON = 12
"""Buyers look at most this many quarters ahead."""

_YEARS_PER_QUARTER = 0.25
_MANDATE_REFERENCE = 0.5


@dataclass(frozen=True)
class Approval:
    """The probability that a licence is granted, by a distribution of `DISTRIBUTIONS`.

    Example:
        >>> Approval().dist, Approval("beta", 2.0, 8.0).a
        ('fixed', 2.0)
    """

    dist: str = "fixed"
    a: float = 0.0
    b: float = 0.0


@dataclass(frozen=True)
class Cap:
    """A control by grade: a fixed grade ("hard"), or n generations behind the frontier ("sliding").

    `value` is a grade on the input's ladder (hard) or a number of generations (sliding).

    Example:
        >>> Cap("sliding", 2.0).kind
        'sliding'
    """

    kind: Literal["hard", "sliding"]
    value: float


@dataclass(frozen=True)
class ControlSpec:
    """One control: who denies what to whom, from when, and how strictly.

    Args:
        name: Identifies the control; no two controls of a policy have the same.
        members: Row indices of the supplier countries that take part.
        inputs: Which inputs, boolean [I].
        from_quarter: Index of the first quarter in force; may be negative (in force before).
        until_quarter: Index of the first quarter in which it is no longer in force; None: stays.
        announced_quarter: Index of the quarter in which buyers learn of it; None: when in force.
        tiers: Which tiers of the target's demand, for sales to the target.
        markets: Which blocs are denied ("target", "coalition", "others").
        approval: Share of licences granted all the same.
        strength: Share of the flow that the control covers, 0..1.
        sales: Whether it denies sales.
        service: Whether it denies servicing of tools in use.
        staff: Whether it denies support by people and training.
        cap: Denies only what is above a grade; then `sales` is not a full denial.
        licence: Names the licence draws, the same in every run; empty: the control's own name.
            The parts of one control, which differ by grade, share its licences.

    An import ban by a bloc is the same thing seen from the other side: the members are the
    countries whose goods are refused, the market is the bloc that refuses.
    """

    name: str
    members: tuple[int, ...]
    inputs: Array
    from_quarter: int = 0
    until_quarter: int | None = None
    announced_quarter: int | None = None
    tiers: tuple[bool, bool, bool] = (True, True, True)
    markets: tuple[str, ...] = ("target",)
    approval: Approval = field(default_factory=Approval)
    strength: float = 1.0
    sales: bool = True
    service: bool = False
    staff: bool = False
    cap: Cap | None = None
    licence: str = ""

    @property
    def licence_name(self) -> str:
        """Names the licence draws."""
        return self.licence or self.name

    def in_force(self, quarter: int) -> bool:
        """Whether the control is in force in a quarter."""
        until = np.inf if self.until_quarter is None else self.until_quarter
        return self.from_quarter <= quarter < until

    def known(self, quarter: int) -> bool:
        """Whether buyers know of the control in a quarter."""
        announced = self.announced_quarter
        return quarter >= (self.from_quarter if announced is None else announced)


@dataclass(frozen=True)
class Mandate:
    """The target tells its buyers to buy at home: strength 0..1 by input, [I].

    The preference grows by `mandate_effect` logit a year at strength 0.5, in proportion.
    """

    strength: Array
    from_quarter: int = 0
    until_quarter: int | None = None


@dataclass(frozen=True)
class Subsidy:
    """The target pays: USD million per quarter by input, [I], into R&D and into capacity."""

    rnd: Array
    capacity: Array
    from_quarter: int = 0
    until_quarter: int | None = None


@dataclass(frozen=True)
class Promotion:
    """Other countries pay for their own R&D: USD million per quarter, [C, I] (D12)."""

    rnd: Array
    from_quarter: int = 0
    until_quarter: int | None = None


@dataclass(frozen=True)
class Policy:
    """Law, controls, levers and switches of one run. Build it with `make_policy`."""

    controls: tuple[ControlSpec, ...] = ()
    mandates: tuple[Mandate, ...] = ()
    subsidies: tuple[Subsidy, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    mechanisms: Mapping[str, bool] = field(default_factory=dict)
    law: LawFlows | None = None

    def on(self, mechanism: str) -> bool:
        """Whether a mechanism is at work.

        Example:
            >>> Policy(mechanisms={"entry": False}).on("entry"), Policy().on("lock_in")
            (False, False)
        """
        return bool(self.mechanisms.get(mechanism, mechanism not in OFF_BY_DEFAULT))


def make_policy(
    structure: Structure,
    *,
    controls: Sequence[ControlSpec] = (),
    mandates: Sequence[Mandate] = (),
    subsidies: Sequence[Subsidy] = (),
    promotions: Sequence[Promotion] = (),
    mechanisms: Mapping[str, bool] | None = None,
    law: LawFlows | None = None,
) -> Policy:
    """Check controls and levers against the structure and put them together.

    Raises:
        FindingsError: A control or lever does not fit; all the reasons are listed.

    Example:
        >>> from chokegraph.response.toy import toy_structure
        >>> toy = toy_structure()
        >>> every = np.ones(len(toy.inputs), dtype=bool)
        >>> make_policy(toy, controls=[ControlSpec("ban", (1,), every)]).controls[0].name
        'ban'
    """
    policy = Policy(
        tuple(controls),
        tuple(mandates),
        tuple(subsidies),
        tuple(promotions),
        dict(mechanisms or {}),
        law,
    )
    found = [finding for control in controls for finding in _check_control(structure, control)]
    names = [control.name for control in controls]
    found += [
        Finding(f"two controls are called '{name}'", "give each its own name")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    c, i = len(structure.countries), len(structure.inputs)
    shapes = [
        *(("mandate", m.strength, (i,)) for m in mandates),
        *(("subsidy R&D", s.rnd, (i,)) for s in subsidies),
        *(("subsidy capacity", s.capacity, (i,)) for s in subsidies),
        *(("promotion", p.rnd, (c, i)) for p in promotions),
    ]
    for what, array, shape in shapes:
        if np.shape(array) != shape:
            found.append(Finding(f"{what} has shape {np.shape(array)}", f"make it {shape}"))
        elif not bool(np.all(np.asarray(array) >= 0)):
            found.append(Finding(f"{what} has negative entries"))
    for name in policy.mechanisms:
        if name not in MECHANISMS:
            near = get_close_matches(name, MECHANISMS, n=2) or sorted(MECHANISMS)
            found.append(Finding(f"no mechanism '{name}'", f"did you mean {', '.join(near)}?"))
    if found:
        raise FindingsError(found, title="policy")
    return policy


def _check_control(structure: Structure, control: ControlSpec) -> list[Finding]:
    where = f"control '{control.name}'"
    found = []
    if control.inputs.shape != (len(structure.inputs),):
        found.append(Finding(f"{where}: inputs has shape {control.inputs.shape}"))
    if not control.members:
        found.append(Finding(f"{where} has no members", "name at least one country"))
    if any(not 0 <= member < len(structure.countries) for member in control.members):
        found.append(Finding(f"{where}: a member is not a row of the countries"))
    if len(structure.countries) - 1 in control.members:
        found.append(Finding(f"{where}: ZZ (not identified) cannot take part in a control"))
    if unknown := set(control.markets) - set(BLOCS):
        found.append(Finding(f"{where}: unknown markets {sorted(unknown)}", f"use {BLOCS}"))
    if len(control.tiers) != len(TIERS):
        found.append(Finding(f"{where}: tiers needs {len(TIERS)} entries"))
    if not 0 <= control.strength <= 1:
        found.append(Finding(f"{where}: strength {control.strength:g} is not within 0..1"))
    if control.approval.dist not in DISTRIBUTIONS:
        found.append(Finding(f"{where}: unknown distribution '{control.approval.dist}'"))
    if control.cap is not None and control.markets != ("target",):
        found.append(Finding(f"{where}: a cap by grade applies to the target only"))
    until, announced = control.until_quarter, control.announced_quarter
    if until is not None and until <= control.from_quarter:
        found.append(Finding(f"{where} ends before it starts", "until is the first quarter after"))
    if announced is not None and announced > control.from_quarter:
        found.append(Finding(f"{where} is announced after it is in force"))
    return found


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
        capped: Whether a control is a cap that binds, 0 or strength, [k, C, I].
        hard: Grade above which nothing is sold, [G, C, I]; large where there is no hard cap.
        sliding: Generations behind the frontier, [G, C, I]; very negative where none.
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
    structure: Structure, policy: Policy, *, regimes: int = 0, controls: int = 0
) -> Calendar:
    """Lay a policy out over the quarters.

    Args:
        structure: The world as arrays.
        policy: Controls and levers.
        regimes: Pad with empty regimes to at least this many (so that runs share one compilation).
        controls: Pad with controls that are never active to at least this many.

    Example:
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
    capped = np.zeros((width, c, i))
    hard = np.full((count, c, i), NO_CAP)
    sliding = np.full((count, c, i), -NO_CAP)
    for k, spec in enumerate(specs):
        cells = np.zeros((c, i))
        cells[np.ix_(np.array(spec.members, dtype=int), np.flatnonzero(spec.inputs))] = (
            spec.strength
        )
        if spec.sales and spec.cap is None:
            hit = [("target" in spec.markets) and bool(tier) for tier in spec.tiers]
            hit += ["coalition" in spec.markets, "others" in spec.markets]
            reach[k, :5] = np.asarray(hit, dtype=float)[:, None, None] * cells
        if spec.service:
            reach[k, _SERVICE] = cells
        if spec.staff:
            reach[k, _STAFF] = cells
        if spec.cap is not None:
            capped[k] = cells
            for g in np.flatnonzero(active[:, k]):
                level = np.where(cells > 0, spec.cap.value, np.nan)
                if spec.cap.kind == "hard":
                    hard[g] = np.fmin(hard[g], level)
                else:
                    sliding[g] = np.fmax(sliding[g], level)
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


def approval_draws(policy: Policy, seed: int, draws: int, controls: int = 0) -> Array:
    """Draw the share of licences granted, [draws, k]; the draws go with the licence's name.

    Example:
        >>> rule = ControlSpec("a", (1,), np.ones(1, dtype=bool), approval=Approval("fixed", 0.2))
        >>> approval_draws(Policy(controls=(rule,)), 0, 2).tolist()
        [[0.2], [0.2]]
    """
    width = max(len(policy.controls), controls, 1)
    result = np.zeros((draws, width))
    for k, spec in enumerate(policy.controls):
        u = uniforms(seed, f"approval:{spec.licence_name}", draws, 1)[:, 0]
        drawn = quantile(spec.approval.dist, spec.approval.a, spec.approval.b, u)
        result[:, k] = np.clip(drawn, 0.0, 1.0)
    return result
