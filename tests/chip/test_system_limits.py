# SPDX-License-Identifier: Apache-2.0
"""Limiting cases of stacks, one-off costs, patterning, performance and learning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.chip.bonding import (
    die_to_wafer_cost,
    die_to_wafer_yield,
    hybrid_yield,
    overlay_limit,
    overlay_yield,
    particle_yield,
    recess_yield,
    wafer_to_wafer_cost,
    wafer_to_wafer_yield,
)
from chokegraph.chip.known_good import known_good_cost
from chokegraph.chip.nre import break_even_volume, per_unit
from chokegraph.chip.patterning import defect_density_without_euv, wafer_price_without_euv
from chokegraph.chip.performance import (
    largest_uncontrolled,
    performance_density,
    roofline,
    total_processing_performance,
)
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yield_learning import learned_density, wafers_until
from chokegraph.chip.yields import (
    defects,
    negative_binomial,
)

WAFER = {"diameter": 300.0, "edge": 5.0, "scribe": 0.2}
RULE = {"high": 4800, "middle": 2400, "low": 1600, "dense": 5.92, "medium": 3.2, "sparse": 1.6}


# -- stacks ------------------------------------------------------------------------------------


def test_stacks_of_equal_tiers() -> None:
    tier = negative_binomial(defects(100.0, 0.2), 3.0)
    found = wafer_to_wafer_yield([2, 4, 8], tier, 0.98)
    assert found == pytest.approx([0.6654, 0.4338, 0.1845], abs=6e-5)
    assert die_to_wafer_yield([2, 4, 8], 0.98) == pytest.approx([0.98, 0.9412, 0.8681], abs=6e-5)


def test_costs_of_stacks_by_hand() -> None:
    assert float(wafer_to_wafer_cost(2 * 5000.0, 1000.0, 100.0, 0.55)) == pytest.approx(200.0)
    assert float(die_to_wafer_cost(50.0, 80.0, 2, 5.0, 0.9)) == pytest.approx(140 / 0.81)


def test_particles_on_a_ten_millimetre_die() -> None:
    """The order of the published fall from 0.990 to 0.358 between 1e-10 and 1e-8 per um2."""
    assert float(particle_yield(100.0, 1e-10)) == pytest.approx(0.990, abs=1e-3)
    assert float(particle_yield(100.0, 1e-8)) == pytest.approx(np.exp(-1.0))
    margin = particle_yield(100.0, 1e-8, reach=70.0, perimeter=40.0)
    assert float(margin) == pytest.approx(0.358, abs=2e-3)


def test_pads() -> None:
    wide, narrow = (overlay_limit(pitch, 0.25, 0.25, 0.5, 0.5) for pitch in (2.0, 0.9))
    assert wide > narrow >= 0
    assert float(overlay_yield(10.0, 0.1)) == pytest.approx(1.0)
    assert overlay_yield(0.2, 0.1, shift=0.1) < overlay_yield(0.2, 0.1)
    assert recess_yield(1e6, 5.0, 1.0) < recess_yield(1e3, 5.0, 1.0)
    assert float(recess_yield(0, 5.0, 1.0)) == 1.0


# -- one-off costs, patterning -----------------------------------------------------------------


def test_volume() -> None:
    assert float(per_unit(100.0, 1e6, 1e15)) == pytest.approx(100.0)
    once = float(per_unit(0.0, 1e6, 2000.0))
    assert float(per_unit(0.0, 1e6, 4000.0)) == pytest.approx(once / 2)
    assert float(break_even_volume(100.0, 1e6, 90.0, 2e6)) == np.inf
    assert float(break_even_volume(90.0, 1e6, 100.0, 2e6)) == 0.0
    with pytest.raises(ValueError, match="above zero units"):
        per_unit(1.0, 1.0, 0.0)


def test_nothing_replaced_changes_nothing() -> None:
    assert float(wafer_price_without_euv(9346.0, 0.3, 5.0, 5.0)) == 9346.0
    assert float(defect_density_without_euv(0.09, 0, 0.02)) == 0.09


# -- performance and the rule ------------------------------------------------------------------


def test_the_largest_uncontrolled_performance() -> None:
    areas = np.array([100.0, 500.0, 600.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0])
    expected = [1600, 1600, 1920, 2400, 2400, 2400, 3200, 4800, 4800]
    assert largest_uncontrolled(areas, **RULE) == pytest.approx(expected)
    assert largest_uncontrolled(areas, **RULE, datacentre=False) == pytest.approx(4800.0)
    assert float(largest_uncontrolled(0.0, **RULE)) == 4800.0


@given(area=st.floats(10.0, 5000.0), tpp=st.floats(1.0, 6000.0))
def test_the_ceiling_is_the_rule(area: float, tpp: float) -> None:
    density = float(performance_density(tpp, area))
    caught = tpp >= 4800 or (tpp >= 1600 and density >= 3.2) or (tpp >= 2400 and density >= 1.6)
    ceiling = float(largest_uncontrolled(area, **RULE))
    if abs(tpp - ceiling) > 1e-6 * ceiling:
        assert (tpp >= ceiling) == caught


@pytest.mark.parametrize(
    ("tpp", "area", "share"),
    [(2368, 814, 0.987), (1912, 608.5, 0.982), (1544, 294, 0.965)],
    ids=["H20", "L20", "L2"],
)
def test_real_parts_sit_under_the_ceiling(tpp: float, area: float, share: float) -> None:
    assert tpp / float(largest_uncontrolled(area, **RULE)) == pytest.approx(share, abs=1e-3)


def test_planar_designs_have_no_density() -> None:
    assert np.isnan(performance_density(5000.0, 0.0))


def test_performance_of_a_known_part() -> None:
    assert float(total_processing_performance([989.5, 1979.0], [16, 8])) == pytest.approx(15_832)
    assert float(roofline(1000.0, 3350.0, 1e9)) == 1000.0


def test_smaller_dies_of_a_known_server_part() -> None:
    """Four dies of 213 mm2 against one of 777 mm2 cost 0.59 at about 0.087 defects per cm2."""
    good = negative_binomial(defects(np.array([213.0, 777.0]), 0.087), 10.0)
    each = known_good_cost(1.0, dies_per_wafer(np.array([213.0, 777.0]), **WAFER), good, 1.0)
    assert 4 * each[0] / each[1] == pytest.approx(0.59, abs=0.01)


# -- learning, and a bond in full --------------------------------------------------------------


@given(multiple=st.floats(1.1, 10.0), share=st.floats(0.01, 0.99))
def test_learning_there_and_back(multiple: float, share: float) -> None:
    density = 0.1 * (1 + (multiple - 1) * share)
    wafers = wafers_until(density, 0.1, multiple, 5e4)
    assert float(learned_density(0.1, multiple, wafers, 5e4)) == pytest.approx(density)
    assert float(learned_density(0.1, multiple, 0.0, 5e4)) == pytest.approx(0.1 * multiple)
    assert float(learned_density(0.1, multiple, 1e12, 5e4)) == pytest.approx(0.1)
    assert float(wafers_until(0.1, 0.1, multiple, 5e4)) == np.inf
    assert float(wafers_until(0.2 * multiple, 0.1, multiple, 5e4)) == 0.0


def test_a_bond_is_as_good_as_all_its_parts() -> None:
    parts = (0.99, 0.98, 0.97)
    assert float(hybrid_yield(*parts)) == pytest.approx(0.99 * 0.98 * 0.97)
    assert float(hybrid_yield(1.0, 1.0, 1.0)) == 1.0
