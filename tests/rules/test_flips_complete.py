# SPDX-License-Identifier: Apache-2.0
"""Nothing that would change an answer is left out: every try is decided by the scalar evaluator."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.random_law import DAYS, random_law, seeded
from tests.rules.small_law import small_law

from chokegraph.rules.alternatives import alternatives_of, candidates
from chokegraph.rules.bitwise import Bitwise, laid_out
from chokegraph.rules.compile import compile_law
from chokegraph.rules.decision import evaluate
from chokegraph.rules.flips import flips
from chokegraph.rules.values import NOT_APPLICABLE
from chokegraph.rules.words import bits_of, places_of, rows_of, turned

ROWS = [
    {
        "flag1": True, "flag2": None, "number1": 2.0, "number2": 1.5, "code1": "X", "origin": "US",
        "destination": "HK", "eccn": "3A090.a", "lists": frozenset({"X"}), "started": DAYS[1],
        "headquarters": frozenset({"CN"}), "technology": frozenset(), "known": None,
    },
    {"eccn": "3A090", "destination": "CN", "number1": NOT_APPLICABLE},
    {},
]  # fmt: skip


def outcome(row, law, on):
    found = evaluate(row, law, on)
    return found.subject, found.licence, found.reasons, found.policy


@pytest.mark.parametrize("row", ROWS, ids=["full", "some", "nothing"])
@pytest.mark.parametrize("seed", range(6))
def test_every_value_with_another_outcome_is_told(seed, row):
    law = random_law(seeded(seed))
    program = compile_law(law)
    on = DAYS[3]
    row = {name: value for name, value in row.items() if name in law.facts}
    found = flips(program, row, on)
    told = {
        (flip.fact, str(value)): tuple(flip.outcome)
        for flip in found.facts
        for value in flip.values
    }
    now = outcome(row, law, on)
    for name, changes in program.changes.items():
        fact, value = law.facts[name], row.get(name)
        if value is NOT_APPLICABLE or (fact.derived and name not in row):
            assert name not in {each for each, _ in told}
            continue
        if changes != (name,):
            continue  # thresholds of facts that follow from it depend on the row
        for values in candidates(program.book, fact, value):
            for each in values:
                other = outcome({**row, name: each}, law, on)
                assert told.get((name, str(each)), now) == other, (name, each)


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_days_are_the_nearest(seed):
    law = random_law(seeded(seed))
    program = compile_law(law)
    row = {name: value for name, value in ROWS[0].items() if name in law.facts}
    on = DAYS[3]
    found = flips(program, row, on)
    now = outcome(row, law, on)
    later = [day for day in program.days if day > on and outcome(row, law, day) != now]
    assert (found.later and found.later.on) == min(later, default=None)
    ends = [day - timedelta(days=1) for day in program.days if day <= on]
    earlier = [day for day in ends if outcome(row, law, day) != now]
    assert (found.earlier and found.earlier.on) == max(earlier, default=None)


def test_what_is_tried_for_all_rows_is_made_again_when_the_law_grows():
    program = compile_law(small_law())
    before = alternatives_of(program)
    assert alternatives_of(program) is before
    rule = {
        "id": "more", "kind": "requirement", "code": "R_MORE", "regime": "us", "title": "More",
        "versions": [{"effective": date(2024, 1, 1), "cite": "x", "confidence": "A",
                      "when": {"destination": "KP"}}],
    }  # fmt: skip
    amended = program.with_law(program.law.amend([{"add": rule}]))
    tried = [values for each in alternatives_of(amended).tries if each for values in each[1:]]
    assert ["KP"] in tried
    row = {
        "eccn": "EAR99", "origin": "US", "destination": "DE", "lists": frozenset(), "civil": False,
        "started": date(2023, 1, 1), "notified": True, "power": 5.0, "area": 800.0, "content": 0.0,
    }  # fmt: skip
    with_more, without = (
        {code for flip in flips(each, row, date(2024, 1, 1)).facts for code in flip.outcome.reasons}
        for each in (amended, program)
    )
    assert with_more - without == {"R_MORE"}


@given(st.lists(st.integers(0, (1 << 130) - 1), min_size=1, max_size=150))
def test_turned_bits_are_the_same_bits(numbers):
    columns = bits_of(np.ascontiguousarray(turned(rows_of(numbers, 130)).T))
    for row, number in enumerate(numbers):
        assert np.flatnonzero(columns[:, row]).tolist() == places_of(number)
    assert not columns[:, len(numbers) :].any()


def test_a_law_without_rules_needs_no_licence():
    program = compile_law(replace(small_law(), rules=()))
    nothing = Bitwise(program, laid_out(program, [(0, 0)])).outcomes()
    assert {tuple(each) for each in nothing} == {("no", "no", (), None)}
    found = flips(program, {"origin": "US"}, date(2024, 1, 1))
    assert (found.facts, found.earlier, found.later) == ((), None, None)
