# SPDX-License-Identifier: Apache-2.0
"""Routes asked for without a simulation: the function and the command."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.study.chip_routes_ask import ask_routes


def test_asking_denies_families_and_says_what_each_design_lacks(world):
    found = ask_routes(["euv-lithography", "hbm"], product="ai-accelerator", world=world, draws=30)
    assert {"euv-low-na-lithography", "hbm", "hbm2e"} <= set(found.denied)
    table = found.table
    assert set(table["product"]) == {"ai-accelerator"}
    assert table["best"].sum() == pytest.approx(1.0)
    best = table.row(0, named=True)
    assert best["way"] in ("ai-n2-organic-gddr6", "ai-14-organic-gddr6"), "memory on the board"
    assert best["lacks"] == []
    stacked = table.filter(table["way"] == "ai-n2-interposer-hbm3").row(0, named=True)
    assert stacked["left"] == 0.0
    assert stacked["lacks"] == ["hbm"]


def test_asking_for_what_is_not_there_lists_everything():
    with pytest.raises(FindingsError) as caught:
        ask_routes(["die-placment", "hbmm"], product="ai-accelerators", draws=2)
    text = str(caught.value)
    assert len(caught.value.findings) == 3
    assert "did you mean 'hbm'?" in text
    assert "did you mean 'ai-accelerator'?" in text


def test_the_command_prints_within_100_columns_and_as_csv_and_json():
    runner = CliRunner()
    table = runner.invoke(app, ["chip", "routes", "--product", "nand", "--draws", "20"])
    assert table.exit_code == 0, table.output
    assert max(len(line) for line in table.output.splitlines()) <= 100
    assert "bonded wafers" in table.output
    found = runner.invoke(
        app, ["chip", "routes", "--deny", "hbm", "--draws", "20", "--format", "json"]
    )
    assert {row["product"] for row in json.loads(found.output)} >= {"nand", "ai-accelerator"}
    found = runner.invoke(app, ["chip", "routes", "--draws", "20", "--format", "csv"])
    assert found.output.startswith("product,route,")
    wrong = runner.invoke(app, ["chip", "routes", "--deny", "nothing-such"])
    assert isinstance(wrong.exception, FindingsError), "the entry point turns it into exit code 2"
