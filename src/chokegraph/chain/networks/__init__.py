# SPDX-License-Identifier: Apache-2.0
"""Supply networks of any size: who sells what to whom, with the facts that a cascade needs."""

from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, NONE, Network

__all__ = ["ESSENTIAL", "NONE", "NON_ESSENTIAL", "Network"]
