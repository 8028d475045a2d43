# SPDX-License-Identifier: Apache-2.0
"""What is odd about a network, before anything is computed with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.report import NetworkReport, some
from chokegraph.errors import Finding

_CLOSE = 1e-9


def check_network(network: Network) -> NetworkReport:
    """Check a network, wherever it comes from.

    Args:
        network: The network.

    Returns:
        A report. Its errors are arrays that do not fit, bad values, self loops and duplicate edges;
        its warnings orphans, unknown countries and missing final demand.

    Example:
        >>> from chokegraph.chain.networks import read_network
        >>> import polars as pl
        >>> rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [1.0]})
        >>> network, _ = read_network(rows)
        >>> check_network(network).errors
        ()
    """
    findings = _shapes(network)
    if not findings:
        findings = [*_values(network), *_orphans(network), *_words(network)]
        if not any(one.severity == "error" for one in findings):
            findings += _final_demand(network)
    return NetworkReport(
        tuple(findings),
        nodes=network.nodes,
        edges=network.edges,
        rows=network.edges,
        total=float(network.value.sum()),
    )


def _shapes(network: Network) -> list[Finding]:
    """Arrays that do not belong together."""
    nodes, edges, kinds = network.nodes, network.edges, len(network.sector_names)
    findings = []
    if len(set(network.node_ids)) < nodes:
        findings.append(Finding("node ids are not unique", fix="give each node one id"))
    for name, limit, length in (
        ("sectors", kinds, nodes),
        ("markets", None, nodes),
        ("supplier", nodes, edges),
        ("customer", nodes, edges),
        ("kind", kinds, edges),
    ):
        array = getattr(network, name)
        if array.shape != (length,):
            findings.append(Finding(f"{name} has shape {array.shape}, not ({length},)"))
        elif length and (array.min() < 0 or (limit is not None and array.max() >= limit)):
            findings.append(Finding(f"{name} points outside of its list"))
    if network.essentiality.shape != (kinds, kinds):
        findings.append(
            Finding(f"essentiality has shape {network.essentiality.shape}, not {(kinds, kinds)}")
        )
    if network.sales is not None and network.sales.shape != (nodes,):
        findings.append(Finding(f"sales has shape {network.sales.shape}, not ({nodes},)"))
    return findings


def _line(network: Network, edge: int) -> int | None:
    return int(network.edge_rows[edge]) or None if network.edge_rows is not None else None


def _arrow(network: Network, edge: int) -> str:
    ends = (network.supplier[edge], network.customer[edge])
    return " to ".join(network.node_ids[end] for end in ends)


def _values(network: Network) -> list[Finding]:
    """Values that are no amounts, edges from a node to itself, edges that are there twice."""
    findings = []
    bad = np.flatnonzero(~(np.isfinite(network.value) & (network.value > 0)))
    loops = np.flatnonzero(network.supplier == network.customer)
    keys = (network.supplier.astype(np.int64) * network.nodes + network.customer) * max(
        len(network.sector_names), 1
    ) + network.kind
    order = np.argsort(keys, kind="stable")
    twice = order[1:][np.diff(keys[order]) == 0]
    for which, words, fix in (
        (bad, "edges whose value is not above zero", "leave them out or mend them"),
        (loops, "edges from a node to itself", "leave them out"),
        (twice, "edges that are there twice", "add their values up"),
    ):
        if which.size:
            edge = int(which[0])
            findings.append(
                Finding(
                    f"{which.size:,} {words}; the first is {_arrow(network, edge)}",
                    fix=fix,
                    line=_line(network, edge),
                )
            )
    return findings


def _orphans(network: Network) -> list[Finding]:
    alone = np.flatnonzero((network.sold == 0) & (network.bought == 0))
    if not alone.size:
        return []
    names = some([network.node_ids[at] for at in alone[:5]], total=alone.size)
    return [
        Finding(
            f"{alone.size:,} orphans, nodes without any edge ({names}): nothing reaches them",
            fix="check their ids against the edge list",
            severity="warning",
        )
    ]


def _words(network: Network) -> list[Finding]:
    findings = []
    blank = sum(1 for code in network.countries if not code)
    if network.countries and 0 < blank < network.nodes:
        findings.append(
            Finding(
                f"{blank:,} of {network.nodes:,} nodes have no known country",
                fix="give their ISO codes; tables by country show them as unknown",
                severity="warning",
            )
        )
    return findings


def _final_demand(network: Network) -> list[Finding]:
    """Nodes all of whose sales come back inside: upstream, everything would be lost there."""
    findings = []
    sells = network.sold > 0
    if network.sales is None:
        known: NDArray[np.bool_] = np.zeros(network.nodes, dtype=bool)
        final = known
    else:
        known = np.isfinite(network.sales)
        final = known & (network.sales > network.sold * (1 + _CLOSE))
    missing = np.flatnonzero(sells & ~known)
    if missing.size:
        findings.append(
            Finding(
                f"final demand is missing for {missing.size:,} of {int(sells.sum()):,} suppliers: "
                "taken as selling only what the edge list says, which overstates losses upstream",
                fix="add sales or final_demand to the node table",
                severity="warning",
            )
        )
    closed = np.flatnonzero(sells & ~_reaching(network, final | ~sells))
    if closed.size:
        names = some([network.node_ids[at] for at in closed[:5]], total=closed.size)
        findings.append(
            Finding(
                f"{closed.size:,} suppliers sell only in circles that no final demand leaves "
                f"({names}): any loss there grows upstream to "
                "all of it, and only an early stop hides that",
                fix="add sales or final_demand for some of them",
                severity="warning",
            )
        )
    return findings


def _reaching(network: Network, ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which nodes have a way along customers to one of the ends."""
    count = network.nodes
    start = np.full(int(ends.sum()), count)
    rows = np.concatenate([network.customer, start])
    columns = np.concatenate([network.supplier, np.flatnonzero(ends)])
    graph = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), (count + 1, count + 1))
    seen = breadth_first_order(graph, count, return_predecessors=False)
    found = np.zeros(count + 1, dtype=bool)
    found[seen] = True
    return found[:count]
