# SPDX-License-Identifier: Apache-2.0
"""`chokegraph cascade`: what it prints and writes, and what it says of mistakes."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.chain.cascade import Settings, cascade, systemic_risk
from chokegraph.chain.networks import NetworkReport, parse_shocks, read_network
from chokegraph.chain.networks.outcomes import risk_frame
from chokegraph.chain.networks.shocks import FORMS
from chokegraph.chain.networks.words import columns
from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.report.cascade_files import Answer, write_cascade
from chokegraph.report.risk_profile import draw_risk_profile
from chokegraph.report.sankey import draw_sankey, plotly_sankey, sankey_of
from chokegraph.report.sankey_layout import Link, layers_of

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "networks"
FILES = (
    str(EXAMPLES / "chips.csv"),
    "--nodes",
    str(EXAMPLES / "chips_nodes.csv"),
    "--essentiality",
    str(EXAMPLES / "chips_essentiality.csv"),
)
BAN = "flow:JP->CN/resist"


def run(*arguments):
    result = CliRunner().invoke(app, ["cascade", *arguments], prog_name="chokegraph")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def chips():
    return read_network(*(FILES[at] for at in (0, 2, 4)))[0]


def test_the_table_says_what_was_read_what_is_lost_and_why():
    text = run(*FILES, "--shock", BAN, "--explain", "Cloud East").stdout
    assert "29 nodes, 49 edges, 8 countries; 55,365 USD million" in text
    assert "Nothing odd was found." in text
    assert re.search(r"flow:JP->CN/resist +10\.4 % +10\.0 % +0\.4 % +4 / 4 +none", text)
    assert "reference" in text
    assert re.search(r"Han Foundry +CN +foundries +90\.9 % +1,909 +no resist", text)
    assert re.search(r"CN +9 +46\.2 % +5,556", text)
    assert "The scenario cuts all of what Kanto Resist sells" in " ".join(text.split())
    assert "[line 18; made up]" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_converged_mode_states_its_error():
    text = run(*FILES, "--shock", BAN, "--mode", "converged").stdout
    assert "no loss is further from the limit than the bound, 1e-12" in " ".join(text.split())
    assert re.search(r"4 / 1 +1e-12", text)


def test_csv_is_the_long_table_and_json_has_everything(chips):
    result = run(*FILES, "--shock", BAN, "--shock", "country:NL", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 2 * 3 * 29
    assert set(rows[0]) >= {"scenario", "node", "step", "direction", "loss", "country", "country3"}
    found = cascade(chips, parse_shocks(chips, [BAN, "country:NL"]))
    at = chips.index["han-foundry"]
    row = next(r for r in rows if r["node"] == "han-foundry" and r["direction"] == "down")
    assert float(row["loss"]) == pytest.approx(1 - found.down[0, at])
    assert (row["country"], row["country3"]) == ("CN", "CHN")
    assert "29 nodes" in result.stderr
    data = json.loads(run(*FILES, "--shock", BAN, "--all", "--format", "json").stdout)
    assert data["scenarios"][0]["loss"] == pytest.approx(found.loss[0])
    assert data["settings"]["mode"] == "reference"
    assert data["scenarios"][0]["error"] is None
    assert len(data["risk"]) == 29
    assert data["report"]["warnings"] == []


def test_the_ranking_agrees_with_single_scenarios(chips):
    risk = json.loads(run(*FILES, "--all", "--format", "json").stdout)["risk"]
    assert [row["rank"] for row in risk] == list(range(1, 30))
    texts = [f"firm:{row['name']}" for row in risk]
    alone = cascade(chips, parse_shocks(chips, texts))
    assert [row["loss"] for row in risk] == pytest.approx(list(alone.loss))
    by = json.loads(run(*FILES, "--all", "--by", "country", "--format", "json").stdout)["risk"]
    japan = next(row for row in by if row["name"] == "JP")
    (whole,) = cascade(chips, parse_shocks(chips, ["country:JP"])).loss
    assert japan["loss"] == pytest.approx(whole)
    text = run(*FILES, "--all", "--by", "owner", "--top", "3").stdout
    assert "by owner" in text
    assert f"and {len(set(chips.owners)) - 3} more" in text


def test_the_folder(chips, tmp_path):
    out = tmp_path / "answer"
    run(*FILES, "--cuts", str(EXAMPLES / "chips_cuts.csv"), "--all", "--out", str(out))
    names = {path.name for path in out.iterdir()}
    tables = {"scenarios", "losses", "groups", "binding", "flows", "risk"}
    assert names >= {f"{one}.{kind}" for one in tables for kind in ("csv", "parquet")}
    assert names >= {"cascade.json", "network.graphml", "risk-profile.svg"}
    losses = pl.read_parquet(out / "losses.parquet")
    assert losses["scenario"].unique(maintain_order=True).to_list() == ["resist ban", "tool ban"]
    assert pl.read_csv(out / "losses.csv").height == losses.height
    graph = nx.read_graphml(out / "network.graphml")
    assert graph.nodes["kanto-resist"]["systemic risk"] > 0.6
    assert 0 < graph.edges["han-foundry", "dragon-designs"]["left 1"] < 1
    for path in out.glob("*.svg"):
        root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
        assert root.find("{*}title").text
        assert root.find("{*}desc").text
    figure = json.loads((out / "sankey-1-resist-ban.plotly.json").read_text(encoding="utf-8"))
    link = figure["data"][0]["link"]
    assert len(link["source"]) == len(link["value"]) == len(link["label"])
    # An earlier answer is replaced; anything else is not.
    run(*FILES, "--shock", BAN, "--out", str(out))
    assert not (out / "risk.csv").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FindingsError, match="not an answer of this command"):
        run(*FILES, "--shock", BAN, "--out", str(tmp_path / "other"))
    assert {path.name for path in tmp_path.iterdir()} == {"answer", "other"}


def test_nothing_is_left_of_a_folder_that_could_not_be_written(chips, tmp_path, monkeypatch):
    def fail(*_, **__):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr("chokegraph.report.cascade_files.write_graphml", fail)
    result = cascade(chips, parse_shocks(chips, [BAN]))
    with pytest.raises(OSError, match="disk full"):
        write_cascade(Answer(chips, result, None), NetworkReport(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_mistakes_end_with_two_and_say_everything(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("supplier,customer,value\na,b,x\n,b,1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "chokegraph", "cascade", str(path), "--all"]
        if (ROOT / "src/chokegraph/__main__.py").exists()
        else [str(Path(sys.executable).parent / "chokegraph"), "cascade", str(path), "--all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"{path}:2:value: error: value 'x' is not a number" in done.stderr
    assert f"{path}:3:supplier: error: no supplier" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "nothing to compute"),
        (("--all", "--explain", "cloud-east"), "--explain needs a scenario"),
        (("--shock", "firm:nobody"), "no node 'nobody'"),
    ],
)
def test_options_that_do_not_fit(options, message):
    with pytest.raises(FindingsError, match=message):
        run(*FILES, *options)


def test_a_world_takes_no_node_table():
    with pytest.raises(FindingsError) as caught:
        run("builtin", "--nodes", "n.csv", "--unit", "EUR", "--all")
    assert len(caught.value.findings) == 2


def test_stocks_delay_and_do_not_avert():
    words = ("--shock", BAN, "--steps", "12")
    plain = run(*FILES, *words).stdout
    held = run(*FILES, *words, "--stock", str(EXAMPLES / "chips_stocks.csv")).stdout

    def path(text):
        after = text[text.index("Loss after") :]
        return [float(one) for one in re.search(r"resist((?: +[\d.]+)+)", after)[1].split()]

    assert all(a >= b for a, b in zip(path(plain), path(held), strict=True))
    assert path(plain)[2] > path(held)[2]
    assert path(plain)[-1] == path(held)[-1]
    with pytest.raises(FindingsError, match="only over --steps"):
        run(*FILES, "--shock", BAN, "--stock", "2")


def test_the_same_words_twice_are_two_scenarios():
    data = json.loads(run(*FILES, "--shock", BAN, "--shock", BAN, "--format", "json").stdout)
    assert [row["scenario"] for row in data["scenarios"]] == [BAN, f"{BAN} (2)"]
    lost = [row["value_lost"] for row in data["groups"] if row["group"] == "han-foundry"]
    assert len(lost) == 2
    assert lost[0] == pytest.approx(lost[1])


def test_an_interrupted_ranking_keeps_what_is_finished(chips, monkeypatch):
    @contextmanager
    def impatient():
        yield (lambda *_: None), (lambda: True)

    monkeypatch.setattr("chokegraph.cli.cascade_work.AT_ONCE", 10)
    monkeypatch.setattr("chokegraph.cli.progress.watched", impatient)
    text = run(*FILES, "--all", "--top", "20").stdout
    assert "stopped early: 10 of 29 knock-outs are done" in text
    whole = {r["name"]: r["loss"] for r in risk_frame(systemic_risk(chips)).to_dicts()}
    rows = json.loads(run(*FILES, "--all", "--format", "json").stdout)["risk"]
    assert len(rows) == 10
    assert all(row["loss"] == pytest.approx(whole[row["name"]]) for row in rows)


def test_check_only_reads():
    text = run(*FILES, "--check").stdout
    assert "29 nodes" in text
    assert "Scenario" not in text


def test_the_built_in_world():
    text = run(
        "builtin", "--target", "CN", "--shock", "flow:JP->CN/resist-krf", "--top", "3"
    ).stdout
    assert "no resist-krf" in text
    assert "Note: " in text


# -- figures -------------------------------------------------------------------------------------


def test_the_sankey_says_what_is_left_and_lost(chips):
    result = cascade(chips, parse_shocks(chips, [BAN]), Settings(mode="converged"))
    drawn = sankey_of(result, 0)
    assert drawn.part == pytest.approx(1.0)
    lost = {(link.source, link.target): link.lost for link in drawn.links}
    # By hand: a sale that is cut is lost whole; Han Memory loses all and so does what it sells.
    assert lost["kanto-resist", "han-foundry"] == pytest.approx(140)
    assert lost["han-memory", "dragon-designs"] == pytest.approx(700)
    values = plotly_sankey(drawn)["data"][0]["link"]["value"]
    assert sum(values) == pytest.approx(sum(link.value for link in drawn.links))
    few = sankey_of(result, 0, most=3)
    assert len(few.links) == 3
    assert few.left_out == len(drawn.links) - 3
    assert "more lose something" in draw_sankey(few)


def test_nothing_lost_is_drawn_too(chips):
    result = cascade(chips, parse_shocks(chips, ["firm:delft-scanners=0"]))
    assert "No sale loses anything." in draw_sankey(sankey_of(result, 0))


def test_layers_run_from_suppliers_to_customers():
    def link(a, b):
        return Link(a, b, "x", 1.0, 1.0)

    links = [link("a", "b"), link("b", "c"), link("a", "c"), link("d", "c"), link("c", "b")]
    found = layers_of(links)
    assert (found["a"], found["b"], found["c"], found["d"]) == (0, 1, 2, 1)


def test_words_cannot_become_markup():
    rows = pl.DataFrame({"supplier": ["<b>"], "customer": ["&c"], "value": [1.0]})
    network, _ = read_network(rows)
    result = cascade(network, parse_shocks(network, ["firm:<b>"]))
    for text in (draw_sankey(sankey_of(result, 0)), draw_risk_profile(systemic_risk(network))):
        assert "<b>" not in text
        ET.fromstring(text)  # noqa: S314 - our own file


# -- documentation -------------------------------------------------------------------------------

GUIDE = (ROOT / "docs" / "how-to" / "cascade.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```console\n\$ (.*?)\n```\n\n```text\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.mark.parametrize(("command", "text"), SHOWN, ids=range(1, len(SHOWN) + 1))
def test_the_guide_shows_what_is_printed(command, text, monkeypatch):
    monkeypatch.chdir(ROOT)
    printed = run(*shlex.split(command)[2:]).stdout
    assert [line.rstrip() for line in printed.splitlines()] == text.splitlines()


def test_the_guide_shows_something():
    assert len(SHOWN) == 7


def test_the_reference_has_every_column_and_every_form():
    page = (ROOT / "docs" / "reference" / "networks.md").read_text(encoding="utf-8")
    for table in ("edges", "nodes", "cuts", "essentiality", "stocks"):
        for one in columns(table):
            mark = "**" if one.required else ""
            also = ", ".join(f"`{name}`" for name in one.also)
            assert f"| {mark}`{one.name}`{mark} | {one.meaning} | {also} |" in page
    for form in FORMS:
        assert f"`{form}:" in page
    for name in tables_written():
        assert f"`{name}" in page


def tables_written():
    return ("losses.csv", "scenarios", "groups", "binding", "flows", "risk", "cascade.json")
