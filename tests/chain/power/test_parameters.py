# SPDX-License-Identifier: Apache-2.0
"""Elasticities are data: ranges that are what they say, sources, the narrowest row, assumptions."""

import numpy as np
import pytest

from chokegraph.chain.examples import toy_world
from chokegraph.chain.power.parameters import (
    DISTRIBUTIONS,
    TAIL,
    assume,
    find,
    normals,
    parameters,
    read_assumptions,
)
from chokegraph.errors import FindingsError


@pytest.mark.parametrize("row", parameters(), ids=lambda row: f"{row.key}-{row.horizon}")
def test_every_row_says_its_range_its_source_and_its_meaning(row):
    low, high = row.value(np.array([-TAIL, TAIL]))
    assert [row.low, row.high] == pytest.approx([low, high], rel=6e-3)
    assert row.dist in DISTRIBUTIONS
    assert row.source
    assert row.meaning
    assert row.grade in "ABCDX"


def test_no_row_occurs_twice_and_both_horizons_are_covered():
    keys = [(row.key, row.horizon) for row in parameters()]
    assert len(set(keys)) == len(keys)
    for name in ("suppliers", "inputs", "variants", "routes", "top"):
        assert find(name, "long", None).name == find(name, "short", None).name == name


def test_the_narrowest_row_decides():
    tool = toy_world().inputs["litho"]
    assert find("suppliers", "long", tool).applies_to == "use:capital"
    assert find("suppliers", "long", None).applies_to == ""


def test_elasticities_between_suppliers_lie_above_one_in_every_draw():
    z = normals(1, "x", 5000)
    for row in parameters():
        if row.name in ("suppliers", "variants", "routes"):
            assert (row.value(z) > 1.0).all()
        if row.name in ("inputs", "top") and row.dist == "fraction":
            assert (row.value(z) < 1.0).all()


def test_a_value_or_a_range_replaces_all_rows_of_a_name_or_one():
    every = assume({"suppliers": (2.0, 4.0)})
    assert {row.dist for row in every if row.name == "suppliers"} == {"uniform"}
    values = find("suppliers", "long", None, every).value(np.array([-9.0, 0.0, 9.0]))
    assert values == pytest.approx([2.0, 3.0, 4.0])
    one = assume({"suppliers.use:capital": 7.0})
    assert [row.a for row in one if row.key == "suppliers.use:capital"] == [7.0]
    assert find("suppliers", "long", None, one) == find("suppliers", "long", None)


def test_everything_wrong_with_assumptions_is_said_at_once():
    with pytest.raises(FindingsError) as caught:
        assume({"supplier": 3.0, "suppliers": 1.0, "inputs": (0.5, 0.1), "top": -1.0})
    text = str(caught.value)
    for words in ("no parameter 'supplier'", "above 1", "reversed", "negative"):
        assert words in text


def test_assumptions_are_read_or_refused():
    assert read_assumptions(["inputs=0.1:0.2"]) == {"inputs": (0.1, 0.2)}
    with pytest.raises(FindingsError) as caught:
        read_assumptions(["inputs", "suppliers=much"])
    assert len(caught.value.findings) == 2


def test_draws_of_a_name_depend_on_nothing_else():
    assert (normals(5, "a", 3) == normals(5, "a", 30)[:4]).all()
    assert (normals(5, "a", 3)[1:] != normals(5, "b", 3)[1:]).all()
    assert normals(5, "a", 0).tolist() == [0.0]
