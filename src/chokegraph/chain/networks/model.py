# SPDX-License-Identifier: Apache-2.0
"""A supply network: nodes that sell to nodes, as columns of arrays.

Nodes are whatever the user brings: firms, or a country's makers of one input. An edge says that a
supplier sells so much a period to a customer. Several edges may join the same two nodes, one for
each product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]

NONE, NON_ESSENTIAL, ESSENTIAL = 0, 1, 2
"""What an input is to a buyer: not needed to produce, helpful, or impossible to do without."""


@dataclass(frozen=True)
class Network:
    """Who sells what to whom.

    Args:
        node_ids: The id of every node, unique; N nodes.
        sector_names: Names of sectors, also of products where edges name them; S of them.
        sectors: (N,) the sector that each node belongs to, as an index into `sector_names`.
        supplier: (E,) index of the node that sells.
        customer: (E,) index of the node that buys.
        value: (E,) what is sold a period, in `unit`; above zero.
        kind: (E,) what is sold, as an index into `sector_names`: the product where the user names
            one, otherwise the supplier's sector. Suppliers of one kind stand in for each other
            inside a buyer's production.
        essentiality: (S, S) int8 of `NONE`, `NON_ESSENTIAL`, `ESSENTIAL`: row the kind bought,
            column the sector of the buyer.
        markets: (N,) label of the market in which a node's lost sales can be taken over by others;
            usually the sector.
        sales: (N,) all that a node sells, final demand included, in `unit`; NaN where unknown.
            None: nothing is known beyond the edges.
        names: (N,) names for people; "" where unknown.
        countries: (N,) ISO 3166-1 alpha-2; "" where unknown.
        owners: (N,) ultimate owner; "" where unknown.
        unit: Unit of values, for example "USD million".
        edge_rows: (E,) line of the source file that each edge came from; 0 where there is none.
        source_names: What users give as the source of their rows.
        edge_sources: (E,) index into `source_names`; -1 where no source is given.
        basis: Where the essentiality comes from, in a sentence.

    Example:
        >>> import numpy as np
        >>> line = Network(
        ...     node_ids=("1", "2", "3"),
        ...     sector_names=("a", "b", "c"),
        ...     sectors=np.array([0, 1, 2], dtype=np.int32),
        ...     supplier=np.array([0, 1], dtype=np.int32),
        ...     customer=np.array([1, 2], dtype=np.int32),
        ...     value=np.array([10.0, 10.0]),
        ...     kind=np.array([0, 1], dtype=np.int32),
        ...     essentiality=np.full((3, 3), ESSENTIAL, dtype=np.int8),
        ...     markets=np.array([0, 1, 2], dtype=np.int32),
        ... )
        >>> line.sold.tolist()
        [10.0, 10.0, 0.0]
        >>> line.bought.tolist()
        [0.0, 10.0, 10.0]
    """

    node_ids: tuple[str, ...]
    sector_names: tuple[str, ...]
    sectors: IntArray
    supplier: IntArray
    customer: IntArray
    value: FloatArray
    kind: IntArray
    essentiality: NDArray[np.int8]
    markets: IntArray
    sales: FloatArray | None = None
    names: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    unit: str = ""
    edge_rows: IntArray | None = None
    source_names: tuple[str, ...] = ()
    edge_sources: IntArray | None = None
    basis: str = ""

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.node_ids)

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.value)

    @cached_property
    def sold(self) -> FloatArray:
        """(N,) what each node sells to other nodes, its out-strength."""
        return np.bincount(self.supplier, self.value, self.nodes).astype(np.float64)

    @cached_property
    def bought(self) -> FloatArray:
        """(N,) what each node buys from other nodes, its in-strength."""
        return np.bincount(self.customer, self.value, self.nodes).astype(np.float64)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each node by its id."""
        return {name: position for position, name in enumerate(self.node_ids)}
