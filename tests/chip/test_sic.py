# SPDX-License-Identifier: Apache-2.0
"""Silicon carbide wafers by hand, in their limits, and with the figures of the catalogue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.sic import break_even_price, cost_per_good_area, good_area
from chokegraph.chip.wafer import dies_per_wafer

RIM = {"edge": 5.0, "scribe": 0.1}


def test_by_hand() -> None:
    dies = float(dies_per_wafer(25.0, diameter=150.0, **RIM))
    expected = dies * np.exp(-0.25 * 0.8) * 0.25
    assert float(good_area(25.0, 150.0, 0.8, **RIM)) == pytest.approx(expected)
    cost = cost_per_good_area(1000.0, 2000.0, 25.0, 150.0, 0.8, **RIM)
    assert float(cost) == pytest.approx(3000 / expected)


@given(density=st.floats(0.0, 5.0), price=st.floats(100.0, 3000.0))
def test_defects_and_price_raise_the_cost(density: float, price: float) -> None:
    def cost(price: float, density: float) -> float:
        return float(cost_per_good_area(price, 2000.0, 25.0, 150.0, density, **RIM))

    assert cost(price, density + 0.1) > cost(price, density)
    assert cost(price * 1.1, density) > cost(price, density)


def test_a_larger_wafer_uses_its_area_better() -> None:
    small, large = good_area(25.0, np.array([150.0, 200.0]), 0.5, **RIM)
    assert large / small > (200 / 150) ** 2


def test_the_break_even_price_is_one() -> None:
    small = float(cost_per_good_area(600.0, 2000.0, 25.0, 150.0, 0.5, **RIM))
    area = float(good_area(25.0, 200.0, 0.9, **RIM))
    price = float(break_even_price(small, area, 3500.0))
    again = float(cost_per_good_area(price, 3500.0, 25.0, 200.0, 0.9, **RIM))
    assert again == pytest.approx(small)


def test_wafers_of_the_catalogue() -> None:
    """With processing set aside, the wafer for a good area is dearer the more defects it has."""
    for wafer in load_catalogue().substrates.values():
        assert wafer.diameter
        if not (wafer.price and wafer.defect_density):
            continue
        figures = (wafer.defect_density.low, wafer.defect_density.mid, wafer.defect_density.high)
        cost = cost_per_good_area(
            wafer.price.mid, 0.0, 25.0, wafer.diameter.mid, np.array(figures), **RIM
        )
        assert (np.diff(cost) > 0).all()
