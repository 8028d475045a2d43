# SPDX-License-Identifier: Apache-2.0
"""What `--out DIR` writes: a new folder of texts, all or nothing, with tables as Parquet too."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from chokegraph.chain.power.show import INFINITE
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.folders import unfit_folder, whole_folder


def check_folder(folder: Path | None, *, title: str) -> None:
    """Check, before anything is worked out, that the folder can be made."""
    if folder is None:
        return
    finding = unfit_folder(folder)
    taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if finding is None and taken:
        finding = Finding("it is there already", fix="choose another folder", file=str(folder))
    if finding is not None:
        raise FindingsError([finding], title=title)


def write_folder(texts: Mapping[str, str], folder: Path, *, words: Collection[str]) -> None:
    """Write files to a folder, all or nothing; tables as Parquet too.

    Args:
        texts: File name -> what it holds.
        folder: The folder, which is not there or is empty.
        words: Columns of the tables that hold words or lists; all others hold numbers.
    """
    with whole_folder(folder) as work:
        for name, text in texts.items():
            (work / name).write_text(text, encoding="utf-8")
            if name.endswith(".csv"):
                table_of(text, words).write_parquet((work / name).with_suffix(".parquet"))


def table_of(text: str, words: Collection[str]) -> pl.DataFrame:
    r"""Return the table of a CSV with numbers as numbers; a blank number is missing.

    Example:
        >>> table_of("who,loss\nJP,0.5\n,infinite\nUS,\n", ["who"]).rows()
        [('JP', 0.5), ('', inf), ('US', None)]
    """
    frame = pl.read_csv(io.StringIO(text), infer_schema=False)
    return frame.with_columns(
        pl.col(name).fill_null("")
        if name in words
        else pl.col(name).replace(INFINITE, "inf").cast(pl.Float64)
        for name in frame.columns
    )
