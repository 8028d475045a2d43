# SPDX-License-Identifier: Apache-2.0
"""What `chokegraph power --out DIR` writes: tables, JSON and figures, all or nothing."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from chokegraph.chain.power import PowerAnswer
from chokegraph.chain.power.show import parameters_csv, power_csv, power_json
from chokegraph.errors import Finding, FindingsError
from chokegraph.report.power_curve import draw_power
from chokegraph.world.model import World


def check_folder(folder: Path | None) -> None:
    """Check, before anything is worked out, that the folder can be made."""
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        finding = Finding("it is there already", fix="choose another folder", file=str(folder))
        raise FindingsError([finding], title="power")


def write_answer(answer: PowerAnswer, world: World, folder: Path) -> None:
    """Write the tables, the JSON and a figure of each product."""
    texts = {
        "power.csv": power_csv(answer, world=world),
        "power.json": power_json(answer, world=world) + "\n",
        "assumptions.csv": parameters_csv(answer),
    }
    for product in answer.products:
        name = product.goal.partition(":")[2]
        texts[f"power-{name}.svg"] = draw_power(answer, product)
    write_texts(texts, folder)


def write_texts(texts: Mapping[str, str], folder: Path) -> None:
    """Write files to a folder beside it, then put that in its place; tables as Parquet too."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, text in texts.items():
            (work / name).write_text(text, encoding="utf-8")
            if name.endswith(".csv"):
                _frame(text).write_parquet((work / name).with_suffix(".parquet"))
        work.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _frame(text: str) -> pl.DataFrame:
    """The same table with numbers as numbers: what is infinite in words is so as a number."""
    frame = pl.read_csv(io.StringIO(text), infer_schema=False)
    numbers = {}
    for name in frame.columns:
        cells = frame[name].replace("infinite", "inf")
        found = cells.cast(pl.Float64, strict=False)
        if cells.len() > cells.null_count() == found.null_count():
            numbers[name] = found
    return frame.with_columns(**numbers)
