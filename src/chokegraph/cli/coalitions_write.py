# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph coalitions --out DIR` writes: tables, JSON and the figure, all or nothing."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path

import polars as pl

from chokegraph.chain.powers_show import (
    TEXTS,
    coalitions_csv,
    members_csv,
    plans_csv,
    powers_json,
)
from chokegraph.cli.coalitions_ask import Answered
from chokegraph.errors import Finding, FindingsError
from chokegraph.report.lattice import draw_lattice


def check_folder(folder: Path | None) -> None:
    """Check, before anything is worked out, that the folder can be made."""
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        finding = Finding("it is there already", fix="choose another folder", file=str(folder))
        raise FindingsError([finding], title="coalitions")


def write_answer(found: Answered, folder: Path) -> None:
    """Write all files to a folder beside it, then put that in its place."""
    texts = {
        "coalitions.csv": coalitions_csv(found.powers),
        "plans.csv": plans_csv(found.powers),
        "members.csv": members_csv(found.powers, found.names),
        "coalitions.json": powers_json(found.powers, names=found.names, world=found.world) + "\n",
        "lattice.svg": draw_lattice(found.lattice, title=found.title, names=found.names),
    }
    tables = {
        "members.parquet": _frame(texts["members.csv"]),
        "coalitions.parquet": _frame(texts["coalitions.csv"]),
        "plans.parquet": _frame(texts["plans.csv"]),
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in texts.items():
            (work / name).write_text(text, encoding="utf-8")
        for name, table in tables.items():
            table.write_parquet(work / name)
        work.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _frame(text: str) -> pl.DataFrame:
    """The same table with numbers as numbers; blanks are missing values, except in lists."""
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = next(csv.reader(io.StringIO(text)))
    cells: dict[str, list[str | float | None]] = {
        name: [row[name] if name in TEXTS else float(row[name]) if row[name] else None
               for row in rows]
        for name in columns
    }  # fmt: skip
    schema = {name: pl.String if name in TEXTS else pl.Float64 for name in columns}
    return pl.DataFrame(cells, schema=schema)
