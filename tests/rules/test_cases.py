# SPDX-License-Identifier: Apache-2.0
"""Case files: reading, comparing, and the law's own known answers."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.case_file import CERTAINTIES, COLUMNS, parse_cases, read_cases
from chokegraph.rules.cases import check_cases, counts, expected_text, judged
from chokegraph.rules.completing import completed, law_of
from chokegraph.rules.decision import Decision
from chokegraph.rules.many import decide_each
from chokegraph.rules.values import NOT_APPLICABLE, Interval
from rules.small_law import small_law

FOLDER = Path(__file__).parents[1] / "known_answers" / "ear"
FILES = sorted(FOLDER.glob("*.csv"))

ROW = {
    "id": "A", "as_of": "2024-02-01", "item_eccn": "3A090.a", "item_parameters": '{"tpp": 4992}',
    "origin": "US", "us_content_pct": "", "production": "{}", "exporter": "seller",
    "destination": "CN", "end_user": "buyer", "end_use": "use", "expected_subject": "yes",
    "expected_hook": "US_ORIGIN", "expected_licence_required": "yes",
    "expected_reason": "R_RS_ADVCOMP", "citation": "742.6", "certainty": "certain", "note": "",
    "facts": '{"exporter_country": "US", "end_user_ultimate_hq": "CN", "lists": []}',
}  # fmt: skip


def text_of(*rows, columns=COLUMNS):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({**ROW, **row} for row in rows)
    return out.getvalue()


def one(**changes):
    cases, warnings = parse_cases(text_of(changes), load_law())
    assert not warnings
    return cases[0]


def findings(text):
    with pytest.raises(FindingsError) as caught:
        parse_cases(text, load_law(), file="c.csv")
    return [str(finding) for finding in caught.value.findings]


# -- the known answers ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes():
    law = load_law()
    return [outcome for file in FILES for outcome in check_cases(read_cases(file, law)[0], law)]


def test_every_known_answer_that_is_certain_holds(outcomes):
    wrong = [
        f"{each.case.id} ({each.case.note}): {'; '.join(each.differences)}"
        for each in outcomes
        if each.blocking
    ]
    assert wrong == []


def test_a_case_on_which_the_engines_disagree_fails():
    def contrary(rows, law):
        return [replace(each, licence="unknown") for each in decide_each(rows, law)]

    [outcome] = check_cases([one()], load_law(), engines=(decide_each, contrary))
    assert outcome.verdict == "fail"
    assert outcome.differences[-1] == "the two engines disagree on licence"


def test_known_answers_that_do_not_hold_are_explained(outcomes):
    page = Path(__file__).parents[2] / "docs" / "explanation" / "cases.md"
    text = page.read_text(encoding="utf-8")
    failing = [each.case.id for each in outcomes if each.verdict != "pass"]
    assert [name for name in failing if name not in text] == []


def test_the_page_on_cases_counts_them_rightly(outcomes):
    page = Path(__file__).parents[2] / "docs" / "explanation" / "cases.md"
    text = page.read_text(encoding="utf-8")
    for certainty, found in counts(outcomes).items():
        row = f"| {certainty.replace('_', ' ')} | {sum(found.values())} | {found['pass']} |"
        assert row in text
    for file in FILES:
        rows = len(read_cases(file, load_law())[0])
        assert f"| `{file.name}` | {rows} |" in text


def test_there_are_enough_known_answers_on_every_mechanism():
    law = load_law()
    cases = [case for file in FILES for case in read_cases(file, law)[0]]
    assert len({case.id for case in cases}) == len(cases) >= 60
    assert {case.certainty for case in cases} == set(CERTAINTIES)
    assert {case.regime for case in cases} >= {"us", "nl", "cn"}
    assert all(case.citation and case.note for case in cases)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_case_files_are_read_without_a_warning(file):
    assert read_cases(file, load_law())[1] == ()


# -- reading --------------------------------------------------------------------------------------


def test_keys_of_the_json_columns_become_facts():
    case = one(
        item_parameters='{"tpp": [4000, 5000], "name": "x", "production_started": "2020-05-01"}',
        production=json.dumps(
            {
                "plant_direct_product_of_us_3E": True,
                "plant_country": "TW",
                "osat": "approved (Supp. 7 to 740)",
                "designer": "HiSilicon",
                "eu_ownership": {"listed_parts_pct": [30, 25]},
                "route": "through US foreign-trade zone",
            }
        ),
        facts='{"end_user_ultimate_hq": "CN", "footnotes": [1, 5], "lists": ["ENTITY_LIST"]}',
    )
    row = case.row
    assert row["tpp"] == Interval(4000, 5000)
    assert row["production_started"] == date(2020, 5, 1)
    assert row["plant_direct_product_of_us"] is True
    assert row["made_in"] == "TW"
    assert row["osat_status"] == "approved"
    assert row["designer_listed_footnotes"] == {"1"}
    assert row["party_listed_owners_pct"] == 55
    assert row["route"] == {"us-transit", "us-foreign-trade-zone"}
    assert row["party_headquarters"] == {"CN"}
    assert row["party_footnotes"] == {"1", "5"}
    assert row["party_countries"] == {"CN"}
    assert case.title == "3A090.a x, to CN"


def test_what_is_not_mentioned_is_not_so_or_not_relevant():
    row = one().row
    assert row["is_informed_letter"] is False
    assert row["party_lists"] == frozenset()
    assert row["die_mm2"] is NOT_APPLICABLE
    assert row["us_content_pct"] is NOT_APPLICABLE
    assert "performance_density" not in row  # it follows from the others


def test_null_is_unknown_and_na_is_not_applicable():
    row = one(item_parameters='{"tpp": null, "die_mm2": "n/a"}').row
    assert row["tpp"] is None
    assert row["die_mm2"] is NOT_APPLICABLE


def test_a_servicing_case_names_the_item_that_it_serves():
    row = one(item_parameters='{"activity": "servicing etch tool described in 3B001.c"}').row
    assert (row["activity"], row["activity_item"]) == ("servicing", "3B001.c")
    assert one(item_parameters='{"activity": "advice on yield"}').row["activity"] == "support"


def test_the_review_policy_is_found_in_the_note():
    assert one(note="600 GB/s; review=presumption-of-denial (but see 5G)").policy == (
        "presumption_of_denial"
    )


def test_a_row_of_another_state_asks_that_states_law():
    case = one(item_parameters='{"regime": "NL"}', expected_subject="n/a")
    assert (case.regime, case.subject) == ("nl", "")


def test_a_supercomputer_stands_where_the_item_goes():
    case = one(facts='{"supercomputer_fp64_pflops": 120, "known_final_destination": "MO"}')
    assert case.row["supercomputer_country"] == "MO"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"as_of": "2024-13-01"}, "c.csv:2:as_of: error: '2024-13-01' is not a date"),
        ({"item_parameters": '{"tpp": 4992'}, "c.csv:2:item_parameters: error: not JSON"),
        ({"production": "[1]"}, "[1] is not a JSON object"),
        ({"facts": '{"lists": [], "lists": []}'}, "lists is there twice"),
        ({"item_parameters": '{"tpp": "much"}'}, "tpp: 'much' is not a number"),
        ({"item_parameters": '{"tpp": [5, 4]}'}, "is not a number"),
        ({"item_parameters": '{"marketed_datacentre": 1}'}, "neither true nor false"),
        ({"item_parameters": '{"production_started": "May"}'}, "write YYYY-MM-DD"),
        ({"item_parameters": '{"regime": "UK"}'}, "there is no law of 'UK'"),
        ({"item_parameters": '{"activity": 3}'}, "activity: 3 is not a text"),
        ({"production": '{"eu_ownership": 60}'}, "does not say what is owned"),
        ({"facts": '{"lists": 3.5}'}, "is not a list of names"),
        ({"facts": '{"footnotes": 3.5}'}, "is not a list"),
        ({"destination": "China"}, "write two capital letters"),
        ({"us_content_pct": "a lot"}, "c.csv:2:us_content_pct: error: 'a lot' is not a number"),
        ({"certainty": "sure"}, "c.csv:2:certainty: error: 'sure' is not a value"),
        ({"expected_licence_required": "maybe"}, "use one of yes, no, exception, unknown"),
        ({"id": ""}, "the row has no id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_with_its_place(changes, message):
    found = findings(text_of(changes))
    assert any(message in each for each in found), found


def test_everything_wrong_is_reported_at_once_with_its_line():
    text = text_of(
        {"as_of": "x"}, {"id": "B"}, {"id": "B", "note": "two\nlines"}, {"certainty": "?"}
    )
    found = findings(text)
    assert [each.split(" ")[0] for each in found] == [
        "c.csv:2:as_of:", "c.csv:4:id:", "c.csv:6:id:", "c.csv:6:certainty:",
    ]  # fmt: skip


def test_a_key_that_means_nothing_is_a_warning_with_a_suggestion():
    _, warnings = parse_cases(text_of({"facts": '{"fab_nod": "mature"}'}), load_law())
    assert [w.severity for w in warnings] == ["warning"]
    assert "did you mean fab_node?" in str(warnings[0])


def test_a_code_that_does_not_exist_is_unknown_and_a_warning():
    cases, warnings = parse_cases(text_of({"facts": '{"fab_node": "old"}'}), load_law())
    assert cases[0].row["fab_node"] is None
    assert "use one of advanced, mature, unknown" in str(warnings[0])


def test_lists_and_owners_in_other_words():
    assert one(facts='{"lists": ["MEU_LIST"]}').row["party_lists"] == {"MEU"}
    assert one(production='{"eu_ownership": {}}').row["party_listed_owners_pct"] is None
    assert one(production='{"designer_status": "authorized"}').row["designer_status"] == (
        "authorised"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no column 'id'"),
        (",".join(COLUMNS).replace("certainty", "certinty") + "\n", "is it certinty?"),
        (",".join((*COLUMNS, "id")) + "\n", "column 'id' is there twice"),
        (",".join(COLUMNS) + "\n", "there are no cases"),
        (",".join(COLUMNS) + "\nA,2024-01-01\n", "2 cells, but the header has 19"),
        (",".join(COLUMNS) + '\n"A"b,2024-01-01\n', "not CSV"),
    ],
)
def test_broken_files_are_findings(text, message):
    assert any(message in each for each in findings(text))


def test_a_missing_file_is_a_finding(tmp_path):
    with pytest.raises(FindingsError, match="cannot be read"):
        read_cases(tmp_path / "none.csv", load_law())
    latin = tmp_path / "latin.csv"
    latin.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FindingsError, match="UTF-8"):
        read_cases(latin, load_law())


# -- comparing ------------------------------------------------------------------------------------

ANSWER = Decision(
    subject="yes", licence="yes", hooks=("US_ORIGIN",), reasons=("R_EL", "R_RS_ADVCOMP"),
    outcomes=("SUPP4_EXCLUSION",), exceptions=("NAC",), policy="presumption_of_denial",
    hooks_possible=("FDP_SME",), reasons_possible=("R_HQ",), missing=("tpp",),
)  # fmt: skip


def verdict(case_changes=None, **decision):
    case = replace(one(), **(case_changes or {}))
    return judged(case, replace(ANSWER, **decision)).verdict


def test_expected_codes_must_be_among_the_engines():
    assert verdict() == "pass"
    assert verdict({"reasons": ("R_RS_ADVCOMP", "NAC", "SUPP4_EXCLUSION")}) == "pass"
    assert verdict({"reasons": ("R_MEU",)}) == "fail"
    assert verdict({"hooks": ("IN_US",)}) == "fail"
    assert verdict({"hooks": (), "reasons": ()}) == "pass"


def test_none_means_that_nothing_stands():
    assert verdict({"reasons": ("NONE",)}) == "fail"
    nothing = {"reasons": (), "licence": "no", "policy": None}
    expected = {"reasons": ("NONE",), "licence": "no"}
    assert verdict(expected, **nothing) == "pass"
    assert verdict({**expected, "hooks": ("NONE",)}, **nothing) == "fail"


def test_the_policy_is_compared_where_the_note_names_it():
    assert verdict({"policy": "case_by_case"}) == "fail"
    assert verdict({"policy": "presumption_of_denial"}) == "pass"


def test_unknown_is_neither_right_nor_wrong():
    assert verdict(licence="unknown", policy=None) == "not decidable"
    assert verdict(subject="unknown") == "not decidable"
    assert verdict({"reasons": ("R_HQ",)}) == "not decidable"
    assert verdict({"hooks": ("FDP_SME",)}) == "not decidable"
    assert verdict(licence="unknown", subject="no", policy=None) == "fail"
    assert verdict({"licence": "unknown"}, licence="unknown") == "pass"


def test_only_certain_rows_block():
    case = one()
    assert judged(case, replace(ANSWER, licence="no")).blocking
    assert judged(case, replace(ANSWER, licence="unknown")).blocking
    assert not judged(replace(case, certainty="likely"), replace(ANSWER, licence="no")).blocking
    table = counts([judged(case, ANSWER), judged(case, replace(ANSWER, licence="no"))])
    assert table["certain"] == {"pass": 1, "fail": 1, "not decidable": 0}


def test_the_expectation_is_shown_in_one_line():
    assert expected_text(one(expected_subject="n/a", expected_hook="")) == (
        "- | - | yes | R_RS_ADVCOMP"
    )


# -- one state's law ------------------------------------------------------------------------------


def test_the_law_of_one_state_keeps_what_its_rules_refer_to():
    law = load_law()
    for regime in ("us", "nl", "jp", "cn"):
        theirs = law_of(law, regime)
        assert [r for r in theirs.rules if r.regime == regime] == [
            r for r in law.rules if r.regime == regime
        ]
    assert law_of(small_law(), "nl").rules == ()


def test_completing_leaves_what_is_given():
    law = small_law()
    row = completed({"power": 1.0, "area": None}, law)
    assert (row["power"], row["area"]) == (1.0, None)
    assert "density" not in row
