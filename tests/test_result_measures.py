# SPDX-License-Identifier: Apache-2.0
"""Quantiles, delays, events and headline measures, by known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from chokegraph.cli.tables import print_result
from chokegraph.report.answer import event_words as told_events
from chokegraph.result.event import event_table, event_words, occurrences
from chokegraph.result.headline import headline_table
from chokegraph.result.measures import COVERED, measures
from chokegraph.result.outcomes import load_outcomes, one_path, total, yearly
from chokegraph.result.quantiles import quantiles
from chokegraph.result.timing import delay, first_reached
from chokegraph.scenario.event import ITEM_OF, Event

FLOATS = st.floats(-100, 100, allow_nan=False)


@given(arrays(float, st.integers(1, 60), elements=FLOATS), st.floats(0.01, 1))
def test_quantiles_are_those_of_numpy(values, level):
    assert quantiles(values, [level])[0] == np.quantile(values, level, method="inverted_cdf")


def test_quantiles_keep_the_infinite_and_leave_out_what_is_not_a_number():
    assert quantiles([1.0, np.inf, np.inf], [0.3, 0.5]).tolist() == [1.0, np.inf]
    assert quantiles([np.nan, 2.0, np.nan]).tolist() == [2.0, 2.0, 2.0]
    assert np.isnan(quantiles([np.nan, np.nan])).all()


@given(arrays(float, 12, elements=st.floats(0.01, 1)), st.integers(1, 10))
def test_a_path_that_is_shifted_is_delayed_by_the_shift(steps, shift):
    base = np.cumsum(steps)
    late = np.concatenate([np.zeros(shift), base])[: len(base)]
    if late[-1] >= base[0]:
        assert delay(base, late) == pytest.approx(shift)
        assert delay(late, base) == pytest.approx(-shift)


def test_a_delay_beyond_the_horizon_is_infinite_and_none_is_zero():
    assert delay([1.0, 2.0], [0.0, 0.5]) == np.inf
    assert delay([0.0, 0.5], [1.0, 2.0]) == -np.inf
    assert delay([0.0, 1.0], [0.5, 1.0]) == 0


def test_first_reached_interpolates_along_the_last_axis():
    paths = np.array([[0.0, 2.0, 4.0], [5.0, 5.0, 5.0], [0.0, 0.0, 0.0]])
    assert first_reached(paths, np.full(3, 3.0)).tolist() == [1.5, 0.0, np.inf]


def test_every_outcome_has_a_path_and_its_items_agree_with_events(made_up_result):
    ensemble = made_up_result.dataset
    for name, about in load_outcomes().items():
        if name == "lag_years":
            continue  # comes from ladders, which the made-up result has not
        path = yearly(ensemble, name)
        assert path.sizes["year"] == 8, name
        assert ITEM_OF.get(name, "") == about.dimension, name


def test_quarters_become_years_by_mean_or_by_sum(made_up_result):
    ensemble = made_up_result.dataset
    first = ensemble["lead"].isel(quarter=slice(0, 4)).mean("quarter")
    assert np.allclose(yearly(ensemble, "lead").sel(year=2024).values, first.values)
    first = ensemble["sales"].isel(quarter=slice(0, 4)).sum("quarter")
    assert np.allclose(yearly(ensemble, "sales").sel(year=2024).values, first.values)


def test_totals_are_weighted_by_spending_and_leave_out_the_unknown(made_up_result):
    ensemble = made_up_result.dataset.copy(deep=True)
    weight = ensemble["input_weight"].values
    values = ensemble["local_share"].values
    expected = (values * weight).sum(-1) / weight.sum()
    assert np.allclose(total(ensemble, "local_share", ()).values, expected, atol=1e-6)
    ensemble["local_share"][..., 0] = np.nan
    expected = (values[..., 1:] * weight[1:]).sum(-1) / weight[1:].sum()
    assert np.allclose(total(ensemble, "local_share", ()).values, expected, atol=1e-6)


def test_the_coalition_total_is_the_sum_of_its_members(made_up_result):
    ensemble = made_up_result.dataset
    both = total(ensemble, "sales", ("US", "NL")).values
    each = [one_path(ensemble, "sales", member, ()).values for member in ("US", "NL")]
    assert np.allclose(both, sum(each))


def test_an_event_may_be_about_the_inputs_covered(made_up_result):
    ensemble = made_up_result.dataset
    parts = [one_path(ensemble, "lag", item, ()).values for item in ("dry-etch", "duv-scanner")]
    expected = (0.3 * parts[0] + 0.4 * parts[1]) / 0.7
    assert np.allclose(one_path(ensemble, "lag", COVERED, ()).values, expected, atol=1e-6)


def made(ensemble, values):
    """An ensemble whose yearly lead is known: [run, draw, year]."""
    known = ensemble.copy(deep=True)
    known["lead"] = known["lead"] * 0 + np.repeat(np.asarray(values, dtype=float), 4, axis=-1)
    return known


def event(**parts):
    return Event.model_validate({"outcome": "lead", **parts})


def test_the_probability_of_an_event_is_the_fraction_of_draws(made_up_result):
    draws, years = made_up_result.draws, 8
    values = np.zeros((2, draws, years))
    values[0, :10, 3] = 5  # ten draws in the baseline, in 2027
    values[1, :30, 4] = 5  # thirty in the scenario, in 2028
    ensemble = made(made_up_result.dataset, values)
    by = occurrences(ensemble, event(by=2028, above=1), ())
    assert by.mean(-1).tolist() == [0.25, 0.75]
    before = occurrences(ensemble, event(by=2027, above=1), ())
    assert before.mean(-1).tolist() == [0.25, 0.0]
    inside = occurrences(ensemble, event(**{"in": 2028, "above": 1}), ())
    assert inside.mean(-1).tolist() == [0.0, 0.75]
    change = occurrences(ensemble, event(**{"in": 2028, "above": 1, "measure": "difference"}), ())
    assert change.shape == (1, draws)
    assert change.mean() == 0.75


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"outcome": "output", "product": "dram", "below": 0.9}, "below 90 % of plan in any year"),
        ({"outcome": "local_share", "above": 0.5}, "above 50 % in any year"),
        ({"outcome": "lead", "above": 2}, "above 2 generations in any year"),
        ({"outcome": "sales", "country": "US", "below": 500}, "below USD 500 million in any year"),
        ({"outcome": "output_level", "product": "dram", "below": 0.9}, "below 0.9 in any year"),
        (
            {"outcome": "output", "product": "dram", "below": -0.1, "measure": "difference"},
            "less baseline, below -10 percentage points of plan in any year",
        ),
        (
            {"outcome": "output", "product": "dram", "below": 0.8, "measure": "ratio"},
            "over baseline, below 0.8 in any year",
        ),
    ],
)
def test_an_event_is_told_in_its_unit(made_up_result, parts, words):
    asked = Event.model_validate({"by": 2028, **parts})
    assert words in event_words(made_up_result.dataset, asked)


def test_a_ratio_to_nothing_is_not_defined(made_up_result):
    values = np.zeros((2, made_up_result.draws, 8))
    values[1] = 5
    ensemble = made(made_up_result.dataset, values)
    assert np.isnan(occurrences(ensemble, event(by=2031, above=1, measure="ratio"), ())).all()


@pytest.mark.parametrize("side", ["below", "above"])
def test_an_event_on_what_is_not_known_is_neither_yes_nor_no(made_up_result, side):
    """Ten draws say yes, ten say no, and twenty say nothing in some or all years."""
    values = np.full((2, made_up_result.draws, 8), 3.0)
    yes = 0.0 if side == "below" else 5.0
    values[1, :10, 2] = yes
    values[1, 5:10, 4:] = np.nan  # what comes after cannot undo it
    values[1, 20:30, 6] = np.nan
    values[1, 30:] = np.nan
    ensemble = made(made_up_result.dataset, values)
    asked = event(by=2031, **{side: 1.0 if side == "below" else 4.0})
    happened = occurrences(ensemble, asked, ())[1]
    assert happened[:10].tolist() == [1.0] * 10
    assert happened[10:20].tolist() == [0.0] * 10
    assert np.isnan(happened[20:]).all()
    scenario = made_up_result.scenario.model_copy(update={"event": asked})
    (row,) = event_table(ensemble, scenario).to_dicts()
    assert (row["scenario"], row["scenario_defined"], row["draws"]) == (0.5, 0.5, 40)
    assert (row["baseline"], row["baseline_defined"]) == (0.0, 1.0)
    assert (row["difference"], row["difference_defined"]) == (0.5, 0.5)
    assert row["scenario_se"] == pytest.approx((0.5 * 0.5 / 20) ** 0.5)


def test_a_probability_that_few_draws_define_is_not_stated(made_up_result, capsys):
    values = np.zeros((2, made_up_result.draws, 8))
    values[1, 3:] = np.nan
    ensemble = made(made_up_result.dataset, values)
    scenario = made_up_result.scenario.model_copy(update={"event": event(by=2031, below=5)})
    table = event_table(ensemble, scenario)
    (row,) = table.to_dicts()
    assert (row["scenario"], row["scenario_se"]) == (None, None)
    assert row["scenario_defined"] == pytest.approx(3 / made_up_result.draws)
    assert row["baseline"] == 1.0
    result = replace(made_up_result, event=table)
    assert "not defined" in repr(result)
    print_result(result)
    assert "not stated (3 of 40 draws define it)" in capsys.readouterr().out
    (told,) = told_events(table.to_dicts())
    assert told.scenario == "not stated: 3 of 40 draws define it"
    assert "%" in told.baseline


def test_when_it_is_bought_at_home_is_unknown_where_its_share_is(made_up_result):
    dataset = made_up_result.dataset.copy(deep=True)
    dataset["local_share"].loc[{"input": "neon"}] = np.nan
    dataset["local_share"].loc[{"input": "dry-etch"}] = 0.0
    found = {m.item: m for m in measures(dataset, made_up_result.scenario)
             if m.outcome == "self_sufficiency"}  # fmt: skip
    assert np.isnan(found["neon"].values).all()
    assert np.isinf(found["dry-etch"].values).all()


def test_without_inputs_covered_nothing_is_said_of_them(made_up_result):
    inputs = made_up_result.dataset.sizes["input"]
    dataset = made_up_result.dataset.assign_coords(input_covered=("input", [False] * inputs))
    found = measures(dataset, made_up_result.scenario)
    assert not [m.outcome for m in found if m.item == "covered"]
    assert [m.outcome for m in found if m.item == "neon"]


def test_the_error_of_a_probability_is_binomial_and_never_zero(made_up_result):
    values = np.zeros((2, made_up_result.draws, 8))
    values[1, :20] = 5
    scenario = made_up_result.scenario.model_copy(update={"event": event(by=2031, above=1)})
    row = event_table(made(made_up_result.dataset, values), scenario).to_dicts()[0]
    assert row["scenario_se"] == pytest.approx((0.5 * 0.5 / made_up_result.draws) ** 0.5)
    assert row["baseline"] == 0
    assert 0 < row["baseline_se"] < 0.03
    assert row["difference"] == 0.5


def test_without_an_event_there_is_no_row(made_up_result):
    scenario = made_up_result.scenario.model_copy(update={"event": None})
    assert event_table(made_up_result.dataset, scenario).height == 0


def test_the_headline_has_every_outcome_of_the_casebook(made_up_result):
    table = headline_table(measures(made_up_result.dataset, made_up_result.scenario))
    assert set(table["outcome"]) >= {
        "output", "route_output", "local_share", "lag", "self_sufficiency", "sales", "rnd",
        "lead", "stockpile", "vacancy", "visible_share", "delay", "cost_per_quarter",
    }  # fmt: skip
    assert table.select("outcome", "item").is_unique().all()


def test_the_difference_is_the_median_of_differences_not_of_medians(made_up_result):
    found = measures(made_up_result.dataset, made_up_result.scenario)
    table = headline_table(found)
    for measure, row in zip(found, table.to_dicts(), strict=True):
        if len(measure.values) == 2 and row["defined"]:
            paired = quantiles(measure.values[1] - measure.values[0])[1]
            assert row["difference_median"] == paired, row["label"]


def test_the_inputs_covered_are_weighted(made_up_result):
    found = {
        (measure.outcome, measure.item): measure
        for measure in measures(made_up_result.dataset, made_up_result.scenario)
    }
    parts = [found["local_share", item].values for item in ("dry-etch", "duv-scanner")]
    expected = (0.3 * parts[0] + 0.4 * parts[1]) / 0.7
    assert np.allclose(found["local_share", COVERED].values, expected, atol=1e-6)


def test_where_nothing_is_covered_there_is_no_total_over_it(made_up_result):
    ensemble = made_up_result.dataset
    nothing = ensemble.assign_coords(input_covered=("input", [False] * ensemble.sizes["input"]))
    found = measures(nothing, made_up_result.scenario)
    assert COVERED in {m.item for m in measures(ensemble, made_up_result.scenario)}
    assert COVERED not in {measure.item for measure in found}
    assert {"lag", "delay", "local_share"} <= {measure.outcome for measure in found}


def test_the_cost_of_delay_is_sales_lost_over_delay(made_up_result):
    found = {
        (measure.outcome, measure.item): measure
        for measure in measures(made_up_result.dataset, made_up_result.scenario)
    }
    late = found["delay", COVERED].values[0]
    lost = -found["sales", "coalition"].change
    assert (late > 0.5).all()
    assert np.allclose(found["cost_per_quarter", COVERED].values[0], lost / late)


def test_a_difference_that_few_draws_define_is_not_stated():
    import numpy as np

    from chokegraph.result.headline import headline_table
    from chokegraph.result.measures import Measure

    never = np.full(20, np.inf)
    rarely = never.copy()
    rarely[0] = 2030.0
    words = dict.fromkeys(("outcome", "label", "item", "item_name", "period", "unit"), "")
    measure = Measure(**words, values=np.stack([never, rarely]), key=True)
    row = headline_table([measure]).to_dicts()[0]
    assert row["difference_median"] is None
    assert row["defined"] == 0.05
    assert row["up"] is None  # nor can one of those few draws say which run is higher
    assert row["scenario_median"] == np.inf
