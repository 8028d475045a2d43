# SPDX-License-Identifier: Apache-2.0
"""Rows for the tests of the item side of the law, and the days at which it changes."""

from datetime import date, timedelta

from chokegraph.rules import load_law
from chokegraph.rules.atoms import answer
from chokegraph.rules.language import Test as Question
from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import TRUE, Truth
from chokegraph.rules.values import NOT_APPLICABLE, Value

LAW = load_law()
DAY = timedelta(days=1)
V3, V3A, V4 = date(2022, 10, 21), date(2023, 1, 17), date(2023, 11, 17)
V4B, V5, V7 = date(2024, 9, 6), date(2024, 12, 2), date(2026, 1, 15)
DRAM_2024, DRAM_2025 = date(2024, 12, 31), date(2025, 1, 31)
STATE = date(2026, 7, 23)
"""Days of the calendar of versions, and the day whose text the data were checked against."""


def _absent(fact: str) -> Value:
    definition = LAW.facts[fact]
    if definition.derived or definition.absent_in_cases == "unknown":
        return None
    if definition.absent_in_cases == "not_relevant":
        return NOT_APPLICABLE
    return frozenset() if definition.is_set else False


NOTHING_SAID: dict[str, Value] = {fact: _absent(fact) for fact in LAW.facts}


def truth(rule: str, on: date, **facts: Value) -> Truth:
    """The truth of a rule for a row in which what is not said is not so."""
    return Trace({**NOTHING_SAID, **facts}, LAW, on).rule(rule)


def doubted(rule: str, on: date, **facts: Value) -> Truth:
    """The same when every part of the law that is marked counts as unknown."""
    return Trace({**NOTHING_SAID, **facts}, LAW, on).rule(rule, doubting=True)


def live_truth(rule: str, on: date, **facts: Value) -> Truth:
    """The truth of a rule for a row in which what is not said is unknown."""
    return Trace(facts, LAW, on).rule(rule)


def classified(on: date, **facts: Value) -> list[str]:
    """The paragraphs that the parameters surely meet."""
    trace = Trace({**NOTHING_SAID, **facts}, LAW, on)
    versions = ((rule, rule.version_on(on)) for rule in LAW.classifications)
    return sorted(v.eccn for rule, v in versions if v is not None and trace.rule(rule.id) is TRUE)


def place(group: str, code: str, on: date) -> bool:
    """Whether a country is in a group on a day."""
    return answer(Question("destination", "in", (group,)), code, LAW, on).truth is TRUE


def item(group: str, eccn: str, on: date) -> Truth:
    """Whether an ECCN is in a scope on a day."""
    return answer(Question("eccn", "in", (group,)), eccn, LAW, on).truth
