# SPDX-License-Identifier: Apache-2.0
"""Coalitions against a user's own network, rings included, against definitions written out."""

from dataclasses import replace
from itertools import chain, combinations
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.cascade import Settings, Shock, cascade
from chokegraph.chain.examples import small_network
from chokegraph.chain.game import every_coalition
from chokegraph.chain.network_chain import network_part, winning_sets
from chokegraph.chain.network_game import NetworkGame, network_game, network_powers
from chokegraph.chain.networks.model import ESSENTIAL, NON_ESSENTIAL, Network
from chokegraph.errors import FindingsError

PLACES = ("CN", "DE", "JP", "NL", "US", "")


@st.composite
def networks(draw) -> Network:
    """Up to seven nodes, any links (rings too), kinds by sector, essential or not."""
    count = draw(st.integers(2, 7))
    kinds = draw(st.integers(1, 3))
    sectors = draw(st.lists(st.integers(0, kinds - 1), min_size=count, max_size=count))
    pairs = [(a, b) for a in range(count) for b in range(count) if a != b]
    links = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=12, unique=True))
    values = draw(st.lists(st.integers(1, 9), min_size=len(links), max_size=len(links)))
    rated = draw(
        st.lists(st.sampled_from([0, 1, 2, 2]), min_size=kinds * kinds, max_size=kinds * kinds)
    )
    supplier = np.array([a for a, _ in links], dtype=np.int32)
    return Network(
        node_ids=tuple(f"n{i}" for i in range(count)),
        sector_names=tuple(f"s{i}" for i in range(kinds)),
        sectors=np.array(sectors, dtype=np.int32),
        supplier=supplier,
        customer=np.array([b for _, b in links], dtype=np.int32),
        value=np.array(values, dtype=float),
        kind=np.array(sectors, dtype=np.int32)[supplier],
        essentiality=np.array(rated, dtype=np.int8).reshape(kinds, kinds),
        markets=np.array(sectors, dtype=np.int32),
        countries=tuple(draw(st.sampled_from(PLACES)) for _ in range(count)),
    )


def stopped(network: Network, refusing, spared, threshold) -> set[int]:
    """What stops: start from those who refuse, add who loses a kind, until nothing is added."""
    places = [country or "ZZ" for country in network.countries]
    gone = {i for i, place in enumerate(places) if place in refusing and place not in spared}
    while True:
        more = set(gone)
        for buyer in range(network.nodes):
            bought: dict[int, list[tuple[int, float]]] = {}
            for s, c, k, v in zip(
                network.supplier, network.customer, network.kind, network.value, strict=True
            ):
                if c == buyer and network.essentiality[k, network.sectors[c]] == ESSENTIAL:
                    bought.setdefault(k, []).append((s, v))
            for rows in bought.values():
                lost = sum(v for s, v in rows if s in gone)
                if lost >= (threshold or 1.0) * sum(v for _, v in rows) - 1e-9:
                    more.add(buyer)
        if more == gone:
            return gone
        gone = more


def subsets(members):
    return chain.from_iterable(combinations(members, k) for k in range(len(members) + 1))


@settings(max_examples=120, deadline=None)
@given(network=networks(), threshold=st.sampled_from([None, 0.5, 0.75]))
def test_blocking_is_what_the_definition_says(network, threshold):
    game = network_game(network, "n0", threshold=threshold)
    spared = {network.countries[0] or "ZZ"}
    blocking = {
        frozenset(s)
        for s in subsets(game.providers)
        if 0 in stopped(network, set(s), spared, threshold)
    }
    expected = {s for s in blocking if not any(other < s for other in blocking)}
    assert {frozenset(c) for c in game.blocking().coalitions} == expected
    rows = every_coalition(game.blocks, game.providers, game.providers)
    for number, blocked in enumerate(rows.tolist()):
        some = frozenset(p for i, p in enumerate(game.providers) if number >> i & 1)
        assert blocked == (some in blocking)


@settings(max_examples=60, deadline=None)
@given(network=networks(), tau=st.sampled_from([0.2, 0.5, 0.9]))
def test_losses_are_those_of_the_cascade(network, tau):
    game = network_game(network, "n0", target="none", tau=tau)
    ways = Settings(mode="converged", market_shares=False, directions=("down",))
    places = [country or "ZZ" for country in network.countries]
    shocks = []
    for some in subsets(game.providers):
        shocks.append(Shock("+".join(some), {i: 1.0 for i, c in enumerate(places) if c in some}))
    sold = replace(network, sales=network.sold + 1.0)
    left = cascade(sold, shocks, ways).down[:, 0]
    refuse = np.array([[p in s for p in game.providers] for s in subsets(game.providers)])
    lost = game.losses(refuse)
    assert lost == pytest.approx(1.0 - left, abs=1e-6)
    blocking = {frozenset(s) for s, out in zip(subsets(game.providers), lost, strict=True)
                if out >= tau - 1e-9}  # fmt: skip
    expected = {s for s in blocking if not any(other < s for other in blocking)}
    assert {frozenset(c) for c in game.blocking().coalitions} == expected


def test_a_ring_runs_until_something_it_needs_is_gone():
    """Tools need chips and chips need tools: together they run; without the resist none does."""
    ring = Network(
        node_ids=("tool", "chip", "resist"),
        sector_names=("tool", "chip", "resist"),
        sectors=np.array([0, 1, 2], dtype=np.int32),
        supplier=np.array([0, 1, 2], dtype=np.int32),
        customer=np.array([1, 0, 1], dtype=np.int32),
        value=np.ones(3),
        kind=np.array([0, 1, 2], dtype=np.int32),
        essentiality=np.full((3, 3), ESSENTIAL, dtype=np.int8),
        markets=np.array([0, 1, 2], dtype=np.int32),
        countries=("NL", "TW", "JP"),
    )
    assert network_powers(ring, "chip").blocking.coalitions == (("JP",), ("NL",))
    assert network_powers(ring, "tool").blocking.coalitions == (("JP",), ("TW",))


def test_a_product_is_denied_when_nobody_makes_it():
    found = network_powers(small_network(), "scanner")
    assert found.goal == "product:scanner"
    assert found.blocking.coalitions == (("JP", "NL"),)
    assert network_powers(small_network(), "scanner", threshold=0.6).single_points == ("NL",)


def test_owners_form_coalitions_and_unknown_countries_are_unattributed():
    network = replace(
        small_network(), owners=("Both", "Both", "", ""), countries=("JP", "", "DE", "TW")
    )
    found = network_powers(network, "fab", by="firm")
    assert found.blocking.coalitions == (("Both",),)
    assert found.providers == 2
    country = network_powers(network, "fab")
    assert country.blocking.coalitions == (("DE", "JP"), ("JP", "ZZ"))
    assert country.pairs == (("DE", "JP"),)


def test_inputs_that_are_not_essential_stop_nothing_but_are_lost():
    network = small_network()
    rated = network.essentiality.copy()
    rated[0, 2] = NON_ESSENTIAL
    soft = replace(network, essentiality=rated)
    found = network_powers(soft, "fab")
    assert found.blocking.coalitions == (("DE", "JP"),)
    by = {member.provider: member for member in found.members}
    assert by["NL"].shapley.value == 0.0
    assert by["NL"].lost_alone.value == pytest.approx(75 / 200)


def large_game(count: int) -> NetworkGame:
    """A buyer with many sellers of one kind, each with a country of its own."""
    network = Network(
        node_ids=(*(f"s{i}" for i in range(count)), "fab"),
        sector_names=("part", "fab"),
        sectors=np.array([0] * count + [1], dtype=np.int32),
        supplier=np.arange(count, dtype=np.int32),
        customer=np.full(count, count, dtype=np.int32),
        value=np.ones(count),
        kind=np.zeros(count, dtype=np.int32),
        essentiality=np.full((2, 2), ESSENTIAL, dtype=np.int8),
        markets=np.array([0] * count + [1], dtype=np.int32),
        countries=(*(f"C{i}" for i in range(count)), "TW"),
    )
    return network_game(network, "fab", tau=0.1)


def test_more_groups_than_can_be_tried_are_searched_by_size_and_said():
    found = large_game(30).blocking()
    assert not found.complete
    assert found.largest == 3
    assert len(found.coalitions) == 30 * 29 * 28 / 6  # any three of thirty take a tenth


def test_smallest_sets_that_reach_a_share():
    assert winning_sets([0.5, 0.3, 0.2], 0.7) == [(0, 1), (0, 2)]
    assert winning_sets([0.25] * 4, 0.5) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert winning_sets([0.02] * 50, 0.5) is None


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"goal": "fabs"}, "no node or product is called 'fabs'"),
        ({"goal": "chip"}, "nobody sells 'chip'"),
        ({"goal": "fab", "target": "KR"}, "target 'KR' has no node"),
        ({"goal": "fab", "members": ["TW"], "tau": 2.0}, "(?s)member 'TW'.*tau is 2.0"),
    ],
)
def test_mistakes_are_findings(ask, message):
    with pytest.raises(FindingsError, match=message):
        network_powers(small_network(), **ask)


def test_parts_leave_out_what_does_not_matter():
    network = small_network()
    rated = MappingProxyType({})
    part = network_part(replace(network, essentiality=network.essentiality * 0), "fab")
    assert part.nodes == (3,)
    assert part.essential == rated
