# SPDX-License-Identifier: Apache-2.0
"""Rows decided all at once come to what the state machine and the scalar evaluator say."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.test_rules_oracle import random_rows
from tests.rules.random_law import random_law, seeded, table_of
from tests.rules.small_law import small_law
from tests.rules.test_kernel import many_rows

from chokegraph.rules import direct, load_law, results
from chokegraph.rules.at_once import determine_at_once
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.clauses import joined, planes_of
from chokegraph.rules.compile import compile_law
from chokegraph.rules.encode import encode
from chokegraph.rules.engine import compiled_engine
from chokegraph.rules.kernel import determine, machine_for
from chokegraph.rules.levels import State
from chokegraph.rules.results import RESULTS, texts_of
from chokegraph.rules.rowwise import decide_rowwise
from chokegraph.rules.words import numbers_of


def in_words(engine, facts, blanks=None):
    numbers = engine.number(facts, blanks or {})
    columns = engine.book.columns()
    return pl.DataFrame([columns[name].texts(numbers).cast(str).alias(name) for name in RESULTS])


def check(law, facts, engine=None):
    engine = engine or compiled_engine(law)
    found = in_words(engine, facts)
    machine = engine(facts, {})
    assert found.equals(texts_of(machine.table)[machine.states])
    return found


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=True))
def test_random_laws(random):
    law = random_law(random)
    rows = random_rows(law, random, 40)
    facts = table_of(rows, law.facts)
    one_by_one = decide_rowwise(facts, law)
    assert check(law, facts).equals(texts_of(one_by_one.table)[one_by_one.states])


def test_the_real_law():
    law = load_law()
    random = seeded(3)
    engine = compiled_engine(law)
    for _ in range(3):
        check(law, table_of(random_rows(law, random, 150), law.facts), engine)


@pytest.mark.parametrize(("module", "name", "size"), [(direct, "PIECE", 7), (direct, "MOST", 20)])
def test_pieces_and_forgetting_change_nothing(monkeypatch, module, name, size):
    monkeypatch.setattr(module, name, size)
    law = small_law()
    engine = compiled_engine(law)
    for seed in (1, 2, 1):
        check(law, many_rows(300, seed), engine)


def test_words_of_several_batches_are_made_together_and_only_when_wanted(monkeypatch):
    calls = []
    plain = direct.words_of_planes
    monkeypatch.setattr(
        direct, "words_of_planes", lambda *a: calls.append(a[2].possible.shape[1]) or plain(*a)
    )
    law = small_law()
    engine = compiled_engine(law)
    facts = [many_rows(200, seed) for seed in (1, 2, 3)]
    numbers = [engine.number(each, {}) for each in facts]
    assert not calls
    columns = engine.book.columns()
    assert calls == [engine.book.count]
    for each, own in zip(facts, numbers, strict=True):
        found = engine(each, {})
        words = [columns[name].texts(own).cast(str).alias(name) for name in RESULTS]
        assert pl.DataFrame(words).equals(texts_of(found.table)[found.states])
    engine.number(facts[1], {})
    engine.book.columns()
    assert len(calls) == 1


@pytest.mark.parametrize("most", [5, 60])
def test_only_so_many_decisions_wait_for_words_and_are_made_together(monkeypatch, most):
    made = []
    plain = direct.words_of_planes
    monkeypatch.setattr(
        direct, "words_of_planes", lambda *a: made.append(a[2].possible.shape[1]) or plain(*a)
    )
    monkeypatch.setattr(direct, "PIECE", 20)
    monkeypatch.setattr(results, "TOGETHER", 30)
    monkeypatch.setattr(results, "MOST_WAITING", most)
    law = small_law()
    engine = compiled_engine(law)
    check(law, many_rows(300), engine)
    assert sum(made) == engine.book.count
    assert max(made) <= 30


def test_states_of_several_parts_keep_their_tags():
    program = compile_law(small_law())
    size, marks = len(program.book.clauses), program.book.mark_tags
    tag = program.book.tag("eccn")
    parts = [
        [State(5, 4, 4, ((tag, 4),)), State(1, 1, 0, ())],
        [State(6, 6, 2, ((tag, 2),))],
    ]
    found = joined([planes_of(part, size, 0, marks) for part in parts])
    assert numbers_of(found.possible) == [5, 1, 6]
    assert numbers_of(found.opened) == [4, 0, 2]
    for place, expected in ((1, [False, False, True]), (2, [True, False, False])):
        where = [each.at(place) for each in found.tags[tag]]
        assert [any(w is not None and w[n] for w in where) for n in range(3)] == expected


def test_rows_without_facts():
    law = small_law()
    facts = many_rows(3).select("as_of")
    assert check(law, facts).height == 3


def test_machine_and_direct_share_what_they_know_of_columns():
    law = small_law()
    engine = compiled_engine(law)
    facts = many_rows(50)
    check(law, facts, engine)
    encoded = encode(facts, engine.program)
    machine = machine_for(engine.program, encoded)
    assert all(level.rows for level in machine.levels)


def test_an_error_while_words_are_made_in_the_writers_thread_comes_to_the_caller(
    monkeypatch, tmp_path
):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(direct, "words_of_planes", broken)
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    facts = {
        "as_of": [many_rows(1)["as_of"][0]] * 40,
        "origin": ["US"] * 40,
        "eccn": ["EAR99"] * 40,
    }
    pl.DataFrame(facts | {"destination": ["FR"] * 40}).write_parquet(source)
    with pytest.raises(ZeroDivisionError):
        determine_file(source, small_law(), out=out, options=Options(rows=4))
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_a_table_decided_at_once_has_the_same_columns_as_by_the_machine():
    program = compile_law(small_law())
    facts = many_rows(500)
    blanks = {"started": facts["as_of"][0], "civil": True}
    machine = determine(facts.drop("civil"), program, blanks=blanks)
    for size in (500, 0):
        found = determine_at_once(facts.drop("civil")[:size], program, blanks=blanks)
        assert found.table[found.states].equals(machine.frame()[:size])
    assert found.table.height == 0
