# SPDX-License-Identifier: Apache-2.0
"""The visible text of a report: no raw ids, units with every figure, statements in full."""

from __future__ import annotations

import dataclasses
import re

from page_reader import PageReader, lint

from chokegraph.report.page import render
from chokegraph.report.words import load_words
from chokegraph.result import make_table


def test_the_linter_finds_what_it_should():
    assert lint("the local_share is nan") == ["local_share", "nan"]
    assert lint("value None (None to inf)") == ["inf", "None", "None"]
    assert lint("Output is lower in none of the draws.") == []


def test_visible_text_has_no_raw_ids_and_no_broken_values(read):
    assert lint(read.text) == []


def test_labels_and_titles_have_no_raw_ids_either(read):
    spoken = [
        part.attributes[key]
        for part in read.parts
        for key in ("aria-label", "title", "data-label", "alt")
        if key in part.attributes
    ]
    assert spoken
    assert lint(" ".join(spoken)) == []


def test_every_headline_figure_has_its_unit_and_its_time(read):
    cells = [p for p in read.all("td", role="cell") if p.attributes.get("data-label")]
    assert cells
    units = r"%|points|USD|generations|quarters|years|times|not known|not by|^\d{4}|beyond|plan"
    for cell in cells:
        assert cell.words, cell.attributes
        if cell.attributes["data-label"] in ("Baseline", "Scenario", "Difference"):
            assert re.search(units, cell.words), cell.words
        if cell.attributes["data-label"] == "When":
            assert re.search(r"\d{4}|whole horizon", cell.words)


def test_every_axis_names_its_unit(read):
    labels = [p.words for p in read.by_class("axis-label")]
    assert labels
    for label in labels:
        assert re.search(r"%|points|USD|generations|years", label), label


def test_money_is_written_with_its_currency_first(read):
    assert re.search(r"USD\s\d", read.text)
    assert not re.search(r"\d\u202fUSD", read.text)


def test_each_statement_shows_value_interval_period_source_and_grade(made_up_result, read):
    for row in made_up_result.evidence.to_dicts():
        line = next(p for p in read.parts if p.attributes.get("id") == f"s-{row['statement_id']}")
        cells = [text.strip() for text in line.text]
        assert row["period"] in cells
        assert row["locator"] in cells
        value, low, high = row["value"], row["low"], row["high"]
        if value is not None:
            wanted = f"{100 * value:.0f}\u202f% ({100 * low:.0f} to {100 * high:.0f})"
        else:
            wanted = f"{load_words().empty('value')} ("
        assert any(cell.startswith(wanted) for cell in cells), (wanted, cells)
        judged = " judged" if row["grade"] in "DX" else ""
        assert f"{row['grade']}{judged}" in cells
    source = read.all("a", href="https://example.org/yearbook")
    assert [link.words for link in source] == ["Made-up Yearbook"]


def test_statements_that_share_their_source_write_it_once(made_up_result):
    rows = made_up_result.evidence.to_dicts()
    twins = [
        rows[0] | {"statement_id": f"{i:012x}", "object_id": f"country:{code}", "note": ""}
        for i, code in enumerate(("US", "NL", "CN"))
    ]
    reader = PageReader(
        render(dataclasses.replace(made_up_result, evidence=make_table("evidence", twins)))
    )
    spans = [p.attributes["rowspan"] for p in reader.all("td") if "rowspan" in p.attributes]
    assert spans == ["3"] * 4
    lines = [p for p in reader.all("tr") if p.attributes.get("id", "").startswith("s-0000")]
    assert [p.words.split(" ")[0] for p in lines] == ["China", "Netherlands", "United"]


def test_a_figure_leads_to_its_evidence(read):
    why = [p for p in read.by_class("why") if "Dry etch tools" in p.words]
    assert why
    targets = {p.attributes.get("href") for p in read.all("a")}
    assert "#input-dry-etch" in targets


def test_the_recipe_is_complete(made_up_result, read):
    blocks = [p.words for p in read.all("pre")]
    assert any(b.startswith("chokegraph run made-up.yaml --draws 40 --seed 7") for b in blocks)
    assert any("write_report" in b for b in blocks)
    assert any("schema: 1" in b and "usd_million_per_year" in b for b in blocks)
    facts = " ".join(p.words for p in read.all("code"))
    assert made_up_result.manifest["data_sha256"] in facts
    assert made_up_result.manifest["scenario_sha256"] in facts
