# SPDX-License-Identifier: Apache-2.0
"""Write a world to files: a data package of CSV tables, Parquet, or GraphML.

CSV is the package that `package:DIR` loads again. Parquet and GraphML are for other tools; GraphML
has no place for intervals and sources, so it carries the chain and the largest shares only.
Everything is written to a folder beside the one wanted and renamed when complete.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from chokegraph.errors import Finding, FindingsError
from chokegraph.world.descriptor import NAME, describe
from chokegraph.world.folders import unfit_folder, whole_folder
from chokegraph.world.frames import all_frames, table_rows
from chokegraph.world.model import World
from chokegraph.world.schema import TABLES, TableSpec
from chokegraph.world.technology import technology_of
from chokegraph.world.technology_frames import technology_frames
from chokegraph.world.technology_schema import TECHNOLOGY_KINDS, TECHNOLOGY_TABLES

Format = Literal["csv", "parquet", "graphml"]

_LICENCES = {
    "builtin": (
        "CC-BY-4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "Creative Commons Attribution 4.0; single figures keep the terms in sources.csv",
    ),
    "": ("other", "", "As the sources in sources.csv; made from the user's own data"),
}


def export_world(world: World, folder: Path | str, *, format: Format = "csv") -> list[Path]:
    """Write a world's tables to a folder.

    Args:
        world: The world.
        folder: Where to; it must not exist yet, or be empty.
        format: "csv" (a data package), "parquet" (one file a table, with the views `shares` and
            `technology`), or "graphml" (`chain.graphml`). Tables of technology (nodes, patterning,
            packages, memories ...) are written where the world has statements about any.

    Returns:
        The files written.

    Raises:
        FindingsError: If the folder has something in it, or cannot be written.
    """
    writers: dict[str, Callable[[World, Path], None]] = {
        "csv": _write_csv,
        "parquet": _write_parquet,
        "graphml": _write_graphml,
    }
    path = Path(folder)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        message = "there is already something here" if path.is_dir() else "this is a file"
        fix = "give a new folder, or empty this one"
        raise FindingsError([Finding(message, fix, str(path))], title="export")
    unfit = unfit_folder(path)
    if unfit is not None:
        raise FindingsError([unfit], title="export")
    with ExitStack() as stack:
        try:
            draft = stack.enter_context(whole_folder(path))
        except OSError as error:
            words = f"cannot be written: {error.strerror}"
            finding = Finding(words, "choose another folder", str(path))
            raise FindingsError([finding], title="export") from error
        writers[format](world, draft)
    return sorted(path.iterdir())


def cell_text(value: object) -> str:
    """Return a cell as the tables write it; numbers read back exactly.

    Example:
        >>> [cell_text(v) for v in (None, 2.0, 0.1, True, ("a", "b"), "x")]
        ['', '2', '0.1', '1', 'a;b', 'x']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)


def _write_csv(world: World, folder: Path) -> None:
    for name, spec in TABLES.items():
        _write_table(folder, spec, table_rows(world, name))
    more: list[TableSpec] = []
    if _has_technology(world):
        more = list(TECHNOLOGY_TABLES.values())
        tables = technology_of(world).tables
        for spec in more:
            rows = tables[spec.name].rows
            _write_table(
                folder, spec, [tuple(row.get(name) for name in spec.header) for row in rows]
            )
    licence = _LICENCES.get(world.origin, _LICENCES[""])
    sources = []
    for source in world.sources.values():
        path = {"path": source.url} if source.url.startswith("http") else {}
        sources.append({"title": source.title, **path})
    document = describe(
        folder,
        name="chokegraph-export",
        title=f"Chokegraph: tables of the world {world.origin}",
        version=world.version or "0",
        licences=[dict(zip(("name", "path", "title"), licence, strict=True))],
        sources=sources,
        more=more,
    )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")


def _write_table(folder: Path, spec: TableSpec, rows: Iterable[tuple[object, ...]]) -> None:
    with (folder / f"{spec.name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(spec.header)
        for row in rows:
            writer.writerow([cell_text(cell) for cell in row])


def _has_technology(world: World) -> bool:
    """Whether a world speaks of technology: the bundled one, and packages made from it."""
    return any(subject.partition(":")[0] in TECHNOLOGY_KINDS for subject, _ in world.by_subject)


def _write_parquet(world: World, folder: Path) -> None:
    frames = all_frames(world)
    if _has_technology(world):
        frames |= technology_frames(world)
    for name, table in frames.items():
        table.write_parquet(folder / f"{name}.parquet")


def _write_graphml(world: World, folder: Path) -> None:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in world.inputs.values():
        graph.add_node(
            row.input_id,
            label=row.name,
            kind=row.kind,
            use=row.use,
            stage=row.stage,
            family=row.family,
            tags=";".join(row.tags),
        )
        share = world.country_shares.get(row.input_id)
        for country, one in share.shares.items() if share else ():
            if one.value is not None:
                graph.nodes[row.input_id][f"share_{country}"] = one.value
    for link in world.links:
        if graph.has_edge(link.source, link.target):
            # One input may both go into and be a kind of the same thing; the edge says both.
            relation = f"{graph.edges[link.source, link.target]['relation']};{link.relation}"
            graph.edges[link.source, link.target]["relation"] = relation
        else:
            graph.add_edge(
                link.source, link.target, relation=link.relation, essentiality=link.essentiality
            )
    nx.write_graphml(graph, folder / "chain.graphml")
