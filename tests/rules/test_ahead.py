# SPDX-License-Identifier: Apache-2.0
"""Batches are read and prepared ahead, in order, and what goes wrong there comes to the caller."""

import threading

import polars as pl
import pytest

from chokegraph.rules.batches import AHEAD, Batch, ahead


def batches(count, met=None, fails=None):
    for number in range(count):
        if met is not None:
            met.append((number, threading.get_ident()))
        if number == fails:
            raise OSError("the disk is gone")
        yield Batch(pl.DataFrame({"x": [number]}), number + 1, number + 1, lambda rows: rows)


def test_batches_come_in_order_with_what_was_prepared():
    read, prepared = [], []

    def prepare(table):
        prepared.append(threading.get_ident())
        return table["x"][0] * 10

    found = [(batch.first, ready) for batch, ready in ahead(batches(7, read), prepare)]
    assert found == [(number + 1, number * 10) for number in range(7)]
    # One thread reads, another prepares, and neither is the caller's.
    threads = {thread for _, thread in read}
    assert (len(threads), len(set(prepared))) == (1, 1)
    assert len({*threads, *prepared, threading.get_ident()}) == 3


def test_no_more_is_read_than_a_few_batches_ahead():
    read = []
    several = ahead(batches(50, read), lambda table: None)
    for _ in range(3):
        next(several)
    several.close()
    assert len(read) <= 3 + AHEAD


def test_an_error_while_reading_comes_behind_the_batches_before_it():
    several = ahead(batches(5, fails=2), lambda table: None)
    assert [next(several)[0].first for _ in range(2)] == [1, 2]
    with pytest.raises(OSError, match="the disk is gone"):
        next(several)


def test_an_error_while_preparing_comes_to_the_caller():
    def prepare(table):
        if table["x"][0] == 1:
            raise ValueError("no such cell")

    several = ahead(batches(5), prepare)
    next(several)
    with pytest.raises(ValueError, match="no such cell"):
        next(several)
