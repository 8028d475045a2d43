# SPDX-License-Identifier: Apache-2.0
"""Known answers of the parts of the report: numbers, charts, tables, map."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr

from chokegraph.report.answer import answer, main_row
from chokegraph.report.bearers import heat_table
from chokegraph.report.chainmap import COLUMN, GAP, ROW, Node, draw_map, layout
from chokegraph.report.drivers import attributions, by_row, leads, opposite, sensitivities
from chokegraph.report.fan import HEIGHT, TOP, Panel, Series, draw
from chokegraph.report.names import InputName, Names, RouteName
from chokegraph.report.numbers import THIN, Unit, interval, number, probability, signed
from chokegraph.report.outcomes import weighted
from chokegraph.report.quantiles import Fan, fan, quantiles
from chokegraph.report.routes import route_figures
from chokegraph.report.scale import css_class
from chokegraph.report.svg import nice_ticks
from chokegraph.report.words import load_words

WORDS = load_words()
NAMES = Names(
    {"a": InputName("a", "Etchers", "etch-clean", "etch")},
    {"NL": "Netherlands", "CN": "China", "ZZ": "not attributed"},
    {"logic": "Logic"},
    {
        "plain": RouteName("plain", "With EUV", "logic", design_around=False),
        "around": RouteName("around", "Without EUV", "logic", design_around=True),
    },
    {"leak": ("what leaks through", Unit("%", 100.0))},
)


# --- numbers ---------------------------------------------------------------------------------


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


# --- quantiles and charts --------------------------------------------------------------------


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


# --- tables ----------------------------------------------------------------------------------


def sales(change: float) -> xr.DataArray:
    base = np.full((3, 8, 3), 100.0)
    base[:, :, 2] = 0.0
    after = base.copy()
    after[:, 4:, 0] += change
    return xr.DataArray(
        np.stack([base, after]),
        dims=("run", "draw", "quarter", "country"),
        coords={
            "run": ["baseline", "scenario"],
            "quarter": [f"{y}Q{q}" for y in (2024, 2025) for q in (1, 2, 3, 4)],
            "country": ["NL", "CN", "ZZ"],
        },
    )


def test_who_bears_it_adds_quarters_to_years():
    table = heat_table(
        sales(-10.0),
        key="k",
        title="Sales",
        roles={"NL": "coalition", "CN": "target"},
        names=NAMES,
        words=WORDS,
    )
    assert table is not None
    assert [row.country for row in table.rows] == ["Netherlands", "China"]
    first = table.rows[0]
    assert [cell.median for cell in first.cells] == ["0.0", "−40.0"]
    assert first.total.median == "−40.0"
    assert first.total.percent == "−5.0 %"
    assert [cell.css for cell in first.cells] == ["v0", "v-l2"]
    assert table.left_out == ("Not attributed",)


def test_colour_scale_steps():
    bins = [0.01, 0.05, 0.15]
    values = [0.0, 0.009, -0.01, -0.05, -1.0, 0.2, float("nan")]
    steps = [css_class(value, bins) for value in values]
    assert steps == ["v0", "v0", "v-l1", "v-l2", "v-l3", "v-g3", "v-na"]


def test_route_shares_are_of_the_product_and_fill_the_bar():
    output = np.zeros((2, 2, 1, 2))
    output[0] = [[[0.6, 0.2]], [[0.6, 0.2]]]  # baseline: three quarters with EUV
    output[1] = [[[0.0, 0.4]], [[0.0, 0.4]]]  # scenario: none
    array = xr.DataArray(
        output,
        dims=("run", "draw", "year", "route"),
        coords={"run": ["baseline", "scenario"], "year": [2030], "route": ["plain", "around"]},
    )
    (figure,) = route_figures(array, NAMES, WORDS)
    assert [key.css for key in figure.routes] == ["rn1", "ra1"]
    assert figure.rows[0].cells[0].startswith("75 (75 to 75)")
    assert figure.rows[1].cells[1].startswith("100 (100 to 100)")
    bars = re.findall(r'width="([\d.]+)" height="15" class="(r[na]1)"', str(figure.drawing))
    assert [css for _, css in bars] == ["rn1", "ra1"] * 2
    full = sum(float(width) for width, _ in bars[:2])
    assert float(bars[0][0]) / full == pytest.approx(0.75, abs=0.001)


def test_a_product_that_is_not_made_is_hatched():
    array = xr.DataArray(
        np.zeros((2, 2, 1, 2)),
        dims=("run", "draw", "year", "route"),
        coords={"run": ["baseline", "scenario"], "year": [2030], "route": ["plain", "around"]},
    )
    (figure,) = route_figures(array, NAMES, WORDS)
    assert str(figure.drawing).count('class="missing"') == 2
    assert {cell for row in figure.rows for cell in row.cells} == {"not known"}


# --- drivers ---------------------------------------------------------------------------------


def driver(name: str, share: float, label: str = "Output, 2031") -> dict:
    return {
        "outcome": "output", "item": "logic", "label": label, "parameter": name,
        "parameter_label": name, "first_order": share,
        "first_order_se": 0.01, "rank_correlation": -0.4, "clear": share > 0.05,
    }  # fmt: skip


def test_drivers_are_ranked_and_weak_ones_marked():
    (table,) = sensitivities(
        [driver("b", 0.02), driver("a", 0.5), driver("c", float("nan"))],
        {"output": "points"},
        NAMES,
        {"prior-a"},
    )
    assert [row.label for row in table.rows] == ["a", "b"]
    assert [row.clear for row in table.rows] == [True, False]
    assert [row.anchor for row in table.rows] == ["prior-a", ""]
    assert table.rows[0].value.startswith("50 ± 1")
    assert table.outcome == "Output, 2031 (points)"


def test_the_opposite_needs_each_clear_driver_on_its_other_side():
    rows = [driver("leak", 0.4), driver("weak", 0.01), driver("entry", 0.2)]
    rows[2]["rank_correlation"] = 0.5
    found = leads(rows, {"outcome": "output", "item": "logic", "difference_median": -0.3})
    assert [(lead.label, lead.side) for lead in found] == [("leak", "lower"), ("entry", "higher")]
    assert leads(rows, {"outcome": "output", "item": "dram", "difference_median": -0.3}) == ()


def test_the_opposite_of_any_headline_row():
    main = {"outcome": "output", "item": "logic", "difference_median": 0.5, "up": 0.9}
    found = by_row(main, [driver("leak", 0.4)])
    assert "not higher in 10.0 % of the draws" in found.text
    assert [(lead.label, lead.side) for lead in found.leads] == [("leak", "higher")]


def test_codes_of_the_case_list_are_not_shown():
    effect = {
        "outcome": "output", "outcome_label": "Output", "label": "buyers order ahead (A7, D15)",
        "unit": "1", "effect_median": 0.1, "effect_low": 0.0, "effect_high": 0.2,
    }  # fmt: skip
    idle = effect | {"label": "idle", "effect_median": 0.0, "effect_low": 0.0, "effect_high": 0.0}
    (table,) = attributions([effect, idle], WORDS)
    assert [row.label for row in table.rows] == ["Buyers order ahead"]
    assert table.rows[0].value == f"+10{THIN}points (0 to +20)"


def test_opposite_counts_draws_and_compares_priors():
    change = np.array([-1.0] * 80 + [1.0] * 20)
    leak = np.concatenate([np.linspace(0, 0.5, 80), np.linspace(0.6, 1, 20)])
    noise = np.tile([0.0, 1.0], 50)
    found = opposite(change, {"leak": leak, "other": noise}, "output", NAMES, WORDS)
    assert "20.0 % of the draws" in found.text
    assert [row.label for row in found.rows] == ["what leaks through"]
    assert found.rows[0].side == "higher"


def test_opposite_says_when_no_draw_disagrees():
    found = opposite(np.full(50, -1.0), {}, "output", NAMES, WORDS)
    assert WORDS.empty("opposite_none") in found.text


def row(low: float, mid: float, high: float) -> dict:
    return {
        "outcome": "output", "label": "Output", "item": "logic", "item_name": "Logic", "key": True,
        "period": "2031", "unit": "1", "difference_median": mid, "difference_low": low,
        "difference_high": high, "baseline_median": 1.0, "baseline_low": 1.0, "baseline_high": 1.0,
        "scenario_median": 1.0, "scenario_low": 1.0, "scenario_high": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-0.5, -0.3, -0.1), "30 percentage points lower than in the baseline (90 % of draws: "
         "10 to 50 lower)"),
        ((-0.1, 0.1, 0.3), "10 percentage points higher than in the baseline (90 % of draws: "
         "10 lower to 30 higher)"),
        ((0.0, 0.0, 0.0), "is unchanged (in 90 % of draws)"),
    ],
)  # fmt: skip
def test_the_answer_tells_direction_and_interval(ends, words):
    told = row(*ends)
    text = answer([told], told, "China", (), WORDS).replace(THIN, " ")
    assert text.startswith("In 2031, output of logic in China is")
    assert words in text


def test_the_answer_is_about_what_the_event_asks():
    small, large = row(-0.2, -0.1, 0.0), row(-0.6, -0.5, -0.4)
    small["item"], large["item"] = "dram", "logic"
    unserved = row(0.1, 0.2, 0.3) | {"outcome": "coalition_unserved", "item": ""}
    rows = [small, large, unserved]
    assert main_row(rows) is large
    assert main_row(rows, ("output", "dram")) is small
    assert main_row(rows, ("coalition_unserved", "")) is unserved
    assert main_row(rows, ("sales", "NL")) is large
    assert main_row([], ("output", "dram")) is None


# --- map -------------------------------------------------------------------------------------


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


def test_a_change_of_the_law_is_a_change():
    from chokegraph.report.changes import Changes

    nothing: tuple[tuple[()], ...] = ((), (), (), (), ())
    assert Changes(*nothing, law=True).summary == "This scenario changes the law."
    assert Changes(*nothing).summary == (
        "This scenario changes no controls, no levers and no assumptions."
    )
