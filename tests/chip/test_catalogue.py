# SPDX-License-Identifier: Apache-2.0
"""The catalogue: ids, units, every figure traceable, intervals in order, draws within bounds."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from chokegraph.chip.catalogue import Catalogue, load_catalogue
from chokegraph.chip.entities import Range
from chokegraph.chip.spread import quantile
from chokegraph.errors import FindingsError
from chokegraph.world import load_world
from chokegraph.world.export import export_world
from chokegraph.world.load import FACTS
from chokegraph.world.tables import is_id
from chokegraph.world.technology import check_technology, load_technology
from chokegraph.world.technology_schema import TECHNOLOGY_KINDS, TECHNOLOGY_TABLES

GROUPS = (
    "nodes",
    "schemes",
    "packages",
    "memories",
    "memory_nodes",
    "accelerators",
    "substrates",
)
NEVER_ZERO = ("wafer_price", "defect_density", "clustering", "mask_set", "throughput_density")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def ranges(catalogue: Catalogue) -> list[tuple[str, Range]]:
    return [
        (f"{group}.{name}.{key}", one)
        for group in (*GROUPS, "settings")
        for name, by_id in catalogue.figures(group).items()
        for key, one in by_id.items()
        if one is not None
    ]


def test_ids_are_kebab_case_and_stand_in_the_tables(catalogue):
    for group in (*GROUPS, "settings"):
        things = getattr(catalogue, group)
        assert things, group
        assert all(is_id(key) for key in things), group
    for group in GROUPS:
        assert all(key == one.id for key, one in getattr(catalogue, group).items())
    assert {"tsmc-n7", "tsmc-n5", "smic-n2", "smic-n3"} <= catalogue.nodes.keys()
    assert {"organic-flip-chip", "si-interposer", "hybrid-w2w"} <= catalogue.packages.keys()
    assert {"h100-sxm", "h20", "a800-sxm-80gb", "ascend-910c"} <= catalogue.accelerators.keys()


def test_every_figure_leads_to_a_statement_and_a_source(catalogue):
    world = load_world()
    for name, one in ranges(catalogue):
        assert one.statements, name
        for statement_id in one.statements:
            statement = world.statements[statement_id]
            assert statement.value == one.mid, name
            assert statement.grade == one.grade, name
            assert statement.source_id in world.sources, name
            assert statement.unit == one.unit, name


def test_intervals_are_in_order_and_within_physical_bounds(catalogue):
    for name, one in ranges(catalogue):
        assert one.low <= one.mid <= one.high, name
        assert one.least is None or one.least <= one.low, name
        assert one.most is None or one.high <= one.most, name


def test_what_is_recalled_or_judged_is_wide(catalogue):
    for name, one in ranges(catalogue):
        if one.grade == "X" and one.most is None and one.mid:
            assert (one.high - one.low) / abs(one.mid) >= 0.4 - 1e-9, name


def test_units_are_those_of_the_model(catalogue):
    node = catalogue.nodes["tsmc-n7"]
    units = {name: getattr(node, name).unit for name in ("wafer_price", "defect_density")}
    assert units == {"wafer_price": "USD", "defect_density": "1/cm2"}
    assert node.mask_set.unit == node.design_nre.unit == "USD million"
    carriers = {one.carrier_unit: one.carrier_cost.unit for one in catalogue.packages.values()}
    assert carriers == {
        "mm2": "USD/mm2",
        "wafer": "USD/wafer",
        "bridge": "USD/bridge",
        "die": "USD/die",
        "wafer-pair": "USD/wafer pair",
    }
    for row in load_technology().rows("chip_settings"):
        assert catalogue.settings[str(row["setting_id"])].unit == row["unit"]


def test_unknown_stays_unknown(catalogue):
    assert catalogue.memories["hibl-1.0"].cost is None
    assert catalogue.accelerators["tpu-v5p"].area is None
    assert catalogue.substrates["sic-200mm"].price is None
    assert all(one.defect_density is None for one in catalogue.substrates.values())
    draws = catalogue.draw(np.random.default_rng(0), 3)
    assert np.isnan(draws.of("memories", "cost", "hibl-1.0")).all()
    assert np.isnan(catalogue.mids().of("packages", "shoreline", "hybrid-d2w")).all()
    for name in NEVER_ZERO:
        assert all(one is None or one.mid > 0 for one in catalogue.figures("nodes")[name].values())


def test_reports_on_the_target_s_yield_disagree_and_stay_side_by_side(catalogue):
    world = load_world()
    yields = world.by_subject[("node:smic-n2", "reported_yield")]
    implied = world.by_subject[("node:smic-n2", "implied_defect_density")]
    assert {row.value for row in yields} >= {0.2, 0.4, 0.5}
    low = min(row.low for row in implied)
    high = max(row.value for row in implied)
    assert high > 5 * low
    assert all(row.derived_from for row in implied)
    used = catalogue.nodes["smic-n2"].defect_density
    assert (used.low, used.high, used.grade) == (0.1, 0.65, "X")
    later = catalogue.nodes["smic-n3"].defect_density
    assert (later.low, later.high) == (0.3, 1.1)


def test_implied_densities_give_the_reported_yields_back():
    world = load_world()
    sound = 0
    for (_, name), rows in world.by_subject.items():
        for row in rows if name == "implied_defect_density" else ():
            report = world.statements[row.derived_from[0]]
            area = float(re.search(r"Die of ([\d.]+) mm2", report.note)[1])
            defects = row.value * area / 100
            assert (1 + defects / 3) ** -3 == pytest.approx(report.value, abs=0.01)
            sound += 1
    assert sound >= 5


def test_performance_of_real_parts_is_what_their_formats_give(catalogue):
    bits = {"fp16": 16, "int8": 8, "fp8": 8, "fp4": 4}
    compared = 0
    for one in catalogue.accelerators.values():
        best = max(getattr(one, n).mid * b for n, b in bits.items() if getattr(one, n) is not None)
        if one.tpp_bits in bits.values():
            assert one.tpp.mid == pytest.approx(best, rel=0.005), one.id
            compared += 1
        if one.area is not None and one.performance_density is not None:
            density = one.tpp.mid / one.area.mid
            assert one.performance_density.mid == pytest.approx(density, rel=0.01), one.id
    assert compared >= 40


def test_scaled_throughput_is_near_that_of_real_parts(catalogue):
    for part in ("v100-sxm2", "a100-sxm-80gb", "h100-sxm", "ascend-910b", "ascend-910c", "b200"):
        one = catalogue.accelerators[part]
        theta = catalogue.nodes[one.nodes[0]].throughput_density
        assert theta.low <= one.fp16.mid / one.area.mid <= theta.high, part


def test_draws_are_reproducible_and_within_bounds(catalogue):
    first = catalogue.draw(np.random.default_rng(3), 500)
    again = catalogue.draw(np.random.default_rng(3), 500)
    other = catalogue.draw(np.random.default_rng(4), 500)
    short = catalogue.draw(np.random.default_rng(3), 20)
    for group, by_name in first.values.items():
        for name, drawn in by_name.items():
            np.testing.assert_array_equal(drawn, again.of(group, name))
            np.testing.assert_array_equal(drawn[:20], short.of(group, name))
            for key, one in catalogue.figures(group)[name].items():
                if one is None:
                    continue
                values = first.of(group, name, key)
                assert np.isfinite(values).all(), (group, name, key)
                assert one.least is None or values.min() >= one.least, (group, name, key)
                assert one.most is None or values.max() <= one.most, (group, name, key)
    price = first.of("nodes", "wafer_price", "smic-n2")
    assert not np.array_equal(price, other.of("nodes", "wafer_price", "smic-n2"))


def test_draws_meet_the_stated_points(catalogue):
    draws = catalogue.draw(np.random.default_rng(1), 40_000)
    for name, one in (("smic-n2", catalogue.nodes["smic-n2"].defect_density),):
        low, mid, high = np.quantile(draws.of("nodes", "defect_density", name), [0.05, 0.5, 0.95])
        assert low == pytest.approx(one.low, rel=0.03)
        assert mid == pytest.approx(one.mid, rel=0.03)
        assert high == pytest.approx(one.high, rel=0.03)
    share = draws.setting("litho-share")
    assert np.quantile(share, 0.05) == pytest.approx(
        catalogue.settings["litho-share"].low, rel=0.03
    )


@pytest.mark.parametrize("dist", ["lognormal", "beta", "uniform", "normal", "point"])
def test_quantiles_rise_and_stay_within_bounds(dist):
    fraction = np.linspace(0, 1, 101)
    drawn = quantile(dist, 0.95, 0.9, 0.995, fraction, least=0.0, most=1.0)
    assert (np.diff(drawn) >= 0).all()
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    with pytest.raises(ValueError, match="not in order"):
        quantile(dist, 0.1, 0.2, 0.3, fraction)


@pytest.mark.parametrize(
    ("dist", "low", "high", "wrong"),
    [
        ("log-normal", 0.1, 0.6, "'log-normal' is no distribution"),
        ("lognormal", 0.0, 0.6, "above 0"),
        ("beta", -0.1, 0.6, "between 0 and 1"),
        ("beta", 0.1, 1.1, "between 0 and 1"),
    ],
)
def test_a_distribution_that_cannot_have_the_points_is_refused(dist, low, high, wrong):
    with pytest.raises(ValueError, match=wrong):
        quantile(dist, 0.25, low, high, [0.5])


def test_a_distribution_that_cannot_be_is_a_finding_of_the_catalogue(tmp_path: Path):
    folder = tmp_path / "world"
    rewrite(folder, "node:smic-n2", "defect_density", dist="log-normal")
    with pytest.raises(FindingsError, match="'log-normal' is no distribution"):
        load_catalogue(load_world(f"package:{folder}"))


def test_needs_name_inputs_of_the_world(catalogue):
    world = load_world()
    for group in ("nodes", "schemes", "packages", "memories"):
        for one in getattr(catalogue, group).values():
            assert one.needs, one.id
            assert set(one.needs) <= set(world.inputs), one.id
            for others in one.alternatives.values():
                assert set(others) <= set(world.inputs), one.id


def test_only_nodes_and_schemes_with_euv_need_it(catalogue):
    for group in ("nodes", "schemes"):
        for one in getattr(catalogue, group).values():
            euv = {name for name in one.needs if "euv" in name}
            assert bool(euv) == one.needs_euv, one.id
    for one in catalogue.nodes.values():
        assert (one.euv_layers.mid > 0) == one.needs_euv, one.id


def test_a_denied_tool_stops_what_needs_it_and_nothing_else(catalogue):
    everything = set(load_world().inputs)
    assert not any(one.missing(everything) for one in catalogue.nodes.values())
    without = everything - {"advanced-die-placement"}
    stopped = {key for key, one in catalogue.packages.items() if one.missing(without)}
    assert stopped == {"hybrid-d2w", "dram-on-logic-d2w"}
    without = everything - {"arf-immersion-overlay-1p5"}
    assert not catalogue.nodes["smic-n2"].missing(without)  # the older tools stand in
    assert catalogue.nodes["smic-n3"].missing(without) == ("arf-immersion-overlay-1p5",)
    older = everything - {"arf-immersion-overlay-2p4"}
    assert not catalogue.nodes["smic-28"].missing(older)  # the newer tools stand in
    without = everything - {"hbm", "hbm2e"}
    stopped = {key for key, one in catalogue.memories.items() if one.missing(without)}
    assert stopped == {key for key, one in catalogue.memories.items() if "hbm" in one.type}


def rewrite(folder: Path, subject: str, name: str, **cells: str) -> None:
    """Export the bundled world with other cells in the statements about one figure."""
    export_world(load_world(), folder)
    path = folder / "statements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if (row["subject_id"], row["property"]) == (subject, name):
            row |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_another_world_s_statements_win(tmp_path: Path):
    folder = tmp_path / "world"
    rewrite(folder, "node:smic-n2", "defect_density", value="0.2")
    found = load_catalogue(load_world(f"package:{folder}"))
    assert found.nodes["smic-n2"].defect_density.mid == 0.2
    assert found.nodes["tsmc-n7"].defect_density.mid == 0.09


def test_a_world_without_technology_gets_the_bundled_figures(catalogue):
    small = load_world(f"package:{Path(__file__).parents[1] / 'world' / 'data' / 'small'}")
    assert load_catalogue(small) == catalogue


def test_mistakes_in_the_tables_are_found_all_at_once(tmp_path: Path):
    for name in TECHNOLOGY_TABLES:
        text = (FACTS / f"{name}.csv").read_text(encoding="utf-8")
        if name == "packages":
            text = text.replace(",bridge,bridge,", ",glue,bridge,")
        if name == "technology_needs":
            text += "package:no-such,tcb-bonders,2,,\n"
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        load_technology(tmp_path)
    messages = " ".join(str(one) for one in caught.value.findings)
    assert len(caught.value.findings) == 3
    for words in ("'glue' is not allowed", "package:no-such is not known", "2 is outside 0 to 1"):
        assert words in messages
    assert "packages.csv:" in messages


def test_statements_name_rows_that_exist():
    assert check_technology(load_technology().tables, load_world()) == []
    assert set(TECHNOLOGY_KINDS.values()) <= set(TECHNOLOGY_TABLES)
