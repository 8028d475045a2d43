# SPDX-License-Identifier: Apache-2.0
"""GraphML for Gephi and yEd, written as columns: a million edges take seconds."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import polars as pl

from chokegraph.chain.networks.graphs import edge_frame, node_frame
from chokegraph.chain.networks.model import Network
from chokegraph.world.folders import whole_file

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
)
_AT_ONCE = 50_000


def write_graphml(
    network: Network,
    path: str | Path,
    *,
    nodes: pl.DataFrame | None = None,
    edges: pl.DataFrame | None = None,
) -> None:
    """Write a network as GraphML, whole or not at all.

    Args:
        network: The network.
        path: The file.
        nodes: More columns for the nodes, in their order, such as losses.
        edges: More columns for the edges, in their order, such as cuts.

    Example:
        >>> from chokegraph.chain.networks import read_network
        >>> rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [2.0]})
        >>> import tempfile
        >>> target = Path(tempfile.mkdtemp()) / "net.graphml"
        >>> write_graphml(read_network(rows)[0], target)
        >>> import networkx as nx
        >>> nx.read_graphml(target).edges["a", "b"]["value"]
        2.0
    """
    people, sales = node_frame(network), edge_frame(network)
    if nodes is not None:
        people = people.hstack(nodes)
    if edges is not None:
        sales = sales.hstack(edges)
    with whole_file(Path(path)) as work, work.open("w", encoding="utf-8") as file:
        _write(file, people, sales)


def _write(file: IO[str], people: pl.DataFrame, sales: pl.DataFrame) -> None:
    file.write(_HEAD)
    node_keys = _keys(file, people, "node", skip=("id",))
    edge_keys = _keys(file, sales, "edge", skip=("supplier", "customer"))
    file.write('<graph edgedefault="directed">\n')
    _rows(file, people, node_keys, '<node id="', ["id"], ["", '">'], "</node>")
    _rows(
        file,
        sales,
        edge_keys,
        '<edge source="',
        ["supplier", "customer"],
        ["", '" target="', '">'],
        "</edge>",
    )
    file.write("</graph>\n</graphml>\n")


def _keys(
    file: IO[str], frame: pl.DataFrame, what: str, *, skip: tuple[str, ...]
) -> dict[str, str]:
    """Declare the attributes; those that are empty everywhere are left out."""
    keys: dict[str, str] = {}
    for name in frame.columns:
        column = frame[name]
        text = column.dtype == pl.String
        if name in skip or column.null_count() == len(column) or (text and (column == "").all()):
            continue
        kind = "string" if text else "int" if column.dtype.is_integer() else "double"
        keys[name] = f"{what[0]}{len(keys)}"
        file.write(
            f'<key id="{keys[name]}" for="{what}" attr.name="{_escaped_text(name)}" '
            f'attr.type="{kind}"/>\n'
        )
    return keys


def _escaped_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _escaped(name: str) -> pl.Expr:
    """A column as text that is safe in XML; characters that XML does not know are dropped."""
    safe = pl.col(name).cast(pl.String).str.replace_all(r"[\x00-\x08\x0B\x0C\x0E-\x1F]", "")
    for plain, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        safe = safe.str.replace_all(plain, entity, literal=True)
    return safe


def _rows(
    file: IO[str],
    frame: pl.DataFrame,
    keys: dict[str, str],
    start: str,
    ends: list[str],
    between: list[str],
    close: str,
) -> None:
    head = [pl.lit(start)]
    for name, text in zip(ends, between[1:], strict=True):
        head += [_escaped(name), pl.lit(text)]
    data = [
        pl.when(pl.col(name).is_null() | (pl.col(name).cast(pl.String) == ""))
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.lit(f'<data key="{key}">'), _escaped(name), pl.lit("</data>")))
        for name, key in keys.items()
    ]
    line = pl.concat_str([*head, *data, pl.lit(close)])
    for part in frame.iter_slices(_AT_ONCE):
        file.write("\n".join(part.select(line.alias("line"))["line"].to_list()))
        file.write("\n")
