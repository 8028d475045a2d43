# SPDX-License-Identifier: Apache-2.0
"""The commands on the page of the casebook's questions of structure print what it says."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import pytest

from chokegraph.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "explanation" / "casebook-structure.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ (chokegraph [^\n]+)\n(.*?)```", PAGE, re.DOTALL)
QUICK = ("lag_years", "'gallium'", "ic-substrates concentration")


def cases():
    for command, printed in BLOCKS:
        quick = any(part in command for part in QUICK)
        yield pytest.param(command, printed, id=command, marks=[] if quick else pytest.mark.slow)


@pytest.mark.parametrize(("command", "printed"), list(cases()))
def test_a_command_prints_what_the_page_says(command, printed, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("sys.argv", shlex.split(command))
    with contextlib.suppress(SystemExit):
        main()
    found = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    for line in printed.splitlines():
        if line.strip() and line != "...":
            assert line in found


def test_every_question_has_its_section_and_a_command():
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    asked = {section.split()[0]: section for section in sections[2:]}
    assert list(asked) == [*(f"B{n}" for n in range(1, 11)), "D11", "D14"]
    for name, section in asked.items():
        assert "$ chokegraph" in section, name


def test_the_scenarios_named_exist():
    for name in set(re.findall(r"([a-z0-9-]+\.yaml)", PAGE)):
        assert (ROOT / "examples" / "scenarios" / name).is_file(), name
