# SPDX-License-Identifier: Apache-2.0
"""How much of the purchases a control denies at the start, by the model's own gates."""

from __future__ import annotations

import numpy as np
import pytest

from chokegraph.scenario import parse_scenario
from chokegraph.study.access_shares import denied_shares, start_shares
from chokegraph.study.day_one_access import Regimes
from chokegraph.study.setting import build_setting

TEXT = """\
schema: 1
name: cap
title: A cap
question: What does a cap by grade deny on the first day?
world: builtin@2024
target: CN
coalition: [US, JP, NL]
start: 2026Q1
end: 2027Q4
controls:
  - name: cap
    by: coalition
    inputs: {families: lithography, exclude: mask-aligners}  # they have no ladder
    from: 2026Q1
    CAP
assumptions:
  leakage: {value: 0, families: [lithography]}
draws: 6
seed: 4
"""


def rules_of(cap, world):
    text = TEXT.replace("CAP", f"cap: {cap}")
    setting = build_setting(parse_scenario(text), world, draws=6, seed=4)
    return setting, setting.policies.rules["scenario"]


@pytest.mark.parametrize(
    "cap", ["{kind: hard, behind: 2}", "{kind: sliding, generations: 1}", "{kind: hard, grade: 5}"]
)
def test_a_cap_denies_what_the_model_denies_on_day_one(cap, world):
    setting, rules = rules_of(cap, world)
    ours = sum(denied_shares(setting, rule)[:, :, :] * _own(rule) for rule in rules)
    regimes = Regimes(setting, 6)
    pair = regimes.by_quarter[0]
    for draw in range(6):
        start = regimes.at(draw, [pair])
        bought = start.share[:3] * start.demand[:3, None]
        whole = start.demand[:3].sum(axis=0)
        lost = np.divide(
            (start.cut[0, :3] * bought).sum(axis=0), whole, out=np.zeros_like(bought[0]),
            where=whole > 0,
        )  # fmt: skip
        assert ours[draw] == pytest.approx(lost, abs=1e-6)


def _own(rule):
    """Which cells a rule covers: its members by its inputs."""
    members = np.zeros(12)
    members[list(rule.spec.members)] = 1
    return members[:, None] * rule.spec.inputs


def test_a_cap_above_everything_denies_nothing_and_one_below_everything_all(world):
    setting, rules = rules_of("{kind: hard, grade: 1000}", world)
    assert not denied_shares(setting, rules[0]).any()
    setting, rules = rules_of("{kind: hard, grade: -1000}", world)
    shares = start_shares(setting, rules[0]).sum(axis=1)
    assert (shares <= 1 + 1e-9).all()
    assert denied_shares(setting, rules[0]).sum(axis=1) == pytest.approx(shares)
