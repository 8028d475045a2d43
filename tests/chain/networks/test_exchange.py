# SPDX-License-Identifier: Apache-2.0
"""NetworkX, GraphML and input-output tables."""

import importlib.util
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest

from chokegraph.chain.networks import (
    from_networkx,
    from_pymrio,
    read_network,
    to_networkx,
    write_graphml,
)
from chokegraph.errors import FindingsError

EXAMPLES = Path(__file__).parents[3] / "examples" / "networks"


@pytest.fixture(scope="module")
def chips():
    return read_network(EXAMPLES / "chips.csv", EXAMPLES / "chips_nodes.csv", "non-essential")[0]


def flows(network):
    ids, names = network.node_ids, network.sector_names
    return {
        (ids[s], ids[c], names[k]): float(v)
        for s, c, k, v in zip(
            network.supplier, network.customer, network.kind, network.value, strict=True
        )
    }


def test_there_and_back_through_networkx(chips):
    graph = to_networkx(chips)
    assert graph.nodes["delft-scanners"]["country"] == "NL"
    assert graph.edges["kanto-resist", "han-foundry", "resist"]["source"] == "made up"
    again, _ = from_networkx(graph, "non-essential", unit=chips.unit)
    assert flows(again) == flows(chips)
    order = [again.index[one] for one in chips.node_ids]
    np.testing.assert_array_equal(again.sales[order], chips.sales)
    assert [again.countries[at] for at in order] == list(chips.countries)


def test_a_plain_graph_and_a_bad_one():
    graph = nx.DiGraph()
    graph.add_edge(1, 2, weight=3)
    network, _ = from_networkx(graph)
    assert network.node_ids == ("1", "2")
    graph.add_edge(2, 3)
    with pytest.raises(FindingsError, match="2:value: error: no value"):
        from_networkx(graph)


def test_graphml_opens_elsewhere(chips, tmp_path):
    path = tmp_path / "net.graphml"
    loss = pl.DataFrame({"loss 1": np.linspace(0, 1, chips.nodes)})
    write_graphml(chips, path, nodes=loss)
    graph = nx.read_graphml(path)
    assert graph.number_of_nodes() == chips.nodes
    assert graph.number_of_edges() == chips.edges
    assert graph.nodes["cloud-east"]["sales"] == 40000.0
    assert graph.nodes[chips.node_ids[-1]]["loss 1"] == 1.0
    edge = graph.edges["kanto-resist", "han-foundry"]
    assert (edge["product"], edge["value"], edge["line"]) == ("resist", 140.0, 16)
    assert list(tmp_path.iterdir()) == [path]


def test_names_cannot_break_the_file(tmp_path):
    odd = 'A & B <"c">\x07'
    rows = pl.DataFrame({"supplier": [odd], "customer": ["b"], "value": [1.0]})
    write_graphml(read_network(rows)[0], tmp_path / "x.graphml")
    assert set(nx.read_graphml(tmp_path / "x.graphml").nodes) == {'A & B <"c">', "b"}


class Table:
    """Two countries, two industries; the diagonal is what an industry buys from itself."""

    pairs = pd.MultiIndex.from_product([["JPN", "NLD"], ["C20", "C26"]], names=["region", "sector"])
    Z = pd.DataFrame(
        [
            [5.0, 4.0, 0.0, 2.0],
            [1.0, 3.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 2.0],
            [0.0, 1.0, 0.5, 0.0],
        ],
        index=pairs,
        columns=pairs,
    )
    Y = pd.DataFrame({"homes": [1.0, 10.0, 0.0, 3.0], "state": [1.0, 2.0, 1.0, -1.0]}, index=pairs)
    unit = pd.DataFrame({"unit": ["M.EUR"] * 4}, index=pairs)


def test_an_input_output_table_by_its_attributes():
    network, report = from_pymrio(Table())
    assert network.node_ids == ("JPN/C20", "JPN/C26", "NLD/C20", "NLD/C26")
    assert network.countries == ("JP", "JP", "NL", "NL")
    assert network.unit == "M.EUR"
    assert flows(network) == {
        ("JPN/C20", "JPN/C26", "C20"): 4.0,
        ("JPN/C20", "NLD/C26", "C20"): 2.0,
        ("JPN/C26", "JPN/C20", "C26"): 1.0,
        ("NLD/C20", "NLD/C26", "C20"): 2.0,
        ("NLD/C26", "JPN/C26", "C26"): 1.0,
        ("NLD/C26", "NLD/C20", "C26"): 0.5,
    }
    # Total output by hand: flows and final demand of each row.
    assert network.sales.tolist() == [13.0, 16.0, 4.0, 3.5]
    assert "3 self loops left out" in report.repaired[0]
    # Both industries are known to the expert ratings: nothing has to be assumed.
    assert "Pichler" in network.basis
    small, said = from_pymrio(Table(), at_least=1.0)
    assert small.edges == 5
    assert "1 flows below 1 left out, together 0.5 M.EUR" in said.repaired[0]


def test_total_output_stands_over_final_demand():
    class Given(Table):
        x = pd.DataFrame({"indout": [20.0, 20.0, 20.0, 20.0]}, index=Table.pairs)

    assert from_pymrio(Given())[0].sales.tolist() == [20.0] * 4


def test_tables_that_cannot_be_used():
    with pytest.raises(FindingsError, match="no flows between industries"):
        from_pymrio(object())

    class Bad:
        Z = Table.Z * -1.0

    with pytest.raises(FindingsError, match="below zero"):
        from_pymrio(Bad())

    class Turned:
        Z = Table.Z[list(reversed(Table.Z.columns))]

    with pytest.raises(FindingsError, match="not in the same order"):
        from_pymrio(Turned())


@pytest.mark.skipif(importlib.util.find_spec("pymrio") is None, reason="pymrio is not installed")
def test_the_test_table_of_pymrio():
    pymrio = importlib.import_module("pymrio")
    system = pymrio.load_test()
    network, report = from_pymrio(system)
    assert network.nodes == 48
    total = float(np.asarray(system.Z).sum() - np.trace(np.asarray(system.Z)))
    assert np.isclose(report.total, total)
    assert (network.sales >= network.sold).all()
