# SPDX-License-Identifier: Apache-2.0
"""A run on the real facts: the same twice, paired, complete, interruptible."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chokegraph.errors import FindingsError
from chokegraph.response.drawn_beliefs import ROUTE_BELIEFS
from chokegraph.response.fact_view import load_assumptions
from chokegraph.response.policy import approval_draws
from chokegraph.response.priors import load_priors
from chokegraph.response.simulate import simulate
from chokegraph.response.structure import build_structure
from chokegraph.result import load_result
from chokegraph.result.settings import count
from chokegraph.scenario import parse_scenario
from chokegraph.scenario.when import quarter_index
from chokegraph.study import run
from chokegraph.study.assemble import years_behind
from chokegraph.study.beliefs import scenario_priors
from chokegraph.study.chip_routes import BELIEFS
from chokegraph.study.evidence import evidence_table
from chokegraph.study.sensitivity import first_order, uncertain_quantities
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world

TEXT = """\
schema: 1
name: small
title: A small run
question: What would a ban on etch tools do in two years?
event: {outcome: output, product: advanced-logic, by: 2027, below: 0.9}
world: builtin@2024
target: CN
coalition: [US, JP]
start: 2026Q1
end: 2027Q4
baseline:
  controls:
    - {name: old, by: JP, inputs: {families: resists}, from: 2020Q1, licence: {approval: 0.5}}
controls:
  - name: etch
    by: coalition
    inputs: {families: etch}
    tiers: [advanced, leading]
    from: 2026Q3
    announced: 2026Q2
    licence: {policy: presumption-of-denial}
    servicing: {ban: true}
draws: 3
seed: 4
"""


@pytest.fixture(scope="module")
def world():
    return load_world("builtin@2024")


@pytest.fixture(scope="module")
def small(world):
    return run(parse_scenario(TEXT), world, engine="numpy", attribution=False, scenario_text=TEXT)


def setting_of(text, world, draws=2):
    return build_setting(parse_scenario(text), world, draws=draws, seed=4)


def test_the_same_scenario_seed_and_engine_give_the_same_numbers(small, world):
    again = run(parse_scenario(TEXT), world, engine="numpy", attribution=False)
    assert again.dataset.identical(small.dataset)
    assert again.headline.equals(small.headline)
    assert again.evidence.equals(small.evidence)


@pytest.mark.slow
def test_the_fast_engine_gives_the_same_numbers_twice_and_nearly_those_of_numpy(small, world):
    pytest.importorskip("jax")
    first, again = (
        run(parse_scenario(TEXT), world, engine="jax", attribution=False) for _ in range(2)
    )
    assert first.dataset.identical(again.dataset)
    assert (first.manifest["engine"], first.manifest["dtype"]) == ("jax", "float32")
    for name in ("output", "local_share", "visible_share"):
        apart = np.abs(first.dataset[name].values - small.dataset[name].values)
        assert apart.max() < 1e-3, name


def test_another_seed_gives_other_numbers(small, world):
    other = run(parse_scenario(TEXT), world, seed=5, engine="numpy", attribution=False)
    assert not np.array_equal(other.dataset["lead"].values, small.dataset["lead"].values)


def test_the_first_draws_do_not_depend_on_how_many_there_are(small, world):
    fewer = run(parse_scenario(TEXT), world, draws=1, engine="numpy", attribution=False)
    for name, values in fewer.dataset.data_vars.items():
        other = small.dataset[name]
        at = {dim: [0] for dim in ("draw", "cut_draw") if dim in values.dims}
        assert np.array_equal(values.isel(at).values, other.isel(at).values, equal_nan=True), name


def test_before_it_is_known_a_control_changes_nothing(small):
    early = small.difference()["sales"].sel(quarter="2026Q1")
    assert not early.values.any()
    late = small.difference()["sales"].sel(quarter="2027Q4", country="US")
    assert (late.values < 0).all()


def test_the_result_has_what_each_draw_assumed(small, world):
    sampled = small.dataset["sampled"]
    assert sampled.dims == ("draw", "parameter")
    setting = build_setting(parse_scenario(TEXT), world, draws=3, seed=4)
    by_name = setting.params.scalars()
    for key in ("imitation_rate", "leakage.tools"):
        np.testing.assert_allclose(sampled.sel(parameter=key).values, by_name[key], rtol=1e-6)
    # The licence of the baseline's control is stated as a half.
    assert sampled.sel(parameter="approval:old").values.tolist() == [0.5] * 3
    units = dict(zip(sampled.parameter.values, sampled.parameter_unit.values, strict=True))
    assert (units["facts:market"], units["yield_learning"]) == ("USD million per quarter", "")
    assert "sampled" not in small.difference()


def test_everything_a_result_needs_is_there(small, tmp_path):
    assert small.access["control"].unique().sort().to_list() == ["etch", "old"]
    assert set(small.access["kind"]) == {"sales", "servicing"}
    facts = list(small.manifest["statements"])
    assert len(facts) > 100
    assert set(facts) <= set(small.evidence["statement_id"])
    assert small.evidence.filter(small.evidence["url"] != "").height > 100
    for key in ("version", "data_sha256", "scenario_sha256", "seed", "draws", "engine", "numpy"):
        assert small.manifest[key] is not None, key
    loaded = load_result(small.save(tmp_path / "small"))
    assert loaded.dataset.identical(small.dataset)
    assert loaded.scenario == small.scenario


def test_access_says_who_denies_what_from_when(small):
    rows = small.access.filter(small.access["control"] == "etch").to_dicts()
    assert {row["country"] for row in rows} == {"US", "JP"}
    assert {row["from"] for row in rows} == {"2026Q3"}
    assert {row["announced"] for row in rows} == {"2026Q2"}
    assert all(0 < row["share"] <= 1 and 0 <= row["blocked"] <= row["share"] for row in rows)
    inputs = small.scenario.controls[0].inputs
    assert {row["input"] for row in rows} <= set(small.manifest["covered"])
    assert inputs.families == ("etch",)


def test_a_stop_keeps_the_finished_draws(world):
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    result = run(parse_scenario(TEXT), world, engine="numpy", should_stop=stop)
    assert result.draws == 1
    assert result.manifest["draws"] == 1
    assert result.manifest["interrupted"] is True
    assert "1 draws of 3" in repr(result)


def test_progress_is_told(world):
    seen = []
    run(
        parse_scenario(TEXT), world, draws=1, engine="numpy", attribution=False,
        progress=lambda stage, done, total: seen.append((stage, done, total)),
    )  # fmt: skip
    assert ("simulating", 2, 2) in seen


def test_attribution_is_by_running_again_without_the_mechanism(world):
    scenario = parse_scenario(TEXT)
    result = run(scenario, world, draws=1, engine="numpy")
    assert result.manifest["attribution_draws"] == 1
    mechanisms = set(result.attribution["mechanism"])
    assert {"leakage", "stockpiling", "service"} <= mechanisms
    assert not {"mandate", "subsidy", "lock_in"} & mechanisms  # nothing for them to act on
    setting = build_setting(scenario, world, draws=1, seed=scenario.seed)
    paths = simulate(
        setting.structure, setting.params, setting.policies.by_run(without="leakage"),
        engine="numpy",
    )  # fmt: skip
    place = setting.structure.products.index("advanced-logic")
    last = [paths[name]["output"][:, -4:, place].mean() for name in ("baseline", "scenario")]
    row = result.attribution.filter(
        (result.attribution["mechanism"] == "leakage")
        & (result.attribution["outcome"] == "output")
        & (result.attribution["item"] == "advanced-logic")
    ).to_dicts()[0]
    assert row["without_median"] == pytest.approx(last[1] - last[0], abs=1e-6)
    assert row["effect_median"] == pytest.approx(row["with_median"] - row["without_median"])


# -- from scenario to policy ----------------------------------------------------------------


def test_dates_become_quarters_from_the_start(world):
    setting = setting_of(TEXT, world)
    old, sales, service = (rule.spec for rule in setting.policies.rules["scenario"])
    assert old.from_quarter == quarter_index("2020Q1") - quarter_index("2026Q1")
    assert (sales.from_quarter, sales.announced_quarter, sales.until_quarter) == (2, 1, None)
    assert sales.tiers == (False, True, True)
    assert sales.sales
    assert not sales.service
    assert service.service
    assert not service.sales
    assert [rule.spec.name for rule in setting.policies.rules["baseline"]] == ["old"]


def test_only_the_chosen_inputs_and_members_are_hit(world):
    setting = setting_of(TEXT, world)
    spec = setting.policies.rules["scenario"][1].spec
    families = {
        family for family, hit in zip(setting.structure.families, spec.inputs, strict=True) if hit
    }
    assert families == {"etch"}
    assert [setting.structure.countries[row] for row in spec.members] == ["US", "JP"]
    assert set(setting.covered) == {
        name for name, hit in zip(setting.structure.inputs, spec.inputs, strict=True) if hit
    }


LICENCE = "licence: {policy: presumption-of-denial}\n    servicing: {ban: true}"


def caps(cap, world, inputs="families: lithography, exclude: mask-aligners", more=""):
    text = TEXT.replace("    tiers: [advanced, leading]\n", "").replace(LICENCE, f"cap: {cap}")
    text = text.replace("families: etch", inputs) + more
    setting = setting_of(text, world)
    rules = [rule for rule in setting.policies.rules["scenario"] if rule.control.name == "etch"]
    return setting, rules


def test_a_sliding_scale_is_one_cap_for_all(world):
    _, rules = caps("{kind: sliding, generations: 2}", world)
    assert [(rule.spec.cap.kind, rule.spec.cap.value) for rule in rules] == [("sliding", 2.0)]
    assert not rules[0].spec.sales


def level_of(setting, rules, name):
    place = setting.structure.inputs.index(name)
    (level,) = (rule.spec.cap.value for rule in rules if rule.spec.inputs[place])
    return level


def test_a_hard_cap_behind_the_frontier_is_fixed_input_by_input(world):
    setting, rules = caps("{kind: hard, behind: 2}", world)
    covered = sum(rule.spec.inputs.astype(int) for rule in rules)
    assert covered.max() == 1
    lithography = sum(family == "lithography" for family in setting.structure.families)
    assert covered.sum() == lithography - 1  # mask aligners
    # The best EUV scanner on sale is of grade 13. Six rungs in 11 years, for half a year.
    found = level_of(setting, rules, "euv-low-na-lithography")
    assert found == pytest.approx(13 + 0.5 * 6 / 11 - 2)
    assert len({rule.spec.cap.value for rule in rules}) == len(rules) > 1


def test_where_a_ladder_shows_no_pace_the_frontier_moves_as_the_prior_says(world):
    undated = {
        key: tuple(replace(step, year=None) for step in steps)
        for key, steps in world.ladders.items()
    }
    silent = replace(world, ladders=undated)
    euv = "ids: euv-low-na-lithography"
    setting, rules = caps("{kind: hard, behind: 2}", silent, euv)
    middle = float(load_priors()["frontier_pace"].quantile(0.5))
    assert middle > 0
    level = level_of(setting, rules, "euv-low-na-lithography")
    assert level == pytest.approx(13 + 0.5 * middle - 2)
    stated = "assumptions: {frontier_pace: 1.0}\n"
    setting, rules = caps("{kind: hard, behind: 2}", silent, euv, stated)
    assert level_of(setting, rules, "euv-low-na-lithography") == pytest.approx(13 + 0.5 - 2)


@pytest.mark.parametrize(
    "cap", ["{kind: hard, behind: 2}", "{kind: sliding, generations: 2}", "{kind: hard, grade: 3}"]
)
def test_a_cap_on_an_input_without_a_ladder_is_a_finding(world, cap):
    with pytest.raises(FindingsError, match="on 'mask-aligners': there is no ladder") as caught:
        caps(cap, world, "families: lithography")
    (finding,) = caught.value.findings
    assert finding.fix.startswith("exclude: [mask-aligners]")


def test_a_cap_behind_a_frontier_that_nobody_knows_is_a_finding(world):
    euv = "ids: euv-low-na-lithography"
    about = ("input:euv-low-na-lithography", "grade")
    kept = {
        key: fact
        for key, fact in world.statements.items()
        if (fact.subject_id, fact.property) != about
    }
    blind = replace(world, statements=kept)
    for cap in ("{kind: hard, behind: 2}", "{kind: sliding, generations: 2}"):
        with pytest.raises(FindingsError, match="frontier of 'euv-low-na-lithography' is not"):
            caps(cap, blind, euv)
    assert caps("{kind: hard, grade: 9}", blind, euv)[1]


def test_the_parts_of_a_control_share_its_licences_wherever_its_caps_are(world):
    licensed = "{kind: hard, behind: BEHIND}\n    licence: {approval: [0, 0.5]}"
    drawn = []
    for behind in ("2", "3.5"):
        setting, rules = caps(licensed.replace("BEHIND", behind), world)
        assert len({rule.spec.name for rule in rules}) == len(rules) > 1
        policy = setting.policies.scenario
        granted = approval_draws(policy, setting.params.seed, 5)
        parts = [n for n, spec in enumerate(policy.controls) if spec.cap is not None]
        assert (granted[:, parts] == granted[:, parts[:1]]).all()
        drawn.append(granted[:, parts[0]])
        named = [q.name for q in uncertain_quantities(setting, 2) if q.name.startswith("approval:")]
        assert named == ["approval:old", "approval:etch"]
    assert (drawn[0] == drawn[1]).all()
    assert np.ptp(drawn[0]) > 0


def test_a_label_that_a_ladder_does_not_have_is_a_finding(world):
    with pytest.raises(FindingsError, match="no rung '3 parsec'"):
        caps("{kind: hard, label: 3 parsec}", world)


def test_a_country_that_the_model_does_not_follow_is_a_finding(world):
    text = TEXT.replace("by: coalition", "by: [US, ZA]")
    with pytest.raises(FindingsError, match="ZA is not among the countries"):
        setting_of(text, world)


def test_money_is_shared_out_in_full(world):
    text = TEXT.replace(
        "draws: 3",
        "levers:\n"
        "  subsidy: [{inputs: {families: etch}, from: 2026Q1, usd_million_per_year: 1000,"
        " capacity_share: 0.25}]\n"
        "  promotion: [{inputs: {families: [etch, cmp]}, from: 2026Q1, until: 2026Q4,"
        " usd_million_per_year: 400}]\n"
        "  mandate: [{inputs: {families: etch}, from: 2026Q1, strength: 0.5}]\n"
        "draws: 3",
    )
    policy = setting_of(text, world).policies.scenario
    assert policy.subsidies[0].rnd.sum() * 4 == pytest.approx(750)
    assert policy.subsidies[0].capacity.sum() * 4 == pytest.approx(250)
    assert policy.promotions[0].rnd.sum() * 4 == pytest.approx(400)
    assert policy.promotions[0].rnd[0].sum() == 0  # not the target
    assert policy.promotions[0].until_quarter == 4
    assert policy.mandates[0].strength.max() == 0.5


def test_what_a_subsidy_leaves_open_is_an_assumption_that_the_result_names(world):
    lever = "{inputs: {families: etch}, from: 2026Q1, usd_million_per_year: 1000SHARE}"
    for share, told in (("", True), (", capacity_share: 0.5", False)):
        text = TEXT + f"levers:\n  subsidy: [{lever.replace('SHARE', share)}]\n"
        setting = setting_of(text, world)
        subsidy = setting.policies.scenario.subsidies[0]
        part = subsidy.capacity.sum() / (subsidy.capacity + subsidy.rnd).sum()
        assert part == pytest.approx(load_assumptions()["subsidy_capacity_share"].value)
        assert any("subsidy_capacity_share" in note for note in setting.notes) == told


# -- from assumptions to priors ---------------------------------------------------------------


def priors_with(text):
    return scenario_priors(parse_scenario(TEXT + f"assumptions:\n{text}"))


def test_an_assumption_replaces_the_priors_of_all_families():
    table = priors_with("  leakage: 0.2\n")
    assert {table[key].a for key in table if key.startswith("leakage")} == {0.2}
    untouched = {key for key in table if not key.startswith("leakage")}
    assert all(table[key] == load_priors()[key] for key in untouched)


def test_an_assumption_for_a_family_leaves_the_others():
    table = priors_with("  qualification_rate: {value: [0.1, 0.2], families: etch}\n")
    assert table["qualification_rate"] == load_priors()["qualification_rate"]
    assert (table["qualification_rate.etch"].dist, table["qualification_rate.etch"].b) == (
        "uniform",
        0.2,
    )


def test_the_family_wins_whatever_the_order():
    rows = ["{value: 0.3, families: etch}", "{value: 0.1}"]
    for order in (rows, rows[::-1]):
        table = priors_with("  expansion: [" + ", ".join(order) + "]\n")
        assert table["expansion.etch"].a == 0.3
        assert table["expansion"].a == 0.1


def test_an_assumption_reaches_the_draws(world):
    text = TEXT + "assumptions:\n  leakage: [{value: 0.0}, {value: 0.5, families: tools}]\n"
    values = setting_of(text, world).params.values["leakage"]
    assert set(np.unique(values)) == {0.0, 0.5}


GUIDE = "  qualification_rate: {value: [0.05, 0.15], families: lithography}\n"


def test_the_belief_of_the_guide_stands_before_the_facts_and_is_listed_as_used(world):
    plain = setting_of(TEXT, world, draws=20)
    setting = setting_of(TEXT + "assumptions:\n" + GUIDE, world, draws=20)
    here = np.array([family == "lithography" for family in setting.structure.families])
    rate = setting.params.values["qualification_rate"]
    assert rate[:, here].min() >= 0.05
    assert rate[:, here].max() <= 0.15
    assert np.ptp(rate[:, here]) > 0.05
    assert (rate[:, ~here] == plain.params.values["qualification_rate"][:, ~here]).all()
    key = "qualification_rate.lithography"
    listed = set(evidence_table(setting)["statement_id"])
    assert f"prior:{key}" in listed
    ranked = {one.name: one.values for one in uncertain_quantities(setting, 20)}
    assert (ranked[key] == rate[:, np.flatnonzero(here)[0]]).all()
    # Every input has a qualification time, so the general prior stands nowhere.
    assert "prior:qualification_rate" not in listed | set(evidence_table(plain)["statement_id"])
    assert "qualification_rate" not in ranked


def test_beliefs_about_routes_are_evidence_only_where_routes_come_from_chips(world):
    for routes, used in (("chip", True), ("tables", False)):
        setting = setting_of(TEXT + f"routes: {routes}\n", world)
        assert ("prior:system_cost" in set(evidence_table(setting)["statement_id"])) == used
        names = {one.name for one in uncertain_quantities(setting, 2)}
        assert set(BELIEFS) <= names if used else not set(BELIEFS) & names
    assert BELIEFS == ROUTE_BELIEFS


def test_a_stated_belief_that_reaches_nothing_is_a_finding(world):
    text = TEXT + "assumptions:\n  attrition: {value: 0.1, families: [consumable, etch]}\n"
    with pytest.raises(FindingsError, match="'attrition' for 'consumable' reaches noth") as caught:
        setting_of(text, world)
    assert len(caught.value.findings) == 1
    # A scenario made in Python is not read, so its lines are not checked.
    stated = parse_scenario(TEXT + "assumptions: {system_cost: 100}\n")
    unread = stated.model_copy(update={"routes": "tables"})
    with pytest.raises(FindingsError, match="'system_cost' reaches nothing"):
        build_setting(unread, world, draws=2, seed=1)


def test_a_mechanism_can_be_switched_off(world):
    setting = setting_of(TEXT + "mechanisms: {stockpiling: false}\n", world)
    for policy in (setting.policies.baseline, setting.policies.scenario):
        assert not policy.on("stockpiling")
        assert policy.on("entry")


# -- numbers ------------------------------------------------------------------------------------


def test_lag_in_years_is_read_off_the_ladder(world):
    structure = build_structure(world, target="CN", coalition=("US",), years=1).structure
    ladder = (np.array([0.0, 1.0, 2.0]), np.array([2000.0, 2004.0, 2006.0]))
    known = replace(structure, ladders=(ladder,) + ((np.array([]), np.array([])),) * 2)
    own = np.array([[0.0, 1.0, 1.0], [0.5, 1.0, 1.0], [-1.0, 0.0, 0.0]])
    best = np.array([[2.0, 1.0, 1.0], [1.0, 1.0, 1.0], [3.0, 0.0, 0.0]])
    lag = years_behind(own, best, known)
    assert lag[:, 0].tolist() == [6.0, 2.0, 12.0]  # beyond both ends the last step goes on
    assert np.isnan(lag[:, 1:]).all()


def test_first_order_indices_and_errors_are_those_of_salib():
    from SALib.analyze import rbd_fast

    draws = np.random.default_rng(8).uniform(size=(201, 3))
    result = draws @ [3.0, 1.0, 0.0] + draws[:, 0] * draws[:, 2]
    expected = rbd_fast.analyze(
        {"num_vars": 3, "names": ["a", "b", "c"]},
        draws,
        (result - result.mean()) / result.std(),
        M=count("sensitivity_harmonics"),
        num_resamples=7,
        conf_level=0.95,
        seed=np.random.default_rng(5),  # of which it takes an offspring
    )
    index, error = first_order(draws, result, np.random.default_rng(5), resamples=7)
    np.testing.assert_allclose(index, expected["S1"], rtol=1e-10)
    # SALib gives half of a 95 % interval.
    half = np.asarray(expected["S1_conf"], dtype=float)
    np.testing.assert_allclose(error * 1.959963984540054, half, rtol=1e-10)


def test_first_order_indices_of_a_known_function():
    rng = np.random.default_rng(3)
    draws = rng.uniform(-np.pi, np.pi, (4000, 3))
    x, y, z = draws.T
    ishigami = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    index, error = first_order(draws, ishigami, rng, resamples=20)
    assert np.allclose(index, [0.3139, 0.4424, 0.0], atol=0.04)
    assert (error > 0).all()
