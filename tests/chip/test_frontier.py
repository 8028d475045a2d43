# SPDX-License-Identifier: Apache-2.0
"""The frontier against its definition, for every number of objectives and every way to find it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chip import frontier_four
from chokegraph.chip.frontier import frontier, least_in_all
from chokegraph.chip.frontier_four import beaten_in_three, four


def dominated(rows):
    """By definition: some other row is at least as good everywhere and better somewhere."""
    return [
        any(all(a <= b for a, b in zip(other, row, strict=True)) and other != row for other in rows)
        for row in rows
    ]


@settings(deadline=None, max_examples=200)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.tuples(*[st.integers(-3, 3)] * width), min_size=1, max_size=60)
    )
)
def test_frontier_is_what_the_definition_says(rows):
    found = least_in_all(np.array(rows, float))
    assert found.tolist() == [not one for one in dominated(rows)]


@pytest.mark.parametrize("width", [2, 3, 4])
@pytest.mark.parametrize("bend", [0.0, 1.0])
def test_frontier_of_many_points(width, bend):
    """Enough points for every stage; with `bend` most of them are on the frontier."""
    rng = np.random.default_rng(width)
    rows = rng.dirichlet(np.ones(width), 6000) * bend + rng.random((6000, width)) * 0.2
    rows = np.vstack([rows.round(2), rows.round(2)[:100]])
    found = least_in_all(rows)
    assert (found == by_definition(rows)).all()


def test_unknown_is_off_the_frontier_and_directions_are_checked():
    found = frontier({"cost": [1.0, np.nan, 2.0], "tpp": [1.0, 9.0, np.inf]})
    assert found.tolist() == [True, False, True]
    assert frontier({"tpp": [1.0, 2.0]}, directions={"tpp": "least"}).tolist() == [True, False]
    assert frontier({"cost": [np.nan]}).tolist() == [False]
    with pytest.raises(ValueError, match="at least one"):
        frontier({})
    with pytest.raises(ValueError, match="least or most"):
        frontier({"cost": [1.0]}, directions={"cost": "less"})


def by_definition(rows):
    """Every row against every other."""
    below = np.ones((len(rows), len(rows)), bool)
    equal = np.ones_like(below)
    for column in rows.T:
        below &= column[None, :] <= column[:, None]
        equal &= column[None, :] == column[:, None]
    return ~(below & ~equal).any(axis=1)


NUMBERS = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 1.0, 2.0, np.inf])


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(*[NUMBERS] * 4), min_size=1, max_size=80))
def test_four_objectives_by_levels(rows):
    rows = np.array(rows)
    assert four(rows).tolist() == by_definition(rows).tolist()


@pytest.mark.parametrize("few", [1, 8, 1000])
@pytest.mark.parametrize("digits", [0, 1, 6])
def test_four_objectives_by_blocks_of_levels(monkeypatch, few, digits):
    """Whatever counts as many levels: blocks of several, and levels that fill a block alone."""
    monkeypatch.setattr(frontier_four, "_FEW", few)
    monkeypatch.setattr(frontier_four, "BLOCK", 50)
    rng = np.random.default_rng(few + digits)
    rows = (rng.dirichlet(np.ones(4), 700) * 10).round(digits)
    rows = np.vstack([rows, rows[:40]])
    assert (four(rows) == by_definition(rows)).all()


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=60, unique=True),
    st.randoms(use_true_random=False),
)
def test_three_objectives_with_some_judges(rows, random):
    rows = sorted(rows)
    judges = [random.random() < 0.5 for _ in rows]
    found = beaten_in_three(np.array(rows, float), np.array(judges))
    expected = [
        any(
            judge and other != row and all(a <= b for a, b in zip(other, row, strict=True))
            for other, judge in zip(rows, judges, strict=True)
        )
        for row in rows
    ]
    assert found.tolist() == expected
