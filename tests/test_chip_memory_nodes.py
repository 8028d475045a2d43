# SPDX-License-Identifier: Apache-2.0
"""Generations of NAND and DRAM under each text of the rule, against the rules of the law."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.cli import app
from chokegraph.rules import load_law
from chokegraph.rules.completing import completed
from chokegraph.rules.scalar import Trace
from chokegraph.study.chip_memory_nodes import advanced, memory_days, memory_nodes_frame
from chokegraph.study.chip_thresholds import thresholds_on

DAY = date(2026, 7, 1)
DAYS = [memory_days()[0] - timedelta(days=1), *memory_days(), DAY]


@pytest.fixture(scope="module")
def frame():
    return memory_nodes_frame(on=DAY)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_as_the_rules_of_the_law_have_it(frame, day):
    """The thresholds on arrays and the rules themselves agree for every generation."""
    law = load_law()
    nodes = load_catalogue().memory_nodes
    for row in frame.iter_rows(named=True):
        given = {
            "nand_layers": row["layers"],
            "dram_half_pitch_nm": row["cell_class"],
            "dram_cell_area_um2": row["cell_area"],
            "dram_density_gb_mm2": row["bit_density"],
            "dram_tsv_per_die": 0.0,
        }
        of_device = {name: value for name, value in given.items() if name.startswith(row["device"])}
        rule = f"advanced-node-{row['device']}-values"
        trace = Trace(completed(of_device, law), law, day)
        said = int(trace.rule(rule)) if law.rule(rule).version_on(day) else 0
        names = ("layers", "cell_class", "cell_area", "bit_density")
        values = {name: np.array([np.nan if row[name] is None else row[name]]) for name in names}
        ours = int(advanced(nodes[row["id"]], values, thresholds_on(day, law))[0])
        assert ours == said, (row["id"], day)


def test_known_answers(frame):
    answers = {row["id"]: row for row in frame.iter_rows(named=True)}
    last = f"on {DAY}"
    assert answers["ymtc-xtacking-1"][last] == "no"
    assert answers["ymtc-xtacking-2"][last] == "advanced"  # 128 layers: the limit is reached.
    assert answers["cxmt-g1"][last] == "no"
    assert answers["cxmt-g4"]["by"] == "cell area, density"
    assert answers["cxmt-g3"]["from 2024-12-31"] == "no"
    before = pl.col("before 2022-10-07")
    assert frame.filter(before != "no").is_empty()
    # What was noted by hand speaks of the limits of layers and of density alone.
    for row in answers.values():
        if row["device"] == "nand":
            assert (row["by_hand"] == "over") == (row[last] == "advanced")
        elif row["by_hand"].startswith("over"):
            assert "density" in row["by"]


def test_a_missing_figure_is_not_no():
    node = load_catalogue().memory_nodes["cxmt-g1"]
    unknown = {name: np.array([np.nan]) for name in ("layers", "cell_class", "cell_area")}
    found = advanced(node, unknown | {"bit_density": np.array([0.1])}, thresholds_on(DAY))
    assert found.tolist() == [1]
    found = advanced(node, unknown | {"bit_density": np.array([0.3])}, thresholds_on(DAY))
    assert found.tolist() == [2]


def test_draws_lie_about_the_middle(frame):
    assert frame["caught_in_draws"].is_between(0, 1).all()
    unsure = frame.filter(pl.col("caught_in_draws").is_between(0.02, 0.98))
    assert set(unsure["id"]) == {"samsung-d1x", "cxmt-g1", "cxmt-g3"}
    for name in ("layers", "bit_density", "cell_area"):
        known = frame.filter(pl.col(name).is_not_null())
        assert (known[name] >= known[f"{name}_low"] * 0.999).all()
        assert (known[name] <= known[f"{name}_high"] * 1.001).all()


@pytest.mark.parametrize("output", ["table", "csv", "json"])
def test_command(output):
    words = ["chip", "memory-nodes", "--as-of", "2026-07-01", "--format", output]
    result = CliRunner().invoke(app, words, prog_name="chokegraph")
    assert result.exit_code == 0, result.output
    for name in load_catalogue().memory_nodes:
        assert name in result.stdout
    if output == "table":
        assert max(len(line) for line in result.stdout.splitlines()) <= 100
