# SPDX-License-Identifier: Apache-2.0
"""Known answers of the parts of the report that are drawn: numbers, charts, map."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr

from chokegraph.report.chainmap import COLUMN, GAP, ROW, Node, draw_map, layout
from chokegraph.report.fan import HEIGHT, TOP, Panel, Series, draw
from chokegraph.report.numbers import THIN, Unit, interval, number, probability, signed
from chokegraph.report.outcomes import weighted
from chokegraph.report.quantiles import Fan, fan, quantiles
from chokegraph.report.svg import nice_ticks


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.0, None, "0"),
        (-0.04, 1, "0.0"),
        (-1234.5, 0, "−1,234"),
        (0.012, None, "0.012"),
        (3.14159, None, "3.1"),
    ],
)
def test_numbers(value, decimals, text):
    assert number(value, decimals) == text


def test_a_number_that_is_missing_is_refused():
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="cannot write"):
            number(value)


def test_signs_of_changes():
    assert [signed(v, 1) for v in (0.26, -0.26, 0.01)] == ["+0.3", "−0.3", "0.0"]


def test_median_and_interval_share_their_decimals():
    assert interval(0.0312, 0.02, 0.1, Unit("%", 100.0)) == (f"3{THIN}%", "2 to 10")


def test_a_certain_event_is_not_reported_as_certain():
    assert f"over 97{THIN}%" in probability(1.0, 0.0, 100)
    assert f"under 3{THIN}%" in probability(0.0, 0.0, 100)


def test_quantiles_are_missing_where_too_few_draws_have_a_value():
    draws = np.ones((20, 2))
    draws[:3, 0] = np.nan
    assert np.isnan(quantiles(draws)[:, 0]).all()
    assert (quantiles(draws)[:, 1] == 1).all()


def test_rounding_of_the_arithmetic_is_zero():
    data = xr.DataArray(np.full((4, 2), 1e-14), dims=("draw", "year"), coords={"year": [1, 2]})
    assert (fan(data, "year").values == 0).all()


def made_fan(medians: list[float]) -> Fan:
    mid = np.array(medians)
    values = np.stack([mid - 0.2, mid - 0.1, mid, mid + 0.1, mid + 0.2])
    return Fan(tuple(str(2024 + i) for i in range(mid.size)), values, np.empty((0, mid.size)))


def test_the_median_is_drawn_where_it_belongs():
    panel = Panel("T", "D", "%", Unit("%", 100.0), (Series("b", "base", made_fan([0.2, 0.8])),))
    svg = str(draw(panel, "k"))
    path = re.search(r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" class="median">', svg)
    assert path
    y_low, y_high = float(path[2]), float(path[4])
    ticks = {
        float(text.replace("−", "-")): float(y) - 4
        for y, text in re.findall(r'y="([\d.]+)" class="tick end">([−\d.]+)<', svg)
    }
    slope = (ticks[100.0] - ticks[0.0]) / 100
    assert y_low == pytest.approx(ticks[0.0] + 20 * slope, abs=0.2)
    assert y_high == pytest.approx(ticks[0.0] + 80 * slope, abs=0.2)


def test_a_gap_is_hatched_and_breaks_the_line():
    made = made_fan([0.2, np.nan, 0.4, 0.5])
    panel = Panel("T", "D", "%", Unit("%", 100.0), (Series("b", "base", made),))
    svg = str(draw(panel, "k"))
    assert svg.count('class="missing"') == 1
    assert re.search(r'd="M[\d. ]+M[\d. ]+L[\d. ]+" class="median"', svg)


def test_a_difference_always_shows_its_zero_line():
    panel = Panel(
        "T", "D", "x", Unit("%", 100.0), (Series("d", "diff", made_fan([3.0, 4.0])),), change=True
    )
    svg = str(draw(panel, "k"))
    zero = re.search(r'<path d="M\d+ ([\d.]+)h\d+" class="zero">', svg)
    assert zero
    assert TOP <= float(zero[1]) <= HEIGHT


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3, 7), (0, 1e-14), (5, 5), (-0.003, 0.0001), (0, 123456)]
)
def test_ticks_cover_the_range_and_are_distinct(low, high):
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high - 1e-9
    assert len(set(ticks)) == len(ticks) >= 2


def test_an_average_leaves_out_what_is_missing():
    values = xr.DataArray([[1.0, np.nan], [np.nan, np.nan]], dims=("year", "input"))
    mean = weighted(values, xr.DataArray([1.0, 5.0], dims="input"), "input")
    assert float(mean[0]) == 1.0
    assert np.isnan(float(mean[1]))


def stages(counts: list[int]) -> list[tuple[str, list[Node]]]:
    return [
        (f"Stage {s}", [Node(f"{s}-{i}", f"Input {s} {i}", f"Stage {s}", -0.2, "words")
                        for i in range(count)])
        for s, count in enumerate(counts)
    ]  # fmt: skip


@pytest.mark.parametrize("counts", [[1], [3, 3, 2], [40, 2, 60, 5, 20, 8], [200, 8]])
def test_boxes_fit_the_columns_and_never_overlap(counts):
    placed = layout(stages(counts), 7)
    places = list(placed.nodes.values())
    assert len({(p.x, p.y) for p in places}) == sum(counts)
    assert max(p.x for p in places) <= 6 * (COLUMN + GAP)
    for x in {p.x for p in places}:
        column = sorted(p.y for p in places if p.x == x)
        assert all(b - a >= ROW for a, b in pairwise(column))


def test_every_box_is_a_named_link_to_its_row():
    made = stages([3, 2])
    svg = str(draw_map(made, [("0-0", "1-1"), ("0-0", "gone")], [0.1]))
    assert svg.count('class="node"') == 5
    assert 'href="#node-0-2" aria-label="Input 0 2: words"' in svg
    assert svg.count("<path") == 1
