# SPDX-License-Identifier: Apache-2.0
"""The tests of the controls: against the rule written out, with unknown figures, at the ceiling."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chokegraph.chip import caught
from chokegraph.chip.performance import largest_uncontrolled

RULE = {"high": 4800, "middle": 2400, "low": 1600, "dense": 5.92, "medium": 3.2, "sparse": 1.6}
A = {"high": 4800, "low": 1600, "dense": 5.92}
TPP = st.floats(0.0, 8000.0) | st.sampled_from([1600.0, 2400.0, 4800.0])
AREA = st.floats(20.0, 4000.0) | st.sampled_from([0.0, 500.0, 750.0, 1500.0, 3000.0])


def paragraph(tpp: float, area: float, *, datacentre: bool) -> str:
    """The text of October 2023 with Note 2, as one reads it."""
    density = tpp / area if area else -np.inf
    if tpp >= 4800:
        return "a"
    if not datacentre:
        return ""
    if tpp >= 1600 and density >= 5.92:
        return "a"
    if tpp >= 2400 and 1.6 <= density < 5.92:
        return "b"
    return "b" if tpp >= 1600 and 3.2 <= density < 5.92 else ""


@given(tpp=TPP, area=AREA, datacentre=st.booleans())
def test_the_rule_of_2023_is_its_text(tpp: float, area: float, datacentre: bool) -> None:
    meant = paragraph(tpp, area, datacentre=datacentre)
    sold = caught.YES if datacentre else caught.NO
    assert int(caught.advanced_2023_a(tpp, area, sold, **A)) == 2 * (meant == "a")
    assert int(caught.advanced_2023_b(tpp, area, sold, **RULE)) == 2 * (meant == "b")
    assert int(caught.advanced_2023(tpp, area, sold, **RULE)) == 2 * (meant != "")


@given(tpp=TPP, area=AREA, datacentre=st.booleans())
def test_the_ceiling_is_where_the_rule_begins(tpp: float, area: float, datacentre: bool) -> None:
    ceiling = float(largest_uncontrolled(area, **RULE, datacentre=datacentre))
    sold = caught.YES if datacentre else caught.NO
    if abs(tpp - ceiling) > 1e-9 * ceiling:
        assert int(caught.advanced_2023(tpp, area, sold, **RULE)) == 2 * (tpp >= ceiling)


@given(tpp=TPP, area=AREA, sold=st.sampled_from([0, 1, 2]), hide=st.sampled_from(["tpp", "area"]))
def test_a_missing_figure_never_settles_what_it_decides(tpp, area, sold, hide) -> None:
    """If the answer without a figure is yes or no, every value of the figure gives that answer."""
    known = {"tpp": tpp, "area": area} | {hide: np.nan}
    answer = int(caught.advanced_2023(**known, datacentre=sold, **RULE))
    values = {"tpp": (0.0, 1600.0, 2400.0, 4800.0, 1e5), "area": (0.0, 20.0, 600.0, 1e4)}[hide]
    full = {
        int(caught.advanced_2023(**(known | {hide: value}), datacentre=part, **RULE))
        for value, part in itertools.product(values, (0, 2) if sold == 1 else (sold,))
    }
    if answer != 1:
        assert full == {answer}


def test_unknown_answers() -> None:
    assert int(caught.advanced_2023(5000.0, np.nan, **RULE)) == 2
    assert int(caught.advanced_2023(2000.0, np.nan, **RULE)) == 1
    assert int(caught.advanced_2023(1000.0, np.nan, **RULE)) == 0
    assert int(caught.advanced_2023(2000.0, 400.0, 1, **RULE)) == 1
    limits = {"bits_tops_limit": 4800.0, "transfer_limit": 600.0}
    assert int(caught.advanced_2022(4992.0, np.nan, **limits)) == 1
    assert int(caught.advanced_2022(1000.0, np.nan, **limits)) == 0
    caps = {"tpp_cap": 21_000.0, "bandwidth_cap": 6500.0}
    assert int(caught.case_by_case(np.nan, 8000.0, **caps)) == 0
    assert int(caught.case_by_case(15_000.0, np.nan, **caps)) == 1


def test_planar_parts_meet_only_the_limb_without_density() -> None:
    found = caught.advanced_2023(np.array([4700.0, 4800.0]), 0.0, **RULE)
    assert found.tolist() == [0, 2]


def test_memory() -> None:
    density = np.array([1.9, 2.0, 2.8, 4.2, np.nan])
    assert caught.stacked_memory(density, limit=2.0).tolist() == [0, 0, 2, 2, 1]
    assert caught.stacked_memory(density, 2, limit=2.0).tolist() == [0, 0, 0, 0, 0]
    assert caught.exception_open(density, limit=3.3).tolist() == [2, 2, 2, 0, 1]
    assert caught.nand(np.array([127.0, 128.0]), limit=128).tolist() == [0, 2]
    limits = {"cell_limit": 0.0019, "via_limit": 3000.0}
    assert int(caught.dram(0.0019, vias=3000.0, **limits)) == 0
    assert int(caught.dram(0.0018, vias=np.nan, **limits)) == 2
    assert int(caught.dram(0.0020, vias=np.nan, **limits)) == 1
    assert int(caught.dram(density=0.3)) == 0
    assert int(caught.dram(half_pitch=18.0, pitch_limit=18.0)) == 2


def test_a_foundrys_presumption() -> None:
    count = np.array([29.0, 30.0, 36.0, np.nan])
    with_stack = caught.presumed(2, count, 2, limit=30.0, without=35.0)
    without = caught.presumed(2, count, 0, limit=30.0, without=35.0)
    assert with_stack.tolist() == [0, 2, 2, 1]
    assert without.tolist() == [0, 0, 2, 1]
    assert caught.presumed(0, count, 2, limit=30.0, without=35.0).tolist() == [0, 0, 0, 0]


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="order of the rule"):
        caught.advanced_2023(1.0, 1.0, **(RULE | {"low": 3000}))
