# SPDX-License-Identifier: Apache-2.0
"""What a control stops, in words, and how far it reaches, in shares."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import polars as pl
import pytest
from page_reader import PageReader

from chokegraph.report.changes import describe
from chokegraph.report.names import Names, records
from chokegraph.report.page import _denied, render
from chokegraph.report.words import load_words
from chokegraph.result import make_table
from chokegraph.scenario import parse_scenario
from result_factory import SCENARIO_TEXT

WORDS = load_words()
NAMES = Names({}, {"CN": "China", "US": "United States", "NL": "Netherlands"}, {}, {}, {})
ROW = {
    "control": "etch", "run": "scenario", "kind": "sales", "country": "US", "input": "dry-etch",
    "input_name": "Dry etch tools", "blocked": 0.94, "approval_mean": 0.1, "approval_low": 0.0,
    "approval_high": 0.2,
}  # fmt: skip


def told(control, rows=()):
    """The first control of the made-up scenario, with other contents."""
    text = SCENARIO_TEXT.replace("licence: {policy: presumption-of-denial}", control)
    if "cap:" in control:  # a cap holds for all tiers
        text = text.replace("    tiers: [advanced, leading]\n", "")
    return describe(parse_scenario(text), list(rows), NAMES, WORDS).controls[0]


def test_sales_servicing_and_staff_are_columns_and_not_a_sum():
    rows = [
        ROW,
        ROW | {"kind": "servicing", "blocked": 0.83},
        ROW | {"kind": "staff", "blocked": 1.0},
        ROW | {"country": "NL", "blocked": 0.02},
    ]
    change = told("licence: {policy: denial}\n    staff: true", rows)
    assert change.stops == ("Sales denied", "Servicing stops", "Staff withdraws")
    assert [one.shares for one in change.covers] == [
        ("96\N{NARROW NO-BREAK SPACE}%", "83\N{NARROW NO-BREAK SPACE}%",
         "100\N{NARROW NO-BREAK SPACE}%")
    ]  # fmt: skip


def test_no_share_is_more_than_the_whole():
    change = told("licence: {policy: denial}", [ROW, ROW | {"country": "NL"}])
    assert change.covers[0].shares == ("100\N{NARROW NO-BREAK SPACE}%",)


def test_a_share_that_is_not_known_is_not_zero():
    change = told("licence: {policy: denial}", [ROW | {"blocked": None}])
    assert change.covers[0].shares == (WORDS.empty("value"),)


@pytest.mark.parametrize(
    ("control", "says", "says_not"),
    [
        ("staff: true", "United States withdraws the support of its people", "servicing"),
        ("servicing: {ban: true}", "stops servicing", "people"),
        ("licence: {policy: denial}\n    staff: true", "Its people may no longer", "servicing"),
        ("licence: {policy: denial}", "requires a licence", "people"),
    ],
)
def test_each_kind_of_stop_is_told_and_no_other(control, says, says_not):
    text = told(control).text
    assert says in text
    assert says_not not in text


def test_a_cap_without_licences_is_told_once():
    cap = "cap: {kind: hard, label: 28nm}"
    rows = [ROW | {"kind": "sales above a cap", "approval_mean": 0.0, "approval_high": 0.0}]
    change = told(cap, rows)
    assert "No licences are given." in change.text
    assert "taken as" not in change.text
    assert change.stops == ("Sales denied, above the cap",)
    assert change.capped
    with_licence = told(f"{cap}\n    licence: {{policy: denial}}", rows)
    assert "taken as" in with_licence.text


def test_the_page_has_a_heading_for_each_column(made_up_result):
    rows = records(made_up_result.access)
    rows += [row | {"kind": "staff"} for row in rows]
    text = PageReader(
        render(dataclasses.replace(made_up_result, access=make_table("access", rows)))
    ).text
    assert "Input Sales denied Staff withdraws" in text
    assert "The columns overlap, so they do not add up." in text
    one = PageReader(render(made_up_result)).text
    assert "The columns overlap" not in one
    assert "A cap denies" not in one


def test_a_route_is_restricted_where_the_scenario_stops_more_at_some_time():
    law = {
        "kind": "sales", "control": "law", "country": "NL", "market": "target", "tiers": "",
        "input": "same", "blocked": 0.4,
    }  # fmt: skip
    rows = [
        law | {"run": "baseline"},
        law | {"run": "scenario"},
        law | {"run": "scenario"},  # in two parts, and no more than before
        law | {"run": "baseline", "input": "more"},
        law | {"run": "scenario", "input": "more", "blocked": 0.5},
        law | {"run": "scenario", "input": "unknown", "blocked": None},
        law | {"run": "scenario", "input": "staff", "kind": "staff"},
    ]
    result = SimpleNamespace(access=pl.DataFrame(rows))
    needs = SimpleNamespace(
        route_needs=tuple((each, f"by {each}") for each in ("same", "more", "unknown", "staff"))
    )
    assert _denied(result, needs) == {"by more", "by unknown"}
