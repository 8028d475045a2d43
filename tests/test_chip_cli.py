# SPDX-License-Identifier: Apache-2.0
"""`chokegraph chip`: what it prints, in all formats, its figures, and what it says of mistakes."""

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.cli import app
from chokegraph.cli.chip import chip_app
from chokegraph.errors import FindingsError

DESIGNS = Path(__file__).parents[1] / "examples" / "designs"
EVERY = sorted(DESIGNS.glob("*.yaml"))
MONOLITHIC = DESIGNS / "monolithic-5nm.yaml"


def run(*arguments):
    words = ["chip", *(str(one) for one in arguments)]
    result = CliRunner().invoke(app, words, prog_name="chokegraph")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(*arguments):
    return list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv"))))


def data(*arguments):
    return json.loads(run(*arguments, "--format", "json"))


def refused(*arguments):
    with pytest.raises(FindingsError) as error:
        run(*arguments)
    return str(error.value)


def test_every_command_is_there():
    names = {command.name for command in chip_app.registered_commands}
    wanted = "cost classify nodes packages memories memory-nodes table search frontier"
    assert set(wanted.split()) <= names


# -- cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_every_example_can_be_costed(path):
    (found,) = data("cost", path, "--draws", 50, "--as-of", "2026-07-01")
    figures = {row["quantity"]: row for row in found["figures"]}
    assert found["feasible"]
    cost = figures["cost"]
    assert 0 < cost["low"] < cost["median"] < cost["high"]
    parts = ("silicon", "die_loss", "memory", "package_loss", "carrier", "substrate", "assembly")
    total = sum(figures[name]["value"] for name in (*parts, "nre"))
    assert total == pytest.approx(cost["value"], rel=1e-6)
    assert [row["when"] for row in found["status"]][-1] == "on 2026-07-01"
    assert found["status"][0]["status"] == "not 3A090"


def test_a_planar_design_is_free_and_a_large_one_is_not():
    planar, large = data(
        "cost", DESIGNS / "dram-on-logic-28nm.yaml", MONOLITHIC, "--draws", 20,
        "--as-of", "2026-07-01",
    )  # fmt: skip
    assert {row["status"] for row in planar["status"]} == {"not 3A090"}
    assert large["status"][-1]["status"] == "3A090.a"


def test_cost_in_words_and_as_csv():
    text = run("cost", MONOLITHIC, "--draws", 20)
    assert "cost of a good package" in text
    assert "Not legal advice" in text
    assert "no limit is broken" in text
    assert "shoreline use" in run("cost", MONOLITHIC, "--draws", 20, "--all")
    table = rows("cost", *EVERY, "--draws", 20)
    assert len({row["design"] for row in table}) == len(EVERY)
    assert {"quantity", "unit", "value", "low", "median", "high"} <= set(table[0])


def test_the_same_seed_gives_the_same_answer():
    first, again, other = (
        data("cost", MONOLITHIC, "--draws", 40, "--seed", seed)[0]["figures"] for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_mistakes_in_designs_are_told_all_at_once(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "name: a\ndies: [{node: tsmc-n77, area_mm2: -3}]\npackage: si-interposer\n", "utf-8"
    )
    text = refused("cost", bad, tmp_path / "missing.yaml", MONOLITHIC)
    assert "tsmc-n7" in text
    assert "mm2" in text
    assert "missing.yaml" in text
    assert "bad.yaml:2" in text


def test_findings_end_with_exit_code_two(tmp_path):
    program = [sys.executable, "-c", "from chokegraph.cli import main; main()"]
    done = subprocess.run(
        [*program, "chip", "cost", str(tmp_path / "none.yaml")], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "none.yaml" in done.stderr
    assert "Traceback" not in done.stderr


# -- classify ------------------------------------------------------------------------------------


def test_classify_by_name():
    found = data("classify", "--name", "h20", "--as-of", "2026-07-01")
    assert found["part"] == "H20"
    assert [row["status"] for row in found["status"]] == ["not 3A090"] * 4
    assert found["status"][-1]["free_below"] == 2400.0
    assert all(row["cite"] for row in found["grounds"])


def test_classify_by_figures():
    table = rows(
        "classify", "--tpp", 15831.2, "--die-mm2", 814, "--io", 528, "--marketed-datacentre",
        "--as-of", "2026-07-01",
    )  # fmt: skip
    assert [row["status"] for row in table] == ["not 3A090", "not 3A090", "3A090.a", "3A090.a"]


def test_what_is_not_given_is_unknown():
    found = data("classify", "--tpp", 4000, "--as-of", "2026-07-01")
    assert found["status"][-1]["status"] == "cannot be told"
    assert found["marketed_datacentre"] is None
    assert found["status"][-1]["free_below"] is None


def test_a_figure_replaces_that_of_the_part():
    words = ["--name", "RTX 4090D", "--marketed-datacentre", "--as-of", "2026-07-01"]
    assert data("classify", *words)["status"][-1]["status"] == "3A090.a"
    words[2] = "--not-marketed-datacentre"
    assert data("classify", *words)["status"][-1]["status"] == "not 3A090"


def test_classify_in_words():
    text = run("classify", "--name", "A800", "--as-of", "2023-01-01")
    assert "The next change after that day: 2023-11-17" in text
    assert "87 FR 62186" in text


def test_mistakes_of_classify():
    assert "did you mean" in refused("classify", "--name", "H2O")
    assert "--tpp" in refused("classify", "--io", 600)


# -- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["nodes", "packages", "memories"])
def test_lists_have_every_row_in_every_format(group):
    ids = list(getattr(load_catalogue(), group))
    assert [row["id"] for row in rows(group)] == ids
    assert [row["id"] for row in data(group)] == ids
    text = run(group)
    assert all(re.search(rf"^{re.escape(name)} ", text, re.MULTILINE) for name in ids)
    assert max(len(line) for line in text.splitlines()) <= 100


def test_status_in_the_lists():
    nodes = {row["id"]: row["advanced_node"] for row in data("nodes", "--as-of", "2026-07-01")}
    assert (nodes["tsmc-28"], nodes["tsmc-16"], nodes["tsmc-n5"]) == ("no", "yes", "yes")
    assert {row["advanced_node"] for row in data("nodes", "--as-of", "2022-01-01")} == {"no"}
    memories = {row["id"]: row["caught"] for row in data("memories", "--as-of", "2026-07-01")}
    assert memories["hbm2"] == "3A090.c (exception open)"
    assert memories["hbm3e"] == "3A090.c"
    assert memories["gddr6-16g"] == "not HBM"
    assert {row["caught"] for row in data("memories", "--as-of", "2024-01-01")} == {"no"}


def test_table_of_real_parts():
    table = rows("table", "--as-of", "2026-07-01")
    assert [row["id"] for row in table] == list(load_catalogue().accelerators)
    a800 = next(row for row in table if row["id"] == "a800-sxm-80gb")
    assert (a800["before 2022-10-21"], a800["from 2022-10-21"]) == ("not 3A090", "not 3A090")
    assert (a800["from 2023-11-17"], a800["case_by_case"]) == ("3A090.a", "yes")
    text = run("table", "--as-of", "2026-07-01")
    assert "MetaX C500: by hand 'unknown', computed 'not 3A090'" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    assert len(data("table")) == len(table)


# -- search --------------------------------------------------------------------------------------


def test_search_and_its_limits():
    some = ["--allow", "tsmc-16", "--allow", "organic-flip-chip", "--as-of", "2026-07-01"]
    free = data("search", *some, "--budget", 1500)["found"][0]
    held = data("search", *some, "--budget", 1500, "--uncaught")["found"][0]
    assert free["cost"] <= 1500
    assert held["tpp"] < 4800
    assert held["tpp"] <= free["tpp"]
    text = run("search", *some, "--budget", 1500)
    assert "Best by tpp" in text


def test_search_that_finds_nothing_says_why():
    text = run("search", "--allow", "tsmc-28", "--budget", 1, "--at-least", "tpp=5000")
    assert "Nothing meets the request" in text
    assert "cost" in text


def test_mistakes_of_search():
    text = refused("search", "--allow", "smicn2", "--forbid", "zzz", "--at-least", "tpp")
    assert "3 errors" in text
    assert "smic-n2" in text


def test_search_over_draws():
    some = ["--allow", "smic-14", "--allow", "smic-28", "--allow", "organic-flip-chip"]
    words = [*some, "--forbid", "hbm", "--budget", 400, "--draws", 20, "--as-of", "2026-07-01"]
    text = run("search", *words)
    assert "Over 20 draws of all uncertain figures (seed 0):" in text
    assert "is best in" in text
    table = rows("search", *words)
    assert sum(float(row["draws_probability_best"]) for row in table) == pytest.approx(1)
    told = data("search", *words)["over_draws"]
    assert [row["probability_met"] for row in told] == [
        float(row["draws_probability_met"]) for row in table
    ]


def test_frontier():
    some = ["--allow", "smic-14", "--allow", "organic-flip-chip", "--as-of", "2026-07-01"]
    table = rows("frontier", *some)
    assert {"node", "cost", "power", "tpp", "dram_bandwidth"} <= set(table[0])
    costs = [float(row["cost"]) for row in table]
    assert costs == sorted(costs)
    two = data("frontier", *some, "--objective", "cost", "--objective", "tpp")
    assert [row["tpp"] for row in two] == sorted(row["tpp"] for row in two)
    text = run("frontier", *some)
    assert f"{len(table):,} designs on the frontier" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    nothing = run("frontier", *some, "--at-least", "tpp=1e9")
    assert "Nothing meets the request" in nothing


def test_frontier_under_controls(tmp_path):
    some = ["--allow", "smic-14", "--allow", "si-interposer-mature", "--allow", "hbm2",
            "--as-of", "2026-07-01"]  # fmt: skip
    path = tmp_path / "with.svg"
    text = run("frontier", *some, "--show", "controls", "--figure", path)
    assert "without HBM" in text
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "no difference here" in drawn(path)
    assert "without HBM" in drawn(path)
    told = data("frontier", *some, "--show", "controls", "--forbid", "hbm2")
    assert {row["control"] for row in told["curves"]} == {"no control", "without hbm2"}
    assert {row["control"] for row in told["designs"]} == {"no control", "without hbm2"}
    assert {"budget", "low", "median", "high"} <= set(
        rows("frontier", *some, "--show", "controls", "--uncaught")[0]
    )
    run("search", *some, "--uncaught", "--figure", path)
    assert "not caught on 2026-07-01" in drawn(path)


# -- figures -------------------------------------------------------------------------------------


def drawn(path):
    root = ET.parse(path).getroot()  # noqa: S314 - written by the program itself
    assert root.tag.endswith("svg")
    texts = "".join(root.itertext())
    assert "nan" not in texts
    assert "NaN" not in path.read_text("utf-8")
    return texts


def test_figures(tmp_path):
    run("table", "--figure", tmp_path / "map.svg", "--as-of", "2026-07-01")
    assert "H20" in drawn(tmp_path / "map.svg")
    for day in ("2022-01-01", "2023-01-01"):
        run("table", "--figure", tmp_path / "old.svg", "--as-of", day)
        assert day in drawn(tmp_path / "old.svg")
    run("classify", "--tpp", 3000, "--die-mm2", 500, "--figure", tmp_path / "one.svg")
    assert "TPP 3,000" in drawn(tmp_path / "one.svg")
    run("cost", *EVERY, "--draws", 20, "--figure", tmp_path / "split.svg")
    assert "least cost with" in drawn(tmp_path / "split.svg")
    run("nodes", "--node", "tsmc-n5", "--area", 100, "--figure", tmp_path / "yield.svg")
    assert "N5 with" in drawn(tmp_path / "yield.svg")
    assert not list(tmp_path.glob(".*"))


def test_mistakes_of_figures(tmp_path):
    deep = refused("nodes", "--figure", tmp_path / "deep" / "yield.svg")
    assert "the folder does not exist" in deep
    assert not (tmp_path / "deep").exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert "is a file" in refused("nodes", "--figure", tmp_path / "file" / "yield.svg")
    assert "SVG" in refused("table", "--figure", tmp_path / "map.png")
    assert "tsmc-n5" in refused("nodes", "--node", "tsmc-n55", "--figure", tmp_path / "a.svg")
