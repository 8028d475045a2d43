# SPDX-License-Identifier: Apache-2.0
"""Input-output tables as networks: any object with the flows `Z`, final demand `Y` and output `x`.

The object of the package pymrio (`IOSystem`) has these; nothing of that package is imported here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.reading import read_network
from chokegraph.chain.networks.report import NetworkReport
from chokegraph.errors import Finding, FindingsError


def from_pymrio(
    io: Any,  # noqa: ANN401 - duck-typed on purpose
    *,
    essentiality: str | Path | pl.DataFrame = "auto",
    at_least: float = 0.0,
) -> tuple[Network, NetworkReport]:
    """Read an input-output table as a network of industries of regions.

    Args:
        io: An object with `Z` (flows between industries, a data frame whose rows and columns are
            pairs of region and sector), and where it has them `Y` (final demand, the same rows),
            `x` (total output, the same rows) and `unit`.
        essentiality: As in `read_network`.
        at_least: Flows below this are left out; the report says what they come to.

    Returns:
        The network, a node for each region and industry with the id `region/sector`, and the
        report. Sales are total output; where the table has none, flows and final demand together.
        What an industry buys from itself is left out and said.

    Raises:
        FindingsError: If there is no `Z`, or it is not square, or flows are below zero.

    Example:
        >>> import pandas
        >>> pairs = pandas.MultiIndex.from_product([["JP", "NL"], ["C26"]])
        >>> class Table:
        ...     Z = pandas.DataFrame([[0.0, 4.0], [1.0, 0.0]], index=pairs, columns=pairs)
        ...     Y = pandas.DataFrame({"all": [6.0, 2.0]}, index=pairs)
        >>> network, _ = from_pymrio(Table())
        >>> network.node_ids, network.sales.tolist()
        (('JP/C26', 'NL/C26'), [10.0, 3.0])
    """
    flows = getattr(io, "Z", None)
    if flows is None:
        message = "the table has no flows between industries (Z)"
        raise FindingsError([Finding(message, fix="load or calculate Z first")], title="network")
    pairs = [tuple(str(part) for part in _pair(key)) for key in flows.index]
    values: NDArray[np.float64] = np.asarray(flows, dtype=np.float64)
    findings = []
    if values.shape != (len(pairs), len(pairs)):
        findings.append(
            Finding(
                f"Z has {values.shape[0]} rows and {values.shape[1]} columns",
                fix="give a table of industries by industries",
            )
        )
    elif [tuple(str(part) for part in _pair(key)) for key in flows.columns] != pairs:
        findings.append(
            Finding("rows and columns of Z are not in the same order", fix="sort them alike")
        )
    bad = int((values < 0).sum() + (~np.isfinite(values)).sum())
    if bad:
        findings.append(
            Finding(f"{bad:,} flows of Z are below zero or not numbers", fix="mend the table")
        )
    if findings:
        raise FindingsError(findings, title="network")
    ids = ["/".join(pair) for pair in pairs]
    small = (values > 0) & (values < at_least)
    supplier, customer = np.nonzero((values > 0) & ~small)
    unit = _unit(getattr(io, "unit", None))
    edges = pl.DataFrame(
        {
            "supplier": pl.Series(ids, dtype=pl.String).gather(supplier),
            "customer": pl.Series(ids, dtype=pl.String).gather(customer),
            "value": values[supplier, customer],
        }
    )
    nodes = pl.DataFrame(
        {
            "id": ids,
            "name": [" ".join(pair) for pair in pairs],
            "country": [pair[0] for pair in pairs],
            "sector": [pair[-1] for pair in pairs],
            "sales": _output(io, values),
        }
    )
    network, report = read_network(edges, nodes, essentiality, unit=unit)
    if small.any():
        words = (
            f"{int(small.sum()):,} flows below {at_least:g} left out, together "
            f"{float(values[small].sum()):,.6g} {unit}".rstrip()
        )
        report = NetworkReport(
            report.findings,
            (words, *report.repaired),
            report.notes,
            report.nodes,
            report.edges,
            report.rows,
            report.total,
        )
    return network, report


def _pair(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)


def _output(io: Any, flows: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401
    """Total output: as given, or flows and final demand; unknown where there is neither."""
    output = getattr(io, "x", None)
    if output is not None:
        given: NDArray[np.float64] = np.asarray(output, dtype=np.float64)
        return np.asarray(given.reshape(len(flows), -1).sum(axis=1), dtype=np.float64)
    final = getattr(io, "Y", None)
    if final is not None:
        demand = np.asarray(final, dtype=np.float64).reshape(len(flows), -1).sum(axis=1)
        total: NDArray[np.float64] = np.maximum(flows.sum(axis=1) + demand, 0.0)
        return total
    return np.full(len(flows), np.nan)


def _unit(given: Any) -> str:  # noqa: ANN401
    """The unit, where all industries have the same one."""
    if given is None:
        return ""
    names = {str(cell) for cell in np.asarray(given).ravel()}
    return names.pop() if len(names) == 1 else ""
