# SPDX-License-Identifier: Apache-2.0
"""Dutch and Japanese lists and China's counter-controls: answers known beforehand."""

from datetime import date, timedelta

import pytest
from tests.rules.law_rows import LAW, live, said

from chokegraph.rules.decision import Decision
from chokegraph.rules.values import Value

DAY = timedelta(days=1)


def dutch(on: date, **facts: Value) -> Decision:
    """Decide an export from the Netherlands to China."""
    return said(on, **{"origin": "NL", "exporter_country": "NL", **facts})


def japanese(on: date, **facts: Value) -> Decision:
    """Decide an export from Japan to China."""
    return said(on, **{"origin": "JP", "exporter_country": "JP", **facts})


def chinese(on: date, **facts: Value) -> Decision:
    """Decide an export from China to the United States."""
    home: dict[str, Value] = {"origin": "CN", "exporter_country": "CN", "destination": "US"}
    return said(on, **{**home, **facts})


# -- Netherlands ------------------------------------------------------------------------------


def scanner(overlay: float) -> dict[str, Value]:
    """Immersion lithography by its parameters, without any list code."""
    return {"eccn": "EAR99", "wavelength_nm": 193.0, "na": 1.35, "dco_nm": overlay}


@pytest.mark.parametrize(
    ("overlay", "on", "needed"),
    [
        (1.50, date(2023, 8, 31), False),
        (1.50, date(2023, 9, 1), True),
        (1.51, date(2023, 9, 1), False),
        (1.51, date(2024, 9, 6), False),
        (1.51, date(2024, 9, 7), True),
        (2.40, date(2024, 9, 7), True),
        (2.41, date(2024, 9, 7), False),
    ],
)
def test_dutch_lithography_follows_overlay_and_list(
    overlay: float, on: date, *, needed: bool
) -> None:
    """1.50 nm from 2023-09-01, 2.40 nm from 2024-09-07, both limits included."""
    found = dutch(on, **scanner(overlay))
    assert ("NL_LICENCE" in found.reasons) is needed
    assert ("NL_NATIONAL" in found.hooks) is needed


def test_dutch_licence_is_for_destinations_outside_the_eu() -> None:
    """Germany is inside the Union, China and Korea are not."""
    on = date(2024, 10, 1)
    for destination, needed in {
        "DE": False,
        "NL": False,
        "CN": True,
        "KR": True,
        "US": True,
    }.items():
        found = dutch(on, destination=destination, **scanner(1.4))
        assert ("NL_LICENCE" in found.reasons) is needed, destination


@pytest.mark.parametrize(
    ("eccn", "on", "needed"),
    [
        ("3B001.f.1.a", date(2023, 9, 1), True),
        ("3B001.f.1.b.2.a", date(2024, 2, 1), True),
        ("3B001.f.1.b.2.b", date(2024, 2, 1), False),
        ("3B001.f.1.b", date(2025, 3, 1), True),
        ("3B993.f.1", date(2025, 3, 1), True),
        ("3B993.q.1", date(2025, 3, 31), False),
        ("3B993.q.1", date(2025, 4, 1), True),
        ("3B991", date(2025, 4, 1), False),
        ("NL:DUV<=1.5", date(2023, 10, 1), True),
        ("NL:DUV<=2.4", date(2024, 9, 6), False),
        ("NL:DUV<=2.4", date(2024, 9, 7), True),
    ],
)
def test_dutch_list_by_paragraph_and_by_own_code(eccn: str, on: date, *, needed: bool) -> None:
    """A shipment described by its ECCN is caught like one described by the Dutch list."""
    assert ("NL_LICENCE" in dutch(on, eccn=eccn).reasons) is needed


def test_a_paragraph_too_short_leaves_the_dutch_answer_open() -> None:
    """3B001.f.1.b held both overlay classes before December 2024."""
    found = dutch(date(2024, 2, 1), eccn="3B001.f.1.b")
    assert "NL_LICENCE" in found.reasons_possible


def test_the_place_of_export_counts_not_the_firm() -> None:
    """A Dutch firm that ships from Korea needs no Dutch licence."""
    found = dutch(date(2025, 3, 1), exporter_country="KR", exporter_hq="NL", **scanner(1.4))
    assert "NL_LICENCE" not in found.reasons


def test_dutch_applications_are_reviewed_case_by_case() -> None:
    """CDIU decides each application."""
    found = dutch(date(2023, 10, 1), **scanner(1.4))
    assert (found.licence, found.policy) == ("yes", "case_by_case")


# -- Japan ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "needed"), [(date(2023, 7, 22), False), (date(2023, 7, 23), True)])
def test_japanese_list_begins_on_23_july_2023(on: date, *, needed: bool) -> None:
    """23 items, by our code and by parameters."""
    assert ("JP_LICENCE" in japanese(on, eccn="JP:etch").reasons) is needed
    assert ("JP_LICENCE" in japanese(on, **scanner(1.4)).reasons) is needed


def test_the_42_go_by_bulk_licence_and_china_does_not() -> None:
    """Korea, Taiwan and the US have the simplified route."""
    on = date(2024, 6, 1)
    for destination in ("KR", "TW", "US", "SG"):
        found = japanese(on, eccn="3B001.p.2", destination=destination)
        assert (found.licence, found.exceptions) == ("exception", ("JP_BULK_LICENCE",))
    found = japanese(on, eccn="JP:cleaning")
    assert found.reasons == ("JP_LICENCE",)
    assert (found.licence, found.policy) == ("yes", "case_by_case")


def test_four_japanese_technologies_of_september_2024() -> None:
    """The chip-analysis microscope is one of them."""
    assert "JP_LICENCE" not in japanese(date(2024, 9, 7), eccn="3B903").reasons
    assert "JP_LICENCE" in japanese(date(2024, 9, 8), eccn="3B903").reasons


def test_tools_below_the_list_are_free_in_japan() -> None:
    """An implanter of 3B001.b or a 3B991 tool is not on the list."""
    for eccn in ("3B001.b", "3B991", "EAR99"):
        assert "JP_LICENCE" not in japanese(date(2025, 6, 1), eccn=eccn).reasons


# -- China: materials -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "reasons", "outcomes", "policy"),
    [
        (date(2023, 7, 31), (), (), None),
        (date(2023, 8, 1), ("CN_LICENCE",), (), "case_by_case"),
        (date(2024, 12, 2), ("CN_LICENCE",), (), "case_by_case"),
        (date(2024, 12, 3), ("CN_BAN", "CN_LICENCE"), (), "denial"),
        (date(2025, 11, 8), ("CN_BAN", "CN_LICENCE"), (), "denial"),
        (date(2025, 11, 9), ("CN_LICENCE",), ("CN_BAN_SUSPENDED",), "case_by_case"),
        (date(2026, 11, 27), ("CN_LICENCE",), ("CN_BAN_SUSPENDED",), "case_by_case"),
        (date(2026, 11, 28), ("CN_BAN", "CN_LICENCE"), (), "denial"),
    ],
)
def test_gallium_to_the_us_in_each_period(
    on: date, reasons: tuple[str, ...], outcomes: tuple[str, ...], policy: str | None
) -> None:
    """Free, licence, ban, ban suspended with the licence kept, ban again by the text."""
    found = chinese(on, eccn="CN:Ga")
    assert (found.reasons, found.outcomes, found.policy) == (reasons, outcomes, policy)
    assert (found.hooks == ("CN_NATIONAL",)) is bool(reasons)


def test_the_ban_is_for_the_united_states_only() -> None:
    """Gallium to Germany needs the licence, no more."""
    assert chinese(date(2025, 1, 1), eccn="CN:Ga", destination="DE").reasons == ("CN_LICENCE",)


def test_the_ban_reaches_transfers_from_third_countries() -> None:
    """Chinese gallium passed on from Germany to the US is caught; within Europe it is not."""
    passed_on = chinese(date(2025, 1, 1), eccn="CN:Ga", exporter_country="DE")
    assert passed_on.hooks == ("CN_EXTRATERRITORIAL",)
    assert passed_on.reasons == ("CN_BAN",)
    assert (
        chinese(date(2025, 1, 1), eccn="CN:Ga", exporter_country="DE", destination="FR").licence
        == "no"
    )


def test_military_users_stay_barred_during_the_suspension() -> None:
    """Paragraph 1 of No. 46 was never suspended."""
    found = chinese(date(2026, 1, 15), eccn="CN:Ga", party_military=True)
    assert "CN_BAN_US_MILITARY" in found.reasons
    assert found.policy == "denial"


@pytest.mark.parametrize(
    ("eccn", "begins"),
    [
        ("CN:Ge", date(2023, 8, 1)),
        ("CN:graphite", date(2023, 12, 1)),
        ("CN:Sb", date(2024, 9, 15)),
        ("CN:superhard", date(2024, 9, 15)),
        ("CN:W", date(2025, 2, 4)),
        ("CN:1C905-class", date(2025, 4, 4)),
        ("CN:Dy", date(2025, 4, 4)),
    ],
)
def test_each_announcement_has_its_first_day(eccn: str, begins: date) -> None:
    """A day before nothing, from then on a licence for Germany too."""
    before, after = (chinese(on, eccn=eccn, destination="DE") for on in (begins - DAY, begins))
    assert (before.reasons, after.reasons) == ((), ("CN_LICENCE",))


def test_april_rare_earths_were_never_suspended() -> None:
    """No. 18 of 2025 runs on through the truce."""
    found = chinese(date(2026, 2, 1), eccn="CN:1C905", destination="DE")
    assert (found.reasons, found.outcomes) == (("CN_LICENCE",), ())


@pytest.mark.parametrize(
    ("on", "licence", "outcome"),
    [
        (date(2025, 10, 8), "no", ()),
        (date(2025, 10, 9), "no", ("SHADOW_ANNOUNCED",)),
        (date(2025, 11, 7), "no", ("CN_OCTOBER_2025_SUSPENDED",)),
        (date(2026, 11, 10), "no", ("CN_OCTOBER_2025_SUSPENDED",)),
        (date(2026, 11, 11), "yes", ()),
    ],
)
def test_october_rare_earths_were_announced_suspended_and_come_back(
    on: date, licence: str, outcome: tuple[str, ...]
) -> None:
    """Holmium: announced on 2025-10-09, suspended before it began, back on the face of No. 70."""
    found = chinese(on, eccn="CN:Ho", destination="DE")
    assert (found.licence, found.outcomes) == (licence, outcome)


def test_what_comes_back_in_november_2026_carries_its_mark() -> None:
    """Nobody could check whether the suspension was prolonged, and the answer says so."""
    found = chinese(date(2026, 11, 11), eccn="CN:Ho", destination="DE")
    assert "cn-licence-october [?]" in found.marks


def test_known_in_october_2025_the_suspension_is_not() -> None:
    """The law as known on 2025-10-20 had no suspension yet."""
    law = LAW.known_on(date(2025, 10, 20))
    statuses = {version.status for version in law.rule("cn-licence-october").versions}
    assert "suspended" not in statuses


# -- China: No. 61 abroad ---------------------------------------------------------------------


def magnet(share: float) -> dict[str, Value]:
    """A Japanese magnet with Chinese rare earths, from Japan to Germany."""
    home: dict[str, Value] = {"origin": "JP", "exporter_country": "JP", "destination": "DE"}
    return {**home, "eccn": "CN:61", "contains_cn_rare_earth": True, "rare_earth_value_pct": share}


@pytest.mark.parametrize(
    ("share", "on", "licence"),
    [
        (0.1, date(2025, 12, 15), "no"),
        (0.1, date(2026, 11, 10), "no"),
        (0.1, date(2026, 11, 11), "yes"),
        (0.099, date(2026, 11, 11), "no"),
    ],
)
def test_the_floor_of_one_part_in_a_thousand_catches(share: float, on: date, licence: str) -> None:
    """A floor that catches, at 0.1 % and above; it has not operated so far."""
    assert said(on, **magnet(share)).licence == licence


def test_a_suspended_limb_is_reported() -> None:
    """The answer says that a measure stands in the books."""
    assert said(date(2025, 12, 15), **magnet(0.5)).outcomes == ("CN_61_SUSPENDED",)


def test_chinese_origin_rare_earths_from_abroad_ran_for_a_month() -> None:
    """Limb (c) operated from 2025-10-09 to 2025-11-06."""
    facts: dict[str, Value] = {
        "eccn": "CN:Dy", "origin": "CN", "exporter_country": "JP", "destination": "DE",
    }  # fmt: skip
    steps = [date(2025, 10, 8), date(2025, 10, 9), date(2025, 11, 6), date(2025, 11, 7)]
    assert [said(on, **facts).licence for on in steps] == ["no", "yes", "yes", "no"]


def test_an_export_from_china_without_a_list_entry_is_not_called_free() -> None:
    """The Chinese lists do not follow ECCNs, so a blank leaves the answer open."""
    found = live(
        date(2025, 5, 1), eccn="3A991", origin="CN", exporter_country="CN", destination="DE"
    )
    assert "CN_LICENCE" in found.reasons_possible


def test_hong_kong_is_abroad_for_chinese_law() -> None:
    """Exports to Hong Kong need the licence although US law counts it as China."""
    assert chinese(date(2024, 1, 1), eccn="CN:Ga", destination="HK").reasons == ("CN_LICENCE",)
