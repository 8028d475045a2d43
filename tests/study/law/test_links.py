# SPDX-License-Identifier: Apache-2.0
"""The law decided for all links of a chain, in bulk as one at a time."""

from __future__ import annotations

import time

import numpy as np
import pytest

from chokegraph.rules import load_law
from chokegraph.rules.completing import completed
from chokegraph.rules.decision import evaluate
from chokegraph.rules.values import NOT_APPLICABLE, Interval
from chokegraph.scenario import load_licence_policies, parse_scenario
from chokegraph.study.law_decide import FREE
from chokegraph.study.setting import build_setting
from study.law.given import AFTER, BEFORE, denied, text_of


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


@pytest.mark.slow
def test_deciding_costs_seconds(world):
    text = text_of(BEFORE, AFTER)
    build_setting(parse_scenario(text), world, draws=2, seed=1)  # reads and compiles the law
    began = time.process_time()
    build_setting(parse_scenario(text.replace("2024Q1", "2023Q1")), world, draws=2, seed=1)
    assert time.process_time() - began < 20
