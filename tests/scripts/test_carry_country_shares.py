# SPDX-License-Identifier: Apache-2.0
"""The carrier of country shares, on a made-up dataset in both published layouts."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "carry_country_shares.py"


@pytest.fixture(scope="module")
def carrier():
    spec = importlib.util.spec_from_file_location("carry_country_shares", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def write(folder: Path, name: str, head: str, *lines: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([head, *lines]) + "\n", encoding="utf-8-sig")


PROVIDERS = ("P1,USA,country", "P2,JPN,country", "P3,Various countries,country", "P4,EUR,country")
SIZE = "market_share_chart_global_market_size_info"


@pytest.fixture
def old(tmp_path):
    folder = tmp_path / "old"
    write(folder, "providers.csv", "provider_id,provider_name,provider_type", *PROVIDERS[:2])
    head = "provider_name,provider_id,provided_id,share_provided,negligible_market_share"
    rows = ("USA,P1,N1,67%,", "JPN,P2,N1,34%,", "USA,P1,N2,,", "JPN,P2,N2,,negligible")
    write(folder, "provision.csv", head, *rows)
    write(folder, "inputs.csv", f"input_id,{SIZE}", "N1,$1.2 billion (2019)", "N2,")
    return folder


@pytest.fixture
def new(tmp_path):
    folder = tmp_path / "new"
    firm = "P9,Maker,organization"
    write(folder, "providers.csv", "provider_id,provider_name,provider_type", *PROVIDERS, firm)
    head = "provider_name,provider_id,provided_id,share_provided,year"
    rows = (
        "USA,P1,N1,60.5,2024",
        "JPN,P2,N1,39.4,2024",
        "Various countries,P3,N1,0.1,2024",
        "Maker,P9,N1,60.0,2024",
        "USA,P1,N2,,2019",
        "EUR,P4,N2,50.0,2024",
    )
    write(folder, "provision.csv", head, *rows)
    write(folder, "inputs.csv", f"input_id,{SIZE}", "N1,$850 million (2024)", "N2,")
    return folder


@pytest.fixture
def rows(carrier, old, new):
    mapping = [
        carrier.Mapped(i, e, frozenset(), True, True, "") for i, e in (("a", "N1"), ("b", "N2"))
    ]
    return carrier.carry(mapping, [("old", old), ("new", new)], 0.2, "2026-11-22")


def pick(rows, subject, prop, obj, year):
    key = (f"input:{subject}", prop, obj, year)
    found = [
        row
        for row in rows
        if (row["subject_id"], row["property"], row["object_id"], row["period_end"]) == key
    ]
    assert len(found) == 1, key
    return found[0]


def test_a_group_that_rounding_lifts_above_one_is_scaled(rows):
    shares = [
        float(row["value"])
        for row in rows[0]
        if row["property"] == "provision_share" and row["period_end"] == "2019"
    ]
    assert sum(shares) == pytest.approx(1.0, abs=1e-5)
    row = pick(rows[0], "a", "provision_share", "country:US", "2019")
    assert float(row["value"]) == pytest.approx(67 / 101, abs=1e-5)
    assert row["original_value"] == "67%"
    assert "scaled" in row["method"]


def test_intervals_hold_the_value_and_the_rounding(rows):
    row = pick(rows[0], "a", "provision_share", "country:US", "2024")
    assert float(row["value"]) == pytest.approx(0.605)
    assert float(row["low"]) < 0.6045
    assert float(row["high"]) > 0.6055


def test_firms_are_never_carried(rows):
    assert all(not row["object_id"].startswith("firm:") for row in rows[0])
    assert all("P9" not in row["locator"] for row in rows[0])


def test_a_named_provider_without_a_figure_is_unknown_not_zero(rows):
    named = pick(rows[0], "b", "provides", "country:US", "2019")
    assert (named["value"], named["low"], named["high"]) == ("", "0", "1")
    assert named["obs_status"] == "M"
    small = pick(rows[0], "b", "provides", "country:JP", "2019")
    assert float(small["high"]) == pytest.approx(0.025)


def test_regions_are_skipped_and_various_becomes_unattributed(rows):
    assert pick(rows[0], "a", "provision_share", "country:ZZ", "2024")
    assert not any(row["object_id"] == "country:EU" for row in rows[0])


def test_a_figure_that_a_later_release_repeats_is_carried_once(rows):
    again = [row for row in rows[0] if row["property"] == "provides" and row["source_id"] == "new"]
    assert again == []
    assert rows[1] == []


def test_a_revised_figure_is_kept_and_reported(carrier, old, new):
    head = "provider_name,provider_id,provided_id,share_provided,year"
    write(new, "provision.csv", head, "USA,P1,N1,70,2019")
    mapping = [carrier.Mapped("a", "N1", frozenset(), False, True, "")]
    rows, conflicts = carrier.carry(mapping, [("old", old), ("new", new)], 0.2, "2026-11-22")
    assert len([row for row in rows if row["object_id"] == "country:US"]) == 2
    assert len(conflicts) == 1


def test_sizes_are_in_million_dollars(rows):
    assert pick(rows[0], "a", "market_size", "", "2019")["value"] == "1200"
    assert pick(rows[0], "a", "market_size", "", "2024")["value"] == "850"


def test_an_unknown_country_code_stops_the_run(carrier, old):
    write(old, "providers.csv", "provider_id,provider_name,provider_type", "P1,XXX,country")
    head = "provider_name,provider_id,provided_id,share_provided,negligible_market_share"
    write(old, "provision.csv", head, "XXX,P1,N1,100%,")
    mapping = [carrier.Mapped("a", "N1", frozenset(), False, True, "")]
    with pytest.raises(KeyError):
        carrier.carry(mapping, [("old", old)], 0.2, "2026-11-22")


def test_the_command_writes_a_table(carrier, old, tmp_path, capsys):
    mapping = tmp_path / "mapping.csv"
    mapping.write_text("input_id,eto_id\na,N1\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    assert carrier.main([str(mapping), str(out), "--release", f"old={old}"]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["subject_id"] for row in table} == {"input:a"}
    assert "3 statements" in capsys.readouterr().out
