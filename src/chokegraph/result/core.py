# SPDX-License-Identifier: Apache-2.0
"""The answer: labelled arrays, tables and a manifest. Frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl
    import xarray as xr

    from chokegraph.scenario import Scenario

RUNS = ("baseline", "scenario")
"""The two runs of every result, on the same draws."""


@dataclass(frozen=True, eq=False)
class Result:
    """What a run answered. Nothing in it changes after it is made.

    Args:
        scenario: The question.
        dataset: All outcomes by run, draw, time and item (see `docs/reference/results.md`).
        headline: The headline outcomes: a row per outcome, item and period, with baseline,
            scenario and paired difference as median and 5-95 %.
        event: The stated event and its probability; no rows if none was stated.
        sensitivity: How far each uncertain quantity drives chosen headline outcomes.
        attribution: What each mechanism does to chosen outcomes, by runs without it.
        access: Which control stops which country's sales of which input, when, how far.
        day_one: What stops at once when links are cut, before anybody responds, and why; no rows if
            the scenario cuts nothing that its baseline leaves.
        routes: How each product can be made: a row for each way of each route, with the design
            behind its merit and yield.
        law: What the law decides for which links, by which rules; no rows without law.
        rules: The rules that decide, with their versions and citations.
        evidence: The statements that the run rests on, with their sources.
        manifest: Versions, hashes, seed, draws done, wall time: what is needed to do it again.
    """

    scenario: Scenario
    dataset: xr.Dataset
    headline: pl.DataFrame
    event: pl.DataFrame
    sensitivity: pl.DataFrame
    attribution: pl.DataFrame
    access: pl.DataFrame
    day_one: pl.DataFrame
    routes: pl.DataFrame
    law: pl.DataFrame
    rules: pl.DataFrame
    evidence: pl.DataFrame
    manifest: Mapping[str, Any] = field(repr=False)

    @cached_property
    def draws(self) -> int:
        """How many draws were finished."""
        return int(self.dataset.sizes["draw"])

    def __repr__(self) -> str:
        asked = self.scenario.draws
        done = f"{self.draws} draws" + (f" of {asked}" if self.draws < asked else "")
        span = f"{self.scenario.start} to {self.scenario.end}"
        members = ", ".join(self.scenario.coalition)
        lines = [
            f"<Result {self.scenario.name}: {self.scenario.title}>",
            f"  {done}, {span}, target {self.scenario.target}, coalition {members}",
        ]
        for row in self.event.to_dicts():
            base = row["baseline"]
            against = f", baseline {base:.2f}" if base is not None else ""
            chance = row["scenario"]
            told = "not defined" if chance is None else f"{chance:.2f}"
            lines.append(f"  P({row['event']}): {told}{against}")
        names = (
            "headline", "sensitivity", "attribution", "access", "day_one", "routes", "law",
            "rules", "evidence",
        )  # fmt: skip
        sizes = ", ".join(f"{name} {getattr(self, name).height}" for name in names)
        lines.append(f"  rows: {sizes}")
        return "\n".join(lines)

    def difference(self) -> xr.Dataset:
        """Return scenario minus baseline on the same draws, of all that has both runs."""
        both = [name for name, values in self.dataset.data_vars.items() if "run" in values.dims]
        ensemble = self.dataset[both]
        return ensemble.sel(run="scenario", drop=True) - ensemble.sel(run="baseline", drop=True)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write the result to a folder; see `chokegraph.result.storage.save_result`."""
        from chokegraph.result.storage import save_result

        return save_result(self, folder, overwrite=overwrite)

    def manifest_json(self) -> str:
        """Return the manifest as JSON text."""
        return json.dumps(dict(self.manifest), indent=2, sort_keys=True, default=str) + "\n"
