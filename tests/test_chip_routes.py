# SPDX-License-Identifier: Apache-2.0
"""Routes from chip: designs, bills, draws, controls that move the best route, and the tables."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.nand import bits_for_cost, wafer_cost
from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.response.policy import Policy
from chokegraph.response.simulate import simulate
from chokegraph.scenario import load_scenario
from chokegraph.study.assemble import assemble
from chokegraph.study.chip_routes import describe_routes, with_values, with_ways
from chokegraph.study.chip_routes_ask import ask_routes
from chokegraph.study.chip_routes_bill import bill_of
from chokegraph.study.chip_routes_designs import BITS, load_ways, sized
from chokegraph.study.chip_routes_draws import at_the_middle, catalogue_of, over_draws
from chokegraph.study.chip_routes_table import routes_record, routes_table, subjects
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world

SCENARIOS = Path(__file__).resolve().parents[1] / "examples" / "scenarios"
BELIEFS = {"memory_bound_share": 0.03, "system_cost": 6000.0, "power_cost": 5.0}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def world():
    return load_world("builtin@2024")


@pytest.fixture(scope="module")
def ways(catalogue):
    listed = load_ways()
    return {way.id: way for way in sized(catalogue_of(catalogue, listed), listed, BELIEFS)}


@pytest.fixture(scope="module")
def setting(world):
    scenario = load_scenario(SCENARIOS / "hard-cap.yaml")  # no law: quick to build
    return build_setting(scenario, world, draws=40, seed=3)


# -- designs and bills ----------------------------------------------------------------------------


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


# -- figures by hand ------------------------------------------------------------------------------


def test_worth_of_an_accelerator_by_hand(catalogue, ways):
    way = ways["ai-n2-interposer-hbm3"]
    one = at_the_middle(catalogue_of(catalogue, [way]), [way], BELIEFS)
    from chokegraph.chip.arrays import Designs, Dies
    from chokegraph.chip.cost import evaluate
    from chokegraph.chip.figures import Figures

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


# -- draws ----------------------------------------------------------------------------------------


def test_a_draw_does_not_depend_on_the_number_of_draws(catalogue, ways):
    some = [ways["soc-n2-duv"], ways["ai-n2-interposer-hbm3"], ways["nand-232-bonded"]]
    small = catalogue_of(catalogue, some)
    beliefs = {name: np.full(9, value) for name, value in BELIEFS.items()}
    few = {name: value[:4] for name, value in beliefs.items()}
    nine = over_draws(small, some, beliefs, draws=9, seed=5)
    four = over_draws(small, some, few, draws=4, seed=5)
    for name in ("worth", "start_yield", "cost"):
        np.testing.assert_array_equal(nine[name][:4], four[name])


def test_a_way_alone_is_the_way_among_others(catalogue, ways):
    """Every way of a draw is worked out with the same figures."""
    both = [ways["soc-n2-duv"], ways["soc-n2-duv-older"]]
    beliefs = {name: np.full(6, value) for name, value in BELIEFS.items()}
    together = over_draws(catalogue_of(catalogue, both), both, beliefs, draws=6, seed=5)
    alone = over_draws(catalogue_of(catalogue, both[:1]), both[:1], beliefs, draws=6, seed=5)
    np.testing.assert_array_equal(together["worth"][:, 0], alone["worth"][:, 0])


# -- in the study ---------------------------------------------------------------------------------


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


# -- controls move the best route -----------------------------------------------------------------


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


def test_a_world_without_these_routes_keeps_its_tables(world, setting):
    nothing = describe_routes(world, setting.structure, setting.priors, [])
    assert nothing is None


def test_an_unsizeable_design_says_so(catalogue):
    way = next(way for way in load_ways() if way.id == "ai-n2-interposer-hbm3")
    huge = replace(way, dies=(900,), stacks=(900,))
    with pytest.raises(ValueError, match="no size of ai-n2-interposer-hbm3 is within the limits"):
        sized(catalogue_of(catalogue, [huge]), [huge], BELIEFS)


# -- asked without a simulation -------------------------------------------------------------------


def test_asking_denies_families_and_says_what_each_design_lacks(world):
    found = ask_routes(["euv-lithography", "hbm"], product="ai-accelerator", world=world, draws=30)
    assert {"euv-low-na-lithography", "hbm", "hbm2e"} <= set(found.denied)
    table = found.table
    assert set(table["product"]) == {"ai-accelerator"}
    assert table["best"].sum() == pytest.approx(1.0)
    best = table.row(0, named=True)
    assert best["way"] in ("ai-n2-organic-gddr6", "ai-14-organic-gddr6"), "memory on the board"
    assert best["lacks"] == []
    stacked = table.filter(table["way"] == "ai-n2-interposer-hbm3").row(0, named=True)
    assert stacked["left"] == 0.0
    assert stacked["lacks"] == ["hbm"]


def test_asking_for_what_is_not_there_lists_everything():
    with pytest.raises(FindingsError) as caught:
        ask_routes(["die-placment", "hbmm"], product="ai-accelerators", draws=2)
    text = str(caught.value)
    assert len(caught.value.findings) == 3
    assert "did you mean 'hbm'?" in text
    assert "did you mean 'ai-accelerator'?" in text


def test_the_command_prints_within_100_columns_and_as_csv_and_json():
    runner = CliRunner()
    table = runner.invoke(app, ["chip", "routes", "--product", "nand", "--draws", "20"])
    assert table.exit_code == 0, table.output
    assert max(len(line) for line in table.output.splitlines()) <= 100
    assert "bonded wafers" in table.output
    found = runner.invoke(
        app, ["chip", "routes", "--deny", "hbm", "--draws", "20", "--format", "json"]
    )
    assert {row["product"] for row in json.loads(found.output)} >= {"nand", "ai-accelerator"}
    found = runner.invoke(app, ["chip", "routes", "--draws", "20", "--format", "csv"])
    assert found.output.startswith("product,route,")
    wrong = runner.invoke(app, ["chip", "routes", "--deny", "nothing-such"])
    assert isinstance(wrong.exception, FindingsError), "the entry point turns it into exit code 2"


# -- the page and the scenarios -------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "design-around.md"


@pytest.mark.parametrize("product", ["advanced-logic", "nand"])
def test_the_page_shows_what_the_command_prints(product):
    command = ["chip", "routes", "--product", product]
    printed = CliRunner().invoke(app, command, env={"COLUMNS": "100"}).output
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split(f"$ chokegraph {' '.join(command)}\n")[1].split("```")[0]
    assert [line.rstrip() for line in printed.rstrip().splitlines()] == shown.rstrip().splitlines()


def test_the_page_says_what_is_left_as_inputs_are_denied(world):
    text = PAGE.read_text(encoding="utf-8")
    rows = text.split("| denied | best design | value |")[1].split("\n\n")[0].splitlines()[2:]
    denied = []
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        denied += cells[0].split("`")[1::2]
        best = ask_routes(denied, product="ai-accelerator", world=world).table
        assert f"{best['value'][0]:.2f}" == cells[2], row


def test_the_page_has_the_figures_of_nand():
    text = PAGE.read_text(encoding="utf-8")
    usual = {"layer_cost": 0.10, "deck_cost": 0.05}
    for name, layers, cost in (
        ("232 layers, one wafer, two decks", 232, wafer_cost(232, 2, **usual)),
        ("232 layers, circuits bonded", 232, wafer_cost(232, 2, premium=0.34, **usual)),
        (
            "two bonded arrays of 116 layers, circuits bonded",
            232,
            wafer_cost(232, 2, premium=0.34, arrays=2, **usual),
        ),
        ("127 layers, one wafer, one deck", 127, wafer_cost(127, 1, **usual)),
    ):
        bits = float(bits_for_cost(layers, cost))
        assert f"| {name} | {float(cost):.2f} | {bits:.2f} |" in text


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
