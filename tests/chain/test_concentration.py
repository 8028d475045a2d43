# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain import (
    blocking_coalitions,
    coalition_share,
    concentration,
    dependence,
    dependent,
    supply_of,
)
from chokegraph.chain.concentration import Interval
from chokegraph.chain.examples import small_world
from chokegraph.chain.geodep import YearFigures, year_figures
from chokegraph.chain.presets import preset_value, presets
from chokegraph.errors import FindingsError
from chokegraph.world.model import Estimate, Link, Share

from .worlds import COUNTRIES, statement, worlds


def test_hhi_by_hand():
    world = small_world({"etch": {"US": 0.5, "JP": 0.3, "CN": 0.1}}, routes={})
    found = concentration(world, "etch")
    assert found.hhi.low == pytest.approx(0.35)
    assert found.hhi.high == pytest.approx(0.36)
    assert found.effective.value == pytest.approx(1 / 0.35)
    assert found.top == ("US", 0.5)
    assert found.ratio(2) == pytest.approx(0.8)
    assert found.unnamed.value == pytest.approx(0.1)


def test_nobody_known_is_unknown_and_not_zero():
    world = small_world({"etch": {"US": None}}, routes={})
    found = concentration(world, "etch")
    assert found.hhi.value is None
    assert (found.hhi.low, found.hhi.high) == (0.0, 1.0)
    assert found.top is None
    assert found.ratio(4) is None
    assert found.without_figure == ("US",)
    share = coalition_share(supply_of(world, "etch", level="country"), ["JP"])
    assert share.value is None
    assert (share.low, share.high) == (0.0, 1.0)


def test_the_coalitions_bounds_follow_from_the_others_too():
    world = small_world({"etch": {"US": 0.5, "JP": 0.5}}, routes={})
    shares = {"US": Estimate(0.5, 0.2, 0.8), "JP": Estimate(0.5, 0.45, 0.55)}
    wide = Share("etch", "country", 2024, shares, Estimate(0.0, 0.0, 0.0))
    supply = supply_of(replace(world, country_shares={"etch": wide}), "etch", level="country")
    share = coalition_share(supply, ["US"])
    # All is attributed, so the US holds what JP does not: 0.45 to 0.55.
    assert share.low == pytest.approx(0.45)
    assert share.high == pytest.approx(0.55)


@settings(max_examples=80, deadline=None)
@given(world=worlds(complete=False), data=st.data())
def test_shares_of_a_coalition_and_of_its_complement_add_up(world, data):
    inside = data.draw(st.sets(st.sampled_from(COUNTRIES)))
    for input_id in world.country_shares:
        supply = supply_of(world, input_id, level="country")
        one = coalition_share(supply, inside)
        other = coalition_share(supply, set(COUNTRIES) - inside)
        assert 0.0 <= one.low <= (one.value or 0.0) + 1e-12
        assert one.high <= 1.0
        assert one.high + other.low == pytest.approx(1.0)


@settings(max_examples=80, deadline=None)
@given(world=worlds(complete=False))
def test_hhi_bounds(world):
    for input_id in world.country_shares:
        found = concentration(world, input_id)
        count = len(world.country_shares[input_id].shares)
        named = sum(share for _, share in found.ranked)
        assert found.hhi.low <= found.hhi.high <= 1.0
        assert found.hhi.low >= named * named / count - 1e-12  # equal shares are the least


def test_dependence_on_hand_made_years():
    high, low = Interval(0.6, 0.5, 0.7), Interval(0.2, 0.1, 0.3)
    open_ = Interval(None, 0.1, 0.9)
    ratio = Interval(3.0, 2.0, 4.0)
    yes = [YearFigures(y, high, high, ratio) for y in (2022, 2023)]
    no = YearFigures(2024, low, high, ratio)
    assert dependent([*yes, no]) is True
    assert dependent([yes[0], no, replace(no, year=2025)]) is False
    assert dependent([yes[0], no, YearFigures(2025, open_, high, ratio)]) is None
    assert dependent([yes[0]]) is None  # two years are missing: cannot tell
    assert dependent([replace(no, year=y) for y in (2022, 2023)]) is False
    old = [replace(row, year=row.year - 10) for row in yes]
    assert dependent([*old, no, replace(no, year=2025), replace(no, year=2026)]) is False


def test_every_threshold_has_unit_meaning_and_source():
    for rows in presets().values():
        for preset in rows.values():
            assert preset.unit
            assert preset.meaning
            assert preset.source
            assert preset.grade in "ABCDX"
    with pytest.raises(FindingsError, match="no threshold map/tau"):
        preset_value("tau")


def test_dependence_goes_through_the_chain_and_its_alternatives():
    world = small_world(
        {
            "scanner": {"NL": 0.8, "JP": 0.2},
            "optics": {"DE": 0.9, "JP": 0.1},
            "imprint": {"JP": 0.6, "AT": 0.4},
        },
        groups=["litho"],
        routes={"chip": ["litho"]},
        links=[
            Link("optics", "needed_by", "scanner"),
            Link("scanner", "variant_of", "litho"),
            Link("imprint", "variant_of", "litho"),
        ],
    )
    scanner = dependence(world, "input:scanner")
    assert scanner["DE"].value == pytest.approx(0.9)
    assert scanner["NL"].value == pytest.approx(0.8)
    assert scanner["JP"].value == pytest.approx(0.2)  # the worse of 0.2 and 0.1
    litho = dependence(world, "product:chip")
    assert set(litho) == {"JP"}  # whoever else refuses, one variant is untouched
    assert litho["JP"].value == pytest.approx(0.2)
    with pytest.raises(FindingsError, match="nothing in the world"):
        dependence(world, "input:nothing")


def test_dependence_is_bounded_where_little_is_known():
    world = small_world({"etch": {"US": None, "JP": 0.5}}, routes={"chip": ["etch"]})
    found = dependence(world, "product:chip")
    assert (found["US"].low, found["US"].high) == (0.0, pytest.approx(0.5))
    assert found["JP"].value == pytest.approx(0.5)
    assert dependence(world, "product:chip", target="JP").keys() == {"US"}


@settings(max_examples=60, deadline=None)
@given(world=worlds(complete=False))
def test_who_can_deny_alone_is_fully_depended_on(world):
    found = dependence(world, "product:chip")
    blocking = blocking_coalitions(world, "product:chip")
    for provider in blocking.single_points:
        assert found[provider].high > 0.98
    for lost in found.values():
        assert 0.0 <= lost.low <= lost.value + 1e-12 <= lost.high + 2e-12 <= 1.0 + 3e-12


def test_year_figures_by_hand():
    world = small_world(
        {"etch": {"US": 0.5, "JP": 0.3, "CN": 0.2}},
        routes={},
        statements=[
            statement("b", "input:etch", "buyer_share", "country:CN", 0.4, 0.4, 0.4),
            statement("l", "family:lithography", "local_share", "country:CN", 0.25, 0.25, 0.25),
        ],
    )
    found = year_figures(world, "etch")
    assert found.hhi_to_target.value == pytest.approx((0.25 + 0.09) / 0.64)
    assert found.hhi_world.low == pytest.approx(0.38)
    # Buys 0.4 of the world's, 0.3 of it abroad; makes 0.2, of which 0.1 stays at home.
    assert found.imports_over_exports.value == pytest.approx(3.0)
    years = [replace(found, year=year) for year in (2022, 2023, 2024)]
    assert dependent(years) is False  # world supply is just not concentrated enough
    bare = year_figures(small_world({"etch": {"US": 0.9}}, routes={}), "etch")
    assert bare.imports_over_exports.value is None
    assert dependent([replace(bare, year=year) for year in (2022, 2023, 2024)]) is None


@pytest.mark.parametrize("made", [0.5, 0.7])
def test_who_buys_nothing_abroad_depends_on_nobody_there(made):
    """All of its purchases, half the world's, are made at home; then it may sell nothing abroad."""
    world = small_world(
        {"resist": {"US": 1.0 - made, "CN": made}},
        routes={},
        statements=[
            statement("b", "input:resist", "buyer_share", "country:CN", 0.5, 0.5, 0.5),
            statement("l", "input:resist", "local_share", "country:CN", 1.0, 1.0, 1.0),
        ],
    )
    found = year_figures(world, "resist")
    assert found.imports_over_exports == Interval(0.0, 0.0, 0.0)
    assert dependent([replace(found, year=year) for year in (2022, 2023, 2024)]) is False


def test_who_sells_nothing_abroad_and_buys_there_has_no_limit():
    world = small_world(
        {"resist": {"US": 0.75, "CN": 0.25}},
        routes={},
        statements=[
            statement("b", "input:resist", "buyer_share", "country:CN", 0.5, 0.5, 0.5),
            statement("l", "input:resist", "local_share", "country:CN", 0.5, 0.5, 0.5),
        ],
    )
    found = year_figures(world, "resist")
    assert found.imports_over_exports.value == float("inf")
    assert dependent([replace(found, year=year) for year in (2022, 2023, 2024)]) is True
