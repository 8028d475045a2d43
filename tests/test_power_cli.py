# SPDX-License-Identifier: Apache-2.0
"""The command `power`: prints within 100 columns, writes all files or none, says what is wrong."""

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.errors import FindingsError

COMMAND = str(Path(sys.executable).parent / "chokegraph")
FAST = ["power", "--product", "sic-power", "--draws", "12"]


def run(*words):
    return CliRunner().invoke(app, list(words), catch_exceptions=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("power")
    out = str(folder / "answer")
    done = run(*FAST, "--coalition", "us, jp", "--sources", "--out", out)
    assert done.exit_code == 0, done.exception
    return folder / "answer", done.stdout


def test_the_table_is_readable_and_complete(written):
    _, text = written
    assert max(len(line) for line in text.splitlines()) <= 100
    for words in (
        "Power of US+JP over CN",
        "Silicon carbide power devices: loss",
        "adds on average",
        "Family of inputs, refused alone",
        "Joining one by one",
        "Not legal advice, not a forecast",
        "Sources",
    ):
        assert words in " ".join(text.split())
    assert "the medians shown here need not, since only means add up" in " ".join(text.split())
    assert "nan" not in text.lower().split()


def test_the_folder_holds_tables_json_and_the_figure(written):
    folder, _ = written
    assert sorted(path.name for path in folder.iterdir()) == [
        "assumptions.csv",
        "assumptions.parquet",
        "power-sic-power.svg",
        "power.csv",
        "power.json",
        "power.parquet",
    ]
    table = pl.read_parquet(folder / "power.parquet")
    assert {table.schema[name] for name in ("low", "median", "high")} == {pl.Float64}
    found = json.loads((folder / "power.json").read_text(encoding="utf-8"))
    assert found["coalition"] == ["US", "JP"]
    rows = list(csv.DictReader(io.StringIO((folder / "power.csv").read_text(encoding="utf-8"))))
    loss = next(row for row in rows if row["kind"] == "product" and row["quantity"] == "loss")
    assert float(loss["median"]) == pytest.approx(found["products"][0]["loss"]["median"], abs=1e-5)
    figure = ET.fromstring((folder / "power-sic-power.svg").read_bytes())  # noqa: S314
    assert figure.attrib["role"] == "img"
    assert figure.find("{http://www.w3.org/2000/svg}title") is not None
    assert figure.find("{http://www.w3.org/2000/svg}desc").text
    assert "prefers-color-scheme: dark" in (folder / "power-sic-power.svg").read_text("utf-8")


def test_a_folder_that_is_there_is_not_touched(written):
    folder, _ = written
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run(*FAST, "--out", str(folder))
    assert isinstance(done.exception, FindingsError)
    assert "choose another folder" in str(done.exception)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_csv_and_json_on_standard_output():
    words = [*FAST[:-1], "0", "--coalition", "US", "--horizon", "short"]
    table = run(*words, "--format", "csv")
    assert next(iter(csv.DictReader(io.StringIO(table.stdout))))["goal"] == "product:sic-power"
    found = json.loads(run(*words, "--format", "json").stdout)
    assert found["horizon"] == "short"


def test_what_is_wrong_is_said_at_once_with_exit_code_two():
    words = [COMMAND, "power", "--coalition", "CN,XX", "--product", "sic-power"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    for text in ("belongs to the target", "'XX' is not in this world"):
        assert text in done.stderr
    found = run("power", "--assume", "supplier=3", "--assume", "inputs")
    assert "cannot read" in str(found.exception)


def test_assumptions_change_the_answer():
    words = [*FAST[:-1], "0", "--coalition", "US,JP", "--format", "json"]
    easy, hard = (
        json.loads(run(*words, "--assume", f"suppliers={sigma}").stdout)["products"][0]["loss"]
        for sigma in (8, 1.5)
    )
    assert easy["figure"] < hard["figure"]


def test_on_a_network_of_the_user(tmp_path):
    examples = Path(__file__).parents[1] / "examples" / "networks"
    files = ["--network", str(examples / "chips.csv"), "--nodes", str(examples / "chips_nodes.csv")]
    out = tmp_path / "answer"
    done = run("power", *files, "--coalition", "US,JP", "--draws", "10", "--out", str(out))
    assert done.exit_code == 0, done.exception
    assert max(len(line) for line in done.stdout.splitlines()) <= 100
    assert "Power of US+JP over the 9 nodes of CN" in done.stdout
    assert sorted(path.name for path in out.iterdir()) == [
        "power-network.svg",
        "power.csv",
        "power.json",
        "power.parquet",
    ]
    wrong = run("power", "--nodes", str(examples / "chips_nodes.csv"), "--product", "hbm")
    assert "--nodes without --network" in str(wrong.exception)
    assert "--product is about the chain" in str(wrong.exception)
