# SPDX-License-Identifier: Apache-2.0
"""The manifest: what is needed to do a run again, and to know that it is the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from chokegraph import __version__
from chokegraph.result.quantiles import DEFINITION
from chokegraph.study.chip_routes_table import routes_record
from chokegraph.study.law_tables import law_record
from chokegraph.study.setting import Setting

TABLES = (
    "world/facts/*.csv",
    "world/eto/*.csv",
    "chain/*.csv",
    "chain/networks/*.csv",
    "result/*.csv",
    "rules/tables/*.csv",
)
"""The tables that come with the program and that a run may read, the files of law aside."""

_HOME = Path(__file__).resolve().parents[1]
_LIBRARIES = ("numpy", "jax", "xarray", "polars", "pydantic", "SALib")


def make_manifest(
    setting: Setting,
    *,
    scenario_text: str,
    asked: int,
    done: int,
    engine: str,
    dtype: str,
    started: dt.datetime,
    seconds: float,
    attribution_draws: int,
) -> dict[str, Any]:
    """Return the manifest of a run.

    Args:
        setting: What was run.
        scenario_text: The scenario as the user wrote it.
        asked: Draws asked for.
        done: Draws finished.
        engine: The engine that ran.
        dtype: Its kind of numbers.
        started: When it started.
        seconds: How long it took.
        attribution_draws: Draws behind the attribution to mechanisms; 0 for none.

    Returns:
        A mapping that JSON can hold.
    """
    scenario, world = setting.scenario, setting.world
    return {
        "tool": "chokegraph",
        "version": __version__,
        "git_commit": _commit(),
        "scenario": scenario.name,
        "scenario_text": scenario_text,
        "scenario_sha256": hashlib.sha256(scenario_text.encode()).hexdigest(),
        "world": f"{world.origin}@{world.year}",
        "world_year": world.year,
        "world_version": world.version,
        "data_sha256": world.data_hash,
        "tables_sha256": tables_record(),
        "seed": setting.params.seed,
        "draws_asked": asked,
        "draws": done,
        "interrupted": done < asked,
        "engine": engine,
        "dtype": dtype,
        "quantiles": DEFINITION,
        "python": platform.python_version(),
        **{name.lower(): _version(name) for name in _LIBRARIES},
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "attribution_draws": attribution_draws,
        "covered": list(setting.covered),
        "routes": routes_record(setting),
        "law": {run: law_record(law) for run, law in setting.policies.laws.items()},
        "notes": [*world.notes, *setting.notes],
        "statements": list(setting.statement_ids),
    }


def tables_record() -> dict[str, str]:
    """Return the sha256 of each table that comes with the program and that a run may read.

    `data_sha256` says which files the world was made from. A run also reads priors, settings and
    other tables of the program, whatever the world; the law has versions of its own.

    Example:
        >>> "world/facts/priors.csv" in tables_record()
        True
    """
    return {
        file.relative_to(_HOME).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for pattern in TABLES
        for file in sorted(_HOME.glob(pattern))
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Return the commit of the source tree that this package runs from, if there is one."""
    home = Path(__file__).resolve().parents[3]
    if not (home / ".git").exists():
        return None
    try:
        found = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(home), "rev-parse", "HEAD"],  # noqa: S607 - git of the user
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() or None
