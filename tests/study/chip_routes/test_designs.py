# SPDX-License-Identifier: Apache-2.0
"""Reference designs of routes: what they name, their sizes, and their bills of inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chokegraph.study.chip_routes_bill import bill_of
from chokegraph.study.chip_routes_designs import BITS, load_ways, sized
from chokegraph.study.chip_routes_draws import at_the_middle, catalogue_of
from study.chip_routes.given import BELIEFS


def test_every_design_names_a_route_of_its_product_and_inputs_of_the_world(catalogue, world):
    for way in load_ways():
        assert way.route in world.routes, way.id
        assert {*way.not_needed, *way.also_needed} <= set(world.inputs), way.id
        assert way.source in world.sources, way.id
        if way.measure == BITS:
            continue
        assert way.node in catalogue.nodes, way.id
        assert not way.grows_into or way.grows_into in catalogue.nodes, way.id
        assert way.package in catalogue.packages, way.id
        assert not way.memory or way.memory in catalogue.memories, way.id


def test_sizes_keep_the_physical_limits_and_are_of_those_offered(catalogue, ways):
    offered = {way.id: way for way in load_ways()}
    middle = at_the_middle(catalogue_of(catalogue, load_ways()), list(ways.values()), BELIEFS)
    for at, way in enumerate(ways.values()):
        assert way.dies[0] in offered[way.id].dies
        assert way.stacks[0] in (0, *offered[way.id].stacks)
        if way.measure == "compute":
            assert middle["within"][at] == 1, way.id


def test_a_bill_is_the_largest_need_of_process_package_and_memory(catalogue, ways):
    way = ways["ai-n2-interposer-hbm2e"]
    bill = bill_of(way, catalogue, {"ip-interface": 0.6, "ald-tools": 0.1, "wafer-bonders": 1.0})
    parts = (
        catalogue.nodes["smic-n2"].needs,
        catalogue.packages["si-interposer-mature"].needs,
        catalogue.memories["hbm2e"].needs,
    )
    for name in ("ald-tools", "tcb-bonders", "hbm2e"):
        assert bill[name] == max(part.get(name, 0.0) for part in parts)
    assert bill["ip-interface"] == 0.6, "what no technology names comes from the route's table"
    assert "wafer-bonders" not in bill, "what a technology names comes from technology alone"
    assert "arf-dry-lithography" not in bill, "immersion, in the bill anyway, can stand in"


def test_the_bill_of_a_bought_design_is_that_of_the_table(catalogue, ways):
    table = {"foundry-advanced": 1.0, "hbm": 1.0}
    assert bill_of(ways["ai-n4-bought-hbm3e"], catalogue, table) == table


def test_what_a_way_does_without_or_needs_besides(catalogue, ways):
    older = bill_of(ways["soc-n2-duv-older"], catalogue, {})
    assert "arf-immersion-overlay-1p5" not in older
    assert older["arf-immersion-overlay-2p4"] == 1.0
    placed = bill_of(ways["ai-14-dram-placed"], catalogue, {})
    bonded = bill_of(ways["ai-14-dram-on-logic"], catalogue, {})
    assert placed["advanced-die-placement"] == bonded["wafer-bonders"] == 1.0
    assert "wafer-bonders" not in placed
    assert "advanced-die-placement" not in bonded


def test_an_unsizeable_design_says_so(catalogue):
    way = next(way for way in load_ways() if way.id == "ai-n2-interposer-hbm3")
    huge = replace(way, dies=(900,), stacks=(900,))
    with pytest.raises(ValueError, match="no size of ai-n2-interposer-hbm3 is within the limits"):
        sized(catalogue_of(catalogue, [huge]), [huge], BELIEFS)
