# SPDX-License-Identifier: Apache-2.0
"""Bills of materials: read, checked, and laid out so that a million lines roll up in seconds.

Columns: `parent` (empty for the item itself), `child`, `quantity` (of the child in one parent),
`value` (fair market value of one child, one currency throughout), `eccn`, `origin`, `kind`
(commodity, software, technology), and, if wanted, `discrete` (yes: a foreign-made product that is
bought as such, so that US parts inside it are not counted again), `bundled` (software that is sold
with the hardware) and `integrated_circuit`. What is said of a child once holds wherever it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.conditions import suggestion

Floats = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

NEEDED = ("parent", "child", "quantity", "value", "eccn", "origin", "kind")
OPTIONAL = ("discrete", "bundled", "integrated_circuit")
KINDS = ("commodity", "software", "technology")
_YES, _NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
_SHOWN = 50
"""How many findings of one sort are written out; the rest is counted."""


@dataclass(frozen=True)
class Bom:
    """A bill of materials as arrays.

    Args:
        names: Every part, the items at the top included.
        roots: Positions of the items: parts that no line puts into another.
        value: Fair market value of one part; NaN if unknown. [part]
        eccn: Classification; "" if unknown. [part]
        origin: Country of origin; "" if unknown. [part]
        kind: commodity, software or technology. [part]
        discrete: Bought as a discrete foreign-made product. [part]
        bundled: Software that is sold with the hardware. [part]
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
    discrete: Flags
    bundled: Flags
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
            ways, circles, and parts without a value where one is needed.
    """
    try:
        frame = (
            pl.read_parquet(file)
            if file.suffix == ".parquet"
            else pl.read_csv(file, infer_schema=False, comment_prefix="#")
        )
    except (OSError, pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise FindingsError([Finding(f"cannot be read: {error}", file=str(file))]) from error
    return make_bom(frame, str(file))


def make_bom(frame: pl.DataFrame, file: str = "bill of materials") -> Bom:
    """Make a bill of materials from a table.

    Args:
        frame: Lines with the columns named above, as text or typed.
        file: The name for findings.

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
    checker = _Checker(frame, file)
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
        checker.circle(names, parent, child, levels)
    checker.stop()
    return Bom(
        names=tuple(names),
        roots=np.flatnonzero(top),
        value=parts["value"].to_numpy(),
        eccn=tuple(parts["eccn"].to_list()),
        origin=tuple(parts["origin"].to_list()),
        kind=tuple(parts["kind"].to_list()),
        discrete=parts["discrete"].fill_null(value=False).to_numpy(),
        bundled=parts["bundled"].fill_null(value=False).to_numpy(),
        circuit=parts["integrated_circuit"].cast(pl.Int64).fill_null(-1).to_numpy(),
        parent=parent,
        child=child,
        quantity=used["quantity"].to_numpy(),
        line=used["row"].to_numpy().astype(np.int64),
        levels=levels,
    )


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


class _Checker:
    """Checks a table of lines, collecting everything that is wrong."""

    def __init__(self, frame: pl.DataFrame, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        found = {name.strip().lower().replace(" ", "_"): name for name in frame.columns}
        known = (*NEEDED, *OPTIONAL)
        for name in found:
            if name not in known:
                self._column(f"unknown column '{name}'", suggestion(name, known))
        for name in NEEDED:
            if name not in found:
                self._column(f"the column '{name}' is missing", f"columns: {', '.join(known)}")
        self.stop()
        self.frame = frame.select(
            pl.col(found[name]).cast(pl.String).str.strip_chars().fill_null("").alias(name)
            if name in found
            else pl.lit("").alias(name)
            for name in known
        ).with_row_index("row", offset=2)

    def _column(self, message: str, fix: str) -> None:
        self.findings.append(Finding(message, fix, file=self.file, line=1))

    def complain(self, row: int, column: str, message: str, fix: str) -> None:
        self.findings.append(Finding(message, fix, file=self.file, line=row, column=column))

    def stop(self) -> None:
        if self.findings:
            raise FindingsError(self.findings, title="bill of materials")

    def _complain_all(self, bad: pl.DataFrame, column: str, message: str, fix: str) -> None:
        for row, text in bad.select("row", column).head(_SHOWN).iter_rows():
            self.complain(row, column, message.format(text), fix)
        if len(bad) > _SHOWN:
            self._column(f"{len(bad) - _SHOWN} more lines like the last one", "")

    def lines(self) -> pl.DataFrame:
        """Return the lines with numbers, flags and codes read."""
        frame = self.frame
        self._complain_all(frame.filter(pl.col("child") == ""), "child", "no child", "name it")
        for column in ("quantity", "value"):
            numbers = pl.col(column).cast(pl.Float64, strict=False)
            bad = frame.filter(
                (pl.col(column) != "") & (numbers.is_null() | ~numbers.is_finite() | (numbers < 0))
            )
            fix = "write a number, zero or more, with a point"
            self._complain_all(bad, column, "{!r} is not an amount", fix)
        choices = {"kind": KINDS, **dict.fromkeys(OPTIONAL, (*_YES, *_NO))}
        for column, allowed in choices.items():
            lower = pl.col(column).str.to_lowercase()
            bad = frame.filter((lower != "") & ~lower.is_in(allowed))
            self._complain_all(bad, column, "{!r} is not known", f"one of: {', '.join(allowed)}")
        bad = frame.filter((pl.col("origin") != "") & ~pl.col("origin").str.contains("^[A-Z]{2}$"))
        self._complain_all(bad, "origin", "{!r} is not a country", "write two letters: US, DE")
        without = frame.filter((pl.col("parent") != "") & (pl.col("quantity") == ""))
        self._complain_all(without, "quantity", "no quantity", "say how many go into the parent")
        self.stop()
        return frame.with_columns(
            pl.col("quantity").cast(pl.Float64, strict=False).fill_null(1.0),
            pl.col("value").cast(pl.Float64, strict=False),
            pl.col("kind").str.to_lowercase(),
            *(
                pl.when(pl.col(name) == "")
                .then(None)
                .otherwise(pl.col(name).str.to_lowercase().is_in(_YES))
                .alias(name)
                for name in OPTIONAL
            ),
        )

    def parts(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return one row a part; what is said twice must agree."""
        texts = ("eccn", "origin", "kind")
        described = lines.with_columns(
            pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
            for name in texts
        )
        grouped = described.group_by("child", maintain_order=True).agg(
            pl.col("row").first(),
            *(
                aggregate
                for name in (*texts, "value", *OPTIONAL)
                for aggregate in (
                    pl.col(name).drop_nulls().first(),
                    pl.col(name).drop_nulls().n_unique().alias(f"{name} ways"),
                )
            ),
        )
        for name in (*texts, "value", *OPTIONAL):
            for child, row in (
                grouped.filter(pl.col(f"{name} ways") > 1).select("child", "row").iter_rows()
            ):
                message = f"'{child}' has more than one {name} in this file"
                self.complain(row, name, message, "give two names, or one description")
        self.stop()
        return grouped.with_columns(
            *(pl.col(name).fill_null("") for name in ("eccn", "origin")),
            pl.col("kind").fill_null("commodity"),
            pl.col("value").fill_null(float("nan")),
        )

    def circle(
        self,
        names: Iterable[str],
        parent: Integers,
        child: Integers,
        levels: tuple[Integers, ...],
    ) -> None:
        """Name one circle."""
        left = np.ones(len(parent), bool)
        for level in levels:
            left[level] = False
        into = dict(zip(parent[left].tolist(), child[left].tolist(), strict=True))
        # Going down from any part of what is left, some part comes twice.
        names = list(names)
        here, path = next(iter(into)), []
        while here not in path:
            path.append(here)
            here = into.get(here, path[0])
        loop = [names[part] for part in [*path[path.index(here) :], here]]
        fix = "a part cannot be inside itself; cut one of these lines"
        self._column(f"the bill of materials runs in a circle: {' > '.join(loop)}", fix)
