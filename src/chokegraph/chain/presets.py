# SPDX-License-Identifier: Apache-2.0
"""Thresholds of the map, read from `presets.csv`: each with unit, meaning, source and grade."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from chokegraph.errors import Finding, FindingsError


@dataclass(frozen=True, slots=True)
class Preset:
    """One threshold with its unit, meaning and where it comes from."""

    quantity: str
    value: float
    unit: str
    meaning: str
    source: str
    url: str
    grade: str


@cache
def presets() -> Mapping[str, Mapping[str, Preset]]:
    """Return every preset: name -> quantity -> `Preset`.

    Example:
        >>> sorted(presets())
        ['cepii-like', 'map']
    """
    table: dict[str, dict[str, Preset]] = {}
    text = files("chokegraph.chain").joinpath("presets.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        table.setdefault(row["preset"], {})[row["quantity"]] = Preset(
            quantity=row["quantity"],
            value=float(row["value"]),
            unit=row["unit"],
            meaning=row["meaning"],
            source=row["source"],
            url=row["url"],
            grade=row["grade"],
        )
    return MappingProxyType({name: MappingProxyType(rows) for name, rows in table.items()})


def preset_value(quantity: str, *, preset: str = "map") -> float:
    """Return one threshold.

    Args:
        quantity: Its name in `presets.csv`.
        preset: The set it belongs to.

    Raises:
        FindingsError: If there is no such preset or quantity.

    Example:
        >>> preset_value("years_needed", preset="cepii-like")
        2.0
    """
    try:
        return presets()[preset][quantity].value
    except KeyError:
        known = ", ".join(f"{name}/{key}" for name, rows in presets().items() for key in rows)
        finding = Finding(f"no threshold {preset}/{quantity}", fix=f"use one of {known}")
        raise FindingsError([finding], title="preset") from None
