# SPDX-License-Identifier: Apache-2.0
"""Short ways to run the response model in tests: neutral parameters, one draw step by step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from chokegraph.response import access
from chokegraph.response.calendar import build_calendar
from chokegraph.response.params import Params, sample_params
from chokegraph.response.policy import (
    ControlSpec,
    Policy,
    approval_draws,
    make_policy,
)
from chokegraph.response.priors import load_priors, override
from chokegraph.response.simulate import Paths, simulate
from chokegraph.response.start import begin, constants, neutralise, quarters
from chokegraph.response.state import Structure
from chokegraph.response.step import step

NEUTRAL = {
    "catch_up": 0.0,
    "crowding": 0.0,
    "demand_growth": 0.0,
    "drift": 0.0,
    "entry_weight": 0.0,
    "expansion": 1e6,
    "frontier_pace": 0.0,
    "imitation_rate": 0.0,
    "leakage": 0.0,
    "learning_rate": 0.0,
    "over_compliance": 0.0,
    "risk_aversion": 0.0,
    "standing_precaution": 0.0,
    "stock_cover": 0.0,
    "stock_decay": 0.0,
    "subsidy_pricing": 0.0,
    "yield_learning": 0.0,
}
"""Values of the priors with which nothing moves unless a control moves it."""


def params(structure: Structure, draws: int = 1, seed: int = 0, **values: object) -> Params:
    """Draw with neutral priors, some of them replaced by `values`."""
    table = override(load_priors(), {**NEUTRAL, **values})  # type: ignore[dict-item]
    return sample_params(structure, table, draws=draws, seed=seed)


def pick(structure: Structure, *names: str) -> np.ndarray:
    """Return the mask of some inputs."""
    return np.array([name in names for name in structure.inputs])


def who(structure: Structure, *names: str) -> tuple[int, ...]:
    """Return rows of countries."""
    return tuple(structure.countries.index(name) for name in names)


def ban(structure: Structure, members: str, inputs: str, **more: object) -> ControlSpec:
    """Return a control: members and inputs separated by spaces."""
    name = str(more.pop("name", "ban"))
    return ControlSpec(
        name,
        who(structure, *members.split()),
        pick(structure, *inputs.split()),
        **more,  # type: ignore[arg-type]
    )


def run(
    structure: Structure,
    values: Params,
    *controls: ControlSpec,
    engine: str = "numpy",
    **more: object,
) -> Paths:
    """Run one policy and return its paths."""
    policy = make_policy(structure, controls=controls, **more)  # type: ignore[arg-type]
    return simulate(structure, values, {"run": policy}, engine=engine)["run"]  # type: ignore[arg-type]


def pair(
    structure: Structure, values: Params, *controls: ControlSpec, **more: object
) -> tuple[Paths, Paths]:
    """Run without and with controls (and levers) on the same draws."""
    policies = {
        "baseline": make_policy(structure),
        "scenario": make_policy(structure, controls=controls, **more),  # type: ignore[arg-type]
    }
    runs = simulate(structure, values, policies, engine="numpy")
    return runs["baseline"], runs["scenario"]


def walk(
    structure: Structure, values: Params, policy: Policy, draw: int = 0
) -> tuple[list[dict], list[dict], dict]:
    """Run one draw with the reference step; return states, facts and derived constants."""
    calendar = build_calendar(structure, policy)
    P = {name: array[draw] for name, array in neutralise(policy, values.values).items()}
    C = constants(structure)
    laid = {
        "active": calendar.active,
        "reach": calendar.reach,
        "capped": calendar.capped,
        "hard": calendar.hard,
        "sliding": calendar.sliding,
    }
    T = access.tables(np, P, laid, approval_draws(policy, values.seed, draw + 1)[draw])
    S, D = begin(np, P, C, access.regime(T, calendar.before, access.SALES))
    X = quarters(calendar)
    horizon = round(float(P["horizon"]))
    states, facts = [S], []
    for t in range(len(structure.quarters)):
        now = {name: path[t] for name, path in X.items()}
        now["ahead"] = now["ahead"][horizon]
        now["calm"] = now["ahead"] == now["regime"]
        S, fact = step(np, S, now, P, C, D, T)
        states.append(S)
        facts.append(fact)
    return states, facts, {**D, **P}


def permute(structure: Structure, countries: list[int], inputs: list[int]) -> Structure:
    """Return the structure with countries (not the first, not the last) and inputs reordered."""
    c, i = np.array(countries), np.array(inputs)
    inverse = np.argsort(i)
    by_cell = ("capability", "rnd_intensity", "experience")
    by_market = ("asked", "demand")
    by_input = ("pace", "qualification", "service_life", "stock_decay")
    changes: dict[str, object] = {
        "countries": tuple(structure.countries[k] for k in c),
        "inputs": tuple(structure.inputs[k] for k in i),
        "families": tuple(structure.families[k] for k in i),
        "leak_class": tuple(structure.leak_class[k] for k in i),
        "ladders": tuple(structure.ladders[k] for k in i),
        "capital": structure.capital[i],
        "start_cover": structure.start_cover[i],
        "member": structure.member[c],
        "share": structure.share.take(c, 1).take(i, 2),
        "plausible": structure.plausible[np.ix_(c, i)],
        "asked_drift": structure.asked_drift[:, i],
        "parents": inverse[structure.parents[i]],
        "parent_weight": structure.parent_weight[i],
        "requirement": structure.requirement[:, i],
    }
    changes |= {name: getattr(structure, name).take(c, 0).take(i, 1) for name in by_cell}
    changes |= {name: getattr(structure, name).take(i, 1) for name in by_market}
    changes |= {name: getattr(structure, name).take(i, 0) for name in by_input}
    return replace(structure, **changes)  # type: ignore[arg-type]
