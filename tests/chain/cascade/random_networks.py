# SPDX-License-Identifier: Apache-2.0
"""Random small supply networks for property tests."""

import numpy as np
from hypothesis import strategies as st

from chokegraph.chain.cascade.examples import small_network


def random_network(seed: int, *, nodes=12, edges=30, sectors=4, final_demand=0.3, kinds=False):
    """Any graph: loops, several edges for a pair, sellers without buyers."""
    rng = np.random.default_rng(seed)
    pairs = [
        (int(a), int(b), float(w))
        for a, b, w in zip(
            rng.integers(0, nodes, edges),
            rng.integers(0, nodes, edges),
            rng.lognormal(1.0, 1.5, edges),
            strict=True,
        )
    ]
    sold = np.zeros(nodes)
    for a, _, w in pairs:
        sold[a] += w
    return small_network(
        pairs,
        sectors=[*range(sectors), *rng.integers(0, sectors, nodes - sectors).tolist()],
        kinds=rng.integers(0, sectors, edges).tolist() if kinds else None,
        essentiality=rng.integers(0, 3, (sectors, sectors)).tolist(),
        sales=None if final_demand is None else (sold * (1 + final_demand)).tolist(),
        unit="USD",
    )


@st.composite
def networks(draw, **fixed):
    return random_network(
        draw(st.integers(0, 10_000)),
        nodes=draw(st.integers(4, 12)),
        edges=draw(st.integers(1, 40)),
        final_demand=fixed.get("final_demand", draw(st.sampled_from([None, 0.1, 0.5]))),
        kinds=draw(st.booleans()),
    )


def random_shock(seed: int, network):
    """Some nodes lose some capacity, some edges are cut."""
    rng = np.random.default_rng(seed)
    lost = {
        int(node): float(rng.choice([0.3, 0.8, 1.0]))
        for node in rng.choice(network.nodes, size=2, replace=False)
    }
    cut = {
        int(edge): float(rng.choice([0.25, 1.0]))
        for edge in rng.choice(network.edges, size=min(2, network.edges), replace=False)
    }
    return lost, cut
