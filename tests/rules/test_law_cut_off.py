# SPDX-License-Identifier: Apache-2.0
"""Days after the state of the text that the law files follow are answered with a warning."""

from datetime import date

import pytest
from tests.rules.law_rows import live, said

WARNING = "AFTER_CUT_OFF"


@pytest.mark.parametrize(
    ("on", "warned"),
    [(date(2026, 7, 23), False), (date(2026, 7, 24), True), (date(2031, 6, 1), True)],
)
def test_a_day_after_the_cut_off_is_said_to_be_one(on: date, warned: bool) -> None:
    for found in (said(on, eccn="EAR99", destination="DE"), live(on, eccn="3A991")):
        assert (WARNING in found.flags) is warned
