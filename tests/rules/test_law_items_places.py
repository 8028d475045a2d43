# SPDX-License-Identifier: Apache-2.0
"""Country groups, chart columns and ECCN scopes of the EAR on their days."""

import re
from datetime import date

import pytest
from tests.rules.item_rows import (
    DAY,
    LAW,
    STATE,
    V3,
    V3A,
    V4,
    V4B,
    V5,
    item,
    live_truth,
    place,
    truth,
)

from chokegraph.rules.dated import live
from chokegraph.rules.language import Reference, walk
from chokegraph.rules.language import Test as Question
from chokegraph.rules.scopes import scope_on
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from chokegraph.rules.values import Value

# -- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "size"),
    [("A:1", 40), ("A:5", 38), ("A:6", 8), ("B", 173), ("D:1", 24), ("D:3", 36), ("D:4", 21),
     ("D:5", 22), ("E:1", 3), ("E:2", 1), ("Supp 4 to 742", 33), ("EU", 27), ("NS 1", 193),
     ("NS 2", 156), ("RS 1", 193), ("RS 2", 156), ("MT 1", 193), ("NP 1", 151), ("NP 2", 9),
     ("CB 1", 196), ("CB 2", 154), ("CC 1", 158)],
)  # fmt: skip
def test_sizes_in_the_text_of_july_2026(group: str, size: int) -> None:
    scope = scope_on(LAW, (group,), STATE)
    assert sum(scope.covers(code, "country") is TRUE for code in _countries()) == size


def _countries() -> set[str]:
    names = set(LAW.groups)
    members = {
        member
        for group in LAW.groups.values()
        if group.of == "country"
        for version in group.versions
        for member in (*version.members, *version.excepted)
    }
    return members - names


@pytest.mark.parametrize(
    ("group", "code", "day", "before", "after"),
    [
        ("A:5", "IN", date(2018, 8, 3), False, True),
        ("A:6", "IN", date(2018, 8, 3), True, False),
        ("NS 2", "IN", date(2018, 8, 3), True, False),
        ("D:1", "VE", date(2019, 5, 24), False, True),
        ("B", "VE", date(2019, 5, 24), True, False),
        ("D:4", "RU", date(2020, 2, 24), False, True),
        ("D:1", "YE", date(2020, 2, 24), False, True),
        ("D:1", "UA", date(2020, 12, 28), True, False),
        ("B", "UA", date(2020, 12, 28), False, True),
        ("A:6", "CY", date(2020, 12, 28), False, True),
        ("A:6", "MX", date(2020, 12, 28), False, True),
        ("D:1", "MM", date(2021, 3, 8), False, True),
        ("D:5", "RU", date(2021, 3, 18), False, True),
        ("D:5", "KH", date(2021, 12, 9), False, True),
        ("D:5", "KH", date(2025, 11, 7), True, False),
        ("D:1", "NI", date(2024, 3, 15), False, True),
        ("D:5", "NI", date(2024, 3, 15), False, True),
        ("D:5", "CY", date(2024, 5, 30), True, False),
        ("D:4", "AE", date(2026, 7, 23), True, False),
        ("A:5", "AE", date(2026, 7, 23), False, True),
        ("E:1", "SD", date(2021, 1, 19), True, False),
        ("EU", "GB", date(2020, 2, 1), True, False),
        ("D:5", "HK", date(2020, 12, 23), False, True),
        ("A:6", "HK", date(2020, 12, 23), True, False),
        ("Supp 4 to 742", "NL", V5, False, True),
        ("advcomp-destinations", "CN", V3, False, True),
        ("advcomp-destinations", "MO", V3A, False, True),
        ("advcomp-destinations", "VN", V4, False, True),
        ("sme-destinations", "CN", date(2022, 10, 7), False, True),
        ("sme-destinations", "MO", V3A, False, True),
        ("sme-destinations", "MM", V4, False, True),
        ("us-person-places", "CN", date(2022, 10, 12), False, True),
        ("hq-places", "CN", V4, False, True),
        ("military-end-use-countries", "KH", date(2021, 12, 9), False, True),
    ],
)
def test_moves_between_groups(group: str, code: str, day: date, before: bool, after: bool) -> None:
    assert place(group, code, day - DAY) is before
    assert place(group, code, day) is after
    assert place(group, code, day + DAY) is after


def test_macau_is_never_d5_and_always_named() -> None:
    for on in (V4, V5, STATE):
        assert not place("D:5", "MO", on)
        for group in ("D:1", "D:4", "macau-or-d5", "sme-destinations", "hbm-destinations"):
            if group != "hbm-destinations" or on >= V5:
                assert place(group, "MO", on)


def test_the_carve_out_wins_for_israel_and_cyprus() -> None:
    assert place("D:4", "IL", V4)
    for code in ("IL", "CY", "SG", "TW"):
        assert not place("advcomp-destinations", code, V4)
    assert place("advcomp-destinations", "SA", V4)
    assert not place("advcomp-destinations", "MY", V4)


def test_the_emirates_stay_in_the_advanced_computing_scope() -> None:
    for on in (V4, V5, date(2026, 6, 20), date(2026, 6, 21), STATE):
        assert place("advcomp-destinations", "AE", on)


def test_who_is_missing_from_supplement_4() -> None:
    left_out = {code for code in _countries() if place("A:5", code, STATE)} - {
        code for code in _countries() if place("Supp 4 to 742", code, STATE)
    }
    assert left_out - {alias.code for alias in LAW.aliases} == {"AE", "AR", "IN", "KR", "TR"}


@pytest.mark.parametrize(
    ("column", "code", "expected"),
    [
        ("NS 1", "CN", True), ("NS 1", "JP", True), ("NS 1", "GB", False), ("NS 1", "CA", False),
        ("NS 2", "CN", True), ("NS 2", "TW", True), ("NS 2", "IL", True), ("NS 2", "AE", True),
        ("NS 2", "SG", True), ("NS 2", "CY", True), ("NS 2", "JP", False), ("NS 2", "KR", False),
        ("NS 2", "MX", False), ("NS 2", "LI", False), ("RS 1", "AU", False), ("RS 2", "KZ", True),
        ("NS 1", "IR", False), ("NS 1", "CU", False), ("AT 1", "IR", True), ("AT 1", "CN", False),
        ("NS 1", "HK", True), ("NS 2", "KY", False), ("NS 1", "KY", False),
    ],
)  # fmt: skip
def test_columns_of_the_country_chart(column: str, code: str, expected: bool) -> None:
    assert place(column, code, STATE) is expected


# -- scopes of entries -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "eccn", "on", "expected"),
    [
        ("SME-SET", "3B001.d.8", V5, TRUE),
        ("SME-SET", "3B001.d", V5, TRUE),
        ("SME-SET", "3B001", V5, UNKNOWN),
        ("SME-SET", "3B001.b", V5, FALSE),
        ("SME-SET", "3B001.f", V5, UNKNOWN),
        ("SME-SET", "3B001.f.1.a", V5, TRUE),
        ("SME-SET", "3B001.f.1.a", V4, FALSE),
        ("SME-SET", "3B001.f.1.b.2.b", V4, TRUE),
        ("SME-SET", "3B993.f.1", V5, FALSE),
        ("SME-SET", "3B002.c", V5, TRUE),
        ("SME-SET", "3B0011", V5, FALSE),
        ("ns-2-items", "3B001.b", V5, TRUE),
        ("ns-2-items", "3B001.f.2", V5, TRUE),
        ("ns-2-items", "3B001.d.8", V5, FALSE),
        ("ns-2-items", "3B001.d.8", V4 - DAY, TRUE),
        ("ns-2-items", "3B001", V4 - DAY, TRUE),
        ("ns-2-items", "3B001", V5, UNKNOWN),
        ("ns-2-items", "3A001.a.7", V5, TRUE),
        ("ns-2-items", "3D006", date(2022, 8, 14), FALSE),
        ("ns-2-items", "3D006", date(2022, 8, 15), TRUE),
        ("ns-2-items", "3B991", V5, FALSE),
        ("ns-1-items", "3E001", V5, TRUE),
        ("ns-1-items", "5A002", V5, TRUE),
        ("ns-1-items", "3A611.y", V5, FALSE),
        ("ns-1-items", "3A611.a", V5, TRUE),
        ("at-only-items", "3A991", V5, TRUE),
        ("at-only-items", "3B993", V5, FALSE),
        ("at-1-items", "3A001", V5, TRUE),
        ("at-1-items", "EAR99", V5, FALSE),
        ("on-the-ccl", "3B991", V5, TRUE),
        ("on-the-ccl", "EAR99", V5, FALSE),
        ("on-the-ccl", "NOT_SUBJECT", V5, FALSE),
        ("on-the-ccl", "CN:Ga", V5, UNKNOWN),
        ("worldwide-items", "3B903", V4B - DAY, FALSE),
        ("worldwide-items", "3B903", V4B, TRUE),
        ("worldwide-items", "3B001.c.1.a", V4B, TRUE),
        ("worldwide-items", "3B001.c", V4B, UNKNOWN),
        ("worldwide-items", "3B001.c.4", V4B, FALSE),
        ("3B-fn5-scope", "3B993.c.3", V5, TRUE),
        ("3B-fn5-scope", "3B001.b", V5, TRUE),
        ("3B-fn5-scope", "3B001.c.4", V5, FALSE),
        ("3B-fn5-scope", "3B001.g", V5, FALSE),
        ("3B-fn5-scope", "3B001", V5, UNKNOWN),
        ("3B-fn5-scope", "3B991.b.2.a", V5, FALSE),
        ("3B-fn5-scope", "3B991.b.1", V5, TRUE),
        ("3B-fn5-scope", "3B991", V5 - DAY, FALSE),
        ("L-EL", "3E001", date(2020, 5, 14), FALSE),
        ("L-EL", "3E001", date(2020, 5, 15), TRUE),
        ("L-EL", "5E002", V5, FALSE),
        ("L-EL4", "5E002", V5, TRUE),
        ("L-EL4", "4D090", V5, FALSE),
        ("L-AC", "4D090", V5, TRUE),
        ("L-AC", "3E001", V5, TRUE),
        ("L-3B-D", "3D992", V5, FALSE),
        ("L-K", "3D992", V5, TRUE),
        ("category-3-groups-b-to-e", "3A991", V5, FALSE),
        ("category-3-groups-b-to-e", "3C992", V5, TRUE),
        ("category-3-to-9-d-e", "3E991", V5, TRUE),
        ("category-3-to-9-d-e", "1E001", V5, FALSE),
        ("d-e-items", "1E001", V5, TRUE),
        ("600-series", "3A611.x", V5, TRUE),
        ("de-minimis-litho", "3B001.f.1.b.2.b", V4, TRUE),
        ("de-minimis-litho", "3B993.f.1", V5, TRUE),
        ("de-minimis-litho", "3B001.f.1.b.2.b", V5, FALSE),
    ],
)
def test_scopes(group: str, eccn: str, on: date, expected: Truth) -> None:
    assert item(group, eccn, on) is expected


def test_technology_for_a_chip_is_not_controlled_for_national_security() -> None:
    chip: dict[str, Value] = {"technology_for": frozenset({"3A090.a"})}
    assert truth("ns-1-item", V5, eccn="3E001", **chip) is FALSE
    assert truth("ns-1-item", V5, eccn="3E001") is TRUE
    assert live_truth("ns-1-item", V5, eccn="3E001") is TRUE


# -- the data as a whole ---------------------------------------------------------------------------


def test_codes_are_well_formed() -> None:
    country = re.compile(r"[A-Z]{2}")
    entry = re.compile(
        r"EAR99|\d[A-E]\d{3}(\.[a-z]+(\.\d+(\.[a-z](\.\d+(\.[a-z])?)?)?)?)?|\d[A-E]?\*"
    )
    for group in LAW.groups.values():
        pattern = {"country": country, "eccn": entry}.get(group.of)
        for version in group.versions if pattern and group.id in _own_groups() else ():
            for member in (*version.members, *version.excepted):
                assert member in LAW.groups or pattern.fullmatch(member), f"{group.id}: {member}"


def _own_groups() -> set[str]:
    listed = {"SME-SET", "NS 2", "D:1", "ns-1-items-core", "ns-2-items-core", "rs-1-items-core"}
    return listed & set(LAW.groups) | {
        group.id for group in LAW.groups.values() if ":" in group.id or group.id.startswith("L-")
    }


def test_equipment_is_in_one_place_only() -> None:
    """What the chart controls, what Macau and D:5 control, and 3B993 do not overlap."""
    paragraphs = LAW.groups["ns-2-items-3b"].versions[-1].members
    for paragraph in paragraphs:
        assert item("SME-SET", paragraph, STATE) is FALSE
    for paragraph in LAW.groups["SME-SET"].versions[-1].members:
        assert item("ns-2-items", paragraph, STATE) is FALSE
        assert item("3B-fn5-scope", paragraph, STATE) is FALSE


def test_every_number_of_the_items_is_asked_by_some_rule() -> None:
    asked = {name[1:] for fact in LAW.facts.values() for name in fact.numerator if name[0] == "$"}
    for rule in LAW.rules:
        for version in rule.versions:
            for part in walk(version.when):
                if isinstance(part, Question) and isinstance(part.operand, Reference):
                    asked.add(part.operand.parameter)
    of_exceptions = {"lpp-tpp"}
    assert set(LAW.parameters) <= asked | of_exceptions


@pytest.mark.parametrize("parameter", sorted(LAW.parameters))
def test_a_number_holds_from_its_first_day(parameter: str) -> None:
    versions = LAW.parameters[parameter].versions
    first = versions[0].applies_from
    assert live(versions, first) is versions[0]
    assert live(versions, first - DAY) is None
    for version in versions:
        assert version.cite


def test_what_was_announced_could_be_known_before_its_first_day() -> None:
    """The rules of November 2023 were out on 2023-10-17; the foundry limits of 2027 since 2025."""
    announced = date(2023, 10, 17)
    assert not LAW.known_on(announced - DAY).parameters["tpp-high"].versions
    assert LAW.known_on(announced).parameters["tpp-high"].versions
    later = LAW.known_on(date(2025, 1, 15)).parameters["foundry-transistors-no-hbm"].versions
    assert [version.value for version in later] == [35, 35, 40]
