# SPDX-License-Identifier: Apache-2.0
"""Every rule of the checker fires on the mistake it is for, and only there."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import pytest

from chokegraph.errors import FindingsError, errors_only
from chokegraph.world import check_data, load_world
from chokegraph.world.descriptor import refresh
from chokegraph.world.quality import ID_PARTS, statement_hash


def structural(package):
    """Errors that keep the world from loading; load_world must raise exactly these."""
    with pytest.raises(FindingsError) as caught:
        load_world(package.spec)
    return errors_only(caught.value.findings)


def only(findings, table):
    """The one finding, without the descriptor's (its hash no longer fits, which is right)."""
    (finding,) = [f for f in findings if not f.file.endswith("datapackage.json")]
    assert finding.file.endswith(f"{table}.csv")
    assert finding.fix
    return finding


def rehash(package):
    rows = package.rows("statements")
    header = rows[0]
    for row in rows[1:]:
        row[0] = statement_hash({name: row[header.index(name)] for name in ID_PARTS})
    package.write("statements", rows)


def test_the_small_package_is_sound(package):
    assert check_data(package.folder) == []


def test_a_missing_file(package):
    package.path("firms").unlink()
    assert only(structural(package), "firms").message == "the file does not exist"


def test_several_missing_and_broken_files_are_all_reported(package):
    package.path("firms").unlink()
    package.path("chain").write_bytes(b"\xff\xfea\x00")
    package.path("needs").write_text("route;input\n", encoding="utf-8")
    files = {f.file.rsplit("/", 1)[-1] for f in structural(package)}
    assert files == {"firms.csv", "chain.csv", "needs.csv"}


def test_a_wrong_column(package):
    rows = package.rows("inputs")
    rows[0][rows[0].index("stage")] = "stages"
    package.write("inputs", rows)
    finding = only(structural(package), "inputs")
    assert (finding.line, finding.column) == (1, "stage")
    assert finding.fix == "rename the column 'stages' to 'stage'"


def test_a_column_too_many_is_a_warning(package):
    rows = package.rows("countries")
    package.write("countries", [[*rows[0], "flag"], *[[*row, "x"] for row in rows[1:]]])
    assert load_world(package.spec).countries["NL"].name == "Netherlands"
    (finding,) = [f for f in check_data(package.folder) if f.severity == "warning"]
    assert finding.message == "the column 'flag' is not used"


def test_a_bad_number(package):
    line = package.set("statements", "value", "0,8", value="0.8")
    finding = only(structural(package), "statements")
    assert (finding.line, finding.column) == (line, "value")
    assert "'0,8' is not a number" in finding.message


def test_a_share_above_one(package):
    line = package.set("statements", "value", "80", value="0.8")
    findings = structural(package)
    assert any(f.line == line and f.message == "80 is above 1" for f in findings)
    assert any("fractions, not per cent" in f.fix for f in findings)


def test_shares_that_cannot_all_be_true(package):
    row = {"subject_id": "input:scanner-wet", "object_id": "country:JP", "period_end": "2024"}
    package.set("statements", "value", "0.5", **row)
    package.set("statements", "low", "0.45", **row)
    package.set("statements", "high", "0.55", **row)
    finding = only(structural(package), "statements")
    assert "input:scanner-wet" in finding.message
    assert "sum to 1.3 (at least 1.23)" in finding.message


def test_rounding_above_one_is_allowed(package):
    row = {"subject_id": "input:scanner-wet", "object_id": "country:JP", "period_end": "2024"}
    package.set("statements", "value", "0.22", **row)
    package.set("statements", "high", "0.24", **row)
    assert load_world(package.spec).country_shares["scanner-wet"].remainder.value == 0


def test_a_cycle_is_printed(package):
    line = package.add("chain", "logic-chip", "needed_by", "resist", "1")
    finding = only(structural(package), "chain")
    assert finding.message.startswith("the chain goes round: ")
    names = finding.message.removeprefix("the chain goes round: ").split(" -> ")
    assert names[0] == names[-1]
    assert set(names) == {"resist", "exposure", "logic-chip"}
    assert finding.line <= line


def test_an_input_that_needs_itself(package):
    package.add("chain", "resist", "needed_by", "resist", "1")
    assert only(structural(package), "chain").message == "the chain goes round: resist -> resist"


def test_an_unknown_input_suggests_the_near_one(package):
    line = package.set("chain", "source_id", "resits", source_id="resist")
    finding = only(structural(package), "chain")
    assert (finding.line, finding.column) == (line, "source_id")
    assert finding.fix == "did you mean 'resist'?"


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("subject_id", "input:scaner-wet", "'scaner-wet' is no known input"),
        ("subject_id", "thing:x", "'thing:x' does not start with a known kind"),
        ("object_id", "country:XX", "'XX' is no known country"),
        ("property", "provision_shares", "'provision_shares' is not in properties.csv"),
        ("source_id", "nowhere", "'nowhere' is not in sources.csv"),
        ("derived_from", "0123456789ab", "'0123456789ab' is not in statements.csv"),
        ("grade", "E", "'E' is not allowed here"),
        ("obs_status", "Z", "'Z' is not allowed here"),
        ("period_end", "24", "'24' is not a period"),
        ("accessed", "22.11.2026", "'22.11.2026' is not a date"),
        ("low", "0.81", "value 0.8 is outside its interval 0.81 to 0.82"),
        ("value", "", "no value, but obs_status is not M (missing)"),
    ],
)
def test_a_wrong_cell_of_a_statement(package, column, value, message):
    line = package.set("statements", column, value, value="0.8")
    findings = structural(package)
    assert any(f.line == line and f.message == message and f.fix for f in findings), findings


def test_low_above_high(package):
    line = package.set("statements", "low", "0.05", object_id="country:CN", obs_status="M")
    finding = only(structural(package), "statements")
    assert (finding.line, finding.message) == (line, "low 0.05 is above high 0.03")


def test_a_value_where_none_is_claimed(package):
    package.set("statements", "value", "0.01", object_id="country:CN", obs_status="M")
    assert "obs_status is M" in only(structural(package), "statements").message


def test_duplicate_ids(package):
    line = package.add("countries", "NL", "Holland")
    finding = only(structural(package), "countries")
    assert (finding.line, finding.message) == (line, "'NL' is already in line 3")


def test_blank_required_cell(package):
    package.set("sources", "licence", "", source_id="paper")
    assert only(structural(package), "sources").message == "the cell is blank"


# Rules of evidence: the world loads, the check objects.


def test_an_id_that_does_not_match(package):
    line = package.set("statements", "locator", "p. 99", value="0.8")
    load_world(package.spec)
    finding = only(check_data(package.folder), "statements")
    assert finding.line == line
    right = finding.fix.removeprefix("set it to ")
    package.set("statements", "statement_id", right, value="0.8")
    assert not [f for f in check_data(package.folder) if f.file.endswith("statements.csv")]


def test_competing_statements_need_a_selection(package):
    package.write("selections", package.rows("selections")[:1])
    findings = [f for f in check_data(package.folder) if f.file.endswith("statements.csv")]
    messages = sorted(f.message for f in findings)
    assert len(messages) == 2
    assert messages[0].startswith(
        "2 statements compete for input:resist provision_share country:JP"
    )


def test_a_selection_of_something_else(package):
    other = next(r for r in package.rows("statements")[1:] if r[2] == "market_size")
    package.set("selections", "statement_id", other[0], property="provision_share")
    finding = only(check_data(package.folder), "selections")
    assert "is about" in finding.message


def test_a_selection_of_nothing_is_structural(package):
    package.set("selections", "statement_id", "0" * 12, property="provision_share")
    assert "is not in statements.csv" in only(structural(package), "selections").message


def test_a_selection_without_contest_is_a_warning(package):
    package.set("selections", "year", "2021", property="market_size")
    findings = [f for f in check_data(package.folder) if f.file.endswith("selections.csv")]
    assert [f.severity for f in findings] == ["warning"]


@pytest.mark.parametrize(("grade", "object_id"), [("X", "country:NL"), ("D", "country:NL")])
def test_weak_evidence_needs_a_wide_interval(package, grade, object_id):
    row = {"subject_id": "input:cleaner", "object_id": "country:US"}
    package.set("statements", "grade", grade, **row)
    finding = only(check_data(package.folder), "statements")
    assert finding.message.startswith(f"grade {grade} with an interval of 0.04, narrower than")
    package.set("statements", "low", "0.2", **row)
    package.set("statements", "high", "0.6", **row)
    assert not [f for f in check_data(package.folder) if f.file.endswith("statements.csv")]


def test_read_in_the_future(package):
    today = dt.date(2026, 11, 21)
    findings = check_data(package.folder, today=today)
    assert any(f.file.endswith("sources.csv") and "after today" in f.message for f in findings)
    assert any(f.file.endswith("statements.csv") and "after today" in f.message for f in findings)
    assert check_data(package.folder, today=dt.date(2026, 11, 22)) == []


def test_a_wrong_unit(package):
    package.set("statements", "unit", "EUR million", value="24000")
    assert "convert to USD million" in only(check_data(package.folder), "statements").fix


def test_no_locator_and_no_distribution(package):
    package.set("statements", "dist", "gaussian", value="0.8")
    assert "is no distribution" in only(check_data(package.folder), "statements").message
    package.set("statements", "dist", "point", value="0.8")
    package.set("statements", "locator", "", value="0.8")
    rehash(package)
    assert only(check_data(package.folder), "statements").message == "no locator"


def test_a_distribution_that_cannot_have_the_interval(package):
    package.set("statements", "dist", "lognormal", value="0.8")
    package.set("statements", "low", "0", value="0.8")
    message = only(check_data(package.folder), "statements").message
    assert message == "a lognormal is above 0, and low is 0"
    package.set("statements", "dist", "beta", value="24000")
    package.set("statements", "dist", "beta", value="0.8")
    (finding,) = [f for f in check_data(package.folder) if "beta" in f.message]
    assert "between 0 and 1" in finding.message


def test_a_group_that_does_not_sum_to_one(package):
    for country in ("US", "JP"):
        package.set(
            "statements",
            "dist",
            "dirichlet-group:cleaners",
            subject_id="input:cleaner",
            object_id=f"country:{country}",
        )
    message = only(check_data(package.folder), "statements").message
    assert message == "the group 'cleaners' sums to 0.86 to 0.94, not 1"


def test_sources_that_may_not_be_passed_on(package):
    package.set("sources", "redistributable", "no", source_id="paper")
    (finding,) = [f for f in check_data(package.folder) if f.file.endswith("statements.csv")]
    assert finding.severity == "warning"  # an error in the bundled facts, see check_quality
    assert "'paper', which may not be passed on" in finding.message


def test_needs_that_make_no_sense(package):
    package.set("needs", "grade_asked", "1", input_id="resist")
    assert "has no ladder" in only(check_data(package.folder), "needs").message
    package.set("needs", "grade_asked", "", input_id="resist")
    package.set("needs", "input_id", "exposure", input_id="resist")
    assert "is not bought" in only(check_data(package.folder), "needs").message
    package.drop("needs", route_id="logic-around")
    findings = check_data(package.folder)
    assert any("needs nothing" in f.message for f in findings)


# The descriptor.


def descriptor_findings(package):
    return [f for f in check_data(package.folder) if f.file.endswith("datapackage.json")]


def test_a_changed_table_no_longer_matches_its_hash(package):
    package.set("countries", "name", "Holland", country_id="NL")
    (finding,) = descriptor_findings(package)
    assert "countries.csv has changed" in finding.message


def test_the_descriptor_is_missing_or_broken(package):
    path = package.folder / "datapackage.json"
    text = path.read_text()
    for broken, message in (
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"name": "x"}', "'resources' is no list"),
        (text.replace('"version": "1"', '"version": ""'), "no 'version'"),
        (text.replace('"path": "chain.csv"', '"path": "links.csv"'), "no file 'links.csv'"),
        (text.replace('"name": "essentiality"', '"name": "weight"'), "weight"),
    ):
        path.write_text(broken)
        assert any(message in f.message for f in descriptor_findings(package)), message
    path.unlink()
    assert descriptor_findings(package)[0].message == "the file does not exist"


def test_describing_a_changed_package_makes_it_sound_again(package):
    assert refresh(package.folder) == []
    package.set("countries", "name", "Holland", country_id="NL")
    package.path("extra").write_text("name,size\na,1\nb,\n", encoding="utf-8")
    assert len(descriptor_findings(package)) == 2
    assert refresh(package.folder) == ["countries", "extra"]
    assert check_data(package.folder) == []
    document = json.loads((package.folder / "datapackage.json").read_text())
    fields = document["resources"][-1]["schema"]["fields"]
    assert [field["type"] for field in fields] == ["string", "number"]
    assert document["version"] == "1"


def test_describing_a_broken_package_changes_nothing(package):
    before = (package.folder / "datapackage.json").read_bytes()
    package.path("countries").write_bytes(b"country_id\nNL\n")
    package.path("extra").write_bytes(b"\x00")
    with pytest.raises(FindingsError) as caught:
        refresh(package.folder)
    assert {f.file.rsplit("/", 1)[-1] for f in caught.value.findings} == {
        "countries.csv",
        "extra.csv",
    }
    assert (package.folder / "datapackage.json").read_bytes() == before


def test_a_table_that_is_not_described(package):
    shutil.copy(package.path("chain"), package.folder / "extra.csv")
    (finding,) = descriptor_findings(package)
    assert finding.message == "extra.csv is not described"


@pytest.mark.parametrize(
    "spec",
    ["builtins", "builtin@20", "builtin:x", "eto", "package:", "", "@2024", "builtin@2024@2025"],
)
def test_a_spec_that_names_no_world(spec):
    with pytest.raises(FindingsError) as caught:
        load_world(spec)
    assert caught.value.findings[0].fix


def test_a_folder_given_as_spec_is_told_the_two_forms(tmp_path):
    with pytest.raises(FindingsError) as caught:
        load_world(str(tmp_path))
    assert f"package:{tmp_path}" in caught.value.findings[0].fix
