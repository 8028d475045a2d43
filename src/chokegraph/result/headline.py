# SPDX-License-Identifier: Apache-2.0
"""The headline table: each measure in baseline, scenario and difference, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chokegraph.result.measures import Measure
from chokegraph.result.quantiles import quantiles
from chokegraph.result.settings import settings
from chokegraph.result.tables import make_table

if TYPE_CHECKING:
    import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]


def headline_table(found: Iterable[Measure]) -> pl.DataFrame:
    """Return measures as the headline table.

    Args:
        found: The measures.

    Returns:
        A row per measure. Baseline and scenario are empty for a measure that compares the two. A
        figure that few draws define is empty; `defined` says how many draws define the difference.
    """
    return make_table("headline", [_row(measure) for measure in found])


def _row(measure: Measure) -> dict[str, Any]:
    change = measure.change
    defined = ~np.isnan(change)
    row: dict[str, Any] = {
        "outcome": measure.outcome,
        "label": measure.label,
        "item": measure.item,
        "item_name": measure.item_name,
        "period": measure.period,
        "unit": measure.unit,
        "up": float((change[defined] > 0).mean()) if _enough(defined) else None,
        "defined": float(defined.mean()),
        "key": measure.key,
        "note": measure.note,
    }
    samples: dict[str, Any] = {"baseline": None, "scenario": None, "difference": change}
    if len(measure.values) > 1:
        samples |= {"baseline": measure.values[0], "scenario": measure.values[1]}
    for name, sample in samples.items():
        ends: Sequence[float | None] = (None, None, None)
        if sample is not None and _enough(~np.isnan(sample)):
            ends = [float(value) for value in quantiles(sample)]
        row |= dict(zip((f"{name}_low", f"{name}_median", f"{name}_high"), ends, strict=True))
    return row


def _enough(defined: Array) -> bool:
    """Whether so many draws define a figure that it may be stated."""
    return bool(np.mean(defined) >= settings()["least_defined"])
