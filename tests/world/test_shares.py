# SPDX-License-Identifier: Apache-2.0
"""Shares: known answers on the small world, and what holds for any statements."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.errors import FindingsError
from chokegraph.world import Firm, Statement, estimate, load_world, share_matrix
from chokegraph.world.attribution import by_operation
from chokegraph.world.estimates import selection_table
from chokegraph.world.shares import build_shares

DATA = Path(__file__).parent / "data"
COUNTER = itertools.count()


def stated(provider, value, year=2024, *, source="s", low=None, high=None, grade="C", prop=None):
    """A statement on input `a`; the interval is the value itself unless given."""
    return Statement(
        statement_id=f"{next(COUNTER):012x}",
        subject_id="input:a",
        property=prop or ("provides" if value is None else "provision_share"),
        object_id=provider if ":" in provider else f"country:{provider}",
        value=value,
        unit="fraction",
        low=value if low is None else low,
        high=value if high is None else high,
        interval_kind="rule",
        dist="",
        period_start=str(year),
        period_end=str(year),
        obs_status="A",
        source_id=source,
        locator="",
        original_value="",
        method="",
        derived_from=(),
        grade=grade,
        accessed="2026-11-22",
        note="",
    )


def share(*statements, year=2024, level="country", firms=None, selections=()):
    shares = build_shares(["a"], statements, selection_table(selections), firms or {}, level, year)
    return shares.get("a")


def values(one):
    return {name: estimate.value for name, estimate in one.shares.items()}


def test_the_remainder_is_what_is_left_as_an_interval(small):
    wet = small.country_shares["scanner-wet"]
    assert values(wet) == {"NL": 0.8, "JP": 0.15, "CN": None}
    assert wet.remainder.value == pytest.approx(0.05)
    assert wet.remainder.low == pytest.approx(max(0, 1 - 0.82 - 0.17 - 0.03))
    assert wet.remainder.high == pytest.approx(1 - 0.78 - 0.13)


def test_a_provider_named_without_a_figure_is_unknown_not_zero(small):
    china = small.country_shares["scanner-wet"].shares["CN"]
    assert china.value is None
    assert (china.low, china.high) == (0.0, 0.03)


def test_a_stated_zero_is_zero(small):
    china = small.country_shares["scanner-dry"].shares["CN"]
    assert china.value == 0.0
    matrix = share_matrix(small)
    row, column = matrix.provider_index["CN"], matrix.input_index["scanner-dry"]
    assert matrix.value[row, column] == 0.0


def test_the_nearest_earlier_year_is_used_and_carried():
    rows = [stated("NL", 0.7, 2019), stated("NL", 0.8, 2023), stated("NL", 0.9, 2026)]
    assert share(*rows, year=2024).shares["NL"].year == 2023
    assert share(*rows, year=2019).shares["NL"].value == 0.7
    assert share(*rows, year=2010).shares["NL"].year == 2019
    assert share(*rows, year=2030).shares["NL"].value == 0.9


def test_a_world_seen_at_another_year():
    folder = f"package:{DATA / 'small'}"
    assert load_world(folder, year=2019).country_shares["scanner-wet"].shares["NL"].value == 0.7
    assert load_world(f"{folder}@2020").country_shares["scanner-wet"].year == 2019
    assert load_world(f"{folder}@2020", year=2024).year == 2024


def test_figures_of_one_source_are_taken_together():
    rows = [
        stated("JP", 0.6, source="full"),
        stated("US", 0.3, source="full"),
        stated("JP", 0.9, source="single"),
        stated("DE", 0.2, source="single"),
    ]
    one = share(*rows)
    assert one.shares["JP"].value == 0.6
    # Germany's 0.2 does not fit beside 0.9: it is named, with at most what is left.
    assert one.shares["DE"].value is None
    assert one.shares["DE"].high == pytest.approx(0.1)


def test_another_source_fills_what_fits():
    rows = [
        stated("JP", 0.6, source="a"),
        stated("US", 0.3, source="a"),
        stated("DE", 0.1, source="b"),
    ]
    assert values(share(*rows)) == {"JP": 0.6, "US": 0.3, "DE": 0.1}
    assert share(*rows).remainder.value == pytest.approx(0)


def test_another_year_fills_what_fits_and_keeps_its_year():
    rows = [stated("CN", 0.1, 2024), stated("JP", 0.7, 2019), stated("CN", 0.05, 2019)]
    one = share(*rows)
    assert values(one) == {"JP": 0.7, "CN": 0.1}
    assert one.shares["JP"].year == 2019
    assert one.year == 2019  # the year of most of the figures


def test_a_selection_decides_and_its_source_leads():
    full = [stated("JP", 0.6, source="full"), stated("US", 0.3, source="full")]
    other = [stated("JP", 0.9, source="single")]
    from chokegraph.world import Selection

    chosen = Selection(
        "input:a", "provision_share", "country:JP", 2024, other[0].statement_id, "because"
    )
    one = share(*full, *other, selections=[chosen])
    assert one.shares["JP"].value == 0.9
    assert one.shares["US"].value is None
    assert one.shares["US"].high == pytest.approx(0.1)


def test_various_countries_belong_to_the_remainder(small):
    resist = small.country_shares["resist"]
    assert "ZZ" not in resist.shares
    (various,) = resist.remainder.statement_ids
    assert small.statements[various].object_id == "country:ZZ"


def test_countries_are_only_bounded_where_only_firms_have_figures():
    firms = {"f": Firm("f", "F", "NL", "", ""), "g": Firm("g", "G", "NL", "", "")}
    rows = [stated("firm:f", 0.5), stated("firm:g", 0.2)]
    one = share(*rows, firms=firms)
    assert one.shares["NL"].value is None
    assert (one.shares["NL"].low, one.shares["NL"].high) == (0.7, 1.0)
    assert share(*rows, firms=firms, level="firm").shares["f"].value == 0.5


def test_firms_move_to_where_they_operate(small):
    moved = by_operation(small.country_shares["cleaner"], small)
    assert moved.shares["US"].value == pytest.approx(0.3)
    assert moved.shares["CN"].value == pytest.approx(0.15)
    assert moved.shares["JP"] == small.country_shares["cleaner"].shares["JP"]
    assert moved.shares["US"].low == pytest.approx(0.38 - 0.11)
    assert "operation" in moved.definition
    assert moved.remainder.value == pytest.approx(small.country_shares["cleaner"].remainder.value)


def test_a_share_may_move_to_a_country_that_no_source_names(small):
    from dataclasses import replace

    firms = {**small.firms, "beta": replace(small.firms["beta"], operating_country="SG")}
    moved = by_operation(small.country_shares["cleaner"], replace(small, firms=firms))
    assert moved.shares["SG"].value == pytest.approx(0.1)
    assert moved.shares["SG"].low == pytest.approx(0.09)
    assert moved.shares["SG"].high == pytest.approx(0.11 + 0.1)  # and its own, up to the remainder
    assert moved.remainder.value == pytest.approx(0.05)


def test_a_firm_without_a_figure_widens_both_countries(small):
    from dataclasses import replace

    firm_share = small.firm_shares["cleaner"]
    beta = replace(firm_share.shares["beta"], value=None, low=0.0, high=0.2)
    world = replace(
        small,
        firm_shares={"cleaner": replace(firm_share, shares={**firm_share.shares, "beta": beta})},
    )
    plain = small.country_shares["cleaner"]
    moved = by_operation(plain, world)
    for country in ("US", "CN"):
        assert moved.shares[country].value == plain.shares[country].value
    assert moved.shares["US"].low == pytest.approx(0.18)
    assert moved.shares["CN"].high == pytest.approx(0.26)


def test_the_matrix_keeps_unknown_apart_from_zero(small):
    matrix = share_matrix(small)
    assert matrix.providers == ("CN", "JP", "NL", "US", "ZZ")
    assert matrix.input_ids == tuple(small.inputs)
    gas = matrix.input_index["mystery-gas"]
    assert np.isnan(matrix.value[:, gas]).all()
    assert (matrix.low[:, gas] == 0).all()
    assert (matrix.high[:, gas] == 1).all()
    assert not matrix.complete[gas]
    dutch = matrix.provider_index["NL"], matrix.input_index["cleaner"]
    assert np.isnan(matrix.value[dutch])
    assert not matrix.named[dutch]
    assert matrix.high[dutch] == pytest.approx(0.1)  # the remainder's bound
    with pytest.raises(ValueError, match="read-only"):
        matrix.value[0, 0] = 1


def test_operating_attribution_in_the_matrix(small):
    plain, moved = share_matrix(small), share_matrix(small, attribution="operating")
    at = moved.provider_index["CN"], moved.input_index["cleaner"]
    assert moved.value[at] == pytest.approx(0.15)
    assert np.nansum(moved.value, axis=0) == pytest.approx(np.nansum(plain.value, axis=0))


def test_estimate_honours_selections_and_carries_the_year(small):
    size = estimate(small, "input:scanner", "market_size")
    assert (size.value, size.year, size.unit) == (26000, 2024, "USD million")
    assert estimate(small, "input:cleaner", "market_size", year=2024).year == 2023
    assert estimate(small, "input:cleaner", "market_size", year=2020).year == 2023
    undated = estimate(small, "input:scanner-wet", "qualification_time")
    assert (undated.value, undated.year) == (4, None)
    assert estimate(small, "input:cleaner", "grade", "country:NL") is None
    unknown = estimate(small, "input:scanner-wet", "provides", "country:CN")
    assert (unknown.value, unknown.known, unknown.high) == (None, False, 0.03)


fractions = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 6))


@st.composite
def many_statements(draw):
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        provider = draw(st.sampled_from(["NL", "JP", "US", "CN", "ZZ"]))
        year = draw(st.sampled_from([2019, 2023, 2024, 2025]))
        source = draw(st.sampled_from(["s1", "s2"]))
        grade = draw(st.sampled_from("ACX"))
        if draw(st.booleans()):
            low, value, high = sorted(draw(fractions) for _ in range(3))
            rows.append(
                stated(provider, value, year, source=source, low=low, high=high, grade=grade)
            )
        else:
            rows.append(stated(provider, None, year, source=source, low=0.0, high=draw(fractions)))
    return rows


@given(many_statements(), st.sampled_from([2018, 2024, 2030]))
def test_bounds_hold_for_any_statements(rows, year):
    one = share(*rows, year=year)
    if one is None:
        assert all(row.object_id == "country:ZZ" for row in rows)
        return
    parts = [*one.shares.values(), one.remainder]
    for part in parts:
        assert 0 <= part.low <= part.high <= 1
        if part.value is not None:
            assert part.low - 1e-12 <= part.value <= part.high + 1e-12
    known = sum(e.value for e in one.shares.values() if e.value is not None)
    if one.complete:
        assert one.remainder.value == pytest.approx(max(0.0, 1 - known))
    else:
        assert one.remainder.value is None
    # Whatever the true shares are within their bounds, the remainder's bounds hold what is left.
    least = max(0.0, 1 - sum(e.high for e in one.shares.values()))
    most = max(0.0, 1 - sum(e.low for e in one.shares.values()))
    assert one.remainder.low <= least + 1e-9
    assert one.remainder.high >= most - 1e-9


@given(many_statements(), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, random):
    one = share(*rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    other = share(*shuffled)
    assert (one is None) == (other is None)
    if one is not None:
        assert dict(one.shares) == dict(other.shares)
        for name in ("value", "low", "high"):
            left, right = getattr(one.remainder, name), getattr(other.remainder, name)
            assert left == right or math.isclose(left, right, abs_tol=1e-12)


@given(many_statements())
def test_a_further_mention_without_a_figure_never_changes_a_value(rows):
    before = share(*rows)
    after = share(*rows, stated("DE", None, 2024, low=0.0, high=1.0))
    assert after.shares["DE"].value is None
    if before is not None:
        assert values(before) == {k: v for k, v in values(after).items() if k != "DE"}


@pytest.mark.parametrize("year", [1900, 2040])
def test_a_year_that_no_share_is_known_of_is_refused(year):
    with pytest.raises(FindingsError, match=f"no shares are known as of {year}; they are of 20"):
        load_world(year=year)
    with pytest.raises(FindingsError, match="choose a year"):
        load_world(f"builtin@{year}")
