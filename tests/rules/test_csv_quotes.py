# SPDX-License-Identifier: Apache-2.0
"""Quotes in CSV that are not closed: the row is told, all others are read."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.small_law import small_law

from chokegraph.rules import csv_batches
from chokegraph.rules.batches import open_source
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.csv_rows import NOT_CLOSED, WHOLE_ROWS

BLOCKS = (1, 8, 60, 1 << 20)


def read(path, block):
    """Return all cells and, by row counted from 0, what is broken and at which line."""
    rows, broken = [], {}
    source = open_source(path, block=block)
    for batch in source.batches(source.names):
        for at, why in batch.broken.items():
            broken[len(rows) + at] = (why, batch.line_of(at))
        lines = [batch.line_of(at) for at in range(batch.table.height)]
        rows += [(line, *row) for line, row in zip(lines, batch.table.rows(), strict=True)]
    return rows, broken


@pytest.mark.parametrize("block", BLOCKS)
def test_a_quote_that_is_not_closed_spoils_its_row_only(tmp_path, block):
    path = tmp_path / "open.csv"
    path.write_text('a,b\n1,2\n3,"4\n5,6\n\n7,8\n', encoding="utf-8")
    rows, broken = read(path, block)
    assert rows == [(2, "1", "2"), (3, "3", '"4'), (4, "5", "6"), (6, "7", "8")]
    assert broken == {1: (NOT_CLOSED, 3)}


@pytest.mark.parametrize("block", BLOCKS)
def test_quotes_behind_one_that_is_not_closed_still_hold_their_cells(tmp_path, block):
    path = tmp_path / "open.csv"
    path.write_text(
        'a,b\r\n"1,2\r\n3,"x, ""y""\r\nz"\r\n"w",5" disk\r\n,"\r\n6,"7"\r\n8,""\r\n"9,"q" r\r\n',
        encoding="utf-8",
    )
    rows, broken = read(path, block)
    assert [row[1:] for row in rows if row[0] in (3, 5, 7, 8)] == [
        ("3", 'x, "y"\r\nz'),
        ("w", '5" disk'),
        ("6", "7"),
        ("8", None),
    ]
    assert {line for _, line in broken.values()} == {2, 6, 9}


@pytest.mark.parametrize("block", BLOCKS)
def test_a_cell_that_holds_whole_rows_is_told(tmp_path, block):
    path = tmp_path / "two.csv"
    path.write_text('a,b,c,d\n1,2,3,"4\n5,6,7,8\n9,10,11,x"\n13,14,15,16\n', encoding="utf-8")
    rows, broken = read(path, block)
    assert broken[0] == (WHOLE_ROWS, 2)
    assert rows[-1] == (5, "13", "14", "15", "16")
    address = '1,2,"Street 5, Yard 2\nCity, Land\nPhone",3\n'
    path.write_text("a,b,c,d\n" + address, encoding="utf-8")
    assert read(path, block)[1] == {}


def test_an_open_quote_in_a_large_file_costs_one_row(tmp_path):
    path = tmp_path / "large.csv"
    rows = [f"{n},US,FR,{'x' * 40}" for n in range(700_000)]
    rows[5] = '5,US,FR,"open'
    path.write_text("a,b,c,d\n" + "\n".join(rows) + "\n", encoding="utf-8")
    height, broken = 0, {}
    for batch in open_source(path, block=1 << 22).batches(["a"]):
        broken |= {batch.line_of(at): why for at, why in batch.broken.items()}
        height += batch.table.height
    assert (height, broken) == (700_000, {7: NOT_CLOSED})


def test_a_long_cell_is_read(tmp_path):
    path = tmp_path / "long.csv"
    long = 'x "" y\n' * 40_000
    path.write_text(f'a,b\n1,"{long}"\n5" z,3\n', encoding="utf-8")
    rows, broken = read(path, 1 << 16)
    assert broken == {}
    assert rows[0][2] == long.replace('""', '"')


def test_the_job_keeps_the_row_and_decides_the_rest(tmp_path):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    head = "as_of,eccn,origin,destination,end_user\n"
    lines = [f"2024-02-01,3A090.a,US,CN,{name}\n" for name in ("ok", '"open', "three", "four")]
    path.write_text(head + "".join(lines), encoding="utf-8")
    outcome = determine_file(path, small_law(), out=out, options=Options())
    assert (outcome.rows, outcome.decided, outcome.rejected) == (4, 3, 1)
    assert pl.read_csv(out)["row"].to_list() == [1, 3, 4]
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects["rejected_line"].to_list() == [3]
    assert rejects["end_user"].to_list() == ['"open']
    assert rejects["rejected_because"].to_list() == [NOT_CLOSED]
    assert (outcome.findings[0].line, outcome.findings[0].message) == (3, NOT_CLOSED)


cells = st.text(alphabet='a",\n', max_size=6)


@given(st.lists(st.tuples(cells, cells, cells), max_size=12), st.integers(1, 40))
def test_what_a_writer_wrote_is_read_back(tmp_path_factory, table, block):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        [("x", "y", "z"), *table]
    )
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    rows, broken = read(path, block)
    assert broken == {}
    assert [tuple(cell or "" for cell in row[1:]) for row in rows] == table


@given(st.text(alphabet='ab",\n\r', max_size=60), st.integers(1, 40), st.integers(1, 9))
def test_any_text_is_read_the_same_in_any_blocks_and_no_line_is_lost(
    tmp_path_factory, text, block, piece
):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(b"x,y,z\n" + text.encode())
    whole = read(path, 1 << 20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_batches, "_PIECE", piece)
        assert read(path, block) == whole
        assert read(path, 1 << 20) == whole
    lines = text.split("\n")
    kept = {line for line, *_ in whole[0]}
    for number, line in enumerate(lines, start=2):
        if line.strip("\r") and '"' not in text:
            assert number in kept
