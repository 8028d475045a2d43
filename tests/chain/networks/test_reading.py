# SPDX-License-Identifier: Apache-2.0
"""Edge lists and node tables: what is read, what is repaired, what is refused and where."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chokegraph.chain.networks import ESSENTIAL, NON_ESSENTIAL, check_network, read_network
from chokegraph.errors import FindingsError

EXAMPLES = Path(__file__).parents[3] / "examples" / "networks"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_read_without_a_finding():
    network, report = read_network(
        EXAMPLES / "chips.csv",
        EXAMPLES / "chips_nodes.csv",
        EXAMPLES / "chips_essentiality.csv",
    )
    assert report.findings == ()
    assert report.repaired == ()
    assert (network.nodes, network.edges, network.unit) == (29, 49, "USD million")
    at = network.index["delft-scanners"]
    assert (network.names[at], network.countries[at], network.owners[at]) == (
        "Delft Scanners",
        "NL",
        "Delft Group",
    )
    assert network.sector_names[network.sectors[at]] == "scanners"
    # By hand from the file: 3200 + 900 + 500 + 1100 sold, 7000 sales.
    assert network.sold[at] == 5700
    assert network.sales[at] == 7000
    edge = int(np.flatnonzero(network.supplier == network.index["orchid-optics"])[0])
    assert network.edge_rows[edge] == 2
    assert network.sector_names[network.kind[edge]] == "optics"
    assert network.source_names[network.edge_sources[edge]] == "made up"


def test_parquet_and_frames_give_the_same_network(tmp_path):
    frame = pl.read_csv(EXAMPLES / "chips.csv")
    frame.write_parquet(tmp_path / "chips.parquet")
    first, _ = read_network(EXAMPLES / "chips.csv")
    in_pandas = pd.DataFrame(frame.to_dict(as_series=False))
    for source in (tmp_path / "chips.parquet", frame, in_pandas):
        again, _ = read_network(source)
        assert again.node_ids == first.node_ids
        assert again.sector_names == first.sector_names
        np.testing.assert_array_equal(again.value, first.value)
        np.testing.assert_array_equal(again.kind, first.kind)


@pytest.mark.parametrize(
    ("head", "divider"),
    [
        ("Seller,Buyer,Item,Amount", ","),
        ("source;target;product;weight", ";"),
        ("Supplier-ID\tCustomer ID\tHS code\tvalue USD", "\t"),
    ],
)
def test_other_names_of_columns_and_other_dividers(tmp_path, head, divider):
    path = write(tmp_path, "e.csv", f"{head}\n" + divider.join(["a", "b", "x", "2.5"]) + "\n")
    network, _ = read_network(path)
    assert network.node_ids == ("a", "b")
    assert network.value.tolist() == [2.5]


def test_every_error_is_named_at_once_with_its_line(tmp_path):
    edges = write(
        tmp_path,
        "e.csv",
        "supplier,customer,product,value,year,unit\n"
        "a,b,x,ten,2020,USD\n"
        "a,,x,1,2020,USD\n"
        "a,c,x,-3,2021,EUR\n"
        "b,c,x,,2021,EUR\n"
        "b,c,y,1,2021,EUR\n"
        "b,d,y,1,2020,USD\n",
    )
    nodes = write(tmp_path, "n.csv", "id,country,sales\na,JP,many\na,NL,2\n,US,1\nb,KR,-5\n")
    with pytest.raises(FindingsError) as caught:
        read_network(edges, nodes)
    text = str(caught.value)
    for part in (
        f"{edges}:2:value: error: value 'ten' is not a number",
        f"{edges}:3:customer: error: no customer",
        f"{edges}:4:value: error: value -3 is below zero",
        f"{edges}:5:value: error: no value",
        "2 years are mixed: 2020, 2021",
        "units are mixed: EUR, USD",
        f"{nodes}:2:sales: error: sales 'many' is not a number",
        f"{nodes}:3:id: error: 'a' is there twice",
        f"{nodes}:4:id: error: no id",
        f"{nodes}:5:sales: error: sales -5 is below zero",
    ):
        assert part in text, part


def test_missing_columns_and_files(tmp_path):
    path = write(tmp_path, "e.csv", "who,customer\na,b\n")
    with pytest.raises(FindingsError) as caught:
        read_network(path, tmp_path / "none.csv")
    text = str(caught.value)
    assert "no column 'supplier'" in text
    assert "no column 'value'" in text
    assert "no such file" in text
    ragged = write(tmp_path, "r.csv", "supplier,customer,value\na,b,1,9,9\n")
    with pytest.raises(FindingsError, match="cannot be read"):
        read_network(ragged)
    twice = write(tmp_path, "t.csv", "seller,vendor,customer,value\na,a,b,1\n")
    with pytest.raises(FindingsError, match="both hold the supplier"):
        read_network(twice)


def test_files_as_spreadsheets_write_them(tmp_path):
    path = tmp_path / "e.csv"
    path.write_bytes('\ufeffsupplier;customer;value\r\n a ;"b;1";2\r\n'.encode())
    network, _ = read_network(path)
    assert network.node_ids == ("a", "b;1")
    path.write_bytes(b"supplier,customer,value\na,b\xff,2\n")
    with pytest.raises(FindingsError, match="cannot be read"):
        read_network(path)
    path.write_bytes(b"")
    with pytest.raises(FindingsError, match="cannot be read"):
        read_network(path)
    path.write_text("supplier,customer,value\n", encoding="utf-8")
    with pytest.raises(FindingsError, match="no edge is left"):
        read_network(path)
    path.write_text('supplier,customer,value\na,b,"1,5"\n', encoding="utf-8")
    with pytest.raises(FindingsError, match="2:value: error: value '1,5' is not a number"):
        read_network(path)


def test_ids_that_became_floats():
    edges = pl.DataFrame({"supplier": [1.0, 2.0], "customer": [2.0, 3.0], "value": [1.5, 2.0]})
    nodes = pl.DataFrame({"id": [1, 2, 3], "country": ["JP", "NL", "CN"]})
    network, _ = read_network(edges, nodes)
    assert network.node_ids == ("1", "2", "3")
    assert network.value.tolist() == [1.5, 2.0]


def test_one_year_is_read(tmp_path):
    path = write(tmp_path, "e.csv", "supplier,customer,value,year\na,b,1,2020\na,b,5,2021\n")
    network, _ = read_network(path, year=2021)
    assert network.value.tolist() == [5.0]
    with pytest.raises(FindingsError, match="no row of the year 2019"):
        read_network(path, year=2019)


def test_repairs_are_said_and_kept_apart_from_warnings(tmp_path):
    path = write(
        tmp_path,
        "e.csv",
        "supplier,customer,product,value,unit\n"
        "a,b,x,1,EUR\na,b,x,2,EUR\na,b,y,4,EUR\nb,b,x,7,EUR\nc,a,x,0,EUR\n",
    )
    network, report = read_network(path)
    assert network.value.tolist() == [3.0, 4.0]
    assert network.edge_rows.tolist() == [2, 4]
    said = " | ".join(report.repaired)
    assert f"{path}:2: 2 rows are duplicates of each other: put together as one edge" in said
    assert f"{path}:5: 1 self loops left out" in said
    assert "7 EUR" in said
    assert f"{path}:6: 1 rows with value 0 left out" in said
    assert not any("duplicate" in str(one) or "loop" in str(one) for one in report.warnings)
    assert report.rows == 5
    assert report.edges == 2
    assert report.total == 7.0


def test_warnings_of_the_check(tmp_path):
    edges = write(tmp_path, "e.csv", "supplier,customer,value\na,b,1\nb,a,1\nb,c,1\nd,e,2\nf,g,1\n")
    nodes = write(
        tmp_path,
        "n.csv",
        "id,country,sector,sales\na,Japan,s,\nb,NLD,s,\nc,Atlantis,s,\nd,US,,9\ne,US,s,\nlone,US,s,\n",
    )
    _, report = read_network(edges, nodes)
    text = " | ".join(str(one) for one in report.warnings)
    assert "1 orphans, nodes without any edge (lone)" in text
    assert "country 'Atlantis' is not known" in text
    assert "2 nodes of the edge list are not in the node table (f, g)" in text
    assert "nodes have no sector" in text
    assert "final demand is missing for 3 of 4 suppliers" in text
    assert any("Japan as JP, NLD as NL" in one for one in report.notes)


def test_circles_without_final_demand_are_named():
    rows = {"supplier": ["a", "b", "c"], "customer": ["b", "a", "a"], "value": [1.0, 1.0, 1.0]}
    _, report = read_network(pl.DataFrame(rows))
    assert any("3 suppliers sell only in circles" in str(one) for one in report.warnings)
    nodes = pl.DataFrame({"id": ["a", "b", "c"], "final_demand": [5.0, None, None]})
    network, report = read_network(pl.DataFrame(rows), nodes)
    assert network.sales[0] == 6.0
    assert np.isnan(network.sales[1])
    assert not any("circles" in str(one) for one in report.warnings)


def test_sales_below_what_is_sold_are_raised_and_said():
    rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [4.0]})
    network, report = read_network(rows, pl.DataFrame({"id": ["a", "b"], "sales": [3.0, 1.0]}))
    assert network.sales.tolist() == [4.0, 1.0]
    assert "sales raised" in report.repaired[0]


def test_kinds_sectors_and_markets():
    rows = pl.DataFrame(
        {
            "supplier": ["a", "a", "b", "c"],
            "customer": ["d", "d", "d", "d"],
            "product": ["x", "y", "x", ""],
            "value": [1.0, 5.0, 1.0, 1.0],
        }
    )
    nodes = pl.DataFrame({"id": ["a", "b", "c", "d"], "sector": ["", "", "C20", "C26"]})
    network, _ = read_network(rows, nodes)
    names = [network.sector_names[at] for at in network.kind]
    assert names == ["x", "y", "x", "C20"]
    assert [network.sector_names[at] for at in network.sectors] == [
        "unknown",
        "unknown",
        "C20",
        "C26",
    ]
    # a sells most of y, b of x, c and d stand in the market of their sector.
    assert len(set(network.markets.tolist())) == 4
    bare, report = read_network(rows.drop("product"))
    assert [bare.sector_names[at] for at in bare.sectors] == ["a", "b", "c", "d"]
    assert any("neither sectors nor products" in str(one) for one in report.warnings)


def test_a_product_with_the_name_of_its_suppliers_sector():
    rows = {"supplier": ["a"] * 3, "customer": ["b"] * 3, "product": ["C20", "", "x"]}
    nodes = pl.DataFrame({"id": ["a", "b"], "sector": ["C20", "C26"]})
    network, report = read_network(pl.DataFrame({**rows, "value": [1.0, 2.0, 4.0]}), nodes)
    assert network.value.tolist() == [3.0, 4.0]
    assert [network.sector_names[at] for at in network.kind] == ["C20", "x"]
    assert "put together as one edge" in report.repaired[0]


def test_a_network_made_by_hand_is_checked():
    network, _ = read_network(
        pl.DataFrame({"supplier": ["a", "b"], "customer": ["b", "c"], "value": [1.0, 2.0]})
    )
    from dataclasses import replace

    bad = replace(
        network,
        supplier=np.array([0, 0], dtype=np.int32),
        customer=np.array([1, 1], dtype=np.int32),
        kind=np.array([0, 0], dtype=np.int32),
        value=np.array([1.0, np.nan]),
    )
    text = " | ".join(str(one) for one in check_network(bad).errors)
    assert "value is not above zero" in text
    assert "there twice" in text
    outside = replace(network, supplier=np.array([0, 9], dtype=np.int32))
    assert "points outside" in str(check_network(outside).errors[0])


def test_numbers_of_a_million_rows_are_not_listed_one_by_one(tmp_path):
    path = write(tmp_path, "e.csv", "supplier,customer,value\n" + "a,b,x\n" * 500)
    with pytest.raises(FindingsError) as caught:
        read_network(path)
    assert "and 480 more" in str(caught.value)
    assert len(caught.value.findings) < 30


def test_constant_essentiality_takes_no_memory():
    rows = pl.DataFrame({"supplier": ["a"], "customer": ["b"], "value": [1.0]})
    network, _ = read_network(rows)
    assert network.essentiality.strides == (0, 0)
    assert network.essentiality[0, 1] == ESSENTIAL
    other, _ = read_network(rows, essentiality="non-essential")
    assert other.essentiality[1, 0] == NON_ESSENTIAL


EDGES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.sampled_from("abcdef"),
        st.sampled_from(["x", "y", ""]),
        st.floats(0.125, 1000.0),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(EDGES)
def test_nothing_is_lost_but_self_loops(rows):
    frame = pl.DataFrame(rows, schema=["supplier", "customer", "product", "value"], orient="row")
    kept = frame.filter(pl.col("supplier") != pl.col("customer"))
    if not kept.height:
        with pytest.raises(FindingsError, match="no edge is left"):
            read_network(frame)
        return
    network, report = read_network(frame)
    assert np.isclose(network.value.sum(), kept["value"].sum())
    assert np.isclose(report.total, kept["value"].sum())
    assert check_network(network).errors == ()
    keys = set(zip(network.supplier, network.customer, network.kind, strict=True))
    assert len(keys) == network.edges
    sold = {one: kept.filter(pl.col("supplier") == one)["value"].sum() for one in network.node_ids}
    np.testing.assert_allclose(network.sold, [sold[one] for one in network.node_ids])


@settings(max_examples=25, deadline=None)
@given(EDGES, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    frame = pl.DataFrame(rows, schema=["supplier", "customer", "product", "value"], orient="row")
    if not frame.filter(pl.col("supplier") != pl.col("customer")).height:
        return
    order = list(range(frame.height))
    random.shuffle(order)

    def flows(network):
        ids, names = network.node_ids, network.sector_names
        return {
            (ids[s], ids[c], names[k]): round(float(v), 6)
            for s, c, k, v in zip(
                network.supplier, network.customer, network.kind, network.value, strict=True
            )
        }

    assert flows(read_network(frame)[0]) == flows(read_network(frame[order])[0])
