# SPDX-License-Identifier: Apache-2.0
"""End uses of 744.23 and US persons of 744.6: answers known beforehand."""

from datetime import date

import pytest
from tests.rules.law_rows import live, said

from chokegraph.rules.decision import Decision
from chokegraph.rules.values import NOT_APPLICABLE, Value

V4 = date(2024, 2, 1)
V5 = date(2025, 3, 1)


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


def test_makers_of_other_equipment_are_free() -> None:
    """Known to make bonders of 3B991.b.2.a only, which (a)(4) leaves out."""
    maker: dict[str, Value] = {"sme_development": True, "eccn": "3A991"}
    assert fab(V5, **maker, sme_target=frozenset({"3B991.b.2.a"})).licence == "no"
    assert fab(V5, **maker, sme_target=frozenset({"3B993.c.3"})).reasons == ("R_EU_SME",)


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


# -- blanks -----------------------------------------------------------------------------------


def test_blanks_that_only_mean_nobody_claims_it_do_not_weaken_a_requirement() -> None:
    """An advanced fab needs the licence although nothing is said of back-end work or equipment."""
    found = live(
        V4, eccn="EAR99", origin="US", exporter_country="US", destination="CN",
        end_use_class="ic_production", facility_country="CN", fab_node="advanced",
    )  # fmt: skip
    assert "R_EU_ADVNODE" in found.reasons
    assert found.licence == "yes"


def test_a_blank_node_leaves_the_facility_limb_open() -> None:
    """Nothing known of the node: neither yes nor no, and the facts that would tell are named."""
    found = live(
        V4, eccn="EAR99", origin="US", exporter_country="US", destination="CN",
        end_use_class="ic_production", facility_country="CN", party_lists=frozenset(),
        us_person=False,
    )  # fmt: skip
    assert found.licence == "unknown"
    assert "fab_node" in found.missing
