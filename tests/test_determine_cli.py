# SPDX-License-Identifier: Apache-2.0
"""`chokegraph determine` as a user meets it, on the command line."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.completing import law_of_states
from chokegraph.rules.decision import evaluate
from chokegraph.study.determining import Request, prepare

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "shipments.csv"
PARTIES = ROOT / "examples" / "parties.csv"
BOM = ROOT / "examples" / "bom.csv"


@pytest.fixture(scope="module")
def law():
    return load_law()


def call(*words):
    return CliRunner().invoke(app, ["determine", *map(str, words)])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_without_rows_is_told(tmp_path, suffix):
    path = tmp_path / f"none.{suffix}"
    header = "as_of,eccn,origin,exporter_country,destination"
    if suffix == "csv":
        path.write_text(header + "\n", encoding="utf-8")
    else:
        pl.DataFrame(schema=dict.fromkeys(header.split(","), pl.String)).write_parquet(path)
    result = call(path)
    assert result.exit_code == 0
    assert f"none.{suffix}: warning: the file has no rows" in result.output


def test_the_example_is_decided_and_its_bad_row_is_kept(tmp_path):
    out = tmp_path / "decisions.parquet"
    result = call(EXAMPLE, "--lists", PARTIES, "--assume", "us_person=no", "--out", out)
    assert result.exit_code == 1
    assert result.output.count("Not legal advice") == 1
    assert "8 rows read, 7 decided, 1 rejected" in result.output
    assert "shipments.csv:8:Destination country: error: 'Korea' may be KP or KR" in result.output
    read = pl.read_parquet(out).cast({pl.Categorical: pl.String})
    by_id = {row["id"]: row for row in read.iter_rows(named=True)}
    assert by_id["MADE-UP-01"]["licence"] == "yes"
    assert "R_RS_ADVCOMP" in by_id["MADE-UP-01"]["reasons"]
    assert by_id["MADE-UP-02"]["licence"] == "no"
    assert "R_EL" in by_id["MADE-UP-08"]["reasons"]
    assert by_id["MADE-UP-08"]["listed_parties"].startswith("end_user: Example Listed Fab")
    assert "Invented Pump Incorporated" in by_id["MADE-UP-05"]["possible_matches"]
    assert "party_lists" in by_id["MADE-UP-05"]["missing"]
    rejects = pl.read_csv(tmp_path / "decisions.rejects.csv")
    assert rejects["Shipment ID"].to_list() == ["MADE-UP-07"]
    about = json.loads((tmp_path / "decisions.parquet.about.json").read_text(encoding="utf-8"))
    assert about["taken for blank cells"] == {"us_person": "False"}
    assert about["lists of parties"][0]["file"] == "parties.csv"


@pytest.mark.parametrize("how", ["csv", "json"])
def test_rows_on_the_screen_are_data_and_the_rest_goes_to_stderr(how):
    result = call(EXAMPLE, "--format", how)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    if how == "csv":
        assert lines[0].startswith("row,id,as_of,subject,licence")
        assert len(lines) == 8
    else:
        rows = [json.loads(line) for line in lines]
        assert [row["row"] for row in rows] == [1, 2, 3, 4, 5, 6, 8]
        assert rows[0]["reasons"]
        assert rows[0]["citations"]
    assert "Not legal advice" in result.stderr


def test_explain_says_why_with_versions_and_citations():
    text = call(EXAMPLE, "--lists", PARTIES, "--explain", 8)
    assert text.exit_code == 0
    assert "requirement R_EL: yes; stands" in text.output
    assert "744.11" in text.output
    assert "Nearly applied" in text.output
    assert "Single facts that would change the answer:" in text.output
    assert "Nearest days with another answer:" in text.output
    data = json.loads(call(EXAMPLE, "--explain", 1, "--format", "json").stdout)
    assert data["decision"]["licence"] == "yes"
    assert data["facts"]["destination"] == "CN"
    assert data["steps"][0]["cite"]
    assert {flip["fact"] for flip in data["flips"]["facts"]} >= {"destination"}
    assert data["flips"]["earlier"]["on"] < data["on"]


def test_wrong_use_ends_with_findings(tmp_path):
    with pytest.raises(FindingsError, match="there is no row 99"):
        prepare(Request()).explain(EXAMPLE, 99)
    with pytest.raises(FindingsError, match="Korea"):
        prepare(Request()).explain(EXAMPLE, 7)
    program = Path(sys.executable).parent / "chokegraph"
    done = subprocess.run(
        [program, "determine", tmp_path / "none.csv"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "the file does not exist" in done.stderr
    assert call(EXAMPLE, "--as-of", "yesterday").exit_code == 2
    assert isinstance(call(EXAMPLE, "--assume", "nothing").exception, FindingsError)


@pytest.mark.parametrize("option", ["--lists", "--bom"])
def test_no_file_that_is_read_is_written_over(tmp_path, option):
    source, read = tmp_path / "a.csv", tmp_path / "out.rejects.csv"
    source.write_text(
        "as_of,eccn,destination,exporter_country,origin\n2024-06-01,EAR99,FR,US,US\n",
        encoding="utf-8",
    )
    before = (PARTIES if option == "--lists" else BOM).read_bytes()
    read.write_bytes(before)
    program = Path(sys.executable).parent / "chokegraph"
    words = [program, "determine", source, option, read, "--out", tmp_path / "out.csv"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert "the rejected rows would replace a file that is read" in done.stderr
    assert read.read_bytes() == before
    assert not (tmp_path / "out.csv").exists()


def test_the_day_by_which_the_law_was_published_counts(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "as_of,eccn,destination,exporter_country,origin,tpp,die_mm2,marketed_datacentre\n"
        "2024-06-01,3A090.a,CN,US,US,15832,814,yes\n",
        encoding="utf-8",
    )
    now = prepare(Request(not_so=True))
    then = prepare(Request(not_so=True, law_known_on=date(2022, 9, 1)))
    assert now.run(file).tally.licences == {"yes": 1}
    assert "R_RS_ADVCOMP" in now.run(file).tally.reasons
    assert "R_RS_ADVCOMP" not in then.run(file).tally.reasons


def test_the_law_of_one_state_alone(tmp_path):
    file, out = tmp_path / "a.csv", tmp_path / "out.csv"
    file.write_text(
        "as_of,eccn,destination,exporter_country,origin\n2026-12-01,EAR99,FR,US,US\n",
        encoding="utf-8",
    )

    def decided(*words):
        assert call(file, "--blank", "not-so", "--out", out, *words).exit_code == 0
        return pl.read_csv(out).row(0, named=True)

    assert decided("--regime", "us")["licence"] == "no"
    only = decided("--regime", "nl, jp")
    assert (only["subject"], only["licence"]) == ("yes", "no")
    about = json.loads((tmp_path / "out.csv.about.json").read_text(encoding="utf-8"))
    assert about["law asked"] == ["nl", "jp"]
    unknown = call(file, "--regime", "us").output
    assert "unknown" in unknown
    wrong = call(file, "--regime", "us,xx")
    assert isinstance(wrong.exception, FindingsError)
    assert "there is no law of 'xx'" in str(wrong.exception)


def test_requirements_of_other_states_do_not_count(law):
    on = date(2026, 12, 1)
    row = {"eccn": "3B001.d.8", "origin": "NL", "exporter_country": "NL", "destination": "CN"}
    every = evaluate(row, law, on)
    dutch = evaluate(row, law_of_states(law, {"nl"}), on)
    american = evaluate(row, law_of_states(law, {"us"}), on)
    own = {code for rule in law.rules if rule.regime == "nl" for code in [rule.code]}
    assert set(dutch.reasons) == set(every.reasons) & own
    assert set(american.reasons) == set(every.reasons) - own
    assert every.subject == dutch.subject == american.subject
    both = evaluate(row, law_of_states(law, {"us", "nl", "jp", "cn"}), on)
    assert both == every


def test_ctrl_c_keeps_what_is_finished(tmp_path):
    source, out = tmp_path / "many.csv", tmp_path / "out.csv"
    with source.open("w", encoding="utf-8") as file:
        file.write("as_of,eccn,destination,exporter_country,note\n")
        line = f"2024-06-01,EAR99,FR,US,{'x' * 200}\n"
        for _ in range(60):
            file.write(line * 10_000)
    program = Path(sys.executable).parent / "chokegraph"
    job = subprocess.Popen(
        [program, "determine", source, "--out", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    for _ in range(600):
        if any(tmp_path.glob(".out.csv.*.part")) or job.poll() is not None:
            break
        time.sleep(0.1)
    job.send_signal(signal.SIGINT)
    said, errors = job.communicate(timeout=120)
    assert job.returncode == 0, errors
    found = re.search(r"([\d,]+) rows read, ([\d,]+) decided", said)
    decided = int(found.group(2).replace(",", ""))
    assert 0 < decided <= 600_000
    if decided < 600_000:
        assert "Stopped before the end: what was finished is kept." in said
    assert len(out.read_text(encoding="utf-8").splitlines()) == decided + 1
    assert not list(tmp_path.glob(".*.part"))


def test_the_documented_example_prints_what_the_page_says(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "reference" / "determine.md").read_text(encoding="utf-8")
    said = re.search(r"```text\n(Not legal advice.*?)```", page, re.DOTALL).group(1)
    monkeypatch.chdir(ROOT)
    out = tmp_path / "decisions.csv"
    words = ("examples/shipments.csv", "--lists", "examples/parties.csv")
    result = call(*words, "--assume", "us_person=no", "--out", out)
    printed = result.output.replace(str(tmp_path), "").replace("/decisions", "decisions")
    for line in said.splitlines():
        if " a second)" in line:
            line = line.split(", in ")[0]
        assert line in printed, line


def test_the_page_names_every_column_of_the_output():
    from chokegraph.rules.results import RESULTS
    from chokegraph.study.lists import NOTES

    page = (ROOT / "docs" / "reference" / "determine.md").read_text(encoding="utf-8")
    for name in ("row", "id", "as_of", *RESULTS, *NOTES):
        assert f"`{name}`" in page, name


def test_the_page_of_columns_has_every_column(law):
    sys.path.insert(0, str(ROOT / "docs" / "_ext"))
    import columns_page

    from chokegraph.rules.layout import layout

    page = columns_page.page()
    for name, column in layout(law).items():
        assert f"| `{name}` |" in page
        for alias in column.aliases:
            assert alias in page
