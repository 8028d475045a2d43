# SPDX-License-Identifier: Apache-2.0
"""Amendments change what they say, from their day, and leave the law they are laid over alone."""

from datetime import date

import pytest
from tests.rules.small_law import small_law
from tests.rules.test_scalar import CHIP, LAW

from chokegraph.errors import FindingsError
from chokegraph.rules.decision import evaluate

NEW_YEAR = date(2027, 1, 1)
LATER = date(2028, 1, 1)


def licence(law, on, **facts):
    return evaluate({**CHIP, **facts}, law, on).licence


def test_a_threshold_changes_for_a_time() -> None:
    law = LAW.amend([{"parameter": "high", "value": 9000, "from": NEW_YEAR, "until": LATER}])
    row = {"eccn": "3A991", "power": 5000.0}
    days = (date(2026, 12, 31), NEW_YEAR, date(2027, 12, 31), LATER)
    assert [licence(law, day, **row) for day in days] == ["yes", "no", "no", "yes"]
    assert licence(LAW, NEW_YEAR, **row) == "yes", "the law itself is left alone"
    assert small_law() == LAW


def test_a_country_joins_and_leaves_a_group() -> None:
    law = LAW.amend([{"group": "D:5", "add": ["KZ"], "remove": ["RU"], "from": NEW_YEAR}])
    assert licence(law, date(2026, 12, 31), destination="KZ") == "no"
    assert licence(law, NEW_YEAR, destination="KZ") == "yes"
    assert licence(law, NEW_YEAR, destination="RU") == "no"
    assert licence(law, NEW_YEAR, destination="CN") == "yes"


def test_a_rule_ends_is_suspended_and_comes_back() -> None:
    ended = LAW.amend([{"end": "chips-to-d5", "on": NEW_YEAR}])
    assert [licence(ended, day) for day in (date(2026, 12, 31), NEW_YEAR)] == ["yes", "no"]
    paused = LAW.amend(
        [{"rule": "chips-to-d5", "status": "suspended", "from": NEW_YEAR, "until": LATER}]
    )
    assert [licence(paused, day) for day in (NEW_YEAR, LATER)] == ["no", "yes"]
    assert evaluate(CHIP, paused, NEW_YEAR).outcomes == ("SHADOW_SUSPENDED",)
    enforced = LAW.amend([{"rule": "owned", "status": "in_force", "from": date(2025, 12, 1)}])
    owned = {"eccn": "EAR99", "lists": frozenset({"OWNED"})}
    assert licence(LAW, date(2026, 1, 1), **owned) == "no"
    assert licence(enforced, date(2026, 1, 1), **owned) == "yes"


def test_a_rule_begins_on_another_day() -> None:
    law = LAW.amend([{"rule": "chips-to-d5", "effective": date(2021, 1, 1)}])
    assert [licence(law, day) for day in (date(2020, 12, 31), date(2021, 1, 1))] == ["no", "yes"]


def test_a_rule_of_ones_own() -> None:
    law = LAW.amend(
        [
            {
                "add": {
                    "id": "valves",
                    "kind": "requirement",
                    "code": "R_VALVES",
                    "title": "valves to China",
                    "versions": [
                        {
                            "effective": NEW_YEAR,
                            "cite": "proposal",
                            "confidence": "A",
                            "when": {"destination": "CN", "eccn": "EAR99"},
                        }
                    ],
                }
            }
        ]
    )
    row = {**CHIP, "eccn": "EAR99"}
    assert evaluate(row, law, NEW_YEAR).reasons == ("R_VALVES",)
    assert evaluate(row, LAW, NEW_YEAR).licence == "no"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameter": "hihg", "value": 1, "from": NEW_YEAR}, "did you mean high"),
        ({"parameter": "high", "value": "much", "from": NEW_YEAR}, "not a number"),
        ({"parameter": "high", "value": 1}, "'from' is missing"),
        ({"parameter": "high", "value": 1, "from": "2027-01-01"}, "not a day"),
        ({"parameter": "high", "valeu": 1, "from": NEW_YEAR}, "did you mean value"),
        ({"parameter": "high", "end": "chip"}, "exactly one of"),
        ({"end": "chips", "on": NEW_YEAR}, "no rule 'chips'"),
        ({"rule": "chip", "status": "dead", "from": NEW_YEAR}, "no status 'dead'"),
        ({"rule": "chip"}, "neither or both"),
        ({"group": "D:5", "add": ["Kazakhstan"], "from": NEW_YEAR}, "neither a country"),
        ({"group": "D:5", "add": ["QQ"], "from": NEW_YEAR}, "'QQ' is neither a country"),
        ({"group": "D:5", "remove": ["FR"], "from": NEW_YEAR}, "'FR' is no member of 'D:5'"),
        ({"group": "D:5", "from": NEW_YEAR}, "it says no members"),
        ({"group": "D:5", "add": [], "from": NEW_YEAR}, "it says no members"),
        ({"group": "D:5", "add": "KZ", "from": NEW_YEAR}, "not a list of names"),
        ({"group": "D:5", "members": ["CN", "XQ"], "from": NEW_YEAR}, "'XQ' is neither"),
        ({"parameter": "high", "value": -1, "from": NEW_YEAR}, "'value' is -1"),
        ({"parameter": "high", "value": float("nan"), "from": NEW_YEAR}, "'value' is nan"),
        ({"parameter": "high", "value": NEW_YEAR, "from": NEW_YEAR}, "is a number, not 2027"),
        (None, "it is None, not a mapping"),
        ("end", "it is 'end', not a mapping"),
        ({"add": {"id": "x", "kind": "requirement", "title": "t"}}, "'versions' is missing"),
    ],
)
def test_what_is_wrong_with_an_amendment_is_said(change, words) -> None:
    with pytest.raises(FindingsError) as caught:
        LAW.amend([change])
    assert words in str(caught.value)


def test_a_member_of_a_group_within_a_group_can_be_removed() -> None:
    from chokegraph.rules import load_law

    law = load_law()
    outer = next(
        group
        for group in law.groups.values()
        if group.of == "country" and any(name in law.groups for name in group.versions[-1].members)
    )
    inner = next(name for name in outer.versions[-1].members if name in law.groups)
    country = sorted(law.groups[inner].versions[-1].members)[0]
    law.amend([{"group": outer.id, "remove": [country], "from": NEW_YEAR}])
    law.amend([{"group": outer.id, "remove": [inner], "from": NEW_YEAR}])


def test_all_amendments_are_checked_at_once() -> None:
    with pytest.raises(FindingsError) as caught:
        LAW.amend([{"end": "a", "on": NEW_YEAR}, {"end": "b", "on": NEW_YEAR}])
    assert [finding.column for finding in caught.value.findings] == [1, 2]
