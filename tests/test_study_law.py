# SPDX-License-Identifier: Apache-2.0
"""The law of a scenario: decided for all links, turned into access, traced back to its rules."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from chokegraph.cli.law_print import print_law
from chokegraph.errors import FindingsError
from chokegraph.result import explain, load_result
from chokegraph.rules import load_law
from chokegraph.rules.completing import completed
from chokegraph.rules.decision import evaluate
from chokegraph.rules.values import NOT_APPLICABLE, Interval
from chokegraph.scenario import LawSetting, load_licence_policies, parse_scenario
from chokegraph.study import run
from chokegraph.study.law import _mean_denied, tier_parts
from chokegraph.study.law_decide import FREE
from chokegraph.study.setting import build_setting
from chokegraph.world import load_world

ROOT = Path(__file__).resolve().parents[1]
HEAD = """\
schema: 1
name: small
title: A small run under law
question: What does the package of December 2024 change?
world: builtin@2024
target: CN
coalition: [US, NL, JP, KR]
start: {start}
end: {end}
"""
BEFORE, AFTER = "{base: ear, as_known_on: 2024-12-01}", "{base: ear, as_known_on: 2024-12-02}"


def text_of(baseline, law, start="2024Q1", end="2025Q4", more=""):
    head = HEAD.format(start=start, end=end)
    return f"{head}baseline:\n  law: {baseline}\nlaw: {law}\n{more}draws: 3\nseed: 4\n"


@pytest.fixture(scope="module")
def world():
    return load_world("builtin@2024")


@pytest.fixture(scope="module")
def december(world):
    scenario = parse_scenario(text_of(BEFORE, AFTER))
    return build_setting(scenario, world, draws=20, seed=4)


@pytest.fixture(scope="module")
def result(world, tmp_path_factory):
    text = text_of(BEFORE, AFTER)
    found = run(parse_scenario(text), world, engine="numpy", attribution=False, scenario_text=text)
    return load_result(found.save(tmp_path_factory.mktemp("result") / "small"))


def denied(setting, which, country, item, quarter, row=slice(0, 3)):
    structure = setting.structure
    path = _mean_denied(setting.policies.laws[which])[structure.quarters.index(quarter)]
    c, i = structure.countries.index(country), structure.inputs.index(item)
    return np.round(path[row, c, i], 3)


# -- the scenario key -------------------------------------------------------------------------


def test_law_none_is_the_run_without_law(world):
    law = "law: none\n"
    text = text_of("none", "none", more="controls:\n  - {name: x, by: US, inputs: {families: etch}, from: 2025Q1, licence: {policy: denial}}\n")  # fmt: skip # noqa: E501
    assert law in text
    setting = build_setting(parse_scenario(text), world, draws=2, seed=1)
    assert setting.policies.laws == {"baseline": None, "scenario": None}
    assert setting.policies.scenario.law is None


def test_a_scenario_keeps_the_law_of_its_baseline_unless_it_says_otherwise(world):
    control = "controls:\n  - {name: x, by: US, inputs: {families: etch}, from: 2025Q1, licence: {policy: denial}}\n"  # fmt: skip # noqa: E501
    text = text_of(BEFORE, AFTER, more=control).replace(f"\nlaw: {AFTER}\n", "\n")
    scenario = parse_scenario(text)
    assert scenario.law_of("scenario") == scenario.law_of("baseline") is not None
    setting = build_setting(scenario, world, draws=2, seed=1)
    laws = setting.policies.laws
    assert laws["scenario"] is laws["baseline"]
    assert not setting.policies.changed_by_law().any()


def test_amendments_are_laid_over_those_of_the_baseline():
    base = "{base: ear, amend: [{parameter: nand-layers, value: 200, from: 2026-01-01}]}"
    own = "{base: baseline, amend: [{group: 'D:5', add: [KZ], from: 2026-01-01}]}"
    scenario = parse_scenario(text_of(base, own))
    assert [one.parameter or one.group for one in scenario.law_of("scenario").amend] == [
        "nand-layers",
        "D:5",
    ]


@pytest.mark.parametrize(
    ("change", "message", "fix"),
    [
        ("{parameter: nand-layer, value: 200, from: 2026-01-01}", "no parameter", "nand-layers"),
        ("{group: 'D:6', add: [KZ], from: 2026-01-01}", "no group 'D:6'", ""),
        ("{rule: ear-744.99, status: suspended, from: 2026-01-01}", "no rule", ""),
        ("{end: ear-744.11}", "'on' is missing", ""),
        ("{end: ear-affiliates, on: 2026-01-01}", "is not known on 2024-12-02", ""),
        ("{parameter: nand-layers, from: 2026-01-01}", "not a number", ""),
        ("{value: 3}", "give exactly one of", ""),
        ("{parameter: nand-layers, value: 3, status: suspended, from: 2026-01-01}", "takes no", ""),
        ("{rule: ear-744.11, status: forgotten, from: 2026-01-01}", "not allowed", "suspended"),
        ("{add: {id: new, kind: requirement}, note: x}", "'versions' is missing", ""),
    ],
)
def test_a_wrong_amendment_is_found_at_its_line(change, message, fix):
    law = "\n  base: ear\n  as_known_on: 2024-12-02\n  amend:\n    - "
    text = text_of(BEFORE, law + change)
    with pytest.raises(FindingsError) as caught:
        parse_scenario(text, file="s.yaml")
    found = [one for one in caught.value.findings if message in one.message]
    assert found, [str(one) for one in caught.value.findings]
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.strip() == "- " + change)
    assert {(one.file, one.line) for one in found} == {("s.yaml", line)}
    assert all(one.column for one in found)
    assert fix in found[0].fix


def test_the_amendments_of_the_guide_are_sound():
    page = (ROOT / "docs" / "how-to" / "write-a-scenario.md").read_text(encoding="utf-8")
    block = page.split("```yaml\n")[3].split("```")[0]
    late = "{base: ear, as_known_on: 2025-12-31}"
    text = text_of(late, AFTER).replace(f"\nlaw: {AFTER}\n", "\n" + block)
    assert len(parse_scenario(text).law_of("scenario").amend) == block.count("- {")


def test_a_base_that_is_not_there_is_found():
    with pytest.raises(FindingsError, match="write base: ear"):
        parse_scenario(text_of("{base: baseline}", "{base: ear}"))
    with pytest.raises(FindingsError, match="which has none"):
        parse_scenario(text_of("none", "{base: baseline}"))
    with pytest.raises(FindingsError, match="belong to base: ear"):
        parse_scenario(text_of(BEFORE, "{base: baseline, as_known_on: 2025-01-01}"))


# -- what is decided --------------------------------------------------------------------------


def test_every_outcome_of_the_law_has_a_range(december):
    known = load_licence_policies()
    for law in december.policies.laws.values():
        assert set(law.decided.names) - {FREE} <= set(known)
    assert {policy.id.replace("_", "-") for policy in load_law().policies} <= set(known)


def test_stacked_memory_is_free_before_the_package_and_denied_after(december):
    before = denied(december, "baseline", "KR", "hbm", "2025Q4")
    assert (before > 0).all()  # what goes to Huawei, since 2020
    assert (before < 0.7).all()
    assert (denied(december, "scenario", "KR", "hbm", "2025Q4") > 0.9).all()
    early = denied(december, "scenario", "KR", "hbm", "2024Q4")  # to be complied with later
    assert early.tolist() == denied(december, "baseline", "KR", "hbm", "2024Q4").tolist()


def test_advanced_plants_get_less_than_mature_ones(december):
    mature, advanced, leading = denied(december, "baseline", "US", "ald-tools", "2024Q3")
    assert 0 < mature < advanced
    assert leading > 0.8


def test_a_design_house_is_not_a_plant(december):
    assert denied(december, "scenario", "US", "eda-analog", "2025Q4", 0) < 0.2


def test_materials_from_friends_are_free(december):
    assert not denied(december, "scenario", "JP", "resist-krf", "2025Q4").any()


def test_scanners_for_euv_are_denied_by_practice_whatever_the_law(december):
    assert (denied(december, "baseline", "NL", "euv-low-na-lithography", "2024Q1") > 0.9).all()


def test_american_people_and_service_stop_at_advanced_plants(december):
    service = denied(december, "baseline", "US", "ald-tools", "2024Q3", 5)
    people = denied(december, "baseline", "US", "ald-tools", "2024Q3", 6)
    assert 0 < service < 1
    assert 0 < people < 1
    assert denied(december, "baseline", "JP", "ald-tools", "2024Q3", 6) == 0


def test_the_regimes_of_others_can_be_left_out(world):
    both = "{base: ear, as_known_on: 2024-11-30}"
    alone = "{base: ear, as_known_on: 2024-11-30, regimes: [us]}"
    setting = build_setting(parse_scenario(text_of(alone, both)), world, draws=2, seed=1)
    with_them = denied(setting, "scenario", "NL", "arf-immersion-overlay-1p5", "2024Q4")
    without = denied(setting, "baseline", "NL", "arf-immersion-overlay-1p5", "2024Q4")
    assert with_them[0] > without[0]
    for law in setting.policies.laws.values():
        regimes = {rule.regime for rule in law.decided.law.rules}
        assert regimes == set(law.decided.setting.regimes)


def test_an_added_rule_decides(world):
    added = """
  base: baseline
  amend:
    - add:
        id: proposed
        kind: requirement
        code: R_PROPOSED
        title: Proposed
        versions:
          - effective: 2025-01-01
            cite: nowhere
            confidence: A
            when: {all: [{eccn: {in: ["3B991"]}}, {end_use_class: packaging}]}
    - {parameter: nand-layers, value: 500, from: 2025-07-01}
"""
    setting = build_setting(parse_scenario(text_of(BEFORE, added)), world, draws=2, seed=1)
    for which, more in (("baseline", False), ("scenario", True)):
        assert bool(denied(setting, which, "US", "wire-bonders", "2025Q1").any()) is more
    before = denied(setting, "scenario", "US", "ald-tools", "2025Q2")
    after = denied(setting, "scenario", "US", "ald-tools", "2025Q4")
    assert after[1] <= before[1]
    assert "wire-bonders" in setting.covered
    assert "resist-krf" not in setting.covered


def test_the_engine_and_the_scalar_evaluator_agree_on_links(december):
    """The link that is decided in bulk is the row that the scalar evaluator decides."""
    law = december.policies.laws["scenario"].decided
    span = int(law.spans[-1, 0])
    from chokegraph.study.law_decide import _Decider

    decider = _Decider(law.setting, december.world, "CN", law.case)
    decider.law = law.law
    frame = decider._frame(law.days[span], None)
    rng = np.random.default_rng(3)
    for place in rng.choice(frame.height, 25, replace=False).tolist():
        row = _values(frame.row(place, named=True), law.law)
        alone = evaluate(completed(row, law.law), law.law, law.days[span])
        bulk = law.decisions.row(int(law.decision[span, place]), named=True)
        assert (alone.licence, alone.policy) == (bulk["licence"], bulk["policy"]), row
        assert alone.reasons == tuple(bulk["reasons"])


def _values(row, law):
    values = {}
    for name, fact in law.facts.items():
        if fact.type == "number" and f"{name}__low" in row:
            low, high = row[f"{name}__low"], row[f"{name}__high"]
            absent = low is not None and low != low
            values[name] = NOT_APPLICABLE if absent else None if low is None else Interval(low, high)  # fmt: skip # noqa: E501
        elif name in row:
            value = row[name]
            if value == "n/a" or (isinstance(value, float) and value != value):
                value = NOT_APPLICABLE
            elif fact.is_set and value is not None:
                value = frozenset(part for part in value.split(";") if part)
            values[name] = value
    return values


# -- what the model is given ------------------------------------------------------------------


def test_states_are_shared_and_few(december):
    for law in december.policies.laws.values():
        flows = law.flows
        states, parts, kinds = flows.weight.shape
        assert states < 12
        assert parts < 200
        assert kinds < 500
        assert not flows.weight[0].any()
        assert flows.cell.max() == kinds - 1
        assert flows.state.max() < states


def test_before_it_is_published_nobody_expects_the_package(december):
    law = december.policies.laws["scenario"].flows
    quarter = december.structure.quarters.index("2024Q3")
    # What began between the middle and the end of the quarter is expected to stay.
    assert set(law.state[quarter, 1:]) == {law.state[quarter + 1, 0]}
    assert law.state[quarter + 1, 0] not in law.state[quarter + 1, 1:]


def test_parts_of_a_flow_never_exceed_it(december):
    for law in december.policies.laws.values():
        middle = np.array([part.share[1] for part in law.flows.parts])
        by_kind = middle @ law.flows.weight
        assert by_kind.max() <= 1 + 1e-6


def test_demand_by_tier_is_whole(december):
    np.testing.assert_allclose(tier_parts(december.structure).sum(axis=0), 1.0)


# -- what a result says -----------------------------------------------------------------------


def test_the_manifest_records_the_law(result):
    law = result.manifest["law"]
    assert law["baseline"]["as_known_on"] == "2024-12-01"
    assert law["baseline"]["version"] != law["scenario"]["version"]
    assert len(law["scenario"]["version"]) == 16
    assert law["scenario"]["facts_sha256"] == law["baseline"]["facts_sha256"]


def test_the_law_table_names_rules_that_are_in_the_rules_table(result):
    for which in ("baseline", "scenario"):
        law = result.law.filter(pl.col("run") == which)
        named = {rule for cell in law["rules"] for rule in cell.split(";") if rule}
        rules = result.rules.filter(pl.col("run") == which)
        have = {f"{row['rule']}@{row['from']}" for row in rules.to_dicts()}
        assert named == have
    assert result.rules["cite"].str.len_chars().min() > 0
    assert set(result.rules["confidence"]) <= {"A", "B", "C", "?"}


def test_a_reader_finds_the_rule_behind_stacked_memory(result):
    rows = result.law.filter(input="hbm", country="KR", run="scenario")
    assert set(rows["outcome"]) == {"presumption-of-denial"}
    late = rows.filter(pl.col("from") >= "2025Q1")
    assert late.height
    assert all("R_RS_HBM" in reasons for reasons in late["reasons"])
    before = result.law.filter(input="hbm", country="KR", run="baseline")
    assert set(before["reasons"]) == {"R_EL"}
    assert set(before["buyers"]) <= {"design-fn1", "design-fn4", "design-fn1;design-fn4"}


def test_unknown_is_told_with_the_facts_that_are_missing(result):
    unknown = result.law.filter(outcome="cannot-tell")
    assert unknown.height
    assert (unknown["missing"].str.len_chars() > 0).all()
    note = result.evidence.filter(statement_id="licence:cannot-tell")["note"][0]
    assert "Facts that are missing:" in note


def test_the_access_table_has_the_law(result):
    rows = result.access.filter(pl.col("control") == "law")
    assert set(rows["kind"]) == {"sales", "servicing", "staff"}
    assert ((rows["approval_mean"] >= 0) & (rows["approval_mean"] <= 1)).all()
    hbm = rows.filter(input="hbm", country="KR", run="scenario").to_dicts()
    assert [row["until"] for row in hbm][-1] == ""
    assert hbm[-1]["approval_mean"] < hbm[0]["approval_mean"]


def test_legal_facts_are_evidence(result):
    legal = result.evidence.filter(pl.col("statement_id").str.starts_with("legal:"))
    assert {"item_classes", "buyer_facts", "legal_items"} <= set(legal["property"])
    assert (legal["source_id"].str.len_chars() > 0).all()


def test_explain_walks_to_the_rules(result, capsys):
    from rich.console import Console

    found = explain(result, "local_share:hbm")
    assert found.access[0]["input"] == "hbm"
    assert {row["input"] for row in found.law} == {"hbm"}
    assert "ear-734.9-h" in {rule["rule"] for rule in found.rules}
    assert not found.controls
    print_law(Console(width=100), found)
    shown = capsys.readouterr().out
    for word in ("not legal advice", "R_RS_HBM", "ear-734.9-h", "89 FR 96790"):
        assert word in shown


def test_the_page_shows_the_law(result):
    from chokegraph.report.page import render

    page = render(result)
    assert 'id="law"' in page
    assert "as it could be known on 2024-12-01" in page
    assert "734.9(h)" in page


# -- cost -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_deciding_costs_seconds(world):
    text = text_of(BEFORE, AFTER)
    build_setting(parse_scenario(text), world, draws=2, seed=1)  # reads and compiles the law
    began = time.process_time()
    build_setting(parse_scenario(text.replace("2024Q1", "2023Q1")), world, draws=2, seed=1)
    assert time.process_time() - began < 20


def test_a_setting_is_the_law_of_its_day():
    assert LawSetting().as_known_on is None
    assert LawSetting(as_known_on=dt.date(2022, 10, 6)).as_known_on.year == 2022
