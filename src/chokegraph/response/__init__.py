# SPDX-License-Identifier: Apache-2.0
"""Behaviour over the years: design-out, design-around, stockpiling, leakage, lost sales and R&D.

The way through: `build_structure` (or a `Structure` of one's own), `load_priors`, `sample_params`,
`make_policy`, `simulate`. The equations stand in `docs/model.md`.
"""

from chokegraph.response.outputs import VARIABLES, Variable
from chokegraph.response.params import Params, sample_params
from chokegraph.response.policy import (
    MECHANISMS,
    Approval,
    Cap,
    ControlSpec,
    Mandate,
    Policy,
    Promotion,
    Subsidy,
    make_policy,
)
from chokegraph.response.priors import Prior, load_priors, override
from chokegraph.response.simulate import Paths, pick_engine, simulate
from chokegraph.response.state import Band, Structure
from chokegraph.response.structure import build_structure

__all__ = [
    "MECHANISMS",
    "VARIABLES",
    "Approval",
    "Band",
    "Cap",
    "ControlSpec",
    "Mandate",
    "Params",
    "Paths",
    "Policy",
    "Prior",
    "Promotion",
    "Structure",
    "Subsidy",
    "Variable",
    "build_structure",
    "load_priors",
    "make_policy",
    "override",
    "pick_engine",
    "sample_params",
    "simulate",
]
