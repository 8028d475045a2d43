# SPDX-License-Identifier: Apache-2.0
"""What stops when suppliers, inputs or links fail: a cascade, generalised Leontief production."""

from chokegraph.chain.cascade.result import CascadeResult, RiskTable
from chokegraph.chain.cascade.settings import Settings
from chokegraph.chain.cascade.shocks import Shock
from chokegraph.chain.cascade.solve import cascade, systemic_risk

__all__ = ["CascadeResult", "RiskTable", "Settings", "Shock", "cascade", "systemic_risk"]
