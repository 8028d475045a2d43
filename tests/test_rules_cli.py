# SPDX-License-Identifier: Apache-2.0
"""`chokegraph rules`: what it prints, in all formats, and what it says of mistakes."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chokegraph.cli import app, main
from chokegraph.cli.rules import rules_app
from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.known_items import load_known

CASES = Path(__file__).parent / "known_answers" / "ear" / "us_persons.csv"


def invoke(*arguments):
    result = CliRunner().invoke(app, ["rules", *arguments], prog_name="chokegraph")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run(*arguments):
    result = invoke(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def rows(*arguments):
    return list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv"))))


def data(*arguments):
    return json.loads(run(*arguments, "--format", "json"))


def test_every_command_is_there():
    names = {command.name for command in rules_app.registered_commands}
    assert names == {"list", "show", "at", "diff", "timeline", "check"}


# -- list, show, at -------------------------------------------------------------------------------


def test_list_has_every_rule_in_every_format():
    law = load_law()
    assert [row["id"] for row in rows("list")] == [rule.id for rule in law.rules]
    assert len(data("list")) == len(law.rules)
    assert f"{len(law.rules)} rules" in run("list")


def test_list_by_state_kind_and_day():
    assert {row["regime"] for row in rows("list", "--regime", "nl")} == {"nl"}
    assert {row["kind"] for row in rows("list", "--kind", "exception")} == {"exception"}
    before = {row["id"] for row in rows("list", "--on", "2022-01-01")}
    after = {row["id"] for row in rows("list", "--on", "2024-06-01")}
    assert len(before) < len(after)


def test_list_as_it_could_be_known():
    def beginnings(*arguments):
        return {row["id"] for row in rows("list", "--on", "2024-06-01", *arguments)}

    assert beginnings("--known-on", "2022-01-01") < beginnings()


def test_show_a_rule_has_versions_citations_marks_and_conditions():
    rule = next(rule for rule in load_law().rules if rule.code == "R_RS_ADVCOMP")
    text = run("show", rule.id)
    assert rule.title in text
    assert text.count("version ") >= len(rule.versions)
    for version in rule.versions:
        assert version.cite in text
        assert f"[{version.confidence}]" in text
        assert version.effective.isoformat() in text
    assert "when" in text
    record = data("show", rule.id)
    assert [v["cite"] for v in record["versions"]] == [v.cite for v in rule.versions]
    assert all(v["condition"] for v in record["versions"])


def test_show_a_threshold_a_group_a_fact_a_policy_and_a_code():
    assert "4800" in run("show", "tpp-high")
    assert "VN" in run("show", "D:1")
    assert "Total processing performance" in run("show", "tpp")
    assert "Presumption of denial" in run("show", "presumption_of_denial")
    assert "R_EL" in run("show", "R_EL")
    group = data("show", "D:5")
    assert "CN" in group["versions"][-1]["members"]
    assert group["used_by"]


def test_at_shows_the_thresholds_of_the_day():
    values = {
        row["id"]: row["value"] for row in rows("at", "2024-02-01") if row["part"] == "parameters"
    }
    assert float(values["tpp-high"]) == 4800
    book = data("at", "2026-02-01")
    assert any(rule["status"] == "suspended" for rule in book["beside"])
    text = run("at", "2026-02-01", "--regime", "us")
    assert "In the books without counting" in text
    assert "Not legal advice" in text


# -- diff, timeline -------------------------------------------------------------------------------


def test_diff_shows_the_law_and_who_is_moved():
    text = run("diff", "2023-11-16", "2023-11-17", "--item", "a800", "--item", "a100")
    assert "changes in the law" in text
    assert "A800 SXM (a800)" in text
    assert "stricter" in text
    assert "Not legal advice" in text
    moved = rows("diff", "2023-11-16", "2023-11-17", "--route", "us-cn")
    assert {"a800", "h800"} <= {row["item"] for row in moved}
    assert "same" not in {row["change"] for row in moved}
    record = data("diff", "2023-11-16", "2023-11-17", "--item", "a800", "--route", "us-cn")
    assert [each["change"] for each in record["items"]] == ["stricter"]
    assert record["law"]


def test_diff_of_everything_shows_also_what_stays():
    pairs = sum(len(load_known().routes_of(item)) for item in load_known().items.values())
    assert len(rows("diff", "2024-01-01", "2024-01-01", "--all")) == pairs
    assert rows("diff", "2024-01-01", "2024-01-01") == []


def test_diff_with_items_of_ones_own(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "routes: [{id: way, name: my way, facts: {origin: US, exporter_country: US,"
        " destination: CN, party_headquarters: [CN]}}]\n"
        "items: [{id: mine, name: My chip, kind: chip, routes: [way], source: own, mark: A,"
        " facts: {eccn: 3A991, tpp: 5000, die_mm2: 500, marketed_datacentre: true}}]\n",
        encoding="utf-8",
    )
    text = run("diff", "2023-11-16", "2023-11-17", "--items", str(file))
    assert "My chip (mine)" in text


def test_timeline_of_the_law():
    events = rows("timeline", "--from", "2023-11-17", "--to", "2023-11-17")
    assert {event["day"] for event in events} == {"2023-11-17"}
    assert all(event["cite"] for event in events)
    assert "2023-11-17" in run("timeline", "--from", "2023-11-01", "--to", "2023-12-01")
    assert {event["regime"] for event in data("timeline", "--regime", "jp")} == {"jp"}


def test_timeline_of_an_item():
    text = run("timeline", "A800", "--route", "us-cn")
    assert "2023-11-17  licence" in text
    assert "NVIDIA" in text
    days = [row["day"] for row in rows("timeline", "a800", "--route", "us-cn")]
    assert "2023-11-17" in days
    assert data("timeline", "a800", "--from", "2024-01-01", "--to", "2024-01-02")


# -- check ----------------------------------------------------------------------------------------


def test_check_prints_each_row_and_a_count():
    text = run("check", str(CASES))
    assert "PERSON-01" in text
    assert "expected" in text
    assert "actual" in text
    assert "certain" in text
    assert "nothing is blocking" in text
    found = rows("check", str(CASES))
    assert {"id", "verdict", "expected", "actual"} <= set(found[0])
    answer = data("check", str(CASES))
    assert sum(answer["counts"]["certain"].values()) > 0
    assert answer["cases"][0]["decision"]["citations"] is not None


def changed(tmp_path, old, new):
    file = tmp_path / "cases.csv"
    file.write_text(CASES.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return str(file)


def test_a_certain_row_that_fails_ends_with_one(tmp_path):
    file = changed(tmp_path, ",no,NONE,no,NONE,", ",no,NONE,yes,R_USP,")
    result = invoke("check", file, "--failures")
    assert result.exit_code == 1
    assert "blocking: PERSON-01" in result.output
    assert "PERSON-02" not in result.output


def test_a_likely_row_that_fails_does_not(tmp_path):
    text = CASES.read_text(encoding="utf-8").splitlines()
    file = tmp_path / "cases.csv"
    likely = next(line for line in text if ",likely," in line)
    file.write_text(f"{text[0]}\n{likely.replace(',NONE,no,', ',NONE,exception,', 1)}\n")
    assert invoke("check", str(file)).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "ear-nothing-of-the-kind"), "nothing in the law is called"),
        (("show", "tpp-hig"), "did you mean tpp-high"),
        (("list", "--kind", "hok"), "did you mean hook"),
        (("list", "--regime", "uk"), "there is no regime 'uk'"),
        (("timeline", "--regime", "uk"), "there is no regime 'uk'"),
        (("at", "2024"), "'2024' is not a date"),
        (("at", "2024-01-01", "--known-on", "then"), "'then' is not a date"),
        (("diff", "2024-01-01", "tomorrow"), "'tomorrow' is not a date"),
        (("diff", "2024-01-01", "2025-01-01", "--item", "a900"), "did you mean a800"),
        (
            ("diff", "2024-01-01", "2025-01-01", "--route", "us-cn-matur"),
            "did you mean us-cn-mature",
        ),
        (("timeline", "nxt1980"), "no known item is called"),
        (("diff", "2024-01-01", "2025-01-01", "--items", "none.yaml"), "cannot be read"),
        (("check", "none.csv"), "cannot be read"),
    ],
)
def test_mistakes_are_findings(arguments, message):
    with pytest.raises(FindingsError, match=message):
        run(*arguments)


def test_a_broken_case_file_ends_with_all_its_findings(tmp_path):
    file = changed(tmp_path, "2022-10-11", "soon")
    with pytest.raises(FindingsError, match="2:as_of: error: 'soon' is not a date"):
        run("check", file)


def test_mistakes_end_with_two_and_are_printed(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["chokegraph", "rules", "show", "tpp-hig"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "did you mean tpp-high?" in capsys.readouterr().err
