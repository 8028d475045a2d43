# SPDX-License-Identifier: Apache-2.0
"""Shares of a whole: more than all of it is no share."""

from datetime import date

import polars as pl
import pytest

from chokegraph.rules import load_law
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.case_keys import WrongValue, read_value
from chokegraph.rules.cells import CellError, read_cell
from chokegraph.rules.layout import layout
from chokegraph.rules.values import Interval

DAY = date(2025, 3, 1)
SHARES = ("us_content_pct", "party_listed_owners_pct", "rare_earth_value_pct")


@pytest.fixture(scope="module")
def law():
    return load_law()


@pytest.mark.parametrize("name", SHARES)
def test_a_share_ends_at_a_hundred(law, name):
    column = layout(law)[name]
    assert read_cell("100 %", column) == 100.0
    assert read_cell("40..", column) == Interval(40.0, 100.0)
    for text in ("150", "100.1 %", "40..150", "101.."):
        with pytest.raises(CellError, match="is above 100"):
            read_cell(text, column)
    with pytest.raises(WrongValue, match="is above 100"):
        read_value(law.facts[name], 150)
    assert read_cell("150", layout(law)["throughput_gain_pct"]) == 150.0


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_with_more_than_all_are_rejected(law, tmp_path, suffix):
    frame = pl.DataFrame(
        {
            "eccn": "3A001", "origin": "DE", "exporter_country": "DE", "destination": "CN",
            "us_content_pct": [20.0, 300.0, 100.0],
        }
    )  # fmt: skip
    path = tmp_path / f"in.{suffix}"
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    outcome = determine_file(path, law, options=Options(as_of=DAY))
    assert (outcome.decided, outcome.rejected) == (2, 1)
    assert "is above 100, the most that it can be" in outcome.findings[0].message
    assert outcome.findings[0].column == "us_content_pct"
