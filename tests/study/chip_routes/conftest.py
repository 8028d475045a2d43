# SPDX-License-Identifier: Apache-2.0
"""What the tests of routes from chip share: figures, designs and a setting."""

from __future__ import annotations

import pytest

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.scenario import load_scenario
from chokegraph.study.chip_routes_designs import load_ways, sized
from chokegraph.study.chip_routes_draws import catalogue_of
from chokegraph.study.setting import build_setting
from study.chip_routes.given import BELIEFS, SCENARIOS


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def ways(catalogue):
    listed = load_ways()
    return {way.id: way for way in sized(catalogue_of(catalogue, listed), listed, BELIEFS)}


@pytest.fixture(scope="session")
def setting(world):
    scenario = load_scenario(SCENARIOS / "hard-cap.yaml")  # no law: quick to build
    return build_setting(scenario, world, draws=40, seed=3)
