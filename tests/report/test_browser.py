# SPDX-License-Identifier: Apache-2.0
"""The report in headless Chromium: accessible, offline, readable wide, narrow, dark and on paper.

Run with `make test-browser`, which installs Chromium.
"""

from __future__ import annotations

import pytest
from page_reader import lint

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the test tools themselves
]

WIDE, NARROW = 1400, 390
SMALLEST_TEXT = 8.5
"""Pixels; the smallest text of a chart on a phone, its tick labels."""


@pytest.fixture(scope="module")
def report(made_up_result, tmp_path_factory):
    from chokegraph.report import write_report

    path = tmp_path_factory.mktemp("report") / "report.html"
    return write_report(made_up_result, path).as_uri()


@pytest.fixture
def opened(chromium, report):
    """Open the report and watch what it asks for and complains about."""
    pages = []

    def open_page(width=WIDE, scheme="light", *, script=True, reduced="reduce"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion=reduced,
        )
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(report)
        pages.append(context)
        return page

    yield open_page
    for context in pages:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_even_with_everything_unfolded(opened, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(width, scheme)
    for unfold in (False, True):
        if unfold:
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        violations = Axe().run(page).response["violations"]
        assert [(v["id"], v["impact"], v["nodes"][0]["html"][:200]) for v in violations] == []


def test_it_asks_for_nothing_and_complains_about_nothing(opened, report):
    page = opened()
    page.locator("a.node").first.click()
    assert [url.split("#")[0] for url in page.asked] == [report]
    assert page.complaints == []


@pytest.mark.parametrize("width", [320, NARROW, 768, WIDE])
def test_the_page_does_not_scroll_sideways(opened, width):
    page = opened(width)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_in_charts_is_readable_on_a_phone(opened):
    page = opened(NARROW)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('svg.fan text, svg.stack text')]
            .filter(t => t.getBoundingClientRect().height > 0)
            .map(t => parseFloat(getComputedStyle(t).fontSize)
                      * t.getScreenCTM().a)"""
    )
    assert sizes
    assert min(sizes) >= SMALLEST_TEXT


def test_it_reads_without_script(opened):
    page = opened(script=False)
    assert page.locator("p.answer").is_visible()
    assert page.locator("svg.fan").first.is_visible()
    page.locator("#map-list > summary").click()
    assert page.locator("#map-list table").first.is_visible()


def test_every_box_of_the_map_is_reached_by_tab_and_leads_to_its_row(opened):
    page = opened()
    boxes = page.locator("a.node")
    count = boxes.count()
    assert count > 5
    page.locator(".mapbox").focus()
    reached = []
    for _ in range(count):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    labels = page.evaluate(
        "[...document.querySelectorAll('a.node')].map(a => a.getAttribute('aria-label'))"
    )
    assert reached == labels
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#map-list').open")
    assert page.locator(":target").is_visible()


def test_a_link_to_folded_evidence_unfolds_it(opened):
    page = opened()
    page.locator(".why a").first.click()
    page.wait_for_function("document.querySelector(':target').closest('details').open")
    assert page.locator(":target table").first.is_visible()


def test_dark_is_dark_and_paper_is_white(opened):
    page = opened(scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) != "rgb(255, 255, 255)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert not page.locator(".contents").is_visible()
    assert page.locator("p.answer").is_visible()
    assert page.pdf()[:5] == b"%PDF-"


def test_visible_text_is_what_the_linter_read(opened, read):
    """The text that a browser shows holds nothing that the lint of the source did not see."""
    page = opened()
    shown = page.evaluate(
        """() => { document.querySelectorAll('details').forEach(d => { d.open = true; });
                   document.querySelectorAll('pre, code, cite').forEach(e => e.remove());
                   return document.body.innerText; }"""
    )
    assert lint(shown) == []
    assert read.by_class("answer")[0].words in " ".join(shown.split())
