# SPDX-License-Identifier: Apache-2.0
"""Whatever a file holds, the answer is a scenario or findings, never another error."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chokegraph.errors import FindingsError
from chokegraph.scenario import parse_scenario
from chokegraph.world import load_world
from result_factory import SCENARIO_TEXT

LINES = SCENARIO_TEXT.splitlines()
WORLD = load_world("builtin@2024")
PIECES = st.sampled_from(
    ["", "[", "]", "{", "}", ":", "- ", "null", "~", "0", "-1", "1e999", ".nan", "true", "2024Q1",
     "2024-02-30", "US", "NO", "covered", "coalition", "&a", "*a", "!!binary x", "'", '"', "\t",
     "[[]]", "{a: {b: c}}", "9" * 400, "ä", "\u2028", "#", "|", ">", "?", "---", "%YAML 1.1"]
)  # fmt: skip
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw):
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match draw(st.sampled_from(["drop", "double", "indent", "value", "cut", "insert"])):
            case "drop":
                del lines[place]
            case "double":
                lines.insert(place, line)
            case "indent":
                lines[place] = " " * draw(st.integers(1, 5)) + line
            case "value":
                lines[place] = line.split(":")[0] + ": " + draw(PIECES)
            case "cut":
                lines[place] = line[: draw(st.integers(0, len(line)))]
            case "insert":
                at = draw(st.integers(0, len(line)))
                lines[place] = line[:at] + draw(PIECES) + line[at:]
    return "\n".join(lines)


@SLOW
@given(damaged())
def test_a_damaged_scenario_gives_findings(text):
    with contextlib.suppress(FindingsError):
        parse_scenario(text)


@SLOW
@given(st.text(max_size=200))
def test_any_text_gives_findings(text):
    with contextlib.suppress(FindingsError):
        parse_scenario(text)


@settings(SLOW, max_examples=60)
@given(damaged())
def test_looking_names_up_never_breaks_on_damage(text):
    with contextlib.suppress(FindingsError):
        parse_scenario(text, world=WORLD)
