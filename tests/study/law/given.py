# SPDX-License-Identifier: Apache-2.0
"""A small scenario under law for tests, and what its law denies."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chokegraph.study.law import _mean_denied

ROOT = Path(__file__).resolve().parents[3]
HEAD = """\
schema: 1
name: small
title: A small run under law
question: What does the package of December 2024 change?
world: builtin@2024
target: CN
coalition: [US, NL, JP, KR]
start: {start}
end: {end}
"""
BEFORE, AFTER = "{base: ear, as_known_on: 2024-12-01}", "{base: ear, as_known_on: 2024-12-02}"


def text_of(baseline, law, start="2024Q1", end="2025Q4", more=""):
    head = HEAD.format(start=start, end=end)
    return f"{head}baseline:\n  law: {baseline}\nlaw: {law}\n{more}draws: 3\nseed: 4\n"


def denied(setting, which, country, item, quarter, row=slice(0, 3)):
    structure = setting.structure
    path = _mean_denied(setting.policies.laws[which])[structure.quarters.index(quarter)]
    c, i = structure.countries.index(country), structure.inputs.index(item)
    return np.round(path[row, c, i], 3)
