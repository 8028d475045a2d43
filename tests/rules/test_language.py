# SPDX-License-Identifier: Apache-2.0
"""Conditions: the tree and its clauses have the same value, whatever is unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.rules.language import (
    ALWAYS,
    All,
    Condition,
    Either,
    Item,
    Literal,
    Met,
    Not,
    Sure,
    clauses,
)
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, known, negation

ATOMS = [Met(name) for name in "abcd"]
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Either(tuple(parts))),
        inner.map(Not),
        inner.map(Sure),
    ),
    max_leaves=8,
)
VALUES = st.fixed_dictionaries({atom: st.sampled_from(Truth) for atom in ATOMS})


def tree_value(condition: Condition, values: dict[Met, Truth]) -> Truth:
    match condition:
        case Met():
            return values[condition]
        case All(parts):
            return all_of(tree_value(part, values) for part in parts)
        case Either(parts):
            return any_of(tree_value(part, values) for part in parts)
        case Not(part):
            return negation(tree_value(part, values))
        case Sure(part):
            return known(tree_value(part, values) is TRUE)
        case _:
            raise AssertionError


def literal_value(literal: Literal, values: dict[Met, Truth]) -> Truth:
    value = values[literal.atom]
    value = negation(value) if literal.negated else value
    if literal.mode == "sure":
        return known(value is TRUE)
    return known(value is not TRUE) if literal.mode == "doubtful" else value


@given(condition=CONDITIONS, values=VALUES)
def test_clauses_have_the_value_of_the_tree(condition: Condition, values: dict[Met, Truth]) -> None:
    by_clauses = any_of(
        all_of(literal_value(literal, values) for literal in clause)
        for clause in clauses(condition)
    )
    assert by_clauses is tree_value(condition, values)


def test_always_and_never() -> None:
    assert clauses(ALWAYS) == ((),)
    assert clauses(Either(())) == ()


def test_sure_of_something_unknown_is_no_and_its_negation_yes() -> None:
    values = {ATOMS[0]: UNKNOWN}
    assert tree_value(Sure(ATOMS[0]), values) is FALSE
    [(literal,)] = clauses(Not(Sure(ATOMS[0])))
    assert literal == Literal(ATOMS[0], negated=False, mode="doubtful")
    assert literal_value(literal, values) is TRUE


def test_short_forms_must_be_written_out_first() -> None:
    with pytest.raises(TypeError, match="short form"):
        clauses(Item(("3B001",)))
