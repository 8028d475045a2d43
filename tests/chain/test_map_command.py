# SPDX-License-Identifier: Apache-2.0
import csv
import io
import json

import pytest
from typer.testing import CliRunner

from chokegraph.chain import availability, blocking_coalitions, input_sheet
from chokegraph.chain.terminal import COLUMNS
from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.world import load_world


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["map", *arguments], prog_name="chokegraph")
    if result.exception is not None:
        raise result.exception
    return result.output


def test_the_map_of_the_bundled_facts_fits_the_terminal():
    text = run("--sources")
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= COLUMNS
    assert "what US+JP+NL could deny" in text
    assert "Sources" in text


def test_csv_has_every_input_that_can_be_bought():
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv", "--top", "0"))))
    sold = {name for name, item in load_world().inputs.items() if item.use != "none"}
    assert sold <= {row["input_id"] for row in rows}
    scores = [float(row["score"]) for row in rows if row["score"]]
    assert scores == sorted(scores, reverse=True)
    for row in rows:
        for name in ("coalition_share", "own_share", "score"):
            low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
            assert 0.0 <= low <= high <= 1.0
            assert not row[name] or low - 1e-6 <= float(row[name]) <= high + 1e-6


def test_json_names_the_source_of_every_row():
    answer = json.loads(run("--format", "json", "--top", "15"))
    for row in answer["rows"]:
        assert row["source_ids"]
        assert set(row["source_ids"]) <= set(answer["sources"])
    assert answer["year"] == load_world().year


def test_what_everybody_knows_about_euv():
    sheet = input_sheet(load_world(), "euv-low-na-lithography")
    assert sheet.direct.coalitions == (("NL",),)
    assert ("DE",) in sheet.upstream.coalitions  # the optics
    assert "leading-logic" in sheet.row.stops
    assert "mature-logic" not in sheet.row.stops
    assert sheet.row.coalition_share.low > 0.9
    text = run("--input", "euv-low-na-lithography")
    assert "Netherlands (NL)" in text
    assert "Sources" in text


def test_nothing_is_denied_where_nobody_refuses():
    answers = availability(load_world(), [], target="CN", threshold=0.75)
    assert not [name for name, answer in answers.inputs.items() if str(answer) == "not available"]


def test_the_united_states_alone_are_a_chokepoint_for_advanced_logic():
    found = blocking_coalitions(load_world(), "product:advanced-logic", target="CN", threshold=0.75)
    assert found.complete
    assert "US" in found.single_points
    assert "CN" not in {member for coalition in found.coalitions for member in coalition}


def test_by_firm_and_other_years_and_one_input_as_csv():
    assert "by firm" in run("--by", "firm", "--top", "5")
    assert "in 2019" in run("--year", "2019", "--top", "5")
    rows = list(
        csv.DictReader(io.StringIO(run("--input", "euv-low-na-lithography", "--format", "csv")))
    )
    assert [row["input_id"] for row in rows] == ["euv-low-na-lithography"]
    sheet = json.loads(run("--input", "euv-low-na-lithography", "--format", "json"))
    assert sheet["row"]["input_id"] == "euv-low-na-lithography"


def test_small_letters_and_spaces_are_forgiven():
    assert "US+JP could deny" in run("--coalition", "us, jp", "--target", "cn", "--top", "3")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--coalition", "US,QQ"), "'QQ' is not in this world"),
        (("--target", "US"), "the target US is in the coalition"),
        (("--input", "euv"), "did you mean"),
        (("--world", "nonsense"), "names no world"),
    ],
)
def test_mistakes_are_findings(arguments, message):
    with pytest.raises(FindingsError, match=message):
        run(*arguments)
