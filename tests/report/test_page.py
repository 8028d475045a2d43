# SPDX-License-Identifier: Apache-2.0
"""The report as a whole: self-contained, in order, reproducible, and written in one go."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections import Counter

import numpy as np
import pytest

from chokegraph.report import write_report
from chokegraph.report.facts import Facts
from chokegraph.report.page import render
from chokegraph.report.words import load_words
from chokegraph.result import make_table

SECTIONS = [
    "answer", "changes", "headline", "outcomes", "bearers", "around", "drivers", "map", "evidence",
    "limits", "reproduce",
]  # fmt: skip


def test_the_page_can_fetch_nothing(page, read):
    assert (
        "default-src 'none'"
        in read.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"]
    )
    fetching = {"src", "srcset", "data", "poster", "background", "action", "formaction"}
    assert not [p for p in read.parts if fetching & set(p.attributes)]
    links = [p.attributes for p in read.all("link")]
    assert links == [{"rel": "icon", "href": "data:,"}]
    assert not re.search(r"@import|url\((?!#)", page)
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\b", page)


def test_the_only_script_is_ours_and_its_hash_is_allowed(read):
    scripts = read.all("script")
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256("".join(scripts[0].text).encode()).digest()).decode()
    policy = read.all("meta", **{"http-equiv": "Content-Security-Policy"})[0].attributes["content"]
    assert f"script-src 'sha256-{digest}'" in policy
    assert not [p for p in read.parts for key in p.attributes if key.startswith("on")]


def test_the_same_result_gives_the_same_bytes(made_up_result, page):
    assert render(made_up_result) == page


def test_sections_stand_in_their_order(read):
    assert [p.attributes["id"] for p in read.all("section")] == SECTIONS
    assert len(read.all("h1")) == 1


def test_ids_are_unique_and_every_inner_link_leads_somewhere(read):
    ids = Counter(p.attributes["id"] for p in read.parts if "id" in p.attributes)
    assert [key for key, number in ids.items() if number > 1] == []
    for part in read.parts:
        target = part.attributes.get("href", "")
        if target.startswith("#"):
            assert target[1:] in ids, target
        for key in ("aria-labelledby",):
            for name in part.attributes.get(key, "").split():
                assert name in ids, name


def test_every_drawing_is_named_and_has_its_numbers_in_a_table(read):
    drawings = [p for p in read.all("svg") if p.attributes.get("role") == "img"]
    assert len(drawings) > 10
    for drawing in drawings:
        assert len(drawing.attributes["aria-labelledby"].split()) == 2
    figures = read.all("figure")
    captions = [p.words for p in read.all("caption")]
    titles = [f.words for f in figures]
    assert titles
    heads = [p.words for p in read.all("h4")]
    for head in heads:
        assert any(caption.startswith(head) for caption in captions), head


def test_each_outcome_shows_baseline_scenario_and_difference(read):
    kinds = Counter(
        kind
        for part in read.by_class("series")
        for kind in ("base", "scen", "diff")
        if kind in part.attributes["class"].split()
    )
    assert kinds["base"] == kinds["scen"] == kinds["diff"] > 5


def test_levers_and_assumptions_stand_in_different_panels(read):
    panels = {card.words.split(" ")[0]: card.words for card in read.by_class("card")}
    assert {"Controls", "Levers", "Assumptions"} <= set(panels)
    assert "Subsidy" in panels["Levers"]
    assert "Subsidy" not in panels["Assumptions"]
    assert "0.05 to 0.20" in panels["Assumptions"]


def test_it_says_once_what_it_is_not(read):
    assert read.text.count(load_words().tables["disclaimer"]) == 1
    assert read.text.count("legal advice") == 1


def test_write_report_replaces_the_file_and_leaves_nothing_else(made_up_result, page, tmp_path):
    target = tmp_path / "new" / "report.html"
    assert write_report(made_up_result, target) == target
    write_report(made_up_result, str(target))
    assert target.read_text(encoding="utf-8") == page
    assert [p.name for p in target.parent.iterdir()] == ["report.html"]


def test_a_failure_leaves_the_old_report(made_up_result, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("old")
    monkeypatch.setattr("pathlib.Path.replace", _fail)
    with pytest.raises(OSError, match="no room"):
        write_report(made_up_result, target)
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def _fail(self, target):
    message = "no room"
    raise OSError(message)


def test_a_full_world_stays_small(made_up_result, monkeypatch):
    """150 inputs and 3,000 statements in about 1.5 MB."""
    data = made_up_result.dataset
    count = 150
    pick = np.arange(count) % data.sizes["input"]
    families = list(load_words().tables["families"])
    wide = data.isel(input=pick).assign_coords(
        input=[f"input-{i}" for i in range(count)],
        input_name=("input", [f"A tool with a rather long name, number {i}" for i in range(count)]),
        input_family=("input", [families[i % len(families)] for i in range(count)]),
    )
    rows = made_up_result.evidence.to_dicts()
    evidence = [
        rows[i % len(rows)]
        | {"statement_id": f"{i:012x}", "subject_id": f"input:input-{i % count}",
           "note": f"A note of the usual length, shared by some, number {i % 300}, about a figure.",
           "source_id": f"source-{i % 100}", "source": f"A source with a title, {i % 100}"}
        for i in range(3000)
    ]  # fmt: skip
    links = [(f"input-{i}", f"input-{(7 * i + 3) % count}") for i in range(count)] * 3
    facts = Facts(tuple(links), (), frozenset())
    monkeypatch.setattr("chokegraph.report.page.facts_at_hand", lambda result: facts)
    full = dataclasses.replace(
        made_up_result,
        dataset=wide,
        evidence=make_table("evidence", evidence),
    )
    assert len(render(full).encode()) < 1_500_000
