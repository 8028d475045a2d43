# SPDX-License-Identifier: Apache-2.0
"""From the world's facts to arrays: accounting, grades, and what is left unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chokegraph.errors import FindingsError
from chokegraph.response.fact_view import FactView, load_assumptions
from chokegraph.response.params import sample_params
from chokegraph.response.start import constants
from chokegraph.response.start_purchases import buyers
from chokegraph.response.start_shares import fit_tiers, home_share, split_markets
from chokegraph.response.state import Band
from chokegraph.response.structure import build_structure
from chokegraph.response.toy import toy_structure
from chokegraph.study.law import tier_parts
from chokegraph.world import load_world


@pytest.fixture(scope="module")
def built():
    return build_structure(load_world("builtin@2024"), coalition=("US", "JP", "NL"))


def test_a_frontier_whose_pace_no_ladder_shows_moves_as_the_prior_says(built):
    structure = built.structure
    unknown = np.isnan(structure.pace.mid)
    bare = [len(grades) == 0 for grades, _ in structure.ladders]
    assert unknown.tolist() == bare
    assert "mask-aligners" in np.array(structure.inputs)[unknown]
    pace = sample_params(structure, draws=5, seed=1).values["frontier_pace"]
    assert (pace[:, unknown] == pace[:, unknown][:, :1]).all()
    assert (pace[:, unknown] > 0.1).all()


def test_the_last_step_of_a_ladder_counts_however_long_it_took(built):
    place = built.structure.inputs.index("polysilicon-electronic")
    assert built.structure.pace.mid[place] == pytest.approx(1 / (2015 - 2001))


def test_purchases_that_are_not_known_weigh_by_the_middle_of_their_bounds_everywhere():
    toy = toy_structure()
    assert (toy.purchases == toy.demand.mid).all()
    assert toy.notes == ()
    mid, low, high = (part.copy() for part in (toy.demand.mid, toy.demand.low, toy.demand.high))
    mid[:, 2], low[:, 2], high[:, 2] = np.nan, 100.0, 400.0
    some = replace(toy, demand=Band(mid, low, high))
    assert (some.purchases[:, 2] == 250.0).all()
    (said,) = some.notes
    assert said.endswith("weighed by the middle: etcher")
    assert tier_parts(some)[:, 2].tolist() == pytest.approx([1 / 3] * 3)
    known = replace(toy, demand=Band.point(some.purchases))
    weights = (constants(each)["value_weight"] for each in (some, known))
    np.testing.assert_allclose(*weights)
    drawn = sample_params(some, draws=4000, seed=1).values["demand"][:, 0, 2]
    assert np.median(drawn) == pytest.approx(250.0, rel=0.02)


def test_the_coalitions_interval_is_that_of_the_assumptions(built):
    names = ("coalition_listed_least", "coalition_unlisted_most")
    least, most = (load_assumptions()[name].value for name in names)
    view = FactView(load_world("builtin@2024"), "CN", ("US", "JP", "NL"))
    parts = buyers(view)
    room = 1 - parts.mid[0]
    listed = parts.mid[1]
    np.testing.assert_allclose(parts.low[1], least * listed, atol=1e-12)
    np.testing.assert_allclose(parts.high[1], listed + most * (room - listed), atol=1e-12)
    assert not np.isnan(parts.mid).any()


def test_home_share_uses_the_published_figure_when_there_is_one():
    assert home_share(0.1, buyer_share=0.4, home_sales=0.95, published=0.12) == 0.12
    assert home_share(0.1, buyer_share=0.4, home_sales=1.0, published=None) == pytest.approx(0.25)
    assert home_share(0.9, buyer_share=0.1, home_sales=1.0, published=None) == 1.0


unit = st.floats(0.0, 1.0, allow_nan=False)


@given(arrays(float, 5, elements=unit), unit, st.floats(0.01, 0.99))
def test_markets_leave_nobody_negative_and_nobody_above_all(raw, home, buyer_share):
    share = raw / max(raw.sum(), 1.0)
    markets = split_markets(share, home=home, buyer_share=buyer_share)
    for part in (markets.target, markets.rest):
        assert (part >= 0).all()
        assert part.sum() <= 1 + 1e-9


def test_markets_add_up_to_the_world_when_the_target_sells_only_at_home():
    share = np.array([0.08, 0.5, 0.3, 0.1])
    markets = split_markets(share, home=0.08 / 0.4, buyer_share=0.4)
    mean = 0.4 * markets.target + 0.6 * markets.rest
    assert mean == pytest.approx(share)
    assert markets.rest[0] == pytest.approx(0.0)


@given(arrays(float, 4, elements=unit), arrays(float, 3, elements=st.floats(0.05, 1.0)), st.data())
def test_no_tier_is_served_above_grade_and_tiers_add_up(raw, parts, data):
    share = raw / max(raw.sum(), 1e-9) if raw.sum() > 0 else raw
    tier = parts / parts.sum()
    reach = data.draw(arrays(int, 4, elements=st.integers(0, 3)))
    able = np.arange(3)[:, None] < reach[None, :]
    within = fit_tiers(share, tier, able)
    assert (within[~able] == 0).all()
    assert (within >= 0).all()
    served = (within > 0).any(axis=1)
    assert within[served].sum(axis=1) == pytest.approx(min(share.sum(), 1.0), abs=1e-6)


def test_the_builtin_world_becomes_sound_arrays(built):
    structure = built.structure
    assert structure.findings() == []
    assert len(structure.inputs) >= 120
    assert structure.countries[0] == "CN"
    assert structure.countries[-1] == "ZZ"
    assert len(structure.countries) == 12
    assert np.nansum(structure.share.mid, axis=1).max() <= 1 + 1e-9
    assert set(built.statement_ids) <= set(load_world("builtin@2024").statements)


def test_every_route_needs_something_and_reaches_only_known_inputs(built):
    assert (built.structure.requirement.max(axis=1) > 0).all()


def test_who_is_below_the_grade_serves_nobody_in_that_tier(built):
    s = built.structure
    best = np.where(np.isnan(s.capability.mid), s.capability.high, s.capability.mid)
    below = best[None] < s.asked.mid[:3, None] - 0.25
    assert np.nan_to_num(s.share.mid[:3])[below].max() == 0


def test_a_named_provider_without_a_figure_stays_unknown_with_bounds(built):
    s = built.structure
    unknown = np.isnan(s.share.mid)
    assert unknown.any()
    assert (s.share.high[unknown] > 0).all()


def test_bad_requests_are_refused_with_all_reasons():
    with pytest.raises(FindingsError) as caught:
        build_structure(load_world(), target="CN", coalition=("CN", "QQ"))
    assert len(caught.value.findings) == 2
