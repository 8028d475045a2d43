# SPDX-License-Identifier: Apache-2.0
"""The legal facts that stand beside the world: what is sold, how it is made, and who buys it.

Six tables, in the same folder as the other facts. They hold no law: they say which export-control
number an item carries, where it comes from, and which lists name its buyers, from which day on.
`chokegraph.world.flows` puts them together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chokegraph.errors import Finding
from chokegraph.world.legal_schema import LEGAL_TABLES
from chokegraph.world.load import FACTS
from chokegraph.world.model import World
from chokegraph.world.reading import Collector, did_you_mean
from chokegraph.world.schema import TIERS
from chokegraph.world.table_set import read_set
from chokegraph.world.tables import Cell, Row, Table, parse_number

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class LegalFacts:
    """The tables of legal facts, read.

    Args:
        tables: By name, as in `LEGAL_TABLES`.
        digest: sha256 of the files together.
    """

    tables: Mapping[str, Table]
    digest: str

    def rows(self, name: str) -> list[Row]:
        """Return the rows of one table."""
        return self.tables[name].rows


def load_legal_facts(folder: Path | str | None = None) -> LegalFacts:
    """Read the tables of legal facts.

    Args:
        folder: Where they stand; those that come with the package if None.

    Raises:
        FindingsError: With every mistake in them.

    Example:
        >>> facts = load_legal_facts()
        >>> sorted({str(row["sector"]) for row in facts.rows("buyer_classes")})[:3]
        ['accelerator', 'design', 'fab']
    """
    # Those of the package do not change while a program runs; a folder of one's own may.
    return _bundled() if folder is None else _read(Path(folder))


@cache
def _bundled() -> LegalFacts:
    return _read(FACTS)


def _read(folder: Path) -> LegalFacts:
    return LegalFacts(*read_set(folder, LEGAL_TABLES, check_legal, title="legal facts"))


def check_legal(tables: Mapping[str, Table], world: World | None = None) -> list[Finding]:
    """Return what is wrong with tables of legal facts.

    Args:
        tables: The tables, read.
        world: If given, inputs, families, countries and sources are looked up in it as well.

    Example:
        >>> check_legal(load_legal_facts().tables)
        []
    """
    findings: list[Finding] = []
    classes = tables["item_classes"].ids("item_class")
    buyers = tables["buyer_classes"].ids("buyer_class")
    sectors = tables["buyer_classes"].ids("sector")
    for name, table in tables.items():
        found = Collector(table.file)
        _doubles(table, LEGAL_TABLES[name].key, found)
        _known(table, "item_class", classes, found)
        _known(table, "buyer_class", buyers, found)
        _known(table, "sector", sectors, found)
        for row, line in zip(table.rows, table.lines, strict=True):
            _row(row, line, found)
            if world is not None:
                _in_world(row, line, world, found)
        findings += found.sorted()
    findings += _sums(tables["buyer_classes"], ("sector", "tier"), rest=False)
    findings += _sums(tables["legal_items"], ("subject_id", "tier"), rest=True)
    findings += _sums(tables["buyer_sectors"], ("subject_id",), rest=True)
    findings += _sums(tables["production_facts"], ("subject_id", "country"), rest=True)
    return findings


def _doubles(table: Table, key: Collection[str], found: Collector) -> None:
    seen: dict[tuple[Cell, ...], int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        values = tuple(row[name] for name in key)
        if seen.setdefault(values, line) != line:
            message = f"the same {', '.join(key)} as in line {seen[values]}"
            found.add(message, "keep one of the two rows", line)


def _known(table: Table, column: str, known: set[str], found: Collector) -> None:
    if column not in table.columns:
        return
    for cell, line in zip(table.column(column), table.lines, strict=True):
        if cell and str(cell) not in known:
            fix = did_you_mean(str(cell), known) or "add it to its table"
            found.add(f"{str(cell)!r} is no known {column}", fix, line, column)


def _row(row: Row, line: int, found: Collector) -> None:
    low, value, high = (row.get(name) for name in ("low", "part", "high"))
    if isinstance(value, float) and not (
        isinstance(low, float) and isinstance(high, float) and low <= value <= high
    ):
        found.add("the part is not within its interval", "give low <= part <= high", line, "part")
    for fact in words(row.get("facts")):
        name, sign, text = fact.partition("=")
        if not sign or not name.strip() or not text.strip():
            found.add(f"{fact!r} is not name=value", "write na=1.35", line, "facts")
    tiers = row.get("tier")
    for tier in words(tiers) if isinstance(tiers, tuple) else ():
        if tier not in TIERS:
            found.add(f"{tier!r} is no tier", f"one of {', '.join(TIERS)}", line, "tier")


def words(cell: Cell) -> tuple[str, ...]:
    """Return the words of a cell: the parts of a list, or nothing if it is blank.

    Example:
        >>> words(("mature", "leading")), words("")
        (('mature', 'leading'), ())
    """
    return tuple(str(part) for part in cell) if isinstance(cell, tuple) else ()


def _in_world(row: Row, line: int, world: World, found: Collector) -> None:
    if row["source_id"] not in world.sources:
        found.add(f"{row['source_id']!r} is no known source", "add it", line, "source_id")
    kind, _, name = str(row.get("subject_id") or "").partition(":")
    known: dict[str, set[str]] = {
        "input": set(world.inputs),
        "family": {one.family for one in world.inputs.values()},
        "kind": {one.kind for one in world.inputs.values()},
    }
    if kind and name not in known.get(kind, set()):
        fix = did_you_mean(name, known.get(kind, set())) or "write input:, family: or kind:"
        found.add(f"{kind}:{name} is not in the world", fix, line, "subject_id")
    for column in ("country", "place"):
        if row.get(column) not in (None, "", "*") and row[column] not in world.countries:
            found.add(f"{row[column]!r} is no country", "use its code", line, column)


def _sums(table: Table, by: Collection[str], *, rest: bool) -> list[Finding]:
    """Parts of one whole sum to 1, or leave a rest that exactly one row without a part takes."""
    total: dict[tuple[Cell, ...], float] = {}
    open_rows: dict[tuple[Cell, ...], int] = {}
    first: dict[tuple[Cell, ...], int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        key = tuple(row[name] for name in by)
        first.setdefault(key, line)
        part = row["part"]
        if isinstance(part, float):
            total[key] = total.get(key, 0.0) + part
        else:
            open_rows[key] = open_rows.get(key, 0) + 1
    findings = []
    for key, line in first.items():
        whole, missing = total.get(key, 0.0), open_rows.get(key, 0)
        right = missing == 1 and whole <= 1 + _TOLERANCE if rest else abs(whole - 1) < _TOLERANCE
        if not right:
            name = " | ".join(str(part) for part in key)
            message = f"the parts of {name} sum to {whole:.4g}, {missing} rows take the rest"
            fix = "leave the part of exactly one row blank" if rest else "make them sum to 1"
            findings.append(Finding(message, fix, table.file, line, "part"))
    return findings


def fact_value(text: str) -> bool | float | tuple[float, float] | str | None:
    """Read the value of a fact: a flag, a number, an interval, a word; None for `unknown`.

    Example:
        >>> [fact_value(text) for text in ("true", "1.35", "[7, 14]", "CN", "'5'", "unknown")]
        [True, 1.35, (7.0, 14.0), 'CN', '5', None]
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    if text == "unknown":
        return None
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("[") and text.endswith("]"):
        ends = [parse_number(part.strip()) for part in text[1:-1].split(",")]
        if len(ends) == len((0, 1)) and ends[0] is not None and ends[1] is not None:
            return ends[0], ends[1]
    number = parse_number(text)
    return text if number is None else number
