# SPDX-License-Identifier: Apache-2.0
"""Blank end-use facts: unknown in live use, "not so" only where the user says so."""

from datetime import date

import pytest
from tests.rules.law_rows import LAW, NOTHING_SAID, live, said

from chokegraph.rules.many import decide_each, decide_many
from chokegraph.rules.values import Value

V3, V5 = date(2022, 11, 1), date(2025, 3, 1)
ASKED = (
    "end_use_class", "sme_development", "military_end_use", "party_military",
    "military_intelligence_end_use", "party_military_intelligence",
)  # fmt: skip


def all_but(on: date, eccn: str, *blank: str, **facts: Value):
    """A US export to China in live use in which everything is stated but the facts named."""
    row = {**NOTHING_SAID, "eccn": eccn, "party_headquarters": frozenset({"CN"}), **facts}
    return live(on, **{name: value for name, value in row.items() if name not in blank})


@pytest.mark.parametrize("on", [V3, V5])
def test_when_nothing_is_said_of_the_use_the_answer_is_open(on: date) -> None:
    """744.23(a)(4) and 744.21 may apply to a tool of 3B991; the facts that would tell are named."""
    found = all_but(on, "3B991", *ASKED)
    assert (found.subject, found.licence) == ("yes", "unknown")
    assert {"R_EU_SME", "R_MEU", "R_MIEU"} <= set(found.reasons_possible)
    assert set(ASKED) <= set(found.missing)


@pytest.mark.parametrize(
    ("blank", "reasons"),
    [
        (("end_use_class", "sme_development"), {"R_EU_SME"}),
        (("end_use_class", "military_end_use"), {"R_MEU"}),
        (("party_military",), {"R_MEU"}),
        (("party_military", "party_military_intelligence"), {"R_MEU", "R_MIEU"}),
        (("party_military", "military_intelligence_end_use"), {"R_MEU"}),
    ],
)
def test_each_blank_opens_what_it_is_about(blank: tuple[str, ...], reasons: set[str]) -> None:
    found = all_but(V5, "3B991", *blank)
    assert found.licence == "unknown"
    assert reasons == set(found.reasons_possible) & {"R_EU_SME", "R_MEU", "R_MIEU"}


@pytest.mark.parametrize("blank", [("sme_development",), ("military_end_use",), ("end_use_class",)])
def test_a_stated_use_or_a_stated_no_answers(blank: tuple[str, ...]) -> None:
    """Civil use is an answer for equipment making and military use, and so is a "no" to each."""
    assert all_but(V5, "3B991", *blank).licence == "no"


def test_outside_the_named_places_a_blank_matters_to_nobody() -> None:
    home: dict[str, Value] = {"destination": "JP", "party_headquarters": frozenset({"JP"})}
    assert all_but(V5, "3B991", *ASKED, **home).licence == "no"


def test_where_a_blank_is_said_to_mean_no_it_does() -> None:
    assert said(V5, eccn="3B991", end_use_class=None).licence == "no"
    assert said(V5, eccn="3B991", sme_development=True).reasons == ("R_EU_SME",)
    assert said(V5, eccn="3B991", party_military=True).reasons == ("R_MEU",)


def test_certifications_answer_for_a_blank_military_use() -> None:
    """The review policy of 2026 asks for a certificate that there is no military use."""
    chip: dict[str, Value] = {
        "tpp": 15832.0, "die_mm2": 814.0, "dram_bw_gbytes_s": 4800.0, "marketed_datacentre": True,
        "us_commercially_available": True, "us_lab_tested": True, "certifications_complete": True,
    }  # fmt: skip
    on = date(2026, 2, 15)
    assert all_but(on, "3A090.a", "party_military", **chip).policy == "case_by_case"
    assert all_but(on, "3A090.a", **chip, party_military=True).policy == "presumption_of_denial"


def test_both_engines_agree_on_blanks() -> None:
    full = {**NOTHING_SAID, "eccn": "3B991"}
    rows = [
        ({name: value for name, value in full.items() if name not in ASKED[: n + 1]}, on)
        for n in range(len(ASKED))
        for on in (V3, V5)
    ]
    assert decide_many(rows, LAW) == decide_each(rows, LAW)
