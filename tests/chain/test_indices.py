# SPDX-License-Identifier: Apache-2.0
"""Indices against their definitions, written out over orders and subsets."""

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.indices import (
    banzhaf_of,
    banzhaf_value,
    birnbaum_of,
    shapley,
    shapley_of,
    swings,
)
from chokegraph.chain.truth import words_of
from chokegraph.errors import FindingsError


def number(members) -> int:
    return sum(1 << i for i in members)


def by_orders(value, count: int) -> list[float]:
    """The Shapley value as Shapley defines it: the mean over all orders of joining."""
    total = [0.0] * count
    for order in permutations(range(count)):
        before: set[int] = set()
        for member in order:
            total[member] += value[number(before | {member})] - value[number(before)]
            before.add(member)
    return [sum_ / factorial(count) for sum_ in total]


def by_subsets(value, count: int) -> list[float]:
    """The Banzhaf value as its definition has it."""
    found = []
    for member in range(count):
        others = [i for i in range(count) if i != member]
        total = 0.0
        for size in range(count):
            for some in combinations(others, size):
                total += value[number(some) | 1 << member] - value[number(some)]
        found.append(total / 2 ** (count - 1))
    return found


def upwards(sets, count: int) -> list[int]:
    """All coalitions that hold one of the sets: a monotone table."""
    return [c for c in range(1 << count) if any(c & s == s for s in sets)]


@st.composite
def monotone(draw) -> tuple[list[int], int]:
    count = draw(st.integers(1, 6))
    sets = draw(st.lists(st.integers(0, (1 << count) - 1), max_size=5))
    return upwards(sets, count), count


@given(values=st.integers(0, 5).flatmap(lambda n: st.lists(
    st.floats(-10, 10), min_size=1 << n, max_size=1 << n)))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_values_of_any_game(values):
    count = len(values).bit_length() - 1
    array = np.array(values)
    assert shapley(array) == pytest.approx(by_orders(values, count), abs=1e-9)
    assert banzhaf_value(array) == pytest.approx(by_subsets(values, count), abs=1e-9)
    assert shapley(array).sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


@given(game=monotone())
@settings(max_examples=80, deadline=None)
def test_indices_of_a_table_are_the_values_of_its_game(game):
    blocked, count = game
    value = np.zeros(1 << count)
    value[blocked] = 1.0
    found = swings(words_of(blocked, count), count)
    assert shapley_of(found) == pytest.approx(by_orders(value, count), abs=1e-12)
    assert banzhaf_of(found) == pytest.approx(by_subsets(value, count), abs=1e-12)
    assert birnbaum_of(found, 0.5) == pytest.approx(banzhaf_of(found))


def test_shapley_is_the_mean_of_birnbaum_over_all_chances():
    found = swings(words_of(upwards([0b011, 0b110, 0b1001], 4), 4), 4)
    points, weights = np.polynomial.legendre.leggauss(5)
    mean = sum(
        w / 2 * birnbaum_of(found, (x + 1) / 2) for x, w in zip(points, weights, strict=True)
    )
    assert mean == pytest.approx(shapley_of(found))


def test_large_games_go_block_by_block():
    count = 18  # above the size of a block
    rng = np.random.default_rng(1)
    share = rng.random(count)
    held = np.zeros(1 << count)
    for i in range(count):
        held.reshape(-1, 2, 1 << i)[:, 1] += share[i]
    assert shapley(held) == pytest.approx(share)  # an additive game gives everyone its own
    assert banzhaf_value(held) == pytest.approx(share)
    quota = held >= share.sum() / 2
    found = swings(words_of(np.flatnonzero(quota).tolist(), count), count)
    assert shapley_of(found) == pytest.approx(shapley(quota.astype(float)))
    assert banzhaf_of(found) == pytest.approx(banzhaf_value(quota.astype(float)))


def test_the_security_council():
    """Five members with a veto, ten without, nine votes: 0.19627 and 0.00187 (Shapley-Shubik)."""
    numbers = np.arange(1 << 15)
    passes = (numbers & 31 == 31) & (np.bitwise_count(numbers) >= 9)
    found = shapley_of(swings(words_of(np.flatnonzero(passes).tolist(), 15), 15))
    assert found[0] == pytest.approx(421 / 2145)
    assert found[5] == pytest.approx(4 / 2145)


def test_nobody_is_no_mistake():
    assert shapley(np.array([3.0])).tolist() == []
    assert banzhaf_value(np.array([3.0])).tolist() == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.zeros(3), "do not cover all coalitions"),
        (np.array([0.0, np.inf]), r"members \[0\] is inf"),
    ],
)
def test_what_is_no_game_says_so(value, message):
    with pytest.raises(FindingsError, match=message):
        shapley(value)
