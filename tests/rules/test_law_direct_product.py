# SPDX-License-Identifier: Apache-2.0
"""Known answers of the foreign-direct-product rules, by version and day; tools stand apart."""

from datetime import date

import pytest
from tests.rules.jurisdiction_rows import (
    LAW,
    NOTHING_SAID,
    accelerator,
    around,
    decided,
    step,
)

from chokegraph.rules.decision import evaluate
from chokegraph.rules.values import Value

# -- Huawei, 2020 ---------------------------------------------------------------------------------


def phone_chip(**facts: Value) -> dict[str, Value]:
    """A chip from a Taiwanese foundry for Huawei."""
    return {
        "eccn": "5A992.c",
        "origin": "TW",
        "made_in": "TW",
        "exporter_country": "TW",
        "destination": "CN",
        "us_content_pct": 3.0,
        "plant_direct_product_of_us": True,
        "designer_listed_footnotes": frozenset({"1"}),
        "party_lists": frozenset({"ENTITY_LIST"}),
        "party_footnotes": frozenset({"1"}),
        **facts,
    }


OTHERS_DESIGN: dict[str, Value] = {"designer_listed_footnotes": frozenset()}
SAVED: dict[str, Value] = {"production_started": date(2020, 5, 14)}
TOO_LATE: dict[str, Value] = {"production_started": date(2020, 5, 15)}


@pytest.mark.parametrize(
    ("on", "facts", "licence"),
    [
        (date(2020, 5, 14), {}, "no"),
        (date(2020, 5, 15), {}, "yes"),
        (date(2020, 7, 1), OTHERS_DESIGN, "no"),  # commodity memory
        (date(2020, 8, 16), OTHERS_DESIGN, "no"),
        (date(2020, 8, 17), OTHERS_DESIGN, "yes"),
        (date(2020, 7, 15), SAVED, "no"),
        (date(2020, 9, 14), SAVED, "no"),
        (date(2020, 9, 15), SAVED, "yes"),
        (date(2020, 7, 15), TOO_LATE, "yes"),
        (date(2020, 8, 20), {**SAVED, **OTHERS_DESIGN}, "yes"),
        (date(2020, 9, 20), {"plant_direct_product_of_us": False}, "no"),
        (date(2020, 9, 20), {"party_footnotes": frozenset()}, "no"),
    ],
)
def test_footnote_1_through_2020(on: date, facts: dict[str, Value], licence: str) -> None:
    found = decided(on, **phone_chip(**facts))
    assert found.licence == licence
    assert found.subject == ("yes" if licence == "yes" else "no")
    assert found.hooks == (("FDP_EL_FN1",) if licence == "yes" else ())


def test_the_savings_clause_is_named() -> None:
    assert decided(date(2020, 7, 15), **phone_chip(**SAVED)).outcomes == ("SAVINGS_CLAUSE",)
    assert decided(date(2020, 7, 15), **phone_chip(**OTHERS_DESIGN)).outcomes == ()


def test_a_hard_disk_made_abroad_on_us_tools_in_2020() -> None:
    disk = phone_chip(
        eccn="EAR99", origin="TH", made_in="TH", exporter_country="SG", **OTHERS_DESIGN
    )
    before, on, after = around(date(2020, 8, 17), **disk)
    assert [each.licence for each in (before, on, after)] == ["no", "yes", "yes"]
    assert on.reasons == ("R_EL",)
    # An input for the party's products counts as soon as the exporter knows of it.
    part = {**disk, "party_lists": frozenset(), "party_footnotes": frozenset()}
    assert decided(date(2020, 9, 1), **part).subject == "no"
    known = {**part, "incorporated_for_footnotes": frozenset({"1"})}
    assert decided(date(2020, 9, 1), **known).hooks == ("FDP_EL_FN1",)
    flagged = {**part, "incorporated_for_footnotes": None, "knowledge_red_flag": True}
    assert decided(date(2020, 9, 1), **flagged).subject == "unknown"


# -- other direct products ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "destination", "before", "after"),
    [
        (date(2022, 10, 21), "CN", "no", "yes"),
        (date(2023, 1, 17), "MO", "no", "yes"),
        (date(2023, 11, 17), "KZ", "no", "yes"),
        (date(2023, 11, 17), "VN", "no", "yes"),
        (date(2023, 11, 17), "IL", "no", "no"),  # D:4, yet also A:6
        (date(2023, 11, 17), "MY", "no", "no"),
    ],
)
def test_reach_of_the_advanced_computing_rule(
    day: date, destination: str, before: str, after: str
) -> None:
    eccn = "3A090" if day < date(2023, 11, 17) else "3A090.a"
    found = around(day, eccn=eccn, **accelerator(destination=destination))
    assert [each.licence for each in found] == [before, after, after]
    assert step(found, "FDP_ADVCOMP") == [before == "yes", after == "yes", after == "yes"]


def test_headquarters_reach_from_november_2023() -> None:
    chip = accelerator(destination="MY", party_headquarters=frozenset({"MY", "CN"}))
    found = around(date(2023, 11, 17), eccn="3A090.a", **chip)
    assert [each.licence for each in found] == ["no", "yes", "yes"]
    assert found[1].reasons == ("R_HQ",)
    # A firm's own site in China is caught by destination, whatever its home.
    own = decided(
        date(2024, 2, 1), eccn="3A090.a", **accelerator(party_headquarters=frozenset({"US"}))
    )
    assert own.reasons == ("R_RS_ADVCOMP",)


def test_unknown_headquarters_are_not_a_no() -> None:
    chip = accelerator(destination="MY", origin="US", exporter_country="US")
    found = evaluate(
        {**NOTHING_SAID, **chip, "eccn": "3A090.a", "party_headquarters": None},
        LAW,
        date(2024, 2, 1),
    )
    assert (found.subject, found.licence) == ("yes", "unknown")
    assert found.missing == ("party_headquarters",)


def test_the_worldwide_text_is_pending_then_unenforced() -> None:
    chip = accelerator(destination="BR", origin="US", exporter_country="US")
    days = [date(2025, 1, 12), date(2025, 1, 13), date(2025, 5, 14), date(2025, 5, 15)]
    found = [decided(on, eccn="3A090.a", **chip) for on in days]
    assert [each.licence for each in found] == ["no"] * 4
    pending, unenforced = ("SHADOW_PENDING",), ("NOT_ENFORCED_AI_DIFFUSION",)
    assert [each.outcomes for each in found] == [(), pending, pending, unenforced]
    smaller = {**chip, "tpp": 3000.0, "die_mm2": 800.0}
    assert decided(date(2025, 6, 10), eccn="3A090.b", **smaller).outcomes == ()


def test_the_second_clock_of_the_worldwide_text() -> None:
    chip = accelerator(destination="BR", origin="US", exporter_country="US")
    row = {**NOTHING_SAID, **chip, "eccn": "3A090.a", "party_headquarters": frozenset({"BR"})}
    thought = evaluate(row, LAW.known_on(date(2025, 3, 1)), date(2025, 6, 10))
    assert (thought.licence, thought.reasons) == ("yes", ("R_RS_ADVCOMP",))


def test_a_reexport_is_subject_worldwide_from_the_compliance_day() -> None:
    chip = accelerator(destination="BR")
    found = around(date(2025, 5, 15), eccn="3A090.a", **chip)
    assert step(found, "FDP_ADVCOMP") == [False, True, True]
    assert [each.licence for each in found] == ["no"] * 3


def test_memory_from_its_compliance_day() -> None:
    stack: dict[str, Value] = {
        "origin": "KR",
        "exporter_country": "KR",
        "destination": "CN",
        "bw_gbytes_s": 460.8,
        "package_mm2": 110.0,
        "plant_direct_product_of_us": True,
        "end_use_class": "packaging",
    }
    assert decided(date(2024, 12, 1), eccn="3A991", **stack).subject == "no"
    pending = decided(date(2024, 12, 2), eccn="3A090.c", **{**stack, "origin": "US"})
    assert (pending.licence, pending.outcomes) == ("no", ("SHADOW_PENDING",))
    found = around(date(2024, 12, 31), eccn="3A090.c", **stack)
    assert [each.licence for each in found] == ["no", "yes", "yes"]
    assert {"R_RS_HBM", "R_HQ"} <= set(found[1].reasons)
    assert found[1].hooks == ("FDP_ADVCOMP",)


def test_footnote_4_and_supercomputers() -> None:
    card = accelerator(tpp=1000.0, die_mm2=600.0, max_tops_x_bits=1000.0, io_gbytes_s=100.0)
    listed = {
        **card,
        "party_lists": frozenset({"ENTITY_LIST"}),
        "party_footnotes": frozenset({"4"}),
    }
    found = around(date(2022, 10, 21), eccn="3A991", **listed)
    assert step(found, "FDP_EL_FN4") == [False, True, True]
    system: dict[str, Value] = {
        **card,
        "end_use_class": "supercomputer",
        "supercomputer_fp64_pflops": 120.0,
        "supercomputer_volume_ft3": 40000.0,
        "supercomputer_country": "CN",
    }
    assert step(around(date(2022, 10, 21), eccn="3A991", **system), "FDP_SUPERCOMPUTER") == [
        False,
        True,
        True,
    ]
    macau = {**system, "destination": "MO", "supercomputer_country": "MO"}
    assert step(around(date(2023, 1, 17), eccn="3A991", **macau), "FDP_SUPERCOMPUTER") == [
        False,
        True,
        True,
    ]


def test_missing_performance_matters_only_where_a_supercomputer_is_possible() -> None:
    figures: dict[str, Value] = {
        "supercomputer_fp64_pflops": None,
        "supercomputer_fp32_pflops": None,
        "supercomputer_volume_ft3": None,
    }
    chip = accelerator(tpp=1000.0, die_mm2=600.0, max_tops_x_bits=1000.0, io_gbytes_s=100.0)
    on = date(2024, 2, 1)
    assert "FDP_SUPERCOMPUTER" in decided(on, eccn="3A991", **{**chip, **figures}).hooks_possible
    toys = {**chip, **figures, "end_use_class": "consumer"}
    assert decided(on, eccn="3A991", **toys).hooks_possible == ()


@pytest.mark.parametrize(
    ("facts", "hook", "day"),
    [
        ({"eccn": "3A991", "destination": "RU"}, "FDP_RU_BY", date(2022, 2, 24)),
        ({"eccn": "3A991", "destination": "BY"}, "FDP_RU_BY", date(2022, 3, 2)),
        ({"eccn": "3A991", "destination": "IR"}, "FDP_IR", date(2023, 2, 24)),
        (
            {
                "eccn": "EAR99",
                "destination": "AM",
                "party_lists": frozenset({"ENTITY_LIST"}),
                "party_footnotes": frozenset({"3"}),
            },
            "FDP_RU_MEU",
            date(2022, 2, 24),
        ),
    ],
)
def test_russia_belarus_and_iran(facts: dict[str, Value], hook: str, day: date) -> None:
    item: dict[str, Value] = {
        "origin": "TW",
        "exporter_country": "TW",
        "us_content_pct": 0.0,
        "plant_direct_product_of_us": True,
        **facts,
    }
    found = around(day, **item)
    assert step(found, hook) == [False, True, True]
    assert found[1].licence == "yes"


def test_old_rules_by_country() -> None:
    chip: dict[str, Value] = {
        "eccn": "3A001.a.2.c",
        "origin": "KR",
        "exporter_country": "KR",
        "destination": "CN",
        "us_content_pct": 0.0,
        "written_assurance_tech": True,
    }
    assert decided(date(2021, 1, 1), **chip).hooks == ("FDP_NS",)
    assert decided(date(2021, 1, 1), **{**chip, "destination": "BR"}).hooks == ()
    part = {**chip, "eccn": "3A611.x", "written_assurance_tech": False}
    made = {**part, "technology_eccns": frozenset({"3E611"})}
    assert decided(date(2021, 1, 1), **made).hooks == ("FDP_600",)
    space = {**part, "eccn": "9A515.d", "technology_eccns": frozenset({"9E515"})}
    assert decided(date(2021, 1, 1), **space).hooks == ("FDP_9x515",)


def test_model_weights_are_not_enforced() -> None:
    weights: dict[str, Value] = {
        "eccn": "4E091",
        "origin": "FR",
        "exporter_country": "FR",
        "destination": "BR",
        "us_content_pct": 0.0,
        "plant_direct_product_of_us": True,
    }
    assert decided(date(2025, 6, 1), **weights).subject == "no"
    thought = evaluate(
        {**NOTHING_SAID, **weights}, LAW.known_on(date(2025, 4, 1)), date(2025, 6, 1)
    )
    assert "FDP_AI_WEIGHTS" in thought.hooks
