# SPDX-License-Identifier: Apache-2.0
"""The answer about coalitions: by hand, its readings, who may refuse, and mistakes."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings

from chokegraph.chain import compile_chain
from chokegraph.chain import weigh as weigh_module
from chokegraph.chain.deciding import deciding
from chokegraph.chain.examples import small_world, toy_world
from chokegraph.chain.game import ChainGame
from chokegraph.chain.plans import plans_of
from chokegraph.chain.weigh import chain_game, coalition_powers
from chokegraph.errors import FindingsError
from chokegraph.world.model import Need

from .families import LIMITS, THRESHOLDS, sets
from .worlds import worlds


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


def test_an_index_that_one_reading_does_not_tell_is_not_told(monkeypatch):
    """Birnbaum's index cannot be counted in every game; not told is not 0."""
    real = weigh_module.count_game

    def count(game, **how):
        found = real(game, **how)
        if game is not games["bold"]:
            return found
        ones = {name: replace(one, birnbaum=None) for name, one in found.ones.items()}
        return replace(found, ones=ones)

    games = {name: chain_game(toy_world(), "product:chip") for name in ("figures", "bold")}
    told = weigh_module.weigh(games, chance=0.3).members
    monkeypatch.setattr(weigh_module, "count_game", count)
    untold = weigh_module.weigh(games, chance=0.3).members
    assert all(one.birnbaum is not None and one.birnbaum.low > 0.0 for one in told)
    assert all(one.birnbaum is None for one in untold)
    assert [one.banzhaf for one in untold] == [one.banzhaf for one in told]
    assert all(one.birnbaum is None for one in weigh_module.weigh(games).members)
