# SPDX-License-Identifier: Apache-2.0
"""A result survives the disk unchanged, and never half stands there."""

from __future__ import annotations

import pytest
import xarray as xr

from chokegraph.errors import FindingsError
from chokegraph.result import COLUMNS, load_result, make_table
from chokegraph.result import storage as storage_module


def test_what_is_loaded_is_what_was_saved(made_up_result, tmp_path):
    folder = made_up_result.save(tmp_path / "run")
    loaded = load_result(folder)
    xr.testing.assert_identical(loaded.dataset, made_up_result.dataset)
    for name in COLUMNS:
        assert getattr(loaded, name).equals(getattr(made_up_result, name)), name
    assert loaded.scenario == made_up_result.scenario
    assert dict(loaded.manifest) == dict(made_up_result.manifest)
    assert repr(loaded) == repr(made_up_result)


def test_only_the_result_is_left_in_the_parent_folder(made_up_result, tmp_path):
    made_up_result.save(tmp_path / "run")
    made_up_result.save(tmp_path / "run", overwrite=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


def test_a_failure_leaves_the_old_result_whole(made_up_result, tmp_path, monkeypatch):
    folder = made_up_result.save(tmp_path / "run")
    before = (folder / "outcomes.nc").read_bytes()

    def fail(*_args):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(storage_module, "_write", fail)
    with pytest.raises(OSError, match="disk full"):
        made_up_result.save(folder, overwrite=True)
    assert (folder / "outcomes.nc").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


def test_an_existing_folder_is_not_replaced_unasked(made_up_result, tmp_path):
    made_up_result.save(tmp_path / "run")
    with pytest.raises(FindingsError, match="exists already"):
        made_up_result.save(tmp_path / "run")


def test_a_folder_that_is_no_result_is_never_replaced(made_up_result, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(FindingsError, match="not a result folder"):
        made_up_result.save(tmp_path / "thesis", overwrite=True)
    assert (tmp_path / "thesis" / "chapter.txt").exists()


@pytest.mark.parametrize("missing", ["outcomes.nc", "manifest.json", "headline.parquet"])
def test_a_missing_part_is_named(made_up_result, tmp_path, missing):
    folder = made_up_result.save(tmp_path / "run")
    (folder / missing).unlink()
    with pytest.raises(FindingsError, match=missing):
        load_result(folder)


@pytest.mark.parametrize("broken", ["outcomes.nc", "manifest.json", "headline.parquet"])
def test_a_broken_part_is_a_finding_and_no_traceback(made_up_result, tmp_path, broken):
    folder = made_up_result.save(tmp_path / "run")
    (folder / broken).write_bytes(b"\x00 not this")
    with pytest.raises(FindingsError, match="cannot be read"):
        load_result(folder)


def test_a_result_in_another_format_says_so(made_up_result, tmp_path, monkeypatch):
    monkeypatch.setattr(storage_module, "_FORMAT", 1)
    folder = made_up_result.save(tmp_path / "old")
    monkeypatch.undo()
    with pytest.raises(FindingsError, match="another format"):
        load_result(folder)


def test_the_difference_is_on_the_same_draw(made_up_result):
    difference = made_up_result.difference()["lead"]
    ensemble = made_up_result.dataset["lead"]
    expected = ensemble.sel(run="scenario").values - ensemble.sel(run="baseline").values
    assert (difference.values == expected).all()


def test_a_table_keeps_its_columns_without_rows():
    for name, columns in COLUMNS.items():
        assert make_table(name, []).columns == list(columns)


def test_a_row_that_lacks_a_column_is_refused():
    with pytest.raises(KeyError):
        make_table("event", [{"event": "x"}])
