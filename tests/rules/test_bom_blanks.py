# SPDX-License-Identifier: Apache-2.0
"""Blank cells of a bill of materials are neither yes nor no: they widen the interval."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_bom import DAY, HEAD, bom, content, controlled, share
from tests.rules.test_scalar import LAW

from chokegraph.errors import FindingsError
from chokegraph.rules.bom import make_bom
from chokegraph.rules.de_minimis import contributions, roll_up

MODULE = f"""{HEAD}
,tool,,100,3B991,DE,commodity,,,
tool,module,1,50,3A991,DE,commodity,DISCRETE,,
module,chip,1,40,3A090,US,commodity,,,
"""
PROGRAM = f"""{HEAD}
,tool,,100,3B991,DE,commodity,,,
tool,program,1,40,ECCN,US,software,,BUNDLED,
"""
PART = f"""{HEAD}
,item,,100,3B991,DE,ITEM,,,
item,part,1,40,3A090,US,PART,,,
"""


@pytest.mark.parametrize(
    ("said", "expected"), [("yes", (0.0, 0.0)), ("no", (40.0, 40.0)), ("", (0.0, 40.0))]
)
def test_a_product_that_may_be_discrete(said: str, expected: tuple[float, float]) -> None:
    text = MODULE.replace("DISCRETE", said)
    assert share(text, "CN") == expected
    found = contributions(bom(text), "tool", "CN", LAW, DAY, controlled=controlled)
    assert found.select("part", "sure").rows() == (
        [] if said == "yes" else [("chip", said == "no")]
    )


def test_without_the_column_nothing_is_said_of_any_product() -> None:
    text = MODULE.replace("DISCRETE", "")
    frame = pl.DataFrame(
        [line.split(",")[:7] for line in text.splitlines()[1:]],
        schema=HEAD.split(",")[:7],
        orient="row",
    )
    row = roll_up(make_bom(frame), ["CN"], LAW, DAY, controlled=controlled).table.row(0, named=True)
    assert (row["us_content_pct__low"], row["us_content_pct__high"]) == (0.0, 40.0)
    assert row["contains_us_ic"] is None


@pytest.mark.parametrize(
    ("eccn", "said", "expected"),
    [
        ("EAR99", "yes", (40.0, 40.0)),
        ("EAR99", "no", (0.0, 0.0)),
        ("EAR99", "", (0.0, 40.0)),
        ("3D001", "yes", (0.0, 0.0)),
        ("3D001", "", (0.0, 0.0)),
        ("CN:5D992", "yes", (0.0, 40.0)),  # another state's code is no ECCN
        ("", "yes", (0.0, 40.0)),  # it counts only if nothing but terrorism controls it
        ("", "no", (0.0, 0.0)),
    ],
)
def test_software_that_may_be_bundled(eccn: str, said: str, expected: tuple[float, float]) -> None:
    text = PROGRAM.replace("ECCN,US", f"{eccn},US").replace("BUNDLED", said)
    assert share(text, "IR") == expected
    surely = expected == (40.0, 40.0)
    assert content(text, "IR").table["apart"].to_list() == ["" if surely else "program"]
    found = contributions(bom(text), "tool", "IR", LAW, DAY, controlled=controlled)
    assert found["sure"].to_list() == ([surely] if expected[1] else [])


@pytest.mark.parametrize("item", ["commodity", "software", "technology"])
@pytest.mark.parametrize("part", ["commodity", "software", "technology", ""])
def test_a_part_whose_kind_is_not_said(item: str, part: str) -> None:
    text = PART.replace("ITEM", item).replace("PART", part)
    expected = (0.0, 40.0) if not part else (40.0, 40.0) if part == item else (0.0, 0.0)
    assert share(text, "CN") == expected


def test_an_item_whose_kind_is_not_said_is_a_finding() -> None:
    with pytest.raises(FindingsError) as caught:
        bom(PART.replace("ITEM", "").replace("PART", ""))
    [finding] = caught.value.findings
    assert (finding.line, finding.column) == (2, "kind")
    assert finding.fix == "one of: commodity, software, technology"


def test_software_of_unknown_origin_is_to_be_looked_at_too() -> None:
    text = PROGRAM.replace("ECCN,US", "3D001,").replace("BUNDLED", "yes")
    assert content(text, "IR").table["apart"].to_list() == ["program"]


CELLS = {
    "eccn": ("3A090", "EAR99", "3D001"),
    "origin": ("US", "DE"),
    "kind": ("commodity", "software", "technology"),
    "discrete": ("yes", "no"),
    "bundled": ("yes", "no"),
    "integrated_circuit": ("yes", "no"),
}


@st.composite
def bills(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A random bill with blanks, and the same with every blank filled in somehow."""
    parts = draw(st.integers(2, 6))
    whole, blank = [], []
    for part in range(parts):
        full = {name: draw(st.sampled_from(cells)) for name, cells in CELLS.items()}
        value = str(draw(st.integers(1, 50)) if part else 10**9)
        hidden = draw(st.sets(st.sampled_from(sorted(CELLS)))) - ({"kind"} if not part else set())
        whole.append({"child": f"p{part}", "value": value, **full})
        blank.append({**whole[-1], **dict.fromkeys(hidden, "")})
    lines = [("", 0, 1)]
    for child in range(1, parts):
        for _ in range(draw(st.integers(1, 2))):
            parent = draw(st.integers(0, child - 1))
            lines.append((f"p{parent}", child, draw(st.integers(1, 3))))
    return tuple(
        pl.DataFrame(
            [{"parent": up, "quantity": str(times), **cells[at]} for up, at, times in lines]
        )
        for cells in (blank, whole)
    )


@given(case=bills(), destination=st.sampled_from(["CN", "IR"]))
def test_filling_in_blanks_never_leads_out_of_the_interval(case, destination: str) -> None:
    rows = [
        roll_up(make_bom(frame), [destination], LAW, DAY, controlled=controlled).table.row(
            0, named=True
        )
        for frame in case
    ]
    open_, filled = rows
    low, high = "us_content_pct__low", "us_content_pct__high"
    assert filled[low] == filled[high]
    assert open_[low] <= filled[low] * (1 + 1e-9)
    assert filled[high] <= open_[high] * (1 + 1e-9)
    assert open_["contains_us_ic"] in (None, filled["contains_us_ic"])
    apart = [set(filter(None, row["apart"].split("; "))) for row in rows]
    said = dict(case[0].select("child", "kind").iter_rows())
    assert {name for name in apart[1] if said[name]} <= apart[0]


@given(case=bills(), destination=st.sampled_from(["CN", "IR"]))
def test_the_contributions_add_up(case, destination: str) -> None:
    for frame in case:
        bill = make_bom(frame)
        row = roll_up(bill, [destination], LAW, DAY, controlled=controlled).table.row(0, named=True)
        found = contributions(bill, "p0", destination, LAW, DAY, controlled=controlled)
        low, high = row["us_content_pct__low"], row["us_content_pct__high"]
        assert found["pct"].sum() >= high * (1 - 1e-9)
        assert found.filter("sure")["pct"].sum() <= low * (1 + 1e-9)
        if low == high:
            assert found["pct"].sum() == pytest.approx(high)
