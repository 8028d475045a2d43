# SPDX-License-Identifier: Apache-2.0
"""Silicon carbide: what a good square centimetre costs, by diameter and by whose wafers they are.

Prices of bare wafers are facts. What a plant spends on a wafer and how many defects kill a device
is not published for any, so both are asked of the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import polars as pl

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.entities import Range
from chokegraph.chip.sic import break_even_price, cost_per_good_area, good_area
from chokegraph.errors import Finding, FindingsError

ALL = "all makers"


def carbide_frame(
    *,
    die: float,
    processing: Mapping[str, float],
    defects: Mapping[str, float],
    catalogue: Catalogue | None = None,
) -> pl.DataFrame:
    """Return the cost of a good square centimetre of devices, by diameter and seller.

    Args:
        die: Area of a device, mm2.
        processing: Epitaxy and processing of one wafer, USD, by id of the substrate.
        defects: Defects that kill a device, per cm2, by id of the substrate.
        catalogue: The bundled one if None.

    Returns:
        A row for each diameter and seller, with `substrate`, `diameter` (mm), `seller`, `good_cm2`
        on a wafer, `price` of the bare wafer with `price_low` and `price_high` (5 and 95 % points),
        `cost` of a good cm2 with `cost_low` and `cost_high`, and `pays_below`: the price of this
        wafer below which it is cheaper for a good cm2 than the cheapest of the other diameters.

    Raises:
        FindingsError: If a substrate is not known or a number is not possible.

    Example:
        >>> found = carbide_frame(die=25.0, processing={"sic-150mm": 2000, "sic-200mm": 3000},
        ...     defects={"sic-150mm": 0.5, "sic-200mm": 0.5})
        >>> found["good_cm2"].round(0).unique().sort().to_list()
        [118.0, 223.0]
    """
    catalogue = load_catalogue() if catalogue is None else catalogue
    _check(catalogue, die, processing, defects)
    edge, scribe = (catalogue.settings[name].mid for name in ("edge-exclusion", "scribe-width"))
    rows = []
    for key, one in catalogue.substrates.items():
        if key not in processing or key not in defects or one.diameter is None:
            continue
        area = float(good_area(die, one.diameter.mid, defects[key], edge=edge, scribe=scribe))
        sellers: dict[str, Range | None] = {ALL: one.price, **one.prices}
        for seller, price in sellers.items():
            row: dict[str, object] = {
                "substrate": key,
                "diameter": one.diameter.mid,
                "seller": seller,
                "good_cm2": area,
            }
            for suffix, end in (("", "mid"), ("_low", "low"), ("_high", "high")):
                bare = None if price is None else float(getattr(price, end))
                row["price" + suffix] = bare
                row["cost" + suffix] = None
                if bare is not None:
                    found = cost_per_good_area(
                        bare,
                        processing[key],
                        die,
                        one.diameter.mid,
                        defects[key],
                        edge=edge,
                        scribe=scribe,
                    )
                    row["cost" + suffix] = float(found)
            rows.append(row)
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(pl.Series("pays_below", _pays(frame, processing), dtype=pl.Float64))


def _pays(frame: pl.DataFrame, processing: Mapping[str, float]) -> list[float | None]:
    found: list[float | None] = []
    for row in frame.iter_rows(named=True):
        others = frame.filter(
            (pl.col("substrate") != row["substrate"]) & pl.col("cost").is_not_null()
        )["cost"]
        least = others.min()
        price = (
            None
            if least is None
            else float(break_even_price(least, row["good_cm2"], processing[row["substrate"]]))  # type: ignore[arg-type]
        )
        found.append(price)
    return found


def _check(
    catalogue: Catalogue, die: float, processing: Mapping[str, float], defects: Mapping[str, float]
) -> None:
    findings = []
    if not die > 0:
        findings.append(Finding(f"--die-mm2 is {die:g} mm2", fix="give a number above 0"))
    known = list(catalogue.substrates)
    for option, given, unit in (
        ("--processing", processing, "USD"),
        ("--defects", defects, "per cm2"),
    ):
        for name, value in given.items():
            if name not in known:
                near = get_close_matches(name, known, n=1)
                fix = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
                findings.append(Finding(f"{option}: no substrate {name!r}", fix=fix))
            if not value >= 0:
                fix = "give a number that is not negative"
                findings.append(Finding(f"{option}: {name} is {value:g} {unit}", fix=fix))
    for name in sorted(set(processing) ^ set(defects)):
        missing = "--defects" if name in processing else "--processing"
        findings.append(Finding(f"{missing}: nothing for {name}", fix=f"give {missing} {name}=..."))
    if not processing and not defects:
        fix = f"give both for one of {', '.join(known)}"
        findings.append(Finding("no --processing and no --defects", fix=fix))
    if findings:
        raise FindingsError(findings, title="chip carbide")
