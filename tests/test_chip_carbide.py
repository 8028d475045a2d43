# SPDX-License-Identifier: Apache-2.0
"""Silicon carbide: the command against the plain functions, break-even, and mistakes."""

import json

import pytest
from typer.testing import CliRunner

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.sic import cost_per_good_area
from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.study.chip_sic import carbide_frame

BOTH = {"sic-150mm": 2000.0, "sic-200mm": 3000.0}
KILLING = {"sic-150mm": 0.5, "sic-200mm": 0.8}


def test_costs_are_those_of_the_formula():
    frame = carbide_frame(die=25.0, processing=BOTH, defects=KILLING)
    settings = load_catalogue().settings
    rim = {"edge": settings["edge-exclusion"].mid, "scribe": settings["scribe-width"].mid}
    for row in frame.iter_rows(named=True):
        name = row["substrate"]
        for end in ("", "_low", "_high"):
            price = row["price" + end]
            if price is None:
                assert row["cost" + end] is None
                continue
            expected = cost_per_good_area(
                price, BOTH[name], 25.0, row["diameter"], KILLING[name], **rim
            )
            assert row["cost" + end] == pytest.approx(float(expected))
    chinese = frame.filter(frame["seller"] == "country:CN")["cost"].item()
    assert chinese < frame.filter(frame["seller"] == "all makers")["cost"].drop_nulls().item()


def test_at_the_break_even_price_both_cost_the_same():
    frame = carbide_frame(die=25.0, processing=BOTH, defects=KILLING)
    wide = frame.filter(frame["substrate"] == "sic-200mm").row(0, named=True)
    settings = load_catalogue().settings
    rim = {"edge": settings["edge-exclusion"].mid, "scribe": settings["scribe-width"].mid}
    cost = cost_per_good_area(wide["pays_below"], 3000.0, 25.0, 200.0, 0.8, **rim)
    assert float(cost) == pytest.approx(frame["cost"].min())


def test_mistakes_are_told_at_once():
    with pytest.raises(FindingsError) as caught:
        carbide_frame(die=0.0, processing={"sic-15mm": 1.0, "sic-200mm": -1.0}, defects={})
    for words in ("did you mean 'sic-150mm'?", "0 mm2", "-1 USD", "nothing for sic-200mm"):
        assert words in str(caught.value)


def test_command():
    words = ["chip", "carbide", "--die-mm2", "25", "--processing", "sic-150mm=2000"]
    more = [*words, "--defects", "sic-150mm=0.5"]
    result = CliRunner().invoke(app, more, prog_name="chokegraph")
    assert result.exit_code == 0, result.output
    assert "wolfspeed" in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 100
    result = CliRunner().invoke(app, [*more, "--format", "json"], prog_name="chokegraph")
    assert {row["substrate"] for row in json.loads(result.stdout)} == {"sic-150mm"}
    result = CliRunner().invoke(app, [*words, "--defects", "few"], prog_name="chokegraph")
    assert isinstance(result.exception, FindingsError)
