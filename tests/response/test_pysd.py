# SPDX-License-Identifier: Apache-2.0
"""An independent implementation agrees: a one-input model in Vensim's language, run by PySD."""

from __future__ import annotations

import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chokegraph.response.policy import make_policy
from chokegraph.response.state import Band
from chokegraph.response.toy import toy_structure
from response_runs import ban, params, walk

pysd = pytest.importorskip("pysd")
MODEL = Path(__file__).with_name("one_input.mdl")
RESIST = 3


@pytest.fixture
def vensim(tmp_path):
    path = Path(shutil.copy(MODEL, tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySD and its parser warn about their own dependencies
        return pysd.read_vensim(str(path)).run()


def one_input():
    """Photoresist with two suppliers: US 60 % (denied later), JP 40 %."""
    toy = toy_structure(years=10, spread=0.0)
    share = np.zeros(toy.share.shape)
    share[:, 1, :], share[:, 2, :] = 0.6, 0.4
    demand = np.zeros(toy.demand.shape)
    demand[0] = 100.0
    cover = np.zeros(len(toy.inputs))
    cover[RESIST] = 3.0
    capability = np.full(toy.capability.shape, 12.0)
    capability[4, RESIST] = 9.0
    experience = np.zeros(toy.experience.shape)
    experience[1:3] = 1000.0
    return replace(
        toy,
        share=Band.point(share),
        demand=Band.point(demand),
        capability=Band.point(capability),
        experience=Band.point(experience),
        start_cover=cover,
        requirement=np.zeros(toy.requirement.shape),
    ).check()


def test_one_input_agrees_with_vensim(vensim):
    world = one_input()
    control = ban(world, "US", "photoresist", from_quarter=4, strength=0.8)
    one = params(
        world,
        qualification_rate=0.15,
        stock_decay=0.05,
        learning_rate=0.2,
        learning_spillover=0.0,
        pilot_capacity=0.0,
        price_substitution=0.0,
        grade_utility=0.0,
        rundown=0.0,
        rnd_intensity=0.15,
        rnd_decay=0.0375,
        rnd_response=1.0,
        rnd_threshold=0.0,
        rnd_elasticity=0.0,
    )
    states, facts, _ = walk(world, one, make_policy(world, controls=[control]))
    series = {
        "share": [state["s"][0, 1, RESIST] for state in states],
        "other": [state["s"][0, 2, RESIST] for state in states],
        "stock": [state["N"][0, RESIST] for state in states],
        "experience": [state["Q"][1, RESIST] for state in states],
        "rnd stock": [state["H"][1, RESIST] for state in states],
        "cost": [np.exp(fact["log_cost"][1, RESIST]) for fact in facts],
        "availability": [fact["availability"][0, RESIST] for fact in facts],
    }
    assert vensim["availability"].min() < 1  # the comparison is not of a flat line
    for name, ours in series.items():
        theirs = vensim[name].to_numpy()[: len(ours)]
        assert np.array(ours) == pytest.approx(theirs, rel=1e-9, abs=1e-9), name
