# SPDX-License-Identifier: Apache-2.0
"""Design files: what is read, what is refused and how, and what becomes of it as arrays."""

import numpy as np
import pytest

from chokegraph.chip.arrays import NONE
from chokegraph.chip.catalogue import load_catalogue
from chokegraph.chip.cost import evaluate
from chokegraph.chip.design import as_designs, load_design, parse_design
from chokegraph.chip.figures import Figures
from chokegraph.errors import FindingsError

FIGURES = Figures.of(load_catalogue())
GOOD = """\
name: a part
dies:
  - name: compute
    node: smic-n2
    area_mm2: 333
    count: 4
    coverage: 0.98
    harvest: {units: 25, spare: 5, area_share: 0.7}
  - {name: io, node: smic-14, blocks: {io_mm2: 80, logic_mtr: 500}, compute_share: 0}
package: si-interposer
memory: {id: hbm2e, stacks: 8}
assembly: chip-last
volume: 200000
frequency: 0.9
euv: false
workloads: {memory_bound: {operations_per_byte: 3}}
"""


def findings(text: str) -> list[str]:
    with pytest.raises(FindingsError) as caught:
        parse_design(text, file="d.yaml")
    return [str(one) for one in caught.value.findings]


def test_a_file_becomes_arrays(tmp_path) -> None:
    file = tmp_path / "design.yaml"
    file.write_text(GOOD, encoding="utf-8")
    design = load_design(file)
    arrays = as_designs([design], FIGURES)
    compute, io = arrays.dies
    assert compute.node.tolist() == [FIGURES.code("nodes", "smic-n2")]
    assert (compute.area[0], compute.count[0], compute.units[0], compute.spare[0]) == (
        333,
        4,
        25,
        5,
    )
    assert compute.euv[0] == io.euv[0] == 0
    assert io.compute[0] == 0
    density = load_catalogue().nodes["smic-14"].logic_density
    assert density is not None
    core = 80 + 500 / (density.mid * float(FIGURES.settings.logic_utilisation))
    overhead = float(FIGURES.packages.overhead[FIGURES.code("packages", "si-interposer")])
    assert io.area[0] == pytest.approx(core * (1 + overhead))
    assert arrays.memory_bound[0] == 3
    assert np.isnan(arrays.compute_bound[0])
    found = evaluate(arrays, FIGURES)
    assert np.isfinite(found.cost[0])
    assert found.dram_bandwidth[0] == pytest.approx(8 * 460, rel=0.01)


def test_designs_with_different_numbers_of_dies_stand_together() -> None:
    short = "name: b\ndies: [{node: tsmc-n7, area_mm2: 100}]\npackage: organic-flip-chip\n"
    two = as_designs([parse_design(GOOD), parse_design(short)], FIGURES)
    alone = as_designs([parse_design(short)], FIGURES)
    assert two.shape == (2,)
    assert two.memory.tolist()[1] == NONE
    together, single = evaluate(two, FIGURES), evaluate(alone, FIGURES)
    for name in ("cost", "tpp", "power", "cycle_days"):
        assert together[name][1] == pytest.approx(single[name][0])


def test_all_findings_at_once_with_place_unit_and_fix() -> None:
    found = findings(
        """\
name: bad
dies:
  - {node: tsmc-n55, area_mm2: -3, count: 0}
  - {node: tsmc-n7, area_mm2: 100 mm2, covrage: 2}
  - {node: tsmc-n7, area_mm2: 100, harvest: {units: 2, spare: 3}}
package: si-interposr
memory: {id: hbm9, stacks: 4}
assembly: chip-frist
volume: -5
"""
    )
    expected = [
        "d.yaml:3:12: error: no node 'tsmc-n55' (fix: did you mean 'tsmc-n5'?)",
        "d.yaml:3:32: error: dies[1].area_mm2: input should be greater than 0 (given: -3) "
        "(fix: give a number above 0 (mm2))",
        "d.yaml:3:43: error: dies[1].count: input should be greater than or equal to 1 (given: 0) "
        "(fix: give a number at least 1 (pieces))",
        "d.yaml:4:31: error: dies[2].area_mm2: input should be a valid number, unable to parse "
        "string as a number (given: '100 mm2') "
        "(fix: give a number (mm2), without writing the unit)",
        "d.yaml:4:40: error: unknown key 'covrage' (fix: did you mean 'coverage'?)",
        "d.yaml:5:45: error: dies[3].harvest: spare (3 pieces) is more than units (2 pieces) "
        "(fix: correct one of them)",
        "d.yaml:6:10: error: no package 'si-interposr' (fix: did you mean 'si-interposer'?)",
        "d.yaml:7:14: error: no memory 'hbm9' (fix: did you mean 'hbm4'?)",
        "d.yaml:8:11: error: assembly: input should be 'chip-last' or 'chip-first' "
        "(given: 'chip-frist') (fix: one of 'chip-last' or 'chip-first')",
        "d.yaml:9:9: error: volume: input should be greater than 0 (given: -5) "
        "(fix: give a number above 0 (packages))",
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2]", "not a mapping"),
        ("a: [", "not valid YAML"),
        ("name: x\nname: y\n", "not valid YAML"),
        ("name: x\n?  dies:\n    a: 1\n", "a mapping or a list stands as a key"),
        ("name: x\ndies: []\npackage: organic-flip-chip\n", "at least 1 item"),
        ("name: x\ndies: [{node: tsmc-n7}]\npackage: organic-flip-chip\n", "area_mm2 (in mm2)"),
        ("dies: [{node: tsmc-n7, area_mm2: 9}]\npackage: organic-flip-chip\n", "name is missing"),
    ],
)
def test_what_is_not_a_design_is_refused(text: str, words: str) -> None:
    found = findings(text)
    assert any(words in one for one in found)
    assert all("fix:" in one for one in found)


def test_a_missing_file_is_a_finding() -> None:
    with pytest.raises(FindingsError, match="no such file"):
        load_design("nowhere.yaml")
