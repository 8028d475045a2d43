# SPDX-License-Identifier: Apache-2.0
"""Bills of materials: read, checked, and laid out so that a million lines roll up in seconds.

Columns: `parent` (empty for the item itself), `child`, `quantity` (of the child in one parent),
`value` (fair market value of one child, one currency throughout), `eccn`, `origin`, `kind`
(commodity, software, technology), and, if wanted, `discrete` (yes: a foreign-made product that is
bought as such, so that US parts inside it are not counted again), `bundled` (software that is sold
with the hardware) and `integrated_circuit`. What is said of a child once holds wherever it is used;
what is said nowhere is unknown, never "no". The how-to guide on bills of materials has them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.bom_lines import HOME, BomLines

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

YES, NO, NOT_SAID = 1, 0, -1
"""What a line says of a part."""
_ROUNDING = 1e-9
"""By how much a sum may seem larger than it is; here it only guards against a false finding."""


@dataclass(frozen=True)
class Bom:
    """A bill of materials as arrays.

    Args:
        names: Every part, the items at the top included.
        roots: Positions of the items: parts that no line puts into another.
        value: Fair market value of one part; NaN if unknown. [part]
        eccn: Classification; "" if unknown. [part]
        origin: Country of origin; "" if unknown. [part]
        kind: commodity, software or technology; "" if unknown, which no item at the top is. [part]
        discrete: Bought as a discrete foreign-made product: 1 yes, 0 no, -1 not said. [part]
        bundled: Software that is sold with the hardware: 1 yes, 0 no, -1 not said. [part]
        circuit: Integrated circuit: 1 yes, 0 no, -1 not said. [part]
        parent: Part into which the line's child goes. [line]
        child: The part that goes in. [line]
        quantity: How many of it. [line]
        line: The line in the file. [line]
        levels: Lines grouped so that a part's own lines come before those that use it.
    """

    names: tuple[str, ...]
    roots: Integers
    value: Floats
    eccn: tuple[str, ...]
    origin: tuple[str, ...]
    kind: tuple[str, ...]
    discrete: Integers
    bundled: Integers
    circuit: Integers
    parent: Integers
    child: Integers
    quantity: Floats
    line: Integers
    levels: tuple[Integers, ...]


def read_bom(file: Path) -> Bom:
    """Read a bill of materials.

    Args:
        file: A CSV or Parquet file with the columns named above.

    Returns:
        The bill of materials.

    Raises:
        FindingsError: With every problem: unknown columns, bad numbers, parts described in two
            ways, circles, items whose kind is not said, and items, and parts that may be of US
            origin, without a value; and items that are worth less than the US parts in them.
    """
    try:
        frame = (
            pl.read_parquet(file)
            if file.suffix == ".parquet"
            else pl.read_csv(file, infer_schema=False, comment_prefix="#")
        )
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise FindingsError([Finding(f"cannot be read: {error}", file=str(file))]) from error
    lines = None if file.suffix == ".parquet" else _row_lines(file)
    # Where the two ways of reading do not agree on the rows, the plain count must do.
    return make_bom(frame, str(file), lines if lines and len(lines) == len(frame) else None)


def _row_lines(file: Path) -> list[int] | None:
    """At which line of a CSV file each row starts; None if they simply follow each other."""
    text = file.read_bytes()
    if b"#" not in text and b'"' not in text:
        return None
    found, open_ = [], False
    for number, line in enumerate(text.splitlines(), start=1):
        if not open_ and line.startswith(b"#"):
            continue
        if not open_:
            found.append(number)
        open_ ^= line.count(b'"') % 2 == 1
    return found[1:]


def make_bom(
    frame: pl.DataFrame, file: str = "bill of materials", lines_at: Sequence[int] | None = None
) -> Bom:
    """Make a bill of materials from a table.

    Args:
        frame: Lines with the columns named above, as text or typed.
        file: The name for findings.
        lines_at: At which line of the file each row starts; if None they follow the header.

    Raises:
        FindingsError: As `read_bom`.

    Example:
        >>> frame = pl.DataFrame({
        ...     "parent": ["", "tool"], "child": ["tool", "pump"], "quantity": ["1", "2"],
        ...     "value": ["100", "10"], "eccn": ["3B991", "2B999"], "origin": ["DE", "US"],
        ...     "kind": ["commodity", "commodity"]})
        >>> make_bom(frame).names
        ('tool', 'pump')
    """
    checker = BomLines(frame, file, lines_at)
    lines = checker.lines()
    parts = checker.parts(lines)
    names = parts["child"].to_list()
    place = {name: position for position, name in enumerate(names)}
    used = lines.filter(pl.col("parent") != "")
    for name, row in (
        used.filter(~pl.col("parent").is_in(names)).select("parent", "row").iter_rows()
    ):
        checker.complain(row, "parent", f"'{name}' has no line of its own", "add one for it")
    checker.stop()
    parent = _positions(used["parent"], place)
    child = _positions(used["child"], place)
    top = np.ones(len(names), bool)
    top[child] = False
    levels = _levels(parent, child, len(names))
    covered = sum(len(level) for level in levels)
    if covered < len(parent):
        left = np.ones(len(parent), bool)
        left[np.concatenate([*levels, np.zeros(0, np.int64)])] = False
        checker.circle(names, parent[left].tolist(), child[left].tolist())
    checker.items(parts.filter(pl.Series(top)))
    checker.values(parts.with_columns(pl.Series("top", top)))
    checker.stop()
    bom = Bom(
        names=tuple(names),
        roots=np.flatnonzero(top),
        value=parts["value"].to_numpy(),
        eccn=tuple(parts["eccn"].to_list()),
        origin=tuple(parts["origin"].to_list()),
        kind=tuple(parts["kind"].to_list()),
        discrete=_said(parts["discrete"]),
        bundled=_said(parts["bundled"]),
        circuit=_said(parts["integrated_circuit"]),
        parent=parent,
        child=child,
        quantity=used["quantity"].to_numpy(),
        line=used["row"].to_numpy().astype(np.int64),
        levels=levels,
    )
    inside = _home_worth(bom)
    over = inside[bom.roots] > bom.value[bom.roots] * (1 + _ROUNDING)
    checker.overfull(parts[bom.roots[over]], inside[bom.roots[over]])
    checker.stop()
    return bom


def _home_worth(bom: Bom) -> Floats:
    """What the parts inside each part that surely are of US origin are worth, controlled or not."""
    home = np.array([origin == HOME for origin in bom.origin], bool)
    foreign = np.array([origin not in ("", HOME) for origin in bom.origin], bool)
    own = np.where(home, np.nan_to_num(bom.value), 0.0)
    inside = np.zeros(len(bom.names))
    for level in bom.levels:
        child = bom.child[level]
        below = np.where(foreign[child] & (bom.discrete[child] == NO), inside[child], 0.0)
        inside += np.bincount(
            bom.parent[level], bom.quantity[level] * (own[child] + below), len(inside)
        )
    return inside


def _said(flags: pl.Series) -> Integers:
    return flags.cast(pl.Int64).fill_null(NOT_SAID).to_numpy()


def _positions(names: pl.Series, place: dict[str, int]) -> Integers:
    return names.replace_strict(place, return_dtype=pl.Int64).to_numpy()


def _levels(parent: Integers, child: Integers, parts: int) -> tuple[Integers, ...]:
    """Return the lines in groups: every part's own lines before the lines that use the part.

    Lines of a circle are in no group.
    """
    order = np.argsort(child, kind="stable")
    starts = np.searchsorted(child[order], np.arange(parts + 1))
    waiting = np.bincount(parent, minlength=parts)
    ready = np.flatnonzero(waiting == 0)
    groups: list[Integers] = []
    while ready.size:
        counts = starts[ready + 1] - starts[ready]
        offsets = np.repeat(starts[ready] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        lines = order[np.arange(counts.sum()) + offsets]
        if not lines.size:
            break
        groups.append(lines)
        parents, finished = np.unique(parent[lines], return_counts=True)
        waiting[parents] -= finished
        ready = parents[waiting[parents] == 0]
    return tuple(groups)
