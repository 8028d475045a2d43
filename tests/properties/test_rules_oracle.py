# SPDX-License-Identifier: Apache-2.0
"""The compiled engine and the scalar evaluator give the same answer, field by field."""

from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.random_law import random_law, table_of, value_for

from chokegraph.rules import language, load_law
from chokegraph.rules.compile import compile_law
from chokegraph.rules.decision import Decision, evaluate
from chokegraph.rules.kernel import determine
from chokegraph.rules.language import Reference, walk

ANSWERS = [field.name for field in fields(Decision)]


def vocabulary(law):
    """Values that the law knows for each kind of fact, and some that it does not."""
    days, numbers = set(), {0.0}
    names = {"country": {"DE", "CN", "US", "HK"}, "eccn": {"EAR99", "3A"}, "code": {"W"}}
    for parameter in law.parameters.values():
        for version in parameter.versions:
            (days if isinstance(version.value, date) else numbers).add(version.value)
    for group in law.groups.values():
        for version in group.versions:
            names[group.of] |= {each for each in version.members if each not in law.groups}
    for rule in law.rules:
        for version in rule.versions:
            if rule.kind == "classification":
                names["eccn"].add(version.eccn)
            for part in walk(law.resolved(version.when, rule.regime)):
                if not isinstance(part, language.Test) or isinstance(
                    part.operand, (bool, Reference)
                ):
                    continue
                if isinstance(part.operand, tuple):
                    kind = law.facts[part.fact].kind
                    names[kind] |= {each for each in part.operand if each not in law.groups}
                else:
                    (days if isinstance(part.operand, date) else numbers).add(part.operand)
    for eccn in sorted(names["eccn"]):
        names["eccn"] |= {eccn + ".9", eccn.rpartition(".")[0] or eccn}
    words = {kind: sorted(each.rstrip("*") for each in found) for kind, found in names.items()}
    near = sorted({float(n) + d for n in numbers for d in (-0.5, 0.0, 0.5)})
    dated = sorted({day + timedelta(days=d) for day in days or {date(2020, 1, 1)} for d in (-1, 0)})
    return {**words, "numbers": [n for n in near if n >= 0], "days": dated}


def random_rows(law, random, count):
    """Rows on, before and after days of the law; some facts are given in no row at all."""
    words = vocabulary(law)
    days = law.days
    given = [
        fact for fact in law.facts.values() if random.random() < (0.3 if fact.derived else 0.7)
    ]
    rows = []
    for _ in range(count):
        day = random.choice(days) + timedelta(days=random.choice([-1, 0, 1]))
        unknown = random.choice([0, 0.1, 0.5])
        row = {f.id: value_for(random, f, words) for f in given if random.random() >= unknown}
        rows.append((day, row))
    return rows


def assert_same(law, rows, program=None):
    frame = determine(table_of(rows, law.facts), program or law).frame()
    assert frame.height == len(rows)
    for (day, row), got in zip(rows, frame.to_dicts(), strict=True):
        wanted = evaluate(row, law, day)
        for name in ANSWERS:
            found = tuple(got[name]) if isinstance(got[name], list) else got[name]
            assert found == getattr(wanted, name), (name, day, row)


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=True))
def test_both_agree_on_random_laws(random):
    law = random_law(random)
    assert_same(law, random_rows(law, random, 25))


@pytest.fixture(scope="module")
def bundled():
    return compile_law(load_law())


@settings(deadline=None, max_examples=8)
@given(st.randoms(use_true_random=True))
def test_both_agree_on_the_law_as_it_stands(bundled, random):
    law = bundled.law
    if law.rules:
        assert_same(law, random_rows(law, random, 25), bundled)


@settings(deadline=None, max_examples=10)
@given(st.randoms(use_true_random=True))
def test_both_agree_on_laws_compiled_from_one_another(random):
    law = random_law(random)
    rows = random_rows(law, random, 20)
    program = compile_law(law)
    assert_same(law, rows, program)
    known = law.known_on(random.choice(law.days))
    assert_same(known, rows, program.with_law(known))
    assert_same(law, rows, program)
