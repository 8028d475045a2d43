# SPDX-License-Identifier: Apache-2.0
"""How nodes and edges are sorted into sectors, kinds, industries and markets; sales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.chain.networks.model import FloatArray, IntArray, Network
from chokegraph.chain.networks.report import some
from chokegraph.chain.networks.words import industry_of
from chokegraph.errors import Finding

UNKNOWN = "unknown"
"""Sector of nodes that have none."""

_CLOSE = 1e-9


def codes_of(cells: pl.Series, names: pl.Enum) -> IntArray:
    """Return the position of each cell among names.

    Example:
        >>> codes_of(pl.Series(["b", "a"]), pl.Enum(["a", "b"])).tolist()
        [1, 0]
    """
    return cells.cast(names).to_physical().to_numpy().astype(np.int32)


def sectors_and_kinds(
    people: pl.DataFrame, edges: pl.DataFrame, supplier: IntArray, findings: list[Finding]
) -> tuple[pl.Series, pl.Series]:
    """Return the sector of each node and the kind of each edge, as names.

    Args:
        people: Nodes with id and sector.
        edges: Edges with product.
        supplier: Position of the supplier of each edge among the nodes.
        findings: Warnings are added to it.

    Returns:
        Sectors: as given; `unknown` where others have one or every edge names a product; otherwise
        the node's id, so that nothing stands in for it. Kinds: the product, or the supplier's
        sector.
    """
    sector, product = people["sector"], edges["product"]
    blank = sector == ""
    some_known = bool((~blank).any())
    products = bool((product != "").all()) and len(product) > 0
    if some_known and blank.any():
        without = people["id"].filter(blank)
        names = some(without.head(5).to_list(), total=len(without))
        findings.append(
            Finding(
                f"{len(without):,} nodes have no sector ({names}): taken as one sector named "
                f"{UNKNOWN}",
                fix="give them a sector",
                column="sector",
                severity="warning",
            )
        )
    if not some_known and not products:
        findings.append(
            Finding(
                "neither sectors nor products for all edges: every node counts as a sector of its "
                "own, so no supplier stands in for another and losses are overstated",
                fix="add a column product, or a node table with sectors",
                severity="warning",
            )
        )
    fill = pl.lit(UNKNOWN) if some_known or products else pl.col("id")
    sectors = people.select(
        pl.when(pl.col("sector") == "").then(fill).otherwise(pl.col("sector"))
    ).to_series()
    kinds = pl.select(
        pl.when(product == "").then(sectors.gather(supplier)).otherwise(product)
    ).to_series()
    return sectors, kinds


def industries_of_kinds(
    names: Sequence[str], sector_of_supplier: IntArray, kind: IntArray, *, digits: bool = False
) -> list[str]:
    """Return the industry of the expert ratings for each sector and product.

    Args:
        names: Sectors and products.
        sector_of_supplier: Sector of the supplier of each edge.
        kind: Kind of each edge.
        digits: Whether codes without their letter count.

    Returns:
        The industry that the name itself belongs to; for a product, the industry of all its
        suppliers if that is one and the same; "" where it cannot be told.

    Example:
        >>> industries_of_kinds(["C20", "resist"], np.array([0], np.int32), np.array([1], np.int32))
        ['C20', 'C20']
    """
    own = [industry_of(name, digits=digits) for name in names]
    places = {name: at for at, name in enumerate(sorted(set(own) - {""}))}
    code = np.array([places.get(name, -1) for name in own], dtype=np.int64)
    least = np.full(len(names), len(places), dtype=np.int64)
    most = np.full(len(names), -1, dtype=np.int64)
    np.minimum.at(least, kind, code[sector_of_supplier])
    np.maximum.at(most, kind, code[sector_of_supplier])
    by_place = {at: name for name, at in places.items()}
    return [
        name or (by_place.get(int(most[at]), "") if least[at] == most[at] else "")
        for at, name in enumerate(own)
    ]


def markets_of(people: pl.DataFrame, edges: pl.DataFrame) -> IntArray:
    """Return the market of each node: its own label, its sector, what it sells most of, itself.

    Example:
        >>> people = pl.DataFrame({"id": ["a", "b"], "market": ["", ""], "sector": ["", ""]})
        >>> edges = pl.DataFrame({"supplier": ["a", "b"], "product": ["x", "x"], "value": [1., 2.]})
        >>> markets_of(people, edges).tolist()
        [0, 0]
    """
    most = (
        edges.filter(pl.col("product") != "")
        .group_by("supplier", "product")
        .agg(pl.col("value").sum())
        .sort("value", "product", descending=[True, False])
        .group_by("supplier", maintain_order=True)
        .first()
        .select(pl.col("supplier").alias("id"), pl.col("product").alias("__most"))
    )
    joined = people.join(most, on="id", how="left", maintain_order="left")
    label = (
        pl.when(pl.col("market") != "")
        .then("is " + pl.col("market"))
        .when(pl.col("sector") != "")
        .then("is " + pl.col("sector"))
        .when(pl.col("__most").is_not_null())
        .then("sells " + pl.col("__most"))
        .otherwise("only " + pl.col("id"))
    )
    labels = joined.select(label.alias("label")).to_series()
    return codes_of(labels, pl.Enum(labels.unique(maintain_order=True)))


def known_sales(people: pl.DataFrame, network: Network, repaired: list[str]) -> FloatArray | None:
    """Return all that each node sells, final demand included; None where nothing is known.

    Args:
        people: Nodes with sales and final_demand, null where not known.
        network: The network, for what is sold inside it.
        repaired: What was raised is said here.

    Returns:
        (N,) sales, NaN where unknown, never less than what is sold inside the network.
    """
    sales = people["sales"].to_numpy().astype(np.float64).copy()
    final = people["final_demand"].to_numpy().astype(np.float64)
    if np.isnan(sales).all() and np.isnan(final).all():
        return None
    both = np.isnan(sales) & ~np.isnan(final)
    sales[both] = network.sold[both] + final[both]
    below: NDArray[np.bool_] = sales < network.sold * (1 - _CLOSE)
    if below.any():
        names = [network.node_ids[at] for at in np.flatnonzero(below)]
        repaired.append(
            f"{len(names):,} nodes sell more in the edge list than their sales ({some(names)}): "
            "sales raised to it, so they have no final demand"
        )
    known = ~np.isnan(sales)
    sales[known] = np.maximum(sales[known], network.sold[known])
    return sales
