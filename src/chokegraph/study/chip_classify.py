# SPDX-License-Identifier: Apache-2.0
"""One part under each version of the rule, and the map of all real parts around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import numpy as np
import polars as pl

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.caught import NO, UNKNOWN, YES
from chokegraph.chip.entities import Accelerator
from chokegraph.errors import Finding, FindingsError
from chokegraph.rules import Law, load_law
from chokegraph.study.chip_law import Decided, by_the_law
from chokegraph.study.chip_status import Parts, ceiling, parts_of, status
from chokegraph.study.chip_tables import review_words, texts
from chokegraph.study.chip_thresholds import Thresholds, days_of_change, thresholds_on

POINTS = 400
"""Areas at which the ceiling of a map is computed."""


@dataclass(frozen=True)
class Given:
    """What is said of a part; None is unknown.

    Args:
        name: A real part, by its name or id; "" for none.
        tpp: Total processing performance.
        die_mm2: Applicable die area, mm2; 0 if no logic die is non-planar.
        io: Rate of all inputs and outputs but memory, GB/s.
        bandwidth: DRAM bandwidth, GB/s.
        datacentre: Whether it is designed or marketed for data centres.
    """

    name: str = ""
    tpp: float | None = None
    die_mm2: float | None = None
    io: float | None = None
    bandwidth: float | None = None
    datacentre: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Classified:
    """A part with its status.

    Args:
        name: Its name.
        parts: Its figures.
        status: A row for each version of the rule and for the day: `when`, `status`,
            `case_by_case`, `free_below` (the TPP below which it would be free; null if no TPP is
            caught, or if it cannot be told).
        decided: What the rules of the law say on the day, with citations.
    """

    name: str
    parts: Parts
    status: pl.DataFrame
    decided: Decided


def classify(
    given: Given, on: date, *, catalogue: Catalogue | None = None, law: Law | None = None
) -> Classified:
    """Classify a part under each version of the rule and on a day.

    Args:
        given: What is known of it.
        on: The day.
        catalogue: Where real parts are looked up; the bundled one if None.
        law: The bundled one if None.

    Raises:
        FindingsError: If there is no such part, or neither a name nor a TPP is given.

    Example:
        >>> from datetime import date
        >>> classify(Given("H20"), date(2026, 7, 1)).status["status"].to_list()
        ['not 3A090', 'not 3A090', 'not 3A090', 'not 3A090']
    """
    law = load_law() if law is None else law
    parts, name = _parts(given, load_catalogue() if catalogue is None else catalogue)
    rows = []
    for title, day in texts(law, on):
        thresholds = thresholds_on(day, law)
        rows.append(
            {
                "when": title,
                "status": status(parts, thresholds).words()[0],
                "case_by_case": review_words(parts, thresholds)[0],
                "free_below": _free_below(parts, thresholds),
            }
        )
    schema = {"when": pl.String, "status": pl.String, "case_by_case": pl.String}
    return Classified(
        name=name,
        parts=parts,
        status=pl.DataFrame(rows, schema=schema | {"free_below": pl.Float64}),
        decided=by_the_law(parts, on, law),
    )


def _parts(given: Given, catalogue: Catalogue) -> tuple[Parts, str]:
    found: dict[str, float] = {}
    centre, name = UNKNOWN, "part"
    if given.name:
        part = find_part(given.name, catalogue)
        real = parts_of([part])
        names = ("tpp", "area", "transfer", "bandwidth")
        found = {one: float(getattr(real, one)[0]) for one in names}
        centre, name = YES if part.datacentre else NO, part.name
    elif given.tpp is None:
        finding = Finding(
            "neither a name nor a performance is given", fix="give --name PART or --tpp N"
        )
        raise FindingsError([finding], title="chip classify")
    said = {
        "tpp": given.tpp,
        "area": given.die_mm2,
        "transfer": given.io,
        "bandwidth": given.bandwidth,
    }
    bad = [key for key, value in said.items() if value is not None and not 0 <= value < np.inf]
    if bad:
        findings = [Finding(f"{key} is {said[key]}", fix="give a number from 0") for key in bad]
        raise FindingsError(findings, title="chip classify")
    found |= {key: value for key, value in said.items() if value is not None}
    if given.datacentre is not None:
        centre = YES if given.datacentre else NO
    return Parts(
        **{key: np.array([value]) for key, value in found.items()}, datacentre=centre
    ), name


def find_part(name: str, catalogue: Catalogue) -> Accelerator:
    """Return a real part by its name or id; case, spaces and hyphens do not count.

    Raises:
        FindingsError: If there is none, or several.

    Example:
        >>> from chokegraph.chip.catalogue import load_catalogue
        >>> find_part("h20", load_catalogue()).name
        'H20'
    """

    def plain(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    parts = list(catalogue.accelerators.values())
    wanted = plain(name)
    exact = [one for one in parts if wanted in (plain(one.id), plain(one.name))]
    if len(exact) == 1:
        return exact[0]
    near = [one for one in parts if wanted and plain(one.name).startswith(wanted)]
    if len(near) == 1:
        return near[0]
    ids = [one.id for one in near] or get_close_matches(name.lower(), list(catalogue.accelerators))
    hint = f"did you mean {' or '.join(ids)}?" if ids else "see `chokegraph chip table`"
    raise FindingsError([Finding(f"no part {name!r}", fix=hint)], title="chip classify")


def _free_below(parts: Parts, thresholds: Thresholds) -> float | None:
    area = float(np.ravel(parts.area)[0])
    centre = int(np.ravel(parts.datacentre)[0])
    transfer = float(np.ravel(parts.transfer)[0])
    asks_transfer = thresholds.some("bits_tops", "transfer") is not None
    if (asks_transfer and np.isnan(transfer)) or centre == UNKNOWN:
        return None
    asks_area = thresholds.high is not None and centre == YES
    if asks_area and np.isnan(area):
        return None
    known = 0.0 if np.isnan(area) else area
    found = float(ceiling(known, thresholds, datacentre=centre == YES, transfer=transfer))
    return found if np.isfinite(found) else None


# -- the map of real parts -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MapData:
    """What a status map shows.

    Args:
        on: The day whose law is drawn.
        parts: Real parts with a known die area: `name`, `area`, `tpp`, `status`, `datacentre`,
            `made_up` (given by hand).
        ceiling: `area`, `centre` (TPP from which a data-centre part is caught) and `other`.
        regions: Thresholds of the day by name.
        without_area: Names of the parts left out for want of an area.
    """

    on: date
    parts: pl.DataFrame
    ceiling: pl.DataFrame
    regions: Mapping[str, float]
    without_area: tuple[str, ...]


def map_data(
    on: date,
    *,
    extra: Classified | None = None,
    catalogue: Catalogue | None = None,
    law: Law | None = None,
) -> MapData:
    """Return what a map of TPP against die area shows on a day.

    Args:
        on: The day; before the text with densities came there is no ceiling by area.
        extra: A part to show beside the real ones.
        catalogue: The bundled one if None.
        law: The bundled one if None.
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    law = load_law() if law is None else law
    things = list(catalogue.accelerators.values())
    thresholds = thresholds_on(on, law)
    parts = parts_of(things)
    words = status(parts, thresholds).words()
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "area": float(area),
            "tpp": float(tpp),
            "status": said,
            "datacentre": one.datacentre,
            "made_up": False,
        }
        for one, area, tpp, said in zip(things, parts.area, parts.tpp, words, strict=True)
    ]
    if extra is not None:
        rows = [row for row in rows if row["name"] != extra.name]
        rows.append(
            {
                "name": extra.name,
                "area": float(np.ravel(extra.parts.area)[0]),
                "tpp": float(np.ravel(extra.parts.tpp)[0]),
                "status": extra.decided.words,
                "datacentre": int(np.ravel(extra.parts.datacentre)[0]) == YES,
                "made_up": True,
            }
        )
    known = [row for row in rows if np.isfinite(row["area"]) and np.isfinite(row["tpp"])]
    largest = max(row["area"] for row in known)
    areas = np.linspace(1.0, largest * (1 + 1 / len(known)), POINTS)
    return MapData(
        on=on,
        parts=pl.DataFrame(known),
        ceiling=pl.DataFrame(
            {
                "area": areas,
                "centre": ceiling(areas, thresholds),
                "other": ceiling(areas, thresholds, datacentre=False),
            }
        ),
        regions={
            name: value
            for name, value in vars(thresholds).items()
            if isinstance(value, float) and days_of_change(law)
        },
        without_area=tuple(str(row["name"]) for row in rows if row not in known),
    )
