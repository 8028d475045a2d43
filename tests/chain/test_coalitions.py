# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain import availability, blocking_coalitions, compile_chain
from chokegraph.chain.availability import Answer
from chokegraph.chain.coalitions import alike, blocking_of, refusers
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.families import TooManyError, minimal_families
from chokegraph.errors import FindingsError
from chokegraph.world.model import Estimate, Link, Need, Share, World

from .worlds import COUNTRIES, brute_force, grade_statement, worlds

THRESHOLDS = st.sampled_from([None, 0.3, 0.5, 0.75, 1.0])


def sets(coalitions) -> set[frozenset[str]]:
    return {frozenset(coalition) for coalition in coalitions}


def test_the_worked_toy():
    found = blocking_coalitions(toy_world(), "product:chip")
    assert sets(found.coalitions) == {frozenset({"JP", "NL"}), frozenset({"JP", "DE"})}
    assert found.complete
    assert found.single_points == ()


def test_the_targets_own_providers_never_refuse():
    world = small_world({"etch": {"US": 0.6, "CN": 0.4}}, routes={"chip": ["etch"]})
    assert sets(blocking_coalitions(world, "product:chip").coalitions) == {frozenset({"US", "CN"})}
    assert blocking_coalitions(world, "product:chip", target="CN").coalitions == ()
    with_threshold = blocking_coalitions(world, "product:chip", target="CN", threshold=0.6)
    assert with_threshold.coalitions == (("US",),)


def test_a_coalition_can_deny_through_what_an_input_needs():
    world = small_world(
        {"scanner": {"NL": 1.0}, "optics": {"DE": 1.0}},
        routes={"chip": ["scanner"]},
        links=[Link("optics", "needed_by", "scanner")],
    )
    assert sets(blocking_coalitions(world, "input:scanner").coalitions) == {
        frozenset({"NL"}),
        frozenset({"DE"}),
    }
    assert blocking_coalitions(world, "input:scanner", upstream=False).coalitions == (("NL",),)


def test_variants_and_routes_are_alternatives():
    world = small_world(
        {"euv": {"NL": 1.0}, "duv": {"NL": 0.7, "JP": 0.3}, "bonding": {"SG": 1.0}},
        groups=["litho"],
        routes={"chip/mono": ["litho"], "chip/stacked": ["bonding"]},
        links=[Link("euv", "variant_of", "litho"), Link("duv", "variant_of", "litho")],
    )
    assert sets(blocking_coalitions(world, "route:mono").coalitions) == {frozenset({"NL", "JP"})}
    assert sets(blocking_coalitions(world, "product:chip").coalitions) == {
        frozenset({"NL", "JP", "SG"})
    }


def test_a_weak_link_stops_nothing():
    world = small_world(
        {"scanner": {"NL": 1.0}, "extra": {"DE": 1.0}},
        routes={"chip": ["scanner"]},
        links=[Link("extra", "needed_by", "scanner", essentiality=0.2)],
    )
    assert blocking_coalitions(world, "product:chip").coalitions == (("NL",),)


def test_the_unattributed_rest_is_a_member_of_its_own():
    world = small_world({"resist": {"JP": 0.9}}, routes={"chip": ["resist"]})
    found = blocking_coalitions(world, "product:chip")
    assert found.coalitions == (("JP", "ZZ"),)
    assert found.certain == ()
    dominant = blocking_coalitions(world, "product:chip", threshold=0.75)
    assert dominant.certain == (("JP",),)


def test_intervals_decide_what_is_certain():
    world = small_world({"resist": {"JP": 0.8, "US": 0.2}}, routes={"chip": ["resist"]})
    wide = Share(
        "resist",
        "country",
        2024,
        {"JP": Estimate(0.8, 0.6, 0.9), "US": Estimate(0.2, 0.1, 0.4)},
        Estimate(0.0, 0.0, 0.0),
    )
    world = replace(world, country_shares={"resist": wide})
    ask = {"goal": "product:chip", "threshold": 0.75}
    assert blocking_coalitions(world, **ask).smallest == ("JP",)
    assert blocking_coalitions(world, **ask, reading="bold").smallest == ("JP",)
    # In the cautious reading JP holds 0.6 against 0.4: it takes both.
    assert blocking_coalitions(world, **ask, reading="cautious").smallest == ("JP", "US")


def grade_world(grade_cn: tuple[float, float, float]) -> World:
    return small_world(
        {"etch": {"US": 0.6, "CN": 0.4}},
        routes={"chip": ["etch"]},
        statements=[
            grade_statement("etch", "CN", *grade_cn),
            grade_statement("etch", "US", 10, 9, 11),
        ],
        needs=[Need("chip", "etch", 1.0, 9.0)],
    )


def test_who_does_not_reach_the_grade_asked_does_not_count():
    behind = blocking_coalitions(grade_world((4, 3, 5)), "product:chip", target="CN")
    assert behind.coalitions == (("US",),)
    ahead = blocking_coalitions(grade_world((9.5, 9, 10)), "product:chip", target="CN")
    assert ahead.coalitions == ()
    unclear = availability(grade_world((8, 6, 10)), ["US"], target="CN")
    assert unclear.products["chip"] is Answer.CANNOT_TELL
    assert availability(grade_world((4, 3, 5)), ["US"], target="CN").products["chip"] == 0


def test_what_nobody_makes_is_blocked_by_the_empty_coalition():
    world = grade_world((4, 3, 5))
    world = replace(world, needs=(Need("chip", "etch", 1.0, 20.0),))
    assert blocking_coalitions(world, "product:chip").coalitions == ((),)


def test_unknown_goal_says_so():
    with pytest.raises(FindingsError, match="nothing in the world is called 'input:euv'"):
        blocking_coalitions(toy_world(), "input:euv")


def test_a_cycle_says_so():
    world = small_world(
        {"a": {"US": 1.0}, "b": {"US": 1.0}},
        routes={"chip": ["a"]},
        links=[Link("a", "needed_by", "b"), Link("b", "needed_by", "a")],
    )
    with pytest.raises(FindingsError, match="a -> b -> a"):
        blocking_coalitions(world, "product:chip")


@settings(max_examples=150, deadline=None)
@given(world=worlds(), threshold=THRESHOLDS, exempt=st.sampled_from([None, "CN"]))
def test_truth_tables_agree_with_brute_force(world, threshold, exempt):
    found = blocking_coalitions(world, "product:chip", threshold=threshold, target=exempt)
    expected = brute_force(world, "chip", threshold, {exempt} if exempt else set())
    assert sets(found.coalitions) == expected


@settings(max_examples=100, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS)
def test_so_they_do_with_an_unattributed_rest(world, threshold):
    found = blocking_coalitions(world, "product:chip", threshold=threshold)
    assert sets(found.coalitions) == brute_force(world, "chip", threshold, set())


@settings(max_examples=100, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS, exempt=st.sampled_from([None, "CN"]))
def test_families_agree_with_truth_tables(world, threshold, exempt):
    circuit = compile_chain(world)
    gone = {exempt} if exempt else set()
    families = minimal_families(
        circuit,
        refusers(circuit, gone),
        threshold=threshold,
        reading="figures",
        stop_at=0.5,
        most=500,
    )
    tables = blocking_of(circuit, exempt=gone, threshold=threshold)
    assert {g: sets(f) for g, f in families.items()} == {
        g: sets(b.coalitions) for g, b in tables.items()
    }


@settings(max_examples=60, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS, size=st.integers(0, 8))
def test_the_search_by_size_finds_the_same_up_to_its_size(world, threshold, size):
    circuit = compile_chain(world).cone(["product:chip"])
    found = blocking_of(circuit, threshold=threshold, largest=size)["product:chip"]
    everything = blocking_of(circuit, threshold=threshold)["product:chip"]
    assert found.coalitions == tuple(c for c in everything.coalitions if len(c) <= size)


@settings(max_examples=60, deadline=None)
@given(world=worlds(), more=st.sampled_from(COUNTRIES), threshold=THRESHOLDS, data=st.data())
def test_a_larger_coalition_never_makes_more_available(world, more, threshold, data):
    refusing = data.draw(st.sets(st.sampled_from(COUNTRIES)))
    before = availability(world, refusing, threshold=threshold)
    after = availability(world, refusing | {more}, threshold=threshold)
    for goal, answer in after.inputs.items():
        assert answer <= before.inputs[goal]
    assert after.products["chip"] <= before.products["chip"]


@settings(max_examples=60, deadline=None)
@given(world=worlds(), order=st.permutations(COUNTRIES), threshold=THRESHOLDS)
def test_names_of_countries_do_not_matter(world, order, threshold):
    new = dict(zip(COUNTRIES, order, strict=True))
    shares = {
        name: replace(share, shares={new[c]: e for c, e in share.shares.items()})
        for name, share in world.country_shares.items()
    }
    renamed = replace(world, country_shares=shares)
    one = blocking_coalitions(world, "product:chip", threshold=threshold)
    other = blocking_coalitions(renamed, "product:chip", threshold=threshold)
    assert {frozenset(new[c] for c in row) for row in one.coalitions} == sets(other.coalitions)


@settings(max_examples=60, deadline=None)
@given(world=worlds(complete=False), data=st.data())
def test_availability_and_coalitions_agree(world, data):
    refusing = data.draw(st.sets(st.sampled_from(COUNTRIES)))
    answer = availability(world, refusing).products["chip"]
    found = blocking_coalitions(world, "product:chip", reading="cautious")
    blocked = any(set(c) <= refusing for c in found.coalitions)
    assert (answer is Answer.NOT_AVAILABLE) == blocked


def test_many_providers_are_grouped_and_the_answer_stays_exact():
    many = [f"C{n:02}" for n in range(30)]
    world = small_world(
        {"wide": dict.fromkeys(many, 1 / 30), "narrow": {"C00": 0.5, "C01": 0.5}},
        routes={"chip": ["wide"], "board": ["narrow"]},
    )
    found = blocking_coalitions(world, "product:chip")
    assert found.complete
    assert found.coalitions == (tuple(many),)
    circuit = compile_chain(world)
    groups = alike(circuit, refusers(circuit))
    assert ("C00", "C01") in groups
    assert ("ZZ",) in groups
    assert len(groups) == 3


def many_with_a_threshold() -> World:
    many = {"BIG": 0.4, "MID": 0.2} | {f"C{n:02}": 0.4 / 70 for n in range(70)}
    return small_world({"wide": many, "eda": {"US": 1.0}}, routes={"chip": ["wide", "eda"]})


def test_beyond_all_tables_the_search_by_size_says_how_far_it_went():
    found = blocking_coalitions(many_with_a_threshold(), "product:chip", threshold=0.6)
    assert not found.complete
    assert found.largest == 3
    assert found.coalitions == (("US",), ("BIG", "MID"))


def test_families_hold_more_than_sixty_four_providers():
    world = small_world(
        {
            "wide": {f"C{n:02}": 0.01 for n in range(99)} | {"LAST": 0.01},
            "one": {"C98": 0.6, "C03": 0.4},
        },
        routes={"chip/a": ["wide"], "chip/b": ["one"]},
    )
    circuit = compile_chain(world).cone(["product:chip"])
    found = minimal_families(
        circuit, refusers(circuit), threshold=None, reading="figures", stop_at=0.5, most=10
    )
    (only,) = found["product:chip"]
    assert len(only) == 100
    assert {"C98", "C03", "LAST"} <= set(only)


def test_families_stop_before_they_fill_the_memory():
    shares = {f"i{k}": {f"C{k}{n}": 0.1 for n in range(10)} for k in range(4)}
    world = small_world(shares, routes={f"chip/{k}": [f"i{k}"] for k in range(4)})
    circuit = compile_chain(world).cone(["product:chip"])
    with pytest.raises(TooManyError):
        minimal_families(
            circuit, refusers(circuit), threshold=0.5, reading="figures", stop_at=0.5, most=300
        )


def test_firms_form_coalitions_too():
    world = small_world(
        {"etch": {"US": 0.7, "JP": 0.3}},
        firm_shares={"etch": {"lam": 0.5, "amat": 0.2, "tel": 0.3}},
        homes={"lam": "US", "amat": "US", "tel": "JP"},
        routes={"chip": ["etch"]},
    )
    found = blocking_coalitions(world, "product:chip", by="firm", threshold=0.7)
    assert found.coalitions == (("amat", "lam"), ("lam", "tel"))
    exempt = blocking_coalitions(world, "product:chip", by="firm", target="JP")
    assert exempt.coalitions == ()
