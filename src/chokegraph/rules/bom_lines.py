# SPDX-License-Identifier: Apache-2.0
"""The lines of a bill of materials: which columns there are, and what is wrong with the cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
import polars as pl

from chokegraph.errors import Finding, FindingsError
from chokegraph.rules.cells import UNKNOWN, CellError, country, eccn
from chokegraph.rules.conditions import suggestion

NEEDED = ("parent", "child", "quantity", "value", "eccn", "origin", "kind")
OPTIONAL = ("discrete", "bundled", "integrated_circuit")
HOME = "US"
KINDS = ("commodity", "software", "technology")
_YES, _NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")
_SHOWN = 50
"""How many findings of one sort are written out; the rest is counted."""
_OVERFULL = "correct values and quantities: the value is that of one, in one currency throughout"
_NO_VALUE = "give its fair market value, or its origin if it is not of US origin"
_NO_LINES = "add a line for the item itself, with a blank parent, and one for each part of it"
_ECCN_FIX = (
    "write 3B001.d.8, EAR99, NOT_SUBJECT or another list's code; leave it blank if it is not known"
)


class BomLines:
    """A table of lines, with everything that is wrong with it.

    Args:
        frame: The lines, as text or typed.
        file: The name for findings.
        lines_at: At which line of the file each row starts; if None they follow the header.

    Attributes:
        findings: What is wrong so far.
    """

    def __init__(
        self, frame: pl.DataFrame, file: str, lines_at: Sequence[int] | None = None
    ) -> None:
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
        if frame.is_empty():
            self.findings.append(Finding("the bill of materials has no lines", _NO_LINES, file))
        self.stop()
        self.frame = frame.select(
            pl.col(found[name]).cast(pl.String).str.strip_chars().fill_null("").alias(name)
            if name in found
            else pl.lit("").alias(name)
            for name in known
        )
        numbers = range(2, len(frame) + 2) if lines_at is None else lines_at
        self.frame = self.frame.with_columns(pl.Series("row", numbers, dtype=pl.Int64))

    def _column(self, message: str, fix: str) -> None:
        self.findings.append(Finding(message, fix, file=self.file, line=1))

    def complain(self, row: int, column: str, message: str, fix: str) -> None:
        """Note what is wrong with a cell."""
        self.findings.append(Finding(message, fix, file=self.file, line=row, column=column))

    def stop(self) -> None:
        """Stop if anything is wrong so far.

        Raises:
            FindingsError: With all of it.
        """
        if self.findings:
            raise FindingsError(self.findings, title="bill of materials")

    def _complain_all(
        self, bad: pl.DataFrame, column: str, message: str, fix: str, *, about: str = ""
    ) -> None:
        for row, text in bad.select("row", about or column).head(_SHOWN).iter_rows():
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
        origins = _read(frame["origin"], _origin)
        bad = frame.filter(~pl.col("origin").is_in(list(origins)))
        self._complain_all(bad, "origin", "{!r} is not a country", "write two letters: US, DE")
        # As in a file of transactions: what is no ECCN must not pass for one that nothing controls.
        eccns = _read(frame["eccn"], _eccn)
        bad = frame.filter(~pl.col("eccn").is_in(list(eccns)))
        self._complain_all(bad, "eccn", "{!r} is no ECCN", _ECCN_FIX)
        without = frame.filter((pl.col("parent") != "") & (pl.col("quantity") == ""))
        self._complain_all(without, "quantity", "no quantity", "say how many go into the parent")
        self.stop()
        return frame.with_columns(
            pl.col("quantity").cast(pl.Float64, strict=False).fill_null(1.0),
            pl.col("value").cast(pl.Float64, strict=False),
            pl.col("kind").str.to_lowercase(),
            pl.col("eccn").replace_strict(eccns, return_dtype=pl.String),
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
            *(pl.col(name).fill_null("") for name in texts),
            pl.col("value").fill_null(float("nan")),
        )

    def values(self, parts: pl.DataFrame) -> None:
        """Check that items, and parts that are or may be of US origin, have a value.

        Args:
            parts: The parts, with a column `top`: whether it is an item.
        """
        needs = pl.col("top") | pl.col("origin").is_in(["", HOME])
        for bad, message, fix in (
            (pl.col("value").is_nan() & needs, "'{}' has no value", _NO_VALUE),
            (
                pl.col("top") & (pl.col("value") == 0),
                "the item '{}' has the value 0",
                "give its value",
            ),
        ):
            self._complain_all(parts.filter(bad), "value", message, fix, about="child")

    def overfull(self, items: pl.DataFrame, inside: np.ndarray) -> None:
        """Complain of items that are worth less than the US parts in them.

        Args:
            items: The items.
            inside: What the US parts in each are worth.
        """
        shown = zip(items.select("row", "child", "value").iter_rows(), inside, strict=True)
        for (row, name, value), parts in islice(shown, _SHOWN):
            message = f"'{name}' is worth {value:,g}, and the US parts in it {parts:,g}"
            self.complain(row, "value", message, _OVERFULL)
        if len(items) > _SHOWN:
            self._column(f"{len(items) - _SHOWN} more items like the last one", "")

    def items(self, tops: pl.DataFrame) -> None:
        """Check what must be known of the items themselves."""
        message = "an item at the top has no kind, and what counts as its content depends on it"
        self._complain_all(
            tops.filter(pl.col("kind") == ""), "kind", message, f"one of: {', '.join(KINDS)}"
        )

    def circle(self, names: Sequence[str], parents: list[int], children: list[int]) -> None:
        """Name one circle among the lines that are in one, or use one.

        Args:
            names: Every part.
            parents: The lines' parents.
            children: Their children.
        """
        into = dict(zip(parents, children, strict=True))
        # Going down from any part of what is left, some part comes twice.
        here, path = next(iter(into)), []
        while here not in path:
            path.append(here)
            here = into.get(here, path[0])
        loop = [names[part] for part in [*path[path.index(here) :], here]]
        fix = "a part cannot be inside itself; cut one of these lines"
        self._column(f"the bill of materials runs in a circle: {' > '.join(loop)}", fix)


def _read(texts: pl.Series, read: Callable[[str], str]) -> dict[str, str]:
    """Read each distinct text once; those that cannot be read are left out."""
    found = {}
    for text in texts.unique():
        try:
            found[text] = read(text)
        except CellError:
            continue
    return found


def _eccn(text: str) -> str:
    return "" if text.casefold() in UNKNOWN else eccn(text)


def _origin(text: str) -> str:
    # Names of countries are not read here, only codes; a code that is none must not pass for one.
    if text and not (len(text) == len("US") and text.isupper()):
        raise CellError(text)
    return text and country(text)
