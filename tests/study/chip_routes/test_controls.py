# SPDX-License-Identifier: Apache-2.0
"""Controls on inputs move the best route, and never make it better."""

from __future__ import annotations

import numpy as np
import pytest

from chokegraph.response.simulate import simulate
from chokegraph.scenario import load_scenario
from chokegraph.study.assemble import assemble
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world
from study.chip_routes.given import SCENARIOS


class Best:
    """The best route and way of a product when given inputs are not to be had."""

    def __init__(self, setting):
        structure = setting.structure
        self.structure = structure
        self.merit = np.median(setting.params.values["way_merit"], axis=0)
        self.start = np.median(setting.params.values["way_yield"], axis=0)

    def of(self, product, *denied):
        there = np.array([name not in denied for name in self.structure.inputs], float)
        able = (1 - self.structure.way_requirement * (1 - there)).min(axis=1)
        value = able * self.merit * self.start
        routes = [self.structure.routes[r] for r in self.structure.way_route]
        makes = self.structure.route_product[self.structure.way_route]
        value = np.where(makes == self.structure.products.index(product), value, -1.0)
        at = int(value.argmax())
        return routes[at], self.structure.ways[at], float(value[at])


EUV = ("euv-low-na-lithography",)
BOUGHT = ("foundry-advanced", "osat-advanced")
STACKS = ("hbm", "hbm2e")


def test_denying_one_input_after_the_other_moves_the_best_accelerator(setting):
    best = Best(setting)
    denied: tuple[str, ...] = ()
    told = [best.of("ai-accelerator")]
    finer, older = ("arf-immersion-overlay-1p5",), ("arf-immersion-overlay-2p4",)
    for more in (BOUGHT, EUV, ("hbm",), ("hbm2e",), finer, older):
        denied += more
        told.append(best.of("ai-accelerator", *denied))
    routes = [route for route, _, _ in told]
    assert routes[0] == "ai-foundry-hbm"
    assert routes[1] in ("ai-leading-hbm-25d", "ai-7nm-duv-hbm-25d")
    assert routes[2:5] == ["ai-7nm-duv-hbm-25d", "ai-7nm-duv-hbm2e", "ai-7nm-duv-no-hbm"]
    assert told[4][1] == "ai-n2-organic-gddr6"
    assert told[5][1] == "ai-n2-older-gddr6", "the same route in another way"
    assert told[6][2] == 0.0, "no design of ours does without immersion"
    values = [value for _, _, value in told]
    assert values == sorted(values, reverse=True), "a control never makes the best route better"


def test_a_control_on_die_placement_or_bonders_moves_the_way_of_bonded_dram(setting):
    best = Best(setting)
    structure = best.structure
    mature = [
        k for k, r in enumerate(structure.way_route) if structure.routes[r] == "ai-dram-on-logic"
    ]

    def of_route(*denied):
        there = np.array([name not in denied for name in structure.inputs], float)
        able = (1 - structure.way_requirement[mature] * (1 - there)).min(axis=1)
        worth = able * best.merit[mature] * best.start[mature]
        return structure.ways[mature[int(worth.argmax())]], float(worth.max())

    free, worth = of_route()
    placed, without_bonders = of_route("wafer-bonders")
    bonded, without_placement = of_route("advanced-die-placement")
    _, without_both = of_route("wafer-bonders", "advanced-die-placement")
    assert placed.endswith("dram-placed")
    assert bonded.endswith("dram-on-logic")
    assert free in (placed, bonded)
    assert worth == max(without_bonders, without_placement)
    assert without_both == 0.0


def test_a_control_on_immersion_moves_7_nm_to_older_tools(setting):
    best = Best(setting)
    assert best.of("advanced-logic", *EUV)[0] == "advanced-7nm-duv"
    finer = best.of("advanced-logic", *EUV, "arf-immersion-overlay-1p5")
    assert finer[0] == "advanced-7nm-duv-older"
    assert finer[2] < best.of("advanced-logic", *EUV)[2]


@pytest.mark.parametrize("product", ["ai-accelerator", "advanced-logic", "leading-logic", "nand"])
def test_relaxing_a_control_never_makes_the_best_route_worse(setting, product):
    best = Best(setting)
    rng = np.random.default_rng(0)
    names = np.array(setting.structure.inputs)
    for _ in range(60):
        denied = tuple(rng.choice(names, size=rng.integers(1, 6), replace=False))
        tight = best.of(product, *denied)[2]
        assert best.of(product, *denied[1:])[2] >= tight


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "route", "grows"),
    [
        ("seven-nm", "advanced-7nm-duv-older", True),
        ("jasminer", "ai-dram-on-logic", False),
        ("xtacking", "nand-wafer-bonded", False),
    ],
)
def test_the_control_of_each_scenario_moves_its_route(name, route, grows):
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    scenario = scenario.model_copy(update={"end": "2029Q4"})
    setting = build_setting(scenario, load_world(scenario.world), draws=8, seed=scenario.seed)
    paths = simulate(setting.structure, setting.params, setting.policies.by_run(), engine="numpy")
    ensemble = assemble(paths, setting)
    makes = ensemble["route_product"].values
    product = setting.world.routes[route].product_id
    own = [r for r, p in zip(ensemble["route"].values, makes, strict=True) if p == product]
    made = ensemble["route_output"].sel(year=2029, route=own)
    share = (made / made.sum("route")).sel(route=route).mean("draw")
    change = float(share.sel(run="scenario") - share.sel(run="baseline"))
    assert (change > 0.01) if grows else (change < -0.01)
