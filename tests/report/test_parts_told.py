# SPDX-License-Identifier: Apache-2.0
"""Known answers of the parts of the report that are told: tables, drivers, the answer."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
import xarray as xr

from chokegraph.report.answer import answer, headline_rows, main_row
from chokegraph.report.bearers import heat_table
from chokegraph.report.drivers import attributions, sensitivities
from chokegraph.report.names import InputName, Names, RouteName
from chokegraph.report.numbers import THIN, Unit
from chokegraph.report.opposite import by_row, leads, opposite
from chokegraph.report.routes import route_figures
from chokegraph.report.scale import css_class
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


def test_routes_beyond_the_fourth_look_different():
    own = [f"route-{place}" for place in range(6)]
    names = dataclasses.replace(
        NAMES, routes={key: RouteName(key, key, "logic", design_around=True) for key in own}
    )
    array = xr.DataArray(
        np.full((2, 2, 1, 6), 1 / 6),
        dims=("run", "draw", "year", "route"),
        coords={"run": ["baseline", "scenario"], "year": [2030], "route": own},
    )
    (figure,) = route_figures(array, names, WORDS)
    assert len({key.css for key in figure.routes}) == len(own)
    assert figure.routes[4].css == "ra1 hatched"
    assert str(figure.drawing).count('class="hatched"') == 4  # two routes, two runs


def test_a_route_that_needs_what_is_stopped_says_so():
    array = xr.DataArray(
        np.full((2, 2, 1, 2), 0.5),
        dims=("run", "draw", "year", "route"),
        coords={"run": ["baseline", "scenario"], "year": [2030], "route": ["plain", "around"]},
    )
    (figure,) = route_figures(array, NAMES, WORDS, frozenset({"around"}))
    assert [key.marks for key in figure.routes] == [
        (),
        ("design-around", "needs inputs that this scenario restricts"),
    ]


def test_a_product_that_is_not_made_is_hatched():
    array = xr.DataArray(
        np.zeros((2, 2, 1, 2)),
        dims=("run", "draw", "year", "route"),
        coords={"run": ["baseline", "scenario"], "year": [2030], "route": ["plain", "around"]},
    )
    (figure,) = route_figures(array, NAMES, WORDS)
    assert str(figure.drawing).count('class="missing"') == 2
    assert {cell for row in figure.rows for cell in row.cells} == {"not known"}


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


MAIN = {"outcome": "output", "item": "logic", "difference_median": -0.3, "defined": 1.0}


def test_the_opposite_needs_each_clear_driver_on_its_other_side():
    rows = [driver("leak", 0.4), driver("weak", 0.01), driver("entry", 0.2)]
    rows[2]["rank_correlation"] = 0.5
    found = leads(rows, MAIN, 400)
    assert [(lead.label, lead.side) for lead in found] == [("leak", "lower"), ("entry", "higher")]
    assert leads(rows, MAIN | {"item": "dram"}, 400) == ()


def test_a_driver_that_pushes_no_one_way_is_no_lead():
    rows = [driver("leak", 0.4), driver("bent", 0.3) | {"rank_correlation": 0.07}]
    assert [lead.label for lead in leads(rows, MAIN, 500)] == ["leak"]
    assert [lead.label for lead in leads(rows, MAIN, 5000)] == ["leak", "bent"]
    # Fewer draws define the outcome, so the same correlation says less.
    assert len(leads(rows, MAIN | {"defined": 0.1}, 5000)) == 1


def test_the_opposite_of_any_headline_row():
    main = MAIN | {"difference_median": 0.5, "up": 0.9}
    found = by_row(main, [driver("leak", 0.4)], 400)
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


NEVER = {
    f"{run}_{end}": np.inf for run in ("baseline", "scenario") for end in ("median", "low", "high")
}
NO_DIFFERENCE = dict.fromkeys(("difference_median", "difference_low", "difference_high"))


@pytest.mark.parametrize(
    ("other", "difference"),
    [({}, "cannot be told: in most draws reached in neither run"),
     ({"baseline_median": 2030.0}, "beyond the horizon")],
)  # fmt: skip
def test_a_difference_of_two_nevers_cannot_be_told(other, difference):
    year = row(0.0, 0.0, 0.0) | {"outcome": "self_sufficiency", "unit": "year", "note": ""}
    year |= NEVER | NO_DIFFERENCE | {"up": 1.0, "defined": 0.1} | other
    (told,) = headline_rows([year], WORDS, "2033", set())
    assert told.difference[0] == difference
    assert told.up == "not known"


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


def test_a_change_of_the_law_is_a_change():
    from chokegraph.report.changes import Changes

    nothing: tuple[tuple[()], ...] = ((), (), (), (), ())
    assert Changes(*nothing, law=True).summary == "This scenario changes the law."
    assert Changes(*nothing).summary == (
        "This scenario changes no controls, no levers and no assumptions."
    )


def test_among_many_meaningless_quantities_none_is_named():
    rng = np.random.default_rng(2)
    change = np.where(rng.uniform(size=400) < 0.1, 1.0, -1.0)
    noise = {f"quantity-{place}": rng.normal(size=400) for place in range(80)}
    deciding = {"deciding": change + rng.normal(size=400)}
    assert opposite(change, noise, "it", NAMES, WORDS).rows == ()
    found = opposite(change, noise | deciding, "it", NAMES, WORDS)
    assert [row.label for row in found.rows] == ["Deciding"]
