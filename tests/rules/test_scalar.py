# SPDX-License-Identifier: Apache-2.0
"""The scalar evaluator on a small law that is worked out by hand."""

from datetime import date, timedelta

import pytest
from tests.rules.small_law import small_law

from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.scopes import covers
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value, quotient

LAW = small_law()
DAY = timedelta(days=1)
CHIP: dict[str, Value] = {
    "eccn": "3A090.a",
    "origin": "US",
    "destination": "CN",
    "power": NOT_APPLICABLE,
    "lists": frozenset(),
    "started": NOT_APPLICABLE,
    "civil": False,
    "notified": False,
}


def decided(on: date = date(2024, 1, 1), **facts: Value) -> Decision:
    return evaluate({**CHIP, **facts}, LAW, on)


def test_a_chip_to_china_needs_a_licence() -> None:
    found = decided()
    assert (found.subject, found.hooks) == ("yes", ("US_ORIGIN",))
    assert (found.licence, found.reasons) == ("yes", ("R_CHIPS",))
    assert found.policy == "presumption_of_denial"
    assert found.citations == ("734.3(a)(2)", "742.6", "742.6(b)")
    assert found.missing == ()


@pytest.mark.parametrize(
    ("eccn", "licence"),
    [
        ("3A090", "unknown"),
        ("3A090.a", "yes"),
        ("3A090.c", "no"),
        ("3A091", "no"),
        (None, "unknown"),
    ],
)
def test_exceptions_of_a_scope_and_entries_above_it(eccn: str | None, licence: str) -> None:
    found = decided(eccn=eccn)
    assert found.licence == licence
    assert found.missing == (("eccn",) if licence == "unknown" else ())


def test_hong_kong_counts_as_china_from_its_day() -> None:
    law = LAW.amend([{"rule": "chips-to-d5", "effective": date(2019, 1, 1)}])
    row = {**CHIP, "destination": "HK"}
    assert evaluate(row, law, date(2020, 12, 22)).licence == "no"
    assert evaluate(row, law, date(2020, 12, 23)).licence == "yes"


def test_a_rule_begins_on_its_day() -> None:
    start = date(2022, 10, 21)
    assert [decided(start + shift * DAY).licence for shift in (-1, 0, 1)] == ["no", "yes", "yes"]


def test_compliance_comes_later_and_is_told_in_between() -> None:
    row = {"eccn": "EAR99", "lists": frozenset({"ENTITY_LIST"})}
    before, between, after = (
        decided(day, **row) for day in (date(2019, 5, 15), date(2019, 5, 16), date(2019, 6, 1))
    )
    assert (before.licence, before.outcomes) == ("no", ())
    assert (between.licence, between.outcomes) == ("no", ("SHADOW_PENDING",))
    assert (after.licence, after.reasons, after.outcomes) == ("yes", ("R_LIST",), ())


def test_suspended_and_back_again_with_a_mark() -> None:
    row = {"eccn": "EAR99", "lists": frozenset({"OWNED"})}
    assert decided(date(2025, 11, 9), **row).reasons == ("R_OWNED",)
    suspended = decided(date(2025, 11, 10), **row)
    assert (suspended.licence, suspended.outcomes) == ("no", ("NOT_APPLIED",))
    back = decided(date(2026, 11, 10), **row)
    assert (back.licence, back.marks) == ("yes", ("owned [?]",))
    assert decided(date(2025, 10, 15), **row).marks == ()


def test_parameters_classify_and_are_compared_with_what_is_stated() -> None:
    by_power = {"eccn": "3A991", "power": 4800.0}
    found = decided(date(2023, 1, 1), **by_power)
    assert (found.licence, found.classified) == ("yes", ("3A090.a",))
    assert found.classification == "differs"
    assert decided(date(2023, 1, 1), eccn="3A991", power=4799.0).licence == "no"
    assert decided(date(2023, 1, 1), power=4800.0).classification == "agrees"
    assert decided(date(2023, 1, 1), eccn=None, power=4800.0).classification == "only engine"


def test_a_doubtful_threshold_that_decides_is_named() -> None:
    found = decided(date(2024, 1, 1), eccn="3A991", power=2400.0)
    assert (found.licence, found.marks) == ("yes", ("high [C]",))
    assert decided(date(2024, 1, 1), power=2400.0).marks == (), "the stated ECCN is enough"


def test_an_interval_across_a_threshold_is_unknown() -> None:
    row = {"origin": "DE", "destination": "RU"}
    assert decided(content=Interval(10.0, 25.0), **row).subject == "no"
    assert decided(content=Interval(26.0, 30.0), **row).subject == "yes"
    found = decided(content=Interval(20.0, 30.0), **row)
    assert (found.subject, found.licence, found.missing) == ("unknown", "unknown", ("content",))
    assert found.hooks_possible == ("DE_MINIMIS_25",)


def test_exactly_a_quarter_is_not_more() -> None:
    assert decided(origin="DE", content=25.0).subject == "no"
    assert decided(origin="DE", content=25.1).subject == "yes"


def test_an_exclusion_removes_only_its_reason() -> None:
    both = {"started": date(2020, 5, 14), "lists": frozenset({"ENTITY_LIST"})}
    found = decided(**both)
    assert (found.reasons, found.outcomes, found.licence) == (("R_LIST",), ("SAVED",), "yes")
    assert decided(started=date(2020, 5, 15)).reasons == ("R_CHIPS",)


def test_every_reason_must_be_overcome() -> None:
    civil = {"civil": True, "notified": True}
    assert decided(**civil).licence == "exception"
    assert decided(**civil).exceptions == ("NAC",)
    listed = decided(**civil, lists=frozenset({"ENTITY_LIST"}))
    assert (listed.licence, listed.exceptions) == ("yes", ("NAC",))
    assert listed.policy == "presumption_of_denial"
    perhaps = decided(civil=True, notified=None)
    assert (perhaps.licence, perhaps.exceptions_possible) == ("yes", ("NAC",))
    assert perhaps.missing == ("notified",)


def test_a_restriction_bars_every_exception() -> None:
    found = decided(civil=True, notified=True, destination="RU")
    assert (found.licence, found.exceptions) == ("yes", ())


def test_the_special_policy_takes_the_place_of_the_general_one() -> None:
    assert decided(date(2026, 1, 14), civil=True).policy == "presumption_of_denial"
    assert decided(date(2026, 1, 15), civil=True).policy == "case_by_case"


def test_a_release_frees_even_what_is_hooked() -> None:
    found = decided(eccn="NOT_SUBJECT")
    assert (found.subject, found.licence, found.hooks) == ("no", "no", ("US_ORIGIN",))


def test_flags_are_only_warnings() -> None:
    found = decided(destination="KZ")
    assert (found.licence, found.flags) == ("no", ("DIVERSION",))


def test_unknown_is_never_no() -> None:
    found = evaluate({}, LAW, date(2024, 1, 1))
    assert (found.subject, found.licence) == ("unknown", "unknown")
    assert set(found.missing) >= {"origin", "destination", "eccn", "lists"}


def test_not_applicable_fails_every_positive_test() -> None:
    assert decided(eccn="3A991", power=NOT_APPLICABLE).licence == "no"
    assert decided(started=NOT_APPLICABLE).reasons == ("R_CHIPS",)


def test_eccn_prefixes_end_at_a_dot() -> None:
    assert covers("3B001", "3B001.d.8") is TRUE
    assert covers("3B001.d", "3B001.d.16") is TRUE
    assert covers("3B001.d.1", "3B001.d.16") is FALSE
    assert covers("3B001.d.1", "3B001.d") is UNKNOWN


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        (10.0, 4.0, 2.5),
        (Interval(10.0, 20.0), Interval(2.0, 4.0), Interval(2.5, 10.0)),
        (10.0, 0.0, NOT_APPLICABLE),
        (10.0, Interval(0.0, 4.0), None),
        (None, 4.0, None),
        (NOT_APPLICABLE, None, NOT_APPLICABLE),
    ],
)
def test_quotients_carry_what_is_not_known(above: Value, below: Value, expected: Value) -> None:
    assert quotient([above], [below]) == expected


def test_the_law_as_known_on_a_day() -> None:
    before = LAW.known_on(date(2023, 10, 24))
    row = {**CHIP, "eccn": "3A991", "power": 2400.0}
    assert evaluate(row, before, date(2024, 1, 1)).licence == "no"
    assert evaluate(row, LAW.known_on(date(2023, 10, 25)), date(2024, 1, 1)).licence == "yes"
    # In October 2025 nobody knew that the rule would be suspended.
    owned = {**CHIP, "eccn": "EAR99", "lists": frozenset({"OWNED"})}
    early = LAW.known_on(date(2025, 10, 15))
    assert evaluate(owned, early, date(2025, 12, 1)).licence == "yes"
    assert evaluate(owned, LAW, date(2025, 12, 1)).licence == "no"
