# SPDX-License-Identifier: Apache-2.0
"""Read and check the tables of technology that stand beside the world's other facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chokegraph.errors import Finding
from chokegraph.world.load import FACTS
from chokegraph.world.model import World
from chokegraph.world.reading import Collector, did_you_mean
from chokegraph.world.table_set import read_set
from chokegraph.world.tables import Row, Table
from chokegraph.world.technology_schema import NEED_KINDS, TECHNOLOGY_KINDS, TECHNOLOGY_TABLES


@dataclass(frozen=True)
class Technology:
    """The tables of technology, read.

    Args:
        tables: By name, as in `TECHNOLOGY_TABLES`.
        digest: sha256 of the files together.
    """

    tables: Mapping[str, Table]
    digest: str

    def rows(self, name: str) -> list[Row]:
        """Return the rows of one table."""
        return self.tables[name].rows


def load_technology(folder: Path | str | None = None) -> Technology:
    """Read the tables of technology.

    Args:
        folder: Where they stand; those that come with the package if None.

    Raises:
        FindingsError: With every mistake in them.

    Example:
        >>> nodes = load_technology().rows("nodes")
        >>> [row["class_nm"] for row in nodes if row["node_id"] == "tsmc-n7"]
        [7.0]
    """
    return _bundled() if folder is None else _read(Path(folder))


def technology_of(world: World) -> Technology:
    """Return the tables of technology that go with a world.

    Args:
        world: A package that has such tables goes with its own; else those that come with
            Chokegraph do.

    Raises:
        FindingsError: With every mistake in them.

    Example:
        >>> from chokegraph.world.load import load_world
        >>> technology_of(load_world()).digest == load_technology().digest
        True
    """
    kind, _, folder = world.origin.partition(":")
    own = Path(folder)
    return load_technology(own if kind == "package" and (own / "nodes.csv").is_file() else None)


@lru_cache(maxsize=1)
def _bundled() -> Technology:
    # The bundled tables do not change while a program runs.
    return _read(FACTS)


def _read(folder: Path) -> Technology:
    return Technology(*read_set(folder, TECHNOLOGY_TABLES, check_technology, title="technology"))


def check_technology(tables: Mapping[str, Table], world: World | None = None) -> list[Finding]:
    """Return what is wrong with tables of technology.

    Args:
        tables: The tables, read.
        world: If given, inputs, sources and the subjects of statements are looked up as well.

    Example:
        >>> check_technology(load_technology().tables)
        []
    """
    findings: list[Finding] = []
    nodes = tables["nodes"].ids("node_id")
    processes = {"process": tables["nodes"].ids("process")}
    for kind in NEED_KINDS[1:]:
        processes[kind] = tables[TECHNOLOGY_KINDS[kind]].ids(f"{kind}_id")
    for name, table in tables.items():
        found = Collector(table.file)
        seen: dict[tuple[object, ...], int] = {}
        for row, line in zip(table.rows, table.lines, strict=True):
            key = tuple(row[part] for part in TECHNOLOGY_TABLES[name].key)
            if seen.setdefault(key, line) != line:
                message = f"the same {key[0]} as in line {seen[key]}"
                found.add(message, "keep one of the two rows", line)
            if name == "technology_needs":
                kind, _, thing = str(row["subject_id"]).partition(":")
                if thing not in processes.get(kind, set()):
                    fix = did_you_mean(thing, processes.get(kind, set())) or "process:, package:"
                    found.add(f"{row['subject_id']} is not known", fix, line, "subject_id")
            if name == "accelerators":
                _known(row, "nodes", nodes, line, found)
            if world is not None:
                for column in ("input_id", "alternatives", "needs"):
                    _known(row, column, set(world.inputs), line, found)
                _known(row, "source_id", set(world.sources), line, found)
        findings += found.sorted()
    return findings + (_subjects(tables, world) if world is not None else [])


def _known(row: Row, column: str, known: set[str], line: int, found: Collector) -> None:
    cell = row.get(column)
    parts = cell if isinstance(cell, tuple) else (cell,) if cell else ()
    for part in parts:
        if str(part) not in known:
            fix = did_you_mean(str(part), known) or "add it to its table"
            found.add(f"'{part}' is not known", fix, line, column)


def _subjects(tables: Mapping[str, Table], world: World) -> list[Finding]:
    """Statements about technology name rows that exist."""
    found = Collector("statements.csv")
    ids = {
        kind: tables[name].ids(TECHNOLOGY_TABLES[name].key[0])
        for kind, name in TECHNOLOGY_KINDS.items()
    }
    for row in world.statements.values():
        for column, thing in (("subject_id", row.subject_id), ("object_id", row.object_id)):
            kind, _, name = thing.partition(":")
            if kind in ids and name not in ids[kind]:
                fix = did_you_mean(name, ids[kind]) or f"add it to {TECHNOLOGY_KINDS[kind]}.csv"
                found.add(f"'{name}' is no known {kind}", fix, row.line, column)
    return found.sorted()
