# SPDX-License-Identifier: Apache-2.0
"""The evaluation of many designs: by hand, against one at a time, and in its limiting cases."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chip.made_up import (
    FIGURES,
    MEMORIES,
    N5,
    N7,
    NODES,
    PACKAGES,
    PLAIN,
    SETTINGS,
    changed,
    figures,
    package,
)
from chip.scalar import scalar
from chokegraph.chip.arrays import NONE, Designs, Dies, flatten
from chokegraph.chip.cost import OUTPUTS, evaluate
from chokegraph.chip.wafer import dies_per_wafer
from chokegraph.chip.yields import negative_binomial

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
