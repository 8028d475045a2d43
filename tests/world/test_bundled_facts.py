# SPDX-License-Identifier: Apache-2.0
"""What the bundled facts must keep: structure, routes, disagreements, the rights of sources."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chokegraph.world import check_data, load_world
from chokegraph.world.model import Statement, World

EUV_ONLY = ("euv", "mask-blanks-euv", "photomasks-euv", "pellicles-euv", "resist-euv")
LOGIC_CORE = ("resist-tracks", "conductor-etch-tools", "cmp-tools", "silicon-wafer-300mm")
FINAL = (
    "finished-chip",
    "ai-accelerator-module",
    "dram-chips",
    "nand-chips",
    "sic-power-device",
    "gan-device",
    "gaas-device",
    "maskless-lithography",  # prototypes and masks: no way to a chip in volume
)


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def needs_of(world: World, route_id: str) -> dict[str, float]:
    return {n.input_id: n.requirement for n in world.needs if n.route_id == route_id}


def about(world: World, subject: str, prop: str, object_id: str = "") -> list[Statement]:
    rows = world.by_subject.get((subject, prop), ())
    return [row for row in rows if row.object_id == object_id]


def is_euv(input_id: str) -> bool:
    return input_id.startswith("euv-") or input_id in EUV_ONLY


def test_the_bundled_package_has_no_findings() -> None:
    assert [str(finding) for finding in check_data()] == []


def test_there_are_inputs_for_the_whole_chain(world: World) -> None:
    bought = [one for one in world.inputs.values() if one.use != "none"]
    assert len(bought) >= 120
    stages = {one.stage for one in world.inputs.values()}
    for stage in ("design", "wafer", "lithography", "materials", "packaging", "test", "memory"):
        assert stage in stages
    assert all(one.description for one in world.inputs.values())


def test_every_bought_input_has_a_share_and_a_qualification_time(world: World) -> None:
    for one in world.inputs.values():
        if one.use == "none":
            continue
        assert world.country_shares[one.input_id].complete, one.input_id
        assert about(world, f"input:{one.input_id}", "qualification_time"), one.input_id


def test_only_euv_routes_need_euv_inputs(world: World) -> None:
    for route in world.routes.values():
        euv = {name for name in needs_of(world, route.route_id) if is_euv(name)}
        if "euv" in route.route_id or route.route_id == "ai-leading-hbm-25d":
            assert {"euv-low-na-lithography", "resist-euv", "mask-blanks-euv"} <= euv
        else:
            assert not euv, route.route_id


def test_a_design_around_needs_less_controlled_tools_but_yields_less(world: World) -> None:
    for around, main in (
        ("advanced-7nm-duv", "advanced-7nm-euv"),
        ("leading-5nm-duv", "leading-5nm-euv"),
        ("dram-duv", "dram-euv"),
    ):
        assert world.routes[around].design_around
        assert not world.routes[main].design_around
        merit = {r: about(world, f"route:{r}", "relative_merit")[0].value for r in (around, main)}
        assert merit[around] is not None
        assert merit[main] is not None
        assert merit[around] < merit[main]
        assert set(LOGIC_CORE) <= set(needs_of(world, around))


def test_every_route_can_be_run_by_the_world_as_a_whole(world: World) -> None:
    for need in world.needs:
        rows = world.by_subject.get((f"input:{need.input_id}", "grade"), ())
        best = max((row.value for row in rows if row.value is not None), default=None)
        if need.grade_asked is not None and best is not None:
            assert best >= need.grade_asked, (need.route_id, need.input_id)


def test_tiers_of_demand_sum_to_one(world: World) -> None:
    for (subject, prop), rows in world.by_subject.items():
        if prop == "demand_tier" and subject.startswith("input:"):
            assert sum(row.value or 0 for row in rows) == pytest.approx(1, abs=0.01), subject


def test_every_bought_tool_and_material_leads_to_a_product(world: World) -> None:
    upward: dict[str, set[str]] = {}
    for link in world.links:
        upward.setdefault(link.source, set()).add(link.target)
    seen: dict[str, bool] = {}

    def arrives(name: str) -> bool:
        if name not in seen:
            seen[name] = name in FINAL or any(arrives(at) for at in upward.get(name, ()))
        return seen[name]

    for one in world.inputs.values():
        if one.kind in ("tool", "component", "software"):
            assert arrives(one.input_id), one.input_id


def test_two_sources_on_die_attach_disagree_and_one_is_chosen_with_a_reason(world: World) -> None:
    rows = about(world, "input:die-attach-tools", "provision_share", "country:NL")
    values = {row.source_id: row.value for row in rows if row.year == 2024}
    assert values["csis-packaging-2024"] == 0.4
    assert values["eto-2025-07"] == pytest.approx(0.319)
    chosen = [
        one
        for one in world.selections
        if one.subject_id == "input:die-attach-tools" and one.object_id == "country:NL"
    ]
    assert [world.statements[one.statement_id].source_id for one in chosen] == ["eto-2025-07"]
    assert len(chosen[0].reason) > 40


def test_advanced_substrates_are_held_by_three_countries(world: World) -> None:
    share = world.country_shares["ic-substrates"].shares
    together = sum(share[country].value or 0 for country in ("TW", "JP", "KR"))
    said = about(world, "input:ic-substrates", "concentration")[0]
    assert said.value == 0.88
    assert together == pytest.approx(said.value, abs=0.05)


def test_a_firm_may_decide_register_and_work_in_three_countries(world: World) -> None:
    acm = world.firms["acm-research"]
    assert (acm.headquarters, acm.operating_country) == ("US", "CN")
    asmpt = world.firms["asmpt"]
    assert (asmpt.headquarters, asmpt.legal_country) == ("SG", "KY")
    assert world.firms["besi"].headquarters == "NL"


def test_no_firm_figure_rests_on_the_dataset_that_may_not_be_passed_on(world: World) -> None:
    for row in world.statements.values():
        if row.source_id.startswith("eto-"):
            assert not row.object_id.startswith("firm:")
            assert not row.subject_id.startswith("firm:")


def test_estimates_say_so(world: World) -> None:
    for row in world.statements.values():
        if row.source_id == "chokegraph-judgement" and row.value is not None:
            assert row.grade == "X", row.statement_id


def test_the_change_log_says_how_much_there_is():
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(
        r"About (\d+) bought inputs, (\d+) products by (\d+) routes, and some ([\d,]+) statements",
        text,
    )
    assert found, "the line on the bundled facts"
    inputs, products, routes, statements = (int(one.replace(",", "")) for one in found.groups())
    world = load_world()
    assert (products, routes) == (len(world.products), len(world.routes))
    assert inputs == pytest.approx(sum(i.use != "none" for i in world.inputs.values()), rel=0.05)
    assert statements == pytest.approx(len(world.statements), rel=0.05)
