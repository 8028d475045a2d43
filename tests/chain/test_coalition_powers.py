# SPDX-License-Identifier: Apache-2.0
"""Coalitions, plans and indices: by hand, by brute force, and each way against the other."""

from dataclasses import replace
from itertools import chain, combinations, pairwise, permutations
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain import compile_chain, dependence
from chokegraph.chain.alike import listed
from chokegraph.chain.coalitions import blocking_of, refusers
from chokegraph.chain.deciding import _counted, _factored, _transformed, deciding, fussell_vesely
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.game import ChainGame, every_coalition
from chokegraph.chain.graded import at_loss, losses
from chokegraph.chain.indices import banzhaf_of, birnbaum_of, shapley, shapley_of, swings
from chokegraph.chain.loss_table import loss_table
from chokegraph.chain.parts import take_apart
from chokegraph.chain.plans import plans_of
from chokegraph.chain.sampled import sampled_indices, sampled_shapley
from chokegraph.chain.search import blocked_rows
from chokegraph.chain.truth import blocked_tables, complement, minimal_members, upwards
from chokegraph.chain.weigh import chain_game, coalition_powers
from chokegraph.errors import FindingsError
from chokegraph.world.model import Link, Need

from .worlds import worlds

LIMITS = {"most_groups": 24, "most_kept": 2000, "most_listed": 5000}
THRESHOLDS = st.sampled_from([None, 0.3, 0.5, 0.75, 1.0])


def sets(coalitions) -> set[frozenset[str]]:
    return {frozenset(coalition) for coalition in coalitions}


def subsets(members):
    members = sorted(members)
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


def smallest(families) -> set[frozenset[str]]:
    return {one for one in families if not any(other < one for other in families)}


def transversals(family) -> set[frozenset[str]]:
    """All smallest sets that meet every set, by trying every one."""
    members = {m for one in family for m in one}
    meets = {frozenset(s) for s in subsets(members) if all(set(s) & set(one) for one in family)}
    return smallest(meets)


@st.composite
def families(draw, *, names="ABCDEFG"):
    """Random minimal families: any monotone function of AND and OR has exactly one."""
    some = draw(st.lists(st.frozensets(st.sampled_from(names), min_size=1), max_size=6))
    return [tuple(sorted(one)) for one in smallest(set(some))]


def test_the_toy_by_hand():
    found = coalition_powers(toy_world(), "product:chip", chance=0.25)
    assert sets(found.blocking.coalitions) == {frozenset({"JP", "NL"}), frozenset({"DE", "JP"})}
    assert sets(found.plans.plans) == {frozenset({"JP"}), frozenset({"DE", "NL"})}
    assert found.plans.complete
    assert found.pairs == (("DE", "JP"), ("JP", "NL"))
    assert found.single_points == ()
    assert found.exact
    by = {member.provider: member for member in found.members}
    assert set(by) == {"DE", "JP", "NL"}
    assert [by[c].banzhaf.value for c in ("JP", "NL", "DE")] == [3 / 4, 1 / 4, 1 / 4]
    # Of the six orders, JP blocks in all in which it is not first: four. NL only in NL after JP
    # and before DE: one; DE likewise.
    assert [by[c].shapley.value for c in ("JP", "NL", "DE")] == pytest.approx([4 / 6, 1 / 6, 1 / 6])
    # Each other refuses with a quarter: JP decides unless both others supply, 1 - 9/16; NL if JP
    # refuses and DE does not, 1/4 x 3/4.
    assert by["JP"].birnbaum.value == pytest.approx(7 / 16)
    assert by["NL"].birnbaum.value == pytest.approx(3 / 16)
    # JP refuses and one of the others does; of these seven sixteenths of JP's, four are with NL.
    assert by["JP"].fussell_vesely_at == 1.0
    assert by["NL"].fussell_vesely_at == pytest.approx(4 / 7)
    assert [by[c].fussell_vesely for c in ("JP", "NL", "DE")] == [1.0, 0.5, 0.5]
    assert [by[c].betweenness for c in ("JP", "NL", "DE")] == [0.5, 0.5, 0.5]
    assert by["JP"].pairs == ("DE", "NL")
    # Losses: NL alone takes 3/4 of litho, JP 1/4 of it and half of the wafers, DE half of these.
    assert [by[c].lost_alone.value for c in ("JP", "NL", "DE")] == [0.5, 0.75, 0.5]
    # By hand over the six orders: JP adds .5 .5 .25 .5 .5(after DE: litho 1/4) .25 ...
    value = {"": 0, "DE": 0.5, "JP": 0.5, "NL": 0.75, "DEJP": 1, "DENL": 0.75, "JPNL": 1,
             "DEJPNL": 1}  # fmt: skip
    mean = {"DE": 0.0, "JP": 0.0, "NL": 0.0}
    for order in permutations(mean):
        for at, who in enumerate(order):
            before, after = sorted(order[:at]), sorted(order[: at + 1])
            mean[who] += (value["".join(after)] - value["".join(before)]) / 6
    assert [by[c].loss_share.value for c in mean] == pytest.approx(list(mean.values()))


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


@settings(max_examples=40, deadline=None)
@given(world=worlds(complete=False), tau=st.sampled_from([0.1, 0.25, 0.5, 0.8, 1.0]))
def test_graded_coalitions_are_those_whose_loss_reaches_tau(world, tau):
    circuit = compile_chain(world).cone(["product:chip"])
    who = refusers(circuit)
    value = loss_table(circuit, "product:chip", who)
    rows = every_coalition(lambda refuse: losses(circuit, "product:chip", who, refuse), who, who)
    assert value == pytest.approx(rows)
    found = blocking_of(at_loss(circuit, "product:chip", tau))["product:chip"]
    reached = [c for c in range(1 << len(who)) if value[c] >= tau - 1e-6]
    least = [c for c in reached if not any(d != c and d & c == d for d in reached)]
    assert sets(found.coalitions) == {
        frozenset(who[i] for i in range(len(who)) if c >> i & 1) for c in least
    }


@settings(max_examples=20, deadline=None)
@given(world=worlds(complete=False))
def test_losses_of_one_are_its_dependence(world):
    alone = dependence(world, "product:chip")
    for member in coalition_powers(world, "product:chip").members:
        if member.provider in alone:
            assert member.lost_alone.value == pytest.approx(alone[member.provider].value)


def weak_world():
    """A need of strength 0.6 loses at most 0.6, however much of it is refused."""
    return small_world(
        {"scanner": {"NL": 1.0}, "optics": {"DE": 0.5, "JP": 0.5}},
        routes={"chip": ["scanner"]},
        links=[Link("optics", "needed_by", "scanner", essentiality=0.6)],
    )


def test_a_weaker_need_loses_less():
    assert [
        coalition_powers(weak_world(), "product:chip", tau=tau).blocking.coalitions
        for tau in (0.2, 0.3, 0.5, 0.6, 0.7)
    ] == [
        (("DE",), ("JP",), ("NL",)),
        (("DE",), ("JP",), ("NL",)),
        (("NL",), ("DE", "JP")),
        (("NL",), ("DE", "JP")),
        (("NL",),),
    ]


def test_losses_beyond_the_cache_block():
    who = [f"C{n:02}" for n in range(16)]
    shares = {
        "wide": dict.fromkeys(who, 1 / 16),
        "low": {"C00": 0.5, "C01": 0.5},
        "high": {"C14": 0.3, "C15": 0.7},
    }
    world = small_world(shares, routes={"chip": ["wide", "low", "high"]})
    circuit = compile_chain(world)
    value = loss_table(circuit, "product:chip", who)
    rows = every_coalition(lambda refuse: losses(circuit, "product:chip", who, refuse), who, who)
    assert value == pytest.approx(rows)
    assert shapley(value).sum() == pytest.approx(1.0)


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


@settings(max_examples=40, deadline=None)
@given(world=worlds(complete=False), threshold=THRESHOLDS)
def test_readings_are_ordered(world, threshold):
    """What blocks in the cautious reading blocks in the figures, and that in the bold one."""
    found = coalition_powers(world, "product:chip", threshold=threshold)
    chain_ = [found.readings[name].coalitions for name in ("cautious", "figures", "bold")]
    for narrow, wide in pairwise(chain_):
        assert all(any(set(w) <= set(n) for w in wide) for n in narrow)
    for coalition in found.readings["cautious"].coalitions:
        assert found.sure(coalition) == "certain"
    for member in found.members:
        for span in (member.banzhaf, member.shapley, member.loss_share):
            assert span.low <= span.value <= span.high


def test_only_some_may_refuse():
    game = chain_game(toy_world(), "product:chip", members=["JP", "DE"])
    assert game.providers == ("DE", "JP")
    found = coalition_powers(toy_world(), "product:chip", members=["JP", "DE"])
    assert found.blocking.coalitions == (("DE", "JP"),)
    assert found.plans.plans == (("DE",), ("JP",))


def test_the_target_is_not_counted():
    found = coalition_powers(toy_world(), "product:chip", target="JP")
    assert found.blocking.coalitions == ()
    assert found.plans.plans == ((),)
    assert found.plans.number == 1
    assert {member.provider for member in found.members} == {"DE", "NL"}
    assert all(member.shapley.value == 0.0 for member in found.members)
    assert found.lost_to_all.value == 0.75


def test_what_is_out_of_reach_anyhow_is_lost_to_nobody():
    world = small_world({"etch": {"US": 0.5, "JP": 0.5}}, routes={"chip": ["etch"]})
    world = replace(world, needs=(Need("chip", "etch", 1.0, 9.0),))
    found = coalition_powers(world, "product:chip")  # nobody has a grade: each may reach it
    assert found.readings["cautious"].coalitions == (("JP", "US"),)
    assert found.readings["bold"].coalitions == ((),)
    by = {member.provider: member for member in found.members}
    assert (by["US"].lost_alone.low, by["US"].lost_alone.value) == (0.0, 0.5)
    assert found.lost_to_all.low == 0.0


def test_what_nobody_makes_has_no_plan():
    game = ChainGame("input:a", compile_chain(small_world({"a": {"CN": 0.0}}, routes={})))
    assert game.blocking().coalitions == (("ZZ",),)
    assert plans_of([()], **LIMITS).number == 0
    assert deciding([()], most_groups=24, most_work=100) == {}


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        ({"goal": "product:chips"}, "nothing in the world is called 'product:chips'"),
        ({"goal": "product:chip", "members": ["US"]}, "member 'US' supplies nothing"),
        ({"goal": "product:chip", "target": "JP", "members": ["JP"]}, "belongs to the target"),
        (
            {"goal": "product:chip", "threshold": 1.5, "tau": -1.0},
            "(?s)threshold is 1.5.*tau is -1",
        ),
    ],
)
def test_mistakes_are_findings(ask, message):
    with pytest.raises(FindingsError, match=message):
        coalition_powers(toy_world(), **ask)
