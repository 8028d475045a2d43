# SPDX-License-Identifier: Apache-2.0
"""Stocks of inputs: how many steps of full use buyers hold of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chokegraph.chain.networks.model import FloatArray, Network
from chokegraph.chain.networks.tabular import Source, read_table
from chokegraph.errors import Finding, FindingsError

EVERY = "*"


def read_stocks(network: Network, source: Source | float) -> FloatArray:
    """Read the stocks that buyers hold.

    Args:
        network: The network.
        source: One number for everything, or a file or frame with the columns product and steps;
            `*` stands for all products that are not named.

    Returns:
        (S,) stock of each kind in steps of full use, for `Settings.inventories`; 0 where the file
        says nothing.

    Raises:
        FindingsError: With every row that is wrong.

    Example:
        >>> import polars as pl
        >>> from chokegraph.chain.networks import read_network
        >>> rows = {"supplier": ["a"], "customer": ["b"], "product": ["gas"], "value": [1.0]}
        >>> network, _ = read_network(pl.DataFrame(rows))
        >>> read_stocks(network, pl.DataFrame({"product": ["gas"], "steps": [4.0]})).tolist()
        [0.0, 4.0]
    """
    count = len(network.sector_names)
    if isinstance(source, float | int):
        if not 0 <= source < np.inf:
            finding = Finding(f"stock {source} is no number of steps", fix="give 0 or more")
            raise FindingsError([finding], title="stocks")
        return np.full(count, float(source))
    table = read_table(source, "stocks")
    found = np.zeros(count)
    if table.usable:
        names = table.text("product")
        steps = table.numbers("steps", "stock")
        at = {name: spot for spot, name in enumerate(network.sector_names)}
        strange = ~names.is_in([*at, EVERY])
        table.complain(
            strange, "product {cell!r} is not in the network", "check its name", "product"
        )
        table.complain(
            (table.text("steps") == "") | (steps < 0).fill_null(value=False),
            "stock {cell!r} is no number of steps",
            "give 0 or more",
            "steps",
        )
        again = names.is_duplicated() & ~names.is_first_distinct()
        table.complain(again, "product {cell!r} is there twice", "give it one row", "product")
        if not table.findings:
            told = dict(zip(names, steps, strict=True))
            found += told.pop(EVERY, 0.0)
            for name, much in told.items():
                found[at[name]] = much
    if table.findings:
        raise FindingsError(table.findings, title=f"stocks {table.file}".strip())
    return found


def stock_source(text: str) -> float | Path:
    """Return what an option says: a number, or the path of a file.

    Example:
        >>> stock_source("4"), stock_source("stocks.csv").name
        (4.0, 'stocks.csv')
    """
    try:
        return float(text)
    except ValueError:
        return Path(text)
