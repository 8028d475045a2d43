# SPDX-License-Identifier: Apache-2.0
"""Files that are read in batches: what is no table, and lines that survive odd ones."""

import pytest

from chokegraph.errors import FindingsError
from chokegraph.rules.batches import open_source


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "no header"),
        ("a.csv", b"\xff\xfea\x00", "UTF-16"),
        ("a.csv", b"a;b\n", "not divided by commas"),
        ("a.csv", b"a,a\n", "there twice"),
        ("a.xlsx", b"x", "no kind of file"),
        ("a.parquet", b"x", "no Parquet file"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FindingsError, match=said):
        open_source(tmp_path / name)
    with pytest.raises(FindingsError, match="does not exist"):
        open_source(tmp_path / "none.csv")


def test_lines_survive_quotes_blank_lines_and_stray_bytes(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(
        b'\xef\xbb\xbfa,b,c\r\n1,2,3\r\n\r\n"x\ny",5\r\n\xe9,1,2\r\n5" disk,b,c\r\n'
        b'1,2,3,4\r\n"q ""w""",1,2\r\nlast,1,2'
    )
    for block in (8, 60, 1 << 20):
        found = {}
        for batch in open_source(path, block=block).batches(["a", "c"]):
            for at, cell in enumerate(batch.table["a"].to_list()):
                found[batch.line_of(at)] = (cell, batch.broken.get(at))
        assert found == {
            2: ("1", None),
            4: ("x\ny", "2 cells where 3 are expected"),
            6: ("\ufffd", "bytes that are no text in UTF-8"),
            7: ('5" disk', None),
            8: ("1", "4 cells where 3 are expected"),
            9: ('q "w"', None),
            10: ("last", None),
        }
