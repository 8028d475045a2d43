# SPDX-License-Identifier: Apache-2.0
"""Distinct rows get numbers: the same number exactly when cells and span are the same."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.rules import repeats
from chokegraph.rules.repeats import Repeats

CELLS = st.tuples(
    st.sampled_from([None, "", "a", "b", "a long text that is not kept in the column itself"]),
    st.sampled_from([None, 0.0, 1.5, -2.0, float("inf")]),
    st.sampled_from([None, True, False]),
    st.integers(-3, 3),
)
TYPES = {"text": pl.String, "number": pl.Float64, "flag": pl.Boolean}


def table(rows):
    columns = {
        name: pl.Series([row[place] for row in rows], dtype=kind)
        for place, (name, kind) in enumerate(TYPES.items())
    }
    return pl.DataFrame(columns), np.array([row[3] for row in rows], dtype=np.int64)


def numbered(seen, table, spans):
    return seen.number(seen.keys(table), spans)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=40), max_size=5))
def test_numbers_are_those_of_a_dictionary(batches):
    seen, known = Repeats(), {}
    for rows in batches:
        before = len(known)
        expected = [known.setdefault(row, len(known) + 1) for row in rows]
        found = numbered(seen, *table(rows))
        assert found.numbers.tolist() == expected
        assert found.numbers[found.new].tolist() == list(range(before + 1, len(known) + 1))
        assert all(expected.index(expected[at]) == at for at in found.new.tolist())
    assert seen.count == len(known)


def test_many_rows_make_the_table_grow_and_fall_on_the_same_slots():
    seen = Repeats()
    numbers = np.arange(30_000)
    for start, end in ((0, 3), (0, 10_000), (5_000, 30_000), (0, 30_000)):
        rows = pl.DataFrame({"n": numbers[start:end] * 0.25})
        found = numbered(seen, rows, np.zeros(end - start, dtype=np.int64))
        assert found.numbers.tolist() == (numbers[start:end] + 1).tolist()
    seen.clear()
    assert (
        numbered(seen, pl.DataFrame({"n": [9.0]}), np.zeros(1, dtype=np.int64)).numbers.item() == 1
    )


def test_rows_that_only_the_second_hash_tells_apart(monkeypatch):
    """All first hashes are the same: every row falls on one slot, and is still found."""

    class Alike(pl.DataFrame):
        def hash_rows(self, seed=0):
            found = super().hash_rows(seed=seed)
            return found * 0 if seed == 1 else found

    seen = Repeats((1, 2))
    texts = [f"{n * 7 % 50}" for n in range(120)]
    found = numbered(seen, Alike({"a": texts}), np.zeros(120, dtype=np.int64)).numbers
    again = numbered(seen, Alike({"a": texts[::-1]}), np.zeros(120, dtype=np.int64)).numbers
    assert found.tolist() == again.tolist()[::-1]
    first = {}
    assert found.tolist() == [first.setdefault(text, len(first) + 1) for text in texts]


def test_pieces_make_no_difference(monkeypatch):
    monkeypatch.setattr(repeats, "_PIECE", 7)
    rows = pl.DataFrame({"a": [str(n % 11) for n in range(100)]})
    spans = np.arange(100) % 2
    seen = Repeats()
    first = numbered(seen, rows, spans).numbers
    assert len(set(first.tolist())) == 22
    assert (numbered(seen, rows, spans).numbers == first).all()


def test_no_columns_and_no_rows():
    seen = Repeats()
    nothing = numbered(seen, pl.DataFrame(), np.zeros(0, dtype=np.int64))
    assert (nothing.numbers.size, nothing.new.size) == (0, 0)
