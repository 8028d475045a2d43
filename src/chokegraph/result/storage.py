# SPDX-License-Identifier: Apache-2.0
"""A result in a folder: NetCDF for arrays, Parquet for tables, JSON for the manifest.

The folder is written beside its place and renamed, so that a half-written one never stands there,
and an earlier result stays until the new one is whole.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from chokegraph.errors import Finding, FindingsError
from chokegraph.result.core import Result
from chokegraph.world.folders import unfit_folder, whole_folder

if TYPE_CHECKING:
    import xarray as xr

TABLES = (
    "headline",
    "event",
    "sensitivity",
    "attribution",
    "access",
    "day_one",
    "routes",
    "law",
    "rules",
    "evidence",
)
"""The tables of a result, each a Parquet file of that name."""

_ARRAYS = "outcomes.nc"
_MANIFEST = "manifest.json"
_SCENARIO = "scenario.yaml"
_FORMAT = 5  # raise it when arrays or tables change their names or meaning


def save_result(result: Result, folder: str | Path, *, overwrite: bool = False) -> Path:
    """Write a result to a folder.

    Args:
        result: The result.
        folder: The folder to make.
        overwrite: Replace it if it is a result already.

    Returns:
        The folder.

    Raises:
        FindingsError: If the folder exists and may not be replaced, or is not a result.
    """
    target = Path(folder)
    check_target(target, overwrite=overwrite)
    with whole_folder(target, replace=True) as work:
        _write(result, work)
    return target


def check_target(folder: str | Path, *, overwrite: bool = False) -> None:
    """Check that a result may be written to a folder, before work is done for it.

    Args:
        folder: The folder to make.
        overwrite: Whether a result that is there may be replaced.

    Raises:
        FindingsError: If the folder exists and may not be replaced, is not a result, or is in a
            place where nothing can be written.
    """
    target = Path(folder)
    finding = unfit_folder(target)
    if finding is not None:
        raise FindingsError([finding], title="result")
    if not target.exists():
        return
    if not target.is_dir():
        _stop(target, "it is a file, not a folder", "choose another folder")
    if not overwrite:
        _stop(target, "it exists already", "choose another folder, or allow to overwrite it")
    if any(target.iterdir()) and not (target / _MANIFEST).is_file():
        _stop(target, "it is not a result folder, so it is not replaced", "choose another folder")


def _write(result: Result, work: Path) -> None:
    arrays = result.dataset.copy()
    arrays.attrs = {**arrays.attrs, "chokegraph_format": _FORMAT}
    encoding: dict[str, dict[str, Any]] = {
        str(name): {"zlib": True, "complevel": 3, "shuffle": True}
        for name, variable in arrays.data_vars.items()
        if variable.dtype.kind == "f"
    }
    arrays.to_netcdf(work / _ARRAYS, engine="h5netcdf", encoding=encoding)
    for name in TABLES:
        getattr(result, name).write_parquet(work / f"{name}.parquet")
    text = result.manifest.get("scenario_text") or scenario_yaml(result)
    (work / _SCENARIO).write_text(str(text), encoding="utf-8")
    (work / _MANIFEST).write_text(result.manifest_json(), encoding="utf-8")


def scenario_yaml(result: Result) -> str:
    """Return the scenario as YAML text, for results that were not run from a file."""
    import io

    from ruamel.yaml import YAML

    data = result.scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    buffer = io.StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.dump(data, buffer)
    return buffer.getvalue()


def load_result(folder: str | Path) -> Result:
    """Read a result from its folder.

    Args:
        folder: A folder that `Result.save` wrote.

    Returns:
        The result.

    Raises:
        FindingsError: If something is missing or cannot be read.
    """
    import polars as pl
    import xarray as xr

    from chokegraph.scenario import load_scenario

    place = Path(folder)
    needed = [_MANIFEST, _SCENARIO, _ARRAYS, *(f"{name}.parquet" for name in TABLES)]
    missing = [name for name in needed if not (place / name).is_file()]
    if missing:
        what = f"no {', no '.join(missing)}" if place.is_dir() else "no such folder"
        _stop(place, f"not a result folder: {what}", "give a folder that `chokegraph run` wrote")
    try:
        manifest = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        with xr.open_dataset(place / _ARRAYS, engine="h5netcdf") as stored:
            arrays: xr.Dataset = stored.load()
        written = arrays.attrs.pop("chokegraph_format", None)
        tables = {name: pl.read_parquet(place / f"{name}.parquet") for name in TABLES}
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        _stop(place, f"the result cannot be read: {first}", "run the scenario again")
    if written != _FORMAT:
        version = manifest.get("version", "another version")
        message = f"written in another format (by chokegraph {version})"
        _stop(place, message, "run the scenario again; scenario.yaml in the folder is complete")
    scenario = load_scenario(place / _SCENARIO)
    return Result(scenario=scenario, dataset=arrays, manifest=manifest, **tables)


def _stop(place: Path, message: str, fix: str) -> NoReturn:
    raise FindingsError([Finding(message, fix=fix, file=str(place))], title="result")
