# SPDX-License-Identifier: Apache-2.0
"""The writer of decisions: what readers of Parquet make of its files."""

import io
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.rules.parquet_file import Block, Coded, Keyed, ParquetFile
from chokegraph.rules.parquet_pages import codes_page, differences_page


def written(blocks, metadata=None):
    stream = io.BytesIO()
    file = ParquetFile(stream, blocks[0].schema, metadata or {})
    for block in blocks:
        file.write(block)
    file.close()
    return stream.getvalue()


def check(blocks):
    """Read a file with Polars, and with Arrow where it is there; both must find what was put."""
    content = written(blocks)
    expected = pl.concat([block.frame() for block in blocks])
    found = pl.read_parquet(io.BytesIO(content))
    assert found.schema == expected.schema
    assert found.equals(expected)
    try:
        import pyarrow.parquet as pq
    except ImportError:
        return
    other = pl.DataFrame(pq.read_table(io.BytesIO(content)))
    plain = {pl.Categorical: pl.String}
    assert other.cast(plain).equals(expected.cast(plain))


def coded(words, kind=pl.Categorical):
    kind = pl.Categorical(pl.Categories("test of a column")) if kind == pl.Categorical else kind()
    codes = {word: place for place, word in enumerate(dict.fromkeys(reversed(words)))}
    return Coded(list(codes), np.array([codes[word] for word in words]), kind)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.one_of(st.none(), st.text(max_size=5)),
        st.integers(-100, 70_000),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), st.lists(st.text(max_size=4), min_size=5))
def test_readers_find_what_was_written(batches, words):
    answers = {"licence": coded(words[:5]), "notes": coded(words[-5:], pl.String)}
    at, blocks = 0, []
    for rows in batches:
        numbers = at + np.cumsum([step for *_, step in rows])
        at = int(numbers[-1])
        plain = pl.DataFrame(
            {
                "row": pl.Series(numbers, dtype=pl.Int64),
                "id": pl.Series([row[1] for row in rows], dtype=pl.String),
                "as_of": [date(1990, 1, 1) + timedelta(days=row[2]) for row in rows],
            }
        )
        keys = np.array([row[0] for row in rows])
        blocks.append(Block(plain, [Keyed(keys, lambda: answers)]))
    check(blocks)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 256, 257, 65_536, 65_537])
def test_codes_of_every_width(count):
    words = coded([f"word {n}" for n in range(count)], pl.String)
    keys = np.random.default_rng(count).permutation(np.arange(count + 11) % count)
    check(
        [
            Block(
                pl.DataFrame({"row": np.arange(keys.size)}), [Keyed(keys, lambda: {"words": words})]
            )
        ]
    )


@pytest.mark.parametrize("most", [1, 2, 200, 40_000, 1 << 33])
@pytest.mark.parametrize("count", [1, 2, 33, 34, 129, 130, 161, 1000])
def test_numbers_by_their_differences(most, count):
    steps = np.random.default_rng(1).integers(1, most + 1, count)
    check([Block(pl.DataFrame({"row": np.cumsum(steps)}))])


def test_days_that_lie_far_apart():
    days = [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29)]
    check([Block(pl.DataFrame({"row": [1, 2, 3], "as_of": days}))])


def test_large_dictionaries_are_compressed():
    words = coded([f"{n} " * 500 for n in range(100)], pl.String)
    plain = pl.DataFrame({"row": np.arange(200)})
    block = Block(plain, [Keyed(np.arange(200) % 100, lambda: {"citations": words})])
    check([block])
    assert len(written([block])) < 20_000


def test_texts_of_every_length():
    texts = ["", "x" * 300, None, "é" * 200, "\x00", "a"]
    check([Block(pl.DataFrame({"row": np.arange(6), "id": texts}))])
    check([Block(pl.DataFrame({"row": [1], "id": pl.Series([None], dtype=pl.String)}))])


def test_a_file_without_rows_has_its_columns():
    block = Block(
        pl.DataFrame(schema={"row": pl.Int64, "as_of": pl.Date}),
        [Keyed(np.zeros(0, dtype=int), lambda: {"licence": coded(["no"])})],
    )
    check([block])


def test_the_file_does_not_depend_on_how_texts_are_numbered():
    keys = np.array([2, 0, 2, 1, 0])
    plain = pl.DataFrame({"row": np.arange(5)})
    text = pl.String()
    these = Coded(["x", "y", "z"], np.array([2, 0, 1]), text)
    those = Coded(["y", "x", "z", "?"], np.array([0, 1, 2]), text)
    one = Block(plain, [Keyed(keys, lambda: {"a": these})])
    other = Block(plain, [Keyed(2 - keys, lambda: {"a": those})])
    assert written([one]) == written([other])


def test_notes_go_with_the_file():
    content = written([Block(pl.DataFrame({"row": [1]}))], {"notice": "Not legal advice."})
    assert pl.read_parquet_metadata(io.BytesIO(content))["notice"] == "Not legal advice."


def test_pages_by_hand():
    assert codes_page(np.array([1, 2, 3, 0, 1], dtype=np.uint8), 4) == b"\x02\x03\x39\x01"
    assert codes_page(np.array([15, 1], dtype=np.uint8), 16) == b"\x04\x03\x1f\x00\x00\x00"
    # 128 numbers a block, 4 parts, 3 numbers, first 7 (zigzag 14); least step 1 (2), 8 bits.
    page = differences_page(np.array([7, 8, 11]))
    assert page[:11] == b"\x80\x01\x04\x03\x0e\x02\x08\x08\x08\x08\x00"
    assert page[11] == 2
    assert len(page) == 10 + 32
