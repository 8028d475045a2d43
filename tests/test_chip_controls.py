# SPDX-License-Identifier: Apache-2.0
"""Frontiers with and without each control: exact by case, and never better under a control."""

from datetime import date

import numpy as np
import pytest

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.search_controls import Case, frontiers_under
from chokegraph.chip.search_frontier import search_frontier
from chokegraph.chip.search_problem import Grid
from chokegraph.chip.search_request import Allowed, Request
from chokegraph.errors import FindingsError
from chokegraph.study.chip_asking import Asked, find_best, inputs_meant, meant
from chokegraph.study.chip_controls import WITHOUT, compare_controls, find_frontier
from chokegraph.world.load import load_world

DAY = date(2026, 7, 1)
SOME = ["tsmc-n5", "smic-n2", "smic-14", "si-interposer-mature", "organic-flip-chip",
        "dram-on-logic-w2w", "hbm2", "hbm3", "lpddr5x", "sedram-25nm"]  # fmt: skip
SMALL = Grid(dies=(1, 4), stacks=(1, 4), areas=(50.0, 200.0, 600.0), frequency=(0.5, 1.0))


@pytest.fixture(scope="module")
def found():
    asked = Asked(allow=SOME, forbid=["hbm", "euv-lithography"], uncaught=True)
    return compare_controls(asked, DAY, draws=60, grid=SMALL)


def test_each_frontier_is_that_of_a_search_of_its_own(found):
    """One pass over all designs leaves the same as a pass over what each control leaves."""
    forbidden = {
        WITHOUT: [],
        "without hbm": ["hbm"],
        "without euv-lithography": ["euv-lithography"],
        "not caught on 2026-07-01": [],
        "all of these": ["hbm", "euv-lithography"],
    }
    assert found.designs["control"].unique(maintain_order=True).to_list() == list(forbidden)
    for name, denied in forbidden.items():
        uncaught = name.startswith(("not", "all"))
        asked = Asked(allow=SOME, forbid=denied, uncaught=uncaught)
        request, allowed = meant(asked, DAY)
        for objective in found.objectives:
            alone = search_frontier(
                load_catalogue(), ["cost", objective], request, allowed, grid=SMALL
            )
            both = found.designs.filter(
                (found.designs["control"] == name) & (found.designs["objective"] == objective)
            )
            expected = np.unique(alone.select("cost", objective).to_numpy(), axis=0)
            told = np.unique(both.select("cost", "value").to_numpy(), axis=0)
            assert told == pytest.approx(expected)


def test_a_control_never_makes_the_best_better(found):
    """Within any budget, at every quantile: none is at least as good as each, each as all."""
    for objective in found.objectives:
        curves = {
            name: found.curves.filter(
                (found.curves["control"] == name) & (found.curves["objective"] == objective)
            )
            for name in found.curves["control"].unique(maintain_order=True)
        }
        for end in ("low", "median", "high"):
            none, *each, every = (curve[end].fill_null(0) for curve in curves.values())
            for one in each:
                assert (one <= none).all()
                assert (every <= one).all()
        free = curves[WITHOUT]
        assert (free["low"].fill_null(0) <= free["median"].fill_null(0)).all()
        assert free["median"].fill_null(0).is_sorted()


def test_what_controls_bind(found):
    most = {
        (name, objective): part["value"].max()
        for (name, objective), part in found.designs.group_by("control", "objective")
    }
    assert most["without hbm", "tpp"] == most[WITHOUT, "tpp"]
    assert most["without hbm", "memory_bound"] < most[WITHOUT, "memory_bound"]
    assert most["without euv-lithography", "tpp"] < most[WITHOUT, "tpp"]
    assert most["not caught on 2026-07-01", "tpp"] < 4800
    assert not found.designs.filter(
        (found.designs["control"] == "without hbm")
        & found.designs["memory"].str.starts_with("hbm").fill_null(value=False)
    ).height


def test_hbm_means_all_generations_and_a_memory_one():
    world = load_world()
    assert inputs_meant("hbm", world) == ("hbm", "hbm2e", "high-bandwidth-memory")
    assert inputs_meant("high-bandwidth-memory", world) == inputs_meant("hbm", world)
    assert inputs_meant("wafer-bonders", world) == ("wafer-bonders",)
    nothing = find_best(
        Asked(allow=["smic-14", "si-interposer-mature", "hbm1"], forbid=["hbm"],
              objective="dram_bandwidth"),
        DAY,
    )  # fmt: skip
    assert nothing.best is None or nothing.best["memory"] is None
    one = meant(Asked(forbid=["hbm2e"]), DAY)[1]
    assert one.denied == ()
    assert "hbm2e" not in one.memories
    assert "hbm3" in one.memories


def test_nothing_is_left():
    asked = Asked(allow=["smic-28", "organic-flip-chip"], forbid=["smic-28"])
    found = compare_controls(asked, DAY, draws=5, grid=SMALL)
    held = found.curves.filter(found.curves["control"] == "without smic-28")
    assert held["high"].is_null().all()
    assert found.designs.filter(found.designs["control"] == "without smic-28").is_empty()


def test_mistakes_are_told_at_once():
    with pytest.raises(FindingsError) as caught:
        find_frontier(Asked(forbid=["zzz"], at_most=["power"]), DAY, ["tpps"])
    for words in ("zzz", "power", "did you mean 'tpp'?"):
        assert words in str(caught.value)
    cases = {"all": Case(allowed=Allowed(), uncaught=True)}
    with pytest.raises(ValueError, match="no test"):
        frontiers_under(load_catalogue(), Request(), cases, [["cost", "tpp"]])
