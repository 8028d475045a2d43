# SPDX-License-Identifier: Apache-2.0
"""The files of an ETO release as text, its layout, and our small tables about it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chokegraph.errors import Finding, errors_only
from chokegraph.world.own_tables import read_rows
from chokegraph.world.reading import RawTable, parse_raw, read_bytes

HERE = Path(__file__).parent

COLUMNS = {
    "inputs": ("input_id", "input_name", "type", "stage_id"),
    "providers": ("provider_name", "provider_id", "provider_type", "country"),
    "provision": ("provider_id", "provided_id", "share_provided"),
    "sequence": ("input_id", "goes_into_id", "is_type_of_id"),
    "stages": ("stage_id", "stage_name"),
}
"""The columns that are used in each file and that all layouts have."""


@dataclass(frozen=True)
class Release:
    """The five files of a release, as text with line numbers.

    `layout` says how shares are written; `read_on` is the date of the copy (ISO); `digest` is the
    sha256 of the files together.
    """

    tables: dict[str, RawTable]
    layout: str
    has_years: bool
    whole_per_cent: bool
    read_on: str
    digest: str


def read_release(folder: Path) -> tuple[Release | None, list[Finding]]:
    """Read the files and tell the layout; None with findings when a file cannot be used.

    Example:
        >>> read_release(Path("no-such-folder"))[1][0].message
        'the folder does not exist'
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        fix = "give the folder with the release's CSV files"
        return None, [Finding(f"the folder {what}", fix, str(folder))]
    tables: dict[str, RawTable] = {}
    findings: list[Finding] = []
    digest = hashlib.sha256()
    newest = 0.0
    for name, columns in COLUMNS.items():
        file = str(folder / f"{name}.csv")
        data, found = read_bytes(folder / f"{name}.csv", file)
        findings += found
        if data is None:
            continue
        newest = max(newest, (folder / f"{name}.csv").stat().st_mtime)
        digest.update(name.encode() + b"\0" + data + b"\0")
        raw, found = parse_raw(data, columns, file=file)
        # A byte order mark is how one of the layouts is published, so it is nothing to mend.
        findings += [one for one in found if one.severity == "error"]
        if raw is not None:
            tables[name] = raw
    if len(tables) < len(COLUMNS) or errors_only(findings):
        return None, findings
    provision = tables["provision"]
    has_years = "year" in provision.columns
    signed = any(text.strip().endswith("%") for text in provision.column("share_provided"))
    years = sorted({text for text in provision.column("year") if text.strip()})
    layout = f"layout with years up to {years[-1]}" if has_years and years else "layout of 2024"
    read_on = dt.datetime.fromtimestamp(newest, tz=dt.UTC).date().isoformat()
    return Release(tables, layout, has_years, signed, read_on, digest.hexdigest()), findings


@cache
def rules() -> dict[str, float]:
    """Return the numbers that turn printed figures into intervals (`rules.csv`, with reasons).

    Example:
        >>> rules()["negligible_high"]
        0.025
    """
    return {row["name"]: float(row["value"]) for row in read_rows(HERE / "rules.csv")}


@cache
def country_codes() -> dict[str, tuple[str, str]]:
    """Return (ISO alpha-2, name) by the code that the dataset uses.

    Example:
        >>> country_codes()["MAL"]
        ('MY', 'Malaysia')
    """
    return {
        row["code"]: (row["country_id"], row["name"]) for row in read_rows(HERE / "countries.csv")
    }


@cache
def crosswalk() -> dict[str, dict[str, str]]:
    """Return our input id, stage and family by the dataset's id; blank where we have none.

    Example:
        >>> crosswalk()["N22"]["stage"], crosswalk()["N19"]["family"]
        ('', 'lithography')
    """
    return {row["eto_id"]: row for row in read_rows(HERE / "crosswalk.csv")}
