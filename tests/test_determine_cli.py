# SPDX-License-Identifier: Apache-2.0
"""`chokegraph determine` as a user meets it, with lists, bills of materials and assumptions."""

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
from chokegraph.parties import ListEntry, PartyList
from chokegraph.rules import load_law
from chokegraph.rules.bom import make_bom
from chokegraph.rules.completing import law_of_states
from chokegraph.rules.content import BomJoin
from chokegraph.rules.decision import evaluate
from chokegraph.rules.framing import Framed
from chokegraph.study.determining import Request, prepare
from chokegraph.study.lists import ListJoin

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "shipments.csv"
PARTIES = ROOT / "examples" / "parties.csv"


@pytest.fixture(scope="module")
def law():
    return load_law()


def call(*words):
    return CliRunner().invoke(app, ["determine", *map(str, words)])


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
    if option == "--bom":
        pl.DataFrame(LINES)[:2].write_csv(read)
    else:
        read.write_bytes(PARTIES.read_bytes())
    before = read.read_bytes()
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


def entry(name, **more):
    return ListEntry(list=more.pop("code", "ENTITY_LIST"), name=name, **more)


@pytest.fixture(scope="module")
def join(law):
    entries = (
        entry("Example Fab", footnotes=("5",), scope="all", policy="denial", countries=("CN",)),
        entry("Example Army Works", code="MEU", scope="supp2_744"),
        entry("Example Once Listed", start=date(2020, 1, 1), end=date(2021, 1, 1)),
        entry("Example Laboratory of Circuits", policy="744.23_d", exceptions=("RFF",)),
    )
    return ListJoin([PartyList("made-up.csv", "own", "", entries)], law)


def joined(join, rows, **facts):
    """Join rows of (day, purchaser, intermediate, consignee, end user, its country)."""
    names = ("purchaser", "intermediate_consignee", "ultimate_consignee", "end_user")
    texts = pl.DataFrame(
        {
            name: pl.Series([row[at + 1] for row in rows], dtype=pl.String)
            for at, name in enumerate(names)
        }
    ).with_columns(end_user_country=pl.Series([row[5] for row in rows], dtype=pl.String))
    days = pl.DataFrame({"as_of": [row[0] for row in rows], **facts})
    found, notes = join(Framed(days, texts))
    return found.hstack(notes).to_dicts()


DAY = date(2025, 1, 1)


def test_lists_meet_rows(join):
    rows = joined(
        join,
        [
            (DAY, "A Co", None, "B Ltd", "EXAMPLE FAB LIMITED", "CN"),
            (DAY, "A Co", None, "B Ltd", "Nobody Known", "CN"),
            (DAY, "A Co", None, None, "Nobody Known", "CN"),
            (DAY, "A Co", "example army works", "B Ltd", "Example Fab", "HK"),
            (date(2020, 6, 1), "A Co", None, "B Ltd", "Example Once Listed", "CN"),
            (DAY, "A Co", None, "B Ltd", "Example Once Listed", "CN"),
            (DAY, "A Co", None, "B Ltd", "Exampel Laboratory of Circuit", "CN"),
            (DAY, "A Co", None, "B Ltd", "Example Fab", "US"),
            (DAY, None, None, None, "Example Laboratory of Circuits", "CN"),
            (DAY, None, None, None, "Example Army Works", "CN"),
        ],
    )
    fab, clean, unnamed, both, once, past, near, elsewhere, hit, open_army = rows
    assert (fab["party_lists"], fab["party_footnotes"]) == ("ENTITY_LIST", "5")
    assert (fab["party_list_policy"], fab["party_list_scope"]) == ("denial", "all")
    assert fab["listed_parties"] == "end_user: Example Fab (ENTITY_LIST, footnote 5)"
    assert (clean["party_lists"], clean["party_list_scope"]) == ("", "n/a")
    assert unnamed["party_lists"] is None  # someone takes part whom nobody names
    assert both["party_lists"] == "ENTITY_LIST;MEU"
    assert both["party_list_scope"] == "all"
    assert once["party_lists"] == "ENTITY_LIST"
    assert past["party_lists"] == ""
    for open_ in (near, elsewhere):
        assert open_["party_lists"] is None
        assert open_["knowledge_red_flag"] is True
        assert open_["possible_matches"]
        assert not open_["listed_parties"]
    assert hit["party_lists"] == "ENTITY_LIST"  # a listing that is sure is not lost
    assert hit["party_list_exceptions"] == "RFF"
    assert open_army["party_lists"] is None  # that nobody is on the Entity List cannot be said
    assert open_army["listed_parties"]


def test_what_a_row_says_itself_stays(join):
    rows = joined(
        join,
        [(DAY, "A", None, "B", "Exampel Laboratory of Circuit", "CN")] * 2,
        party_lists=["", None],
    )
    assert rows[0]["party_lists"] is None  # nothing is added to the row's own "none"
    assert rows[0]["knowledge_red_flag"] is None
    assert rows[1]["knowledge_red_flag"] is True


def test_no_names_no_facts(join):
    found, notes = join(Framed(pl.DataFrame({"as_of": [DAY]}), pl.DataFrame({"id": ["1"]})))
    assert not found.width
    assert not notes.width


LINES = {
    "parent": ["", "tool", "", "pump"],
    "child": ["tool", "valve", "pump", "chip"],
    "quantity": ["1", "2", "1", "1"],
    "value": ["100", "20", "50", "10"],
    "eccn": ["3B991", "3B001.b", "2B999", "EAR99"],
    "origin": ["DE", "US", "DE", "US"],
    "kind": ["commodity"] * 4,
}


def test_bills_of_materials_meet_rows(law):
    bom = BomJoin(make_bom(pl.DataFrame(LINES)), law)
    facts = pl.DataFrame(
        {
            "as_of": [date(2023, 6, 1)] * 4,
            "destination": ["CN", "CN", None, "DE"],
            "known_final_destination": ["n/a", None, None, None],
        }
    )
    found, _ = bom(Framed(facts, pl.DataFrame({"item": ["tool", "pump", "tool", "other"]})))
    assert found.height == 4
    low, high = found["us_content_pct__low"].to_list(), found["us_content_pct__high"].to_list()
    assert high[0] == pytest.approx(40.0)
    assert low[1] == 0.0
    assert low[2:] == [None, None]
    with pytest.raises(FindingsError, match="2 items at its top"):
        bom(Framed(facts, pl.DataFrame()))


def test_a_bill_of_materials_on_the_command_line(tmp_path):
    pl.DataFrame(LINES).write_csv(tmp_path / "bom.csv")
    file, out = tmp_path / "a.csv", tmp_path / "out.csv"
    file.write_text(
        "item,as_of,eccn,destination,exporter_country,origin\n"
        "tool,2023-06-01,3B991,CN,DE,DE\npump,2023-06-01,2B999,CN,DE,DE\n",
        encoding="utf-8",
    )
    words = ("--bom", tmp_path / "bom.csv", "--out", out, "--blank", "not-so")
    assert call(file, *words).exit_code == 0
    read = pl.read_csv(out)
    assert "DE_MINIMIS_25" in read["hooks"][0]
    assert "DE_MINIMIS_25" not in (read["hooks"][1] or "")


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


def test_the_page_of_bills_of_materials_has_every_column_and_does_what_it_says(monkeypatch):
    from chokegraph.rules.bom_lines import KINDS, NEEDED, OPTIONAL

    page = (ROOT / "docs" / "how-to" / "bills-of-materials.md").read_text(encoding="utf-8")
    for name in (*NEEDED, *OPTIONAL):
        assert f"| `{name}` |" in page, name
    assert all(f"`{kind}`" in page for kind in KINDS)
    monkeypatch.chdir(ROOT)
    assert (ROOT / "examples" / "bom.csv").read_text(encoding="utf-8") in page
    said = re.search(r"```text\n(row  id.*?)```", page, re.DOTALL).group(1).splitlines()
    words = ("examples/bom-shipments.csv", "--bom", "examples/bom.csv", "--blank", "not-so")
    printed = [line.rstrip() for line in call(*words).output.splitlines()]
    assert [line for line in printed if line in said] == said


@pytest.mark.parametrize(("discrete", "subject"), [("no", "yes"), ("yes", "no")])
def test_filling_in_the_blank_of_the_example_decides_it(tmp_path, discrete, subject):
    text = (ROOT / "examples" / "bom.csv").read_text(encoding="utf-8")
    bom, out = tmp_path / "bom.csv", tmp_path / "out.csv"
    bom.write_text(text.replace("3B991,JP,commodity,,", f"3B991,JP,commodity,{discrete},"))
    words = ("--bom", bom, "--blank", "not-so", "--out", out)
    assert call(ROOT / "examples" / "bom-shipments.csv", *words).exit_code == 0
    assert pl.read_csv(out)["subject"].to_list() == [subject, subject, "yes"]


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
