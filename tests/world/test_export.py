# SPDX-License-Identifier: Apache-2.0
"""What is exported loads again as the same world."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chokegraph.chip.catalogue import load_catalogue
from chokegraph.errors import FindingsError, errors_only
from chokegraph.world import World, check_data, import_eto, load_world
from chokegraph.world.export import cell_text, export_world
from chokegraph.world.tables import parse_number
from chokegraph.world.technology import load_technology
from chokegraph.world.technology_schema import TECHNOLOGY_TABLES

DATA = Path(__file__).parent / "data"
DIFFERENT = {"origin", "version", "data_hash", "notes"}


def same(one: World, other: World) -> None:
    for field in fields(World):
        if field.name in DIFFERENT:
            continue
        left, right = getattr(one, field.name), getattr(other, field.name)
        if field.name == "statements":
            left = {name: replace(row, line=0) for name, row in left.items()}
            right = {name: replace(row, line=0) for name, row in right.items()}
        assert left == right, field.name


def test_a_package_loads_again_as_the_same_world(small, tmp_path):
    export_world(small, tmp_path / "out")
    again = load_world(f"package:{tmp_path / 'out'}")
    same(small, again)
    assert again.version == small.version
    assert check_data(tmp_path / "out") == []
    export_world(again, tmp_path / "twice")
    for path in (tmp_path / "out").glob("*.csv"):
        assert path.read_bytes() == (tmp_path / "twice" / path.name).read_bytes()


@pytest.mark.parametrize("layout", ["current", "older", "oldest"])
def test_an_imported_release_loads_again_as_the_same_world(layout, tmp_path):
    world = import_eto(DATA / "eto" / layout)
    export_world(world, tmp_path / "out")
    same(world, load_world(f"package:{tmp_path / 'out'}"))
    findings = check_data(tmp_path / "out")
    assert errors_only(findings) == []
    assert any("may not be passed on" in finding.message for finding in findings)


def test_the_bundled_world_survives_the_round_trip(tmp_path):
    world = load_world()
    export_world(world, tmp_path / "out")
    same(world, load_world(f"package:{tmp_path / 'out'}", year=world.year))


def test_parquet_has_every_table_and_the_shares(small, tmp_path):
    files = export_world(small, tmp_path / "out", format="parquet")
    assert {file.stem for file in files} >= {"statements", "inputs", "chain", "shares"}
    shares = pl.read_parquet(tmp_path / "out" / "shares.parquet")
    wet = shares.filter((pl.col("input_id") == "scanner-wet") & (pl.col("level") == "country"))
    found = dict(zip(wet["provider"], wet["value"], strict=True))
    assert found == {"NL": 0.8, "JP": 0.15, "CN": None, "ZZ": pytest.approx(0.05)}


def test_graphml_has_the_chain(small, tmp_path):
    export_world(small, tmp_path / "out", format="graphml")
    graph = nx.read_graphml(tmp_path / "out" / "chain.graphml")
    assert set(graph) == set(small.inputs)
    assert graph.edges["scanner-dry", "scanner"]["relation"] == "variant_of"
    assert graph.nodes["scanner-wet"]["share_NL"] == 0.8


def test_graphml_keeps_both_relations(tmp_path):
    world = import_eto(DATA / "eto" / "current")
    both = replace(world.links[0], relation="needed_by")
    export_world(replace(world, links=(*world.links, both)), tmp_path / "o", format="graphml")
    graph = nx.read_graphml(tmp_path / "o" / "chain.graphml")
    assert graph.edges[both.source, both.target]["relation"] == "variant_of;needed_by"


def test_nothing_is_overwritten_and_nothing_half_written(small, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(FindingsError, match="export"):
        export_world(small, tmp_path / "full")
    with pytest.raises(FindingsError):
        export_world(small, tmp_path / "full" / "mine.txt")

    def fail(*_args, **_more):
        raise RuntimeError("interrupted")

    monkeypatch.setattr("chokegraph.world.export.describe", fail)
    with pytest.raises(RuntimeError):
        export_world(small, tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_text(value):
    assert parse_number(cell_text(value)) == value


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20).map(
    lambda text: text.strip()
)


@given(note=words, locator=words, value=st.floats(0.79, 0.81))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_any_text_and_number_survives_the_round_trip(small, tmp_path_factory, note, locator, value):
    first = next(row for row in small.statements.values() if row.value == 0.8)
    changed = replace(first, note=note, locator=locator, value=value)
    world = replace(small, statements={**small.statements, first.statement_id: changed})
    folder = tmp_path_factory.mktemp("round") / "out"
    export_world(world, folder)
    again = load_world(f"package:{folder}").statements[first.statement_id]
    assert (again.note, again.locator, again.value) == (note, locator, value)


# -- tables of technology ------------------------------------------------------------------------


def test_technology_goes_with_the_bundled_world(tmp_path):
    """Row for row what is bundled, described, and used again when the package is loaded."""
    folder = tmp_path / "out"
    export_world(load_world(), folder)
    for name in TECHNOLOGY_TABLES:
        assert load_technology(folder).rows(name) == load_technology().rows(name)
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    assert set(TECHNOLOGY_TABLES) <= {one["name"] for one in described}
    assert check_data(folder) == []
    path = folder / "packages.csv"
    path.write_text(path.read_text("utf-8").replace(",d2w,die,", ",w2w,die,"), "utf-8")
    own = load_world(f"package:{folder}")
    assert load_catalogue(own).packages["hybrid-d2w"].bond_mode == "w2w"
    assert load_catalogue().packages["hybrid-d2w"].bond_mode == "d2w"


def test_a_world_without_technology_has_none(small, tmp_path):
    files = export_world(small, tmp_path / "out")
    assert not {file.stem for file in files} & set(TECHNOLOGY_TABLES)
    assert load_catalogue(small).nodes.keys() == load_catalogue().nodes.keys()


def test_technology_as_parquet_with_the_figures_in_use(tmp_path):
    export_world(load_world(), tmp_path / "out", format="parquet")
    nodes = pl.read_parquet(tmp_path / "out" / "nodes.parquet")
    assert nodes.filter(pl.col("node_id") == "tsmc-n5")["foundry"].item() == "TSMC"
    figures = pl.read_parquet(tmp_path / "out" / "technology.parquet")
    prices = figures.filter(pl.col("property") == "wafer_price")
    told = dict(zip(prices["subject_id"], prices["value"], strict=True))
    catalogue = load_catalogue()
    for key, node in catalogue.nodes.items():
        assert told.get(f"node:{key}") == (node.wafer_price.mid if node.wafer_price else None)
    assert set(figures["statement_id"]) <= set(load_world().statements)


def test_mistakes_in_a_package_s_technology_are_told(tmp_path):
    folder = tmp_path / "out"
    export_world(load_world(), folder)
    path = folder / "packages.csv"
    path.write_text(path.read_text("utf-8").replace(",d2w,die,", ",glue,die,"), "utf-8")
    with pytest.raises(FindingsError, match="packages"):
        load_catalogue(load_world(f"package:{folder}"))
