# SPDX-License-Identifier: Apache-2.0
"""What governments do: controls and levers.

A `Policy` is a choice, never a belief: beliefs are in `params`.
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
    if control.cap is not None and not all(control.tiers):
        found.append(Finding(f"{where}: a cap by grade holds for all tiers", "leave tiers out"))
    until, announced = control.until_quarter, control.announced_quarter
    if until is not None and until <= control.from_quarter:
        found.append(Finding(f"{where} ends before it starts", "until is the first quarter after"))
    if announced is not None and announced > control.from_quarter:
        found.append(Finding(f"{where} is announced after it is in force"))
    return found


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
