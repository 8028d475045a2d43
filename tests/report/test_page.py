# SPDX-License-Identifier: Apache-2.0
"""The report as a whole: self-contained, linted, escaped, honest about what is missing."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections import Counter

import numpy as np
import pytest
from page_reader import PageReader

from chokegraph.report import write_report
from chokegraph.report.facts import Facts, facts_at_hand
from chokegraph.report.page import render
from chokegraph.report.words import load_words
from chokegraph.result import make_table
from chokegraph.scenario import parse_scenario
from chokegraph.world import load_world
from conftest import with_parameters
from result_factory import SCENARIO_TEXT

SECTIONS = [
    "answer", "changes", "headline", "outcomes", "bearers", "around", "drivers", "map", "evidence",
    "limits", "reproduce",
]  # fmt: skip
HOSTILE = (
    """</title></style><script>alert(1)</script><img src=x onerror=alert(2)>"' &amp; {{ 7*7 }}"""
)


# --- one file, nothing fetched ---------------------------------------------------------------


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


# --- structure -------------------------------------------------------------------------------


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


# --- lint of the visible text ----------------------------------------------------------------


def lint(text: str) -> list[str]:
    """Words that no reader should meet: raw ids, missing values as a program prints them."""
    slugs = re.findall(r"\b[a-z0-9]+_[a-z0-9_]+\b", text)
    broken = re.findall(r"(?i)\b(?:nan|undefined|null|inf)\b", text)
    broken += re.findall(r"\bNone\b(?! (?!to\b)[a-z])", text)  # "none" is plain English
    return slugs + broken


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


# --- hostile and missing content -------------------------------------------------------------


def hostile(result):
    """A result in which every text that comes from outside tries to break out."""
    scenario = result.scenario.model_copy(
        update={"title": HOSTILE, "question": HOSTILE, "notes": HOSTILE}
    )
    controls = tuple(
        control.model_copy(update={"note": HOSTILE, "sources": (HOSTILE,)})
        for control in scenario.controls
    )
    scenario = scenario.model_copy(update={"controls": controls})
    evidence = [
        row | {"note": HOSTILE, "source": HOSTILE, "locator": HOSTILE, "publisher": HOSTILE,
               "url": "javascript:alert(3)", "statement_id": HOSTILE, "period": HOSTILE}
        for row in result.evidence.to_dicts()
    ]  # fmt: skip
    headline = [row | {"label": HOSTILE, "note": HOSTILE} for row in result.headline.to_dicts()]
    data = result.dataset.assign_coords(
        country_name=("country", [HOSTILE] * result.dataset.sizes["country"]),
        input_name=("input", [HOSTILE] * result.dataset.sizes["input"]),
        product_name=("product", [HOSTILE] * result.dataset.sizes["product"]),
        route_name=("route", [HOSTILE] * result.dataset.sizes["route"]),
    )
    return dataclasses.replace(
        result,
        scenario=scenario,
        dataset=data,
        evidence=make_table("evidence", evidence),
        headline=make_table("headline", headline),
        manifest={**result.manifest, "scenario_text": HOSTILE, "version": HOSTILE},
    )


def test_hostile_text_stays_text(made_up_result, read):
    reader = PageReader(render(hostile(made_up_result)))
    for name in ("script", "img", "style", "title"):
        # an SVG has titles of its own, so compare with the harmless report
        assert len(reader.all(name)) == len(read.all(name)), name
    assert "{{ 7*7 }}" in reader.all("h1")[0].words
    assert not [p for p in reader.parts for key in p.attributes if key.startswith("on")]
    schemes = {p.attributes.get("href", "#").split(":")[0].split("#")[0] for p in reader.all("a")}
    assert schemes <= {"", "https", "http"}


def emptied(result):
    """A result that holds arrays but no tables."""
    tables = ("headline", "event", "sensitivity", "attribution", "access", "evidence")
    return dataclasses.replace(result, **{name: make_table(name, []) for name in tables})


def test_each_empty_state_has_its_one_phrase(made_up_result):
    text = PageReader(render(emptied(made_up_result))).text
    words = load_words()
    for state in ("event", "sensitivity", "attribution", "evidence"):
        assert text.count(words.empty(state)) == 1, state
    assert words.empty("headline") in text
    assert lint(text) == []


def test_missing_values_are_hatched_and_said(made_up_result):
    data = made_up_result.dataset.copy(deep=True)
    data["availability"].loc[{"input": "neon"}] = np.nan
    data["stockpile"][:] = np.nan
    data["output"].loc[{"product": "dram", "quarter": "2026Q2"}] = np.nan
    data["sales"].loc[{"country": "NL"}] = np.nan
    reader = PageReader(render(dataclasses.replace(made_up_result, dataset=data)))
    node = next(p for p in reader.all("a") if p.attributes.get("aria-label", "").startswith("Neon"))
    assert "not known" in node.attributes["aria-label"]
    assert [p for p in reader.all("rect") if "v-na" in p.attributes.get("class", "")]
    assert [p for p in reader.all("rect") if p.attributes.get("class") == "missing"]
    assert load_words().empty("chart") in reader.text
    assert lint(reader.text) == []


def test_it_says_when_the_facts_are_not_those_of_the_run(made_up_result, read):
    words = load_words()
    assert facts_at_hand(made_up_result) is None  # its hash is made up
    assert read.text.count(words.empty("facts")) == 1
    assert read.text.count(words.empty("around")) == 1


def test_links_and_design_arounds_come_from_the_same_facts(made_up_result):
    world = load_world("builtin")
    scenario = made_up_result.scenario.model_copy(update={"world": "builtin"})
    manifest = {**made_up_result.manifest, "data_sha256": world.data_hash}
    facts = facts_at_hand(dataclasses.replace(made_up_result, scenario=scenario, manifest=manifest))
    assert facts is not None
    assert set(facts.links) == {(link.source, link.target) for link in world.links}
    assert facts.design_around == {k for k, r in world.routes.items() if r.design_around}


def test_a_world_that_is_gone_is_no_failure(made_up_result):
    scenario = made_up_result.scenario.model_copy(update={"world": "eto:no-such-folder"})
    assert facts_at_hand(dataclasses.replace(made_up_result, scenario=scenario)) is None


def test_never_is_a_phrase(made_up_result, read):
    row = next(p for p in read.all("tr", role="row") if "half is bought at home" in p.words)
    assert "not by 2031" in row.words


# --- what the numbers say --------------------------------------------------------------------


def test_the_answer_is_composed_from_the_headline(made_up_result, read):
    row = next(r for r in made_up_result.headline.to_dicts() if r["item"] == "advanced-logic")
    answer = read.by_class("answer")[0].words
    size = f"{abs(100 * row['difference_median']):.0f}"
    assert f"output of advanced logic in China is {size} percentage points lower" in answer
    assert "Sales of providers from" in answer or "sales of providers from" in answer


def test_opposite_draws_name_what_decides(made_up_result):
    reader = PageReader(render(with_parameters(made_up_result)))
    start = reader.text.index("What would have to be true")
    part = reader.text[start : start + 900]
    assert "what leaks through" in part
    assert "ease of entry" not in part
    assert "higher" in part


def test_all_scenario_parts_can_be_told(made_up_result):
    text = SCENARIO_TEXT.replace(
        "levers:\n  subsidy:",
        "mechanisms: {entry: false}\nlevers:\n"
        "  mandate:\n    - {inputs: {stages: [materials]}, from: 2025Q1, strength: 0.3}\n"
        "  promotion:\n    - {inputs: {tags: [hybrid-bonding]}, from: 2026Q1, until: 2029Q4, "
        "usd_million_per_year: 300}\n  subsidy:",
    ).replace(
        "controls:\n  - name: etch",
        "controls:\n"
        "  - {name: hard, by: US, inputs: {eccns: ['3B001']}, from: 2025Q1, "
        "cap: {kind: hard, label: 28nm}}\n"
        "  - {name: slide, by: US, inputs: {ids: [neon], exclude: [dry-etch]}, from: 2025Q1, "
        "cap: {kind: sliding, generations: 2}}\n"
        "  - {name: answer, by: NL, on: coalition, inputs: {ids: [neon]}, from: 2025Q1, "
        "licence: {policy: denial}}\n"
        "  - name: etch",
    )
    assert text.count("cap:") == 2
    scenario = parse_scenario(text)
    told = PageReader(render(dataclasses.replace(made_up_result, scenario=scenario))).text
    for phrase in (
        "whatever is above 28nm (hard cap)",
        "export-control number 3B001",
        "newer than 2.0 generations behind the frontier (sliding scale)",
        "without dry etch tools",
        "to the coalition",
        "prefer domestic the stage materials",
        "pay USD 300 million a year to their own providers",
        "in force from 2026 Q1 until 2029 Q4",
        "switched off, in both runs: entry",
    ):
        assert (
            phrase.replace(" million", "\u202fmillion").replace("USD 300", "USD\u202f300") in (told)
            or phrase in told
        ), phrase


# --- the file --------------------------------------------------------------------------------


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


def test_the_opposite_is_told_for_outcomes_that_are_no_output(made_up_result):
    rows = made_up_result.headline.to_dicts()
    headline = [row for row in rows if row["outcome"] != "output"]
    text = PageReader(
        render(dataclasses.replace(made_up_result, headline=make_table("headline", headline)))
    ).text
    assert "the outcome of the answer is lower than in the baseline" in text
    assert lint(text) == []
