# SPDX-License-Identifier: Apache-2.0
"""A hash vouches for every table that is read."""

from __future__ import annotations

import shutil

import pytest

from chokegraph.world.legal import load_legal_facts
from chokegraph.world.load import FACTS, read_package


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package") / "facts"
    shutil.copytree(FACTS, folder)
    return folder


@pytest.mark.parametrize(
    "name", ["statements", "priors", "licence_policies", "nodes", "legal_items", "route_designs"]
)
def test_a_change_of_any_table_changes_the_hash(package, name):
    before = read_package(package)[2]
    file = package / f"{name}.csv"
    text = file.read_bytes()
    try:
        file.write_bytes(text + b"\n")
        assert read_package(package)[2] != before
    finally:
        file.write_bytes(text)
    assert read_package(package)[2] == before


def test_a_file_that_is_no_table_of_ours_does_not_count(package):
    before = read_package(package)[2]
    (package / "notes-of-mine.csv").write_text("a,b\n")
    assert read_package(package)[2] == before


def test_legal_facts_of_ones_own_are_read_anew(package):
    before = load_legal_facts(package)
    file = package / "legal_items.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    assert load_legal_facts(package).digest != before.digest
    assert load_legal_facts() is load_legal_facts()
