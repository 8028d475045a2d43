# SPDX-License-Identifier: Apache-2.0
"""Days before the law is encoded: nothing is said of them, and that is told."""

from datetime import date

import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.case_file import read_cases
from chokegraph.rules.reading import read_law
from chokegraph.study.determining import Request, prepare

EARLY = "2017-12-31 is before 2018-01-01, from which day on the law is encoded"
ROWS = (
    "as_of,eccn,origin,exporter_country,destination\n2017-12-31,3B001.b,US,US,IR\n"
    "2018-01-01,3B001.b,US,US,IR\n2010-06-01,3B001.b,US,US,CN\n"
)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_early_rows_are_rejected_with_the_first_day(tmp_path, suffix):
    path, out = tmp_path / f"in.{suffix}", tmp_path / "out.csv"
    (tmp_path / "in.csv").write_text(ROWS, encoding="utf-8")
    if suffix == "parquet":
        pl.read_csv(tmp_path / "in.csv", try_parse_dates=True).write_parquet(path)
    outcome = determine_file(path, load_law(), out=out, options=Options())
    assert (outcome.decided, outcome.rejected) == (1, 2)
    rejects = pl.read_csv(tmp_path / "out.rejects.csv")
    assert rejects["rejected_because"][0] == f"as_of: {EARLY}"
    assert pl.read_csv(out)["row"].to_list() == [2]


def test_early_days_for_all_rows_are_refused(tmp_path):
    (tmp_path / "in.csv").write_text(ROWS, encoding="utf-8")
    with pytest.raises(FindingsError, match="the law is encoded"):
        prepare(Request(as_of=date(2017, 12, 31))).run(tmp_path / "in.csv")
    with pytest.raises(FindingsError, match="the law is encoded"):
        prepare(Request(law_known_on=date(1990, 1, 1)))


def test_an_early_row_is_not_explained(tmp_path):
    (tmp_path / "in.csv").write_text(ROWS, encoding="utf-8")
    with pytest.raises(FindingsError, match="the law is encoded"):
        prepare(Request()).explain(tmp_path / "in.csv", 1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["at", "2017-12-31"], 0),
        (["show", "R_EL", "--on", "2017-12-31"], 0),
        (["diff", "2017-12-31", "2018-06-01"], 0),
        (["timeline", "--from", "2017-12-31", "--to", "2018-02-01"], 0),
        (["list", "--on", "2017-12-31", "--format", "json"], 0),
        (["at", "2020-01-01", "--known-on", "2017-12-31"], 2),
    ],
)
def test_the_book_of_the_law_says_so(arguments, code):
    found = CliRunner().invoke(app, ["rules", *arguments])
    said = " ".join((found.stderr + str(found.exception)).split())
    assert EARLY in said
    assert found.exit_code in (code, 1 if code else 0)


def test_days_that_are_encoded_are_shown_without_a_word():
    assert CliRunner().invoke(app, ["rules", "at", "2018-01-01"]).stderr == ""


def test_an_early_case_is_a_finding(tmp_path):
    from chokegraph.rules.case_file import COLUMNS

    cells = dict.fromkeys(COLUMNS, "")
    cells |= {"id": "x", "as_of": "2017-12-31"}
    path = tmp_path / "cases.csv"
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    with pytest.raises(FindingsError, match="the law is encoded"):
        read_cases(path, load_law())


def test_the_first_day_is_data_and_is_said_once(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text("encoded_from: 2020-01-01\n", encoding="utf-8")
    law = read_law([tmp_path / "a.yaml"])
    assert law.encoded_from == law.known_on(date(2021, 1, 1)).encoded_from == date(2020, 1, 1)
    assert read_law([]).too_early(date(1900, 1, 1)) == ""
    with pytest.raises(FindingsError, match=r"b\.yaml:1"):
        read_law([tmp_path / "a.yaml", tmp_path / "b.yaml"])
