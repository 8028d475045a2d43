# SPDX-License-Identifier: Apache-2.0
"""Small limbs: technology sent out of China, the Government of Iran abroad, 9A610.x."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.values import Value

DESIGN: dict[str, Value] = {
    "eccn": "3E001", "technology_for": "3A090", "designer_hq": "CN", "origin": "CN",
    "exporter_country": "CN", "destination": "DE", "technology_eccns": "3E001",
}  # fmt: skip


@pytest.mark.parametrize(
    ("on", "policy"),
    [
        (date(2022, 10, 21), "case_by_case"),
        (date(2023, 11, 16), "case_by_case"),
        (date(2023, 11, 17), "presumption_of_approval"),
    ],
)
def test_technology_sent_out_of_china_has_a_review_policy_from_its_first_day(
    on: date, policy: str
) -> None:
    """742.6(a)(6)(ii): the requirement of 2022 had none in our files."""
    found = said(on, **DESIGN)
    assert (found.licence, found.reasons) == ("yes", ("R_RS_ADVCOMP",))
    assert found.policy == policy


CHIP: dict[str, Value] = {
    "eccn": "3A991", "origin": "TW", "exporter_country": "TW", "technology_eccns": "3E991",
    "us_content_pct": 0.0, "destination": "TR",
}  # fmt: skip


def test_the_iran_rule_follows_its_government_abroad() -> None:
    """734.9(j) reaches the Government of Iran in a third country, from 2023-02-24."""
    iran: dict[str, Value] = {"party_headquarters": "IR", "party_government_of_iran": True}
    found = said(date(2023, 2, 24), **CHIP, **iran)
    assert (found.subject, found.hooks) == ("yes", ("FDP_IR",))
    assert (found.licence, found.reasons) == ("yes", ("R_EMBARGO",))
    assert said(date(2023, 2, 23), **CHIP, **iran).subject == "no"


def test_the_government_is_asked_for_only_where_a_party_is_of_iran() -> None:
    on, blank = date(2024, 6, 1), {"party_government_of_iran": None}
    assert said(on, **CHIP, **blank, party_headquarters="IR").hooks_possible == ("FDP_IR",)
    assert said(on, **CHIP, **blank, party_headquarters="TR").subject == "no"
    assert said(on, **CHIP, party_headquarters="IR").subject == "no"


@pytest.mark.parametrize("destination", ["CN", "VN"])
def test_a_part_in_9a610x_is_controlled_unless_it_is_for_a_named_aircraft(destination: str) -> None:
    """NS 1 and RS 1 leave out parts for aircraft of 9A610.b only; a blank leaves it open."""
    part: dict[str, Value] = {"eccn": "9A610.x", "destination": destination}
    on = date(2024, 6, 1)
    found = said(on, **part, for_9a610b_aircraft=None)
    assert (found.licence, found.reasons_possible) == ("unknown", ("R_NS_CHART",))
    assert "for_9a610b_aircraft" in found.missing
    assert said(on, **part).reasons == ("R_NS_CHART",)
    assert said(on, **part, for_9a610b_aircraft=True).licence == "no"
