# SPDX-License-Identifier: Apache-2.0
"""What the tests of law in a study share: a setting and its result."""

from __future__ import annotations

import pytest

from chokegraph.result import load_result
from chokegraph.scenario import parse_scenario
from chokegraph.study import run
from chokegraph.study.setting import build_setting
from study.law.given import AFTER, BEFORE, text_of


@pytest.fixture(scope="session")
def december(world):
    scenario = parse_scenario(text_of(BEFORE, AFTER))
    return build_setting(scenario, world, draws=20, seed=4)


@pytest.fixture(scope="session")
def result(world, tmp_path_factory):
    text = text_of(BEFORE, AFTER)
    found = run(parse_scenario(text), world, engine="numpy", attribution=False, scenario_text=text)
    return load_result(found.save(tmp_path_factory.mktemp("result") / "small"))
