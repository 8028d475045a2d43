# SPDX-License-Identifier: Apache-2.0
"""An explanation gives the steps in order, with inputs, versions and citations, and near misses."""

from datetime import date

import pytest
from tests.rules.random_law import DAYS, random_law, seeded
from tests.rules.test_scalar import CHIP, LAW

from chokegraph.rules import load_law
from chokegraph.rules.compile import compile_law
from chokegraph.rules.completing import completed
from chokegraph.rules.explain import explain, tell
from chokegraph.rules.saying import say
from chokegraph.rules.scalar import Trace
from chokegraph.rules.traced import CompiledTrace
from chokegraph.rules.truth import TRUE, UNKNOWN
from chokegraph.rules.values import Interval

DAY = date(2024, 1, 1)


def test_steps_follow_the_order_of_the_law() -> None:
    row = {
        **CHIP,
        "power": 5000.0,
        "started": date(2020, 1, 1),
        "lists": frozenset({"ENTITY_LIST"}),
    }
    found = explain(row, LAW, DAY)
    told = [(step.section, step.rule, step.result) for step in found.steps]
    assert told == [
        ("classification", "chip", "3A090.a"),
        ("jurisdiction", "us-origin", "subject"),
        ("requirement", "chips-to-d5", "removed by old-stock"),
        ("requirement", "listed", "stands"),
        ("exclusion", "old-stock", "R_CHIPS"),
        ("review policy", "denial", "presumption_of_denial"),
    ]
    assert found.decision.reasons == ("R_LIST",)


def test_a_step_shows_its_inputs_version_and_citation() -> None:
    [step] = [s for s in explain({**CHIP, "power": 5000.0}, LAW, DAY).steps if s.rule == "chip"]
    [part] = step.inputs
    assert (part.text, part.value) == ("power is at least 2400 TPP (high)", "5000 TPP")
    assert (part.truth, part.marks) == (TRUE, ("high [C]",))
    assert (step.version, step.cite) == (date(2022, 10, 21), "3A090")


def test_what_cannot_be_told_says_what_it_waits_for() -> None:
    found = explain({**CHIP, "destination": None}, LAW, DAY)
    [step] = [s for s in found.steps if s.rule == "chips-to-d5"]
    assert (step.truth, step.result) == (UNKNOWN, "cannot tell")
    assert [(i.value, i.truth) for i in step.inputs if i.truth is UNKNOWN] == [("unknown", UNKNOWN)]


def test_near_misses_name_the_one_part_that_fails() -> None:
    found = explain({**CHIP, "destination": "KZ"}, LAW, DAY)
    [miss] = [m for m in found.nearly if m.code == "R_CHIPS"]
    assert miss.lacking.text == "destination is in D:5"
    assert miss.lacking.value == "KZ"
    text = "\n".join(tell(found))
    assert "but for: destination is in D:5 (here: KZ)" in text
    assert "warning DIVERSION: yes; ask where it goes" in text


def test_rules_that_do_not_count_are_told_as_such() -> None:
    row = {**CHIP, "eccn": "EAR99", "lists": frozenset({"OWNED"})}
    [step] = [s for s in explain(row, LAW, date(2026, 1, 1)).steps if s.section == "not in force"]
    assert (step.rule, step.result) == ("owned", "suspended")


def test_conditions_in_words() -> None:
    rule = LAW.rule("chips-to-d5")
    assert say(rule.versions[0].when, LAW) == [
        "all of:",
        "  the item is in chips (as stated, or by its parameters)",
        "  destination is in D:5",
    ]
    [line] = say(LAW.rule("chip").versions[0].when, LAW, DAY)
    assert line == "power is at least 2400 TPP (high)"


ROWS = [
    {},
    {"eccn": "3B001.d.8", "origin": "NL", "destination": "CN"},
    {
        "eccn": "3A090.a", "tpp": 4992.0, "die_mm2": 826.0, "marketed_datacentre": True,
        "origin": "TW", "exporter_country": "TW", "destination": "CN",
        "party_headquarters": frozenset({"CN"}), "party_lists": frozenset({"ENTITY_LIST"}),
    },
    {"tpp": Interval(1500.0, 5000.0), "die_mm2": 600.0, "origin": "US", "destination": "HK"},
    completed({"eccn": "3B993.f.1", "origin": "JP", "destination": "CN"}, load_law()),
]  # fmt: skip


@pytest.mark.parametrize("day", [date(2022, 10, 21), date(2023, 11, 17), date(2026, 11, 10)])
@pytest.mark.parametrize("row", ROWS)
def test_the_compiled_law_explains_in_the_same_words(row, day) -> None:
    law = load_law()
    found = explain(row, compile_law(law), day)
    expected = explain(row, law, day)
    assert tell(found) == tell(expected)
    assert found == expected


@pytest.mark.parametrize("seed", range(10))
def test_compiled_random_laws_explain_in_the_same_words(seed) -> None:
    random = seeded(seed)
    law = random_law(random)
    program = compile_law(law)
    for on in DAYS:
        row = {
            "flag1": random.choice([True, False, None]), "number1": random.choice([1.0, 2.0, None]),
            "code1": random.choice(["X", "Y", None]), "origin": random.choice(["US", "CN", None]),
            "destination": random.choice(["HK", "CN"]), "eccn": random.choice(["3A090.a", None]),
            "lists": random.choice([frozenset({"X"}), frozenset(), None]),
        }  # fmt: skip
        found, expected = explain(row, program, on), explain(row, law, on)
        assert found == expected
        trace, scalar = CompiledTrace(row, program, on), Trace(row, law, on)
        for rule in law.rules:
            for doubting in (False, True):
                its = trace.rule(rule.id, doubting=doubting)
                assert its is scalar.rule(rule.id, doubting=doubting), rule.id
            assert trace.holds(rule.id) == scalar.holds(rule.id)
