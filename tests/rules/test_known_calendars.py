# SPDX-License-Identifier: Apache-2.0
"""Calendars of known items: letters of October 2023, and EUV scanners before the Dutch list."""

from datetime import date

import pytest

from chokegraph.rules import load_law
from chokegraph.rules.decision import evaluate
from chokegraph.rules.known_items import load_known

LAW, KNOWN = load_law(), load_known()


def status(item: str, route: str, on: date) -> tuple[str, tuple[str, ...]]:
    """The licence and its reasons on a day."""
    known = KNOWN.find(item)
    way = KNOWN.routes[route]
    found = evaluate(KNOWN.row(known, way, on, LAW), LAW, on)
    return found.licence, found.reasons


@pytest.mark.parametrize("route", ["us-ae", "us-vn"])
@pytest.mark.parametrize("item", ["a100", "a800", "h100", "h800", "l40s"])
def test_the_letters_of_october_2023_named_five_chips(item: str, route: str) -> None:
    """The rule to come was advanced by letter; A100 and H100 were named too."""
    assert status(item, route, date(2023, 10, 22))[0] == "no"
    assert status(item, route, date(2023, 10, 23)) == ("yes", ("R_ISINFORMED",))
    assert status(item, route, date(2023, 11, 17)) == ("yes", ("R_RS_ADVCOMP",))
