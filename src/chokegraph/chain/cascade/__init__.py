# SPDX-License-Identifier: Apache-2.0
"""What stops when suppliers, inputs or links fail: a cascade, generalised Leontief production."""

from chokegraph.chain.cascade.because import (
    MIXED,
    NOT_BOUND,
    Because,
    binding_inputs,
    explain_loss,
)
from chokegraph.chain.cascade.result import CascadeResult, RiskTable
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Shock
from chokegraph.chain.cascade.solve import cascade, systemic_risk

__all__ = [
    "MIXED",
    "NOT_BOUND",
    "Because",
    "CascadeResult",
    "RiskTable",
    "Settings",
    "Shock",
    "binding_inputs",
    "cascade",
    "explain_loss",
    "systemic_risk",
]
