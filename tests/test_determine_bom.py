# SPDX-License-Identifier: Apache-2.0
"""Bills of materials meet the rows of a file, and the page on them says what is so."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from chokegraph.cli import app
from chokegraph.errors import FindingsError
from chokegraph.rules import load_law
from chokegraph.rules.bom import make_bom
from chokegraph.rules.content import BomJoin
from chokegraph.rules.framing import Framed

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def law():
    return load_law()


def call(*words):
    return CliRunner().invoke(app, ["determine", *map(str, words)])


LINES = {
    "parent": ["", "tool", "", "pump"],
    "child": ["tool", "valve", "pump", "chip"],
    "quantity": ["1", "2", "1", "1"],
    "value": ["100", "20", "50", "10"],
    "eccn": ["3B991", "3B001.b", "2B999", "EAR99"],
    "origin": ["DE", "US", "DE", "US"],
    "kind": ["commodity"] * 4,
}


def test_bills_of_materials_meet_rows(law):
    bom = BomJoin(make_bom(pl.DataFrame(LINES)), law)
    facts = pl.DataFrame(
        {
            "as_of": [date(2023, 6, 1)] * 4,
            "destination": ["CN", "CN", None, "DE"],
            "known_final_destination": ["n/a", None, None, None],
        }
    )
    found, _ = bom(Framed(facts, pl.DataFrame({"item": ["tool", "pump", "tool", "other"]})))
    assert found.height == 4
    low, high = found["us_content_pct__low"].to_list(), found["us_content_pct__high"].to_list()
    assert high[0] == pytest.approx(40.0)
    assert low[1] == 0.0
    assert low[2:] == [None, None]
    with pytest.raises(FindingsError, match="2 items at its top"):
        bom(Framed(facts, pl.DataFrame()))


def test_a_bill_of_materials_on_the_command_line(tmp_path):
    pl.DataFrame(LINES).write_csv(tmp_path / "bom.csv")
    file, out = tmp_path / "a.csv", tmp_path / "out.csv"
    file.write_text(
        "item,as_of,eccn,destination,exporter_country,origin\n"
        "tool,2023-06-01,3B991,CN,DE,DE\npump,2023-06-01,2B999,CN,DE,DE\n",
        encoding="utf-8",
    )
    words = ("--bom", tmp_path / "bom.csv", "--out", out, "--blank", "not-so")
    assert call(file, *words).exit_code == 0
    read = pl.read_csv(out)
    assert "DE_MINIMIS_25" in read["hooks"][0]
    assert "DE_MINIMIS_25" not in (read["hooks"][1] or "")


def test_the_page_of_bills_of_materials_has_every_column_and_does_what_it_says(monkeypatch):
    from chokegraph.rules.bom_lines import KINDS, NEEDED, OPTIONAL

    page = (ROOT / "docs" / "how-to" / "bills-of-materials.md").read_text(encoding="utf-8")
    for name in (*NEEDED, *OPTIONAL):
        assert f"| `{name}` |" in page, name
    assert all(f"`{kind}`" in page for kind in KINDS)
    monkeypatch.chdir(ROOT)
    assert (ROOT / "examples" / "bom.csv").read_text(encoding="utf-8") in page
    said = re.search(r"```text\n(row  id.*?)```", page, re.DOTALL).group(1).splitlines()
    words = ("examples/bom-shipments.csv", "--bom", "examples/bom.csv", "--blank", "not-so")
    printed = [line.rstrip() for line in call(*words).output.splitlines()]
    assert [line for line in printed if line in said] == said


@pytest.mark.parametrize(("discrete", "subject"), [("no", "yes"), ("yes", "no")])
def test_filling_in_the_blank_of_the_example_decides_it(tmp_path, discrete, subject):
    text = (ROOT / "examples" / "bom.csv").read_text(encoding="utf-8")
    bom, out = tmp_path / "bom.csv", tmp_path / "out.csv"
    bom.write_text(text.replace("3B991,JP,commodity,,", f"3B991,JP,commodity,{discrete},"))
    words = ("--bom", bom, "--blank", "not-so", "--out", out)
    assert call(ROOT / "examples" / "bom-shipments.csv", *words).exit_code == 0
    assert pl.read_csv(out)["subject"].to_list() == [subject, subject, "yes"]


def test_what_rows_and_the_bill_do_not_agree_on_is_told(tmp_path):
    pl.DataFrame(LINES).write_csv(tmp_path / "bom.csv")
    file = tmp_path / "a.csv"
    file.write_text(
        "item,as_of,eccn,destination,exporter_country,origin,us_content_pct\n"
        "tool,2023-06-01,3B991,CN,DE,DE,5\npump,2023-06-01,2B999,CN,DE,DE,\n"
        "tol,2023-06-01,3B991,CN,DE,DE,\n,2023-06-01,3B991,CN,DE,DE,7\n",
        encoding="utf-8",
    )
    words = ("--bom", tmp_path / "bom.csv", "--blank", "not-so", "--out", tmp_path / "out.csv")
    found = call(file, *words)
    assert found.exit_code == 0
    for said in (
        "a.csv:item: warning: the item 'tol' is not at the top of the bill of materials; "
        "US content of such rows is not worked out (fix: did you mean tool?)",
        "a.csv:item: warning: rows name no item of the bill of materials",
        "a.csv:us_content_pct: warning: rows state a US content of their own, which goes before "
        "the bill's: 'tool' (fix:",
    ):
        assert said in found.stderr, found.stderr
    file.write_text("item,as_of,eccn,destination\npump,2023-06-01,2B999,CN\n", encoding="utf-8")
    assert "US content" not in call(file, *words).stderr
