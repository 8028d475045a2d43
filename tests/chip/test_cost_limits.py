# SPDX-License-Identifier: Apache-2.0
"""Limiting cases with closed answers, each through the whole evaluation."""

import dataclasses

import numpy as np
import pytest

from chip.made_up import FIGURES, N5, N7, PLAIN, changed, figures, package
from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.cost import evaluate
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import negative_binomial, poisson

# -- limiting cases ----------------------------------------------------------------------------


def test_without_defects_a_die_costs_its_share_of_the_wafer() -> None:
    perfect = changed(figures(**PLAIN), "nodes", defect_density=0.0)
    designs = Designs(dies=(Dies(node=N7, area=600.0),), package=package("organic"), bond_yield=1.0)
    for model in ("negative-binomial", "poisson", "murphy", "seeds", "bose-einstein"):
        found = evaluate(designs, perfect, model=model)
        assert found.die_yield == 1
        assert found.die_loss == pytest.approx(0.0, abs=1e-12)
        gross = float(dies_per_wafer(600.0, diameter=300.0, edge=4.0, scribe=0.1))
        assert found.silicon == pytest.approx(9300 / gross)


def test_one_die_without_losses_is_the_monolithic_part() -> None:
    free = changed(figures(**PLAIN), "packages", cost_mm2=0.0, cost_wafer=0.0, defect_density=0.0)
    designs = Designs(
        dies=(Dies(node=N7, area=600.0),), package=np.array([0, 1, 2]), bond_yield=1.0
    )
    found = evaluate(designs, free)
    np.testing.assert_allclose(found.recurring, found.silicon + found.die_loss, rtol=1e-12)


@pytest.mark.parametrize("name", ["organic", "interposer", "fan-out"])
def test_without_losses_both_orders_cost_the_same(name: str) -> None:
    perfect = changed(figures(substrate_yield=1.0), "packages", defect_density=0.0)
    dies = (Dies(node=N5, area=200.0, count=4.0),)
    found = evaluate(
        Designs(dies=dies, package=package(name), chip_first=np.array([0.0, 1.0]), bond_yield=1.0),
        perfect,
    )
    assert found.recurring[0] == pytest.approx(found.recurring[1])


def test_equal_dies_under_poisson() -> None:
    """Without rim and overhead, n dies over one cost exp(-D A (1 - 1/n) / 100)."""
    ideal = changed(
        figures(**PLAIN, wafer_diameter=1e7, edge_exclusion=0.0, scribe_width=0.0),
        "packages",
        cost_mm2=0.0,
    )
    number = np.arange(1.0, 9.0)
    designs = Designs(
        dies=(Dies(node=N5, area=800 / number, count=number),),
        package=package("organic"),
        bond_yield=1.0,
    )
    cost = evaluate(designs, ideal, model="poisson", keep=["recurring"]).recurring
    expected = np.exp(-0.11 * 800 * (1 - 1 / number) / 100)
    np.testing.assert_allclose(cost / cost[0], expected, rtol=1e-3)


def test_the_best_number_of_dies() -> None:
    """Least at n = sqrt(D A / (100 ln(1/y))) = 9.36 for the whole evaluation as well."""
    ideal = changed(
        figures(**PLAIN, wafer_diameter=1e7, edge_exclusion=0.0, scribe_width=0.0),
        "packages",
        cost_mm2=0.0,
    )
    number = np.linspace(5.0, 15.0, 10_001)
    designs = Designs(
        dies=(Dies(node=N5, area=800 / number, count=number),),
        package=package("organic"),
        bond_yield=0.99,
    )
    cost = evaluate(designs, ideal, model="poisson", keep=["cost"]).cost
    assert number[np.argmin(cost)] == pytest.approx(9.36, abs=0.01)


def test_stacks_of_equal_tiers() -> None:
    """W2W: y^m y_hb^(m-1); D2W of tested dies: y_hb^(m-1)."""
    base = changed(figures(**PLAIN), "packages", defect_density=0.0, bond_yield=0.98)
    base = changed(base, "nodes", defect_density=0.2, clustering=3.0)
    designs = Designs(
        dies=(Dies(node=N7, area=100.0, count=np.array([2.0, 4.0, 8.0])),),
        package=np.array([[package("w2w")], [package("d2w")]]),
    )
    found = evaluate(designs, base).package_yield
    np.testing.assert_allclose(found[0], [0.6654, 0.4338, 0.1845], atol=6e-5)
    np.testing.assert_allclose(found[1], [0.98, 0.9412, 0.8681], atol=6e-5)


def test_coverage_at_its_ends() -> None:
    designs = Designs(
        dies=(Dies(node=N5, area=500.0, coverage=np.array([1.0, 0.0])),),
        package=package("organic"),
        bond_yield=1.0,
    )
    found = evaluate(designs, figures(**PLAIN))
    good = float(negative_binomial(500 * 0.11 / 100, 10.0))
    assert found.package_yield[0] == pytest.approx(1.0)
    assert found.package_yield[1] == pytest.approx(good)
    assert found.die_loss[1] == pytest.approx(0.0, abs=1e-9)
    # The silicon lost is the same whenever it is found; only a good package is lost with it.
    assert found.silicon[0] + found.die_loss[0] == pytest.approx(
        found.silicon[1] + found.package_loss[1]
    )


def test_harvest_at_its_ends() -> None:
    spare = np.array([0.0, 5.0, 25.0])
    designs = Designs(
        dies=(Dies(node=N5, area=600.0, units=25.0, spare=spare),), package=package("organic")
    )
    found = evaluate(designs, FIGURES, model="poisson")
    assert found.die_yield[0] == pytest.approx(float(poisson(600 * 0.11 / 100)))
    assert found.die_yield[0] < found.die_yield[1] < 1
    assert found.die_yield[2] == pytest.approx(1.0)
    assert found.tops[1] == pytest.approx(0.8 * found.tops[0])


def test_volume() -> None:
    dies = (Dies(node=N7, area=300.0),)
    volume = np.array([1e4, 2e4, np.inf])
    found = evaluate(Designs(dies=dies, package=0, volume=volume), FIGURES)
    assert found.nre[0] == pytest.approx(2 * found.nre[1])
    assert found.nre[1] == pytest.approx((1e7 + 3e8 + 1e6) / 2e4)
    assert found.cost[2] == found.recurring[2]


def test_the_price_of_wafers_scales_the_cost_of_silicon() -> None:
    dear = dataclasses.replace(
        FIGURES, nodes=dataclasses.replace(FIGURES.nodes, wafer_price=FIGURES.nodes.wafer_price * 3)
    )
    designs = Designs(dies=(Dies(node=np.arange(3), area=400.0),), package=1, memory=0, stacks=4.0)
    low, high = (evaluate(designs, f).silicon for f in (FIGURES, dear))
    np.testing.assert_allclose(high, 3 * low)


def test_units_of_length_may_be_changed_together() -> None:
    """Lengths twice, areas four times, densities of defects a quarter: costs stay."""
    scaled = figures(
        wafer_diameter=600.0, edge_exclusion=8.0, scribe_width=0.2, substrate_cost=0.005 / 4
    )
    for group in ("nodes", "packages"):
        density = getattr(scaled, group).defect_density / 4
        table = dataclasses.replace(getattr(scaled, group), defect_density=density)
        scaled = dataclasses.replace(scaled, **{group: table})
    packages = dataclasses.replace(scaled.packages, cost_mm2=scaled.packages.cost_mm2 / 4)
    scaled = dataclasses.replace(scaled, packages=packages)
    names = ["silicon", "die_loss", "carrier", "package_loss", "die_yield", "recurring"]
    kinds = np.array([0, 1, 2, 4, 5])
    small, large = (
        evaluate(Designs(dies=(Dies(node=N5, area=a, count=2.0),), package=kinds), f, keep=names)
        for a, f in ((200.0, FIGURES), (800.0, scaled))
    )
    for name in names:
        np.testing.assert_allclose(large[name], small[name], rtol=1e-9)
