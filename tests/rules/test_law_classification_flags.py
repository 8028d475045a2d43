# SPDX-License-Identifier: Apache-2.0
"""Warnings where parameters and the stated classification do not settle each other."""

from datetime import date

import pytest
from tests.rules.law_rows import LAW, NOTHING_SAID

from chokegraph.rules.decision import evaluate
from chokegraph.rules.many import decide_many
from chokegraph.rules.values import NOT_APPLICABLE, Interval, Value

OPEN, NOT_MET = "CLASSIFICATION_OPEN", "CLASSIFICATION_NOT_MET"
V3, V4, V5 = date(2022, 11, 1), date(2024, 6, 1), date(2025, 5, 1)


def filled(blank: str, facts: dict[str, Value]) -> dict[str, Value]:
    """A row from the US to China; blank "unknown" is the mode of live use."""
    base = {"origin": "US", "exporter_country": "US", "destination": "CN"}
    return {**(NOTHING_SAID if blank == "not so" else base), **facts}


def warnings(on: date, *, blank: str, **facts: Value) -> set[str]:
    """The two flags."""
    return {OPEN, NOT_MET} & set(evaluate(filled(blank, facts), LAW, on).flags)


CHIP = {"eccn": "3A991", "die_mm2": 800.0, "marketed_datacentre": True}
SCANNER = {"eccn": "3B991", "wavelength_nm": 193.0, "na": 1.35}


MAY_MEET: list[tuple[date, dict[str, Value]]] = [
    (V5, {**CHIP, "tpp": Interval(1000.0, 5000.0)}),
    (V5, {"eccn": "3A991", "tpp": 2000.0, "die_mm2": 200.0}),
    (V5, {"eccn": "3A991", "tpp": 4000.0}),
    (V4, {"eccn": "3A991", "tpp": 4000.0}),
    (V4, {"eccn": "EAR99", "marketed_datacentre": True}),
    (V4, {"eccn": "3A090.b", "tpp": Interval(4000.0, 5000.0), "die_mm2": 800.0}),
    (V3, {"eccn": "3A991", "max_tops_x_bits": 5000.0}),
    (V3, {"eccn": "3A991", "max_tops_x_bits": 5000.0, "io_gbytes_s": Interval(500.0, 700.0)}),
    (V5, {"eccn": "3A991", "bw_gbytes_s": 300.0}),
    (V5, {"eccn": "3A991", "bw_gbytes_s": 460.0, "package_mm2": 110.0}),
    (V5, SCANNER),
    (V4, SCANNER),
    (V5, {**SCANNER, "dco_nm": Interval(1.4, 1.6), "eccn": "3B993.f.1"}),
    (V4, {**SCANNER, "dco_nm": Interval(1.4, 1.6), "eccn": "3B001.f.1.b.2.b"}),
    (V4, {"eccn": "3B991", "wavelength_nm": 13.5}),
    (V5, {"eccn": "3A991", "exporter_role": "fabricator", "transistors_bn": 50.0}),
    (V5, {"eccn": "3B991", "tool_class": "dry_etch", "esc_zones": 24.0}),
    (V5, {"eccn": "3B993.c.3", "tool_class": "dry_etch", "rf_pulsed": True, "esc_zones": 24.0}),
    (V5, {"eccn": "3B991", "gas_switch_ms": 200.0}),
    (V5, {"eccn": "3B991", "tool_class": "tsv_etch", "si_etch_um_min": 8.0}),
    (V5, {"eccn": "3B991", "tool_class": "wet_etch", "sige_selectivity": Interval(90.0, 110.0)}),
    (V4, {"eccn": "3B991", "tool_class": "epitaxy", "chamber_temperature_k": 900.0}),
    (V4, {"eccn": "3B991", "tool_class": "deposition", "film": "w", "feature_width_nm": 30.0}),
    (V5, {"eccn": "3B991", "tool_class": "inspection", "defect_nm": 20.0}),
    (V5, {"eccn": "3B991", "tool_class": "implant", "beam_energy_kev": 100.0}),
]


@pytest.mark.parametrize(("on", "facts"), MAY_MEET)
def test_parameters_that_may_meet_a_paragraph_are_named(on: date, facts: dict[str, Value]) -> None:
    """The stated ECCN is believed, and the row is not left without a word."""
    assert warnings(on, blank="unknown", **facts) == {OPEN}


SETTLED: list[tuple[date, dict[str, Value]]] = [
    (V5, {"eccn": "3A991"}),
    (V5, {"eccn": "3A991", "tpp": 1500.0}),
    (V5, {"eccn": "3A991", "tpp": 5000.0}),
    (V5, {**CHIP, "tpp": 1000.0}),
    (V5, {"eccn": "3A090.a", "tpp": Interval(4000.0, 5000.0)}),
    (V5, {"eccn": "5A992.z.1", "tpp": Interval(4000.0, 5000.0)}),
    (V5, {"eccn": "3E001", "tpp": Interval(4000.0, 5000.0)}),
    (V5, {"tpp": 4000.0}),
    (date(2022, 10, 20), {"eccn": "3A991", "max_tops_x_bits": 5000.0}),
    (V3, {"eccn": "3A991", "max_tops_x_bits": 4000.0}),
    (V3, {"eccn": "3A991", "tpp": 4000.0}),
    (V4, {"eccn": "3A991", "bw_gbytes_s": 300.0}),
    (V5, {"eccn": "3A991", "bw_gbytes_s": 64.0, "package_mm2": 168.0}),
    (V5, {"eccn": "3A090.c", "bw_gbytes_s": 300.0}),
    (V5, {**SCANNER, "na": 0.93}),
    (V5, {**SCANNER, "dco_nm": 2.5}),
    (V5, {**SCANNER, "dco_nm": 1.4}),
    (V5, {**SCANNER, "tool_class": "inspection"}),
    (V5, {"eccn": "3A991", "exporter_role": "designer", "transistors_bn": 50.0}),
    (V5, {"eccn": "3B991", "tool_class": "dry_etch"}),
    (V5, {"eccn": "3B991", "aspect_ratio": 40.0}),
    (V5, {"eccn": "3B001.c.1.a", "tool_class": "dry_etch", "esc_zones": 24.0}),
    (V5, {"eccn": "3B001.d.8", "tool_class": "deposition", "film": "w", "feature_width_nm": 30.0}),
    (V5, {"eccn": "3B991", "tool_class": "inspection", "defect_nm": 30.0}),
    (V4, {"eccn": "3B991", "tool_class": "inspection", "defect_nm": 20.0}),
    (V5, {"eccn": "3B991", "tool_class": "epitaxy", "chamber_temperature_k": 1000.0}),
    (V5, {"eccn": "3E992", "tool_class": "dry_etch", "esc_zones": 24.0}),
]


@pytest.mark.parametrize(("on", "facts"), SETTLED)
def test_what_is_settled_or_not_spoken_of_is_left_in_peace(
    on: date, facts: dict[str, Value]
) -> None:
    assert warnings(on, blank="unknown", **facts) == set()


FAILS: list[tuple[date, dict[str, Value]]] = [
    (V5, {"eccn": "3A090.a", "tpp": 100.0, "die_mm2": 814.0}),
    (V4, {"eccn": "3A090.a", "tpp": 4700.0, "die_mm2": 200.0, "marketed_datacentre": False}),
    (V5, {"eccn": "4A090.b", "tpp": 1000.0}),
    (V5, {"eccn": "3A090.a", "tpp": 3000.0, "die_mm2": NOT_APPLICABLE}),
    (V3, {"eccn": "3A090", "io_gbytes_s": 400.0}),
    (V5, {"eccn": "3A090.c", "bw_gbytes_s": 64.0, "package_mm2": 168.0}),
    (V5, {"eccn": "3B001.f.1.a", "wavelength_nm": 193.0}),
    (V5, {**SCANNER, "eccn": "3B001.f.1.b", "dco_nm": 2.0}),
    (V4, {**SCANNER, "eccn": "3B001.f.1.b.2.b", "dco_nm": 1.4}),
    (V5, {"eccn": "3B993.f.1", "wavelength_nm": 193.0, "na": 0.93}),
]


@pytest.mark.parametrize(("on", "facts"), FAILS)
def test_parameters_that_fail_the_stated_paragraph_are_named(
    on: date, facts: dict[str, Value]
) -> None:
    assert NOT_MET in warnings(on, blank="unknown", **facts)
    assert NOT_MET in warnings(on, blank="not so", **facts)


AGREES: list[tuple[date, dict[str, Value]]] = [
    (V5, {"eccn": "3A090.a"}),
    (V5, {"eccn": "3A090.a", "marketed_datacentre": True}),
    (V5, {"eccn": "3A090.a", "tpp": 15832.0}),
    (V5, {"eccn": "3A090.b", "tpp": 2400.0, "die_mm2": 1000.0, "marketed_datacentre": True}),
    (V3, {"eccn": "3A090", "io_gbytes_s": 600.0, "max_tops_x_bits": 4992.0}),
    (V5, {"eccn": "3A090.c", "bw_gbytes_s": 460.0, "package_mm2": 110.0}),
    (V5, {"eccn": "3B001.f.1.a", "wavelength_nm": 13.5, "tool_class": "lithography"}),
    (V5, {**SCANNER, "eccn": "3B993.f.1", "dco_nm": 1.6}),
    (V5, {"eccn": "3A991", "tpp": 1000.0}),
]


@pytest.mark.parametrize(("on", "facts"), AGREES)
def test_in_rows_that_are_complete_nothing_is_said_of_what_agrees(
    on: date, facts: dict[str, Value]
) -> None:
    assert warnings(on, blank="not so", **facts) == set()


def test_a_presumption_does_not_contradict_the_stated_paragraph() -> None:
    """A foundry states 3A090.a because it must presume it, whatever the figures."""
    facts: dict[str, Value] = {
        "eccn": "3A090.a", "tpp": 100.0, "exporter_role": "fabricator", "node_nm": 7.0,
        "designer_status": "none", "transistors_bn": 50.0,
    }  # fmt: skip
    assert warnings(V5, blank="not so", **facts) == set()


def test_both_engines_raise_the_same_warnings() -> None:
    each = [*MAY_MEET, *SETTLED, *FAILS, *AGREES]
    rows = [(filled(blank, facts), on) for blank in ("unknown", "not so") for on, facts in each]
    compiled = [found.flags for found in decide_many(rows, LAW)]
    assert compiled == [evaluate(row, LAW, on).flags for row, on in rows]
