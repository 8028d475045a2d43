# SPDX-License-Identifier: Apache-2.0
"""What a report says of its numbers and of its scenario, in words."""

from __future__ import annotations

import dataclasses

import numpy as np
from page_reader import PageReader, lint

from chokegraph.report.page import render
from chokegraph.result import make_table
from chokegraph.scenario import parse_scenario
from conftest import with_parameters
from result_factory import SCENARIO_TEXT


def test_the_answer_is_composed_from_the_headline(made_up_result, read):
    row = next(r for r in made_up_result.headline.to_dicts() if r["item"] == "advanced-logic")
    answer = read.by_class("answer")[0].words
    size = f"{abs(100 * row['difference_median']):.0f}"
    assert f"output of advanced logic in China is {size} percentage points lower" in answer
    assert "Sales of providers from" in answer or "sales of providers from" in answer


def test_opposite_draws_name_what_decides(made_up_result):
    reader = PageReader(render(with_parameters(made_up_result)))
    start = reader.text.index("What would have to be true")
    part = reader.text[start : start + 900]
    assert "what leaks through" in part
    assert "ease of entry" not in part
    assert "higher" in part


def test_all_scenario_parts_can_be_told(made_up_result):
    text = SCENARIO_TEXT.replace(
        "levers:\n  subsidy:",
        "mechanisms: {entry: false}\nlevers:\n"
        "  mandate:\n    - {inputs: {stages: [materials]}, from: 2025Q1, strength: 0.3}\n"
        "  promotion:\n    - {inputs: {tags: [hybrid-bonding]}, from: 2026Q1, until: 2029Q4, "
        "usd_million_per_year: 300}\n  subsidy:",
    ).replace(
        "controls:\n  - name: etch",
        "controls:\n"
        "  - {name: hard, by: US, inputs: {eccns: ['3B001']}, from: 2025Q1, "
        "cap: {kind: hard, label: 28nm}}\n"
        "  - {name: slide, by: US, inputs: {ids: [neon], exclude: [dry-etch]}, from: 2025Q1, "
        "cap: {kind: sliding, generations: 2}}\n"
        "  - {name: answer, by: NL, on: coalition, inputs: {ids: [neon]}, from: 2025Q1, "
        "licence: {policy: denial}}\n"
        "  - name: etch",
    )
    assert text.count("cap:") == 2
    scenario = parse_scenario(text)
    told = PageReader(render(dataclasses.replace(made_up_result, scenario=scenario))).text
    for phrase in (
        "whatever is above 28nm (hard cap)",
        "export-control number 3B001",
        "newer than 2.0 generations behind the frontier (sliding scale)",
        "without dry etch tools",
        "to the coalition",
        "prefer domestic the stage materials",
        "pay USD 300 million a year to their own providers",
        "in force from 2026 Q1 until 2029 Q4",
        "switched off, in both runs: entry",
    ):
        assert (
            phrase.replace(" million", "\u202fmillion").replace("USD 300", "USD\u202f300") in (told)
            or phrase in told
        ), phrase


def test_the_opposite_is_told_for_outcomes_that_are_no_output(made_up_result):
    rows = made_up_result.headline.to_dicts()
    headline = [row for row in rows if row["outcome"] != "output"]
    text = PageReader(
        render(dataclasses.replace(made_up_result, headline=make_table("headline", headline)))
    ).text
    assert "the outcome of the answer is lower than in the baseline" in text
    assert lint(text) == []


def test_where_nothing_sets_the_opposite_apart_nothing_leads_there(made_up_result):
    told = with_parameters(made_up_result)
    sampled = told.dataset["sampled"]
    other = np.random.default_rng(8).uniform(size=sampled.shape)
    without = told.dataset.assign(sampled=(sampled.dims, other))
    rows = [row | {"rank_correlation": 0.9} for row in told.sensitivity.to_dicts()]
    for data, apart in ((told.dataset, True), (without, False)):
        result = dataclasses.replace(
            told, dataset=data, sensitivity=make_table("sensitivity", rows)
        )
        text = PageReader(render(result)).text
        assert ("No single assumption sets these draws apart" in text) == (not apart)
        assert ("these would have to lie on the side named" in text) == apart


def test_money_by_year_and_over_all_years_is_not_a_year(read):
    """Each column is the sum of its own span, so the unit is money and no more."""
    heads = [cell.words for cell in read.all("th", scope="col")]
    assert heads.count("All years together") == 2
    titles = [one.words for one in read.all("h3") if "Change of" in one.words]
    assert titles
    assert not any("a year" in title for title in titles)


def test_the_law_is_told_in_labels_with_links(made_up_result):
    rule = {
        "run": "scenario", "rule": "made-up", "title": "Made up", "from": "2022-10-07",
        "until": None, "cite": "15 CFR 744.23(a); 88 FR 73458", "confidence": "A",
        "inputs": "duv-scanner;neon", "amended": False,
    }  # fmt: skip
    part = {"run": "scenario", "missing": "us_content_pct;contains_us_ic", "part": 0.5}
    text = SCENARIO_TEXT.replace("baseline:\n", "baseline:\n  law: {base: ear}\n")
    blank = {name: dict.fromkeys(make_table(name, []).columns) for name in ("rules", "law")}
    tables = {
        "rules": make_table("rules", [blank["rules"] | rule]),
        "law": make_table("law", [blank["law"] | part]),
    }
    told = dataclasses.replace(made_up_result, scenario=parse_scenario(text), **tables)
    reader = PageReader(render(told))
    assert "US content pct" not in reader.text
    assert "contains a US-origin integrated circuit" in reader.text
    assert "1 rules stop something" not in reader.text
    assert "rule that bears on the trade" in reader.text
    assert "DUV immersion scanners; neon" in reader.text
    links = [one.attributes["href"] for one in reader.all("a") if "href" in one.attributes]
    assert "https://www.ecfr.gov/current/title-15/section-744.23" in links
    assert "https://www.federalregister.gov/citation/88-FR-73458" in links
