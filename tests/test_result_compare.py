# SPDX-License-Identifier: Apache-2.0
"""Comparing results says what differs, and refuses what is not on the same draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.cli.tables import print_comparison
from chokegraph.errors import FindingsError
from chokegraph.result import compare, explain
from chokegraph.result.day_one import ARRAYS
from chokegraph.result.day_one import with_day_one as with_arrays
from chokegraph.result.explanation import outcome_names
from chokegraph.result.headline import headline_table
from chokegraph.result.measures import measures
from chokegraph.scenario import parse_scenario
from result_factory import SCENARIO_TEXT, fake_result


@pytest.fixture(scope="module")
def complete(made_up_result):
    table = headline_table(measures(made_up_result.dataset, made_up_result.scenario))
    return replace(made_up_result, headline=table)


def test_a_result_does_not_differ_from_itself(made_up_result):
    found = compare(made_up_result, made_up_result)
    assert found.inputs == ()
    assert found.comparable
    assert found.baselines_agree
    assert all(set(one.difference) <= {0.0} for one in found.outcomes)


def test_only_what_differs_is_named(made_up_result):
    text = SCENARIO_TEXT.replace("policy: presumption-of-denial", "policy: denial")
    other = replace(made_up_result, scenario=parse_scenario(text))
    found = compare(made_up_result, other)
    assert [(one.where, one.a, one.b) for one in found.inputs] == [
        ("controls.etch.licence.policy", "presumption-of-denial", "denial")
    ]


def test_a_control_that_only_one_has_is_named(made_up_result):
    controls = made_up_result.scenario.controls[:1]
    other = replace(
        made_up_result, scenario=made_up_result.scenario.model_copy(update={"controls": controls})
    )
    found = compare(made_up_result, other)
    assert all(one.where.startswith("controls.scanners") for one in found.inputs)
    assert all(one.b == "(none)" for one in found.inputs)


def test_the_order_of_controls_does_not_matter(made_up_result):
    controls = made_up_result.scenario.controls[::-1]
    other = replace(
        made_up_result, scenario=made_up_result.scenario.model_copy(update={"controls": controls})
    )
    assert compare(made_up_result, other).inputs == ()


def test_differences_are_taken_draw_by_draw(made_up_result):
    changed = made_up_result.dataset.copy(deep=True)
    changed["lead"].loc[{"run": "scenario"}] += 0.5
    found = compare(made_up_result, replace(made_up_result, dataset=changed))
    lead = next(one for one in found.outcomes if one.outcome == "lead")
    assert lead.difference == pytest.approx((0.5, 0.5, 0.5), abs=1e-5)
    assert lead.up == 1.0
    assert found.baselines_agree


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"seed": 8}, "seeds differ"),
        ({"data_sha256": "2" * 64}, "facts differ"),
        ({"engine": "jax"}, "engines differ"),
    ],
)
def test_what_is_not_comparable_says_why(made_up_result, change, reason):
    other = replace(made_up_result, manifest={**made_up_result.manifest, **change})
    found = compare(made_up_result, other)
    assert not found.comparable
    assert any(reason in text for text in found.reasons)
    assert found.outcomes == ()


def test_other_tables_of_the_program_are_named(made_up_result):
    def made_with(**tables):
        manifest = {**made_up_result.manifest, "tables_sha256": tables}
        return replace(made_up_result, manifest=manifest)

    priors, settings = "world/facts/priors.csv", "result/settings.csv"
    found = compare(made_with(**{priors: "1"}), made_with(**{priors: "2"}))
    assert found.reasons == (f"the tables of the program differ: {priors}",)
    assert [one.where for one in found.inputs] == [f"run.tables.{priors}"]
    found = compare(made_with(**{settings: "1"}), made_with(**{settings: "2"}))
    assert found.comparable
    assert [one.where for one in found.inputs] == [f"run.tables.{settings}"]


def test_other_draws_or_beliefs_are_not_comparable(made_up_result):
    assert any(
        "draws" in reason for reason in compare(made_up_result, fake_result(draws=8)).reasons
    )
    text = SCENARIO_TEXT.replace("[0.05, 0.2]", "[0.05, 0.3]")
    other = replace(made_up_result, scenario=parse_scenario(text))
    assert any("assumptions" in reason for reason in compare(made_up_result, other).reasons)


def test_averages_over_other_inputs_are_left_out_and_say_so(made_up_result):
    marks = [name in ("dry-etch", "neon") for name in made_up_result.dataset["input"].values]
    other = replace(
        made_up_result, dataset=made_up_result.dataset.assign_coords(input_covered=("input", marks))
    )
    found = compare(made_up_result, other)
    assert found.comparable
    assert not any("covered" in one.outcome for one in found.outcomes)
    assert any(one.outcome == "local_share:dry-etch" for one in found.outcomes)
    left = {one.outcome: one.reason for one in found.left_out}
    assert {"local_share:covered", "delay:covered", "coalition_unserved_covered"} <= set(left)
    assert "1 only in A (duv-scanner) and 1 only in B (neon)" in left["lag:covered"]


def with_day_one(result, quarter, inputs):
    lost = np.zeros((4, 1, 3, result.dataset.sizes["input"]))
    for name in inputs:
        lost[..., list(result.dataset["input"].values).index(name)] = 0.5
    arrays = {
        name: lost if dimension == "input" else np.zeros(
            (4, 1, *(() if dimension == "country" else (3,)), result.dataset.sizes[dimension])
        )
        for name, (dimension, *_) in ARRAYS.items()
    }  # fmt: skip
    return replace(result, dataset=with_arrays(result.dataset, (quarter,), arrays))


def test_day_one_of_another_quarter_is_left_out_and_says_so(made_up_result):
    one = with_day_one(made_up_result, "2025Q2", ["neon"])
    other = with_day_one(made_up_result, "2027Q1", ["neon"])
    found = compare(one, other)
    assert not any(each.outcome.startswith("day_one") for each in found.outcomes)
    (left,) = [each for each in found.left_out if each.outcome == "day_one_input:neon"]
    assert left.reason == "it is of 2025Q2 in A and of 2027Q1 in B"
    same = compare(one, one)
    assert any(each.outcome == "day_one_input:neon" for each in same.outcomes)


def test_what_only_one_has_is_named(made_up_result):
    one = with_day_one(made_up_result, "2025Q2", ["neon", "dry-etch"])
    other = with_day_one(made_up_result, "2025Q2", ["neon", "duv-scanner"])
    left = {each.outcome: each.reason for each in compare(one, other).left_out}
    assert left["day_one_input:dry-etch"] == "only A has it"
    assert left["day_one_input:duv-scanner"] == "only B has it"


def moved(result, part):
    """The same result with another baseline: every number of one array is moved a little."""
    dataset = result.dataset.copy(deep=True)
    dataset["sales"].loc[{"run": "baseline"}] *= 1 + part
    return replace(result, dataset=dataset)


def test_other_baselines_are_a_reason_if_the_same_was_asked(made_up_result):
    found = compare(made_up_result, moved(made_up_result, 0.01))
    assert not found.comparable
    assert "baselines" in found.reasons[0]
    assert found.outcomes == ()
    scenario = made_up_result.scenario
    baseline = scenario.baseline.model_copy(update={"controls": scenario.controls[:1]})
    asked = scenario.model_copy(update={"baseline": baseline, "controls": scenario.controls[1:]})
    found = compare(made_up_result, replace(moved(made_up_result, 0.01), scenario=asked))
    assert found.comparable
    assert not found.baselines_agree


def test_the_last_digits_of_another_machine_are_no_other_baseline(made_up_result):
    found = compare(made_up_result, moved(made_up_result, 1e-6))
    assert found.baselines_agree


def test_an_outcome_that_few_draws_define_is_left_out(made_up_result):
    dataset = made_up_result.dataset.copy(deep=True)
    dataset["local_share"].loc[{"input": "neon", "draw": dataset["draw"].values[3:]}] = np.nan
    one = replace(made_up_result, dataset=dataset)
    found = compare(one, one)
    left = {each.outcome: each.reason for each in found.left_out}
    assert left["local_share:neon"] == "few draws define the difference"


def test_other_coalitions_are_a_reason(made_up_result):
    asked = made_up_result.scenario.model_copy(update={"coalition": ("NL", "US")})
    found = compare(made_up_result, replace(made_up_result, scenario=asked))
    assert any("coalitions differ" in reason for reason in found.reasons)


def test_what_is_left_out_is_printed(made_up_result, capsys):
    one = with_day_one(made_up_result, "2025Q2", ["neon"])
    other = with_day_one(made_up_result, "2027Q1", ["neon"])
    print_comparison(compare(one, other), everything=True)
    text = capsys.readouterr().out
    assert "Purchases on day one: Neon, 2025Q2" in text
    assert "it is of 2025Q2 in A and of 2027Q1 in B" in text
    print_comparison(compare(one, other))
    assert "--all names them" in capsys.readouterr().out


def test_an_outcome_is_walked_back_to_its_sources(complete):
    found = explain(complete, "output")
    assert found.outcome["item"] == "advanced-logic"
    sizes = [abs(row["effect_median"]) for row in found.mechanisms]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes
    assert found.drivers[0]["parameter"] == "leakage.lithography"
    assert all(row["clear"] for row in found.drivers)
    assert found.access[0]["control"] == "scanners"
    assert {row["name"] for row in found.controls} == {"etch", "scanners"}
    assert {row["subject_id"] for row in found.statements} == {
        "input:dry-etch",
        "input:duv-scanner",
    }
    assert all(row["url"] for row in found.statements)


def test_only_what_bears_on_an_input_or_a_supplier_is_shown(complete):
    assert {row["input"] for row in explain(complete, "local_share:dry-etch").access} == {
        "dry-etch"
    }
    assert {row["country"] for row in explain(complete, "sales:NL").access} == {"NL"}
    untouched = explain(complete, "lag:neon")
    assert untouched.access == ()
    assert any("No control" in note for note in untouched.notes)


def test_every_outcome_can_be_explained(complete):
    for name in outcome_names(complete):
        assert explain(complete, name).outcome["outcome"] == name.split(":")[0]


def test_an_unknown_outcome_gets_a_suggestion(complete):
    with pytest.raises(FindingsError, match="output:advanced-logic"):
        explain(complete, "output:advanced-logi")
