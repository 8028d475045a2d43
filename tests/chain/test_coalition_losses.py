# SPDX-License-Identifier: Apache-2.0
"""What a coalition takes away, where a part of a need can be lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain import compile_chain, dependence
from chokegraph.chain.coalitions import blocking_of, refusers
from chokegraph.chain.examples import small_world
from chokegraph.chain.game import every_coalition
from chokegraph.chain.graded import at_loss, losses
from chokegraph.chain.indices import shapley
from chokegraph.chain.loss_table import loss_table
from chokegraph.chain.weigh import coalition_powers
from chokegraph.world.model import Link

from .families import sets
from .worlds import worlds


@settings(max_examples=40, deadline=None)
@given(world=worlds(complete=False), tau=st.sampled_from([0.1, 0.25, 0.5, 0.8, 1.0]))
def test_graded_coalitions_are_those_whose_loss_reaches_tau(world, tau):
    circuit = compile_chain(world).cone(["product:chip"])
    who = refusers(circuit)
    value = loss_table(circuit, "product:chip", who)
    rows = every_coalition(lambda refuse: losses(circuit, "product:chip", who, refuse), who, who)
    assert value == pytest.approx(rows)
    found = blocking_of(at_loss(circuit, "product:chip", tau))["product:chip"]
    reached = [c for c in range(1 << len(who)) if value[c] >= tau - 1e-6]
    least = [c for c in reached if not any(d != c and d & c == d for d in reached)]
    assert sets(found.coalitions) == {
        frozenset(who[i] for i in range(len(who)) if c >> i & 1) for c in least
    }


@settings(max_examples=20, deadline=None)
@given(world=worlds(complete=False))
def test_losses_of_one_are_its_dependence(world):
    alone = dependence(world, "product:chip")
    for member in coalition_powers(world, "product:chip").members:
        if member.provider in alone:
            assert member.lost_alone.value == pytest.approx(alone[member.provider].value)


def weak_world():
    """A need of strength 0.6 loses at most 0.6, however much of it is refused."""
    return small_world(
        {"scanner": {"NL": 1.0}, "optics": {"DE": 0.5, "JP": 0.5}},
        routes={"chip": ["scanner"]},
        links=[Link("optics", "needed_by", "scanner", essentiality=0.6)],
    )


def test_a_weaker_need_loses_less():
    assert [
        coalition_powers(weak_world(), "product:chip", tau=tau).blocking.coalitions
        for tau in (0.2, 0.3, 0.5, 0.6, 0.7)
    ] == [
        (("DE",), ("JP",), ("NL",)),
        (("DE",), ("JP",), ("NL",)),
        (("NL",), ("DE", "JP")),
        (("NL",), ("DE", "JP")),
        (("NL",),),
    ]


def test_losses_beyond_the_cache_block():
    who = [f"C{n:02}" for n in range(16)]
    shares = {
        "wide": dict.fromkeys(who, 1 / 16),
        "low": {"C00": 0.5, "C01": 0.5},
        "high": {"C14": 0.3, "C15": 0.7},
    }
    world = small_world(shares, routes={"chip": ["wide", "low", "high"]})
    circuit = compile_chain(world)
    value = loss_table(circuit, "product:chip", who)
    rows = every_coalition(lambda refuse: losses(circuit, "product:chip", who, refuse), who, who)
    assert value == pytest.approx(rows)
    assert shapley(value).sum() == pytest.approx(1.0)
