# SPDX-License-Identifier: Apache-2.0
"""Cuts as a table: which flows, between whom, and what fraction of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from chokegraph.chain.networks.model import Network
from chokegraph.chain.networks.tabular import Source, Table, read_table
from chokegraph.chain.networks.words import country_code
from chokegraph.errors import FindingsError

if TYPE_CHECKING:
    from chokegraph.chain.cascade import Shock

EVERY = "*"
_ENDS = ("supplier", "customer", "supplier_country", "customer_country", "product")


def cuts_of(network: Network, rows: pl.DataFrame, *, partial: bool = False) -> dict[int, float]:
    """Return the fraction of each edge that a table of cuts takes away.

    Args:
        network: The network.
        rows: Columns supplier, customer, supplier_country, customer_country, product and fraction;
            a column that is missing, and a cell that is null, blank or `*`, mean every one.
        partial: Whether rows may name countries and products that the network does not have, as a
            table made for a larger world does; such rows cut nothing.

    Returns:
        Fraction by position of the edge; edges that no row meets are left out. Where several rows
        meet an edge the largest fraction holds: two bans of one flow are no more than one.

    Raises:
        FindingsError: If a row names what the network does not have, or a fraction is not within
            0 and 1.

    Example:
        >>> from chokegraph.chain.networks import read_network
        >>> rows = {"supplier": ["a", "b"], "customer": ["c", "c"], "value": [1.0, 1.0]}
        >>> network, _ = read_network(pl.DataFrame(rows))
        >>> cuts_of(network, pl.DataFrame({"supplier": ["a"], "fraction": [0.5]}))
        {0: 0.5}
    """
    table = read_table(rows, "cuts")
    found = _by_shock(network, table, "cuts", partial=partial) if table.usable else {}
    if table.findings:
        raise FindingsError(table.findings, title="cuts")
    return _largest(found.values())


def shocks_from_cuts(
    network: Network, source: Source, *, name: str = "cuts", partial: bool = False
) -> list[Shock]:
    """Return the shocks that a table or a file of cuts describes.

    Args:
        network: The network.
        source: A file of CSV or Parquet, or a frame; columns as in `cuts_of`, and where wanted
            `shock`: rows of one name are one shock.
        name: Name of the shock of rows that give none.
        partial: See `cuts_of`.

    Returns:
        One shock for each name, in the order of the file.

    Raises:
        FindingsError: With every row that is wrong.

    Example:
        >>> from chokegraph.chain.networks import read_network
        >>> rows = {"supplier": ["a", "b"], "customer": ["c", "c"], "value": [1.0, 1.0]}
        >>> network, _ = read_network(pl.DataFrame(rows))
        >>> shocks_from_cuts(network, pl.DataFrame({"customer": ["c"], "fraction": [1.0]}))[0].cut
        {0: 1.0, 1: 1.0}
    """
    from chokegraph.chain.cascade import Shock

    table = read_table(source, "cuts")
    found = _by_shock(network, table, name, partial=partial) if table.usable else {}
    if table.findings:
        raise FindingsError(table.findings, title=f"cuts {table.file}".strip())
    return [Shock(one, cut=cut) for one, cut in found.items()]


def _largest(parts: Iterable[dict[int, float]]) -> dict[int, float]:
    whole: dict[int, float] = {}
    for part in parts:
        for edge, fraction in part.items():
            whole[edge] = max(fraction, whole.get(edge, 0.0))
    return whole


def _by_shock(
    network: Network, table: Table, name: str, *, partial: bool
) -> dict[str, dict[int, float]]:
    """Fractions by edge for each shock that the table names."""
    wanted = _checked(network, table, partial=partial)
    shocks = table.text("shock")
    edges = _edge_frame(network)
    found: dict[str, dict[int, float]] = {}
    for shock in shocks.unique(maintain_order=True):
        rows = wanted.filter(shocks == shock)
        fractions = np.zeros(network.edges)
        for pattern in rows.partition_by([f"any_{end}" for end in _ENDS], include_key=True):
            keys = [end for end in _ENDS if not pattern[f"any_{end}"][0]]
            if not keys:
                np.maximum(fractions, pattern["fraction"].to_numpy().max(), out=fractions)
                continue
            most = pattern.group_by(keys).agg(pl.col("fraction").max())
            hits = edges.select("edge", *keys).join(most, on=keys, how="inner")
            spots = hits["edge"].to_numpy()
            fractions[spots] = np.maximum(fractions[spots], hits["fraction"].to_numpy())
        at = np.flatnonzero(fractions)
        found[shock or name] = dict(zip(at.tolist(), fractions[at].tolist(), strict=True))
    return found


def _edge_frame(network: Network) -> pl.DataFrame:
    """The ends of every edge, as names."""
    ids = pl.Series(network.node_ids, dtype=pl.String)
    countries = pl.Series(network.countries or [""] * network.nodes, dtype=pl.String)
    names = pl.Series(network.sector_names, dtype=pl.String)
    return pl.DataFrame(
        {
            "edge": np.arange(network.edges, dtype=np.int64),
            "supplier": ids.gather(network.supplier),
            "customer": ids.gather(network.customer),
            "supplier_country": countries.gather(network.supplier),
            "customer_country": countries.gather(network.customer),
            "product": names.gather(network.kind),
        }
    )


def _checked(network: Network, table: Table, *, partial: bool) -> pl.DataFrame:
    """The rows with their names made ours; what the network does not have becomes findings."""
    fraction = table.numbers("fraction", "fraction", percent=True)
    table.complain(
        fraction.is_null() & (table.text("fraction") == ""),
        "no fraction: what is cut is not known",
        "write 0 to 1, or per cent",
        "fraction",
    )
    outside = ((fraction < 0) | (fraction > 1)).fill_null(value=False)
    table.complain(outside, "fraction {cell} is not within 0 and 1", "write 0.5 or 50%", "fraction")
    parts: dict[str, pl.Series] = {"fraction": fraction.fill_null(0.0)}
    have = {
        "supplier": set(network.node_ids),
        "customer": set(network.node_ids),
        "supplier_country": set(network.countries),
        "customer_country": set(network.countries),
        "product": set(network.sector_names),
    }
    for end in _ENDS:
        cells = table.text(end)
        free = (cells == "") | (cells == EVERY)
        if end.endswith("country"):
            codes = {cell: country_code(cell) or cell for cell in cells.unique()}
            cells = cells.replace_strict(codes, return_dtype=pl.String)
        strange = ~free & ~cells.is_in(list(have[end]))
        if not partial or end in ("supplier", "customer"):
            table.complain(
                strange,
                f"{end.replace('_', ' ')} {{cell!r}} is not in the network",
                "check the name against the network, or leave the row out",
                end,
            )
        parts[end] = cells
        parts[f"any_{end}"] = free
    return pl.DataFrame(parts)
