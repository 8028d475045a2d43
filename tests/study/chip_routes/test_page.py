# SPDX-License-Identifier: Apache-2.0
"""The page on design-around shows what the program says."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from chokegraph.chip.nand import bits_for_cost, wafer_cost
from chokegraph.cli import app
from chokegraph.study.chip_routes_ask import ask_routes
from study.chip_routes.given import PAGE


@pytest.mark.parametrize("product", ["advanced-logic", "nand"])
def test_the_page_shows_what_the_command_prints(product):
    command = ["chip", "routes", "--product", product]
    printed = CliRunner().invoke(app, command, env={"COLUMNS": "100"}).output
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split(f"$ chokegraph {' '.join(command)}\n")[1].split("```")[0]
    assert [line.rstrip() for line in printed.rstrip().splitlines()] == shown.rstrip().splitlines()


def test_the_page_says_what_is_left_as_inputs_are_denied(world):
    text = PAGE.read_text(encoding="utf-8")
    rows = text.split("| denied | best design | value |")[1].split("\n\n")[0].splitlines()[2:]
    denied = []
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        denied += cells[0].split("`")[1::2]
        best = ask_routes(denied, product="ai-accelerator", world=world).table
        assert f"{best['value'][0]:.2f}" == cells[2], row


def test_the_page_has_the_figures_of_nand():
    text = PAGE.read_text(encoding="utf-8")
    usual = {"layer_cost": 0.10, "deck_cost": 0.05}
    for name, layers, cost in (
        ("232 layers, one wafer, two decks", 232, wafer_cost(232, 2, **usual)),
        ("232 layers, circuits bonded", 232, wafer_cost(232, 2, premium=0.34, **usual)),
        (
            "two bonded arrays of 116 layers, circuits bonded",
            232,
            wafer_cost(232, 2, premium=0.34, arrays=2, **usual),
        ),
        ("127 layers, one wafer, one deck", 127, wafer_cost(127, 1, **usual)),
    ):
        bits = float(bits_for_cost(layers, cost))
        assert f"| {name} | {float(cost):.2f} | {bits:.2f} |" in text
