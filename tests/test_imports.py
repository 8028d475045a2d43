# SPDX-License-Identifier: Apache-2.0
"""Imports run one way through the rooms of the house; siblings never meet."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "chokegraph"

# What each room may import from the others. Two rooms that are not listed together meet in study.
SIBLINGS = ("rules", "chain", "chip", "parties")
BELOW = {
    "world": set(),
    **{room: {"world"} for room in SIBLINGS},
    "response": {"world", *SIBLINGS},
    "scenario": {"world", *SIBLINGS, "response"},
    "result": {"world", *SIBLINGS, "response", "scenario"},
    "study": {"world", *SIBLINGS, "response", "scenario", "result"},
    "report": {"world", *SIBLINGS, "response", "scenario", "result", "study"},
    "web": {"world", *SIBLINGS, "response", "scenario", "result", "study", "report"},
    "cli": {"world", *SIBLINGS, "response", "scenario", "result", "study", "report", "web"},
}
EVERYWHERE = {"errors", "_version"}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_rooms(text: str) -> Iterator[tuple[int, str]]:
    """Rooms of this package that a module imports, wherever the import stands in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import; write it out"
            module = node.module or ""
            names = [module]
            if module == "chokegraph":
                names = [f"chokegraph.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("chokegraph.") and name != "chokegraph.__version__":
                yield node.lineno, name.split(".")[1]


def violations(text: str, room: str) -> list[str]:
    allowed = BELOW[room] | EVERYWHERE | {room}
    return [f"line {n}: {room} imports {r}" for n, r in imported_rooms(text) if r not in allowed]


MODULES = sorted(path for path in SOURCE.rglob("*.py") if room_of(path) in BELOW)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_one_way(path):
    assert violations(path.read_text(encoding="utf-8"), room_of(path)) == []


def test_every_room_is_known():
    rooms = {room_of(path) for path in SOURCE.rglob("*.py")}
    assert rooms <= set(BELOW) | EVERYWHERE | {"__init__"}


def test_the_check_sees_what_it_must():
    assert violations("from chokegraph.response import simulate\n", "world")
    assert violations("def f():\n    import chokegraph.chain\n", "parties")
    assert violations("from chokegraph import report\n", "result")
    assert not violations("from chokegraph.world import World\n", "chain")


def test_importing_the_package_or_the_command_line_pulls_in_nothing_heavy():
    heavy = "{'numpy', 'polars', 'xarray', 'jax', 'scipy', 'pydantic', 'pandas'}"
    for module in ("chokegraph", "chokegraph.cli"):
        code = f"import sys, {module}; sys.exit(','.join({heavy} & set(sys.modules)) or 0)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, f"import {module} pulls in {done.stderr.strip()}"
