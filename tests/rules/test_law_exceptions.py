# SPDX-License-Identifier: Apache-2.0
"""Licence exceptions, what bars them, review policies and warnings: answers known beforehand."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.decision import Decision
from chokegraph.rules.values import Value

V4 = date(2024, 2, 1)
V5 = date(2025, 3, 1)
V7 = date(2026, 2, 15)


def chip(on: date, **facts: Value) -> Decision:
    """Decide a chip of the H200's figures from the US to a civil customer in China."""
    home: dict[str, Value] = {
        "eccn": "3A090.a", "tpp": 15832.0, "die_mm2": 814.0, "dram_bw_gbytes_s": 4800.0,
        "marketed_datacentre": True, "end_use_class": "datacentre",
    }  # fmt: skip
    return said(on, **{**home, **facts})


GAMING: dict[str, Value] = {"tpp": 5285.0, "die_mm2": 609.0, "marketed_datacentre": False}


# -- NAC and ACA ------------------------------------------------------------------------------


def test_nac_is_for_what_is_not_for_data_centres() -> None:
    """A gaming card may go by NAC, a data-centre chip may not."""
    assert chip(V4, **GAMING).exceptions == ("NAC",)
    assert chip(V4, **GAMING).licence == "exception"
    assert (chip(V4).licence, chip(V4).exceptions) == ("yes", ())


def test_nac_needs_its_notification() -> None:
    """Without it the licence is needed, and reviewed case by case."""
    found = chip(V4, **GAMING, nac_not_notified=True)
    assert (found.licence, found.policy) == ("yes", "case_by_case")


@pytest.mark.parametrize(
    ("on", "exceptions"),
    [(date(2023, 11, 16), ()), (date(2024, 4, 3), ("NAC",)), (date(2024, 4, 4), ("ACA",))],
)
def test_aca_was_split_off_on_4_april_2024(on: date, exceptions: tuple[str, ...]) -> None:
    """Vietnam: free, then NAC, then ACA, without a notification."""
    found = chip(on, **GAMING, destination="VN", nac_not_notified=True)
    assert found.exceptions == exceptions


def test_nac_does_not_cure_a_listed_party() -> None:
    """Requirements of part 744 are not cured by list-based exceptions."""
    found = chip(V4, **GAMING, party_lists="ENTITY_LIST")
    assert (found.licence, found.exceptions) == ("yes", ())


def test_headquarters_in_china_or_macau_follow_the_chip_abroad() -> None:
    """A data centre in Malaysia with a parent in Macau; a US parent is free."""
    facts: dict[str, Value] = {"destination": "MY"}
    assert chip(V4, **facts, party_headquarters="US").licence == "no"
    for parent in ("CN", "MO"):
        found = chip(V4, **facts, party_headquarters=parent)
        assert (found.reasons, found.policy) == (("R_HQ",), "presumption_of_denial")


# -- HBM, RFF, IEC, GBS, TSR, GOV -------------------------------------------------------------


def memory(bandwidth: float, **facts: Value) -> Decision:
    """Decide a memory stack of 100 mm2 from the US to a packaging house in China."""
    return said(
        V5, eccn="3A090.c", bw_gbytes_s=bandwidth, package_mm2=100.0, end_use_class="packaging",
        **facts,
    )  # fmt: skip


def test_hbm_below_the_limit_for_an_allied_designer() -> None:
    """Density below 3.3, an allied designer, and every condition."""
    assert memory(329.0, designer_hq="US").exceptions == ("HBM",)
    assert memory(330.0, designer_hq="US").licence == "yes"
    assert memory(329.0, designer_hq="CN").licence == "yes"
    for condition in (
        "hbm_not_direct", "hbm_for_advanced_computing", "hbm_product_owner_macau_d5",
        "hbm_quantities_open",
    ):  # fmt: skip
        assert memory(329.0, designer_hq="US", **{condition: True}).licence == "yes"


def test_rff_needs_the_listing_to_name_it() -> None:
    """Less sensitive tools for a listed fab whose entry refers to 740.26."""
    tool: dict[str, Value] = {
        "eccn": "3B991.b.1",
        "party_lists": "ENTITY_LIST",
        "party_footnotes": "5",
    }
    assert said(V5, **tool).licence == "yes"
    assert said(V5, **tool, party_list_exceptions="RFF").exceptions == ("RFF",)
    assert said(V5, **tool, party_list_exceptions="RFF", rff_conditions_open=True).licence == "yes"
    sensitive = {**tool, "eccn": "3B993.c.3", "party_list_exceptions": "RFF"}
    assert said(V5, **sensitive).licence == "yes"


@pytest.mark.parametrize(
    ("destination", "on", "licence"),
    [
        ("JP", date(2024, 9, 5), "no"),
        ("JP", date(2024, 9, 6), "exception"),
        ("KR", date(2024, 9, 6), "yes"),
        ("CN", date(2024, 9, 6), "yes"),
    ],
)
def test_worldwide_items_by_implemented_controls(destination: str, on: date, licence: str) -> None:
    """The chip-analysis microscope needs a licence everywhere, and Japan has the exception."""
    assert said(on, eccn="3B903", destination=destination).licence == licence


def test_gbs_and_lvs_are_for_country_group_b() -> None:
    """An implanter may go to Malaysia, not to China; lithography may not."""
    assert said(V4, eccn="3B001.b", destination="MY").exceptions == ("GBS",)
    assert said(V4, eccn="3B001.b", destination="CN").licence == "yes"
    assert said(V4, eccn="3B001.f.2", destination="MY").licence == "yes"
    small: dict[str, Value] = {
        "eccn": "3B001.f.2", "destination": "MY", "exceptions_declared": "LVS",
    }  # fmt: skip
    assert said(V4, **small, shipment_value_usd=500.0).licence == "exception"
    assert said(V4, **small, shipment_value_usd=500.01).licence == "yes"


def test_the_gate_leaves_only_gov_for_listed_equipment() -> None:
    """740.2(a)(9)(i): replacement parts do not pass, official US use does."""
    etch: dict[str, Value] = {"eccn": "3B001.c.4", "end_use_class": "packaging"}
    assert said(V5, **etch, exceptions_declared="RPL").licence == "yes"
    assert said(V5, **etch, exceptions_declared="GOV").exceptions == ("GOV",)


def test_a_party_of_the_unverified_list_bars_every_exception() -> None:
    """The gaming card loses its exception."""
    assert chip(V4, **GAMING, party_lists="UVL").licence == "yes"


# -- the 2026 review policy -------------------------------------------------------------------

CERTIFIED: dict[str, Value] = {
    "us_commercially_available": True, "us_lab_tested": True, "certifications_complete": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("on", "facts", "policy"),
    [
        (V7, {}, "case_by_case"),
        (date(2026, 1, 14), {}, "presumption_of_denial"),
        (date(2026, 1, 15), {}, "case_by_case"),
        (V7, {"us_commercially_available": False}, "presumption_of_denial"),
        (V7, {"us_lab_tested": False}, "presumption_of_denial"),
        (V7, {"certifications_complete": False}, "presumption_of_denial"),
        (V7, {"tpp": 20999.0}, "case_by_case"),
        (V7, {"tpp": 21000.0}, "presumption_of_denial"),
        (V7, {"dram_bw_gbytes_s": 6500.0}, "presumption_of_denial"),
        (V7, {"destination": "MO"}, "case_by_case"),
        (V7, {"destination": "KP"}, "denial"),
        (V7, {"in_country_transfer": True}, "presumption_of_denial"),
        (V7, {"party_military": True}, "presumption_of_denial"),
    ],
)
def test_case_by_case_only_with_every_certification(
    on: date, facts: dict[str, Value], policy: str
) -> None:
    """Each limit and each certification on its own."""
    assert chip(on, **{**CERTIFIED, **facts}).policy == policy


def test_the_2026_policy_is_for_exports_from_the_us() -> None:
    """A reexport from Singapore keeps the presumption of denial."""
    found = chip(V7, **CERTIFIED, exporter_country="SG")
    assert found.policy == "presumption_of_denial"


def test_other_d1_and_d4_destinations_are_reviewed_for_approval() -> None:
    """Vietnam with a Vietnamese customer; with a Chinese parent it is denial."""
    assert chip(V4, destination="VN").policy == "presumption_of_approval"
    parent = chip(V4, destination="VN", party_headquarters="CN")
    assert parent.policy == "presumption_of_denial"


# -- 744.23(d) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "owner", "policy"),
    [
        (date(2023, 6, 1), "KR", "case_by_case"),
        (V4, "KR", "presumption_of_approval"),
        (V4, "TW", "presumption_of_approval"),
        (V4, "CN", "presumption_of_denial"),
    ],
)
def test_allied_fabs_in_china_are_reviewed_softly(on: date, owner: str, policy: str) -> None:
    """Multinational fabs: case by case in 2022, approval presumed from 2023-11-17."""
    found = said(
        on, eccn="EAR99", end_use_class="ic_production", facility_country="CN", nand_layers=176.0,
        party_headquarters=owner,
    )  # fmt: skip
    assert (found.licence, found.policy) == ("yes", policy)


def test_listed_equipment_for_a_mature_fab_is_reviewed_case_by_case() -> None:
    """No licence under part 744, so 744.23(d) does not set the policy."""
    tool: dict[str, Value] = {
        "eccn": "3B001.d.6", "end_use_class": "ic_production", "facility_country": "CN",
    }  # fmt: skip
    assert said(V5, **tool, fab_node="mature").policy == "case_by_case"
    assert said(V5, **tool, fab_node="advanced").policy == "presumption_of_denial"


# -- warnings ---------------------------------------------------------------------------------


def test_diversion_is_flagged_and_a_known_destination_counts() -> None:
    """A tool to Kazakhstan is free with a warning; known to go on to China it is not."""
    tool: dict[str, Value] = {"eccn": "3B001.d.6", "destination": "KZ", "end_use_class": "research"}
    free = said(V4, **tool)
    assert (free.licence, free.flags) == ("no", ("DIVERSION_RED_FLAG",))
    onward = said(V4, **tool, known_final_destination="CN")
    assert onward.reasons == ("R_NSRS_SME",)
    assert "KNOWN_FINAL_DESTINATION" in onward.flags


def test_two_states_may_ask_for_a_licence() -> None:
    """An immersion scanner with US content above 25 % from the Netherlands."""
    found = said(
        V5, eccn="3B993.f.1", origin="NL", exporter_country="NL", us_content_pct=30.0,
        party_lists="ENTITY_LIST", party_footnotes="5", end_use_class="ic_production",
    )  # fmt: skip
    assert {"NL_LICENCE", "R_EL"} <= set(found.reasons)
    assert "LICENCES_OF_SEVERAL_STATES" in found.flags


def test_chinese_suppliers_meet_conflicting_rules() -> None:
    """A firm in China that ships US items to a listed party stands between two laws."""
    found = said(
        V5, eccn="EAR99", exporter_country="CN", destination="CN", party_lists="ENTITY_LIST",
    )  # fmt: skip
    assert "CONFLICT_OF_LAWS" in found.flags


def test_the_ai_diffusion_text_is_shown_and_does_not_count() -> None:
    """Brazil in June 2025: no licence, and both the outcome and the warning."""
    found = chip(date(2025, 6, 10), destination="BR", party_headquarters="BR")
    assert found.licence == "no"
    assert "NOT_ENFORCED_AI_DIFFUSION" in found.outcomes
    assert "AI_DIFFUSION_TEXT" in found.flags
