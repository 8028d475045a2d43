# SPDX-License-Identifier: Apache-2.0
"""The evaluation of many designs: by hand, against one at a time, and in its limiting cases."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chip.arrays import NONE, Designs, Dies, flatten
from chokegraph.chip.cost import OUTPUTS, evaluate
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import negative_binomial, poisson

from .made_up import MEMORIES, NODES, PACKAGES, SETTINGS, figures, scalar

FIGURES = figures()
N7 = FIGURES.code("nodes", "fin-7")
N5 = FIGURES.code("nodes", "euv-5")
PLAIN = {
    "bond_step_cost": 0.0,
    "die_test_cost": 0.0,
    "assembly_test_cost": 0.0,
    "test_coverage": 1.0,
    "substrate_cost": 0.0,
    "substrate_yield": 1.0,
}


def package(name: str) -> int:
    return FIGURES.code("packages", name)


def changed(base, group: str, **columns):
    """Figures with some columns of a group replaced by one value for all."""
    table = getattr(base, group)
    new = {name: np.full(table.__dict__[name].shape, value) for name, value in columns.items()}
    return dataclasses.replace(base, **{group: dataclasses.replace(table, **new)})


# -- by hand -----------------------------------------------------------------------------------


def test_one_die_on_an_organic_substrate_by_hand() -> None:
    designs = Designs(dies=(Dies(node=N7, area=400.0),), package=package("organic"))
    found = evaluate(designs, figures(**PLAIN))
    gross = float(dies_per_wafer(400.0, diameter=300.0, edge=4.0, scribe=0.1))
    good = (1 + 400 * 0.09 / 100 / 3) ** -3
    assert found.die_yield == pytest.approx(good)
    assert found.silicon == pytest.approx(9300 / gross)
    assert found.die_loss == pytest.approx(9300 / gross / good - 9300 / gross)
    assert found.carrier == pytest.approx(0.005 * 1600 / 0.99)
    assert found.package_loss == pytest.approx(9300 / gross / good * (1 / 0.99 - 1))
    assert found.recurring == pytest.approx((9300 / gross / good + 8) / 0.99)
    assert found.tpp == pytest.approx(16 * 0.6 * 400)
    assert found.performance_density == pytest.approx(16 * 0.6)
    assert found.package_yield == pytest.approx(0.99)


def test_power_by_hand() -> None:
    designs = Designs(
        dies=(Dies(node=N7, area=100.0, count=2.0),),
        package=package("interposer"),
        memory=0,
        stacks=2.0,
    )
    found = evaluate(designs, FIGURES)
    tops = 0.6 * 200 / 1.1
    assert found.tops == pytest.approx(tops)
    logic = tops * 0.8 + 0.05 * 200
    memory = 920 * 8 * 3.9e-3
    link = 460 * 8 * 0.28e-3
    assert found.power == pytest.approx(logic + memory + link)
    assert found.power_use == pytest.approx((logic + link) / 200)
    assert found.memory_bound == pytest.approx(2 * 0.92)
    assert found.energy_per_op == pytest.approx(found.power / tops)


# -- against one at a time ---------------------------------------------------------------------

SHARES = st.floats(0.0, 1.0)
DIE = st.fixed_dictionaries(
    {
        "node": st.sampled_from(list(NODES)),
        "area": st.floats(20.0, 800.0),
        "count": st.integers(1, 6),
        "euv": st.booleans(),
        "critical": st.floats(0.2, 1.0),
        "compute": SHARES,
    },
    optional={
        "coverage": SHARES,
        "clustering": st.floats(0.5, 50.0),
        "harvest": st.tuples(st.integers(2, 30), st.integers(1, 2), SHARES),
    },
)


def unfolded(die):
    die = dict(die)
    if "harvest" in die:
        die["units"], die["spare"], die["unit_share"] = die.pop("harvest")
    return die


@settings(max_examples=150, deadline=None)
@given(
    dies=st.lists(DIE, min_size=1, max_size=2),
    which=st.sampled_from(list(PACKAGES)),
    memory=st.sampled_from([None, *MEMORIES]),
    stacks=st.integers(0, 8),
    volume=st.sampled_from([1e4, 1e6, np.inf]),
    frequency=st.floats(0.5, 1.5),
    first=st.sampled_from([None, True, False]),
    model=st.sampled_from(["negative-binomial", "poisson", "murphy", "seeds", "bose-einstein"]),
)
def test_arrays_agree_with_one_design_at_a_time(
    dies, which, memory, stacks, volume, frequency, first, model
) -> None:
    dies = [unfolded(die) for die in dies]
    if memory is None:
        stacks = 0
    if memory == "bonded" and not stacks:
        stacks = 1
    kinds = tuple(
        Dies(**{k: (FIGURES.code("nodes", v) if k == "node" else v) for k, v in die.items()})
        for die in dies
    )
    designs = Designs(
        dies=kinds,
        package=package(which),
        memory=NONE if memory is None else FIGURES.code("memories", memory),
        stacks=stacks,
        volume=volume,
        frequency=frequency,
        chip_first=np.nan if first is None else first,
    )
    if first and "bridged" in PACKAGES[which]["kind"]:
        return  # A bridge is in the substrate before any die: there is no chip-first.
    found = evaluate(designs, FIGURES, model=model)
    expected = scalar(dies, which, memory, stacks, volume, frequency, first, model)
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), name


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), block=st.integers(1, 40))
def test_a_list_a_grid_and_single_designs_agree(seed: int, block: int) -> None:
    random = np.random.default_rng(seed)
    area = random.uniform(50, 800, (4, 1, 1))
    grid = Designs(
        dies=(Dies(node=np.arange(3), area=area, count=np.array([1.0, 4.0])[:, None]),),
        package=random.integers(0, 6, (4, 2, 3)),
        memory=random.integers(-1, 3, 3),
        stacks=2.0,
        volume=1e6,
    )
    whole = evaluate(grid, FIGURES, block=block)
    listed = evaluate(flatten(grid, np.arange(24)), FIGURES, block=7)
    for name in OUTPUTS:
        assert whole[name].shape == (4, 2, 3)
        np.testing.assert_allclose(whole[name].ravel(), listed[name], rtol=1e-12)


def test_draws_are_many_figures() -> None:
    """An axis of draws gives what the figures of each draw give."""
    random = np.random.default_rng(1)
    draws = 5
    price = FIGURES.nodes.wafer_price * random.uniform(0.5, 2, (draws, 3))
    bond = np.full((draws, 6), random.uniform(0.9, 1, (draws, 1)))
    share = random.uniform(0.2, 0.4, draws)
    many = dataclasses.replace(
        FIGURES,
        nodes=dataclasses.replace(FIGURES.nodes, wafer_price=price),
        packages=dataclasses.replace(FIGURES.packages, bond_yield=bond),
        settings=dataclasses.replace(FIGURES.settings, litho_share=share),
        draws=draws,
    )
    designs = Designs(
        dies=(Dies(node=np.arange(3), area=np.array([[100.0], [700.0]]), euv=0.0, count=2.0),),
        package=np.array([1, 2, 5]),
        memory=np.array([0, 1, 2]),
        stacks=2.0,
        volume=1e5,
    )
    for block in (1, 4, 100):
        found = evaluate(designs, many, block=block)
        for draw in range(draws):
            single = dataclasses.replace(
                FIGURES,
                nodes=dataclasses.replace(FIGURES.nodes, wafer_price=price[draw]),
                packages=dataclasses.replace(FIGURES.packages, bond_yield=bond[draw]),
                settings=dataclasses.replace(FIGURES.settings, litho_share=share[draw]),
            )
            one = evaluate(designs, single)
            for name in OUTPUTS:
                assert found[name].shape == (draws, 2, 3)
                np.testing.assert_allclose(found[name][draw], one[name], rtol=1e-12)


def test_a_kind_of_which_there_are_none_changes_nothing() -> None:
    one = Dies(node=N5, area=300.0, count=2.0, euv=False)
    none = Dies(node=N7, area=700.0, count=0.0)
    keys = {"package": package("interposer"), "memory": 0, "stacks": 4.0, "volume": 1e6}
    with_it = evaluate(Designs(dies=(one, none), **keys), FIGURES)
    without = evaluate(Designs(dies=(one,), **keys), FIGURES)
    for name in OUTPUTS:
        assert with_it[name] == pytest.approx(without[name], nan_ok=True), name


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


# -- variants, limits, faults ------------------------------------------------------------------


def test_a_node_without_euv_layers_is_its_own_variant() -> None:
    euv = np.array([1.0, 0.0])
    found = evaluate(Designs(dies=(Dies(node=N7, area=300.0, euv=euv),), package=0), FIGURES)
    for name in OUTPUTS:
        assert np.array_equal(found[name][0], found[name][1], equal_nan=True)


def test_multiple_exposure_costs_price_defects_and_time() -> None:
    euv = np.array([1.0, 0.0])
    found = evaluate(Designs(dies=(Dies(node=N5, area=300.0, euv=euv),), package=0), FIGURES)
    with_euv, without = 81 - 14 + 14 * 4, 81 - 14 + 14 * 3 * 1.25
    assert found.silicon[1] / found.silicon[0] == pytest.approx(0.7 + 0.3 * without / with_euv)
    assert found.die_yield[1] == pytest.approx(
        float(negative_binomial(3 * 0.11 * (1 + 28 * 0.015), 10.0))
    )
    assert found.euv_hours[1] == 0 < found.euv_hours[0]
    assert found.cycle_days[1] - found.cycle_days[0] == pytest.approx(28 * 1.25)


def test_which_limit_binds() -> None:
    names = ("reticle", "carrier", "power density", "memory fit")
    designs = Designs(
        dies=(
            Dies(
                node=N7, area=np.array([900.0, 800.0, 100.0, 100.0]), count=np.array([1, 4, 1, 1.0])
            ),
        ),
        package=np.array([0, 1, 0, 0]),
        memory=np.array([NONE, NONE, NONE, 0]),
        stacks=np.array([0, 0, 0, 1.0]),
        frequency=np.array([0.5, 0.5, 2.0, 0.5]),
    )
    found = evaluate(designs, FIGURES)
    limits = ("reticle", "carrier", "shoreline", "power density", "memory fit")
    assert tuple(limits[code] for code in found.binding) == names
    assert not found.feasible.any()
    assert evaluate(Designs(dies=(Dies(node=N7, area=400.0),), package=0), FIGURES).feasible


def test_planar_logic_has_no_density() -> None:
    found = evaluate(Designs(dies=(Dies(node=0, area=800.0, count=4.0),), package=1), FIGURES)
    assert found.applicable_area == 0
    assert np.isnan(found.performance_density)


def test_what_is_unknown_stays_unknown() -> None:
    unknown = changed(FIGURES, "memories", cost=np.nan)
    found = evaluate(
        Designs(
            dies=(Dies(node=N7, area=400.0),), package=1, memory=0, stacks=np.array([0.0, 4.0])
        ),
        unknown,
    )
    assert np.isnan(found.cost[1])
    assert np.isfinite(found.tpp).all()


def test_faults_are_refused() -> None:
    good = Designs(dies=(Dies(node=0, area=100.0),), package=0)
    with pytest.raises(ValueError, match="no output 'price'"):
        evaluate(good, FIGURES, keep=["price"])
    with pytest.raises(ValueError, match="node code"):
        evaluate(dataclasses.replace(good, dies=(Dies(node=9, area=1.0),)), FIGURES)
    with pytest.raises(ValueError, match="above zero mm2"):
        evaluate(dataclasses.replace(good, dies=(Dies(node=0, area=-1.0),)), FIGURES)
    with pytest.raises(ValueError, match="above zero units"):
        evaluate(dataclasses.replace(good, volume=0.0), FIGURES)
    with pytest.raises(ValueError, match="did you mean 'fin-7'"):
        FIGURES.code("nodes", "fin7")
    with pytest.raises(AttributeError, match="keep"):
        evaluate(good, FIGURES, keep=["cost"]).power  # noqa: B018


def test_settings_have_no_number_left_out() -> None:
    assert set(SETTINGS) == set(FIGURES.settings.__dataclass_fields__)
