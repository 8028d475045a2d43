# SPDX-License-Identifier: Apache-2.0
"""Known answers for tools made abroad: footnote 5, 734.9(k), and the exclusions."""

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.rules.jurisdiction_rows import (
    LAW,
    LISTED,
    NOTHING_SAID,
    around,
    decided,
    foreign,
)

from chokegraph.rules.decision import evaluate
from chokegraph.rules.values import NOT_APPLICABLE, Value


def test_equipment_rule_from_its_compliance_day() -> None:
    tool = foreign(origin="KR", exporter_country="KR", contains_ic_from_us_tool_plant=True)
    assert [e.licence for e in around(date(2024, 12, 2), eccn="3B001.d.8", **tool)] == ["no"] * 3
    found = around(date(2024, 12, 31), eccn="3B001.d.8", **tool)
    assert [each.licence for each in found] == ["no", "yes", "yes"]
    assert (found[1].hooks, found[1].reasons) == (("FDP_SME",), ("R_NSRS_SME",))


@pytest.mark.parametrize(
    ("facts", "licence", "outcome"),
    [
        ({}, "no", "SUPP4_EXCLUSION"),
        ({"exporter_country": "JP", "origin": "JP"}, "no", "SUPP4_EXCLUSION"),
        ({"exporter_country": "KR"}, "yes", None),  # the place of export counts
        ({"exporter_country": "MY"}, "yes", None),
        ({"exporter_hq": "CN"}, "yes", None),
        ({"exporter_hq": "MO"}, "yes", None),
        ({"exporter_hq": "US"}, "no", "SUPP4_EXCLUSION"),
        ({"us_content_pct": 30.0}, "yes", None),  # subject by content too
        ({"origin": "US"}, "yes", None),
        (
            {"exporter_country": "KR", "equivalent_control": True},
            "no",
            "EQUIVALENT_CONTROL_EXCLUSION",
        ),
        ({"fab_node": "advanced"}, "yes", "SUPP4_EXCLUSION"),  # the end use stays
        ({"contains_us_ic": True}, "no", "SUPP4_EXCLUSION"),
    ],
)
def test_supplement_4_for_equipment(
    facts: dict[str, Value], licence: str, outcome: str | None
) -> None:
    tool = foreign(contains_ic_from_us_tool_plant=True, **facts)
    found = decided(date(2025, 3, 1), eccn="3B001.d.8", **tool)
    assert found.subject == "yes"
    assert found.licence == licence
    assert found.outcomes == (() if outcome is None else (outcome,))
    assert ("ear-excl-exporter-hq [C]" in found.marks) == (facts.get("exporter_hq") in ("CN", "MO"))


def test_an_excluded_item_is_not_caught_by_its_us_chip_alone() -> None:
    tool = foreign(contains_us_ic=True)
    assert decided(date(2025, 3, 1), eccn="3B001.d.8", **tool).subject == "no"
    from_korea = {**tool, "exporter_country": "KR", "origin": "KR"}
    found = decided(date(2025, 3, 1), eccn="3B001.d.8", **from_korea)
    assert (found.hooks, found.reasons) == (("DE_MINIMIS_0",), ("R_NSRS_SME",))


def test_allied_practice_can_be_laid_over_the_law() -> None:
    """The amendment of the explanation page, as it stands there."""
    page = Path(__file__).parents[2] / "docs" / "explanation" / "law-jurisdiction.md"
    block = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    changes = YAML(typ="safe").load(block)["law"]["amend"]
    tool = foreign(contains_ic_from_us_tool_plant=True, fab_node="advanced", **LISTED)
    row = {**NOTHING_SAID, **tool, "eccn": "3B001.d.8"}
    on = date(2025, 3, 1)
    assert set(evaluate(row, LAW, on).reasons) == {"R_EL", "R_EU_ADVNODE"}
    practice = evaluate(row, LAW.amend(changes), on)
    assert (practice.licence, "allied-practice [?]" in practice.marks) == ("no", True)


def test_unknown_headquarters_of_the_exporter_leave_the_exclusion_open() -> None:
    tool = foreign(contains_ic_from_us_tool_plant=True, exporter_hq=None)
    found = decided(date(2025, 3, 1), eccn="3B001.d.8", **tool)
    assert (found.licence, found.missing) == ("unknown", ("exporter_hq",))


def fn5(**facts: Value) -> dict[str, Value]:
    """A tool for a footnote 5 party, from Singapore."""
    return foreign(
        **{
            "origin": "SG",
            "exporter_country": "SG",
            "us_content_pct": 5.0,
            "fab_node": NOT_APPLICABLE,
            "facility_country": NOT_APPLICABLE,
            "contains_ic_from_us_tool_plant": True,
            "party_lists": frozenset({"ENTITY_LIST"}),
            "party_footnotes": frozenset({"5"}),
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("eccn", "hooks"),
    [
        ("3B993.c.3", ("FDP_EL_FN5",)),
        ("3B994.b.2", ("FDP_EL_FN5",)),
        ("3B991.b.1", ("FDP_EL_FN5",)),
        ("3B991.b.2.a", ()),
        ("3B001.g", ()),
        ("3B001.d.6", ("FDP_SME",)),
        ("EAR99", ()),
    ],
)
def test_item_scope_of_footnote_5(eccn: str, hooks: tuple[str, ...]) -> None:
    assert decided(date(2025, 3, 1), eccn=eccn, **fn5()).hooks == hooks


def test_footnote_5_from_its_compliance_day() -> None:
    found = around(date(2024, 12, 31), eccn="3B993.c.3", **fn5())
    assert [each.licence for each in found] == ["no", "yes", "yes"]
    assert found[1].reasons == ("R_EL", "R_RS_3B993")


def test_footnote_5_takes_the_place_of_the_end_use() -> None:
    found = decided(
        date(2025, 3, 1), eccn="3B993.c.3", **fn5(fab_node="advanced", facility_country="CN")
    )
    assert "R_EL" in found.reasons
    assert "R_EU_ADVNODE" not in found.reasons


def test_supplement_4_for_footnote_5_is_marked() -> None:
    tool = fn5(origin="NL", exporter_country="NL", origin_country_lists_item=True)
    found = decided(date(2025, 3, 1), eccn="3B993.f.1", **tool)
    assert (found.subject, found.hooks) == ("yes", ("FDP_EL_FN5",))
    assert (found.licence, found.outcomes) == ("no", ("SUPP4_EXCLUSION",))
    assert "ear-excl-supp4-fn5 [?]" in found.marks
    # Of US origin, or above 25 %: the listing's own requirement stays.
    for more in ({"origin": "US"}, {"us_content_pct": 26.0}):
        stays = decided(date(2025, 3, 1), eccn="3B993.f.1", **{**tool, **more})
        assert (stays.licence, "R_EL" in stays.reasons) == ("yes", True)


def test_the_facility_limb_is_marked() -> None:
    tool = fn5(
        party_lists=frozenset(),
        party_footnotes=frozenset(),
        fab_node="advanced",
        facility_country="CN",
        logic_nm=7.0,
    )
    found = around(date(2025, 1, 16), eccn="3B993.c.3", **tool)
    assert [each.subject for each in found] == ["no", "yes", "yes"]
    assert found[1].flags.count("FN5_FACILITY_LIMB") == 1
    assert "ear-734.9-e3-facility [?]" in found[1].marks
    nand = {**tool, "logic_nm": NOT_APPLICABLE, "nand_layers": 232.0, "fab_node": NOT_APPLICABLE}
    assert decided(date(2025, 3, 1), eccn="3B993.c.3", **nand).subject == "no"
