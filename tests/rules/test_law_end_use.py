# SPDX-License-Identifier: Apache-2.0
"""End uses, US persons, military, listed parties and affiliates: answers known beforehand."""

from datetime import date

import pytest
from tests.rules.law_rows import LAW, live, said

from chokegraph.rules.decision import Decision
from chokegraph.rules.values import NOT_APPLICABLE, Value

V4 = date(2024, 2, 1)
V5 = date(2025, 3, 1)
SMIC = "presumption_of_denial_200mm_case_by_case"


def fab(on: date, **facts: Value) -> Decision:
    """Decide an EAR99 part from the US for a fab in China."""
    home: dict[str, Value] = {
        "eccn": "EAR99", "end_use_class": "ic_production", "facility_country": "CN",
    }  # fmt: skip
    return said(on, **{**home, **facts})


# -- 744.23(a)(2): advanced nodes -------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "on", "needed"),
    [
        (128.0, date(2022, 10, 6), False),
        (128.0, date(2022, 10, 7), True),
        (127.0, date(2022, 10, 7), False),
        (232.0, V5, True),
    ],
)
def test_nand_fabs_from_the_first_day_and_from_128_layers(
    layers: float, on: date, *, needed: bool
) -> None:
    """Any item, EAR99 included, from 2022-10-07."""
    found = fab(on, nand_layers=layers)
    assert ("R_EU_ADVNODE" in found.reasons) is needed
    assert found.policy == ("presumption_of_denial" if needed else None)


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        ({"logic_nm": 14.0}, True),
        ({"logic_nm": 16.0}, True),
        ({"logic_nm": 28.0, "non_planar": False}, False),
        ({"logic_nm": 22.0, "non_planar": True}, True),
        ({"dram_half_pitch_nm": 18.0}, True),
        ({"dram_half_pitch_nm": 19.0}, False),
        ({"fab_node": "advanced"}, True),
        ({"fab_node": "mature", "logic_nm": 14.0}, False),
        ({"fab_node": "advanced", "back_end_only": True}, False),
        ({"fab_node": "advanced", "end_use_class": "packaging"}, False),
        ({"fab_node": "advanced", "facility_country": "KR"}, False),
    ],
)
def test_what_makes_a_facility_advanced(facts: dict[str, Value], *, needed: bool) -> None:
    """Each limb on and off; documented mature nodes and back-end work are out."""
    assert ("R_EU_ADVNODE" in fab(V4, **facts).reasons) is needed


def test_macau_was_added_on_17_january_2023() -> None:
    """The 2022 text named the PRC only."""
    facts: dict[str, Value] = {
        "destination": "MO", "facility_country": "MO", "fab_node": "advanced",
    }  # fmt: skip
    assert fab(date(2023, 1, 16), **facts).licence == "no"
    assert fab(date(2023, 1, 17), **facts).reasons == ("R_EU_ADVNODE",)


def test_unknown_node_catches_category_3_equipment_only() -> None:
    """A 3B991 tool for a fab of unknown node needs a licence, a valve does not."""
    assert fab(V4, fab_node="unknown", eccn="3B991").reasons == ("R_EU_ADVNODE_UNKNOWN",)
    assert fab(V4, fab_node="unknown", eccn="EAR99").licence == "no"
    assert fab(V4, fab_node="unknown", eccn="3A991").licence == "no"


def test_a_red_flag_turns_no_into_unknown_until_it_is_resolved() -> None:
    """Knowledge is unknown, not absent, while a red flag stands."""
    flagged = {"fab_node": "mature", "knowledge_red_flag": True}
    open_flag = fab(V4, **flagged)
    assert open_flag.licence == "unknown"
    assert "red_flag_confirmed" in open_flag.missing
    assert "UNRESOLVED_RED_FLAG" in open_flag.flags
    assert fab(V4, **flagged, red_flag_confirmed=False).licence == "no"
    assert "R_EU_ADVNODE" in fab(V4, **flagged, red_flag_confirmed=True).reasons


def test_footnote_5_takes_the_place_of_the_facility_limb() -> None:
    """One obstacle, not two, from the compliance day of the December 2024 rule."""
    facts: dict[str, Value] = {
        "fab_node": "advanced", "party_lists": "ENTITY_LIST", "party_footnotes": "5",
    }  # fmt: skip
    assert fab(date(2024, 12, 30), **facts).reasons == ("R_EL", "R_EU_ADVNODE")
    assert fab(date(2024, 12, 31), **facts).reasons == ("R_EL",)


def test_design_software_for_chips_to_be_made_in_china() -> None:
    """The place of production counts, wherever the designer sits."""
    facts: dict[str, Value] = {
        "ecad_tcad": True, "end_use_class": "ic_design", "facility_country": "CN", "logic_nm": 7.0,
        "destination": "SG",
    }  # fmt: skip
    assert fab(date(2024, 12, 30), **facts).licence == "no"
    assert fab(date(2024, 12, 31), **facts).reasons == ("R_EU_ADVNODE",)
    assert fab(V5, **{**facts, "facility_country": "TW"}).licence == "no"


# -- 744.23(a)(1) and (a)(4) ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "petaflops", "volume", "needed"),
    [
        (date(2022, 10, 20), 120.0, 30000.0, False),
        (date(2022, 10, 21), 100.0, 41600.0, True),
        (date(2022, 10, 21), 99.9, 41600.0, False),
        (date(2022, 10, 21), 120.0, 41601.0, False),
    ],
)
def test_supercomputers_by_performance_volume_and_day(
    on: date, petaflops: float, volume: float, *, needed: bool
) -> None:
    """100 FP64 petaflops within 41,600 cubic feet, from 2022-10-21."""
    found = said(
        on, eccn="3A991", end_use_class="supercomputer", supercomputer_fp64_pflops=petaflops,
        supercomputer_volume_ft3=volume, supercomputer_country="CN",
    )  # fmt: skip
    assert ("R_EU_SUPER" in found.reasons) is needed


def test_equipment_makers_any_item_in_2022_listed_items_from_2023() -> None:
    """The 2023 text narrowed the items to the control list."""
    maker = {"sme_development": True}
    assert fab(date(2023, 11, 16), **maker).reasons == ("R_EU_SME",)
    assert fab(date(2023, 11, 17), **maker).licence == "no"
    assert fab(date(2023, 11, 17), **maker, eccn="3A991").reasons == ("R_EU_SME",)
    abroad: dict[str, Value] = {"destination": "SG", "facility_country": "SG", "eccn": "3A991"}
    assert fab(V4, **maker, **abroad).licence == "no"
    assert fab(V4, **maker, **abroad, party_headquarters="CN").reasons == ("R_EU_SME",)


def test_a_foreign_equivalent_softens_the_review() -> None:
    """Case by case for equipment making where a foreign item does the same."""
    maker: dict[str, Value] = {"sme_development": True, "eccn": "3A991"}
    assert fab(V4, **maker).policy == "presumption_of_denial"
    assert fab(V4, **maker, foreign_equivalent=True).policy == "case_by_case"


# -- 744.6: US persons ------------------------------------------------------------------------


def service(on: date, **facts: Value) -> Decision:
    """Decide servicing by a US citizen of a Dutch firm at a FinFET fab in China."""
    home: dict[str, Value] = {
        "eccn": "NOT_SUBJECT", "item_kind": "service", "activity": "servicing", "us_person": True,
        "employer_hq": "NL", "origin": "NL", "exporter_country": "NL", "us_content_pct": 0.0,
        "end_use_class": "ic_production", "facility_country": "CN", "logic_nm": 14.0,
    }  # fmt: skip
    return said(on, **{**home, **facts})


@pytest.mark.parametrize(
    ("on", "licence", "outcomes"),
    [
        (date(2022, 10, 11), "no", ()),
        (date(2022, 10, 12), "yes", ()),
        (date(2023, 11, 16), "yes", ()),
        (date(2023, 11, 17), "no", ("USP_EXCLUSION",)),
    ],
)
def test_servicing_by_a_us_person_needs_no_item_subject_to_the_ear(
    on: date, licence: str, outcomes: tuple[str, ...]
) -> None:
    """Bound from 2022-10-12; free for allied employers from 2023-11-17."""
    found = service(on)
    assert (found.subject, found.licence, found.outcomes) == ("no", licence, outcomes)


@pytest.mark.parametrize(
    ("facts", "licence"),
    [
        ({"employer_hq": "US"}, "no"),
        ({"employer_hq": "TW"}, "no"),
        ({"employer_hq": "CN"}, "yes"),
        ({"employer_hq": "AR"}, "no"),
        ({"employer_hq": "BR"}, "yes"),
        ({"employer_majority_owner_hq": "CN"}, "yes"),
        ({"employer_majority_owner_hq": "US"}, "no"),
        ({"employer_hq": NOT_APPLICABLE}, "yes"),
        ({"us_person": False}, "no"),
        ({"activity": "none"}, "no"),
        ({"logic_nm": 28.0, "fab_node": "mature"}, "no"),
    ],
)
def test_whose_employees_are_free(facts: dict[str, Value], licence: str) -> None:
    """US, A:5 and A:6 employers not owned from Macau or D:5; companies themselves stay bound."""
    assert service(V4, **facts).licence == licence


def test_listed_equipment_counts_whatever_the_node() -> None:
    """The third limb has no test of the node."""
    mature: dict[str, Value] = {
        "logic_nm": NOT_APPLICABLE,
        "fab_node": "mature",
        "employer_hq": "CN",
    }
    assert service(V4, **mature, activity_item="3B001.c").reasons == ("R_USP",)
    assert service(V4, **mature, activity_item="3B991").licence == "no"
    assert service(V4, **mature, activity_item="3B001.c", destination="VN").licence == "no"


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
