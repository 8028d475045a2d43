# SPDX-License-Identifier: Apache-2.0
"""Routes from chip in a setting: merits, yields, evidence, and the table of routes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.response.policy import Policy
from chokegraph.response.simulate import simulate
from chokegraph.study.assemble import assemble
from chokegraph.study.chip_routes import describe_routes, with_values, with_ways
from chokegraph.study.chip_routes_designs import load_ways
from chokegraph.study.chip_routes_table import routes_record, routes_table, subjects
from chokegraph.study.setting import build_setting


def test_the_best_design_of_a_product_has_merit_one_at_the_middle(setting):
    chips = setting.chips
    for product, scale in chips.scale.items():
        assert product not in chips.anchors, "all its routes are described"
        own = [
            worth
            for way, worth in zip(chips.ways, chips.middle["worth"], strict=True)
            if setting.world.routes[way.route].product_id == product
        ]
        assert max(own) / scale == pytest.approx(1.0)


def test_where_a_route_has_no_design_the_best_has_the_merit_of_its_table(world, setting):
    some = [way for way in load_ways() if way.route != "leading-gaa-euv"]
    plain = build_setting(
        setting.scenario.model_copy(update={"routes": "tables"}), world, draws=2, seed=1
    )
    chips = describe_routes(world, plain.structure, plain.priors, some)
    assert chips.anchors == {"leading-logic": "leading-5nm-euv"}
    params, drawn = with_values(plain.params, with_ways(plain.structure, chips), chips)
    at = [way.id for way in chips.ways].index("soc-n5-euv")
    merit = plain.structure.merit.mid[plain.structure.routes.index("leading-5nm-euv")]
    expected = drawn["worth"][:, at] / chips.middle["worth"][at] * merit
    place = with_ways(plain.structure, chips).ways.index("soc-n5-euv")
    np.testing.assert_allclose(params.values["way_merit"][:, place], expected)


def test_routes_of_tables_leave_everything_as_it_was(world, setting):
    tables = build_setting(
        setting.scenario.model_copy(update={"routes": "tables"}), world, draws=5, seed=3
    )
    assert tables.chips is None
    assert not tables.structure.ways
    assert "way_merit" not in tables.params.values
    for name in ("merit", "start_yield", "share", "capability"):
        np.testing.assert_array_equal(
            tables.params.values[name], np.asarray(setting.params.values[name])[:5]
        )
    assert routes_record(tables)["chip"] == []


def test_the_evidence_names_the_figures_of_designs_and_not_the_estimates_they_replace(setting):
    facts = [setting.world.statements[key] for key in setting.statement_ids]
    have = {(one.subject_id, one.property) for one in facts}
    assert ("node:smic-n2", "defect_density") in have
    assert ("route:ai-dram-on-logic", "start_yield") not in have
    assert ("route:dram-euv", "start_yield") in have, "it has no reference design"
    assert ("route:nand-wafer-bonded", "start_yield") in have, "its yield is that of the table"
    for way in setting.chips.ways:
        for subject in subjects(way):
            assert any(subject == name for name, _ in have), subject


def test_a_world_without_these_routes_keeps_its_tables(world, setting):
    nothing = describe_routes(world, setting.structure, setting.priors, [])
    assert nothing is None


def test_baseline_and_scenario_use_the_same_technology(setting):
    """Two equal policies give equal outcomes; a table of routes says what was used."""
    few = replace(
        setting.params,
        draws=2,
        values={name: np.asarray(v)[:2] for name, v in setting.params.values.items()},
    )
    small = replace(setting.structure, years=1)
    policies = {"baseline": Policy(), "scenario": Policy()}
    paths = simulate(small, few, policies, engine="numpy")
    for name in paths["baseline"].arrays:
        np.testing.assert_array_equal(paths["baseline"][name], paths["scenario"][name])
    quick = replace(
        setting,
        structure=small,
        params=few,
        valued=replace(setting.valued, values={n: v[:2] for n, v in setting.valued.values.items()}),
    )
    ensemble = assemble(paths, quick)
    assert ensemble["way_used"].sizes["way"] == len(small.ways)
    one = ensemble["way_used"].groupby("way").sum()
    assert float(one.max()) <= 4.0
    table = routes_table(quick, ensemble)
    assert table.height == len(small.ways)
    assert table["share_scenario"].to_list() == table["share_baseline"].to_list()
    assert set(table["merit_from"]) == {"chip", "tables"}
    for product in small.products:
        own = table.filter(table["product"] == product)
        assert own["share_scenario"].sum() == pytest.approx(1.0)
    found = table.filter(table["way"] == "ai-n4-bought-hbm3e").row(0, named=True)
    assert "from 2023-11-17: 3A090.a" in found["status"]
    assert found["cost"] == pytest.approx(
        sum(
            found[n]
            for n in (
                "silicon",
                "die_loss",
                "memory_cost",
                "package_loss",
                "carrier",
                "substrate",
                "assembly",
                "nre",
                "system",
                "power_cost",
            )
        )
    )
