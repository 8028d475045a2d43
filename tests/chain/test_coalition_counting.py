# SPDX-License-Identifier: Apache-2.0
"""Plans and indices counted: by hand, by brute force, and each way against the other."""

from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain import compile_chain
from chokegraph.chain.alike import listed
from chokegraph.chain.coalitions import blocking_of, refusers
from chokegraph.chain.deciding import _counted, _factored, _transformed, deciding, fussell_vesely
from chokegraph.chain.examples import small_world
from chokegraph.chain.game import every_coalition
from chokegraph.chain.indices import banzhaf_of, birnbaum_of, shapley, shapley_of, swings
from chokegraph.chain.parts import take_apart
from chokegraph.chain.plans import plans_of
from chokegraph.chain.sampled import sampled_indices, sampled_shapley
from chokegraph.chain.search import blocked_rows
from chokegraph.chain.truth import blocked_tables, complement, minimal_members, upwards
from chokegraph.chain.weigh import chain_game, coalition_powers

from .families import LIMITS, THRESHOLDS, families, sets, subsets, transversals
from .worlds import worlds


@given(family=families())
@settings(max_examples=100, deadline=None)
def test_plans_are_the_smallest_sets_that_meet_every_coalition(family):
    found = plans_of(family, **LIMITS)
    assert sets(found.plans) == transversals(family)
    assert found.number == len(found.plans)
    for who, share in found.betweenness.items():
        assert share == pytest.approx(sum(who in p for p in found.plans) / found.number)
    # And back: the coalitions are the smallest sets that meet every plan.
    if family:
        assert sets(plans_of(found.plans, **LIMITS).plans) == sets(family)


@given(family=families())
@settings(max_examples=60, deadline=None)
def test_plans_by_joining_are_those_of_the_table(family):
    by_joining = plans_of(family, most_groups=0, most_kept=2000, most_listed=5000)
    assert by_joining == plans_of(family, **LIMITS)


@given(family=families())
@settings(max_examples=80, deadline=None)
def test_every_way_of_counting_gives_the_definition(family):
    found = deciding(family, most_groups=24, most_work=10**6)
    who = sorted({m for one in family for m in one})
    blocks = {frozenset(s): any(set(one) <= set(s) for one in family) for s in subsets(who)}
    for member in who:
        others = [m for m in who if m != member]
        swing = [s for s in map(frozenset, subsets(others)) if blocks[s | {member}] > blocks[s]]
        assert found[member].banzhaf == pytest.approx(len(swing) / 2 ** len(others))
        orders = sum(
            factorial(len(s)) * factorial(len(others) - len(s)) / factorial(len(who)) for s in swing
        )
        assert found[member].shapley == pytest.approx(orders)
        at = sum(0.3 ** len(s) * 0.7 ** (len(others) - len(s)) for s in swing)
        assert found[member].birnbaum(0.3) == pytest.approx(at)
    share = fussell_vesely(family, 0.3, most_groups=24, most_work=10**6)
    for member in who:
        mine = [set(one) for one in family if member in one]
        some = denied = 0.0
        for s in map(frozenset, subsets(who)):
            weight = 0.3 ** len(s) * 0.7 ** (len(who) - len(s))
            some += weight * any(one <= s for one in mine)
            denied += weight * blocks[s]
        assert share[member] == pytest.approx(some / denied)
    for part in take_apart(family):
        factored = _factored(part, 10**6)
        assert _transformed(part, 24) == factored
        assert _counted(part, 24) in (None, factored)


@given(family=families(names="ABCDE"), copies=st.lists(st.integers(1, 3), min_size=5, max_size=5))
@settings(max_examples=60, deadline=None)
def test_group_sizes_enter_the_indices(family, copies):
    """Each provider is replaced by several that supply the same: all counts must follow."""
    many = {name: [f"{name}{n}" for n in range(k)] for name, k in zip("ABCDE", copies, strict=True)}
    wide = [tuple(sorted(m for name in one for m in many[name])) for one in family]
    found = deciding(wide, most_groups=24, most_work=10**6)
    who = sorted({m for one in wide for m in one})
    table = upwards([sum(1 << who.index(m) for m in one) for one in wide], len(who))
    direct = swings(table, len(who))
    assert [found[m].banzhaf for m in who] == pytest.approx(banzhaf_of(direct))
    assert [found[m].shapley for m in who] == pytest.approx(shapley_of(direct))
    assert [found[m].birnbaum(0.1) for m in who] == pytest.approx(birnbaum_of(direct, 0.1))
    plans = plans_of(wide, **LIMITS)
    numbers = minimal_members(complement(table, len(who)), len(who))
    assert plans.number == len(numbers)


@settings(max_examples=40, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS)
def test_truth_tables_and_families_give_the_same_indices(world, threshold):
    circuit = compile_chain(world).cone(["product:chip"])
    who = refusers(circuit)
    ask = {"threshold": threshold, "reading": "figures", "stop_at": 0.5}
    table = blocked_tables(circuit, [(name,) for name in who], **ask)["product:chip"]
    direct = swings(table, len(who))
    family = blocking_of(circuit, threshold=threshold)["product:chip"].coalitions
    found = deciding(family, most_groups=24, most_work=10**6)
    for i, name in enumerate(who):
        banzhaf = found[name].banzhaf if name in found else 0.0
        order = found[name].shapley if name in found else 0.0
        assert (banzhaf, order) == pytest.approx((banzhaf_of(direct)[i], shapley_of(direct)[i]))


def test_thirty_alike_are_counted_exactly():
    many = [f"C{n:02}" for n in range(30)]
    world = small_world(
        {"wide": dict.fromkeys(many, 1 / 30), "one": {"US": 1.0}}, routes={"chip": ["wide", "one"]}
    )
    found = coalition_powers(world, "product:chip", draws=50)
    assert found.blocking.complete
    assert "indices" not in found.sampled
    by = {member.provider: member for member in found.members}
    # US decides unless all thirty refuse; one of thirty decides if the other 29 do, US not.
    assert by["US"].banzhaf.value == pytest.approx(1 - 2**-30)
    assert by["C00"].banzhaf.value == pytest.approx(2**-30)
    # In a random order of 31, one of the thirty is last of them with US behind it: 1/30 x 1/31.
    assert by["C00"].shapley.value == pytest.approx(1 / 30 / 31)
    assert by["US"].shapley.value == pytest.approx(30 / 31)
    assert found.plans.number == 30
    assert by["US"].betweenness == 1.0
    assert by["C00"].betweenness == pytest.approx(1 / 30)


def test_seventy_alike_with_a_share_that_denies_are_counted_by_how_many():
    many = {"BIG": 0.4, "MID": 0.2} | {f"C{n:02}": 0.4 / 70 for n in range(70)}
    world = small_world({"wide": many, "eda": {"US": 1.0}}, routes={"chip": ["wide", "eda"]})
    found = coalition_powers(world, "product:chip", threshold=0.6, draws=10)
    assert "indices" not in found.sampled
    # US; BIG and MID; BIG with 35 of 70; MID with all 70.
    assert [(pattern.size, pattern.number) for pattern in found.patterns] == [
        (1, 1), (2, 1), (36, comb(70, 35)), (71, 1),
    ]  # fmt: skip
    by = {member.provider: member for member in found.members}
    assert sum(member.shapley.value for member in found.members) == pytest.approx(1.0)
    # US decides where the others do not deny: BIG and 35 or more, MID and all, or BIG and MID.
    upper = sum(comb(70, k) for k in range(35, 71)) / 2**70
    denied = 0.25 * (0.0 + upper + 2**-70 + 1.0)
    assert by["US"].banzhaf.value == pytest.approx(1 - denied)
    # One of the seventy decides for BIG with 34 others and without US and MID.
    assert by["C07"].banzhaf.value == pytest.approx(comb(69, 34) / 2**69 / 8, rel=1e-9)
    # A plan needs US and (BIG with MID or one of the seventy, or, without BIG, MID and 36).
    assert found.plans.number == 1 + 70 + comb(70, 36)
    assert by["US"].betweenness == pytest.approx(1.0)
    assert by["US"].fussell_vesely == pytest.approx(1 / (comb(70, 35) + 3))


@settings(max_examples=40, deadline=None)
@given(data=st.data(), threshold=st.sampled_from([0.3, 0.5, 0.75, 1.0]))
def test_counting_by_how_many_gives_what_listing_gives(data, threshold):
    kinds = [("A", 1), ("B", 3), ("C", 2), ("D", 2)]
    shares = {}
    for name in ("i0", "i1", "i2"):
        chosen = data.draw(st.lists(st.sampled_from(kinds), min_size=1, unique=True))
        parts = {f"{k}{n}": data.draw(st.integers(1, 4)) if n == 0 else 0
                 for k, size in chosen for n in range(size)}  # fmt: skip
        parts = {who: parts[f"{who[0]}0"] for who in parts}
        shares[name] = {who: part / sum(parts.values()) for who, part in parts.items()}
    world = small_world(shares, routes={"chip/a": ["i0", "i1"], "chip/b": ["i2"]})
    game = chain_game(world, "product:chip", threshold=threshold)
    alike = game.alike()
    family = game.blocking().coalitions
    exact = deciding(family, most_groups=24, most_work=10**6)
    plans = plans_of(family, **LIMITS)
    assert sets(listed(alike.coalitions, 10**4)) == sets(family)
    assert sets(listed(alike.plans, 10**4)) == sets(plans.plans)
    assert alike.plans_number == plans.number
    for who, one in exact.items():
        assert alike.banzhaf[who] == pytest.approx(one.banzhaf)
        assert alike.shapley[who] == pytest.approx(one.shapley)
    between = {who: share for who, share in alike.betweenness().items() if share}
    assert between == pytest.approx(dict(plans.betweenness))


def test_what_is_sampled_says_so():
    many = {f"C{n:02}": (n + 20) / 1035 for n in range(30)}  # all different: nothing to group
    world = small_world({"wide": many, "eda": {"US": 1.0}}, routes={"chip": ["wide", "eda"]})
    found = coalition_powers(world, "product:chip", threshold=0.6, draws=200, seed=3)
    assert not found.blocking.complete
    assert found.sampled == ("indices", "losses")
    assert found.plans.number is None
    by = {member.provider: member for member in found.members}
    assert by["US"].banzhaf_error > 0
    assert sum(member.shapley.value for member in found.members) == pytest.approx(1.0)
    again = coalition_powers(world, "product:chip", threshold=0.6, draws=200, seed=3)
    assert again == found


@settings(max_examples=8, deadline=None)
@given(world=worlds(), threshold=THRESHOLDS, seed=st.integers(0, 5))
def test_samples_are_near_what_is_counted(world, threshold, seed):
    game = chain_game(world, "product:chip", threshold=threshold)
    exact = deciding(game.blocking().coalitions, most_groups=24, most_work=10**6)
    found = sampled_indices(game.blocks, game.providers, draws=600, seed=seed)
    for name, one in found.items():
        counted = exact.get(name)
        assert abs(one.banzhaf - (counted.banzhaf if counted else 0)) < 5.5 * one.banzhaf_error
        assert abs(one.shapley - (counted.shapley if counted else 0)) < 5.5 * one.shapley_error
    value, _ = sampled_shapley(game.losses, len(game.providers), draws=400, seed=seed)
    assert value == pytest.approx(shapley(game.loss_table(game.providers)), abs=0.15)
    assert value.sum() == pytest.approx(game.loss_table(game.providers)[-1])


@settings(max_examples=40, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS)
def test_rows_agree_with_tables(world, threshold):
    circuit = compile_chain(world).cone(["product:chip"])
    who = refusers(circuit)
    ask = {"threshold": threshold, "reading": "bold", "stop_at": 0.5}
    rows = every_coalition(
        lambda refuse: blocked_rows(circuit, who, refuse, **ask)["product:chip"], who, who
    )
    table = blocked_tables(circuit, [(name,) for name in who], **ask)["product:chip"]
    bits = np.unpackbits(table.astype("<u8").view(np.uint8), bitorder="little")
    assert rows.tolist() == bits[: 1 << len(who)].astype(bool).tolist()
