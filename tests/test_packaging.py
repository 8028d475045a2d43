# SPDX-License-Identifier: Apache-2.0
"""What is packed is enough to test it, and what it depends on has a reason."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INCLUDED = [
    *PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"],
    "/pyproject.toml",  # always
]
NAMED = re.compile(r"(?:ROOT|parents\[\d\]) / \"([\w.-]+)\"")
NOTES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))
)


def test_the_source_package_holds_what_its_tests_use():
    used = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if (ROOT / name).exists()
    }
    assert {"docs", "examples", "scripts", "schemas"} <= used
    assert {f"/{name}" for name in used} <= set(INCLUDED)


def test_what_is_included_is_there():
    assert [name for name in INCLUDED if not (ROOT / name[1:]).exists()] == []


@pytest.mark.parametrize("needed", PROJECT["project"]["dependencies"])
def test_every_dependency_has_a_reason(needed):
    name = re.split(r"[<>=]", needed)[0]
    assert re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", NOTES), "say why in docs/decisions"
