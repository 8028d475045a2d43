# SPDX-License-Identifier: Apache-2.0
"""High-bandwidth memory is controlled from the compliance day of its own paragraph."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.values import Value

BEFORE = [date(2022, 11, 1), date(2024, 6, 1), date(2024, 12, 1)]


@pytest.mark.parametrize(
    "item", [{"eccn": "3A090.c"}, {"eccn": "3E001", "technology_for": "3A090.c"}]
)
def test_3a090_c_is_no_advanced_computing_item_before_it_existed(item: dict[str, Value]) -> None:
    """Stated by its later paragraph, the memory was free until 2024-12-30, not caught as a chip."""
    for on in (*BEFORE, date(2024, 12, 30)):
        assert not {"R_HQ", "R_RS_ADVCOMP", "R_RS_HBM"} & set(said(on, **item).reasons), on
    after = said(date(2024, 12, 31), **item)
    assert {"R_HQ", "R_RS_HBM"} <= set(after.reasons)
    assert "R_RS_ADVCOMP" not in after.reasons


@pytest.mark.parametrize("on", BEFORE)
def test_the_bare_entry_and_technology_for_a_chip_stay_caught(on: date) -> None:
    assert "R_RS_ADVCOMP" in said(on, eccn="3A090").reasons
    both = said(on, eccn="3E001", technology_for=frozenset({"3A090.a", "3A090.c"}))
    assert "R_RS_ADVCOMP" in both.reasons
