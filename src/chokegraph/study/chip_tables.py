# SPDX-License-Identifier: Apache-2.0
"""Tables of nodes, packages, memories and real parts, with what the law says of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip import caught
from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO, UNKNOWN, YES
from chokegraph.chip.entities import Accelerator, Range
from chokegraph.rules import Law, load_law
from chokegraph.study.chip_status import Parts, parts_of, status
from chokegraph.study.chip_thresholds import (
    RULES,
    Thresholds,
    days_of_change,
    thresholds_on,
)

YES_NO = {NO: "no", UNKNOWN: "cannot be told", YES: "yes"}

_WORDS = {
    "nodes": ("id", "name", "foundry", "class_nm", "hvm_year", "nonplanar", "needs_euv"),
    "packages": ("id", "name", "family", "bond_mode", "carrier_unit"),
    "memories": ("id", "name", "type", "year", "makers"),
    "accelerators": ("id", "name", "maker", "country", "launch_year", "process", "datacentre"),
}
_GRADES = "ABCDX"

# Rows of the table of parts whose status, worked out by hand, is not what follows from its figures.
_FREE_ANYWAY = "no transfer rate is known, but the TPP is under the threshold whatever the rate"
REASONS = {
    ("metax-c500", "status_2022"): _FREE_ANYWAY,
    ("k100-ai", "status_2022"): _FREE_ANYWAY,
}
"""Why a status that was worked out by hand differs from the computed one, by part and field."""


def group_frame(
    group: str, *, on: date, catalogue: Catalogue | None = None, law: Law | None = None
) -> pl.DataFrame:
    """Return a group of the catalogue as a table: figures with 5 % and 95 % points, and status.

    Args:
        group: `nodes`, `packages` or `memories`.
        on: The day whose law is asked.
        catalogue: The bundled one if None.
        law: The bundled one if None.

    Example:
        >>> from datetime import date
        >>> frame = group_frame("nodes", on=date(2026, 1, 1))
        >>> frame.filter(frame["id"] == "tsmc-28")["advanced_node"].item()
        'no'
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    things: Mapping[str, Any] = getattr(catalogue, group)
    thresholds = thresholds_on(on, law)
    columns: dict[str, list[Any]] = {
        name: [_plain(getattr(one, name)) for one in things.values()] for name in _WORDS[group]
    }
    if group == "nodes":
        columns["advanced_node"] = _advanced(things.values(), thresholds)
    if group == "memories":
        columns |= _stacked(things.values(), thresholds)
    for name, by_id in catalogue.figures(group).items():
        _add(columns, name, list(by_id.values()))
    columns["grade"] = [_worst(catalogue, group, key) for key in things]
    columns["needs"] = [list(one.needs) for one in things.values()]
    return pl.DataFrame(columns, strict=False)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    return "; ".join(value) if isinstance(value, tuple) else value


def _add(columns: dict[str, list[Any]], name: str, figures: Sequence[Range | None]) -> None:
    for suffix, end in (("", "mid"), ("_low", "low"), ("_high", "high")):
        values = [None if one is None else float(getattr(one, end)) for one in figures]
        columns[name + suffix] = values


def _worst(catalogue: Catalogue, group: str, key: str) -> str:
    """The weakest evidence behind any figure of a row."""
    figures = (by_id[key] for by_id in catalogue.figures(group).values())
    grades = [one.grade for one in figures if one is not None]
    return max(grades, key=_GRADES.find, default="")


def _advanced(nodes: Iterable[Any], thresholds: Thresholds) -> list[str]:
    listed = list(nodes)
    if thresholds.node is None:
        return ["no"] * len(listed)
    size = np.array([one.class_nm for one in listed], float)
    shape = np.array([float(one.nonplanar) for one in listed])
    found = caught.logic_node(size, shape, limit=thresholds.node)
    return [YES_NO[int(one)] for one in found]


def _stacked(memories: Iterable[Any], thresholds: Thresholds) -> dict[str, list[Any]]:
    """Bandwidth density, and whether stacked memory is caught by it. Other memory is not asked."""
    density: list[float | None] = []
    words: list[str] = []
    for one in memories:
        known = one.bandwidth is not None and one.footprint is not None
        value = one.bandwidth.mid / one.footprint.mid if known else np.nan
        density.append(value if known else None)
        if thresholds.stacked is None or "hbm" not in one.type.lower():
            words.append("no" if thresholds.stacked is None else "not HBM")
            continue
        found = int(caught.stacked_memory(np.asarray(value), limit=thresholds.stacked))
        limit = thresholds.stacked_exception
        opened = limit is not None and int(caught.exception_open(np.asarray(value), limit=limit))
        more = " (exception open)" if found == YES and opened == YES else ""
        words.append(("3A090.c" if found == YES else YES_NO[found]) + more)
    return {"bandwidth_density": density, "caught": words}


# -- real parts --------------------------------------------------------------------------------


def parts_frame(
    *, on: date, catalogue: Catalogue | None = None, law: Law | None = None
) -> pl.DataFrame:
    """Return real accelerators with their status under each text of the rule, and on a day.

    A column `from DAY` holds the status from that day on; `on DAY` that of the day asked for.
    Columns `by_hand_...` hold what was worked out by hand when the table was made, and
    `difference` says why it is not the same.

    Args:
        on: The day.
        catalogue: The bundled one if None.
        law: The bundled one if None.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    law = load_law() if law is None else law
    things = list(catalogue.accelerators.values())
    parts = parts_of(things)
    columns: dict[str, list[Any]] = {
        name: [_plain(getattr(one, name)) for one in things] for name in _WORDS["accelerators"]
    }
    figures = ("tpp", "area", "performance_density", "io_bandwidth", "memory_bandwidth", "tdp")
    for name in figures:
        _add(columns, name, [getattr(one, name) for one in things])
    for title, day in texts(law, on):
        columns[title] = list(status(parts, thresholds_on(day, law)).words())
    columns["case_by_case"] = review_words(parts, thresholds_on(on, law))
    columns["by_hand_2022"] = [one.status_2022 for one in things]
    columns["by_hand_2023"] = [one.status_2023 for one in things]
    columns["difference"] = [_difference(one) for one in things]
    columns["checked"] = [one.checked for one in things]
    columns["source_id"] = [one.source_id for one in things]
    return pl.DataFrame(columns, strict=False)


def texts(law: Law, on: date) -> list[tuple[str, date]]:
    """Return the days to show a status for: before the first text, from each text on, one day.

    Example:
        >>> from datetime import date
        >>> from chokegraph.rules import load_law
        >>> [title for title, _ in texts(load_law(), date(2026, 7, 1))]
        ['before 2022-10-21', 'from 2022-10-21', 'from 2023-11-17', 'on 2026-07-01']
    """
    days = days_of_change(law)
    starts = sorted(
        {
            version.applies_from
            for name in RULES.values()
            if name in law.by_id
            for version in law.rule(name).versions
        }
    )
    found = [(f"from {day}", day) for day in starts]
    if days:
        found.insert(0, (f"before {days[0]}", days[0] - timedelta(days=1)))
    return [*found, (f"on {on}", on)]


def review_words(parts: Parts, thresholds: Thresholds) -> list[str]:
    """Return, for caught parts, whether their review is case by case; empty for the others."""
    found = status(parts, thresholds)
    words = []
    for is_caught, under in zip(
        np.ravel(found.caught).tolist(), np.ravel(found.case_by_case).tolist(), strict=True
    ):
        words.append(YES_NO[under] if found.review and is_caught != NO else "")
    return words


def _difference(one: Accelerator) -> str:
    said = [REASONS[one.id, field] for field in ("status_2022", "status_2023")
            if (one.id, field) in REASONS]  # fmt: skip
    return "; ".join(said)
