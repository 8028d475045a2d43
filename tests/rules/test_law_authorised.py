# SPDX-License-Identifier: Apache-2.0
"""Who has an authorisation of its own: validated end users, and authorised designers of chips."""

from datetime import date

import pytest
from tests.rules.item_rows import truth
from tests.rules.law_rows import live, said

from chokegraph.rules.truth import FALSE, TRUE

TOOL = {"eccn": "3B001.c.4", "end_use_class": "ic_production", "fab_node": "mature"}


@pytest.mark.parametrize(
    ("on", "authorised", "licence"),
    [
        (date(2025, 12, 30), True, "exception"),
        (date(2025, 12, 31), True, "yes"),
        (date(2025, 12, 30), False, "yes"),
    ],
)
def test_validated_end_users_until_the_end_of_2025(
    on: date, authorised: bool, licence: str
) -> None:
    found = said(on, individual_authorisation=authorised, facility_country="CN", **TOOL)
    assert found.licence == licence
    assert found.exceptions == (("VEU",) if licence == "exception" else ())


def test_nobody_is_a_validated_end_user_without_a_claim() -> None:
    found = live(date(2025, 6, 1), origin="US", exporter_country="US", destination="CN", **TOOL)
    assert "VEU" not in found.exceptions_possible


@pytest.mark.parametrize(
    ("on", "pending", "presumed"),
    [
        (date(2026, 12, 31), False, FALSE),
        (date(2027, 1, 1), False, TRUE),
        (date(2027, 1, 1), True, FALSE),
        (date(2027, 6, 29), True, FALSE),
        (date(2027, 6, 30), True, TRUE),
    ],
)
def test_authorised_designers_need_an_application_from_2027(on, pending, presumed) -> None:
    facts = {
        "eccn": "3A991",
        "exporter_role": "fabricator",
        "node_nm": 7.0,
        "designer_status": "authorised",
        "designer_hq": "TW",
        "designer_application_pending": pending,
        "transistors_bn": 100.0,
        "osat_status": "none",
        "packaged_by_fabricator": False,
    }
    assert truth("foundry-presumption", on, **facts) is presumed


@pytest.mark.parametrize(
    ("seat", "presumed"),
    [("TW", FALSE), ("US", FALSE), ("KR", FALSE), ("MY", TRUE), ("SG", TRUE), ("CN", TRUE)],
)
def test_an_authorised_designer_has_its_seat_in_taiwan_or_an_allied_country(seat, presumed) -> None:
    """Taiwan, A:1 or A:5; a Malaysian or Singaporean designer does not overcome the presumption."""
    facts = {
        "eccn": "3A991",
        "exporter_role": "fabricator",
        "node_nm": 7.0,
        "designer_status": "authorised",
        "designer_application_pending": True,
        "transistors_bn": 50.0,
    }
    for on in (date(2025, 3, 1), date(2027, 3, 1)):
        assert truth("foundry-presumption", on, designer_hq=seat, **facts) is presumed
