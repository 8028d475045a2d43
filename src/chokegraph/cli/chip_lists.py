# SPDX-License-Identifier: Apache-2.0
"""How nodes, packages, memories and real parts look in a terminal, as CSV and as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.markup import escape

from chokegraph.cli.chip_print import (
    NOTICE,
    number,
    printed_as_data,
    without_nan,
    write_csv,
    write_json,
)
from chokegraph.cli.data_print import console, grid

if TYPE_CHECKING:
    from chokegraph.chip.search import SearchResult

_GROUPS = {
    "nodes": {
        "id": "id",
        "class_nm": "nm",
        "hvm_year": "year",
        "advanced_node": "advanced",
        "logic_density": "MTr/mm2",
        "wafer_price": "USD/wafer",
        "defect_density": "D0/cm2",
        "euv_layers": "EUV layers",
        "throughput_density": "TF/mm2",
        "grade": "grade",
    },
    "packages": {
        "id": "id",
        "shoreline": "GB/s/mm",
        "areal": "GB/s/mm2",
        "energy": "pJ/bit",
        "carrier_cost": "carrier, USD",
        "carrier_unit": "per",
        "bond_yield": "bond yield",
    },
    "memories": {
        "id": "id",
        "year": "year",
        "bandwidth": "GB/s",
        "bandwidth_density": "GB/s/mm2",
        "capacity": "GB",
        "energy": "pJ/bit",
        "cost": "USD",
        "caught": "stack by itself",
    },
}

_NOTES = {
    "nodes": "Advanced: logic there is advanced-node by the law of the day; MTr: million "
    "transistors; D0: defects; TF: dense FP16 TFLOPS.",
    "packages": "Areal bandwidth stands under GB/s/mm2, that of an edge under GB/s/mm.",
    "memories": "Stack by itself: whether it is caught when it is not packaged with logic.",
}


def print_group(group: str, frame: pl.DataFrame, output: str) -> None:
    """Print nodes, packages or memories; the table shows middles and 5 to 95 %."""
    if printed_as_data(frame, output):
        return
    shown = _GROUPS[group]
    numeric = [title for name, title in shown.items() if f"{name}_low" in frame.columns]
    table = grid(*shown.values(), right=[*numeric, "nm", "GB/s/mm2"])
    for column in table.columns:
        column.no_wrap = True
    for row in frame.iter_rows(named=True):
        table.add_row(*(_ranged(row, name) for name in shown))
    screen = console()
    screen.print(table)
    screen.print(
        f"{frame.height} rows. Middle, and 5 to 95 % where they differ. {_NOTES[group]} Grade: "
        "the weakest evidence in the row, A to D, X a judgement. CSV and JSON have every figure.",
        style="dim",
    )


def _ranged(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("hvm_year", "year"):
        return str(value)
    if not isinstance(value, int | float):
        return "-" if value is None else escape(str(value))
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    text = number(value)
    return text if low is None or low == high else f"{text}\n{number(low, 2)}-{number(high, 2)}"


def print_parts(frame: pl.DataFrame, output: str) -> None:
    """Print real parts; the table shows their names, figures and status."""
    if printed_as_data(frame, output):
        return
    when = [name for name in frame.columns if name.startswith(("from ", "on "))]
    numbers = {"tpp": "TPP", "area": "mm2", "io_bandwidth": "I/O", "memory_bandwidth": "memory"}
    table = grid("part", *numbers.values(), *when, "caps", right=numbers.values())
    table.columns[0].no_wrap = True
    short = {"cannot be told": "?", "not 3A090": "free"}
    caps = {"yes": "under", "no": "over", "cannot be told": "?"}
    for row in frame.iter_rows(named=True):
        figures = [number(row[name], 4) for name in numbers]
        words = [short.get(row[name], row[name]) for name in when]
        table.add_row(escape(row["name"]), *figures, *words, caps.get(row["case_by_case"], ""))
    screen = console()
    screen.print(table)
    first = next(name for name in frame.columns if name.startswith("before "))
    screen.print(
        f"{frame.height} parts; none was caught {first}. TPP is dense; mm2: applicable die area; "
        "I/O and memory in GB/s; ?: cannot be told, a figure is missing. Caps: whether a part that "
        "may be caught is under both caps of the review policy of the day (then case by case).",
        style="dim",
    )
    for row in frame.filter(pl.col("difference") != "").iter_rows(named=True):
        screen.print(
            f"{row['name']}: by hand '{row['by_hand_2022']}', computed '{row[when[0]]}': "
            f"{row['difference']}",
            markup=False,
            style="dim",
        )
    screen.print(NOTICE, style="dim")


def print_memory_nodes(frame: pl.DataFrame, output: str) -> None:
    """Print generations of memory; the table shows their figures and status."""
    if printed_as_data(frame, output):
        return
    when = [name for name in frame.columns if name.startswith(("from ", "on "))]
    days = [name.replace(" ", "\n").replace("-", "-\n", 1) for name in when]
    short = {"cannot be told": "?", "advanced": "yes"}
    screen = console()
    for device, size, unit in (("nand", "layers", "layers"), ("dram", "cell_class", "nm")):
        heads = (unit, "Gb/mm2")
        table = grid(device.upper(), "year", *heads, *days, "in draws", "by",
                     right=[*heads, "in draws"])  # fmt: skip
        for column in (table.columns[0], table.columns[-1]):
            column.no_wrap = True
        for row in frame.filter(pl.col("device") == device).iter_rows(named=True):
            words = (short.get(row[name], row[name]) for name in when)
            figures = (_ranged(row, name) for name in (size, "bit_density"))
            table.add_row(escape(row["id"]), str(row["year"]), *figures, *words,
                          f"{row['caught_in_draws']:.0%}", row["by"])  # fmt: skip
        screen.print(table)
        screen.print()
    screen.print(
        "Whether a plant that makes it is advanced-node under each text, figures at their middle "
        f"(?: cannot be told); in draws: the share in which it is {when[-1]}; by: the tests met "
        "then. Middle, and 5 to 95 % where they differ. Cell areas of DRAM are estimated from the "
        f"class of the process; dies with vias, made for stacks, are not asked. {NOTICE}",
        style="dim",
    )


_FOUND = {
    "node": "node",
    "package": "package",
    "memory": "memory",
    "stacks": "n",
    "dies": "dies",
    "die_area": "mm2",
    "tpp": "TPP",
    "dram_bandwidth": "GB/s",
    "power": "W",
    "cost": "USD",
}


def print_search(found: SearchResult, output: str) -> None:
    """Print what a search found, or why it found nothing."""
    lost = [f"{key.split(':')[1]}: lacks {', '.join(names)}" for key, names in found.lost.items()]
    if output == "json":
        uncertain = found.uncertainty
        write_json(
            {
                "objective": found.request.objective,
                "unit": found.request.unit,
                "found": without_nan(found.table).to_dicts(),
                "why_nothing": list(found.why),
                "lost": lost,
                "evaluated": found.evaluated,
                "seconds": round(found.seconds, 2),
                "over_draws": None if uncertain is None else uncertain.table.to_dicts(),
            }
        )
        return
    if output == "csv":
        write_csv(_with_draws(found))
        return
    screen = console()
    if found.best is None:
        screen.print("Nothing meets the request:", style="bold")
        for reason in found.why:
            screen.print(f"  {reason}", markup=False, soft_wrap=True)
    else:
        objective = found.request.objective
        shown = dict(_FOUND)
        if objective not in shown:
            shown[objective] = objective
        words = ("node", "package", "memory")
        table = grid(*shown.values(), right=[shown[n] for n in shown if n not in words])
        for column in table.columns[: len(words)]:
            column.no_wrap = True
        for row in found.table.iter_rows(named=True):
            table.add_row(*(shown_cell(row[name]) for name in shown))
        screen.print(table)
        best = found.best
        screen.print(f"Best by {objective} ({found.request.unit}).", markup=False)
        screen.print(f"It binds: {', '.join(best['binding']) or 'nothing'}.", markup=False)
        needs = best["needs"]
        more = f" and {len(needs) - _MOST} more; --format json has all" * (len(needs) > _MOST)
        few = ", ".join(needs[:_MOST]) or "nothing listed"
        screen.print(f"It needs: {few}{more}.", markup=False)
        _print_draws(found, screen)
    if lost:
        screen.print("Left out for want of an input:", markup=False)
        for one in lost[:_MOST]:
            screen.print(f"  {one}", markup=False, soft_wrap=True)
        if len(lost) > _MOST:
            screen.print(f"  and {len(lost) - _MOST} more; --format json has all")
    screen.print(f"{found.evaluated:,} designs in {found.seconds:.1f} s. {NOTICE}", style="dim")


_OVER_DRAWS = ("probability_best", "probability_met", "low", "median", "high")


def _with_draws(found: SearchResult) -> pl.DataFrame:
    """What was found, with how each fares over draws, if it was asked."""
    if found.uncertainty is None:
        return found.table
    told = {name: f"draws_{name}" for name in _OVER_DRAWS}
    table = found.uncertainty.table.select("rank", *_OVER_DRAWS).rename(told)
    return found.table.join(table, on="rank", how="left", maintain_order="left")


def _print_draws(found: SearchResult, screen: Any) -> None:  # noqa: ANN401 - a console
    uncertain = found.uncertainty
    if uncertain is None:
        return
    objective, unit = found.request.objective, found.request.unit
    table = grid("node", "package", "memory", "is best in", "as listed", objective, "5 to 95 %",
                 right=["is best in", "as listed", objective])  # fmt: skip
    for column in table.columns[:3]:
        column.no_wrap = True
    for row in uncertain.table.iter_rows(named=True):
        table.add_row(
            *("-" if row[name] is None else row[name] for name in ("node", "package", "memory")),
            f"{row['probability_best']:.0%}",
            f"{row['probability_met']:.0%}",
            number(row["median"]),
            f"{number(row['low'])} to {number(row['high'])}",
        )
    screen.print(
        f"Over {uncertain.draws:,} draws of all uncertain figures (seed {uncertain.seed}):"
    )
    screen.print(table)
    screen.print(
        f"The best of them meets the request in {uncertain.found:.0%} of the draws, and then has "
        f"{objective} {number(uncertain.median)} {unit} ({number(uncertain.low)} to "
        f"{number(uncertain.high)}). Is best in: sized again in each draw; as listed: the design "
        "above meets the request."
    )


def shown_cell(value: Any) -> str:  # noqa: ANN401 - a cell of any type
    """A cell of a table of designs."""
    if isinstance(value, int | float):
        # Rounded down: a design just under a threshold must not look as if it reached it.
        return number(math.floor(value) if value >= _LARGE else float(value), 4)
    return "-" if value is None else escape(str(value))


_MOST = 6
_LARGE = 1000
