# SPDX-License-Identifier: Apache-2.0
"""From the files that users bring to a network, with a report of what was found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from chokegraph.chain.networks.check import check_network
from chokegraph.chain.networks.edges import clean_edges, put_together
from chokegraph.chain.networks.essentiality import load_essentiality
from chokegraph.chain.networks.model import IntArray, Network
from chokegraph.chain.networks.nodes import clean_nodes, no_nodes
from chokegraph.chain.networks.report import NetworkReport, merged, some
from chokegraph.chain.networks.sorting import (
    UNKNOWN,
    codes_of,
    industries_of_kinds,
    known_sales,
    markets_of,
    sectors_and_kinds,
)
from chokegraph.chain.networks.tabular import LINE, Source, Table, read_table
from chokegraph.errors import Finding


def read_network(
    edges: Source,
    nodes: Source | None = None,
    essentiality: str | Path | pl.DataFrame = "auto",
    *,
    year: int | None = None,
    unit: str = "",
) -> tuple[Network, NetworkReport]:
    """Read a supply network, check it, and say what was found and repaired.

    Args:
        edges: Edge list: CSV, Parquet or a frame with the columns supplier, customer, value, and
            where known product, year, unit, source. Usual other names of columns are understood.
        nodes: Node table: id, and where known name, country, sector, owner, sales or
            final_demand, market.
        essentiality: A file, or `auto`, `expert`, `essential`, `non-essential`; see
            `load_essentiality`.
        year: The year to read, where the edge list holds several.
        unit: Unit of the values, where the files do not say.

    Returns:
        The network, and the report with warnings. What is sold is the product where the row names
        one, otherwise the supplier's sector. A node's market is the one given, otherwise its
        sector, otherwise the product that it sells most of. Where nobody has a sector or a
        product, every node is a sector of its own: nothing stands in for it.

    Raises:
        FindingsError: If anything is wrong; all of it, with file and line.

    Example:
        >>> rows = pl.DataFrame(
        ...     {"supplier": ["a", "b"], "customer": ["b", "c"], "value": [10.0, 10.0]}
        ... )
        >>> network, report = read_network(rows)
        >>> network.node_ids, network.sold.tolist()
        (('a', 'b', 'c'), [10.0, 10.0, 0.0])
    """
    table = read_table(edges, "edges")
    findings = table.findings
    repaired: list[str] = []
    notes: list[str] = []
    done = clean_edges(table, year=year) if table.usable else None
    own_unit = (done.unit if done else "") or unit
    people = no_nodes()
    if nodes is not None:
        node_table = read_table(nodes, "nodes")
        if node_table.usable:
            people = clean_nodes(node_table, own_unit, notes)
        findings = [*findings, *node_table.findings]
        table.notes.extend(node_table.notes)
    if done is not None:
        repaired = [*done.repaired]
    notes = [*table.notes, *notes]
    report = NetworkReport(tuple(findings), tuple(repaired), tuple(notes))
    if done is None or report.errors:
        report.raise_errors(_title(table))
    assert done is not None  # noqa: S101 - an unreadable edge list has raised
    network, more = _built(done.frame, people, essentiality, own_unit, given=nodes is not None)
    first = NetworkReport(
        (*findings, *more.findings),
        (*repaired, *more.repaired),
        (*notes, *more.notes),
        rows=done.rows,
    )
    report = merged(first, check_network(network))
    report.raise_errors(_title(table))
    return network, report


def _title(table: Table) -> str:
    return f"network {table.file}".strip()


def _built(
    edges: pl.DataFrame,
    people: pl.DataFrame,
    essentiality: str | Path | pl.DataFrame,
    unit: str,
    *,
    given: bool,
) -> tuple[Network, NetworkReport]:
    """The arrays, from tables without errors."""
    findings: list[Finding] = []
    repaired: list[str] = []
    notes: list[str] = []
    seen = pl.concat([edges["supplier"], edges["customer"]]).unique(maintain_order=True)
    extra = seen.filter(~seen.is_in(people["id"].implode())) if people.height else seen
    if given and len(extra):
        names = some(extra.head(5).to_list(), total=len(extra))
        findings.append(
            Finding(
                f"{len(extra):,} nodes of the edge list are not in the node table ({names}): their "
                "country, sector and owner are unknown",
                fix="add them to the node table",
                severity="warning",
            )
        )
    people = pl.concat([people, pl.DataFrame({"id": extra})], how="diagonal").with_columns(
        pl.col(pl.String).fill_null("")
    )
    ids = people["id"]
    code = pl.Enum(ids)
    supplier = codes_of(edges["supplier"], code)
    sectors, kinds = sectors_and_kinds(people, edges, supplier, findings)
    blank = edges["product"] == ""
    if blank.any() and not blank.all():
        # A product may have the name of the sector that stands in where no product is named.
        edges = put_together(edges.with_columns(kind=kinds), "kind", "", repaired)
        kinds = edges["kind"]
        supplier = codes_of(edges["supplier"], code)
    customer = codes_of(edges["customer"], code)
    known_names = pl.concat([sectors, kinds]).unique(maintain_order=True)
    naming = pl.Enum(known_names)
    sector_codes, kind_codes = codes_of(sectors, naming), codes_of(kinds, naming)
    name_list = known_names.to_list()
    known = load_essentiality(
        essentiality,
        name_list,
        industries=industries_of_kinds(
            name_list,
            sector_codes[supplier],
            kind_codes,
            digits=isinstance(essentiality, str) and essentiality == "expert",
        ),
        buyers=[
            at
            for at in np.flatnonzero(np.bincount(sector_codes[customer])).tolist()
            if name_list[at] != UNKNOWN
        ],
    )
    findings.extend(known.findings)
    if known.basis.startswith("every input is essential") and essentiality == "auto":
        notes.append(
            "essentiality: no ratings for these sectors, so every input is essential to every "
            "buyer; losses are an upper bound. --essentiality gives a file, or non-essential for "
            "the lower end"
        )
    else:
        notes.append(f"essentiality: {known.basis}")
    sources = edges["source"].unique(maintain_order=True)
    sources = sources.filter(sources != "")
    network = Network(
        node_ids=tuple(ids.to_list()),
        sector_names=tuple(name_list),
        sectors=sector_codes,
        supplier=supplier,
        customer=customer,
        value=edges["value"].to_numpy().astype(np.float64),
        kind=kind_codes,
        essentiality=known.matrix,
        markets=markets_of(people, edges),
        names=tuple(people["name"].to_list()),
        countries=tuple(people["country"].to_list()),
        owners=tuple(people["owner"].to_list()),
        unit=unit,
        edge_rows=edges[LINE].to_numpy().astype(np.int32),
        basis=known.basis,
        source_names=tuple(sources.to_list()),
        edge_sources=_source_codes(edges["source"], sources),
    )
    sales = known_sales(people, network, repaired)
    if sales is not None:
        network = replace(network, sales=sales)
    return network, NetworkReport(tuple(findings), tuple(repaired), tuple(notes))


def _source_codes(given: pl.Series, names: pl.Series) -> IntArray | None:
    """Index of each row's source among the names; -1 where it has none."""
    if names.is_empty():
        return None
    places = pl.DataFrame({"source": names}).with_row_index("at")
    joined = given.to_frame("source").join(places, on="source", how="left", maintain_order="left")
    return joined["at"].cast(pl.Int32).fill_null(-1).to_numpy().astype(np.int32)
