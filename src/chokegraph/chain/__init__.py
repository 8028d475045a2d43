# SPDX-License-Identifier: Apache-2.0
"""Structure: what is needed for what, how concentrated supply is, and who can deny it."""

from chokegraph.chain.alike import Pattern
from chokegraph.chain.availability import Answer, Availability, availability
from chokegraph.chain.circuit import Circuit, Gate
from chokegraph.chain.coalitions import Blocking, blocking_coalitions
from chokegraph.chain.concentration import (
    Concentration,
    Interval,
    coalition_share,
    concentration,
)
from chokegraph.chain.dependence import dependence
from chokegraph.chain.geodep import YearFigures, dependent, year_figures
from chokegraph.chain.graph import compile_chain
from chokegraph.chain.indices import banzhaf_value, shapley
from chokegraph.chain.plans import Plans
from chokegraph.chain.powers import CoalitionPowers, MemberPower
from chokegraph.chain.reach import Reach, reach_of_inputs
from chokegraph.chain.rows import ChokepointTable, Row
from chokegraph.chain.sheet import Sheet, input_sheet
from chokegraph.chain.supply import GradeBook, Holding, Supply, supply_of
from chokegraph.chain.table import chokepoint_table
from chokegraph.chain.weigh import coalition_powers

__all__ = [
    "Answer",
    "Availability",
    "Blocking",
    "ChokepointTable",
    "Circuit",
    "CoalitionPowers",
    "Concentration",
    "Gate",
    "GradeBook",
    "Holding",
    "Interval",
    "MemberPower",
    "Pattern",
    "Plans",
    "Reach",
    "Row",
    "Sheet",
    "Supply",
    "YearFigures",
    "availability",
    "banzhaf_value",
    "blocking_coalitions",
    "chokepoint_table",
    "coalition_powers",
    "coalition_share",
    "compile_chain",
    "concentration",
    "dependence",
    "dependent",
    "input_sheet",
    "reach_of_inputs",
    "shapley",
    "supply_of",
    "year_figures",
]
