# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip carbide`: what a good square centimetre of silicon carbide devices costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chokegraph.cli.choices import Format, FormatOption

if TYPE_CHECKING:
    import polars as pl


def carbide_command(
    die_mm2: Annotated[
        float, typer.Option("--die-mm2", min=0, help="Area of a device, mm2.", metavar="MM2")
    ],
    processing: Annotated[
        list[str] | None,
        typer.Option(
            "--processing",
            help="What a plant spends on a wafer, epitaxy included, USD; for each substrate.",
            metavar="sic-150mm=USD",
        ),
    ] = None,
    defects: Annotated[
        list[str] | None,
        typer.Option(
            "--defects",
            help="Defects that kill a device, per cm2; for each substrate.",
            metavar="sic-150mm=N",
        ),
    ] = None,
    output: FormatOption = Format.table,
) -> None:
    """Cost silicon carbide: a good square centimetre, by diameter and by whose wafers they are.

    Prices of bare wafers are facts; what a plant spends on one, and how many of its defects kill a
    device, is not published for any and must be given.
    """
    from chokegraph.cli.chip_print import printed_as_data
    from chokegraph.errors import Finding, FindingsError
    from chokegraph.study.chip_asking import limits
    from chokegraph.study.chip_sic import carbide_frame

    findings: list[Finding] = []
    spent = limits("--processing", processing or (), findings, example="sic-150mm=2000")
    killing = limits("--defects", defects or (), findings, example="sic-150mm=0.5")
    if findings:
        raise FindingsError(findings, title="chip carbide")
    frame = carbide_frame(die=die_mm2, processing=spent, defects=killing)
    if not printed_as_data(frame, output.value):
        _print(frame)


def _print(frame: pl.DataFrame) -> None:
    from chokegraph.cli.chip_print import NOTICE, number
    from chokegraph.cli.data_print import console, grid

    heads = ("good cm2", "wafer, USD", "USD/good cm2", "pays below, USD")
    table = grid("substrate", "seller", *heads, right=heads)
    for row in frame.iter_rows(named=True):
        cells = [row["substrate"], row["seller"].partition(":")[2] or row["seller"]]
        cells.append(number(row["good_cm2"], 4))
        for name in ("price", "cost"):
            ends = (number(row[f"{name}_low"]), number(row[f"{name}_high"]))
            value = number(row[name])
            cells.append(value if row[name] is None else f"{value}\n{ends[0]}-{ends[1]}")
        cells.append(number(row["pays_below"], 4))
        table.add_row(*cells)
    screen = console()
    screen.print(table)
    screen.print(
        "Middle, and 5 to 95 %. Pays below: the price of a bare wafer below which this diameter is "
        f"cheaper for a good cm2 than the cheapest of the others. {NOTICE}",
        style="dim",
    )
