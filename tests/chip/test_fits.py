# SPDX-License-Identifier: Apache-2.0
"""Which memory goes with which package, and what a wafer without EUV costs: facts of the world."""

import numpy as np
import pytest

from chokegraph.chip.arrays import Designs, Dies
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.figures import Figures
from chokegraph.chip.prepared import prepare


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def fitting(catalogue, package):
    """Memories (None: without) that a package of one die can carry."""
    figures = Figures.of(catalogue)
    codes = np.arange(-1, len(figures.ids["memories"]))
    found = evaluate(
        Designs(
            dies=(Dies(node=figures.code("nodes", "smic-14"), area=400.0),),
            package=figures.code("packages", package),
            memory=codes,
            stacks=np.where(codes < 0, 0.0, 1.0),
        ),
        figures,
        keep=["fit_use"],
    )
    names = [None, *figures.ids["memories"]]
    return {name for name, use in zip(names, found.fit_use, strict=True) if not use > 1}


def test_stacks_stand_beside_logic_on_fine_wires_only(catalogue):
    kinds = {name: one.type for name, one in catalogue.memories.items()}
    stacks = {name for name, kind in kinds.items() if kind.startswith("hbm")}
    board = {None, *(name for name, kind in kinds.items() if kind in ("gddr", "lpddr"))}
    for package in ("si-interposer", "si-interposer-mature", "embedded-bridge", "fan-out-rdl"):
        assert fitting(catalogue, package) == stacks | board
    for package in ("organic-flip-chip", "organic-serdes", "microbump-3d", "hybrid-d2w"):
        assert fitting(catalogue, package) == board


def test_dram_is_bonded_as_a_wafer_and_is_then_all_the_memory(catalogue):
    assert fitting(catalogue, "dram-on-logic-w2w") == {"sedram-25nm"}
    assert "sedram-25nm" not in fitting(catalogue, "hybrid-w2w")


def test_a_wafer_without_euv_is_dearer_but_may_be_cheaper(catalogue):
    """Three or four immersion steps cost more than one EUV step; the interval says how unsure."""
    tables, _ = prepare(Figures.of(catalogue), slice(None))
    count = len(catalogue.nodes)
    ratio = tables["price"][count:] / tables["price"][:count]
    uses = np.array([one.needs_euv for one in catalogue.nodes.values()])
    assert (ratio[uses] > 1).all()
    assert (ratio[uses] < 1.1).all()
    assert ratio[~uses] == pytest.approx(1.0)
    drawn = Figures.drawn(catalogue, catalogue.draw(np.random.default_rng(1), 400))
    tables, _ = prepare(drawn, slice(None))
    at = list(catalogue.nodes).index("tsmc-n5")
    ratio = tables["price"][:, count + at] / tables["price"][:, at]
    assert 0.05 < (ratio < 1).mean() < 0.4
