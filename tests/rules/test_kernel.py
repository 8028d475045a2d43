# SPDX-License-Identifier: Apache-2.0
"""The compiled engine: what it promises beside being equal to the scalar evaluator."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.rules.random_law import seeded
from tests.rules.small_law import small_law

from chokegraph.errors import FindingsError
from chokegraph.rules import kernel, machine
from chokegraph.rules.compile import compile_law
from chokegraph.rules.decision import evaluate
from chokegraph.rules.encode import encode
from chokegraph.rules.kernel import determine
from chokegraph.rules.states import COLUMNS, LISTS
from chokegraph.rules.values import NOT_APPLICABLE, Interval

START, DAY = date(2019, 1, 1), date(2024, 1, 1)
SENT = {"as_of": [DAY], "eccn": ["3A090.a"], "origin": ["US"], "destination": ["CN"]}


@pytest.fixture(scope="module")
def program():
    return compile_law(small_law())


def many_rows(count, seed=5):
    random = seeded(seed)
    return pl.DataFrame(
        {
            "as_of": [START + timedelta(days=random.randrange(2500)) for _ in range(count)],
            "eccn": random.choices(["3A090.a", "3A090", "EAR99", None], k=count),
            "origin": random.choices(["US", "TW", None], k=count),
            "destination": random.choices(["CN", "HK", "RU", "KZ", "DE", None], k=count),
            "power": random.choices([1000.0, 2400.0, 4800.0, float("nan"), None], k=count),
            "content": random.choices([0.0, 25.0, 25.1, None], k=count),
            "civil": random.choices([True, False, None], k=count),
            "lists": random.choices(["", "ENTITY_LIST", "OWNED;UVL", None], k=count),
        },
        schema_overrides={"power": pl.Float64, "content": pl.Float64},
    )  # fmt: skip


def test_a_row_gets_its_answer(program):
    frame = determine(pl.DataFrame(SENT | {"lists": [""], "started": [DAY]}), program).frame()
    row = frame.row(0, named=True)
    assert (row["subject"], row["licence"], row["reasons"]) == ("yes", "yes", ["R_CHIPS"])
    assert row["citations"] == ["734.3(a)(2)", "742.6", "742.6(b)"]
    assert row["fired"] == ["us-origin", "chips-to-d5", "denial"]


def test_the_table_has_one_row_per_state_and_all_columns(program):
    result = determine(many_rows(3000), program)
    assert tuple(result.table.columns) == COLUMNS
    assert result.states.dtype == np.int32
    assert sorted(set(result.states.tolist())) == list(range(result.table.height))
    assert result.frame().height == 3000
    assert all(result.table[name].dtype == pl.List(pl.String) for name in LISTS)


def test_an_empty_table_is_decided(program):
    frame = determine(many_rows(1).clear(), program).frame()
    assert frame.height == 0
    assert tuple(frame.columns) == COLUMNS


def test_chunks_and_emptied_tables_change_nothing(program, monkeypatch):
    table = many_rows(4000)
    wanted = determine(table, compile_law(small_law())).frame()
    assert determine(table, program, chunk=97).frame().equals(wanted)
    monkeypatch.setattr(machine, "ENTRIES", 2000)
    tight = compile_law(small_law())
    result = determine(table, tight, chunk=97)
    assert result.machine.flushes > 0
    assert result.frame().equals(wanted)


def test_parts_of_a_file_give_what_the_whole_gives(program):
    table = many_rows(2000)
    parts = [
        determine(table[start : start + 300], program).frame() for start in range(0, 2000, 300)
    ]
    assert pl.concat(parts).equals(determine(table, program).frame())


def test_a_machine_that_has_grown_too_large_is_made_anew(monkeypatch):
    table, own = many_rows(800), compile_law(small_law())
    before = determine(table, own)
    monkeypatch.setattr(kernel, "MOST_STATES", 3)
    after = determine(table, own)
    assert after.machine is not before.machine
    assert after.frame().equals(before.frame())


def test_the_same_number_stands_for_the_same_decision(program):
    one, two = determine(many_rows(500, 1), program), determine(many_rows(500, 2), program)
    rows = dict(zip(one.machine_states, one.table.rows(), strict=True))
    both = [n for n in two.machine_states if n in rows]
    assert both
    assert all(rows[n] == two.table.row(two.machine_states.index(n)) for n in both)


def test_encoded_tables_serve_several_laws(program):
    table = many_rows(1500)
    encoded = encode(table, program)
    assert determine(encoded, program).frame().equals(determine(table, program).frame())
    half = encoded.slice(700, 1500)
    assert determine(half, program).frame().equals(determine(table[700:], program).frame())


def test_an_amended_law_is_compiled_from_what_is_there(program):
    later = small_law().known_on(date(2022, 12, 31))
    table = many_rows(1500)
    bits = len(program.book.clauses)
    amended = program.with_law(later)
    assert amended.book is program.book
    assert determine(table, amended).frame().equals(determine(table, compile_law(later)).frame())
    assert len(amended.book.clauses) - bits < bits / 2


@pytest.mark.parametrize(
    ("low", "high", "reasons", "missing"),
    [
        (2400.0, 5000.0, ["R_CHIPS"], []),
        (2399.0, 2400.0, [], ["power"]),
        (2300.0, 2399.0, [], []),
        (None, None, [], ["power"]),
    ],
)
def test_intervals(program, low, high, reasons, missing):
    table = pl.DataFrame(
        SENT | {"eccn": ["EAR99"], "power__low": [low], "power__high": [high], "started": [DAY],
                "lists": [""]},
        schema_overrides={"power__low": pl.Float64, "power__high": pl.Float64},
    )  # fmt: skip
    row = determine(table, program).frame().row(0, named=True)
    value = None if low is None else Interval(low, high)
    facts = {"eccn": "EAR99", "origin": "US", "destination": "CN", "power": value,
             "started": DAY, "lists": frozenset()}  # fmt: skip
    wanted = evaluate(facts, program.law, DAY)
    assert (row["reasons"], row["missing"]) == (list(wanted.reasons), list(wanted.missing))
    assert row["reasons"] == reasons
    assert set(missing) <= {*row["missing"], "power"}


def test_a_threshold_is_met_exactly_at_its_value(program):
    edge = np.nextafter(2400.0, 0.0)
    table = pl.DataFrame({"as_of": [DAY] * 2, "power": [2400.0, edge], "origin": ["US"] * 2})
    assert determine(table, program).frame()["classified"].to_list() == [["3A090.a"], []]


def test_blanks_stand_for_what_rows_and_tables_do_not_give(program):
    blanks = {"lists": frozenset(), "started": DAY, "power": NOT_APPLICABLE, "origin": "TW"}
    table = pl.DataFrame(
        {"as_of": [DAY] * 2, "eccn": ["3A090.a"] * 2, "destination": ["CN"] * 2,
         "origin": ["US", None]}
    )  # fmt: skip
    result = determine(table, program, blanks=blanks)
    for place, origin in enumerate(["US", "TW"]):
        row = {"eccn": "3A090.a", "destination": "CN", **blanks, "origin": origin}
        wanted = evaluate(row, program.law, DAY)
        assert result.frame()["licence"][place] == wanted.licence
        assert result.frame()["missing"][place].to_list() == list(wanted.missing)


def test_facts_that_are_the_same_everywhere_take_no_column():
    table = pl.DataFrame(SENT | {"lists": [""]})
    encoded = encode(pl.concat([table] * 5), compile_law(small_law()))
    assert not encoded.columns
    assert encoded.constants["origin"] == "US"


def test_texts_may_be_categories(program):
    table = many_rows(300)
    enum = table.with_columns(
        pl.col("destination").cast(pl.Enum(["RU", "CN", "DE", "HK", "KZ", "XX"])),
        pl.col("origin").cast(pl.Categorical),
    )
    assert determine(enum, program).frame().equals(determine(table, program).frame())


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pl.DataFrame({"origin": ["US"]}), "as_of"),
        (pl.DataFrame({"as_of": [DAY, None], "origin": ["US", "US"]}), "as_of"),
        (pl.DataFrame({"as_of": [DAY], "power": ["much"]}), "power"),
    ],
)
def test_tables_that_do_not_fit_are_findings(program, table, words):
    with pytest.raises(FindingsError, match=words):
        determine(table, program)
