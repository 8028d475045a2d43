# SPDX-License-Identifier: Apache-2.0
"""The key `law` of a scenario: which law holds, and what amends it."""

from __future__ import annotations

import datetime as dt

import pytest

from chokegraph.errors import FindingsError
from chokegraph.scenario import LawSetting, parse_scenario
from chokegraph.study.setting import build_setting
from study.law.given import AFTER, BEFORE, ROOT, text_of


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


def test_law_as_known_before_it_is_encoded_is_found_at_its_line():
    text = text_of(BEFORE, "\n  base: ear\n  as_known_on: 1990-01-01")
    with pytest.raises(FindingsError, match="1990-01-01 is before 2018-01-01") as caught:
        parse_scenario(text, file="s.yaml")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "1990" in row)
    assert [(one.file, one.line) for one in caught.value.findings] == [("s.yaml", line)]


def test_a_setting_is_the_law_of_its_day():
    assert LawSetting().as_known_on is None
    assert LawSetting(as_known_on=dt.date(2022, 10, 6)).as_known_on.year == 2022
