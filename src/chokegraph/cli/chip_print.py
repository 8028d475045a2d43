# SPDX-License-Identifier: Apache-2.0
"""How the answers of `chokegraph chip` look in a terminal, as CSV and as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.markup import escape

from chokegraph.cli.data_print import console, grid
from chokegraph.errors import Finding, FindingsError
from chokegraph.world.folders import whole_file

if TYPE_CHECKING:
    from chokegraph.study.chip_classify import Classified
    from chokegraph.study.chip_costing import Costing

NOTICE = "Not legal advice."
_ANSWERS = ("no", "cannot be told", "yes")

# What the table shows of a costing, in its own words; CSV, JSON and --all have everything.
_SHOWN = {
    "silicon": "silicon of good dies",
    "die_loss": "dies lost, and their test",
    "memory": "memory",
    "carrier": "carrier",
    "substrate": "substrate",
    "assembly": "assembly and test",
    "package_loss": "good parts lost in assembly",
    "nre": "one-off costs, per unit",
    "cost": "cost of a good package",
    "die_yield": "yield of dies",
    "package_yield": "yield of the package",
    "tpp": "TPP",
    "performance_density": "performance density",
    "dram_bandwidth": "memory bandwidth",
    "memory_capacity": "memory capacity",
    "power": "power at the peak",
    "energy_per_op": "energy of an operation",
    "scanner_hours": "scanner hours",
    "cycle_days": "days in the fab",
}


def number(value: float | None, digits: int = 3) -> str:
    """A number for people: thousands with commas, about three digits otherwise."""
    if value is None:
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    text = f"{value:.{digits}g}"
    return f"{float(text):g}" if "e" not in text else f"{float(text):,.0f}"


def write_json(value: object) -> None:
    """Write JSON to stdout."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def without_nan(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers that are not known are null, as JSON has no other word for it."""
    floats = pl.selectors.float()
    return frame.with_columns(floats.fill_nan(None))


def write_csv(frame: pl.DataFrame) -> None:
    """Write CSV to stdout; lists are divided by semicolons."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    flat = frame.with_columns(pl.col(name).list.join("; ") for name in lists)
    sys.stdout.write(flat.write_csv())


def printed_as_data(frame: pl.DataFrame, output: str) -> bool:
    """Print a table as JSON or CSV where that is asked for; say whether that was so."""
    if output == "json":
        write_json(without_nan(frame).to_dicts())
    elif output == "csv":
        write_csv(frame)
    return output in ("json", "csv")


# -- cost ----------------------------------------------------------------------------------------


def print_costings(found: Sequence[Costing], output: str, *, everything: bool) -> None:
    """Print designs with their cost and their status."""
    if output == "json":
        write_json([_costing(one) for one in found])
        return
    if output == "csv":
        frames = []
        for one in found:
            frame = one.figures.with_columns(pl.lit(one.design.name).alias("design"))
            frames.append(frame.select("design", *one.figures.columns))
        write_csv(pl.concat(frames))
        return
    screen = console()
    for one in found:
        _print_costing(screen, one, everything=everything)
    screen.print(NOTICE, style="dim")


def _costing(one: Costing) -> dict[str, Any]:
    return {
        "design": one.design.name,
        "feasible": one.feasible,
        "within_limits": one.within,
        "limit_used_most": one.binding,
        "draws": one.draws,
        "seed": one.seed,
        "figures": without_nan(one.figures).to_dicts(),
        "status": one.status.to_dicts(),
    }


def _print_costing(screen: Any, one: Costing, *, everything: bool) -> None:  # noqa: ANN401
    screen.print(escape(one.design.name), style="bold")
    table = grid("For one good package", "unit", "middle", "5 to 95 %", right=["middle"])
    for row in one.figures.iter_rows(named=True):
        if row["quantity"] in _SHOWN or everything:
            words = _SHOWN.get(row["quantity"], row["quantity"].replace("_", " "))
            fraction = "yield" in row["quantity"]
            scale = 100.0 if fraction else 1.0
            ends = [row[name] for name in ("value", "low", "high")]
            shown = [number(None if end is None else end * scale) for end in ends]
            spread = "-" if row["low"] is None else f"{shown[1]} to {shown[2]}"
            unit = "%" if fraction else "" if row["unit"] in ("1", "TPP") else row["unit"]
            table.add_row(words, unit, shown[0], spread)
    screen.print(table)
    state = "no limit is broken" if one.feasible else f"BROKEN LIMIT: {one.binding}"
    screen.print(
        f"Limits: {state}; used most: {one.binding}; within all limits in "
        f"{one.within:.0%} of {one.draws:,} draws (seed {one.seed})."
    )
    table = grid("Rule", "status", "caught in draws", "case by case", right=["caught in draws"])
    for row in one.status.iter_rows(named=True):
        table.add_row(row["when"], row["status"], f"{row['caught']:.0%}", row["case_by_case"])
    screen.print(table)
    screen.print()


# -- one part ------------------------------------------------------------------------------------


def print_classified(found: Classified, output: str) -> None:
    """Print one part's status and why."""
    facts = _facts(found)
    if output == "csv":
        write_csv(found.status.with_columns(pl.lit(found.name).alias("part")))
        return
    if output == "json":
        write_json(
            {
                "part": found.name,
                **facts,
                "status": found.status.to_dicts(),
                "on": found.decided.on.isoformat(),
                "next_change": found.decided.next_change,
                "grounds": [
                    vars(one) | {"answer": _ANSWERS[one.answer]} for one in found.decided.grounds
                ],
                "notice": NOTICE,
            }
        )
        return
    screen = console()
    screen.print(escape(found.name), style="bold")
    units = {"die_mm2": " mm2", "io": " GB/s", "dram_bandwidth": " GB/s"}
    shown = [
        f"{name} unknown"
        if value is None
        else f"{name} {'yes' if value else 'no'}"
        if isinstance(value, bool)
        else f"{name} {number(value, 6)}{units.get(name, '')}"
        for name, value in facts.items()
    ]
    screen.print("; ".join(shown), markup=False)
    table = grid("Rule", "status", "case by case", "free below TPP", right=["free below TPP"])
    for row in found.status.iter_rows(named=True):
        free = number(row["free_below"], 6)
        table.add_row(row["when"], row["status"], row["case_by_case"], free)
    screen.print(table)
    screen.print(f"By the rules of the law on {found.decided.on}: {found.decided.words}")
    for one in found.decided.grounds:
        screen.print(f"  {_ANSWERS[one.answer]}: {one.title}", markup=False, soft_wrap=True)
        screen.print(f"    {one.cite} [{one.confidence}]", markup=False, soft_wrap=True)
    if found.decided.next_change:
        screen.print(f"The next change after that day: {found.decided.next_change}")
    screen.print(NOTICE, style="dim")


def _facts(found: Classified) -> dict[str, Any]:
    parts = found.parts

    def known(value: Any) -> float | None:  # noqa: ANN401 - a number or an array
        number = float(value.item() if hasattr(value, "item") else value)
        return None if math.isnan(number) else number

    area = known(parts.area)
    density = None
    tpp = known(parts.tpp)
    if tpp is not None and area:
        density = tpp / area
    return {
        "tpp": tpp,
        "die_mm2": area,
        "performance_density": density,
        "io": known(parts.transfer),
        "dram_bandwidth": known(parts.bandwidth),
        "marketed_datacentre": {0: False, 2: True}.get(int(parts.datacentre)),
    }


# -- figures -------------------------------------------------------------------------------------


def check_figure(path: Path | None) -> None:
    """Raise what is wrong with the place of a figure, before any work is done."""
    if path is None:
        return
    findings = []
    if path.suffix.lower() != ".svg":
        findings.append(Finding(f"{path.name} is not an SVG file", fix="give a name in .svg"))
    if path.is_dir():
        findings.append(Finding(f"{path} is a folder", fix="give the name of a file"))
    elif path.parent.exists() and not path.parent.is_dir():
        findings.append(Finding(f"{path.parent} is a file", fix="choose another place"))
    elif not path.parent.exists():
        findings.append(Finding(f"{path.parent}: the folder does not exist", fix="make it"))
    if findings:
        raise FindingsError(findings, title="figure")


def print_drawn(text: str, path: Path) -> None:
    """Write a figure beside its place, then rename it; say so on stderr."""
    try:
        with whole_file(path) as work:
            work.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        finding = Finding(f"{path} cannot be written: {error.strerror}", fix="choose another place")
        raise FindingsError([finding], title="figure") from error
    console(stderr=True).print(f"Figure: {path}", markup=False, soft_wrap=True)
