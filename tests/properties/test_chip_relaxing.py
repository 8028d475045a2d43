# SPDX-License-Identifier: Apache-2.0
"""Relaxing a restriction never makes the best design worse."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.caught import advanced_2023
from chokegraph.chip.search import Allowed, Grid, Request, search

NODES = ("smic-n2", "smic-14", "tsmc-n7", "tsmc-n5", "smic-28")
PACKAGES = ("organic-flip-chip", "si-interposer-mature", "embedded-bridge", "dram-on-logic-w2w")
MEMORIES = ("hbm2", "hbm3", "lpddr5x", "sedram-25nm")
TOOLS = (
    "euv-low-na-lithography", "euv-high-na-lithography", "hbm", "hbm2e", "dram-chips",
    "wafer-thinning-tools", "arf-immersion-overlay-1p5", "abf-substrates",
)  # fmt: skip
NOTHING = np.inf
CLOSE = 2e-3
"""Refinement stops at this part of the optimum between two sizes of the grid."""


@lru_cache
def grid():
    usual = Grid.of(load_catalogue(), 8)
    return Grid(dies=(1, 2, 4), stacks=(1, 4), areas=usual.areas, frequency=(0.5, 1.0))


def uncaught(high):
    def test(block):
        return advanced_2023(
            block.tpp, block.applicable_area,
            high=high, middle=high / 2, low=high / 3, dense=5.92, medium=3.2, sparse=1.6,
        )  # fmt: skip

    return test


def best(allowed, asked, start=()):
    found = search(
        load_catalogue(), Request(**asked), allowed, grid=grid(), finalists=6, start=start
    )
    loss = Request(**asked).sign * found.value if found.best else NOTHING
    return loss, found


def no_worse(tight, loose):
    """The looser search, by itself to the tolerance; knowing the tighter result, exactly."""
    (allowed, asked), (more, other) = tight, loose
    before, result = best(allowed, asked)
    after, _ = best(more, other)
    assert after == before == NOTHING or after <= before + CLOSE * abs(before)
    knowing, _ = best(more, other, start=[result])
    assert knowing <= before


def subsets(names):
    return st.lists(st.sampled_from(names), min_size=1, unique=True).map(
        lambda some: [name for name in names if name in some]
    )


allowed_sets = st.fixed_dictionaries(
    {"nodes": subsets(NODES), "packages": subsets(PACKAGES), "memories": subsets(MEMORIES)}
)
requests = st.sampled_from(
    [
        {"objective": "cost", "at_least": {"tpp": 3000.0}},
        {"objective": "cost", "at_least": {"tpp": 1500.0, "dram_bandwidth": 900.0}},
        {"objective": "tpp", "at_most": {"cost": 1200.0, "power": 400.0}},
        {"objective": "memory_bound", "at_most": {"cost": 900.0}},
        {"objective": "energy_memory_bound", "at_least": {"memory_bound": 0.5}},
        {"objective": "cost_per_tpp", "at_most": {"power": 500.0}},
    ]
)
few = settings(deadline=None, max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@few
@given(allowed_sets, requests, st.sampled_from(["nodes", "packages", "memories"]), st.data())
def test_one_more_node_package_or_memory_never_hurts(some, asked, group, data):
    every = {"nodes": NODES, "packages": PACKAGES, "memories": MEMORIES}[group]
    added = data.draw(st.sampled_from(every))
    more = some | {group: sorted({*some[group], added})}
    no_worse((Allowed(**some), asked), (Allowed(**more), asked))


@few
@given(subsets(TOOLS), requests, st.data())
def test_one_more_tool_never_hurts(denied, asked, data):
    given_back = data.draw(st.sampled_from(denied))
    some = {"nodes": NODES, "packages": PACKAGES, "memories": MEMORIES}
    left = [name for name in denied if name != given_back]
    no_worse((Allowed(denied=denied, **some), asked), (Allowed(denied=left, **some), asked))


@few
@given(allowed_sets, st.floats(100, 3000), st.floats(1, 3), st.sampled_from(["cost", "power"]))
def test_a_higher_budget_never_hurts(some, budget, times, what):
    allowed = Allowed(**some)
    tight = {"objective": "tpp", "at_most": {what: budget}}
    no_worse((allowed, tight), (allowed, tight | {"at_most": {what: budget * times}}))


@few
@given(allowed_sets, st.floats(100, 20_000), st.floats(0, 1))
def test_asking_for_less_never_costs_more(some, wanted, part):
    allowed = Allowed(**some)
    tight = {"objective": "cost", "at_least": {"tpp": wanted}}
    no_worse((allowed, tight), (allowed, tight | {"at_least": {"tpp": wanted * part}}))


@few
@given(allowed_sets, st.floats(600, 6000), st.floats(1, 4))
def test_a_looser_rule_or_none_never_hurts(some, high, times):
    allowed = Allowed(**some)
    asked = {"objective": "tpp", "at_most": {"cost": 1500.0}}
    strict, free = best(allowed, asked | {"uncaught": uncaught(high)}), best(allowed, asked)
    assert free[0] == strict[0] == NOTHING or free[0] <= strict[0] + CLOSE * abs(strict[0])


@few
@given(allowed_sets, st.floats(100, 1e5), st.floats(1, 10))
def test_more_wafers_never_hurt(some, wafers, times):
    allowed = Allowed(**some)
    asked = {"objective": "tpp", "at_most": {"cost": 3000.0}, "volume": 1e6}
    no_worse((allowed, asked | {"wafers": wafers}), (allowed, asked | {"wafers": wafers * times}))


@pytest.mark.parametrize("dropped", ["cost", "power"])
def test_dropping_a_restriction_never_hurts(dropped):
    limits = {"cost": 800.0, "power": 300.0}
    allowed = Allowed(nodes=NODES, packages=PACKAGES, memories=MEMORIES)
    fewer = {name: limit for name, limit in limits.items() if name != dropped}
    tight = {"objective": "tpp", "at_most": limits}
    no_worse((allowed, tight), (allowed, tight | {"at_most": fewer}))
