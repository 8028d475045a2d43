# SPDX-License-Identifier: Apache-2.0
"""What is exported loads again as the same world."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chokegraph.errors import FindingsError, errors_only
from chokegraph.world import World, check_data, import_eto, load_world
from chokegraph.world.export import cell_text, export_world
from chokegraph.world.tables import parse_number

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
