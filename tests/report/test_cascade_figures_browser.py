# SPDX-License-Identifier: Apache-2.0
"""The figures of a cascade in headless Chromium: wide and narrow, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the test tools themselves
]
EXAMPLES = Path(__file__).parents[2] / "examples" / "networks"


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    from chokegraph.chain.cascade import cascade, systemic_risk
    from chokegraph.chain.networks import parse_shocks, read_network
    from chokegraph.report.risk_profile import draw_risk_profile
    from chokegraph.report.sankey import draw_sankey, sankey_of

    network, _ = read_network(EXAMPLES / "chips.csv", EXAMPLES / "chips_nodes.csv")
    result = cascade(network, parse_shocks(network, ["flow:JP->CN/resist"]))
    folder = tmp_path_factory.mktemp("figures")
    drawn = {
        "sankey": draw_sankey(sankey_of(result, 0)),
        "risk": draw_risk_profile(systemic_risk(network)),
    }
    for name, text in drawn.items():
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    return folder


MEASURE = """() => [...document.querySelectorAll("text")].map(one => {
  const box = one.getBoundingClientRect();
  return {words: one.textContent, left: box.left, right: box.right, tall: box.height};
}).filter(one => one.tall > 0)"""


@pytest.mark.parametrize("name", ["sankey", "risk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_every_word_is_inside_and_large_enough(chromium, figures, name, scheme, size):
    width, height = size
    page = chromium.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((figures / f"{name}.svg").as_uri())
    shown = page.evaluate(MEASURE)
    page.close()
    assert len(shown) > 10
    for one in shown:
        assert one["left"] >= 0, one
        assert one["right"] <= width, one
        assert one["tall"] >= 10, one
    assert len(asked) == 1
