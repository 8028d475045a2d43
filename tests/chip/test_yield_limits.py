# SPDX-License-Identifier: Apache-2.0
"""Limiting cases of yields, wafers, tested dies and packages, with closed or published answers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.chip.assembly import bridged, chip_first, chip_last
from chokegraph.chip.known_good import known_good_cost, passing, quality
from chokegraph.chip.wafer import dies_on_grid, dies_per_wafer
from chokegraph.chip.yields import (
    bose_einstein,
    defects,
    die_yield,
    harvested,
    implied_density,
    murphy,
    negative_binomial,
    poisson,
    seeds,
)

FRACTIONS = st.floats(0.05, 1.0)
WAFER = {"diameter": 300.0, "edge": 5.0, "scribe": 0.2}


# -- yield -------------------------------------------------------------------------------------


def test_without_defects_every_model_is_one() -> None:
    for value in (poisson(0.0), murphy(0.0), seeds(0.0), negative_binomial(0.0, 3.0)):
        assert float(value) == 1.0
    assert float(bose_einstein(0.0, 10.0)) == 1.0


@given(expected=st.floats(1e-9, 1e-4))
def test_few_defects_all_models_agree_to_first_order(expected: float) -> None:
    for value in (
        poisson(expected),
        murphy(expected),
        seeds(expected),
        negative_binomial(expected, 3.0),
    ):
        assert float(value) == pytest.approx(1 - expected, abs=2 * expected**2 + 1e-15)


@given(expected=st.floats(0.01, 5.0))
def test_the_order_of_the_models(expected: float) -> None:
    clustered = [float(negative_binomial(expected, alpha)) for alpha in (np.inf, 10.0, 3.0, 1.0)]
    assert clustered == sorted(clustered)
    assert clustered[0] == pytest.approx(float(poisson(expected)))
    assert clustered[3] == pytest.approx(float(seeds(expected)))
    assert float(poisson(expected)) < float(murphy(expected))


@pytest.mark.parametrize(
    ("area", "observed", "model", "shape", "density"),
    [
        (665.6, 0.50, "poisson", np.inf, 0.104),
        (665.6, 0.50, "murphy", np.inf, 0.111),
        (665.6, 0.50, "negative-binomial", 10.0, 0.108),
        (665.6, 0.50, "seeds", np.inf, 0.150),
        (665.6, 0.20, "negative-binomial", 3.0, 0.320),
        (665.6, 0.40, "murphy", np.inf, 0.150),
        (107.0, 0.50, "negative-binomial", 3.0, 0.729),
        (107.0, 0.35, "seeds", np.inf, 1.736),
    ],
)
def test_defect_densities_implied_by_reports(area, observed, model, shape, density) -> None:
    found = implied_density(area, observed, model, shape)
    assert found == pytest.approx(density, abs=6e-4)
    assert float(die_yield(defects(area, found), model, shape)) == pytest.approx(observed)


def test_harvest() -> None:
    assert float(harvested(0.9, 25, 25)) == pytest.approx(1.0)
    assert float(harvested(0.9, 25, 0)) == pytest.approx(0.9**25)
    # One unit of two may be lost: both good, or either one bad.
    assert float(harvested(0.9, 2, 1)) == pytest.approx(0.81 + 2 * 0.09)
    spares = harvested(0.9, 25, np.arange(26))
    assert (np.diff(spares) >= 0).all()


# -- wafer -------------------------------------------------------------------------------------


@given(area=st.floats(20.0, 800.0))
def test_a_larger_die_fits_less_often(area: float) -> None:
    assert dies_per_wafer(area * 1.1, **WAFER) < dies_per_wafer(area, **WAFER)


@pytest.mark.parametrize("side", [5.0, 8.0, 12.0, 18.0])
def test_the_formula_is_near_the_packing(side: float) -> None:
    """Within a row or so of dies along the rim: the larger the die, the rougher."""
    packed = dies_on_grid(side, side, **WAFER)
    rim = 280.0 / side
    assert abs(float(dies_per_wafer(side**2, **WAFER)) - packed) < rim


def test_bad_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="above zero mm2"):
        dies_per_wafer(0.0, **WAFER)
    with pytest.raises(ValueError, match="rim"):
        dies_per_wafer(100.0, diameter=10.0, edge=5.0, scribe=0.1)


# -- tested dies and packages ------------------------------------------------------------------


@given(good=FRACTIONS, coverage=st.floats(0.0, 1.0))
def test_coverage(good: float, coverage: float) -> None:
    assert float(passing(good, 1.0)) == pytest.approx(good)
    assert float(quality(good, 1.0)) == pytest.approx(1.0)
    assert float(passing(good, 0.0)) == pytest.approx(1.0)
    assert float(quality(good, 0.0)) == pytest.approx(good)
    assert float(passing(good, coverage) * quality(good, coverage)) == pytest.approx(good)


def test_a_perfect_wafer_costs_its_price_over_its_dies() -> None:
    assert float(known_good_cost(6000.0, 60.0, 1.0, 1.0)) == 100.0
    assert float(known_good_cost(6000.0, 0.0, 1.0, 1.0)) == np.inf


@given(cost=st.floats(1.0, 1e4), carrier=st.floats(0.0, 1e3), placed=st.integers(1, 12))
def test_without_losses_both_orders_cost_the_same(cost, carrier, placed) -> None:
    last = chip_last(cost, placed, bond=1.0, carrier=carrier, substrate=10.0, assembly=5.0)
    first = chip_first(cost, placed, carrier=carrier, substrate=10.0, assembly=5.0)
    assert float(last.total) == pytest.approx(cost + carrier + 15.0)
    assert float(first.total) == pytest.approx(float(last.total))


@given(cost=st.floats(1.0, 1e4), bond=FRACTIONS, carrier_yield=FRACTIONS, placed=st.integers(1, 8))
def test_chip_first_is_never_cheaper(cost, bond, carrier_yield, placed) -> None:
    keys = {"bond": bond, "carrier": 50.0, "carrier_yield": carrier_yield}
    last, first = chip_last(cost, placed, **keys), chip_first(cost, placed, **keys)
    assert float(first.total) >= float(last.total) * (1 - 1e-12)


def test_a_package_with_losses_by_hand() -> None:
    # Four dies, each placed with 0.99, a carrier of 100 with yield 0.8, substrate 20 with 0.95.
    good = 0.99**4 * 0.95
    cost = chip_last(
        400.0, 4, bond=0.99, carrier=100.0, carrier_yield=0.8, substrate=20.0, substrate_yield=0.95
    )
    assert float(cost.total) == pytest.approx(400 / good + 100 / (0.8 * good) + 20 / 0.95)
    assert float(cost.die_loss) == pytest.approx(400 / good - 400)


def test_bridges_that_never_fail_cost_their_price() -> None:
    cost = bridged(100.0, 3, bond=1.0, bridges=2, bridge=5.0, bridge_yield=1.0, substrate=30.0)
    assert float(cost.total) == 140.0
    worse = bridged(100.0, 3, bond=1.0, bridges=2, bridge=5.0, bridge_yield=0.9, substrate=30.0)
    assert float(worse.total) == pytest.approx(100 + 40 / 0.81)


@given(density=st.floats(0.05, 0.5), area=st.floats(200.0, 900.0), dies=st.integers(2, 8))
def test_splitting_a_die_under_poisson(density: float, area: float, dies: int) -> None:
    """Silicon cost of n dies over one: exp(-D A (1 - 1/n) / 100), without rim and overhead."""
    ideal = {"diameter": 1e6, "edge": 0.0, "scribe": 0.0}

    def cost(each: float) -> float:
        good = poisson(defects(each, density))
        return float(known_good_cost(1.0, dies_per_wafer(each, **ideal), good, 1.0))

    ratio = dies * cost(area / dies) / cost(area)
    assert ratio == pytest.approx(np.exp(-density * area * (1 - 1 / dies) / 100), rel=1e-3)


def test_the_best_number_of_dies_under_poisson() -> None:
    """Least of exp(DA/100n) / y^n lies at n = sqrt(DA / (100 ln(1/y)))."""
    number = np.linspace(1.0, 30.0, 29_001)
    loss = 1 / poisson(defects(800.0 / number, 0.11)) / 0.99**number
    assert number[np.argmin(loss)] == pytest.approx(9.36, abs=0.01)
