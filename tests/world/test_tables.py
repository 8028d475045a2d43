# SPDX-License-Identifier: Apache-2.0
"""Reading tables: every kind of bad text is named with its line, and memory stays bounded."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.errors import errors_only
from chokegraph.world import tables
from chokegraph.world.reading import (
    MAX_FINDINGS,
    decode,
    parse_raw,
    read_bytes,
    read_raw,
)
from chokegraph.world.schema import TABLES
from chokegraph.world.tables import parse_table


def read(data: bytes, required=("a", "b")):
    return parse_raw(data, required, file="t.csv")


def test_lines_count_physical_lines_where_cells_hold_line_breaks():
    raw, findings = read(b'a,b\n1,"two\nlines"\n3,4\n\n5,6\n')
    assert findings == []
    assert raw.rows == [["1", "two\nlines"], ["3", "4"], ["5", "6"]]
    assert raw.lines == [2, 4, 6]


def test_too_few_and_too_many_cells_are_both_found():
    _, findings = read(b"a,b\n1\n1,2\n1,2,3\n")
    assert [(f.line, f.message) for f in findings] == [
        (2, "1 cell where 2 are expected"),
        (4, "3 cells where 2 are expected"),
    ]


def test_a_byte_order_mark_is_taken_off_and_warned_about():
    raw, findings = read(b"\xef\xbb\xbfa,b\n1,2\n")
    assert raw.columns == ("a", "b")
    assert [f.severity for f in findings] == ["warning"]


def test_windows_1252_is_named_with_line_and_column():
    raw, findings = read("a,b\n1,2\nx,Süss\n".encode("cp1252"))
    assert raw is None
    (finding,) = findings
    assert (finding.line, finding.column) == (3, 4)
    assert "Süss" in finding.message
    assert "UTF-8" in finding.fix


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_refused(encoding):
    raw, findings = read("a,b\n1,2\n".encode(encoding))
    assert raw is None
    assert errors_only(findings)


def test_a_nul_byte_is_refused_with_its_line():
    raw, (finding,) = read(b"a,b\n1,2\n3,\x004\n")
    assert raw is None
    assert finding.line == 3


def test_semicolons_are_recognised():
    raw, (finding,) = read(b"a;b\n1;2\n")
    assert raw is None
    assert finding.message == "the cells are not divided by commas"


def test_a_missing_column_suggests_the_one_that_was_meant():
    raw, (finding,) = read(b"a,c\n1,2\n")
    assert raw is None
    assert finding.fix == "add a column 'b'"
    _, (finding,) = parse_raw(b"grades\n1\n", ["grade"], file="t.csv")
    assert finding.fix == "rename the column 'grades' to 'grade'"


def test_a_column_that_is_there_twice_is_found():
    _, (finding,) = read(b"a,b,a\n1,2,3\n")
    assert finding.message == "the column 'a' is there 2 times"


def test_an_empty_file_and_a_header_alone():
    assert read(b"")[0] is None
    assert "empty" in read(b"")[1][0].message
    raw, findings = read(b"a,b\n")
    assert raw.rows == []
    assert findings == []


def test_an_open_quote_is_found():
    _, findings = read(b'a,b\n1,"2\n3,4\n')
    assert errors_only(findings)


def test_missing_folder_and_directory(tmp_path):
    assert read_bytes(tmp_path / "none.csv")[1][0].message == "the file does not exist"
    assert "folder" in read_bytes(tmp_path)[1][0].message
    assert "no regular file" in read_bytes(Path("/dev/zero"))[1][0].message


def test_a_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "noise.csv"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)  # sparse: takes no room on disk
    tracemalloc.start()
    data, (finding,) = read_bytes(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data is None
    assert "200 MiB" in finding.message
    assert peak < 2**20


def test_noise_below_the_limit_gives_few_findings():
    noise = random.Random(1).randbytes(2**20)  # noqa: S311 - noise, not a secret
    for data in (noise, noise.replace(b"\x00", b"x"), b"a,b\n" + b"@#!;'\n" * 100_000):
        raw, findings = read(data)
        assert errors_only(findings)
        assert len(findings) <= MAX_FINDINGS + 2
        assert raw is None or raw.rows == []


def test_findings_beyond_the_limit_are_counted():
    header = ",".join(TABLES["needs"].header).encode()
    raw, findings = parse_raw(header + b"\n" + b"r,i,x,\n" * 5000, TABLES["needs"].header, file="n")
    assert findings == []
    _, findings = parse_table(raw, TABLES["needs"])
    assert len(findings) == MAX_FINDINGS + 1
    assert findings[-1].message == "4,900 more findings in this file are not listed"


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), (" 1 ", 1.0), ("1e-3", 0.001), ("1,5", None), ("12%", None), ("nan", None),
     ("inf", None), ("1_000", None), ("", None)],
)  # fmt: skip
def test_numbers(text, value):
    assert tables.parse_number(text) == value


@given(st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_give_a_table_or_findings_and_never_a_crash(data):
    raw, findings = read(data)
    assert raw is not None or errors_only(findings)
    if raw is not None:
        assert all(len(row) == len(raw.columns) for row in raw.rows)
        assert len(raw.lines) == len(raw.rows)
    text, problems = decode(data, "t.csv")
    assert text is not None or errors_only(problems)


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).filter(
    lambda text: text.strip() == text
)


@given(st.lists(st.tuples(cells, cells), max_size=20))
def test_what_the_csv_writer_writes_is_read_back(rows):
    import csv
    import io

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("a", "b"), *rows])
    raw, findings = read(text.getvalue().encode())
    assert findings == []
    assert [tuple(row) for row in raw.rows] == rows


def test_read_raw_uses_the_name_given(tmp_path):
    _, (finding,) = read_raw(tmp_path / "x.csv", ["a"], file="mine.csv")
    assert finding.file == "mine.csv"
