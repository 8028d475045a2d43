# SPDX-License-Identifier: Apache-2.0
"""Networks from NetworkX and to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.reading import read_network
from chokegraph.chain.networks.report import NetworkReport
from chokegraph.chain.networks.words import columns, plain

if TYPE_CHECKING:
    import networkx as nx


def from_networkx(
    graph: nx.DiGraph,
    essentiality: str | Path | pl.DataFrame = "auto",
    *,
    year: int | None = None,
    unit: str = "",
) -> tuple[Network, NetworkReport]:
    """Read a directed graph as a supply network.

    Args:
        graph: Edges run from supplier to customer and have a `value` (or `weight`), and where
            known the other columns of an edge list; nodes may have the columns of a node table.
        essentiality: As in `read_network`.
        year: As in `read_network`.
        unit: As in `read_network`.

    Returns:
        The network and its report; lines in the report count edges and nodes from 1.

    Raises:
        FindingsError: As `read_network`.

    Example:
        >>> import networkx as nx
        >>> graph = nx.DiGraph()
        >>> graph.add_edge("a", "b", weight=2.0)
        >>> from_networkx(graph)[0].value.tolist()
        [2.0]
    """
    edges = [
        {**_known("edges", data), "supplier": str(supplier), "customer": str(customer)}
        for supplier, customer, data in graph.edges(data=True)
    ]
    nodes = [{**_known("nodes", data), "id": str(node)} for node, data in graph.nodes(data=True)]
    has_facts = any(len(row) > 1 for row in nodes)
    return read_network(
        pl.DataFrame(edges, infer_schema_length=None, strict=False),
        pl.DataFrame(nodes, infer_schema_length=None, strict=False) if has_facts else None,
        essentiality,
        year=year,
        unit=unit,
    )


def _known(table: str, data: dict[str, Any]) -> dict[str, Any]:
    """Attributes under our own names; those that we do not know are left out."""
    found: dict[str, Any] = {}
    for column in columns(table):
        names = {column.name, *column.also}
        for key, value in data.items():
            if plain(str(key)) in names:
                found.setdefault(column.name, value)
    return found


def to_networkx(network: Network) -> nx.MultiDiGraph:
    """Return a network as a graph of NetworkX, with everything that is known as attributes.

    Args:
        network: The network.

    Returns:
        A graph with parallel edges, one for each product.

    Example:
        >>> rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [2.0]})
        >>> network, _ = read_network(rows)
        >>> to_networkx(network).edges["a", "b", "a"]["value"]
        2.0
    """
    import networkx as nx

    graph = nx.MultiDiGraph(unit=network.unit)
    for row in node_frame(network).iter_rows(named=True):
        known = {key: value for key, value in row.items() if value not in (None, "")}
        graph.add_node(known.pop("id"), **known)
    for row in edge_frame(network).iter_rows(named=True):
        known = {key: value for key, value in row.items() if value not in (None, "")}
        graph.add_edge(known.pop("supplier"), known.pop("customer"), key=known["product"], **known)
    return graph


def node_frame(network: Network) -> pl.DataFrame:
    """Return the nodes as a table: id, name, country, sector, owner, market, sales.

    Example:
        >>> rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [2.0]})
        >>> node_frame(read_network(rows)[0])["id"].to_list()
        ['a', 'b']
    """
    count = network.nodes
    blank = [""] * count
    sales = pl.Series(network.sales) if network.sales is not None else [None] * count
    return pl.DataFrame(
        {
            "id": pl.Series(network.node_ids, dtype=pl.String),
            "name": pl.Series(network.names or blank, dtype=pl.String),
            "country": pl.Series(network.countries or blank, dtype=pl.String),
            "sector": pl.Series(network.sector_names, dtype=pl.String).gather(network.sectors),
            "owner": pl.Series(network.owners or blank, dtype=pl.String),
            "market": pl.Series(network.markets.astype(int)).cast(pl.String),
            "sales": pl.Series(sales, dtype=pl.Float64).fill_nan(None),
            "sold": network.sold,
            "bought": network.bought,
        }
    )


def edge_frame(network: Network) -> pl.DataFrame:
    """Return the edges as a table: supplier, customer, product, value, unit, source, line.

    Example:
        >>> rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [2.0]})
        >>> edge_frame(read_network(rows)[0]).row(0)[:4]
        ('a', 'b', 'a', 2.0)
    """
    ids = pl.Series(network.node_ids, dtype=pl.String)
    names = pl.Series(network.sector_names, dtype=pl.String)
    sources = pl.Series([*network.source_names, ""], dtype=pl.String)
    at = network.edge_sources
    return pl.DataFrame(
        {
            "supplier": ids.gather(network.supplier),
            "customer": ids.gather(network.customer),
            "product": names.gather(network.kind),
            "value": network.value,
            "unit": pl.Series([network.unit], dtype=pl.String).new_from_index(0, network.edges),
            "source": sources.gather(at % len(sources))
            if at is not None
            else pl.Series([""], dtype=pl.String).new_from_index(0, network.edges),
            "line": network.edge_rows
            if network.edge_rows is not None
            else pl.Series([None], dtype=pl.Int32).new_from_index(0, network.edges),
        }
    )
