# SPDX-License-Identifier: Apache-2.0
"""Shocks in words, tables of cuts, and what is said of those that cannot be understood."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.networks import (
    cuts_of,
    parse_shocks,
    read_network,
    read_stocks,
    shocks_from_cuts,
)
from chokegraph.errors import FindingsError

EXAMPLES = Path(__file__).parents[3] / "examples" / "networks"


@pytest.fixture(scope="module")
def chips():
    return read_network(
        EXAMPLES / "chips.csv",
        EXAMPLES / "chips_nodes.csv",
        EXAMPLES / "chips_essentiality.csv",
    )[0]


def names(network, spots):
    return {network.node_ids[spot] for spot in spots}


def sales(network, edges):
    ids, kinds = network.node_ids, network.sector_names
    return {
        (ids[network.supplier[at]], ids[network.customer[at]], kinds[network.kind[at]])
        for at in edges
    }


@pytest.mark.parametrize(
    ("text", "who", "much"),
    [
        ("firm:delft-scanners", {"delft-scanners"}, 1.0),
        ("firm:Delft Scanners=0.5", {"delft-scanners"}, 0.5),
        ("firm:DELFT scanners=50 %", {"delft-scanners"}, 0.5),
        ("country:NL", {"delft-scanners"}, 1.0),
        ("country:Netherlands=25%", {"delft-scanners"}, 0.25),
        ("sector:light sources", {"fuji-lamps", "sierra-lamps"}, 1.0),
        ("owner:Delft Group", {"delft-scanners", "sierra-lamps"}, 1.0),
    ],
)
def test_nodes_lose_capacity(chips, text, who, much):
    (shock,) = parse_shocks(chips, [text])
    assert names(chips, shock.lost) == who
    assert set(shock.lost.values()) == {much}
    assert shock.cut == {}
    assert shock.name == text


@pytest.mark.parametrize(
    ("text", "flows"),
    [
        (
            "input:light source",
            {
                ("fuji-lamps", "delft-scanners", "light source"),
                ("sierra-lamps", "delft-scanners", "light source"),
            },
        ),
        ("edge:seto-resist->han-foundry", {("seto-resist", "han-foundry", "resist")}),
        ("edge:Seto Resist -> han-foundry/resist", {("seto-resist", "han-foundry", "resist")}),
        (
            "flow:JP->CN/resist",
            {
                ("kanto-resist", "han-foundry", "resist"),
                ("kanto-resist", "han-memory", "resist"),
                ("seto-resist", "han-foundry", "resist"),
            },
        ),
        (
            "flow:*->MY",
            {("kanto-resin", "penang-packaging", "resin")},
        ),
    ],
)
def test_sales_are_cut(chips, text, flows):
    (shock,) = parse_shocks(chips, [text])
    assert sales(chips, shock.cut) == flows
    assert shock.lost == {}


def test_parts_join_and_the_larger_fraction_holds(chips):
    (shock,) = parse_shocks(chips, ["country:NL=0.2+firm:delft-scanners=0.7+flow:JP->MY=0.5"])
    assert shock.lost == {chips.index["delft-scanners"]: 0.7}
    assert list(shock.cut.values()) == [0.5]
    two = parse_shocks(chips, ["country:NL", "country:JP"])
    assert [len(one.lost) for one in two] == [1, 6]


def test_ids_may_hold_the_signs_of_the_grammar():
    rows = pl.DataFrame(
        {
            "supplier": ["JP/resist", "a=b"],
            "customer": ["CN/line/two", "CN/line/two"],
            "product": ["resist", "x+y"],
            "value": [1.0, 1.0],
        }
    )
    network, _ = read_network(rows)
    shocks = parse_shocks(
        network,
        [
            "firm:JP/resist",
            "edge:JP/resist->CN/line/two",
            "edge:JP/resist->CN/line/two/resist=0.5",
            "firm:a=b",
            "firm:a=b=0.25",
            "input:x+y",
        ],
    )
    assert [dict(one.lost) or dict(one.cut) for one in shocks] == [
        {0: 1.0},
        {0: 1.0},
        {0: 0.5},
        {1: 1.0},
        {1: 0.25},
        {1: 1.0},
    ]


def test_all_that_is_wrong_is_said_at_once_with_names_that_are_alike(chips):
    with pytest.raises(FindingsError) as caught:
        parse_shocks(
            chips,
            [
                "firm:delft-scaners",
                "country:BR",
                "input:resists",
                "sector:scanner",
                "owner:Delft",
                "edge:kanto-resist->cloud-west",
                "edge:kanto-resist",
                "flow:JP->CN/scanners",
                "firm:delft-scanners=1.5",
                "nonsense",
                "planet:mars",
                "cut:none.csv",
            ],
        )
    text = str(caught.value)
    for part in (
        "no node 'delft-scaners' (fix: did you mean 'delft-scanners'",
        "no node in 'BR' (fix: there are CN, DE, JP, KR, MY, NL, TW, US)",
        "nobody sells 'resists' (fix: did you mean 'resist'",
        "no node in sector 'scanner' (fix: did you mean 'scanners'",
        "no owner 'Delft' (fix: did you mean 'Delft Group'",
        "'edge:kanto-resist->cloud-west': no such sale",
        "'edge:kanto-resist': no arrow",
        "nobody sells 'scanners' (fix: did you mean 'scanner'",
        "fraction '1.5' is not within 0 and 1",
        "'nonsense': not understood",
        "'planet:mars': not understood",
        "none.csv: error: no such file",
    ):
        assert part in text, part
    assert len(caught.value.findings) == 12


def test_a_name_that_may_be_several(chips):
    rows = pl.DataFrame({"supplier": ["a", "b"], "customer": ["c", "c"], "value": [1.0, 1.0]})
    nodes = pl.DataFrame({"id": ["a", "b", "c"], "name": ["Same", "Same", "Other"]})
    network, _ = read_network(rows, nodes)
    with pytest.raises(FindingsError, match="may be any of 2 nodes"):
        parse_shocks(network, ["firm:Same"])


def test_the_file_of_cuts(chips):
    bans = shocks_from_cuts(chips, EXAMPLES / "chips_cuts.csv")
    assert [one.name for one in bans] == ["resist ban", "tool ban"]
    cut = {
        (chips.node_ids[chips.supplier[at]], chips.sector_names[chips.kind[at]]): much
        for at, much in bans[0].cut.items()
    }
    assert cut == {
        ("kanto-resist", "resist"): 1.0,
        ("seto-resist", "resist"): 1.0,
        ("kanto-wafers", "wafer"): 0.5,
    }
    again = parse_shocks(chips, [f"cut:{EXAMPLES / 'chips_cuts.csv'}"])
    assert [one.cut for one in again] == [one.cut for one in bans]
    (joined,) = parse_shocks(chips, [f"country:NL+cut:{EXAMPLES / 'chips_cuts.csv'}"])
    assert joined.cut == {**bans[0].cut, **bans[1].cut}


def test_bad_rows_of_cuts_are_named(chips, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "supplier,customer_country,product,fraction\n"
        "kanto-resist,CN,resist,1.2\nnobody,,,1\n,BR,,1\n,,gold,1\n,,resist,\n,,resist,half\n",
        encoding="utf-8",
    )
    with pytest.raises(FindingsError) as caught:
        shocks_from_cuts(chips, path)
    text = str(caught.value)
    for line, words in (
        (2, "fraction 1.2 is not within 0 and 1"),
        (3, "supplier 'nobody' is not in the network"),
        (4, "customer country 'BR' is not in the network"),
        (5, "product 'gold' is not in the network"),
        (6, "no fraction"),
        (7, "fraction 'half' is not a number"),
    ):
        assert f"{path}:{line}:" in text
        assert words in text


def test_a_table_of_a_larger_world_may_name_what_is_not_here(chips):
    rows = pl.DataFrame(
        {
            "supplier_country": ["JP", "BR"],
            "customer_country": ["CN", "CN"],
            "product": ["resist", "gold"],
            "fraction": [0.5, 1.0],
        }
    )
    assert set(cuts_of(chips, rows, partial=True).values()) == {0.5}
    with pytest.raises(FindingsError):
        cuts_of(chips, rows)


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "kanto-resist", "sierra-etch"]),
        st.sampled_from([None, "han-foundry", "saxon-fab"]),
        st.sampled_from([None, "JP", "US"]),
        st.sampled_from([None, "CN", "DE"]),
        st.sampled_from([None, "resist", "etcher"]),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=6,
)
COLUMNS = ["supplier", "customer", "supplier_country", "customer_country", "product", "fraction"]


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_cuts_agree_with_going_through_edges_one_by_one(chips, rows):
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(COLUMNS[:5], pl.String) | {"fraction": pl.Float64}, orient="row"
    )
    expected = np.zeros(chips.edges)
    for at in range(chips.edges):
        ends = (int(chips.supplier[at]), int(chips.customer[at]))
        facts = (
            *(chips.node_ids[end] for end in ends),
            *(chips.countries[end] for end in ends),
            chips.sector_names[chips.kind[at]],
        )
        for row in rows:
            if all(want in (None, have) for want, have in zip(row[:5], facts, strict=True)):
                expected[at] = max(expected[at], row[5])
    found = cuts_of(chips, frame)
    np.testing.assert_allclose([found.get(at, 0.0) for at in range(chips.edges)], expected)


def test_stocks(chips, tmp_path):
    found = read_stocks(chips, EXAMPLES / "chips_stocks.csv")
    told = dict(zip(chips.sector_names, found.tolist(), strict=True))
    assert (told["resist"], told["wafer start"], told["scanner"]) == (3.0, 2.0, 1.0)
    assert set(read_stocks(chips, 2.5)) == {2.5}
    path = tmp_path / "s.csv"
    path.write_text("product,steps\ngold,1\nresist,-1\nscanner,\nscanner,2\n", encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        read_stocks(chips, path)
    assert [one.line for one in caught.value.findings] == [2, 3, 4, 5]
    with pytest.raises(FindingsError, match="no number of steps"):
        read_stocks(chips, float("inf"))
