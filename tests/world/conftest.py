# SPDX-License-Identifier: Apache-2.0
"""A small invented data package, and a way to break one thing in it at a time."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from chokegraph.world import World, load_world

DATA = Path(__file__).parent / "data"


class Package:
    """A copy of the small package that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def rows(self, table: str) -> list[list[str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, table: str, rows: list[list[str]]) -> None:
        with self.path(table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def set(self, table: str, column: str, new: str, /, **where: str) -> int:
        """Set a cell in the first row that has the given cells; return its line."""
        rows = self.rows(table)
        header = rows[0]
        for line, row in enumerate(rows[1:], start=2):
            if all(row[header.index(name)] == text for name, text in where.items()):
                row[header.index(column)] = new
                self.write(table, rows)
                return line
        raise LookupError(where)

    def add(self, table: str, *cells: str) -> int:
        """Add a row; return its line."""
        rows = self.rows(table)
        rows.append([*cells, *[""] * (len(rows[0]) - len(cells))])
        self.write(table, rows)
        return len(rows)

    def drop(self, table: str, /, **where: str) -> None:
        rows = self.rows(table)
        header = rows[0]
        kept = [
            row
            for row in rows[1:]
            if not all(row[header.index(name)] == text for name, text in where.items())
        ]
        self.write(table, [header, *kept])

    @property
    def spec(self) -> str:
        return f"package:{self.folder}"


@pytest.fixture
def package(tmp_path: Path) -> Package:
    folder = tmp_path / "package"
    shutil.copytree(DATA / "small", folder)
    return Package(folder)


@pytest.fixture(scope="session")
def small() -> World:
    return load_world(f"package:{DATA / 'small'}")


@pytest.fixture(scope="session")
def eto_data() -> Path:
    return DATA / "eto"


@pytest.fixture
def chokegraph(monkeypatch, capsys):
    """Run the command line in this process: (exit code, stdout, stderr)."""
    from chokegraph.cli import main

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["chokegraph", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run
