# SPDX-License-Identifier: Apache-2.0
"""Equipment, fabs and supercomputers in the EAR: known answers at and next to every limit."""

from datetime import date

import pytest
from tests.rules.item_rows import (
    DAY,
    DRAM_2024,
    DRAM_2025,
    LAW,
    NOTHING_SAID,
    STATE,
    V3,
    V4,
    V4B,
    V5,
    classified,
    live_truth,
    truth,
)

from chokegraph.rules.scalar import Trace
from chokegraph.rules.truth import FALSE, TRUE, UNKNOWN, Truth
from chokegraph.rules.values import NOT_APPLICABLE, Value

# -- lithography -----------------------------------------------------------------------------------

IMMERSION: dict[str, Value] = {"wavelength_nm": 193.0, "na": 1.35}


@pytest.mark.parametrize(
    ("on", "overlay", "expected"),
    [
        (V4 - DAY, 1.5, []),
        (V4, 1.5, ["3B001.f.1.b.2.a"]),
        (V4, 1.51, ["3B001.f.1.b.2.b"]),
        (V4, 2.4, ["3B001.f.1.b.2.b"]),
        (V4, 2.41, []),
        (V5 - DAY, 1.6, ["3B001.f.1.b.2.b"]),
        (V5, 1.6, ["3B993.f.1"]),
        (V5, 1.5, ["3B001.f.1.b"]),
        (V5, 2.4, ["3B993.f.1"]),
        (V5, 2.41, []),
    ],
)
def test_an_immersion_scanner_by_its_overlay(on: date, overlay: float, expected: list[str]) -> None:
    assert classified(on, dco_nm=overlay, **IMMERSION) == expected


def test_a_dry_scanner_resolves_too_little() -> None:
    assert classified(V5, wavelength_nm=193.0, na=0.93, dco_nm=1.4) == []
    trace = Trace({**NOTHING_SAID, "wavelength_nm": 193.0, "na": 0.93}, LAW, V5)
    assert trace.value("mrf_nm") == pytest.approx(51.88, abs=0.01)


def test_the_resolution_limit_is_45_nm() -> None:
    assert classified(V5, wavelength_nm=193.0, mrf_nm=45.0, dco_nm=1.0) == ["3B001.f.1.b"]
    assert classified(V5, wavelength_nm=193.0, mrf_nm=45.1, dco_nm=1.0) == []


def test_the_k_factor_changed_in_november_2023() -> None:
    before, after = (Trace({**NOTHING_SAID, **IMMERSION}, LAW, on) for on in (V4 - DAY, V4))
    assert before.value("mrf_nm") == pytest.approx(50.04, abs=0.01)
    assert after.value("mrf_nm") == pytest.approx(35.74, abs=0.01)


def test_a_wavelength_alone_does_not_make_a_scanner() -> None:
    assert classified(V5, wavelength_nm=13.5) == []
    assert classified(V5, wavelength_nm=13.5, tool_class="metrology") == []
    assert classified(V5, wavelength_nm=13.5, tool_class="lithography") == ["3B001.f.1.a"]
    assert classified(V5, wavelength_nm=13.5, eccn="3B001.f.1.a") == ["3B001.f.1.a"]
    assert classified(V5, wavelength_nm=193.0, tool_class="lithography") == []
    assert live_truth("cls-3b001-f1a", V5, wavelength_nm=13.5) is UNKNOWN


# -- other equipment -------------------------------------------------------------------------------

TSV: dict[str, Value] = {"si_etch_um_min": 7.1, "wiw_pct": 2.0, "aspect_ratio": 10.0}
ETCH: dict[str, Value] = {
    "tool_class": "dry_etch",
    "etch_direction": "anisotropic",
    "rf_pulsed": True,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["3B001.c.4"]),
        ({"si_etch_um_min": 7.0}, []),
        ({"wiw_pct": 2.1}, []),
        ({"aspect_ratio": 9.9}, []),
    ],
)
def test_etch_of_through_silicon_vias(change: dict[str, Value], expected: list[str]) -> None:
    assert classified(V5, **{"tool_class": "tsv_etch", **TSV, **change}) == expected
    assert classified(V5, **{"eccn": "3B001.c.4", **TSV, **change}) == expected
    assert classified(V5 - DAY, **{"tool_class": "tsv_etch", **TSV, **change}) == []
    assert classified(V5, **{**TSV, **change}) == []


@pytest.mark.parametrize(
    ("switch", "zones", "expected"),
    [
        (299.0, 20.0, ["3B001.c.1.c"]),
        (300.0, 20.0, ["3B993.c.3"]),
        (299.0, 19.0, ["3B993.c.3"]),
        (499.0, 10.0, ["3B993.c.3"]),
        (500.0, 10.0, []),
        (499.0, 9.0, []),
    ],
)
def test_anisotropic_etch_by_gas_and_zones(
    switch: float, zones: float, expected: list[str]
) -> None:
    assert classified(V5, gas_switch_ms=switch, esc_zones=zones, **ETCH) == expected


def test_selective_etch_at_one_hundred_to_one() -> None:
    dry: dict[str, Value] = {"tool_class": "dry_etch", "etch_direction": "isotropic"}
    assert classified(V4B, sige_selectivity=100.0, **dry) == ["3B001.c.1.a"]
    assert classified(V4B, sige_selectivity=99.9, **dry) == []
    assert classified(V5, sige_selectivity=100.0, tool_class="wet_etch") == ["3B001.c.2"]


def test_dielectric_etch_moved_to_3b993_in_december_2024() -> None:
    deep: dict[str, Value] = {**ETCH, "etch_of": "dielectric", "gas_switch_ms": 299.0,
                              "aspect_ratio": 30.1, "feature_width_nm": 99.0}  # fmt: skip
    assert classified(V5 - DAY, **deep) == ["3B001.c.1.b"]
    assert classified(V5, **deep) == ["3B993.c.1"]
    assert classified(V5, **{**deep, "aspect_ratio": 30.0}) == []
    slow = {**deep, "gas_switch_ms": 600.0, "feature_width_nm": 39.0}
    assert classified(V5, **slow) == ["3B993.c.2"]
    assert classified(V5, **{**slow, "wafer_mm": 200.0}) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"defect_nm": 21.0, "wavelength_nm": 399.0}, ["3B993.q.1"]),
        ({"defect_nm": 21.1, "wavelength_nm": 399.0}, []),
        ({"defect_nm": 21.0, "wavelength_nm": 400.0}, []),
        ({"defect_nm": 21.0, "ebeam_resolution_nm": 1.65}, ["3B993.q.1"]),
        ({"defect_nm": 21.0, "electron_beams": 2.0}, ["3B993.q.1"]),
        ({"defect_nm": 21.0, "electron_beams": 1.0}, []),
        ({"defect_nm": 21.0, "cold_field_emission": True}, ["3B993.q.1"]),
        ({"defect_nm": 21.0, "cold_field_emission": True, "wafer_mm": 200.0}, []),
    ],
)
def test_inspection_of_patterned_wafers(facts: dict[str, Value], expected: list[str]) -> None:
    assert classified(V5, tool_class="inspection", **facts) == expected


def test_epitaxy_and_deposition_at_their_limits() -> None:
    grow: dict[str, Value] = {"tool_class": "epitaxy", "film": "sige", "preclean_chamber": True}
    assert classified(V5, chamber_temperature_k=958.0, **grow) == ["3B001.a.4"]
    assert classified(V5, chamber_temperature_k=958.1, **grow) == []
    mask: dict[str, Value] = {
        "tool_class": "deposition",
        "film": "carbon",
        "deposition_method": "pecvd",
    }
    thick = {"film_thickness_um": 2.1, "film_density_g_cm3": 1.71}
    assert classified(V5, **mask, **thick) == ["3B001.d.5"]
    assert classified(V5, **mask, **{**thick, "film_thickness_um": 2.0}) == ["3B993.d.3"]
    assert classified(V5, **mask, **{**thick, "film_density_g_cm3": 1.6}) == []


def test_imaging_microscope_and_prober_of_september_2024() -> None:
    sem: dict[str, Value] = {
        "tool_class": "sem", "stage_nm": 29.0, "laser_interferometry": True, "image_pixels": 2.1e8,
        "field_overlap_pct": 4.9, "stitching_nm": 49.0, "accelerating_kv": 21.1,
        "accepts_foup": False,
    }  # fmt: skip
    assert classified(V4B - DAY, **sem) == []
    assert classified(V4B, **sem) == ["3B903"]
    assert classified(V4B, **{**sem, "accelerating_kv": 21.0}) == []
    assert classified(V4B, **{**sem, "accepts_foup": True}) == []
    cold: dict[str, Value] = {"tool_class": "prober", "test_temperature_k": 4.5}
    assert classified(V4B, wafer_mm=100.0, **cold) == ["3B904"]
    assert classified(V4B, wafer_mm=99.0, **cold) == []


def test_implanters_for_volume_production() -> None:
    beam: dict[str, Value] = {"tool_class": "implant", "beam_current_ma": 1.0}
    assert classified(V5, beam_energy_kev=6.0, **beam) == ["3B994.b.2"]
    assert classified(V5, beam_energy_kev=5.0, **beam) == []
    assert classified(V5, beam_energy_kev=300.0, **beam) == []
    assert classified(V5, angle_accuracy_deg=0.1, **beam) == ["3B994.b.2"]


# -- facilities and supercomputers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "facts", "expected"),
    [
        (date(2022, 10, 6), {"nand_layers": 232.0}, FALSE),
        (date(2022, 10, 7), {"nand_layers": 128.0}, TRUE),
        (STATE, {"nand_layers": 128.0}, TRUE),
        (STATE, {"nand_layers": 127.0}, FALSE),
        (STATE, {"logic_nm": 16.0}, TRUE),
        (STATE, {"logic_nm": 16.1}, FALSE),
        (STATE, {"logic_nm": 28.0, "non_planar": True}, TRUE),
        (DRAM_2024 - DAY, {"dram_half_pitch_nm": 18.0}, TRUE),
        (DRAM_2024 - DAY, {"dram_half_pitch_nm": 18.1}, FALSE),
        (DRAM_2024, {"dram_half_pitch_nm": 18.0}, FALSE),
        (DRAM_2024 - DAY, {"dram_cell_area_um2": 0.0017}, FALSE),
        (DRAM_2024, {"dram_cell_area_um2": 0.0018}, TRUE),
        (DRAM_2024, {"dram_cell_area_um2": 0.0019}, FALSE),
        (DRAM_2024, {"dram_density_gb_mm2": 0.288}, FALSE),
        (DRAM_2024, {"dram_density_gb_mm2": 0.289}, TRUE),
        (DRAM_2025 - DAY, {"dram_cell_area_um2": 0.0025}, FALSE),
        (DRAM_2025, {"dram_cell_area_um2": 0.0025}, TRUE),
        (DRAM_2025, {"dram_cell_area_um2": 0.0026}, FALSE),
        (DRAM_2025, {"dram_density_gb_mm2": 0.20}, FALSE),
        (DRAM_2025, {"dram_density_gb_mm2": 0.21}, TRUE),
        (DRAM_2025, {"dram_tsv_per_die": 3000.0}, FALSE),
        (DRAM_2025, {"dram_tsv_per_die": 3001.0}, TRUE),
        (DRAM_2025 - DAY, {"dram_tsv_per_die": 3001.0}, FALSE),
        (STATE, {"fab_node": "advanced"}, TRUE),
        (STATE, {"fab_node": "mature"}, FALSE),
        (STATE, {"fab_node": "unknown"}, FALSE),
        (STATE, {"fab_node": "mature", "nand_layers": 232.0}, FALSE),
    ],
)
def test_advanced_node_facilities(on: date, facts: dict[str, Value], expected: Truth) -> None:
    assert truth("advanced-node-facility", on, **facts) is expected


def test_a_facility_of_which_nothing_is_said_stays_open() -> None:
    assert live_truth("advanced-node-facility", STATE) is UNKNOWN
    assert live_truth("advanced-node-facility", STATE, fab_node="mature") is FALSE
    assert live_truth("advanced-node-facility", STATE, nand_layers=232.0) is TRUE
    assert live_truth("unknown-node-facility", STATE) is UNKNOWN
    assert truth("unknown-node-facility", STATE, fab_node="unknown") is TRUE
    assert truth("unknown-node-facility", STATE, fab_node="unknown", logic_nm=7.0) is FALSE


def test_nand_is_not_logic_or_dram() -> None:
    nand: dict[str, Value] = {"fab_node": "advanced", "nand_layers": 232.0}
    assert truth("advanced-node-facility", STATE, **nand) is TRUE
    assert truth("advanced-node-logic-or-dram", STATE, **nand) is FALSE
    assert truth("advanced-node-logic", STATE, **nand) is FALSE
    assert truth("advanced-node-logic-or-dram", STATE, fab_node="advanced") is TRUE
    dram: dict[str, Value] = {"fab_node": "advanced", "dram_cell_area_um2": 0.0017}
    assert truth("advanced-node-logic-or-dram", STATE, **dram) is TRUE
    assert truth("advanced-node-logic", STATE, **dram) is FALSE


@pytest.mark.parametrize(
    ("fp64", "fp32", "volume", "expected"),
    [
        (100.0, NOT_APPLICABLE, 41600.0, TRUE),
        (99.9, NOT_APPLICABLE, 41600.0, FALSE),
        (100.0, NOT_APPLICABLE, 41600.1, FALSE),
        (NOT_APPLICABLE, 200.0, 1000.0, TRUE),
        (NOT_APPLICABLE, 199.9, 1000.0, FALSE),
        (100.0, NOT_APPLICABLE, NOT_APPLICABLE, TRUE),
    ],
)
def test_supercomputers(fp64: Value, fp32: Value, volume: Value, expected: Truth) -> None:
    facts = {
        "supercomputer_fp64_pflops": fp64,
        "supercomputer_fp32_pflops": fp32,
        "supercomputer_volume_ft3": volume,
    }
    assert truth("supercomputer", V3, **facts) is expected
    assert truth("supercomputer", V3 - DAY, **facts) is FALSE
