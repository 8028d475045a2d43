# SPDX-License-Identifier: Apache-2.0
"""Items controlled to all destinations: exception IEC, and the model weights not enforced."""

from datetime import date

import pytest
from tests.rules.law_rows import LAW, NOTHING_SAID, said

from chokegraph.rules.decision import evaluate
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
    """What the worldwide requirement catches, the exception can free."""
    item: dict[str, Value] = {"eccn": eccn} | ({"technology_for": use} if use else {})
    found = said(ON, destination="DE", **item)
    assert "R_NSRS_WORLD" in found.reasons
    assert "IEC" in found.exceptions
    assert "IEC" not in said(ON, destination="KR", **item).exceptions


@pytest.mark.parametrize(
    ("on", "outcomes", "warned"),
    [
        (date(2025, 1, 12), (), False),
        (date(2025, 1, 13), ("SHADOW_PENDING",), False),
        (date(2025, 5, 14), ("SHADOW_PENDING",), False),
        (date(2025, 5, 15), ("NOT_ENFORCED_AI_DIFFUSION",), True),
        (date(2026, 7, 23), ("NOT_ENFORCED_AI_DIFFUSION",), True),
    ],
)
def test_model_weights_are_in_the_text_and_not_enforced(
    on: date, outcomes: tuple[str, ...], warned: bool
) -> None:
    """742.6(a)(13): formally a licence to Brazil; BIS said two days before that it does not ask."""
    found = said(on, eccn="4E091", destination="BR")
    assert (found.licence, found.outcomes) == ("no", outcomes)
    assert ("AI_DIFFUSION_TEXT" in found.flags) is warned
    assert said(on, eccn="4E091", destination="US").outcomes == ()


def test_before_the_announcement_the_requirement_was_to_come() -> None:
    """By the second clock, what was known on 2025-05-12 has it starting on 2025-05-15."""
    law = LAW.known_on(date(2025, 5, 12))
    row = {**NOTHING_SAID, "eccn": "4E091", "destination": "BR"}
    assert evaluate(row, law, date(2025, 5, 15)).reasons == ("R_RS_AI_WEIGHTS",)
