# SPDX-License-Identifier: Apache-2.0
"""What a design of a route is worth and how it starts, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.nand import bits_for_cost, wafer_cost
from chokegraph.study.chip_routes_designs import BITS
from chokegraph.study.chip_routes_draws import at_the_middle, catalogue_of
from study.chip_routes.given import BELIEFS


def test_worth_of_an_accelerator_by_hand(catalogue, ways):
    way = ways["ai-n2-interposer-hbm3"]
    one = at_the_middle(catalogue_of(catalogue, [way]), [way], BELIEFS)
    figures = Figures.of(catalogue)
    ripe = figures.code("nodes", "tsmc-n7")
    node = figures.code("nodes", "smic-n2")
    density = figures.nodes.defect_density.copy()
    density[node] = min(density[node], density[ripe])
    figures = replace(figures, nodes=replace(figures.nodes, defect_density=density))
    found = evaluate(
        Designs(
            dies=(Dies(node=node, area=way.area, count=float(way.dies[0])),),
            package=figures.code("packages", way.package),
            memory=figures.code("memories", way.memory),
            stacks=float(way.stacks[0]),
            frequency=way.clocks[0],
            volume=way.volume,
        ),
        figures,
    )
    seconds = 0.03 / float(found.memory_bound) + 0.97 / (
        float(found.compute_bound) / max(float(found.power_use), 1.0)
    )
    cost = float(found.cost) + 6000.0 + 5.0 * float(found.power)
    assert float(one["cost"][0]) == pytest.approx(cost)
    assert float(one["worth"][0]) == pytest.approx(1000 / seconds / cost)


def test_start_yield_is_good_packages_for_a_wafer_over_those_of_a_ripe_process(catalogue, ways):
    way = ways["soc-n2-duv"]
    one = at_the_middle(catalogue_of(catalogue, [way]), [way], BELIEFS)
    node, ripe = catalogue.nodes["smic-n2"], catalogue.nodes["tsmc-n7"]

    def die_yield(density):
        alpha = node.clustering.mid
        return (1 + density * way.area / 100 / alpha) ** -alpha

    ratio = die_yield(node.defect_density.mid) / die_yield(ripe.defect_density.mid)
    assert float(one["start_yield"][0]) == pytest.approx(ratio, rel=1e-9)


def test_a_ripe_process_starts_at_one_and_a_new_one_below(catalogue, ways):
    some = [ways["ai-n4-bought-hbm3e"], ways["soc-n7-euv"], ways["soc-n2-gaa"]]
    found = at_the_middle(catalogue_of(catalogue, some), some, BELIEFS)
    assert found["start_yield"][0] == 1.0
    assert (found["start_yield"][1:] < 1.0).all()


def test_more_masks_cost_more_and_yield_less(catalogue, ways):
    some = [ways["soc-n2-duv"], ways["soc-n2-duv-older"]]
    found = at_the_middle(catalogue_of(catalogue, some), some, BELIEFS)
    assert found["worth"][1] < found["worth"][0]
    assert found["die_yield"][1] < found["die_yield"][0]


def test_parts_of_the_cost_add_up(catalogue, ways):
    some = [way for way in ways.values() if way.measure != BITS]
    found = at_the_middle(catalogue_of(catalogue, some), some, BELIEFS)
    parts = ("silicon", "die_loss", "memory", "package_loss", "carrier", "substrate")
    parts += ("assembly", "nre", "system", "power_cost")
    np.testing.assert_allclose(sum(found[name] for name in parts), found["cost"], rtol=1e-9)


def test_nand_by_hand():
    cost = {"layer_cost": 0.10, "deck_cost": 0.05}
    assert float(wafer_cost(64, 1, **cost)) == 1.0
    assert float(wafer_cost(96, 1, **cost)) == pytest.approx(1.1)
    assert float(wafer_cost(144, 2, **cost)) == pytest.approx(1.21 * 1.05)
    assert float(wafer_cost(64, 1, premium=0.34, **cost)) == pytest.approx(1.34)
    split = wafer_cost(240, 2, premium=0.34, arrays=2, **cost)
    assert float(split) == pytest.approx(2 * float(wafer_cost(120, 2, **cost)) + 2 * 0.34)
    assert float(bits_for_cost(240, split)) < float(bits_for_cost(240, wafer_cost(240, 2, **cost)))
