# SPDX-License-Identifier: Apache-2.0
"""From the world's facts to arrays: accounting, grades, and what is left unknown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chokegraph.errors import FindingsError
from chokegraph.response.params import sample_params
from chokegraph.response.start_shares import fit_tiers, home_share, split_markets
from chokegraph.response.structure import build_structure
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
