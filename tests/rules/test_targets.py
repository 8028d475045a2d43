# SPDX-License-Identifier: Apache-2.0
"""A job touches no file but those that an earlier job left: input, lists, strangers' files stay."""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from tests.rules.small_law import small_law

from chokegraph.errors import FindingsError
from chokegraph.rules import outputs
from chokegraph.rules.bulk import Options, determine_file
from chokegraph.rules.engine import scalar_engine

HEAD = "eccn,destination,origin\n"
GOOD, BAD = "EAR99,FR,US\n", "EAR99,Ruritania,US\n"
OPTIONS = Options(as_of=date(2024, 1, 5))


@pytest.fixture(scope="module")
def law():
    return small_law()


@pytest.fixture
def decide(law):
    def run(source, out, options=OPTIONS):
        return determine_file(source, law, out=out, options=options, engine=scalar_engine(law))

    return run


def held(folder: Path) -> dict[str, bytes]:
    """Return the content of everything in a folder; of a link, of what it leads to."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(decide, source, out, options=OPTIONS) -> str:
    """Check that a job is refused before anything is changed; return what is said."""
    before = held(out.parent)
    with pytest.raises(FindingsError) as caught:
        decide(source, out, options)
    assert held(out.parent) == before
    assert all(finding.fix and finding.file for finding in caught.value.findings)
    return str(caught.value)


@pytest.mark.parametrize("rows", [GOOD, GOOD + BAD])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rejected_rows_that_were_corrected_and_handed_in_again_stay(decide, tmp_path, rows, suffix):
    first = tmp_path / "in.csv"
    first.write_text(HEAD + BAD, encoding="utf-8")
    out = tmp_path / f"x.{suffix}"
    decide(first, out)
    again = tmp_path / "x.rejects.csv"
    # Untouched it is still the file that a job left; as the input it stays all the same.
    assert "the rejected rows would replace the input" in refused(decide, again, out)
    again.write_text(HEAD + rows, encoding="utf-8")
    said = refused(decide, again, out)
    assert "x.rejects.csv: error: the rejected rows would replace the input" in said
    assert "rename the input, or give the output another name" in said
    assert decide(again, tmp_path / "y.csv").decided == 1


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
@pytest.mark.parametrize("name", ["x.csv", "x.rejects.csv", "x.csv.about.json"])
def test_a_link_to_the_input_is_the_input(decide, tmp_path, link, name):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    link(tmp_path / name, source)
    assert "would replace the input" in refused(decide, source, tmp_path / "x.csv")


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to, None])
def test_other_files_that_are_read_stay(decide, tmp_path, link):
    source, out = tmp_path / "in.csv", tmp_path / "x.csv"
    source.write_text(HEAD + BAD, encoding="utf-8")
    decide(source, out)
    # What an earlier job left may be used as a list, and then it is one.
    other = rejects = tmp_path / "x.rejects.csv"
    if link is not None:
        other = tmp_path / "list.csv"
        rejects.rename(other)
        link(rejects, other)
    said = refused(decide, source, out, Options(as_of=OPTIONS.as_of, reads=(other,)))
    assert "the rejected rows would replace a file that is read" in said


@pytest.mark.parametrize("name", ["x.csv", "x.rejects.csv", "x.csv.about.json"])
@pytest.mark.parametrize("content", ["precious", '{"program": "another 1.0"}', "[]", ""])
def test_a_file_that_only_has_the_name_stays(decide, tmp_path, name, content):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    said = refused(decide, source, tmp_path / "x.csv")
    assert f"{name}: error: " in said
    assert "not as `determine` left it" in said


def test_everything_in_the_way_is_named_at_once(decide, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")
    (tmp_path / "x.csv").write_text("precious", encoding="utf-8")
    (tmp_path / "x.rejects.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "x.csv.about.json").mkdir()
    assert refused(decide, source, tmp_path / "x.csv").startswith("output: 3 errors")


def test_what_an_earlier_job_left_is_replaced_unless_it_was_changed(decide, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "x.csv"
    rejects, about = tmp_path / "x.rejects.csv", tmp_path / "x.csv.about.json"
    source.write_text(HEAD + BAD, encoding="utf-8")
    for _ in range(2):
        assert decide(source, out).rejected == 1
    source.write_text(HEAD + GOOD, encoding="utf-8")
    assert decide(source, out).rejects is None
    assert not rejects.exists()
    assert json.loads(about.read_text(encoding="utf-8"))["rejected rows"] is None
    source.write_text(HEAD + BAD, encoding="utf-8")
    decide(source, out)
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("Ruritania", "FR"))
    assert "x.rejects.csv" in refused(decide, source, out)
    rejects.unlink()
    assert decide(source, out).rejected == 1


def test_the_rejected_rows_of_another_output_stay(decide, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + BAD, encoding="utf-8")
    decide(source, tmp_path / "x.parquet")
    assert "x.rejects.csv" in refused(decide, source, tmp_path / "x.csv")


def test_names_of_temporary_files_are_nobody_elses(decide, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    strangers = {tmp_path / f".{name}.part" for name in ("x.csv", "x.rejects.csv")}
    for path in strangers:
        path.write_text("precious", encoding="utf-8")
    decide(source, tmp_path / "x.csv")
    assert {path.read_text(encoding="utf-8") for path in strangers} == {"precious"}
    assert set(tmp_path.glob(".*")) == strangers


def test_no_file_is_replaced_before_all_are_whole(decide, tmp_path, monkeypatch):
    source, out = tmp_path / "in.csv", tmp_path / "x.parquet"
    source.write_text(HEAD + GOOD + BAD, encoding="utf-8")
    decide(source, out)
    before = held(tmp_path)
    source.write_text(HEAD + GOOD + BAD + BAD, encoding="utf-8")
    before["in.csv"] = source.read_bytes()

    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(outputs.Note, "write", full)
    with pytest.raises(OSError, match=os.strerror(28)):
        decide(source, out)
    assert held(tmp_path) == before


def test_below_a_file_there_is_no_folder(decide, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")
    for out in (source / "x.csv", source / "deeper" / "x.csv"):
        with pytest.raises(FindingsError) as caught:
            decide(source, out)
        [finding] = caught.value.findings
        assert (finding.message, finding.file) == ("this is a file, no folder", str(source))


def test_a_folder_that_cannot_be_written_is_told_before_the_work(decide, tmp_path, monkeypatch):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")

    def closed(part):
        raise PermissionError(13, os.strerror(13), str(part.temporary))

    # Rights do not bind the administrator, who may run the tests.
    monkeypatch.setattr(outputs.Part, "open", closed)
    monkeypatch.setattr("chokegraph.rules.bulk.ahead", None)  # the work would call it
    said = refused(decide, source, tmp_path / "x.csv")
    assert "x.csv: error: no file can be made here: Permission denied" in said


def test_a_name_that_is_too_long_is_told_before_the_work(decide, tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(HEAD + GOOD, encoding="utf-8")
    for letters in (240, 300):
        assert "File name too long" in refused(decide, source, tmp_path / f"{'x' * letters}.csv")
