# SPDX-License-Identifier: Apache-2.0
"""Another state's code as the classification: for US law the ECCN is unknown, never "none"."""

from datetime import date

import pytest

from chokegraph.rules import load_law
from chokegraph.rules.atoms import answer
from chokegraph.rules.language import Test
from chokegraph.rules.many import decide_each, decide_many
from chokegraph.rules.resolve import MAYBE, NO, YES, resolve
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN

DAY = date(2025, 3, 1)
ROUTE = {"origin": "US", "exporter_country": "US", "destination": "CN", "us_person": False}


@pytest.fixture(scope="module")
def law():
    return load_law()


def both(law, test, value):
    """Return the scalar and the compiled answer."""
    question, turned = resolve(test, law, DAY)
    truth = question.answer(value)[0]
    return answer(test, value, law, DAY).truth, YES - truth if turned else truth


@pytest.mark.parametrize(
    ("regime", "operator", "operand", "value", "scalar", "compiled"),
    [
        ("us", "in", ("3B001",), "NL:DUV<=1.5", UNKNOWN, MAYBE),
        ("us", "not_in", ("3B001",), "NL:DUV<=1.5", UNKNOWN, MAYBE),
        ("us", "in", ("3B001",), "EAR99", FALSE, NO),
        ("us", "in", ("CN:Ga", "3B001"), "CN:Ga", TRUE, YES),
        ("us", "known", True, "CN:Ga", FALSE, NO),
        ("us", "known", False, "CN:Ga", TRUE, YES),
        ("us", "known", True, "3B001", TRUE, YES),
        ("nl", "known", True, "CN:Ga", TRUE, YES),
        ("nl", "in", ("NL:EUV",), "NL:DUV<=1.5", FALSE, NO),
    ],
)
def test_codes_of_other_states_in_a_test(law, regime, operator, operand, value, scalar, compiled):
    test = Test("eccn", operator, operand, regime)
    assert both(law, test, value) == (scalar, compiled)


def test_a_set_with_a_code_of_another_state_is_open(law):
    test = Test("technology_for", "has", ("3B001",), "us")
    assert both(law, test, frozenset({"NL:EUV", "3A001"})) == (UNKNOWN, MAYBE)
    assert both(law, test, frozenset({"NL:EUV", "3B001.d"})) == (TRUE, YES)
    assert both(law, test, frozenset({"3A001"})) == (FALSE, NO)


@pytest.mark.parametrize("decide", [decide_many, decide_each])
@pytest.mark.parametrize("code", ["NL:DUV<=1.5", "CN:Ga", "JP:SEM"])
def test_a_code_of_another_state_leaves_us_law_as_open_as_no_code(law, decide, code):
    rows = [{**ROUTE, "eccn": code}, {**ROUTE, "eccn": None}]
    coded, blank = decide([(row, DAY) for row in rows], law)
    of_us = {rule.code for rule in law.rules if rule.regime == "us"}
    assert coded.licence == blank.licence == "unknown"
    assert set(coded.reasons_possible) & of_us == set(blank.reasons_possible) & of_us
    assert "eccn" in coded.missing


@pytest.mark.parametrize("decide", [decide_many, decide_each])
def test_paragraphs_that_parameters_meet_are_not_compared_with_another_states_code(law, decide):
    chip = {"tpp": 15832.0, "die_mm2": 814.0, "item_form": "circuit", "item_kind": "commodity"}
    rows = [({**ROUTE, **chip, "eccn": code}, DAY) for code in ("CN:Ga", None, "EAR99")]
    said = [each.classification for each in decide(rows, law)]
    assert said == ["only engine", "only engine", "differs"]


def test_the_other_state_still_knows_its_code(law):
    row = {**ROUTE, "origin": "NL", "exporter_country": "NL", "eccn": "NL:EUV:3600"}
    assert "NL_LICENCE" in decide_many([(row, DAY)], law)[0].reasons
