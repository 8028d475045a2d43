# SPDX-License-Identifier: Apache-2.0
"""Supply networks of any size: who sells what to whom, with the facts that a cascade needs."""

from chokegraph.chain.networks.check import check_network
from chokegraph.chain.networks.cuts import cuts_of, shocks_from_cuts
from chokegraph.chain.networks.essentiality import Essentiality, load_essentiality
from chokegraph.chain.networks.graphml import write_graphml
from chokegraph.chain.networks.graphs import edge_frame, from_networkx, node_frame, to_networkx
from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, NONE, Network
from chokegraph.chain.networks.pymrio_tables import from_pymrio
from chokegraph.chain.networks.reading import read_network
from chokegraph.chain.networks.report import NetworkReport
from chokegraph.chain.networks.shocks import parse_shocks
from chokegraph.chain.networks.stocks import read_stocks

__all__ = [
    "ESSENTIAL",
    "NONE",
    "NON_ESSENTIAL",
    "Essentiality",
    "Network",
    "NetworkReport",
    "check_network",
    "cuts_of",
    "edge_frame",
    "from_networkx",
    "from_pymrio",
    "load_essentiality",
    "node_frame",
    "parse_shocks",
    "read_network",
    "read_stocks",
    "shocks_from_cuts",
    "to_networkx",
    "write_graphml",
]
