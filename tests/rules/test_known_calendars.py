# SPDX-License-Identifier: Apache-2.0
"""Calendars of known items: letters of October 2023, and EUV scanners before the Dutch list."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules import load_law
from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.known_items import load_known

LAW, KNOWN = load_law(), load_known()


def decided(item: str, route: str, on: date) -> Decision:
    """The decision for an item on a route and a day."""
    return evaluate(KNOWN.row(KNOWN.find(item), KNOWN.routes[route], on, LAW), LAW, on)


def status(item: str, route: str, on: date) -> tuple[str, tuple[str, ...]]:
    """The licence and its reasons on a day."""
    found = decided(item, route, on)
    return found.licence, found.reasons


@pytest.mark.parametrize("route", ["us-ae", "us-vn"])
@pytest.mark.parametrize("item", ["a100", "a800", "h100", "h800", "l40s"])
def test_the_letters_of_october_2023_named_five_chips(item: str, route: str) -> None:
    """The rule to come was advanced by letter; A100 and H100 were named too."""
    assert status(item, route, date(2023, 10, 22))[0] == "no"
    assert status(item, route, date(2023, 10, 23)) == ("yes", ("R_ISINFORMED",))
    assert status(item, route, date(2023, 11, 17)) == ("yes", ("R_RS_ADVCOMP",))


@pytest.mark.parametrize("on", [date(2018, 10, 30), date(2019, 7, 1), date(2023, 8, 31)])
def test_an_euv_scanner_needed_a_dutch_licence_before_the_national_list(on: date) -> None:
    """By 3B001.f.1.a of the EU list, after Wassenaar; from memory, so the mark is shown."""
    for route in ("nl-cn-advanced", "nl-tw"):
        assert status("nxe-3600d", route, on) == ("yes", ("NL_LICENCE",))
        found = decided("nxe-3600d", route, on)
        assert {"nl-listed-item [C]", "nl-licence [C]"} <= set(found.marks)
    after = decided("nxe-3600d", "nl-tw", date(2023, 9, 1))
    assert (after.licence, after.marks) == ("yes", ())


def test_immersion_scanners_stayed_free_until_the_national_list() -> None:
    for item in ("nxt-2000i", "dry-arf"):
        assert status(item, "nl-cn-mature", date(2023, 8, 31))[0] == "no"


@pytest.mark.parametrize(
    ("destination", "on", "licence"),
    [
        ("JP", date(2019, 7, 1), "exception"),
        ("GB", date(2020, 1, 31), "no"),
        ("GB", date(2020, 2, 1), "exception"),
        ("IS", date(2021, 9, 8), "yes"),
        ("IS", date(2021, 9, 9), "exception"),
        ("KR", date(2019, 7, 1), "yes"),
        ("DE", date(2019, 7, 1), "no"),
        ("JP", date(2023, 9, 1), "yes"),
    ],
)
def test_the_general_authorisation_frees_close_partners(
    destination: str, on: date, licence: str
) -> None:
    scanner = {"eccn": "3B001.f.1.a", "exporter_country": "NL", "origin": "NL"}
    assert said(on, **scanner, us_content_pct=0.0, destination=destination).licence == licence
