# SPDX-License-Identifier: Apache-2.0
"""`chokegraph coalitions`: what it prints and writes, and what it says to bad input."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.chain.terminal import COLUMNS
from chokegraph.cli import app
from chokegraph.errors import FindingsError

EUV = "input:euv-low-na-lithography"


def run(*arguments) -> str:
    words = ["coalitions", *(str(word) for word in arguments)]
    result = CliRunner().invoke(app, words, prog_name="chokegraph")
    if result.exception is not None:
        raise result.exception
    return result.output


def test_the_table_fits_the_terminal_and_names_who_can_deny():
    text = run(EUV, "--sources", "--chance", "0.1")
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= COLUMNS
    assert "Netherlands (NL)" in text
    assert "Single points of failure: DE, NL" in text
    assert "Sources of the shares" in text
    assert "Birnbaum 0.1" in text
    assert " CN" not in text.split("Minimal coalitions")[1]


def test_csv_and_json_say_the_same():
    rows = list(csv.DictReader(io.StringIO(run(EUV, "--format", "csv"))))
    answer = json.loads(run(EUV, "--format", "json"))
    assert [row["provider"] for row in rows] == [m["provider"] for m in answer["members"]]
    for row, member in zip(rows, answer["members"], strict=True):
        for name in ("shapley", "banzhaf", "loss_share"):
            assert float(row[name]) == member[name]["value"]
            assert float(row[f"{name}_low"]) <= float(row[name]) <= float(row[f"{name}_high"])
    assert answer["exact"]
    assert sum(member["shapley"]["value"] for member in answer["members"]) == pytest.approx(
        1, abs=1e-4
    )
    assert set(answer["single_points"]) <= {m["provider"] for m in answer["members"]}
    assert answer["sources"]
    for coalition in answer["coalitions"]:
        for plan in answer["plans"]:
            assert set(coalition["members"]) & set(plan)


def test_out_writes_all_or_nothing(tmp_path):
    folder = tmp_path / "answer"
    run(EUV, "--out", folder, "--strict")
    assert sorted(path.name for path in folder.iterdir()) == [
        "coalitions.csv",
        "coalitions.json",
        "coalitions.parquet",
        "lattice.svg",
        "members.csv",
        "members.parquet",
        "plans.csv",
        "plans.parquet",
    ]
    members = pl.read_parquet(folder / "members.parquet")
    rows = list(csv.DictReader(io.StringIO((folder / "members.csv").read_text())))
    assert members["provider"].to_list() == [row["provider"] for row in rows]
    assert members["shapley"].sum() == pytest.approx(1.0, abs=1e-4)
    assert members["shapley_error"].null_count() == len(rows)
    figure = ET.fromstring((folder / "lattice.svg").read_text(encoding="utf-8"))  # noqa: S314
    words = " ".join(figure.itertext())
    assert "Minimal blocking coalitions:" in words
    with pytest.raises(FindingsError, match="there already"):
        run(EUV, "--out", folder)


def test_more_than_six_are_drawn_around_the_minimal_ones(tmp_path):
    run("advanced-logic", "--strict", "--out", tmp_path / "a", "--draws", "20")
    assert "those below" in (tmp_path / "a" / "lattice.svg").read_text(encoding="utf-8")
    run("advanced-logic", "--members", "jp,us,nl", "--out", tmp_path / "b")
    text = (tmp_path / "b" / "lattice.svg").read_text(encoding="utf-8")
    assert "All coalitions of Japan; United States; Netherlands" in text


def test_what_is_estimated_says_so():
    text = run("advanced-logic", "--draws", "20", "--seed", "7")
    assert "20 random orders\n  (seed 7)" in text or "20 random orders (seed 7)" in text
    assert "±" in text
    told = " ".join(text.split())
    assert "of them change something: the first 20 are listed, --format csv lists all" in told
    assert "those not listed change nothing" not in told


def test_graded_and_by_firm_and_nobody():
    assert "at least 50 %" in run(EUV, "--tau", "0.5")
    assert "ASML" in run(EUV, "--by", "firm")
    assert "to CN" not in run(EUV, "--target", "none").splitlines()[0]


EDGES = """supplier,customer,product,value
jp,fab,scanner,25
nl,fab,scanner,75
jp,fab,wafer,50
de,fab,wafer,50
"""
NODES = """id,name,country,sector
jp,Both Ltd,JP,tools
nl,Scanners BV,NL,tools
de,Wafers AG,DE,materials
fab,The fab,TW,fabs
"""


def test_a_network_of_ones_own(tmp_path):
    edges, nodes = tmp_path / "edges.csv", tmp_path / "nodes.csv"
    edges.write_text(EDGES, encoding="utf-8")
    nodes.write_text(NODES, encoding="utf-8")
    files = ("--network", edges, "--nodes", nodes)
    text = run("fab", *files, "--out", tmp_path / "out")
    assert max(len(line) for line in text.splitlines()) <= COLUMNS
    assert "Who can deny The fab" in text
    answer = json.loads(run("fab", *files, "--format", "json"))
    assert [c["members"] for c in answer["coalitions"]] == [["DE", "JP"], ["JP", "NL"]]
    assert answer["plans"] == [["JP"], ["DE", "NL"]]
    assert [m["banzhaf"]["value"] for m in answer["members"]] == [0.75, 0.25, 0.25]
    firms = json.loads(run("fab", *files, "--by", "firm", "--format", "json"))
    assert [c["members"] for c in firms["coalitions"]] == [["de", "jp"], ["jp", "nl"]]
    nobody = json.loads(run("fab", *files, "--target", "none", "--format", "json"))
    assert ["TW"] in [c["members"] for c in nobody["coalitions"]]
    half = json.loads(run("wafer", *files, "--tau", "0.5", "--format", "json"))
    assert half["single_points"] == ["DE", "JP"]


def test_many_who_supply_the_same_are_told_as_groups(tmp_path):
    edges, nodes = tmp_path / "edges.csv", tmp_path / "nodes.csv"
    sellers = [f"s{n}" for n in range(40)]
    rows = "".join(f"{name},fab,part,1\n" for name in sellers)
    edges.write_text(f"supplier,customer,product,value\n{rows}", encoding="utf-8")
    people = "".join(f"{name},A{name[1:]}\n" for name in sellers)
    nodes.write_text(f"id,owner\n{people}fab,Fab\n", encoding="utf-8")
    ask = ("fab", "--network", edges, "--nodes", nodes, "--by", "firm", "--threshold", "0.5")
    text = run(*ask, "--draws", "10")
    assert "any 20 of the 40 alike (A0, A1, A10, ...) (137,846,528,820)" in text
    assert "random orders" in text  # only of the losses
    answer = json.loads(run(*ask, "--draws", "10", "--format", "json"))
    assert answer["sampled"] == ["losses"]
    assert answer["patterns"][0]["parts"][0]["any"] == 20
    assert answer["members"][0]["shapley"]["value"] == pytest.approx(1 / 40)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["advanced-logics"], "nothing in the world is called 'product:advanced-logics'"),
        (["advanced"], "did you mean product:advanced-logic"),
        ([EUV, "--target", "QQ"], "target 'QQ' is not a country"),
        ([EUV, "--strict", "--threshold", "0.5", "--nodes", "x.csv"],
         "(?s)exclude each other.*--nodes without --network"),
        ([EUV, "--tau", "0.5", "--strict"], "use --tau alone"),
        ([EUV, "--members", "CN"], "belongs to the target"),
    ],
)  # fmt: skip
def test_mistakes_are_findings(words, message):
    with pytest.raises(FindingsError, match=message):
        run(*words)
