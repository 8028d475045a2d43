# SPDX-License-Identifier: Apache-2.0
"""Facts and days that would change an answer: each is checked with the scalar evaluator."""

from datetime import date

import pytest
from tests.rules.random_law import DAYS, random_law, seeded
from tests.rules.small_law import small_law

from chokegraph.rules import load_law
from chokegraph.rules.bitwise import Bitwise, laid_out
from chokegraph.rules.circuit import Sense
from chokegraph.rules.clauses import planes_of
from chokegraph.rules.compile import compile_law
from chokegraph.rules.decision import evaluate
from chokegraph.rules.effects import values_of
from chokegraph.rules.flips import flips
from chokegraph.rules.levels import State
from chokegraph.rules.outcome import Core

DAY = date(2024, 1, 1)
SENT = {
    "eccn": "3A090.a", "origin": "US", "destination": "CN", "lists": frozenset(),
    "started": date(2023, 1, 1), "civil": False, "notified": True, "power": 5000.0, "area": 800.0,
}  # fmt: skip


def outcome(row, law, on):
    found = evaluate(row, law, on)
    return found.subject, found.licence, found.reasons, found.policy


def by_fact(found):
    return {flip.fact: [] for flip in found.facts} | {
        name: [f for f in found.facts if f.fact == name] for name in {f.fact for f in found.facts}
    }


def test_single_facts_that_would_change_the_answer():
    found = flips(compile_law(small_law()), SENT, DAY)
    assert tuple(found.now) == ("yes", "yes", ("R_CHIPS",), "presumption_of_denial")
    changes = by_fact(found)
    assert [tuple(f.outcome)[1] for f in changes["civil"]] == ["exception"]
    listed = [f for f in changes["lists"] if f.outcome.reasons == ("R_CHIPS", "R_LIST")]
    assert listed[0].values == (frozenset({"ENTITY_LIST"}),)
    assert {"origin", "destination", "eccn", "started"} & set(changes) >= {"started"}
    assert "area" not in changes


def test_the_nearest_days():
    found = flips(compile_law(small_law()), SENT | {"civil": True}, DAY)
    assert found.now.licence == "exception"
    assert found.earlier is not None
    assert (found.earlier.on, found.earlier.outcome.licence) == (date(2023, 11, 16), "yes")
    assert found.later is None


def test_nothing_changes_without_rules_that_apply():
    found = flips(compile_law(small_law()), SENT, date(1990, 1, 1))
    assert found.now.licence == "no"
    assert found.facts == ()
    assert found.earlier is None
    assert found.later is not None


@pytest.mark.parametrize("seed", range(12))
def test_each_flip_is_what_the_scalar_evaluator_says(seed):
    random = seeded(seed)
    law = random_law(random)
    row = {
        "flag1": True, "flag2": None, "number1": 2.0, "number2": 1.5, "code1": "X", "origin": "US",
        "destination": "HK", "eccn": "3A090.a", "lists": frozenset({"X"}), "started": DAYS[1],
        "headquarters": frozenset({"CN"}), "technology": frozenset(), "known": None,
    }  # fmt: skip
    on = DAYS[4]
    found = flips(compile_law(law), row, on)
    assert tuple(found.now) == outcome(row, law, on)
    for flip in found.facts:
        for value in flip.values:
            assert tuple(flip.outcome) == outcome({**row, flip.fact: value}, law, on), flip
    for flip in (found.earlier, found.later):
        if flip is not None:
            assert tuple(flip.outcome) == outcome(row, law, flip.on) != tuple(found.now)


REAL = [
    {"eccn": "3B001.d.8", "origin": "NL", "destination": "CN"},
    {
        "tpp": 4800.0, "die_mm2": 600.0, "origin": "TW", "destination": "HK",
        "exporter_country": "TW", "party_lists": frozenset({"ENTITY_LIST"}),
    },
    {"wavelength_nm": 193.0, "na": 1.35, "origin": "JP", "destination": "CN"},
]  # fmt: skip


@pytest.mark.parametrize("row", REAL)
def test_flips_under_the_bundled_law_are_what_the_scalar_evaluator_says(row):
    law = load_law()
    on = date(2024, 12, 2)
    found = flips(compile_law(law), row, on)
    assert tuple(found.now) == outcome(row, law, on)
    for flip in found.facts[::7]:
        assert tuple(flip.outcome) == outcome({**row, flip.fact: flip.values[-1]}, law, on), flip
    for flip in (found.earlier, found.later):
        if flip is not None:
            assert tuple(flip.outcome) == outcome(row, law, flip.on) != tuple(found.now)


@pytest.mark.parametrize("strict", [False, True])
def test_bits_of_whole_numbers_and_arrays_come_to_the_same(strict):
    """`Bitwise` and `Sense` are two ways to the same truths."""
    program = compile_law(load_law())
    book = program.book
    rows = [(row, program.day_of(vintage)) for row in REAL for vintage in (0, 20, 40, 60, 80)]
    states = []
    for row, on in rows:
        live, live_strict = program.starts[program.vintage(on)]
        kept = live_strict if strict else live
        opened = 0
        for name, value in values_of(program, row, on).items():
            look_up = book.look_up(name, value)
            kept &= look_up.kept_strict if strict else look_up.kept
            opened |= look_up.open_strict if strict else book.effect(name, value)[1]
        states.append((kept, opened & kept))
    tag = book.tag("eccn")
    whole = [State(kept, kept, opened, ((tag, opened),)) for kept, opened in states]
    core = Core(program, planes_of(whole, len(book.clauses), 0, book.mark_tags))
    sense = Sense(core.clauses, strict=True) if strict else core.sense
    found = Bitwise(program, laid_out(program, states), strict=range(len(states)) if strict else ())
    if not strict:
        assert found.outcomes()[: len(states)] == core.outcomes()
    truths = {rule.id: [0] * len(states) for rule in program.law.rules}
    for name, yes, may in found.rules():
        for row in range(len(states)):
            truths[name][row] += (yes >> row & 1) + (may >> row & 1)
    for name in (rule.id for rule in program.law.rules):
        assert truths[name] == sense.rule(name).tolist(), name
