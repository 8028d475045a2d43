# SPDX-License-Identifier: Apache-2.0
"""What each input is to each buyer: from a file, from the expert ratings, or one word for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, NONE
from chokegraph.chain.networks.report import listed, some
from chokegraph.chain.networks.tabular import LINE, Table, read_table
from chokegraph.chain.networks.words import TABLES, industry_of
from chokegraph.errors import Finding

WORDS = {"essential": ESSENTIAL, "non-essential": NON_ESSENTIAL, "none": NONE}
_SURVEY = {"1": ESSENTIAL, "0.5": NON_ESSENTIAL, "0": NONE}
_LEVELS = {"2": ESSENTIAL, "1": NON_ESSENTIAL, "0": NONE}
EVERY = "*"


@dataclass(frozen=True)
class Essentiality:
    """What each input is to each buyer, and where that comes from.

    Args:
        matrix: (S, S) int8; row the kind bought, column the sector of the buyer. Where one word
            holds for all, it is a view of one number and takes no memory.
        basis: Where it comes from, in a sentence.
        findings: What is wrong with it.
    """

    matrix: NDArray[np.int8]
    basis: str
    findings: tuple[Finding, ...] = field(default=())


def load_essentiality(
    source: str | Path | pl.DataFrame,
    names: Sequence[str],
    *,
    industries: Sequence[str] | None = None,
    buyers: Sequence[int] | None = None,
) -> Essentiality:
    """Load what each input is to each buyer.

    Args:
        source: `expert` for the ratings of industry analysts (needs codes of NACE Rev. 2 or
            ISIC Rev. 4), `essential` or `non-essential` for every pair, `auto` for the ratings
            where all sectors are known to them and `essential` otherwise, or a file: a matrix
            (first column the input, one column for each buyer) or a list with the columns input,
            buyer and rating.
        names: Sectors and products, in the order of the matrix.
        industries: The industry of the ratings that each name belongs to, "" where it has none;
            read from the names where not given.
        buyers: Positions of the names that are sectors of nodes; all of them where not given.

    Returns:
        The matrix with its basis. Pairs that the source does not name are essential, since what is
        not known to be replaceable is taken as needed, so that losses are not understated; a
        warning says how many. Pairs that the analysts did not rate are non-essential.

    Example:
        >>> found = load_essentiality("expert", ["C20", "C26"])
        >>> found.matrix.tolist()  # chemicals are essential to electronics, not the reverse
        [[2, 2], [0, 2]]
    """
    count = len(names)
    wanted = range(count) if buyers is None else buyers
    if isinstance(source, str) and source in ("auto", "expert"):
        digits = source == "expert"
        codes = [industry_of(name, digits=digits) for name in names]
        if industries is not None:
            codes = [own or given for own, given in zip(codes, industries, strict=True)]
        # Letters alone, such as B, are sections of NACE only beside codes with digits.
        telling = any(codes[at] and len(names[at]) > 1 for at in wanted)
        if source == "expert" or (telling and all(codes[at] for at in wanted)):
            return _expert(names, codes, [names[at] for at in wanted if not codes[at]])
        source = "essential"
    if isinstance(source, str) and source in WORDS:
        one = np.broadcast_to(np.int8(WORDS[source]), (count, count))
        return Essentiality(one, f"every input is {source} to every buyer")
    return _from_file(source, names)


@cache
def _ratings() -> tuple[dict[str, int], NDArray[np.int8]]:
    """Position of each industry, and the ratings as levels: row the input, column the buyer."""
    frame = pl.read_csv(TABLES / "expert_ratings.csv", infer_schema=False)
    inputs = frame["input"].to_list()
    levels = np.full((len(inputs), len(inputs)), NON_ESSENTIAL, dtype=np.int8)
    at = {name: position for position, name in enumerate(inputs)}
    for buyer in frame.columns[1:]:
        for row, cell in enumerate(frame[buyer]):
            levels[row, at[buyer]] = _SURVEY.get(cell, NON_ESSENTIAL)
    return at, levels


def _expert(names: Sequence[str], codes: Sequence[str], strange: Sequence[str]) -> Essentiality:
    at, levels = _ratings()
    rows = np.array([at.get(code, -1) for code in codes], dtype=np.int64)
    known = rows >= 0
    matrix = np.full((len(names), len(names)), NON_ESSENTIAL, dtype=np.int8)
    matrix[np.ix_(known, known)] = levels[np.ix_(rows[known], rows[known])]
    findings = []
    if strange:
        findings.append(
            Finding(
                f"the expert ratings do not know {len(strange):,} sectors ({some(strange)}): what "
                "they buy and sell is taken as non-essential",
                fix="use codes of NACE Rev. 2, or give a file with --essentiality",
                severity="warning",
            )
        )
    return Essentiality(
        matrix,
        "ratings of IHS Markit analysts (Pichler et al. 2022): 1 essential, 0.5 non-essential, "
        "0 none",
        tuple(findings),
    )


def _from_file(source: str | Path | pl.DataFrame, names: Sequence[str]) -> Essentiality:
    table, long = _long(source)
    count = len(names)
    matrix = np.full((count, count), ESSENTIAL, dtype=np.int8)
    basis = f"the file {table.file}" if table.file else "the table given"
    if not long.height:
        if not table.findings:
            table.findings.append(Finding("no rating in it", fix="add rows", file=table.file))
        return Essentiality(matrix, basis, tuple(table.findings))
    levels = _levels(long, table)
    at: dict[str, int] = {name.casefold(): spot for spot, name in enumerate(names)}
    inputs = [_spot(cell, at) for cell in long["input"]]
    buyers = [_spot(cell, at) for cell in long["buyer"]]
    told = np.zeros((count, count), dtype=bool)
    # Rows that name both ends come last: they stand over rows for every input or buyer.
    order = sorted(
        range(long.height), key=lambda row: (inputs[row] is not None) + (buyers[row] is not None)
    )
    for row in order:
        if inputs[row] == -1 or buyers[row] == -1 or levels[row] < 0:
            continue
        rows = slice(None) if inputs[row] is None else inputs[row]
        columns = slice(None) if buyers[row] is None else buyers[row]
        matrix[rows, columns] = levels[row]
        told[rows, columns] = True
    missing = [names[spot] for spot in range(count) if not told[spot].any()]
    if missing:
        table.findings.append(
            Finding(
                f"no rating for {len(missing):,} inputs of the network ({some(missing)}): taken as "
                "essential",
                fix="add them, or a row or column * for all others",
                file=table.file,
                severity="warning",
            )
        )
    return Essentiality(matrix, basis, tuple(table.findings))


def _spot(cell: str, at: dict[str, int]) -> int | None:
    """Position of a name; None for every one, -1 where the network has no such name."""
    return None if cell == EVERY else at.get(cell.casefold(), -1)


def _long(source: str | Path | pl.DataFrame) -> tuple[Table, pl.DataFrame]:
    """The file as rows of input, buyer and rating, whichever way it is written."""
    table = read_table(source, "essentiality")
    if table.usable:
        return table, pl.DataFrame(
            {
                "input": table.text("input"),
                "buyer": table.text("buyer"),
                "rating": table.frame["rating"].cast(pl.String).str.strip_chars(),
                LINE: table.frame[LINE],
            }
        )
    again = read_table(source, "matrix")
    if again.findings or not again.usable or again.frame.width < 3:
        return (again if again.findings else table), pl.DataFrame()
    first, *others = (name for name in again.frame.columns if name != LINE)
    long = (
        again.frame.rename({first: "input"})
        .unpivot(on=others, index=["input", LINE], variable_name="buyer", value_name="rating")
        .with_columns(pl.col("input", "buyer", "rating").cast(pl.String).str.strip_chars())
        .filter(pl.col("rating").fill_null("") != "")
    )
    return again, long


def _levels(long: pl.DataFrame, table: Table) -> NDArray[np.int8]:
    """The level of each row; what cannot be understood becomes findings and -1."""
    cells = long["rating"].fill_null("").str.to_lowercase().str.replace(r"\.0+$", "")
    seen = set(cells.unique()) - {"na"}
    scale: dict[str, int] = dict(WORDS)
    if "0.5" in seen and "2" in seen:
        message = "ratings 0.5 and 2 in one file: 1 would mean two things"
    elif "1" in seen and not seen & {"0.5", "2"}:
        message = "ratings of 0 and 1 only: 1 is non-essential beside 2 and essential beside 0.5"
    else:
        message = ""
        scale.update(_SURVEY if "0.5" in seen else _LEVELS)
    if message:
        table.findings.append(
            Finding(message, fix="write essential, non-essential or none", file=table.file)
        )
        return np.full(long.height, -1, dtype=np.int8)
    scale["na"] = NON_ESSENTIAL
    bad = ~cells.is_in(list(scale))
    rows = long.filter(bad)
    table.findings.extend(
        listed(
            (
                Finding(
                    f"{cell!r} is no rating",
                    fix="write essential, non-essential or none; or 2, 1, 0",
                    file=table.file,
                    line=int(line),
                    column=buyer,
                )
                for cell, line, buyer in rows.select("rating", LINE, "buyer").head(21).iter_rows()
            ),
            "cells like this",
            rows.height,
        )
    )
    return np.array([scale.get(cell, -1) for cell in cells], dtype=np.int8)
