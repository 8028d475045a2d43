# SPDX-License-Identifier: Apache-2.0
"""Facts, thresholds and probabilities are data with a source, never literals in the code.

The rooms that reason about the world may hold only numbers that are mathematics, units, or too
small or too large to be a fact: a guard against division by zero (up to 1e-6), and, named as a
constant in capitals, a stand-in for "without limit" (from 1e4). Anything else needs a line in
`EXPLAINED`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "chokegraph"
ROOMS = ("world", "rules", "chain", "chip", "parties", "response", "study", "scenario")

# One, zero, halves, signs and squares are mathematics; four quarters make a year; ten, a hundred, a
# thousand and a million are units; the tails of a 90 % interval are its definition.
MATHEMATICS = {0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0, 1e3, 1e6, 0.05, 0.95}
EXPLAINED = {
    ("chain/cascade/settings.py", 1e-2): "the published stopping rule, part of the algorithm",
    ("response/capability.py", 1e-3): "guard: a power of the ratio of sales needs it above zero",
    ("response/market.py", 40.0): "guard: exponents are clipped so that the exponential is finite",
    ("response/distributions.py", 8.0): "standard deviations that the table of the normal spans",
    ("scenario/suggest.py", 0.6): "how alike two words must be for a suggestion (difflib's own)",
    ("world/reading.py", 0.6): "how alike two words must be for a suggestion (difflib's own)",
    ("world/export.py", 1e15): "whole floats up to here print as integers without loss",
}
# Examples are made up on purpose, and say so.
MADE_UP = {"chain/examples.py", "response/toy.py"}
MODULES = sorted(
    path
    for room in ROOMS
    for path in [*(SOURCE / room).rglob("*.py")]
    if str(path.relative_to(SOURCE)) not in MADE_UP
)


def literals(text: str) -> Iterator[tuple[int, float]]:
    """Float literals, and integers that look like years, outside of named constants' rules."""
    tree = ast.parse(text)
    named: set[int] = set()
    for statement in tree.body:
        targets = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        names = [t.id for t in targets if isinstance(t, ast.Name)]
        if names and all(name.isupper() for name in names):
            named |= {id(node) for node in ast.walk(statement)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            continue
        value = node.value
        if isinstance(value, float) and value not in MATHEMATICS:
            limitless = id(node) in named and abs(value) >= 1e4
            if abs(value) > 1e-6 and not limitless:
                yield node.lineno, value
        elif isinstance(value, int) and 1990 <= value <= 2060:
            yield node.lineno, value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_share_date_or_probability_in_the_code(path):
    name = str(path.relative_to(SOURCE))
    found = [
        f"line {line}: {value}"
        for line, value in literals(path.read_text(encoding="utf-8"))
        if (name, value) not in EXPLAINED
    ]
    assert found == [], "put it into a table with its source"


def test_the_check_sees_what_it_must():
    assert list(literals("share = 0.75\n")) == [(1, 0.75)]
    assert list(literals("_SHARE = 0.75\n")) == [(1, 0.75)]
    assert list(literals("def f():\n    return 2022\n")) == [(2, 2022)]
    assert list(literals("_TINY = 1e-3\n")) == [(1, 1e-3)]
    assert list(literals("x = min(x, 1e4)\n")) == [(1, 1e4)]
    assert not list(literals("_TINY = 1e-9\nNO_CAP = 1e4\nhalf = 0.5 * x\n"))


def test_every_exception_is_still_needed():
    for name, value in EXPLAINED:
        text = (SOURCE / name).read_text(encoding="utf-8")
        assert value in {found for _, found in literals(text)}, f"{name}: {value} is gone"
