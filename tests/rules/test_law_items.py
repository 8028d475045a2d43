# SPDX-License-Identifier: Apache-2.0
"""Chips, memories and the concepts of the EAR: known answers at and next to every limit."""

from datetime import date

import pytest
from tests.rules.item_rows import (
    DAY,
    DRAM_2025,
    STATE,
    V3,
    V4,
    V5,
    V7,
    classified,
    doubted,
    live_truth,
    truth,
)

from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

# -- 3A090 -----------------------------------------------------------------------------------------

A100 = {"tpp": 4992.0, "die_mm2": 826.0, "io_gbytes_s": 600.0, "max_tops_x_bits": 4992.0}


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        (V3 - DAY, A100, []),
        (V3, A100, ["3A090"]),
        (V4 - DAY, A100, ["3A090"]),
        (V4, A100, ["3A090.a"]),
        (V3, A100 | {"io_gbytes_s": 599.9}, []),
        (V3, A100 | {"max_tops_x_bits": 4799.9}, []),
        (V3, A100 | {"max_tops_x_bits": 4800.0}, ["3A090"]),
        (V4, A100 | {"io_gbytes_s": 400.0}, ["3A090.a"]),
    ],
)
def test_the_first_3a090_asks_for_transfer_rate_and_the_second_does_not(
    on: date, facts: dict[str, Value], expected: list[str]
) -> None:
    assert classified(on, marketed_datacentre=True, **facts) == expected


@pytest.mark.parametrize(
    ("tpp", "density", "centre", "expected"),
    [
        (4800.0, 1.0, True, ["3A090.a"]),
        (4800.0, 1.0, False, ["3A090.a"]),
        (4799.9, 1.0, True, []),
        (4799.9, 1.6, True, ["3A090.b"]),
        (4799.9, 1.59, True, []),
        (2400.0, 1.6, True, ["3A090.b"]),
        (2399.9, 1.6, True, []),
        (2399.9, 3.2, True, ["3A090.b"]),
        (2399.9, 3.19, True, []),
        (1600.0, 3.2, True, ["3A090.b"]),
        (1599.9, 3.2, True, []),
        (1600.0, 5.92, True, ["3A090.a"]),
        (1600.0, 5.919, True, ["3A090.b"]),
        (1599.9, 5.92, True, []),
        (1600.0, 5.92, False, []),
        (2400.0, 1.6, False, []),
        (4799.9, 7.0, False, []),
    ],
)
def test_3a090_a_and_b_at_their_limits(
    tpp: float, density: float, centre: bool, expected: list[str]
) -> None:
    for on in (V4, STATE):
        given: dict[str, Value] = {"tpp": tpp, "performance_density": density}
        assert classified(on, marketed_datacentre=centre, **given) == expected


def test_without_a_non_planar_die_the_density_limbs_are_false() -> None:
    no_die = {"tpp": 2000.0, "die_mm2": NOT_APPLICABLE, "marketed_datacentre": True}
    assert classified(V4, **no_die) == []
    assert classified(V4, **{**no_die, "die_mm2": 0.0}) == []
    assert classified(V4, **{**no_die, "tpp": 4800.0}) == ["3A090.a"]


@pytest.mark.parametrize(
    ("chip", "tpp", "area", "expected"),
    [
        ("H20", 2368.0, 814.0, []),
        ("H100", 15832.0, 814.0, ["3A090.a"]),
        ("L20", 1912.0, 609.0, []),
        ("L4", 1936.0, 294.0, ["3A090.a"]),
        ("L2", 1544.0, 294.0, []),
    ],
)
def test_known_data_centre_chips(chip: str, tpp: float, area: float, expected: list[str]) -> None:
    found = classified(date(2024, 6, 1), tpp=tpp, die_mm2=area, marketed_datacentre=True)
    assert found == expected, chip


def test_a_consumer_chip_is_caught_by_performance_only() -> None:
    assert classified(V4, tpp=5285.0, die_mm2=609.0, marketed_datacentre=False) == ["3A090.a"]
    assert classified(V4, tpp=4707.0, die_mm2=609.0, marketed_datacentre=False) == []


def test_unknown_performance_is_not_a_no() -> None:
    assert live_truth("cls-3a090-a", V4) is UNKNOWN
    assert live_truth("cls-3a090-a", V4, tpp=4800.0) is TRUE
    assert live_truth("cls-3a090-a", V4, tpp=1599.0) is FALSE
    assert live_truth("cls-3a090-a", V4, tpp=Interval(4700.0, 4900.0)) is UNKNOWN


def test_an_assembly_is_4a090_not_3a090() -> None:
    board: dict[str, Value] = {"tpp": 15832.0, "marketed_datacentre": True}
    assert classified(V4, item_form="assembly", **board) == ["4A090.a"]
    assert classified(V4, item_form="circuit", **board) == ["3A090.a"]
    lower: dict[str, Value] = {"tpp": 2400.0, "performance_density": 2.0}
    on = date(2024, 4, 4)
    assert classified(on, item_form="computer", marketed_datacentre=True, **lower) == ["4A090.b"]
    assert classified(on - DAY, item_form="computer", marketed_datacentre=True, **lower) == []


@pytest.mark.parametrize(
    ("bandwidth", "area", "on", "expected"),
    [
        (460.8, 110.0, V5 - DAY, []),
        (460.8, 110.0, V5, ["3A090.c"]),
        (200.0, 100.0, STATE, []),
        (200.1, 100.0, STATE, ["3A090.c"]),
        (64.0, 168.0, STATE, []),
    ],
)
def test_hbm_is_more_than_two_gigabytes_a_second_per_square_millimetre(
    bandwidth: float, area: float, on: date, expected: list[str]
) -> None:
    assert classified(on, bw_gbytes_s=bandwidth, package_mm2=area) == expected


def test_hbm_packaged_with_a_processor_is_not_the_item() -> None:
    stack: dict[str, Value] = {"bw_gbytes_s": 819.0, "package_mm2": 110.0}
    assert classified(V5, copackaged_hbm=True, **stack) == []


@pytest.mark.parametrize(("density", "expected"), [(3.29, TRUE), (3.3, FALSE), (4.19, FALSE)])
def test_exception_hbm_is_below_its_limit(density: float, expected: Truth) -> None:
    facts: dict[str, Value] = {"eccn": "3A090.c", "memory_bandwidth_density": density}
    assert truth("hbm-under-exception-limit", V5, **facts) is expected


# -- the foundry presumption -----------------------------------------------------------------------

FOUNDRY: dict[str, Value] = {"eccn": "3A991", "designer_hq": "CN", "osat_status": "approved"}


@pytest.mark.parametrize(
    ("on", "count", "hbm", "expected"),
    [
        (DRAM_2025 - DAY, 50.0, True, FALSE),
        (DRAM_2025, 29.9, True, FALSE),
        (DRAM_2025, 30.0, True, TRUE),
        (DRAM_2025, 30.0, False, TRUE),
        (date(2026, 12, 31), 34.9, False, TRUE),
        (date(2027, 1, 1), 34.9, False, FALSE),
        (date(2027, 1, 1), 35.0, False, TRUE),
        (date(2027, 1, 1), 34.9, True, TRUE),
        (date(2029, 1, 1), 39.9, False, FALSE),
        (date(2029, 1, 1), 40.0, False, TRUE),
    ],
)
def test_the_transistor_count_overcomes_the_presumption(
    on: date, count: float, hbm: bool, expected: Truth
) -> None:
    facts = {**FOUNDRY, "transistors_bn": count, "has_hbm": hbm}
    assert truth("foundry-presumption", on, **facts) is expected
    assert classified(on, **facts) == (["3A090.a"] if expected is TRUE else [])


def test_who_can_overcome_the_presumption() -> None:
    many: dict[str, Value] = {"eccn": "3A991", "transistors_bn": 90.0, "has_hbm": True}
    few: dict[str, Value] = {"eccn": "3A991", "transistors_bn": 20.0, "has_hbm": False}
    rule = "foundry-presumption"
    assert truth(rule, STATE, **many) is TRUE
    assert truth(rule, STATE, designer_status="approved", **many) is FALSE
    assert truth(rule, STATE, designer_status="authorised", designer_hq="TW", **many) is FALSE
    assert truth(rule, STATE, designer_status="authorised", designer_hq="CN", **many) is TRUE
    assert truth(rule, STATE, osat_status="none", **few) is TRUE
    own: dict[str, Value] = {**few, "packaged_by_fabricator": True}
    assert truth(rule, STATE, packaging_country="TW", **own) is FALSE
    assert truth(rule, STATE, packaging_country="MO", **own) is TRUE


def test_the_presumption_is_for_advanced_logic_in_the_hands_of_a_foundry() -> None:
    facts = {**FOUNDRY, "transistors_bn": 50.0, "has_hbm": True}
    assert truth("foundry-presumption", STATE, node_nm=16.0, **facts) is TRUE
    assert truth("foundry-presumption", STATE, node_nm=16.1, **facts) is FALSE
    planar_no = {**facts, "non_planar_item": True}
    assert truth("foundry-presumption", STATE, node_nm=22.0, **planar_no) is TRUE
    assert truth("foundry-presumption", STATE, exporter_role="other", **facts) is FALSE
    assert truth("foundry-presumption", STATE, **{**facts, "eccn": "3B991"}) is FALSE
    assert live_truth("foundry-presumption", STATE, eccn="3A991", node_nm=7.0) is FALSE
    assert live_truth("foundry-presumption", STATE, eccn="3A991", exporter_role="osat") is UNKNOWN


# -- item concepts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        (V3, {"eccn": "3A090"}, TRUE),
        (V3 - DAY, {"eccn": "3A090"}, FALSE),
        (V4, {"eccn": "3A090"}, TRUE),
        (V5, {"eccn": "3A090"}, UNKNOWN),
        (V5, {"eccn": "3A090.c"}, FALSE),
        (V5, {"eccn": "3A090.b"}, TRUE),
        (V5, {"eccn": "5A992.z.1"}, TRUE),
        (V5, {"eccn": "5A992.c"}, FALSE),
        (V5, {"eccn": "EAR99"}, FALSE),
        (V5, {"eccn": "3A991", "tpp": 4800.0}, TRUE),
        (V5, {"eccn": "3E001", "technology_for": frozenset({"3A090.a"})}, TRUE),
        (V5, {"eccn": "3E001", "technology_for": frozenset({"3A090.c"})}, FALSE),
        (V5, {"eccn": "3E001", "technology_for": frozenset({"3B001.b"})}, FALSE),
    ],
)
def test_advanced_computing_items(on: date, facts: dict[str, Value], expected: Truth) -> None:
    assert truth("advanced-computing-item", on, **facts) is expected


def test_levels_a_and_b() -> None:
    assert truth("advanced-computing-a-item", V5, eccn="4A003.z.1.a") is TRUE
    assert truth("advanced-computing-b-item", V5, eccn="4A003.z.1.a") is FALSE
    assert truth("advanced-computing-b-item", V5, eccn="5A992.z.2") is TRUE
    assert truth("advanced-computing-a-item", V5, eccn="3A001.z") is UNKNOWN


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"eccn": "3A090.b"}, TRUE),
        ({"eccn": "3A090.a", "tpp": 5285.0, "marketed_datacentre": False}, TRUE),
        ({"eccn": "3A090.a", "tpp": 5285.0, "marketed_datacentre": True}, FALSE),
        ({"eccn": "3A090.a", "tpp": 1936.0, "marketed_datacentre": True}, FALSE),
        ({"eccn": "3A090.c"}, FALSE),
    ],
)
def test_what_exception_nac_is_for(facts: dict[str, Value], expected: Truth) -> None:
    assert truth("nac-eligible-item", V5, **facts) is expected


@pytest.mark.parametrize(
    ("tpp", "bandwidth", "on", "expected"),
    [
        (20999.0, 6499.0, V7, TRUE),
        (21000.0, 6499.0, V7, FALSE),
        (20999.0, 6500.0, V7, FALSE),
        (15832.0, 4800.0, V7 - DAY, FALSE),
    ],
)
def test_the_review_policy_of_january_2026(
    tpp: float, bandwidth: float, on: date, expected: Truth
) -> None:
    facts: dict[str, Value] = {"tpp": tpp, "dram_bw_gbytes_s": bandwidth}
    assert truth("case-by-case-chip-2026", on, **facts) is expected


def test_equipment_items_by_version() -> None:
    assert truth("sme-item", date(2022, 10, 7), eccn="3B090") is TRUE
    assert truth("sme-item", date(2022, 10, 7), eccn="3B001.d.8") is FALSE
    assert truth("sme-item", V4, eccn="3B001.d.8") is TRUE
    assert truth("sme-item", V5, eccn="3D992") is TRUE
    assert truth("sme-item", V5 - DAY, eccn="3D992") is FALSE
    assert truth("sme-item", V5, eccn="3B001") is UNKNOWN
    use: dict[str, Value] = {"technology_for": frozenset({"3B001.c.1.a"})}
    assert truth("worldwide-item", V5, eccn="3D002", **use) is TRUE
    assert truth("worldwide-item", V5, eccn="3D002") is FALSE


def test_a_doubt_about_one_entry_leaves_the_others_unmarked() -> None:
    """The paragraphs of 2023 bear a mark; a chip in another entry, or a value n/a, does not."""
    for rule in ("sme-item", "ns-2-item", "sme-gate-item"):
        assert doubted(rule, V4, eccn="3A991") is FALSE
    assert doubted("sme-item", V4, eccn="3B001.d.8") is UNKNOWN
    assert doubted("sme-item", V5, eccn="3B001.d.8") is TRUE
    assert doubted("ns-2-item", V4, eccn="3A001.a.7") is TRUE
    assert doubted("ns-2-item", V4, eccn="3B001.b") is UNKNOWN
    assert doubted("supercomputer", V5) is FALSE
    assert doubted("supercomputer", V5, supercomputer_fp64_pflops=100.0) is UNKNOWN
    assert doubted("advanced-node-facility", STATE) is FALSE
    assert doubted("advanced-node-facility", STATE, dram_cell_area_um2=0.0017) is UNKNOWN
