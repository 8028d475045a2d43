# SPDX-License-Identifier: Apache-2.0
"""Day one on the page: strips on the map, a table of products, and what is said without one."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from page_reader import PageReader

from chokegraph.report.chainmap import AtOnce, Node, draw_map
from chokegraph.report.page import render
from chokegraph.result import make_table
from chokegraph.result.day_one import with_day_one
from result_factory import fake_result


def row(place, kind, item, name, loss, **more):
    unit = "USD million per quarter" if kind == "sales" else "1"
    return {
        "quarter": "2025Q1", "fullest": True, "place": place, "kind": kind, "item": item,
        "item_name": name, "unit": unit, "loss_median": loss, "loss_low": loss * 0.5,
        "loss_high": loss * 1.1, "direct_median": None, "binds": "", "binds_name": "",
        "binds_in": None, "chain": "", "because": "", "draws": 3, **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def result():
    plain = fake_result()
    inputs = np.zeros((3, 1, 3, 5))
    inputs[:, 0, 0, 0] = [0.2, 0.4, 0.6]
    output = np.zeros((3, 1, 3, 2))
    output[:, 0, 0, 0] = 0.3
    output[:, 0, 0, 1] = np.nan
    new = np.zeros((3, 1, 3, 2))
    sales = np.zeros((3, 1, 4))
    losses = {
        "day_one_input": inputs,
        "day_one_output": output,
        "day_one_new_lines": new,
        "day_one_sales": sales,
    }
    table = make_table("day_one", [
        row("target", "output", "advanced-logic", "Advanced logic", 0.3, binds="dry-etch",
            binds_name="Dry etch tools", binds_in=1.0, chain="dry-etch",
            because="it lacks 40 % of <Dry etch tools>"),
        row("target", "new lines", "advanced-logic", "Advanced logic", 0.0),
        row("US", "sales", "US", "United States", 12.0, direct_median=10.0),
        row("coalition", "output", "dram", "DRAM", 0.02),
        {**row("target", "output", "dram", "DRAM", 0.1), "fullest": False, "quarter": "2024Q4"},
    ])  # fmt: skip
    data = with_day_one(plain.dataset, ("2025Q1",), losses)
    return dataclasses.replace(plain, dataset=data, day_one=table)


@pytest.fixture(scope="module")
def page(result):
    return render(result)


def test_the_page_says_what_is_lost_at_once_and_over_the_years(page):
    assert "30 % (15 to 33)" in page
    assert "Lost at once, and over the years" in page
    assert "in 2025Q1" in page
    assert "The first cut is in 2024Q4." in page
    assert "DRAM, output, in the coalition: 2 % (1 to 2)" in page
    assert "<td>12 (6 to 13)</td><td>10</td>" in page


def test_what_is_lacking_is_escaped(page):
    assert "&lt;Dry etch tools&gt;" in page


def test_boxes_have_a_strip_and_products_two(page):
    svg = page[page.index('class="chain"') :]
    svg = svg[: svg.index("</svg>")]
    assert svg.count('class="strip ') == 5 + 2 * 2
    assert "strip v-l4" in svg  # 40 % of the purchases of one input
    assert "strip v-na" in svg  # a product that is not made
    assert "on day one −40 points (−60 to −20); over the years" in svg.replace("\u202f", " ")
    PageReader(page)


def test_without_day_one_nothing_is_said_of_it_but_a_note():
    page = render(fake_result())
    assert "Lost at once, and over the years" not in page
    assert "so nothing is lost on day one" in page
    assert 'class="strip ' not in page


def test_a_strip_stands_at_the_left_in_its_own_colour():
    node = Node("a", "A", "First", 0.0, "none", at_once=(AtOnce("on day one", -0.5, "half"),))
    svg = str(draw_map([("First", [node])], [], [0.1]))
    assert 'class="strip v-l1"' in svg
    assert 'aria-label="A: on day one half; over the years none"' in svg
