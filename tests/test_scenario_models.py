# SPDX-License-Identifier: Apache-2.0
"""What the parts of a scenario mean."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from chokegraph.response.distributions import DISTRIBUTIONS, quantile
from chokegraph.scenario import Control, Selector, load_licence_policies, parse_scenario
from chokegraph.scenario.assumption import Distribution
from chokegraph.scenario.event import ITEM_OF, Event, Outcome
from chokegraph.scenario.when import effective_quarter, quarter_index, quarter_name
from chokegraph.world.model import Input
from result_factory import SCENARIO_TEXT


def control(**changes):
    parts = {"name": "x", "by": "US", "inputs": {"tags": "t"}, "from": "2024Q1"}
    return Control.model_validate({**parts, "licence": {"policy": "denial"}, **changes})


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        ("2022-10-07", "2022Q4"),
        ("2023-07-23", "2023Q3"),
        ("2023-09-01", "2023Q4"),
        ("2024-01-01", "2024Q1"),
        ("2024-12-02", "2025Q1"),
        ("2024Q3", "2024Q3"),
    ],
)
def test_a_date_counts_from_the_quarter_that_lies_mostly_after_it(day, quarter):
    assert quarter_name(effective_quarter(day)) == quarter


def test_until_a_date_ends_the_quarter_before_and_until_a_quarter_includes_it():
    by_date = control(until="2025-01-01")
    by_quarter = control(until="2024Q4")
    assert quarter_name(by_date.last_quarter) == quarter_name(by_quarter.last_quarter) == "2024Q4"


def test_two_rules_that_follow_each_other_leave_no_gap_and_no_overlap():
    first = control(**{"from": "2023-08-01", "until": "2024-12-03"})
    second = control(**{"from": "2024-12-03"})
    assert first.last_quarter + 1 == second.first_quarter


def test_a_rule_announced_on_its_day_gives_no_warning():
    assert control(**{"from": "2024-12-02", "announced": "2024-12-02"}).known_from == quarter_index(
        "2025Q1"
    )
    assert control(**{"from": "2024-12-02", "announced": "2024-11-30"}).known_from == quarter_index(
        "2024Q4"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"licence": None}, "stops nothing"),
        ({"licence": None, "servicing": {"ban": False}}, "stops nothing"),
        ({"until": "2023Q4"}, "before it starts"),
        ({"licence": {"policy": "denial", "approval": 0.1}}, "either policy or approval"),
        ({"cap": {"kind": "hard"}}, "exactly one of"),
        ({"cap": {"kind": "sliding", "grade": 3}}, "sliding scale takes generations"),
        ({"cap": {"kind": "sliding", "generations": 2}, "on": "coalition"}, "target's purchases"),
        ({"inputs": {}}, "no inputs chosen"),
        ({"tiers": []}, "at least 1"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        control(**changes)


def make_input(**parts):
    values = {
        "input_id": "a", "name": "A", "kind": "tool", "use": "capital", "stage": "etch-clean",
        "family": "etch", "ladder_id": "", "eccns": ("3B001.c.1",), "tags": ("x", "y"),
        "description": "",
    }  # fmt: skip
    return Input(**{**values, **parts})


@pytest.mark.parametrize(
    ("parts", "chosen"),
    [
        ({"ids": "a"}, True),
        ({"tags": ["y", "z"]}, True),
        ({"families": "etch"}, True),
        ({"stages": "etch-clean"}, True),
        ({"eccns": "3B001"}, True),
        ({"eccns": "3b001.C"}, True),
        ({"eccns": "3B001.c.1.a"}, False),
        ({"eccns": "3B00"}, False),
        ({"tags": "z"}, False),
        ({"families": "etch", "exclude": "a"}, False),
    ],
)
def test_a_selector_chooses(parts, chosen):
    assert Selector.model_validate(parts).matches(make_input()) is chosen


def test_the_scenario_keeps_the_baseline_unless_told_not_to():
    text = SCENARIO_TEXT
    kept = parse_scenario(text)
    assert len(kept.all_levers("scenario").mandate) == 1
    alone = parse_scenario(text + "extends_baseline: false\n")
    assert alone.all_levers("scenario").mandate == ()
    assert alone.all_levers("baseline").mandate == kept.all_levers("baseline").mandate


def test_what_is_read_can_be_written_and_read_again():
    scenario = parse_scenario(SCENARIO_TEXT)
    data = scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert type(scenario).model_validate(data) == scenario


def test_nothing_in_a_scenario_can_be_changed():
    scenario = parse_scenario(SCENARIO_TEXT)
    with pytest.raises(ValueError, match="frozen"):
        scenario.target = "US"


def test_distributions_are_those_of_the_model():
    assert set(get_args(Distribution)) == set(DISTRIBUTIONS)


def test_every_outcome_with_items_is_an_outcome():
    assert set(ITEM_OF) <= set(get_args(Outcome))


def test_an_event_reads_as_a_sentence():
    event = Event.model_validate({"outcome": "lead", "in": 2030, "above": 2})
    assert str(event) == "lead above 2 in 2030"


def test_the_intervals_of_licence_policies_are_those_of_their_distributions():
    for policy in load_licence_policies().values():
        ends = quantile(policy.dist, policy.a, policy.b, [0.05, 0.95])
        assert np.allclose(ends, [policy.low, policy.high], rtol=0.01, atol=1e-4), policy.policy
        assert 0 <= policy.low <= policy.high <= 1


def test_stricter_licence_policies_let_less_through():
    table = load_licence_policies()
    order = [
        "denial",
        "presumption-of-denial",
        "case-by-case",
        "presumption-of-approval",
        "approval",
    ]
    of_the_law = {"authorised", "cannot-tell", "exception", "policy-not-stated"}
    assert set(order) | of_the_law == set(table)
    middles = [float(quantile(table[n].dist, table[n].a, table[n].b, 0.5)) for n in order]
    assert middles == sorted(middles)
    assert table["cannot-tell"].high - table["cannot-tell"].low > 0.8  # unknown is not "no"
    assert table["presumption-of-approval"].low < table["authorised"].low < table["exception"].low
