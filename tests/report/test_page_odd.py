# SPDX-License-Identifier: Apache-2.0
"""Reports of hostile, missing and empty results: escaped, and honest about what is not there."""

from __future__ import annotations

import dataclasses

import numpy as np
from page_reader import PageReader, lint

from chokegraph.report.facts import facts_at_hand
from chokegraph.report.page import render
from chokegraph.report.words import load_words
from chokegraph.result import make_table
from chokegraph.world import load_world

HOSTILE = (
    """</title></style><script>alert(1)</script><img src=x onerror=alert(2)>"' &amp; {{ 7*7 }}"""
)


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
