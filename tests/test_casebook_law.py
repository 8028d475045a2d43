# SPDX-License-Identifier: Apache-2.0
"""The episodes of the casebook are decided as their page says, and their scenarios exist."""

from __future__ import annotations

import contextlib
import csv
import re
from pathlib import Path

import pytest

from chokegraph.cli import main
from chokegraph.scenario import load_scenario

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "explanation" / "casebook-law.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| `A\d", line)
]


@pytest.fixture(scope="module")
def decided(tmp_path_factory):
    out = tmp_path_factory.mktemp("casebook") / "decided.csv"
    patch = pytest.MonkeyPatch()
    command = ["determine", str(ROOT / "examples/casebook.csv"), "--blank", "not-so"]
    patch.setattr("sys.argv", ["chokegraph", *command, "--out", str(out)])
    with contextlib.suppress(SystemExit):
        main()
    patch.undo()
    with out.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_an_episode_is_decided_as_the_page_says(decided, row):
    name, day, _, licence, hooks, reasons = row
    found = decided[name]
    assert (found["as_of"], found["licence"]) == (day, licence)
    assert found["hooks"] == hooks
    assert found["reasons"] == reasons


def test_the_page_has_every_row(decided):
    assert [row[0] for row in ROWS] == list(decided)


def test_the_flags_of_diversion(decided):
    assert "KNOWN_FINAL_DESTINATION" in decided["A2-diverted-2022-rule"]["flags"]
    assert "DIVERSION_RED_FLAG" in decided["A2-kazakhstan-2022-rule"]["flags"]
    assert decided["A6-from-germany"]["outcomes"] == "SUPP4_EXCLUSION"


def test_every_episode_has_its_section_and_its_scenarios_exist():
    assert re.findall(r"^## (A\d)", PAGE, re.MULTILINE) == [f"A{n}" for n in range(1, 9)]
    for name in set(re.findall(r"`([a-z0-9-]+\.yaml)`", PAGE)):
        scenario = load_scenario(ROOT / "examples" / "scenarios" / name)
        assert scenario.law_of("baseline") is not None
