# SPDX-License-Identifier: Apache-2.0
"""Items controlled to all destinations: exception IEC, and the model weights not enforced."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.values import Value

ON = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("eccn", "use"),
    [
        ("3B001.q", None),
        ("3D001", "3B001.q"),
        ("3E001", "3B001.q"),
        ("3D992", "3B001.c.1.a"),
        ("3E992", "3B001.c.1.c"),
    ],
)
def test_iec_reaches_the_worldwide_software_and_technology(eccn: str, use: str | None) -> None:
    """What the worldwide requirement catches, the exception can free: tool, software, technology."""
    item: dict[str, Value] = {"eccn": eccn} | ({"technology_for": use} if use else {})
    found = said(ON, destination="DE", **item)
    assert "R_NSRS_WORLD" in found.reasons
    assert "IEC" in found.exceptions
    assert "IEC" not in said(ON, destination="KR", **item).exceptions
