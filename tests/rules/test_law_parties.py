# SPDX-License-Identifier: Apache-2.0
"""Military end users, listed parties and affiliates: answers known beforehand."""

from datetime import date

import pytest
from tests.rules.law_rows import LAW, live, said

from chokegraph.rules.decision import Decision
from chokegraph.rules.values import Value

V4 = date(2024, 2, 1)
V5 = date(2025, 3, 1)
SMIC = "presumption_of_denial_200mm_case_by_case"

# -- 744.21 and 744.22 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eccn", "destination", "on", "needed"),
    [
        ("3A991", "CN", date(2020, 6, 29), True),
        ("EAR99", "CN", V4, False),
        ("EAR99", "RU", V4, True),
        ("3A991", "KH", date(2021, 12, 8), False),
        ("3A991", "KH", date(2021, 12, 9), True),
        ("3A991", "NI", date(2024, 3, 15), True),
        ("3A991", "VN", V4, False),
    ],
)
def test_military_end_users_by_country_and_day(
    eccn: str, destination: str, on: date, *, needed: bool
) -> None:
    """Supplement 2 items in the named countries; any item in Russia."""
    found = said(on, eccn=eccn, destination=destination, party_military=True)
    assert ("R_MEU" in found.reasons) is needed
    civil = said(on, eccn=eccn, destination=destination)
    assert "R_MEU" not in civil.reasons


def test_listed_military_end_users_are_caught_wherever_they_are() -> None:
    """A party of the Military End-User List in Germany, Supplement 2 items only."""
    assert said(V4, eccn="3A991", destination="DE", party_lists="MEU").reasons == ("R_MEU",)
    assert said(V4, eccn="EAR99", destination="DE", party_lists="MEU").licence == "no"


def test_military_intelligence_catches_any_item() -> None:
    """744.22, from 2021-03-16."""
    facts: dict[str, Value] = {"eccn": "EAR99", "party_military_intelligence": True}
    assert said(date(2021, 3, 15), **facts).licence == "no"
    assert said(date(2021, 3, 16), **facts).reasons == ("R_MIEU",)


# -- listed parties ---------------------------------------------------------------------------


def listed(on: date = V4, **facts: Value) -> Decision:
    """Decide an EAR99 valve for an Entity List party."""
    return said(on, **{"eccn": "EAR99", "party_lists": "ENTITY_LIST", **facts})


def test_the_text_of_the_entry_limits_the_requirement() -> None:
    """All items, the control list only, or what a special entry names."""
    assert listed().reasons == ("R_EL",)
    assert listed(party_list_scope="ccl").licence == "no"
    assert listed(party_list_scope="ccl", eccn="3A991").reasons == ("R_EL",)
    special = listed(party_list_scope="other")
    assert (special.licence, special.missing) == ("unknown", ("party_entry_covers_item",))


def test_a_foreign_item_is_free_although_the_party_is_listed() -> None:
    """The EAR do not reach an item merely because a listed party receives it."""
    assert listed(origin="DE", exporter_country="DE", us_content_pct=5.0).licence == "no"


@pytest.mark.parametrize(
    ("facts", "policy"),
    [
        ({}, "presumption_of_denial"),
        ({"party_list_policy": "denial"}, "denial"),
        ({"party_list_policy": "case_by_case"}, "case_by_case"),
        ({"party_list_policy": "presumption_of_approval"}, "presumption_of_approval"),
        (
            {"party_list_policy": "presumption_of_denial_200mm_case_by_case"},
            "presumption_of_denial",
        ),
        ({"party_list_policy": SMIC, "line_200mm": True}, "case_by_case"),
        ({"party_list_policy": "denial_case_by_case_outside_sme"}, "case_by_case"),
        ({"party_list_policy": "denial_case_by_case_outside_sme", "eccn": "3B993.c.3"}, "denial"),
        ({"party_list_policy": "744.23_d"}, "presumption_of_denial"),
        ({"party_footnotes": "1"}, "presumption_of_denial"),
        ({"party_footnotes": "1", "below_5g": True}, "case_by_case"),
    ],
)
def test_review_follows_the_entry(facts: dict[str, Value], policy: str) -> None:
    """SMIC's 200 mm lines, SwaySure's other items, Huawei below 5G."""
    assert listed(V5, **facts).policy == policy


def test_other_lists() -> None:
    """Denied persons; the Unverified List needs a statement and bars exceptions."""
    assert said(V4, eccn="EAR99", party_lists="DPL").reasons == ("R_GP4",)
    unverified = said(V4, eccn="EAR99", party_lists="UVL")
    assert (unverified.licence, unverified.flags) == ("no", ("UVL_STATEMENT",))


# -- affiliates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "on", "licence", "outcomes"),
    [
        (50.0, date(2025, 9, 28), "no", ()),
        (50.0, date(2025, 9, 29), "yes", ()),
        (49.9, date(2025, 9, 29), "no", ()),
        (50.0, date(2025, 11, 9), "yes", ()),
        (50.0, date(2025, 11, 10), "no", ("AFFILIATES_RULE_SUSPENDED",)),
        (100.0, date(2026, 11, 9), "no", ("AFFILIATES_RULE_SUSPENDED",)),
        (50.0, date(2026, 11, 10), "yes", ()),
    ],
)
def test_affiliates_by_share_and_day(
    share: float, on: date, licence: str, outcomes: tuple[str, ...]
) -> None:
    """In force for six weeks, suspended for a year, back on the text."""
    found = said(on, eccn="EAR99", party_listed_owners_pct=share)
    assert (found.licence, found.outcomes) == (licence, outcomes)
    assert "OWNERSHIP_RED_FLAG" in found.flags


def test_the_return_of_the_affiliates_rule_carries_its_mark() -> None:
    """An extension could not be checked, so the answer says what it rests on."""
    found = said(date(2026, 11, 10), eccn="EAR99", party_listed_owners_pct=60.0)
    assert "ear-affiliates [?]" in found.marks


def test_affiliates_of_military_end_users_take_on_the_narrower_requirement() -> None:
    """To the same degree as the owners."""
    facts: dict[str, Value] = {
        "party_listed_owners_pct": 80.0, "party_listed_owners_scope": "supp2_744",
    }  # fmt: skip
    on = date(2025, 10, 15)
    assert said(on, eccn="EAR99", **facts).licence == "no"
    assert said(on, eccn="3A991", **facts).reasons == ("R_AFFIL",)


def test_the_temporary_general_licence() -> None:
    """Allied destinations, and joint ventures with an allied partner."""
    on = date(2025, 10, 15)
    facts: dict[str, Value] = {"eccn": "EAR99", "party_listed_owners_pct": 60.0}
    assert said(on, **facts).licence == "yes"
    assert said(on, **facts, destination="JP").exceptions == ("TGL_7",)
    assert said(on, **facts, joint_venture_allied_partner=True).licence == "exception"


def test_unknown_ownership_is_not_called_free() -> None:
    """While the rule is in force a blank share leaves the answer open."""
    found = live(
        date(2025, 10, 15), eccn="EAR99", origin="US", exporter_country="US", destination="CN",
        end_use_class="civil_other", party_lists=frozenset(), party_footnotes=frozenset(),
        party_headquarters=frozenset({"CN"}),
    )  # fmt: skip
    assert "R_AFFIL" in found.reasons_possible
    assert "party_listed_owners_pct" in found.missing


def test_known_in_october_2025_the_rule_goes_on() -> None:
    """The second clock: nobody knew of the suspension."""
    law = LAW.known_on(date(2025, 10, 15))
    version = law.rule("ear-affiliates").version_on(date(2025, 12, 1))
    assert version is not None
