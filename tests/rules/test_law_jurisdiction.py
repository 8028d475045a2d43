# SPDX-License-Identifier: Apache-2.0
"""Jurisdiction, control-list requirements and exclusions of the EAR: answers known beforehand."""

from datetime import date

import pytest
from tests.rules.jurisdiction_rows import (
    DAY,
    LAW,
    accelerator,
    around,
    decided,
    foreign,
    live,
    step,
)

from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

# -- place, origin, releases ----------------------------------------------------------------------


def test_a_plain_foreign_tool_is_not_subject() -> None:
    found = decided(date(2023, 6, 1), eccn="3B991", **foreign())
    assert (found.subject, found.hooks, found.licence) == ("no", (), "no")


@pytest.mark.parametrize(
    ("facts", "hook"),
    [
        ({"exporter_country": "US"}, "IN_US"),
        ({"route": frozenset({"us-foreign-trade-zone"})}, "IN_US"),
        ({"route": frozenset({"us-transit"})}, "IN_US"),
        ({"origin": "US"}, "US_ORIGIN"),
        ({"us_content_pct": 26.0}, "DE_MINIMIS_25"),
    ],
)
def test_hooks_by_place_origin_and_content(facts: dict[str, Value], hook: str) -> None:
    found = decided(date(2023, 6, 1), eccn="3B991", **foreign(**facts))
    assert (found.subject, found.hooks, found.licence) == ("yes", (hook,), "no")


@pytest.mark.parametrize("claim", ["other_agency", "published", "fundamental_research", "patent"])
def test_a_claimed_release_frees(claim: str) -> None:
    row = {"eccn": "3E001", "origin": "US", "exporter_country": "US", "destination": "CN"}
    assert decided(date(2024, 1, 1), **row).subject == "yes"
    assert decided(date(2024, 1, 1), **row, released_as=claim).subject == "no"
    assert decided(date(2024, 1, 1), **row, released_as="none").subject == "yes"


def test_releases_that_nobody_claims_do_not_make_everything_unknown() -> None:
    found = live(date(2024, 1, 1), eccn="3B991", origin="US", exporter_country="US")
    assert found.subject == "yes"


# -- de minimis -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pct", "destination", "subject"),
    [
        (25.0, "CN", "no"),
        (25.001, "CN", "yes"),
        (10.0, "IR", "no"),
        (10.001, "IR", "yes"),
        (24.9, "CU", "yes"),
        (0.0, "CN", "no"),
        (Interval(20.0, 25.0), "CN", "no"),
        (Interval(20.0, 30.0), "CN", "unknown"),
        (Interval(26.0, 30.0), "CN", "yes"),
        (None, "CN", "unknown"),
    ],
)
def test_de_minimis_at_the_threshold(pct: Value, destination: str, subject: str) -> None:
    facts = foreign(us_content_pct=pct, destination=destination, facility_country=destination)
    assert decided(date(2023, 6, 1), eccn="3B991", **facts).subject == subject


def test_content_above_de_minimis_meets_the_country_chart() -> None:
    found = decided(date(2023, 6, 1), eccn="3B001.b", **foreign(us_content_pct=26.0))
    assert (found.hooks, found.licence, found.reasons) == (
        ("DE_MINIMIS_25",),
        "yes",
        ("R_NS_CHART",),
    )
    assert decided(date(2023, 6, 1), eccn="3B001.b", **foreign(us_content_pct=24.0)).licence == "no"


def test_600_series_content_has_no_level_but_must_be_stated() -> None:
    row = foreign(special_us_content=frozenset({"series_600_a_to_x"}))
    assert decided(date(2023, 6, 1), eccn="3B991", **row).hooks == ("DE_MINIMIS_0",)
    row = foreign(special_us_content=frozenset({"series_600_y"}), destination="KR")
    assert decided(date(2023, 6, 1), eccn="3B991", **row).hooks == ()


def scanner(**facts: Value) -> dict[str, Value]:
    """A 1.6 nm overlay immersion scanner from the Netherlands for an advanced logic fab."""
    return {
        "origin": "NL",
        "exporter_country": "NL",
        "destination": "CN",
        "us_content_pct": 8.0,
        "contains_us_ic": True,
        "wavelength_nm": 193.0,
        "na": 1.35,
        "dco_nm": 1.6,
        "end_use_class": "ic_production",
        "facility_country": "CN",
        "fab_node": "advanced",
        **facts,
    }


@pytest.mark.parametrize(
    ("on", "eccn", "hooks"),
    [
        (date(2023, 11, 16), "3B001.f.1.b.2.b", ()),
        (date(2023, 11, 17), "3B001.f.1.b.2.b", ("DE_MINIMIS_0",)),
        (date(2024, 9, 6), "3B001.f.1.b.2.b", ("DE_MINIMIS_0",)),
        (date(2024, 9, 7), "3B001.f.1.b.2.b", ()),  # on the Dutch list from here
        (date(2024, 12, 30), "3B993.f.1", ()),
    ],
)
def test_the_scanner_through_the_versions(on: date, eccn: str, hooks: tuple[str, ...]) -> None:
    assert decided(on, eccn=eccn, **scanner()).hooks == hooks


def test_the_scanner_is_free_for_mature_fabs_and_where_the_country_lists_it() -> None:
    on, eccn = date(2024, 2, 1), "3B001.f.1.b.2.b"
    assert decided(on, eccn=eccn, **scanner(fab_node="mature")).subject == "no"
    assert decided(on, eccn=eccn, **scanner(origin_country_lists_item=True)).subject == "no"
    memory = scanner(nand_layers=232.0)
    assert decided(on, eccn=eccn, **memory).subject == "no"
    named = scanner(fab_node=NOT_APPLICABLE, logic_nm=7.0)
    assert decided(on, eccn=eccn, **named).hooks == ("DE_MINIMIS_0",)


def test_the_scanner_for_a_listed_fab_in_2024() -> None:
    row = scanner(party_lists=frozenset({"ENTITY_LIST"}))
    found = decided(date(2024, 2, 1), eccn="3B001.f.1.b.2.b", **row)
    assert found.licence == "yes"
    assert {"R_EL", "R_EU_ADVNODE", "R_NSRS_SME"} <= set(found.reasons)


# -- requirements ---------------------------------------------------------------------------------


def from_us(**facts: Value) -> dict[str, Value]:
    """An export from the US."""
    return {"origin": "US", "exporter_country": "US", "destination": "CN", **facts}


@pytest.mark.parametrize(
    ("destination", "known", "licence"),
    [("KZ", "CN", "yes"), ("KZ", NOT_APPLICABLE, "no"), ("MN", "CN", "yes"), ("CN", "KZ", "no")],
)
def test_diversion_counts_by_the_known_final_destination(
    destination: str, known: Value, licence: str
) -> None:
    row = from_us(destination=destination, known_final_destination=known)
    found = decided(date(2023, 12, 1), eccn="3B001.c", **row)
    assert found.licence == licence


@pytest.mark.parametrize(
    ("day", "eccn", "destination"),
    [
        (date(2022, 10, 7), "3B090", "CN"),
        (date(2023, 1, 17), "3B090", "MO"),
        (date(2023, 11, 17), "3B001.d.6", "CN"),
        (date(2023, 11, 17), "3B001.d.6", "MO"),
        (date(2023, 11, 17), "3B002.c", "VE"),
    ],
)
def test_equipment_requirement_by_version(day: date, eccn: str, destination: str) -> None:
    found = around(day, eccn=eccn, **from_us(destination=destination))
    assert step(found, "R_NSRS_SME") == [False, True, True]


def test_worldwide_items() -> None:
    found = around(date(2024, 9, 6), eccn="3B904", **from_us(destination="CN"))
    assert step(found, "R_NSRS_WORLD") == [False, True, True]


def test_less_restricted_equipment_has_no_requirement_by_country() -> None:
    row = from_us(facility_country="CN", fab_node="mature", end_use_class="ic_production")
    assert decided(date(2025, 3, 1), eccn="3B993.b.1", **row).licence == "no"
    advanced = {**row, "fab_node": "advanced"}
    reasons = decided(date(2025, 3, 1), eccn="3B993.b.1", **advanced).reasons
    assert {"R_RS_3B993", "R_EU_ADVNODE"} <= set(reasons)


def test_deemed_exports_of_equipment_technology() -> None:
    row = from_us(eccn="3E992", item_kind="technology")
    assert decided(date(2025, 3, 1), **row).reasons == ("R_NSRS_SME",)
    found = decided(date(2025, 3, 1), **row, deemed_export=True)
    assert (found.licence, found.outcomes) == ("no", ("DEEMED_EXPORT_EXCLUSION",))


@pytest.mark.parametrize("destination", ["CU", "IR", "KP", "SY"])
def test_embargoes_are_never_read_as_free(destination: str) -> None:
    found = decided(date(2024, 1, 1), eccn="EAR99", **from_us(destination=destination))
    assert (found.licence, found.reasons) == ("yes", ("R_EMBARGO",))


def test_occupied_crimea_must_be_stated() -> None:
    part = from_us(eccn="EAR99", destination="UA")
    assert decided(date(2024, 1, 1), **part).licence == "no"
    assert decided(date(2024, 1, 1), **part, destined_to_crimea=True).reasons == ("R_EMBARGO",)
    abroad: dict[str, Value] = {
        "eccn": "3A991",
        "origin": "TW",
        "exporter_country": "TW",
        "destination": "UA",
    }
    made = {**abroad, "plant_direct_product_of_us": True, "destined_to_crimea": True}
    assert step(around(date(2023, 5, 19), **made), "FDP_RU_BY") == [False, True, True]


def test_individual_notices_bind_who_has_one() -> None:
    h20 = from_us(
        eccn="3A991",
        tpp=2368.0,
        die_mm2=814.0,
        dram_bw_gbytes_s=4000.0,
        io_gbytes_s=900.0,
        marketed_datacentre=True,
        end_use_class="datacentre",
    )
    assert decided(date(2025, 5, 1), **h20).licence == "no"
    assert decided(date(2025, 5, 1), **h20, is_informed_letter=True).reasons == ("R_ISINFORMED",)
    asked = decided(date(2025, 5, 1), **h20, is_informed_letter=None)
    assert (asked.licence, asked.missing) == ("unknown", ("is_informed_letter",))
    assert "INDIVIDUAL_NOTICES_KNOWN" in asked.flags
    assert decided(date(2025, 4, 8), **h20, is_informed_letter=None).licence == "no"


def test_general_prohibition_ten_for_chips_of_china() -> None:
    chip = accelerator(
        eccn="3A090.a", origin="CN", made_in="CN", exporter_country="CN", destination="MY",
        designer_hq="CN",
    )  # fmt: skip
    found = decided(date(2025, 6, 1), **chip, unlicensed_origin=True)
    assert ("R_GP10" in found.reasons, "GP10_RISK" in found.flags) == (True, True)
    asked = decided(date(2025, 6, 1), **chip, unlicensed_origin=None)
    assert "R_GP10" in asked.reasons_possible
    assert "R_GP10" not in decided(date(2025, 6, 1), **chip).reasons
    other = accelerator(eccn="3A090.a", destination="MY")
    assert "GP10_RISK" not in decided(date(2025, 6, 1), **other, unlicensed_origin=None).flags


def test_chip_technology_of_chinese_firms_sent_out() -> None:
    row: dict[str, Value] = {
        "eccn": "3E001",
        "item_kind": "technology",
        "technology_for": frozenset({"3A090.a"}),
        "origin": "CN",
        "exporter_country": "CN",
        "destination": "TW",
        "designer_hq": "CN",
        "us_content_pct": 0.0,
        "technology_eccns": frozenset({"3D001"}),
    }
    found = around(date(2022, 10, 21), **row)
    assert step(found, "R_RS_ADVCOMP") == [False, True, True]
    assert step(found, "FDP_ADVCOMP") == [False, True, True]
    own = {
        **row,
        "designer_hq": "TW",
        "exporter_country": "TW",
        "origin": "TW",
        "destination": "JP",
    }
    assert decided(date(2024, 2, 1), **own).subject == "no"


# -- every day on which something changes ---------------------------------------------------------


MINE = ("jurisdiction", "de_minimis", "direct_product", "ccl_requirements", "exclusions", "notices")
RULES = [rule for rule in LAW.rules if rule.file.split("/")[-1].startswith(MINE)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_has_a_gap_or_two_versions_at_once(rule) -> None:  # type: ignore[no-untyped-def]
    """From the first day on some version is live every day, unless an end is stated."""
    for version in rule.versions:
        assert version.cite
        if version.status != "in_force":
            continue
        first = version.applies_from
        if version.ends is not None and version.ends <= first:
            continue
        assert not version.live_on(first - DAY)
        assert version.live_on(first)
        assert rule.version_on(first) == version
        if version.ends is not None:
            assert version.live_on(version.ends - DAY)
            assert not version.live_on(version.ends)


def test_both_days_of_december_2024_and_january_2025_are_kept() -> None:
    both = {
        rule.id
        for rule in RULES
        for version in rule.versions
        if version.effective == date(2024, 12, 2) and version.compliance == date(2024, 12, 31)
    }
    assert {
        "ear-734.9-e3",
        "ear-734.9-k",
        "ear-734.4-a8",
        "ear-734.4-a9",
        "ear-742.6-a6-i-b",
    } <= both
