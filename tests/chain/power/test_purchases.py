# SPDX-License-Identifier: Apache-2.0
"""From whom the target buys: local share, world shares, grades, and what nobody attributes."""

import numpy as np
import pytest
from hypothesis import given, settings

from chain.worlds import grade_statement, statement, worlds
from chokegraph.chain.examples import small_world
from chokegraph.chain.power.purchases import Buyer
from chokegraph.world import load_world
from chokegraph.world.model import Estimate


def buyer(world, draws=200, target="CN", level="country", seed=4):
    return Buyer(world, target, level, draws, seed)


def figures(found):
    return dict(zip(found.providers, found.shares[:, 0].round(9).tolist(), strict=True))


def test_world_shares_stand_in_where_no_local_share_is_published():
    world = small_world({"a": {"JP": 0.6, "CN": 0.1}}, routes={})
    assert figures(buyer(world).buys("a")) == {"JP": 0.6, "CN": 0.1, "ZZ": 0.3}


def test_a_published_local_share_decides_and_the_rest_is_divided_by_world_shares():
    local = statement("s1", "input:a", "local_share", "country:CN", 0.5, 0.4, 0.6)
    world = small_world({"a": {"JP": 0.6, "CN": 0.1}}, routes={}, statements=[local])
    found = buyer(world).buys("a")
    assert figures(found) == pytest.approx({"JP": 1 / 3, "CN": 0.5, "ZZ": 1 / 6})
    own = found.shares[found.own].sum(axis=0)[1:]
    assert np.quantile(own, [0.05, 0.95]) == pytest.approx([0.4, 0.6], abs=0.03)
    assert found.statement_ids == ("s1",)


def test_a_target_that_no_table_names_still_supplies_itself_what_is_published():
    local = statement("s1", "input:a", "local_share", "country:CN", 0.2, 0.2, 0.2)
    world = small_world({"a": {"JP": 1.0}}, routes={}, statements=[local])
    assert figures(buyer(world).buys("a")) == pytest.approx({"CN": 0.2, "JP": 0.8, "ZZ": 0.0})


def test_an_input_without_any_share_is_bought_from_who_knows_whom():
    world = small_world({"a": {"JP": None}}, routes={})
    found = buyer(world).buys("a")
    assert figures(found) == {"JP": 0.0, "ZZ": 1.0}
    named = found.shares[0, 1:]
    assert named.min() < 0.1
    assert named.max() > 0.9


def test_who_does_not_reach_the_grade_does_not_supply_it():
    grades = [
        grade_statement("a", "JP", 5.0, 5.0, 5.0),
        grade_statement("a", "CN", 2.0, 1.0, 3.0),
        grade_statement("a", "KR", 4.0, 3.0, 5.0),
    ]
    world = small_world({"a": {"JP": 0.5, "CN": 0.3, "KR": 0.2}}, routes={}, statements=grades)
    found = buyer(world, draws=400).buys("a", 4.5)
    shares = dict(zip(found.providers, found.shares, strict=True))
    assert shares["JP"][0] == 1.0
    assert (shares["CN"][1:] == 0.0).all()
    # Korea's grade may reach 4.5: in the draws that have it so, it supplies.
    assert 0.1 < (shares["KR"][1:] > 0.0).mean() < 0.3


def test_an_unknown_grade_reaches_it_in_half_of_the_draws_and_in_the_figures():
    world = small_world({"a": {"JP": 0.5, "KR": 0.5}}, routes={})
    shares = buyer(world, draws=600).buys("a", 3.0).shares
    assert shares[0, 0] == 0.5
    assert (shares[0, 1:] > 0.0).mean() == pytest.approx(0.5, abs=0.07)
    # Where neither reaches it, somebody unknown supplies.
    neither = (shares[0, 1:] == 0.0) & (shares[1, 1:] == 0.0)
    assert (shares[2, 1:][neither] == 1.0).all()


@settings(max_examples=25, deadline=None)
@given(worlds(complete=False))
def test_shares_add_up_in_every_draw_and_none_is_negative(world):
    one = buyer(world, draws=20)
    for input_id in world.inputs:
        for grade in (None, 2.0):
            shares = one.buys(input_id, grade).shares
            assert shares.sum(axis=0) == pytest.approx(np.ones(21))
            assert (shares >= 0.0).all()


def test_shares_of_the_whole_chain_add_up_and_keep_their_unknown_rest():
    world = load_world()
    one = buyer(world, draws=50)
    for input_id, share in world.country_shares.items():
        found = one.buys(input_id)
        assert found.shares.sum(axis=0) == pytest.approx(np.ones(51)), input_id
        assert (found.shares >= 0.0).all(), input_id
        if share.remainder.value and not found.own.all():
            assert found.providers[-1] == "ZZ"
            assert found.shares[-1, 0] > 0.0 or found.shares[found.own, 0].sum() == 1.0


def test_the_first_draws_do_not_depend_on_how_many_there_are():
    world = load_world()
    few, many = buyer(world, draws=5), buyer(world, draws=40)
    for input_id in list(world.country_shares)[:20]:
        assert (few.buys(input_id).shares == many.buys(input_id).shares[:, :6]).all()


def test_intervals_of_shares_are_kept():
    world = small_world({"a": {"JP": 0.6, "US": 0.4}}, routes={})
    wide = world.country_shares["a"].shares | {"JP": Estimate(0.6, 0.4, 0.8)}
    world.country_shares["a"].shares.update(wide)
    drawn = buyer(world, draws=2000).buys("a").shares[0, 1:]
    low, high = np.quantile(drawn, [0.05, 0.95])
    assert low == pytest.approx(0.4 / 0.8, abs=0.02)  # what is drawn is divided by the sum
    assert high == pytest.approx(0.8 / 1.2, abs=0.02)
