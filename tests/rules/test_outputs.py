# SPDX-License-Identifier: Apache-2.0
"""Writers come to an end, whatever goes wrong and when."""

import os
import threading

import polars as pl
import pytest

from chokegraph.rules import outputs
from chokegraph.rules.outputs import CsvWriter, ParquetWriter, Part
from chokegraph.rules.parquet_file import Block

BLOCK = Block(pl.DataFrame({"row": [1]}), [])
LONG = 20
"""Seconds after which a test says that something waits for ever."""


class FullDisk:
    """A Parquet file whose first batch fails, once that is allowed."""

    started: threading.Event
    may_fail: threading.Event

    def __init__(self, *_):
        pass

    def write(self, block):
        self.started.set()
        self.may_fail.wait(LONG)
        raise OSError(28, os.strerror(28))


@pytest.fixture
def stuck(monkeypatch, tmp_path):
    """A writer in the middle of a batch that will fail, with as many waiting as may wait."""
    FullDisk.started, FullDisk.may_fail = threading.Event(), threading.Event()
    monkeypatch.setattr(outputs, "ParquetFile", FullDisk)
    monkeypatch.setattr(outputs, "SECONDS", 0.05)
    writer = ParquetWriter(tmp_path / "out.parquet")
    writer.write(BLOCK)
    assert FullDisk.started.wait(LONG)
    for _ in range(outputs.WAITING):
        writer.write(BLOCK)
    return writer


def test_giving_up_ends_when_the_disk_is_full_meanwhile(stuck, tmp_path):
    giving_up = threading.Thread(target=stuck.give_up, daemon=True)
    giving_up.start()
    giving_up.join(0.2)
    assert giving_up.is_alive()  # it waits for the batch in the works
    FullDisk.may_fail.set()
    giving_up.join(LONG)
    assert not giving_up.is_alive()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("end", [ParquetWriter.finish, lambda writer: writer.write(BLOCK)])
def test_whoever_waits_for_the_writer_hears_that_it_failed(stuck, tmp_path, end):
    threading.Timer(0.2, FullDisk.may_fail.set).start()
    with pytest.raises(OSError, match=os.strerror(28)):
        end(stuck)
    stuck.give_up()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [CsvWriter, ParquetWriter])
@pytest.mark.parametrize("batches", [0, 1, 5])
def test_nothing_is_left_of_what_is_given_up(tmp_path, kind, batches):
    writer = kind(tmp_path / "out")
    for _ in range(batches):
        writer.write(BLOCK)
    writer.give_up()
    assert not list(tmp_path.iterdir())


def test_a_csv_file_that_cannot_be_closed_is_given_up_all_the_same(tmp_path, monkeypatch):
    writer = CsvWriter(tmp_path / "out.csv")
    real = Part.open

    class Unclosable:
        def __init__(self, stream):
            self.stream = stream

        def write(self, data):
            return self.stream.write(data)

        def flush(self):
            self.stream.flush()

        def close(self):
            self.stream.close()
            raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Part, "open", lambda part: Unclosable(real(part)))
    writer.write(BLOCK)
    writer.give_up()
    assert not list(tmp_path.iterdir())
