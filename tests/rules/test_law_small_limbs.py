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
