# SPDX-License-Identifier: Apache-2.0
"""A world as a supply network: known answers by hand, accounts that add up, readings in order."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.networks import world_assumptions
from chokegraph.chain.networks.from_world import SHARES_ONLY, network_of_world, world_network
from chokegraph.chain.networks.world_edges import build_network
from chokegraph.chain.networks.world_wants import Want, wants_of
from chokegraph.errors import FindingsError
from chokegraph.world import load_world
from chokegraph.world.model import Link, Need

LIMIT = Settings(mode="converged", market_shares=False)
CHIP = "world/product:chip/new lines"


def lost(network, shock):
    return 1 - cascade(network, [shock], LIMIT).down[0]


def edges(network, supplier, customer=None):
    found = network.supplier == network.index[supplier]
    if customer is not None:
        found &= network.customer == network.index[customer]
    return np.flatnonzero(found)


@pytest.fixture(scope="module")
def builtin():
    return world_network(load_world("builtin@2024"), target="CN", coalition=["US", "JP", "NL"])


def test_half_of_the_wafers_cut_is_half_of_the_chips():
    network = network_of_world(toy_world())
    cut = {int(edges(network, "JP/wafer")[0]): 1.0}
    assert lost(network, Shock("wafers", cut=cut))[network.index[CHIP]] == pytest.approx(0.5)


def test_the_worst_of_two_essential_inputs_decides():
    network = network_of_world(toy_world())
    cut = {int(edges(network, "JP/wafer")[0]): 0.5, int(edges(network, "NL/litho")[0]): 1.0}
    assert lost(network, Shock("both", cut=cut))[network.index[CHIP]] == pytest.approx(0.75)


def test_a_country_that_stops_takes_its_share_of_each_input():
    network = network_of_world(toy_world())
    gone = {n: 1.0 for n, country in enumerate(network.countries) if country == "JP"}
    left = lost(network, Shock("JP", lost=gone))
    assert left[network.index["world/litho/bought"]] == pytest.approx(0.25)
    assert left[network.index["world/wafer/bought"]] == pytest.approx(0.5)
    assert left[network.index[CHIP]] == pytest.approx(0.5)


def test_lost_orders_reach_the_makers_in_proportion():
    network = network_of_world(toy_world())
    edge = int(edges(network, "JP/wafer")[0])
    ran = cascade(network, [Shock("wafers", cut={edge: 0.4})], LIMIT)
    assert 1 - ran.up[0][network.index["JP/wafer"]] == pytest.approx(0.4)
    assert ran.up[0][network.index["DE/wafer"]] == 1.0


def test_a_component_is_needed_by_makers_and_so_by_chips():
    world = small_world(
        {"litho": {"NL": 1.0}, "optics": {"DE": 0.8, "JP": 0.2}},
        routes={"chip": ["litho"]},
        links=[Link("optics", "needed_by", "litho")],
    )
    network = network_of_world(world, capital="flow")
    cut = {int(edges(network, "DE/optics")[0]): 0.5}
    left = lost(network, Shock("optics", cut=cut))
    assert left[network.index["NL/litho"]] == pytest.approx(0.4)
    assert left[network.index["world/product:chip"]] == pytest.approx(0.4)


def test_variants_stand_in_for_each_other_and_needs_below_the_threshold_do_not_bind():
    world = small_world(
        {"krf": {"JP": 1.0}, "arf": {"NL": 1.0}, "film": {"JP": 1.0}},
        groups=["exposure"],
        routes={"chip": []},
        links=[Link("krf", "variant_of", "exposure"), Link("arf", "variant_of", "exposure")],
        needs=[Need("chip", "exposure", 1.0, None), Need("chip", "film", 0.1, None)],
    )
    network = network_of_world(world, capital="flow")
    node = network.index["world/product:chip"]
    assert lost(network, Shock("krf", cut={int(edges(network, "JP/krf")[0]): 1.0}))[node] == (
        pytest.approx(0.5)
    )
    # Not essential: its part of all that the route buys, a third of three equal markets.
    assert lost(network, Shock("film", cut={int(edges(network, "JP/film")[0]): 1.0}))[node] == (
        pytest.approx(1 / 3)
    )


def test_graded_needs_cost_as_much_as_they_are_strong():
    found = world_network(
        small_world(
            {"krf": {"JP": 1.0}, "film": {"JP": 0.5, "DE": 0.5}},
            routes={"chip": []},
            needs=[Need("chip", "krf", 0.4, None), Need("chip", "film", 1.0, None)],
        )
    )
    wants = {
        "route:chip": (
            Want("krf", ("krf",), 0.4, capital=False),
            Want("film", ("film",), 1.0, capital=False),
        )
    }
    network = build_network(found.trade, wants, threshold=0.5, graded=True).network
    node = network.index["world/product:chip"]
    krf, film = (int(edges(network, name)[0]) for name in ("JP/krf", "JP/film"))
    assert lost(network, Shock("krf", cut={krf: 1.0}))[node] == pytest.approx(0.4)
    assert lost(network, Shock("half", cut={krf: 0.5}))[node] == pytest.approx(0.2)
    assert lost(network, Shock("both", cut={krf: 1.0, film: 1.0}))[node] == pytest.approx(0.5)


def test_routes_to_a_product_share_it():
    world = small_world(
        {"euv": {"NL": 1.0}, "duv": {"JP": 1.0}},
        routes={"chip/with-euv": ["euv"], "chip/without": ["duv"]},
    )
    network = network_of_world(world, capital="flow")
    cut = {int(edges(network, "NL/euv")[0]): 1.0}
    left = lost(network, Shock("euv", cut=cut))
    assert left[network.index["world/product:chip"]] == pytest.approx(0.5)


def test_tools_stop_new_lines_and_not_those_that_run():
    network = network_of_world(toy_world())
    assert "world/route:chip" in network.index
    cut = {int(edges(network, "NL/litho")[0]): 1.0}
    left = lost(network, Shock("litho", cut=cut))
    assert left[network.index["world/product:chip"]] == 0.0
    assert left[network.index[CHIP]] == pytest.approx(0.75)


def test_what_nobody_attributes_is_a_maker_of_its_own():
    world = small_world({"resist": {"JP": 0.9}}, routes={"chip": ["resist"]})
    network = network_of_world(world)
    assert "ZZ/resist" in network.index
    assert network.value[edges(network, "ZZ/resist")].sum() == pytest.approx(0.1)


def test_without_market_sizes_there_are_shares_only_and_a_note():
    found = world_network(toy_world())
    assert found.network.unit == SHARES_ONLY
    assert any("No market sizes" in note for note in found.notes)


def test_a_world_without_routes_ends_in_the_groups_that_nothing_needs():
    world = small_world(
        {"litho": {"NL": 1.0}},
        routes={},
        groups=["finished-chip"],
        links=[Link("litho", "needed_by", "finished-chip")],
    )
    assert [want.kind for want in wants_of(world)["route:finished-chip"]] == ["litho"]
    network = network_of_world(world, capital="flow")
    cut = {int(edges(network, "NL/litho")[0]): 0.3}
    left = lost(network, Shock("litho", cut=cut))
    assert left[network.index["world/product:finished-chip"]] == pytest.approx(0.3)
    assert network.names[network.index["world/route:finished-chip"]] == "Finished-chip in world"


def test_the_target_and_the_rest_add_up_to_the_world(builtin):
    trade, network = builtin.trade, builtin.network
    assert trade.share.sum(axis=1) == pytest.approx(np.ones(trade.demand.shape))
    sizes = trade.demand.sum(axis=0)
    place = trade.inputs.index("arf-immersion-overlay-2p4")
    assert trade.flows[:, :, place].sum() == pytest.approx(sizes[place])
    sold = np.array([network.value[edges(network, f"{m.provider}/{trade.inputs[place]}")].sum()
                     if f"{m.provider}/{trade.inputs[place]}" in network.index else 0.0
                     for m in trade.makers])  # fmt: skip
    assert sold == pytest.approx(trade.sales[:, place])
    assert (network.value > 0).all()
    assert len(set(network.node_ids)) == network.nodes
    assert np.all(network.sales >= network.sold * (1 - 1e-9))


def test_every_purchase_is_divided_completely(builtin):
    network = builtin.network
    bought = builtin.built.bought[builtin.built.bought >= 0]
    used = network.sold[bought]
    whole = network.bought[bought]
    some = used > 0
    assert used[some] == pytest.approx(whole[some])


def test_readings_bracket_the_figures():
    world = load_world("builtin@2024")
    found = {}
    for reading in ("cautious", "figures", "bold"):
        network = network_of_world(world, target="CN", coalition=["JP"], reading=reading)
        cut = {
            int(edge): 1.0
            for edge in np.flatnonzero(
                np.isin(network.customer, [n for n, c in enumerate(network.countries) if c == "CN"])
            )
            if network.countries[network.supplier[edge]] == "JP"
        }
        left = lost(network, Shock("JP", cut=cut))
        found[reading] = left[network.index["CN/resist-krf/bought"]]
    assert found["cautious"] <= found["figures"] <= found["bold"]
    assert found["cautious"] < found["bold"]


def test_firms_are_makers_when_asked():
    world = small_world(
        {"litho": {"NL": 1.0}},
        firm_shares={"litho": {"asml": 0.9}},
        homes={"asml": "NL"},
        routes={"chip": ["litho"]},
    )
    network = network_of_world(world, by="firm")
    assert network.countries[network.index["asml/litho"]] == "NL"


def test_unknown_countries_are_named():
    with pytest.raises(FindingsError, match="XX"):
        network_of_world(toy_world(), target="XX")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.integers(0, 3))
def test_more_cut_never_means_less_lost(cuts, more):
    network = network_of_world(toy_world())
    links = [int(edges(network, name)[0]) for name in network.node_ids[:4]]
    less = dict(zip(links, cuts, strict=True))
    harder = {**less, links[more]: 1.0}
    one = lost(network, Shock("less", cut=less))
    other = lost(network, Shock("more", cut=harder))
    assert (other >= one - 1e-9).all()


def test_values_do_not_depend_on_the_order_in_which_a_set_is_run_through():
    code = (
        "from chokegraph.chain.networks.from_world import network_of_world\n"
        "from chokegraph.world import load_world\n"
        "print(network_of_world(load_world('builtin@2024'), target='CN').value.tobytes().hex())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1


def test_what_is_assumed_is_a_number_or_an_error(monkeypatch):
    """An assumption of 0 is 0, and one without a value is no number."""
    figures = world_assumptions.assumptions()
    for value in (0.0, None):
        other = {**figures, "purchases_over_sales": replace(
            figures["purchases_over_sales"], value=value
        )}  # fmt: skip
        monkeypatch.setattr(world_assumptions, "assumptions", lambda other=other: other)
        if value is None:
            with pytest.raises(ValueError, match="purchases_over_sales has no value"):
                world_assumptions.assumed("purchases_over_sales")
        else:
            assert world_assumptions.assumed("purchases_over_sales") == 0.0


def test_a_route_without_merit_is_named():
    shares = {"euv": {"NL": 1.0}, "duv": {"JP": 1.0}}
    two = small_world(shares, routes={"a": ["euv"], "b": ["duv"]})
    both = replace(two, routes={k: replace(r, product_id="chip") for k, r in two.routes.items()})
    said = " ".join(world_network(both).notes)
    assert "no merit" in said
    assert "2 routes" in said
    assert "no merit" not in " ".join(world_network(two).notes)
