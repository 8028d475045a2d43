# SPDX-License-Identifier: Apache-2.0
"""Only what a run uses may be ranked, and only what stands out of chance is called clear."""

from __future__ import annotations

import numpy as np
import pytest

from chokegraph.errors import FindingsError
from chokegraph.response.priors import load_priors
from chokegraph.result.measures import Measure
from chokegraph.scenario import parse_scenario
from chokegraph.study import run
from chokegraph.study.idle import idle_priors
from chokegraph.study.sensitivity import (
    Quantity,
    chance_level,
    first_order,
    sensitivity_table,
    uncertain_quantities,
)
from chokegraph.study.setting import build_setting

TEXT = """\
schema: 1
name: small
title: A small run
question: What would a ban on etch tools do in two years?
world: builtin@2024
target: CN
coalition: [US, JP]
start: 2026Q1
end: 2027Q4
controls:
  - {name: etch, by: coalition, inputs: {families: etch}, from: 2026Q2, licence: {approval: 0.1}}
mechanisms: {MECHANISMS}
assumptions: {ASSUMPTIONS}
draws: 3
seed: 4
"""
LEVERS = {"mandate_effect", "subsidy_effect", "subsidy_pricing", "capacity_per_usd", "lock_in"}
KINDS = {"service_wear", "knowhow_loss", "over_compliance"}
MOST_OFF = ", ".join(
    f"{name}: false"
    for name in (
        "drift",
        "grade",
        "rnd_feedback",
        "price_war",
        "capacity",
        "learning",
        "stockpiling",
    )
)


def scenario(mechanisms="", assumptions="", more=""):
    text = TEXT.replace("MECHANISMS", mechanisms).replace("ASSUMPTIONS", assumptions)
    return parse_scenario(text + more)


def idle_of(world, **parts):
    setting = build_setting(scenario(**parts), world, draws=3, seed=4)
    return setting, idle_priors(setting)


def is_taken(mechanisms, assumption):
    """Beliefs about a mechanism that is off are refused, so they cannot move anything either."""
    try:
        scenario(mechanisms, assumption)
    except FindingsError:
        return False
    return True


@pytest.mark.parametrize("mechanisms", [pytest.param("", marks=pytest.mark.slow), MOST_OFF])
def test_what_is_idle_changes_no_headline_row_and_is_not_ranked(mechanisms, world):
    setting, idle = idle_of(world, mechanisms=mechanisms)
    assert idle >= LEVERS | KINDS
    if mechanisms:
        assert idle >= {"drift_time", "grade_width", "rnd_response", "crowding", "expansion"}
    ranked = {one.name.partition(".")[0] for one in uncertain_quantities(setting, 3)}
    assert ranked
    assert not ranked & idle
    texts = [f"{name}: {{value: 0.37}}" for name in sorted(idle)]
    others = ", ".join(text for text in texts if is_taken(mechanisms, text))
    assert "mandate_effect" in others
    plain, moved = (
        run(scenario(mechanisms, text), world, engine="numpy", attribution=False)
        for text in ("", others)
    )
    assert moved.headline.equals(plain.headline)


def test_what_a_lever_or_a_control_uses_is_ranked(world):
    levers = """\
levers:
  mandate: [{inputs: {families: etch}, from: 2026Q1, strength: 0.5}]
  subsidy: [{inputs: {families: etch}, from: 2026Q1, usd_million_per_year: 100}]
"""
    _, idle = idle_of(world, mechanisms="lock_in: true", more=levers)
    assert not idle & LEVERS
    staff = "levers: {}\n"
    text = TEXT.replace("MECHANISMS", "").replace("ASSUMPTIONS", "") + staff
    text = text.replace("licence: {approval: 0.1}", "staff: true, servicing: {ban: true}")
    setting = build_setting(parse_scenario(text), world, draws=3, seed=4)
    assert not idle_priors(setting) & {"service_wear", "knowhow_loss"}


def test_all_that_is_idle_is_a_prior(world):
    _, idle = idle_of(world)
    assert idle <= {prior.name for prior in load_priors().values()}


@pytest.mark.parametrize("draws", [200, 500])
def test_the_luckiest_of_many_meaningless_quantities_seldom_stands_out(draws):
    rng = np.random.default_rng(5)
    level = chance_level(draws, 40)
    alone = chance_level(draws, 1)
    lucky = above = 0
    for _ in range(60):
        index, _ = first_order(rng.random((draws, 40)), rng.normal(size=draws), rng)
        lucky += bool((index > level).any())
        above += int((index > alone).sum())
    assert lucky <= 8  # 3 expected
    assert 60 <= above <= 190  # 120 expected of 2,400: the level is the right one


def test_meaningless_quantities_are_not_clear_and_the_one_that_decides_is():
    rng = np.random.default_rng(6)
    deciding = rng.random(500)
    noise = [Quantity(f"q{k}", f"q{k}", "", rng.random(500), "") for k in range(69)]
    made = 0
    for place in range(12):
        values = 0.6 * deciding + rng.normal(scale=0.3, size=500)
        measure = Measure(f"m{place}", "M", "", "", "", "1", np.stack([values * 0, values]))
        table = sensitivity_table([measure], [*noise, Quantity("d", "D", "", deciding, "")], seed=1)
        rows = {row["parameter"]: row for row in table.to_dicts()}
        assert rows["d"]["clear"]
        made += sum(row["clear"] for row in rows.values()) - 1
    assert made <= 2


def test_an_index_within_two_of_its_errors_is_not_clear():
    rng = np.random.default_rng(7)
    values = rng.normal(scale=0.01, size=80)
    values[:2] = 1.0  # two draws make all the variance: whatever lies beside them explains it
    beside = rng.random(80)
    beside[:2] = (0.001, 0.002)
    table = sensitivity_table(
        [Measure("x", "X", "", "", "", "1", np.stack([values * 0, values]))],
        [Quantity("b", "B", "", beside, "")],
        seed=1,
    )
    row = table.to_dicts()[0]
    assert row["first_order"] > row["noise"]
    assert row["first_order"] < 2 * row["first_order_se"]
    assert not row["clear"]
