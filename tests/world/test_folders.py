# SPDX-License-Identifier: Apache-2.0
"""What stands in its place is whole, whenever the work is interrupted."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from chokegraph.errors import FindingsError
from chokegraph.report.cascade_files import check_folder as check_cascade
from chokegraph.result.storage import check_target
from chokegraph.world import folders
from chokegraph.world.folders import unfit_folder, whole_file, whole_folder

STEPS = [(Path, "rename"), (Path, "replace"), (shutil, "rmtree"), (Path, "chmod")]


@pytest.fixture
def place(tmp_path):
    target = tmp_path / "answer"
    target.mkdir()
    (target / "told.txt").write_text("old")
    return target


@pytest.fixture(params=["in one step", "in two steps"])
def ways(request, monkeypatch):
    """A system that lets two folders change names, and one that does not."""
    if request.param == "in two steps":
        monkeypatch.setattr(folders, "_swapped", lambda _one, _other: False)
    return request.param


def interrupted(monkeypatch, owner, name, count, *, after):
    """Raise as Ctrl-C does, at the given call of a step."""
    real, calls = getattr(owner, name), []

    def step(*args, **more):
        calls.append(args)
        if len(calls) == count and not after:
            raise KeyboardInterrupt
        done = real(*args, **more)
        if len(calls) == count:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(owner, name, step)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
@pytest.mark.usefixtures("ways")
def test_whenever_it_is_interrupted_a_whole_folder_stands_there(
    place, monkeypatch, owner, name, count, after
):
    with monkeypatch.context() as patch:
        interrupted(patch, owner, name, count, after=after)
        try:
            with whole_folder(place, replace=True) as work:
                (work / "told.txt").write_text("new")
        except KeyboardInterrupt:
            pass
    assert (place / "told.txt").read_text() in ("old", "new")
    # Only an interrupt of the tidying itself may leave something, and never under the right name.
    left = [entry.name for entry in place.parent.iterdir() if entry != place]
    assert all(entry.startswith(".answer-") for entry in left)
    assert not left or name == "rmtree"


def test_between_the_two_names_the_old_folder_comes_back(place, monkeypatch):
    monkeypatch.setattr(folders, "_swapped", lambda _one, _other: False)
    interrupted(monkeypatch, Path, "rename", 2, after=False)
    with pytest.raises(KeyboardInterrupt), whole_folder(place, replace=True) as work:
        (work / "told.txt").write_text("new")
    assert (place / "told.txt").read_text() == "old"
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.usefixtures("ways")
def test_a_folder_is_replaced_by_the_new_one(place):
    with whole_folder(place, replace=True) as work:
        (work / "other.txt").write_text("new")
    assert [entry.name for entry in place.iterdir()] == ["other.txt"]
    assert list(place.parent.iterdir()) == [place]


def test_a_link_stays_and_the_folder_it_leads_to_is_replaced(place, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(place)
    with whole_folder(link, replace=True) as work:
        (work / "told.txt").write_text("new")
    assert link.is_symlink()
    assert (place / "told.txt").read_text() == "new"


@pytest.mark.parametrize("name", [".", "..", "deeper/..", "../.."])
def test_the_current_folder_and_those_above_are_refused_before_the_work(place, monkeypatch, name):
    (place / "manifest.json").write_text("{}")
    monkeypatch.chdir(place)
    for check in (lambda: check_target(name, overwrite=True), lambda: check_cascade(Path(name))):
        with pytest.raises(FindingsError, match="current folder"):
            check()


def test_a_place_below_a_file_is_refused(place):
    with pytest.raises(FindingsError, match=r"told\.txt is a file"):
        check_target(place / "told.txt" / "run")


def test_a_place_where_nothing_can_be_written_is_refused(place, monkeypatch):
    def refuse(**_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    assert f"nothing can be written to {place}: Read-only" in str(unfit_folder(place / "run"))
    # And where that shows only later, it is told as other mistakes are.
    with (
        pytest.raises(FindingsError, match="run: error: cannot be written: Read-only"),
        whole_folder(place / "run"),
    ):
        pass
    assert not (place / "run").exists()


def test_a_disk_is_not_replaced(place, monkeypatch):
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == place)
    assert "mounted" in str(unfit_folder(place))


@pytest.mark.parametrize("name", ["replace", "chmod"])
def test_a_file_is_whole_or_as_it_was(place, monkeypatch, name):
    with monkeypatch.context() as patch:
        interrupted(patch, Path, name, 1, after=False)
        with pytest.raises(KeyboardInterrupt), whole_file(place / "told.txt") as work:
            work.write_text("new")
    assert (place / "told.txt").read_text() == "old"
    assert [entry.name for entry in place.iterdir()] == ["told.txt"]


def test_a_figure_that_cannot_take_its_place_leaves_nothing(tmp_path):
    from chokegraph.cli.chip_print import print_drawn

    (tmp_path / "a.svg").mkdir()
    with pytest.raises(FindingsError, match="cannot be written"):
        print_drawn("<svg/>", tmp_path / "a.svg")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.svg"]
