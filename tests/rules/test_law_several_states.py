# SPDX-License-Identifier: Apache-2.0
"""Warnings that the rules of two states meet: only where both really ask for something."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.values import Value

SEVERAL, CONFLICT = "LICENCES_OF_SEVERAL_STATES", "CONFLICT_OF_LAWS"

SCANNER: dict[str, Value] = {
    "eccn": "3B001.f.1.a", "origin": "NL", "exporter_country": "NL", "us_content_pct": 0.0,
    "end_use_class": "ic_production", "facility_country": "CN", "fab_node": "mature",
}  # fmt: skip


def test_a_dutch_licence_alone_is_no_meeting_of_two_states() -> None:
    """No US content, no US tools: the chart column is met, but the item is not subject."""
    found = said(date(2024, 6, 1), **SCANNER)
    assert (found.subject, found.reasons) == ("no", ("NL_LICENCE",))
    assert SEVERAL not in found.flags
    with_content = said(date(2024, 6, 1), **{**SCANNER, "us_content_pct": 26.0})
    assert (with_content.subject, with_content.reasons) == ("yes", ("NL_LICENCE", "R_NS_CHART"))
    assert SEVERAL in with_content.flags


def test_what_an_exclusion_takes_away_is_no_us_licence() -> None:
    """Supplement No. 4 to part 742 frees Dutch equipment from the rule of December 2024."""
    tool: dict[str, Value] = {**SCANNER, "plant_direct_product_of_us": True}
    found = said(date(2025, 3, 1), **tool)
    assert (found.subject, found.reasons) == ("yes", ("NL_LICENCE",))
    assert "SUPP4_EXCLUSION" in found.outcomes
    assert SEVERAL not in found.flags
    content = said(date(2025, 3, 1), **{**tool, "us_content_pct": 26.0})
    assert content.reasons == ("NL_LICENCE", "R_NSRS_SME")
    assert SEVERAL in content.flags


def test_a_chinese_export_that_us_law_does_not_reach() -> None:
    """Dysprosium to a listed party in the US: listed, but nothing subject to the EAR."""
    oxide: dict[str, Value] = {
        "eccn": "CN:1C905", "origin": "CN", "exporter_country": "CN", "destination": "US",
        "party_lists": "ENTITY_LIST", "us_content_pct": 0.0,
    }  # fmt: skip
    found = said(date(2025, 12, 5), **oxide)
    assert (found.subject, found.reasons) == ("no", ("CN_LICENCE",))
    assert not {SEVERAL, CONFLICT} & set(found.flags)
    american = said(date(2025, 12, 5), **{**oxide, "origin": "US"})
    assert american.reasons == ("CN_LICENCE", "R_EL")
    assert {SEVERAL, CONFLICT} <= set(american.flags)


@pytest.mark.parametrize("released", ["published", "none"])
def test_what_is_released_needs_no_us_licence(released: str) -> None:
    item: dict[str, Value] = {
        "eccn": "3B001.d", "exporter_country": "JP", "origin": "US", "released_as": released,
        "other_list_entries": "JP:etch",
    }  # fmt: skip
    found = said(date(2024, 6, 1), **item)
    assert (SEVERAL in found.flags) is (released == "none")
