# SPDX-License-Identifier: Apache-2.0
"""Power: what a target would lose if a coalition withdrew what it supplies.

`power` answers the question; `closed.py` has the closed forms, `solve.py` the exact recursion over
the chain, `second_order.py` the approximation for small shocks, `parameters.csv` the elasticities.
"""

from chokegraph.chain.power.answer import (
    Driver,
    FamilyPower,
    MemberContribution,
    PowerAnswer,
    ProductPower,
    SizePower,
    Spread,
)
from chokegraph.chain.power.ask import member_contributions, power
from chokegraph.chain.power.closed import (
    basket_log_power,
    baskets_loss,
    marginal_log_power,
    one_input_loss,
    pair_synergy,
    quota_price,
)
from chokegraph.chain.power.members import lattice
from chokegraph.chain.power.nests import nests
from chokegraph.chain.power.nodes import Nests
from chokegraph.chain.power.on_network import NetworkPower, network_power
from chokegraph.chain.power.parameters import Parameter, parameters
from chokegraph.chain.power.second_order import second_order
from chokegraph.chain.power.solve import Cuts, log_left, members_matrix

__all__ = [
    "Cuts",
    "Driver",
    "FamilyPower",
    "MemberContribution",
    "Nests",
    "NetworkPower",
    "Parameter",
    "PowerAnswer",
    "ProductPower",
    "SizePower",
    "Spread",
    "basket_log_power",
    "baskets_loss",
    "lattice",
    "log_left",
    "marginal_log_power",
    "member_contributions",
    "members_matrix",
    "nests",
    "network_power",
    "one_input_loss",
    "pair_synergy",
    "parameters",
    "power",
    "quota_price",
    "second_order",
]
