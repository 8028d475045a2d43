# SPDX-License-Identifier: Apache-2.0
"""Small networks, made up on purpose, whose cascades can be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chokegraph.chain.networks import ESSENTIAL, Network


def small_network(
    edges: Sequence[tuple[int, int, float]],
    *,
    sectors: Sequence[int],
    kinds: Sequence[int] | None = None,
    essentiality: Sequence[Sequence[int]] | None = None,
    sales: Sequence[float] | None = None,
    unit: str = "",
) -> Network:
    """A network from a few edges, everything essential unless said otherwise.

    Args:
        edges: (supplier, customer, value) of each edge.
        sectors: The sector of each node.
        kinds: What each edge carries; the supplier's sector if not given.
        essentiality: Row the kind bought, column the buyer's sector; all essential if not given.
        sales: All that each node sells, if known.
        unit: Unit of the values.

    Returns:
        The network; nodes are named "1", "2", ...

    Example:
        >>> small_network([(0, 1, 5.0)], sectors=[0, 1]).sold.tolist()
        [5.0, 0.0]
    """
    supplier = np.array([edge[0] for edge in edges], dtype=np.int32)
    customer = np.array([edge[1] for edge in edges], dtype=np.int32)
    group = np.array(sectors, dtype=np.int32)
    kind = group[supplier] if kinds is None else np.array(kinds, dtype=np.int32)
    highest = int(max(*group.tolist(), *kind.tolist(), 0))
    names = tuple(f"sector {number + 1}" for number in range(highest + 1))
    if essentiality is None:
        needs = np.full((len(names), len(names)), ESSENTIAL, dtype=np.int8)
    else:
        needs = np.array(essentiality, dtype=np.int8)
    return Network(
        node_ids=tuple(str(number + 1) for number in range(len(sectors))),
        sector_names=names,
        sectors=group,
        supplier=supplier,
        customer=customer,
        value=np.array([edge[2] for edge in edges], dtype=np.float64),
        kind=kind,
        essentiality=needs,
        markets=group,
        sales=None if sales is None else np.array(sales, dtype=np.float64),
        unit=unit,
    )


def chain_of_three() -> Network:
    """1 sells 10 to 2, which sells 10 to 3; each is a sector of its own.

    Example:
        >>> chain_of_three().sold.tolist()
        [10.0, 10.0, 0.0]
    """
    return small_network([(0, 1, 10.0), (1, 2, 10.0)], sectors=[0, 1, 2])


def two_suppliers() -> Network:
    """1 and 2, of one sector, sell 30 and 10 to 3, which sells 100 to 4.

    Example:
        >>> two_suppliers().bought.tolist()
        [0.0, 0.0, 40.0, 100.0]
    """
    return small_network([(0, 2, 30), (1, 2, 10), (2, 3, 100)], sectors=[0, 0, 1, 2])
