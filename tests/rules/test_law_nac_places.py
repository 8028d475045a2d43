# SPDX-License-Identifier: Apache-2.0
"""Exceptions NAC and ACA: in which places, and for which items, they can be used."""

from datetime import date

import pytest
from tests.rules.law_rows import said

from chokegraph.rules.values import Value

GAMING: dict[str, Value] = {
    "tpp": 5285.0, "die_mm2": 609.0, "marketed_datacentre": False, "end_use_class": "consumer",
}  # fmt: skip
NAC_DAY, ACA_DAY = date(2023, 12, 1), date(2024, 5, 1)


@pytest.mark.parametrize("on", [NAC_DAY, ACA_DAY])
@pytest.mark.parametrize("eccn", ["5A002.z.1.a", "5A002.z.2.b"])
@pytest.mark.parametrize("destination", ["BR", "DE"])
def test_outside_d1_and_d4_the_chart_still_asks_for_a_licence(
    destination: str, eccn: str, on: date
) -> None:
    """The chart wants a licence for 5A002 everywhere but Canada; ACA is for D:1 and D:4 only."""
    found = said(on, eccn=eccn, destination=destination, **GAMING)
    assert (found.licence, found.reasons, found.exceptions) == ("yes", ("R_NS_CHART",), ())


@pytest.mark.parametrize(("on", "code"), [(NAC_DAY, "NAC"), (ACA_DAY, "ACA")])
@pytest.mark.parametrize("destination", ["VN", "SA"])
def test_in_d1_and_d4_it_can_be_used(destination: str, on: date, code: str) -> None:
    found = said(on, eccn="5A002.z.1.a", destination=destination, **GAMING)
    assert (found.licence, found.exceptions) == ("exception", (code,))


@pytest.mark.parametrize(("on", "marked"), [(date(2026, 6, 20), False), (date(2026, 7, 23), True)])
def test_for_the_emirates_it_is_doubted_once_they_left_d4(on: date, marked: bool) -> None:
    """742.6 names them; whether 740.8 does was not seen, so the mark decides and is shown."""
    found = said(on, eccn="3A090.b", destination="AE", **{**GAMING, "tpp": 2500.0})
    assert (found.licence, found.exceptions) == ("exception", ("ACA",))
    assert ("ear-740.8-aca-uae [?]" in found.marks) is marked


def test_a_data_centre_chip_does_not_go_by_nac_because_a_cell_is_blank() -> None:
    """NAC is for what is known not to be for data centres; a blank is unknown in every mode."""
    h100: dict[str, Value] = {"eccn": "3A090.a", "tpp": 15832.0, "die_mm2": 814.0}
    found = said(date(2024, 2, 1), **h100)
    assert (found.licence, found.exceptions, found.exceptions_possible) == ("yes", (), ("NAC",))
    assert "marketed_datacentre" in found.missing
    known = said(date(2024, 2, 1), **h100, marketed_datacentre=False)
    assert (known.licence, known.exceptions) == ("exception", ("NAC",))
