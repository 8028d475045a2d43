# SPDX-License-Identifier: Apache-2.0
"""Figures as arrays: from the catalogue, as middles and as draws."""

import numpy as np
import pytest

from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures, reduced
from chokegraph.chip.sampled import certain, sampled

CATALOGUE = load_catalogue()
GROUPS = ("nodes", "packages", "memories", "settings")


def test_both_ways_of_drawing_give_the_same() -> None:
    one = sampled(CATALOGUE, np.random.default_rng(3), 50)
    other = Figures.drawn(CATALOGUE, CATALOGUE.draw(np.random.default_rng(3), 50))
    for group in GROUPS:
        for name in getattr(one, group).__dataclass_fields__:
            left, right = (getattr(getattr(figures, group), name) for figures in (one, other))
            assert np.array_equal(left, right, equal_nan=True), (group, name)


def test_what_is_certain_does_not_vary() -> None:
    few = certain(reduced(CATALOGUE, nodes=["smic-n2"]), ["defect_density", "bond_yield"])
    figures = sampled(few, np.random.default_rng(1), 200)
    assert figures.nodes.defect_density.shape == (200, 1)
    assert figures.nodes.wafer_price.shape == (1,)
    with pytest.raises(ValueError, match="no figure 'prise'"):
        certain(CATALOGUE, ["prise"])


def test_no_setting_is_missing() -> None:
    settings = Figures.of(CATALOGUE).settings
    assert [n for n in settings.__dataclass_fields__ if np.isnan(getattr(settings, n))] == []


def test_the_middle_of_draws_is_near_the_evaluation_of_middles() -> None:
    few = reduced(CATALOGUE, ["smic-n2"], ["si-interposer"], ["hbm2e"])
    designs = Designs(dies=(Dies(node=0, area=333.0, count=2.0),), package=0, memory=0, stacks=4.0)
    middle = evaluate(designs, Figures.of(few), keep=["cost"]).cost
    drawn = evaluate(designs, sampled(few, np.random.default_rng(2), 4000), keep=["cost"]).cost
    low, median, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    assert low < middle < high
    # The beta-like yields and the wide defect density skew the cost upwards.
    assert median == pytest.approx(middle, rel=0.25)
